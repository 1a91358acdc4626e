"""Picking: lots come in with their dates, and what expires first is taken first."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from ecomkit.identifiers import LotId, Sku
from ecomkit.operations import KeyReusedError, LotConflictError, UnknownOrderError
from ecomkit.stock import Bucket, Damage, Refused, Ship, Want
from ecomkit.stock.lots import Lot, LotChoice, LotEligibility, NamedLots, Removal

TODAY = date(2026, 1, 8)


def lot(world: Any, name: str, *, expires: date | None = None) -> Lot:
    """Return a lot of elephants."""
    return Lot(id=LotId(name), sku=world.sku, received_at=world.clock.now(), expires_on=expires)


def serial(world: Any, name: str) -> Lot:
    """Return one elephant with a number of its own."""
    return Lot.serial(LotId(name), sku=world.sku, received_at=world.clock.now())


@pytest.fixture
def honey(world: Any) -> Any:
    """No elephant without a lot; five that expire on the 10th, five on the 20th."""
    world.shop.count({world.sku: 0}, key=world.key())
    for name, day in (("OLD", 10), ("NEW", 20)):
        world.shop.receive_lot(
            lot(world, name, expires=date(2026, 1, day)), quantity=5, key=world.key()
        )
    return world


def ordered(world: Any, number: str, quantity: int) -> Any:
    """Have a channel sell some, and return the order's id."""
    world.sell(world.etsy, number, quantity)
    world.shop.sync()
    [order] = [order for order in world.shop.orders() if order.id.endswith(f"/{number}")]
    return order.id


def lots_of(want: Any) -> Any:
    """Return what was picked: lot and quantity."""
    return [(want.lot, want.quantity) for want in want]


def test_what_expires_first_is_picked_first(honey: Any) -> None:
    """Seven units: all five of the older lot, two of the newer one."""
    order = ordered(honey, "1", 7)
    report = honey.shop.pick(order, key=honey.key(), today=TODAY)

    assert lots_of(report.picked) == [("OLD", 5), ("NEW", 2)]
    assert report.missing == ()
    assert honey.shop.level(honey.sku).picked == 7
    assert honey.shop.audit().is_clean


def test_a_lot_that_is_too_old_stays(honey: Any) -> None:
    """With three days of shelf life asked, the older lot is left out, and the report says why."""
    order = ordered(honey, "1", 7)
    removal = Removal(eligibility=LotEligibility(min_shelf_life_days=3))
    report = honey.shop.pick(order, key=honey.key(), today=TODAY, removal=removal)

    assert lots_of(report.picked) == [("NEW", 5)]
    assert [want.quantity for want in report.missing] == [2]
    assert "OLD" in report.explain()


def test_picked_units_ship_with_their_lots(honey: Any) -> None:
    """Shipping names no lot: what was picked goes, and the ledger knows which lots went."""
    order = ordered(honey, "1", 7)
    honey.shop.pick(order, key=honey.key(), today=TODAY)
    honey.shop.fulfil()
    level = honey.shop.level(honey.sku)
    with honey.store.snapshot() as tx:
        shipped = [
            (row.lot, row.quantity)
            for _, row in tx.movements(limit=99)
            if row.target.bucket is Bucket.CUSTOMER
        ]

    assert shipped == [("OLD", 5), ("NEW", 2)]
    assert [(part.lot, part.quantity) for part in level.lots] == [("NEW", 3)]
    assert honey.shop.verify().is_clean


def test_picking_twice_picks_once(honey: Any) -> None:
    """The same key answers the same; a second pick finds nothing more to take."""
    order = ordered(honey, "1", 4)
    key = honey.key()
    first = honey.shop.pick(order, key=key, today=TODAY)
    again = honey.shop.pick(order, key=key, today=TODAY)
    more = honey.shop.pick(order, key=honey.key(), today=TODAY)

    assert first == again
    assert (more.picked, more.missing) == ((), ())
    assert honey.shop.level(honey.sku).picked == 4


def test_a_key_of_another_pick_is_refused(honey: Any) -> None:
    """One key, two orders."""
    key = honey.key()
    honey.shop.pick(ordered(honey, "1", 1), key=key, today=TODAY)

    with pytest.raises(KeyReusedError):
        honey.shop.pick(ordered(honey, "2", 1), key=key, today=TODAY)


def test_named_serials_are_picked(world: Any) -> None:
    """A phone is one unit with a number, and the customer gets that one."""
    world.shop.count({world.sku: 0}, key=world.key())
    for name in ("SN-1", "SN-2"):
        world.shop.receive_lot(serial(world, name), quantity=1, key=world.key())
    order = ordered(world, "1", 1)
    removal = NamedLots(choices=[LotChoice(lot=LotId("SN-2"))])

    assert lots_of(world.shop.pick(order, key=world.key(), removal=removal).picked) == [
        ("SN-2", 1)
    ]


def test_a_serial_comes_in_once(world: Any) -> None:
    """A serial is one unit, and is not there twice; nothing is written."""
    phone = serial(world, "SN-1")
    key = world.key()
    world.shop.receive_lot(phone, quantity=1, key=key)
    world.shop.receive_lot(phone, quantity=1, key=key)
    with pytest.raises(LotConflictError, match="here already"):
        world.shop.receive_lot(phone, quantity=1, key=world.key())
    with pytest.raises(LotConflictError, match="one unit"):
        world.shop.receive_lot(serial(world, "SN-2"), quantity=2, key=world.key())

    assert [part.quantity for part in world.shop.level(world.sku).lots] == [1]


def test_a_lot_that_is_known_otherwise_is_refused(honey: Any) -> None:
    """Another day of expiry under the same name is another lot; the same facts are the same lot."""
    honey.clock.advance(timedelta(days=1))
    with pytest.raises(LotConflictError, match="other facts"):
        honey.shop.receive_lot(
            lot(honey, "OLD", expires=date(2026, 1, 11)), quantity=1, key=honey.key()
        )
    honey.shop.receive_lot(
        lot(honey, "OLD", expires=date(2026, 1, 10)), quantity=2, key=honey.key()
    )

    assert {part.lot: part.quantity for part in honey.shop.level(honey.sku).lots} == {
        "OLD": 7,
        "NEW": 5,
    }


def test_units_without_a_lot_are_taken_after_the_lots(honey: Any) -> None:
    """Three came in without a lot: they go where the lots do not suffice."""
    honey.shop.receive({honey.sku: 3}, key=honey.key())
    report = honey.shop.pick(ordered(honey, "1", 12), key=honey.key(), today=TODAY)

    assert lots_of(report.picked) == [("OLD", 5), ("NEW", 5), (None, 2)]


def test_what_is_uncovered_is_not_picked(honey: Any) -> None:
    """Ten lie there and twelve were sold: ten are picked, and nothing is missing at the shelf."""
    report = honey.shop.pick(ordered(honey, "1", 12), key=honey.key(), today=TODAY)

    assert sum(want.quantity for want in report.picked) == 10
    assert report.missing == ()


def test_nobody_guesses_a_lot(honey: Any) -> None:
    """Goods that leave the shelf unpicked, or are broken, name their lot where lots are kept."""
    order = ordered(honey, "1", 1)
    owner = honey.shop.level(honey.sku).allocations[0].owner
    plain = Want(owner=owner, sku=honey.sku, quantity=1)
    broken = Damage(key=honey.key(), sku=honey.sku, quantity=1, reason="fell")
    named = Damage(key=honey.key(), sku=honey.sku, quantity=1, reason="fell", lot=LotId("OLD"))

    assert isinstance(honey.shop.execute(Ship(key=honey.key(), wants=[plain])), Refused)
    assert isinstance(honey.shop.execute(broken), Refused)
    honey.shop.execute(named)
    report = honey.shop.pick(order, key=honey.key(), today=TODAY)

    assert lots_of(report.picked) == [("OLD", 1)]
    assert ("OLD", "damaged", 1) in [
        (part.lot, part.place, part.quantity) for part in honey.shop.level(honey.sku).lots
    ]


def test_an_order_that_nobody_knows_cannot_be_picked(world: Any) -> None:
    """A clear error, and the key may be used again."""
    with pytest.raises(UnknownOrderError):
        world.shop.pick(Sku("etsy/none"), key=world.key())
