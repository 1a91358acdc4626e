"""What the conformance kits share: comparing with advice, and patience with faults."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NoReturn, TypeVar

import pytest

from ecomkit.errors import TransientError

__all__ = ["PAGES_MAX", "expect", "paged", "patiently", "unsupported"]

T = TypeVar("T")

PAGES_MAX = 200
"""A list of a few items has fewer pages, however often they are repeated."""

ATTEMPTS_MAX = 1_000
"""A system that fails so often in a row is not a system that fails now and then."""


def expect(expected: object, actual: object, *, advice: str) -> None:
    """Compare, and tell the author of the adapter what to mend where the two differ."""
    assert expected == actual, f"{advice}\nexpected: {expected!r}\n     got: {actual!r}"


def unsupported(capability: str) -> NoReturn:
    """Skip a law of what the system under test cannot do, by name."""
    pytest.skip(f"not supported: {capability}")


def paged(page_after: Callable[[T | None], Sequence[T]]) -> tuple[T, ...]:
    """Return what comes page by page, each page after the last item of the one before."""
    items: list[T] = []
    for _ in range(PAGES_MAX):
        page = page_after(items[-1] if items else None)
        if not page:
            return tuple(items)
        items.extend(page)
    raise AssertionError(
        f"after {PAGES_MAX} pages there was still more: `after` must be exclusive"
    )


def patiently(call: Callable[[], T]) -> T:
    """Call again for as long as the answer is to wait, as a worker would."""
    for _ in range(ATTEMPTS_MAX - 1):
        try:
            return call()
        except TransientError:
            continue
    return call()
