"""
Validators that all frozen values share: one wording, one error.

Each is an attrs validator and raises :class:`~ecomkit.errors.FieldError`. ``bool`` is refused
where an integer is wanted, since ``True`` is an ``int`` in Python and would become one cent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, TypeAlias

from ecomkit.errors import FieldError

if TYPE_CHECKING:
    import attrs

__all__ = [
    "WHOLE_MAX",
    "Validator",
    "above_zero",
    "as_tuple",
    "as_utc",
    "aware",
    "each",
    "is_a",
    "is_text",
    "not_negative",
    "optional",
    "plain_date",
    "refuse",
    "units",
    "units_or_zero",
    "whole",
]

Validator: TypeAlias = Callable[[Any, "attrs.Attribute[Any]", Any], None]

WHOLE_MAX = 2**62
"""No quantity and no amount is larger: two of them still add up inside a 64-bit column."""

UNITS_MAX = 10**12
"""No command names more units: a million of them still add up below ``WHOLE_MAX``."""


def as_tuple(items: Iterable[Any]) -> tuple[Any, ...]:
    """
    Convert any iterable to a tuple; leave anything else for the validator to refuse.

    The element type is left open, since the type checkers do not follow generic converters.
    """
    if type(items) is tuple:
        return items
    return tuple(items) if isinstance(items, Iterable) else items


def as_utc(value: Any) -> Any:
    """
    Convert an aware datetime to UTC; leave anything else for the validator to refuse.

    Two datetimes of one zone are compared by their wall clocks, on which an hour may pass twice:
    what is compared is kept in UTC.
    """
    if isinstance(value, datetime) and value.tzinfo is not UTC and value.utcoffset() is not None:
        try:
            return value.astimezone(UTC)
        except OverflowError:
            return value
    return value


def refuse(instance: object, field: str, got: object, wanted: str) -> FieldError:
    """Return the error that says what *field* of *instance* must be."""
    return FieldError(owner=type(instance).__name__, field=field, got=got, wanted=wanted)


def _is_whole(value: object) -> bool:
    if type(value) is not int and (not isinstance(value, int) or isinstance(value, bool)):
        return False
    return -WHOLE_MAX < value < WHOLE_MAX


# The validators of numbers stand on all hot paths: what is plainly right is let through first.


def whole(instance: object, attribute: attrs.Attribute[Any], value: object) -> None:
    """Accept a whole number of either sign."""
    if not _is_whole(value):
        raise refuse(instance, attribute.name, value, "a whole number")


def not_negative(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    """Accept a whole number, 0 or more."""
    if type(value) is int and 0 <= value < WHOLE_MAX:
        return
    if not _is_whole(value) or value < 0:
        raise refuse(instance, attribute.name, value, "a whole number, 0 or more")


def above_zero(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    """Accept a whole number, 1 or more."""
    if type(value) is int and 0 < value < WHOLE_MAX:
        return
    if not _is_whole(value) or value <= 0:
        raise refuse(instance, attribute.name, value, "a whole number above 0")


def units(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    """Accept a number of units that a person or a channel may name: 1 to ``UNITS_MAX``."""
    if type(value) is int and 0 < value <= UNITS_MAX:
        return
    above_zero(instance, attribute, value)
    if value > UNITS_MAX:
        raise refuse(instance, attribute.name, value, f"at most {UNITS_MAX} units")


def units_or_zero(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    """Accept a number of units that a person or a channel may name, or none: 0 to ``UNITS_MAX``."""
    if type(value) is int and 0 <= value <= UNITS_MAX:
        return
    not_negative(instance, attribute, value)
    if value > UNITS_MAX:
        raise refuse(instance, attribute.name, value, f"at most {UNITS_MAX} units")


def is_text(instance: object, attribute: attrs.Attribute[Any], value: object) -> None:
    """Accept a text that can be written down: no half of a character (a lone surrogate)."""
    if not isinstance(value, str):
        raise refuse(instance, attribute.name, value, "a str")
    if value.isascii():
        return
    try:
        value.encode()
    except UnicodeEncodeError:
        raise refuse(instance, attribute.name, value, "a text of whole characters") from None


def aware(instance: object, attribute: attrs.Attribute[Any], value: object) -> None:
    """Accept an instant: a datetime that knows its UTC offset, in the years 1 to 9999 of UTC."""
    if not isinstance(value, datetime) or value.utcoffset() is None:
        raise refuse(instance, attribute.name, value, "a datetime with a UTC offset")
    if as_utc(value).tzinfo is not UTC:
        raise refuse(instance, attribute.name, value, "an instant in the years 1 to 9999 of UTC")


def plain_date(instance: object, attribute: attrs.Attribute[Any], value: object) -> None:
    """Accept a day of the calendar; a datetime is none, though Python calls it a date."""
    if not isinstance(value, date) or isinstance(value, datetime):
        raise refuse(instance, attribute.name, value, "a date without a time")


def is_a(*kinds: type[Any]) -> Validator:
    """Return a validator that accepts instances of one of *kinds*."""
    wanted = f"a {_names(kinds)}"

    def check(instance: object, attribute: attrs.Attribute[Any], value: object) -> None:
        if not isinstance(value, kinds):
            raise refuse(instance, attribute.name, value, wanted)

    return check


def _names(kinds: tuple[type[Any], ...]) -> str:
    return " or ".join(kind.__name__ for kind in kinds)


def optional(validator: Validator) -> Validator:
    """Return a validator that accepts None and what *validator* accepts."""

    def check(instance: object, attribute: attrs.Attribute[Any], value: object) -> None:
        if value is not None:
            validator(instance, attribute, value)

    return check


def each(*kinds: type[Any]) -> Validator:
    """Return a validator that accepts a tuple of *kinds* (use with ``converter=as_tuple``)."""
    wanted = f"a tuple of {_names(kinds)}"

    def check(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
        if not isinstance(value, tuple):
            raise refuse(instance, attribute.name, value, wanted)
        for item in value:
            if not isinstance(item, kinds):
                raise refuse(instance, attribute.name, item, wanted)

    return check
