"""
Where units lie, whose ledger is the truth there, and what others report.

Where the ledger is not ours, all we have are dated snapshots: they are counted by a rule, and never
reserved from.
"""

from ecomkit.stock.locations._drift import KnownChange, ObservedDrift, observed_drift
from ecomkit.stock.locations._location import (
    Authority,
    Location,
    Pooling,
    StockedLocation,
    stocked,
)
from ecomkit.stock.locations._observed import (
    FreshObservations,
    Observations,
    ObservedAvailability,
    ObservedLevel,
)
from ecomkit.stock.locations._place import Place, great_circle

__all__ = [
    "Authority",
    "FreshObservations",
    "KnownChange",
    "Location",
    "Observations",
    "ObservedAvailability",
    "ObservedDrift",
    "ObservedLevel",
    "Place",
    "Pooling",
    "StockedLocation",
    "great_circle",
    "observed_drift",
    "stocked",
]
