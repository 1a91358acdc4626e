"""Models of statsforecast, or of its shape, as forecasters."""

from ecomkit.adapters.statsforecast._model import ArrayModel, StatsforecastModel

__all__ = ["ArrayModel", "StatsforecastModel"]
