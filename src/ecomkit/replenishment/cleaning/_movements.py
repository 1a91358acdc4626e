"""The ledger as a witness: what came back on the shelf, what was lost, and days without stock."""

from __future__ import annotations

from collections import deque
from datetime import date, datetime
from typing import TYPE_CHECKING, TypeAlias

from ecomkit.replenishment.cleaning._history import check_window
from ecomkit.replenishment.cleaning._row import DemandRow, RowKind
from ecomkit.replenishment.cleaning._stock_outs import OutOfStock
from ecomkit.stock import Bucket, Cause
from ecomkit.timeline import day_of, days_after, start_of_day, time_zone, utc

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from zoneinfo import ZoneInfo

    from ecomkit.identifiers import LineId, LocationId, OrderId, Sku
    from ecomkit.stock import Account, Movement

    _Returned: TypeAlias = tuple[tuple[OrderId, LineId] | None, int]

WRITTEN_OFF = frozenset({Bucket.SCRAP, Bucket.SHRINKAGE})


def movement_rows(movements: Iterable[Movement], *, zone: str) -> Iterator[DemandRow]:
    """
    Yield the returns and the write-offs of *movements*, which come in their order.

    A return counts when its units can be sold again: at once, or when they leave quarantine for
    the shelf. Units of one sku, place and bucket leave in the order in which they were returned;
    what is scrapped there never came back. What is found missing or broken and leaves the stock
    is a write-off, unless it had come back and never reached the shelf.

    Raises:
        UnknownZoneError: If *zone* is unknown.
    """
    clock = time_zone(zone)
    aside: dict[Account, deque[_Returned]] = {}
    for movement in movements:
        source, target = movement.source, movement.target
        day = day_of(movement.at, zone=clock)
        if movement.cause is Cause.RETURN:
            line = None if movement.owner is None else movement.owner.order_line
            back: list[_Returned] = [(line, movement.quantity)]
        else:
            back = _leaving(aside.get(source), movement.quantity)
        came_back = sum(units for _, units in back)
        if target.bucket is Bucket.SELLABLE:
            for line, units in back:
                yield _row(movement.sku, day, units, kind=RowKind.RETURN, line=line)
        elif target.bucket in WRITTEN_OFF:
            if source.bucket.is_inside and movement.quantity > came_back:
                yield _row(
                    movement.sku,
                    day,
                    movement.quantity - came_back,
                    kind=RowKind.WRITE_OFF,
                    line=None,
                )
        elif back and target.bucket.is_inside:
            aside.setdefault(target, deque()).extend(back)


def _leaving(queue: deque[_Returned] | None, units: int) -> list[_Returned]:
    """Take *units* off the front of what was returned and set aside; there may be fewer."""
    leaving: list[_Returned] = []
    while queue and units:
        line, waiting = queue.popleft()
        taken = min(waiting, units)
        units -= taken
        leaving.append((line, taken))
        if waiting > taken:
            queue.appendleft((line, waiting - taken))
    return leaving


def _row(
    sku: Sku, day: date, units: int, *, kind: RowKind, line: tuple[OrderId, LineId] | None
) -> DemandRow:
    order, name = (None, None) if line is None else line
    return DemandRow(sku=sku, day=day, units=units, kind=kind, order=order, line=name)


def out_of_stock_days(
    movements: Iterable[Movement],
    *,
    start: date,
    end: date,
    zone: str,
    locations: Collection[LocationId] | None = None,
) -> dict[Sku, dict[date, OutOfStock]]:
    """
    Return the days from *start* up to, not including, *end* on which a sku could not be sold.

    Out of stock is a sku of which no unit is free at any of *locations* (all, unless they are
    named): promised and quarantined units sell nothing. Give all *movements* from the first one
    on; before the first one of a sku nothing is known of it, and nothing said. A moment without
    length, between two movements of one instant, is none.

    Raises:
        UnknownZoneError: If *zone* is unknown.
        FieldError: If the window is longer than ten years.
    """
    check_window(start, end=end)
    clock = time_zone(zone)
    changes: dict[Sku, dict[datetime, int]] = {}
    for movement in movements:
        for account, units in (
            (movement.source, -movement.quantity),
            (movement.target, movement.quantity),
        ):
            if account.bucket is Bucket.SELLABLE and (
                locations is None or account.location in locations
            ):
                balance = changes.setdefault(movement.sku, {})
                at = utc(movement.at)
                balance[at] = balance.get(at, 0) + units
    window_ends = start_of_day(end, zone=clock)
    found: dict[Sku, dict[date, OutOfStock]] = {}
    for sku, balance in changes.items():
        days: dict[date, OutOfStock] = {}
        for since, until in _empty(balance, end=window_ends):
            for day, extent in _extents(since, until, start=start, end=end, zone=clock):
                days[day] = max(extent, days.get(day, extent))
        if days:
            found[sku] = days
    return found


def _empty(
    changes: Mapping[datetime, int], *, end: datetime
) -> Iterator[tuple[datetime, datetime]]:
    """Yield from when until when nothing was free, the last time up to *end* at the latest."""
    free = 0
    since: datetime | None = None
    for at in sorted(changes):
        free += changes[at]
        if free > 0:
            if since is not None:
                yield since, at
            since = None
        elif since is None:
            since = at
    if since is not None:
        yield since, end


def _extents(
    since: datetime, until: datetime, *, start: date, end: date, zone: ZoneInfo
) -> Iterator[tuple[date, OutOfStock]]:
    """Yield the days of the window that the time from *since* to *until* touches, and how."""
    day = max(start, day_of(since, zone=zone))
    while day < end and (begins := start_of_day(day, zone=zone)) < until:
        ends = start_of_day(days_after(day, days=1), zone=zone)
        if until < ends:
            yield day, OutOfStock.PART_OF_DAY
        elif since > begins:
            yield day, OutOfStock.AT_END
        else:
            yield day, OutOfStock.ALL_DAY
        day = days_after(day, days=1)
