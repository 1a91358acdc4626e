"""What stores save of values and answers as text, and how they read it back: in one wording."""

from __future__ import annotations

import functools
from datetime import datetime
from typing import TypeVar

from ecomkit.identifiers import CommandKey
from ecomkit.ports import Collection, KeptOutcome, StoredValueError
from ecomkit.stock import Done, Outcome, Reserved
from ecomkit.stores._codec import dumps, loads

__all__ = ["kept_outcome", "outcome_text", "read_value", "unreadable"]

T = TypeVar("T")


def unreadable(kind: str, name: str, error: Exception) -> StoredValueError:
    """Return the error that says which row cannot be read, and why."""
    return StoredValueError(collection=kind, key=name, why=f"{type(error).__name__}: {error}")


def read_value(collection: Collection[T], key: str, body: str) -> T:
    """
    Return the value of *collection* that was saved as *body*.

    Raises:
        StoredValueError: If it cannot be read.
    """
    try:
        value: T = loads(body, collection.type)
    except ValueError as error:
        raise StoredValueError(collection=collection.name, key=key, why=str(error)) from error
    return value


def outcome_text(outcome: Outcome | None) -> str | None:
    """Return *outcome* as text, None for none."""
    if isinstance(outcome, (Reserved, Done)):
        return _plain_text(outcome)
    return None if outcome is None else dumps(outcome, Outcome)


@functools.lru_cache(maxsize=256)
def _plain_text(outcome: Reserved | Done) -> str:
    # A number of units: a batch answers the same few a thousand times.
    return dumps(outcome, Outcome)


def kept_outcome(key: str, fingerprint: str, outcome: str | None, at: datetime) -> KeptOutcome:
    """
    Return what was kept under *key*.

    Raises:
        StoredValueError: If it cannot be read.
    """
    try:
        return KeptOutcome(
            key=CommandKey(key),
            fingerprint=fingerprint,
            outcome=None if outcome is None else loads(outcome, Outcome),
            at=at,
        )
    except ValueError as error:
        raise unreadable("command", key, error) from error
