"""Sheets for people: stock to key in, purchase orders to send; and both read back."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from ecomkit.adapters.csv._cells import Cell, amount_of, date_of, named, quantity_of, spell
from ecomkit.adapters.csv._dialect import CsvDialect
from ecomkit.adapters.csv._errors import CsvFileError
from ecomkit.adapters.csv._folder import write_whole
from ecomkit.adapters.csv._reading import RowReader, same
from ecomkit.adapters.csv._sheet_columns import ListingColumns, PurchaseOrderColumns
from ecomkit.adapters.csv._table import Wanted, table
from ecomkit.channels import Listing
from ecomkit.errors import InputError, shown
from ecomkit.identifiers import ListingId, LocationId, PurchaseOrderId, Sku, SupplierId
from ecomkit.replenishment import ExpectedReceipt, PurchaseOrder

__all__ = [
    "purchase_order_sheet",
    "read_listings",
    "read_purchase_order",
    "stock_sheet",
    "write_purchase_order",
]

T = TypeVar("T")

FAULTS_MAX = 100


def _sheet(
    columns: Wanted, rows: Iterable[Sequence[Cell]], *, dialect: CsvDialect, name: str
) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=dialect.written_delimiter, lineterminator="\r\n")
    try:
        writer.writerow([spell(names[0], dialect=dialect) for names in columns.values()])
        for row in rows:
            writer.writerow([spell(cell, dialect=dialect) for cell in row])
        return text.getvalue().encode(dialect.written_encoding)
    except UnicodeEncodeError as error:
        lost = shown(error.object[error.start : error.start + 1])
        fault = f"{lost} cannot be written in {dialect.written_encoding}"
    except ValueError as error:
        fault = str(error)
    raise CsvFileError(document=name, faults=(fault,))


def _rows(
    data: bytes, *, name: str, dialect: CsvDialect, needed: Wanted, more: Wanted, faults: list[str]
) -> list[RowReader]:
    """Return the rows that are not blank; what is wrong in them is added to *faults*."""
    rows = []
    names = {**needed, **more}
    with table(io.BytesIO(data), name=name, dialect=dialect, needed=needed, more=more) as sheet:
        for record in sheet.rows:
            if record.fault is not None or any(cell.strip() for cell in record.cells):
                row = RowReader(record, places=sheet.places, names=names, faults=faults)
                row.check_width(len(sheet.header.cells))
                rows.append(row)
    return rows


def _whole(name: str, faults: Sequence[str]) -> None:
    """Refuse a sheet of which a part could not be read."""
    if faults:
        raise CsvFileError(document=name, faults=tuple(faults[:FAULTS_MAX]))


def stock_sheet(
    listings: Iterable[Listing],
    *,
    dialect: CsvDialect,
    columns: ListingColumns | None = None,
    name: str = "stock.csv",
) -> bytes:
    """
    Return *listings* as a sheet, one a row, with the quantity that each is to show.

    Raises:
        CsvFileError: If the encoding has no sign for a character, or a text has a NUL.

    >>> from ecomkit.adapters.csv import FRENCH
    >>> mug = Listing(id=ListingId("77"), sku_text="MUG", title="=Mug", quantity=4)
    >>> stock_sheet([mug], dialect=FRENCH).decode("utf-8-sig").splitlines()
    ['listing;sku;gtin;title;quantity', "77;MUG;;'=Mug;4"]
    """
    columns = columns or ListingColumns()
    written = columns.written

    def row(listing: Listing) -> list[Cell]:
        cells: dict[str, Cell] = {
            "listing": listing.id,
            "sku": listing.sku_text,
            "gtin": listing.gtin_text,
            "title": listing.title,
            "quantity": listing.quantity,
            "price": listing.price,
        }
        return [cells[field] for field in written]

    return _sheet(written, map(row, listings), dialect=dialect, name=name)


def read_listings(
    data: bytes,
    *,
    dialect: CsvDialect,
    columns: ListingColumns | None = None,
    name: str = "listings.csv",
) -> tuple[Listing, ...]:
    """
    Return the listings of a sheet, in its order.

    Raises:
        CsvFileError: With every fault in it: a half-read list of what is on sale is none.
    """
    columns = columns or ListingColumns()
    faults: list[str] = []
    found: dict[ListingId, Listing] = {}
    money = partial(amount_of, currency=columns.currency, dialect=dialect)
    whole = partial(quantity_of, dialect=dialect)
    for row in _rows(
        data, name=name, dialect=dialect, needed=columns.needed, more=columns.more, faults=faults
    ):
        before = len(faults)
        listing = row.read("listing", _identifier(ListingId))
        quantity, price = row.may("quantity", whole), row.may("price", money)
        if listing in found:
            row.note(f"{shown(row.text('listing'))} stands twice", field="listing")
        if len(faults) == before:
            found[listing] = Listing(
                id=listing,
                sku_text=row.text("sku") or None,
                gtin_text=row.text("gtin") or None,
                title=row.text("title"),
                quantity=quantity,
                price=price,
            )
    _whole(name, faults)
    return tuple(found.values())


def purchase_order_sheet(
    order: PurchaseOrder,
    *,
    dialect: CsvDialect,
    columns: PurchaseOrderColumns | None = None,
    name: str = "purchase order",
) -> bytes:
    """
    Return a purchase order as a sheet for its supplier, one line a row.

    Raises:
        CsvFileError: If the encoding has no sign for a character.
    """
    rows = (
        (
            order.id,
            order.placed_on,
            order.supplier,
            line.sku,
            line.location,
            line.quantity,
            line.received,
            line.expected_on,
        )
        for line in order.lines
    )
    written = (columns or PurchaseOrderColumns()).written
    return _sheet(written, rows, dialect=dialect, name=name)


def write_purchase_order(
    order: PurchaseOrder,
    *,
    path: Path,
    dialect: CsvDialect,
    columns: PurchaseOrderColumns | None = None,
) -> None:
    """
    Write a purchase order to a file, whole or not at all.

    Raises:
        CsvFileError: As :func:`purchase_order_sheet` does.
        OSError: If the file cannot be written.
    """
    sheet = purchase_order_sheet(order, dialect=dialect, columns=columns, name=path.name)
    write_whole(path, sheet)


def read_purchase_order(
    data: bytes,
    *,
    dialect: CsvDialect,
    columns: PurchaseOrderColumns | None = None,
    name: str = "purchase order",
) -> PurchaseOrder:
    """
    Return the purchase order in a sheet, such as one that a supplier has filled in.

    Raises:
        CsvFileError: With every fault in it.
    """
    columns = columns or PurchaseOrderColumns()
    faults: list[str] = []
    day = partial(date_of, dialect=dialect)
    whole = partial(quantity_of, dialect=dialect)
    rows = _rows(data, name=name, dialect=dialect, needed=columns.written, more={}, faults=faults)

    def receipt(row: RowReader) -> ExpectedReceipt | None:
        before = len(faults)
        fields: dict[str, Any] = {
            "purchase_order": row.read("number", _identifier(PurchaseOrderId)),
            "sku": row.read("sku", _identifier(Sku)),
            "location": row.read("location", _identifier(LocationId)),
            "quantity": row.read("quantity", whole),
            "received": row.may("received", whole) or 0,
            "expected_on": row.read("expected_on", day),
        }
        if len(faults) == before:
            try:
                return ExpectedReceipt(**fields)
            except InputError as error:
                row.note(str(error))
        return None

    lines = [receipt(row) for row in rows]
    supplier = same(rows, "supplier", _identifier(SupplierId))
    placed_on = same(rows, "placed_on", day)
    number = same(rows, "number", _identifier(PurchaseOrderId))
    if not faults and placed_on is None:
        faults.append("no row says when it was ordered")  # also where there is no row
    _whole(name, faults)
    # All rows say one number, or that would have been a fault.
    return PurchaseOrder(id=number, supplier=supplier, placed_on=placed_on, lines=lines)  # type: ignore[arg-type]  # else there are faults


def _identifier(kind: Callable[[str], T]) -> Callable[[str], T]:
    def parse(text: str) -> T:
        named(text)
        # As it is, also with two blanks inside: it was written so.
        return kind(text.strip())

    return parse
