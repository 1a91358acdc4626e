"""Currencies agree with ISO 4217."""

import pickle
from typing import Any

import iso4217
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.errors import InputError
from ecomkit.money import Currency, UnknownCurrencyError
from ecomkit.testing.strategies._money import currencies

# Codes that came or went between the oldest and the newest oracle that the tests run with.
CHANGED = {"ANG", "BGN", "CUC", "HRK", "SLL", "XAD", "XCG", "ZWG", "ZWL"}
ORACLE = {other.code: other.exponent for other in iso4217.Currency if other.exponent is not None}


def test_every_iso_currency_with_minor_units_is_known() -> None:
    """No code of the standard that has minor units is missing."""
    assert set() == set(ORACLE) - {currency.value for currency in Currency}


def test_no_currency_is_invented() -> None:
    """Every code is in the standard, or changed while the oracle's versions did."""
    assert set() == {currency.value for currency in Currency} - set(ORACLE) - CHANGED


def test_exponents_are_those_of_the_standard() -> None:
    """The number of decimal digits agrees with the oracle for every currency both know."""
    ours = {currency.value: currency.exponent for currency in Currency}

    assert {code: ours[code] for code in ORACLE} == ORACLE


def test_exponents_are_from_none_to_four_digits() -> None:
    """All kinds of currencies are there: 0, 2, 3 and 4 digits."""
    assert {0, 2, 3, 4} == {currency.exponent for currency in Currency}


@given(currencies())
def test_parse_reads_the_code(currency: Currency) -> None:
    """A code parses to its currency, which is also reached by value and survives pickling."""
    assert currency is Currency.parse(currency.value)
    assert currency is Currency(currency.value)
    assert currency is pickle.loads(pickle.dumps(currency))  # noqa: S301 - our own bytes
    assert currency.value == currency.name


@given(st.text(max_size=5).filter(lambda text: text not in Currency.__members__))
def test_parse_refuses_every_other_text(text: str) -> None:
    """A text that is no code is refused with what was got."""
    with pytest.raises(UnknownCurrencyError) as caught:
        Currency.parse(text)

    assert text == caught.value.got


@pytest.mark.parametrize(
    "got", ["eur", "EUR ", " EUR", "EUR\n", "", "XAU", "XXX", "€", None, 978, b"EUR", [], Currency]
)
def test_parse_refuses(got: Any) -> None:
    """Lower case, blanks, metals, symbols and what is no text are refused as a mistake of the call."""
    with pytest.raises(UnknownCurrencyError) as caught:
        Currency.parse(got)

    assert isinstance(caught.value, InputError)
    assert got == caught.value.got


def test_the_refusal_says_what_to_do() -> None:
    """The sentence names the rule and what was got."""
    with pytest.raises(UnknownCurrencyError, match=r"ISO 4217 code in capitals.*got 'eur'"):
        Currency.parse("eur")
