"""Forecasts of demand: one protocol, the usual methods, their choice, campaigns and new products."""

from ecomkit.replenishment.forecasting._accuracy import bias, mae, mape, mase, rmse, rmsse, wape
from ecomkit.replenishment.forecasting._aggregation import adida, imapa
from ecomkit.replenishment.forecasting._analogy import Analogue, AnalogyForecast
from ecomkit.replenishment.forecasting._baselines import (
    historic_average,
    moving_average,
    naive,
    seasonal_naive,
)
from ecomkit.replenishment.forecasting._by_backtest import (
    ByBacktest,
    Comparison,
    ErrorMeasure,
    MethodScore,
)
from ecomkit.replenishment.forecasting._by_pattern import ByPattern, for_pattern
from ecomkit.replenishment.forecasting._campaign import (
    Campaign,
    CampaignEffect,
    campaign_effects,
)
from ecomkit.replenishment.forecasting._decomposition import Seasonality
from ecomkit.replenishment.forecasting._forecast import (
    Forecast,
    Forecaster,
    ForecastTotal,
    Interval,
    Spread,
)
from ecomkit.replenishment.forecasting._forecast_demand import ForecastDemand
from ecomkit.replenishment.forecasting._hindsight import Hindsight, OneStepErrors
from ecomkit.replenishment.forecasting._holt_winters import Damping, holt, holt_winters
from ecomkit.replenishment.forecasting._intermittent import croston, croston_optimized, sba, tsb
from ecomkit.replenishment.forecasting._level_methods import (
    ADIDA,
    IMAPA,
    SBA,
    TSB,
    Croston,
    MovingAverage,
    Naive,
    SimpleExponentialSmoothing,
)
from ecomkit.replenishment.forecasting._path_methods import Holt, HoltWinters, SeasonalNaive
from ecomkit.replenishment.forecasting._seasonality import is_seasonal
from ecomkit.replenishment.forecasting._smoothing import ses, ses_optimized
from ecomkit.replenishment.forecasting._uplift import (
    CampaignUplift,
    CategoryUplift,
    uplift_by_channel,
)

__all__ = [
    "ADIDA",
    "IMAPA",
    "SBA",
    "TSB",
    "Analogue",
    "AnalogyForecast",
    "ByBacktest",
    "ByPattern",
    "Campaign",
    "CampaignEffect",
    "CampaignUplift",
    "CategoryUplift",
    "Comparison",
    "Croston",
    "Damping",
    "ErrorMeasure",
    "Forecast",
    "ForecastDemand",
    "ForecastTotal",
    "Forecaster",
    "Hindsight",
    "Holt",
    "HoltWinters",
    "Interval",
    "MethodScore",
    "MovingAverage",
    "Naive",
    "OneStepErrors",
    "SeasonalNaive",
    "Seasonality",
    "SimpleExponentialSmoothing",
    "Spread",
    "adida",
    "bias",
    "campaign_effects",
    "croston",
    "croston_optimized",
    "for_pattern",
    "historic_average",
    "holt",
    "holt_winters",
    "imapa",
    "is_seasonal",
    "mae",
    "mape",
    "mase",
    "moving_average",
    "naive",
    "rmse",
    "rmsse",
    "sba",
    "seasonal_naive",
    "ses",
    "ses_optimized",
    "tsb",
    "uplift_by_channel",
    "wape",
]
