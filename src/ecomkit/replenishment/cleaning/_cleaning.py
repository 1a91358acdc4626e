"""The cleaning: from rows of a history to the demand behind it, step by step."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, final

import attrs

from ecomkit._checks import as_tuple, refuse
from ecomkit.errors import FieldError
from ecomkit.replenishment.cleaning._bulk_orders import BulkOrders
from ecomkit.replenishment.cleaning._history import (
    CleaningStep,
    NotObserved,
    SalesHistory,
    TakenOff,
    Unmatched,
    check_window,
)
from ecomkit.replenishment.cleaning._report import (
    CleanedDemand,
    DayChange,
    StepReport,
    series_of,
)
from ecomkit.replenishment.cleaning._reversals import Cancellations, Returns
from ecomkit.replenishment.cleaning._write_offs import WriteOffs

if TYPE_CHECKING:
    from datetime import date

    from ecomkit.identifiers import Sku
    from ecomkit.replenishment.cleaning._row import DemandRow

STEPS: tuple[CleaningStep, ...] = (WriteOffs(), Cancellations(), Returns(), BulkOrders())
"""What is done unless other steps are named; days without stock need to be told."""


def _are_steps(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if not isinstance(value, tuple) or not all(
        callable(step) and isinstance(getattr(step, "name", None), str) for step in value
    ):
        raise refuse(instance, attribute.name, value, "steps that have a name and can be called")


@final
@attrs.frozen(kw_only=True)
class DemandCleaning:
    """
    Turns the rows of sales histories into the demand behind them, and says what it took off.

    ``steps`` are done in their order, each on what the ones before have left. Write-offs, then
    cancellations, then returns come first by default, so that a bulk order is judged by the units
    that were really wanted; days without stock come last, since what they set aside is lost.

    Raises:
        FieldError: If a step has no name or cannot be called.

    >>> from datetime import date
    >>> from ecomkit.identifiers import CustomerId, Sku
    >>> from ecomkit.replenishment.cleaning import DemandRow, RowKind
    >>> sku, who = Sku("ELEPHANT"), CustomerId("17850")
    >>> rows = [
    ...     DemandRow(sku=sku, day=date(2026, 10, 1), units=12, customer=who),
    ...     DemandRow(sku=sku, day=date(2026, 10, 2), units=900, customer=who),
    ...     DemandRow(
    ...         sku=sku, day=date(2026, 10, 3), units=900, customer=who, kind=RowKind.CANCELLATION
    ...     ),
    ... ]
    >>> cleaned = DemandCleaning()(rows, start=date(2026, 10, 1), end=date(2026, 10, 4))[sku]
    >>> cleaned.raw.units, cleaned.series.units
    ((12, 900, 0), (12, 0, 0))
    >>> print(cleaned.explain())
    ELEPHANT: 912 units in 3 days from 2026-10-01
    write-offs: 0 units off 0 days, 912 -> 912
    cancellations: 900 units off 1 days, 912 -> 12
      2026-10-02: 900 -> 0, sale of 900 on 2026-10-02: cancellation on 2026-10-03
    returns: 0 units off 0 days, 12 -> 12
    bulk orders: 0 units off 0 days, 12 -> 12
    demand: 12 units in 3 days, 0 unknown
    """

    steps: tuple[CleaningStep, ...] = attrs.field(
        default=STEPS, converter=as_tuple, validator=_are_steps
    )

    def __call__(
        self, rows: Iterable[DemandRow], *, start: date, end: date
    ) -> dict[Sku, CleanedDemand]:
        """
        Return the demand of each sku of *rows* from *start* up to, not including, *end*.

        Rows may lie outside of the window; give them all, since a cancellation may come after it.
        Days without a sale are 0.

        Raises:
            FieldError: If the window is longer than ten years, or a step takes more off a row
                than it has left.
        """
        check_window(start, end=end)
        by_sku: dict[Sku, list[DemandRow]] = {}
        for row in rows:
            by_sku.setdefault(row.sku, []).append(row)
        return {
            sku: self._clean(SalesHistory.of(by_sku[sku], sku=sku, start=start, end=end))
            for sku in sorted(by_sku)
        }

    def _clean(self, history: SalesHistory) -> CleanedDemand:
        raw = series_of(history, list(history.units_by_day().items()))
        reports = []
        for step in self.steps:
            history, report = _done(step, history)
            reports.append(report)
        return CleanedDemand(
            sku=history.sku,
            raw=raw,
            series=series_of(history, list(history.units_by_day().items())),
            steps=reports,
            history=history,
        )


def _done(step: CleaningStep, history: SalesHistory) -> tuple[SalesHistory, StepReport]:
    """Return what *step* leaves of *history*, and the report of it."""
    days = {
        day: units for day, units in history.units_by_day().items() if day not in history.unknown
    }
    units_before = sum(days.values())
    left = list(history.left)
    unknown = set(history.unknown)
    changes: list[DayChange] = []
    unmatched: list[Unmatched] = []
    for finding in step(history):
        match finding:
            case TakenOff():
                _take(left, finding, step=step)
                day = history.rows[finding.row].day
                if history.start <= day < history.end and day not in unknown:
                    before = days[day]
                    days[day] -= finding.units
                    changes.append(
                        DayChange(day=day, before=before, after=days[day], why=finding.why)
                    )
            case NotObserved():
                day = finding.day
                if history.start <= day < history.end and day not in unknown:
                    unknown.add(day)
                    before = days.pop(day, 0)
                    changes.append(DayChange(day=day, before=before, after=None, why=finding.why))
            case Unmatched():
                unmatched.append(finding)
            case _:
                raise FieldError(
                    owner=step.name, field="findings", got=finding, wanted="a Finding"
                )
    report = StepReport(
        name=step.name,
        units_before=units_before,
        units_after=sum(days.values()),
        changes=changes,
        unmatched=unmatched,
    )
    return attrs.evolve(history, left=left, unknown=frozenset(unknown)), report


def _take(left: list[int], finding: TakenOff, *, step: CleaningStep) -> None:
    """Take the units off the row, and off the cancellation or return that took them back."""
    for place in (finding.row, finding.by):
        if place is None:
            continue
        if place >= len(left) or left[place] < finding.units:
            raise FieldError(
                owner=step.name, field="units", got=finding, wanted="units that the row has left"
            )
        left[place] -= finding.units
