"""
Replenishment for a million skus: the same policies over columns instead of over values.

Every function goes from arrays to arrays and knows nothing else, so that an engine maps it over
partitions. The scalar policy is the one truth: columns get its parameters from it and answer, unit
for unit, what it would. Needs numpy (extra ``fast``).
"""

from ecomkit.bulk._columns import ColumnError
from ecomkit.bulk._daily_matrix import moments_of_days
from ecomkit.bulk._demand import demand_columns, pattern_columns
from ecomkit.bulk._lot_sizes import economic_order_columns, newsvendor_columns
from ecomkit.bulk._order_lines import moments_of_lines
from ecomkit.bulk._plan import explain_row, plan_columns

__all__ = [
    "ColumnError",
    "demand_columns",
    "economic_order_columns",
    "explain_row",
    "moments_of_days",
    "moments_of_lines",
    "newsvendor_columns",
    "pattern_columns",
    "plan_columns",
]
