"""Demand as it is taken down: net units by sku and day of placement."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import final

import attrs

from ecomkit._checks import as_tuple, each, is_a
from ecomkit.identifiers import Sku
from ecomkit.ports import Collection, Transaction
from ecomkit.replenishment import Demand

__all__ = ["DEMAND", "DemandHistory", "note_demand"]

DAYS_KEPT = 400
"""A year and a month: what a forecast with a yearly season looks back on."""


@final
@attrs.frozen(kw_only=True)
class DemandHistory:
    """
    Units of one sku placed on each day since *first_day*, less what was cancelled later.

    A cancellation is taken off the day on which the units were ordered, so an order that is
    cancelled leaves no trace in the demand. The first and the last day are never without units.
    """

    sku: Sku = attrs.field(validator=is_a(Sku))
    first_day: date = attrs.field(validator=is_a(date))
    units: tuple[int, ...] = attrs.field(converter=as_tuple, validator=each(int))

    def add(self, day: date, units: int) -> DemandHistory:
        """Return the history with *units* (below 0: cancelled ones) more on *day*."""
        place = (day - self.first_day).days
        days = list(self.units)
        first_day = self.first_day
        if place < 0:
            days[:0] = [0] * -place
            first_day, place = day, 0
        if place >= len(days):
            days.extend([0] * (place + 1 - len(days)))
        days[place] += units
        kept = [place for place in range(max(0, len(days) - DAYS_KEPT), len(days)) if days[place]]
        start, end = (kept[0], kept[-1] + 1) if kept else (0, 0)
        return DemandHistory(
            sku=self.sku, first_day=first_day + timedelta(days=start), units=days[start:end]
        )

    def demand(self, *, start: date, end: date) -> Demand:
        """
        Return the demand from *start* up to, not including, *end*; days without a sale are 0.

        Raises:
            TooFewObservationsError: If there are fewer than two days.
        """
        first = (start - self.first_day).days
        last = (end - self.first_day).days
        window = [0] * max(0, min(-first, last - first))
        window.extend(max(0, units) for units in self.units[max(0, first) : max(0, last)])
        window.extend([0] * (last - first - len(window)))
        return Demand.from_daily(window)


DEMAND = Collection(name="demand", type=DemandHistory, key=lambda history: history.sku)


def note_demand(tx: Transaction, rows: Iterable[tuple[Sku, date, int]]) -> None:
    """Add *rows* of sku, day and units to the histories; one of which nothing is left ends."""
    histories: dict[Sku, DemandHistory] = {}
    for sku, day, units in rows:
        history = histories.get(sku) or tx.get(DEMAND, sku)
        if history is None:
            history = DemandHistory(sku=sku, first_day=day, units=())
        histories[sku] = history.add(day, units)
    tx.put(DEMAND, (history for history in histories.values() if history.units))
    tx.delete(DEMAND, (sku for sku, history in histories.items() if not history.units))
