"""Outward effects and their three outcomes: applied, refused, unknown."""

from __future__ import annotations

from datetime import datetime
from typing import TypeAlias, final

import attrs

from ecomkit._checks import (
    above_zero,
    as_tuple,
    aware,
    each,
    is_a,
    is_text,
    not_negative,
    optional,
    whole,
)
from ecomkit.channels._listings import ListingState
from ecomkit.identifiers import CommandKey, LineId, ListingId, Sku
from ecomkit.money import Money
from ecomkit.orders import Tender

__all__ = [
    "Applied",
    "Cancellation",
    "Effect",
    "Fulfilment",
    "LineUnits",
    "ListingChange",
    "Refund",
    "Rejected",
    "StockResult",
    "StockUpdate",
    "Unknown",
]


@final
@attrs.frozen(kw_only=True)
class StockUpdate:
    """
    Show *quantity* units for a listing: an absolute number, never a difference.

    *expected* is what the channel showed last as far as we know: a channel that can compare
    refuses the row when it shows something else by now. It may be below zero: some channels go
    on selling.

    *committed* is how many units of the listing are in those of the channel's orders that we
    have pulled and the channel has not seen shipped, None if that is not known. A channel that
    counts what is on hand, and keeps what it has promised beside it, has to be told both; the
    orders that we have not pulled yet must not be among them, or their units go on sale again.

    *handle* is the listing's, as the client itself gave it; a client that needs one and has none
    looks it up.
    """

    listing: ListingId = attrs.field(validator=is_a(ListingId))
    quantity: int = attrs.field(validator=not_negative)
    expected: int | None = attrs.field(default=None, validator=optional(whole))
    committed: int | None = attrs.field(default=None, validator=optional(not_negative))
    handle: str | None = attrs.field(default=None, validator=optional(is_text))


@final
@attrs.frozen(kw_only=True)
class Applied:
    """The channel took it."""


@final
@attrs.frozen(kw_only=True)
class Rejected:
    """
    The channel refused it, and said why.

    *observed* is what the channel shows instead, where it refused since our expectation was
    stale.
    """

    reason: str = attrs.field(validator=is_text)
    observed: int | None = attrs.field(default=None, validator=optional(whole))


@final
@attrs.frozen(kw_only=True)
class Unknown:
    """The answer was lost: it may or may not have been applied. Read back before sending again."""

    reason: str = attrs.field(validator=is_text)


Effect: TypeAlias = Applied | Rejected | Unknown


@final
@attrs.frozen(kw_only=True)
class StockResult:
    """The outcome of one row of a push."""

    listing: ListingId = attrs.field(validator=is_a(ListingId))
    effect: Effect = attrs.field(validator=is_a(Applied, Rejected, Unknown))


@final
@attrs.frozen(kw_only=True)
class LineUnits:
    """*quantity* units of a line."""

    line: LineId = attrs.field(validator=is_a(LineId))
    quantity: int = attrs.field(validator=above_zero)


@final
@attrs.frozen(kw_only=True)
class Fulfilment:
    """Tell a channel that units of one of its orders have left."""

    key: CommandKey = attrs.field(validator=is_a(CommandKey))
    number: str = attrs.field(validator=is_text)
    lines: tuple[LineUnits, ...] = attrs.field(converter=as_tuple, validator=each(LineUnits))
    shipped_at: datetime = attrs.field(validator=aware)
    carrier: str | None = attrs.field(default=None, validator=optional(is_text))
    tracking: str | None = attrs.field(default=None, validator=optional(is_text))


@final
@attrs.frozen(kw_only=True)
class Refund:
    """
    Ask a channel to pay *amount* of one of its orders back.

    *lines* says for which units, where it is for units; the amount counts, whatever they cost.
    *tender* says what it goes back to, for channels where a buyer paid with several; None leaves
    that to the channel. Paying back moves no stock at the channel: what it shows follows from our books.
    """

    key: CommandKey = attrs.field(validator=is_a(CommandKey))
    number: str = attrs.field(validator=is_text)
    amount: Money = attrs.field(validator=is_a(Money))
    reason: str = attrs.field(default="", repr=False, validator=is_text)
    lines: tuple[LineUnits, ...] = attrs.field(
        default=(), converter=as_tuple, validator=each(LineUnits)
    )
    tender: Tender | None = attrs.field(default=None, validator=optional(is_a(Tender)))


@final
@attrs.frozen(kw_only=True)
class Cancellation:
    """
    Tell a channel that units of one of its orders will not be shipped; no *lines*: all of it.

    It pays nothing back: that is a :class:`Refund`.
    """

    key: CommandKey = attrs.field(validator=is_a(CommandKey))
    number: str = attrs.field(validator=is_text)
    lines: tuple[LineUnits, ...] = attrs.field(
        default=(), converter=as_tuple, validator=each(LineUnits)
    )
    reason: str = attrs.field(default="", validator=is_text)


@final
@attrs.frozen(kw_only=True)
class ListingChange:
    """Change what a listing says: sku, price, state; None leaves a field as it is."""

    listing: ListingId = attrs.field(validator=is_a(ListingId))
    sku: Sku | None = attrs.field(default=None, validator=optional(is_a(Sku)))
    price: Money | None = attrs.field(default=None, validator=optional(is_a(Money)))
    state: ListingState | None = attrs.field(default=None, validator=optional(is_a(ListingState)))
