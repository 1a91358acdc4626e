"""Strategies of this room refuse bounds that contradict each other."""

from collections.abc import Callable

import pytest

from ecomkit.errors import FieldError
from ecomkit.testing.strategies import _replenishment as strategies


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: strategies.daily_units(max_value=-1),
        lambda: strategies.daily_units(min_size=3, max_size=2),
        lambda: strategies.demand_moments(max_value=10**8),
        lambda: strategies.demands(min_value=2, max_value=1),
        lambda: strategies.lead_times(max_value=float("nan")),
        lambda: strategies.inventory_positions(min_value=-1),
        lambda: strategies.order_quantities(max_value=0),
        lambda: strategies.minimum_stocks(max_value=-1).example(),
        lambda: strategies.service_levels(max_value=0.0),
        lambda: strategies.service_levels(min_value=1.0),
        lambda: strategies.service_levels(max_value=2.0),
        lambda: strategies.reorder_points(max_days=-1),
        lambda: strategies.expected_receipts(max_value=0),
    ],
)
@pytest.mark.filterwarnings("ignore::hypothesis.errors.NonInteractiveExampleWarning")
def test_contradictory_bounds_raise(wrong: Callable[[], object]) -> None:
    """A strategy that could draw nothing says so when it is made."""
    with pytest.raises(FieldError):
        wrong()
