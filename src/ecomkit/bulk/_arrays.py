"""Arrays: the one place that asks for numpy, and the blocks that bound the memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, TypeAlias

from ecomkit.errors import MissingExtraError

try:
    import numpy as np
except ImportError as error:
    raise MissingExtraError(extra="fast", feature="ecomkit.bulk") from error

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "BLOCK_ROWS",
    "Array",
    "Floats",
    "Integers",
    "Truths",
    "blocks",
    "is_whole",
    "np",
    "starts_of_runs",
]

Array: TypeAlias = "NDArray[Any]"
Floats: TypeAlias = "NDArray[np.float64]"
Integers: TypeAlias = "NDArray[np.int64]"
Truths: TypeAlias = "NDArray[np.bool_]"

BLOCK_ROWS = 8_192
"""Rows that are computed at once: few enough for all that is in between to stay in the cache."""


def blocks(rows: int, *, size: int = BLOCK_ROWS) -> Iterator[slice]:
    """Yield slices that cover *rows* rows, *size* at a time."""
    for first in range(0, rows, size):
        yield slice(first, min(first + size, rows))


def starts_of_runs(values: Integers) -> Integers:
    """Return where a value differs from the one before it, the first place included."""
    first = np.empty(len(values), dtype=np.bool_)
    first[:1] = True
    np.not_equal(values[1:], values[:-1], out=first[1:])
    return np.flatnonzero(first)


def is_whole(value: object) -> bool:
    """Return whether *value* is a whole number, of Python or of numpy, and no bool."""
    return isinstance(value, (int, np.integer)) and not isinstance(value, bool)
