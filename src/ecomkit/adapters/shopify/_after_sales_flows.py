"""What was paid back, and what comes back, as Shopify shows it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime

from ecomkit.adapters.http import Flow, flow
from ecomkit.adapters.shopify._base import ShopifyBase
from ecomkit.adapters.shopify._names import Node, gid, is_number, mark_of, number_of_gid
from ecomkit.adapters.shopify._order_documents import (
    ORDER_REFUNDS,
    REFUND_LINES,
    RETURN_LINES,
    RETURNS,
)
from ecomkit.adapters.shopify._words import refund_state_of
from ecomkit.channels import (
    ChannelRefund,
    ChannelReturn,
    LineUnits,
    RefundState,
    identity,
    instant_of,
    money_of,
)
from ecomkit.identifiers import LineId
from ecomkit.money import Currency, Money, sum_money

__all__ = ["AfterSalesFlows"]

REFUNDS_MAX = 50
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class AfterSalesFlows(ShopifyBase):
    """The flows of a refund source and a return source."""

    @flow
    def refunds(self, number: str) -> Flow[tuple[ChannelRefund, ...]]:
        """
        Return all refunds of one order, oldest first, in the shop's currency.

        A cancellation of units is a refund of nothing at Shopify; it is told too.
        """
        if not is_number(number):
            return ()
        data = yield from self._ask(ORDER_REFUNDS, id=gid("Order", number))
        order = data["order"]
        if order is None:
            return ()
        if len(order["refunds"]) >= REFUNDS_MAX:
            raise self._broken("refunds", f"{REFUNDS_MAX} or more, which cannot be paged")
        currency = Currency.parse(order["currencyCode"])
        found = []
        for row in order["refunds"]:
            lines = yield from self._ask_all(
                REFUND_LINES, "refund", "refundLineItems", id=row["id"]
            )
            found.append(_refund(row, lines, currency))
        return tuple(sorted(found, key=lambda one: one.at or _LONG_AGO))

    @flow
    def returns(self, number: str) -> Flow[tuple[ChannelReturn, ...]]:
        """Return all returns of one order, oldest first."""
        if not is_number(number):
            return ()
        rows = yield from self._ask_all(RETURNS, "order", "returns", id=gid("Order", number))
        found = []
        for row in rows:
            lines = yield from self._ask_all(
                RETURN_LINES, "return", "returnLineItems", id=row["id"]
            )
            found.append(_return(row, lines))
        return tuple(sorted(found, key=lambda one: one.at or _LONG_AGO))


def _units(lines: Sequence[Node]) -> tuple[LineUnits, ...]:
    """Return the units of each line; a line stands as often as its units left in parts."""
    units: Counter[LineId] = Counter()
    for line in lines:
        if line.get("lineItem") is not None:
            units[LineId(number_of_gid(line["lineItem"]["id"]))] += line["quantity"]
    return tuple(
        LineUnits(line=line, quantity=quantity) for line, quantity in units.items() if quantity
    )


def _refund(row: Node, lines: Sequence[Node], currency: Currency) -> ChannelRefund:
    amount = money_of(currency)

    def shop(one: Node, name: str) -> Money:
        return amount(one[name]["shopMoney"]["amount"])

    moves = [one for one in row["transactions"]["nodes"] if one["kind"] == "REFUND"]
    words = tuple(one["status"] for one in moves)
    total = shop(row, "totalRefundedSet")
    state = refund_state_of(words)
    if state is not RefundState.PAID:
        # The total holds what has moved; this one has not, or not all of it.
        moving = sum_money((shop(one, "amountSet") for one in moves), currency=currency)
        total = max(total, moving)
    return ChannelRefund(
        id=identity(row["legacyResourceId"]),
        amount=total,
        at=None if row["createdAt"] is None else instant_of(row["createdAt"]),
        state=state,
        lines=_units(lines),
        status=words,
        reason=row["note"] or "",
        mark=mark_of(row["note"] or ""),
    )


def _return(row: Node, lines: Sequence[Node]) -> ChannelReturn:
    words = [line["customerNote"] or line["returnReasonNote"] or "" for line in lines]
    return ChannelReturn(
        id=number_of_gid(row["id"]),
        lines=_units(
            [
                {
                    "lineItem": (line.get("fulfillmentLineItem") or {}).get("lineItem"),
                    "quantity": line["quantity"],
                }
                for line in lines
            ]
        ),
        at=instant_of(row["createdAt"]),
        status=(row["status"],),
        reason="; ".join(dict.fromkeys(filter(None, words))),
    )
