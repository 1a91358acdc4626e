"""Stock costs: what an order, a day on the shelf and a missed unit cost."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Self, final

import attrs

from ecomkit._checks import refuse
from ecomkit.errors import FieldError
from ecomkit.money import Money
from ecomkit.replenishment._numbers import is_number, plain

if TYPE_CHECKING:
    from ecomkit.replenishment._economics import UnitEconomics

DAYS_OF_A_YEAR = 365.0

COST_MAX = 1e12
"""So far below the largest float that no product of two costs and a demand overflows."""


def _cost(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if not is_number(value) or not 0 < value <= COST_MAX:
        raise refuse(instance, attribute.name, value, f"a number above 0, at most {COST_MAX:g}")


@final
@attrs.frozen(kw_only=True)
class StockCosts:
    """
    The three costs that a stock balances, all in one currency unit of your choice.

    ``per_order`` is paid for each order of the sku, whatever its size; ``holding_per_unit_day``
    for each unit on the shelf and day: capital, room, shrinkage; ``shortage_per_unit`` for each
    unit that is asked for and not there: the lost margin, and what the lost buyer is worth.

    They weigh figures and are never booked, so they are floats; use :meth:`of` to take them from
    amounts of money.

    Raises:
        FieldError: If a cost is not above 0, or not finite.

    >>> costs = StockCosts(per_order=3.0, holding_per_unit_day=0.01, shortage_per_unit=8.0)
    >>> round(costs.economic_quantity(4.0), 1)
    49.0
    """

    per_order: float = attrs.field(validator=_cost)
    holding_per_unit_day: float = attrs.field(validator=_cost)
    shortage_per_unit: float = attrs.field(validator=_cost)

    @classmethod
    def of(cls, economics: UnitEconomics, *, per_order: Money, holding_per_year: float) -> Self:
        """
        Return the costs of a sku with these *economics*, in minor units of their currency.

        *holding_per_year* is the share of a unit's cost that a year on the shelf costs, as 0.25.
        A missed unit costs its margin.

        Raises:
            FieldError: If cost or price are not known, the price is not above the cost, the
                currencies differ, or the share is no number above 0.

        >>> from ecomkit.money import Currency
        >>> from ecomkit.replenishment import UnitEconomics
        >>> unit = UnitEconomics(cost=Money(400, Currency.EUR), price=Money(900, Currency.EUR))
        >>> StockCosts.of(
        ...     unit, per_order=Money(300, Currency.EUR), holding_per_year=0.25
        ... ).shortage_per_unit
        500.0
        """
        cost, margin = economics.cost, economics.margin
        if cost is None or margin is None or per_order.currency is not cost.currency:
            raise FieldError(
                owner=cls.__name__,
                field="economics",
                got=economics,
                wanted=f"a cost and a price, both in {per_order.currency.value}",
            )
        if not is_number(holding_per_year):
            raise FieldError(
                owner=cls.__name__,
                field="holding_per_year",
                got=holding_per_year,
                wanted="a number above 0, as 0.25",
            )
        return cls(
            per_order=float(per_order.amount),
            holding_per_unit_day=cost.amount * holding_per_year / DAYS_OF_A_YEAR,
            shortage_per_unit=float(margin.amount),
        )

    def economic_quantity(self, mean_per_day: float) -> float:
        """
        Return the economic order quantity, √(2KD/h), before rounding (Harris, 1913).

        K is the cost of an order, D the demand and h the cost of holding, each of a day.
        """
        return math.sqrt(2 * self.per_order * mean_per_day / self.holding_per_unit_day)

    def service_level(self, *, mean_per_day: float, order_quantity: float) -> float:
        """
        Return the share of cycles without a stock-out at which one unit more costs what it saves.

        The last unit of safety is held for Q/D days at h a day, and saves the cost b of a
        shortage if the cycle runs out. Where what is missed is lost, the balance is
        P(stock-out) = hQ / (hQ + bD) (Silver, Pyke and Thomas, *Inventory and Production
        Management in Supply Chains*).

        >>> costs = StockCosts(per_order=3.0, holding_per_unit_day=0.01, shortage_per_unit=8.0)
        >>> round(costs.service_level(mean_per_day=4.0, order_quantity=49), 4)
        0.9849
        """
        held = self.holding_per_unit_day * order_quantity
        saved = self.shortage_per_unit * mean_per_day
        return saved / (held + saved)

    def explain(self) -> str:
        """Return the three costs in words."""
        return (
            f"an order costs {plain(self.per_order)}, a unit on the shelf "
            f"{self.holding_per_unit_day:.4g} a day, a missed unit {plain(self.shortage_per_unit)}"
        )
