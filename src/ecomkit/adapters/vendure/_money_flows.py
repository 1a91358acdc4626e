"""Paying back, and reading what was paid back."""

from __future__ import annotations

from collections import Counter
from functools import partial

from ecomkit.adapters.http import Flow, flow, settled
from ecomkit.adapters.vendure._amounts import amount_of, currency_of, stored
from ecomkit.adapters.vendure._documents import REFUND_ORDER, SETTLE_REFUND
from ecomkit.adapters.vendure._names import Node, has_mark, id_order, marked
from ecomkit.adapters.vendure._order_flows import OrderFlows
from ecomkit.adapters.vendure._refunds import read_refunds
from ecomkit.channels import (
    Applied,
    ChannelRefund,
    Effect,
    Faulty,
    Fields,
    LineUnits,
    Refund,
    Rejected,
    read_fields,
)
from ecomkit.errors import InputError

__all__ = ["MoneyFlows"]

_NO_ORDER = Rejected(reason="there is no such order")


class MoneyFlows(OrderFlows):
    """The flows of a refund sink and a refund source."""

    @flow
    def push_refund(self, refund: Refund) -> Flow[Effect]:
        """
        Refund the payments of an order, the oldest first, and settle it; the same key counts once.

        The mark of the key stands behind the reason. A refund that its payment's provider does
        not settle at once is settled with the mark as its transaction: the server takes down
        that the money has gone.
        """
        return (
            yield from settled(
                self._pay_back(refund), read_back=partial(self._read_paid_back, refund)
            )
        )

    @flow
    def read_refund(self, refund: Refund) -> Flow[Effect]:
        """Say whether the refunds of that mark are settled, and come to the amount."""
        return (yield from self._read_paid_back(refund))

    @flow
    def refunds(self, number: str) -> Flow[tuple[ChannelRefund, ...]]:
        """Return all refunds of one order, oldest first."""
        order = yield from self._order_node(number)
        if order is None:
            return ()
        found = read_fields(order, partial(_refunds, precision=self._precision))
        if isinstance(found, Faulty):
            raise self._broken("refunds", found.explain())
        # Ids grow with time; an order has several payments, whose refunds are in between.
        return tuple(sorted(found.value, key=lambda one: id_order(one.id)))

    def _pay_back(self, refund: Refund) -> Flow[Effect]:
        order = yield from self._order_node(refund.number)
        if order is None:
            return _NO_ORDER
        if order["currencyCode"] != refund.amount.currency.name:
            return Rejected(reason=f"the order is in {order['currencyCode']}")
        try:
            total = stored(refund.amount, precision=self._precision)
        except InputError as error:
            return Rejected(reason=error.message)
        known = list(_ours(order, refund))
        missing = total - sum(row["total"] for row in known)
        payments = [one for one in order["payments"] or [] if one["state"] == "Settled"]
        if missing > sum(map(_left, payments)):
            return Rejected(reason="more than what is left of the payments")
        if not known and (over := _units_over(order, refund)):
            return Rejected(reason=f"fewer units were bought of line {', '.join(over)}")
        lines = [] if known else list(map(_row, refund.lines))
        for payment in payments:
            part = min(missing, _left(payment))
            if part > 0:
                made = yield from self._do(
                    REFUND_ORDER,
                    input={
                        "paymentId": payment["id"],
                        "amount": part,
                        "lines": lines,
                        # The database wants both, though the amount counts.
                        "shipping": 0,
                        "adjustment": 0,
                        "reason": marked(refund.reason, refund.key),
                    },
                )
                known.append(made)
                missing, lines = missing - part, []
        for row in known:
            if row["state"] == "Pending":
                yield from self._do(
                    SETTLE_REFUND, input={"id": row["id"], "transactionId": marked("", refund.key)}
                )
        return Applied()

    def _read_paid_back(self, refund: Refund) -> Flow[Effect]:
        order = yield from self._order_node(refund.number)
        if order is None:
            return _NO_ORDER
        known = list(_ours(order, refund))
        if not known:
            return Rejected(reason="the shop has no such refund")
        if any(row["state"] == "Pending" for row in known):
            return Rejected(reason="the refund is made, and not settled")
        paid = sum(row["total"] for row in known)
        if paid != stored(refund.amount, precision=self._precision):
            return Rejected(reason="the refund is made in part")
        return Applied()


def _ours(order: Node, refund: Refund) -> list[Node]:
    """Return the refunds that carry the mark and did not fail."""
    return [
        row
        for payment in order["payments"] or []
        for row in _standing(payment)
        if has_mark(row["reason"], refund.key)
    ]


def _left(payment: Node) -> int:
    """Return what can still be paid back of a payment."""
    left: int = payment["amount"] - sum(row["total"] for row in _standing(payment))
    return max(0, left)


def _standing(payment: Node) -> list[Node]:
    """Return the refunds of a payment that did not fail."""
    return [row for row in payment["refunds"] if row["state"] != "Failed"]


def _units_over(order: Node, refund: Refund) -> list[str]:
    """
    Return the lines of which more units would be paid back than were bought.

    The server does not count them, and breaks down over a line that is not there.
    """
    units: Counter[str] = Counter()
    for line in order["lines"]:
        units[line["id"]] = max(line["quantity"], line["orderPlacedQuantity"])
    for payment in order["payments"] or []:
        for known in _standing(payment):
            for row in known["lines"]:
                units[row["orderLineId"]] -= row["quantity"]
    for asked in refund.lines:
        units[asked.line] -= asked.quantity
    return sorted({str(asked.line) for asked in refund.lines if units[asked.line] < 0})


def _row(units: LineUnits) -> Node:
    return {"orderLineId": str(units.line), "quantity": units.quantity}


def _refunds(order: Fields, *, precision: int) -> list[ChannelRefund]:
    currency = order.read("currencyCode", currency_of)
    return read_refunds(order, amount=amount_of(currency, precision=precision))
