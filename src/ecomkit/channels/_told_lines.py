"""What earlier claims said of a line, where the newest one says less. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import final

import attrs

from ecomkit._checks import is_a, not_negative
from ecomkit.channels._claims import ChannelClaim
from ecomkit.identifiers import LineId, ListingId

__all__ = ["ToldLine", "told_before"]


@final
@attrs.frozen(kw_only=True)
class ToldLine:
    """
    What a channel said of a line before.

    Args:
        line: The line.
        listing: What it was first sold as.
        shipped: The most units that were ever said to have left.
    """

    line: LineId = attrs.field(validator=is_a(LineId))
    listing: ListingId = attrs.field(validator=is_a(ListingId))
    shipped: int = attrs.field(validator=not_negative)


def told_before(
    claim: ChannelClaim, *, earlier: ChannelClaim, told: Iterable[ToldLine] = ()
) -> tuple[ToldLine, ...]:
    """
    Return what is to be remembered beside *claim*, which is newer than *earlier*.

    Only what *claim* no longer says: lines that are gone, are another listing now, or have
    fewer units shipped. Most orders have nothing of the kind.

    Args:
        claim: The newest claim.
        earlier: The claim before it.
        told: What was remembered beside the claim before it.
    """
    known = {one.line: one for one in told}
    for line in earlier.lines:
        before = known.get(line.id)
        known[line.id] = ToldLine(
            line=line.id,
            listing=line.listing if before is None else before.listing,
            shipped=max(line.shipped or 0, 0 if before is None else before.shipped),
        )
    said = {line.id: line for line in claim.lines}
    return tuple(
        one
        for one in known.values()
        if (now := said.get(one.line)) is None
        or now.listing != one.listing
        or (now.shipped or 0) < one.shipped
    )
