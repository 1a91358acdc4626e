"""
The file, row by row: read as a stream, typed, and sorted into what can be booked and what not.

A row that cannot be booked is never dropped: it comes out as a :class:`SenselessRow` with its
reason, its units and its amount, so that sums over all rows still meet the file's own.
"""

from __future__ import annotations

import csv
import lzma
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import TypeAlias, final
from zoneinfo import ZoneInfo

import attrs

from ecomkit.errors import InputError
from ecomkit.identifiers import CustomerId, OrderId, Sku
from ecomkit.money import Currency, Money, MoneyFormatError, parse_decimal

__all__ = [
    "CHARGES",
    "DATA",
    "Kind",
    "Reason",
    "Row",
    "SenselessRow",
    "SourceError",
    "is_charge",
    "opened",
    "read",
]

DATA = Path(__file__).with_name("online_retail.csv.xz")

HEADER = [
    "InvoiceNo",
    "StockCode",
    "Description",
    "Quantity",
    "InvoiceDate",
    "UnitPrice",
    "CustomerID",
    "Country",
]

CHARGES = frozenset(
    {
        "AMAZONFEE",  # Amazon's fees
        "B",  # adjust bad debt
        "BANK CHARGES",
        "C2",  # carriage
        "CRUK",  # commission to Cancer Research UK
        "D",  # discount
        "DOT",  # postage of the second shop, Dotcomgiftshop
        "M",  # manual
        "PADS",  # pads to match all cushions: priced 0.001 or 0, a placeholder
        "POST",  # postage
        "S",  # samples
    }
)
"""Codes that are money and not stock. DCGS... codes are goods (party bags, a sun jar) and stay out."""

GIFT_VOUCHER = "GIFT_"

QUANTITY = re.compile(r"-?[0-9]{1,9}")


@attrs.frozen(kw_only=True)
class SourceError(InputError):
    """Raised when the file as a whole is not the one that is meant."""

    fault: str

    @property
    def message(self) -> str:
        """What is wrong with the file."""
        return f"this is not the Online Retail file: {self.fault}"


class Kind(Enum):
    """What a row that can be booked is."""

    SALE = "units sold"
    CANCELLATION = "units cancelled or returned"
    CHARGE = "money without units: postage, fees, discounts, vouchers, and their refunds"


class Reason(Enum):
    """Why a row, or some of its units, cannot be booked."""

    UNREADABLE = "a field is missing or is no number, date or code"
    BAD_DEBT = "a bad-debt adjustment of the accountant: neither a sale nor stock"
    NEGATIVE_QUANTITY = "a negative quantity on an invoice that is no cancellation: a write-off"
    NO_QUANTITY = "a quantity of zero, or above zero on a cancellation"
    NO_PRICE = "no price: given away, or never billed"
    SUB_PENNY_PRICE = "a unit price with a part of a penny, which no invoice can carry"
    NO_CUSTOMER = "a cancellation without a customer: no sale to set it against"
    NO_EARLIER_SALE = "a cancellation of units that this customer did not buy earlier in the file"
    CHARGE_ALONE = "a charge without goods: there is no order to book it on"


@final
@attrs.frozen(kw_only=True)
class Row:
    """
    One row that can be booked.

    *number* counts the rows of the file from 1 and names the line for good, since two lines of
    one invoice may be equal. *quantity* is above zero for sales and cancellations; charges keep
    the sign of the file (below zero: refunded).
    """

    number: int
    kind: Kind
    invoice: OrderId
    sku: Sku
    description: str
    quantity: int
    at: datetime
    unit_price: Money
    customer: CustomerId | None
    country: str


@final
@attrs.frozen(kw_only=True)
class SenselessRow:
    """
    A row, or *quantity* units of one, that cannot be booked.

    *quantity* and *amount* (in units of the currency) have the signs of the file, and are zero
    where the row cannot be read. An unreadable row bears the time of the row before it.
    """

    number: int
    at: datetime
    invoice: str
    sku: str
    quantity: int
    amount: Decimal
    reason: Reason

    def explain(self) -> str:
        """
        Return the row and its reason in plain words.

        >>> from datetime import UTC
        >>> print(SenselessRow(number=7, at=datetime(2011, 1, 4, tzinfo=UTC), invoice="540001",
        ...     sku="22423", quantity=-3, amount=Decimal(0),
        ...     reason=Reason.NEGATIVE_QUANTITY).explain())
        row 7 (540001, 22423, -3 units): a negative quantity on an invoice ...: a write-off
        """
        return (
            f"row {self.number} ({self.invoice}, {self.sku}, {self.quantity} units): "
            f"{self.reason.value}"
        )


AnyRow: TypeAlias = Row | SenselessRow


def is_charge(code: str) -> bool:
    """
    Return whether *code*, in capitals, is money and not stock.

    >>> is_charge("POST"), is_charge("GIFT_0001_20"), is_charge("DCGSSGIRL")
    (True, True, False)
    """
    return code in CHARGES or code.startswith(GIFT_VOUCHER)


@contextmanager
def opened(path: Path = DATA) -> Iterator[Iterator[list[str]]]:
    """
    Open *path* and give its rows as texts, the header checked and left out.

    Raises:
        SourceError: If the header is another one.
    """
    with lzma.open(path, "rt", encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        header = next(rows, [])
        if header != HEADER:
            raise SourceError(fault=f"its columns are {header}")
        yield rows


def _any_code(_code: str) -> bool:
    return True


def read(
    rows: Iterable[list[str]],
    *,
    zone: ZoneInfo,
    currency: Currency,
    takes: Callable[[str], bool] = _any_code,
) -> Iterator[AnyRow]:
    """
    Yield what each of *rows* is, in their order, keeping little in memory.

    Args:
        rows: The texts of the rows, without the header.
        zone: The zone of the file's clock; its times have none.
        currency: The currency of the prices.
        takes: Which stock codes (in capitals) to keep; charges always are.

    Raises:
        SourceError: If a row is older than the one before: the stream would not be in the order
            in which things happened.
    """
    reader = _Reader(zone=zone, currency=currency)
    taken: dict[str, bool] = {}
    for number, texts in enumerate(rows, start=1):
        written = texts[1] if len(texts) > 1 else ""
        keep = taken.get(written)
        if keep is None:
            code = written.upper()
            keep = taken[written] = is_charge(code) or takes(code)
        if keep:
            yield reader.row(number, texts)


class _Reader:
    """Reads one row after the other; what repeats (times, prices, codes) is read once."""

    def __init__(self, *, zone: ZoneInfo, currency: Currency) -> None:
        self._zone = zone
        self._currency = currency
        self._minute = ""
        self._at = datetime.min.replace(tzinfo=zone)
        self._prices: dict[str, tuple[Decimal, Money | None]] = {}
        self._skus: dict[str, Sku] = {}
        self._invoice = OrderId("-")
        self._customers: dict[str, CustomerId | None] = {"": None}
        self._texts: dict[str, str] = {}

    def unreadable(self, number: int, texts: list[str]) -> SenselessRow:
        """Return the row that keeps what little is known."""
        invoice, sku = (*texts, "", "")[:2]
        return SenselessRow(
            number=number,
            at=self._at,
            invoice=invoice,
            sku=sku.upper(),
            quantity=0,
            amount=Decimal(0),
            reason=Reason.UNREADABLE,
        )

    def row(self, number: int, texts: list[str]) -> AnyRow:
        """Return what the row is."""
        try:
            invoice, written, description, quantity_text, minute, price_text, who, country = texts
            if minute != self._minute:
                self._move_to(minute)
            if invoice != self._invoice:
                self._invoice = OrderId(invoice)
            sku = self._sku(written)
            customer = self._customer(who)
            price, unit_price = self._price(price_text)
            if QUANTITY.fullmatch(quantity_text) is None:
                return self.unreadable(number, texts)
            quantity = int(quantity_text)
        except SourceError:
            raise
        except ValueError:  # includes ecomkit's InputError: a code, price or date out of grammar
            return self.unreadable(number, texts)
        reason = _fault(invoice, quantity=quantity, price=price, unit_price=unit_price)
        if reason is not None or unit_price is None:
            return SenselessRow(
                number=number,
                at=self._at,
                invoice=invoice,
                sku=sku,
                quantity=quantity,
                amount=quantity * price,
                reason=reason or Reason.SUB_PENNY_PRICE,
            )
        if is_charge(sku):
            kind = Kind.CHARGE
        elif quantity < 0:
            kind, quantity = Kind.CANCELLATION, -quantity
        else:
            kind = Kind.SALE
        return Row(
            number=number,
            kind=kind,
            invoice=self._invoice,
            sku=sku,
            description=self._text(description),
            quantity=quantity,
            at=self._at,
            unit_price=unit_price,
            customer=customer,
            country=self._text(country),
        )

    def _move_to(self, minute: str) -> None:
        at = datetime.strptime(minute, "%Y-%m-%d %H:%M").replace(tzinfo=self._zone)
        if at < self._at:
            raise SourceError(fault=f"{minute} stands below {self._at:%Y-%m-%d %H:%M}")
        self._minute, self._at = minute, at

    def _sku(self, written: str) -> Sku:
        sku = self._skus.get(written)
        if sku is None:
            sku = self._skus[written] = Sku(written.upper())
        return sku

    def _customer(self, text: str) -> CustomerId | None:
        if text not in self._customers:
            self._customers[text] = CustomerId(text)
        return self._customers[text]

    def _price(self, text: str) -> tuple[Decimal, Money | None]:
        price = self._prices.get(text)
        if price is None:
            value = parse_decimal(text)
            try:
                price = value, Money.from_decimal(value, self._currency)
            except MoneyFormatError:  # finer than the currency's minor unit
                price = value, None
            self._prices[text] = price
        return price

    def _text(self, text: str) -> str:
        # Half a million equal descriptions would fill the memory; each is kept once.
        return self._texts.setdefault(text, text)


def _fault(
    invoice: str, *, quantity: int, price: Decimal, unit_price: Money | None
) -> Reason | None:
    """Return the first reason why the row cannot be booked, the most telling one first."""
    cancels = invoice.startswith("C")
    if invoice.startswith("A"):
        return Reason.BAD_DEBT
    if quantity == 0 or (cancels and quantity > 0):
        return Reason.NO_QUANTITY
    if quantity < 0 and not cancels:
        return Reason.NEGATIVE_QUANTITY
    if price <= 0:
        return Reason.NO_PRICE
    return Reason.SUB_PENNY_PRICE if unit_price is None else None
