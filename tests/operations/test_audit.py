"""The audit: everything is added up again from nothing, and what differs is named."""

from datetime import timedelta
from typing import Any

import attrs
import pytest

from ecomkit.identifiers import CartId, LineId, OrderId, Sku
from ecomkit.operations import AuditReport
from ecomkit.operations._orders import ORDERS
from ecomkit.returns import Disposition, ReceivedLine, Reception
from ecomkit.stock import Bucket

ONE = LineId("1")


@pytest.fixture
def busy(world: Any) -> Any:
    """Return a world in which everything has happened once."""
    world.shop.sync()
    world.shop.hold(
        CartId("c1"), {world.sku: 1}, until=world.clock.now() + timedelta(hours=1), key=world.key()
    )
    world.shop.place(world.own_order())
    world.sell(world.etsy, "1", 4)
    world.shop.sync()
    world.shop.fulfil()
    world.shop.sync()
    world.shop.receive_return(
        OrderId("etsy/1"),
        Reception(lines=[ReceivedLine(line=ONE, quantity=1, disposition=Disposition.DAMAGED)]),
        key=world.key(),
    )
    world.sell(world.corner, "1", 8)
    world.shop.sync()
    return world


def test_the_books_are_clean_after_anything(busy: Any) -> None:
    """Every movement is replayed, every order compared; all buckets add up to 0."""
    report = busy.shop.audit()

    assert report.is_clean
    assert report.orders == 3
    assert sum(units for _, units in report.units) == 0
    assert (dict(report.units)[Bucket.ALLOCATED], dict(report.units)[Bucket.HELD]) == (4, 1)
    assert (
        f"{report.movements} movements replayed, 3 orders compared: 0 faults" in report.explain()
    )
    assert "together 0" in report.explain()


def test_an_empty_book_is_clean(bare: Any) -> None:
    """Nothing adds up to nothing."""
    assert AuditReport(movements=0, units=(), orders=0, promised_twice=0, faults=()) == (
        bare.shop.audit()
    )


def test_an_audit_reads_the_ledger_in_pieces(busy: Any, monkeypatch: Any) -> None:
    """However many movements and orders there are, all are read."""
    whole = busy.shop.audit()
    monkeypatch.setattr("ecomkit.operations._verification.ROWS_AT_A_TIME", 2)
    monkeypatch.setattr("ecomkit.operations._audit.ORDERS_AT_A_TIME", 1)

    assert whole == busy.shop.audit()


def test_an_audit_writes_nothing(busy: Any) -> None:
    """Comparing changes nothing."""
    text = busy.text()
    busy.shop.audit()

    assert text == busy.text()


def test_an_order_that_lost_a_fact_is_named(busy: Any) -> None:
    """A shipment taken off an order: the ledger has less for it than it wants."""
    with busy.store.transaction() as tx:
        order = tx.get(ORDERS, "etsy/1")
        tx.put(ORDERS, [attrs.evolve(order, events=())])

    assert busy.shop.audit().faults == (
        "line:etsy/1#1 has 0 of ELEPHANT in the ledger, its order wants 4",
    )


def test_an_order_that_is_gone_is_named(busy: Any) -> None:
    """What the ledger keeps for an order that is not there any more."""
    with busy.store.transaction() as tx:
        tx.delete(ORDERS, ["corner/1"])

    assert busy.shop.audit().faults == (
        "line:corner/1#1 has 8 of ELEPHANT in the ledger, its order wants none",
    )


@pytest.fixture
def file(file_world: Any) -> Any:
    """Return a busy world whose books are in a file, and a way to write into it by hand."""
    world = file_world.adopted()
    world.shop.hold(
        CartId("c1"), {world.sku: 1}, until=world.clock.now() + timedelta(hours=1), key=world.key()
    )
    world.sell(world.etsy, "1", 12)
    world.sell(world.corner, "1", 2)
    world.shop.sync()
    world.assert_clean()
    return world, world.store.inner._connection.execute


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        (
            "UPDATE ecomkit_level SET sellable = 3",
            "ELEPHANT at main, sellable: the level says 3, its movements add up to 0",
        ),
        (
            "UPDATE ecomkit_level SET damaged = 2",
            "ELEPHANT at main, damaged: the level says 2, its movements add up to 0",
        ),
        (
            "DELETE FROM ecomkit_promise WHERE kind = 'uncovered' AND owner LIKE '%corner%'",
            "line:corner/1#1 has 0 of ELEPHANT in the ledger, its order wants 2",
        ),
        (
            "UPDATE ecomkit_promise SET quantity = 9 WHERE kind = 'uncovered' AND owner LIKE '%corner%'",
            "StockLevel.uncovered must be the sum of what is waited for, 12, got 5",
        ),
        ("DELETE FROM ecomkit_promise WHERE kind = 'allocation'", "ELEPHANT"),
        ("DELETE FROM ecomkit_promise WHERE kind = 'hold'", "ELEPHANT"),
        ("UPDATE ecomkit_promise SET quantity = 2 WHERE kind = 'hold'", "ELEPHANT"),
        ("UPDATE ecomkit_level SET allocated = 8", "ELEPHANT"),
        ("DELETE FROM ecomkit_level", "ELEPHANT at main, allocated: the level says 0"),
    ],
)
def test_every_planted_corruption_is_found_and_named(
    file: Any, statement: Any, fault: Any
) -> None:
    """A row changed by hand is told by its sku or its order."""
    world, run = file
    run(statement)
    report = world.shop.audit()

    assert not report.is_clean
    assert any(fault in found for found in report.faults), report.explain()


def test_units_that_are_promised_and_not_there_are_counted(file: Any) -> None:
    """Level and promises agree with each other, and lie: the movements tell."""
    world, run = file
    run("UPDATE ecomkit_level SET held = 6")
    run("UPDATE ecomkit_promise SET quantity = 6 WHERE kind = 'hold'")
    report = world.shop.audit()

    assert (report.promised_twice, report.is_clean) == (5, False)
    assert "5 units promised twice" in report.explain()


def test_a_level_that_cannot_be_read_does_not_hide_the_others(file: Any) -> None:
    """Each level is compared by itself."""
    world, run = file
    world.shop.count({Sku("TIGER"): 5}, key=world.key())
    run("UPDATE ecomkit_level SET allocated = 8 WHERE sku = 'ELEPHANT'")
    run("UPDATE ecomkit_level SET sellable = 7 WHERE sku = 'TIGER'")
    faults = world.shop.audit().faults

    assert any(fault.startswith("TIGER at main, sellable") for fault in faults)
    assert any("ELEPHANT" in fault and "cannot be read" in fault for fault in faults)


def test_history_cannot_be_edited(file: Any) -> None:
    """The file itself refuses to change or to delete a movement."""
    _, run = file
    for statement in ("UPDATE ecomkit_movement SET quantity = 99", "DELETE FROM ecomkit_movement"):
        with pytest.raises(Exception, match="movements are never"):
            run(statement)
