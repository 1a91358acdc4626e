"""A folder of sheets keeps the laws of its roles, blocking and asyncio."""

import csv
import functools
import io
import os
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ecomkit.adapters.csv import (
    FRENCH,
    AsyncCsvFiles,
    BlankNumber,
    CsvFiles,
    OrderColumns,
)
from ecomkit.channels import ClaimLine, OrderSource, StockSink
from ecomkit.identifiers import ChannelId, ListingId
from ecomkit.money import Currency
from ecomkit.ports import ManualClock
from ecomkit.testing.conformance import (
    OrderSourceConformance,
    StockSinkConformance,
    awaited,
)

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
COLUMNS = OrderColumns(
    number="N° de commande",
    placed_at="Date d’achat",
    listing="Réf. annonce",
    title="Article",
    quantity="Qté",
    unit_price="Prix unitaire",
    status="État",
    constant_currency=Currency.EUR,
    blank_number=BlankNumber.CONTINUES,
)
HEADER = [
    "N° de commande",
    "Date d’achat",
    "Réf. annonce",
    "Article",
    "Qté",
    "Prix unitaire",
    "État",
]

LOOPS: list[object] = []
"""Kept, since a loop that is closed while another one runs complains."""


@functools.lru_cache(maxsize=1)
def read(data: bytes) -> list[dict[str, str]]:
    """Read a sheet of ours without the client; the kit looks at it a thousand times."""
    text = data.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))


class Person:
    """Somebody who exports, downloads and keys in: acts on the files, never through the client."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.exports = 0
        self.changes = 0
        self.rows: dict[str, list[list[str]]] = {}
        (folder / "orders").mkdir(parents=True)

    def export(self, *numbers: str) -> None:
        """Put an export of these orders into the folder, a second after the one before."""
        self.exports += 1
        path = self.folder / "orders" / f"ventes-{self.exports:03}.csv"
        self.write(path, [HEADER, *(row for number in numbers for row in self.rows[number])])
        seconds = 1_700_000_000 + self.exports
        os.utime(path, (seconds, seconds))

    def write(self, path: Path, rows: Sequence[Sequence[str]]) -> None:
        """Write a sheet as a French spreadsheet program does."""
        text = io.StringIO(newline="")
        csv.writer(text, delimiter=";").writerows(rows)
        path.write_bytes(text.getvalue().encode("cp1252"))

    def place(self, number: str, lines: Sequence[ClaimLine]) -> None:
        """A shopper has bought, and the person exports."""
        self.rows[number] = [
            [
                "" if place else number,
                "" if place else "24/12/2025 14:05",
                line.listing,
                line.title,
                str(line.quantity),
                f"{line.unit_price.to_decimal()} €".replace(".", ","),
                "Payée",
            ]
            for place, line in enumerate(lines)
        ]
        self.export(number)

    def touch(self, number: str, place: int, text: str) -> None:
        """Something of an order is another, and the person exports."""
        self.rows[number][0][place] = text
        self.export(number)


class TestOrderSource(OrderSourceConformance):
    """Orders from exports."""

    room: Path

    @pytest.fixture(autouse=True)
    def _room(self, tmp_path: Path) -> None:
        self.room = tmp_path

    def make_source(self) -> OrderSource:
        """Return a client of an empty folder."""
        return self.make_files()

    def make_files(self) -> CsvFiles:
        """Return the same, seen as what it is."""
        self.person = Person(Path(tempfile.mkdtemp(dir=self.room)))
        return CsvFiles(
            ChannelId("vinted"), folder=self.person.folder, orders=COLUMNS, dialect=FRENCH
        )

    def place(self, number: str, lines: Sequence[ClaimLine]) -> str:
        """A shopper buys."""
        self.person.place(number, lines)
        return number

    def change(self, number: str) -> None:
        """The order has another word for its state."""
        self.person.changes += 1
        self.person.touch(number, 6, f"Étape {self.person.changes}")

    def change_unseen(self, number: str) -> None:
        """An export of the change is downloaded, and lies about elsewhere."""
        self.change(number)
        [*_, path] = sorted(self.person.folder.glob("orders/*.csv"))
        path.replace(self.person.folder / path.name)

    def reveal(self) -> None:
        """Exports that lay about are put where they belong, with the dates that they have."""
        for path in self.person.folder.glob("ventes-*.csv"):
            path.replace(self.person.folder / "orders" / path.name)

    def spoil(self, number: str) -> None:
        """Somebody has typed over the price."""
        self.person.touch(number, 5, "voir avec Marie")


class TestAsyncOrderSource(TestOrderSource):
    """The same, awaited."""

    def make_source(self) -> OrderSource:
        """Return an async client of an empty folder."""
        made: OrderSource = awaited(AsyncCsvFiles(self.make_files()))
        LOOPS.append(made)
        return made


class TestStockSink(StockSinkConformance):
    """Stock as a sheet."""

    room: Path

    @pytest.fixture(autouse=True)
    def _room(self, tmp_path: Path) -> None:
        self.room = tmp_path

    def make_sink(self) -> StockSink:
        """Return a client of a folder without listings."""
        return self.make_files()

    def make_files(self) -> CsvFiles:
        """Return the same, seen as what it is."""
        self.person = Person(Path(tempfile.mkdtemp(dir=self.room)))
        return CsvFiles(
            ChannelId("vinted"),
            folder=self.person.folder,
            orders=COLUMNS,
            dialect=FRENCH,
            clock=ManualClock(NOON),
        )

    def put_up(self, count: int) -> Sequence[ListingId]:
        """The person exports the listings."""
        ids = [ListingId(f"L{place}") for place in range(count)]
        rows = [["listing", "title", "quantity"], *([listing, "-", "7"] for listing in ids)]
        self.person.write(self.person.folder / "listings.csv", rows)
        return ids

    def _rows(self) -> list[dict[str, str]]:
        for name in ("stock.csv", "listings.csv"):
            path = self.person.folder / name
            if path.exists():
                return read(path.read_bytes())
        raise AssertionError("no sheet")

    def observed(self, listing: ListingId) -> int | None:
        """Look into the sheet that a person would open."""
        found = {row["listing"]: int(row["quantity"]) for row in self._rows()}
        return found.get(listing)

    def show(self, listing: ListingId, quantity: int) -> None:
        """The person types over a quantity."""
        rows = [dict(row) for row in self._rows()]
        for row in rows:
            if row["listing"] == listing:
                row["quantity"] = str(quantity)
        self.person.write(
            self.person.folder / "stock.csv",
            [list(rows[0]), *(list(row.values()) for row in rows)],
        )


class TestAsyncStockSink(TestStockSink):
    """The same, awaited."""

    def make_sink(self) -> StockSink:
        """Return an async client of a folder without listings."""
        made: StockSink = awaited(AsyncCsvFiles(self.make_files()))
        LOOPS.append(made)
        return made
