"""Webhooks are hints: they say what to read again, never what changed."""

from __future__ import annotations

import enum
from typing import final

import attrs

from ecomkit._checks import is_a, is_text

__all__ = ["HintKind", "WebhookHint"]


class HintKind(enum.Enum):
    """What kind of object changed at the channel."""

    ORDER = "order"
    LISTING = "listing"
    STOCK = "stock"
    RETURN = "return"


@final
@attrs.frozen(kw_only=True)
class WebhookHint:
    """
    Something changed at the channel: read *object_id* again.

    *event_id* tells two deliveries of one event from two events.
    """

    kind: HintKind = attrs.field(validator=is_a(HintKind))
    object_id: str = attrs.field(validator=is_text)
    event_id: str = attrs.field(validator=is_text)
