"""What the study compares, and under which assumptions: all of them are here, and are printed."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, final

import attrs

from ecomkit.replenishment import (
    AverageDemand,
    DaysOfCover,
    DemandEstimator,
    LeadTime,
    MinimumStock,
    ReorderPoint,
    ReplenishmentPolicy,
    SmoothedDemand,
    StockCosts,
    Velocity,
)
from ecomkit.replenishment.distributions import DemandFamily
from ecomkit.replenishment.replay import Contender, ReplayCase, ReplayRules, backtest
from purchase_plan._histories import best_sellers, car_parts, mean_prices

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ecomkit.identifiers import Sku
    from ecomkit.replenishment import DemandSeries

__all__ = ["Study", "car_parts_study", "gifts_study"]

HOLDING_PER_YEAR = 0.25
ORDER_COST = 3.0
DAYS_OF_A_YEAR = 365.0
HALF_LIVES = (28.0, 56.0, 84.0, 112.0, 168.0, 224.0)
MONTH_OF_COVER = 30
TARGET = 0.98

CAR_PART_COST, CAR_PART_PRICE = 10.0, 20.0
GIFT_COST_SHARE = 0.5


@final
@attrs.frozen(kw_only=True)
class Study:
    """One history under fixed assumptions: the skus, how they are replayed, and what was fitted."""

    name: str
    assumptions: tuple[str, ...]
    cases: tuple[ReplayCase, ...]
    rules: ReplayRules
    review_days: int
    window_days: float
    """How far back the rules of thumb look."""
    short_window_days: float
    """How far back Stocky looks; two periods at least."""
    estimator: SmoothedDemand
    """Of the default policy: half-life and dispersion fitted on the first part alone."""

    def default_policy(self, case: ReplayCase) -> ReplenishmentPolicy:
        """Return the default: the least cost over a negative binomial lead-time demand."""
        return ReorderPoint(
            costs=case.costs,
            lead_time_demand=DemandFamily.NEGATIVE_BINOMIAL,
            review_days=self.review_days,
        )

    def normal_policy(self, case: ReplayCase) -> ReplenishmentPolicy:
        """Return normal theory with the same costs: the same service, the same order quantity."""
        return ReorderPoint(costs=case.costs, review_days=self.review_days)

    def min_max(self, case: ReplayCase, factor: float = 1.5) -> MinimumStock:
        """Return min/max: half as much again as the lead time asks for, and a month on top."""
        days = case.lead_time.mean_days * factor
        return MinimumStock(
            level=DaysOfCover(days=days), up_to=DaysOfCover(days=days + MONTH_OF_COVER)
        )

    def velocity(self, case: ReplayCase, factor: float = 1.0) -> Velocity:
        """Return velocity × lead time, and a month on top."""
        return Velocity(
            safety_days=case.lead_time.mean_days * (factor - 1), cover_days=MONTH_OF_COVER
        )

    def contenders(self) -> tuple[Contender, ...]:
        """Return the default policy and what it is held against, each by its usual rule."""
        window = AverageDemand(window_days=self.window_days)
        return (
            Contender(
                name="ecomkit's default", policy_for=self.default_policy, estimator=self.estimator
            ),
            Contender(
                name="(c) normal theory, whole history",
                policy_for=self.normal_policy,
                estimator=AverageDemand(),
            ),
            Contender(
                name=f"(c) normal theory, last {self.window_days:.0f} days",
                policy_for=self.normal_policy,
                estimator=window,
            ),
            Contender(name="(a) min/max", policy_for=self.min_max, estimator=window),
            Contender(
                name="(b) velocity × lead time",
                policy_for=self.velocity,
                estimator=AverageDemand(window_days=self.short_window_days),
            ),
        )

    def at_target(self) -> tuple[Contender, ...]:
        """Return those that can be told a target, told 98 % of the cycles, and the rules of thumb."""

        def told(family: DemandFamily) -> Callable[[ReplayCase], ReplenishmentPolicy]:
            return lambda case: ReorderPoint(
                service_level=TARGET,
                costs=case.costs,
                lead_time_demand=family,
                review_days=self.review_days,
            )

        first, *normal, min_max, velocity = self.contenders()
        return (
            attrs.evolve(first, policy_for=told(DemandFamily.NEGATIVE_BINOMIAL)),
            *(attrs.evolve(each, policy_for=told(DemandFamily.NORMAL)) for each in normal),
            min_max,
            velocity,
        )

    def knobs(
        self,
    ) -> tuple[
        tuple[
            str,
            Sequence[float],
            Callable[[ReplayCase, float], ReplenishmentPolicy],
            DemandEstimator,
        ],
        ...,
    ]:
        """Return each rule with its knob, its estimator, and the same month of cover for all."""

        def level(family: DemandFamily) -> Callable[[ReplayCase, float], ReplenishmentPolicy]:
            return lambda _, share: ReorderPoint(
                service_level=share,
                lead_time_demand=family,
                review_days=self.review_days,
                cover_days=MONTH_OF_COVER,
            )

        shares = (0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999, 0.9999)
        factors = (1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0)
        window = AverageDemand(window_days=self.window_days)
        return (
            (
                "ecomkit's default",
                shares,
                level(DemandFamily.NEGATIVE_BINOMIAL),
                self.estimator,
            ),
            ("(c) normal, whole history", shares, level(DemandFamily.NORMAL), AverageDemand()),
            (
                f"(c) normal, {self.window_days:.0f} days",
                shares,
                level(DemandFamily.NORMAL),
                window,
            ),
            ("(a) min/max", factors, self.min_max, window),
            (
                "(b) velocity",
                factors,
                self.velocity,
                AverageDemand(window_days=self.short_window_days),
            ),
        )


def _cases(
    histories: Mapping[Sku, DemandSeries],
    *,
    fit_periods: int,
    lead_time: LeadTime,
    lead_periods: int,
    opening_periods: int,
    opening_days: float,
    cost_and_price: Callable[[Sku], tuple[float, float]],
) -> tuple[ReplayCase, ...]:
    cases = []
    for sku, series in histories.items():
        cost, price = cost_and_price(sku)
        recent = series.units[fit_periods - opening_periods : fit_periods]
        per_day = sum(recent_units or 0 for recent_units in recent) / (
            opening_periods * series.period.mean_days
        )
        cases.append(
            ReplayCase(
                sku=sku,
                series=series,
                fit_periods=fit_periods,
                opening=math.ceil(per_day * opening_days),
                lead_time=lead_time,
                lead_periods=[lead_periods],
                costs=StockCosts(
                    per_order=ORDER_COST,
                    holding_per_unit_day=cost * HOLDING_PER_YEAR / DAYS_OF_A_YEAR,
                    shortage_per_unit=price - cost,
                ),
                unit_cost=cost,
            )
        )
    return tuple(cases)


def fitted(
    cases: Sequence[ReplayCase], *, rules: ReplayRules, review_days: int, first_periods: int
) -> SmoothedDemand:
    """
    Return the estimator for the default policy, fitted on the first part of the histories.

    The half-life is the one with the least cost when the default policy is replayed from
    *first_periods* to the end of the first part; the dispersion is that of the first part.
    """
    days = cases[0].lead_time.mean_days + review_days

    def cost(half_life: float) -> float:
        estimator = SmoothedDemand(half_life_days=half_life).believing(
            (case.series.first(first_periods) for case in cases), days=days
        )
        return sum(
            backtest(
                ReorderPoint(
                    costs=case.costs,
                    lead_time_demand=DemandFamily.NEGATIVE_BINOMIAL,
                    review_days=review_days,
                ),
                attrs.evolve(
                    case, series=case.series.first(case.fit_periods), fit_periods=first_periods
                ),
                estimator=estimator,
                rules=rules,
            ).total_cost
            for case in cases
        )

    best = min(HALF_LIVES, key=cost)
    return SmoothedDemand(half_life_days=best).believing(
        (case.series.first(case.fit_periods) for case in cases), days=days
    )


def _study(
    name: str,
    cases: tuple[ReplayCase, ...],
    *,
    rules: ReplayRules,
    first_periods: int,
    window_days: float,
    assumptions: Sequence[str],
) -> Study:
    period = cases[0].series.period.mean_days
    review_days = round(rules.review_periods * period)
    estimator = fitted(cases, rules=rules, review_days=review_days, first_periods=first_periods)
    return Study(
        name=name,
        assumptions=(
            *assumptions,
            (
                f"an order costs {ORDER_COST:.2f}, a year on the shelf {HOLDING_PER_YEAR:.0%} of "
                "the unit cost, a missed unit its margin, and it is lost"
            ),
            (
                "at the beginning each policy finds the same stock: recent demand over the lead "
                "time, the review period and a month"
            ),
            (
                f"fitted on the first part: a half-life of {estimator.half_life_days:.0f} days, a "
                f"dispersion of {estimator.dispersion:.3g}"
            ),
        ),
        cases=cases,
        rules=rules,
        review_days=review_days,
        window_days=window_days,
        short_window_days=30.0,
        estimator=estimator,
    )


def gifts_study(count: int = 500) -> Study:
    """Return the study of the gift shop's best sellers: 250 days to fit, 124 to judge."""
    prices = mean_prices()
    cases = _cases(
        best_sellers(count),
        fit_periods=250,
        lead_time=LeadTime(mean_days=14),
        lead_periods=14,
        opening_periods=90,
        opening_days=14 + 1 + MONTH_OF_COVER,
        cost_and_price=lambda sku: (prices[sku] * GIFT_COST_SHARE, prices[sku]),
    )
    return _study(
        f"Online Retail, {count} best sellers by day",
        cases,
        rules=ReplayRules(review_periods=1, estimate_periods=7),
        first_periods=150,
        window_days=90,
        assumptions=(
            "250 days to fit, 124 to judge; looked at every day, estimated anew every 7",
            "an order takes 14 days; a unit costs half of its mean price (GBP)",
        ),
    )


def car_parts_study(count: int | None = None) -> Study:
    """Return the study of the car parts: 36 months to fit, 15 to judge."""
    histories = dict(list(car_parts().items())[:count])
    cases = _cases(
        histories,
        fit_periods=36,
        lead_time=LeadTime(mean_days=30),
        lead_periods=1,
        opening_periods=12,
        opening_days=30 + 30 + MONTH_OF_COVER,
        cost_and_price=lambda _: (CAR_PART_COST, CAR_PART_PRICE),
    )
    return _study(
        f"Car parts, {len(cases)} series by month",
        cases,
        rules=ReplayRules(review_periods=1, estimate_periods=1),
        first_periods=24,
        window_days=365,
        assumptions=(
            "36 months to fit, 15 to judge; looked at and estimated anew every month",
            "an order takes a month; a unit costs 10 and sells for 20",
        ),
    )
