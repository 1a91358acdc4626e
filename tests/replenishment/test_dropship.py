"""What suppliers are asked to send for us: no stock of ours, and asking twice is asking once."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.catalog import PriceList, PriceListEntry, PriceTier
from ecomkit.customers import Address
from ecomkit.errors import FieldError
from ecomkit.identifiers import (
    ChannelId,
    IdentifierError,
    LineId,
    OrderId,
    PurchaseOrderId,
    Sku,
    SupplierId,
)
from ecomkit.money import Currency, CurrencyMismatchError, Money
from ecomkit.orders import Fulfiller, FulfillerKind, LineEventKind, Order, OrderLine
from ecomkit.replenishment import SupplierOrder, SupplierOrderLine, dropship

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
TODAY = date(2026, 3, 2)
LUMEN = Fulfiller(kind=FulfillerKind.SUPPLIER, name="Lumen")
TEXTILE = Fulfiller(kind=FulfillerKind.SUPPLIER, name="Textile")
AMAZON = Fulfiller(kind=FulfillerKind.CHANNEL, name="FBA")
FULFILLERS = (None, LUMEN, TEXTILE, AMAZON)


def eur(amount: int) -> Money:
    """Return so many cents."""
    return Money(amount, Currency.EUR)


def order(*wanted: tuple[str, int, Fulfiller | None], order_id: str = "web/1001") -> Order:
    """Return an order of those skus, units and fulfillers; its lines are numbered from 1."""
    return Order(
        id=OrderId(order_id),
        channel=ChannelId("web"),
        currency=Currency.EUR,
        placed_at=NOON,
        lines=[
            OrderLine(
                id=LineId(str(place)),
                sku=Sku(sku),
                quantity=units,
                unit_price=eur(4900),
                fulfilled_by=by,
            )
            for place, (sku, units, by) in enumerate(wanted, start=1)
        ],
    )


def costs(*tiers: tuple[int, int], sku: str = "LAMP") -> dict[SupplierId, PriceList]:
    """Return what Lumen charges us, by quantity."""
    entry = PriceListEntry(
        sku=Sku(sku),
        tiers=[PriceTier(from_units=units, unit_price=eur(amount)) for units, amount in tiers],
    )
    return {SupplierId("Lumen"): PriceList(name="Lumen", currency=Currency.EUR, entries=[entry])}


def units_of(asked: tuple[SupplierOrder, ...]) -> dict[str, dict[str, int]]:
    """Return the units of each line, by supplier."""
    return {each.supplier: {line.line: line.quantity for line in each.lines} for each in asked}


@given(
    st.lists(
        st.tuples(st.sampled_from("ABC"), st.integers(1, 9), st.sampled_from(FULFILLERS)),
        min_size=1,
        max_size=6,
    ),
    st.data(),
)
def test_each_unit_of_a_supplier_is_asked_for_once(
    wanted: list[tuple[str, int, Fulfiller | None]], data: st.DataObject
) -> None:
    """What suppliers send is what is due of their lines; all else is not in any of their orders."""
    some = order(*wanted)
    for line in some.lines:
        gone = data.draw(st.integers(0, line.quantity))
        if gone:
            some = some.cancel(line.id, quantity=gone, at=NOON)
    due: dict[str, dict[str, int]] = {}
    for line in some.lines:
        units = some.counts(line.id).due
        if units and line.fulfilled_by in (LUMEN, TEXTILE):
            due.setdefault(line.fulfilled_by.name, {})[line.id] = units
    assert due == units_of(dropship(some, placed_on=TODAY))


@given(st.text("ab/:#~", min_size=1, max_size=6), st.text("ab/:#~", min_size=1, max_size=6))
def test_orders_of_two_names_never_share_one(one: str, other: str) -> None:
    """The id of a supplier's order is made of both names, and no two pairs of names make one id."""
    ids = {
        dropship(
            order(("A", 1, Fulfiller(kind=FulfillerKind.SUPPLIER, name=name)), order_id=order_id),
            placed_on=TODAY,
        )[0].id
        for order_id in (one, other)
        for name in (one, other)
    }
    assert len({one, other}) ** 2 == len(ids)


def test_asking_twice_is_asking_once() -> None:
    """On another day, after a shipment, the order and its id stay; a cancellation changes it alone."""
    some = order(("LAMP", 3, LUMEN))
    first = dropship(some, placed_on=TODAY)
    shipped = some.ship(LineId("1"), quantity=3, at=NOON)
    assert first == dropship(shipped, placed_on=TODAY)
    [changed] = dropship(some.cancel(LineId("1"), quantity=1, at=NOON), placed_on=TODAY)
    assert first[0].id == changed.id
    assert (first[0].units, changed.units) == (3, 2)
    gone = some.cancel(LineId("1"), quantity=3, at=NOON)
    assert dropship(gone, placed_on=TODAY) == ()


def test_names_as_long_as_they_get_make_an_id() -> None:
    """Order and supplier of two hundred characters each, which together are too long."""
    some = order(
        ("A", 1, Fulfiller(kind=FulfillerKind.SUPPLIER, name="s" * 200)), order_id="o" * 200
    )
    [asked] = dropship(some, placed_on=TODAY)
    assert asked.id.startswith("o" * 150 + "~")


def test_long_names_that_differ_in_where_they_part_make_two_ids() -> None:
    """What is cut off from the readable part still counts."""
    long = "o" * 150
    ids = [
        dropship(
            order(("A", 1, Fulfiller(kind=FulfillerKind.SUPPLIER, name=name)), order_id=order_id),
            placed_on=TODAY,
        )[0].id
        for order_id, name in ((f"{long}:a", "b"), (long, "a:b"))
    ]
    assert len(set(ids)) == 2


def test_what_it_costs_follows_the_list_of_the_supplier() -> None:
    """Two lines of a sku reach a tier together; a sku that is not listed has no cost."""
    some = order(("LAMP", 6, LUMEN), ("LAMP", 4, LUMEN), ("BULB", 1, LUMEN), ("SCARF", 1, TEXTILE))
    lumen, textile = dropship(some, placed_on=TODAY, costs=costs((1, 2750), (10, 2500)))
    assert [eur(2500), eur(2500), None] == [line.unit_cost for line in lumen.lines]
    assert lumen.cost is None
    assert [LineId("3")] == [line.line for line in lumen.without_cost]
    assert (textile.cost, len(textile.without_cost)) == (None, 1)
    wanted = f"""\
{lumen.id}: Lumen sends 11 units of order web/1001, cost unknown
line 1: 6 LAMP, 25.00 EUR each
line 2: 4 LAMP, 25.00 EUR each
line 3: 1 BULB, cost unknown"""
    assert wanted == lumen.explain()
    [cheap] = dropship(order(("LAMP", 9, LUMEN)), placed_on=TODAY, costs=costs((1, 2750)))
    assert eur(9 * 2750) == cheap.cost
    assert cheap.explain().splitlines()[0].endswith("9 units of order web/1001, 247.50 EUR in all")


def test_the_address_is_handed_on_and_not_shown() -> None:
    """It stands in the value, and in nothing that is printed."""
    address = Address(recipient="Ada", lines=["1 rue de la Paix"], city="Paris", country="FR")
    [asked] = dropship(order(("LAMP", 1, LUMEN)), placed_on=TODAY, ship_to=address)
    assert address == asked.ship_to
    for word in ("Ada", "rue", "Paris"):
        assert word not in repr(asked)
        assert word not in asked.explain()


def test_an_order_that_we_send_ourselves_asks_no_supplier() -> None:
    """Neither do lines that the channel sends."""
    assert dropship(order(("LAMP", 1, None), ("BULB", 1, AMAZON)), placed_on=TODAY) == ()


def test_a_line_has_to_name_its_supplier() -> None:
    """Nobody can be asked otherwise."""
    nobody = Fulfiller(kind=FulfillerKind.SUPPLIER)
    with pytest.raises(IdentifierError, match="SupplierId"):
        dropship(order(("LAMP", 1, nobody)), placed_on=TODAY)


def test_a_supplier_reports_what_it_sent_as_facts_of_the_order() -> None:
    """Shipped and delivered by a supplier reads like shipped and delivered by us."""
    some = order(("LAMP", 2, LUMEN))
    some = some.record(LineEventKind.SHIPPED, line=LineId("1"), quantity=2, at=NOON)
    assert some.units.open == 0


def supplier_order(*lines: SupplierOrderLine) -> SupplierOrder:
    """Return an order of those lines."""
    return SupplierOrder(
        id=PurchaseOrderId("D-1"),
        order=OrderId("web/1"),
        supplier=SupplierId("Lumen"),
        placed_on=TODAY,
        lines=lines,
    )


def test_an_order_of_a_supplier_has_lines_and_one_currency() -> None:
    """None, two currencies, and a cost below nothing are refused."""
    euros, yen = (
        SupplierOrderLine(line=LineId("1"), sku=Sku("LAMP"), quantity=1, unit_cost=cost)
        for cost in (eur(100), Money(100, Currency.JPY))
    )
    with pytest.raises(FieldError, match="one line or more"):
        supplier_order()
    with pytest.raises(CurrencyMismatchError):
        supplier_order(euros, yen)
    with pytest.raises(FieldError, match="unit_cost"):
        SupplierOrderLine(line=LineId("1"), sku=Sku("LAMP"), quantity=1, unit_cost=eur(-1))
