"""What functions of this package are given: collections of one kind, or a typed error."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

from ecomkit.errors import FieldError

Kind = TypeVar("Kind")


def all_of(kind: type[Kind], values: Any, *, owner: str, field: str) -> tuple[Kind, ...]:
    """
    Return *values* as a tuple, if each of them is a *kind*.

    Raises:
        FieldError: If one is not, or there is nothing to iterate over; it names *owner* and
            *field*.
    """
    found = tuple(values) if isinstance(values, Iterable) else (values,)
    for value in found:
        if not isinstance(value, kind):
            raise FieldError(
                owner=owner, field=field, got=value, wanted=f"an iterable of {kind.__name__}"
            )
    return found
