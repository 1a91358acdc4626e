"""
What was promised: orders, their lines and charges, and what has happened to them since.

The facts are lines, charges, events and payments. Counters, totals and the four axes (order,
payment, fulfilment, return) are derived from them, so no two of them can disagree.
"""

from ecomkit.orders._charge import Charge, ChargeKind, Taxation
from ecomkit.orders._counts import LineCounts
from ecomkit.orders._discount import AppliedDiscount, apply_discount
from ecomkit.orders._errors import (
    DiscountExceedsLineError,
    DuplicateLineError,
    NegativeTotalError,
    RefundExceedsCapturedError,
    TransitionError,
    UnknownLineError,
)
from ecomkit.orders._events import LineEvent, LineEventKind
from ecomkit.orders._fulfilment_state import (
    FULFILMENT_TRANSITIONS,
    FulfilmentState,
    fulfilment_state,
)
from ecomkit.orders._line import OrderLine
from ecomkit.orders._order import Order
from ecomkit.orders._order_state import ORDER_TRANSITIONS, OrderState, order_state
from ecomkit.orders._payment import Payment, PaymentKind, PaymentSums
from ecomkit.orders._payment_state import PAYMENT_TRANSITIONS, PaymentState, payment_state
from ecomkit.orders._price import LinePrice
from ecomkit.orders._return_state import RETURN_TRANSITIONS, ReturnState, return_state
from ecomkit.orders._tax import TaxMode, tax_charges
from ecomkit.orders._totals import Totals
from ecomkit.orders._transitions import diagram

__all__ = [
    "FULFILMENT_TRANSITIONS",
    "ORDER_TRANSITIONS",
    "PAYMENT_TRANSITIONS",
    "RETURN_TRANSITIONS",
    "AppliedDiscount",
    "Charge",
    "ChargeKind",
    "DiscountExceedsLineError",
    "DuplicateLineError",
    "FulfilmentState",
    "LineCounts",
    "LineEvent",
    "LineEventKind",
    "LinePrice",
    "NegativeTotalError",
    "Order",
    "OrderLine",
    "OrderState",
    "Payment",
    "PaymentKind",
    "PaymentState",
    "PaymentSums",
    "RefundExceedsCapturedError",
    "ReturnState",
    "TaxMode",
    "Taxation",
    "Totals",
    "TransitionError",
    "UnknownLineError",
    "apply_discount",
    "diagram",
    "fulfilment_state",
    "order_state",
    "payment_state",
    "return_state",
    "tax_charges",
]
