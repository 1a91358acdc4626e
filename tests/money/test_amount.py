"""Money adds up, never mixes currencies and never leaves whole minor units."""

import copy
import operator
import pickle
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit._checks import WHOLE_MAX
from ecomkit.errors import EcomkitError, FieldError
from ecomkit.money import (
    Currency,
    CurrencyMismatchError,
    Money,
    MoneyFactorError,
    NoCurrencyError,
    Rounding,
    sum_money,
)
from ecomkit.testing.strategies._money import amounts, currencies, roundings

EUR, JPY, KWD = Currency.EUR, Currency.JPY, Currency.KWD
BOUND = 10**17
euros = amounts(min_value=-BOUND, max_value=BOUND, currencies=st.just(EUR))
others = currencies().filter(lambda currency: currency is not EUR)
ORDERINGS = (operator.lt, operator.le, operator.gt, operator.ge)


@given(euros, euros, euros)
def test_addition_is_a_commutative_group(one: Money, two: Money, three: Money) -> None:
    """Order and grouping of a sum do not matter, zero adds nothing, the negative undoes."""
    zero = Money.zero(EUR)

    assert one + two == two + one
    assert (one + two) + three == one + (two + three)
    assert one == one + zero
    assert zero == one + -one
    assert one - two == one + -two


@given(euros, st.integers(-20, 20), st.integers(-20, 20))
def test_multiplication_is_repeated_addition(money: Money, one: int, two: int) -> None:
    """Factors distribute over sums, and stand on either side."""
    assert money * (one + two) == money * one + money * two
    assert money * one == one * money
    assert money == money * 1
    assert -money == money * -1


@given(euros, euros)
def test_order_follows_the_amount(one: Money, two: Money) -> None:
    """Money compares as its amounts do."""
    for compare in (*ORDERINGS, operator.eq, operator.ne):
        assert compare(one.amount, two.amount) == compare(one, two)


@given(euros)
def test_abs_is_the_larger_of_both_signs(money: Money) -> None:
    """The magnitude is the money or its negative, whichever is not below zero."""
    assert max(money, -money) == abs(money)


@given(euros, euros)
def test_equal_money_hashes_alike(one: Money, two: Money) -> None:
    """Equal money is one key."""
    assert (one == two) == (len({one, two}) == 1)
    assert hash(one) == hash(Money(one.amount, EUR))


@given(amounts())
def test_survives_pickle_copy_and_repr(money: Money) -> None:
    """Round trip: pickled, copied, or typed in from its repr, money is the same."""
    assert money == pickle.loads(pickle.dumps(money))  # noqa: S301 - our own bytes
    assert money == copy.deepcopy(money)
    assert money == eval(repr(money), {"Money": Money, "Currency": Currency})  # noqa: S307


@given(euros, amounts(min_value=-BOUND, max_value=BOUND, currencies=others))
def test_currencies_never_mix(left: Money, right: Money) -> None:
    """A sum, difference or comparison over two currencies names both, in order."""
    for combine in (operator.add, operator.sub, *ORDERINGS):
        with pytest.raises(CurrencyMismatchError) as caught:
            combine(left, right)

        assert (left.currency, right.currency) == (caught.value.left, caught.value.right)
    assert left != right


def test_the_mismatch_says_what_to_do() -> None:
    """The sentence names both currencies and the way out."""
    with pytest.raises(
        CurrencyMismatchError, match=r"^cannot combine EUR with JPY; convert one side first$"
    ):
        Money(1, EUR) + Money(1, JPY)


@pytest.mark.parametrize("combine", [operator.add, operator.sub, *ORDERINGS])
@pytest.mark.parametrize("other", [0, 1, 1.0, Decimal(1), "1", None])
def test_money_and_other_things_do_not_combine(
    combine: Callable[[Any, Any], Any], other: object
) -> None:
    """Money neither adds to nor compares with what is no money, from either side."""
    with pytest.raises(TypeError):
        combine(Money(1, EUR), other)
    with pytest.raises(TypeError):
        combine(other, Money(1, EUR))


def test_money_equals_only_money() -> None:
    """An amount alone is not the money."""
    assert Money(1, EUR) != 1
    assert Money(0, EUR) != Money(0, JPY)


@pytest.mark.parametrize(
    "factor", [0.5, 2.0, Decimal(2), Fraction(2), True, "2", None, Money(2, EUR)]
)
def test_factors_are_whole_numbers(factor: Any) -> None:
    """Multiplying by what could leave a part of a cent is refused, and `times` is named."""
    for combine in (lambda: Money(1, EUR) * factor, lambda: factor * Money(1, EUR)):
        with pytest.raises(MoneyFactorError, match=r"use times\(ratio, rounding=") as caught:
            combine()

        assert caught.value.got is factor or isinstance(factor, Money)


@pytest.mark.parametrize(
    "amount", [True, 1.0, Decimal(1), "1", None, WHOLE_MAX, -WHOLE_MAX, 10**4_000]
)
def test_amounts_are_bounded_whole_numbers(amount: Any) -> None:
    """A bool, a float, a text or a number out of bounds is no amount."""
    with pytest.raises(FieldError, match=r"^Money\.amount must be a whole number of minor units"):
        Money(amount, EUR)


@pytest.mark.parametrize("currency", ["EUR", None, 2, Currency])
def test_currencies_are_currencies(currency: Any) -> None:
    """A code is not yet a currency."""
    with pytest.raises(FieldError, match=r"^Money\.currency must be a Currency"):
        Money(1, currency)


def test_results_are_bounded_too() -> None:
    """A calculation that leaves the bounds is refused, at either end."""
    most = Money(WHOLE_MAX - 1, EUR)

    assert -most == Money(1 - WHOLE_MAX, EUR)
    for calculate in (
        lambda: most + Money(1, EUR),
        lambda: -most - Money(1, EUR),
        lambda: most * 2,
        lambda: most.times(2, rounding=Rounding.DOWN),
        lambda: sum_money([most, most]),
    ):
        with pytest.raises(FieldError):
            calculate()


def test_money_is_frozen() -> None:
    """No field of money can be set."""
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        Money(1, EUR).amount = 2


def test_zero_is_asked_for() -> None:
    """Only an amount of zero is zero; truth says nothing about it."""
    assert Money.zero(EUR).is_zero
    assert not Money(-1, EUR).is_zero
    assert Money(0, JPY) == Money.zero(JPY)


@given(euros, st.fractions(), roundings())
def test_times_is_exact_but_for_the_last_unit(
    money: Money, ratio: Fraction, rounding: Rounding
) -> None:
    """A ratio is applied exactly and rounded once: less than one unit off."""
    exact = money.amount * ratio
    if abs(exact) > WHOLE_MAX - 2:
        return

    assert abs(money.times(ratio, rounding=rounding).amount - exact) < 1


@given(euros, st.integers(-20, 20), roundings())
def test_times_a_whole_number_is_multiplication(
    money: Money, factor: int, rounding: Rounding
) -> None:
    """Where nothing is to be rounded, the mode does not matter, whichever type the number has."""
    for ratio in (factor, Fraction(factor), Decimal(factor)):
        assert money * factor == money.times(ratio, rounding=rounding)


@pytest.mark.parametrize(
    ("money", "ratio", "rounding", "expected"),
    [
        (Money(1127, JPY), Decimal("0.1"), Rounding.HALF_UP, Money(113, JPY)),
        (Money(1127, JPY), Decimal("0.1"), Rounding.DOWN, Money(112, JPY)),
        (Money(1999, EUR), Decimal("0.25"), Rounding.HALF_UP, Money(500, EUR)),
        (Money(1999, EUR), Fraction(1, 4), Rounding.DOWN, Money(499, EUR)),
        (Money(-1999, EUR), Fraction(1, 4), Rounding.DOWN, Money(-499, EUR)),
        (Money(1234, KWD), Decimal("0.1"), Rounding.HALF_UP, Money(123, KWD)),
        (Money(298, EUR), Decimal("0.14975"), Rounding.HALF_UP, Money(45, EUR)),
        (Money(10**18 + 1, EUR), Fraction(1, 2), Rounding.UP, Money(5 * 10**17 + 1, EUR)),
        (Money(5, EUR), Decimal("0.5"), Rounding.HALF_EVEN, Money(2, EUR)),
    ],
)
def test_times_examples(
    money: Money, ratio: Fraction | Decimal, rounding: Rounding, expected: Money
) -> None:
    """Taxes and percentages come out as invoices show them."""
    assert expected == money.times(ratio, rounding=rounding)


def test_less_a_quarter() -> None:
    """19.99 less 25 %: the discount's rounding decides between 14.99 and 15.00."""
    price = Money(1999, EUR)
    quarter = Decimal("0.25")

    assert Money(1499, EUR) == price - price.times(quarter, rounding=Rounding.HALF_UP)
    assert Money(1500, EUR) == price - price.times(quarter, rounding=Rounding.DOWN)


@pytest.mark.parametrize("ratio", [0.25, True, "0.25", None, Decimal("NaN"), Decimal("1e1000000")])
def test_times_refuses_inexact_ratios(ratio: Any) -> None:
    """A float is no ratio, nor is anything that is not finite or absurdly long."""
    with pytest.raises(FieldError):
        Money(1999, EUR).times(ratio, rounding=Rounding.HALF_UP)


@pytest.mark.parametrize(
    ("money", "expected"),
    [
        (Money(1999, EUR), "19.99 EUR"),
        (Money(1127, JPY), "1127 JPY"),
        (Money(-5, EUR), "-0.05 EUR"),
        (Money(0, EUR), "0.00 EUR"),
        (Money(0, KWD), "0.000 KWD"),
        (Money(1234567, KWD), "1234.567 KWD"),
        (Money(1, Currency.CLF), "0.0001 CLF"),
        (Money(WHOLE_MAX - 1, EUR), "46116860184273879.03 EUR"),
    ],
)
def test_format_examples(money: Money, expected: str) -> None:
    """Money prints in units with all digits of its currency, never in exponents."""
    assert expected == money.format()
    assert expected == str(money)
    assert expected == f"{money}"


def test_repr_can_be_typed_in() -> None:
    """The repr is the call that makes the money."""
    assert repr(Money(1999, EUR)) == "Money(1999, Currency.EUR)"


@given(st.lists(euros, max_size=10))
def test_sum_is_repeated_addition(monies: list[Money]) -> None:
    """The sum is that of the amounts, whether the currency is named or not."""
    total = Money(sum(money.amount for money in monies), EUR)

    assert total == sum_money(monies, currency=EUR)
    assert total == sum_money(iter(monies), currency=EUR)
    if monies:
        assert total == sum_money(monies)


def test_sum_refuses_a_second_currency() -> None:
    """One stray amount is found, with the currency named or taken from the first."""
    for options in ({}, {"currency": EUR}):
        with pytest.raises(CurrencyMismatchError):
            sum_money([Money(1, EUR), Money(1, JPY)], **options)
    with pytest.raises(CurrencyMismatchError):
        sum_money([Money(1, EUR)], currency=JPY)


def test_the_sum_of_nothing_needs_a_currency() -> None:
    """No amounts and no currency are refused; a named currency sums to its zero."""
    assert Money.zero(JPY) == sum_money([], currency=JPY)
    with pytest.raises(NoCurrencyError, match="sum of nothing has no currency"):
        sum_money([])


@pytest.mark.parametrize(
    "error",
    [
        CurrencyMismatchError(left=EUR, right=JPY),
        MoneyFactorError(got=0.5),
        NoCurrencyError(),
    ],
)
def test_errors_survive_pickling(error: EcomkitError) -> None:
    """An error comes out of another process with its facts."""
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes

    assert type(error) is type(again)
    assert attrs.asdict(error) == attrs.asdict(again)
    assert str(error) == str(again)
