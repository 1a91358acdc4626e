"""Exchange rates: explicit, exact, rounded once by name."""

import pickle
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.errors import FieldError
from ecomkit.money import (
    Currency,
    CurrencyMismatchError,
    ExchangeRate,
    Money,
    Presentment,
    Rounding,
    round_ratio,
)
from ecomkit.testing.strategies import currencies

AT = datetime(2026, 3, 1, tzinfo=UTC)
DOLLARS = ExchangeRate(source=Currency.EUR, target=Currency.USD, rate=Decimal("1.0832"), at=AT)


@given(
    st.lists(currencies(), min_size=2, max_size=2, unique=True),
    st.decimals("0.0001", "10000", places=4),
    st.integers(-(10**9), 10**9),
    st.sampled_from(Rounding),
)
def test_conversion_is_exact_and_rounded_once(
    pair: list[Currency], rate: Decimal, amount: int, rounding: Rounding
) -> None:
    """In units, whatever the digits of the two currencies: the rounded product and nothing else."""
    source, target = pair
    exchange = ExchangeRate(source=source, target=target, rate=rate, at=AT)
    units = Fraction(amount, 10**source.exponent) * Fraction(rate)
    converted = exchange.convert(Money(amount, source), rounding=rounding)

    assert target is converted.currency
    assert round_ratio(units * 10**target.exponent, rounding=rounding) == converted.amount


@pytest.mark.parametrize(
    ("source", "target", "rate", "amount", "expected"),
    [
        (Currency.EUR, Currency.USD, "1.0832", 1999, 2165),
        (Currency.EUR, Currency.JPY, "162.35", 1999, 3245),
        (Currency.JPY, Currency.EUR, "0.0061", 3245, 1979),
        (Currency.EUR, Currency.KWD, "0.3321", 1999, 6639),
        (Currency.KWD, Currency.JPY, "488.1", 6639, 3240),
    ],
)
def test_minor_units_follow_the_currencies(
    source: Currency, target: Currency, rate: str, amount: int, expected: int
) -> None:
    """Yen have no digits and dinars three: nothing is 100 times too small or 10 times too large."""
    exchange = ExchangeRate(source=source, target=target, rate=Decimal(rate), at=AT)

    assert Money(expected, target) == exchange.convert(
        Money(amount, source), rounding=Rounding.HALF_UP
    )


def test_a_rate_converts_its_source_only() -> None:
    """Neither another currency nor the way back is converted."""
    for currency in (Currency.USD, Currency.JPY):
        with pytest.raises(CurrencyMismatchError):
            DOLLARS.convert(Money(1, currency), rounding=Rounding.HALF_UP)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("target", Currency.EUR),
        ("rate", Decimal(0)),
        ("rate", Decimal(-1)),
        ("rate", Decimal("NaN")),
        ("rate", Decimal("1e1000000")),
        ("rate", 1.08),
        ("rate", 1),
        ("source", "EUR"),
        ("target", None),
        ("at", datetime(2026, 3, 1)),  # noqa: DTZ001 (naive on purpose)
    ],
)
def test_a_rate_is_exact_and_dated(field: str, value: Any) -> None:
    """A rate of a currency to itself, of nothing, of a float or of no moment is refused."""
    with pytest.raises(FieldError):
        attrs.evolve(DOLLARS, **{field: value})


def test_a_rate_says_what_and_when() -> None:
    """Which currency, at which rate, into which, and when."""
    assert DOLLARS.explain() == "1 EUR = 1.0832 USD at 2026-03-01T00:00:00+00:00"


def test_what_is_shown_stands_beside_what_the_shop_counts() -> None:
    """Both amounts are kept, and neither is taken for the other."""
    price = Money(1999, Currency.EUR)
    presented = DOLLARS.present(price, rounding=Rounding.HALF_UP)

    assert (price, Money(2165, Currency.USD)) == (presented.shop, presented.shown)
    assert str(presented) == "19.99 EUR (shown as 21.65 USD)"
    assert pickle.loads(pickle.dumps(presented)) == presented  # noqa: S301  # our own bytes
    with pytest.raises(FieldError):
        Presentment(shop=price, shown=price)
