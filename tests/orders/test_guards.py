"""Guards: all reasons at once, each guard switchable, and only the facts decide."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.errors import FieldError
from ecomkit.identifiers import ChannelId, CustomerId, LineId, OrderId, Sku
from ecomkit.money import Currency, Money
from ecomkit.orders import (
    AuthorisedBeforeCapture,
    BlockReason,
    Guard,
    Guards,
    HasCustomer,
    HoldEvent,
    HoldKind,
    HoldStep,
    LineEvent,
    LineEventKind,
    MoneyCounted,
    NotHeld,
    NothingOnTheWay,
    NothingOpen,
    NothingOwed,
    NothingShipped,
    NothingToPayBack,
    Order,
    OrderLine,
    OrderState,
    OrderStep,
    PaidBeforeShipping,
    Payment,
    PaymentKind,
    ShippedBeforeCapture,
    SkusKnown,
    Tender,
    TenderKind,
    TotalsAgree,
    TradeTerms,
    WithinWindow,
)
from ecomkit.testing.strategies import orders

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ONE = LineId("1")
CARD, GIFT = Tender(kind=TenderKind.CARD), Tender(kind=TenderKind.GIFT_CARD)
CAPTURED, AUTHORISED = PaymentKind.CAPTURED, PaymentKind.AUTHORISED
RULES: tuple[Guard, ...] = (
    NotHeld(),
    NotHeld(kinds=[HoldKind.FRAUD]),
    PaidBeforeShipping(),
    PaidBeforeShipping(counted=MoneyCounted.CAPTURED),
    AuthorisedBeforeCapture(),
    ShippedBeforeCapture(),
    NothingOwed(),
    NothingToPayBack(),
    TotalsAgree(),
    NothingShipped(),
    NothingOpen(),
    NothingOnTheWay(),
    HasCustomer(),
    SkusKnown(skus=[Sku("A"), Sku("B")]),
    WithinWindow(lasts=timedelta(days=10)),
)


def eur(amount: int) -> Money:
    """Return so many cents."""
    return Money(amount, Currency.EUR)


def money(amount: int, kind: PaymentKind = CAPTURED, *, tender: Tender = CARD) -> Payment:
    """Return a payment by card at noon, captured unless told otherwise."""
    return Payment(kind=kind, amount=eur(amount), at=NOON, tender=tender)


def hold(kind: HoldKind, step: HoldStep = HoldStep.PLACED, *, hours: int = 0) -> HoldEvent:
    """Return a hold that is placed at noon, unless told otherwise."""
    return HoldEvent(kind=kind, step=step, at=NOON + timedelta(hours=hours), reason="look at it")


def event(kind: LineEventKind, quantity: int) -> LineEvent:
    """Return an event of the line at noon."""
    return LineEvent(kind=kind, line=ONE, quantity=quantity, at=NOON)


def order(
    *facts: Payment | HoldEvent | LineEvent,
    trade: TradeTerms | None = None,
    told_total: Money | None = None,
    customer: str | None = None,
) -> Order:
    """Return ten elephants for 10.00 EUR each, and what happened to them."""
    line = OrderLine(id=ONE, sku=Sku("ELEPHANT"), quantity=10, unit_price=eur(1000))
    placed = Order(
        id=OrderId("web/1"),
        channel=ChannelId("web"),
        currency=Currency.EUR,
        placed_at=NOON,
        lines=[line],
        trade=trade,
        told_total=told_total,
        customer=None if customer is None else CustomerId(customer),
    )
    return placed.with_events(facts)


def problems(guard: Guard, some: Order, *, now: datetime = NOON) -> list[str]:
    """Return what a guard finds in the way of shipping."""
    return [reason.explain() for reason in guard(some, step=OrderStep.SHIP, now=now)]


@given(
    orders(max_steps=8),
    st.lists(st.sampled_from(RULES), max_size=5),
    st.lists(st.sampled_from(RULES), max_size=5),
    st.sampled_from(OrderStep),
    st.integers(0, 60),
)
def test_guards_together_find_what_each_of_them_finds(
    some: Order, one: list[Guard], other: list[Guard], step: OrderStep, days: int
) -> None:
    """The reasons of a composition are those of its parts, in their order, none left out."""
    now = some.placed_at + timedelta(days=days)

    def found(guards: list[Guard]) -> tuple[BlockReason, ...]:
        return Guards(**{step.value: guards})(some, step=step, now=now).reasons

    assert found(one) + found(other) == found(one + other)
    assert found([]) == ()


@given(orders(max_steps=8), st.sampled_from(OrderStep), st.integers(0, 60))
def test_switching_a_guard_off_takes_its_reasons_away_and_no_others(
    some: Order, step: OrderStep, days: int
) -> None:
    """Without the guard of holds nothing else changes, and without any guard all is clear."""
    now = some.placed_at + timedelta(days=days)
    with_it = Guards()(some, step=step, now=now).reasons
    without = Guards().without(NotHeld)(some, step=step, now=now).reasons
    assert tuple(reason for reason in with_it if reason.guard != "hold") == without
    assert Guards.none()(some, step=step, now=now).is_clear


@given(orders(max_steps=8))
def test_an_order_that_may_be_closed_is_not_open(some: Order) -> None:
    """Where the guards of completion find nothing, the derived state agrees."""
    clearance = Guards()(some, step=OrderStep.COMPLETE, now=NOON)
    assert not clearance.is_clear or some.state is not OrderState.OPEN
    closed = some.state is not OrderState.OPEN and some.overpaid.is_zero and not some.open_holds
    assert clearance.is_clear or not closed or not some.owed.is_zero


@given(orders(max_steps=8))
def test_authorised_money_never_makes_shipping_harder(some: Order) -> None:
    """Whoever ships on captured money alone is stricter."""
    strict = problems(PaidBeforeShipping(counted=MoneyCounted.CAPTURED), some)
    assert strict or not problems(PaidBeforeShipping(), some)


def test_all_that_is_in_the_way_is_told_at_once() -> None:
    """Two holds and a payment that is missing are three reasons, each with its remedy."""
    some = order(hold(HoldKind.FRAUD), hold(HoldKind.ADDRESS), money(4000))
    clearance = Guards()(some, step=OrderStep.SHIP, now=NOON)
    wanted = """\
order web/1: ship is blocked
it is held: fraud; release the hold
it is held: address; release the hold
60.00 EUR of 100.00 EUR is not paid or authorised; wait for the payment, or agree on terms"""
    assert wanted == clearance.explain()
    assert [reason.guard for reason in clearance.reasons] == ["hold", "hold", "payment"]
    paid = order(money(10_000))
    assert Guards()(paid, step=OrderStep.SHIP, now=NOON).explain() == "order web/1: ship is clear"


def test_a_hold_blocks_until_it_is_released() -> None:
    """Kinds that are not named do not block."""
    held = order(hold(HoldKind.FRAUD), hold(HoldKind.STOCK))
    released = held.with_events([hold(HoldKind.FRAUD, HoldStep.RELEASED, hours=1)])
    fraud = NotHeld(kinds=[HoldKind.FRAUD])
    assert problems(fraud, held) == ["it is held: fraud; release the hold"]
    assert problems(fraud, released) == []
    assert problems(NotHeld(), released) == ["it is held: stock; release the hold"]


@pytest.mark.parametrize(
    ("payments", "missing", "missing_captured"),
    [
        ((), "100.00", "100.00"),
        ((money(10_000, AUTHORISED),), None, "100.00"),
        ((money(10_000, AUTHORISED), money(4_000)), None, "60.00"),
        (
            (money(10_000, AUTHORISED), money(4_000), money(6_000, PaymentKind.VOIDED)),
            "60.00",
            "60.00",
        ),
        ((money(6_000, AUTHORISED), money(4_000, tender=GIFT)), None, "60.00"),
        ((money(10_000, PaymentKind.DECLINED),), "100.00", "100.00"),
        ((money(10_000), money(3_000, PaymentKind.REFUNDED)), None, None),
        ((money(10_000), money(10_000, PaymentKind.CHARGED_BACK)), "100.00", "100.00"),
    ],
)
def test_what_is_due_is_paid_or_authorised_before_it_leaves(
    payments: tuple[Payment, ...], missing: str | None, missing_captured: str | None
) -> None:
    """Each tender stands for itself; void, declined and charged back money pays nothing."""
    for counted, amount in (
        (MoneyCounted.AUTHORISED, missing),
        (MoneyCounted.CAPTURED, missing_captured),
    ):
        found = problems(PaidBeforeShipping(counted=counted), order(*payments))
        wanted = [] if amount is None else [f"{amount} EUR of 100.00 EUR is not {counted.value}"]
        assert wanted == [text.split(";")[0] for text in found]


def test_only_what_is_due_has_to_be_paid() -> None:
    """Units that are cancelled are not waited for, and a cent is."""
    some = order(money(5_000), event(LineEventKind.CANCELLED, 5))
    assert problems(PaidBeforeShipping(), some) == []
    assert problems(PaidBeforeShipping(), order(money(9_999)))[0].startswith("0.01 EUR of")


def test_terms_and_channels_that_collect_let_goods_leave_unpaid() -> None:
    """Days to pay excuse it, payment in advance does not; the channel has to be named."""
    rule = PaidBeforeShipping(collected_by=[ChannelId("web")])
    assert problems(rule, order()) == []
    assert problems(PaidBeforeShipping(collected_by=[ChannelId("etsy")]), order())
    assert problems(PaidBeforeShipping(), order(trade=TradeTerms(net_days=30))) == []
    assert problems(PaidBeforeShipping(), order(trade=TradeTerms(net_days=0)))


def test_money_is_captured_where_some_is_promised() -> None:
    """All of it captured or void leaves nothing; some schemes ask for the shipment first."""
    promised = order(money(10_000, AUTHORISED), money(9_999))
    taken = promised.with_events([money(1)])
    assert problems(AuthorisedBeforeCapture(), promised) == []
    assert problems(AuthorisedBeforeCapture(), taken) == [
        "nothing authorised is left to capture; authorise a payment"
    ]
    assert problems(ShippedBeforeCapture(), promised) == ["nothing is shipped yet; ship first"]
    shipped = order(event(LineEventKind.SHIPPED, 1))
    assert problems(ShippedBeforeCapture(), shipped) == []


def test_money_that_is_owed_or_kept_too_much_is_in_the_way() -> None:
    """To the cent, in either direction."""
    owing, even, over = order(money(9_999)), order(money(10_000)), order(money(10_001))
    assert problems(NothingOwed(), owing) == ["0.01 EUR is owed; collect it, or write it off"]
    assert problems(NothingToPayBack(), over) == [
        "0.01 EUR is kept beyond what is due; pay it back"
    ]
    for some in (even, over):
        assert problems(NothingOwed(), some) == []
    for some in (even, owing):
        assert problems(NothingToPayBack(), some) == []


def test_a_channel_whose_total_differs_is_in_the_way() -> None:
    """By how much is said; a channel that tells nothing, or the same, is not."""
    wanted = ["the channel's total differs from ours by -0.01 EUR; compare the lines"]
    assert wanted == problems(TotalsAgree(), order(told_total=eur(9_999)))
    assert problems(TotalsAgree(), order(told_total=eur(10_000))) == []
    assert problems(TotalsAgree(), order()) == []


@pytest.mark.parametrize(
    ("events", "shipped", "still_open", "on_the_way"),
    [
        ((), 0, 10, 0),
        (((LineEventKind.SHIPPED, 4),), 4, 6, 4),
        (((LineEventKind.SHIPPED, 4), (LineEventKind.UNSHIPPED, 4)), 0, 10, 0),
        (((LineEventKind.SHIPPED, 10), (LineEventKind.DELIVERED, 9)), 10, 0, 1),
        (((LineEventKind.SHIPPED, 10), (LineEventKind.LOST, 10)), 10, 0, 0),
        (((LineEventKind.SHIPPED, 10), (LineEventKind.RETURNED, 10)), 10, 0, 0),
        (((LineEventKind.SHIPPED, 8), (LineEventKind.CANCELLED, 2)), 8, 0, 8),
    ],
)
def test_guards_of_units_read_the_counters(
    events: tuple[tuple[LineEventKind, int], ...], shipped: int, still_open: int, on_the_way: int
) -> None:
    """A fulfilment that was cancelled shipped nothing; what came back undelivered is not on its way."""
    some = order(*(event(kind, units) for kind, units in events))
    found = [
        (problems(NothingShipped(), some), shipped, "shipped; let them come back as a return"),
        (problems(NothingOpen(), some), still_open, "still to be shipped; ship or cancel them"),
        (
            problems(NothingOnTheWay(), some),
            on_the_way,
            "on the way; wait for the delivery, or book the loss",
        ),
    ]
    for told, units, text in found:
        assert ([f"line 1: {units} {text}"] if units else []) == told


def test_who_buys_and_what_must_be_known() -> None:
    """An order without a customer, and a line about a sku that nobody knows."""
    assert problems(HasCustomer(), order()) == ["it has no customer; find out who bought it"]
    assert problems(HasCustomer(), order(customer="ada")) == []
    known, unknown = (
        SkusKnown(skus=[Sku("TIGER"), Sku("ELEPHANT")]),
        SkusKnown(skus=[Sku("TIGER")]),
    )
    assert problems(known, order()) == []
    assert problems(unknown, order()) == [
        "line 1: ELEPHANT is unknown; match it with a sku of the catalogue"
    ]


def test_a_window_ends_at_its_last_instant() -> None:
    """Half an hour after the placement it is too late, a microsecond before it is not."""
    window = WithinWindow(lasts=timedelta(minutes=30))
    end = NOON + timedelta(minutes=30)
    assert problems(window, order(), now=end - timedelta(microseconds=1)) == []
    assert problems(window, order(), now=end) == [
        "the time to ship ended at 2026-03-02T12:30:00+00:00"
    ]
    with pytest.raises(FieldError, match="a timedelta above 0"):
        WithinWindow(lasts=timedelta(0))


def test_a_window_is_as_long_when_clocks_change() -> None:
    """Two hours from one in the morning in Paris are over at four on the clock, in spring."""
    one = datetime(2026, 3, 29, 1, tzinfo=ZoneInfo("Europe/Paris"))
    some = attrs.evolve(order(), placed_at=one)
    window = WithinWindow(lasts=timedelta(hours=2))
    end = datetime(2026, 3, 29, 2, tzinfo=UTC)
    assert problems(window, some, now=end - timedelta(microseconds=1)) == []
    assert len(problems(window, some, now=end)) == 1


def test_a_window_without_an_end_in_the_calendar_stays_open() -> None:
    """A window that would end after the year 9999 is open on the last day of that year too."""
    window = WithinWindow(lasts=timedelta.max)
    assert problems(window, order(), now=datetime.max.replace(tzinfo=UTC)) == []


def test_guards_are_settings() -> None:
    """One's own guard is any callable of the shape; a step can have none, and others stay."""

    def never(order: Order, /, *, step: OrderStep, now: datetime) -> tuple[BlockReason, ...]:
        del order, now
        return (BlockReason(guard="never", problem=f"we never {step.value}"),)

    guards = Guards(cancel=[never], ship=())
    assert [
        reason.explain() for reason in guards(order(), step=OrderStep.CANCEL, now=NOON).reasons
    ] == ["we never cancel"]
    assert guards(order(), step=OrderStep.SHIP, now=NOON).is_clear
    assert Guards().complete == guards.complete
    assert (never,) == guards.without(NotHeld, NothingOpen).of(OrderStep.CANCEL)
    assert guards.without(NotHeld, NothingOpen, NothingOwed, NothingToPayBack).complete == ()


@pytest.mark.parametrize(
    ("step", "wanted"),
    [
        (OrderStep.SHIP, ["hold", "hold"]),
        (OrderStep.CANCEL, []),
        (OrderStep.CAPTURE, ["hold", "authorisation"]),
        (OrderStep.EDIT, ["hold"]),
        (OrderStep.COMPLETE, ["hold", "hold", "open_units", "overpaid"]),
    ],
)
def test_each_step_asks_what_it_has_to(step: OrderStep, wanted: list[str]) -> None:
    """An order that is paid too much, held for fraud and for stock, and not shipped."""
    some = order(hold(HoldKind.FRAUD), hold(HoldKind.STOCK), money(10_001))
    assert [reason.guard for reason in Guards()(some, step=step, now=NOON).reasons] == wanted


def test_an_order_that_is_shipped_and_not_paid_is_not_complete() -> None:
    """The cent that is owed is in the way."""
    some = order(event(LineEventKind.SHIPPED, 10), money(9_999))
    found = Guards()(some, step=OrderStep.COMPLETE, now=NOON).reasons
    assert [reason.guard for reason in found] == ["owed"]


def test_what_is_open_can_be_cancelled_at_any_time() -> None:
    """So that what is missing can be short-shipped, after a part has left and while it is held."""
    some = order(event(LineEventKind.SHIPPED, 4), hold(HoldKind.STOCK))
    assert Guards()(some, step=OrderStep.CANCEL, now=NOON).is_clear
    whole = Guards(cancel=[NothingShipped()])(some, step=OrderStep.CANCEL, now=NOON)
    assert [reason.line for reason in whole.reasons] == [ONE]


@pytest.mark.parametrize("guards", [[1], "ab", 5])
def test_a_guard_that_cannot_be_called_is_refused(guards: object) -> None:
    """A setting that would fail at the first order fails at once."""
    with pytest.raises(FieldError, match="a tuple of guards that can be called"):
        Guards(ship=guards)  # type: ignore[arg-type]  # what is refused
