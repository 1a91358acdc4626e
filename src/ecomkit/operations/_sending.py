"""Outward effects on their way: sent once, read back when in doubt, and settled in the books."""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

import attrs

from ecomkit.channels import (
    Applied,
    Cancellation,
    CancelSink,
    Channel,
    Effect,
    Fulfilment,
    FulfilmentSink,
    RateLimitedError,
    Refund,
    RefundSink,
    Rejected,
    Unknown,
)
from ecomkit.errors import TransientError
from ecomkit.identifiers import CommandKey
from ecomkit.operations._effects import EFFECTS, EffectState, OrderEffect, PendingEffect
from ecomkit.operations._refunds import REFUNDS, settle_refund
from ecomkit.ports import Store

__all__ = ["send_effects"]

EFFECTS_PER_RUN_MAX = 1_000
"""So many effects are sent in one run; the rest waits for the next one."""


def send_effects(store: Store, channel: Channel, *, now: datetime) -> tuple[PendingEffect, ...]:
    """
    Send what *channel* was not told yet, and return what remains undone.

    An effect that was sent before without an answer is read back first, never just sent again.
    What the channel has no role for is not kept: it cannot be told. What became of a refund is
    taken down with it: one that was refused is owed to the buyer again.
    """
    with store.transaction() as tx:
        due = tx.scan(EFFECTS, index=channel.channel, limit=EFFECTS_PER_RUN_MAX)
        # From here on a crash leaves it open whether the channel was told.
        tx.put(EFFECTS, (attrs.evolve(pending, state=EffectState.SENT) for pending in due))
    done: list[PendingEffect] = []
    remaining: list[PendingEffect] = []
    paid: list[tuple[CommandKey, Effect | None]] = []
    for place, pending in enumerate(due):
        try:
            effect = _settle(channel, pending)
        except RateLimitedError:
            # Neither this one nor those after it were sent: they are what they were before.
            remaining.extend(due[place:])
            break
        if isinstance(pending.effect, Refund):
            paid.append((pending.effect.key, effect))
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
        for part, effect in paid:
            # One that an older release stored has no part, and stays booked as it was.
            if tx.get(REFUNDS, part) is not None:
                settle_refund(tx, part, effect, now=now)
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
