"""What a rule for a level is, and the level that it answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, final

import attrs

from ecomkit._checks import is_text, refuse, whole
from ecomkit.errors import FieldError
from ecomkit.replenishment._level import ReorderLevel, StatedLevel
from ecomkit.replenishment._numbers import UNITS_MAX

if TYPE_CHECKING:
    from datetime import date

    from ecomkit.replenishment._demand import Demand
    from ecomkit.replenishment._lead_time import LeadTime


class LevelRule(Protocol):
    """
    A callable from facts to a level, for levels that are not one fixed number.

    Its parameters are its fields, the facts are the arguments, and it looks at nothing else: so
    a rule of your own may stand wherever a level stands.
    """

    def __call__(self, *, demand: Demand, lead_time: LeadTime, today: date) -> ReorderLevel:
        """Return the level for this demand and lead time on the day *today*."""
        ...


Level: TypeAlias = int | LevelRule
"""A fixed number of units, or a rule that answers one."""


@final
@attrs.frozen(kw_only=True)
class RuleLevel:
    """
    A level that a rule has set: the number, what of it is safety, and why, in words.

    Both may be negative, as a computed level for a service level below one half may.

    >>> RuleLevel(reorder_point=60, why="15 days of cover at 4 a day are 60 units.").explain()
    '15 days of cover at 4 a day are 60 units.'
    """

    reorder_point: int = attrs.field(validator=whole)
    safety_stock: int = attrs.field(default=0, validator=whole)
    why: str = attrs.field(validator=is_text)

    def explain(self) -> str:
        """Return in words where the level comes from."""
        return self.why


def level_or_rule(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    """Accept a fixed number of units, 0 or more, or a rule."""
    if type(value) is int and 0 <= value <= UNITS_MAX:
        return
    # A policy is callable too; what has limits on an order is one, and no rule.
    if not callable(value) or hasattr(value, "quantity"):
        wanted = (
            f"a whole number of units from 0 to {UNITS_MAX}, or a rule that answers a level "
            "(ReorderPointOf and SafetyStockOf lend that of a policy)"
        )
        raise refuse(instance, attribute.name, value, wanted)


def level_of(level: Level, *, demand: Demand, lead_time: LeadTime, today: date) -> ReorderLevel:
    """
    Return the level that is stated, or that the rule answers for these facts.

    Raises:
        FieldError: If the rule answers anything but a level.
    """
    if isinstance(level, int):
        return StatedLevel(units=level)
    answer = level(demand=demand, lead_time=lead_time, today=today)
    if not hasattr(answer, "reorder_point"):
        raise FieldError(
            owner=type(level).__name__,
            field="level",
            got=answer,
            wanted="a level with a reorder_point, as StatedLevel or RuleLevel",
        )
    return answer
