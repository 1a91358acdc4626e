"""Vendure's money: whole numbers of 1/100 of the currency's unit, whatever currency it is."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from ecomkit.channels import money_of, text_of, whole_of
from ecomkit.errors import FieldError, shown
from ecomkit.money import Currency, Money

__all__ = ["amount_of", "currency_of", "stored"]

_CURRENCIES = {one.name: one for one in Currency}


def currency_of(raw: object) -> Currency:
    """
    Return the currency of a code.

    >>> currency_of("JPY")
    <Currency.JPY: ...>
    """
    found = _CURRENCIES.get(text_of(raw))
    if found is None:
        raise ValueError(f"not a currency: {shown(raw)}")
    return found


def amount_of(currency: Currency | None, *, precision: int) -> Callable[[object], Money]:
    """
    Return the parser of stored amounts; nothing is rounded.

    The server counts all currencies with the digits of its MoneyStrategy, 2 unless it has its
    own: 1,000 yen are stored as 100000.

    >>> amount_of(Currency.EUR, precision=2)(1990), amount_of(Currency.JPY, precision=2)(100000)
    (Money(1990, Currency.EUR), Money(1000, Currency.JPY))
    """
    parse = money_of(currency)

    def read(raw: object) -> Money:
        if type(raw) is int and currency is not None and currency.exponent == precision:
            return Money(raw, currency)  # as nearly all amounts are stored
        # A fraction of the smallest unit is a Decimal, and refused as what it is.
        if isinstance(raw, Decimal):
            return parse(raw.scaleb(-precision))
        return parse(Decimal(whole_of(raw)).scaleb(-precision))

    return read


def stored(money: Money, *, precision: int) -> int:
    """
    Return *money* as the server counts it.

    Raises:
        FieldError: If the server counts with fewer digits than the amount has.

    >>> stored(Money(1000, Currency.JPY), precision=2)
    100000
    """
    value = money.to_decimal().scaleb(precision)
    if value != value.to_integral_value():
        raise FieldError(
            owner="Vendure", field="amount", got=money, wanted=f"with at most {precision} digits"
        )
    return int(value)
