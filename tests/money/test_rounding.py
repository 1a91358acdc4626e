"""Rounding agrees with the decimal module and loses nothing."""

import decimal
from decimal import Decimal
from fractions import Fraction
from typing import Any, Never

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ecomkit.errors import FieldError
from ecomkit.money import Rounding, round_ratio
from ecomkit.testing.strategies._money import roundings

SYMMETRIC = (Rounding.HALF_UP, Rounding.HALF_EVEN, Rounding.DOWN, Rounding.UP)
decimals = st.decimals(allow_nan=False, allow_infinity=False, places=3)
halves = st.integers().map(lambda number: Fraction(number, 2))


@given(decimals, roundings())
@example(Decimal("-0.5"), Rounding.HALF_UP)
@example(Decimal("-1.5"), Rounding.HALF_EVEN)
@example(Decimal("2.5"), Rounding.HALF_EVEN)
def test_rounds_as_decimal_does(value: Decimal, rounding: Rounding) -> None:
    """Every mode gives what the decimal module gives, given precision enough."""
    with decimal.localcontext(prec=100):
        expected = int(value.quantize(Decimal(1), rounding=rounding.value))

    assert expected == round_ratio(value, rounding=rounding)


@given(halves, roundings())
def test_rounds_halves_as_decimal_does(value: Fraction, rounding: Rounding) -> None:
    """The same holds in the one place where the modes differ most: exactly between two numbers."""
    with decimal.localcontext(prec=1000):
        exact = Decimal(value.numerator) / value.denominator
        expected = int(exact.quantize(Decimal(1), rounding=rounding.value))

    assert expected == round_ratio(value, rounding=rounding)


@given(st.fractions(), roundings())
def test_never_off_by_a_unit(value: Fraction, rounding: Rounding) -> None:
    """A rounded value is less than one away, and a half at most when rounded to the nearest."""
    off = abs(round_ratio(value, rounding=rounding) - value)

    assert off < 1
    assert rounding.name.startswith("HALF") <= (off <= Fraction(1, 2))


@given(st.fractions(), st.sampled_from(SYMMETRIC))
def test_an_amount_and_its_negative_round_alike(value: Fraction, rounding: Rounding) -> None:
    """The modes that promise it treat both signs alike, so that a refund mirrors its charge."""
    assert -round_ratio(value, rounding=rounding) == round_ratio(-value, rounding=rounding)


@given(st.fractions())
def test_ceiling_mirrors_floor(value: Fraction) -> None:
    """The ceiling is the mirrored floor of the mirrored value."""
    expected = -round_ratio(-value, rounding=Rounding.FLOOR)

    assert expected == round_ratio(value, rounding=Rounding.CEILING)


@given(st.integers(), roundings())
def test_whole_numbers_stay(value: int, rounding: Rounding) -> None:
    """What is whole is not touched, however large."""
    assert value == round_ratio(value, rounding=rounding)
    assert value == round_ratio(Fraction(value), rounding=rounding)


def test_large_values_keep_every_digit() -> None:
    """No precision is lost where a float or a decimal context would lose it."""
    assert round_ratio(Fraction(2 * 10**40 + 1, 2), rounding=Rounding.HALF_UP) == 10**40 + 1
    assert round_ratio(Fraction(2 * 10**40 + 1, 2), rounding=Rounding.DOWN) == 10**40


@pytest.mark.parametrize(
    "value", [0.5, True, "1", None, 1j, Decimal("NaN"), Decimal("sNaN"), Decimal("-Infinity")]
)
def test_refuses_what_is_no_exact_number(value: Any) -> None:
    """Floats, bools, texts and what is not finite are refused."""
    with pytest.raises(FieldError, match="an int, a Fraction or a finite Decimal"):
        round_ratio(value, rounding=Rounding.DOWN)


@pytest.mark.parametrize("text", ["1e1000000", "-1e1000000", "1e-1000000", "0e1000000", "1e100"])
def test_refuses_a_huge_exponent_unseen(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A decimal with a huge exponent is refused before any of its digits is written out."""

    class Guarded(Decimal):
        def as_integer_ratio(self) -> Never:
            raise AssertionError

        def as_tuple(self) -> Never:
            raise AssertionError

    with pytest.raises(FieldError):
        round_ratio(Guarded(text), rounding=Rounding.DOWN)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("9" * 100, 10**100 - 1),
        ("0." + "9" * 100, 0),
        ("1e99", 10**99),
        ("0." + "0" * 98 + "1", 0),
    ],
)
def test_takes_a_hundred_digits_a_side(text: str, expected: int) -> None:
    """The limit itself is allowed."""
    assert expected == round_ratio(Decimal(text), rounding=Rounding.DOWN)


def test_refuses_a_hundred_and_one_digits() -> None:
    """One digit past the limit, on either side, is refused."""
    for text in ("9" * 101, "0." + "9" * 101):
        with pytest.raises(FieldError):
            round_ratio(Decimal(text), rounding=Rounding.DOWN)


def test_an_unknown_mode_is_our_own_mistake() -> None:
    """A mode that is none fails loudly, and does not round somehow."""
    with pytest.raises(AssertionError):
        round_ratio(Decimal("0.5"), rounding="ROUND_HALF_UP")
