"""Claims against facts: what follows, what remains different, and that it settles."""

from collections.abc import Mapping
from datetime import UTC, datetime

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.channels import (
    ChannelClaim,
    ClaimLine,
    DisagreementKind,
    Reconciliation,
    order_of_claim,
    payment_of_claim,
    reconcile,
)
from ecomkit.errors import InputError
from ecomkit.identifiers import ChannelId, CommandKey, CustomerId, LineId, ListingId, Sku
from ecomkit.money import Currency, Money
from ecomkit.orders import Charge, ChargeKind, Order, PaymentKind
from ecomkit.stock import Owner, Release, Ship, Stock, Want
from ecomkit.testing.strategies import channel_claims, claim_histories, claim_lines

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SKUS = {ListingId(name): Sku(name) for name in ("L1", "L2", "L3")}
LINE = LineId("1")


def placed(claim: ChannelClaim) -> Order:
    """Return the order that *claim* tells of."""
    return order_of_claim(claim, skus=SKUS)


class Books:
    """An order and the units behind it, kept by the real ledger."""

    def __init__(self, order: Order, *, on_hand: int) -> None:
        self.order = order
        self.stock = Stock.counted(dict.fromkeys(SKUS.values(), on_hand)).record(order)
        self.steps = 0

    def _want(self, line: LineId, quantity: int) -> Want:
        return Want(
            owner=Owner.line(self.order.id, line),
            sku=self.order.line(line).sku,
            quantity=quantity,
        )

    @property
    def covered(self) -> dict[LineId, int]:
        """The units allocated to each line."""
        return {
            line.id: sum(
                allocation.quantity
                for allocation in self.stock.level(line.sku).allocations
                if allocation.owner == Owner.line(self.order.id, line.id)
            )
            for line in self.order.lines
        }

    def follow(self, claim: ChannelClaim) -> Reconciliation:
        """Do what *claim* asks, as intake does: cancellations first."""
        asked = reconcile(self.order, claim, covered=self.covered)
        for kind, units in ((Release, asked.cancel), (Ship, asked.ship)):
            for unit in units:
                step = self.order.cancel if kind is Release else self.order.ship
                self.order = step(unit.line, quantity=unit.quantity, at=NOON)
                self.steps += 1
                command = kind(
                    key=CommandKey(f"step-{self.steps}"),
                    wants=[self._want(unit.line, unit.quantity)],
                )
                self.stock, decision = self.stock.decide(command, now=NOON)
                assert decision.movements or decision.outcomes[0].explain().startswith(
                    f"{unit.quantity} units"
                )
        return asked

    @property
    def counts(self) -> dict[LineId, tuple[int, int]]:
        """Cancelled and shipped units of each line."""
        return {
            line.id: (self.order.counts(line.id).cancelled, self.order.counts(line.id).shipped)
            for line in self.order.lines
        }


def as_placed(claim: ChannelClaim) -> ChannelClaim:
    """Return *claim* before anything happened to the order."""
    lines = [attrs.evolve(line, cancelled=0, shipped=0, returned=0) for line in claim.lines]
    return attrs.evolve(claim, lines=lines)


# -- laws ---------------------------------------------------------------------------------------------


def applied(order: Order, asked: Reconciliation) -> Order:
    """Return *order* after what was asked."""
    for unit in asked.cancel:
        order = order.cancel(unit.line, quantity=unit.quantity, at=NOON)
    for unit in asked.ship:
        order = order.ship(unit.line, quantity=unit.quantity, at=NOON)
    return order.with_events(asked.payments)


@given(channel_claims(), channel_claims(), st.data())
def test_the_answer_is_stable(
    first: ChannelClaim, later: ChannelClaim, data: st.DataObject
) -> None:
    """
    Applying the answer and comparing again asks for nothing more and differs in the same points,
    after the first claim and after any other one that contradicts it or has other lines.
    """
    order = placed(first)
    covered = {
        line.id: data.draw(st.integers(0, line.quantity), label=f"covered {line.id}")
        for line in order.lines
    }
    for told in (first, later):
        asked = reconcile(order, told, covered=covered)
        order = applied(order, asked)
        shipped = {unit.line: unit.quantity for unit in asked.ship}
        # Of cancelled units the uncovered ones go first.
        covered = {
            line: min(units - shipped.get(line, 0), order.counts(line).open)
            for line, units in covered.items()
        }

        assert min(covered.values()) >= 0
        assert reconcile(order, told, covered=covered) == Reconciliation(
            cancel=(), ship=(), disagreements=asked.disagreements
        )


@given(channel_claims(), st.integers(0, 30))
def test_the_ledger_settles_in_two_rounds(claim: ChannelClaim, on_hand: int) -> None:
    """
    With the real ledger, units that one line gave up may cover another line of the same sku: a
    second round ships those, and a third one asks for nothing.
    """
    books = Books(placed(claim), on_hand=on_hand)
    first = books.follow(claim)
    second = books.follow(claim)
    third = books.follow(claim)

    assert second.cancel == ()
    assert first.cancel or not second.ship
    assert (third.cancel, third.ship) == ((), ())
    assert (
        third.disagreements == reconcile(books.order, claim, covered=books.covered).disagreements
    )


@given(claim_histories(), st.data(), st.integers(0, 30))
def test_order_of_arrival_does_not_matter(
    told: tuple[ChannelClaim, ...], data: st.DataObject, on_hand: int
) -> None:
    """
    Claims that only grow, in any order and repeated, older ones passed over, lead to the same
    counts as the last one alone.
    """
    arrivals = [*data.draw(st.permutations(told)), *data.draw(st.lists(st.sampled_from(told)))]
    books = Books(placed(told[-1]), on_hand=on_hand)
    newest = -1
    for claim in arrivals:
        if claim.version > newest:
            newest = claim.version
            books.follow(claim)
    last = Books(placed(told[-1]), on_hand=on_hand)
    for each in (books, last):
        # What differs is compared again at every run.
        each.follow(told[-1])
        each.follow(told[-1])

    assert books.counts == last.counts
    assert {level.key: level.on_hand for level in books.stock.levels} == {
        level.key: level.on_hand for level in last.stock.levels
    }


@given(channel_claims())
def test_with_enough_units_all_is_followed(claim: ChannelClaim) -> None:
    """Where every unit is there, cancelled and shipped units end as the channel says."""
    books = Books(placed(claim), on_hand=1_000)
    asked = books.follow(claim)

    assert books.counts == {line.id: (line.cancelled, line.shipped) for line in claim.lines}
    assert {d.kind for d in asked.disagreements} <= {DisagreementKind.RETURN_AWAITED}


@given(channel_claims())
def test_a_claim_that_says_nothing_new_asks_for_nothing(claim: ChannelClaim) -> None:
    """An order compared with the claim it was placed from has no difference."""
    asked = reconcile(placed(claim), as_placed(claim), covered={})

    assert asked == Reconciliation(cancel=(), ship=(), disagreements=())


@given(channel_claims())
def test_without_cover_nothing_is_shipped(claim: ChannelClaim) -> None:
    """What the ledger has no units for is not shipped, and each such line is listed."""
    asked = reconcile(placed(claim), claim, covered={})
    listed = {
        d.line: (d.ours, d.theirs)
        for d in asked.disagreements
        if d.kind is DisagreementKind.SHIPPED_WITHOUT_COVER
    }

    assert asked.ship == ()
    assert listed == {line.id: (0, line.shipped) for line in claim.lines if line.shipped}


# -- each disagreement is listed -----------------------------------------------------------------------


def claim(*lines: ClaimLine, **changes: object) -> ChannelClaim:
    """Return a claim of *lines*."""
    fields: dict[str, object] = {
        "channel": ChannelId("etsy"),
        "number": "1001",
        "version": 1,
        "placed_at": NOON,
        "currency": Currency.EUR,
        "lines": lines,
    }
    return ChannelClaim(**fields | changes)


def line(name: str = "1", **changes: object) -> ClaimLine:
    """Return a line of five units."""
    fields: dict[str, object] = {
        "id": LineId(name),
        "listing": ListingId("L1"),
        "quantity": 5,
        "unit_price": Money(2500, Currency.EUR),
    }
    return ClaimLine(**fields | changes)


def differences(
    order: Order, told: ChannelClaim, *, covered: Mapping[LineId, int] | None = None
) -> list[tuple[str, DisagreementKind, int, int]]:
    """Return where the two differ."""
    asked = reconcile(order, told, covered=covered or {})
    for one in asked.disagreements:
        assert str(one.ours) in one.explain().replace(".", "")
        assert one.kind.value in one.explain()
    return [(d.line, d.kind, d.ours, d.theirs) for d in asked.disagreements]


def test_units_cancelled_after_they_left_are_listed() -> None:
    """The channel cancels three of five, of which four have left: one is cancelled, two differ."""
    order = placed(claim(line())).ship(LINE, quantity=4, at=NOON)
    told = claim(line(cancelled=3))

    [cancel] = reconcile(order, told, covered={}).cancel

    assert (cancel.line, cancel.quantity) == (LINE, 1)
    assert differences(order, told) == [("1", DisagreementKind.CANCELLED_AFTER_SHIPPING, 1, 3)]


def test_units_that_we_cancelled_are_listed() -> None:
    """We cancelled two of five; the channel still has them."""
    order = placed(claim(line())).cancel(LINE, quantity=2, at=NOON)

    assert differences(order, claim(line())) == [("1", DisagreementKind.CANCELLED_HERE, 2, 0)]


def test_units_shipped_without_cover_are_listed() -> None:
    """The channel says four left, two are covered: two are shipped, the rest differs."""
    told = claim(line(shipped=4))
    asked = reconcile(placed(told), told, covered={LINE: 2})

    assert [(unit.line, unit.quantity) for unit in asked.ship] == [(LINE, 2)]
    assert differences(placed(told), told, covered={LINE: 2}) == [
        ("1", DisagreementKind.SHIPPED_WITHOUT_COVER, 2, 4)
    ]


def test_a_return_told_by_the_channel_changes_nothing() -> None:
    """A unit is back when it was received: until then the two differ, and then no more."""
    order = placed(claim(line())).ship(LINE, quantity=3, at=NOON)
    told = claim(line(shipped=3, returned=2))

    assert differences(order, told) == [("1", DisagreementKind.RETURN_AWAITED, 0, 2)]
    assert differences(order.take_back(LINE, quantity=2, at=NOON), told) == []
    assert differences(order.take_back(LINE, quantity=3, at=NOON), told) == []


def test_all_differences_are_listed_at_once() -> None:
    """Several differences of one line are all there."""
    order = placed(claim(line())).cancel(LINE, quantity=1, at=NOON)
    told = claim(line(quantity=6, shipped=2, returned=1))

    assert [kind for _, kind, _, _ in differences(order, told)] == [
        DisagreementKind.EDITED,
        DisagreementKind.CANCELLED_HERE,
        DisagreementKind.SHIPPED_WITHOUT_COVER,
        DisagreementKind.RETURN_AWAITED,
    ]


# -- the order of a claim -----------------------------------------------------------------------------


@given(channel_claims())
def test_an_order_is_taken_down_as_it_was_placed(told: ChannelClaim) -> None:
    """Number, currency, lines and what was paid come over; nothing has happened yet."""
    order = placed(told)

    assert order.id == told.order_id
    assert (order.channel, order.currency, order.placed_at) == (
        told.channel,
        told.currency,
        told.placed_at,
    )
    assert [(ours.id, ours.sku, ours.quantity, ours.unit_price) for ours in order.lines] == [
        (theirs.id, SKUS[theirs.listing], theirs.quantity, theirs.unit_price)
        for theirs in told.lines
    ]
    assert order.events == ()
    assert order.units.open == sum(one.quantity for one in told.lines)
    captured = [payment.amount for payment in order.payments]
    assert captured == [told.paid] * (told.paid is not None and not told.paid.is_zero)
    assert all(payment.kind is PaymentKind.CAPTURED for payment in order.payments)


@given(claim_histories())
def test_the_order_is_the_same_whatever_has_happened(told: tuple[ChannelClaim, ...]) -> None:
    """Any claim of a history leads to one and the same order."""
    assert len({placed(one) for one in told}) == 1


@given(claim_histories(), st.data())
def test_what_was_paid_is_the_same_in_any_order(
    told: tuple[ChannelClaim, ...], data: st.DataObject
) -> None:
    """Whatever is told first, and how often, the order ends with the most that was ever told."""
    amounts = data.draw(st.lists(st.none() | st.integers(0, 9_999), min_size=1, max_size=4))
    claims = [
        attrs.evolve(told[0], paid=None if paid is None else Money(paid, told[0].currency))
        for paid in amounts
    ]
    order = placed(claims[0])
    for claim in claims:
        payment = payment_of_claim(order, claim)
        order = order if payment is None else order.pay(payment)

    assert order.paid.captured.amount == max(paid or 0 for paid in amounts)
    assert {payment_of_claim(order, claim) for claim in claims} == {None}


def test_money_in_another_currency_is_no_payment() -> None:
    """It cannot be added to what was taken; the order stays as it is."""
    told = claim(line(), paid=Money(100, Currency.USD))

    assert payment_of_claim(placed(claim(line())), told) is None


def test_a_customer_may_be_known() -> None:
    """Who bought is on the order from its first moment."""
    ada = CustomerId("c-1")

    assert order_of_claim(claim(line()), skus=SKUS, customer=ada).customer == ada


def test_a_listing_without_a_sku_is_named() -> None:
    """A claim on something that nobody matched cannot be an order."""
    with pytest.raises(KeyError, match="L1"):
        order_of_claim(claim(line()), skus={})


def test_a_claim_below_zero_cannot_be_an_order() -> None:
    """Discounts larger than the order are refused by the order itself."""
    discount = Charge(kind=ChargeKind.DISCOUNT, amount=Money(-99_999, Currency.EUR))
    with pytest.raises(InputError):
        placed(claim(line(), charges=[discount]))


@given(claim_lines(max_value=3))
def test_lines_are_drawn_in_any_state(one: ClaimLine) -> None:
    """The strategy keeps to its bounds."""
    assert 1 <= one.quantity <= 3
    assert one.returned <= one.shipped <= one.quantity - one.cancelled


def test_the_record_of_a_claim_covers_what_is_there() -> None:
    """The order of a claim can be recorded as it is: the whole of it is wanted."""
    books = Books(placed(claim(line())), on_hand=3)

    assert books.covered == {LINE: 3}
    assert books.stock.level(Sku("L1")).uncovered_units == 2
