"""Orders that were edited at the channel: followed where it is safe, shown where it is not."""

import itertools
from collections.abc import Sequence
from typing import Any

import attrs
import pytest
from claims_kit import LATER, NOON, ONE, SKUS, TWO, claim, eur, line, placed, refund

from ecomkit.channels import (
    ChannelClaim,
    DisagreementKind,
    LineUnits,
    Reconciliation,
    ToldLine,
    reconcile,
    told_before,
)
from ecomkit.identifiers import LineId, ListingId, Sku
from ecomkit.money import Currency, Money
from ecomkit.orders import Charge, ChargeKind, Fulfiller, FulfillerKind, Order, OrderLine

Kind = DisagreementKind


def compare(order: Order, newest: ChannelClaim, **options: Any) -> Reconciliation:
    """Compare with all skus known and nothing covered, unless told otherwise."""
    return reconcile(order, newest, **{"covered": {}, "skus": SKUS} | options)


def differences(asked: Reconciliation) -> list[tuple[Any, DisagreementKind, str, int, int]]:
    """Return where the two differ."""
    return [(d.line, d.kind, d.note, d.ours, d.theirs) for d in asked.disagreements]


def units(asked: Sequence[LineUnits]) -> dict[str, int]:
    """Return units by line."""
    return {one.line: one.quantity for one in asked}


# -- lines that came ---------------------------------------------------------------------------


def test_a_line_that_the_channel_added_is_added() -> None:
    """It comes with its own charges, and once added nothing more is asked."""
    card = Charge(kind=ChargeKind.FEE, amount=eur(100), line=ONE, title="card")
    gift = Charge(kind=ChargeKind.FEE, amount=eur(300), line=TWO, title="gift wrap")
    order = placed(claim(line("1"), charges=[card]))
    told = claim(line("1"), line("2", quantity=3, title="Elephant"), charges=[card, gift])
    asked = compare(order, told)

    [added] = asked.add
    assert (added.line.id, added.line.sku, added.line.quantity) == (TWO, Sku("L1"), 3)
    assert (added.line.title, added.charges) == ("Elephant", (gift,))
    assert asked.explain() == "line 2: add 3"
    after = added.apply(order, at=LATER)
    assert after.line(TWO).added_at == LATER
    assert after.totals.total == eur(12_500 + 100 + 7_500 + 300)
    assert compare(after, told) == Reconciliation()


def test_a_line_without_a_sku_is_shown() -> None:
    """Until its listing is matched it is a difference; then it is added."""
    order = placed(claim(line("1")))
    told = claim(line("1"), line("2", listing=ListingId("L3"), quantity=3, cancelled=1))

    asked = compare(order, told, skus={})
    assert (asked.add, differences(asked)) == ((), [(TWO, Kind.EDITED, "added", 0, 2)])
    assert [one.line.sku for one in compare(order, told).add] == [Sku("L3")]


def test_units_of_an_added_line_are_followed_at_once() -> None:
    """Added with one unit cancelled and one shipped: it is added, cancelled, and awaits cover."""
    order = placed(claim(line("1")))
    told = claim(line("1"), line("2", cancelled=1, shipped=1))
    asked = compare(order, told)

    assert (len(asked.add), units(asked.cancel), asked.ship) == (1, {"2": 1}, ())
    assert differences(asked) == [(TWO, Kind.SHIPPED_WITHOUT_COVER, "", 0, 1)]


@pytest.mark.parametrize("changes", [{"cancelled": 5}, {"cancelled": 6}])
def test_a_line_that_was_added_and_taken_off_again_is_nothing(changes: dict[str, int]) -> None:
    """Nobody has to know of it."""
    asked = compare(placed(claim(line("1"))), claim(line("1"), line("2", **changes)))

    assert (asked.add, asked.disagreements) == ((), ())


def test_a_line_that_cannot_be_added_is_shown() -> None:
    """Its discounts are larger than it is: the order could not hold it."""
    off = Charge(kind=ChargeKind.DISCOUNT, amount=eur(-99_999), line=TWO)
    told = claim(line("1"), line("2"), charges=[off])

    assert differences(compare(placed(claim(line("1"))), told)) == [
        (TWO, Kind.EDITED, "added", 0, 5)
    ]


# -- lines that went, and fewer units ----------------------------------------------------------


def test_a_line_that_is_gone_is_cancelled_as_far_as_it_is_here() -> None:
    """Two of five had left: three are cancelled, and the two are shown."""
    order = placed(claim(line("1"), line("2"))).ship(TWO, quantity=2, at=NOON)
    asked = compare(order, claim(line("1")))

    assert units(asked.cancel) == {"2": 3}
    assert differences(asked) == [(TWO, Kind.CANCELLED_AFTER_SHIPPING, "", 3, 5)]


def test_a_line_of_ours_that_the_channel_never_had_stays() -> None:
    """What we added in exchange is not cancelled because the channel does not know of it."""
    spare = OrderLine(id=LineId("x"), sku=Sku("L2"), quantity=1, unit_price=eur(0), replaces=ONE)
    order = placed(claim(line("1"))).add(spare, at=LATER)

    assert compare(order, claim(line("1"))) == Reconciliation()


def test_a_line_that_came_and_went_is_cancelled() -> None:
    """The channel added it, so when it is gone there it is cancelled here."""
    first = claim(line("1"))
    with_two = claim(line("1"), line("2"), version=2)
    order = compare(placed(first), with_two).add[0].apply(placed(first), at=LATER)
    told = told_before(claim(line("1"), version=3), earlier=with_two)

    assert units(compare(order, first, told=told).cancel) == {"2": 5}


def test_fewer_units_are_a_cancellation() -> None:
    """Five became three: two are cancelled, and then the two agree."""
    order = placed(claim(line()))
    told = claim(line(quantity=3))

    assert units(compare(order, told).cancel) == {"1": 2}
    assert compare(order.cancel(ONE, quantity=2, at=NOON), told) == Reconciliation()


def test_fewer_units_and_cancelled_ones_add_up() -> None:
    """Five became four, of which one is cancelled: three are due."""
    assert units(compare(placed(claim(line())), claim(line(quantity=4, cancelled=1))).cancel) == {
        "1": 2
    }


# -- more units --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cancelled", "expected"), [(0, {}), (1, {}), (2, {}), (3, {"1": 1}), (7, {"1": 5})]
)
def test_more_units_are_shown_and_cancelled_last(cancelled: int, expected: dict[str, int]) -> None:
    """Five became seven: the two are shown, and are the first to be cancelled again."""
    asked = compare(placed(claim(line())), claim(line(quantity=7, cancelled=cancelled)))

    assert units(asked.cancel) == expected
    assert differences(asked) == [(ONE, Kind.EDITED, "units", 5, 7)]


# -- prices ------------------------------------------------------------------------------------


def test_a_price_that_changed_is_shown_with_both_sides() -> None:
    """Ours stands: the buyer agreed to it."""
    asked = compare(placed(claim(line())), claim(line(unit_price=eur(2_400))))

    assert asked.explain() == (
        "line 1: the channel changed the line after we took it down: unit price "
        "(ours 25.00 EUR, theirs 24.00 EUR)"
    )


def discount(amount: int, **more: Any) -> Charge:
    """Return a discount."""
    return Charge(kind=ChargeKind.DISCOUNT, amount=eur(-amount), **more)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ([], [discount(500)], [(None, "discount", 0, -500)]),
        ([discount(500, line=ONE)], [], [(ONE, "discount", -500, 0)]),
        (
            [discount(500, line=ONE)],
            [discount(500)],
            [(None, "discount", 0, -500), (ONE, "discount", -500, 0)],
        ),
        ([discount(500, title="x")], [discount(300), discount(200)], []),
        (
            [Charge(kind=ChargeKind.SHIPPING, amount=eur(490))],
            [Charge(kind=ChargeKind.SHIPPING, amount=eur(0))],
            [(None, "shipping", 490, 0)],
        ),
    ],
)
def test_charges_that_changed_are_shown_as_sums(
    before: list[Charge], after: list[Charge], expected: Any
) -> None:
    """Channels word and split charges in several ways: their sums count, by line and kind."""
    asked = compare(placed(claim(charges=before)), claim(charges=after))

    assert [(d.line, d.note, d.ours, d.theirs) for d in asked.disagreements] == expected


@pytest.mark.parametrize("changes", [{"cancelled": 1}, {"shipped": 2, "returned": 1}])
def test_charges_are_not_compared_once_units_are_off(changes: dict[str, int]) -> None:
    """Many channels then tell what is left of a discount: it was not edited."""
    order = placed(claim(charges=[discount(500), discount(500, line=ONE)]))
    told = claim(line(**changes), charges=[discount(400), discount(400, line=ONE)])

    assert {d.kind for d in compare(order, told, covered={ONE: 5}).disagreements} <= {
        Kind.RETURN_AWAITED
    }


def test_charges_are_not_compared_once_units_of_an_added_line_are_off() -> None:
    """Neither before the line is added nor after it: the answer is stable."""
    order = placed(claim(line("1")))
    told = claim(line("1"), line("2", cancelled=1), charges=[discount(500)])
    asked = compare(order, told)
    after = asked.add[0].apply(order, at=LATER).cancel(TWO, quantity=1, at=LATER)

    assert asked.disagreements == ()
    assert compare(after, told) == Reconciliation()


def test_a_charge_in_another_currency_is_not_compared() -> None:
    """What it is in ours nobody knows."""
    fee = Charge(kind=ChargeKind.FEE, amount=Money(99, Currency.USD))

    assert compare(placed(claim()), claim(charges=[fee])).disagreements == ()


def test_another_currency_is_shown_and_nothing_is_converted() -> None:
    """Units are followed; no price is compared, and no money is booked."""
    dollars = Money(2_500, Currency.USD)
    told = claim(
        line(unit_price=dollars, cancelled=1),
        currency=Currency.USD,
        paid=dollars,
        refunds=[attrs.evolve(refund(), amount=dollars)],
    )
    asked = compare(placed(claim(line())), told)

    assert (units(asked.cancel), asked.payments) == ({"1": 1}, ())
    assert differences(asked) == [(None, Kind.EDITED, "EUR is USD", 0, 0)]


# -- lines that changed places -----------------------------------------------------------------


def test_a_line_that_is_another_listing_is_not_followed() -> None:
    """
    A sheet lost its first row, and the second moved up: line 1 is another product now. Nothing
    is cancelled, neither there nor of the line that seems to be gone.
    """
    first = claim(line("1"), line("2", listing=ListingId("L2")))
    moved = claim(line("1", listing=ListingId("L2"), cancelled=1), version=2)
    asked = compare(placed(first), moved, told=told_before(moved, earlier=first))

    assert (asked.cancel, asked.ship) == ((), ())
    assert differences(asked) == [
        (ONE, Kind.EDITED, "listing L1 is L2", 5, 5),
        (TWO, Kind.EDITED, "gone", 5, 0),
    ]


def test_a_line_that_is_another_listing_is_shown_even_if_nothing_else_changed() -> None:
    """The same units at the same price, of something else."""
    first, other = claim(), claim(line(listing=ListingId("L2")), version=2)
    asked = compare(placed(first), other, told=told_before(other, earlier=first))

    assert differences(asked) == [(ONE, Kind.EDITED, "listing L1 is L2", 5, 5)]


# -- shipments that are taken back -------------------------------------------------------------


@pytest.mark.parametrize(
    ("here", "before", "now", "expected"),
    [
        (4, 4, 2, [(4, 2)]),
        (4, 4, None, []),
        (4, 4, 4, []),
        (2, 4, 2, []),
        (3, 4, 2, [(3, 2)]),
        (4, 0, 0, []),
    ],
)
def test_a_shipment_that_is_taken_back_asks_a_person(
    here: int, before: int, now: int | None, expected: list[tuple[int, int]]
) -> None:
    """
    The channel had said that units left and says so no more: whether they are on the shelf
    nobody but a person can say. Units that we shipped before it knows are no difference.
    """
    order = placed(claim(line()))
    if here:
        order = order.ship(ONE, quantity=here, at=NOON)
    earlier, told = claim(line(shipped=before)), claim(line(shipped=now), version=2)
    asked = compare(order, told, told=told_before(told, earlier=earlier))

    assert [
        (d.ours, d.theirs) for d in asked.disagreements if d.kind is Kind.SHIPMENT_WITHDRAWN
    ] == expected
    assert asked.cancel == asked.ship == ()


def test_what_was_said_before_is_remembered_only_while_it_is_no_longer_said() -> None:
    """The first listing and the most units of each line, over any number of claims."""
    claims = [
        claim(line(shipped=1)),
        claim(line(shipped=3), version=2),
        claim(line(shipped=2, listing=ListingId("L2")), version=3),
        claim(line("2"), version=4),
        claim(line(shipped=3), version=5),
    ]
    told: tuple[ToldLine, ...] = ()
    remembered = []
    for earlier, later in itertools.pairwise(claims):
        told = told_before(later, earlier=earlier, told=told)
        remembered.append([(one.line, one.listing, one.shipped) for one in told])

    assert remembered == [
        [],
        [("1", "L1", 3)],
        [("1", "L1", 3)],
        [("2", "L1", 0)],
    ]


# -- what others ship --------------------------------------------------------------------------


def test_what_others_ship_needs_no_cover() -> None:
    """The channel ships from its own warehouse: what it says has left is booked as left."""
    amazon = Fulfiller(kind=FulfillerKind.CHANNEL, name="AFN")
    told = claim(line("1", fulfilled_by=amazon, shipped=3, cancelled=1), line("2", shipped=1))
    order = placed(told)
    asked = compare(order, told)

    assert order.line(ONE).fulfilled_by == amazon
    assert (units(asked.ship), units(asked.cancel)) == ({"1": 3}, {"1": 1})
    assert differences(asked) == [(TWO, Kind.SHIPPED_WITHOUT_COVER, "", 0, 1)]
