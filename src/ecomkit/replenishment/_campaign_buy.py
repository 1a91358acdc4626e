"""Campaign buy: one order for a season or a campaign, the newsvendor with salvage."""

from __future__ import annotations

from datetime import date  # stores read the field types at run time
from typing import TYPE_CHECKING, Any, final

import attrs

from ecomkit._checks import is_a, plain_date, refuse
from ecomkit.money import Money
from ecomkit.replenishment._level_rule import RuleLevel
from ecomkit.replenishment._numbers import UNITS_MAX, ceil_units, is_number, plain
from ecomkit.replenishment._quantity import OrderQuantity, Step
from ecomkit.replenishment._trigger import Trigger
from ecomkit.replenishment._up_to import order_up_to
from ecomkit.replenishment.distributions import DemandDistribution

if TYPE_CHECKING:
    from datetime import datetime

    from ecomkit.replenishment._advice import Advice
    from ecomkit.replenishment._demand import Demand
    from ecomkit.replenishment._lead_time import LeadTime
    from ecomkit.replenishment._position import InventoryPosition


def _distribution(instance: object, attribute: attrs.Attribute[Any], value: object) -> None:
    parts = ("mean", "sd", "cdf", "quantile", "loss", "explain")
    if not all(hasattr(value, part) for part in parts):
        raise refuse(instance, attribute.name, value, f"a distribution: what has {parts}")
    mean: Any = getattr(value, "mean", None)
    if not is_number(mean) or not -UNITS_MAX <= mean <= UNITS_MAX:
        wanted = f"a distribution with a mean of at most {UNITS_MAX}"
        raise refuse(instance, attribute.name, mean, wanted)


@final
@attrs.frozen(kw_only=True)
class CampaignBuy:
    """
    Buy once for a campaign or a season: enough with the probability that pays best.

    ``units`` is the distribution of what is asked for from ``starts_on`` to the end. A unit is
    sold at ``price``, bought at ``cost``, and what is left over brings ``salvage`` (below zero
    where it costs to be rid of it). The best number is the least Q with
    P(units ≤ Q) ≥ (price − cost) ∕ (price − salvage): the newsvendor. Source: Arrow, Harris and
    Marschak (1951); Silver, Pyke and Thomas, *Inventory and Production Management*, chapter 10.

    The target adds the mean demand of the days until the campaign, rounded up, since those
    units are gone by then. An order that would arrive after the start is not placed, nor is one
    once the campaign is on: what is left of it is a campaign with a distribution of its own.

    Raises:
        FieldError: If ``units`` is no distribution, its quantile is no number, or the amounts do
            not rise from salvage over cost to price.
        CurrencyMismatchError: If the amounts are of several currencies.

    >>> from datetime import UTC, datetime
    >>> from ecomkit.money import Currency
    >>> from ecomkit.replenishment import Demand, InventoryPosition, LeadTime
    >>> from ecomkit.replenishment.distributions import PoissonDemand
    >>> policy = CampaignBuy(
    ...     units=PoissonDemand(mean=18),
    ...     price=Money(470, Currency.EUR),
    ...     cost=Money(200, Currency.EUR),
    ...     salvage=Money(0, Currency.EUR),
    ...     starts_on=date(2026, 11, 27),
    ... )
    >>> advice = policy(
    ...     InventoryPosition(usable=5),
    ...     demand=Demand.of(mean_per_day=0),
    ...     lead_time=LeadTime(mean_days=30),
    ...     now=datetime(2026, 10, 1, tzinfo=UTC),
    ... )
    >>> advice.target, advice.order
    (19, 14)
    """

    units: DemandDistribution = attrs.field(validator=_distribution)
    price: Money = attrs.field(validator=is_a(Money))
    cost: Money = attrs.field(validator=is_a(Money))
    salvage: Money = attrs.field(validator=is_a(Money))
    starts_on: date = attrs.field(validator=plain_date)
    quantity: OrderQuantity = attrs.field(factory=OrderQuantity, validator=is_a(OrderQuantity))

    def __attrs_post_init__(self) -> None:
        if not self.salvage < self.cost:
            raise refuse(self, "salvage", self.salvage, f"below the cost of {self.cost}")
        if not self.cost < self.price:
            raise refuse(self, "cost", self.cost, f"below the price of {self.price}")

    @property
    def trigger(self) -> Trigger:
        """Strict: a position at the target is enough."""
        return Trigger.STRICT

    @property
    def ratio(self) -> float:
        """The probability that the campaign is served in full, which pays best."""
        return (self.price - self.cost).amount / (self.price - self.salvage).amount

    @property
    def best_units(self) -> int:
        """The units to have as the campaign starts; 0 or more, rounded up to whole ones."""
        quantile = self.units.quantile(self.ratio)
        if not is_number(quantile) or not quantile <= UNITS_MAX:
            wanted = f"a distribution whose {self.ratio:.3f} quantile is at most {UNITS_MAX}"
            raise refuse(self, "units", quantile, wanted)
        return max(0, ceil_units(max(0.0, quantile)))

    def __call__(
        self,
        position: InventoryPosition,
        *,
        demand: Demand,
        lead_time: LeadTime,
        now: datetime,
    ) -> Advice:
        """
        Return what this *position* lacks for the campaign; the calendar day of *now* is today.

        Raises:
            FieldError: If *now* has no UTC offset.
        """
        days = max(0, (self.starts_on - now.date()).days)
        best = self.best_units
        before = ceil_units(demand.mean_per_day * days)
        missed = self.units.loss(best)
        level = RuleLevel(
            reorder_point=best + before,
            safety_stock=ceil_units(best - self.units.mean),
            why=(
                f"The demand of the campaign from {self.starts_on} is {self.units.explain()}. "
                f"With a margin of {self.price - self.cost} and a loss of "
                f"{self.cost - self.salvage} on a unit left over, {best} units serve it in full "
                f"with the best probability, {plain(self.ratio * 100)} %: about "
                f"{plain(missed)} are missed and {plain(best - self.units.mean + missed)} left "
                f"over. Until then {before} more are expected to sell."
            ),
        )
        advice = order_up_to(
            position,
            demand=demand,
            lead_time=lead_time,
            now=now,
            level=level,
            target=level.reorder_point,
            trigger=self.trigger,
            quantity=self.quantity,
        )
        arrives_on = advice.arrives_on
        if not advice.order or (arrives_on is not None and arrives_on <= self.starts_on):
            return advice
        late = Step(
            name="campaign",
            before=advice.order,
            after=0,
            why=(
                f"an order placed now arrives on {arrives_on or 'no day known'}, after the start "
                f"on {self.starts_on}"
            ),
        )
        return attrs.evolve(advice, steps=(*advice.steps, late))
