"""The orders of a folder: each in the newest state that any of its exports shows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter
from typing import Any, final

import attrs

from ecomkit.adapters.csv._cells import tidy, unescape, word
from ecomkit.adapters.csv._columns import BlankNumber, OrderColumns
from ecomkit.adapters.csv._errors import CsvFileError
from ecomkit.adapters.csv._folder import Document, Folder
from ecomkit.adapters.csv._orders import OrderReader, pack
from ecomkit.adapters.csv._records import Record
from ecomkit.adapters.csv._table import Table, table
from ecomkit.channels import Payload
from ecomkit.identifiers import ChannelId

__all__ = ["Index", "Kept", "index_of", "versions_of"]


@final
@attrs.frozen(kw_only=True)
class Kept:
    """
    One order, or what stands in the place of one: its rows, raw.

    It stands in the list by the export that first showed it so, then by its row there.
    """

    name: str
    version: int
    row: int
    text: str = attrs.field(repr=False)
    subject: str | None = attrs.field(repr=False)
    content: tuple[str, ...] = attrs.field(repr=False)

    @property
    def place(self) -> tuple[int, int]:
        """Where it stands in the list."""
        return self.version, self.row

    def payload(self, channel: ChannelId) -> Payload:
        """Return the raw rows as a payload."""
        return Payload(channel=channel, object_id=self.name, text=self.text, subject=self.subject)


@final
@attrs.frozen(kw_only=True)
class Index:
    """All orders of some documents, oldest change first."""

    by_name: dict[str, Kept]
    kept: Sequence[Kept]
    versions: dict[str, int]
    mapping: str

    def seen(self, until: int) -> str:
        """
        Return the name of what the list up to version *until* was made of.

        It is another one when a file was changed, put in with an older date or taken away, or
        when the mapping was mended: then the list is told again from its beginning.
        """
        documents = sorted(item for item in self.versions.items() if item[1] <= until)
        text = json.dumps([self.mapping, documents])
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def versions_of(documents: Iterable[Document]) -> dict[str, int]:
    """Return the version that each document gives to what it shows: when it was written."""
    versions: dict[str, int] = {}
    last = -1
    for document in documents:
        # Of two that were written in one microsecond, the later name counts as newer.
        versions[document.name] = last = max(document.written, last + 1)
    return versions


def index_of(folder: Folder, documents: Sequence[Document], *, reader: OrderReader) -> Index:
    """
    Return the orders of *documents*.

    A later export replaces what an earlier one says of an order. One that says the same leaves
    it where it is: exported again, an order has the version that it had.
    """
    found: dict[str, Kept] = {}
    versions = versions_of(documents)
    for document in documents:
        for kept in _orders(folder, document, version=versions[document.name], reader=reader):
            known = found.get(kept.name)
            if known is None or known.content != kept.content:
                found[kept.name] = kept
    return Index(
        by_name=found,
        kept=sorted(found.values(), key=attrgetter("place")),
        versions=versions,
        mapping=_mapping(reader),
    )


def _mapping(reader: OrderReader) -> str:
    def spell(value: Any) -> Any:
        return sorted(value) if isinstance(value, frozenset) else str(value)

    text = json.dumps(attrs.asdict(reader), default=spell, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _orders(
    folder: Folder, document: Document, *, version: int, reader: OrderReader
) -> Iterator[Kept]:
    columns, dialect = reader.columns, reader.dialect
    try:
        with (
            folder.opened(document) as file,
            table(
                file,
                name=document.name,
                dialect=dialect,
                needed=columns.needed,
                more=columns.more,
            ) as sheet,
        ):
            groups = _grouped(sheet, columns, document.name)
            for name, rows in groups.items():
                yield _kept(name, rows, sheet, document.name, version)
    except CsvFileError as error:
        # As a whole it is nothing; the file stays in the folder, and is read again when mended.
        text = pack(
            (),
            document=document.name,
            version=version,
            header="",
            delimiter="",
            faults=error.faults,
        )
        yield Kept(
            name=f"document {document.name}",
            version=version,
            row=0,
            text=text,
            subject=None,
            content=error.faults,
        )


def _grouped(sheet: Table, columns: OrderColumns, document: str) -> dict[str, list[Record]]:
    groups: dict[str, list[Record]] = {}
    continues = columns.blank_number is BlankNumber.CONTINUES
    above = ""
    for row in sheet.rows:
        filled = [cell for cell in row.cells if cell.strip()]
        if row.fault is None and not filled:
            continue
        number = _cell(row, sheet.places["number"])
        label = number or (tidy(filled[0]) if filled else "")
        if word(label.rstrip(" :")) in columns.totals and row.fault is None:
            continue
        if continues and not number and row.fault is None:
            number = above
        if number:
            above = number
        # Under a name of its own, a row without a number is seen and nobody's order.
        groups.setdefault(number or f"{document} row {row.number}", []).append(row)
    return groups


def _kept(name: str, rows: list[Record], sheet: Table, document: str, version: int) -> Kept:
    header = sheet.header.text
    buyer = sheet.places.get("buyer")
    subjects = [] if buyer is None else [_cell(row, buyer) for row in rows]
    return Kept(
        name=name,
        version=version,
        row=rows[0].number,
        text=pack(
            rows, document=document, version=version, header=header, delimiter=sheet.delimiter
        ),
        subject=next(filter(None, subjects), None),
        content=(header.rstrip("\r\n"), *(row.text.rstrip("\r\n") for row in rows)),
    )


def _cell(row: Record, place: int) -> str:
    return tidy(unescape(row.cells[place])) if place < len(row.cells) else ""
