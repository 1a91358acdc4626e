"""What the conformance kits share: comparing with advice, and patience with faults."""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn, TypeVar

import pytest

from ecomkit.errors import TransientError

__all__ = ["expect", "patiently", "unsupported"]

T = TypeVar("T")

ATTEMPTS_MAX = 1_000
"""A system that fails so often in a row is not a system that fails now and then."""


def expect(expected: object, actual: object, *, advice: str) -> None:
    """Compare, and tell the author of the adapter what to mend where the two differ."""
    assert expected == actual, f"{advice}\nexpected: {expected!r}\n     got: {actual!r}"


def unsupported(capability: str) -> NoReturn:
    """Skip a law of what the system under test cannot do, by name."""
    pytest.skip(f"not supported: {capability}")


def patiently(call: Callable[[], T]) -> T:
    """Call again for as long as the answer is to wait, as a worker would."""
    for _ in range(ATTEMPTS_MAX - 1):
        try:
            return call()
        except TransientError:
            continue
    return call()
