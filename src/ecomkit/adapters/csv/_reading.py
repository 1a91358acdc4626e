"""Reading the cells of a row: every fault with its row and its column."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar, final

from ecomkit.adapters.csv._cells import unescape
from ecomkit.adapters.csv._records import Record
from ecomkit.adapters.csv._table import Wanted
from ecomkit.errors import shown

__all__ = ["RowReader", "same"]

T = TypeVar("T")


@final
class RowReader:
    """
    The fields of one row; notes every fault.

    What is read wrongly is None, and the caller makes nothing of a row with faults.
    """

    __slots__ = ("_faults", "_names", "_places", "_row")

    def __init__(
        self, row: Record, *, places: Mapping[str, int], names: Wanted, faults: list[str]
    ) -> None:
        self._row = row
        self._places = places
        self._names = names
        self._faults = faults

    @property
    def number(self) -> int:
        """Which row of the sheet it is."""
        return self._row.number

    def note(self, fault: str, *, field: str | None = None) -> None:
        """Take down what is wrong with *field*, or with the row."""
        where = f"row {self._row.number}"
        if field is not None:
            where += f", column {self._names[field][0]}"
        self._faults.append(f"{where}: {fault}")

    def check_width(self, header: int) -> None:
        """Note cells beyond the header that are not blank: a delimiter stands unquoted somewhere."""
        extra = [cell for cell in self._row.cells[header:] if cell.strip()]
        if self._row.fault is not None:
            self.note(self._row.fault)
        elif extra:
            self.note(f"{len(self._row.cells)} cells below a header of {header}")

    def text(self, field: str) -> str:
        """Return the cell as it is; "" where the sheet has no such column or the row ends before it."""
        place = self._places.get(field)
        cells = self._row.cells
        return unescape(cells[place]) if place is not None and place < len(cells) else ""

    def has(self, field: str) -> bool:
        """Whether the cell has more than blanks."""
        return bool(self.text(field).strip())

    def read(self, field: str, parse: Callable[[str], T]) -> T:
        """Return what *parse* makes of the cell; a blank one is a fault."""
        if self.has(field):
            try:
                return parse(self.text(field))
            except ValueError as error:
                self.note(str(error), field=field)
        elif self._row.fault is None:
            self.note("blank", field=field)
        return None  # type: ignore[return-value]  # the fault keeps it from being used

    def may(self, field: str, parse: Callable[[str], T]) -> T | None:
        """Return what *parse* makes of the cell; None for a blank one."""
        return self.read(field, parse) if self.has(field) else None


def same(rows: Iterable[RowReader], field: str, parse: Callable[[str], T]) -> T | None:
    """Return what the cells of *rows*, the rows of one order, say; all that say it agree."""
    found: T | None = None
    first: RowReader | None = None
    for row in rows:
        value = row.may(field, parse)
        if value is None:
            continue
        if first is None:
            found, first = value, row
        elif value != found:
            told = shown(row.text(field))
            row.note(f"{told} is not what row {first.number} says", field=field)
    return found
