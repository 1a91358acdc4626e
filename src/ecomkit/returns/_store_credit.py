"""Store credit in the place of money, and the bonus that comes with it."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import final

import attrs

from ecomkit._checks import is_a, optional, refuse
from ecomkit.money import Money, Rounding
from ecomkit.orders import Tender, TenderKind

__all__ = ["STORE_CREDIT", "InStoreCredit", "StoreCreditGrant"]

STORE_CREDIT = Tender(kind=TenderKind.STORE_CREDIT, name="refund")
"""The tender of what is given in store credit in the place of money."""


@final
@attrs.frozen(kw_only=True)
class StoreCreditGrant:
    """
    Store credit in the place of money.

    *value* is what the order pays back. *bonus* comes on top, as a present of the shop: it is no
    money of the order.

    Raises:
        FieldError: If the bonus is below 0.
        CurrencyMismatchError: If the two are in two currencies.
    """

    value: Money = attrs.field(validator=is_a(Money))
    bonus: Money = attrs.field(validator=is_a(Money))

    def __attrs_post_init__(self) -> None:
        if self.bonus < Money.zero(self.value.currency):
            raise refuse(self, "bonus", self.bonus, "money, 0 or more")

    @property
    def total(self) -> Money:
        """What the buyer can spend."""
        return self.value + self.bonus


@final
@attrs.frozen(kw_only=True)
class InStoreCredit:
    """
    The whole refund is given in store credit, with a bonus on top.

    It needs the buyer's word: money goes back by the means it came, unless the consumer has
    expressly agreed to something else (EU 2011/83, article 13(1)).

    Args:
        bonus: The bonus as it was offered, such as that of an :class:`Offer`.
        percent: Or the bonus in percent of the value: a running amount, rounded down, so the
            parts of a refund bring as much of it as the whole.

    Raises:
        FieldError: If the percentage is no finite Decimal of 0 or more, or both are given.

    >>> from ecomkit.money import Currency
    >>> value = Money(3334, Currency.EUR)
    >>> InStoreCredit(percent=Decimal(10)).grant(value, before=Money.zero(value.currency)).bonus
    Money(333, Currency.EUR)
    """

    bonus: Money | None = attrs.field(default=None, validator=optional(is_a(Money)))
    percent: Decimal = attrs.field(default=Decimal(0), validator=is_a(Decimal))

    def __attrs_post_init__(self) -> None:
        if not self.percent.is_finite() or self.percent < 0:
            raise refuse(self, "percent", self.percent, "a finite Decimal, 0 or more")
        if self.percent and self.bonus is not None:
            raise refuse(self, "percent", self.percent, "0 where the bonus itself is given")

    def grant(self, value: Money, *, before: Money) -> StoreCreditGrant:
        """Return the credit for *value*, where the order gave *before* in credit already."""
        bonus = self.bonus
        if bonus is None:
            bonus = self._running(before + value) - self._running(before)
        return StoreCreditGrant(value=value, bonus=bonus)

    def _running(self, value: Money) -> Money:
        return value.times(Fraction(self.percent) * Fraction(1, 100), rounding=Rounding.DOWN)
