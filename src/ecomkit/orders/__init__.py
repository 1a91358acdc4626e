"""
What was promised: orders, their lines and charges, and what has happened to them since.

The facts are lines, charges, events and payments. Counters, totals and the four axes (order,
payment, fulfilment, return) are derived from them, so no two of them can disagree.
"""

from ecomkit.orders._adjustment import Adjustment, AdjustmentKind
from ecomkit.orders._charge import Charge, ChargeKind, ChargeTarget, Taxation
from ecomkit.orders._counts import LineCounts
from ecomkit.orders._delivery_promise import (
    CarrierService,
    DayStep,
    DeliveryPromise,
    PromiseDecision,
)
from ecomkit.orders._difference import OrderChange, OrderDifference, difference
from ecomkit.orders._edit import (
    EDIT_TRANSITIONS,
    AddLine,
    CancelUnits,
    EditChange,
    EditPreview,
    EditRefused,
    EditState,
    OrderEdit,
    preview_edit,
)
from ecomkit.orders._errors import (
    DiscountExceedsLineError,
    DuplicateLineError,
    NegativeTotalError,
    PaymentUndoneError,
    RefundExceedsCapturedError,
    TransitionError,
    UnknownLineError,
)
from ecomkit.orders._events import LineEvent, LineEventKind
from ecomkit.orders._fulfiller import Fulfiller, FulfillerKind
from ecomkit.orders._fulfilment_state import (
    FULFILMENT_TRANSITIONS,
    FulfilmentState,
    fulfilment_state,
)
from ecomkit.orders._guard import BlockReason, Guard, OrderStep
from ecomkit.orders._guard_money import (
    AuthorisedBeforeCapture,
    MoneyCounted,
    NothingOwed,
    NothingToPayBack,
    PaidBeforeShipping,
    ShippedBeforeCapture,
    TotalsAgree,
)
from ecomkit.orders._guard_rules import (
    HasCustomer,
    NotHeld,
    NothingOnTheWay,
    NothingOpen,
    NothingShipped,
    SkusKnown,
    WithinWindow,
)
from ecomkit.orders._guards import Clearance, Guards
from ecomkit.orders._hold import HoldEvent, HoldKind, HoldStep
from ecomkit.orders._line import OrderLine
from ecomkit.orders._minimums import QuantityFault, QuantityFinding, check_minimums
from ecomkit.orders._on_time import LineOnTimeInFull, NoPromiseError, OnTimeInFull, on_time_in_full
from ecomkit.orders._order import Fact, Order
from ecomkit.orders._order_state import ORDER_TRANSITIONS, OrderState, order_state
from ecomkit.orders._packing_slip import PackingSlip, SlipLine, packing_slip
from ecomkit.orders._parcels import (
    Parcel,
    ParcelLine,
    ParcelState,
    UnknownParcelError,
    parcel_of,
    parcels,
)
from ecomkit.orders._payment import Payment, PaymentKind, PaymentSums
from ecomkit.orders._payment_due import PaymentDue, payment_due
from ecomkit.orders._payment_state import PAYMENT_TRANSITIONS, PaymentState, payment_state
from ecomkit.orders._price import LinePrice
from ecomkit.orders._promise import Promise
from ecomkit.orders._return_state import RETURN_TRANSITIONS, ReturnState, return_state
from ecomkit.orders._shipping import ShippingPrice
from ecomkit.orders._slip_text import ENGLISH_SLIP, FRENCH_SLIP, SlipLanguage
from ecomkit.orders._tax import TaxMode, TaxTerms
from ecomkit.orders._tender import Tender, TenderKind
from ecomkit.orders._totals import Totals
from ecomkit.orders._trade import EarlyPayment, ExemptionReason, MonthEnd, TaxExemption, TradeTerms
from ecomkit.orders._transitions import diagram

__all__ = [
    "EDIT_TRANSITIONS",
    "ENGLISH_SLIP",
    "FRENCH_SLIP",
    "FULFILMENT_TRANSITIONS",
    "ORDER_TRANSITIONS",
    "PAYMENT_TRANSITIONS",
    "RETURN_TRANSITIONS",
    "AddLine",
    "Adjustment",
    "AdjustmentKind",
    "AuthorisedBeforeCapture",
    "BlockReason",
    "CancelUnits",
    "CarrierService",
    "Charge",
    "ChargeKind",
    "ChargeTarget",
    "Clearance",
    "DayStep",
    "DeliveryPromise",
    "DiscountExceedsLineError",
    "DuplicateLineError",
    "EarlyPayment",
    "EditChange",
    "EditPreview",
    "EditRefused",
    "EditState",
    "ExemptionReason",
    "Fact",
    "Fulfiller",
    "FulfillerKind",
    "FulfilmentState",
    "Guard",
    "Guards",
    "HasCustomer",
    "HoldEvent",
    "HoldKind",
    "HoldStep",
    "LineCounts",
    "LineEvent",
    "LineEventKind",
    "LineOnTimeInFull",
    "LinePrice",
    "MoneyCounted",
    "MonthEnd",
    "NegativeTotalError",
    "NoPromiseError",
    "NotHeld",
    "NothingOnTheWay",
    "NothingOpen",
    "NothingOwed",
    "NothingShipped",
    "NothingToPayBack",
    "OnTimeInFull",
    "Order",
    "OrderChange",
    "OrderDifference",
    "OrderEdit",
    "OrderLine",
    "OrderState",
    "OrderStep",
    "PackingSlip",
    "PaidBeforeShipping",
    "Parcel",
    "ParcelLine",
    "ParcelState",
    "Payment",
    "PaymentDue",
    "PaymentKind",
    "PaymentState",
    "PaymentSums",
    "PaymentUndoneError",
    "Promise",
    "PromiseDecision",
    "QuantityFault",
    "QuantityFinding",
    "RefundExceedsCapturedError",
    "ReturnState",
    "ShippedBeforeCapture",
    "ShippingPrice",
    "SkusKnown",
    "SlipLanguage",
    "SlipLine",
    "TaxExemption",
    "TaxMode",
    "TaxTerms",
    "Taxation",
    "Tender",
    "TenderKind",
    "Totals",
    "TotalsAgree",
    "TradeTerms",
    "TransitionError",
    "UnknownLineError",
    "UnknownParcelError",
    "WithinWindow",
    "check_minimums",
    "diagram",
    "difference",
    "fulfilment_state",
    "on_time_in_full",
    "order_state",
    "packing_slip",
    "parcel_of",
    "parcels",
    "payment_due",
    "payment_state",
    "preview_edit",
    "return_state",
]
