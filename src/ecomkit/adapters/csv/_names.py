"""Columns by name: one name, or several of which a sheet has one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import attrs

from ecomkit._checks import refuse
from ecomkit.adapters.csv._table import Names, Wanted

__all__ = ["column", "given", "names", "names_or_none"]


def names(value: str | Iterable[str]) -> Names:
    """Convert one name, or several; leave anything else for the validator to refuse."""
    if isinstance(value, str):
        return (value,)
    return tuple(value) if isinstance(value, Iterable) else value


def names_or_none(value: str | Iterable[str] | None) -> Names | None:
    """Convert one name, several, or none."""
    return None if value is None else names(value)


def column(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    """Accept one name or more, none of them blank."""
    sound = isinstance(value, tuple) and all(isinstance(name, str) for name in value)
    if not sound or not value or not all(name.strip() for name in value):
        raise refuse(instance, attribute.name, value, "the name of a column, or several names")


def given(columns: Any, *fields: str) -> Wanted:
    """Return those of *fields* that *columns* has names for."""
    found = {field: getattr(columns, field) for field in fields}
    return {field: names for field, names in found.items() if names is not None}
