"""Strategies for replenishment: demand, lead time, positions, limits, policies, purchase orders."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

from ecomkit.errors import FieldError
from ecomkit.replenishment import (
    DAYS_MAX,
    UNITS_MAX,
    UNITS_PER_DAY_MAX,
    Demand,
    DemandMoments,
    ExpectedReceipt,
    InventoryPosition,
    LeadTime,
    MinimumStock,
    OrderQuantity,
    PurchaseOrder,
    ReorderPoint,
    Trigger,
)
from ecomkit.testing.strategies._identifiers import (
    location_ids,
    purchase_order_ids,
    skus,
    supplier_ids,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ecomkit.identifiers import LocationId, PurchaseOrderId, Sku

__all__ = [
    "daily_units",
    "demand_moments",
    "demands",
    "expected_receipts",
    "inventory_positions",
    "lead_times",
    "minimum_stocks",
    "order_quantities",
    "purchase_orders",
    "reorder_points",
    "service_levels",
    "triggers",
]

LINES_MAX = 5
"""Longer purchase orders show nothing new and take longer to shrink."""


def _check(owner: str, *, min_value: float, max_value: float, limit: float) -> None:
    if not 0 <= min_value <= max_value <= limit:
        raise FieldError(
            owner=owner,
            field="min_value",
            got=(min_value, max_value),
            wanted=f"0 <= min_value <= max_value <= {limit}",
        )


def triggers() -> st.SearchStrategy[Trigger]:
    """Return both triggers."""
    return st.sampled_from(Trigger)


def daily_units(
    *, min_size: int = 0, max_size: int = 30, max_value: int = UNITS_PER_DAY_MAX
) -> st.SearchStrategy[list[int]]:
    """
    Return the units of *min_size* to *max_size* consecutive days, many of them without a sale.

    Raises:
        FieldError: If *max_value* is outside what one day may sell, or the sizes contradict.
    """
    _check("daily_units", min_value=0, max_value=max_value, limit=UNITS_PER_DAY_MAX)
    _check("daily_units", min_value=min_size, max_value=max_size, limit=DAYS_MAX)
    day = st.just(0) | st.integers(0, max_value)
    return st.lists(day, min_size=min_size, max_size=max_size)


def demand_moments(
    *, min_size: int = 0, max_size: int = 30, max_value: int = UNITS_PER_DAY_MAX
) -> st.SearchStrategy[DemandMoments]:
    """
    Return the sums over *min_size* to *max_size* days.

    Raises:
        FieldError: If *max_value* is outside what one day may sell, or the sizes contradict.
    """
    days = daily_units(min_size=min_size, max_size=max_size, max_value=max_value)
    return days.map(DemandMoments.from_daily)


def demands(
    *, min_value: float = 0, max_value: float = UNITS_PER_DAY_MAX
) -> st.SearchStrategy[Demand]:
    """
    Return stated demands, with mean and standard deviation from *min_value* to *max_value*.

    Raises:
        FieldError: If the bounds contradict each other or the limits of demand.
    """
    _check("demands", min_value=min_value, max_value=max_value, limit=UNITS_PER_DAY_MAX)
    numbers = st.floats(min_value, max_value)
    return st.builds(Demand, mean_per_day=numbers, sd_per_day=numbers)


def lead_times(
    *, min_value: float = 0, max_value: float = DAYS_MAX
) -> st.SearchStrategy[LeadTime]:
    """
    Return lead times, with mean and standard deviation from *min_value* to *max_value* days.

    Raises:
        FieldError: If the bounds contradict each other or the limits of a lead time.
    """
    _check("lead_times", min_value=min_value, max_value=max_value, limit=DAYS_MAX)
    numbers = st.floats(min_value, max_value)
    return st.builds(LeadTime, mean_days=numbers, sd_days=numbers)


def inventory_positions(
    *, min_value: int = 0, max_value: int = UNITS_MAX
) -> st.SearchStrategy[InventoryPosition]:
    """
    Return positions, with every part from *min_value* to *max_value*; the total may be below zero.

    Raises:
        FieldError: If the bounds contradict each other or the limits of a count.
    """
    _check("inventory_positions", min_value=min_value, max_value=max_value, limit=UNITS_MAX)
    counts = st.integers(min_value, max_value)
    return st.builds(
        InventoryPosition, usable=counts, promised=counts, uncovered=counts, on_order=counts
    )


def order_quantities(
    *, max_value: int = UNITS_MAX, maximum: st.SearchStrategy[int | None] | None = None
) -> st.SearchStrategy[OrderQuantity]:
    """
    Return limits on an order, up to *max_value* units; *maximum* draws the highest position.

    Raises:
        FieldError: If *max_value* is below 1 or above the largest count.
    """
    _check("order_quantities", min_value=1, max_value=max_value, limit=UNITS_MAX)
    sizes = st.just(1) | st.integers(1, max_value)
    return st.builds(
        OrderQuantity,
        moq=sizes,
        case_pack=sizes,
        maximum=st.none() | st.integers(0, max_value) if maximum is None else maximum,
    )


@st.composite
def minimum_stocks(
    draw: st.DrawFn,
    *,
    max_value: int = UNITS_MAX,
    quantities: st.SearchStrategy[OrderQuantity] | None = None,
) -> MinimumStock:
    """
    Return min/max policies with levels up to *max_value* units.

    Raises:
        FieldError: If *max_value* is outside the limits of a count.
    """
    _check("minimum_stocks", min_value=0, max_value=max_value, limit=UNITS_MAX)
    level = draw(st.integers(0, max_value))
    return MinimumStock(
        level=level,
        up_to=draw(st.none() | st.integers(level, max_value)),
        trigger=draw(triggers()),
        quantity=draw(order_quantities() if quantities is None else quantities),
    )


def service_levels(*, min_value: float = 0.0, max_value: float = 1.0) -> st.SearchStrategy[float]:
    """
    Return service levels above 0 and below 1, from *min_value* to *max_value*.

    Raises:
        FieldError: If the bounds contradict each other or leave nothing between 0 and 1.
    """
    _check("service_levels", min_value=min_value, max_value=max_value, limit=1.0)
    if max_value == 0 or min_value == 1:
        raise FieldError(
            owner="service_levels",
            field="min_value",
            got=(min_value, max_value),
            wanted="bounds with a number above 0 and below 1 between them",
        )
    return st.floats(min_value, max_value, exclude_min=min_value == 0, exclude_max=max_value == 1)


def reorder_points(
    *,
    service_levels: st.SearchStrategy[float] | None = None,
    quantities: st.SearchStrategy[OrderQuantity] | None = None,
    max_days: int = DAYS_MAX,
) -> st.SearchStrategy[ReorderPoint]:
    """
    Return reorder point policies, with review and cover up to *max_days*.

    Raises:
        FieldError: If *max_days* is outside the limits of a number of days.
    """
    _check("reorder_points", min_value=0, max_value=max_days, limit=DAYS_MAX)
    return st.builds(
        ReorderPoint,
        service_level=_SERVICE_LEVELS if service_levels is None else service_levels,
        review_days=st.integers(0, max_days),
        cover_days=st.none() | st.integers(0, max_days),
        trigger=triggers(),
        quantity=order_quantities() if quantities is None else quantities,
    )


_SERVICE_LEVELS = service_levels()


def expected_receipts(
    *,
    purchase_orders: st.SearchStrategy[PurchaseOrderId] | None = None,
    skus: st.SearchStrategy[Sku] | None = None,
    locations: st.SearchStrategy[LocationId] | None = None,
    max_value: int = UNITS_MAX,
) -> st.SearchStrategy[ExpectedReceipt]:
    """
    Return lines of purchase orders up to *max_value* units: not, partly, fully and over-received.

    Raises:
        FieldError: If *max_value* is below 1 or above the largest count.
    """
    _check("expected_receipts", min_value=1, max_value=max_value, limit=UNITS_MAX)
    return st.builds(
        ExpectedReceipt,
        purchase_order=purchase_order_ids() if purchase_orders is None else purchase_orders,
        sku=_SKUS if skus is None else skus,
        location=location_ids() if locations is None else locations,
        quantity=st.integers(1, max_value),
        expected_on=st.dates(),
        received=st.just(0) | st.integers(0, max_value),
    )


_SKUS = skus()


@st.composite
def purchase_orders(
    draw: st.DrawFn,
    *,
    skus: st.SearchStrategy[Sku] | None = None,
    locations: st.SearchStrategy[LocationId] | None = None,
    max_value: int = UNITS_MAX,
) -> PurchaseOrder:
    """
    Return purchase orders of one to five lines; lines may repeat a sku and a location.

    Raises:
        FieldError: If *max_value* is below 1 or above the largest count.
    """
    name = draw(purchase_order_ids())
    line = expected_receipts(
        purchase_orders=st.just(name), skus=skus, locations=locations, max_value=max_value
    )
    lines: Sequence[ExpectedReceipt] = draw(st.lists(line, min_size=1, max_size=LINES_MAX))
    return PurchaseOrder(
        id=name,
        supplier=draw(st.none() | supplier_ids()),
        placed_on=draw(st.dates()),
        lines=lines,
    )
