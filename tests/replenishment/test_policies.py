"""Laws of the policies: when they fire, how much they order, and that they then keep quiet."""

import pickle
from datetime import UTC, date, datetime, timedelta
from typing import Any

import attrs
import policy_strategies as drawn
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.errors import FieldError
from ecomkit.identifiers import LocationId, PurchaseOrderId, Sku
from ecomkit.replenishment import (
    DAYS_MAX,
    Advice,
    Demand,
    ExpectedReceipt,
    InventoryPosition,
    LeadTime,
    MinimumStock,
    OrderQuantity,
    Reason,
    ReorderPoint,
    ReplenishmentPolicy,
    StatedLevel,
    Trigger,
    on_order,
)
from ecomkit.replenishment._fixed_quantity import FixedQuantity
from ecomkit.testing.strategies._replenishment import (
    inventory_positions,
    reorder_points,
    triggers,
)

NOW = datetime(2026, 10, 1, 9, tzinfo=UTC)
FOUR_A_DAY = Demand.of(mean_per_day=4, sd_per_day=3)
A_WEEK = LeadTime(mean_days=7)

policies = drawn.policies(max_value=200) | drawn.policies()
facts = drawn.facts
positions = inventory_positions(max_value=200) | inventory_positions()


def advise(policy: ReplenishmentPolicy, units: int) -> Advice:
    """The advice at a position of *units*, of which those below 0 are owed."""
    position = InventoryPosition(usable=max(0, units), uncovered=max(0, -units))
    return policy(position, demand=FOUR_A_DAY, lead_time=A_WEEK, now=NOW)


@given(policies, inventory_positions(), facts)
def test_a_policy_answers_every_legal_question(
    policy: Any, position: InventoryPosition, known: dict[str, Any]
) -> None:
    """No legal fact makes a policy fail, nor the words of its advice."""
    advice = policy(position, **known)

    assert advice.order >= 0
    assert advice.explain()


@given(policies, positions, facts)
def test_running_again_after_ordering_orders_nothing(
    policy: Any, position: InventoryPosition, known: dict[str, Any]
) -> None:
    """What is confirmed counts at once, so the same need is never ordered twice."""
    order = policy(position, **known).order

    assert policy(position.after_ordering(order), **known).order == 0


@given(policies, positions, facts)
def test_after_ordering_the_position_is_enough_or_the_advice_says_why(
    policy: Any, position: InventoryPosition, known: dict[str, Any]
) -> None:
    """After the order the policy is quiet, unless a step took units away and the advice says so."""
    advice = policy(position, **known)
    after = policy(position.after_ordering(advice.order), **known)

    assert after.triggered == (Reason.STILL_LOW in advice.reasons)
    if after.triggered:
        assert any(step.after < step.before for step in advice.steps)


@given(policies, positions, facts)
def test_an_order_needs_a_trigger(
    policy: Any, position: InventoryPosition, known: dict[str, Any]
) -> None:
    """A policy orders only at a position that fires, and then has a need of one unit or more."""
    advice = policy(position, **known)

    assert advice.triggered == bool(advice.steps)
    assert advice.triggered == advice.trigger.fires(position.total, level=advice.reorder_point)
    # What nobody asks for fires only where units are owed.
    assert advice.trigger is policy.trigger or known["demand"].mean_per_day < 1 / DAYS_MAX
    if advice.triggered:
        assert advice.target - position.total == advice.steps[0].before >= 1


@given(policies, positions, facts)
def test_an_order_is_nothing_or_legal(
    policy: Any, position: InventoryPosition, known: dict[str, Any]
) -> None:
    """The order is 0, or a multiple of the pack that is not below the minimum order."""
    order = policy(position, **known).order

    assert order == 0 or (order >= policy.quantity.moq and order % policy.quantity.case_pack == 0)


@given(policies.filter(lambda policy: not isinstance(policy, FixedQuantity)), positions, facts)
def test_without_limits_the_order_reaches_the_target(
    policy: Any, position: InventoryPosition, known: dict[str, Any]
) -> None:
    """With no minimum, pack or maximum the position after the order is the target."""
    free = attrs.evolve(policy, quantity=OrderQuantity())
    advice = free(position, **known)

    assert advice.order == (advice.target - position.total if advice.triggered else 0)


@given(triggers(), st.integers(-100, 100), st.integers(0, 100))
def test_triggers_differ_at_the_level_only(trigger: Trigger, position: int, level: int) -> None:
    """Below the level both fire, above it none, and at it the inclusive one."""
    expected = position < level or (position == level and trigger is Trigger.INCLUSIVE)

    assert expected == trigger.fires(position, level=level)
    assert position < trigger.quiet_from(level) or not expected


@pytest.mark.parametrize(
    ("position", "trigger", "order"),
    [
        (7, Trigger.STRICT, 48),
        (7, Trigger.INCLUSIVE, 48),
        (10, Trigger.STRICT, 0),
        (10, Trigger.INCLUSIVE, 48),
        (11, Trigger.INCLUSIVE, 0),
    ],
)
def test_minimum_ten_maximum_fifty_by_the_dozen(
    position: int, trigger: Trigger, order: int
) -> None:
    """Min 10, max 50, forecast 7, multiple 12: 43 is rounded up to 48; at 10 it depends."""
    policy = MinimumStock(
        level=10, up_to=50, trigger=trigger, quantity=OrderQuantity(case_pack=12)
    )

    assert order == advise(policy, position).order


@pytest.mark.parametrize(
    ("position", "level", "up_to", "quantity", "order"),
    [
        # Odoo 15 to 18: below the minimum, to the maximum, rounded up to the multiple
        (8, 8, 20, OrderQuantity(case_pack=3), 0),
        (-3, 0, 0, OrderQuantity(), 3),
        (0, 0, 0, OrderQuantity(), 0),
        (9, 10, 50, OrderQuantity(), 41),
        (3, 10, None, OrderQuantity(case_pack=4), 8),
        # Odoo 19: rounded so that the result stays at or below the maximum
        (0, 8, 20, OrderQuantity(case_pack=3, maximum=20), 18),
        (5, 8, 20, OrderQuantity(case_pack=3, maximum=20), 15),
    ],
)
def test_minimum_stock_does_what_odoo_does(
    position: int, level: int, up_to: int | None, quantity: OrderQuantity, order: int
) -> None:
    """A strict trigger with up_to and pack or maximum gives the quantities of Odoo's rule."""
    policy = MinimumStock(level=level, up_to=up_to, quantity=quantity)

    assert order == advise(policy, position).order


@pytest.mark.parametrize(("position", "order"), [(11, 0), (10, 30), (-40, 51)])
def test_minimum_stock_with_a_reorder_quantity(position: int, order: int) -> None:
    """A fixed reorder quantity is a minimum order, as in ERPNext; a larger need is ordered whole."""
    # ERPNext orders 50 at -40, up to 10, where its inclusive trigger fires again at once.
    policy = MinimumStock(level=10, trigger=Trigger.INCLUSIVE, quantity=OrderQuantity(moq=30))

    assert order == advise(policy, position).order


def test_a_daily_run_orders_once() -> None:
    """Level 100, quantity 110, stock 0: 110 on day one, nothing on day two, since it is incoming."""
    policy = MinimumStock(level=100, quantity=OrderQuantity(moq=110))
    sku = Sku("ELEPHANT")
    receipts: list[ExpectedReceipt] = []
    orders: list[int] = []
    for day in range(3):
        today = NOW + timedelta(days=day)
        position = InventoryPosition(
            usable=0,
            on_order=on_order(receipts, sku=sku, before=today.date() + timedelta(days=30)),
        )
        advice = policy(position, demand=FOUR_A_DAY, lead_time=A_WEEK, now=today)
        orders.append(advice.order)
        if advice.order and advice.arrives_on:
            receipts.append(
                ExpectedReceipt(
                    purchase_order=PurchaseOrderId(f"PO-{day}"),
                    sku=sku,
                    location=LocationId("LYON"),
                    quantity=advice.order,
                    expected_on=advice.arrives_on,
                )
            )

    assert orders == [110, 0, 0]


@pytest.mark.parametrize(
    ("fields", "target"),
    [
        ({}, 70),
        ({"cover_days": 30}, 162),
        ({"cover_days": 0}, 43),
        ({"cover_days": 0, "trigger": Trigger.STRICT}, 42),
    ],
)
def test_reorder_point_orders_up_to_its_cover(fields: dict[str, Any], target: int) -> None:
    """Above the reorder point of 42 the target adds the cover: a lead time, stated days, or none."""
    advice = advise(ReorderPoint(service_level=0.95, **fields), 20)

    assert (42, 14, target) == (advice.reorder_point, advice.safety_stock, advice.target)
    assert target - 20 == advice.order


def test_review_days_are_in_the_default_cover() -> None:
    """Without stated cover, the target covers the lead time and the review period."""
    advice = advise(ReorderPoint(service_level=0.5, review_days=3), 0)

    assert (advice.reorder_point, advice.target) == (40, 80)


def test_reorder_point_fires_at_its_level() -> None:
    """The default trigger of a reorder point includes the point itself."""
    policy = ReorderPoint(service_level=0.95)

    assert [advise(policy, units).triggered for units in (41, 42, 43)] == [True, True, False]


@given(reorder_points())
def test_a_policy_is_a_value(policy: ReorderPoint) -> None:
    """A policy that was used equals, hashes and pickles like one that was not."""
    fresh = attrs.evolve(policy)
    _ = policy.z

    assert fresh == policy
    assert hash(fresh) == hash(policy)
    assert policy.z == pickle.loads(pickle.dumps(policy)).z  # noqa: S301  # our own bytes


@pytest.mark.parametrize(
    "wrong",
    [
        {"level": -1},
        {"level": True},
        {"up_to": 9},
        {"up_to": -1},
        {"trigger": "strict"},
        {"quantity": 12},
    ],
)
def test_minimum_stock_refuses_wrong_parameters(wrong: dict[str, Any]) -> None:
    """Each parameter of the policy is checked and named."""
    with pytest.raises(FieldError) as caught:
        MinimumStock(**{"level": 10, **wrong})

    assert caught.value.field in wrong


@pytest.mark.parametrize("field", ["review_days", "cover_days"])
@pytest.mark.parametrize("days", [-1, 1.5, True, 3651])
def test_reorder_point_refuses_wrong_days(field: str, days: Any) -> None:
    """Review and cover are whole days, up to ten years."""
    with pytest.raises(FieldError) as caught:
        ReorderPoint(**{"service_level": 0.95, field: days})

    assert field == caught.value.field


def test_a_naive_now_is_refused() -> None:
    """Time is an argument, and an instant."""
    for policy in (MinimumStock(level=10), ReorderPoint(service_level=0.95)):
        with pytest.raises(FieldError):
            policy(
                InventoryPosition(usable=1),
                demand=FOUR_A_DAY,
                lead_time=A_WEEK,
                now=datetime(2026, 10, 1),  # noqa: DTZ001  # naive on purpose
            )


def test_a_policy_of_ones_own() -> None:
    """Any callable of the shape is a policy: here, always order for thirty days."""

    def monthly(
        position: InventoryPosition, *, demand: Demand, lead_time: LeadTime, now: datetime
    ) -> Advice:
        target = round(30 * demand.mean_per_day)
        return Advice(
            at=now,
            position=position,
            demand=demand,
            lead_time=lead_time,
            level=StatedLevel(units=target),
            trigger=Trigger.STRICT,
            target=target,
            steps=OrderQuantity()(target - position.total, position=position.total),
        )

    advice = advise(monthly, 20)

    assert advice.order == 100
    assert date(2026, 10, 8) == advice.arrives_on
