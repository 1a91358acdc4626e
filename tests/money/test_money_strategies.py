"""The strategies for money reach the whole range and refuse contradictions."""

import pytest
from hypothesis import find, given, settings

from ecomkit._checks import WHOLE_MAX
from ecomkit.errors import FieldError
from ecomkit.money import Currency, Money
from ecomkit.testing.strategies._money import amounts, currencies, weights


def test_amounts_shrink_to_nothing_in_euro() -> None:
    """The simplest money is zero euro."""
    assert Money.zero(Currency.EUR) == find(amounts(), lambda _: True)
    assert Currency.EUR is find(currencies(), lambda _: True)


def test_amounts_reach_the_ends() -> None:
    """The largest amounts of either sign are drawn by default."""
    quick = settings(max_examples=10_000, database=None)
    assert find(amounts(), lambda money: money.amount > WHOLE_MAX // 2, settings=quick)
    assert find(amounts(), lambda money: money.amount < -WHOLE_MAX // 2, settings=quick)


@given(amounts(min_value=-3, max_value=5), weights(min_size=2, max_size=3, max_value=2))
def test_bounds_are_kept(money: Money, parts: tuple[int, ...]) -> None:
    """Drawn values stay inside the bounds that were asked for."""
    assert -3 <= money.amount <= 5
    assert 2 <= len(parts) <= 3
    assert max(parts) <= 2


def test_contradictions_are_refused() -> None:
    """Bounds that leave nothing raise where they are written."""
    with pytest.raises(FieldError):
        amounts(min_value=1, max_value=0)
    with pytest.raises(FieldError):
        weights(min_size=3, max_size=2)
    with pytest.raises(FieldError):
        weights(min_size=0)
