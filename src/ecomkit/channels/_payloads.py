"""Raw payloads: what a channel really said, kept apart from what we made of it."""

from __future__ import annotations

import hashlib
from typing import final

import attrs

from ecomkit._checks import is_a, is_text, optional
from ecomkit.identifiers import ChannelId

__all__ = ["Payload"]


@final
@attrs.frozen(kw_only=True)
class Payload:
    """
    The text of one object as a channel sent it.

    *subject* is the channel's own name for the person it speaks of, so that all payloads of one
    person can be erased. The text is left out of the repr: it may hold personal data.

    >>> payload = Payload(channel=ChannelId("etsy"), object_id="1001", text="{}")
    >>> payload.digest[:8]
    '44136fa3'
    """

    channel: ChannelId = attrs.field(validator=is_a(ChannelId))
    object_id: str = attrs.field(validator=is_text)
    text: str = attrs.field(validator=is_text, repr=False)
    subject: str | None = attrs.field(default=None, validator=optional(is_text), repr=False)

    @property
    def digest(self) -> str:
        """The content hash (SHA-256, hexadecimal) that tells two payloads of one object apart."""
        return hashlib.sha256(self.text.encode()).hexdigest()
