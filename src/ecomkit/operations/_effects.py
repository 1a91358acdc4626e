"""Outward effects on orders: the intent is stored first, an unknown outcome is read back."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from datetime import datetime
from typing import TypeAlias, assert_never, final

import attrs

from ecomkit.channels import (
    Applied,
    Cancellation,
    CancelSink,
    Channel,
    Effect,
    Fulfilment,
    FulfilmentSink,
    LineUnits,
    RateLimitedError,
    Refund,
    RefundSink,
    Rejected,
    Unknown,
)
from ecomkit.errors import TransientError
from ecomkit.identifiers import ChannelId, CommandKey, LineId
from ecomkit.money import Money
from ecomkit.operations._adoption import CHANNELS
from ecomkit.orders import Order
from ecomkit.ports import Collection, Store, Transaction

__all__ = [
    "EFFECTS",
    "EffectState",
    "OrderEffect",
    "PendingEffect",
    "send_effects",
    "tell_cancellation",
    "tell_fulfilment",
    "tell_refund",
]

OrderEffect: TypeAlias = Cancellation | Fulfilment | Refund

EFFECTS_PER_RUN_MAX = 1_000
"""So many effects are sent in one run; the rest waits for the next one."""


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
    reason: str = ""


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


def tell_refund(tx: Transaction, order: Order, amount: Money, *, reason: str) -> None:
    """
    Store the intent to ask the order's channel to pay *amount* back.

    An order of our own shop has no channel to ask: the merchant pays back.
    """
    if tx.get(CHANNELS, order.channel) is None:
        return
    refund = Refund(
        key=CommandKey(f"refund:{order.id}:{order.version}"),
        number=_number(order),
        amount=amount,
        reason=reason,
    )
    tx.put(EFFECTS, [PendingEffect(channel=order.channel, effect=refund)])


def send_effects(store: Store, channel: Channel) -> tuple[PendingEffect, ...]:
    """
    Send what *channel* was not told yet, and return what remains undone.

    An effect that was sent before without an answer is read back first, never just sent again.
    What the channel has no role for is not kept: it cannot be told.
    """
    with store.transaction() as tx:
        due = tx.scan(EFFECTS, index=channel.channel, limit=EFFECTS_PER_RUN_MAX)
        # From here on a crash leaves it open whether the channel was told.
        tx.put(EFFECTS, (attrs.evolve(pending, state=EffectState.SENT) for pending in due))
    done: list[PendingEffect] = []
    remaining: list[PendingEffect] = []
    for place, pending in enumerate(due):
        try:
            effect = _settle(channel, pending)
        except RateLimitedError:
            # Neither this one nor those after it were sent: they are what they were before.
            remaining.extend(due[place:])
            break
        match effect:
            case None | Applied():
                done.append(pending)
            case Rejected():
                remaining.append(
                    attrs.evolve(pending, state=EffectState.REJECTED, reason=effect.reason)
                )
            case Unknown():
                remaining.append(
                    attrs.evolve(pending, state=EffectState.SENT, reason=effect.reason)
                )
            case _:
                assert_never(effect)
    with store.transaction() as tx:
        tx.delete(EFFECTS, (pending.effect.key for pending in done))
        tx.put(EFFECTS, remaining)
    return tuple(remaining)


def _settle(channel: Channel, pending: PendingEffect) -> Effect | None:
    try:
        if pending.state is EffectState.SENT:
            known = _read_back(channel, pending.effect)
            if not isinstance(known, Rejected):
                return known
        return _push(channel, pending.effect)
    except RateLimitedError:
        raise
    except TransientError as error:
        return Unknown(reason=str(error))


def _push(channel: Channel, effect: OrderEffect) -> Effect | None:
    match effect:
        case Fulfilment():
            return channel.push_fulfilment(effect) if isinstance(channel, FulfilmentSink) else None
        case Cancellation():
            return channel.push_cancellation(effect) if isinstance(channel, CancelSink) else None
        case Refund():
            return channel.push_refund(effect) if isinstance(channel, RefundSink) else None
        case _:
            assert_never(effect)


def _read_back(channel: Channel, effect: OrderEffect) -> Effect | None:
    match effect:
        case Fulfilment():
            return channel.read_fulfilment(effect) if isinstance(channel, FulfilmentSink) else None
        case Cancellation():
            return channel.read_cancellation(effect) if isinstance(channel, CancelSink) else None
        case Refund():
            return channel.read_refund(effect) if isinstance(channel, RefundSink) else None
        case _:
            assert_never(effect)
