"""Kinds of alerts: what a merchant wants to hear of."""

from __future__ import annotations

from enum import Enum


class AlertKind(Enum):
    """What an alert is about, the most serious first; the value is how it is said."""

    UNCOVERED = "uncovered"
    """Units are sold that no stock covers."""

    PROJECTED_STOCKOUT = "projected stock-out"
    """The stock runs out before an order placed now would arrive."""

    BELOW_MINIMUM = "below minimum"
    """Fewer units are available than the minimum stock level."""

    LATE_INBOUND = "late inbound"
    """Units on order are overdue, or land after the day on which the stock runs out."""

    ORDER_NOW = "order now"
    """The inventory position is low enough to order."""

    NEAR = "near"
    """The inventory position will soon be low enough to order."""

    DEMAND_SPIKE = "demand spike"
    """Far more was asked for in the last days than demand and its spread explain."""

    LEAD_TIME_DRIFT = "lead-time drift"
    """Receipts take longer, or less long, than they did."""

    DEAD_STOCK = "dead stock"
    """Units lie there that nobody has asked for in a long time."""

    EXCESS = "excess"
    """There is more than the target and a long horizon of demand."""

    __hash__ = object.__hash__

    @property
    def place(self) -> int:
        """The place in the order of seriousness, from 0."""
        return list(AlertKind).index(self)
