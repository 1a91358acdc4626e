"""Days without stock: what was asked for on them is unknown, not 0."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from datetime import date, timedelta
from enum import IntEnum
from itertools import pairwise
from typing import TYPE_CHECKING, Any, ClassVar, final

import attrs

from ecomkit._checks import is_a, refuse
from ecomkit.replenishment._numbers import is_number
from ecomkit.replenishment.cleaning._history import Finding, NotObserved, SalesHistory

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecomkit.identifiers import Sku

IMPROBABLE = 0.001
"""One history in a thousand has such a gap by chance."""


class OutOfStock(IntEnum):
    """How much of a day a sku was out of stock; larger is longer."""

    PART_OF_DAY = 1
    """Nothing was available at some time, but it was at the end."""

    AT_END = 2
    """Nothing was available at the end of the day, but it was before."""

    ALL_DAY = 3
    """Nothing was available at any time."""


def _days(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    is_a(Mapping)(instance, attribute, value)
    for days in value.values():
        if not isinstance(days, Mapping) or not all(
            isinstance(extent, OutOfStock) for extent in days.values()
        ):
            raise refuse(instance, attribute.name, days, "an OutOfStock for each day")


@final
@attrs.frozen(kw_only=True)
class StockOuts:
    """
    On a day without stock nothing is sold whatever is asked for: such days become unknown.

    Units that were sold on such a day are set aside with it, and reported.

    Args:
        days: The days of each sku, such as those that
            :func:`~ecomkit.replenishment.cleaning.out_of_stock_days` finds in the ledger.
        from_extent: How much of a day has to be without stock. The default takes every day that
            was cut short.
    """

    name: ClassVar[str] = "stock-outs"

    days: Mapping[Sku, Mapping[date, OutOfStock]] = attrs.field(validator=_days, repr=False)
    from_extent: OutOfStock = attrs.field(
        default=OutOfStock.PART_OF_DAY, validator=is_a(OutOfStock)
    )

    def __call__(self, history: SalesHistory) -> Iterator[Finding]:
        """Find the days in the window that were out of stock for long enough."""
        for day, extent in sorted(self.days.get(history.sku, {}).items()):
            if extent >= self.from_extent and history.start <= day < history.end:
                yield NotObserved(day=day, why=f"out of stock: {_SPELLED[extent]}")


_SPELLED: Mapping[OutOfStock, str] = {
    OutOfStock.PART_OF_DAY: "for a part of the day",
    OutOfStock.AT_END: "at the end of the day",
    OutOfStock.ALL_DAY: "all day",
}


def _probability(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if not is_number(value) or not 0 < value < 1:
        raise refuse(instance, attribute.name, value, "a number between 0 and 1")


@final
@attrs.frozen(kw_only=True)
class InferredStockOuts:
    """
    For histories without stock records: gaps too long to be chance are taken for stock-outs.

    A day is without demand with a chance of q, reckoned from the days between the first and the
    last sale and outside of the gap, by Laplace's rule of succession: of n days m quiet ones are
    (m + 1) / (n + 2). Then a gap of g days follows any one sale with a chance of q^g. A gap
    becomes unknown if the chance that any gap of the history is so long, at most their number
    times that, is below ``improbable``. What is before the first sale and after the last one is
    no gap: a sku that is not yet or no longer sold is not out of stock.

    This is a guess, so no pipeline has it unless it is asked for: a season, a holiday or a shop
    that closes at weekends makes gaps, too.

    Raises:
        FieldError: If ``improbable`` is not between 0 and 1.
    """

    name: ClassVar[str] = "inferred stock-outs"

    improbable: float = attrs.field(default=IMPROBABLE, validator=_probability)

    def __call__(self, history: SalesHistory) -> Iterator[Finding]:
        """Find the days of the gaps that are too long."""
        unknown = history.unknown
        sold = sorted(day for day in history.units_by_day() if day not in unknown)
        if not sold:
            return
        known = [
            day
            for ahead in range((sold[-1] - sold[0]).days + 1)
            if (day := sold[0] + timedelta(days=ahead)) not in unknown
        ]
        for before, after in pairwise(sold):
            gap = known[bisect_right(known, before) : bisect_left(known, after)]
            rest = len(known) - len(gap)
            quiet = (rest - len(sold) + 1) / (rest + 2)
            if gap and (len(sold) - 1) * quiet ** len(gap) < self.improbable:
                why = f"no sale for {len(gap)} days, where {_percent(1 - quiet)} of the days have one"
                yield from (NotObserved(day=day, why=why) for day in gap)


def _percent(share: float) -> str:
    return f"{math.floor(100 * share)} %"
