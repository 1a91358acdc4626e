"""The real year: every cancellation with an earlier sale is settled through a return."""

from __future__ import annotations

import csv
import lzma
from decimal import Decimal

import attrs
import pytest
from online_retail._assumptions import Selection
from online_retail._settled_year import SettledYear, settle_year
from online_retail._source import DATA, Reason
from online_retail._world import World

CHARGES = {"POST", "DOT", "M", "D", "C2", "S", "B", "BANK CHARGES", "AMAZONFEE", "CRUK", "PADS"}


@attrs.define
class Expected:
    """The same year, added up by a few separate lines over the file."""

    rows: int = 0
    units: int = 0
    pence: int = 0
    told: int = 0
    left_rows: int = 0
    left_units: int = 0
    charges: int = 0
    cancelled: int = 0


def pence_of(price: str) -> int | None:
    """Return a price in pence; None for none, and for one that is not whole pence."""
    pence = Decimal(price) * 100
    return int(pence) if pence > 0 and pence == int(pence) else None


def expected() -> Expected:
    """Match each cancelled row with the latest sales that fit, and add up."""
    year = Expected()
    stock: dict[tuple[str, str], list[list[int]]] = {}
    with lzma.open(DATA, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            code, customer = row["StockCode"].upper(), row["CustomerID"]
            units, price = int(row["Quantity"]), pence_of(row["UnitPrice"])
            is_charge = code in CHARGES or code.startswith("GIFT_0001_")
            is_cancelled = row["InvoiceNo"].startswith("C")
            year.cancelled += is_cancelled
            if is_charge:
                year.charges += is_cancelled
            elif is_cancelled and price is not None:
                sales = stock.get((customer, code), []) if customer else []
                given = give_back(sales[::-1], units=-units, price=price)
                year.rows += any(taken for taken, _ in given)
                taken = sum(taken for taken, _ in given)
                year.units += taken
                year.told += taken * price
                year.pence += sum(taken * sold for taken, sold in given)
                year.left_units -= units + taken
                year.left_rows += taken < -units
            elif units > 0 and price is not None and customer and not is_cancelled:
                stock.setdefault((customer, code), []).append([units, price])
    return year


def give_back(sales: list[list[int]], *, units: int, price: int) -> list[tuple[int, int]]:
    """Take *units* off *sales*, latest first: one that fits exactly, else same price, else any."""
    same = [sale for sale in sales if sale[1] == price]
    exact = [sale for sale in same if sale[0] == units][:1]
    given = []
    for sale in exact or [*same, *sales]:
        taken = min(sale[0], units)
        sale[0] -= taken
        units -= taken
        given.append((taken, sale[1]))
    return given


@pytest.fixture(scope="module")
def settled() -> SettledYear:
    """Return the year, settled."""
    return settle_year(World(selection=Selection.everything()).events())


@pytest.mark.slow
def test_the_returns_pay_what_the_file_gives_back_to_the_penny(settled: SettledYear) -> None:
    """Units and pence are those of a separate computation; what is left over is listed."""
    year = expected()

    assert (settled.rows, settled.units) == (year.rows, year.units)
    assert (settled.refunded, settled.told) == (year.pence, year.told)
    assert settled.rows > 7_000


@pytest.mark.slow
def test_what_is_not_settled_is_listed_by_reason(settled: SettledYear) -> None:
    """Every cancelled row of the file is settled, a charge, or listed with why it is not."""
    year = expected()
    left = settled.unmatched

    assert set(left) == {Reason.NO_CUSTOMER, Reason.NO_EARLIER_SALE}
    assert sum(found.units for found in left.values()) == year.left_units
    assert sum(found.rows for found in left.values()) == year.left_rows
    assert settled.charges == year.charges
    listed = settled.rows + settled.charges + sum(found.rows for found in left.values())
    assert listed - settled.split == year.cancelled == 9_288
