"""Replay: policies meet the demand that really came, and are held to what they promised."""

from ecomkit.replenishment.replay._backtest import Backtest, backtest
from ecomkit.replenishment.replay._case import ReplayCase, ReplayRules, WhenShort
from ecomkit.replenishment.replay._comparison import Comparison, Contender, Outcome, compare
from ecomkit.replenishment.replay._replay import ReplayedPeriod, estimates, replay
from ecomkit.replenishment.replay._service_curve import (
    ServiceCurve,
    ServicePoint,
    service_curve,
)

__all__ = [
    "Backtest",
    "Comparison",
    "Contender",
    "Outcome",
    "ReplayCase",
    "ReplayRules",
    "ReplayedPeriod",
    "ServiceCurve",
    "ServicePoint",
    "WhenShort",
    "backtest",
    "compare",
    "estimates",
    "replay",
    "service_curve",
]
