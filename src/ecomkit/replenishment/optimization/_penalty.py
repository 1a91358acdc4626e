"""Which of the two prices of a unit short a method takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecomkit.errors import FieldError

if TYPE_CHECKING:
    from ecomkit.replenishment.optimization._continuous_model import ContinuousReviewModel


def time_weighted(model: ContinuousReviewModel) -> None:
    """Refuse a model that charges for a unit short by the unit, or not in proportion to stock."""
    if model.backorder_cost:
        raise FieldError(
            owner="ContinuousReviewModel",
            field="backorder_cost",
            got=model.backorder_cost,
            wanted="0, with stockout_cost above 0: this method charges each period of waiting",
        )
    share = model.stockout_cost / (model.holding_cost + model.stockout_cost)
    if share >= 1:
        raise FieldError(
            owner="ContinuousReviewModel",
            field="stockout_cost",
            got=model.stockout_cost,
            wanted=f"closer to the holding_cost of {model.holding_cost:g}",
        )


def by_unit(model: ContinuousReviewModel) -> None:
    """Refuse a model that charges for a unit short by the time it waits."""
    if model.stockout_cost:
        raise FieldError(
            owner="ContinuousReviewModel",
            field="stockout_cost",
            got=model.stockout_cost,
            wanted="0, with backorder_cost above 0: this method charges each unit once",
        )
