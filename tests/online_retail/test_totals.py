"""The stream of events loses nothing: its sums are those of the file, found another way."""

import csv
import lzma
from collections import Counter
from decimal import Decimal

import pytest
from online_retail._assumptions import Assumptions, Selection
from online_retail._source import DATA, Reason, SenselessRow
from online_retail._totals import totals_of_source
from online_retail._world import (
    ChargesBooked,
    Event,
    InvoicePlaced,
    OpeningCounted,
    UnitsCancelled,
    World,
)

from ecomkit.money import Money

SourceRow = dict[str, str]

CHARGE_CODES = {
    "POST",
    "DOT",
    "M",
    "D",
    "C2",
    "S",
    "B",
    "BANK CHARGES",
    "AMAZONFEE",
    "CRUK",
    "PADS",
}


@pytest.fixture(scope="module")
def rows() -> list[SourceRow]:
    """All rows of the file as texts, read with nothing but the standard library."""
    with lzma.open(DATA, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def amount_of(row: SourceRow) -> Decimal:
    """Quantity times price of a row of the file."""
    return int(row["Quantity"]) * Decimal(row["UnitPrice"])


def is_charge_code(code: str) -> bool:
    """The tests' own idea of a charge."""
    return code in CHARGE_CODES or code.startswith("GIFT_0001_")


def rows_of(rows: list[SourceRow], selection: Selection) -> list[SourceRow]:
    """The rows of the file that belong to *selection*, found in two passes."""
    products = {
        code
        for code in {row["StockCode"].upper() for row in rows}
        if not is_charge_code(code) and selection.takes(code)
    }
    invoices = {row["InvoiceNo"] for row in rows if row["StockCode"].upper() in products}
    return [
        row
        for row in rows
        if row["StockCode"].upper() in products
        or (
            is_charge_code(row["StockCode"].upper())
            and (row["InvoiceNo"] in invoices or selection.is_everything)
        )
    ]


class Sums:
    """What the events of a run add up to."""

    def __init__(self, selection: Selection) -> None:
        self.rows = Counter()
        self.sold_units = self.cancelled_units = self.senseless_units = 0
        self.net = Decimal(0)
        self.senseless = Counter()
        self.partly = Counter()
        self.invoices = set()
        for event in World(selection=selection).events():
            self.add(event)

    def add(self, event: Event) -> None:
        """Count one event."""
        if isinstance(event, SenselessRow):
            self.rows[event.number] += 1
            self.senseless[event.reason] += 1
            self.partly[event.number] += event.reason is Reason.NO_EARLIER_SALE
            self.senseless_units += 0 if is_charge_code(event.sku) else event.quantity
            self.net += event.amount
            self.invoices.add(event.invoice)
        elif not isinstance(event, OpeningCounted):
            self.invoices.add(event.invoice)
            for charge in event.charges:
                self.rows[charge.line] += 1
                self.net += charge.amount.to_decimal()
            if isinstance(event, InvoicePlaced):
                for line in event.lines:
                    self.rows[line.line] += 1
                    self.sold_units += line.quantity
                    self.net += line.amount.to_decimal()
            elif isinstance(event, UnitsCancelled):
                for line in event.lines:
                    self.rows[line.line] += 1
                    self.cancelled_units += line.quantity
                    self.net -= line.amount.to_decimal()
            else:
                assert isinstance(event, ChargesBooked)


def test_the_file_has_its_published_totals(rows: list[SourceRow]) -> None:
    """The file is the one that was published: rows, invoices, codes, customers, units, revenue."""
    assert len(rows) == 541_909
    assert len({row["InvoiceNo"] for row in rows}) == 25_900
    assert len({row["StockCode"] for row in rows}) == 4_070
    assert len({row["CustomerID"] for row in rows} - {""}) == 4_372
    assert sum(int(row["Quantity"]) for row in rows) == 5_176_450
    # Published rounded to the penny; four prices of a tenth of a penny make the rest.
    assert Decimal("9747747.934") == sum(map(amount_of, rows))


def test_the_file_has_its_published_sales(rows: list[SourceRow]) -> None:
    """The sales rule (quantity and price above zero, no C) gives the known lines, units and revenue."""
    sales = [
        row
        for row in rows
        if int(row["Quantity"]) > 0
        and Decimal(row["UnitPrice"]) > 0
        and not row["InvoiceNo"].startswith("C")
    ]

    assert len(sales) == 530_104
    assert len({row["InvoiceNo"] for row in sales}) == 19_960
    assert sum(int(row["Quantity"]) for row in sales) == 5_588_376
    assert Decimal("10666684.544") == sum(map(amount_of, sales))


@pytest.mark.parametrize(
    "selection",
    [
        pytest.param(Assumptions().selection, id="default"),
        pytest.param(Selection.of("23166", "23843"), id="two"),
        pytest.param(Selection.everything(), id="everything", marks=pytest.mark.slow),
    ],
)
def test_events_sum_to_the_source(rows: list[SourceRow], selection: Selection) -> None:
    """Every row of a selection comes out of the stream, and its units and money sum to the file's."""
    mine = rows_of(rows, selection)
    sums = Sums(selection)
    products = [row for row in mine if not is_charge_code(row["StockCode"].upper())]

    assert len(mine) == len(sums.rows)
    assert {row["InvoiceNo"] for row in mine} == sums.invoices
    assert sum(map(amount_of, mine)) == sums.net
    assert sum(int(row["Quantity"]) for row in products) == (
        sums.sold_units - sums.cancelled_units + sums.senseless_units
    )
    # Rows taken back in part, for want of earlier sales, come out twice, and nothing else does.
    twice = {number for number, times in sums.rows.items() if times > 1}
    assert {2} >= {sums.rows[number] for number in twice}
    assert all(sums.partly[number] for number in twice)


@pytest.mark.slow
def test_reasons_of_the_whole_file() -> None:
    """The quarantined rows of the whole file, by reason, are those that the README states."""
    assert Sums(Selection.everything()).senseless == {
        Reason.NEGATIVE_QUANTITY: 1_336,
        Reason.NO_PRICE: 1_179,
        Reason.NO_EARLIER_SALE: 1_107,
        Reason.NO_CUSTOMER: 165,
        Reason.SUB_PENNY_PRICE: 4,
        Reason.BAD_DEBT: 3,
    }


@pytest.mark.parametrize(
    "selection",
    [Assumptions().selection, Selection.of("23166"), Selection.everything()],
    ids=["default", "one", "everything"],
)
def test_totals_of_source_agree_with_a_plain_sum(
    rows: list[SourceRow], selection: Selection
) -> None:
    """The demo's independent sums are those of a few plain lines over the file."""
    mine = rows_of(rows, selection)
    cancelling = [row for row in mine if row["InvoiceNo"].startswith("C")]
    sold = [
        row
        for row in mine
        if not row["InvoiceNo"].startswith("C") and int(row["Quantity"]) > 0 and amount_of(row) > 0
    ]

    def units(of: list[SourceRow]) -> int:
        return sum(
            int(row["Quantity"]) for row in of if not is_charge_code(row["StockCode"].upper())
        )

    totals = totals_of_source(selection)

    assert len(mine) == totals.rows
    assert len({row["InvoiceNo"] for row in mine}) == totals.invoices
    assert sum(map(amount_of, mine)) == totals.net
    assert len(sold) == totals.sold_lines
    assert units(sold) == totals.sold_units
    assert sum(map(amount_of, sold)) == totals.sold
    assert len(cancelling) == totals.taken_back_lines
    assert -units(cancelling) == totals.taken_back_units
    assert sum(map(amount_of, cancelling)) == totals.taken_back


def test_default_selection_is_a_year_that_a_laptop_replays_quickly() -> None:
    """The default run takes 15,000 to 30,000 sold lines."""
    assert 15_000 <= totals_of_source(Assumptions().selection).sold_lines <= 30_000


def test_amount_of_an_invoice_is_its_lines_and_charges() -> None:
    """The amount of an invoice is what its lines and charges sum to."""
    invoice = next(
        event
        for event in World(selection=Assumptions().selection).events()
        if isinstance(event, InvoicePlaced) and event.charges
    )

    expected = sum(part.amount.amount for part in (*invoice.lines, *invoice.charges))

    assert Money(expected, Assumptions().currency) == invoice.amount
