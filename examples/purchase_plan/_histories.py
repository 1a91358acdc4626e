"""The two real histories: a year of a gift shop by day, and 51 months of car parts."""

from __future__ import annotations

import csv
import lzma
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from ecomkit.identifiers import CustomerId, Sku
from ecomkit.replenishment import DemandSeries, Period
from ecomkit.replenishment.cleaning import (
    Cancellations,
    DemandCleaning,
    DemandRow,
    RowKind,
    WriteOffs,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["CAR_PARTS", "GIFTS", "START", "best_sellers", "car_parts", "mean_prices"]

HERE = Path(__file__).parent
CAR_PARTS = HERE / "carparts.csv.xz"
GIFTS = HERE.parent / "online_retail" / "online_retail.csv.xz"

START, END = date(2010, 12, 1), date(2011, 12, 10)
"""The days of the gift shop: from the first, up to the day after the last."""

DIGITS_OF_A_PRODUCT = 5
"""Products have codes that begin with five digits; what has none is postage, fees and the like."""


def car_parts() -> dict[Sku, DemandSeries]:
    """Return the series without a gap: 2,509 parts of 51 months from January 1998 on."""
    with lzma.open(CAR_PARTS, "rt", encoding="utf-8", newline="") as file:
        head, *months = csv.reader(file)
    columns = zip(head[1:], zip(*(month[1:] for month in months), strict=True), strict=True)
    return {
        Sku(part): DemandSeries(
            start=date(1998, 1, 1), units=[int(count) for count in counts], period=Period.MONTH
        )
        for part, counts in columns
        if all(counts)
    }


def _rows() -> Iterator[tuple[str, str, int, date, float, str]]:
    days: dict[str, date] = {}
    with lzma.open(GIFTS, "rt", encoding="utf-8", newline="") as file:
        lines = csv.reader(file)
        next(lines)
        for invoice, code, _, quantity, minute, price, customer, _ in lines:
            product = code.upper()
            if not product[:DIGITS_OF_A_PRODUCT].isdigit():
                continue
            day = days.get(minute[:10])
            if day is None:
                day = days[minute[:10]] = date.fromisoformat(minute[:10])
            yield product, invoice, int(quantity), day, float(price), customer


def mean_prices() -> Mapping[str, float]:
    """Return what a unit of each product sold for on the mean, in GBP."""
    units: Counter[str] = Counter()
    revenue: defaultdict[str, float] = defaultdict(float)
    for product, invoice, quantity, _, price, _ in _rows():
        if quantity > 0 and price > 0 and invoice[0] != "C":
            units[product] += quantity
            revenue[product] += quantity * price
    return {product: revenue[product] / units[product] for product in units}


def best_sellers(count: int) -> dict[Sku, DemandSeries]:
    """
    Return what was asked for of the *count* products of which most units were sold, by day.

    Cancelled units are taken off the day of their sale, and write-offs are no demand; bulk
    orders stay in, since whoever judges a policy must not soften what it has to face.
    """
    rows = [
        DemandRow(
            sku=Sku(product),
            day=day,
            units=abs(quantity),
            kind=RowKind.SALE
            if quantity > 0
            else RowKind.CANCELLATION
            if invoice[0] == "C"
            else RowKind.WRITE_OFF,
            customer=CustomerId(customer) if customer else None,
        )
        for product, invoice, quantity, day, price, customer in _rows()
        if quantity < 0 or price > 0
    ]
    cleaned = DemandCleaning(steps=(WriteOffs(), Cancellations()))(rows, start=START, end=END)
    ranked = sorted(cleaned, key=lambda sku: (-sum(cleaned[sku].series.observed), sku))
    return {sku: cleaned[sku].series for sku in ranked[:count]}
