"""Distributions of demand over an interval: probabilities, quantiles, expected shortage."""

from ecomkit.replenishment.distributions._distribution import DemandDistribution

__all__ = ["DemandDistribution"]
