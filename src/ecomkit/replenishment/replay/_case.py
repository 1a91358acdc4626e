"""Replay cases: one sku's history, what it costs, and how long its orders really took."""

from __future__ import annotations

from enum import Enum
from typing import Any, final

import attrs

from ecomkit._checks import above_zero, as_tuple, is_a, refuse
from ecomkit.identifiers import Sku
from ecomkit.replenishment._lead_time import LeadTime
from ecomkit.replenishment._numbers import DAYS_MAX, units
from ecomkit.replenishment._rates import rate
from ecomkit.replenishment._series import DemandSeries
from ecomkit.replenishment._stock_costs import StockCosts


class WhenShort(Enum):
    """What becomes of a unit that is asked for and not there."""

    LOST = "lost"
    """The buyer goes elsewhere."""

    BACKORDERED = "backordered"
    """The buyer waits, and is covered first when goods come in."""


def _lead_periods(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if (
        not isinstance(value, tuple)
        or not value
        or any(type(taken) is not int or not 0 <= taken <= DAYS_MAX for taken in value)
    ):
        raise refuse(
            instance,
            attribute.name,
            value,
            f"one or more whole numbers of periods from 0 to {DAYS_MAX}",
        )


@final
@attrs.frozen(kw_only=True)
class ReplayCase:
    """
    What a replay needs to know of one sku.

    Args:
        sku: Which one.
        series: What was asked for, period by period, censored periods left open: on these
            nothing is asked for in the replay, and none of them counts.
        fit_periods: How many periods have passed when the replay begins.
        opening: Units on the shelf at that moment, the same for every policy.
        lead_time: What the policy believes of the lead time, in days.
        lead_periods: How many periods the orders really take, one after the other, from the
            first again when all are used. An order of 0 is on the shelf the next morning.
        costs: What an order, a unit on the shelf and a missed unit cost.
        unit_cost: What a unit on the shelf is worth, in the currency of the costs.

    Raises:
        FieldError: If the history has no period left to judge, or a number is out of range.
    """

    sku: Sku = attrs.field(validator=is_a(Sku))
    series: DemandSeries = attrs.field(validator=is_a(DemandSeries))
    fit_periods: int = attrs.field(validator=above_zero)
    opening: int = attrs.field(validator=units)
    lead_time: LeadTime = attrs.field(validator=is_a(LeadTime))
    lead_periods: tuple[int, ...] = attrs.field(converter=as_tuple, validator=_lead_periods)
    costs: StockCosts = attrs.field(validator=is_a(StockCosts))
    unit_cost: float = attrs.field(default=1.0, validator=rate)

    def __attrs_post_init__(self) -> None:
        if self.fit_periods >= len(self.series):
            raise refuse(
                self,
                "fit_periods",
                self.fit_periods,
                f"below the {len(self.series)} of the series",
            )


@final
@attrs.frozen(kw_only=True)
class ReplayRules:
    """
    How a replay is run: how often one looks, how often demand is estimated anew, what is lost.

    Both are counted in periods of the series.
    """

    review_periods: int = attrs.field(default=1, validator=above_zero)
    estimate_periods: int = attrs.field(default=7, validator=above_zero)
    when_short: WhenShort = attrs.field(default=WhenShort.LOST, validator=is_a(WhenShort))
