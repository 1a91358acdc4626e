"""What a smoother takes: numbers of consecutive periods, None where nobody knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecomkit.errors import FieldError
from ecomkit.replenishment._numbers import UNITS_MAX, is_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    import attrs

TOTAL_MAX = 1_000 * UNITS_MAX
"""Largest sum of a history: its squares stay far inside a float."""

HORIZON_MAX = 3_660
"""Most periods ahead: ten years of days."""


def known_units(units: Iterable[float | None]) -> Sequence[float]:
    """
    Return the known of *units*, in order: what is None is left out.

    Raises:
        FieldError: If none is known, or one is negative, no number or not finite.

    >>> known_units([3, None, 0])
    [3.0, 0.0]
    """
    known = summed_units(units)
    if min(known) < 0:
        raise refused_units(known)
    return known


def summed_units(units: Iterable[float | None]) -> Sequence[float]:
    """
    Return the same without a look at the signs, for those who meet each demand anyway.

    All are numbers and add up to what is allowed; one below 0 is the caller's to refuse.

    Raises:
        FieldError: As :func:`known_units`, or not for a value below 0.

    >>> summed_units([3, None, 0])
    [3.0, 0.0]
    """
    listed: Any = units if isinstance(units, (list, tuple)) else list(units)
    try:
        total = sum(listed)
    except TypeError:
        total = None
    known: Sequence[float] = listed
    if not isinstance(total, (int, float)):
        known = _floats(listed)
        total = sum(known)
    # A NaN makes the sum NaN, which is in no range.
    if not known or not 0 <= total <= TOTAL_MAX:
        raise refused_units(listed)
    return known


def _floats(units: Sequence[float | None]) -> list[float]:
    """Return the known of *units* as floats, whatever kind of numbers they are."""
    known = [count for count in units if count is not None]
    try:
        # Texts have a float too, but no sum.
        sum(known)
        return [float(count) for count in known]
    except (TypeError, ValueError, OverflowError):
        raise refused_units(units) from None


def refused_units(known: object) -> FieldError:
    """Return the error that says what a history has to be."""
    wanted = f"numbers from 0, one known or more, that add up to at most {TOTAL_MAX}"
    return FieldError(owner="Forecaster", field="units", got=known, wanted=wanted)


def placed_units(units: Iterable[float | None]) -> list[float | None]:
    """Return *units* with None kept in its place; at least one is known, as above."""
    placed = list(units)
    known_units(placed)
    return placed


def share(value: float, *, owner: str, field: str) -> float:
    """Return *value* if it is a number from 0 to 1."""
    # Nearly all are floats, which are told at a glance.
    if not (type(value) is float or is_number(value)) or not 0 <= value <= 1:
        raise FieldError(owner=owner, field=field, got=value, wanted="a number from 0 to 1")
    return value


def whole(value: int, *, owner: str, field: str, least: int = 1) -> int:
    """Return *value* if it is a whole number of periods."""
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= HORIZON_MAX:
        wanted = f"a whole number of periods from {least} to {HORIZON_MAX}"
        raise FieldError(owner=owner, field=field, got=value, wanted=wanted)
    return value


def periods(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    """Accept a whole number of periods, 1 or more."""
    whole(value, owner=type(instance).__name__, field=attribute.name)
