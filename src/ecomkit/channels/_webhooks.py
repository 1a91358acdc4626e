"""Webhooks are hints: they say what to read again, never what changed."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import final

import attrs

from ecomkit._checks import aware, is_a, is_text, optional

__all__ = ["HintKind", "Subscription", "WebhookHint"]


class HintKind(enum.Enum):
    """What kind of object changed at the channel."""

    ORDER = "order"
    LISTING = "listing"
    STOCK = "stock"
    RETURN = "return"
    REFUND = "refund"
    ERASURE = "the channel asks us to erase what we keep of a person"
    ACCESS = "the channel asks us what we keep of a person"
    ACCOUNT = "our access to the account has changed or ended"
    OTHER = "something that we have no name for: its topic says what"


@final
@attrs.frozen(kw_only=True)
class WebhookHint:
    """
    Something changed at the channel: read *object_id* again.

    Args:
        kind: What kind of object it is.
        object_id: The channel's name for it; for an order the number that ``order()`` takes.
        event_id: Tells two deliveries of one event from two events.
        topic: The channel's own word for what happened.
        sent_at: When the channel says that it happened, where it says so.
    """

    kind: HintKind = attrs.field(validator=is_a(HintKind))
    object_id: str = attrs.field(validator=is_text)
    event_id: str = attrs.field(validator=is_text)
    topic: str = attrs.field(default="", validator=is_text)
    sent_at: datetime | None = attrs.field(default=None, validator=optional(aware))


@final
@attrs.frozen(kw_only=True)
class Subscription:
    """
    The channel calls *address* when something of *kind* changes.

    Args:
        id: The channel's name for the subscription.
        kind: What it is about.
        topic: The channel's own word for it.
        address: Where the channel calls.
        is_active: Whether it still calls: some channels give up after failures.
    """

    id: str = attrs.field(validator=is_text)
    kind: HintKind = attrs.field(validator=is_a(HintKind))
    topic: str = attrs.field(validator=is_text)
    address: str = attrs.field(validator=is_text)
    is_active: bool = attrs.field(default=True, validator=is_a(bool))
