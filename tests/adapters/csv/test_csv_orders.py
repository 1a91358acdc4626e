"""Orders are read from exports as they really are, and what is wrong is told with row and column."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ecomkit.adapters.csv import (
    ENGLISH,
    FRENCH,
    BlankNumber,
    CsvDialect,
    CsvFiles,
    OrderColumns,
    Standing,
)
from ecomkit.channels import (
    ChannelClaim,
    OrderPage,
    PageEntry,
    Payload,
    ReadOrder,
    UnreadableOrder,
)
from ecomkit.identifiers import ChannelId
from ecomkit.money import Currency, Money
from ecomkit.orders import ChargeKind, OrderState, PaymentState

HEADER = "Numéro;Date;Article;Qté;Prix;Port;Remise;Payé;Acheteur;État"
ROW = "A1;24/12/2025 14:05;Éléphant;2;12,50 €;4,90;;29,90;ada;Payée"
COLUMNS = OrderColumns(
    number="Numéro",
    placed_at="Date",
    title="Article",
    quantity="Qté",
    unit_price=("Prix", "Prix unitaire"),
    shipping="Port",
    discount="Remise",
    paid="Payé",
    buyer="Acheteur",
    status="État",
    constant_currency=Currency.EUR,
    words={
        "Payée": Standing.PAID,
        "Expédiée": Standing.SHIPPED,
        "Annulée": Standing.CANCELLED,
        "Remboursée": Standing.REFUNDED,
        "Retournée": Standing.RETURNED,
    },
)

Pull = Callable[..., tuple[PageEntry, ...]]


@pytest.fixture
def pull(tmp_path: Path) -> Pull:
    """Return what one export leads to."""

    def read(
        text: str | bytes,
        *,
        columns: OrderColumns = COLUMNS,
        dialect: CsvDialect = FRENCH,
    ) -> tuple[PageEntry, ...]:
        (tmp_path / "orders").mkdir(exist_ok=True)
        data = text.encode() if isinstance(text, str) else text
        (tmp_path / "orders" / "v.csv").write_bytes(data)
        files = CsvFiles(ChannelId("vinted"), folder=tmp_path, orders=columns, dialect=dialect)
        page: OrderPage = files.orders_after(None, page_size=1_000)
        assert not page.more
        return page.entries

    return read


def claim_of(entries: tuple[PageEntry, ...]) -> ChannelClaim:
    """Return the only claim."""
    [entry] = entries
    assert isinstance(entry, ReadOrder), entry
    return entry.claim


def faults_of(entries: tuple[PageEntry, ...]) -> tuple[str, ...]:
    """Return the faults of the only entry."""
    [entry] = entries
    assert isinstance(entry, UnreadableOrder), entry
    return entry.faults


def test_a_row_is_an_order(pull: Pull) -> None:
    """A French row is read in full."""
    claim = claim_of(pull(f"{HEADER}\n{ROW}\n"))
    [line] = claim.lines

    assert claim.number == "A1"
    assert claim.placed_at == datetime(2025, 12, 24, 13, 5, tzinfo=UTC)
    assert (line.id, line.listing, line.title) == ("1", "Éléphant", "Éléphant")
    assert (line.quantity, line.unit_price) == (2, Money(1250, Currency.EUR))
    assert [(c.kind, c.amount.amount) for c in claim.charges] == [(ChargeKind.SHIPPING, 490)]
    assert claim.paid == Money(2990, Currency.EUR)
    assert (claim.buyer, claim.status) == ("ada", ("Payée",))
    assert claim.states.payment is PaymentState.PAID


# -- what is read all the same --------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(f"{HEADER}\n{ROW}\n".encode(), id="utf-8"),
        pytest.param(f"{HEADER}\n{ROW}\n".encode("utf-8-sig"), id="utf-8 with a mark"),
        pytest.param(f"{HEADER}\n{ROW}\n".encode("cp1252"), id="windows-1252"),
        pytest.param(f"{HEADER}\n{ROW}\n".encode("utf-16"), id="utf-16 with a mark"),
        pytest.param(f"{HEADER}\n{ROW}\n".encode("utf-16-le"), id="utf-16 little, no mark"),
        pytest.param(f"{HEADER}\n{ROW}\n".encode("utf-16-be"), id="utf-16 big, no mark"),
        pytest.param(f"{HEADER}\n{ROW}\n".encode("utf-32"), id="utf-32 with a mark"),
        pytest.param(f"{HEADER}\r\n{ROW}\r\n".encode(), id="windows line ends"),
        pytest.param(f"{HEADER}\r{ROW}\r".encode(), id="old mac line ends"),
        pytest.param(f"{HEADER}\n{ROW}".encode(), id="no line end at the end"),
        pytest.param(f"sep=;\r\n{HEADER}\r\n{ROW}\r\n".encode(), id="sep line"),
        pytest.param(f"Export du 2 janvier\n\n# Ventes;\n{HEADER}\n{ROW}\n".encode(), id="titles"),
        pytest.param(f"\n\n{HEADER}\n\n{ROW}\n;;;;;;;;;\n\n".encode(), id="blank rows"),
        pytest.param(f"{HEADER}\n{ROW}\nTotal;;;2;25,00;;;;;\n".encode(), id="totals row"),
        pytest.param(
            f"{HEADER}\n{ROW}\n;;Total :;2;25,00;;;;;\n".encode(), id="totals, no number"
        ),
        pytest.param(f"{HEADER}\n{ROW}\n".replace(";", "\t").encode(), id="tabs"),
        pytest.param(f"{HEADER}\n{ROW}\n".replace(";", "|").encode(), id="bars"),
        pytest.param(
            f"{HEADER.upper().replace('QTÉ', ' qté  ')}\n{ROW}\n".encode(),
            id="capitals and blanks",
        ),
        pytest.param(f"{HEADER}\n{ROW}\n".replace("é", "e\u0301").encode(), id="accents apart"),
        pytest.param(f"{HEADER};Note;Note\n{ROW};x;y\n".encode(), id="two other columns alike"),
        pytest.param(f"{HEADER}\n{ROW};;;\n".encode(), id="blank cells beyond the header"),
        pytest.param(
            f"{HEADER}\n{ROW}\n".replace("Prix;", "Prix unitaire;").encode(), id="another name"
        ),
        pytest.param(f'{HEADER}\n"A1"{ROW[2:]}\n'.encode(), id="quoted"),
    ],
)
def test_a_sheet_is_read_as_it_comes(pull: Pull, data: bytes) -> None:
    """Encodings, delimiters, line ends and what stands around the rows are seen through."""
    claim = claim_of(pull(data))

    assert claim.number == "A1"
    assert claim.placed_at == datetime(2025, 12, 24, 13, 5, tzinfo=UTC)
    assert [(line.quantity, line.unit_price.amount) for line in claim.lines] == [(2, 1250)]
    assert claim.paid == Money(2990, Currency.EUR)


@pytest.mark.parametrize(
    ("cell", "cents"),
    [
        ("1 234,56 €", 123_456),
        ("1\u00a0234,56\u00a0€", 123_456),
        ("1\u202f234,56 EUR", 123_456),
        ("€ 12,5", 1_250),
        ("12", 1_200),
        ("1 234 567,00", 123_456_700),
        ("0,990", 99),
        ("'12,50", None),
        ("12.50", None),
        ("1.234", None),
        ("1 23,00", None),
        ("12,5,0", None),
        ("12,", None),
        ("12,505", None),
        ("12 $", None),
        ("1e5", None),
        ("١٢", None),
        ("gratuit", None),
        ("9" * 40, None),
    ],
)
def test_amounts_are_read_strictly(pull: Pull, cell: str, cents: int | None) -> None:
    """An amount has the dialect's marks, or its row and column are told."""
    entries = pull(f"{HEADER}\n{ROW.replace('12,50 €', cell)}\n")

    if cents is None:
        [fault] = faults_of(entries)
        assert fault.startswith("row 2, column Prix: ")
    else:
        assert claim_of(entries).lines[0].unit_price == Money(cents, Currency.EUR)


@pytest.mark.parametrize(
    ("cell", "instant"),
    [
        ("24/12/2025", "2025-12-23T23:00"),
        ("24/12/2025 à 14:05", "2025-12-24T13:05"),
        ("24/12/2025\u00a014:05:09", "2025-12-24T13:05"),
        ("2025-12-24T14:05:00Z", "2025-12-24T14:05"),
        ("01/07/2025 14:05", "2025-07-01T12:05"),
        # Of a time that passes twice the first; a time that is jumped over is the jump.
        ("26/10/2025 02:30", "2025-10-26T00:30"),
        ("30/03/2025 02:30", "2025-03-30T01:00"),
        ("12/24/2025", None),
        ("31/02/2025", None),
        ("45650,58", None),
        ("hier", None),
        ("٢٤/12/2025", None),
    ],
)
def test_dates_are_read_on_the_clocks_of_the_zone(
    pull: Pull, cell: str, instant: str | None
) -> None:
    """A date is read in one of the dialect's formats, or its row and column are told."""
    entries = pull(f"{HEADER}\n{ROW.replace('24/12/2025 14:05', cell)}\n")

    if instant is None:
        [fault] = faults_of(entries)
        assert fault.startswith("row 2, column Date: ")
    else:
        assert claim_of(entries).placed_at.isoformat()[:16] == instant


@pytest.mark.parametrize(
    ("cell", "units"),
    [
        ("", 1),
        ("3", 3),
        ("3,0", 3),
        ("1 000", 1000),
        ("0", None),
        ("-1", None),
        ("1,5", None),
        ("3,", None),
    ],
)
def test_units_are_whole_and_one_where_nothing_stands(
    pull: Pull, cell: str, units: int | None
) -> None:
    """A blank quantity is one unit; none, a half and fewer are faults."""
    entries = pull(f"{HEADER}\n{ROW.replace(';2;', f';{cell};')}\n")

    if units is None:
        [fault] = faults_of(entries)
        assert fault.startswith("row 2, column Qté: ")
    else:
        assert [line.quantity for line in claim_of(entries).lines] == [units]


# -- what is wrong ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("A1;;Éléphant;2;12,50;;;;;", "row 2, column Date: blank"),
        ("A1;24/12/2025;;2;12,50;;;;;", "row 2, column Article: blank"),
        ("A1;24/12/2025", "row 2, column Article: blank"),
        ("A1;24/12/2025;Tigre;9999999999999;5;;;;;", "row 2: ClaimLine.quantity must be"),
        (
            "4,03E+12;24/12/2025;Tigre;1;5;;;;;",
            "row 2, column Numéro: a number that a spreadsheet",
        ),
        ("A1;24/12/2025;1.2E+15;1;5;;;;;", "row 2, column Article: a number that a spreadsheet"),
        (
            "A1;24/12/2025;Tigre;1;-5,00;;;;;",
            "row 2, column Prix: below zero, so it is of no sale",
        ),
        ("A1;24/12/2025;Tigre;1;5;-4,90;;;;", "row 2, column Port: below zero"),
        (";24/12/2025;Éléphant;2;12,50;;;;;", "row 2, column Numéro: blank"),
        (f"{ROW};zu viel", "row 2: 11 cells below a header of 10"),
        ("A1;24/12/2025;Élé\0phant;2;12,50;;;;;", "row 2: a NUL character"),
        ('A1;24/12/2025;"Élé"phant;2;12,50;;;;;', "row 2: ';' expected after"),
        ('A1;24/12/2025;"Éléphant;2;12,50;;;;;', "row 2: unexpected end of data"),
        (f"A1;24/12/2025;{'x' * 201};2;12,50;;;;;", "row 2, column Article: ListingId must be"),
        ("A1;24/12/2025;x\u200b;2;12,50;;;;;", "row 2, column Article: ListingId must be"),
    ],
)
def test_a_row_that_cannot_be_read_says_where(pull: Pull, row: str, fault: str) -> None:
    """Each fault has its row and its column, and the rows go along as they were."""
    entries = pull(f"{HEADER}\n{row}\n")
    found = faults_of(entries)

    assert any(text.startswith(fault) for text in found), found
    [entry] = entries
    assert row.split(";", maxsplit=1)[0] in entry.payload.text


def test_all_faults_of_an_order_are_told(pull: Pull) -> None:
    """Not the first fault only: each of them, over all rows of the order."""
    text = f"{HEADER}\nA1;hier;Éléphant;0;x;;;;;\nA1;hier;;2;12,50;;;;;\n"

    assert [fault.partition(": ")[0] for fault in faults_of(pull(text))] == [
        "row 2, column Date",
        "row 3, column Date",
        "row 2, column Qté",
        "row 2, column Prix",
        "row 3, column Article",
    ]


def test_a_bad_row_keeps_no_other_from_coming(pull: Pull) -> None:
    """Also a quotation mark that nobody closed costs its own row only."""
    rows = [
        ROW,
        ROW.replace("A1", "A2").replace("12,50 €", "?"),
        ROW.replace("A1", "A3").replace("Éléphant", '"Éléphant'),
        ROW.replace("A1", "A4"),
        ROW.replace("A1", "A5"),
    ]
    entries = pull("\n".join([HEADER, *rows]))

    assert [
        entry.claim.number if isinstance(entry, ReadOrder) else entry.payload.object_id
        for entry in entries
    ] == ["A1", "A2", "v.csv row 4", "A4", "A5"]


def test_a_quotation_mark_that_is_never_closed_costs_its_row(pull: Pull) -> None:
    """However many rows follow: the first is given up, and reading goes on after it."""
    rows = [ROW.replace("A1", f"B{number}") for number in range(500)]
    first, *rest = pull("\n".join([HEADER, 'A1;24/12/2025;"Tigre;1;5', *rows]))

    assert isinstance(first, UnreadableOrder)
    assert first.payload.object_id == "v.csv row 2"
    assert [entry.payload.object_id for entry in rest] == [f"B{number}" for number in range(500)]


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        pytest.param(b"", "the file is empty", id="nothing"),
        pytest.param(b"\xef\xbb\xbf", "the file is empty", id="a mark only"),
        pytest.param(
            HEADER.replace("Prix", "Tarif").encode(), "no column 'Prix' or", id="missing"
        ),
        pytest.param(
            f"{HEADER};Date\n{ROW};x".encode(), "column 'Date' stands 2 times", id="twice"
        ),
        pytest.param(
            f"{HEADER};Prix unitaire\n".encode(), "column 'Prix' stands 2", id="two names"
        ),
        pytest.param(
            b"\x89PNG\r\n\x1a\n\x00\x00\x81\x8d\xff", "not utf-8 near byte", id="a picture"
        ),
        pytest.param(
            f"{HEADER}\n{ROW}".encode("utf-16")[:-1], "not utf-16 near byte", id="cut off"
        ),
        pytest.param(b"PK\x03\x04" + bytes(200), "no column", id="a workbook"),
    ],
)
def test_a_file_that_is_no_sheet_is_told_as_one(pull: Pull, data: bytes, fault: str) -> None:
    """A file that cannot be read at all stands among the orders with what is wrong, named."""
    entries = pull(data)

    assert any(text.startswith(fault) for text in faults_of(entries)), faults_of(entries)
    assert [entry.payload.object_id for entry in entries] == ["document v.csv"]


def test_a_given_encoding_is_kept_to(pull: Pull) -> None:
    """Bytes outside the encoding given are a fault, not a guess."""
    dialect = CsvDialect(zone="UTC", encoding="utf-8")

    [fault] = faults_of(pull(f"{HEADER}\n{ROW}\n".encode("cp1252"), dialect=dialect))
    assert fault == "not utf-8 near byte 3"


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", "null", '{"faults":[],"delimiter":";"}', "[" * 100_000, '"\\ud800"']
)
def test_a_payload_of_another_client_is_unreadable(tmp_path: Path, text: str) -> None:
    """What was not packed here is told as that, and raises nothing."""
    files = CsvFiles(ChannelId("vinted"), folder=tmp_path, orders=COLUMNS, dialect=FRENCH)
    entry = files.read_payload(Payload(channel=files.channel, object_id="A1", text=text))

    assert isinstance(entry, UnreadableOrder)
    assert entry.faults == ("payload: not packed by this client",)


# -- orders of several rows, money and words --------------------------------------------------


def test_rows_of_one_order_are_its_lines(pull: Pull) -> None:
    """Rows share a number, also apart from each other; what is told once counts for all."""
    text = f"{HEADER}\n{ROW}\nB1;24/12/2025;Tigre;1;5,00;;;;;\nA1;;Tigre;1;5,00;;-3,00;;;Payée\n"
    first, second = pull(text)
    assert isinstance(first, ReadOrder)
    assert isinstance(second, ReadOrder)

    assert [(line.id, line.listing) for line in first.claim.lines] == [
        ("1", "Éléphant"),
        ("2", "Tigre"),
    ]
    assert [charge.amount.amount for charge in first.claim.charges] == [490, -300]
    assert (first.payload.subject, second.payload.subject) == ("ada", None)


def test_a_merged_number_goes_on(pull: Pull) -> None:
    """Where the mapping says so, a row without a number is one more line of the order above."""
    text = f"{HEADER}\n{ROW}\n;;Tigre;1;5,00;;;;;\n"

    merged = OrderColumns(
        number="Numéro",
        placed_at="Date",
        title="Article",
        unit_price="Prix",
        constant_currency=Currency.EUR,
        blank_number=BlankNumber.CONTINUES,
    )
    assert len(claim_of(pull(text, columns=merged)).lines) == 2
    order, row = pull(text)
    assert isinstance(order, ReadOrder)
    assert isinstance(row, UnreadableOrder)


def test_rows_that_contradict_each_other_are_a_fault(pull: Pull) -> None:
    """What concerns the whole order is the same in all rows that say it."""
    text = f"{HEADER}\n{ROW}\n{ROW.replace('4,90', '3,90')}\n"

    assert faults_of(pull(text)) == ("row 3, column Port: '3,90' is not what row 2 says",)


def test_lines_may_have_names_of_their_own(pull: Pull) -> None:
    """Where a column tells lines apart, a row that is there twice is a fault and not two units."""
    columns = OrderColumns(
        number="Numéro",
        line="Ligne",
        placed_at="Date",
        listing="Réf",
        title="Article",
        unit_price="Prix",
        constant_currency=Currency.EUR,
    )
    head = "Numéro;Ligne;Date;Réf;Article;Prix"
    rows = ["A1;10;24/12/2025;T;Tigre;5", "A1;20;;T;Tigre;5"]

    claim = claim_of(pull("\n".join([head, *rows]), columns=columns))
    assert [(line.id, line.listing, line.title) for line in claim.lines] == [
        ("10", "T", "Tigre"),
        ("20", "T", "Tigre"),
    ]
    [fault] = faults_of(pull("\n".join([head, rows[0], *rows]), columns=columns))
    assert fault.startswith("payload: ChannelClaim.lines must be lines with ids of their own")


def test_a_total_of_three_units_keeps_its_cents(pull: Pull) -> None:
    """A price that does not divide is rounded up, and the cents too many are taken off again."""
    columns = OrderColumns(
        number="Numéro",
        placed_at="Date",
        title="Article",
        quantity="Qté",
        line_total="Prix",
        constant_currency=Currency.EUR,
    )
    claim = claim_of(pull(f"{HEADER}\n{ROW.replace(';2;', ';3;')}\n", columns=columns))
    [line], [cents] = claim.lines, claim.charges

    assert (line.unit_price.amount, cents.amount.amount, cents.line) == (417, -1, line.id)
    assert line.unit_price * 3 + cents.amount == Money(1250, Currency.EUR)


@pytest.mark.parametrize(
    ("status", "units"),
    [
        ("Payée", (0, 0, 0)),
        ("EXPÉDIÉE ", (0, 2, 0)),
        ("annulée", (2, 0, 0)),
        ("Remboursée", (2, 0, 0)),
        ("Retournée", (0, 2, 2)),
        ("En litige", (0, 0, 0)),
        ("", (0, 0, 0)),
    ],
)
def test_words_mean_what_the_table_says(
    pull: Pull, status: str, units: tuple[int, int, int]
) -> None:
    """A known word counts units; one that is not in the table stays a word."""
    claim = claim_of(pull(f"{HEADER}\n{ROW.replace('Payée', status)}\n"))
    [line] = claim.lines

    assert (line.cancelled, line.shipped, line.returned) == units
    assert claim.status == ((status.strip(),) if status else ())
    cancelled = OrderState.CANCELLED if units[0] else None
    assert claim.states.order is (OrderState.OPEN if status == "Payée" else cancelled)


def test_the_currency_may_stand_in_a_column(pull: Pull) -> None:
    """A code or a sign; another one beside the amount is a fault, a blank one too."""
    columns = OrderColumns(
        number="Order", placed_at="Date", listing="Item", unit_price="Price", currency="Currency"
    )

    def one(currency: str, price: str) -> tuple[PageEntry, ...]:
        text = f'Order,Date,Item,Price,Currency\n7,2025-12-24,I1,"{price}",{currency}\n'
        return pull(text, columns=columns, dialect=ENGLISH)

    assert claim_of(one("usd", "$1,234.50")).lines[0].unit_price == Money(123_450, Currency.USD)
    assert claim_of(one("€", "3")).currency is Currency.EUR
    assert "column Price: in USD, and EUR was expected" in faults_of(one("EUR", "$3"))[0]
    assert faults_of(one("", "3")) == ("row 2, column Currency: blank",)
    assert "column Currency: a currency is an ISO" in faults_of(one("BEANS", "3"))[0]


def test_text_kept_from_being_a_formula_is_that_text(pull: Pull) -> None:
    """The apostrophe that spreadsheet programs put before a sign is no part of a name."""
    claim = claim_of(pull(f"{HEADER}\n{ROW.replace('Éléphant', chr(39) + '-20% tigre')}\n"))

    assert [line.listing for line in claim.lines] == ["-20% tigre"]


def test_a_line_break_inside_quotation_marks_stays_in_the_title(pull: Pull) -> None:
    """The title has it; as the name of the listing it is one blank."""
    text = (
        f"{HEADER}\n{ROW.replace('Éléphant', chr(34) + 'Éléphant' + chr(10) + 'bleu' + chr(34))}"
    )
    [line] = claim_of(pull(text)).lines

    assert (line.title, line.listing) == ("Éléphant\nbleu", "Éléphant bleu")
