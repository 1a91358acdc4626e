"""Tables: a file, its header found, its rows read one at a time."""

from __future__ import annotations

import io
import itertools
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import BinaryIO, TypeAlias, final

import attrs

from ecomkit.adapters.csv._cells import word
from ecomkit.adapters.csv._dialect import CsvDialect
from ecomkit.adapters.csv._encoding import encoding_of
from ecomkit.adapters.csv._errors import CsvFileError
from ecomkit.adapters.csv._records import Record, records

__all__ = ["Names", "Table", "Wanted", "places_of", "table"]

Names: TypeAlias = tuple[str, ...]
"""The names that one column may have in the header."""

Wanted: TypeAlias = dict[str, Names]
"""Fields, each with the names that its column may have."""

HEADER_ROWS_MAX = 50
"""How many rows of titles and comments may stand before the header."""

HEAD_CHARACTERS = 65_536
_SEP = re.compile(r'"?sep=([;,\t|])"?\s*?(?:\r|\n|$)', re.IGNORECASE)


@final
@attrs.frozen(kw_only=True)
class Table:
    """The rows below a header, and in which place each wanted field stands."""

    header: Record
    delimiter: str
    places: Mapping[str, int]
    rows: Iterator[Record]


def _title(text: str) -> str:
    return word(unicodedata.normalize("NFKC", text.removeprefix("\ufeff")))


def places_of(
    header: Sequence[str], *, needed: Wanted, more: Wanted
) -> tuple[dict[str, int], list[str]]:
    """Return where each field stands, and what is wrong with the header."""
    titles: dict[str, list[int]] = {}
    for place, cell in enumerate(header):
        titles.setdefault(_title(cell), []).append(place)
    places: dict[str, int] = {}
    faults = []
    for field, names in itertools.chain(needed.items(), more.items()):
        # Two spellings of one name are one column.
        found = sorted({place for name in names for place in titles.get(_title(name), ())})
        if len(found) > 1:
            faults.append(f"column {names[0]!r} stands {len(found)} times in the header")
        elif found:
            places[field] = found[0]
        elif field in needed:
            faults.append(f"no column {' or '.join(map(repr, names))}")
    return places, faults


@contextmanager
def table(
    file: BinaryIO, *, name: str, dialect: CsvDialect, needed: Wanted, more: Wanted
) -> Iterator[Table]:
    """
    Give the rows below the first row that has all *needed* columns; what is above is passed over.

    Raises:
        CsvFileError: If no encoding fits or no row is the header, with what the nearest lacks.
    """
    encoding = encoding_of(file, given=dialect.encoding, name=name)
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=encoding, newline="")
    try:
        head = text.read(HEAD_CHARACTERS)
        told = _SEP.match(head.removeprefix("\ufeff"))
        delimiters = dialect.delimiters if told is None else (told[1],)
        header, delimiter, places = _header(
            head, name=name, delimiters=delimiters, needed=needed, more=more
        )
        text.seek(0)
        rows = records(text, delimiter=delimiter)
        below = (row for row in rows if row.number > header.number)
        yield Table(header=header, delimiter=delimiter, places=places, rows=below)
    finally:
        text.detach()


def _header(
    head: str, *, name: str, delimiters: Iterable[str], needed: Wanted, more: Wanted
) -> tuple[Record, str, dict[str, int]]:
    nearest: list[str] | None = None
    for delimiter in delimiters:
        lines = io.StringIO(head, newline="")
        for row in itertools.islice(records(lines, delimiter=delimiter), HEADER_ROWS_MAX):
            places, faults = places_of(row.cells, needed=needed, more=more)
            if not faults:
                return row, delimiter, places
            if nearest is None or len(faults) < len(nearest):
                nearest = faults
    raise CsvFileError(document=name, faults=tuple(nearest or ["the file is empty"]))
