"""Demand as it is taken down: net units by sku and day of placement, pooled and by channel."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from enum import Enum
from operator import mul
from typing import Any, final

import attrs

from ecomkit._checks import as_tuple, is_a, optional
from ecomkit.errors import FieldError
from ecomkit.identifiers import ChannelId, Sku
from ecomkit.ports import Collection, Transaction
from ecomkit.replenishment import UNITS_PER_DAY_MAX, Demand, DemandMoments, DemandSeries

__all__ = [
    "DEMAND",
    "DEMAND_BY_CHANNEL",
    "DemandDetail",
    "DemandHistory",
    "demands",
    "note_demand",
]

DAYS_KEPT = 400
"""A year and a month: what a forecast with a yearly season looks back on."""

OBSERVED_DAYS_MIN = 2
"""Fewer days have no spread: nothing can be said of them."""


def _units_of_days(days: Iterable[Any]) -> tuple[int, ...]:
    # Before the sums, which are reckoned from them where none are given; and by the set of their
    # types, since a year of days is loaded for each sku of a plan.
    units = as_tuple(days)
    if not isinstance(units, tuple) or not set(map(type, units)) <= {int}:
        raise FieldError(owner="DemandHistory", field="units", got=days, wanted="a tuple of int")
    return units


def _counted(units: Iterable[int]) -> list[int]:
    """
    Return what each day counts as, where it counts at all.

    A day on which more was cancelled than ordered is one without demand, and no garbled order
    counts for more than a day can sell: its square would leave the sums.
    """
    counted = [count for count in units if count > 0]
    if counted and max(counted) > UNITS_PER_DAY_MAX:
        counted = [min(count, UNITS_PER_DAY_MAX) for count in counted]
    return counted


def _moments(units: Iterable[int], *, days: int) -> DemandMoments:
    counted = _counted(units)
    return DemandMoments(
        days=days, total=sum(counted), total_of_squares=sum(map(mul, counted, counted))
    )


def _sums_of(history: DemandHistory) -> DemandMoments:
    return _moments(history.units, days=len(history.units))


class DemandDetail(Enum):
    """What is read of a demand."""

    MOMENTS = "moments"
    """Mean and standard deviation."""

    SERIES = "series"
    """The days behind them, too: for policies that look at the pattern of the demand."""


@final
@attrs.frozen(kw_only=True)
class DemandHistory:
    """
    Units of one sku placed on each day since *first_day*, less what was cancelled later.

    A cancellation is taken off the day on which the units were ordered, so an order that is
    cancelled leaves no trace in the demand. The first and the last day are never without units.

    ``kept`` are the sums over all days of the history, a day below zero counting as 0. They are
    saved with the days, so that those of a window are reckoned from the days inside of it or
    those outside, whichever are fewer. ``channel`` says where the units were ordered; None for
    all channels together.
    """

    sku: Sku = attrs.field(validator=is_a(Sku))
    first_day: date = attrs.field(validator=is_a(date))
    units: tuple[int, ...] = attrs.field(converter=_units_of_days)
    # What an older version wrote has no sums: they are those of its days.
    kept: DemandMoments = attrs.field(
        default=attrs.Factory(_sums_of, takes_self=True),
        validator=is_a(DemandMoments),
        repr=False,
    )
    channel: ChannelId | None = attrs.field(default=None, validator=optional(is_a(ChannelId)))

    def add(self, day: date, units: int) -> DemandHistory:
        """
        Return the history with *units* (below 0: cancelled ones) more on *day*.

        Of the days up to the last one with units, the latest 400 are kept.
        """
        days, first_day = list(self.units), self.first_day
        place = (day - first_day).days
        if days and not len(days) - DAYS_KEPT <= place < len(days) + DAYS_KEPT:
            # So far apart that only the later ones can be kept.
            if place < 0 or not units:
                return self
            days, first_day, place = [], day, 0
        if place < 0:
            days[:0] = [0] * -place
            first_day, place = day, 0
        if place >= len(days):
            days.extend([0] * (place + 1 - len(days)))
        days[place] += units
        end = len(days)
        while end and not days[end - 1]:
            end -= 1
        start = max(0, end - DAYS_KEPT)
        while start < end and not days[start]:
            start += 1
        return DemandHistory(
            sku=self.sku,
            first_day=first_day + timedelta(days=start),
            units=days[start:end],
            channel=self.channel,
        )

    def moments(self, *, start: date, end: date) -> DemandMoments:
        """Return the sums from *start* up to, not including, *end*; days without a sale are 0."""
        days = max(0, (end - start).days)
        first, last = self._inside(start, end)
        size = len(self.units)
        if last - first <= size // 2:
            return _moments(self.units[first:last], days=days)
        outside = _moments(self.units[:first] + self.units[last:], days=size - (last - first))
        return DemandMoments(
            days=days,
            total=self.kept.total - outside.total,
            total_of_squares=self.kept.total_of_squares - outside.total_of_squares,
        )

    def series(self, *, start: date, end: date) -> DemandSeries:
        """Return the days from *start* up to, not including, *end*; days without a sale are 0."""
        days = max(0, (end - start).days)
        first, last = self._inside(start, end)
        inside = self.units[first:last]
        if inside and not 0 <= min(inside) <= max(inside) <= UNITS_PER_DAY_MAX:
            inside = tuple(min(max(0, count), UNITS_PER_DAY_MAX) for count in inside)
        before = min(days, max(0, (self.first_day - start).days))
        after = days - before - len(inside)
        return DemandSeries(start=start, units=(0,) * before + inside + (0,) * after)

    def demand(self, *, start: date, end: date) -> Demand:
        """
        Return the demand from *start* up to, not including, *end*; days without a sale are 0.

        Raises:
            TooFewObservationsError: If there are fewer than two days.
        """
        return self.moments(start=start, end=end).demand

    def recent(self, *, window_days: int, today: date, detail: DemandDetail) -> Demand | None:
        """
        Return the demand of the last *window_days* whole days, or since the first sale.

        *today* is not in it, since it is not over. None if that are less than two days: nothing
        can be said of them.
        """
        first = max(self.first_day.toordinal(), today.toordinal() - window_days)
        if today.toordinal() - first < OBSERVED_DAYS_MIN:
            return None
        start = date.fromordinal(first)
        demand = self.demand(start=start, end=today)
        if detail is DemandDetail.SERIES:
            return attrs.evolve(demand, series=self.series(start=start, end=today))
        return demand

    def _inside(self, start: date, end: date) -> tuple[int, int]:
        """Return from which place in ``units`` up to which the window reaches."""
        size = len(self.units)
        first = min(max(0, (start - self.first_day).days), size)
        return first, min(max(first, (end - self.first_day).days), size)


def _by_channel(history: DemandHistory) -> str:
    # No channel has a slash in its name, so no two pairs are written alike.
    return f"{history.channel}/{history.sku}"


DEMAND = Collection(name="demand", type=DemandHistory, key=lambda history: history.sku)
"""All channels together: what a plan reads."""

DEMAND_BY_CHANNEL = Collection(
    name="demand_by_channel",
    type=DemandHistory,
    key=_by_channel,
    index=lambda history: history.channel,
)
"""Each channel apart, looked up by the channel."""


def demands(
    tx: Transaction,
    *,
    window_days: int,
    today: date,
    channel: ChannelId | None = None,
    detail: DemandDetail = DemandDetail.MOMENTS,
) -> Iterator[tuple[Sku, Demand]]:
    """
    Yield each sku with its demand in the last *window_days* whole days, read in one scan.

    The window starts at the first sale if that was later; *today* is not in it, since it is not
    over. Skus with less than two such days are left out. With *channel*, the demand of that
    channel alone.
    """
    collection = DEMAND if channel is None else DEMAND_BY_CHANNEL
    for history in tx.scan(collection, index=channel):
        demand = history.recent(window_days=window_days, today=today, detail=detail)
        if demand is not None:
            yield history.sku, demand


def note_demand(
    tx: Transaction,
    rows: Iterable[tuple[Sku, date, int]],
    *,
    channel: ChannelId | None = None,
) -> None:
    """
    Add *rows* of sku, day and units to the histories; one of which nothing is left ends.

    They are added to the pooled histories, and to those of *channel* where it is named.
    """
    noted = list(rows)
    _add(tx, DEMAND, noted, channel=None)
    if channel is not None:
        _add(tx, DEMAND_BY_CHANNEL, noted, channel=channel)


def _add(
    tx: Transaction,
    collection: Collection[DemandHistory],
    rows: Iterable[tuple[Sku, date, int]],
    *,
    channel: ChannelId | None,
) -> None:
    histories: dict[str, DemandHistory] = {}
    for sku, day, units in rows:
        fresh = DemandHistory(sku=sku, first_day=day, units=(), channel=channel)
        key = collection.key(fresh)
        histories[key] = (histories.get(key) or tx.get(collection, key) or fresh).add(day, units)
    tx.put(collection, (history for history in histories.values() if history.units))
    tx.delete(collection, (key for key, history in histories.items() if not history.units))
