"""Exchange rates: one currency into another, at a named rate, moment and rounding."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import final

import attrs

from ecomkit._checks import aware, is_a, refuse
from ecomkit.errors import FieldError
from ecomkit.money._amount import CurrencyMismatchError, Money
from ecomkit.money._currency import Currency
from ecomkit.money._rounding import Rounding, exact_ratio

__all__ = ["ExchangeRate", "Presentment"]


@final
@attrs.frozen(kw_only=True)
class Presentment:
    """
    An amount in the currency of the *shop*, and beside it what the buyer is *shown*.

    Both are facts: neither is computed from the other again.

    Raises:
        FieldError: If both are in one currency.
    """

    shop: Money = attrs.field(validator=is_a(Money))
    shown: Money = attrs.field(validator=is_a(Money))

    def __attrs_post_init__(self) -> None:
        if self.shop.currency is self.shown.currency:
            raise refuse(self, "shown", self.shown, "in another currency than the shop's")

    def __str__(self) -> str:
        return f"{self.shop} (shown as {self.shown})"


@final
@attrs.frozen(kw_only=True)
class ExchangeRate:
    """
    What one unit of *source* was worth in *target*, at a moment.

    Money is never converted but by a rate, and a rate never runs backwards: who sells euros for
    dollars does not buy them at the same rate.

    Args:
        source: The currency that is converted.
        target: The currency it is converted into.
        rate: Units of *target* for one unit of *source*, above 0.
        at: When the rate was that.

    Raises:
        FieldError: If both currencies are the same, the rate is no exact number above 0, or
            *at* has no offset.

    >>> from datetime import UTC
    >>> yen = ExchangeRate(
    ...     source=Currency.EUR,
    ...     target=Currency.JPY,
    ...     rate=Decimal("162.35"),
    ...     at=datetime(2026, 3, 1, tzinfo=UTC),
    ... )
    >>> yen.convert(Money(1999, Currency.EUR), rounding=Rounding.HALF_UP)
    Money(3245, Currency.JPY)
    >>> print(yen.present(Money(1999, Currency.EUR), rounding=Rounding.HALF_UP))
    19.99 EUR (shown as 3245 JPY)
    """

    source: Currency = attrs.field(validator=is_a(Currency))
    target: Currency = attrs.field(validator=is_a(Currency))
    rate: Decimal | Fraction = attrs.field(validator=is_a(Decimal, Fraction))
    at: datetime = attrs.field(validator=aware)

    def __attrs_post_init__(self) -> None:
        if self.source is self.target:
            raise refuse(self, "target", self.target, "another currency than the source")
        try:
            numerator, _ = exact_ratio(self.rate)
        except FieldError:
            numerator = 0
        if numerator <= 0:
            raise refuse(self, "rate", self.rate, "an exact finite number above 0")

    def convert(self, amount: Money, *, rounding: Rounding) -> Money:
        """
        Return *amount* in the target currency, calculated exactly and rounded once.

        The sum of converted parts may differ from the converted sum: convert the sum and share
        it (:meth:`Money.prorate`).

        Raises:
            CurrencyMismatchError: If *amount* is not in the source currency.
            FieldError: If the result is too large.
        """
        if amount.currency is not self.source:
            raise CurrencyMismatchError(left=self.source, right=amount.currency)
        numerator, denominator = exact_ratio(self.rate)
        digits = self.target.exponent - self.source.exponent
        ratio = Fraction(numerator, denominator) * Fraction(10) ** digits
        return Money(amount.times(ratio, rounding=rounding).amount, self.target)

    def present(self, amount: Money, *, rounding: Rounding) -> Presentment:
        """
        Return *amount*, and beside it what it is in the target currency.

        Raises:
            CurrencyMismatchError: If *amount* is not in the source currency.
            FieldError: If the result is too large.
        """
        return Presentment(shop=amount, shown=self.convert(amount, rounding=rounding))

    def explain(self) -> str:
        """
        Say the rate, and when it was that.

        >>> from datetime import UTC
        >>> march = datetime(2026, 3, 1, tzinfo=UTC)
        >>> rate = Decimal("1.0832")
        >>> euros, dollars = Currency.EUR, Currency.USD
        >>> print(ExchangeRate(source=euros, target=dollars, rate=rate, at=march).explain())
        1 EUR = 1.0832 USD at 2026-03-01T00:00:00+00:00
        """
        at = self.at.isoformat()
        return f"1 {self.source.value} = {self.rate} {self.target.value} at {at}"
