"""Sheets that people may put in, by mistake or on purpose."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ecomkit.adapters.csv import (
    ENGLISH,
    FRENCH,
    CsvFiles,
    OrderColumns,
    read_listings,
    read_purchase_order,
    stock_sheet,
)
from ecomkit.channels import Listing
from ecomkit.identifiers import ChannelId, ListingId
from ecomkit.money import Currency
from hostility._corpus import Case

__all__ = ["sheet_cases"]

COLUMNS = OrderColumns(
    number="order",
    placed_at="date",
    listing="item",
    title="title",
    unit_price="price",
    quantity="units",
    shipping="shipping",
    discount="discount",
    paid="paid",
    buyer="buyer",
    status="status",
    constant_currency=Currency.EUR,
)
HEADER = "order,date,item,title,price,units,shipping,discount,paid,buyer,status"
ROW = "1001,2026-11-20 09:00,M-1,Mug,12.50,2,3.90,0.00,28.90,ada@example.com,paid"
LISTINGS = "listing,sku,gtin,title,quantity,price\n77,MUG,4006381333931,A mug,4,12.50\n"
PURCHASE = (
    "purchase order,ordered on,supplier,sku,deliver to,quantity,received,expected on\n"
    "PO-1,2026-11-20,ACME,MUG,MAIN,10,0,2026-12-01\n"
)

CELLS = [
    "",
    " ",
    '""',
    "=1+1",
    '=HYPERLINK("https://evil.example")',
    "+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "x" * 200_000,
    "9" * 4_000,
    "-1",
    "0",
    "1e200000",
    "1e9",
    "NaN",
    "Infinity",
    "0.1.2",
    "1,2,3",
    '"1,234.56"',
    "12.345678901234567890",
    "0x10",
    "٣",
    "１２",
    "½",
    "−5",
    "(5)",
    "5-",
    "$5",
    "5 €",
    "\x00",
    "a\x00b",
    "\x1b[31m",
    "\u202eabc",
    "\ufeff",
    "\u2028",
    '"a\nb"',
    '"a""b"',
    '"open',
    'a"b',
    "2026-99-99",
    "0001-01-01",
    "9999-12-31 23:59",
    "29/02/2025",
    "../../etc/passwd",
    "null",
    "#REF!",
    "#N/A",
]
"""What may stand in a cell, as it is written."""


def _whole_files() -> Iterator[tuple[str, bytes]]:
    good = f"{HEADER}\n{ROW}\n"
    data = good.encode()
    yield "empty", b""
    yield "blank lines", b"\n" * 10_000
    yield "one quote", b'"'
    yield "only a header", f"{HEADER}\n".encode()
    yield "header twice", f"{HEADER}\n{HEADER}\n{ROW}\n".encode()
    yield "columns twice", f"{HEADER},order,price\n{ROW},2,3\n".encode()
    yield "NULs", b"\x00" * 5_000
    yield "a NUL in the middle", data.replace(b"Mug", b"M\x00ug")
    yield "no text", bytes(range(256)) * 40
    yield "a picture", b"\x89PNG\r\n\x1a\n" + bytes(2_000)
    yield "a workbook", b"PK\x03\x04" + bytes(2_000)
    yield "open quote", data + b'1002,"2026-11-20' + b",x\n" * 20_000
    yield "quotes", b'"' * 100_001
    yield "one long line", b"x," * 200_000
    yield "one long cell", b"x" * 2_000_000
    yield "many columns", (",".join(f"c{n}" for n in range(20_000)) + "\n").encode()
    yield "wide rows", f"{HEADER}\n{ROW}{',x' * 5_000}\n".encode()
    yield "short rows", f"{HEADER}\n1001\n1002,2026\n".encode()
    yield "many orders", (f"{HEADER}\n" + f"{ROW}\n" * 2_000).encode()
    yield "sep of a letter", b"sep=o\n" + data
    yield "sep of a quote", b'sep="\n' + data
    yield "sep of a line", b"sep=\n\n" + data
    yield "HTML", b"<html><table><tr><td>order</td></tr></table></html>"
    yield "bare CR", good.replace("\n", "\r").encode()
    yield "mixed ends", f"{HEADER}\r\n{ROW}\r{ROW}\n\r{ROW}\x0b{ROW}\x85{ROW}".encode()
    for encoding in ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "cp500"):
        yield f"in {encoding}", good.replace("Mug", "Café").encode(encoding)
    yield "half a UTF-16", good.encode("utf-16")[:-1]
    yield "a mark alone", b"\xff\xfe"
    yield "broken UTF-8", data + b"\xc3\x28\xa0\xa1\xe2\x28\xa1\xf0\x28\x8c\xbc"
    yield "surrogates", data + b"\xed\xa0\x80"
    draw = random.Random(7)  # noqa: S311 (a seed)
    for place in range(60):
        yield f"cut at {place}", data[: len(data) * place // 60]
        flipped = bytearray(data)
        for _ in range(4):
            flipped[draw.randrange(len(flipped))] = draw.randrange(256)
        yield f"flipped {place}", bytes(flipped)


def _with_cell(text: str, *, place: int, raw: str) -> bytes:
    header, row, *_ = text.split("\n")
    cells = row.split(",")
    cells[place] = raw
    return f"{header}\n{','.join(cells)}\n".encode("utf-8", "surrogatepass")


def _files() -> Iterator[tuple[str, bytes]]:
    yield from _whole_files()
    for place in range(len(ROW.split(","))):
        for raw in CELLS:
            yield (
                f"cell {place} {raw!r:.20}",
                _with_cell(f"{HEADER}\n{ROW}\n", place=place, raw=raw),
            )


def _pulled(data: bytes) -> Any:
    """Read a file as an export of orders, all of them."""
    with tempfile.TemporaryDirectory() as folder:
        exports = Path(folder) / "orders"
        exports.mkdir()
        (exports / "export.csv").write_bytes(data)
        files = CsvFiles(ChannelId("market"), folder=Path(folder), orders=COLUMNS, dialect=ENGLISH)
        return files.orders_after(None, page_size=50)


def _written(text: str) -> Any:
    """Write a listing with *text* in it; no cell of the sheet may begin as a formula does."""
    listing = Listing(id=ListingId("77"), sku_text=text or None, title=text, quantity=1)
    sheet = stock_sheet([listing], dialect=ENGLISH).decode("utf-8-sig")
    (back,) = read_listings(stock_sheet([listing], dialect=ENGLISH), dialect=ENGLISH)
    for cell in sheet.replace('"', "").split("\r\n", 1)[1].split(","):
        assert cell[:1] not in set("=+-@\t\r"), f"a formula was written: {cell!r:.40}"
    return back


def sheet_cases() -> Iterator[Case]:
    """Yield files of orders, listings and purchase orders, and texts to write."""
    for name, data in _files():
        yield Case(group="csv orders", name=name, run=lambda data=data: _pulled(data))
    for group, text, read in (
        ("csv listings", LISTINGS, lambda data: read_listings(data, dialect=ENGLISH)),
        ("csv purchases", PURCHASE, lambda data: read_purchase_order(data, dialect=FRENCH)),
    ):
        for place in range(6):
            for raw in CELLS:
                data = _with_cell(text, place=place, raw=raw)
                yield Case(
                    group=group,
                    name=f"cell {place} {raw!r:.20}",
                    run=lambda data=data, read=read: read(data),
                )
        for name, data in _whole_files():
            yield Case(group=group, name=name, run=lambda data=data, read=read: read(data))
    for text in CELLS:
        yield Case(group="csv sheets", name=f"{text!r:.20}", run=lambda text=text: _written(text))
