"""Rules for a level: days of cover, the parts of another policy, costs, the highest, the sum."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from statistics import NormalDist
from typing import TYPE_CHECKING, Any, Protocol, final

import attrs

from ecomkit._checks import refuse
from ecomkit.replenishment._level import ComputedLevel, ReorderLevel, StatedLevel
from ecomkit.replenishment._level_rule import Level, RuleLevel, level_of, level_or_rule
from ecomkit.replenishment._numbers import (
    DAYS_MAX,
    ceil_units,
    is_number,
    plain,
    up_to,
    whole_days,
)

if TYPE_CHECKING:
    from datetime import date

    from ecomkit.replenishment._demand import Demand
    from ecomkit.replenishment._lead_time import LeadTime


@final
@attrs.frozen(kw_only=True)
class DaysOfCover:
    """
    The level that lasts a number of days: mean demand × days, rounded up to whole units.

    Raises:
        FieldError: If ``days`` is negative, no number, or above ten years.

    >>> from datetime import date
    >>> from ecomkit.replenishment import Demand, LeadTime
    >>> rule = DaysOfCover(days=15)
    >>> level = rule(
    ...     demand=Demand.of(mean_per_day=4),
    ...     lead_time=LeadTime(mean_days=7),
    ...     today=date(2026, 10, 1),
    ... )
    >>> level.reorder_point, level.explain()
    (60, '15 days of cover at 4 a day are 60 units.')
    """

    days: float = attrs.field(validator=up_to(DAYS_MAX))

    def __call__(self, *, demand: Demand, lead_time: LeadTime, today: date) -> RuleLevel:
        """Return the units that last the days."""
        del lead_time, today
        units = ceil_units(demand.mean_per_day * self.days)
        return RuleLevel(
            reorder_point=units,
            why=(
                f"{plain(self.days)} days of cover at {plain(demand.mean_per_day)} a day are "
                f"{units} units."
            ),
        )


class LevelPolicy(Protocol):
    """A policy that tells its level apart from its advice, as :class:`ReorderPoint` does."""

    def level(self, *, demand: Demand, lead_time: LeadTime) -> ReorderLevel:
        """Return the reorder point and the safety stock for this demand and lead time."""
        ...


def _level_policy(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if not callable(getattr(value, "level", None)):
        raise refuse(instance, attribute.name, value, "a policy with a level(), as ReorderPoint")


@final
@attrs.frozen(kw_only=True)
class ReorderPointOf:
    """
    The reorder point of another policy, as a level: a computed s beside a stated S.

    Raises:
        FieldError: If ``policy`` does not tell its level.

    >>> from datetime import date
    >>> from ecomkit.replenishment import Demand, LeadTime, ReorderPoint
    >>> rule = ReorderPointOf(policy=ReorderPoint(service_level=0.95))
    >>> rule(
    ...     demand=Demand.of(mean_per_day=4, sd_per_day=3),
    ...     lead_time=LeadTime(mean_days=7),
    ...     today=date(2026, 10, 1),
    ... ).reorder_point
    42
    """

    policy: LevelPolicy = attrs.field(validator=_level_policy)

    def __call__(self, *, demand: Demand, lead_time: LeadTime, today: date) -> ReorderLevel:
        """Return the level of the other policy, with its own words."""
        del today
        return self.policy.level(demand=demand, lead_time=lead_time)


@final
@attrs.frozen(kw_only=True)
class SafetyStockOf:
    """
    The safety stock of another policy, as a level; 0 where it is negative.

    A floor for what is available: what is left, on average, when the order arrives.

    Raises:
        FieldError: If ``policy`` does not tell its level.

    >>> from datetime import date
    >>> from ecomkit.replenishment import Demand, LeadTime, ReorderPoint
    >>> rule = SafetyStockOf(policy=ReorderPoint(service_level=0.95))
    >>> rule(
    ...     demand=Demand.of(mean_per_day=4, sd_per_day=3),
    ...     lead_time=LeadTime(mean_days=7),
    ...     today=date(2026, 10, 1),
    ... ).reorder_point
    14
    """

    policy: LevelPolicy = attrs.field(validator=_level_policy)

    def __call__(self, *, demand: Demand, lead_time: LeadTime, today: date) -> RuleLevel:
        """Return the safety stock, with the words of the level that it is a part of."""
        del today
        level = self.policy.level(demand=demand, lead_time=lead_time)
        safety = max(0, level.safety_stock)
        return RuleLevel(
            reorder_point=safety,
            safety_stock=safety,
            why=f"The level is the safety stock of {safety} alone. {level.explain()}",
        )


def _cost_rate(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if not is_number(value) or not 0 < value < float("inf"):
        raise refuse(instance, attribute.name, value, "a finite number above 0")


@final
@attrs.frozen(kw_only=True)
class CriticalRatio:
    """
    The base stock level that costs least where every unit short costs, and every unit over.

    ``holding_cost`` is what a unit left over costs for one review period, ``stockout_cost`` what
    a unit short costs in it. The level covers lead time and review with the probability
    p ∕ (h + p), for normal demand: d(L + R) + z × spread (:class:`ComputedLevel`). Source: Arrow,
    Harris and Marschak (1951); Snyder and Shen, *Fundamentals of Supply Chain Theory*, 4.3.

    Raises:
        FieldError: If a cost is not above 0 and finite, their ratio is 0 or 1 in floats, or
            ``review_days`` is negative, not whole or above ten years.

    >>> from datetime import date
    >>> from ecomkit.replenishment import Demand, LeadTime
    >>> level = CriticalRatio(holding_cost=0.18, stockout_cost=0.70)(
    ...     demand=Demand.of(mean_per_day=50, sd_per_day=8),
    ...     lead_time=LeadTime(mean_days=4),
    ...     today=date(2026, 10, 1),
    ... )
    >>> round(level.expected_units + level.safety_units, 4), level.reorder_point
    (264.7669, 265)
    """

    holding_cost: float = attrs.field(validator=_cost_rate)
    stockout_cost: float = attrs.field(validator=_cost_rate)
    review_days: int = attrs.field(default=1, validator=whole_days)

    def __attrs_post_init__(self) -> None:
        if not 0 < self.ratio < 1:
            wanted = f"near enough to the holding cost of {self.holding_cost} to weigh the two"
            raise refuse(self, "stockout_cost", self.stockout_cost, wanted)

    @property
    def ratio(self) -> float:
        """The probability of no stock-out that balances the two costs."""
        return self.stockout_cost / (self.holding_cost + self.stockout_cost)

    @cached_property
    def z(self) -> float:
        """The standard normal quantile of the ratio, computed once."""
        return NormalDist().inv_cdf(self.ratio)

    def __call__(self, *, demand: Demand, lead_time: LeadTime, today: date) -> ComputedLevel:
        """Return the level for this demand and lead time."""
        del today
        return ComputedLevel.of(
            demand=demand,
            lead_time=lead_time,
            review_days=self.review_days,
            service_level=self.ratio,
            z=self.z,
        )


def _named(parts: Mapping[str, Level] | Iterable[tuple[str, Level]]) -> Any:
    """Convert parts by name to pairs; leave anything else for the validator to refuse."""
    if isinstance(parts, Mapping):
        return tuple(parts.items())
    return tuple(parts) if isinstance(parts, Iterable) else parts


def _named_parts(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    wanted = "one level or more by name, each a whole number of units or a rule"
    if not isinstance(value, tuple) or not value:
        raise refuse(instance, attribute.name, value, wanted)
    for part in value:
        if not isinstance(part, tuple) or len(part) != 2 or not isinstance(part[0], str):  # noqa: PLR2004  # a pair
            raise refuse(instance, attribute.name, part, wanted)
        level_or_rule(instance, attribute, part[1])


def _levels_of(
    parts: tuple[tuple[str, Level], ...], *, demand: Demand, lead_time: LeadTime, today: date
) -> tuple[tuple[str, ReorderLevel], ...]:
    return tuple(
        (name, level_of(part, demand=demand, lead_time=lead_time, today=today))
        for name, part in parts
    )


def _in_words(name: str, level: ReorderLevel) -> str:
    """Return the words of a level that are more than its number, which the caller has said."""
    return "" if isinstance(level, StatedLevel) else f" {name}: {level.explain()}"


@final
@attrs.frozen(kw_only=True)
class HighestOf:
    """
    The highest of several named levels; of equal ones the first.

    A presentation minimum is the highest of the safety stock and what the shelf has to show. A
    reserve that several channels share is the highest of theirs.

    Raises:
        FieldError: If there is no part, or a part is neither whole units nor a rule.

    >>> from datetime import date
    >>> from ecomkit.replenishment import Demand, LeadTime
    >>> rule = HighestOf(parts={"cover": DaysOfCover(days=3), "display": 12})
    >>> level = rule(
    ...     demand=Demand.of(mean_per_day=5),
    ...     lead_time=LeadTime(mean_days=7),
    ...     today=date(2026, 10, 1),
    ... )
    >>> level.reorder_point
    15
    >>> level.explain()
    'The highest of cover 15, display 12 is cover. cover: 3 days of cover at 5 a day are 15 units.'
    """

    parts: tuple[tuple[str, Level], ...] = attrs.field(converter=_named, validator=_named_parts)

    def __call__(self, *, demand: Demand, lead_time: LeadTime, today: date) -> RuleLevel:
        """Return the highest part, and what the others were."""
        levels = _levels_of(self.parts, demand=demand, lead_time=lead_time, today=today)
        name, highest = max(levels, key=lambda part: part[1].reorder_point)
        compared = ", ".join(f"{part} {level.reorder_point}" for part, level in levels)
        return RuleLevel(
            reorder_point=highest.reorder_point,
            safety_stock=highest.safety_stock,
            why=f"The highest of {compared} is {name}.{_in_words(name, highest)}",
        )


@final
@attrs.frozen(kw_only=True)
class SumOf:
    """
    The sum of several named levels, as of reserves that channels do not share.

    Raises:
        FieldError: If there is no part, or a part is neither whole units nor a rule.

    >>> from datetime import date
    >>> from ecomkit.replenishment import Demand, LeadTime
    >>> level = SumOf(parts={"web": 5, "market": 3})(
    ...     demand=Demand.of(mean_per_day=5),
    ...     lead_time=LeadTime(mean_days=7),
    ...     today=date(2026, 10, 1),
    ... )
    >>> level.explain()
    'The sum of web 5, market 3 is 8.'
    """

    parts: tuple[tuple[str, Level], ...] = attrs.field(converter=_named, validator=_named_parts)

    def __call__(self, *, demand: Demand, lead_time: LeadTime, today: date) -> RuleLevel:
        """Return the sum, and its parts."""
        levels = _levels_of(self.parts, demand=demand, lead_time=lead_time, today=today)
        total = sum(level.reorder_point for _, level in levels)
        added = ", ".join(f"{part} {level.reorder_point}" for part, level in levels)
        return RuleLevel(
            reorder_point=total,
            safety_stock=sum(level.safety_stock for _, level in levels),
            why=(
                f"The sum of {added} is {total}."
                + "".join(_in_words(part, level) for part, level in levels)
            ),
        )
