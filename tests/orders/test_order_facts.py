"""What happens to an order after its placement: disputes, failures, adjustments, holds."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import attrs
import pytest
from hypothesis import given

from ecomkit.errors import FieldError
from ecomkit.identifiers import ChannelId, LineId, OrderId, ParcelId, Sku
from ecomkit.money import Currency, CurrencyMismatchError, Money
from ecomkit.orders import (
    Adjustment,
    AdjustmentKind,
    Charge,
    ChargeKind,
    ChargeTarget,
    FulfilmentState,
    HoldEvent,
    HoldKind,
    HoldStep,
    LineEventKind,
    NegativeTotalError,
    Order,
    OrderLine,
    Payment,
    PaymentKind,
    PaymentState,
    PaymentUndoneError,
    ReturnState,
    Taxation,
    Tender,
    TenderKind,
    UnknownLineError,
)
from ecomkit.testing.strategies import orders

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
LINE = LineId("1")


def eur(cents: int) -> Money:
    """Return *cents* in euro."""
    return Money(cents, Currency.EUR)


def order_of(*, quantity: int = 4, price: int = 2_500, charges: tuple[Charge, ...] = ()) -> Order:
    """Return an order of one line."""
    line = OrderLine(id=LINE, sku=Sku("A"), quantity=quantity, unit_price=eur(price))
    return Order(
        id=OrderId("shop/1"),
        channel=ChannelId("shop"),
        currency=Currency.EUR,
        placed_at=AT,
        lines=[line],
        charges=charges,
    )


def money(kind: PaymentKind, cents: int, *, tender: Tender = Tender()) -> Payment:  # noqa: B008  # frozen
    """Return a payment of *kind*."""
    return Payment(kind=kind, amount=eur(cents), at=AT, tender=tender)


def test_a_failed_refund_is_owed_to_the_buyer_again() -> None:
    """A refund that did not arrive counts as not paid back, and may be tried again."""
    order = order_of().pay(money(PaymentKind.CAPTURED, 10_000))
    order = order.cancel(LINE, quantity=1, at=AT).pay(money(PaymentKind.REFUNDED, 2_500))
    assert eur(0) == order.overpaid

    order = order.pay(money(PaymentKind.REFUND_FAILED, 2_500))

    assert eur(2_500) == order.overpaid
    assert order.pay(money(PaymentKind.REFUNDED, 2_500)).overpaid == eur(0)


def test_a_refund_fails_only_if_there_was_one() -> None:
    """More refunds cannot fail than were made; the error names both sums."""
    order = order_of().pay(money(PaymentKind.CAPTURED, 10_000))

    with pytest.raises(PaymentUndoneError) as caught:
        order.with_events(
            [money(PaymentKind.REFUNDED, 1_000), money(PaymentKind.REFUND_FAILED, 1_200)]
        )

    assert (eur(1_200), eur(1_000)) == (caught.value.wanted, caught.value.possible)


@pytest.mark.parametrize(
    ("kind", "wanted", "possible"),
    [(PaymentKind.CHARGED_BACK, 101, 100), (PaymentKind.CHARGEBACK_REVERSED, 1, 0)],
)
def test_a_bank_takes_and_gives_no_more_than_there_was(
    kind: PaymentKind, wanted: int, possible: int
) -> None:
    """A chargeback is of what was captured, and its reversal of what was charged back."""
    order = order_of(quantity=1, price=100).pay(money(PaymentKind.CAPTURED, 100))

    with pytest.raises(PaymentUndoneError) as caught:
        order.pay(money(kind, wanted))

    assert (eur(wanted), eur(possible)) == (caught.value.wanted, caught.value.possible)


def test_what_a_bank_took_back_is_owed_again() -> None:
    """After a chargeback the buyer has what was not paid for; a won dispute settles it."""
    order = order_of().pay(money(PaymentKind.CAPTURED, 10_000))
    order = order.pay(money(PaymentKind.CHARGED_BACK, 10_000))
    assert (eur(10_000), PaymentState.CHARGED_BACK) == (order.owed, order.payment_state)

    won = order.pay(money(PaymentKind.CHARGEBACK_REVERSED, 10_000))

    assert (eur(0), PaymentState.PAID) == (won.owed, won.payment_state)


def test_a_chargeback_after_a_refund_leaves_a_loss_that_shows() -> None:
    """Paid back twice: nothing is owed to the buyer, and what is kept is below nothing."""
    order = order_of().pay(money(PaymentKind.CAPTURED, 10_000))
    order = order.cancel(LINE, quantity=4, at=AT).pay(money(PaymentKind.REFUNDED, 10_000))
    order = order.pay(money(PaymentKind.CHARGED_BACK, 10_000))

    assert eur(-10_000) == order.paid.kept
    assert (eur(0), eur(0)) == (order.owed, order.overpaid)


def test_a_declined_payment_moves_nothing_and_can_be_tried_again() -> None:
    """An order whose card was declined is unpaid, says so, and is paid by the next try."""
    order = order_of().pay(money(PaymentKind.DECLINED, 10_000))
    assert (PaymentState.DECLINED, eur(10_000)) == (order.payment_state, order.owed)

    assert order.pay(money(PaymentKind.CAPTURED, 10_000)).payment_state is PaymentState.PAID


def test_captures_come_in_parts_of_what_was_authorised() -> None:
    """What may still be captured is what was authorised, less captures and voids."""
    order = order_of().pay(money(PaymentKind.AUTHORISED, 10_000))
    order = order.pay(money(PaymentKind.CAPTURED, 4_000))
    assert eur(6_000) == order.paid.capturable

    order = order.pay(money(PaymentKind.VOIDED, 5_000))

    assert eur(1_000) == order.paid.capturable
    assert PaymentState.PARTIALLY_PAID is order.payment_state


def test_tenders_are_summed_one_by_one() -> None:
    """What a gift card paid and what the card paid are told apart, first capture first."""
    gift = Tender(kind=TenderKind.GIFT_CARD, name="g-1")
    card = Tender(kind=TenderKind.CARD)
    order = order_of().with_events(
        [
            money(PaymentKind.AUTHORISED, 7_000, tender=card),
            money(PaymentKind.CAPTURED, 3_000, tender=gift),
            money(PaymentKind.CAPTURED, 7_000, tender=card),
            money(PaymentKind.REFUNDED, 500, tender=card),
        ]
    )

    assert (gift, card) == order.tenders
    assert (eur(3_000), eur(6_500)) == (order.paid_by(gift).kept, order.paid_by(card).kept)


@given(orders())
def test_the_sums_of_all_tenders_are_the_sums_of_the_order(order: Order) -> None:
    """No payment is lost between the tenders."""
    tenders = {payment.tender for payment in order.payments}
    kept = sum(order.paid_by(tender).kept.amount for tender in tenders)

    assert order.paid.kept.amount == kept


def test_a_restocking_fee_is_kept_of_a_refund() -> None:
    """All came back, and the fee is what is still due."""
    order = order_of().pay(money(PaymentKind.CAPTURED, 10_000)).ship(LINE, quantity=4, at=AT)
    order = order.take_back(LINE, quantity=4, at=AT)
    fee = Adjustment(kind=AdjustmentKind.RESTOCKING_FEE, amount=eur(1_000), at=AT)
    order = order.with_events([fee])

    assert (eur(1_000), eur(9_000)) == (order.effective_total, order.overpaid)


def test_goodwill_and_returns_together_never_pay_more_than_was_paid() -> None:
    """Goodwill of 10 and then a return of all gives back what was paid, and no more."""
    order = order_of().pay(money(PaymentKind.CAPTURED, 10_000)).ship(LINE, quantity=4, at=AT)
    goodwill = Adjustment(kind=AdjustmentKind.GOODWILL, amount=eur(-1_000), at=AT)
    order = order.with_events([goodwill, money(PaymentKind.REFUNDED, 1_000)])
    order = order.take_back(LINE, quantity=4, at=AT)

    assert eur(0) == order.effective_total
    assert eur(9_000) == order.overpaid


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        (AdjustmentKind.RESTOCKING_FEE, -1),
        (AdjustmentKind.RETURN_SHIPPING, 0),
        (AdjustmentKind.GOODWILL, 1),
        (AdjustmentKind.SHIPPING_REFUND, 1),
        (AdjustmentKind.WRITE_OFF, 0),
        (AdjustmentKind.CORRECTION, 0),
    ],
)
def test_an_adjustment_has_the_sign_of_its_kind(kind: AdjustmentKind, wrong: int) -> None:
    """A fee is above nothing, a gift below; a correction is of either sign."""
    with pytest.raises(FieldError, match=r"Adjustment\.amount"):
        Adjustment(kind=kind, amount=eur(wrong), at=AT)


def test_adjustments_have_the_currency_of_the_order() -> None:
    """An amount in yen does not change an order in euro."""
    yen = Adjustment(kind=AdjustmentKind.CORRECTION, amount=Money(1, Currency.JPY), at=AT)

    with pytest.raises(CurrencyMismatchError):
        order_of().with_events([yen])


def test_holds_of_two_kinds_are_open_until_each_is_released() -> None:
    """An order waits for as long as any of its holds is not released."""
    fraud, address = (
        HoldEvent(step=HoldStep.PLACED, kind=kind, at=AT)
        for kind in (HoldKind.FRAUD, HoldKind.ADDRESS)
    )
    released = HoldEvent(step=HoldStep.RELEASED, kind=HoldKind.FRAUD, at=AT + timedelta(hours=1))
    order = order_of().with_events([fraud, address])
    assert order.open_holds == (HoldKind.FRAUD, HoldKind.ADDRESS)

    assert order.with_events([released]).open_holds == (HoldKind.ADDRESS,)


def test_a_hold_placed_and_released_at_one_instant_holds() -> None:
    """Where the clock does not say which came last, nothing is shipped by mistake."""
    steps = [HoldEvent(step=step, kind=HoldKind.STOCK, at=AT) for step in HoldStep]

    assert order_of().with_events(steps).open_holds == (HoldKind.STOCK,)
    assert order_of().with_events(reversed(steps)).open_holds == (HoldKind.STOCK,)


def test_what_is_no_fact_is_refused() -> None:
    """An order takes facts, and says so of anything else."""
    with pytest.raises(FieldError, match="facts of an order"):
        order_of().with_events(["shipped"])  # type: ignore[list-item]  # what is tested


def test_lost_units_are_not_out_and_may_turn_up() -> None:
    """A lost parcel cannot come back or arrive; found, it can."""
    order = order_of().ship(LINE, quantity=4, at=AT)
    order = order.record(LineEventKind.LOST, line=LINE, quantity=4, at=AT)
    counts = order.counts(LINE)
    assert (counts.out, counts.possible(LineEventKind.CREDITED)) == (0, 4)
    assert counts.possible(LineEventKind.DELIVERED) == 0
    assert FulfilmentState.LOST is order.fulfilment_state

    found = order.record(LineEventKind.FOUND, line=LINE, quantity=4, at=AT)

    assert FulfilmentState.FULFILLED is found.fulfilment_state
    assert found.deliver(LINE, quantity=4, at=AT).fulfilment_state is FulfilmentState.DELIVERED


def test_a_cancelled_fulfilment_leaves_the_order_as_before_but_for_its_history() -> None:
    """Ship 4 of 10 and cancel the fulfilment: all 10 are open again, both entries are kept."""
    order = order_of(quantity=10)
    parcel = ParcelId("p-1")
    shipped = order.record(LineEventKind.SHIPPED, line=LINE, quantity=4, at=AT, parcel=parcel)
    undone = shipped.record(LineEventKind.UNSHIPPED, line=LINE, quantity=4, at=AT, parcel=parcel)

    assert order.units == undone.units
    assert order.fulfilment_state is undone.fulfilment_state
    assert [event.parcel for event in undone.events] == [parcel, parcel]


def test_what_was_rejected_and_sent_back_is_out_again() -> None:
    """A unit that came back, was not accepted and went to the buyer again may come back again."""
    order = order_of().ship(LINE, quantity=4, at=AT)
    back = order.record(LineEventKind.RETURNED, line=LINE, quantity=4, at=AT)
    assert (ReturnState.RETURNED, eur(10_000)) == (back.return_state, back.effective_total)

    sent = back.record(LineEventKind.SENT_BACK, line=LINE, quantity=4, at=AT)

    assert (sent.return_state, sent.counts(LINE).out) == (ReturnState.NONE, 4)


def test_what_the_buyer_may_keep_is_credited_and_never_comes_back() -> None:
    """A keep-it refund credits units that are still out."""
    order = order_of().pay(money(PaymentKind.CAPTURED, 10_000)).ship(LINE, quantity=4, at=AT)
    kept = order.credit(LINE, quantity=1, at=AT)

    assert (eur(2_500), ReturnState.NONE) == (kept.overpaid, kept.return_state)


def test_a_discount_on_shipping_touches_no_line() -> None:
    """Free shipping takes the shipping off, with the line as it was."""
    order = order_of(
        charges=(
            Charge(kind=ChargeKind.SHIPPING, amount=eur(500)),
            Charge(kind=ChargeKind.DISCOUNT, amount=eur(-500), on=ChargeTarget.SHIPPING),
            Charge(
                kind=ChargeKind.TAX,
                amount=eur(20),
                taxation=Taxation.ADDED,
                on=ChargeTarget.SHIPPING,
            ),
            Charge(
                kind=ChargeKind.TAX,
                amount=eur(7),
                taxation=Taxation.INCLUDED,
                on=ChargeTarget.SHIPPING,
            ),
        )
    )

    assert eur(10_000) == order.line_amount(LINE)
    assert (eur(500), eur(-500), eur(20), eur(7)) == attrs.astuple(order.shipping, recurse=False)
    assert eur(20) == order.shipping.amount == order.charges_due


def test_a_discount_on_shipping_is_no_larger_than_the_shipping() -> None:
    """What is taken off the shipping does not come off the goods in silence."""
    with pytest.raises(NegativeTotalError):
        order_of(
            charges=(
                Charge(kind=ChargeKind.SHIPPING, amount=eur(500)),
                Charge(kind=ChargeKind.DISCOUNT, amount=eur(-501), on=ChargeTarget.SHIPPING),
            )
        )


@pytest.mark.parametrize(
    ("kind", "line"),
    [(ChargeKind.FEE, None), (ChargeKind.SHIPPING, None), (ChargeKind.DISCOUNT, LINE)],
)
def test_only_a_discount_or_a_tax_of_the_order_is_on_the_shipping(
    kind: ChargeKind, line: LineId | None
) -> None:
    """A fee is no part of the shipping, and what is attached to a line is on that line."""
    with pytest.raises(FieldError, match=r"Charge\.on"):
        Charge(kind=kind, amount=eur(0), line=line, on=ChargeTarget.SHIPPING)


def test_what_the_channel_says_it_costs_is_kept_and_the_difference_shown() -> None:
    """A total that is one cent off stays one cent off; equal or untold, there is no difference."""
    order = order_of()

    assert order.discrepancy is None
    assert attrs.evolve(order, told_total=eur(10_000)).discrepancy is None
    assert attrs.evolve(order, told_total=eur(10_001)).discrepancy == eur(1)


def test_the_told_total_is_that_of_the_placement() -> None:
    """A line that is added later makes no difference to what the channel told."""
    more = OrderLine(id=LineId("2"), sku=Sku("B"), quantity=1, unit_price=eur(700))
    order = attrs.evolve(order_of(), told_total=eur(10_000)).add(more, at=AT)

    assert order.discrepancy is None


def test_a_replacement_names_a_line_that_is_there() -> None:
    """What is sent in exchange says for which line."""
    other = OrderLine(
        id=LineId("2"), sku=Sku("A"), quantity=1, unit_price=eur(0), replaces=LineId("9")
    )

    with pytest.raises(UnknownLineError):
        order_of().add(other, at=AT)
    added = order_of().add(attrs.evolve(other, replaces=LINE), at=AT)
    assert added.line(LineId("2")).replaces == LINE


CARD = "4111 1111 1111 1111"


@pytest.mark.parametrize(
    "write",
    [
        lambda: Tender(kind=TenderKind.CARD, name=CARD),
        lambda: attrs.evolve(money(PaymentKind.CAPTURED, 100), reference=CARD),
        lambda: HoldEvent(step=HoldStep.PLACED, kind=HoldKind.OTHER, at=AT, reason=CARD),
        lambda: Charge(kind=ChargeKind.FEE, amount=eur(1), title=CARD),
        lambda: attrs.evolve(order_of().lines[0], title=f"pays with {CARD}"),
        lambda: Adjustment(kind=AdjustmentKind.GOODWILL, amount=eur(-1), at=AT, title=CARD),
        lambda: order_of().record(
            LineEventKind.CANCELLED, line=LINE, quantity=1, at=AT, reason=CARD
        ),
    ],
)
def test_the_number_of_a_card_is_refused_and_not_shown(write: Callable[[], object]) -> None:
    """Wherever somebody writes a card's number into an order, it is refused and not repeated."""
    with pytest.raises(FieldError, match="a text without a card number") as caught:
        write()

    assert "4111" not in f"{caught.value}{caught.value!r}"
