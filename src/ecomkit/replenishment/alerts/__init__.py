"""
Alerts: what a merchant wants to hear of, once for each fall, and not again until it matters.

Rules measure conditions, and the alert book folds them into raised, worsened and cleared alerts:
with a band between raising and clearing, snoozes, and one piece of news for one fact.
"""

from ecomkit.replenishment.alerts._alert import Alert, AlertTransition
from ecomkit.replenishment.alerts._alert_book import AlertBook, AlertChange, AlertNotOnError
from ecomkit.replenishment.alerts._alert_facts import AlertFacts
from ecomkit.replenishment.alerts._alert_rule import AlertRule, evaluate
from ecomkit.replenishment.alerts._alert_state import ALERT_TRANSITIONS, AlertEvent, AlertState
from ecomkit.replenishment.alerts._condition import Condition, Side
from ecomkit.replenishment.alerts._flow_rules import (
    DemandSpikeRule,
    LateInboundRule,
    LeadTimeDriftRule,
)
from ecomkit.replenishment.alerts._kind import AlertKind
from ecomkit.replenishment.alerts._standard_rules import STANDARD_RULES
from ecomkit.replenishment.alerts._stock_rules import (
    BelowMinimumRule,
    NearRule,
    OrderNowRule,
    ProjectedStockoutRule,
    UncoveredRule,
)
from ecomkit.replenishment.alerts._surplus_rules import DeadStockRule, ExcessStockRule

__all__ = [
    "ALERT_TRANSITIONS",
    "STANDARD_RULES",
    "Alert",
    "AlertBook",
    "AlertChange",
    "AlertEvent",
    "AlertFacts",
    "AlertKind",
    "AlertNotOnError",
    "AlertRule",
    "AlertState",
    "AlertTransition",
    "BelowMinimumRule",
    "Condition",
    "DeadStockRule",
    "DemandSpikeRule",
    "ExcessStockRule",
    "LateInboundRule",
    "LeadTimeDriftRule",
    "NearRule",
    "OrderNowRule",
    "ProjectedStockoutRule",
    "Side",
    "UncoveredRule",
    "evaluate",
]
