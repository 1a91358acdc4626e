"""Candidates for a budget: what could be bought of a sku, and what it is worth."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias, final

import attrs

from ecomkit._checks import is_a, refuse, whole
from ecomkit.identifiers import Sku
from ecomkit.money import Money
from ecomkit.replenishment._numbers import (
    is_number,
    units,
    units_above_zero,
    up_to,
)

if TYPE_CHECKING:
    from ecomkit.replenishment.distributions import DemandDistribution

VALUE_MAX = 1e15
"""No quantity is worth more: sums of values stay exact enough to compare."""

ValueOfUnits: TypeAlias = Callable[[int], float]
"""What the first n units are worth together, in the same unit of money for all candidates."""


def _demand(instance: object, attribute: attrs.Attribute[Any], value: object) -> None:
    if not callable(getattr(value, "loss", None)):
        raise refuse(instance, attribute.name, value, "a distribution of demand")


@final
@attrs.frozen(kw_only=True)
class LostMarginAvoided:
    """
    What n units more are worth: the margin on the sales that they are expected to save.

    margin × (E[(D − p)+] − E[(D − p − n)+]), with the demand D over the time that the order
    protects and the position p: each unit is worth less than the one before.

    Args:
        demand: The demand over that time.
        position: Units that there are without the order.
        margin_per_unit: What a lost sale loses.

    Raises:
        FieldError: If the margin is negative, infinite or no number, or the demand no distribution.
    """

    demand: DemandDistribution = attrs.field(validator=_demand)
    position: int = attrs.field(validator=whole)
    margin_per_unit: float = attrs.field(validator=up_to(VALUE_MAX))

    def __call__(self, more: int) -> float:
        """Return what *more* units are worth together."""
        saved = self.demand.loss(self.position) - self.demand.loss(self.position + more)
        return self.margin_per_unit * saved


def _value(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if callable(value):
        return
    if not is_number(value) or not 0 <= value <= VALUE_MAX:
        raise refuse(
            instance, attribute.name, value, f"a number from 0 to {VALUE_MAX}, or a curve"
        )


@final
@attrs.frozen(kw_only=True)
class BudgetCandidate:
    """
    What could be bought of one sku, and what it is worth.

    Args:
        sku: What.
        wanted: The most that is wanted of it.
        unit_cost: What one unit costs.
        value: What one unit is worth, or what the first n units are worth together; see
            :class:`LostMarginAvoided`. In one unit of money for all candidates.
        moq: The least that can be bought, if anything.
        case_pack: Units come in multiples of this.

    Raises:
        FieldError: If a count is negative, the cost below 0, or the value negative or no number.
    """

    sku: Sku = attrs.field(validator=is_a(Sku))
    wanted: int = attrs.field(validator=units)
    unit_cost: Money = attrs.field(validator=is_a(Money))
    value: float | ValueOfUnits = attrs.field(validator=_value)
    moq: int = attrs.field(default=1, validator=units_above_zero)
    case_pack: int = attrs.field(default=1, validator=units_above_zero)

    def __attrs_post_init__(self) -> None:
        if self.unit_cost.amount < 0:
            raise refuse(self, "unit_cost", self.unit_cost, "money, 0 or more")

    def choices(self, *, amount: int) -> range:
        """Return the quantities that can be bought, 0 apart, for at most *amount* minor units."""
        cost = self.unit_cost.amount
        most = self.wanted if not cost else min(self.wanted, amount // cost)
        first = -(-self.moq // self.case_pack) * self.case_pack
        return range(first, most + 1, self.case_pack)

    def worth(self, quantity: int) -> float:
        """
        Return what *quantity* units are worth together.

        Raises:
            FieldError: If the curve answers with no finite number.
        """
        if not callable(self.value):
            return self.value * quantity
        worth = self.value(quantity)
        if not is_number(worth) or not -VALUE_MAX <= worth <= VALUE_MAX:
            raise refuse(self, "value", worth, f"a number up to {VALUE_MAX} for {quantity} units")
        return worth
