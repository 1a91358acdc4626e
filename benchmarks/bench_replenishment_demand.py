"""
A thousand reorder points through a SQLite store, beside the bare statements and the bare formula.

Loaded are the levels and the demand of 1,000 skus, 400 days of each; computed is an advice for
each; saved is one purchase order for each supplier. The floor reads and writes the same rows by
``sqlite3`` and does the sums in plain Python: no checks, no reasons, no values. Odoo 18's
scheduler takes 8.8 s for as many rules, Tryton 7's 6.0 s, with their databases.
"""

from __future__ import annotations

import json
import math
import sqlite3
import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import NormalDist
from typing import TYPE_CHECKING

from _harness import Limit, Result, compare, timed

from ecomkit.identifiers import CommandKey, PurchaseOrderId, Sku, SupplierId
from ecomkit.operations import Settings, execute
from ecomkit.operations._demand import DAYS_KEPT, DemandDetail, demands, note_demand
from ecomkit.operations._planning import plan_orders
from ecomkit.operations._receiving import PURCHASES
from ecomkit.replenishment import ExpectedReceipt, LeadTime, PurchaseOrder, ReorderPoint
from ecomkit.stock import Count
from ecomkit.stores import SqliteStore

if TYPE_CHECKING:
    from collections.abc import Iterator

SKUS = 1_000
SUPPLIERS = 20
WINDOW_DAYS = 365
SECONDS_MAX = 0.2
NOW = datetime(2026, 10, 1, 12, tzinfo=UTC)
TODAY = NOW.date()
SETTINGS = Settings()
LEAD_TIMES = [LeadTime(mean_days=7 + number % 11, sd_days=number % 4) for number in range(11 * 4)]
SERVICE_LEVEL = 0.95
POLICY = ReorderPoint(service_level=SERVICE_LEVEL)


def number_of(sku: str) -> int:
    """Return the number in the name of a sku."""
    return int(sku[4:])


def lead_time(sku: str) -> LeadTime:
    """Return the lead time of a sku."""
    return LEAD_TIMES[number_of(sku) % len(LEAD_TIMES)]


def filled(path: Path) -> SqliteStore:
    """Return a store with a level and 400 days of demand for each sku."""
    store = SqliteStore(path)
    skus = [Sku(f"SKU-{number:05d}") for number in range(SKUS)]
    counts = [
        Count(key=CommandKey(f"count/{sku}"), sku=sku, counted=1 + number_of(sku) * 7 % 200)
        for sku in skus
    ]
    rows = [
        # Spread evenly, so that about half of the skus order and the numbers differ without chance.
        (sku, TODAY - timedelta(days=ago), units)
        for sku in skus
        for ago in range(1, DAYS_KEPT)
        if (units := (number_of(sku) + ago * ago) % 17 - number_of(sku) % 12) > 0
    ]
    with store.transaction() as tx:
        execute(tx, counts, now=NOW, settings=SETTINGS)
        note_demand(tx, rows)
    return store


def plan_all(store: SqliteStore, *, detail: DemandDetail = DemandDetail.MOMENTS) -> list[int]:
    """Load, advise and save in one transaction; return what is ordered of each sku."""
    with store.transaction() as tx:
        tx.delete(PURCHASES, [f"PO-{number}" for number in range(SUPPLIERS)])
        plan = plan_orders(
            tx,
            policy=POLICY,
            lead_time=lead_time,
            window_days=WINDOW_DAYS,
            review_days=0,
            now=NOW,
            settings=SETTINGS,
            detail=detail,
        )
        lines: dict[int, list[ExpectedReceipt]] = {}
        for advice in plan.due:
            assert advice.sku is not None
            assert advice.arrives_on is not None
            number = number_of(advice.sku) % SUPPLIERS
            line = ExpectedReceipt(
                purchase_order=PurchaseOrderId(f"PO-{number}"),
                sku=advice.sku,
                quantity=advice.order,
                expected_on=advice.arrives_on,
                location=SETTINGS.location,
            )
            lines.setdefault(number, []).append(line)
        orders = [
            PurchaseOrder(
                id=PurchaseOrderId(f"PO-{number}"),
                supplier=SupplierId(f"supplier-{number}"),
                placed_on=TODAY,
                lines=own,
            )
            for number, own in lines.items()
        ]
        tx.put(PURCHASES, orders)
    return [advice.order for advice in sorted(plan.advices, key=lambda advice: advice.sku or "")]


def compute_all(connection: sqlite3.Connection) -> list[int]:
    """Do the same by the statements and the formula alone."""
    z = NormalDist().inv_cdf(SERVICE_LEVEL)
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("DELETE FROM ecomkit_document WHERE collection = 'bare'")
    usable = dict(connection.execute("SELECT sku, sellable FROM ecomkit_level"))
    demand = connection.execute(
        "SELECT key, body FROM ecomkit_document WHERE collection = 'demand' ORDER BY key"
    )
    orders = []
    lines: list[list[tuple[str, int]]] = [[] for _ in range(SUPPLIERS)]
    for sku, body in demand:
        history = json.loads(body)
        since = date.fromisoformat(history["first_day"])
        days = min(WINDOW_DAYS, (TODAY - since).days)
        units = history["units"][(TODAY - since).days - days :]
        total, squares = sum(units), sum(count * count for count in units)
        mean = total / days
        variance = (days * squares - total * total) / (days * (days - 1))
        lead = lead_time(sku)
        spread = math.sqrt(lead.mean_days * variance + mean * mean * lead.sd_days**2)
        level = math.ceil(mean * lead.mean_days + z * spread - 1e-9)
        target = level + math.ceil(mean * lead.mean_days - 1e-9)
        orders.append(0 if usable[sku] > level else target - usable[sku])
        if orders[-1]:
            lines[number_of(sku) % SUPPLIERS].append((sku, orders[-1]))
    connection.executemany(
        "INSERT INTO ecomkit_document VALUES ('default', 'bare', ?, NULL, ?)",
        [(str(number), json.dumps(own)) for number, own in enumerate(lines)],
    )
    connection.execute("COMMIT")
    return orders


def benches() -> Iterator[Result | Limit]:
    """Yield the cost of planning 1,000 skus, with and without the days behind the demand."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "shop.db"
        store = filled(path)
        connection = sqlite3.connect(path, isolation_level=None)
        assert plan_all(store) == compute_all(connection)
        with store.snapshot() as tx:
            load = timed(lambda: [*demands(tx, window_days=WINDOW_DAYS, today=TODAY)])()
        for detail in DemandDetail:
            result = compare(
                f"1,000 skus planned in SQLite, {detail.value}",
                value=timed(lambda: plan_all(store, detail=detail)),  # noqa: B023 (called at once)
                floor=timed(lambda: compute_all(connection)),
                goal=8,
            )
            yield result
            yield Limit(
                name=f"1,000 skus in SQLite, {detail.value}",
                value=result.value,
                limit=SECONDS_MAX,
                unit=f"s CPU (demand alone {load:.3f} s; Odoo 8.8 s, Tryton 6.0 s)",
            )
        connection.close()
        store.close()
