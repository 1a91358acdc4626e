"""Law 3: cents are conserved."""

import sys
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecomkit.errors import InputError
from ecomkit.identifiers import ChannelId, CommandKey, LineId
from ecomkit.money import Currency, Money, sum_money
from ecomkit.operations import Shop
from ecomkit.orders import LinePrice, Payment, PaymentKind
from ecomkit.ports import ManualClock
from ecomkit.returns import (
    Disposition,
    ReceivedLine,
    Reception,
    RefundCeilingError,
    ShippingRefund,
    _refund,
    _refund_plan,
)
from ecomkit.testing.strategies import amounts, placed_orders

if (HERE := str(Path(__file__).parent)) not in sys.path:
    sys.path.insert(0, HERE)

from return_histories import replay

CURRENCIES = st.sampled_from((Currency.EUR, Currency.JPY, Currency.KWD))


@given(
    amount=amounts(), weights=st.lists(st.integers(0, 1000), min_size=1), parts=st.integers(1, 50)
)
def test_every_split_sums_to_the_amount(amount: Any, weights: Any, parts: Any) -> None:
    """Every split of an amount sums to the amount."""
    assert amount == sum_money(amount.split(parts), currency=amount.currency)
    if any(weights):
        assert amount == sum_money(amount.prorate(weights), currency=amount.currency)


def shipped(store: Any, order: Any, now: Any) -> Any:
    """Return a shop in which *order* was paid, placed and shipped."""
    shop = Shop(store=store, clock=ManualClock(now))
    shop.count({line.sku: 1000 for line in order.lines}, key=CommandKey(f"count-{order.id}"))
    due = order.effective_total
    if due.amount:
        order = order.pay(Payment(kind=PaymentKind.CAPTURED, amount=due, at=now))
    shop.place(order)
    shop.fulfil()
    return shop, order.id


def parcels(data: st.DataObject, order: Any) -> Any:
    """Return the units of *order* dealt out to parcels, in any way."""
    units = [line.id for line in order.lines for _ in range(line.quantity)]
    units = data.draw(st.permutations(units))
    found = []
    while units:
        size = data.draw(st.integers(1, len(units)))
        found.append(units[:size])
        units = units[size:]
    return found


def reception(units: Any) -> Any:
    """Return what was in a parcel."""
    return Reception(
        lines=[
            ReceivedLine(line=line, quantity=units.count(line), disposition=Disposition.RESTOCK)
            for line in sorted(set(units))
        ]
    )


@settings(deadline=None, max_examples=40)
@given(
    data=st.data(),
    order=placed_orders(currencies=CURRENCIES, max_lines=3, max_quantity=5),
    shipping=st.sampled_from(
        (ShippingRefund.NEVER, ShippingRefund.WHEN_EVERYTHING_RETURNS),
    ),
)
def test_refunds_do_not_depend_on_the_way_things_come_back(
    new_market: Any, market_module: Any, data: st.DataObject, order: Any, shipping: Any
) -> None:
    """
    What a return entitles to does not depend on how or in which order it is split into partial
    returns, and what is paid back never exceeds what was captured.
    """
    totals = []
    for is_whole in (True, False):
        shop, name = shipped(new_market().store, order, market_module.START)
        dealt = (
            [[line.id for line in order.lines for _ in range(line.quantity)]]
            if is_whole
            else parcels(data, order)
        )
        for number, units in enumerate(dealt):
            refund = shop.receive_return(
                name, reception(units), key=CommandKey(f"parcel-{number}"), shipping=shipping
            ).refund
            if refund.amount.amount:
                shop.pay_back(name, refund.amount, key=CommandKey(f"refund-{number}"))
        after = shop.order(name)
        totals.append(after.paid.refunded)

        assert after.paid.refunded <= after.paid.captured
        assert after.units.out == 0
        assert shop.audit().is_clean

    assert totals[0] == totals[1]
    fees = order.charges_due - order.shipping.amount
    if shipping is ShippingRefund.WHEN_EVERYTHING_RETURNS:
        assert totals[0] == min(order.effective_total, order.effective_total - fees)


@settings(deadline=None, max_examples=30)
@given(asked=st.lists(st.integers(1, 4000), max_size=8))
def test_never_more_is_paid_back_than_was_captured(new_market: Any, asked: Any) -> None:
    """However refunds are asked for, favours among them, their sum stops at the last cent."""
    market = new_market().run([("sell", 0, 0, 2), ("sync", 0, 0, 0)])
    [order] = market.orders()
    captured = order.paid.captured
    paid = 0
    for number, amount in enumerate(asked):
        favour = Money(amount, Currency.EUR)
        key = CommandKey(f"refund-{number}")
        if paid + amount <= captured.amount:
            paid += amount
            market.shop.pay_back(order.id, favour, key=key, goodwill=favour)
        else:
            with pytest.raises(RefundCeilingError) as caught:
                market.shop.pay_back(order.id, favour, key=key, goodwill=favour)
            assert captured.amount - paid == caught.value.ceiling.amount
        assert paid == market.shop.order(order.id).paid.refunded.amount


def test_another_currency_is_never_paid_back(new_market: Any) -> None:
    """Cents of one currency are not cents of another."""
    market = new_market().run([("sell", 0, 0, 2), ("sync", 0, 0, 0)])
    [order] = market.orders()
    text = market.text()

    for goodwill in (None, Money(1, Currency.USD)):
        with pytest.raises(InputError):
            market.shop.pay_back(
                order.id, Money(1, Currency.USD), key=CommandKey("x"), goodwill=goodwill
            )

    assert text == market.text()
    assert (ChannelId("corner"), LineId("1")) == (order.channel, order.lines[0].id)


def test_ten_thousand_histories_lose_no_cent() -> None:
    """
    Cancelled, lost, returned, captured, refused and charged back in any order: 0 cents off.

    ``python3 dev.py histories --count 1000000`` plays a million of them.
    """
    found = replay(range(10_000), seed=1)

    assert found.histories == 10_000
    assert found.refunds > 10_000
    assert found.lost == (), found.explain()


def rounded_down(price: LinePrice, units: int) -> Money:
    """Return what units are worth if the cents that are left over are kept until the last one."""
    return Money(price.amount.amount * units // price.units, price.amount.currency)


def rounded_by_unit(price: LinePrice, units: int) -> Money:
    """Return what units are worth if each one is rounded for itself."""
    return Money(-(-price.amount.amount // price.units) * units, price.amount.currency)


def without_rounding_up(price: LinePrice, units: int) -> Money:
    """Return what units are worth if a running amount is rounded to the nearest cent."""
    twice = 2 * price.amount.amount * units + price.units
    return Money(twice // (2 * price.units), price.amount.currency)


@pytest.mark.parametrize("fault", [rounded_down, rounded_by_unit, without_rounding_up])
def test_histories_find_a_wrong_rounding(monkeypatch: Any, fault: Any) -> None:
    """A rule that is a cent off somewhere does not pass."""
    monkeypatch.setattr(LinePrice, "entitlement", fault)
    found = replay(range(500), seed=1)

    assert found.lost
    assert f"{len(found.lost)} histories differ" in found.explain()


def test_histories_find_shipping_that_comes_back_twice(monkeypatch: Any) -> None:
    """What was given back has to be kept in mind."""
    steps = _refund._steps_beside_lines
    monkeypatch.setattr(
        _refund,
        "_steps_beside_lines",
        lambda order, *, rules: steps(attrs.evolve(order, adjustments=()), rules=rules),
    )

    assert replay(range(500), seed=1).lost


def test_histories_find_a_tender_that_gives_more_than_is_left(monkeypatch: Any) -> None:
    """A plan that follows what was captured alone is found out."""
    monkeypatch.setattr(
        _refund_plan, "_left_on", lambda order, tender: order.paid_by(tender).captured.amount
    )

    assert replay(range(500), seed=1).lost
