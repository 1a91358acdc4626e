"""What stock is worth: receipts and issues folded into cost layers, to the cent."""

from ecomkit.stock.valuation._draft import ValuationMethod
from ecomkit.stock.valuation._entries import (
    IssueEntry,
    ReceiptEntry,
    ReturnEntry,
    RevaluationEntry,
    ValuationEntry,
)
from ecomkit.stock.valuation._errors import (
    IssueExceedsStockError,
    MissingCostError,
    ReturnExceedsIssueError,
    RevaluationExceedsValueError,
)
from ecomkit.stock.valuation._history import ValueHistory
from ecomkit.stock.valuation._layers import CostLayer, IssueCost, LayerCost
from ecomkit.stock.valuation._movements import entries_of, value_by_location
from ecomkit.stock.valuation._valuation import Valuation
from ecomkit.stock.valuation._value import StockValue

__all__ = [
    "CostLayer",
    "IssueCost",
    "IssueEntry",
    "IssueExceedsStockError",
    "LayerCost",
    "MissingCostError",
    "ReceiptEntry",
    "ReturnEntry",
    "ReturnExceedsIssueError",
    "RevaluationEntry",
    "RevaluationExceedsValueError",
    "StockValue",
    "Valuation",
    "ValuationEntry",
    "ValuationMethod",
    "ValueHistory",
    "entries_of",
    "value_by_location",
]
