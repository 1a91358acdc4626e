"""Laws of the return rate."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.errors import FieldError
from ecomkit.insight import return_rate

counts = st.integers(0, 10**12)


@given(counts, st.integers(1, 10**12))
def test_the_rate_of_what_was_sold_came_back(returned: int, sold: int) -> None:
    """Rate times sold is returned, exactly."""
    rate = return_rate(returned, sold=sold)

    assert rate is not None
    assert returned == rate * sold


@given(counts)
def test_nothing_sold_has_no_rate(returned: int) -> None:
    """Without a sale there is no rate."""
    assert return_rate(returned, sold=0) is None


@pytest.mark.parametrize(
    ("returned", "sold", "rate"),
    [(277_574, 5_588_376, 0.04966988620665467), (3_836, 19_960, 0.19218436873747494)],
)
def test_online_retail(returned: int, sold: int, rate: float) -> None:
    """UCI Online Retail: 4.97 % of units and 19.22 % of invoices were cancelled."""
    found = return_rate(returned, sold=sold)

    assert isinstance(found, Fraction)
    assert pytest.approx(rate) == float(found)


@pytest.mark.parametrize("count", [-1, 1.0, True, None])
def test_counts_are_whole_and_not_negative(count: Any) -> None:
    """A negative count, a float or a bool is refused, and the error names it."""
    with pytest.raises(FieldError) as caught:
        return_rate(count, sold=1)
    assert caught.value.field == "returned"
    with pytest.raises(FieldError) as caught:
        return_rate(1, sold=count)
    assert caught.value.field == "sold"
