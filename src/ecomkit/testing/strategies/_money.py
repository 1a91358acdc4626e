"""Strategies for money."""

from __future__ import annotations

from hypothesis import strategies as st

from ecomkit._checks import WHOLE_MAX
from ecomkit.errors import FieldError
from ecomkit.money import Currency, Money, Rounding

__all__ = ["amounts", "currencies", "roundings", "weights"]

AMOUNT_MAX = WHOLE_MAX - 1

# The simplest first, since shrinking ends there; then one of each other number of digits.
_CURRENCIES = tuple(
    dict.fromkeys((Currency.EUR, Currency.JPY, Currency.KWD, Currency.CLF, *Currency))
)


def currencies() -> st.SearchStrategy[Currency]:
    """Return all currencies, those without decimal digits and with three and four included."""
    return st.sampled_from(_CURRENCIES)


def roundings() -> st.SearchStrategy[Rounding]:
    """Return all ways to round."""
    return st.sampled_from(Rounding)


def amounts(
    *,
    min_value: int = -AMOUNT_MAX,
    max_value: int = AMOUNT_MAX,
    currencies: st.SearchStrategy[Currency] | None = None,
) -> st.SearchStrategy[Money]:
    """
    Return money of *min_value* to *max_value* minor units, in any of *currencies*.

    Raises:
        FieldError: If *min_value* is above *max_value*.
    """
    if min_value > max_value:
        raise FieldError(
            owner="amounts", field="min_value", got=min_value, wanted=f"{max_value} or less"
        )
    return st.builds(
        Money,
        st.integers(min_value, max_value),
        st.sampled_from(_CURRENCIES) if currencies is None else currencies,
    )


def weights(
    *, min_size: int = 1, max_size: int = 12, max_value: int | None = None
) -> st.SearchStrategy[tuple[int, ...]]:
    """
    Return weights to prorate by: often small, tied or zero, and huge unless *max_value* bounds them.

    Raises:
        FieldError: If *min_size* is below 1 or above *max_size*.
    """
    if not 1 <= min_size <= max_size:
        raise FieldError(
            owner="weights", field="min_size", got=min_size, wanted=f"from 1 to {max_size}"
        )
    small = 5 if max_value is None else min(5, max_value)
    weight = st.integers(0, small) | st.integers(0, max_value)
    return st.lists(weight, min_size=min_size, max_size=max_size).map(tuple)
