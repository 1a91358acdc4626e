"""What is no order is refused, with the facts."""

import pickle
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, get_type_hints

import attrs
import pytest

from ecomkit.errors import FieldError, InputError
from ecomkit.identifiers import ChannelId, LineId, OrderId, Sku
from ecomkit.money import Currency, Money
from ecomkit.orders import (
    Charge,
    ChargeKind,
    DiscountExceedsLineError,
    DuplicateLineError,
    LineCounts,
    LineEvent,
    LineEventKind,
    NegativeTotalError,
    Order,
    OrderLine,
    Payment,
    PaymentKind,
    RefundExceedsCapturedError,
    Taxation,
    TransitionError,
    UnknownLineError,
)
from ecomkit.testing.strategies._orders import order_lines, orders, placed_orders

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
NAIVE = datetime(2026, 3, 1, 12)  # noqa: DTZ001  # what is to be refused
A = LineId("A")


def eur(amount: int) -> Money:
    """Return an amount in cents."""
    return Money(amount, Currency.EUR)


LINE = OrderLine(id=A, sku=Sku("ELEPHANT"), quantity=2, unit_price=eur(1000))
ORDER = Order(
    id=OrderId("shop/1"),
    channel=ChannelId("shop"),
    currency=Currency.EUR,
    placed_at=AT,
    lines=[LINE],
)
EVENT = LineEvent(kind=LineEventKind.SHIPPED, line=A, quantity=1, at=AT)
PAYMENT = Payment(kind=PaymentKind.CAPTURED, amount=eur(1), at=AT)
FEE = Charge(kind=ChargeKind.FEE, amount=eur(5))


@pytest.mark.parametrize(
    ("value", "field", "wrong"),
    [
        (LINE, "quantity", 0),
        (LINE, "quantity", True),
        (LINE, "unit_price", eur(-1)),
        (LINE, "unit_price", 1000),
        (LINE, "id", "A"),
        (LINE, "sku", "ELEPHANT"),
        (LINE, "title", None),
        (LINE, "category", 5),
        (LINE, "added_at", NAIVE),
        (FEE, "amount", eur(-5)),
        (FEE, "amount", 5),
        (FEE, "kind", "fee"),
        (FEE, "kind", ChargeKind.DISCOUNT),
        (FEE, "kind", ChargeKind.TAX),
        (FEE, "taxation", Taxation.ADDED),
        (FEE, "line", "A"),
        (FEE, "title", None),
        (EVENT, "quantity", 0),
        (EVENT, "at", NAIVE),
        (EVENT, "kind", "shipped"),
        (EVENT, "line", "A"),
        (PAYMENT, "amount", eur(0)),
        (PAYMENT, "amount", 5),
        (PAYMENT, "at", NAIVE),
        (PAYMENT, "kind", "captured"),
        (PAYMENT, "reference", None),
        (ORDER, "id", "shop/1"),
        (ORDER, "channel", "shop"),
        (ORDER, "currency", "EUR"),
        (ORDER, "placed_at", NAIVE),
        (ORDER, "lines", []),
        (ORDER, "lines", [attrs.evolve(LINE, added_at=AT)]),
        (ORDER, "lines", ["A"]),
        (ORDER, "charges", 5),
        (ORDER, "customer", "ada"),
        (ORDER, "events", [PAYMENT]),
        (ORDER, "payments", [EVENT]),
    ],
)
def test_no_field_takes_what_it_must_not(value: Any, field: str, wrong: object) -> None:
    """Each field is checked at construction, and the error says which."""
    with pytest.raises(FieldError) as caught:
        attrs.evolve(value, **{field: wrong})

    assert type(value).__name__ == caught.value.owner
    assert caught.value.field in {field, "amount", "taxation"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"ordered": 1, "cancelled": 2},
        {"ordered": 2, "cancelled": 1, "shipped": 2},
        {"ordered": 2, "shipped": 1, "delivered": 2},
        {"ordered": 2, "shipped": 1, "returned": 2},
        {"ordered": -1},
    ],
)
def test_counters_that_break_a_law_cannot_exist(wrong: dict[str, int]) -> None:
    """A broken law is refused, and the error names the counter that is too large."""
    with pytest.raises(FieldError) as caught:
        LineCounts(**wrong)

    assert list(wrong)[-1] == caught.value.field


def test_two_lines_have_two_ids() -> None:
    """The same id twice is refused, and named."""
    other = attrs.evolve(LINE, id=LineId("B"))

    with pytest.raises(DuplicateLineError) as caught:
        attrs.evolve(ORDER, lines=[other, LINE, LINE])

    assert (ORDER.id, A) == (caught.value.order, caught.value.line)


@pytest.mark.parametrize(
    "ask",
    [
        ORDER.line,
        ORDER.counts,
        ORDER.price,
        ORDER.line_amount,
        lambda line: ORDER.entitlement(line, units=1),
        lambda line: ORDER.ship(line, quantity=1, at=AT),
        lambda line: ORDER.with_events([attrs.evolve(EVENT, line=line)]),
        lambda line: attrs.evolve(ORDER, charges=[attrs.evolve(FEE, line=line)]),
    ],
)
def test_a_line_that_is_not_there_is_named(ask: Callable[[LineId], object]) -> None:
    """Whatever is asked about an unknown line, the answer is the same error."""
    with pytest.raises(UnknownLineError) as caught:
        ask(LineId("9"))

    assert (ORDER.id, LineId("9")) == (caught.value.order, caught.value.line)


@pytest.mark.parametrize(
    ("kinds", "wanted", "possible"),
    [
        ([LineEventKind.CANCELLED, LineEventKind.CANCELLED, LineEventKind.CANCELLED], 3, 2),
        ([LineEventKind.CANCELLED, LineEventKind.SHIPPED, LineEventKind.SHIPPED], 2, 1),
        ([LineEventKind.SHIPPED, LineEventKind.DELIVERED, LineEventKind.DELIVERED], 2, 1),
        ([LineEventKind.SHIPPED, LineEventKind.RETURNED, LineEventKind.RETURNED], 2, 1),
    ],
)
def test_events_that_break_a_law_are_refused_together(
    kinds: list[LineEventKind], wanted: int, possible: int
) -> None:
    """The facts of many events are checked as one, and the error says how many there may be."""
    with pytest.raises(TransitionError) as caught:
        ORDER.with_events(attrs.evolve(EVENT, kind=kind) for kind in kinds)

    assert (ORDER.id, A, kinds[-1]) == (caught.value.order, caught.value.line, caught.value.kind)
    assert (wanted, possible) == (caught.value.wanted, caught.value.possible)


def test_a_delivery_may_be_reported_before_its_shipment() -> None:
    """Facts of one batch may stand in any order."""
    delivered = attrs.evolve(EVENT, kind=LineEventKind.DELIVERED)
    order = ORDER.with_events([delivered, EVENT])

    assert LineCounts(ordered=2, shipped=1, delivered=1) == order.counts(A)


def test_a_parcel_may_come_back_undelivered() -> None:
    """Units that no carrier reported as delivered can be taken back."""
    order = ORDER.ship(A, quantity=2, at=AT).take_back(A, quantity=2, at=AT)

    assert order.counts(A).possible(LineEventKind.RETURNED) == 0


def test_discounts_of_a_line_stay_within_the_line() -> None:
    """A discount attached to a line takes off its goods, at most, and may take off all."""
    whole = Charge(kind=ChargeKind.DISCOUNT, amount=eur(-2000), line=A)
    more = Charge(kind=ChargeKind.DISCOUNT, amount=eur(-1), line=A)

    assert eur(0) == attrs.evolve(ORDER, charges=[whole]).totals.total
    with pytest.raises(DiscountExceedsLineError) as caught:
        attrs.evolve(ORDER, charges=[whole, more, attrs.evolve(FEE, amount=eur(100))])

    assert (ORDER.id, A) == (caught.value.order, caught.value.line)
    assert (eur(-2001), eur(2000)) == (caught.value.discount, caught.value.goods)


def test_a_total_is_not_negative() -> None:
    """A discount larger than the order is refused; a line added later does not make room."""
    too_much = Charge(kind=ChargeKind.DISCOUNT, amount=eur(-2001))
    later = attrs.evolve(LINE, id=LineId("B"), added_at=AT)

    for lines in ([LINE], [LINE, later]):
        with pytest.raises(NegativeTotalError) as caught:
            attrs.evolve(ORDER, lines=lines, charges=[too_much])

        assert (ORDER.id, eur(-1)) == (caught.value.order, caught.value.total)


def test_refunds_in_the_facts_are_bounded_too() -> None:
    """An order cannot be built with more paid back than was captured."""
    refund = attrs.evolve(PAYMENT, kind=PaymentKind.REFUNDED, amount=eur(2))

    with pytest.raises(RefundExceedsCapturedError) as caught:
        attrs.evolve(ORDER, payments=[refund, PAYMENT])

    assert (eur(2), eur(1)) == (caught.value.refunded, caught.value.captured)


@pytest.mark.parametrize("units", [-1, 3])
def test_entitlement_is_about_units_that_the_line_has(units: int) -> None:
    """Fewer than none or more than were ordered are worth nothing that can be said."""
    with pytest.raises(FieldError):
        ORDER.entitlement(A, units=units)


def test_charges_of_an_added_line_belong_to_it() -> None:
    """A charge of the whole order cannot come with a line, it would change other shares."""
    later = attrs.evolve(LINE, id=LineId("B"))

    with pytest.raises(FieldError) as caught:
        ORDER.add(later, at=AT, charges=[FEE])

    assert (caught.value.owner, caught.value.field) == ("Charge", "line")


def test_an_added_line_has_an_id_of_its_own() -> None:
    """Adding a line twice is refused."""
    with pytest.raises(DuplicateLineError):
        ORDER.add(LINE, at=AT)


@pytest.mark.parametrize("kind", [Order, OrderLine, Charge, LineEvent, Payment])
def test_field_types_resolve_at_run_time(kind: type) -> None:
    """A codec can read the type of each field."""
    hints = get_type_hints(kind)

    assert {field.name for field in attrs.fields(kind)} <= set(hints)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (
            DuplicateLineError(order=ORDER.id, line=A),
            "order shop/1 has the line A twice; give each line an id of its own",
        ),
        (UnknownLineError(order=ORDER.id, line=A), "order shop/1 has no line A"),
        (
            TransitionError(
                order=ORDER.id, line=A, kind=LineEventKind.SHIPPED, wanted=3, possible=2
            ),
            "line A of order shop/1: 3 shipped wanted, 2 possible",
        ),
        (
            RefundExceedsCapturedError(order=ORDER.id, refunded=eur(2), captured=eur(1)),
            "order shop/1: refunds of 0.02 EUR exceed the 0.01 EUR captured",
        ),
        (
            DiscountExceedsLineError(order=ORDER.id, line=A, discount=eur(-2001), goods=eur(2000)),
            "line A of order shop/1 costs 20.00 EUR, its discounts of -20.01 EUR exceed that",
        ),
        (
            NegativeTotalError(order=ORDER.id, total=eur(-1)),
            "order shop/1 has a total of -0.01 EUR; a discount takes off what there is, at most",
        ),
    ],
)
def test_errors_say_what_was_got_and_wanted(error: InputError, sentence: str) -> None:
    """The sentence of an error holds its facts."""
    assert sentence == str(error)


def test_errors_survive_pickling() -> None:
    """Errors go through process pools with their facts."""
    error = TransitionError(
        order=ORDER.id, line=A, kind=LineEventKind.SHIPPED, wanted=3, possible=2
    )
    back = pickle.loads(pickle.dumps(error))  # noqa: S301  # our own bytes

    assert isinstance(back, InputError)
    assert str(error) == str(back)
    assert attrs.asdict(error, recurse=False) == attrs.asdict(back, recurse=False)


@pytest.mark.parametrize(
    "make",
    [
        lambda: order_lines(currency=Currency.EUR, max_quantity=0),
        lambda: order_lines(currency=Currency.EUR, max_unit_price=-1),
        lambda: placed_orders(min_lines=0).example(),
        lambda: placed_orders(min_lines=3, max_lines=2).example(),
        lambda: orders(min_steps=-1).example(),
        lambda: orders(min_steps=3, max_steps=2).example(),
    ],
)
@pytest.mark.filterwarnings("ignore:The `.example")
def test_bounds_of_strategies_that_contradict_are_refused(make: Callable[[], object]) -> None:
    """A strategy that can draw nothing says so."""
    with pytest.raises(FieldError):
        make()
