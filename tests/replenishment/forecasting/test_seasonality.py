"""Whether there is a season: certain cases, chance, and what is left open."""

from typing import Any

import numpy as np
import pytest

from ecomkit.errors import FieldError
from ecomkit.replenishment.forecasting import is_seasonal

WEEK = [4, 4, 5, 6, 9, 14, 12]


def test_what_comes_again_is_a_season() -> None:
    """A week that repeats is one of 7 days, and none of 5."""
    assert is_seasonal(WEEK * 5, season_length=7)
    assert not is_seasonal(WEEK * 5, season_length=5)


def test_chance_is_taken_for_a_season_about_as_often_as_it_is_allowed() -> None:
    """Of 400 series without a season at most one in ten is said to have one at 95 %."""
    rng = np.random.default_rng(7)
    found = sum(
        is_seasonal(rng.poisson(5, 84).tolist(), season_length=12, confidence=0.95)
        for _ in range(400)
    )

    assert 4 <= found <= 40


def test_a_season_in_noise_is_found() -> None:
    """Twice the usual demand in two months of twelve stands out of Poisson noise."""
    rng = np.random.default_rng(7)
    mean = np.array([10.0] * 10 + [25.0, 30.0])
    found = sum(
        is_seasonal(rng.poisson(np.tile(mean, 4)).tolist(), season_length=12) for _ in range(100)
    )

    assert found >= 95


def test_less_than_two_seasons_tell_nothing() -> None:
    """One week and six days are no evidence, two weeks are."""
    assert not is_seasonal((WEEK * 2)[:-1], season_length=7)
    assert is_seasonal(WEEK * 4, season_length=7)


def test_what_never_changes_has_no_season() -> None:
    """A constant history is like itself at any lag, and says nothing."""
    assert not is_seasonal([5] * 40, season_length=4)


def test_unknown_periods_are_left_out() -> None:
    """A few of them do not hide the week."""
    units: list[int | None] = [*WEEK * 6]
    for at in (3, 11, 25):
        units[at] = None

    assert is_seasonal(units, season_length=7)


def test_the_ends_of_confidence_are_all_and_nothing() -> None:
    """No likeness is certain, and any is better than none."""
    assert not is_seasonal(WEEK * 9, season_length=7, confidence=1)
    assert is_seasonal([1, 2, 2, 1, 1, 1, 2, 2], season_length=2, confidence=0)


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"season_length": 1}, "season_length"),
        ({"season_length": 2.0}, "season_length"),
        ({"season_length": 2, "confidence": 1.1}, "confidence"),
    ],
)
def test_parameters_are_checked(options: dict[str, Any], field: str) -> None:
    """A season has two periods or more, and confidence is a share."""
    with pytest.raises(FieldError, match=field):
        is_seasonal([1, 2, 3], **options)


def test_a_trend_is_no_season() -> None:
    """It is like itself at every lag: those of shorter ones raise the limit, twice their squares."""
    assert not is_seasonal(range(30), season_length=4)
