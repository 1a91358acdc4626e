"""A year of a real shop: what the cleaning finds, and reorder points from the days as they are."""

from __future__ import annotations

import csv
import lzma
import math
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from policy_cases import cases, near

from ecomkit.identifiers import CustomerId, OrderId, Sku
from ecomkit.insight import AbcClass, ClassBoundary, abc
from ecomkit.replenishment import Demand, LeadTime, ReorderPoint
from ecomkit.replenishment.cleaning import CleanedDemand, DemandCleaning, DemandRow, RowKind

FILE = Path(__file__).parents[3] / "examples" / "online_retail" / "online_retail.csv.xz"
START, END = date(2010, 12, 1), date(2011, 12, 10)
LOOKED_AT = ["23843", "23166", "85123A", "22423", "85099B"]


def lines() -> Iterator[tuple[str, str, int, str, Decimal, str]]:
    """Yield invoice, code, units, day, price and customer of each row of the file."""
    prices: dict[str, Decimal] = {}
    with lzma.open(FILE, "rt", encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        for invoice, code, _, units, minute, price, customer, _ in rows:
            if price not in prices:
                prices[price] = Decimal(price)
            yield invoice, code, int(units), minute[:10], prices[price], customer


@cache
def history() -> tuple[list[DemandRow], dict[str, Decimal]]:
    """Return the rows of the products looked at, and what every code, as written, sold for."""
    rows = []
    revenue: dict[str, Decimal] = defaultdict(Decimal)
    for invoice, code, units, day, price, customer in lines():
        is_sale = units > 0 and price > 0 and invoice[0] not in "AC"
        if units > 0 and price > 0 and invoice[0] != "C":
            revenue[code] += units * price
        product = code.upper()
        if product not in LOOKED_AT or not (is_sale or units < 0):
            continue
        kind = RowKind.CANCELLATION if invoice[0] == "C" else RowKind.WRITE_OFF
        rows.append(
            DemandRow(
                sku=Sku(product),
                day=date.fromisoformat(day),
                units=abs(units),
                kind=RowKind.SALE if is_sale else kind,
                # A cancellation has a number of its own, and names no sale.
                order=OrderId(invoice) if is_sale else None,
                customer=CustomerId(customer) if customer else None,
            )
        )
    return rows, revenue


def cleaned(code: str, **options: Any) -> CleanedDemand:
    """Return the demand of one product."""
    return DemandCleaning(**options)(history()[0], start=START, end=END)[Sku(code)]


def off(code: str) -> dict[str, int]:
    """Return the units that each step took off."""
    return {step.name: step.taken_off for step in cleaned(code).steps}


@pytest.mark.parametrize("case", cases("reorder_point_from_history"))
def test_reorder_points_from_a_year_of_sales(case: dict[str, Any]) -> None:
    """The days of the sales as they are, those without a sale as 0."""
    facts, expected = case["inputs"], case["expected"]
    [raw] = [
        found.raw
        for sku, found in DemandCleaning(steps=[])(
            [row for row in history()[0] if row.kind is RowKind.SALE], start=START, end=END
        ).items()
        if sku == facts["sku"]
    ]
    demand = Demand.from_series(raw)
    level = ReorderPoint(service_level=facts["csl"]).level(
        demand=demand,
        lead_time=LeadTime(mean_days=facts["lead_time_mean"], sd_days=facts["lead_time_sd"]),
    )

    assert (len(raw), sum(raw.observed), raw.observed.count(0)) == (
        expected["days"],
        expected["units"],
        expected["zero_days"],
    )
    assert demand.mean_per_day == near(case, "demand_mean")
    assert demand.sd_per_day == near(case, "demand_sd")
    spread = math.sqrt(
        facts["lead_time_mean"] * demand.sd_per_day**2
        + demand.mean_per_day**2 * facts["lead_time_sd"] ** 2
    )
    assert spread == near(case, "ltd_sd")
    assert level.safety_units == near(case, "safety_stock")
    assert level.expected_units + level.safety_units == near(case, "reorder_point")
    assert level.reorder_point == math.ceil(expected["reorder_point"])


@pytest.mark.parametrize("case", cases("abc_classification"))
def test_abc_of_a_year_of_sales(case: dict[str, Any]) -> None:
    """By revenue, and by both conventions of the boundary."""
    pence = {Sku(code): round(1000 * value) for code, value in history()[1].items()}
    before = abc(pence)
    including = abc(pence, boundary=ClassBoundary.SHARE_INCLUDING)
    expected = case["expected"]

    assert len(before) == expected["items"]
    for abc_class in AbcClass:
        letter = abc_class.value
        assert expected[letter] == sum(item.abc_class is abc_class for item in before)
        assert expected[f"{letter}_by_cum_le"] == sum(
            item.abc_class is abc_class for item in including
        )
    assert [code for code, _ in expected["top5_by_revenue"]] == [item.sku for item in before[:5]]


def test_two_huge_orders_that_were_cancelled_within_minutes_leave_no_demand() -> None:
    """80,995 paper crafts and 74,215 storage jars, each cancelled on the same day."""
    crafts, jars = cleaned("23843"), cleaned("23166")

    assert (sum(crafts.raw.observed), sum(crafts.series.observed)) == (80_995, 0)
    assert crafts.steps[1].explain().splitlines() == [
        "cancellations: 80995 units off 1 days, 80995 -> 0",
        (
            "  2011-12-09: 80995 -> 0, sale of 80995 of order 581483 on 2011-12-09: "
            "cancellation on 2011-12-09"
        ),
    ]
    [huge] = [change for change in jars.steps[1].changes if change.taken_off > 1000]
    assert (date(2011, 1, 18), 74_215, 0) == (huge.day, huge.before, huge.after)
    assert (sum(jars.raw.observed), sum(jars.series.observed)) == (78_033, 3_539)


def test_a_cancellation_months_later_is_taken_off_its_day() -> None:
    """1,930 hearts ordered in January were cancelled in April, when as many were ordered again."""
    hearts = cleaned("85123A")
    largest = max(hearts.steps[1].changes, key=lambda change: change.taken_off)

    assert (date(2011, 1, 11), 1930) == (largest.day, largest.taken_off)
    assert "cancellation on 2011-04-18" in largest.why
    assert hearts.series.units[(date(2011, 4, 18) - START).days] != 0
    assert {name: off("85123A")[name] for name in ("write-offs", "cancellations")} == {
        "write-offs": 256,
        "cancellations": 2573,
    }


@pytest.mark.parametrize("code", LOOKED_AT)
def test_no_unit_of_a_real_history_gets_lost(code: str) -> None:
    """Raw is cleaned and all that was taken off; the few cancellations without a sale are named."""
    found = cleaned(code)
    rows = [row for row in history()[0] if row.sku == code]
    sold = sum(row.units for row in rows if row.kind is RowKind.SALE)
    cancelled = sum(row.units for row in rows if row.kind is RowKind.CANCELLATION)
    unmatched = sum(one.units for one in found.steps[1].unmatched)

    assert sum(found.raw.observed) == sum(found.series.observed) + found.taken_off
    assert cancelled == found.steps[1].taken_off + unmatched
    assert sum(found.raw.observed) == sold + off(code)["write-offs"]
    assert off(code)["bulk orders"] < sold / 40
    assert unmatched < sold / 50
