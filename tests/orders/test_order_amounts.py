"""Amounts of orders by example: discounts, taxes, edits and payments."""

from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.errors import FieldError
from ecomkit.identifiers import ChannelId, LineId, OrderId, Sku
from ecomkit.money import Currency, CurrencyMismatchError, Money, Rounding, sum_money
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
    TaxMode,
    apply_discount,
    tax_charges,
)
from ecomkit.testing.strategies._orders import placed_orders

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


def test_a_discount_takes_off_what_there_is() -> None:
    """45.00 off a basket of 30.00: the total is 0, and 15.00 are reported as not used."""
    basket = order_of(("A", 1, 3000))
    applied = apply_discount(eur(4500), base=basket.totals.total, title="voucher")
    order = attrs.evolve(basket, charges=[applied.charge])

    assert eur(0) == order.totals.total
    assert eur(1500) == applied.unused
    assert applied.explain() == "30.00 EUR taken off, 15.00 EUR not used"
    assert applied.charge.title == "voucher"


def test_a_discount_within_the_basket_is_used_up() -> None:
    """Nothing is left of a discount that is smaller than what it is taken off from."""
    applied = apply_discount(eur(500), base=eur(3000))

    assert eur(-500) == applied.charge.amount
    assert applied.explain() == "5.00 EUR taken off"


@pytest.mark.parametrize(
    ("currency", "price", "rounding", "expected"),
    [
        (Currency.JPY, 1127, Rounding.HALF_UP, 113),
        (Currency.JPY, 1127, Rounding.DOWN, 112),
        (Currency.KWD, 1127, Rounding.HALF_UP, 113),
        (Currency.KWD, 1_127_005, Rounding.HALF_UP, 112_701),
    ],
)
def test_tax_is_rounded_to_the_minor_unit_by_name(
    currency: Currency, price: int, rounding: Rounding, expected: int
) -> None:
    """Ten percent of 1127 yen are 113 or 112, and dinars keep three digits."""
    order = order_of(("A", 1, price), currency=currency)
    (tax,) = tax_charges(
        order,
        rate=Decimal("0.1"),
        taxation=Taxation.ADDED,
        mode=TaxMode.PER_LINE,
        rounding=rounding,
    )
    taxed = attrs.evolve(order, charges=[tax])

    assert Money(expected, currency) == tax.amount == taxed.totals.tax_added
    assert Money(price + expected, currency) == taxed.totals.total == taxed.line_amount(A)


@pytest.mark.parametrize(
    ("mode", "expected", "shares"),
    [(TaxMode.PER_LINE, 117, [45, 72]), (TaxMode.PER_ORDER, 116, [44, 72])],
)
def test_tax_per_line_and_on_the_total_differ(
    mode: TaxMode, expected: int, shares: list[int]
) -> None:
    """2.98 and 4.79 at 14.975 %: 1.17 by line, 1.16 on the total; the order follows the mode."""
    order = order_of(("A", 1, 298), ("B", 1, 479))
    taxes = tax_charges(
        order,
        rate=Decimal("0.14975"),
        taxation=Taxation.ADDED,
        mode=mode,
        rounding=Rounding.HALF_UP,
        title="QST and GST",
    )
    taxed = attrs.evolve(order, charges=taxes)

    assert eur(expected) == taxed.totals.tax_added
    assert eur(777 + expected) == taxed.totals.total
    assert shares == [tax.amount.amount for tax in taxes]
    assert {"QST and GST"} == {tax.title for tax in taxes}


@pytest.mark.parametrize("rate", [Decimal("0.2"), Fraction(1, 5)])
def test_tax_inside_the_prices_is_shown_and_adds_nothing(rate: Decimal | Fraction) -> None:
    """10 x 23.90 less 25 % with 20 % tax inside: 179.25, of which 29.88 are tax."""
    order = order_of(("A", 10, 2390), off=5975)
    taxes = tax_charges(
        order,
        rate=rate,
        taxation=Taxation.INCLUDED,
        mode=TaxMode.PER_LINE,
        rounding=Rounding.HALF_UP,
    )
    taxed = attrs.evolve(order, charges=[*order.charges, *taxes])

    assert eur(2988) == taxed.totals.tax_included
    assert eur(17925) == taxed.totals.total == taxed.line_amount(A)


def test_tax_is_on_the_lines_that_have_the_rate() -> None:
    """With two rates, each charge stands on its own lines; fees of a line are taxed with it."""
    order = order_of(("A", 1, 1000), ("B", 1, 1000))
    fee = Charge(kind=ChargeKind.FEE, amount=eur(500), line=B)
    order = attrs.evolve(order, charges=[fee])
    taxes = tax_charges(
        order,
        rate=Decimal("0.1"),
        taxation=Taxation.ADDED,
        mode=TaxMode.PER_ORDER,
        rounding=Rounding.HALF_UP,
        lines=[B],
    )

    assert [(B, eur(150))] == [(tax.line, tax.amount) for tax in taxes]


@pytest.mark.parametrize("mode", TaxMode)
def test_no_lines_no_tax(mode: TaxMode) -> None:
    """A rate that no line has brings no charge."""
    taxes = tax_charges(
        order_of(("A", 1, 1000)),
        rate=Decimal("0.1"),
        taxation=Taxation.ADDED,
        mode=mode,
        rounding=Rounding.HALF_UP,
        lines=(),
    )

    assert taxes == ()


@pytest.mark.parametrize("rate", [Decimal("-0.1"), Decimal("NaN"), Decimal("Infinity"), 0.2])
def test_tax_rates_are_exact_and_not_negative(rate: Decimal) -> None:
    """A rate below 0, without end or with a float's error is refused."""
    with pytest.raises(FieldError):
        tax_charges(
            order_of(("A", 1, 1000)),
            rate=rate,
            taxation=Taxation.INCLUDED,
            mode=TaxMode.PER_LINE,
            rounding=Rounding.HALF_UP,
        )


def test_a_discount_larger_than_the_goods_leaves_no_negative_base() -> None:
    """A discount that eats the goods and a cent of another tax: there is nothing left to tax."""
    order = attrs.evolve(
        order_of(("A", 1, 262)),
        charges=(
            Charge(kind=ChargeKind.TAX, amount=eur(1), line=A, taxation=Taxation.ADDED),
            Charge(kind=ChargeKind.DISCOUNT, amount=eur(-263)),
        ),
    )

    for mode in TaxMode:
        [tax] = tax_charges(
            order,
            rate=Decimal("0.2"),
            taxation=Taxation.ADDED,
            mode=mode,
            rounding=Rounding.HALF_UP,
        )
        assert eur(0) == tax.amount


@given(placed_orders(), st.decimals(0, 1, places=5), st.sampled_from(Rounding))
def test_tax_on_the_total_is_rounded_once(order: Order, rate: Decimal, rounding: Rounding) -> None:
    """The shares of a tax on the total sum to the rounded tax of the summed base."""
    nothing = Money.zero(order.currency)
    base = sum_money(
        (
            max(order.price(line.id).net + order.price(line.id).fees, nothing)
            for line in order.lines
        ),
        currency=order.currency,
    )
    taxes = tax_charges(
        order, rate=rate, taxation=Taxation.ADDED, mode=TaxMode.PER_ORDER, rounding=rounding
    )

    assert base.times(rate, rounding=rounding) == sum_money(tax.amount for tax in taxes)


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
