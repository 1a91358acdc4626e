"""A part of an amount, exact until it is rounded by name."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeAlias

import attrs

from ecomkit._checks import refuse
from ecomkit.errors import FieldError
from ecomkit.money import Rounding, round_quotient, round_ratio

__all__ = ["Rate", "Share", "not_negative_rate", "percent"]

Rate: TypeAlias = Decimal | Fraction | int
"""A part of one, exact: 0.2 is 20 %."""

DIGITS_MAX = 98
"""A decimal has at most 100 digits behind its point, two fewer as a percentage."""


def not_negative_rate(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    """Accept an exact number, 0 or more."""
    try:
        round_ratio(value, rounding=Rounding.DOWN)
    except FieldError:
        pass
    else:
        if value >= 0:
            return
    raise refuse(instance, attribute.name, value, "an exact finite number, 0 or more")


def percent(rate: Rate) -> str:
    """
    Return *rate* as people write it, with nothing lost.

    >>> percent(Decimal("0.14975")), percent(Fraction(1, 5)), percent(Fraction(1, 3))
    ('14.975 %', '20 %', '100/3 %')
    """
    hundredths = Fraction(rate) * 100
    for digits in range(DIGITS_MAX + 1):
        scaled, rest = divmod(hundredths.numerator * 10**digits, hundredths.denominator)
        if not rest:
            text = f"{scaled:0{digits + 1}}"
            return f"{text[:-digits]}.{text[-digits:]} %" if digits else f"{text} %"
    return f"{hundredths} %"


@attrs.frozen
class Share:
    """*numerator* of *denominator* parts of amounts of 0 or more, rounded in one way."""

    numerator: int
    denominator: int
    rounding: Rounding

    def of(self, amount: int) -> int:
        """Return the share of *amount* minor units."""
        return round_quotient(
            amount * self.numerator, denominator=self.denominator, rounding=self.rounding
        )

    def of_units(self, amount: int, units: int) -> int:
        """
        Return the sum of the shares of each of the *units* that cost *amount* together.

        A unit costs whole minor units: where they do not cost the same, some cost one more.
        """
        low, dearer = divmod(amount, units)
        share = self.of(low) * (units - dearer)
        return share + self.of(low + 1) * dearer if dearer else share
