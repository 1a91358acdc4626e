"""Whatever a channel says: nothing is raised, what follows settles, and nothing is lost."""

from collections.abc import Iterable
from datetime import UTC, datetime

import attrs
from hypothesis import assume, given
from hypothesis import strategies as st

from ecomkit.channels import (
    ChannelClaim,
    DisagreementKind,
    Reconciliation,
    ToldLine,
    contradictions,
    order_of_claim,
    reconcile,
    told_before,
)
from ecomkit.identifiers import LineId, ListingId, Sku
from ecomkit.orders import Order
from ecomkit.testing.strategies import contradictory_claims

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SKUS = {ListingId(name): Sku(name) for name in ("L1", "L2", "L3")}
SOME_SKUS = {ListingId("L1"): Sku("L1")}


def applied(order: Order, asked: Reconciliation) -> Order:
    """Return *order* after all that was asked."""
    for added in asked.add:
        order = order.add(added.line, at=NOON, charges=added.charges)
    for unit in asked.cancel:
        order = order.cancel(unit.line, quantity=unit.quantity, at=NOON)
    for unit in asked.ship:
        order = order.ship(unit.line, quantity=unit.quantity, at=NOON)
    return order.with_events(asked.payments)


def placed(claim: ChannelClaim) -> Order:
    """Return the order that *claim* tells of."""
    return order_of_claim(claim, skus=SKUS)


def following(
    order: Order, claims: Iterable[ChannelClaim], data: st.DataObject
) -> Iterable[tuple[Order, ChannelClaim, Reconciliation, dict[LineId, int], tuple[ToldLine, ...]]]:
    """Yield what each of *claims*, one after the other, asks of the order before it."""
    earlier, told = None, ()
    for claim in claims:
        if earlier is not None:
            told = told_before(claim, earlier=earlier, told=told)
        covered = {
            line.id: data.draw(st.integers(0, order.counts(line.id).open), label="covered")
            for line in order.lines
        }
        asked = reconcile(order, claim, covered=covered, skus=SOME_SKUS, told=told)
        yield order, claim, asked, covered, told
        order, earlier = applied(order, asked), claim


claims = contradictory_claims()
histories = st.lists(claims, min_size=2, max_size=3)


@given(histories, st.data())
def test_what_follows_settles_at_once(told: list[ChannelClaim], data: st.DataObject) -> None:
    """
    Applying the answer and comparing again asks for nothing more, and differs in the same points;
    the order keeps all its laws, whatever the claims say and however they contradict.
    """
    for order, claim, asked, covered, before in following(placed(told[0]), told, data):
        after = applied(order, asked)
        left = {
            line.id: min(
                covered.get(line.id, 0) - sum(u.quantity for u in asked.ship if u.line == line.id),
                after.counts(line.id).open,
            )
            for line in after.lines
        }
        again = reconcile(after, claim, covered=left, skus=SOME_SKUS, told=before)

        assert min(left.values()) >= 0
        assert again == Reconciliation(
            disagreements=asked.disagreements, contradictions=asked.contradictions
        )
        assert asked.explain()


@given(histories, st.data())
def test_facts_are_only_added(told: list[ChannelClaim], data: st.DataObject) -> None:
    """No claim takes a fact back: events, payments and lines are a beginning of those after."""
    for order, _, asked, _, _ in following(placed(told[0]), told, data):
        after = applied(order, asked)

        assert after.events[: len(order.events)] == order.events
        assert after.payments[: len(order.payments)] == order.payments
        assert after.lines[: len(order.lines)] == order.lines
        assert after.version >= order.version


@given(histories, st.data())
def test_no_more_is_paid_back_than_was_taken(
    told: list[ChannelClaim], data: st.DataObject
) -> None:
    """What is told beyond that is listed and not booked."""
    for order, claim, asked, _, _ in following(placed(told[0]), told, data):
        paid = applied(order, asked).paid
        listed = {d.kind for d in asked.disagreements}

        assert paid.refunded <= paid.captured
        if claim.refunds and claim.currency is order.currency:
            told_back = sum(
                r.amount.amount for r in claim.refunds if r.state and r.state.name == "PAID"
            )
            assert (
                paid.refunded.amount >= told_back or DisagreementKind.REFUND_BEYOND_PAID in listed
            )


@given(claims)
def test_a_claim_that_adds_up_is_not_contradicted(claim: ChannelClaim) -> None:
    """The same claim with the counters, words and amounts that follow from its lines has no point."""
    lines = [attrs.evolve(line, cancelled=0, shipped=0, returned=0) for line in claim.lines]
    plain = attrs.evolve(
        claim,
        lines=lines,
        states=attrs.evolve(claim.states, order=None, fulfilment=None),
        paid=None,
        total=None,
        refunds=None,
    )

    assert contradictions(plain) == ()


@given(claims)
def test_every_difference_of_a_total_is_shown(claim: ChannelClaim) -> None:
    """A total that is told is what lines and charges come to, or both stand in one point."""
    assume(claim.total is not None)
    assert claim.total is not None
    shown = [
        (point.said, point.against)
        for point in contradictions(claim)
        if point.kind.name == "TOTAL"
    ]
    pair = (claim.computed_total, claim.total.amount)

    assert shown == ([] if pair[0] == pair[1] else [pair])


@given(histories, st.permutations(range(4)), st.data())
def test_what_came_late_or_twice_changes_nothing(
    told: list[ChannelClaim], order_of_arrival: list[int], data: st.DataObject
) -> None:
    """
    Claims are told apart by their versions: passed over once a newer one is known, they may come
    in any order and any number of times, and the last one asks of the same order the same.
    """
    newest = attrs.evolve(told[-1], version=200)
    arrivals = [newest, *(told[place % len(told)] for place in order_of_arrival), newest]
    known, order = -1, placed(told[0])
    after = applied(order, reconcile(order, newest, covered={}, skus=SOME_SKUS))
    for claim in arrivals:
        if claim.version > known:
            known = claim.version
            order = applied(order, reconcile(order, claim, covered={}, skus=SOME_SKUS))

    assert (order, order.version) == (after, after.version)


@given(claims)
def test_numbers_that_no_amount_can_be_are_shown_as_the_largest(claim: ChannelClaim) -> None:
    """A later claim may say more than an amount can be: it is listed, and nothing is raised."""
    largest = 2**62 - 1
    line = attrs.evolve(
        claim.lines[0], quantity=10**12, cancelled=largest, shipped=largest, returned=0
    )
    told = attrs.evolve(claim, lines=[line], refunds=None)
    asked = reconcile(placed(claim), told, covered={})

    assert [p.said for p in asked.contradictions if p.line == line.id] == [largest]
    assert asked.explain()
