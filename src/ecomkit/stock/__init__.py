"""
What can be promised: a double-entry ledger of units, and the one rule that decides on it.

Two verbs promise units. ``Reserve`` (and ``PutOnHold`` for carts) is granted only if the units
are there; ``Record`` takes down what a channel has already sold, covers what it can and leaves
the rest uncovered, where it is seen.
"""

from ecomkit.stock._accounts import Account, Bucket, Cause, LevelKey, Movement, Owner
from ecomkit.stock._books import BalanceFault, audit_levels, empty_level, fold
from ecomkit.stock._channel_plan import Allotment, ChannelPlan, Outlet
from ecomkit.stock._commands import StockCommand, fingerprint
from ecomkit.stock._conversion import draft_of, level_of
from ecomkit.stock._coverage import Coverage
from ecomkit.stock._decide import Decision, decide, decide_drafts
from ecomkit.stock._draft import DraftLevel
from ecomkit.stock._goods_commands import (
    Adjust,
    Arrive,
    Count,
    Damage,
    Dispatch,
    LoseTransfer,
    Receive,
    Relocate,
    TakeBack,
    Transfer,
)
from ecomkit.stock._journal import Journal
from ecomkit.stock._levels import MAIN, Allocation, Hold, LotUnits, StockLevel, Transit, Uncovered
from ecomkit.stock._lot_units import LOTS_END, LOTS_START
from ecomkit.stock._needs import LevelNeed, levels_touched, needs_of
from ecomkit.stock._outcomes import (
    Covered,
    Done,
    Outcome,
    Recorded,
    Refused,
    Reserved,
    Short,
    Shortage,
)
from ecomkit.stock._promise_commands import (
    Pick,
    PutOnHold,
    Reassign,
    Record,
    Release,
    ReleaseHolds,
    Reserve,
    Ship,
    Unpick,
    Unship,
)
from ecomkit.stock._publication import Offer, OfferStep, Publication
from ecomkit.stock._risk_buffer import BufferAdvice, RiskBuffer
from ecomkit.stock._rows import (
    LevelRow,
    MovementRow,
    PromiseKind,
    PromiseRow,
    SavedPromise,
    movement_of,
    movement_row,
)
from ecomkit.stock._stock import Stock, wants_of, wants_of_line
from ecomkit.stock._wants import Want

__all__ = [
    "LOTS_END",
    "LOTS_START",
    "MAIN",
    "Account",
    "Adjust",
    "Allocation",
    "Allotment",
    "Arrive",
    "BalanceFault",
    "Bucket",
    "BufferAdvice",
    "Cause",
    "ChannelPlan",
    "Count",
    "Coverage",
    "Covered",
    "Damage",
    "Decision",
    "Dispatch",
    "Done",
    "DraftLevel",
    "Hold",
    "Journal",
    "LevelKey",
    "LevelNeed",
    "LevelRow",
    "LoseTransfer",
    "LotUnits",
    "Movement",
    "MovementRow",
    "Offer",
    "OfferStep",
    "Outcome",
    "Outlet",
    "Owner",
    "Pick",
    "PromiseKind",
    "PromiseRow",
    "Publication",
    "PutOnHold",
    "Reassign",
    "Receive",
    "Record",
    "Recorded",
    "Refused",
    "Release",
    "ReleaseHolds",
    "Relocate",
    "Reserve",
    "Reserved",
    "RiskBuffer",
    "SavedPromise",
    "Ship",
    "Short",
    "Shortage",
    "Stock",
    "StockCommand",
    "StockLevel",
    "TakeBack",
    "Transfer",
    "Transit",
    "Uncovered",
    "Unpick",
    "Unship",
    "Want",
    "audit_levels",
    "decide",
    "decide_drafts",
    "draft_of",
    "empty_level",
    "fingerprint",
    "fold",
    "level_of",
    "levels_touched",
    "movement_of",
    "movement_row",
    "needs_of",
    "wants_of",
    "wants_of_line",
]
