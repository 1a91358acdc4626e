"""
Buying: what suppliers ask, when they deliver, and the orders that advices lead to.

Lead times are learned from receipts, supplier calendars say when an order is taken and when its
goods can be sold, and a buying policy turns advices into one draft for each supplier. A budget
is shared out over many skus by what the next unit of each is worth.
"""

from ecomkit.replenishment.purchasing._budget import allocate_budget
from ecomkit.replenishment.purchasing._budget_allocation import BudgetAllocation, BudgetLine
from ecomkit.replenishment.purchasing._budget_candidate import (
    BudgetCandidate,
    LostMarginAvoided,
    ValueOfUnits,
)
from ecomkit.replenishment.purchasing._buying import BelowMinimum, BreakUse, BuyingPolicy
from ecomkit.replenishment.purchasing._drift import Drift, DriftTest, LeadTimeDrift
from ecomkit.replenishment.purchasing._lead_time_statistics import (
    LeadTimeStatistics,
    Weighting,
    lead_times_by_route,
)
from ecomkit.replenishment.purchasing._learned import RECEIPTS_MIN, LearnedLeadTimes
from ecomkit.replenishment.purchasing._observation import (
    CountedFrom,
    LeadTimeObservation,
    Route,
    observed_lead_times,
)
from ecomkit.replenishment.purchasing._offer import Discount, SupplierOffer
from ecomkit.replenishment.purchasing._order_days import NoOrderDayError, OrderDays
from ecomkit.replenishment.purchasing._price_break import BreakSuggestion, PriceBreakRule
from ecomkit.replenishment.purchasing._proposal import (
    Minimum,
    ProposedLine,
    PurchaseProposal,
    PurchaseProposals,
    Unbought,
)
from ecomkit.replenishment.purchasing._schedule import ScheduleStep, SupplierSchedule
from ecomkit.replenishment.purchasing._shelf_life import Unserved, sells_within_shelf_life
from ecomkit.replenishment.purchasing._stage import Stage, StageKind
from ecomkit.replenishment.purchasing._supplier_calendar import OrderWaiting, SupplierCalendar
from ecomkit.replenishment.purchasing._terms import SupplierBook, SupplierTerms

__all__ = [
    "RECEIPTS_MIN",
    "BelowMinimum",
    "BreakSuggestion",
    "BreakUse",
    "BudgetAllocation",
    "BudgetCandidate",
    "BudgetLine",
    "BuyingPolicy",
    "CountedFrom",
    "Discount",
    "Drift",
    "DriftTest",
    "LeadTimeDrift",
    "LeadTimeObservation",
    "LeadTimeStatistics",
    "LearnedLeadTimes",
    "LostMarginAvoided",
    "Minimum",
    "NoOrderDayError",
    "OrderDays",
    "OrderWaiting",
    "PriceBreakRule",
    "ProposedLine",
    "PurchaseProposal",
    "PurchaseProposals",
    "Route",
    "ScheduleStep",
    "Stage",
    "StageKind",
    "SupplierBook",
    "SupplierCalendar",
    "SupplierOffer",
    "SupplierSchedule",
    "SupplierTerms",
    "Unbought",
    "Unserved",
    "ValueOfUnits",
    "Weighting",
    "allocate_budget",
    "lead_times_by_route",
    "observed_lead_times",
    "sells_within_shelf_life",
]
