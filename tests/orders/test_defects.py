"""Defects that other shops had with shipping and cancelling, as behaviours that hold here."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from ecomkit.identifiers import ChannelId, LineId, OrderId, ParcelId, Sku
from ecomkit.money import Currency, Money
from ecomkit.orders import (
    FulfilmentState,
    LineEvent,
    LineEventKind,
    Order,
    OrderLine,
    ParcelState,
    ReturnState,
    parcels,
)

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ONE = LineId("1")
SHIPPED, UNSHIPPED = LineEventKind.SHIPPED, LineEventKind.UNSHIPPED


def order(quantity: int = 10) -> Order:
    """Return an order of so many elephants."""
    price = Money(2390, Currency.EUR)
    line = OrderLine(id=ONE, sku=Sku("ELEPHANT"), quantity=quantity, unit_price=price)
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
