"""What must stand once and stands twice."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, TypeVar

import attrs

from ecomkit.errors import InputError, shown

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

__all__ = ["DuplicateError", "refuse_duplicates"]

SHOWN_MAX = 5  # a catalogue imported twice must not flood a log

T = TypeVar("T", bound="Hashable")


@attrs.frozen(kw_only=True)
class DuplicateError(InputError):
    """
    Raised when a value of a collection stands in it more than once.

    >>> print(DuplicateError(owner="Kits", what="sku", duplicates=("GIFT-BOX",)))
    Kits: every sku may stand once, found again: 'GIFT-BOX'
    """

    owner: str
    what: str
    duplicates: tuple[str, ...]

    @property
    def message(self) -> str:
        """What stands more than once, and where."""
        told = ", ".join(shown(str(name)) for name in self.duplicates[:SHOWN_MAX])
        more = len(self.duplicates) - SHOWN_MAX
        return (
            f"{self.owner}: every {self.what} may stand once, found again: {told}"
            f"{f' and {more} more' if more > 0 else ''}"
        )


def refuse_duplicates(owner: object, what: str, values: Iterable[T]) -> None:
    """
    Check that all *values* differ.

    Raises:
        DuplicateError: If some do not; it names all of them.
    """
    duplicates = tuple(str(value) for value, times in Counter(values).items() if times > 1)
    if duplicates:
        raise DuplicateError(owner=type(owner).__name__, what=what, duplicates=duplicates)
