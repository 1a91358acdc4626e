"""
Which location serves which line: filters, rankers and splitters, and an answer with its reasons.

It promises nothing: the ledger does, with the wants of the answer.
"""

from ecomkit.stock.sourcing._decision import LocationChoice, LocationFinding, SourcingDecision
from ecomkit.stock.sourcing._filters import (
    CanCarry,
    Excluding,
    IsOpen,
    IsOurs,
    Rejection,
    ServesDestination,
    SourcingFilter,
)
from ecomkit.stock.sourcing._lines import (
    LineUnits,
    SourcingClaim,
    SourcingLine,
    SourcingPiece,
    Splitting,
)
from ecomkit.stock.sourcing._need import SourcingNeed
from ecomkit.stock.sourcing._packages import (
    AtMost,
    ByCategory,
    Package,
    PackageError,
    PackageItem,
    PackageSplitter,
    UncoveredApart,
    split_packages,
)
from ecomkit.stock.sourcing._rankers import (
    Distance,
    HighestStock,
    Nearest,
    Preferred,
    Rank,
    SameRegion,
    SourcingRanker,
)
from ecomkit.stock.sourcing._sets import FewestSplits, LowestCost, PackageCost, flat_cost
from ecomkit.stock.sourcing._sourcing import Sourcing

__all__ = [
    "AtMost",
    "ByCategory",
    "CanCarry",
    "Distance",
    "Excluding",
    "FewestSplits",
    "HighestStock",
    "IsOpen",
    "IsOurs",
    "LineUnits",
    "LocationChoice",
    "LocationFinding",
    "LowestCost",
    "Nearest",
    "Package",
    "PackageCost",
    "PackageError",
    "PackageItem",
    "PackageSplitter",
    "Preferred",
    "Rank",
    "Rejection",
    "SameRegion",
    "ServesDestination",
    "Sourcing",
    "SourcingClaim",
    "SourcingDecision",
    "SourcingFilter",
    "SourcingLine",
    "SourcingNeed",
    "SourcingPiece",
    "SourcingRanker",
    "Splitting",
    "UncoveredApart",
    "flat_cost",
    "split_packages",
]
