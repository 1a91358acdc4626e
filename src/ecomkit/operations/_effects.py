"""Outward effects on orders: the intent is stored before anybody is told."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from datetime import datetime
from typing import TypeAlias, final

import attrs

from ecomkit.channels import Cancellation, Fulfilment, LineUnits, Refund
from ecomkit.identifiers import ChannelId, CommandKey, LineId
from ecomkit.money import Money
from ecomkit.operations._adoption import CHANNELS
from ecomkit.orders import Order, Tender
from ecomkit.ports import Collection, Transaction

__all__ = [
    "EFFECTS",
    "EffectState",
    "OrderEffect",
    "PendingEffect",
    "tell_cancellation",
    "tell_fulfilment",
    "tell_refund",
]

OrderEffect: TypeAlias = Cancellation | Fulfilment | Refund


class EffectState(enum.Enum):
    """How far an outward effect has come; one that was applied is no longer kept."""

    STORED = "stored, not sent"
    SENT = "sent, outcome unknown"
    REJECTED = "refused by the channel"


@final
@attrs.frozen(kw_only=True)
class PendingEffect:
    """Something that a channel is to be told and has not confirmed."""

    channel: ChannelId
    effect: OrderEffect
    state: EffectState = EffectState.STORED
    reason: str = attrs.field(default="", repr=False)


def _is_due(pending: PendingEffect) -> str | None:
    return None if pending.state is EffectState.REJECTED else str(pending.channel)


EFFECTS = Collection(
    name="effect", type=PendingEffect, key=lambda pending: pending.effect.key, index=_is_due
)


def _number(order: Order) -> str:
    return order.id.removeprefix(f"{order.channel}/")


def tell_fulfilment(
    tx: Transaction, order: Order, quantities: Mapping[LineId, int], *, at: datetime
) -> None:
    """
    Store the intent to tell the order's channel that units have left.

    An order of our own shop has no channel to tell.
    """
    if tx.get(CHANNELS, order.channel) is None:
        return
    fulfilment = Fulfilment(
        key=CommandKey(f"fulfil:{order.id}:{order.version}"),
        number=_number(order),
        lines=(LineUnits(line=line, quantity=n) for line, n in quantities.items()),
        shipped_at=at,
    )
    tx.put(EFFECTS, [PendingEffect(channel=order.channel, effect=fulfilment)])


def tell_cancellation(tx: Transaction, order: Order, quantities: Mapping[LineId, int]) -> None:
    """
    Store the intent to tell the order's channel that units will not be shipped.

    An order of our own shop has no channel to tell.
    """
    if tx.get(CHANNELS, order.channel) is None:
        return
    cancellation = Cancellation(
        key=CommandKey(f"cancel:{order.id}:{order.version}"),
        number=_number(order),
        lines=(LineUnits(line=line, quantity=n) for line, n in quantities.items() if n),
    )
    if cancellation.lines:
        tx.put(EFFECTS, [PendingEffect(channel=order.channel, effect=cancellation)])


def tell_refund(
    tx: Transaction,
    order: Order,
    amount: Money,
    *,
    tender: Tender,
    key: CommandKey,
    reason: str,
) -> bool:
    """
    Store the intent to ask the order's channel to pay *amount* back to *tender*.

    Returns:
        Whether there is such a channel.

    An order of our own shop has no channel to ask: the merchant pays back.
    """
    if tx.get(CHANNELS, order.channel) is None:
        return False
    refund = Refund(key=key, number=_number(order), amount=amount, reason=reason, tender=tender)
    tx.put(EFFECTS, [PendingEffect(channel=order.channel, effect=refund)])
    return True
