"""Figures about the business: what matters, what is served, what comes back, what an order brings."""

from ecomkit.insight._abc import AbcClass, AbcItem, ClassBoundary, abc
from ecomkit.insight._average_order_value import average_order_value
from ecomkit.insight._fill_rate import FilledLine, FillUnit, fill_rate
from ecomkit.insight._on_time_in_full import on_time_in_full_rate
from ecomkit.insight._return_rate import return_rate
from ecomkit.insight._xyz import AbcXyzCell, AbcXyzTable, XyzClass, XyzItem, abc_xyz, xyz

__all__ = [
    "AbcClass",
    "AbcItem",
    "AbcXyzCell",
    "AbcXyzTable",
    "ClassBoundary",
    "FillUnit",
    "FilledLine",
    "XyzClass",
    "XyzItem",
    "abc",
    "abc_xyz",
    "average_order_value",
    "fill_rate",
    "on_time_in_full_rate",
    "return_rate",
    "xyz",
]
