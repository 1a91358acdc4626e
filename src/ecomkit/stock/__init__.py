"""
What can be promised: a double-entry ledger of units, and the one rule that decides on it.

Two verbs promise units. ``Reserve`` (and ``PutOnHold`` for carts) is granted only if the units
are there; ``Record`` takes down what a channel has already sold, covers what it can and leaves
the rest uncovered, where it is seen.
"""

from ecomkit.stock._accounts import Account, Bucket, Cause, LevelKey, Movement, Owner
from ecomkit.stock._books import BalanceFault, audit_levels, empty_level, fold
from ecomkit.stock._commands import (
    Adjust,
    Count,
    PutOnHold,
    Receive,
    Record,
    Release,
    ReleaseHolds,
    Relocate,
    Reserve,
    Ship,
    StockCommand,
    TakeBack,
    Want,
    fingerprint,
    levels_touched,
)
from ecomkit.stock._coverage import Coverage
from ecomkit.stock._decide import Decision, decide
from ecomkit.stock._levels import MAIN, Allocation, Hold, StockLevel, Uncovered
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
from ecomkit.stock._publication import Offer, OfferStep, Publication
from ecomkit.stock._stock import Stock, wants_of, wants_of_line

__all__ = [
    "MAIN",
    "Account",
    "Adjust",
    "Allocation",
    "BalanceFault",
    "Bucket",
    "Cause",
    "Count",
    "Coverage",
    "Covered",
    "Decision",
    "Done",
    "Hold",
    "LevelKey",
    "Movement",
    "Offer",
    "OfferStep",
    "Outcome",
    "Owner",
    "Publication",
    "PutOnHold",
    "Receive",
    "Record",
    "Recorded",
    "Refused",
    "Release",
    "ReleaseHolds",
    "Relocate",
    "Reserve",
    "Reserved",
    "Ship",
    "Short",
    "Shortage",
    "Stock",
    "StockCommand",
    "StockLevel",
    "TakeBack",
    "Uncovered",
    "Want",
    "audit_levels",
    "decide",
    "empty_level",
    "fingerprint",
    "fold",
    "levels_touched",
    "wants_of",
    "wants_of_line",
]
