"""What the exact methods can count in reasonable time, and what they say beyond it."""

from __future__ import annotations

from typing import Any

import attrs

from ecomkit._checks import refuse
from ecomkit.errors import InputError
from ecomkit.replenishment._numbers import UNITS_MAX, is_number

QUANTITY_MIN = 1e-9
"""Smallest order: what is less is the rounding of floats."""

STATES_MAX = 10_000
"""Most positions between s and S: the recursion over them takes a few seconds at most."""

TABLE_MAX = 100_000
"""Longest table of demand: Poisson demand of a mean of ten million units fits into it."""

QUANTITIES_MAX = 1_000_000
"""Most quantities that the search for an exact (r, Q) policy goes through."""


@attrs.frozen(kw_only=True)
class TooManyStatesError(InputError):
    """
    Raised when an exact method would have to count more than it can in reasonable time.

    >>> print(TooManyStatesError(what="positions between s and S", got=20_000, most=10_000))
    20000 positions between s and S are too many to count one by one, at most 10000; count demand in packs instead of units, or use an approximation
    """

    what: str
    got: float
    most: int

    @property
    def message(self) -> str:
        """What there is too much of, and the way out."""
        return (
            f"{self.got:g} {self.what} are too many to count one by one, at most {self.most}; "
            "count demand in packs instead of units, or use an approximation"
        )


def level(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    """Accept a level of the inventory position in units, which may be below 0."""
    if not is_number(value) or not -UNITS_MAX <= value <= UNITS_MAX:
        wanted = f"a number from {-UNITS_MAX} to {UNITS_MAX}"
        raise refuse(instance, attribute.name, value, wanted)


def quantity_above_zero(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    """Accept a quantity of an order in units, fractions included."""
    if not is_number(value) or not QUANTITY_MIN <= value <= UNITS_MAX:
        wanted = f"a number from {QUANTITY_MIN:g} to {UNITS_MAX}"
        raise refuse(instance, attribute.name, value, wanted)


def is_whole(number: float) -> bool:
    """Return whether *number* is a whole number, as an int or as a float."""
    return number == int(number)
