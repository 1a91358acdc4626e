"""
What comes back: which returns are accepted, where the units go, and what is paid back.

The verdict on a request holds the findings of all rules. A refund is a difference of running
amounts, so partial returns sum to the cent in whatever order they come.
"""

from ecomkit.returns._finding import ReturnRule, RuleFinding
from ecomkit.returns._policy import ReturnPolicy
from ecomkit.returns._reception import Arrival, Disposition, ReceivedLine, Reception
from ecomkit.returns._refund import (
    RefundCeilingError,
    RefundDecision,
    RefundStep,
    RefundStepKind,
    ShippingRefund,
    refund_due,
)
from ecomkit.returns._request import Condition, ReturnLine, ReturnReason, ReturnRequest
from ecomkit.returns._rules import (
    CategoryIs,
    ConditionIs,
    NotAlreadyReturned,
    WasDelivered,
    WasShipped,
)
from ecomkit.returns._verdict import Accepted, LineVerdict, Refused, ReturnVerdict
from ecomkit.returns._window import ReturnWindow, UnitWindow

__all__ = [
    "Accepted",
    "Arrival",
    "CategoryIs",
    "Condition",
    "ConditionIs",
    "Disposition",
    "LineVerdict",
    "NotAlreadyReturned",
    "ReceivedLine",
    "Reception",
    "RefundCeilingError",
    "RefundDecision",
    "RefundStep",
    "RefundStepKind",
    "Refused",
    "ReturnLine",
    "ReturnPolicy",
    "ReturnReason",
    "ReturnRequest",
    "ReturnRule",
    "ReturnVerdict",
    "ReturnWindow",
    "RuleFinding",
    "ShippingRefund",
    "UnitWindow",
    "WasDelivered",
    "WasShipped",
    "refund_due",
]
