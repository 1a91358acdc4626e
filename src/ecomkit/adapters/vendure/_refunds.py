"""Reading refunds: what was paid back of each payment of an order."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from ecomkit.adapters.vendure._names import line_id_of, mark_of
from ecomkit.adapters.vendure._words import REFUND_STATES
from ecomkit.channels import (
    ChannelRefund,
    Fields,
    LineUnits,
    identity,
    instant_of,
    text_of,
    whole_of,
)
from ecomkit.money import Money

__all__ = ["read_refunds"]


def read_refunds(order: Fields, *, amount: Callable[[object], Money]) -> list[ChannelRefund]:
    """
    Return all refunds of an order's payments.

    A command that is paid back over several payments has several of them, all with its mark.
    """
    found = order.each("payments", partial(_of_payment, amount=amount), default=())
    return [refund for refunds in found for refund in refunds]


def _of_payment(
    payment: Fields, *, amount: Callable[[object], Money]
) -> tuple[ChannelRefund, ...]:
    return payment.each("refunds", partial(_refund, amount=amount), default=())


def _refund(refund: Fields, *, amount: Callable[[object], Money]) -> ChannelRefund:
    word = refund.read("state", text_of)
    reason = refund.read("reason", text_of, default="")
    return refund.build(
        ChannelRefund,
        id=refund.read("id", identity),
        amount=refund.read("total", amount),
        at=refund.read("createdAt", instant_of, default=None),
        state=REFUND_STATES.get(word or ""),
        lines=[one for one in refund.each("lines", _units, default=()) if one is not None],
        status=[word],
        reason=reason,
        mark=mark_of(reason or ""),
    )


def _units(row: Fields) -> LineUnits | None:
    quantity = row.read("quantity", whole_of)
    line = row.read("orderLineId", line_id_of)
    return row.build(LineUnits, line=line, quantity=quantity) if quantity != 0 else None
