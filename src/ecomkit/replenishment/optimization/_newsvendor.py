"""Newsvendor: one order for one season, when too much and too little both cost."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, final

import attrs

from ecomkit._checks import is_a, optional, refuse
from ecomkit.errors import FieldError
from ecomkit.replenishment._numbers import UNITS_MAX, plain
from ecomkit.replenishment._rates import is_rate, rate_above_zero
from ecomkit.replenishment.optimization._demand import distribution
from ecomkit.replenishment.optimization._limits import level

if TYPE_CHECKING:
    from ecomkit.replenishment.distributions import DemandDistribution


def _within_reach(policy: Newsvendor, attribute: attrs.Attribute[Any], value: Any) -> None:
    rate_above_zero(policy, attribute, value)
    if policy.critical_ratio >= 1:
        wanted = f"closer to the underage_cost of {policy.underage_cost:g}"
        raise refuse(policy, attribute.name, value, wanted)


@final
@attrs.frozen(kw_only=True)
class Newsvendor:
    """
    Buy once for an uncertain demand: a campaign, a season, a fresh good.

    ``underage_cost`` is what each unit costs that is asked for and not there (the stockout cost,
    or the margin that is lost), ``overage_cost`` what each unit costs that is left over (the
    holding cost, or the cost less the salvage value). The best quantity is the smallest that
    suffices with a probability of at least cu / (cu + co), the critical ratio (Arrow, Harris and
    Marschak 1951). ``unit_margin`` is what a unit sold earns, to tell the expected profit.

    Raises:
        FieldError: If a cost is not above 0, not finite or beyond any sense, or the overage cost is
            so small that the ratio of the two is 1 as a float.

    >>> from ecomkit.replenishment.distributions import NormalDemand
    >>> decision = Newsvendor(underage_cost=0.70, overage_cost=0.18)(NormalDemand(mean=50, sd=8))
    >>> print(decision.explain())
    order 56.6 for normal...: enough with 79.5%, 7.5 left and 0.9 short expected, cost 2
    """

    underage_cost: float = attrs.field(validator=rate_above_zero)
    overage_cost: float = attrs.field(validator=_within_reach)
    unit_margin: float | None = attrs.field(default=None, validator=optional(level))

    @classmethod
    def of_costs(cls, *, holding_cost: float, stockout_cost: float) -> Newsvendor:
        """
        Return the newsvendor of a stocked good: what a unit left or a unit short costs a period.

        Raises:
            FieldError: As the class.
        """
        return cls(underage_cost=stockout_cost, overage_cost=holding_cost)

    @classmethod
    def of_prices(
        cls,
        *,
        revenue: float,
        purchase_cost: float,
        salvage_value: float = 0,
        holding_cost: float = 0,
        stockout_cost: float = 0,
    ) -> Newsvendor:
        """
        Return the newsvendor of a season: what a unit sells for, costs, and fetches at the end.

        ``holding_cost`` is what a unit left costs beyond its loss of value, ``stockout_cost`` what
        a unit short costs beyond its margin, both 0 unless given. Then cu = r − c + p and
        co = c − v + h.

        Raises:
            FieldError: If a price or cost is negative, or the revenue is not above the purchase
                cost, or that not above the salvage value.

        >>> from ecomkit.replenishment.distributions import NormalDemand
        >>> season = Newsvendor.of_prices(revenue=7, purchase_cost=2.5, salvage_value=1.5)
        >>> decision = season(NormalDemand(mean=50, sd=10))
        >>> round(decision.order_quantity, 4), round(decision.expected_profit, 4)
        (59.0846, 210.4768)
        """
        given = {
            "revenue": revenue,
            "purchase_cost": purchase_cost,
            "salvage_value": salvage_value,
            "holding_cost": holding_cost,
            "stockout_cost": stockout_cost,
        }
        for field, value in given.items():
            if not is_rate(value):
                raise FieldError(owner="Newsvendor", field=field, got=value, wanted="0 or more")
        if revenue <= purchase_cost:
            wanted = f"above the purchase cost of {purchase_cost:g}"
            raise FieldError(owner="Newsvendor", field="revenue", got=revenue, wanted=wanted)
        if purchase_cost <= salvage_value:
            wanted = f"above the salvage value of {salvage_value:g}"
            raise FieldError(
                owner="Newsvendor", field="purchase_cost", got=purchase_cost, wanted=wanted
            )
        margin = revenue - purchase_cost
        return cls(
            underage_cost=margin + stockout_cost,
            overage_cost=purchase_cost - salvage_value + holding_cost,
            unit_margin=margin,
        )

    @property
    def critical_ratio(self) -> float:
        """The probability with which the best quantity suffices: cu / (cu + co)."""
        return self.underage_cost / (self.underage_cost + self.overage_cost)

    def __call__(self, demand: DemandDistribution) -> NewsvendorDecision:
        """
        Return the best quantity for this *demand*: whole units if it comes in whole units.

        Where a distribution has demand below 0, as the normal has, no quantity below 0 is ordered.

        Raises:
            FieldError: If *demand* is no distribution, or never asks for anything.
        """
        checked = NewsvendorDecision(policy=self, demand=demand, order_quantity=0)
        return checked.at(max(0, demand.quantile(self.critical_ratio)))


@final
@attrs.frozen(kw_only=True)
class NewsvendorDecision:
    """
    How much to buy once for an uncertain demand, and what to expect of it.

    A base-stock level may be below 0, where waiting is cheap: customers then wait on purpose.

    Raises:
        FieldError: If ``demand`` is no distribution or never asks for anything, or the quantity is
            not finite.
    """

    policy: Newsvendor = attrs.field(validator=is_a(Newsvendor))
    demand: DemandDistribution = attrs.field(validator=distribution)
    order_quantity: float = attrs.field(validator=level)

    @property
    def base_stock_level(self) -> float:
        """The quantity, by its name where it is ordered up to again and again."""
        return self.order_quantity

    @property
    def critical_ratio(self) -> float:
        """The probability with which the best quantity suffices."""
        return self.policy.critical_ratio

    @property
    def service_level(self) -> float:
        """The probability with which this quantity suffices."""
        return self.demand.cdf(self.order_quantity)

    @property
    def expected_shortage(self) -> float:
        """The units that are expected to be asked for and not there."""
        return self.demand.loss(self.order_quantity)

    @property
    def expected_leftover(self) -> float:
        """The units that are expected to be left over."""
        return max(0.0, self.order_quantity - self.demand.mean + self.expected_shortage)

    @property
    def cost(self) -> float:
        """What units left over and units short are expected to cost."""
        return (
            self.policy.overage_cost * self.expected_leftover
            + self.policy.underage_cost * self.expected_shortage
        )

    @property
    def expected_profit(self) -> float | None:
        """What the margin leaves after these costs; None where no margin is stated."""
        if self.policy.unit_margin is None:
            return None
        return self.policy.unit_margin * self.demand.mean - self.cost

    def at(self, order_quantity: float) -> NewsvendorDecision:
        """
        Return the same with another quantity, to see what it costs.

        Raises:
            FieldError: If *order_quantity* is not finite.
        """
        return attrs.evolve(self, order_quantity=order_quantity)

    def in_packs(self, units: int = 1) -> NewsvendorDecision:
        """
        Return the cheaper of the two nearest whole numbers of packs of *units*, 0 allowed.

        The cost is convex in the quantity, so no other number of packs is cheaper if this is the
        best quantity. On a tie the smaller order wins.

        Raises:
            FieldError: If *units* is not a whole number from 1 to 10^15.
        """
        if not isinstance(units, int) or isinstance(units, bool) or not 0 < units <= UNITS_MAX:
            wanted = f"a whole number of units from 1 to {UNITS_MAX}"
            raise FieldError(owner="NewsvendorDecision", field="units", got=units, wanted=wanted)
        packs = math.floor(self.order_quantity / units)
        return min(
            (self.at(packs * units), self.at((packs + 1) * units)),
            key=lambda decision: decision.cost,
        )

    def explain(self) -> str:
        """Return the quantity in words, with what to expect of it."""
        profit = "" if self.expected_profit is None else f", profit {plain(self.expected_profit)}"
        return (
            f"order {plain(self.order_quantity)} for {self.demand.explain()}: enough with "
            f"{self.service_level:.1%}, {self.expected_leftover:.1f} left and "
            f"{self.expected_shortage:.1f} short expected, cost {plain(self.cost)}{profit}"
        )
