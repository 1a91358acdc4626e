"""The rules of the house: one of each kind, with the usual bands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ecomkit.replenishment.alerts._flow_rules import (
    DemandSpikeRule,
    LateInboundRule,
    LeadTimeDriftRule,
)
from ecomkit.replenishment.alerts._stock_rules import (
    BelowMinimumRule,
    NearRule,
    OrderNowRule,
    ProjectedStockoutRule,
    UncoveredRule,
)
from ecomkit.replenishment.alerts._surplus_rules import DeadStockRule, ExcessStockRule

if TYPE_CHECKING:
    from ecomkit.replenishment.alerts._alert_rule import AlertRule

STANDARD_RULES: Final[tuple[AlertRule, ...]] = (
    UncoveredRule(),
    ProjectedStockoutRule(),
    BelowMinimumRule(),
    LateInboundRule(),
    OrderNowRule(),
    NearRule(),
    DemandSpikeRule(),
    LeadTimeDriftRule(),
    DeadStockRule(),
    ExcessStockRule(),
)
"""One rule of each kind, with its usual thresholds."""
