"""Orders as rows: cleaned, they are what was ordered and neither cancelled nor back."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecomkit.catalog import Component, Kit, Kits
from ecomkit.identifiers import ChannelId, CustomerId, LineId, OrderId, Sku
from ecomkit.money import Currency, Money
from ecomkit.orders import Fulfiller, FulfillerKind, LineEventKind, Order, OrderLine
from ecomkit.replenishment.cleaning import (
    Cancellations,
    DemandCleaning,
    DemandRow,
    Returns,
    ReturnsFrom,
    RowKind,
    order_rows,
)
from ecomkit.testing.strategies import orders
from ecomkit.timeline import UnknownZoneError, day_of

LINE, OTHER = LineId("1"), LineId("2")
TIGER, LION, CRATE = Sku("TIGER"), Sku("LION"), Sku("CRATE")
LATE = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
MANY_ORDERS = st.lists(orders(), max_size=4, unique_by=lambda order: order.id)


def line(name: LineId = LINE, *, sku: Sku = TIGER, **facts: Any) -> OrderLine:
    """Return a line of ten units."""
    facts = {"quantity": 10, "unit_price": Money(100, Currency.EUR), **facts}
    return OrderLine(id=name, sku=sku, **facts)


def order(*lines: OrderLine) -> Order:
    """Return an order placed half an hour before midnight in UTC."""
    return Order(
        id=OrderId("etsy/1"),
        channel=ChannelId("etsy"),
        currency=Currency.EUR,
        placed_at=LATE,
        lines=lines or [line()],
        customer=CustomerId("17850"),
    )


def told(found: Order, **options: Any) -> list[tuple[RowKind, Sku, date, int]]:
    """Return the rows of an order by what they say."""
    return [
        (row.kind, row.sku, row.day, row.units)
        for row in order_rows([found], **{"zone": "UTC", **options})
    ]


@given(placed=MANY_ORDERS, zone=st.sampled_from(["UTC", "Europe/Paris", "Asia/Tokyo"]))
@settings(max_examples=30, deadline=None)
def test_cleaned_orders_are_what_was_ordered_and_is_not_back(placed: Any, zone: str) -> None:
    """By the counters of the orders: ordered less cancelled less returned, on the day of placement."""
    expected: dict[tuple[Sku, date], int] = {}
    for one in placed:
        for own in one.lines:
            if own.fulfilled_by is None:
                counts = one.counts(own.id)
                key = own.sku, day_of(own.added_at or one.placed_at, zone=zone)
                units = counts.ordered - counts.cancelled - counts.returned
                expected[key] = expected.get(key, 0) + units
    rows = list(order_rows(placed, zone=zone))
    found: dict[tuple[Sku, date], int] = {}
    for on in {row.day for row in rows if row.kind is RowKind.SALE}:
        cleaning = DemandCleaning(steps=[Cancellations(), Returns()])
        for sku, cleaned in cleaning(rows, start=on, end=on + timedelta(days=1)).items():
            assert all(step.unmatched == () for step in cleaned.steps)
            if (sku, on) in expected:
                [found[sku, on]] = cleaned.series.observed

    assert expected == found


def test_a_row_says_where_it_comes_from() -> None:
    """Channel, order, line and customer, so that each can be looked at apart."""
    assert list(order_rows([order()], zone="UTC")) == [
        DemandRow(
            sku=TIGER,
            day=date(2026, 3, 1),
            units=10,
            channel=ChannelId("etsy"),
            order=OrderId("etsy/1"),
            line=LINE,
            customer=CustomerId("17850"),
        )
    ]


def test_an_order_belongs_to_the_day_of_the_shop() -> None:
    """Half past eleven in Greenwich is half past twelve in Paris, the day after."""
    assert [row.day for row in order_rows([order()], zone="UTC")] == [date(2026, 3, 1)]
    assert [row.day for row in order_rows([order()], zone="Europe/Paris")] == [date(2026, 3, 2)]
    with pytest.raises(UnknownZoneError):
        list(order_rows([order()], zone="Paris"))


def test_a_line_that_was_added_belongs_to_the_day_on_which_it_came() -> None:
    """An exchange months later is no demand of the first day."""
    later = LATE + timedelta(days=60)
    grown = order().add(line(OTHER, sku=LION), at=later)

    assert told(grown) == [
        (RowKind.SALE, TIGER, date(2026, 3, 1), 10),
        (RowKind.SALE, LION, date(2026, 4, 30), 10),
    ]


def test_what_others_ship_is_no_demand_of_the_stock() -> None:
    """Neither its sale nor what becomes of it."""
    mill = Fulfiller(kind=FulfillerKind.SUPPLIER, name="mill")
    sold = order(line(fulfilled_by=mill), line(OTHER, sku=LION))
    sold = sold.cancel(LINE, quantity=2, at=LATE).ship(LINE, quantity=2, at=LATE)
    sold = sold.take_back(LINE, quantity=1, at=LATE)

    assert told(sold) == [(RowKind.SALE, LION, date(2026, 3, 1), 10)]


def test_kits_are_sold_as_their_parts() -> None:
    """A crate of two tigers and a lion, three of which are cancelled."""
    kit = Kit(
        sku=CRATE,
        components=[Component(sku=TIGER, quantity=2), Component(sku=LION, quantity=1)],
    )
    sold = order(line(sku=CRATE)).cancel(LINE, quantity=3, at=LATE + timedelta(days=1))

    assert told(sold, kits=Kits(kits=[kit])) == [
        (RowKind.SALE, TIGER, date(2026, 3, 1), 20),
        (RowKind.SALE, LION, date(2026, 3, 1), 10),
        (RowKind.CANCELLATION, TIGER, date(2026, 3, 2), 6),
        (RowKind.CANCELLATION, LION, date(2026, 3, 2), 3),
    ]


def returned() -> Order:
    """Return an order of which four units came back, and three of them were sent out again."""
    found = order(line(), line(OTHER, sku=LION))
    for own in (LINE, OTHER):
        found = found.ship(own, quantity=10, at=LATE)
    steps = [
        (LineEventKind.RETURNED, LINE, 2, 5),
        (LineEventKind.RETURNED, LINE, 2, 6),
        (LineEventKind.RETURNED, OTHER, 1, 6),
        (LineEventKind.SENT_BACK, LINE, 3, 7),
    ]
    for kind, own, quantity, days in steps:
        found = found.record(kind, line=own, quantity=quantity, at=LATE + timedelta(days=days))
    return found


def test_what_was_sent_back_to_the_buyer_did_not_come_back() -> None:
    """The latest return of the line is undone first."""
    assert told(returned())[2:] == [
        (RowKind.RETURN, TIGER, date(2026, 3, 6), 1),
        (RowKind.RETURN, LION, date(2026, 3, 7), 1),
    ]


def test_returns_may_be_left_to_the_ledger() -> None:
    """Then the orders say nothing of them, so that none counts twice."""
    assert {kind for kind, *_ in told(returned(), returns=ReturnsFrom.LEDGER)} == {RowKind.SALE}
