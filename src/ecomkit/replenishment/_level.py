"""Reorder levels: the position that triggers an order, and where the number comes from."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Protocol, Self, final

import attrs

from ecomkit._checks import refuse
from ecomkit.replenishment._lead_time_moments import lead_time_moments
from ecomkit.replenishment._numbers import (
    ceil_units,
    days_of_review,
    is_number,
    plain,
    service_share,
    units,
    whole_days,
)

if TYPE_CHECKING:
    from ecomkit.replenishment._demand import Demand
    from ecomkit.replenishment._lead_time import LeadTime


def _finite(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if not is_number(value) or not math.isfinite(value):
        raise refuse(instance, attribute.name, value, "a finite number")


class ReorderLevel(Protocol):
    """Where a reorder point comes from: any value of this shape."""

    @property
    def reorder_point(self) -> int:
        """The position, in units, that triggers an order."""
        ...

    @property
    def safety_stock(self) -> int:
        """Units of the reorder point that guard against variation."""
        ...

    def explain(self) -> str:
        """Return in words where the level comes from."""
        ...


@final
@attrs.frozen(kw_only=True)
class StatedLevel:
    """
    A level that a person has set.

    >>> StatedLevel(units=10).reorder_point
    10
    """

    units: int = attrs.field(validator=units)

    @property
    def reorder_point(self) -> int:
        """The level itself, in units."""
        return self.units

    @property
    def safety_stock(self) -> int:
        """0: the level was not split into demand and safety."""
        return 0

    def explain(self) -> str:
        """Return where the level comes from."""
        return f"The level of {self.units} was set by hand."


@final
@attrs.frozen(kw_only=True)
class ComputedLevel:
    """
    Demand over the protection interval plus safety stock, for a cycle service level (type 1).

    With d and s_d the mean and standard deviation of daily demand, L and s_L those of the lead
    time in days, L including the review period: expected = dL, spread = √(L s_d² + d² s_L²),
    safety stock = z × spread, reorder point = dL + z × spread; z is the standard normal quantile
    of the service level. Source: Chopra and Meindl, *Supply Chain Management*; Heizer and
    Render, *Operations Management*.

    Both whole numbers are rounded up, each from its own unrounded value; a fraction of 1e-9
    units or less is float dust and is not rounded up. Below a service level of one half z, and
    with it the safety stock, is negative: being short in most cycles is then what was asked for.

    >>> from ecomkit.replenishment import Demand, LeadTime
    >>> level = ComputedLevel.of(
    ...     demand=Demand.of(mean_per_day=4, sd_per_day=3),
    ...     lead_time=LeadTime(mean_days=7),
    ...     review_days=0,
    ...     service_level=0.95,
    ...     z=1.6448536269514722,
    ... )
    >>> level.expected_units, round(level.safety_units, 2), level.safety_stock, level.reorder_point
    (28.0, 13.06, 14, 42)
    """

    service_level: float = attrs.field(validator=service_share)
    z: float = attrs.field(validator=_finite)
    review_days: int = attrs.field(validator=whole_days)
    expected_units: float = attrs.field(validator=_finite)
    spread_units: float = attrs.field(validator=_finite)

    @classmethod
    def of(
        cls,
        *,
        demand: Demand,
        lead_time: LeadTime,
        review_days: int,
        service_level: float,
        z: float,
    ) -> Self:
        """Return the level for this demand and lead time; *z* belongs to *service_level*."""
        expected, spread = lead_time_moments(demand, lead_time=lead_time, review_days=review_days)
        return cls(
            service_level=service_level,
            z=z,
            review_days=review_days,
            expected_units=expected,
            spread_units=spread,
        )

    @property
    def safety_units(self) -> float:
        """The safety stock before rounding."""
        return self.z * self.spread_units

    @property
    def safety_stock(self) -> int:
        """Whole units, rounded up."""
        return ceil_units(self.z * self.spread_units)

    @property
    def reorder_point(self) -> int:
        """Whole units, rounded up from the unrounded sum."""
        return ceil_units(self.expected_units + self.z * self.spread_units)

    def explain(self) -> str:
        """Return the formula with its numbers and its rounding."""
        total = self.expected_units + self.safety_units
        review = f" and {days_of_review(self.review_days)}" if self.review_days else ""
        return (
            f"Over the lead time{review} {plain(self.expected_units)} units are expected, with "
            f"sd √(L·s_d² + d²·s_L²) = {plain(self.spread_units)}. For a service level of "
            f"{plain(self.service_level * 100)} % z is {self.z:.3f}, so the safety stock is "
            f"{self.z:.3f} × {plain(self.spread_units)} = {plain(self.safety_units)}, rounded up "
            f"to {self.safety_stock}. The reorder point is {plain(self.expected_units)} + "
            f"{plain(self.safety_units)} = {plain(total)}, rounded up to {self.reorder_point}."
        )


def reorder_level(instance: object, attribute: attrs.Attribute[Any], value: object) -> None:
    """Accept a level of any kind; the two of the house, the usual ones, are let through first."""
    if isinstance(value, (ComputedLevel, StatedLevel)):
        return
    if not all(hasattr(value, part) for part in ("reorder_point", "safety_stock", "explain")):
        raise refuse(
            instance,
            attribute.name,
            value,
            "a level: what has a reorder_point, a safety_stock and an explain()",
        )
