"""Defects that other shops had with orders and their amounts, as behaviours that hold here."""

from datetime import UTC, datetime
from decimal import Decimal

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.identifiers import ChannelId, LineId, OrderId, ParcelId, Sku
from ecomkit.money import Currency, Money, Rounding
from ecomkit.orders import (
    FulfilmentState,
    LineEvent,
    LineEventKind,
    Order,
    OrderLine,
    ParcelState,
    ReturnState,
    Taxation,
    TaxMode,
    TaxTerms,
    parcels,
)
from ecomkit.orders.pricing import (
    PercentageDiscount,
    PercentageOf,
    Pricing,
    TaxRate,
    TaxRates,
)

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ONE = LineId("1")
SHIPPED, UNSHIPPED = LineEventKind.SHIPPED, LineEventKind.UNSHIPPED


def euros(cents: int) -> Money:
    """Return an amount in cents."""
    return Money(cents, Currency.EUR)


def order(quantity: int = 10) -> Order:
    """Return an order of so many elephants."""
    line = OrderLine(id=ONE, sku=Sku("ELEPHANT"), quantity=quantity, unit_price=euros(2390))
    return Order(
        id=OrderId("web/1"),
        channel=ChannelId("web"),
        currency=Currency.EUR,
        placed_at=NOON,
        lines=[line],
    )


def event(kind: LineEventKind, quantity: int, *, parcel: str) -> LineEvent:
    """Return an event of a parcel at noon."""
    return LineEvent(kind=kind, line=ONE, quantity=quantity, at=NOON, parcel=ParcelId(parcel))


@given(st.lists(st.integers(1, 10), max_size=12))
def test_fulfilments_created_and_cancelled_again_and_again_never_drift(sizes: list[int]) -> None:
    """
    However often units are shipped and the fulfilment is cancelled, as many are open as before.

    medusajs/medusa #11703, #11266, #12796: they drifted apart from what was reserved.
    """
    some = order()
    for place, units in enumerate(sizes):
        name = f"p-{place}"
        some = some.with_events([event(SHIPPED, units, parcel=name)])
        assert 10 - units == some.counts(ONE).open
        some = some.with_events([event(UNSHIPPED, units, parcel=name)])
        assert order().counts(ONE) == some.counts(ONE)
    assert {ParcelState.CANCELLED} >= {parcel.state for parcel in parcels(some)}
    assert FulfilmentState.UNFULFILLED is some.fulfilment_state


def test_a_cancelled_fulfilment_gives_the_units_back_to_the_order() -> None:
    """
    Four of ten are shipped and the fulfilment is cancelled: ten are to be shipped, none returned.

    vendurehq/vendure #1250, #1198: only one of the two counters came back.
    """
    some = order().with_events(
        [event(SHIPPED, 4, parcel="p-1"), event(UNSHIPPED, 4, parcel="p-1")]
    )
    assert (some.counts(ONE).open, some.counts(ONE).shipped) == (10, 0)
    assert FulfilmentState.UNFULFILLED is some.fulfilment_state
    assert ReturnState.NONE is some.return_state
    assert some.ship(ONE, quantity=10, at=NOON).counts(ONE).shipped == 10


@given(st.data())
def test_splitting_a_shipment_changes_where_units_are_and_not_how_many(
    data: st.DataObject,
) -> None:
    """
    Units that move from one parcel to another stay as many, shipped and open.

    solidusio/solidus #5669, #2908, spree/spree #8596, #9003: a split changed what was open.
    """
    shipped = data.draw(st.integers(2, 10))
    moved = data.draw(st.integers(1, shipped))
    whole = order().with_events([event(SHIPPED, shipped, parcel="p-1")])
    split = whole.with_events(
        [event(UNSHIPPED, moved, parcel="p-1"), event(SHIPPED, moved, parcel="p-2")]
    )
    assert whole.units == split.units
    assert whole.fulfilment_state is split.fulfilment_state
    assert [shipped - moved, moved] == [parcel.units for parcel in parcels(split)]


def test_three_of_ten_shipped_and_one_back_are_both_to_be_seen() -> None:
    """
    Seven units are still to be shipped, and one has come back.

    On one axis the return hides them, as in Saleor's.
    """
    some = order().ship(ONE, quantity=3, at=NOON).take_back(ONE, quantity=1, at=NOON)
    assert FulfilmentState.PARTIAL is some.fulfilment_state
    assert ReturnState.PARTIAL is some.return_state
    assert some.counts(ONE).open == 7


@pytest.mark.parametrize(
    ("mode", "total"), [(TaxMode.PER_LINE, 894), (TaxMode.PER_ORDER, 893), (TaxMode.PER_UNIT, 894)]
)
def test_the_tax_mode_is_part_of_the_order_and_its_totals_follow_it(
    mode: TaxMode, total: int
) -> None:
    """2.98 and 4.79 at 14.975 %: 1.17 of tax by line and 1.16 on the whole, and the order knows."""
    terms = TaxTerms(taxation=Taxation.ADDED, mode=mode, rounding=Rounding.HALF_UP)
    priced = Pricing(
        lines=[
            OrderLine(id=LineId(name), sku=Sku(name), quantity=1, unit_price=euros(price))
            for name, price in (("A", 298), ("B", 479))
        ],
        tax=TaxRates(terms=terms, rates=[TaxRate(rate=Decimal("0.14975"))]),
    )
    some = attrs.evolve(order(), lines=priced.lines, charges=priced.charges, tax=priced.terms)
    assert (some.tax, some.totals.total) == (terms, euros(total))
    assert some.ship(LineId("A"), quantity=1, at=NOON).tax == terms


def test_a_percentage_on_the_original_price_twice_never_goes_below_nothing() -> None:
    """
    60 % off and 60 % off, both of the original price: the order is free and 20 % are not used.

    saleor/saleor #17453: percentages were stacked on the undiscounted total.
    """
    off = [
        PercentageDiscount(name=name, rate=Decimal("0.6"), of=PercentageOf.ORIGINAL)
        for name in ("spring", "member")
    ]
    priced = Pricing(lines=order().lines, discounts=off)
    assert euros(0) == priced.totals.total
    assert [step.unused for step in priced.steps] == [euros(0), euros(4780)]


def test_the_cents_of_an_order_are_those_of_its_currency() -> None:
    """
    An order of 1127 with 10 % on top: 1240 yen, 12.40 euro, 1.240 dinars, minor units alike.

    gumroad PR #3749, shopify/money #161: yen were a hundred times too small, dinars ten too large.
    """
    terms = TaxTerms(taxation=Taxation.ADDED, mode=TaxMode.PER_LINE, rounding=Rounding.HALF_UP)
    told = []
    for currency in (Currency.JPY, Currency.EUR, Currency.KWD):
        line = OrderLine(id=ONE, sku=Sku("A"), quantity=1, unit_price=Money(1127, currency))
        tax = TaxRates(terms=terms, rates=[TaxRate(rate=Decimal("0.1"))])
        told.append(str(Pricing(lines=[line], tax=tax).totals.total))
    assert told == ["1240 JPY", "12.40 EUR", "1.240 KWD"]
