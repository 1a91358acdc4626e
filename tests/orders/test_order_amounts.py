"""Amounts of orders by example: discounts, taxes, edits and payments."""

from datetime import UTC, datetime

import attrs
import pytest

from ecomkit.identifiers import ChannelId, LineId, OrderId, Sku
from ecomkit.money import Currency, CurrencyMismatchError, Money, sum_money
from ecomkit.orders import (
    Charge,
    ChargeKind,
    FulfilmentState,
    Order,
    OrderLine,
    Payment,
    PaymentKind,
    PaymentState,
    ReturnState,
    Taxation,
)

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
A, B = LineId("A"), LineId("B")


def eur(amount: int) -> Money:
    """Return an amount in cents."""
    return Money(amount, Currency.EUR)


def order_of(
    *lines: tuple[str, int, int], off: int = 0, currency: Currency = Currency.EUR
) -> Order:
    """Return an order of lines (id, units, unit price), and a discount off all of it."""
    return Order(
        id=OrderId("shop/1"),
        channel=ChannelId("shop"),
        currency=currency,
        placed_at=AT,
        lines=[
            OrderLine(
                id=LineId(name),
                sku=Sku(f"SKU-{name}"),
                quantity=units,
                unit_price=Money(price, currency),
            )
            for name, units, price in lines
        ],
        charges=[Charge(kind=ChargeKind.DISCOUNT, amount=Money(-off, currency))],
    )


def captured(amount: int) -> Payment:
    """Return a payment that was captured."""
    return Payment(kind=PaymentKind.CAPTURED, amount=eur(amount), at=AT)


def refunded(amount: int) -> Payment:
    """Return a payment that went back."""
    return Payment(kind=PaymentKind.REFUNDED, amount=eur(amount), at=AT)


def shipping(amount: int, *, line: LineId | None = None) -> Charge:
    """Return shipping, of the order or of one line."""
    return Charge(kind=ChargeKind.SHIPPING, amount=eur(amount), line=line)


def test_a_discount_takes_no_line_below_zero() -> None:
    """4.45 off nine lines of 1.00 and one of 0.01: no line is below 0, the order pays 4.56."""
    lines = [(str(place), 1, 100) for place in range(9)]
    order = order_of(*lines, ("last", 1, 1), off=445)
    amounts = [order.line_amount(line.id) for line in order.lines]

    assert min(amounts) >= eur(0)
    assert eur(456) == sum_money(amounts) == order.totals.total


def test_ten_ordered_three_shipped_one_returned_shows_both() -> None:
    """Fulfilment is partial and the return is partial; neither hides the other."""
    order = order_of(("A", 10, 100)).ship(A, quantity=3, at=AT).take_back(A, quantity=1, at=AT)

    assert order.fulfilment_state is FulfilmentState.PARTIAL
    assert order.return_state is ReturnState.PARTIAL


def test_an_edit_that_is_undone_owes_nothing() -> None:
    """Paid 100; 20 more are added and cancelled again: nothing is owed, nothing to pay back."""
    order = order_of(("A", 1, 10000)).pay(captured(10000))
    more = OrderLine(id=B, sku=Sku("B"), quantity=1, unit_price=eur(2000))
    edited = order.add(more, at=AT)
    undone = edited.cancel(B, quantity=1, at=AT)

    assert (eur(2000), eur(0)) == (edited.owed, edited.overpaid)
    assert (eur(0), eur(0)) == (undone.owed, undone.overpaid)
    assert undone.payment_state is PaymentState.PAID


def test_a_cancelled_line_takes_only_its_share_of_the_discount() -> None:
    """Lines of 60 and 40 with 10 off: without A, B still carries 4 of the discount."""
    order = order_of(("A", 1, 6000), ("B", 1, 4000), off=1000)
    after = order.cancel(A, quantity=1, at=AT)

    assert (eur(5400), eur(3600)) == (order.line_amount(A), order.line_amount(B))
    assert eur(-400) == after.price(B).order_discount
    assert eur(3600) == after.effective_total


def test_an_added_line_takes_no_share_of_the_discount() -> None:
    """The discount was shared at placement, so a line that comes later changes no share."""
    order = order_of(("A", 1, 6000), ("B", 1, 4000), off=1000)
    tax = Charge(kind=ChargeKind.TAX, amount=eur(10), line=LineId("C"), taxation=Taxation.ADDED)
    more = OrderLine(id=LineId("C"), sku=Sku("C"), quantity=1, unit_price=eur(5000))
    after = order.add(more, at=AT, charges=[tax])

    assert eur(5400) == after.line_amount(A)
    assert eur(5010) == after.line_amount(LineId("C"))
    assert order.version + 1 == after.version


def test_a_granted_return_is_overpaid_until_it_is_refunded() -> None:
    """Captured 100, 30 cancelled: overpaid by 30, and settled once they are paid back."""
    order = order_of(("A", 1, 7000), ("B", 1, 3000)).pay(captured(10000))
    granted = order.cancel(B, quantity=1, at=AT)
    settled = granted.pay(refunded(3000))

    assert order.payment_state is PaymentState.PAID
    assert (PaymentState.OVERPAID, eur(3000)) == (granted.payment_state, granted.overpaid)
    assert (eur(0), eur(0)) == (settled.owed, settled.overpaid)
    assert settled.payment_state is PaymentState.PARTIALLY_REFUNDED


def test_a_refund_without_a_return_is_not_owed_again() -> None:
    """Money that was paid back as a favour does not make the buyer a debtor."""
    order = order_of(("A", 1, 10000)).pay(captured(10000)).pay(refunded(3000))

    assert eur(0) == order.owed
    assert order.payment_state is PaymentState.PARTIALLY_REFUNDED


def test_shipping_is_due_until_every_unit_is_cancelled() -> None:
    """Shipping stays due when units come back or are cancelled, until nothing is left."""
    order = order_of(("A", 1, 1000), ("B", 1, 1000))
    order = attrs.evolve(order, charges=[shipping(500), shipping(200, line=A)])
    without_a = order.cancel(A, quantity=1, at=AT)
    returned = without_a.ship(B, quantity=1, at=AT).take_back(B, quantity=1, at=AT)

    assert eur(700) == order.charges_due
    assert eur(1700) == without_a.effective_total
    assert eur(700) == returned.effective_total
    assert eur(0) == without_a.cancel(B, quantity=1, at=AT).effective_total


def test_a_discount_beyond_the_goods_takes_off_the_rest() -> None:
    """First the goods, then fees and taxes of the lines, then the shipping."""
    charges = [
        Charge(kind=ChargeKind.DISCOUNT, amount=eur(-1500)),
        Charge(kind=ChargeKind.FEE, amount=eur(300), line=A),
        shipping(400),
    ]
    order = attrs.evolve(order_of(("A", 1, 1000)), charges=charges)

    assert (eur(0), eur(200)) == (order.line_amount(A), order.charges_due)
    assert eur(200) == order.totals.total


def test_amounts_of_a_line_form_a_ladder() -> None:
    """Goods, less its own and its share of the order's discounts, plus fees and tax."""
    charges = [
        Charge(kind=ChargeKind.DISCOUNT, amount=eur(-100), line=A),
        Charge(kind=ChargeKind.DISCOUNT, amount=eur(-90)),
        Charge(kind=ChargeKind.FEE, amount=eur(30), line=A),
        Charge(kind=ChargeKind.TAX, amount=eur(20), line=A, taxation=Taxation.ADDED),
        Charge(kind=ChargeKind.TAX, amount=eur(99), line=A, taxation=Taxation.INCLUDED),
        shipping(400, line=A),
    ]
    price = attrs.evolve(order_of(("A", 2, 500)), charges=charges).price(A)

    assert (eur(1000), eur(-100), eur(-90)) == (
        price.goods,
        price.line_discount,
        price.order_discount,
    )
    assert (eur(810), eur(30), eur(20), eur(860)) == (
        price.net,
        price.fees,
        price.tax_added,
        price.amount,
    )


def test_currencies_never_mix() -> None:
    """Lines, charges and payments are in the currency of the order."""
    order = order_of(("A", 1, 1000))
    yen = Money(5, Currency.JPY)
    line = OrderLine(id=B, sku=Sku("B"), quantity=1, unit_price=yen)
    charge = Charge(kind=ChargeKind.FEE, amount=yen)
    payment = Payment(kind=PaymentKind.CAPTURED, amount=yen, at=AT)

    for wrong in ({"lines": [line]}, {"charges": [charge]}, {"payments": [payment]}):
        with pytest.raises(CurrencyMismatchError):
            attrs.evolve(order, **wrong)
