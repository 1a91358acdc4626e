"""The ledger as a witness: what came back on the shelf, what was lost, and days without stock."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ecomkit.errors import FieldError
from ecomkit.identifiers import CommandKey, LineId, LocationId, OrderId, Sku
from ecomkit.replenishment.cleaning import (
    DemandCleaning,
    DemandRow,
    OutOfStock,
    Returns,
    RowKind,
    StockOuts,
    WriteOffs,
    movement_rows,
    out_of_stock_days,
)
from ecomkit.stock import Account, Bucket, Cause, Movement, Owner
from ecomkit.timeline import UnknownZoneError, start_of_day

TIGER, LION = Sku("TIGER"), Sku("LION")
MAIN, ANNEX = LocationId("main"), LocationId("annex")
START = date(2026, 3, 2)
MIDNIGHT = datetime(2026, 3, 2, tzinfo=UTC)
ONE, TWO = (OrderId("etsy/1"), LineId("1")), (OrderId("etsy/2"), LineId("1"))


def move(
    units: int,
    source: Bucket,
    target: Bucket,
    cause: Cause = Cause.RELOCATION,
    *,
    hours: float = 0,
    sku: Sku = TIGER,
    line: Any = None,
    place: LocationId = MAIN,
) -> Movement:
    """Return a movement so many hours after the start."""
    return Movement(
        id="id",
        quantity=units,
        source=Account(sku, place, source),
        target=Account(sku, place, target),
        cause=cause,
        command=CommandKey("key"),
        at=MIDNIGHT + timedelta(hours=hours),
        owner=None if line is None else Owner.line(*line),
    )


def back(units: int, bucket: Bucket, *, line: Any = ONE, hours: float = 0) -> Movement:
    """Return units that a buyer sent back."""
    return move(units, Bucket.CUSTOMER, bucket, Cause.RETURN, line=line, hours=hours)


def told(*movements: Movement) -> list[tuple[RowKind, int, Any, int]]:
    """Return the rows by kind, day of the window, order line and units."""
    return [
        (
            row.kind,
            (row.day - START).days,
            None if row.order is None else (row.order, row.line),
            row.units,
        )
        for row in movement_rows(movements, zone="UTC")
    ]


def test_a_return_to_the_shelf_is_a_return() -> None:
    """It names the line of the order that it takes back; without an owner it names none."""
    assert told(back(3, Bucket.SELLABLE, hours=30), back(1, Bucket.SELLABLE, line=None)) == [
        (RowKind.RETURN, 1, ONE, 3),
        (RowKind.RETURN, 0, None, 1),
    ]


def test_a_return_set_aside_counts_when_it_reaches_the_shelf() -> None:
    """In the order in which the units came; the rest is still waiting."""
    assert told(
        back(3, Bucket.QUARANTINED),
        back(2, Bucket.QUARANTINED, line=TWO),
        move(4, Bucket.QUARANTINED, Bucket.SELLABLE, hours=50),
    ) == [(RowKind.RETURN, 2, ONE, 3), (RowKind.RETURN, 2, TWO, 1)]


def test_a_return_may_pass_several_places() -> None:
    """From quarantine to the damaged ones, and mended from there."""
    assert told(
        back(3, Bucket.QUARANTINED),
        move(2, Bucket.QUARANTINED, Bucket.DAMAGED),
        move(1, Bucket.DAMAGED, Bucket.SELLABLE, hours=24),
        move(1, Bucket.QUARANTINED, Bucket.SELLABLE, hours=48),
    ) == [(RowKind.RETURN, 1, ONE, 1), (RowKind.RETURN, 2, ONE, 1)]


def test_a_return_that_is_scrapped_never_came_back() -> None:
    """It was sold and is gone: no return, and no write-off either; what lay there before is one."""
    assert told(
        back(3, Bucket.QUARANTINED),
        move(2, Bucket.QUARANTINED, Bucket.SCRAP, Cause.DAMAGE),
        move(4, Bucket.QUARANTINED, Bucket.SCRAP, Cause.DAMAGE),
    ) == [(RowKind.WRITE_OFF, 0, None, 3)]
    assert told(back(3, Bucket.SCRAP)) == []


@pytest.mark.parametrize("gone", [Bucket.CUSTOMER, Bucket.SUPPLIER])
def test_a_return_that_leaves_again_is_forgotten(gone: Bucket) -> None:
    """Sent back to the buyer or to the supplier, later units from there are others."""
    assert (
        told(
            back(3, Bucket.QUARANTINED),
            move(3, Bucket.QUARANTINED, gone),
            move(3, gone, Bucket.SELLABLE, Cause.RECEIPT),
            move(3, Bucket.QUARANTINED, Bucket.SELLABLE),
        )
        == []
    )


@pytest.mark.parametrize("bucket", [Bucket.SCRAP, Bucket.SHRINKAGE])
def test_what_is_lost_or_broken_is_a_write_off(bucket: Bucket) -> None:
    """From wherever inside it went."""
    assert told(
        move(2, Bucket.SELLABLE, bucket, Cause.DAMAGE),
        move(1, Bucket.ALLOCATED, bucket, Cause.COUNT, hours=24),
    ) == [(RowKind.WRITE_OFF, 0, None, 2), (RowKind.WRITE_OFF, 1, None, 1)]


def test_other_movements_say_nothing_of_demand() -> None:
    """Receipts, promises, shipments, what was found, and what a carrier lost on its way out."""
    assert (
        told(
            move(9, Bucket.SUPPLIER, Bucket.SELLABLE, Cause.RECEIPT),
            move(2, Bucket.SELLABLE, Bucket.ALLOCATED, Cause.RESERVE),
            move(2, Bucket.ALLOCATED, Bucket.CUSTOMER, Cause.SHIP),
            move(1, Bucket.CUSTOMER, Bucket.SELLABLE, Cause.UNSHIP),
            move(1, Bucket.SHRINKAGE, Bucket.SELLABLE, Cause.ADJUSTMENT),
            move(1, Bucket.CUSTOMER, Bucket.SHRINKAGE, Cause.LOSS),
        )
        == []
    )


def test_the_ledger_cleans_what_was_sold() -> None:
    """A sale of ten, two of which came back; three broken ones count for nothing."""
    rows = [
        DemandRow(sku=TIGER, day=START, units=10, order=ONE[0], line=ONE[1]),
        *movement_rows(
            [back(2, Bucket.SELLABLE, hours=99), move(3, Bucket.SELLABLE, Bucket.SCRAP)],
            zone="UTC",
        ),
    ]
    [cleaned] = DemandCleaning(steps=[WriteOffs(), Returns()])(
        rows, start=START, end=START + timedelta(days=1)
    ).values()

    assert (sum(cleaned.raw.observed), sum(cleaned.series.observed)) == (13, 8)


def test_a_movement_belongs_to_the_day_of_the_shop() -> None:
    """Half past eleven in Greenwich is the next day in Paris."""
    lost = move(1, Bucket.SELLABLE, Bucket.SCRAP, hours=23.5)

    assert [row.day for row in movement_rows([lost], zone="Europe/Paris")] == [
        START + timedelta(days=1)
    ]
    with pytest.raises(UnknownZoneError):
        list(movement_rows([], zone="Paris"))


# -- days without stock -----------------------------------------------------------------------

DAYS = 6
ZONES = st.sampled_from(["UTC", "Europe/Paris", "America/New_York"])


def days_out(movements: Any, *, zone: str = "UTC", **options: Any) -> dict[int, OutOfStock]:
    """Return the days without tigers, counted from the start."""
    found = out_of_stock_days(
        movements, start=START, end=START + timedelta(days=DAYS), zone=zone, **options
    )
    return {(day - START).days: extent for day, extent in found.get(TIGER, {}).items()}


@given(
    changes=st.lists(
        st.tuples(st.integers(-30, 24 * DAYS + 30), st.integers(1, 3), st.booleans()), max_size=14
    ),
    zone=ZONES,
)
@example(changes=[(0, 1, True), (0, 1, False), (1, 1, True), (1, 1, False)], zone="UTC")
@example(changes=[(0, 1, True), (24, 1, False), (48, 1, True)], zone="UTC")
@settings(max_examples=150, deadline=None)
def test_days_are_what_the_shelf_shows_hour_by_hour(changes: Any, zone: str) -> None:
    """Empty all day, at its end, or for a part of it: by looking at the shelf every half hour."""
    free = 0
    movements = []
    levels: list[tuple[datetime, int]] = []
    for hours, units, comes in sorted(changes, key=lambda change: change[0]):
        taken = units if comes else min(units, free)
        if not taken:
            continue
        outside, inside = Bucket.SUPPLIER, Bucket.SELLABLE
        source, target = (outside, inside) if comes else (inside, outside)
        movements.append(move(taken, source, target, hours=hours))
        free += taken if comes else -taken
        levels.append((MIDNIGHT + timedelta(hours=hours), free))
    expected = {}
    for place in range(DAYS):
        moment = start_of_day(START + timedelta(days=place), zone=zone)
        ends = start_of_day(START + timedelta(days=place + 1), zone=zone)
        seen: list[int | None] = []
        while moment < ends:
            seen.append(next((free for at, free in reversed(levels) if at <= moment), None))
            moment += timedelta(minutes=30)
        if set(seen) == {0}:
            expected[place] = OutOfStock.ALL_DAY
        elif seen[-1] == 0:
            expected[place] = OutOfStock.AT_END
        elif 0 in seen:
            expected[place] = OutOfStock.PART_OF_DAY

    assert expected == days_out(movements, zone=zone)


def test_a_promised_unit_is_not_free() -> None:
    """What is allocated or quarantined sells nothing; what is held for a cart is promised, too."""
    came = move(1, Bucket.SUPPLIER, Bucket.SELLABLE, Cause.RECEIPT, hours=-30)

    for bucket in (Bucket.ALLOCATED, Bucket.HELD, Bucket.QUARANTINED):
        taken = move(1, Bucket.SELLABLE, bucket, hours=-1)
        assert days_out([came, taken]) == dict.fromkeys(range(DAYS), OutOfStock.ALL_DAY)


def test_the_shelf_may_be_in_several_places() -> None:
    """Free at one location is free, unless only the other is asked about."""
    movements = [
        move(1, Bucket.SUPPLIER, Bucket.SELLABLE, hours=-9),
        move(1, Bucket.SUPPLIER, Bucket.SELLABLE, hours=-9, place=ANNEX),
        move(1, Bucket.SELLABLE, Bucket.CUSTOMER, hours=24),
        move(1, Bucket.SUPPLIER, Bucket.SELLABLE, hours=48),
    ]

    assert days_out(movements) == {}
    assert days_out(movements, locations=[ANNEX]) == {}
    assert days_out(movements, locations={MAIN}) == {1: OutOfStock.ALL_DAY}


def test_before_the_first_movement_nothing_is_known() -> None:
    """A sku that never moved is not out of stock; nor is one that was never on the shelf."""
    assert days_out([]) == {}
    assert days_out([move(1, Bucket.SUPPLIER, Bucket.QUARANTINED)]) == {}
    assert days_out([move(1, Bucket.SUPPLIER, Bucket.SELLABLE, hours=50)]) == {}


def test_a_moment_without_length_is_none() -> None:
    """Taken and given at one instant."""
    assert (
        days_out(
            [
                move(1, Bucket.SUPPLIER, Bucket.SELLABLE, hours=-9),
                move(1, Bucket.SELLABLE, Bucket.CUSTOMER, hours=9),
                move(1, Bucket.SUPPLIER, Bucket.SELLABLE, hours=9),
            ]
        )
        == {}
    )


def test_days_found_in_the_ledger_are_unknown_in_the_demand() -> None:
    """From the ledger to the series."""
    movements = [
        move(4, Bucket.SUPPLIER, Bucket.SELLABLE, hours=-9),
        move(4, Bucket.SELLABLE, Bucket.CUSTOMER, hours=12),
        move(4, Bucket.SUPPLIER, Bucket.SELLABLE, hours=60),
        move(1, Bucket.SUPPLIER, Bucket.SELLABLE, sku=LION),
    ]
    end = START + timedelta(days=DAYS)
    days = out_of_stock_days(movements, start=START, end=end, zone="UTC")
    rows = [DemandRow(sku=TIGER, day=START + timedelta(days=n), units=4) for n in (0, 3)]
    [cleaned] = DemandCleaning(steps=[StockOuts(days=days)])(rows, start=START, end=end).values()

    assert list(days) == [TIGER]
    assert cleaned.series.units == (None, None, None, 4, 0, 0)
    assert [change.why for change in cleaned.steps[0].changes] == [
        "out of stock: at the end of the day",
        "out of stock: all day",
        "out of stock: for a part of the day",
    ]


def test_a_window_is_at_most_ten_years_long() -> None:
    """Its days are gone through one by one."""
    with pytest.raises(FieldError, match="end"):
        out_of_stock_days([], start=START, end=date.max, zone="UTC")
