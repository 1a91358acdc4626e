"""Cursors and pages: how a long list is read in pieces, and picked up again later."""

from __future__ import annotations

from typing import TypeAlias, final

import attrs

from ecomkit._checks import as_tuple, each, is_a, is_text
from ecomkit.channels._claims import ChannelClaim
from ecomkit.channels._listings import Listing
from ecomkit.channels._payloads import Payload

__all__ = ["Cursor", "ListingPage", "OrderPage", "PageEntry", "ReadOrder", "UnreadableOrder"]


@final
@attrs.frozen
class Cursor:
    """
    A place in a channel's list: opaque text that only the adapter that made it can read.

    >>> Cursor("2026-01-05T09:00:00Z|1001")
    Cursor(token='2026-01-05T09:00:00Z|1001')
    """

    token: str = attrs.field(validator=is_text)


@final
@attrs.frozen(kw_only=True)
class ReadOrder:
    """An order that the adapter understood, and the bytes it was read from."""

    claim: ChannelClaim = attrs.field(validator=is_a(ChannelClaim))
    payload: Payload = attrs.field(validator=is_a(Payload))


@final
@attrs.frozen(kw_only=True)
class UnreadableOrder:
    """A payload that the adapter could not understand, with every fault found in it."""

    payload: Payload = attrs.field(validator=is_a(Payload))
    faults: tuple[str, ...] = attrs.field(converter=as_tuple, validator=each(str))


PageEntry: TypeAlias = ReadOrder | UnreadableOrder


@final
@attrs.frozen(kw_only=True)
class OrderPage:
    """
    Some orders, in the order of their last change, and where to go on.

    *next* is always given: it is where a later pull starts, also when *more* is false because
    the list is at its end for now.
    """

    entries: tuple[PageEntry, ...] = attrs.field(
        converter=as_tuple, validator=each(ReadOrder, UnreadableOrder)
    )
    next: Cursor = attrs.field(validator=is_a(Cursor))
    more: bool = attrs.field(validator=is_a(bool))


@final
@attrs.frozen(kw_only=True)
class ListingPage:
    """Some listings and where to go on."""

    listings: tuple[Listing, ...] = attrs.field(converter=as_tuple, validator=each(Listing))
    next: Cursor = attrs.field(validator=is_a(Cursor))
    more: bool = attrs.field(validator=is_a(bool))
