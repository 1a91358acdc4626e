"""When and how much to buy: demand, lead time, policies, advice, purchase orders."""

from ecomkit.replenishment._advice import Advice
from ecomkit.replenishment._base_stock import BaseStock
from ecomkit.replenishment._bounds import StockBounds
from ecomkit.replenishment._campaign_buy import CampaignBuy
from ecomkit.replenishment._cover import days_of_cover, days_of_cover_ahead
from ecomkit.replenishment._demand import Demand, DemandMoments
from ecomkit.replenishment._dropship import SupplierOrder, SupplierOrderLine, dropship
from ecomkit.replenishment._economics import UnitEconomics
from ecomkit.replenishment._excess import ExcessRule
from ecomkit.replenishment._fixed_quantity import FixedQuantity, Shortfall
from ecomkit.replenishment._lead_time import LeadTime
from ecomkit.replenishment._lead_time_demand import (
    USUAL_FAMILIES,
    DemandByPattern,
    FittedDemand,
    LeadTimeDemand,
    ObservedDemand,
)
from ecomkit.replenishment._lead_time_moments import lead_time_moments
from ecomkit.replenishment._level import ComputedLevel, ReorderLevel, StatedLevel
from ecomkit.replenishment._level_rule import Level, LevelRule, RuleLevel
from ecomkit.replenishment._level_rules import (
    CriticalRatio,
    DaysOfCover,
    HighestOf,
    LevelPolicy,
    ReorderPointOf,
    SafetyStockOf,
    SumOf,
)
from ecomkit.replenishment._minimum_stock import MinimumStock
from ecomkit.replenishment._numbers import (
    DAYS_MAX,
    UNITS_MAX,
    UNITS_PER_DAY_MAX,
    TooFewObservationsError,
)
from ecomkit.replenishment._order_limits import Budget, PriceBreaks
from ecomkit.replenishment._order_up_to import OrderUpTo
from ecomkit.replenishment._pack_rounding import PackRounding
from ecomkit.replenishment._pattern import ADI_CUT, CV2_CUT, DemandPattern, intermittence
from ecomkit.replenishment._periodic_review import PeriodicReview
from ecomkit.replenishment._planned_level import PlannedLevel
from ecomkit.replenishment._policy import ReplenishmentPolicy
from ecomkit.replenishment._position import InventoryPosition
from ecomkit.replenishment._projected_day import ProjectedDay, UnmetDemand
from ecomkit.replenishment._projection import StockProjection, project
from ecomkit.replenishment._purchase_order import NotOrderedError, PurchaseOrder, SupplierPromise
from ecomkit.replenishment._purchase_order_state import (
    EXACT,
    PURCHASE_ORDER_TRANSITIONS,
    DeliveryTolerance,
    PurchaseOrderState,
    PurchaseOrderStateError,
)
from ecomkit.replenishment._quantity import OrderQuantity, Step
from ecomkit.replenishment._rates import (
    is_rate,
    quantity,
    rate,
    rate_above_zero,
    rate_or_unlimited,
)
from ecomkit.replenishment._reason import Reason
from ecomkit.replenishment._receipt import ExpectedReceipt, GoodsReceipt, on_order
from ecomkit.replenishment._reorder_point import DEAD_PER_DAY, ReorderPoint
from ecomkit.replenishment._season import Season, SeasonalLevel, SeasonDay, YearDay
from ecomkit.replenishment._series import ClosedDays, DemandSeries, Period, UnknownDays
from ecomkit.replenishment._service_target import CycleService, FillRate, LeastCost, ServiceTarget
from ecomkit.replenishment._sku_facts import SkuFacts
from ecomkit.replenishment._smoothed_demand import AverageDemand, DemandEstimator, SmoothedDemand
from ecomkit.replenishment._snooze import Snooze
from ecomkit.replenishment._stock_costs import StockCosts
from ecomkit.replenishment._target_level import TargetLevel
from ecomkit.replenishment._trigger import Trigger
from ecomkit.replenishment._velocity import Velocity
from ecomkit.replenishment._verdict import STANDARD_VERDICTS, Severity, Verdict, VerdictRules

__all__ = [
    "ADI_CUT",
    "CV2_CUT",
    "DAYS_MAX",
    "DEAD_PER_DAY",
    "EXACT",
    "PURCHASE_ORDER_TRANSITIONS",
    "STANDARD_VERDICTS",
    "UNITS_MAX",
    "UNITS_PER_DAY_MAX",
    "USUAL_FAMILIES",
    "Advice",
    "AverageDemand",
    "BaseStock",
    "Budget",
    "CampaignBuy",
    "ClosedDays",
    "ComputedLevel",
    "CriticalRatio",
    "CycleService",
    "DaysOfCover",
    "DeliveryTolerance",
    "Demand",
    "DemandByPattern",
    "DemandEstimator",
    "DemandMoments",
    "DemandPattern",
    "DemandSeries",
    "ExcessRule",
    "ExpectedReceipt",
    "FillRate",
    "FittedDemand",
    "FixedQuantity",
    "GoodsReceipt",
    "HighestOf",
    "InventoryPosition",
    "LeadTime",
    "LeadTimeDemand",
    "LeastCost",
    "Level",
    "LevelPolicy",
    "LevelRule",
    "MinimumStock",
    "NotOrderedError",
    "ObservedDemand",
    "OrderQuantity",
    "OrderUpTo",
    "PackRounding",
    "Period",
    "PeriodicReview",
    "PlannedLevel",
    "PriceBreaks",
    "ProjectedDay",
    "PurchaseOrder",
    "PurchaseOrderState",
    "PurchaseOrderStateError",
    "Reason",
    "ReorderLevel",
    "ReorderPoint",
    "ReorderPointOf",
    "ReplenishmentPolicy",
    "RuleLevel",
    "SafetyStockOf",
    "Season",
    "SeasonDay",
    "SeasonalLevel",
    "ServiceTarget",
    "Severity",
    "Shortfall",
    "SkuFacts",
    "SmoothedDemand",
    "Snooze",
    "StatedLevel",
    "Step",
    "StockBounds",
    "StockCosts",
    "StockProjection",
    "SumOf",
    "SupplierOrder",
    "SupplierOrderLine",
    "SupplierPromise",
    "TargetLevel",
    "TooFewObservationsError",
    "Trigger",
    "UnitEconomics",
    "UnknownDays",
    "UnmetDemand",
    "Velocity",
    "Verdict",
    "VerdictRules",
    "YearDay",
    "days_of_cover",
    "days_of_cover_ahead",
    "dropship",
    "intermittence",
    "is_rate",
    "lead_time_moments",
    "on_order",
    "project",
    "quantity",
    "rate",
    "rate_above_zero",
    "rate_or_unlimited",
]
