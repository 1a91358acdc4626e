"""Amounts from outside: a strict grammar, refused before any work."""

import decimal
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Never

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit._checks import WHOLE_MAX
from ecomkit.money import (
    Currency,
    Money,
    MoneyFormatError,
    Rounding,
    UnknownCurrencyError,
    _parsing,
    parse_decimal,
)
from ecomkit.testing.strategies._money import amounts, currencies, roundings

GRAMMAR = r"-?[0-9]{1,15}(\.[0-9]{1,6})?"
HOSTILE = [
    "1e1000000",
    "1E5",
    "NaN",
    "sNaN",
    "nan",
    "Infinity",
    "-inf",
    "1_000",
    " 1.0",
    "1.0 ",
    "1\n",
    "1.00\n",
    "\n1",
    "1,00",
    "1,000.00",
    "١٢٣",
    "１２",
    "²",
    "+1",
    "--1",
    "-",
    "1.",
    ".5",
    "-.5",
    "",
    ".",
    "1..2",
    "1.2.3",
    "0x10",
    "€1",
    "1 EUR",
    "1.0000000",
    "1234567890123456",
    "0" * 16,
    "9" * 1_000_000,
    "-1\0",
    None,
    1,
    1.5,
    True,
    b"1",
    Decimal(1),
    ["1"],
]


def short(value: object) -> str:
    """Return a name for a test case."""
    return ascii(value)[:20]


class Unmade:
    """Stands where a number would be made, to show that none is."""

    def __new__(cls, *args: object, **kwargs: object) -> Never:
        """Refuse to be made."""
        raise AssertionError(args)


@pytest.mark.parametrize("got", HOSTILE, ids=short)
def test_refuses_before_any_number_is_made(got: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is outside the grammar costs no Decimal and no int, whatever it would have been."""
    monkeypatch.setattr(_parsing, "Decimal", Unmade)
    monkeypatch.setattr(_parsing, "int", Unmade, raising=False)

    for read in (parse_decimal, lambda text: Money.parse(text, Currency.EUR)):
        with pytest.raises(MoneyFormatError) as caught:
            read(got)

        assert got is caught.value.got


def test_long_texts_are_not_even_matched(monkeypatch: pytest.MonkeyPatch) -> None:
    """A text longer than the longest amount is refused by its length alone."""
    monkeypatch.setattr(_parsing, "_AMOUNT", None)

    with pytest.raises(MoneyFormatError):
        parse_decimal("1" * (_parsing.TEXT_LENGTH_MAX + 1))


@given(st.from_regex(GRAMMAR, fullmatch=True))
def test_parse_decimal_reads_the_whole_grammar(text: str) -> None:
    """Inside the grammar the number is the one that the text spells, digit for digit."""
    parsed = parse_decimal(text)

    assert Decimal(text) == parsed
    assert text.removeprefix("-").lstrip("0") == str(abs(parsed)).lstrip("0")


@pytest.mark.parametrize(
    ("text", "expected"), [("-0", "0"), ("-0.00", "0.00"), ("19.90", "19.90"), ("-3", "-3")]
)
def test_parse_decimal_examples(text: str, expected: str) -> None:
    """Trailing zeros stay; a negative zero does not."""
    assert expected == str(parse_decimal(text))


@given(amounts(min_value=-(10**15) + 1, max_value=10**15 - 1))
def test_format_then_parse_is_the_same_money(money: Money) -> None:
    """Round trip: what is written is read back, with the code and without."""
    assert money == Money.parse_with_code(money.format())
    assert money == Money.parse_with_code(str(money))
    assert money == Money.parse(str(money.to_decimal()), money.currency)


@given(amounts())
def test_decimals_round_trip_over_the_full_range(money: Money) -> None:
    """Round trip: no amount is too large for its decimal, whatever the context's precision is."""
    with decimal.localcontext(prec=1):
        assert money == Money.from_decimal(money.to_decimal(), money.currency)


@given(st.from_regex(GRAMMAR, fullmatch=True), currencies(), roundings())
def test_text_and_decimal_enter_alike(text: str, currency: Currency, rounding: Rounding) -> None:
    """A text and the decimal it spells are the same money, or are refused for the same reason."""

    def outcome(read: Callable[..., Money], value: Any, **options: object) -> Money | str:
        try:
            return read(value, currency, **options)
        except MoneyFormatError as error:
            return error.reason

    for options in ({}, {"rounding": rounding}):
        expected = outcome(Money.from_decimal, Decimal(text), **options)

        assert expected == outcome(Money.parse, text, **options)


@pytest.mark.parametrize(
    ("text", "currency", "expected"),
    [
        ("19.99", Currency.EUR, 1999),
        ("19.9", Currency.EUR, 1990),
        ("19", Currency.EUR, 1900),
        ("-0.05", Currency.EUR, -5),
        ("-0.00", Currency.EUR, 0),
        ("0019.990000", Currency.EUR, 1999),
        ("1127", Currency.JPY, 1127),
        ("1127.000", Currency.JPY, 1127),
        ("1.234", Currency.KWD, 1234),
        ("1.5", Currency.KWD, 1500),
        ("1.2345", Currency.CLF, 12345),
        ("999999999999999.99", Currency.EUR, 99999999999999999),
    ],
)
def test_parse_examples(text: str, currency: Currency, expected: int) -> None:
    """Units become minor units by the currency's own number of digits."""
    assert Money(expected, currency) == Money.parse(text, currency)


@pytest.mark.parametrize(
    ("text", "currency"),
    [("19.999", Currency.EUR), ("0.000001", Currency.KWD), ("1127.5", Currency.JPY)],
)
def test_too_precise_amounts_are_refused_not_rounded(text: str, currency: Currency) -> None:
    """A digit that the currency has no place for is never dropped in silence."""
    for read, value in ((Money.parse, text), (Money.from_decimal, Decimal(text))):
        with pytest.raises(MoneyFormatError, match="decimal digits; round by name") as caught:
            read(value, currency)

        assert (value, currency) == (caught.value.got, caught.value.currency)


@pytest.mark.parametrize(
    ("rounding", "expected"),
    [
        (Rounding.HALF_UP, -2000),
        (Rounding.HALF_EVEN, -2000),
        (Rounding.DOWN, -1999),
        (Rounding.UP, -2000),
        (Rounding.CEILING, -1999),
        (Rounding.FLOOR, -2000),
    ],
)
def test_a_named_rounding_reads_too_precise_amounts(rounding: Rounding, expected: int) -> None:
    """With a rounding named, the digits too many are rounded by it."""
    assert expected == Money.parse("-19.995", Currency.EUR, rounding=rounding).amount
    value = Decimal("-19.995")
    assert expected == Money.from_decimal(value, Currency.EUR, rounding=rounding).amount


def test_amounts_above_the_limit_are_refused() -> None:
    """The largest amount is read, the next one is refused, with and without rounding."""
    largest = Decimal(WHOLE_MAX - 1)

    assert Money.from_decimal(largest, Currency.JPY).amount == WHOLE_MAX - 1
    assert Money.from_decimal(-largest, Currency.JPY).amount == 1 - WHOLE_MAX
    for value in (Decimal(WHOLE_MAX), Decimal(-WHOLE_MAX)):
        with pytest.raises(MoneyFormatError, match="too large"):
            Money.from_decimal(value, Currency.JPY)
    with pytest.raises(MoneyFormatError, match="too large"):
        Money.parse("9" * 15, Currency.CLF, rounding=Rounding.DOWN)


@pytest.mark.parametrize(
    "value",
    [
        Decimal("NaN"),
        Decimal("sNaN"),
        Decimal("Infinity"),
        Decimal("-Infinity"),
        Decimal("1e1000000"),
        Decimal("1e-1000000"),
        Decimal("0e1000000"),
        19.99,
        19,
        "19.99",
        None,
    ],
    ids=short,
)
def test_from_decimal_refuses(value: Any) -> None:
    """What is no finite Decimal of a sane size is refused, rounding or not."""
    for rounding in (None, Rounding.HALF_UP):
        with pytest.raises(MoneyFormatError, match=r"Decimal.* is wanted") as caught:
            Money.from_decimal(value, Currency.EUR, rounding=rounding)

        assert value is caught.value.got


@pytest.mark.parametrize(
    "text", ["19.99", "EUR", "19.99EUR", " EUR", "19.99  EUR", "EUR 19.99", "1 2 EUR", "", None, 5]
)
def test_parse_with_code_refuses_other_shapes(text: str) -> None:
    """Only an amount, one blank and a code are read."""
    with pytest.raises((MoneyFormatError, UnknownCurrencyError)):
        Money.parse_with_code(text)


def test_parse_with_code_says_what_is_missing() -> None:
    """A bare amount is refused for its missing code, an unknown code as such."""
    with pytest.raises(MoneyFormatError, match="then a blank and the code"):
        Money.parse_with_code("19.99")
    with pytest.raises(UnknownCurrencyError, match="got 'eur'"):
        Money.parse_with_code("19.99 eur")


def test_the_refusal_names_the_currency() -> None:
    """The sentence says which currency was wanted and what was got."""
    with pytest.raises(MoneyFormatError, match=r"^no amount of EUR: got '1e9'; digits with"):
        Money.parse("1e9", Currency.EUR)
