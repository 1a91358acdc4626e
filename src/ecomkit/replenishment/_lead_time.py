"""Lead time: how long from placing an order until its units can be sold, and how much that varies."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING, Self, final

import attrs

from ecomkit.errors import FieldError
from ecomkit.replenishment._numbers import (
    DAYS_MAX,
    OBSERVATIONS_MIN,
    TooFewObservationsError,
    is_number,
    plain,
    up_to,
)

if TYPE_CHECKING:
    from collections.abc import Iterable


@final
@attrs.frozen(kw_only=True)
class LeadTime:
    """
    Days from the decision to order until the units are on the shelf: mean and standard deviation.

    Count all of it: waiting for the supplier's order day, processing, transit, customs, and
    putting away.

    Raises:
        FieldError: If a number is negative, no number, infinite, or above ten years.

    >>> LeadTime(mean_days=7, sd_days=2).explain()
    '7 days, sd 2'
    """

    mean_days: float = attrs.field(validator=up_to(DAYS_MAX))
    sd_days: float = attrs.field(default=0.0, validator=up_to(DAYS_MAX))

    @classmethod
    def from_receipts(cls, days: Iterable[float]) -> Self:
        """
        Return the lead time seen in receipts, in days from placing to shelf.

        A purchase order that came in three parts gives three observations. The standard
        deviation is that of a sample (n − 1).

        Raises:
            TooFewObservationsError: If there are fewer than two receipts.
            FieldError: If a receipt took a negative, infinite or no number of days, or over ten
                years.

        >>> LeadTime.from_receipts([5, 7, 9])
        LeadTime(mean_days=7.0, sd_days=2.0)
        """
        seen = tuple(days)
        for taken in seen:
            if not is_number(taken) or not 0 <= taken <= DAYS_MAX:
                raise FieldError(
                    owner=cls.__name__,
                    field="days",
                    got=taken,
                    wanted=f"a number from 0 to {DAYS_MAX}",
                )
        if len(seen) < OBSERVATIONS_MIN:
            raise TooFewObservationsError(owner=cls.__name__, observed="receipts", got=len(seen))
        return cls(mean_days=statistics.fmean(seen), sd_days=float(statistics.stdev(seen)))

    def explain(self) -> str:
        """Return mean and standard deviation in words."""
        return f"{plain(self.mean_days)} days, sd {plain(self.sd_days)}"
