"""What moves an order up or caps it: price breaks, shelf life, budget."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, final

import attrs

from ecomkit._checks import as_tuple, is_a, refuse
from ecomkit.errors import FieldError
from ecomkit.money import Money
from ecomkit.replenishment._numbers import DUST, is_number, units_above_zero

if TYPE_CHECKING:
    from ecomkit.replenishment._demand import Demand
    from ecomkit.replenishment._lead_time import LeadTime


def _break_quantities(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if not isinstance(value, tuple):
        raise refuse(instance, attribute.name, value, "the quantities of the price breaks")
    for quantity in value:
        units_above_zero(instance, attribute, quantity)


def _cost_of_units(instance: object, attribute: attrs.Attribute[Any], value: object) -> None:
    if not callable(value):
        raise refuse(instance, attribute.name, value, "a callable from units to the cost of one")


@final
@attrs.frozen(kw_only=True)
class PriceBreaks:
    """
    The quantities from which a unit is cheaper, and what a unit costs in all.

    ``cost_per_unit`` answers for an order of so many units what one of them costs with all that
    counts: price, share of the fixed cost of ordering, holding the units until they sell. An
    order is raised to the break where that is least, and stays where no break is cheaper: this
    is the all-units discount model of Hadley and Whitin (1963) looked at from the need upwards.

    Raises:
        FieldError: If a quantity is below 1, or ``cost_per_unit`` is no callable.

    >>> breaks = PriceBreaks(quantities=[100], cost_per_unit=lambda units: 4.5 if units >= 100 else 5)
    >>> breaks.cheapest(60, among=breaks.quantities)
    100
    """

    quantities: tuple[int, ...] = attrs.field(converter=as_tuple, validator=_break_quantities)
    cost_per_unit: Callable[[int], float] = attrs.field(validator=_cost_of_units)

    def cheapest(self, units: int, *, among: Iterable[int]) -> int:
        """
        Return the quantity whose units cost least: *units*, or a greater one *among* these.

        Of quantities that cost the same it is the least.

        Raises:
            FieldError: If a cost is not a finite number.
        """
        greater = sorted(quantity for quantity in among if quantity > units)
        return min((units, *greater), key=self._cost)

    def _cost(self, units: int) -> float:
        cost = self.cost_per_unit(units)
        if not is_number(cost) or not math.isfinite(cost):
            raise refuse(self, "cost_per_unit", cost, f"a finite number for {units} units")
        return cost


@final
@attrs.frozen(kw_only=True)
class Budget:
    """
    What may be spent on one order, and what a unit costs.

    The money is for the order at hand: it is not spent by ordering, so whoever orders gives what
    is left.

    Raises:
        FieldError: If ``amount`` is below zero or ``unit_price`` not above it.
        CurrencyMismatchError: If they are of two currencies.

    >>> from ecomkit.money import Currency
    >>> Budget(amount=Money(100_00, Currency.EUR), unit_price=Money(7_50, Currency.EUR)).units
    13
    """

    amount: Money = attrs.field(validator=is_a(Money))
    unit_price: Money = attrs.field(validator=is_a(Money))

    def __attrs_post_init__(self) -> None:
        zero = Money.zero(self.unit_price.currency)
        if self.amount < zero:
            raise refuse(self, "amount", self.amount, "0 or more")
        if self.unit_price <= zero:
            raise refuse(self, "unit_price", self.unit_price, "above 0")

    @property
    def units(self) -> int:
        """How many units the budget pays for."""
        return self.amount.amount // self.unit_price.amount


def sold_by_expiry(
    shelf_life_days: int, *, demand: Demand | None, lead_time: LeadTime | None
) -> int:
    """
    Return the units that sell, on mean demand, before an order placed now expires.

    The shelf life counts from arrival, so that is demand over lead time and shelf life, rounded
    down: a position above it ends in the bin. What is asked for while there is no stock counts
    as owed, as the ledger keeps it; where such buyers are lost, less can be sold.

    Raises:
        FieldError: If no demand is given.

    >>> from ecomkit.replenishment import Demand, LeadTime
    >>> sold_by_expiry(10, demand=Demand.of(mean_per_day=4), lead_time=LeadTime(mean_days=7))
    68
    """
    if demand is None:
        raise FieldError(
            owner="OrderQuantity",
            field="shelf_life_days",
            got=shelf_life_days,
            wanted="used with the demand, which tells what sells by then",
        )
    lead_days = 0.0 if lead_time is None else lead_time.mean_days
    return math.floor(demand.mean_per_day * (lead_days + shelf_life_days) + DUST)
