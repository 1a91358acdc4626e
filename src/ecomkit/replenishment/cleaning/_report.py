"""What a cleaning did: each step with the days it changed, and nothing taken off in silence."""

from __future__ import annotations

from datetime import date
from typing import final

import attrs

from ecomkit._checks import as_tuple, each, is_a, not_negative, optional, plain_date
from ecomkit.identifiers import ChannelId, Sku
from ecomkit.replenishment._series import DemandSeries
from ecomkit.replenishment.cleaning._history import LEAVING, SalesHistory, Unmatched

CHANGES_SHOWN = 5
"""So many changes of a step are told one by one; all of them are in the report."""


@final
@attrs.frozen(kw_only=True)
class DayChange:
    """The units of *day* *before* and *after* one finding; *after* is None if they are unknown."""

    day: date = attrs.field(validator=plain_date)
    before: int = attrs.field(validator=not_negative)
    after: int | None = attrs.field(validator=optional(not_negative))
    why: str = attrs.field(validator=is_a(str))

    @property
    def taken_off(self) -> int:
        """The units that no longer count."""
        return self.before - (self.after or 0)

    def explain(self) -> str:
        """
        Say what changed, and why.

        >>> DayChange(day=date(2026, 10, 1), before=12, after=None, why="out of stock").explain()
        '2026-10-01: 12 -> unknown, out of stock'
        """
        after = "unknown" if self.after is None else self.after
        return f"{self.day}: {self.before} -> {after}, {self.why}"


@final
@attrs.frozen(kw_only=True)
class StepReport:
    """
    What one step changed inside the window, by day.

    ``units_before`` and ``units_after`` are the units of all observed days before and after the
    step. ``unmatched`` are cancellations and returns for which no sale was found, whenever they
    came: they changed nothing.
    """

    name: str = attrs.field(validator=is_a(str))
    units_before: int = attrs.field(validator=not_negative)
    units_after: int = attrs.field(validator=not_negative)
    changes: tuple[DayChange, ...] = attrs.field(
        default=(), converter=as_tuple, validator=each(DayChange)
    )
    unmatched: tuple[Unmatched, ...] = attrs.field(
        default=(), converter=as_tuple, validator=each(Unmatched)
    )

    @property
    def taken_off(self) -> int:
        """The units that no longer count."""
        return self.units_before - self.units_after

    @property
    def days(self) -> tuple[date, ...]:
        """The days that the step changed, sorted."""
        return tuple(sorted({change.day for change in self.changes}))

    def explain(self) -> str:
        """Say how many units the step took off which days, the largest changes first, and why."""
        off = f"{self.taken_off} units off {len(self.days)} days"
        lines = [f"{self.name}: {off}, {self.units_before} -> {self.units_after}"]
        largest = sorted(self.changes, key=lambda change: (-change.taken_off, change.day))
        lines.extend(f"  {change.explain()}" for change in largest[:CHANGES_SHOWN])
        if len(largest) > CHANGES_SHOWN:
            lines.append(f"  and {len(largest) - CHANGES_SHOWN} more")
        if self.unmatched:
            units = sum(one.units for one in self.unmatched)
            lines.append(f"  without a sale: {units} units in {len(self.unmatched)} rows")
        return "\n".join(lines)


@final
@attrs.frozen(kw_only=True)
class CleanedDemand:
    """
    The demand of one sku, cleaned, and what was taken off on the way.

    ``raw`` are all units that left or were ordered, by day; ``series`` is the demand. No unit
    gets lost between them: the units of ``raw`` are those of the observed days of ``series`` and
    those that the steps took off. ``history`` is what the last step left.
    """

    sku: Sku = attrs.field(validator=is_a(Sku))
    raw: DemandSeries = attrs.field(validator=is_a(DemandSeries), repr=False)
    series: DemandSeries = attrs.field(validator=is_a(DemandSeries), repr=False)
    steps: tuple[StepReport, ...] = attrs.field(converter=as_tuple, validator=each(StepReport))
    history: SalesHistory = attrs.field(validator=is_a(SalesHistory), repr=False)

    @property
    def taken_off(self) -> int:
        """The units that all steps took off."""
        return sum(step.taken_off for step in self.steps)

    @property
    def by_channel(self) -> dict[ChannelId | None, DemandSeries]:
        """
        The demand of each channel that sold; :meth:`DemandSeries.pooled` of them is ``series``.

        None stands for rows that named no channel.
        """
        days: dict[ChannelId | None, list[tuple[date, int]]] = {}
        for _, row, left in self.history.counted(*LEAVING):
            days.setdefault(row.channel, []).append((row.day, left))
        return {
            channel: series_of(self.history, sold)
            for channel, sold in sorted(days.items(), key=lambda item: item[0] or "")
        }

    def explain(self) -> str:
        """Say what was there, what each step took off and why, and what is left."""
        days, known = len(self.series), self.series.observed
        raw = f"{sum(self.raw.observed)} units in {days} days from {self.raw.start}"
        demand = f"{sum(known)} units in {len(known)} days, {days - len(known)} unknown"
        steps = (step.explain() for step in self.steps)
        return "\n".join([f"{self.sku}: {raw}", *steps, f"demand: {demand}"])


def series_of(history: SalesHistory, days: list[tuple[date, int]]) -> DemandSeries:
    """Return *days* as a series over the window of *history*, its unknown days left open."""
    return DemandSeries.from_days(
        days, start=history.start, end=history.end, unknown=history.unknown
    )
