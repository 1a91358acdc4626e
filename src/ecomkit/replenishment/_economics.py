"""Unit economics: what a unit costs and brings, and so what a day without stock loses."""

from __future__ import annotations

from fractions import Fraction
from typing import final

import attrs

from ecomkit._checks import is_a, optional, refuse
from ecomkit.money import Money, Rounding
from ecomkit.replenishment._numbers import UNITS_PER_DAY_MAX, is_number


@final
@attrs.frozen(kw_only=True)
class UnitEconomics:
    """
    What one unit costs us and what it sells for, each where it is known, both without tax.

    Raises:
        FieldError: If an amount is negative, or the two are in different currencies.

    >>> from ecomkit.money import Currency
    >>> unit = UnitEconomics(cost=Money(1200, Currency.EUR), price=Money(2500, Currency.EUR))
    >>> print(unit.margin, unit.lost_per_day(mean_per_day=1.5))
    13.00 EUR 19.50 EUR
    """

    cost: Money | None = attrs.field(default=None, validator=optional(is_a(Money)))
    price: Money | None = attrs.field(default=None, validator=optional(is_a(Money)))

    def __attrs_post_init__(self) -> None:
        for field, amount in (("cost", self.cost), ("price", self.price)):
            if amount is not None and amount.amount < 0:
                raise refuse(self, field, amount, "an amount of 0 or more")
        if (
            self.cost is not None
            and self.price is not None
            and self.cost.currency is not self.price.currency
        ):
            raise refuse(self, "price", self.price, f"an amount in {self.cost.currency.value}")

    @property
    def margin(self) -> Money | None:
        """
        What a sale leaves: price less cost, below zero where it sells at a loss.

        The price itself where the cost is not known, since the sale is lost as a whole; None
        without a price.
        """
        if self.price is None or self.cost is None:
            return self.price
        return self.price - self.cost

    def lost_per_day(self, *, mean_per_day: float) -> Money | None:
        """
        Return the margin that one day without stock loses on mean demand.

        Rounded half to even once, from the exact product. Nothing is lost where a sale leaves
        nothing; None where the price is not known.

        Raises:
            FieldError: If *mean_per_day* is no number from 0 to ten million.
        """
        if not is_number(mean_per_day) or not 0 <= mean_per_day <= UNITS_PER_DAY_MAX:
            wanted = f"a number of units a day from 0 to {UNITS_PER_DAY_MAX}"
            raise refuse(self, "mean_per_day", mean_per_day, wanted)
        margin = self.margin
        if margin is None:
            return None
        if margin.amount <= 0:
            return Money.zero(margin.currency)
        return margin.times(Fraction(mean_per_day), rounding=Rounding.HALF_EVEN)

    def value(self, units: int) -> Money | None:
        """
        Return what *units* cost us, 0 for units owed; None where the cost is not known.

        >>> from ecomkit.money import Currency
        >>> print(UnitEconomics(cost=Money(1200, Currency.EUR)).value(40))
        480.00 EUR
        """
        return None if self.cost is None else self.cost * max(0, units)


def most_first(amount: Money | None) -> tuple[bool, str, int]:
    """
    Return a sort key: the largest amount first, an unknown one last.

    Amounts in different currencies are not compared: each currency is ranked by itself, in the
    order of the codes.
    """
    return (True, "", 0) if amount is None else (False, amount.currency.value, -amount.amount)
