"""The life of a purchase order: its table is what orders really do, explored and not believed."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.errors import AttentionError, FieldError
from ecomkit.identifiers import LocationId, PurchaseOrderId, Sku, SupplierId
from ecomkit.money import Currency, Money
from ecomkit.orders import diagram
from ecomkit.replenishment import (
    PURCHASE_ORDER_TRANSITIONS,
    DeliveryTolerance,
    ExpectedReceipt,
    GoodsReceipt,
    NotOrderedError,
    PurchaseOrder,
    PurchaseOrderState,
    PurchaseOrderStateError,
    SupplierPromise,
    on_order,
)
from ecomkit.stores._codec import dumps, loads

ID = PurchaseOrderId("PO-1")
LAMP, TIGER = Sku("LAMP"), Sku("TIGER")
LYON, LILLE = LocationId("LYON"), LocationId("LILLE")
DAY = date(2026, 3, 2)
DUE = DAY + timedelta(days=7)
State = PurchaseOrderState


def line(sku: Sku = LAMP, quantity: int = 10, **fields: Any) -> ExpectedReceipt:
    """Return a line."""
    fields = {"location": LYON, "expected_on": DUE, **fields}
    return ExpectedReceipt(purchase_order=ID, sku=sku, quantity=quantity, **fields)


def order(*lines: ExpectedReceipt, **fields: Any) -> PurchaseOrder:
    """Return an order of these lines, or of ten lamps."""
    fields = {"supplier": SupplierId("mill"), "placed_on": DAY, **fields}
    return PurchaseOrder(id=ID, lines=lines or [line()], **fields)


def promise(units: int | None = None, *, sku: Sku = LAMP, **fields: Any) -> SupplierPromise:
    """Return what the supplier promises."""
    return SupplierPromise(sku=sku, location=LYON, units=units, **fields)


def next_orders(one: PurchaseOrder) -> Iterator[PurchaseOrder]:
    """Yield what each step makes of an order, those that are refused left out."""
    steps = [
        lambda: one.send(on=DAY),
        one.confirm,
        *(lambda units=units: one.confirm([promise(units)]) for units in range(4)),
        lambda: one.expect(LAMP, location=LYON, on=DUE),
        *(
            lambda units=units: one.receive(LAMP, location=LYON, quantity=units)
            for units in (1, 2)
        ),
        one.close,
        one.cancel,
    ]
    for step in steps:
        try:
            moved = step()
        except PurchaseOrderStateError as refused:
            assert refused.state is one.state
        else:
            if moved.received <= 4:
                yield moved


def explored(tolerance: DeliveryTolerance) -> dict[State, set[State]]:
    """Return every transition that a small order can make."""
    found: dict[State, set[State]] = defaultdict(set)
    draft = order(line(quantity=3), stated=State.DRAFT, tolerance=tolerance)
    seen, todo = {draft}, [draft]
    while todo:
        one = todo.pop()
        for moved in next_orders(one):
            if moved.state is not one.state:
                found[one.state].add(moved.state)
            if moved not in seen:
                seen.add(moved)
                todo.append(moved)
    assert {one.state for one in seen} == set(State)
    return found


@pytest.mark.parametrize("under", [0, 50])
def test_the_table_is_what_orders_do(under: int) -> None:
    """A search over all steps of a small order finds the transitions of the table and no other."""
    found = explored(DeliveryTolerance(under_percent=under))

    assert {state: set(targets) for state, targets in PURCHASE_ORDER_TRANSITIONS.items()} == {
        state: found[state] for state in State
    }


def test_the_table_can_be_drawn() -> None:
    """It is a table of states as those of orders are."""
    assert diagram(PURCHASE_ORDER_TRANSITIONS).startswith("stateDiagram-v2\n    draft --> sent\n")


STEPS: dict[str, Any] = {
    "send": lambda one, _: one.send(on=DAY),
    "confirm": lambda one, _: one.confirm(),
    "less": lambda one, units: one.confirm([promise(max(0, 10 - units))]),
    "more": lambda one, units: one.confirm([promise(10 + units)]),
    "receive": lambda one, units: one.receive(LAMP, location=LYON, quantity=units, on=DAY),
    "close": lambda one, _: one.close(),
    "cancel": lambda one, _: one.cancel(),
    "later": lambda one, units: one.expect(LAMP, location=LYON, on=DUE + timedelta(days=units)),
}


@given(
    st.lists(st.tuples(st.sampled_from(sorted(STEPS)), st.integers(1, 12)), max_size=12),
    st.integers(0, 40),
)
def test_units_are_open_received_short_or_over(taken: list[tuple[str, int]], under: int) -> None:
    """Whatever happens, what is due is received, open or short, and what is more is over."""
    tolerance = DeliveryTolerance(under_percent=under)
    one = order(line(), line(TIGER, 5), stated=State.DRAFT, tolerance=tolerance)
    came = 0
    for step, units in taken:
        try:
            one = STEPS[step](one, units)
        except PurchaseOrderStateError:
            continue
        came += units * (step == "receive")
        for row in one.lines:
            assert row.due + row.over == row.received + row.open + row.short
        assert came == one.received == sum(got.units for got in one.lines[0].receipts)
        assert (one.open > 0) is (one.state not in {State.CLOSED, State.CANCELLED})


def test_a_draft_counts_as_on_order_and_a_cancelled_one_does_not() -> None:
    """So that planning twice orders once, and calling off brings the need back."""
    draft = order(stated=State.DRAFT)
    after = DUE + timedelta(days=1)
    counted = [
        on_order(one.lines, sku=LAMP, before=after)
        for one in (draft, draft.send(on=DAY), draft.cancel(), draft.send(on=DAY).close())
    ]

    assert counted == [10, 10, 0, 0]
    assert draft.is_draft
    assert not draft.send(on=DAY).is_draft


def test_it_is_ordered_on_the_day_on_which_it_was_sent() -> None:
    """An order that was never a draft was sent when it was written."""
    later = DAY + timedelta(days=3)

    assert (DAY, later) == (
        order().ordered_on,
        order(stated=State.DRAFT).send(on=later).ordered_on,
    )


def test_a_supplier_confirms_other_days_and_quantities() -> None:
    """What it promises is awaited; what is not named is promised as it was ordered."""
    later = DUE + timedelta(days=5)
    told = order(line(), line(TIGER, 5), line(Sku("OWL"), 3)).confirm(
        [promise(8, on=later), promise(0, sku=TIGER)]
    )

    assert [(8, later, later), (0, DUE, DUE), (3, DUE, DUE)] == [
        (row.open, row.expected_on, row.promised_on) for row in told.lines
    ]
    assert [row.quantity for row in told.lines] == [10, 5, 3]
    assert (told.state, told.open) == (State.CONFIRMED, 11)


def test_a_promise_fills_the_lines_of_a_sku_by_day() -> None:
    """As receipts do: the earlier line first, what is beyond all of them goes to the last."""
    late = line(quantity=4, expected_on=DUE + timedelta(days=9))
    both = order(late, line(quantity=6))

    assert [row.due for row in both.confirm([promise(5)]).lines] == [0, 5]
    assert [row.due for row in both.confirm([promise(9)]).lines] == [3, 6]
    assert [row.due for row in both.confirm([promise(13)]).lines] == [7, 6]


def test_a_promise_is_kept_when_the_day_moves() -> None:
    """News of a delay moves what is expected and not what was promised."""
    later, last = DUE + timedelta(days=5), DUE + timedelta(days=8)
    moved = order().confirm().expect(LAMP, location=LYON, on=later)

    assert (later, DUE) == (moved.lines[0].expected_on, moved.lines[0].promised_on)
    again = moved.confirm([promise(on=last)])
    assert (last, last) == (again.lines[0].expected_on, again.lines[0].promised_on)
    came = moved.receive(LAMP, location=LYON, quantity=4).expect(LAMP, location=LYON, on=last)
    assert last == came.lines[0].expected_on


def test_what_has_come_is_not_expected_again() -> None:
    """A delay of the sku leaves the lines alone of which nothing is open."""
    full = order(line(quantity=4), line(quantity=6, expected_on=DUE + timedelta(days=1)))
    moved = full.receive(LAMP, location=LYON, quantity=4).expect(
        LAMP, location=LYON, on=DUE + timedelta(days=9)
    )

    assert [DUE, DUE + timedelta(days=9)] == [row.expected_on for row in moved.lines]


@pytest.mark.parametrize(
    ("came", "state", "open_units", "beyond"),
    [
        (18, State.PARTIALLY_RECEIVED, 2, 0),
        (19, State.CLOSED, 0, 0),
        (20, State.CLOSED, 0, 0),
        (22, State.CLOSED, 0, 0),
        (23, State.CLOSED, 0, 1),
    ],
)
def test_a_delivery_may_miss_by_the_tolerance(
    came: int, state: State, open_units: int, beyond: int
) -> None:
    """Within it the line is complete; units beyond it ask for a decision and are kept in view."""
    tolerance = DeliveryTolerance(under_percent=5, over_percent=10)
    got = order(line(quantity=20), tolerance=tolerance).receive(LAMP, location=LYON, quantity=came)

    assert (state, open_units, beyond) == (got.state, got.open, got.beyond_tolerance)
    assert (max(0, 20 - came) - open_units, max(0, came - 20)) == (got.short, got.over)


def test_the_rest_within_tolerance_may_still_come() -> None:
    """It fills the line, and nothing of it is over."""
    tolerance = DeliveryTolerance(under_percent=10)
    got = order(tolerance=tolerance).receive(LAMP, location=LYON, quantity=9)
    rest = got.receive(LAMP, location=LYON, quantity=1)

    assert [(one.short, one.over) for one in (got, rest)] == [(1, 0), (0, 0)]
    assert State.CLOSED is rest.state


def test_what_comes_after_closing_short_is_counted_and_opens_nothing() -> None:
    """The goods are there, so they are taken down."""
    late = order().receive(LAMP, location=LYON, quantity=4).close()
    late = late.receive(LAMP, location=LYON, quantity=5)

    assert (late.state, late.received, late.open, late.short) == (State.CLOSED, 9, 0, 1)


def test_a_supplier_that_refuses_all_leaves_nothing_to_wait_for() -> None:
    """An order of which every line is refused is closed."""
    assert State.CLOSED is order().confirm([promise(0)]).state


@pytest.mark.parametrize(
    ("state", "step", "refused"),
    [
        (State.SENT, lambda one: one.send(on=DAY), "send"),
        (State.DRAFT, lambda one: one.confirm(), "confirm"),
        (State.CANCELLED, lambda one: one.confirm(), "confirm"),
        (State.DRAFT, lambda one: one.receive(LAMP, location=LYON, quantity=1), "receive"),
        (State.CANCELLED, lambda one: one.receive(LAMP, location=LYON, quantity=1), "receive"),
        (State.DRAFT, lambda one: one.close(), "close"),
        (State.CANCELLED, lambda one: one.close(), "close"),
        (State.CLOSED, lambda one: one.cancel(), "cancel"),
        (State.CLOSED, lambda one: one.expect(LAMP, location=LYON, on=DUE), "expect goods"),
    ],
)
def test_a_step_that_the_state_does_not_allow_is_refused(
    state: State, step: Any, refused: str
) -> None:
    """The error names the order, where it stands and what was asked of it."""
    one = order(stated=state)
    with pytest.raises(PurchaseOrderStateError) as caught:
        step(one)
    assert (ID, state, refused) == (
        caught.value.purchase_order,
        caught.value.state,
        caught.value.step,
    )
    assert isinstance(caught.value, AttentionError)


def test_what_came_in_part_is_closed_and_not_cancelled() -> None:
    """Goods that are here cannot be called off."""
    partly = order().receive(LAMP, location=LYON, quantity=1)
    with pytest.raises(PurchaseOrderStateError):
        partly.cancel()
    assert partly.close().short == 9


def test_a_promise_of_what_was_not_ordered_is_refused() -> None:
    """So is one that comes twice."""
    with pytest.raises(NotOrderedError):
        order().confirm([promise(1, sku=TIGER)])
    with pytest.raises(NotOrderedError):
        order().confirm([SupplierPromise(sku=LAMP, location=LILLE)])
    with pytest.raises(FieldError):
        order().confirm([promise(1), promise(2)])


def test_the_cost_of_an_order_is_that_of_its_lines() -> None:
    """It is unknown as long as that of one line is."""
    ten, five = Money(1000, Currency.EUR), Money(500, Currency.EUR)

    assert Money(1500, Currency.EUR) == order(line(cost=ten), line(TIGER, cost=five)).cost
    assert order(line(cost=ten), line(TIGER)).cost is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"confirmed": -1},
        {"confirmed": True},
        {"promised_on": "2026-03-09"},
        {"receipts": [GoodsReceipt(on=DAY, units=1)]},
        {"receipts": [1]},
        {"is_closed": 1},
        {"cost": Money(-1, Currency.EUR)},
        {"cost": 5},
    ],
    ids=str,
)
def test_a_line_is_refused_with_its_field(wrong: dict[str, Any]) -> None:
    """Each new field of a line is checked, against what came as well."""
    with pytest.raises(FieldError) as caught:
        line(**wrong)
    assert [caught.value.field] == list(wrong)


@pytest.mark.parametrize(
    "wrong",
    [{"stated": State.PARTIALLY_RECEIVED}, {"stated": "sent"}, {"sent_on": 1}, {"tolerance": 5}],
    ids=str,
)
def test_an_order_is_refused_with_its_field(wrong: dict[str, Any]) -> None:
    """What follows from receipts cannot be stated."""
    with pytest.raises(FieldError) as caught:
        order(**wrong)
    assert [caught.value.field] == list(wrong)


@pytest.mark.parametrize("percent", [-1, 101, 5.0, True])
def test_a_tolerance_is_whole_percent(percent: Any) -> None:
    """From 0 to 100."""
    with pytest.raises(FieldError):
        DeliveryTolerance(under_percent=percent)
    with pytest.raises(FieldError):
        DeliveryTolerance(over_percent=percent)


def test_orders_of_before_load_and_new_ones_survive() -> None:
    """A row without the fields of today is an order that was sent; all of them come back."""
    old = (
        '{"id":"PO-1","supplier":"mill","placed_on":"2026-03-02","lines":[{"purchase_order":"PO-1",'
        '"sku":"LAMP","location":"LYON","quantity":10,"expected_on":"2026-03-09","received":4}]}'
    )
    loaded = loads(old, PurchaseOrder)

    assert (loaded.state, loaded.open, loaded.ordered_on) == (State.PARTIALLY_RECEIVED, 6, DAY)
    assert order(line(received=4)) == loaded
    assert dumps(loaded, PurchaseOrder) == dumps(loads(old, PurchaseOrder), PurchaseOrder)

    full = (
        order(
            line(cost=Money(1000, Currency.EUR)),
            stated=State.DRAFT,
            tolerance=DeliveryTolerance(over_percent=5),
        )
        .send(on=DAY)
        .confirm([promise(9, on=DUE)])
        .receive(LAMP, location=LYON, quantity=4, on=DAY)
        .close()
    )
    assert full == loads(dumps(full, PurchaseOrder), PurchaseOrder)


def test_a_refused_step_says_where_the_order_stands() -> None:
    """The sentence names the order, its state and the step."""
    error = PurchaseOrderStateError(
        purchase_order=PurchaseOrderId("PO-1"), state=State.PARTIALLY_RECEIVED, step="cancel"
    )
    assert str(error) == (
        "purchase order PO-1 is partially received, so it cannot cancel; "
        "look at what happened first"
    )
