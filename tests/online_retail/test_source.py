"""Reading: every row is one thing, and what makes no sense says why."""

import lzma
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from online_retail._source import (
    Kind,
    Reason,
    Row,
    SenselessRow,
    SourceError,
    is_charge,
    opened,
    read,
)

from ecomkit.identifiers import CustomerId
from ecomkit.money import Currency, Money

LONDON = ZoneInfo("Europe/London")


def texts(**changes: str) -> list[str]:
    """A sound row as texts, with *changes*."""
    row = {
        "invoice": "540001",
        "code": "22423",
        "description": "REGENCY CAKESTAND 3 TIER",
        "quantity": "2",
        "at": "2011-07-04 10:30",
        "price": "12.75",
        "customer": "17850",
        "country": "France",
    }
    return list((row | changes).values())


def read_all(*rows: list[str], **options: Callable[[str], bool]) -> list[Row | SenselessRow]:
    """What a few rows are."""
    return list(read(rows, zone=LONDON, currency=Currency.GBP, **options))


def test_a_sale() -> None:
    """A sound row is a sale with typed values; its time knows that London is ahead in summer."""
    (row,) = read_all(texts())

    assert isinstance(row, Row)
    assert Kind.SALE is row.kind
    assert row.quantity == 2
    assert Money(1275, Currency.GBP) == row.unit_price
    assert datetime(2011, 7, 4, 9, 30, tzinfo=UTC) == row.at
    assert CustomerId("17850") == row.customer


def test_codes_are_read_in_capitals() -> None:
    """Codes that differ in case are one product."""
    lower, upper = read_all(texts(code="85123a"), texts(code="85123A"))

    assert lower.sku == upper.sku


def test_a_missing_customer_is_none() -> None:
    """A row without a customer has none; nobody is invented."""
    (row,) = read_all(texts(customer=""))

    assert row.customer is None


def test_a_cancellation_counts_units_upwards() -> None:
    """The units of a cancellation are above zero."""
    (row,) = read_all(texts(invoice="C540002", quantity="-2"))

    assert (row.kind, row.quantity) == (Kind.CANCELLATION, 2)


def test_a_refunded_charge_keeps_its_sign() -> None:
    """A charge on a cancelling invoice is a charge below zero, not units."""
    (row,) = read_all(texts(invoice="C540002", code="POST", quantity="-1"))

    assert (row.kind, row.quantity) == (Kind.CHARGE, -1)


@pytest.mark.parametrize("code", ["POST", "m", "BANK CHARGES", "gift_0001_20", "PADS"])
def test_charges(code: str) -> None:
    """Codes that are money are charges, whatever their case."""
    assert is_charge(code.upper())
    assert Kind.CHARGE is read_all(texts(code=code))[0].kind


@pytest.mark.parametrize("code", ["85123A", "DCGSSGIRL", "10002", "MUG"])
def test_goods(code: str) -> None:
    """All other codes are goods, the party bags among them."""
    assert not is_charge(code)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"quantity": "-3"}, Reason.NEGATIVE_QUANTITY),
        ({"quantity": "0"}, Reason.NO_QUANTITY),
        ({"invoice": "C540002", "quantity": "3"}, Reason.NO_QUANTITY),
        ({"price": "0.0"}, Reason.NO_PRICE),
        ({"price": "-1.00"}, Reason.NO_PRICE),
        ({"price": "0.001"}, Reason.SUB_PENNY_PRICE),
        ({"invoice": "A563185"}, Reason.BAD_DEBT),
        ({"invoice": "A563186", "price": "-11062.06"}, Reason.BAD_DEBT),
        ({"quantity": "two"}, Reason.UNREADABLE),
        ({"quantity": "1_000"}, Reason.UNREADABLE),
        ({"price": "1e3"}, Reason.UNREADABLE),
        ({"at": "2011-07-04"}, Reason.UNREADABLE),
        ({"invoice": ""}, Reason.UNREADABLE),
        ({"code": ""}, Reason.UNREADABLE),
        ({"customer": "\x07"}, Reason.UNREADABLE),
    ],
)
def test_senseless_rows_say_why(changes: dict[str, str], reason: Reason) -> None:
    """A row that cannot be booked comes out with the first reason that fits."""
    (row,) = read_all(texts(**changes))

    assert isinstance(row, SenselessRow)
    assert reason is row.reason
    assert reason.value in row.explain()


def test_a_senseless_row_keeps_its_units_and_amount() -> None:
    """What cannot be booked still counts: its units and amount have the signs of the file."""
    (row,) = read_all(texts(quantity="-3", price="1.25"))

    assert (-3, Decimal("-3.75")) == (row.quantity, row.amount)


@pytest.mark.parametrize("torn", [[], ["540001"], ["540001", "22423", "CAKESTAND"]])
def test_a_torn_row_is_kept(torn: list[str]) -> None:
    """A row with too few fields is unreadable, bears the time before it, and the next one is read."""
    before, row, after = read_all(texts(), torn, texts())

    assert (Reason.UNREADABLE, before.at) == (row.reason, row.at)
    assert (before.number, row.number, after.number) == (1, 2, 3)


def test_unselected_products_are_left_out_and_charges_stay() -> None:
    """A product that is not taken is skipped, without shifting the numbers of the rows."""
    rows = read_all(
        texts(), texts(code="POST"), texts(code="85123a"), takes=lambda code: code == "85123A"
    )

    assert [(row.number, row.sku) for row in rows] == [(2, "POST"), (3, "85123A")]


def test_time_never_goes_back() -> None:
    """A row that is older than the one before is another file: the stream refuses it."""
    with pytest.raises(SourceError, match="2011-07-04 10:29 stands below 2011-07-04 10:30"):
        read_all(texts(), texts(at="2011-07-04 10:29"))


def test_another_header_is_refused(tmp_path: Path) -> None:
    """A file with other columns is refused before any row is read."""
    path = tmp_path / "other.csv.xz"
    with lzma.open(path, "wt") as file:
        file.write("a,b\n1,2\n")

    with pytest.raises(SourceError) as caught, opened(path):
        pass

    assert caught.value.fault == "its columns are ['a', 'b']"
