"""
Deliveries: webhooks that carry the object itself, read as the observation that it is.

A call that carries a whole order says no less than an answer that was asked for: it is one more
observation of it, kept under its version and its digest like any other, so that it may come
twice, late, or after a newer one. It is never a delta.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, final, runtime_checkable

import attrs

from ecomkit._checks import is_a, optional
from ecomkit.channels._pages import PageEntry, ReadOrder, UnreadableOrder
from ecomkit.channels._webhooks import WebhookHint

__all__ = ["AsyncDeliveryReader", "DeliveryReader", "WebhookDelivery"]


@final
@attrs.frozen(kw_only=True)
class WebhookDelivery:
    """
    A call that was verified: what it hints at, and the order that it carries.

    Args:
        hint: What to read again, and the event's id.
        entry: The order, or the payload that could not be read with every fault in it. None
            where the call carries no order, or less than the whole of one: read it again.

    >>> from ecomkit.channels import HintKind
    >>> hint = WebhookHint(kind=HintKind.STOCK, object_id="7", event_id="e-1")
    >>> WebhookDelivery(hint=hint).entry is None
    True
    """

    hint: WebhookHint = attrs.field(validator=is_a(WebhookHint))
    entry: PageEntry | None = attrs.field(
        default=None, validator=optional(is_a(ReadOrder, UnreadableOrder))
    )


@runtime_checkable
class DeliveryReader(Protocol):
    """The channel sends whole orders along when it calls."""

    def read_delivery(self, body: bytes, *, headers: Sequence[tuple[str, str]]) -> WebhookDelivery:
        """Verify the call, and return what it hints at with the order that it carries; pure."""
        ...


@runtime_checkable
class AsyncDeliveryReader(Protocol):
    """The asyncio twin of :class:`DeliveryReader`."""

    async def read_delivery(
        self, body: bytes, *, headers: Sequence[tuple[str, str]]
    ) -> WebhookDelivery:
        """Verify the call, and return what it hints at with the order that it carries; pure."""
        ...
