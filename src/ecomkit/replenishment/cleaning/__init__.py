"""
From orders, movements and foreign histories to the demand behind them, each step reported.

What was sold is not what was asked for: orders are cancelled, goods come back and are sold again,
one buyer takes a year's worth at once, and on a day without stock nothing is sold at all.
"""

from ecomkit.replenishment.cleaning._bulk_orders import (
    BulkOrders,
    BulkTreatment,
    LineLimit,
    LineScale,
    MedianDeviations,
    ShareOfPeriod,
)
from ecomkit.replenishment.cleaning._cleaning import STEPS, DemandCleaning
from ecomkit.replenishment.cleaning._history import (
    CleaningStep,
    Finding,
    NotObserved,
    SalesHistory,
    TakenOff,
    Unmatched,
)
from ecomkit.replenishment.cleaning._movements import movement_rows, out_of_stock_days
from ecomkit.replenishment.cleaning._orders import ReturnsFrom, order_rows
from ecomkit.replenishment.cleaning._report import CleanedDemand, DayChange, StepReport
from ecomkit.replenishment.cleaning._reversals import Cancellations, Returns
from ecomkit.replenishment.cleaning._row import DemandRow, RowKind
from ecomkit.replenishment.cleaning._stock_outs import InferredStockOuts, OutOfStock, StockOuts
from ecomkit.replenishment.cleaning._write_offs import WriteOffs

__all__ = [
    "STEPS",
    "BulkOrders",
    "BulkTreatment",
    "Cancellations",
    "CleanedDemand",
    "CleaningStep",
    "DayChange",
    "DemandCleaning",
    "DemandRow",
    "Finding",
    "InferredStockOuts",
    "LineLimit",
    "LineScale",
    "MedianDeviations",
    "NotObserved",
    "OutOfStock",
    "Returns",
    "ReturnsFrom",
    "RowKind",
    "SalesHistory",
    "ShareOfPeriod",
    "StepReport",
    "StockOuts",
    "TakenOff",
    "Unmatched",
    "WriteOffs",
    "movement_rows",
    "order_rows",
    "out_of_stock_days",
]
