"""Refunds and returns as their channel tells them: observations, not facts of ours."""

from __future__ import annotations

import enum
import hashlib
from datetime import datetime
from typing import final

import attrs

from ecomkit._checks import as_tuple, as_utc, aware, each, is_a, is_text, optional
from ecomkit.channels._updates import LineUnits
from ecomkit.money import Money

__all__ = ["ChannelRefund", "ChannelReturn", "RefundState", "key_mark"]

KEY_MARK_LETTERS = 12
"""So many letters of a digest tell the commands of one order apart, and fit into any note."""


def key_mark(key: str) -> str:
    """
    Return what a command's key is known by at a channel that keeps a note and no keys.

    Keys may be long and mean nothing to people, who will read the note.

    >>> key_mark("refund/1001")
    '...'
    """
    return hashlib.sha256(key.encode()).hexdigest()[:KEY_MARK_LETTERS]


class RefundState(enum.Enum):
    """Whether the money has moved."""

    PENDING = "asked for, not yet paid"
    PAID = "paid back"
    FAILED = "not paid back"


@final
@attrs.frozen(kw_only=True)
class ChannelRefund:
    """
    What a channel says was paid back for an order.

    Args:
        id: The channel's name for the refund.
        amount: What the buyer gets, 0 or more.
        at: When it was made.
        state: Whether the money has moved; None for a word of the channel's that we do not know.
        lines: The units it is for, where it is for units.
        status: The channel's own words, unread.
        reason: What the channel notes beside it.
        mark: The :func:`key_mark` of the command of ours that asked for it; None for a refund
            that somebody made at the channel.
    """

    id: str = attrs.field(validator=is_text)
    amount: Money = attrs.field(validator=is_a(Money))
    at: datetime | None = attrs.field(converter=as_utc, validator=optional(aware))
    state: RefundState | None = attrs.field(validator=optional(is_a(RefundState)))
    lines: tuple[LineUnits, ...] = attrs.field(
        default=(), converter=as_tuple, validator=each(LineUnits)
    )
    status: tuple[str, ...] = attrs.field(default=(), converter=as_tuple, validator=each(str))
    reason: str = attrs.field(default="", validator=is_text)
    mark: str | None = attrs.field(default=None, validator=optional(is_text))


@final
@attrs.frozen(kw_only=True)
class ChannelReturn:
    """
    Units that a channel says come back; they are back for us when they were received.

    Args:
        id: The channel's name for the return.
        lines: The units announced.
        at: When it was asked for, where the channel says so.
        status: The channel's own words, unread.
        reason: What the buyer says.
    """

    id: str = attrs.field(validator=is_text)
    lines: tuple[LineUnits, ...] = attrs.field(converter=as_tuple, validator=each(LineUnits))
    at: datetime | None = attrs.field(default=None, validator=optional(aware))
    status: tuple[str, ...] = attrs.field(default=(), converter=as_tuple, validator=each(str))
    reason: str = attrs.field(default="", validator=is_text)
