"""Paying back, and taking units out of an order."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from decimal import Decimal

from ecomkit.adapters.http import Flow, Repeat, flow, settled
from ecomkit.adapters.shopify._base import ShopifyBase, words_of
from ecomkit.adapters.shopify._documents import (
    CANCELLED,
    LINE_UNITS,
    ORDER_CANCEL,
    ORDER_MONEY,
    REFUND_CREATE,
)
from ecomkit.adapters.shopify._fulfilment_flows import NO_ORDER, units_by_line
from ecomkit.adapters.shopify._names import Node, gid, has_mark, is_number, marked, number_of_gid
from ecomkit.channels import Applied, Cancellation, Effect, Refund, Rejected, Unknown
from ecomkit.identifiers import CommandKey, LineId
from ecomkit.money import Currency, Money

__all__ = ["MoneyFlows"]

_NAMESPACE = uuid.UUID("0c7b3bd6-5f43-5c3c-8f0e-3f4b7f2d5f11")
_NOT_THERE = Rejected(reason="Shopify does not show it")
_TAKEN = frozenset({"CAPTURE", "SALE"})
_GIVEN = frozenset({"SUCCESS", "PENDING", "AWAITING_RESPONSE"})


class MoneyFlows(ShopifyBase):
    """
    The flows of a refund sink and a cancel sink.

    The key stands in the note of the refund, where it is found again: Shopify forgets its own
    idempotency keys after a while, its notes never.
    """

    @flow
    def push_refund(self, refund: Refund) -> Flow[Effect]:
        """
        Pay back, to where the money came from; no stock is moved.

        The amount is in the currency that the buyer paid in, and no more than is left of it.
        """
        return (
            yield from settled(
                self._push_refund(refund),
                read_back=lambda: self._noted(refund.number, refund.key),
            )
        )

    @flow
    def read_refund(self, refund: Refund) -> Flow[Effect]:
        """Say whether Shopify has it, by its key."""
        return (yield from self._noted(refund.number, refund.key))

    @flow
    def push_cancellation(self, cancellation: Cancellation) -> Flow[Effect]:
        """
        Take units out of an order; without lines, all of it. No money is paid back.

        It undoes what the sale did to the stock: Shopify counts the units as available again.
        Shopify cancels a whole order in the background; where it has not done so by the time we
        look, the effect is unknown, and read back later.
        """
        read = self._read_cancellation
        return (
            yield from settled(
                self._push_cancellation(cancellation), read_back=lambda: read(cancellation)
            )
        )

    @flow
    def read_cancellation(self, cancellation: Cancellation) -> Flow[Effect]:
        """Say whether Shopify has it: by its key, or for a whole order by its date."""
        return (yield from self._read_cancellation(cancellation))

    # -- refunds ----------------------------------------------------------------------------

    def _money(self, number: str) -> Flow[Node | None]:
        if not is_number(number):
            return None
        data = yield from self._ask(ORDER_MONEY, id=gid("Order", number))
        order: Node | None = data["order"]
        return order

    def _noted(self, number: str, key: CommandKey) -> Flow[Effect]:
        order = yield from self._money(number)
        if order is None:
            return NO_ORDER
        return Applied() if _has_note(order, key) else _NOT_THERE

    def _push_refund(self, refund: Refund) -> Flow[Effect]:
        order = yield from self._money(refund.number)
        if order is None:
            return NO_ORDER
        if _has_note(order, refund.key):
            return Applied()
        currency = Currency.parse(order["presentmentCurrencyCode"])
        if refund.amount.currency is not currency:
            return Rejected(
                reason=f"the buyer paid in {currency.name}: say the amount in that currency"
            )
        shares = _shares(order["transactions"], refund.amount)
        if shares is None:
            return Rejected(reason="it is more than is left of what was captured")
        order_id = gid("Order", refund.number)
        units = units_by_line(refund.lines)
        rows = yield from self._rows(
            order_id, units, of=lambda line: line["refundableQuantity"], kind="NO_RESTOCK"
        )
        if isinstance(rows, Rejected):
            return rows
        return (
            yield from self._refunded(
                refund.key,
                {
                    "orderId": order_id,
                    "currency": currency.value,
                    "note": marked(refund.reason, refund.key),
                    "notify": False,
                    "refundLineItems": rows,
                    "transactions": [{"orderId": order_id, **share} for share in shares],
                },
                number=refund.number,
            )
        )

    def _rows(
        self,
        order: str,
        units: Counter[LineId],
        *,
        of: Callable[[Node], int],
        kind: str,
    ) -> Flow[list[Node] | Rejected]:
        """
        Return the refund's lines: of each line as many of *units* as there still are.

        A line that the order does not have is refused.

        Units that were cancelled before are refunded as lines already; the money is not.
        """
        if not units:
            return []
        lines = yield from self._ask_all(LINE_UNITS, "order", "lineItems", id=order)
        unknown = units.keys() - {LineId(number_of_gid(line["id"])) for line in lines}
        if unknown:
            return Rejected(reason=f"the order has no line {', '.join(sorted(unknown))}")
        rows = []
        for line in lines:
            wanted = units[LineId(number_of_gid(line["id"]))]
            quantity = min(wanted, of(line))
            if quantity > 0:
                row = {"lineItemId": line["id"], "quantity": quantity, "restockType": kind}
                rows.append(row if kind == "NO_RESTOCK" else {**row, "locationId": self._location})
        return rows

    def _refunded(self, key: CommandKey, refund: Node, *, number: str) -> Flow[Effect]:
        data = yield from self._ask(
            REFUND_CREATE,
            repeat=Repeat.AT_WILL,
            input=refund,
            key=str(uuid.uuid5(_NAMESPACE, f"{self.channel}|{number}|{key}")),
        )
        errors = data["refundCreate"]["userErrors"]
        return Rejected(reason=words_of(errors)) if errors else Applied()

    # -- cancellations ----------------------------------------------------------------------

    def _read_cancellation(self, cancellation: Cancellation) -> Flow[Effect]:
        if cancellation.lines:
            return (yield from self._noted(cancellation.number, cancellation.key))
        if not is_number(cancellation.number):
            return NO_ORDER
        data = yield from self._ask(CANCELLED, id=gid("Order", cancellation.number))
        if data["order"] is None:
            return NO_ORDER
        return Applied() if data["order"]["cancelledAt"] is not None else _NOT_THERE

    def _push_cancellation(self, cancellation: Cancellation) -> Flow[Effect]:
        known = yield from self._read_cancellation(cancellation)
        if known != _NOT_THERE:
            return known
        order = gid("Order", cancellation.number)
        note = marked(cancellation.reason, cancellation.key)
        if not cancellation.lines:
            data = yield from self._ask(ORDER_CANCEL, id=order, note=note)
            errors = data["orderCancel"]["orderCancelUserErrors"]
            if errors:
                return Rejected(reason=words_of(errors))
            found = yield from self._read_cancellation(cancellation)
            waiting = Unknown(reason="Shopify has not cancelled it yet")
            return found if isinstance(found, Applied) else waiting
        units = units_by_line(cancellation.lines)
        rows = yield from self._rows(
            order, units, of=lambda line: line["unfulfilledQuantity"], kind="CANCEL"
        )
        if isinstance(rows, Rejected):
            return rows
        if sum(row["quantity"] for row in rows) < units.total():
            return Rejected(reason="not all of these units are still to be fulfilled")
        refund = {"orderId": order, "note": note, "notify": False, "refundLineItems": rows}
        return (yield from self._refunded(cancellation.key, refund, number=cancellation.number))


def _has_note(order: Node, key: CommandKey) -> bool:
    return any(has_mark(one["note"], key) for one in order["refunds"])


def _shares(transactions: Sequence[Node], amount: Money) -> list[Node] | None:
    """
    Return *amount* shared over the payments that were captured, oldest first; None if it exceeds them.

    What was given back before, or is on its way back, is not there any more.
    """

    def of(one: Node) -> Money:
        text: str = one["amountSet"]["presentmentMoney"]["amount"]
        return Money.from_decimal(Decimal(text), amount.currency)

    nothing = Money.zero(amount.currency)
    given: dict[str, Money] = {}
    for one in transactions:
        parent = one["parentTransaction"]
        if one["kind"] == "REFUND" and one["status"] in _GIVEN and parent is not None:
            given[parent["id"]] = given.get(parent["id"], nothing) + of(one)
    left = amount
    shares = []
    for one in transactions:
        if one["kind"] not in _TAKEN or one["status"] != "SUCCESS":
            continue
        share = min(left, of(one) - given.get(one["id"], nothing))
        if share > nothing:
            left -= share
            shares.append(
                {
                    "amount": str(share.to_decimal()),
                    "gateway": one["gateway"] or "",
                    "kind": "REFUND",
                    "parentId": one["id"],
                }
            )
    return shares if left.is_zero else None
