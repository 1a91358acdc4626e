"""Strategies for what surrounds a policy: targets, facts of a sku, lives of orders, replays."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from ecomkit.replenishment import (
    DAYS_MAX,
    UNITS_MAX,
    CycleService,
    DeliveryTolerance,
    ExpectedReceipt,
    FillRate,
    LeastCost,
    PurchaseOrder,
    PurchaseOrderState,
    ServiceTarget,
    Severity,
    SkuFacts,
    Snooze,
    StockBounds,
    SupplierPromise,
    UnitEconomics,
)
from ecomkit.replenishment.replay import ReplayCase
from ecomkit.testing.strategies._identifiers import location_ids, purchase_order_ids, skus
from ecomkit.testing.strategies._identifiers import supplier_ids as suppliers
from ecomkit.testing.strategies._money import amounts, currencies
from ecomkit.testing.strategies._replenishment import expected_receipts, lead_times, service_levels
from ecomkit.testing.strategies._replenishment_policies import demand_series, stock_costs

if TYPE_CHECKING:
    from ecomkit.identifiers import Sku

__all__ = [
    "delivery_tolerances",
    "purchase_order_lives",
    "replay_cases",
    "service_targets",
    "sku_facts",
    "snoozes",
    "stock_bounds",
    "unit_economics",
]

LINES_MAX = 3
STEPS_MAX = 4
"""Longer orders and longer lives show nothing new and take longer to shrink."""

DATE_MIN, DATE_MAX = date(2000, 1, 1), date(2100, 1, 1)
DAYS = st.dates(min_value=DATE_MIN, max_value=DATE_MAX)
UNITS = st.integers(0, 1_000)

_State = PurchaseOrderState


def service_targets() -> st.SearchStrategy[ServiceTarget]:
    """Return targets of each kind: cycles without a stock-out, units served, least cost."""
    return (
        st.builds(CycleService, service_levels())
        | st.builds(FillRate, service_levels())
        | st.builds(LeastCost, stock_costs())
    )


def delivery_tolerances() -> st.SearchStrategy[DeliveryTolerance]:
    """Return tolerances from none to all of what was ordered."""
    percent = st.just(0) | st.integers(0, 100)
    return st.builds(DeliveryTolerance, under_percent=percent, over_percent=percent)


def snoozes() -> st.SearchStrategy[Snooze]:
    """Return snoozes of skus that stood in any way."""
    return st.builds(
        Snooze, until=st.dates(), reason=st.text(max_size=20), severity=st.sampled_from(Severity)
    )


@st.composite
def stock_bounds(draw: st.DrawFn) -> StockBounds:
    """Return bounds in their order: the floor, the reorder point, the maximum."""
    minimum, reserve = draw(UNITS), draw(UNITS)
    reorder_point = draw(st.none() | st.integers(max(minimum, reserve), UNITS_MAX))
    lowest = max(minimum, reserve) if reorder_point is None else reorder_point
    return StockBounds(
        minimum=minimum,
        reserve=reserve,
        reorder_point=reorder_point,
        maximum=draw(st.none() | st.integers(lowest, UNITS_MAX)),
    )


@st.composite
def unit_economics(draw: st.DrawFn) -> UnitEconomics:
    """Return what a unit costs and brings in one currency, some of it unknown, some at a loss."""
    amount = st.none() | amounts(
        min_value=0, max_value=10**6, currencies=st.just(draw(currencies()))
    )
    return UnitEconomics(cost=draw(amount), price=draw(amount))


@st.composite
def sku_facts(draw: st.DrawFn, *, sku: Sku | None = None) -> SkuFacts:
    """Return what is known of one sku beside its position; each fact may be missing."""
    name = draw(skus()) if sku is None else sku
    receipts = st.lists(expected_receipts(skus=st.just(name), max_value=1_000), max_size=LINES_MAX)
    return SkuFacts(
        receipts=draw(st.none() | receipts),
        last_sold_on=draw(st.none() | st.dates()),
        economics=draw(st.none() | unit_economics()),
        bounds=draw(st.none() | stock_bounds()),
        snooze=draw(st.none() | snoozes()),
    )


@st.composite
def purchase_order_lives(draw: st.DrawFn, *, max_value: int = 1_000) -> PurchaseOrder:
    """
    Return purchase orders that were drafted and then taken through any steps of their life.

    Every state is reached, by promises, deliveries in parts, short, too much and after the end.
    """
    name, sent_on = draw(purchase_order_ids()), draw(DAYS)
    line = st.builds(
        ExpectedReceipt,
        purchase_order=st.just(name),
        sku=st.sampled_from(draw(st.lists(skus(), min_size=1, max_size=2))),
        location=st.just(draw(location_ids())),
        quantity=st.integers(1, max_value),
        expected_on=DAYS,
    )
    order = PurchaseOrder(
        id=name,
        supplier=draw(st.none() | suppliers()),
        placed_on=sent_on,
        lines=draw(st.lists(line, min_size=1, max_size=LINES_MAX)),
        stated=_State.DRAFT,
        tolerance=draw(delivery_tolerances()),
    )
    for _ in range(draw(st.integers(0, STEPS_MAX))):
        order = _next(draw, order, sent_on, max_value)
    return order


def _next(draw: st.DrawFn, order: PurchaseOrder, day: date, max_value: int) -> PurchaseOrder:
    """Return *order* after one of the steps that its state allows."""
    state = order.state
    if state is _State.CANCELLED:
        return order
    if state is _State.DRAFT:
        return draw(st.sampled_from([order.send(on=day), order.cancel()]))
    steps = ["receive", "close"]
    if state is not _State.CLOSED:
        steps += ["confirm", "expect"]
    if state in (_State.SENT, _State.CONFIRMED):
        steps += ["cancel"]
    line = draw(st.sampled_from(order.lines))
    later = day + timedelta(days=draw(st.integers(0, DAYS_MAX)))
    match draw(st.sampled_from(steps)):
        case "receive":
            units = draw(st.integers(1, max_value))
            return order.receive(line.sku, location=line.location, quantity=units, on=later)
        case "confirm":
            units_promised = draw(st.none() | st.integers(0, max_value))
            promise = SupplierPromise(
                sku=line.sku, location=line.location, units=units_promised, on=later
            )
            return order.confirm(draw(st.sampled_from([(), (promise,)])))
        case "expect":
            return order.expect(line.sku, location=line.location, on=later)
        case "cancel":
            return order.cancel()
        case _:
            return order.close()


@st.composite
def replay_cases(draw: st.DrawFn) -> ReplayCase:
    """Return histories to replay a policy on, each with periods to judge, short lead times."""
    series = draw(demand_series(min_size=2, max_value=100))
    return ReplayCase(
        sku=draw(skus()),
        series=series,
        fit_periods=draw(st.integers(1, len(series) - 1)),
        opening=draw(UNITS),
        lead_time=draw(lead_times(max_value=60)),
        lead_periods=draw(st.lists(st.integers(0, 10), min_size=1, max_size=4)),
        costs=draw(stock_costs()),
        unit_cost=draw(st.floats(0.01, 1_000)),
    )
