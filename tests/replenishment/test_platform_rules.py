"""The rules of platforms, written with the policies here."""

from datetime import UTC, datetime
from typing import Any

import pytest
from policy_cases import cases, near

from ecomkit.replenishment import (
    Demand,
    InventoryPosition,
    LeadTime,
    MinimumStock,
    OrderQuantity,
    Reason,
    ReplenishmentPolicy,
    Trigger,
)
from ecomkit.replenishment._fixed_quantity import FixedQuantity, Shortfall


def ordered(policy: ReplenishmentPolicy, units: int) -> int:
    """What the policy orders at a position of *units*, of which those below 0 are owed."""
    return policy(
        InventoryPosition(usable=max(0, units), uncovered=max(0, -units)),
        demand=Demand.of(mean_per_day=4),
        lead_time=LeadTime(mean_days=7),
        now=datetime(2026, 10, 1, tzinfo=UTC),
    ).order


@pytest.mark.parametrize("case", cases("min_max_multiple_round_up"))
def test_odoo_15_to_18(case: Any) -> None:
    """Strictly below the minimum, up to the greater of both, rounded up; a multiple of 0 is none."""
    asked = case["inputs"]
    policy = MinimumStock(
        level=asked["min_qty"],
        up_to=max(asked["min_qty"], asked["max_qty"]),
        quantity=OrderQuantity(case_pack=asked["multiple"] or 1),
    )

    assert ordered(policy, asked["forecast"]) == near(case, "to_order")


@pytest.mark.parametrize("case", cases("min_max_multiple_round_down"))
def test_odoo_19(case: Any) -> None:
    """The multiple is rounded so that the position stays at or below the maximum."""
    asked = case["inputs"]
    policy = MinimumStock(
        level=asked["min_qty"],
        up_to=asked["max_qty"],
        quantity=OrderQuantity(case_pack=asked["multiple"], maximum=asked["max_qty"]),
    )

    assert ordered(policy, asked["forecast"]) == near(case, "to_order")


@pytest.mark.parametrize("case", cases("reorder_level_qty"))
def test_erpnext(case: Any) -> None:
    """At or below the level, the reorder quantity or what lacks; no level and no quantity, no rule."""
    asked = case["inputs"]
    factor = asked["purchase_uom_factor"]
    units = 0
    if asked["reorder_level"] or asked["reorder_qty"]:
        policy = FixedQuantity(
            reorder_point=asked["reorder_level"],
            order_quantity=max(1, asked["reorder_qty"]),
            shortfall=Shortfall.EXACT,
            quantity=OrderQuantity(case_pack=factor),
        )
        units = ordered(policy, asked["projected"])

    assert units // factor == near(case, "to_order_purchase_uom")


@pytest.mark.parametrize(("units", "dozens"), [(11, 0), (10, 3), (-40, 5)])
def test_erpnext_by_the_dozen(units: int, dozens: int) -> None:
    """A purchase unit of twelve that has to be whole is a case pack: 30 are three dozen."""
    policy = FixedQuantity(
        reorder_point=10,
        order_quantity=30,
        shortfall=Shortfall.EXACT,
        quantity=OrderQuantity(case_pack=12),
    )

    assert dozens == ordered(policy, units) // 12


@pytest.mark.parametrize(("units", "order"), [(9, 1), (10, 0), (-2, 12)])
def test_inventree(units: int, order: int) -> None:
    """A part is low strictly below its minimum stock."""
    assert order == ordered(MinimumStock(level=10), units)


def test_erpnext_fires_again_where_ours_does_not() -> None:
    """Lifted to the level exactly, an inclusive rule asks twice; a minimum order does not."""
    exact = FixedQuantity(reorder_point=10, order_quantity=30, shortfall=Shortfall.EXACT)
    ours = MinimumStock(level=10, trigger=Trigger.INCLUSIVE, quantity=OrderQuantity(moq=30))

    assert (ordered(exact, -40), ordered(exact, 10)) == (50, 30)
    assert (ordered(ours, -40), ordered(ours, 11)) == (51, 0)
    assert (
        Reason.STILL_LOW
        in exact(
            InventoryPosition(usable=0, uncovered=40),
            demand=Demand.of(mean_per_day=4),
            lead_time=LeadTime(mean_days=7),
            now=datetime(2026, 10, 1, tzinfo=UTC),
        ).reasons
    )
