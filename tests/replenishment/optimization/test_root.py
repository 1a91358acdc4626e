"""Roots: found to the last digits, in a bounded number of steps."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.replenishment.optimization import _root
from ecomkit.replenishment.optimization._root import root, root_beyond


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6), st.floats(1e-3, 1e6), st.sampled_from([1, 3]))
def test_a_root_between_two_signs_is_found(
    crossing: float, left: float, right: float, power: int
) -> None:
    """Wherever it lies between the ends, also where the function is flat at it."""
    low, high = crossing - left, crossing + right
    found = root(lambda x: (x - crossing) ** power, low=low, high=high)
    assert found == pytest.approx(crossing, rel=1e-9, abs=1e-9)

    rising = root_beyond(lambda x: (x - crossing) ** power, start=low, step=right / 10)
    assert rising == pytest.approx(crossing, rel=1e-9, abs=1e-9)
    falling = root_beyond(lambda x: (crossing - x) ** power, start=high, step=-left / 10)
    assert falling == pytest.approx(crossing, rel=1e-9, abs=1e-9)


def test_it_takes_few_steps() -> None:
    """A smooth function is asked a dozen times, one with a corner or a jump a few more."""
    asked: list[float] = []

    def counted(x: float) -> float:
        asked.append(x)
        return math.exp(x) - 2

    assert root(counted, low=-10, high=10) == pytest.approx(math.log(2), rel=1e-15)
    assert len(asked) < 20
    for jump in (1e-9, 0.3, 7.0):
        found = root(lambda x, jump=jump: -1.0 if x < jump else 1.0, low=-10, high=10)  # type: ignore[misc] # mypy wants no default
        assert found == pytest.approx(jump, abs=1e-14)


def test_an_end_that_is_a_root_is_answered() -> None:
    """Nothing is searched between."""
    assert root(lambda x: x - 1, low=1, high=5) == 1
    assert root(lambda x: x - 5, low=1, high=5) == 5


def test_without_two_signs_the_end_that_is_closer_to_zero_is_answered() -> None:
    """Where rounding has hidden the root, or there is none."""
    assert root(lambda x: x, low=1, high=5) == 1
    assert root(lambda x: x - 9, low=1, high=5) == 5
    assert root_beyond(lambda x: -1 / (1 + x), start=0, step=1) > 1e50


def test_the_steps_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the function does, an end there is: the best point so far is answered."""
    monkeypatch.setattr(_root, "STEPS_MAX", 3)
    assert 0 < root(lambda x: x**9 - 1e-9, low=-10, high=11) < 11
