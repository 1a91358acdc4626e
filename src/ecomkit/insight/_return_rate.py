"""Return rate: how much of what was sold came back."""

from __future__ import annotations

from fractions import Fraction

from ecomkit.errors import FieldError


def return_rate(returned: int, *, sold: int) -> Fraction | None:
    """
    Return *returned* of *sold*, exactly; None where nothing was sold.

    Both count the same thing: units, orders, or minor units of one currency. The rate exceeds 1
    where more came back in a period than was sold in it. One huge order that is cancelled within
    minutes can dominate it: look at the rate with and without.

    Raises:
        FieldError: If a count is negative or no whole number.

    >>> return_rate(3, sold=12)
    Fraction(1, 4)
    """
    for field, count in (("returned", returned), ("sold", sold)):
        if not isinstance(count, int) or isinstance(count, bool) or count < 0:
            raise FieldError(
                owner="return_rate", field=field, got=count, wanted="a whole number, 0 or more"
            )
    return Fraction(returned, sold) if sold else None
