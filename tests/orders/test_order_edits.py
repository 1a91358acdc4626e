"""Edits of orders: previewed, exact to the cent, and refused with every reason."""

from datetime import UTC, datetime

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.errors import FieldError
from ecomkit.identifiers import ChannelId, CommandKey, LineId, OrderId, Sku
from ecomkit.money import Currency, Money
from ecomkit.orders import (
    EDIT_TRANSITIONS,
    AddLine,
    Adjustment,
    AdjustmentKind,
    CancelUnits,
    Charge,
    ChargeKind,
    EditPreview,
    EditRefused,
    EditState,
    HoldEvent,
    HoldKind,
    HoldStep,
    Order,
    OrderEdit,
    OrderLine,
    Payment,
    PaymentKind,
    diagram,
    difference,
    preview_edit,
)
from ecomkit.testing.strategies import order_lines, orders

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
ONE, TWO = LineId("1"), LineId("2")


def eur(cents: int) -> Money:
    """Return *cents* in euro."""
    return Money(cents, Currency.EUR)


def line(name: LineId, price: int, *, quantity: int = 1) -> OrderLine:
    """Return a line."""
    return OrderLine(id=name, sku=Sku("A"), quantity=quantity, unit_price=eur(price))


def order_of(*lines: OrderLine, charges: tuple[Charge, ...] = ()) -> Order:
    """Return an order of *lines*."""
    return Order(
        id=OrderId("shop/1"),
        channel=ChannelId("shop"),
        currency=Currency.EUR,
        placed_at=AT,
        lines=lines,
        charges=charges,
    )


def edit_of(order: Order, *changes: AddLine | CancelUnits | Adjustment) -> OrderEdit:
    """Return an edit of *order* as it is."""
    return OrderEdit(
        key=CommandKey("e-1"),
        order=order.id,
        version=order.version,
        changes=changes,
        requested_at=AT,
    )


def previewed(order: Order, *changes: AddLine | CancelUnits | Adjustment) -> EditPreview:
    """Return the preview of an edit that fits."""
    preview = preview_edit(order, edit=edit_of(order, *changes), now=AT)
    assert isinstance(preview, EditPreview)
    return preview


@given(orders(), st.data())
def test_an_edit_moves_what_is_due_by_what_it_says(order: Order, data: st.DataObject) -> None:
    """A line added and then cancelled leaves what is due, owed and overpaid as it was."""
    added = data.draw(order_lines(currency=order.currency, ids=st.just(LineId("more"))))
    more = previewed(order, AddLine(line=added))
    back = previewed(more.after, CancelUnits(line=added.id, quantity=added.quantity))

    assert order.effective_total <= more.after.effective_total
    if order.units.due:
        assert order.owed == back.after.owed
        assert order.overpaid == back.after.overpaid


def test_adding_and_removing_an_item_of_a_paid_order_pays_nothing_back() -> None:
    """Paid 100, edited by +20 and then by -20: nothing is owed, and nothing is refunded."""
    order = order_of(line(ONE, 10_000)).pay(
        Payment(kind=PaymentKind.CAPTURED, amount=eur(10_000), at=AT)
    )
    more = previewed(order, AddLine(line=line(TWO, 2_000)))
    assert (eur(2_000), eur(0)) == (more.to_pay, more.to_pay_back)

    back = previewed(more.after, CancelUnits(line=TWO, quantity=1))

    assert (eur(0), eur(0)) == (back.to_pay, back.to_pay_back)


def test_cancelling_one_line_leaves_the_discount_of_the_others() -> None:
    """Lines of 60 and 40, 10 off: with 60 cancelled, 40 still carries 4, not 10."""
    off = Charge(kind=ChargeKind.DISCOUNT, amount=eur(-1_000))
    order = order_of(line(ONE, 6_000), line(TWO, 4_000), charges=(off,))
    after = previewed(order, CancelUnits(line=ONE, quantity=1)).after

    assert eur(-400) == after.price(TWO).order_discount
    assert eur(3_600) == after.effective_total


def test_a_refused_edit_says_everything_that_is_wrong() -> None:
    """Too many units, an unknown line, a line twice and a stale version are told at once."""
    order = order_of(line(ONE, 100, quantity=2)).cancel(ONE, quantity=1, at=AT)
    stale = attrs.evolve(
        edit_of(
            order,
            CancelUnits(line=ONE, quantity=5),
            CancelUnits(line=TWO, quantity=1),
            AddLine(line=line(ONE, 1)),
        ),
        version=0,
    )
    refused = preview_edit(order, edit=stale, now=AT)

    assert isinstance(refused, EditRefused)
    assert len(refused.reasons) == 4
    text = refused.explain()
    assert "at version 1, the edit is for version 0" in text
    assert "5 cancelled wanted, 1 possible" in text
    assert "has no line 2" in text
    assert "has the line 1 twice" in text


@pytest.mark.parametrize("state", [EditState.CONFIRMED, EditState.DECLINED])
def test_an_edit_that_has_ended_is_refused(state: EditState) -> None:
    """What was confirmed or declined is not made again."""
    order = order_of(line(ONE, 100))
    edit = attrs.evolve(edit_of(order, CancelUnits(line=ONE, quantity=1)), state=state)
    refused = preview_edit(order, edit=edit, now=AT)

    assert isinstance(refused, EditRefused)
    assert state.value in refused.explain()


def test_an_edit_is_of_its_own_order_and_changes_something() -> None:
    """An edit of another order, or of nothing, is a mistake of the caller."""
    order = order_of(line(ONE, 100))
    edit = edit_of(order, CancelUnits(line=ONE, quantity=1))

    with pytest.raises(FieldError, match="order"):
        preview_edit(order, edit=attrs.evolve(edit, order=OrderId("other")), now=AT)
    with pytest.raises(FieldError, match="one change or more"):
        edit_of(order)


def test_an_adjustment_is_an_edit_too() -> None:
    """Goodwill is previewed as a line is."""
    order = order_of(line(ONE, 1_000))
    goodwill = Adjustment(kind=AdjustmentKind.GOODWILL, amount=eur(-200), at=AT)

    assert eur(800) == previewed(order, goodwill).to_pay


def test_the_preview_reads_as_a_person_would_say_it() -> None:
    """What changes is told line by line, with what it was and what it is."""
    order = order_of(line(ONE, 1_000, quantity=2))
    preview = previewed(order, AddLine(line=line(TWO, 700)), CancelUnits(line=ONE, quantity=1))

    assert preview.explain() == (
        "order shop/1, version 0 -> 2\n"
        "line 1 cancelled: 0 -> 1\n"
        "line 2 added: 1 x A at 7.00 EUR\n"
        "due: 20.00 EUR -> 17.00 EUR\n"
        "owed: 20.00 EUR -> 17.00 EUR\n"
        "to pay 17.00 EUR, to pay back 0.00 EUR"
    )


@given(orders())
def test_an_order_does_not_differ_from_itself(order: Order) -> None:
    """Nothing changed, nothing is told."""
    assert difference(order, since=order).changes == ()


def test_the_difference_tells_axes_and_holds() -> None:
    """What an order waits for, and where it stands, is part of what changed."""
    order = order_of(line(ONE, 0))
    hold = HoldEvent(step=HoldStep.PLACED, kind=HoldKind.FRAUD, at=AT)
    text = difference(
        order.with_events([hold]).ship(ONE, quantity=1, at=AT), since=order
    ).explain()

    assert "order: open -> complete" in text
    assert "fulfilment: unfulfilled -> fulfilled" in text
    assert "on hold for: none -> fraud" in text


def test_orders_that_are_not_one_are_not_compared() -> None:
    """The difference is between two versions of one order."""
    order = order_of(line(ONE, 100))

    with pytest.raises(FieldError, match="a version of"):
        difference(order, since=attrs.evolve(order, id=OrderId("other")))


def test_an_edit_ends_once() -> None:
    """Both ends are reached from the request, and lead nowhere."""
    assert diagram(EDIT_TRANSITIONS).splitlines() == [
        "stateDiagram-v2",
        "    requested --> confirmed",
        "    requested --> declined",
    ]
