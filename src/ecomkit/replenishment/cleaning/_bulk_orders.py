"""One-off bulk orders: lines so large that nobody should stock up for the next one."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from enum import Enum
from fractions import Fraction
from statistics import fmean, median
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias, final

import attrs

from ecomkit._checks import above_zero, is_a, optional, refuse
from ecomkit.identifiers import OrderId
from ecomkit.replenishment._numbers import UNITS_MAX, is_number, plain
from ecomkit.replenishment.cleaning._history import Finding, SalesHistory, TakenOff
from ecomkit.replenishment.cleaning._row import RowKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LineLimit: TypeAlias = "Callable[[Sequence[int]], float | None]"
"""Given the sizes of all lines of a sku, the largest that is not a bulk order; None to tell none."""

SD_OF_MEDIAN_DEVIATION = 1.482602218505602
"""The standard deviation of a normal distribution over its median absolute deviation."""

SD_OF_MEAN_DEVIATION = math.sqrt(math.pi / 2)
"""The same over its mean absolute deviation."""

DEVIATIONS = 5.0
"""Far even for lines that differ by factors: one or two in a thousand lines of a gift wholesaler."""

LOG_UNITS_MAX = math.log(UNITS_MAX)

LINES_MIN = 20
"""Of fewer lines nobody knows what is usual."""


class LineScale(Enum):
    """How the sizes of lines are compared."""

    RATIOS = "ratios"
    """By how many times one is the other: six is to one as 600 to 100. On logarithms."""

    UNITS = "units"
    """By how many units one has more."""


class BulkTreatment(Enum):
    """What becomes of a line that is too large."""

    CAPPED = "capped"
    """It counts for as many units as the largest usual line may have."""

    TAKEN_OUT = "taken out"
    """It does not count at all."""


def _above_zero(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if not is_number(value) or not 0 < value <= UNITS_MAX:
        raise refuse(instance, attribute.name, value, "a number above 0")


def _share(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if not isinstance(value, Fraction) or not 0 < value <= 1:
        raise refuse(instance, attribute.name, value, "a Fraction above 0, at most 1")


@final
@attrs.frozen(kw_only=True)
class MedianDeviations:
    """
    The median of the line sizes, and so many robust standard deviations more.

    The deviation is the median absolute deviation from the median, scaled to the standard
    deviation of a normal distribution; where more than half of the lines are equal that is 0, and
    the mean absolute deviation takes its place (Iglewicz and Hoaglin, 1993, "How to detect and
    handle outliers", who call 3.5 far for normal data). A few huge lines move neither much. Sizes
    of lines are skewed: on the scale of their ratios they are near a normal distribution, on
    that of units the limit would cut off what comes every week.

    Raises:
        FieldError: If a number is not above 0, or the scale is none.

    >>> sizes = [1, 2, 2, 3, 3, 3, 4, 4, 5, 500] * 2
    >>> round(MedianDeviations(deviations=5)(sizes), 3)
    39.164
    >>> round(MedianDeviations(deviations=5, scale=LineScale.UNITS)(sizes), 3)
    10.413
    """

    deviations: float = attrs.field(default=DEVIATIONS, validator=_above_zero)
    scale: LineScale = attrs.field(default=LineScale.RATIOS, validator=is_a(LineScale))
    lines_min: int = attrs.field(default=LINES_MIN, validator=above_zero)

    def __call__(self, sizes: Sequence[int]) -> float | None:
        """Return the limit, None if there are too few lines to say what is usual."""
        if len(sizes) < self.lines_min:
            return None
        if self.scale is LineScale.UNITS:
            middle, spread = _middle_and_spread(sizes)
            return middle + self.deviations * spread
        middle, spread = _middle_and_spread([math.log(max(size, 1)) for size in sizes])
        # Where nothing differs, the limit is the size itself and not what is left of its logarithm.
        limit = math.exp(min(middle + self.deviations * spread, LOG_UNITS_MAX))
        return limit if spread else float(median(sizes))


def _middle_and_spread(sizes: Sequence[float]) -> tuple[float, float]:
    middle = median(sizes)
    away = [abs(size - middle) for size in sizes]
    return middle, SD_OF_MEDIAN_DEVIATION * median(away) or SD_OF_MEAN_DEVIATION * fmean(away)


@final
@attrs.frozen(kw_only=True)
class ShareOfPeriod:
    """
    A share of all units of the period.

    Raises:
        FieldError: If the share is not a Fraction above 0, at most 1.

    >>> ShareOfPeriod(share=Fraction(1, 4))([10, 20, 50])
    20.0
    """

    share: Fraction = attrs.field(validator=_share)

    def __call__(self, sizes: Sequence[int]) -> float | None:
        """Return the limit."""
        return float(self.share * sum(sizes))


def _can_be_called(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if not callable(value):
        raise refuse(instance, attribute.name, value, "a LineLimit")


def _order_ids(orders: Iterable[OrderId]) -> Any:
    return frozenset(orders) if isinstance(orders, Iterable) else orders


def _are_order_ids(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if not isinstance(value, frozenset) or not all(isinstance(one, OrderId) for one in value):
        raise refuse(instance, attribute.name, value, "OrderIds")


@final
@attrs.frozen(kw_only=True)
class BulkOrders:
    """
    One-off orders say little of what is asked for next: their lines are capped or taken out.

    Args:
        limit: Gives the largest usual size of a line from the sizes of all lines in the period,
            less what earlier steps took off; None for no limit.
        treatment: What becomes of a larger line.
        orders: One-off orders that the merchant names; they are taken out whole, whatever their
            size.

    Raises:
        FieldError: If a field is not of its kind.
    """

    name: ClassVar[str] = "bulk orders"

    limit: LineLimit | None = attrs.field(
        factory=MedianDeviations, validator=optional(_can_be_called)
    )
    treatment: BulkTreatment = attrs.field(
        default=BulkTreatment.CAPPED, validator=is_a(BulkTreatment)
    )
    orders: frozenset[OrderId] = attrs.field(
        default=frozenset(), converter=_order_ids, validator=_are_order_ids
    )

    def __call__(self, history: SalesHistory) -> Iterator[Finding]:
        """Find the lines of named orders, and those above the limit."""
        usual = []
        for place, row, left in history.counted(RowKind.SALE):
            if row.order in self.orders:
                yield TakenOff(row=place, units=left, why=f"{row.explain()}: named as one-off")
            else:
                usual.append((place, row, left))
        limit = None if self.limit is None else self.limit([left for _, _, left in usual])
        if limit is None:
            return
        kept = math.floor(limit) if self.treatment is BulkTreatment.CAPPED else 0
        for place, row, left in usual:
            if left > limit:
                yield TakenOff(
                    row=place,
                    units=left - kept,
                    why=f"{row.explain()}: {left} units, above the limit of {plain(limit)} a line, "
                    f"{self.treatment.value}",
                )
