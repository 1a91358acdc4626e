"""Uncovered units are resolved: waited for, bought in, or cancelled."""

from datetime import UTC, date, datetime

import pytest

from ecomkit.adapters.memory import MemoryChannel, SoldLine
from ecomkit.catalog import Component, Kit, Kits
from ecomkit.channels import Listing
from ecomkit.identifiers import (
    ChannelId,
    CommandKey,
    LineId,
    ListingId,
    OrderId,
    PurchaseOrderId,
    Sku,
)
from ecomkit.money import Currency, Money
from ecomkit.operations import Settings, Shop
from ecomkit.orders import FulfilmentState
from ecomkit.ports import ManualClock
from ecomkit.stores import MemoryStore

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
PENCIL, CASE, SET = Sku("PENCIL"), Sku("CASE"), Sku("SET")
SETTINGS = Settings(
    kits=Kits(
        kits=[
            Kit(
                sku=SET,
                components=[Component(sku=PENCIL, quantity=3), Component(sku=CASE, quantity=1)],
            )
        ]
    )
)


@pytest.fixture
def market() -> MemoryChannel:
    """A channel that sells pencils, and sets of three pencils and a case."""
    channel = MemoryChannel(ChannelId("etsy"), clock=ManualClock(NOW))
    channel.put_up([Listing(id=ListingId(sku), sku_text=sku) for sku in (PENCIL, SET)])
    return channel


@pytest.fixture
def shop(market: MemoryChannel) -> Shop:
    """A shop with four pencils and five cases."""
    shop = Shop(store=MemoryStore(), channels=[market], settings=SETTINGS, clock=ManualClock(NOW))
    shop.adopt(market.channel, opening={PENCIL: 4, CASE: 5})
    return shop


def sell(market: MemoryChannel, number: str, sku: Sku, quantity: int) -> None:
    """Sell *quantity* of a sku at the channel."""
    price = Money(100, Currency.EUR)
    market.sell(
        number,
        [SoldLine(id=LineId("1"), listing=ListingId(sku), quantity=quantity, unit_price=price)],
        placed_at=NOW,
    )


def test_just_what_is_missing_is_bought_in(shop: Shop, market: MemoryChannel) -> None:
    """A purchase order for all that wait covers all of them, to the unit."""
    sell(market, "1", PENCIL, 6)
    sell(market, "2", SET, 1)
    shop.sync()

    order = shop.buy_in(shop.uncovered(), PurchaseOrderId("PO-1"), expected_on=date(2026, 11, 9))
    bought = {line.sku: line.quantity for line in order.lines}
    shop.receive(bought, key=CommandKey("parcel"), purchase_order=order.id)

    assert bought == {PENCIL: 5}
    assert shop.uncovered() == ()
    assert shop.level(PENCIL).available(NOW) == 0


def test_what_waits_is_cancelled_and_nothing_that_is_there(
    shop: Shop, market: MemoryChannel
) -> None:
    """Four of six pencils are there: two are cancelled, four stay promised; once is enough."""
    sell(market, "1", PENCIL, 6)
    shop.sync()
    waiting = shop.uncovered()

    [cancelled] = shop.cancel_uncovered(waiting)
    again = shop.cancel_uncovered(waiting)

    assert (cancelled.units.cancelled, cancelled.units.open) == (2, 4)
    assert again == ()
    assert shop.level(PENCIL).allocated == 4
    assert shop.audit().is_clean


def test_what_was_covered_meanwhile_is_left_alone(shop: Shop, market: MemoryChannel) -> None:
    """A list that is out of date does no harm."""
    sell(market, "1", PENCIL, 6)
    shop.sync()
    waiting = shop.uncovered()
    shop.receive({PENCIL: 2}, key=CommandKey("parcel"))

    assert shop.cancel_uncovered(waiting) == ()


def test_a_kit_is_cancelled_as_often_as_a_part_is_missing(
    shop: Shop, market: MemoryChannel
) -> None:
    """Two sets want six pencils and four are there: one set goes, the other can be shipped."""
    sell(market, "1", SET, 2)
    shop.sync()

    [cancelled] = shop.cancel_uncovered(shop.uncovered())
    shop.fulfil()

    assert cancelled.units.cancelled == 1
    assert FulfilmentState.FULFILLED is shop.order(OrderId("etsy/1")).fulfilment_state
    assert (shop.level(PENCIL).on_hand, shop.level(CASE).on_hand) == (1, 4)
    assert shop.audit().is_clean
