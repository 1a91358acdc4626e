"""Nelder-Mead: known lowest points, and the box."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.replenishment.forecasting._nelder_mead import nelder_mead

coordinates = st.lists(st.floats(-9, 9), min_size=2, max_size=5)


@given(coordinates)
def test_a_bowl_has_its_bottom_found(bottom: list[float]) -> None:
    """From anywhere, nearly: the search ends when its corners are alike."""

    def bowl(point: tuple[float, ...]) -> float:
        return sum((at - to) ** 2 for at, to in zip(point, bottom, strict=True))

    box = [1000.0] * len(bottom)
    start, lowest = [1.0] * len(bottom), [-side for side in box]
    best = nelder_mead(bowl, start=start, lowest=lowest, highest=box)
    assert best.value < 0.05
    assert best.value == bowl(best.point)


def test_a_curved_valley_is_followed() -> None:
    """The function of Rosenbrock (1960), from the usual start."""
    best = nelder_mead(
        lambda at: 100 * (at[1] - at[0] ** 2) ** 2 + (1 - at[0]) ** 2,
        start=(-1.2, 1.0),
        lowest=(-5.0, -5.0),
        highest=(5.0, 5.0),
    )

    assert best.point == pytest.approx((1, 1), abs=0.05)


def test_the_box_is_never_left() -> None:
    """A bottom outside the box is approached on its border, and no point beyond is looked at."""
    seen = []

    def looked_at(point: tuple[float, ...]) -> float:
        seen.append(point)
        return (point[0] - 9) ** 2 + (point[1] + 9) ** 2

    best = nelder_mead(looked_at, start=(0.5, 0.0), lowest=(0.0, -1.0), highest=(1.0, 1.0))
    assert best.point == pytest.approx((1, -1))
    assert all(0 <= first <= 1 and -1 <= second <= 1 for first, second in seen)


def test_a_simplex_that_fits_nowhere_shrinks() -> None:
    """Where no step leads down, all corners move towards the best one."""
    best = nelder_mead(
        lambda at: max(abs(at[0]), 9 * abs(at[1] - at[0])),
        start=(1.0, 1.0),
        lowest=(-2.0, -2.0),
        highest=(2.0, 2.0),
    )

    assert best.value < 0.1
