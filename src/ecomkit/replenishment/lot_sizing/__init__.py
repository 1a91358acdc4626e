"""Lot sizing where demand is known: economic order quantities, quantity discounts, lots over time."""

from ecomkit.replenishment.lot_sizing._discount import (
    DiscountedOrder,
    DiscountKind,
    QuantityDiscount,
    economic_order_quantity_with_discount,
)
from ecomkit.replenishment.lot_sizing._economic_order import (
    EconomicOrder,
    economic_order_quantity,
    economic_order_quantity_with_backorders,
    economic_production_quantity,
)
from ecomkit.replenishment.lot_sizing._forward import least_unit_cost, lot_for_lot, silver_meal
from ecomkit.replenishment.lot_sizing._plan import LotPlan, LotSizingProblem
from ecomkit.replenishment.lot_sizing._wagner_whitin import wagner_whitin

__all__ = [
    "DiscountKind",
    "DiscountedOrder",
    "EconomicOrder",
    "LotPlan",
    "LotSizingProblem",
    "QuantityDiscount",
    "economic_order_quantity",
    "economic_order_quantity_with_backorders",
    "economic_order_quantity_with_discount",
    "economic_production_quantity",
    "least_unit_cost",
    "lot_for_lot",
    "silver_meal",
    "wagner_whitin",
]
