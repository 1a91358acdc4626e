"""Named rounding of exact ratios to whole numbers, in integers throughout."""

from __future__ import annotations

import decimal
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import assert_never

from ecomkit.errors import FieldError

__all__ = ["Rounding", "exact_ratio", "round_ratio"]

RATIO_DIGITS_MAX = 100
"""A Decimal may have this many digits on either side of its point: 1e1000000 is an attack."""


class Rounding(Enum):
    """
    What happens to the part that no whole number can hold.

    The values are the names that :mod:`decimal` uses. ``HALF_UP``, ``HALF_EVEN``, ``DOWN`` and
    ``UP`` treat an amount and its negative alike; ``CEILING`` and ``FLOOR`` do not.

    >>> [round_ratio(Fraction(5, 2), rounding=mode) for mode in Rounding]
    [3, 2, 2, 3, 3, 2]
    >>> [round_ratio(Fraction(-5, 2), rounding=mode) for mode in Rounding]
    [-3, -2, -2, -3, -2, -3]
    """

    HALF_UP = decimal.ROUND_HALF_UP
    """To the nearest; a half goes away from zero."""

    HALF_EVEN = decimal.ROUND_HALF_EVEN
    """To the nearest; a half goes to the even neighbour."""

    DOWN = decimal.ROUND_DOWN
    """Towards zero."""

    UP = decimal.ROUND_UP
    """Away from zero."""

    CEILING = decimal.ROUND_CEILING
    """Towards plus infinity."""

    FLOOR = decimal.ROUND_FLOOR
    """Towards minus infinity."""


def exact_ratio(value: Fraction | Decimal | int) -> tuple[int, int]:
    """
    Return *value* as a numerator and a denominator above zero, with nothing lost.

    Raises:
        FieldError: If *value* is of another type (a float, a bool), or a Decimal that is not
            finite or has more than 100 digits on a side of its point.
    """
    if isinstance(value, Decimal):
        if _is_tame(value):
            return value.as_integer_ratio()
    elif isinstance(value, (int, Fraction)) and not isinstance(value, bool):
        return value.as_integer_ratio()
    raise FieldError(
        owner="ratio",
        field="value",
        got=value,
        wanted=f"an int, a Fraction or a finite Decimal below {RATIO_DIGITS_MAX} digits a side",
    )


def _is_tame(value: Decimal) -> bool:
    # adjusted() costs nothing however large the exponent is; only then may digits be counted.
    if not value.is_finite() or abs(value.adjusted()) >= RATIO_DIGITS_MAX:
        return False
    return len(value.as_tuple().digits) - 1 - value.adjusted() <= RATIO_DIGITS_MAX


def round_ratio(value: Fraction | Decimal | int, *, rounding: Rounding) -> int:
    """
    Return *value* as a whole number, exactly rounded whatever its size.

    Raises:
        FieldError: If *value* is no exact number: not finite, or too many digits.

    >>> round_ratio(Decimal("112.7"), rounding=Rounding.HALF_UP)
    113
    """
    numerator, denominator = exact_ratio(value)
    return round_quotient(numerator, denominator=denominator, rounding=rounding)


def round_quotient(numerator: int, *, denominator: int, rounding: Rounding) -> int:
    """Return numerator / denominator (above zero) as a whole number."""
    below, rest = divmod(numerator, denominator)
    if rest == 0:
        return below
    positive = below >= 0  # the exact value lies between below and below + 1, off both
    match rounding:
        case Rounding.FLOOR:
            upwards = False
        case Rounding.CEILING:
            upwards = True
        case Rounding.DOWN:
            upwards = not positive
        case Rounding.UP:
            upwards = positive
        case Rounding.HALF_UP:
            upwards = 2 * rest > denominator or (2 * rest == denominator and positive)
        case Rounding.HALF_EVEN:
            upwards = 2 * rest > denominator or (2 * rest == denominator and below % 2 == 1)
        case _:
            assert_never(rounding)
    return below + 1 if upwards else below
