"""Lots and serials: units that came together, and the rules that say which of them go first."""

from ecomkit.stock.lots._eligibility import LotEligibility, LotFinding, LotReason, LotRule
from ecomkit.stock.lots._lot import Lot, LotBalance, LotStatus, Tracking
from ecomkit.stock.lots._named import LotChoice, NamedLots
from ecomkit.stock.lots._pick import ExcludedLot, LotPick, LotPickRefused, PickedLot, RefusedLot
from ecomkit.stock.lots._removal import Removal, RemovalOrder, RemovalPolicy, RemovalStrategy

__all__ = [
    "ExcludedLot",
    "Lot",
    "LotBalance",
    "LotChoice",
    "LotEligibility",
    "LotFinding",
    "LotPick",
    "LotPickRefused",
    "LotReason",
    "LotRule",
    "LotStatus",
    "NamedLots",
    "PickedLot",
    "RefusedLot",
    "Removal",
    "RemovalOrder",
    "RemovalPolicy",
    "RemovalStrategy",
    "Tracking",
]
