"""What a distribution accepts as units, a probability or a parameter; anything else is refused."""

from __future__ import annotations

from typing import Any

import attrs

from ecomkit._checks import Validator, refuse
from ecomkit.errors import FieldError
from ecomkit.replenishment._numbers import UNITS_MAX, is_number

ASKED_MAX = 10**18
"""Largest number of units to ask a distribution about, of either sign."""

SPREAD_MAX = 1e6
"""Largest ratio of standard deviation to mean, and of mean to standard deviation."""


def asked_units(units: float, *, owner: object) -> float:
    """Return *units* if a distribution can be asked about them; NaN fails the comparison."""
    if not is_number(units) or not -ASKED_MAX <= units <= ASKED_MAX:
        wanted = f"a number from {-ASKED_MAX} to {ASKED_MAX}"
        raise FieldError(owner=type(owner).__name__, field="units", got=units, wanted=wanted)
    return units


def open_share(probability: float, *, owner: object) -> float:
    """Return *probability* if it is above 0 and below 1."""
    if not is_number(probability) or not 0 < probability < 1:
        raise FieldError(
            owner=type(owner).__name__,
            field="probability",
            got=probability,
            wanted="a number above 0 and below 1",
        )
    return probability


def positive_share(probability: float, *, owner: object) -> float:
    """Return *probability* if it is above 0 and at most 1, as a bounded demand allows."""
    if not is_number(probability) or not 0 < probability <= 1:
        raise FieldError(
            owner=type(owner).__name__,
            field="probability",
            got=probability,
            wanted="a number above 0, at most 1",
        )
    return probability


def between(least: float, most: float) -> Validator:
    """Return a validator that accepts a number from *least* to *most*."""

    def check(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
        if not is_number(value) or not least <= value <= most:
            raise refuse(instance, attribute.name, value, f"a number from {least} to {most}")

    return check


def above(least: float, most: float) -> Validator:
    """Return a validator that accepts a number above *least*, up to *most*."""

    def check(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
        if not is_number(value) or not least < value <= most:
            wanted = f"a number above {least}, at most {most}"
            raise refuse(instance, attribute.name, value, wanted)

    return check


units_above_zero = above(0, UNITS_MAX)
"""Accept a number of units above 0, fractions allowed."""


def spread_of_mean(instance: Any, attribute: attrs.Attribute[Any], value: Any) -> None:
    """Accept a standard deviation from a millionth to a million of the mean before it."""
    units_above_zero(instance, attribute, value)
    if not instance.mean / SPREAD_MAX <= value <= instance.mean * SPREAD_MAX:
        raise refuse(instance, attribute.name, value, "from a millionth to a million of the mean")


def fitted(value: float, *, owner: type[object], field: str) -> float:
    """Return a parameter of *owner* that is asked of units above 0, fractions allowed."""
    if not is_number(value) or not 0 < value <= UNITS_MAX:
        wanted = f"a number above 0, at most {UNITS_MAX}"
        raise FieldError(owner=owner.__name__, field=field, got=value, wanted=wanted)
    return value
