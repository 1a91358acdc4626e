r"""
Amounts at the wire: one strict grammar, checked before any number is made.

The grammar is ``-?\d{1,15}(\.\d{1,6})?`` over ASCII digits and the whole text, so ``1e1000000``,
``NaN``, ``1_000``, ``+1``, ``.5`` and text around a number are refused at the cost of one short
match.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

import attrs

from ecomkit._checks import WHOLE_MAX
from ecomkit.errors import FieldError, InputError, shown
from ecomkit.money._currency import Currency
from ecomkit.money._rounding import exact_ratio, round_quotient

if TYPE_CHECKING:
    from ecomkit.money._rounding import Rounding

__all__ = ["MoneyFormatError", "parse_decimal"]

_AMOUNT = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,6})?")
TEXT_LENGTH_MAX = 1 + 15 + 1 + 6

NOT_AN_AMOUNT = "digits with at most one point, such as 19.99 or -3, are wanted"
TOO_LARGE = "the amount is too large"


@attrs.frozen(kw_only=True)
class MoneyFormatError(InputError):
    """
    Raised when something from outside is no amount of money.

    >>> print(MoneyFormatError(got="1e9", currency=None, reason=NOT_AN_AMOUNT))
    no amount: got '1e9'; digits with at most one point, such as 19.99 or -3, are wanted
    """

    got: object
    currency: Currency | None
    reason: str

    @property
    def message(self) -> str:
        """What was wanted, what was got, and what is wrong with it."""
        wanted = "no amount" if self.currency is None else f"no amount of {self.currency.value}"
        return f"{wanted}: got {shown(self.got)}; {self.reason}"


def _check(text: str, *, currency: Currency | None) -> None:
    if not isinstance(text, str) or len(text) > TEXT_LENGTH_MAX or _AMOUNT.fullmatch(text) is None:
        raise MoneyFormatError(got=text, currency=currency, reason=NOT_AN_AMOUNT)


def parse_decimal(text: str) -> Decimal:
    """
    Return the decimal number that *text* spells, its trailing zeros kept; zero has no sign.

    Raises:
        MoneyFormatError: If *text* is outside the grammar.

    >>> parse_decimal("19.90")
    Decimal('19.90')
    >>> parse_decimal("1e3")
    Traceback (most recent call last):
        ...
    ecomkit.money._parsing.MoneyFormatError: no amount: got '1e3'; digits ... are wanted
    """
    _check(text, currency=None)
    value = Decimal(text)
    return value or value.copy_abs()


def minor_units_of_text(text: str, *, currency: Currency, rounding: Rounding | None) -> int:
    """Return the amount that *text* spells, in minor units of *currency*."""
    _check(text, currency=currency)
    whole, _, places = text.partition(".")
    numerator = int(whole + places)
    if len(places) == currency.exponent and -WHOLE_MAX < numerator < WHOLE_MAX:
        return numerator  # as nearly all amounts are spelt
    return _minor_units(
        numerator,
        denominator=10 ** len(places),
        got=text,
        currency=currency,
        rounding=rounding,
    )


def minor_units_of_decimal(
    value: Decimal, *, currency: Currency, rounding: Rounding | None
) -> int:
    """Return *value*, counted in units, in minor units of *currency*."""
    if not isinstance(value, Decimal):
        raise MoneyFormatError(got=value, currency=currency, reason="a Decimal is wanted")
    try:
        numerator, denominator = exact_ratio(value)
    except FieldError as error:
        raise MoneyFormatError(
            got=value, currency=currency, reason=f"{error.wanted} is wanted"
        ) from None
    return _minor_units(
        numerator, denominator=denominator, got=value, currency=currency, rounding=rounding
    )


def _minor_units(
    numerator: int,
    *,
    denominator: int,
    got: object,
    currency: Currency,
    rounding: Rounding | None,
) -> int:
    scaled = numerator * 10**currency.exponent
    if rounding is not None:
        amount = round_quotient(scaled, denominator=denominator, rounding=rounding)
    elif scaled % denominator == 0:
        amount = scaled // denominator
    else:
        raise MoneyFormatError(
            got=got,
            currency=currency,
            reason=f"it has more than {currency.exponent} decimal digits; round by name",
        )
    if not -WHOLE_MAX < amount < WHOLE_MAX:
        raise MoneyFormatError(got=got, currency=currency, reason=TOO_LARGE)
    return amount
