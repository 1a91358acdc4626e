"""When and how much to buy: demand, lead time, policies, advice, purchase orders."""

from ecomkit.replenishment._advice import Advice, Reason
from ecomkit.replenishment._cover import days_of_cover, days_of_cover_ahead
from ecomkit.replenishment._demand import Demand, DemandMoments
from ecomkit.replenishment._dropship import SupplierOrder, SupplierOrderLine, dropship
from ecomkit.replenishment._lead_time import LeadTime
from ecomkit.replenishment._level import ComputedLevel, ReorderLevel, StatedLevel
from ecomkit.replenishment._minimum_stock import MinimumStock
from ecomkit.replenishment._numbers import (
    DAYS_MAX,
    UNITS_MAX,
    UNITS_PER_DAY_MAX,
    TooFewObservationsError,
)
from ecomkit.replenishment._pattern import DemandPattern, intermittence
from ecomkit.replenishment._policy import ReplenishmentPolicy
from ecomkit.replenishment._position import InventoryPosition
from ecomkit.replenishment._purchase_order import NotOrderedError, PurchaseOrder
from ecomkit.replenishment._quantity import OrderQuantity, Step
from ecomkit.replenishment._receipt import ExpectedReceipt, on_order
from ecomkit.replenishment._reorder_point import ReorderPoint
from ecomkit.replenishment._series import DemandSeries, Period
from ecomkit.replenishment._trigger import Trigger

__all__ = [
    "DAYS_MAX",
    "UNITS_MAX",
    "UNITS_PER_DAY_MAX",
    "Advice",
    "ComputedLevel",
    "Demand",
    "DemandMoments",
    "DemandPattern",
    "DemandSeries",
    "ExpectedReceipt",
    "InventoryPosition",
    "LeadTime",
    "MinimumStock",
    "NotOrderedError",
    "OrderQuantity",
    "Period",
    "PurchaseOrder",
    "Reason",
    "ReorderLevel",
    "ReorderPoint",
    "ReplenishmentPolicy",
    "StatedLevel",
    "Step",
    "SupplierOrder",
    "SupplierOrderLine",
    "TooFewObservationsError",
    "Trigger",
    "days_of_cover",
    "days_of_cover_ahead",
    "dropship",
    "intermittence",
    "on_order",
]
