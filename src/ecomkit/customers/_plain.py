"""Plain data: any frozen value of ecomkit as what JSON can say."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Any, TypeAlias

import attrs

from ecomkit.errors import FieldError
from ecomkit.money import Money
from ecomkit.timeline import format_instant

__all__ = ["Plain", "plain"]

Plain: TypeAlias = "bool | int | str | list[Plain] | dict[str, Plain] | None"


def plain(value: object) -> Plain:
    """
    Return *value* as texts, whole numbers, lists and mappings.

    A frozen value is a mapping by its fields; money its amount as text and its currency; an
    instant UTC text; a day, a time, a decimal or a fraction its text; a member of an enumeration
    what it stands for; a set a sorted list. Text is kept as it is, and half a character in it
    (a lone surrogate) is escaped. The same value gives the same data.

    Raises:
        FieldError: If there is anything else inside, such as bytes or a float; it is not shown.
        NaiveInstantError: If an instant inside has no UTC offset.

    >>> from ecomkit.money import Currency
    >>> plain({"paid": Money(1250, Currency.EUR), "on": date(2026, 3, 1)})
    {'paid': {'amount': '12.50', 'currency': 'EUR'}, 'on': '2026-03-01'}
    """
    if isinstance(value, Enum):
        return plain(value.value)
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Money):
        return {"amount": str(value.to_decimal()), "currency": value.currency.value}
    if isinstance(value, datetime):
        return format_instant(value)
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, (Decimal, Fraction)):
        return str(value)
    return _plain_parts(value)


def _plain_parts(value: Any) -> Plain:
    if attrs.has(type(value)):
        return {
            field.name: plain(getattr(value, field.name)) for field in attrs.fields(type(value))
        }
    if isinstance(value, Mapping):
        return {_name(key): plain(item) for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        return [plain(item) for item in value]
    if isinstance(value, (set, frozenset)):
        return sorted((plain(item) for item in value), key=repr)
    raise _refused(value)


def _text(value: str) -> str:
    return value.encode("utf-8", "backslashreplace").decode("utf-8")


def _name(key: object) -> str:
    name = key.value if isinstance(key, Enum) else key
    if not isinstance(name, str):
        raise _refused(key)
    return _text(name)


def _refused(value: object) -> FieldError:
    return FieldError(
        owner="plain",
        field="value",
        got=f"({type(value).__name__}, not shown)",
        wanted="a value of ecomkit, or texts, whole numbers, lists and mappings",
    )
