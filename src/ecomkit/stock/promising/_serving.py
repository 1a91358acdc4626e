"""Who gets which units on which day: two sweeps over the calendar, one from each end."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Sequence
from datetime import date
from heapq import heappop, heappush
from typing import NamedTuple

__all__ = ["NEVER", "Demand", "Serving", "Supply", "kept_for_later", "serve"]

NEVER = date.max.toordinal() + 1
"""The day after the last day of the calendar."""


class Supply(NamedTuple):
    """Units that can be handed over on the days from *first* on and before *until* (ordinals)."""

    units: int
    first: int
    until: int = NEVER


class Demand(NamedTuple):
    """Units wanted on the day *due* (an ordinal), or on the first day after it that has them."""

    units: int
    due: int


class Serving(NamedTuple):
    """What a run over the calendar gave."""

    parts: list[list[tuple[int, int]]]
    """For each demand: the days on which it is served, and the units of each day."""

    left: dict[int, int]
    """For each day on which something changes: the units left once all who wait are served."""


def serve(supplies: Iterable[Supply], demands: Sequence[Demand], *, today: int) -> Serving:
    """
    Serve *demands* in their order with what expires first (FEFO).

    The order goes by due day; what was due before *today* may stand anywhere among today's.

    Taking what expires first serves as many as can be served: a unit that is used while it is
    good leaves one that keeps longer for whoever comes later.
    """
    coming = deque(sorted((s for s in supplies if s.units), key=lambda supply: supply.first))
    days = {today, *(demand.due for demand in demands)}
    days.update(day for supply in coming for day in (supply.first, supply.until))
    shelf: list[tuple[int, int]] = []  # until, units
    parts: list[list[tuple[int, int]]] = [[] for _ in demands]
    open_units = [demand.units for demand in demands]
    left: dict[int, int] = {}
    first = seen = 0  # demands[first:seen] wait
    for day in sorted(day for day in days if today <= day < NEVER):
        while coming and coming[0].first <= day:
            supply = coming.popleft()
            heappush(shelf, (supply.until, supply.units))
        while shelf and shelf[0][0] <= day:
            heappop(shelf)
        while seen < len(demands) and demands[seen].due <= day:
            seen += 1
        while first < seen and shelf:
            until, there = heappop(shelf)
            units = min(open_units[first], there)
            parts[first].append((day, units))
            if units < there:
                heappush(shelf, (until, there - units))
            open_units[first] -= units
            if not open_units[first]:
                first += 1
        left[day] = sum(units for _, units in shelf)
    return Serving(parts=[_merged(served) for served in parts], left=left)


def _merged(served: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return one entry a day, however many lots its units came from."""
    total: Counter[int] = Counter()
    for day, units in served:
        total[day] += units
    return list(total.items())


def kept_for_later(supplies: Iterable[Supply], served: Iterable[tuple[int, int]]) -> Counter[int]:
    """
    Return how the number of units changes that must be kept for a later day.

    The mirror of :func:`serve`: from the last day back, each of *served* (a day and the units
    handed over on it) takes what comes in last before its day, so that it takes as little as can
    be from the days before. The sum of the changes up to a day is what the days after it need
    of that day's shelf.
    """
    going = sorted(supplies, key=lambda supply: supply.until)
    shelf: list[tuple[int, int]] = []  # minus first, units: what comes in last stands on top
    changes: Counter[int] = Counter()
    for day, units_served in sorted(served, reverse=True):
        wanted = units_served
        while going and going[-1].until > day:
            supply = going.pop()
            heappush(shelf, (-supply.first, supply.units))
        while wanted:
            first, there = heappop(shelf)
            if -first > day:  # comes in too late for this day and for all days before it
                continue
            units = min(wanted, there)
            changes[-first] += units
            changes[day] -= units
            if units < there:
                heappush(shelf, (first, there - units))
            wanted -= units
    return changes
