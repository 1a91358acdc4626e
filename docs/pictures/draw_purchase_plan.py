"""Draws the pictures of the tutorial on purchase plans: ``python docs/pictures/draw_purchase_plan.py``."""

from __future__ import annotations

import csv
import lzma
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import matplotlib as mpl
from matplotlib.dates import SA, ConciseDateFormatter, DateFormatter, MonthLocator, WeekdayLocator
from matplotlib.figure import Figure

from ecomkit import CustomerId, InventoryPosition, LeadTime, ReorderPoint, Sku
from ecomkit.replenishment import OrderQuantity, SmoothedDemand, StockCosts, project
from ecomkit.replenishment.cleaning import DemandCleaning, DemandRow, RowKind
from ecomkit.replenishment.distributions import DemandFamily

HERE = Path(__file__).parent
DATA = HERE.parents[1] / "examples" / "online_retail" / "online_retail.csv.xz"
START, END = date(2010, 12, 1), date(2011, 12, 10)
SKU = Sku("85123A")
BLUE, GREY, RED, AMBER = "#1d4ed8", "#6b7280", "#c2410c", "#d9a300"
STYLE = {"svg.hashsalt": "ecomkit", "svg.fonttype": "none", "font.size": 8.5}
AHEAD_DAYS = 40
COLOURS = {"write-offs": GREY, "cancellations": RED, "bulk orders": AMBER}


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
        left = [units or 0 for units in cleaned.series.units]
        axes.bar(days, left, color=BLUE, label="asked for")
        # Stacked from the last step down to the first: what a step took off stands on what it left.
        for step in reversed(cleaned.steps):
            off = [0] * len(days)
            for change in step.changes:
                off[(change.day - START).days] += change.taken_off
            shown = [place for place, units in enumerate(off) if units]
            if not shown:
                continue
            axes.bar(
                [days[place] for place in shown],
                [off[place] for place in shown],
                bottom=[left[place] for place in shown],
                color=COLOURS[step.name],
                width=2,
                label=f"taken off: {step.name}",
            )
            left = [units + more for units, more in zip(left, off, strict=True)]
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
            quantity=OrderQuantity(moq=96, case_pack=12),
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
        axes.xaxis.set_major_locator(WeekdayLocator(byweekday=SA))
        axes.xaxis.set_major_formatter(DateFormatter("%d %b"))
        axes.set_ylabel("units at the end of the day")
        axes.legend(frameon=False)
        save(figure, "purchase-plan-projection.svg")


if __name__ == "__main__":
    main()
