"""Returns in the books: asked for, judged, received, paid back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import final

import attrs

from ecomkit.identifiers import CommandKey, OrderId
from ecomkit.money import Money
from ecomkit.operations._effects import tell_refund
from ecomkit.operations._ledger import Once, execute, must, once
from ecomkit.operations._orders import ORDERS, load_order
from ecomkit.operations._settings import Settings
from ecomkit.orders import Order, Payment, PaymentKind
from ecomkit.ports import Collection, Transaction
from ecomkit.returns import (
    Reception,
    RefundDecision,
    ReturnLine,
    ReturnPolicy,
    ReturnRequest,
    ReturnVerdict,
    ShippingRefund,
    refund_due,
)
from ecomkit.stock import Owner, TakeBack, wants_of_line

__all__ = ["RETURNS", "ReceivedReturn", "judge_return", "pay_back", "receive_return"]


@final
@attrs.frozen(kw_only=True)
class ReceivedReturn:
    """A parcel that came back: what was in it, and what its units are worth."""

    key: CommandKey
    order: OrderId
    reception: Reception
    refund: RefundDecision
    at: datetime


RETURNS = Collection(
    name="return", type=ReceivedReturn, key=lambda kept: kept.key, index=lambda kept: kept.order
)


def judge_return(
    tx: Transaction,
    order: OrderId,
    lines: Iterable[ReturnLine],
    *,
    policy: ReturnPolicy,
    now: datetime,
) -> ReturnVerdict:
    """
    Say whether *policy* accepts the return of *lines*, with all reasons. Writes nothing.

    Raises:
        UnknownOrderError: If the order is not in the books.
    """
    request = ReturnRequest(order=load_order(tx, order), lines=lines, requested_at=now)
    return policy(request, now=now)


def receive_return(
    tx: Transaction,
    order: OrderId,
    reception: Reception,
    *,
    key: CommandKey,
    shipping: ShippingRefund,
    now: datetime,
    settings: Settings,
) -> ReceivedReturn:
    """
    Take back what came, into the buckets it is fit for, and say what it is worth.

    Nothing is paid back by this: see :func:`pay_back`. The same *key* again changes nothing.

    Raises:
        UnknownOrderError: If the order is not in the books.
        TransitionError: If more came back than is out.
        KeyReusedError: If the key is known with another content.
    """
    known = tx.get(RETURNS, key)
    if once(tx, key, order, reception, shipping, now=now) is Once.KNOWN and known is not None:
        return known
    before = load_order(tx, order)
    refund = refund_due(before, received=reception.refundable(before), shipping=shipping)
    after = before.with_events(reception.events(before, at=now))
    must(execute(tx, _take_back(before, reception, key, settings), now=now, settings=settings))
    received = ReceivedReturn(key=key, order=order, reception=reception, refund=refund, at=now)
    tx.put(ORDERS, [after])
    tx.put(RETURNS, [received])
    return received


def _take_back(
    order: Order, reception: Reception, key: CommandKey, settings: Settings
) -> list[TakeBack]:
    arrivals = reception.arrivals(order)
    buckets = sorted({arrival.bucket for arrival in arrivals}, key=lambda bucket: bucket.value)
    return [
        TakeBack(
            key=CommandKey(f"return:{key}/{bucket.value}"),
            bucket=bucket,
            wants=[
                want
                for arrival in arrivals
                if arrival.bucket is bucket
                for want in wants_of_line(
                    Owner.line(order.id, arrival.line),
                    sku=arrival.sku,
                    quantity=arrival.quantity,
                    location=settings.location,
                    kits=settings.kits,
                )
            ],
        )
        for bucket in buckets
    ]


def pay_back(
    tx: Transaction,
    order: OrderId,
    amount: Money,
    *,
    key: CommandKey,
    reason: str,
    now: datetime,
) -> Order:
    """
    Book *amount* as paid back and store the intent to ask the order's channel for it.

    The same *key* again changes nothing.

    Raises:
        UnknownOrderError: If the order is not in the books.
        RefundExceedsCapturedError: If more would be paid back than was captured.
        KeyReusedError: If the key is known with another content.
    """
    before = load_order(tx, order)
    if once(tx, key, order, amount, now=now) is Once.KNOWN:
        return before
    payment = Payment(kind=PaymentKind.REFUNDED, amount=amount, at=now, reference=key)
    after = before.pay(payment)
    tx.put(ORDERS, [after])
    tell_refund(tx, after, amount, reason=reason)
    return after
