"""
The shell: one process a file, and :class:`Shop`, which composes them.

Each reads, decides by pure values, and writes in one transaction; no channel is called while a
transaction is open.
"""

from ecomkit.operations._adoption import (
    AdoptedListing,
    AdoptionReport,
    ChannelState,
    Match,
    MatchKind,
    NotAdoptedError,
)
from ecomkit.operations._alerts import AlertDelivery
from ecomkit.operations._audit import AuditReport
from ecomkit.operations._clock import SystemClock
from ecomkit.operations._customers import UnknownCustomerError
from ecomkit.operations._demand import DemandDetail, DemandHistory
from ecomkit.operations._drift import DriftKind, ListingDrift
from ecomkit.operations._drift_sweep import DriftReport
from ecomkit.operations._edits import EditEndedError, UnknownEditError
from ecomkit.operations._effects import EffectState, OrderEffect, PendingEffect
from ecomkit.operations._erasure import BEYOND_REACH, ErasureReport, ErasureWish
from ecomkit.operations._group_commit import InFlightError, Ledger, LedgerClosedError
from ecomkit.operations._intake import PullReport, take_entries
from ecomkit.operations._leases import Lease, LeaseLostError
from ecomkit.operations._ledger import (
    KeyReusedError,
    ObservedLocationError,
    StockRefusedError,
    execute,
)
from ecomkit.operations._merging import KeptMerge, NotMergedError
from ecomkit.operations._orders import KeptClaim, UnknownOrderError
from ecomkit.operations._picking import LotConflictError, PickReport
from ecomkit.operations._planning import LeadTimes, Plan
from ecomkit.operations._publication import Intent, IntentState, PlannedOffer
from ecomkit.operations._pushing import (
    ListingColumns,
    PushPlan,
    plan_push,
)
from ecomkit.operations._quarantine import (
    KeptPayload,
    NotQuarantinedError,
    Quarantined,
    QuarantineState,
)
from ecomkit.operations._receiving import UnknownPurchaseOrderError
from ecomkit.operations._refunds import (
    REFUND_TRANSITIONS,
    RefundPart,
    RefundPartState,
    UnknownRefundError,
)
from ecomkit.operations._retention import RetentionReport
from ecomkit.operations._return_books import OpenReturn, UnknownClaimError, UnknownReturnError
from ecomkit.operations._return_requests import BuyerFacts
from ecomkit.operations._return_settling import OnShortage
from ecomkit.operations._returns import ReturnStep
from ecomkit.operations._settings import Brake, BrakeVerdict, Settings
from ecomkit.operations._shop import Shop
from ecomkit.operations._shop_base import UnknownChannelError
from ecomkit.operations._snoozes import KeptSnooze
from ecomkit.operations._sync import Preview, SyncReport
from ecomkit.operations._taking import UnmatchedListingError
from ecomkit.operations._telling import PushReport
from ecomkit.operations._uncovered import UncoveredUnits
from ecomkit.operations._verification import RowFault, Verification, verify_ledger
from ecomkit.operations._wiping import Wiped, WipeState, WipingStore

__all__ = [
    "BEYOND_REACH",
    "REFUND_TRANSITIONS",
    "AdoptedListing",
    "AdoptionReport",
    "AlertDelivery",
    "AuditReport",
    "Brake",
    "BrakeVerdict",
    "BuyerFacts",
    "ChannelState",
    "DemandDetail",
    "DemandHistory",
    "DriftKind",
    "DriftReport",
    "EditEndedError",
    "EffectState",
    "ErasureReport",
    "ErasureWish",
    "InFlightError",
    "Intent",
    "IntentState",
    "KeptClaim",
    "KeptMerge",
    "KeptPayload",
    "KeptSnooze",
    "KeyReusedError",
    "LeadTimes",
    "Lease",
    "LeaseLostError",
    "Ledger",
    "LedgerClosedError",
    "ListingColumns",
    "ListingDrift",
    "LotConflictError",
    "Match",
    "MatchKind",
    "NotAdoptedError",
    "NotMergedError",
    "NotQuarantinedError",
    "ObservedLocationError",
    "OnShortage",
    "OpenReturn",
    "OrderEffect",
    "PendingEffect",
    "PickReport",
    "Plan",
    "PlannedOffer",
    "Preview",
    "PullReport",
    "PushPlan",
    "PushReport",
    "QuarantineState",
    "Quarantined",
    "RefundPart",
    "RefundPartState",
    "RetentionReport",
    "ReturnStep",
    "RowFault",
    "Settings",
    "Shop",
    "StockRefusedError",
    "SyncReport",
    "SystemClock",
    "UncoveredUnits",
    "UnknownChannelError",
    "UnknownClaimError",
    "UnknownCustomerError",
    "UnknownEditError",
    "UnknownOrderError",
    "UnknownPurchaseOrderError",
    "UnknownRefundError",
    "UnknownReturnError",
    "UnmatchedListingError",
    "Verification",
    "WipeState",
    "Wiped",
    "WipingStore",
    "execute",
    "plan_push",
    "take_entries",
    "verify_ledger",
]
