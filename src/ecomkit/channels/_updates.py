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
)
from ecomkit.identifiers import CommandKey, LineId, ListingId, Sku
from ecomkit.money import Money

__all__ = [
    "Applied",
    "Effect",
    "Fulfilment",
    "FulfilmentLine",
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
    refuses the row when it shows something else by now.
    """

    listing: ListingId = attrs.field(validator=is_a(ListingId))
    quantity: int = attrs.field(validator=not_negative)
    expected: int | None = attrs.field(default=None, validator=optional(not_negative))


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
    observed: int | None = attrs.field(default=None, validator=optional(not_negative))


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
class FulfilmentLine:
    """*quantity* units of a line left."""

    line: LineId = attrs.field(validator=is_a(LineId))
    quantity: int = attrs.field(validator=above_zero)


@final
@attrs.frozen(kw_only=True)
class Fulfilment:
    """Tell a channel that units of one of its orders have left."""

    key: CommandKey = attrs.field(validator=is_a(CommandKey))
    number: str = attrs.field(validator=is_text)
    lines: tuple[FulfilmentLine, ...] = attrs.field(
        converter=as_tuple, validator=each(FulfilmentLine)
    )
    shipped_at: datetime = attrs.field(validator=aware)
    carrier: str | None = attrs.field(default=None, validator=optional(is_text))
    tracking: str | None = attrs.field(default=None, validator=optional(is_text))


@final
@attrs.frozen(kw_only=True)
class Refund:
    """Ask a channel to pay *amount* of one of its orders back."""

    key: CommandKey = attrs.field(validator=is_a(CommandKey))
    number: str = attrs.field(validator=is_text)
    amount: Money = attrs.field(validator=is_a(Money))
    reason: str = attrs.field(default="", validator=is_text)


@final
@attrs.frozen(kw_only=True)
class ListingChange:
    """Change what a listing says: its sku, or its price; None leaves a field as it is."""

    listing: ListingId = attrs.field(validator=is_a(ListingId))
    sku: Sku | None = attrs.field(default=None, validator=optional(is_a(Sku)))
    price: Money | None = attrs.field(default=None, validator=optional(is_a(Money)))
