"""Rates of demand and cost: how large and how small they may be, so that no formula overflows."""

from __future__ import annotations

import math
from typing import Any

import attrs

from ecomkit._checks import refuse
from ecomkit.replenishment._numbers import is_number

RATE_MAX = 1e15
"""Largest rate of demand and largest cost: products of three stay far inside a float."""

RATE_MIN = 1e-12
"""Smallest rate or cost that is not 0: what one divides by is never smaller."""

QUANTITY_MAX = 1e45
"""Largest quantity that any legal rates can make economic."""

QUANTITY_MIN = 1e-30
"""Smallest quantity, apart from 0, that any legal rates can make economic."""


PLAIN = frozenset({int, float})
"""The types that need no second look; a bool is none of them, a float of numpy passes by it."""


# The validators stand on a hot path: what is plainly right is let through first.


def is_rate(value: object) -> bool:
    """Return whether *value* is a rate or a cost: 0, or a number of a size that makes sense."""
    return is_number(value) and (RATE_MIN <= value <= RATE_MAX or value == 0)  # type: ignore[operator] # is_number knows


def rate(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    """Accept a rate or a cost, 0 or more; NaN and infinity fail the comparison."""
    if type(value) in PLAIN and RATE_MIN <= value <= RATE_MAX:
        return
    if not is_rate(value):
        wanted = f"0, or a number from {RATE_MIN:g} to {RATE_MAX:g}"
        raise refuse(instance, attribute.name, value, wanted)


def rate_above_zero(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    """Accept a rate or a cost above 0."""
    if type(value) in PLAIN and RATE_MIN <= value <= RATE_MAX:
        return
    if not is_number(value) or not RATE_MIN <= value <= RATE_MAX:
        raise refuse(
            instance, attribute.name, value, f"a number from {RATE_MIN:g} to {RATE_MAX:g}"
        )


def rate_or_unlimited(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    """Accept a rate or a cost above 0, or infinity for what is never done or never waited for."""
    if value != math.inf:
        rate_above_zero(instance, attribute, value)


def quantity(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    """Accept a quantity in units, fractions included: 0, or what legal rates can lead to."""
    if type(value) in PLAIN and QUANTITY_MIN <= value <= QUANTITY_MAX:
        return
    if not is_number(value) or not (QUANTITY_MIN <= value <= QUANTITY_MAX or value == 0):
        wanted = f"0, or a number from {QUANTITY_MIN:g} to {QUANTITY_MAX:g}"
        raise refuse(instance, attribute.name, value, wanted)
