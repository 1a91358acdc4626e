"""Laws of the average order value."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.insight import average_order_value
from ecomkit.money import Currency, CurrencyMismatchError, Money, Rounding
from ecomkit.testing.strategies._money import amounts, roundings

EUR = Currency.EUR
euros = amounts(min_value=0, max_value=10**9, currencies=st.just(EUR))


@given(st.lists(euros, min_size=1), roundings())
def test_the_mean_is_at_most_one_cent_off(totals: list[Money], rounding: Rounding) -> None:
    """The mean times the number of orders is their sum, but for less than a cent an order."""
    mean = average_order_value(totals, rounding=rounding)
    total = sum(money.amount for money in totals)

    assert mean is not None
    assert abs(mean.amount * len(totals) - total) < len(totals)


@given(euros, st.integers(1, 20), roundings())
def test_equal_orders_have_their_own_value(total: Money, orders: int, rounding: Rounding) -> None:
    """Orders of the same value average to it, whatever the rounding."""
    assert total == average_order_value([total] * orders, rounding=rounding)


def test_rounding_is_named() -> None:
    """Half a cent goes where the caller says."""
    totals = [Money(1, EUR), Money(2, EUR)]

    assert Money(2, EUR) == average_order_value(totals, rounding=Rounding.HALF_UP)
    assert Money(1, EUR) == average_order_value(totals, rounding=Rounding.DOWN)


def test_no_order_has_no_average() -> None:
    """Without an order there is no average."""
    assert average_order_value([], rounding=Rounding.HALF_EVEN) is None


def test_currencies_do_not_mix() -> None:
    """Totals in two currencies are refused."""
    with pytest.raises(CurrencyMismatchError):
        average_order_value([Money(1, EUR), Money(1, Currency.JPY)], rounding=Rounding.HALF_EVEN)


def test_online_retail() -> None:
    """UCI Online Retail: 10,666,684.54 in 19,960 invoices are 534.40 an invoice."""
    pounds = Money(1_066_668_454, Currency.GBP).split(19_960)

    assert Money(53_440, Currency.GBP) == average_order_value(pounds, rounding=Rounding.HALF_EVEN)
