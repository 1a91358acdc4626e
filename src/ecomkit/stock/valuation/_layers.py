"""Cost layers: units that share one cost, and how it is handed out to the last minor unit."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, final

import attrs

from ecomkit._checks import (
    above_zero,
    as_tuple,
    each,
    is_a,
    is_text,
    not_negative,
    optional,
    refuse,
)
from ecomkit.identifiers import LotId
from ecomkit.money import Money, Rounding, sum_money
from ecomkit.stock.valuation._errors import ReturnExceedsIssueError

__all__ = ["CostLayer", "IssueCost", "LayerCost", "worth"]


def worth(instance: object, attribute: attrs.Attribute[Any], value: object) -> None:
    """Accept money, 0 or more: what lies on a shelf is never worth less than nothing."""
    if not isinstance(value, Money) or value.amount < 0:
        raise refuse(instance, attribute.name, value, "Money, 0 or more")


@final
@attrs.frozen(kw_only=True)
class CostLayer:
    """
    Units that lie there and share one cost.

    *units* are left, and *value* is what they cost. What was handed out is counted from the
    *base*, the units and the value at the time the cost of the layer was last set: the first n
    units of the base cost ``base_value * n / base_units``, rounded once. So it makes no
    difference in how many issues they leave, and all of them together cost the base.

    *id* names the receipt or the return that brought the units, or what they are pooled by.

    Raises:
        FieldError: If there are no units, more than the base had, or more value than it had.

    >>> from ecomkit.money import Currency
    >>> layer = CostLayer.of("r1", units=3, value=Money(100, Currency.EUR))
    >>> rest, cost = layer.take(1, rounding=Rounding.HALF_EVEN)
    >>> cost, rest.value
    (Money(33, Currency.EUR), Money(67, Currency.EUR))
    """

    id: str = attrs.field(validator=is_text)
    units: int = attrs.field(validator=above_zero)
    value: Money = attrs.field(validator=worth)
    base_units: int = attrs.field(validator=above_zero)
    base_value: Money = attrs.field(validator=worth)

    def __attrs_post_init__(self) -> None:
        if self.units > self.base_units:
            raise refuse(self, "units", self.units, f"at most the {self.base_units} of the base")
        if self.value > self.base_value:
            raise refuse(self, "value", self.value, f"at most the {self.base_value} of the base")

    @classmethod
    def of(cls, name: str, *, units: int, value: Money) -> CostLayer:
        """Return a whole layer, of which nothing was handed out."""
        return cls(id=name, units=units, value=value, base_units=units, base_value=value)

    @property
    def unit_cost(self) -> Fraction:
        """The exact cost of one unit, in minor units of the currency, since it was last set."""
        return Fraction(self.base_value.amount, self.base_units)

    def take(self, quantity: int, *, rounding: Rounding) -> tuple[CostLayer | None, Money]:
        """
        Return what is left after *quantity* units went (None if nothing is), and their cost.

        The last unit takes all that is left. *quantity* is at most the units of the layer.
        """
        left = self.units - quantity
        if left == 0:
            return None, self.value
        gone = Fraction(self.base_units - left, self.base_units)
        value = self.base_value - self.base_value.times(gone, rounding=rounding)
        return attrs.evolve(self, units=left, value=value), self.value - value

    def add(self, units: int, *, value: Money) -> CostLayer:
        """Return the layer with *units* (0 or more) and *value* more: all share the new cost."""
        return CostLayer.of(self.id, units=self.units + units, value=self.value + value)

    def explain(self) -> str:
        """Say what lies there, and for how much."""
        return f"{self.units} of {self.id} for {self.value}"


@final
@attrs.frozen(kw_only=True)
class LayerCost:
    """The part of an issue that one layer bore."""

    layer: str = attrs.field(validator=is_text)
    quantity: int = attrs.field(validator=above_zero)
    cost: Money = attrs.field(validator=worth)

    def explain(self) -> str:
        """Say which layer, how many units, and for how much."""
        return f"{self.quantity} of {self.layer} for {self.cost}"


@final
@attrs.frozen(kw_only=True)
class IssueCost:
    """
    What an issue cost, layer by layer, and how much of it came back since.

    Units come back at the cost they left at: the first n of an issue at ``cost * n / quantity``,
    rounded once, so that all of them bring back the whole cost in however many returns.

    *lot* is named where cost is kept by lots.
    """

    id: str = attrs.field(validator=is_text)
    quantity: int = attrs.field(validator=above_zero)
    parts: tuple[LayerCost, ...] = attrs.field(converter=as_tuple, validator=each(LayerCost))
    lot: LotId | None = attrs.field(default=None, validator=optional(is_a(LotId)))
    returned: int = attrs.field(default=0, validator=not_negative)
    returned_cost: Money = attrs.field(validator=worth)

    def __attrs_post_init__(self) -> None:
        if self.quantity != sum(part.quantity for part in self.parts):
            raise refuse(self, "quantity", self.quantity, "the sum of the parts")
        if self.returned > self.quantity:
            raise refuse(self, "returned", self.returned, f"at most {self.quantity}")
        if self.returned_cost > self.cost:
            raise refuse(self, "returned_cost", self.returned_cost, f"at most {self.cost}")

    @property
    def cost(self) -> Money:
        """What all units of the issue cost when they left."""
        return sum_money(part.cost for part in self.parts)

    @property
    def net_cost(self) -> Money:
        """What the units cost that have not come back."""
        return self.cost - self.returned_cost

    @property
    def out(self) -> int:
        """Units that have not come back."""
        return self.quantity - self.returned

    def take_back(self, quantity: int, *, rounding: Rounding) -> tuple[IssueCost, Money]:
        """
        Return the issue after *quantity* more units came back, and the cost they bring back.

        Raises:
            ReturnExceedsIssueError: If fewer units are out.
        """
        if quantity > self.out:
            raise ReturnExceedsIssueError(issue=self.id, quantity=quantity, out=self.out)
        returned = self.returned + quantity
        total = self.cost.times(Fraction(returned, self.quantity), rounding=rounding)
        back = total - self.returned_cost
        return attrs.evolve(self, returned=returned, returned_cost=total), back

    def explain(self) -> str:
        """Say what the issue cost, layer by layer, and what came back."""
        parts = ", ".join(part.explain() for part in self.parts)
        text = f"issue {self.id}: {self.quantity} for {self.cost} ({parts})"
        if self.returned:
            text += f", {self.returned} came back for {self.returned_cost}"
        return text
