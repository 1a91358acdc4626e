"""What a return costs the buyer follows from its verdict, in whatever parts it comes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.identifiers import ChannelId, CommandKey, LineId, OrderId, ReturnId, Sku
from ecomkit.money import Currency, Money
from ecomkit.orders import AdjustmentKind, Order, OrderLine, Payment, PaymentKind
from ecomkit.returns import (
    AcceptanceState,
    Condition,
    Disposition,
    InspectedLine,
    Inspection,
    Party,
    ReceivedLine,
    Reception,
    ReceptionState,
    RefundRules,
    RestockingFee,
    Return,
    ReturnLine,
    ReturnPolicy,
    ReturnReason,
    ReturnRequest,
    Scope,
    ShippingRefund,
    TermsRule,
    settle_return,
)
from ecomkit.returns._return_costs import costs_by_terms, rules_by_terms, send_back_by

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
A = LineId("A")
WAY_BACK = Money(490, Currency.EUR)
FEE = TermsRule(restocking_fee=RestockingFee(percent=Decimal(10)))


def bought(units: int, price: int) -> Order:
    """Return an order of one line, paid in full and shipped."""
    order = Order(
        id=OrderId("shop/1"),
        channel=ChannelId("shop"),
        currency=Currency.EUR,
        placed_at=AT,
        lines=[
            OrderLine(
                id=A, sku=Sku("ELEPHANT"), quantity=units, unit_price=Money(price, Currency.EUR)
            )
        ],
    ).ship(A, quantity=units, at=AT)
    paid = Payment(kind=PaymentKind.CAPTURED, amount=order.effective_total, at=AT)
    return order.pay(paid)


def asked(order: Order, *entries: tuple[int, ReturnReason], terms: Iterable[TermsRule]) -> Return:
    """Return an authorised return of units of *order*, with the verdict on it."""
    lines = [
        ReturnLine(line=A, quantity=units, condition=Condition.NEW, reason=reason)
        for units, reason in entries
    ]
    policy = ReturnPolicy(rules=(), terms=terms)
    verdict = policy(ReturnRequest(order=order, lines=lines, requested_at=AT), now=AT)
    rma = Return(id=ReturnId("R1"), order=order.id, requested_at=AT, lines=lines, verdict=verdict)
    return rma.authorise(at=AT)


def came(rma: Return, order: Order, units: int) -> Return:
    """Return the return after a parcel, all of it accepted."""
    line = ReceivedLine(line=A, quantity=units, disposition=Disposition.RESTOCK)
    return rma.receive(Reception(lines=[line]), order=order, at=AT)


def settled(rma: Return, order: Order, **options: Any) -> tuple[Return, Order]:
    """Return the return and the order after a settlement by the terms of the verdict."""
    done = settle_return(
        rma,
        order=order,
        rules=rules_by_terms(rma),
        adjustments=costs_by_terms(rma, at=AT, **options),
        key=CommandKey("k"),
        at=AT,
    )
    return rma.settle(done.settlement), done.order


def amounts(rma: Return, **options: Any) -> list[tuple[AdjustmentKind, int]]:
    """Return what the next settlement costs the buyer."""
    return [(one.kind, one.amount.amount) for one in costs_by_terms(rma, at=AT, **options)]


@given(st.integers(1, 6), st.integers(1, 3000), st.data())
def test_parts_cost_what_the_whole_costs(units: int, price: int, data: st.DataObject) -> None:
    """The fee and the way back sum to the cent, however the units come."""
    order = bought(units, price)
    whole = asked(order, (units, ReturnReason.OTHER), terms=[FEE])
    rma, after, left = whole, order, units
    while left:
        part = data.draw(st.integers(1, left))
        left -= part
        rma, after = settled(came(rma, order, part), after)
    _, at_once = settled(came(whole, order, units), order)

    assert after.effective_total == at_once.effective_total
    assert at_once.effective_total.amount == units * price // 10


def test_the_way_back_is_paid_once() -> None:
    """With the first units that are credited, and not before."""
    order = bought(2, 2500)
    rma = asked(order, (2, ReturnReason.OTHER), terms=())

    assert amounts(rma, way_back=WAY_BACK) == []

    rma, order = settled(came(rma, order, 1), order, way_back=WAY_BACK)

    assert order.effective_total == Money(2990, Currency.EUR)
    assert amounts(came(rma, order, 1), way_back=WAY_BACK) == []


def test_what_the_seller_pays_costs_the_buyer_nothing() -> None:
    """One entry whose way back the seller pays makes the parcel free."""
    free = TermsRule(
        scope=Scope(reasons=[ReturnReason.DEFECTIVE]), return_shipping_paid_by=Party.SELLER
    )
    order = bought(2, 2500)
    entries = ((1, ReturnReason.OTHER), (1, ReturnReason.DEFECTIVE))
    rma = came(asked(order, *entries, terms=[free]), order, 1)

    assert amounts(rma, way_back=WAY_BACK) == []


def test_the_cheapest_entry_counts_first() -> None:
    """One of two came: it is taken to be the one without a fee; the other costs its own."""
    free = TermsRule(scope=Scope(reasons=[ReturnReason.DEFECTIVE]))
    order = bought(2, 2500)
    entries = ((1, ReturnReason.OTHER), (1, ReturnReason.DEFECTIVE))
    rma = came(asked(order, *entries, terms=[free, FEE]), order, 1)

    assert amounts(rma) == []
    assert amounts(came(rma, order, 1)) == [(AdjustmentKind.RESTOCKING_FEE, 250)]


def test_what_does_not_come_back_costs_no_restocking() -> None:
    """What the buyer keeps, or what is credited as lost, is not put on a shelf."""
    order = bought(2, 2500)
    rma = asked(order, (2, ReturnReason.OTHER), terms=[FEE]).keep(A, quantity=1, at=AT)
    rma = rma.lose(A, quantity=1, at=AT).inspect(
        Inspection(
            lines=[
                InspectedLine(
                    line=A,
                    quantity=1,
                    acceptance=AcceptanceState.ACCEPTED,
                    reception=ReceptionState.LOST_IN_TRANSIT,
                )
            ]
        ),
        at=AT,
    )

    assert amounts(rma) == []


def test_what_nobody_judged_costs_nothing() -> None:
    """A parcel that came unannounced has no terms."""
    rma = attrs.evolve(asked(bought(1, 2500), (1, ReturnReason.OTHER), terms=[FEE]), verdict=None)

    assert amounts(came(rma, bought(1, 2500), 1), way_back=WAY_BACK) == []
    assert rules_by_terms(rma) == RefundRules()


@pytest.mark.parametrize(
    ("given", "standard", "expected"),
    [
        (ShippingRefund.NEVER, None, RefundRules()),
        (ShippingRefund.NEVER, WAY_BACK, RefundRules()),
        (
            ShippingRefund.WHEN_EVERYTHING_RETURNS,
            None,
            RefundRules(shipping=ShippingRefund.WHEN_EVERYTHING_RETURNS),
        ),
        (
            ShippingRefund.WHEN_EVERYTHING_RETURNS,
            WAY_BACK,
            RefundRules(shipping=ShippingRefund.STANDARD_ONLY, standard_shipping=WAY_BACK),
        ),
    ],
)
def test_the_delivery_is_given_back_by_the_terms(
    given: ShippingRefund, standard: Money | None, expected: RefundRules
) -> None:
    """All of it where nobody knows what the standard delivery would have cost."""
    rma = asked(
        bought(1, 2500), (1, ReturnReason.OTHER), terms=[TermsRule(standard_shipping=given)]
    )

    assert expected == rules_by_terms(rma, standard_shipping=standard)


def test_what_may_be_sent_at_any_time_has_no_end() -> None:
    """The latest end counts, and an entry without one leaves the return open."""
    entries = ((1, ReturnReason.OTHER), (1, ReturnReason.DEFECTIVE))
    rma = asked(bought(2, 2500), *entries, terms=())

    def within(*days: int | None) -> datetime | None:
        verdict = rma.verdict
        assert verdict is not None
        lines = []
        for line, limit in zip(verdict.lines, days, strict=True):
            assert line.terms is not None
            terms = attrs.evolve(line.terms, send_back_days=limit)
            lines.append(attrs.evolve(line, terms=terms))
        return send_back_by(attrs.evolve(rma, verdict=attrs.evolve(verdict, lines=lines)))

    assert within(None, None) is None
    assert within(14, None) is None
    assert within(14, 30) == datetime(2026, 4, 1, tzinfo=UTC)
    assert send_back_by(attrs.evolve(rma, verdict=None)) is None
