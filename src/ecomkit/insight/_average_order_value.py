"""Average order value (AOV): what an order brings."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from ecomkit.money import Money, Rounding, sum_money

if TYPE_CHECKING:
    from collections.abc import Iterable


def average_order_value(totals: Iterable[Money], *, rounding: Rounding) -> Money | None:
    """
    Return the mean of the order *totals*, rounded once; None where there is no order.

    Give the totals net of cancellations and refunds, all with or all without tax.

    Raises:
        CurrencyMismatchError: If the totals are in several currencies.

    >>> from ecomkit.money import Currency
    >>> totals = [Money(1000, Currency.EUR), Money(1000, Currency.EUR), Money(1001, Currency.EUR)]
    >>> average_order_value(totals, rounding=Rounding.HALF_EVEN)
    Money(1000, Currency.EUR)
    """
    amounts = tuple(totals)
    if not amounts:
        return None
    return sum_money(amounts).times(Fraction(1, len(amounts)), rounding=rounding)
