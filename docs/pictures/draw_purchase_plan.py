"""Draws the pictures of the tutorial on purchase plans: ``python docs/pictures/draw_purchase_plan.py``."""

from __future__ import annotations

import csv
import lzma
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import matplotlib as mpl
from matplotlib.dates import ConciseDateFormatter, MonthLocator
from matplotlib.figure import Figure

from ecomkit import CustomerId, InventoryPosition, LeadTime, ReorderPoint, Sku
from ecomkit.replenishment import SmoothedDemand, StockCosts, project
from ecomkit.replenishment.cleaning import DemandCleaning, DemandRow, RowKind
from ecomkit.replenishment.distributions import DemandFamily

HERE = Path(__file__).parent
DATA = HERE.parents[1] / "examples" / "online_retail" / "online_retail.csv.xz"
START, END = date(2010, 12, 1), date(2011, 12, 10)
SKU = Sku("85123A")
BLUE, GREY, RED = "#1d4ed8", "#9ca3af", "#c2410c"
STYLE = {"svg.hashsalt": "ecomkit", "svg.fonttype": "none", "font.size": 8.5}
AHEAD_DAYS = 40


def rows() -> list[DemandRow]:
    """Return the rows of one product."""
    found = []
    with lzma.open(DATA, "rt", encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            units = int(line["Quantity"])
            if line["StockCode"].upper() != SKU or (units > 0 and float(line["UnitPrice"]) <= 0):
                continue
            cancelled = line["InvoiceNo"].startswith("C")
            taken_off = RowKind.CANCELLATION if cancelled else RowKind.WRITE_OFF
            found.append(
                DemandRow(
                    sku=SKU,
                    day=date.fromisoformat(line["InvoiceDate"][:10]),
                    units=abs(units),
                    kind=RowKind.SALE if units > 0 else taken_off,
                    customer=CustomerId(line["CustomerID"]) if line["CustomerID"] else None,
                )
            )
    return found


def save(figure: Figure, name: str) -> None:
    """Write *figure*; equal figures give an equal file."""
    figure.savefig(HERE / name, format="svg", metadata={"Date": None, "Creator": None})


def main() -> None:
    """Draw both pictures."""
    cleaned = DemandCleaning()(rows(), start=START, end=END)[SKU]
    days = [START + timedelta(days=place) for place in range(len(cleaned.series))]
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(9, 3), layout="constrained")
        axes = figure.add_subplot()
        axes.bar(days, [units or 0 for units in cleaned.raw.units], color=RED, label="taken off")
        axes.bar(
            days, [units or 0 for units in cleaned.series.units], color=BLUE, label="asked for"
        )
        axes.set_ylabel("units a day")
        axes.xaxis.set_major_locator(MonthLocator())
        axes.xaxis.set_major_formatter(ConciseDateFormatter(MonthLocator()))
        axes.legend(frameon=False)
        save(figure, "purchase-plan-demand.svg")

        lead_time = LeadTime(mean_days=14, sd_days=2)
        demand = SmoothedDemand(half_life_days=28)(cleaned.series, days=15)
        position = InventoryPosition(usable=1800, promised=120)
        now = datetime(2011, 12, 10, 8, 0, tzinfo=UTC)
        advice = ReorderPoint(
            costs=StockCosts(
                per_order=1500, holding_per_unit_day=145 * 0.25 / 365, shortage_per_unit=144
            ),
            lead_time_demand=DemandFamily.NEGATIVE_BINOMIAL,
            review_days=1,
        )(position, demand=demand, lead_time=lead_time, now=now)
        without = project(position, demand=demand, today=now.date(), days=AHEAD_DAYS)
        with_order = without.with_arrival(advice.order, on=advice.arrives_on or now.date())
        figure = Figure(figsize=(9, 3), layout="constrained")
        axes = figure.add_subplot()
        for projection, colour, label in (
            (with_order, BLUE, f"with an order of {advice.order}"),
            (without, RED, "without an order"),
        ):
            axes.plot(
                [day.on for day in projection.days],
                [day.closing for day in projection.days],
                color=colour,
                label=label,
                drawstyle="steps-post",
            )
        axes.axhline(advice.reorder_point, color=GREY, linestyle="--", label="reorder point")
        axes.axhline(0, color="black", linewidth=0.8)
        axes.set_ylabel("units at the end of the day")
        axes.legend(frameon=False)
        save(figure, "purchase-plan-projection.svg")


if __name__ == "__main__":
    main()
