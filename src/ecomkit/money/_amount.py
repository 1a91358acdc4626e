"""Money: a whole number of minor units and a currency."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, final

import attrs

from ecomkit._checks import WHOLE_MAX, refuse
from ecomkit.errors import InputError, shown
from ecomkit.money._currency import Currency
from ecomkit.money._parsing import (
    NOT_AN_AMOUNT,
    MoneyFormatError,
    minor_units_of_decimal,
    minor_units_of_text,
)
from ecomkit.money._proration import ProrationError, prorate, prorate_up_to
from ecomkit.money._rounding import exact_ratio, round_quotient

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from fractions import Fraction

    from ecomkit.money._rounding import Rounding

__all__ = ["CurrencyMismatchError", "Money", "MoneyFactorError", "NoCurrencyError", "sum_money"]

PARTS_MAX = 1_000_000
"""No amount is split into more parts: an order has fewer lines, and a typing error more."""


@attrs.frozen(kw_only=True)
class CurrencyMismatchError(InputError):
    """
    Raised when two currencies meet where one is wanted.

    >>> print(CurrencyMismatchError(left=Currency.EUR, right=Currency.JPY))
    cannot combine EUR with JPY; convert one side first
    """

    left: Currency
    right: Currency

    @property
    def message(self) -> str:
        """The two currencies, and what to do."""
        return f"cannot combine {self.left.value} with {self.right.value}; convert one side first"


@attrs.frozen(kw_only=True)
class MoneyFactorError(InputError):
    """
    Raised when money is multiplied by what could leave a part of a minor unit.

    >>> print(MoneyFactorError(got=0.25))
    money is multiplied by whole numbers only, got 0.25; use times(ratio, rounding=...)
    """

    got: object

    @property
    def message(self) -> str:
        """The rule, what was got, and the method that rounds by name."""
        return (
            f"money is multiplied by whole numbers only, got {shown(self.got)}; "
            f"use times(ratio, rounding=...)"
        )


@attrs.frozen(kw_only=True)
class NoCurrencyError(InputError):
    """Raised when nothing is summed and no currency is named."""

    @property
    def message(self) -> str:
        """What is missing."""
        return "the sum of nothing has no currency; name it: sum_money(..., currency=...)"


@final
@attrs.frozen(repr=False)
class Money:
    """
    An amount of money, exact: *amount* minor units (cents) of *currency*.

    Money adds, subtracts, compares and multiplies by whole numbers; other currencies are
    refused. All that could leave a part of a cent names its rounding or shares the rest out.
    Money has no truth value of its own (ask :attr:`is_zero`), and equals only money of the
    same amount and currency.

    Raises:
        FieldError: If the amount is no ``int`` (a bool, a float) or reaches 2 to the power of
            62, here or as the result of a calculation.
        CurrencyMismatchError: If two currencies meet in a sum, difference or comparison.
        MoneyFactorError: If money is multiplied with ``*`` by anything but an ``int``.

    >>> price = Money(1999, Currency.EUR)
    >>> price * 3 - Money(97, Currency.EUR)
    Money(5900, Currency.EUR)
    >>> print(price)
    19.99 EUR
    >>> price + Money(100, Currency.JPY)
    Traceback (most recent call last):
        ...
    ecomkit.money._amount.CurrencyMismatchError: cannot combine EUR with JPY; convert one side first
    """

    amount: int
    currency: Currency

    def __attrs_post_init__(self) -> None:
        # One method in place of two validators: money is made on every hot path.
        amount = self.amount
        if type(amount) is not int or not -WHOLE_MAX < amount < WHOLE_MAX:
            raise refuse(self, "amount", amount, "a whole number of minor units")
        if type(self.currency) is not Currency:
            raise refuse(self, "currency", self.currency, "a Currency")

    @classmethod
    def zero(cls, currency: Currency) -> Money:
        """Return nothing at all, in *currency*."""
        return cls(0, currency)

    @classmethod
    def parse(cls, text: str, currency: Currency, *, rounding: Rounding | None = None) -> Money:
        r"""
        Return the amount that *text* spells, counted in units of *currency*.

        The grammar is ``-?\d{1,15}(\.\d{1,6})?``, ASCII digits and nothing around them. More
        decimal digits than the currency has must be zeros, unless *rounding* says what to do.

        Raises:
            MoneyFormatError: If *text* is outside the grammar, too precise or too large.

        >>> Money.parse("19.99", Currency.EUR)
        Money(1999, Currency.EUR)
        """
        return cls(minor_units_of_text(text, currency=currency, rounding=rounding), currency)

    @classmethod
    def parse_with_code(cls, text: str) -> Money:
        """
        Return the money that :meth:`format` wrote: the amount, one blank, the code.

        All money under 10 to the power of 15 units comes back as it was.

        Raises:
            MoneyFormatError: If *text* has another shape.
            UnknownCurrencyError: If the code is unknown.

        >>> Money.parse_with_code("-0.05 EUR")
        Money(-5, Currency.EUR)
        """
        amount, blank, code = text.rpartition(" ") if isinstance(text, str) else ("", "", "")
        if not blank:
            raise MoneyFormatError(
                got=text, currency=None, reason=f"{NOT_AN_AMOUNT}, then a blank and the code"
            )
        return cls.parse(amount, Currency.parse(code))

    @classmethod
    def from_decimal(
        cls, value: Decimal, currency: Currency, *, rounding: Rounding | None = None
    ) -> Money:
        """
        Return *value*, counted in units of *currency*, whatever the decimal context is.

        Raises:
            MoneyFormatError: If *value* is no Decimal, not finite, too large, or more precise
                than the currency while no *rounding* is named.

        >>> Money.from_decimal(Decimal("19.990"), Currency.EUR)
        Money(1999, Currency.EUR)
        """
        return cls(minor_units_of_decimal(value, currency=currency, rounding=rounding), currency)

    @property
    def is_zero(self) -> bool:
        """Whether there is nothing, neither owed nor owned."""
        return self.amount == 0

    def to_decimal(self) -> Decimal:
        """
        Return the amount in units, with as many decimal digits as the currency has.

        >>> Money(1990, Currency.EUR).to_decimal()
        Decimal('19.90')
        """
        digits = tuple(map(int, str(abs(self.amount))))
        return Decimal((int(self.amount < 0), digits, -self.currency.exponent))

    def format(self) -> str:
        """
        Return the amount in units and the currency code, as ``print`` shows it.

        >>> [Money(-5, code).format() for code in (Currency.EUR, Currency.JPY, Currency.KWD)]
        ['-0.05 EUR', '-5 JPY', '-0.005 KWD']
        """
        return f"{self.to_decimal():f} {self.currency.value}"

    def times(self, ratio: Fraction | Decimal | int, *, rounding: Rounding) -> Money:
        """
        Return the amount times *ratio*, calculated exactly and rounded once.

        Raises:
            FieldError: If *ratio* is no exact number, or the result is too large.

        >>> from ecomkit.money import Rounding
        >>> Money(1999, Currency.EUR).times(Decimal("0.25"), rounding=Rounding.HALF_UP)
        Money(500, Currency.EUR)
        """
        numerator, denominator = exact_ratio(ratio)
        amount = round_quotient(
            self.amount * numerator, denominator=denominator, rounding=rounding
        )
        return Money(amount, self.currency)

    def prorate(
        self, weights: Sequence[int], *, caps: Sequence[int | Money] | None = None
    ) -> tuple[Money, ...]:
        """
        Share the amount by *weights*, to the last minor unit.

        See :func:`ecomkit.money.prorate` for the rule. *caps* bound the magnitude of each share,
        in minor units or as money.

        Raises:
            ProrationError: If the weights are empty or negative, or the caps do not match them.
            ProrationExcessError: If the shares with weight have no room under their caps.
            CurrencyMismatchError: If a cap is in another currency.

        >>> discount = Money(299, Currency.EUR)
        >>> [share.amount for share in discount.prorate((4300, 1400, 2300))]
        [161, 52, 86]
        """
        shares = prorate(self.amount, weights, caps=self._caps(caps))
        return tuple(Money(share, self.currency) for share in shares)

    def prorate_up_to(
        self, weights: Sequence[int], *, caps: Sequence[int | Money]
    ) -> tuple[tuple[Money, ...], Money]:
        """
        Share as much of the amount as the *caps* let pass; return the shares and the rest.

        Raises:
            ProrationError: If the weights are empty or negative, or the caps do not match them.
            CurrencyMismatchError: If a cap is in another currency.

        >>> Money(4500, Currency.EUR).prorate_up_to((1, 1), caps=(2000, 1000))
        ((Money(2000, Currency.EUR), Money(1000, Currency.EUR)), Money(1500, Currency.EUR))
        """
        shares, rest = prorate_up_to(self.amount, weights, caps=self._caps(caps))
        return tuple(Money(share, self.currency) for share in shares), Money(rest, self.currency)

    def split(self, parts: int) -> tuple[Money, ...]:
        """
        Share the amount into equal *parts*; the first ones carry the rest.

        Raises:
            ProrationError: If *parts* is not a whole number from 1 to 1,000,000.

        >>> Money(1000, Currency.JPY).split(3)
        (Money(334, Currency.JPY), Money(333, Currency.JPY), Money(333, Currency.JPY))
        """
        if type(parts) is not int or not 1 <= parts <= PARTS_MAX:
            raise ProrationError(
                owner="split",
                field="parts",
                got=parts,
                wanted=f"a whole number from 1 to {PARTS_MAX}",
            )
        return self.prorate((1,) * parts)

    def _caps(self, caps: Sequence[int | Money] | None) -> tuple[int, ...] | None:
        if caps is None:
            return None
        return tuple(self._same(cap) if isinstance(cap, Money) else cap for cap in caps)

    def _same(self, other: Money) -> int:
        if other.currency is not self.currency:
            raise CurrencyMismatchError(left=self.currency, right=other.currency)
        return other.amount

    def __add__(self, other: Money) -> Money:
        if not isinstance(other, Money):
            return NotImplemented
        return Money(self.amount + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        if not isinstance(other, Money):
            return NotImplemented
        return Money(self.amount - self._same(other), self.currency)

    def __mul__(self, factor: int) -> Money:
        if type(factor) is not int:
            raise MoneyFactorError(got=factor)
        return Money(self.amount * factor, self.currency)

    __rmul__ = __mul__

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def __abs__(self) -> Money:
        return Money(abs(self.amount), self.currency)

    def __lt__(self, other: Money) -> bool:
        if not isinstance(other, Money):
            return NotImplemented
        return self.amount < self._same(other)

    def __le__(self, other: Money) -> bool:
        if not isinstance(other, Money):
            return NotImplemented
        return self.amount <= self._same(other)

    def __gt__(self, other: Money) -> bool:
        if not isinstance(other, Money):
            return NotImplemented
        return self.amount > self._same(other)

    def __ge__(self, other: Money) -> bool:
        if not isinstance(other, Money):
            return NotImplemented
        return self.amount >= self._same(other)

    def __repr__(self) -> str:
        return f"Money({self.amount}, {self.currency})"

    def __str__(self) -> str:
        return self.format()


def sum_money(amounts: Iterable[Money], *, currency: Currency | None = None) -> Money:
    """
    Return the sum of *amounts*, all in one currency.

    Args:
        amounts: The money to add; may be none if *currency* is named.
        currency: The currency they must have; none takes that of the first.

    Raises:
        CurrencyMismatchError: If an amount is in another currency.
        NoCurrencyError: If there is no amount and no *currency*.
        FieldError: If the sum is too large.

    >>> sum_money([Money(100, Currency.EUR), Money(25, Currency.EUR)])
    Money(125, Currency.EUR)
    >>> sum_money([], currency=Currency.EUR)
    Money(0, Currency.EUR)
    """
    total = 0
    for amount in amounts:
        if currency is None:
            currency = amount.currency
        elif amount.currency is not currency:
            raise CurrencyMismatchError(left=currency, right=amount.currency)
        total += amount.amount
    if currency is None:
        raise NoCurrencyError
    return Money(total, currency)
