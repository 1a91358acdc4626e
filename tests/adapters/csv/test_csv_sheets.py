"""What is written as a sheet is read back equal, and no text in it is a formula."""

import csv
import io
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.adapters.csv import (
    ENGLISH,
    FRENCH,
    CsvDialect,
    CsvFileError,
    ListingColumns,
    OrderColumns,
    PurchaseOrderColumns,
    purchase_order_sheet,
    read_listings,
    read_purchase_order,
    stock_sheet,
    write_purchase_order,
)
from ecomkit.channels import Listing
from ecomkit.errors import EcomkitError, FieldError
from ecomkit.identifiers import ListingId, LocationId, PurchaseOrderId, Sku, SupplierId
from ecomkit.money import Currency, Money
from ecomkit.replenishment import ExpectedReceipt, PurchaseOrder

TRICKY = st.sampled_from("=+-@\t\r\n';,|\"€é\u00a0\u202f＝ 0aZ")
UNICODE = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", None)


def texts(*, max_size: int = 12) -> st.SearchStrategy[str]:
    """Texts that a careless reader or writer trips over."""
    any_text = st.text(
        st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=max_size
    )
    return st.one_of(st.text(TRICKY, max_size=max_size), any_text)


def identifiers(kind: Callable[[str], str]) -> st.SearchStrategy[str]:
    """Texts that are identifiers."""
    signs = st.sampled_from("=+-@';,|\"€é＝ 0aZ")
    letters = st.characters(categories=["L", "N", "P", "S"])
    shape = st.one_of(st.text(signs, max_size=8), st.text(letters, max_size=4))
    return shape.map(
        lambda text: f"{text.strip()}x" if text[-1:] in {" ", ""} else text.strip()
    ).map(kind)


def dialects() -> st.SearchStrategy[CsvDialect]:
    """Dialects whose encoding has a sign for every character."""
    return st.builds(
        lambda mark, **rest: CsvDialect(decimal_mark=mark, **rest),
        st.sampled_from(".,"),
        zone=st.sampled_from(["UTC", "Europe/Paris"]),
        delimiter=st.sampled_from([None, ";", ",", "\t", "|"]),
        encoding=st.sampled_from(UNICODE),
        day=st.sampled_from(["%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y"]),
    )


@st.composite
def listings(draw: st.DrawFn) -> list[Listing]:
    """Listings with ids of their own."""
    ids = draw(st.lists(identifiers(ListingId), max_size=5, unique=True))
    return [
        Listing(
            id=ListingId(one),
            sku_text=draw(texts()) or None,
            gtin_text=draw(st.none() | st.from_regex(r"\A0[0-9]{7}\Z")),
            title=draw(texts()),
            quantity=draw(st.none() | st.integers(-(10**9), 10**9)),
            price=draw(st.none() | st.integers(-(10**9), 10**9).map(euros)),
        )
        for one in ids
    ]


def euros(cents: int) -> Money:
    """Return cents as money."""
    return Money(cents, Currency.EUR)


def days() -> st.SearchStrategy[date]:
    """Days on which people order."""
    return st.dates(min_value=date(1900, 1, 1), max_value=date(2999, 12, 31))


@st.composite
def purchase_orders(draw: st.DrawFn) -> PurchaseOrder:
    """Purchase orders, some of them partly received."""
    number = PurchaseOrderId(draw(identifiers(PurchaseOrderId)))
    lines = [
        ExpectedReceipt(
            purchase_order=number,
            sku=Sku(draw(identifiers(Sku))),
            location=LocationId(draw(identifiers(LocationId))),
            quantity=draw(st.integers(1, 10**6)),
            received=draw(st.integers(0, 10**6)),
            expected_on=draw(days()),
        )
        for _ in range(draw(st.integers(1, 4)))
    ]
    supplier = draw(st.none() | identifiers(SupplierId))
    return PurchaseOrder(
        id=number,
        supplier=None if supplier is None else SupplierId(supplier),
        placed_on=draw(days()),
        lines=lines,
    )


@given(listings=listings(), dialect=dialects())
def test_a_stock_sheet_is_read_back_equal(listings: list[Listing], dialect: CsvDialect) -> None:
    """Whatever stands in the texts, and in whatever dialect."""
    columns = ListingColumns(price="Prix", currency=Currency.EUR)
    sheet = stock_sheet(listings, dialect=dialect, columns=columns)

    assert list(read_listings(sheet, dialect=dialect, columns=columns)) == listings


@given(order=purchase_orders(), dialect=dialects())
def test_a_purchase_order_is_read_back_equal(order: PurchaseOrder, dialect: CsvDialect) -> None:
    """Whatever stands in the texts, and in whatever dialect."""
    assert (
        read_purchase_order(purchase_order_sheet(order, dialect=dialect), dialect=dialect) == order
    )


@given(title=texts(), dialect=dialects())
def test_no_text_is_a_formula(title: str, dialect: CsvDialect) -> None:
    """A cell of text never starts with what a spreadsheet program would run, blanks or not."""
    mug = Listing(id=ListingId("1"), title=title, quantity=-5)
    text = stock_sheet([mug], dialect=dialect).decode(dialect.written_encoding)
    _, row = csv.reader(
        io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=dialect.written_delimiter
    )

    assert not row[3].startswith(("\t", "\r", "\n"))
    assert not row[3].lstrip().startswith(tuple("=+-@＝＋－＠"))
    # A number is a number, also below zero.
    assert row[4] == "-5"


def test_what_the_encoding_has_no_sign_for_is_refused() -> None:
    """Nothing is written with question marks in it."""
    dialect = CsvDialect(zone="UTC", encoding="cp1252")
    tiger = Listing(id=ListingId("1"), title="虎")

    with pytest.raises(CsvFileError, match="cannot be written in cp1252"):
        stock_sheet([tiger], dialect=dialect)


def test_a_zero_byte_is_refused() -> None:
    """A NUL cuts cells off in some programs, so none is written."""
    tiger = Listing(id=ListingId("1"), title="ti\0ger")

    with pytest.raises(CsvFileError, match="NUL"):
        stock_sheet([tiger], dialect=FRENCH)


def test_a_purchase_order_is_written_to_a_file(tmp_path: Path) -> None:
    """As a supplier opens it: a mark for the encoding, semicolons, French dates."""
    line = ExpectedReceipt(
        purchase_order=PurchaseOrderId("PO-1"),
        sku=Sku("ELEPHANT-KNIT"),
        location=LocationId("LYON"),
        quantity=48,
        expected_on=date(2026, 10, 8),
    )
    order = PurchaseOrder(id=PurchaseOrderId("PO-1"), placed_on=date(2026, 10, 1), lines=[line])
    path = tmp_path / "commande.csv"
    columns = PurchaseOrderColumns(number="Commande", sku="Réf.", quantity="Qté")
    write_purchase_order(order, path=path, dialect=FRENCH, columns=columns)

    assert path.read_text(encoding="utf-8-sig").splitlines() == [
        "Commande;ordered on;supplier;Réf.;deliver to;Qté;received;expected on",
        "PO-1;01/10/2026;;ELEPHANT-KNIT;LYON;48;0;08/10/2026",
    ]


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ([], "no row says when it was ordered"),
        (["PO-1;2026-10-01;;S;L;0;0;2026-10-08"], "row 2: ExpectedReceipt.quantity"),
        (["PO-1;2026-10-01;;S;L;1;0;demain"], "row 2, column expected on: not a date"),
        (
            ["PO-1;2026-10-01;;S;L;1;0;2026-10-08", "PO-2;2026-10-01;;S;L;1;0;2026-10-08"],
            "row 3, column purchase order: 'PO-2' is not what row 2 says",
        ),
    ],
)
def test_a_purchase_order_with_faults_is_refused(rows: list[str], fault: str) -> None:
    """A supplier's file is taken whole or not."""
    head = ";".join(names[0] for names in PurchaseOrderColumns().written.values())

    with pytest.raises(CsvFileError) as caught:
        read_purchase_order("\n".join([head, *rows]).encode(), dialect=ENGLISH)
    assert any(text.startswith(fault) for text in caught.value.faults), caught.value.faults


NONSENSE: list[object] = [
    None,
    True,
    -1,
    1.5,
    " ",
    "a\nb",
    b"x",
    object(),
    [None],
    (object(),),
    {},
]


@pytest.mark.parametrize(
    "value",
    [
        FRENCH,
        ListingColumns(price="Prix", currency=Currency.EUR),
        PurchaseOrderColumns(),
        OrderColumns(
            number="N°",
            placed_at="Date",
            title="Article",
            unit_price="Prix",
            constant_currency=Currency.EUR,
        ),
    ],
    ids=lambda value: type(value).__name__,
)
def test_nonsense_is_refused_by_an_error_of_ours(value: Any) -> None:
    """Each field of a dialect and of a mapping takes what it knows, or refuses it by name."""
    refused = 0
    for field in attrs.fields(type(value)):
        for nonsense in NONSENSE:
            try:
                attrs.evolve(value, **{field.name: nonsense})
            except EcomkitError as error:
                assert str(error)
                refused += 1

    assert refused > 5 * len(attrs.fields(type(value)))


@pytest.mark.parametrize(
    "wrong",
    [
        {"zone": "Mars/Olympus"},
        {"delimiter": "x"},
        {"encoding": "no such"},
        {"encoding": "rot13"},
        {"decimal_mark": ";"},
        {"grouping": "."},
        {"grouping": "1"},
        {"dates": ()},
        {"dates": ["%c"]},
        {"dates": ["%d %B %m"]},
        {"day": "%d/%m"},
    ],
)
def test_a_dialect_is_checked(wrong: dict[str, object]) -> None:
    """What could not be read or written with is refused when the dialect is made."""
    with pytest.raises(ValueError, match=r"must be|zone"):
        CsvDialect(**{"zone": "UTC", **wrong})  # type: ignore[arg-type]  # on purpose


@pytest.mark.parametrize(
    "wrong",
    [
        {"unit_price": None},
        {"line_total": "Total"},
        {"currency": "Devise"},
        {"constant_currency": None},
        {"title": None},
        {"number": ""},
        {"number": ()},
        {"number": 7},
        {"words": {"Payée": "paid"}},
        {"totals": "total"},
        {"blank_number": "continues"},
    ],
)
def test_a_mapping_is_checked(wrong: dict[str, object]) -> None:
    """A mapping that leaves something open is refused when it is made."""
    sound: dict[str, object] = {
        "number": "N°",
        "placed_at": "Date",
        "title": "Article",
        "unit_price": "Prix",
        "constant_currency": Currency.EUR,
    }
    with pytest.raises(FieldError):
        OrderColumns(**{**sound, **wrong})  # type: ignore[arg-type]  # on purpose
