"""What a claim says of the units of one line, followed as far as it can be. Pure."""

from __future__ import annotations

from typing import final

import attrs

from ecomkit.channels._claim_units import UnitsTold
from ecomkit.channels._disagreements import Disagreement, DisagreementKind
from ecomkit.identifiers import LineId
from ecomkit.orders import LineCounts

__all__ = ["Followed", "follow_units"]


@final
@attrs.frozen
class Followed:
    """The units of a line to cancel and to ship, and what remains different."""

    cancel: int
    ship: int
    disagreements: tuple[Disagreement, ...]


def follow_units(
    line: LineId,
    told: UnitsTold,
    *,
    counts: LineCounts,
    covered: int,
    shipped_before: int,
    paid_back: int,
) -> Followed:
    """
    Return what follows for the units of *line*.

    Args:
        line: The line.
        told: What the channel says.
        counts: What we know.
        covered: Units that can be shipped.
        shipped_before: The most units that the channel ever said had left.
        paid_back: Units that the channel has paid back.
    """
    pairs: list[tuple[DisagreementKind, int, int]] = []
    cancel = min(max(0, told.cancelled - counts.cancelled), counts.open)
    cancelled = counts.cancelled + cancel
    if told.cancelled > cancelled:
        pairs.append((DisagreementKind.CANCELLED_AFTER_SHIPPING, cancelled, told.cancelled))
    elif told.cancelled < cancelled:
        pairs.append((DisagreementKind.CANCELLED_HERE, cancelled, told.cancelled))
    # Of units cancelled in the same breath the uncovered ones go first, so what is covered
    # stays covered as far as it is still open.
    ship = min(max(0, told.shipped - counts.shipped), covered, counts.open - cancel)
    shipped = counts.shipped + ship
    if told.shipped > shipped:
        pairs.append((DisagreementKind.SHIPPED_WITHOUT_COVER, shipped, told.shipped))
    elif told.shipped < min(shipped, shipped_before):
        # Whether they are still here nobody but a person can say.
        pairs.append((DisagreementKind.SHIPMENT_WITHDRAWN, shipped, told.shipped))
    if told.returned > counts.returned:
        pairs.append((DisagreementKind.RETURN_AWAITED, counts.returned, told.returned))
    off = counts.off + cancel
    if paid_back > max(off, told.cancelled + told.returned):
        pairs.append((DisagreementKind.REFUNDED_UNRETURNED, off, paid_back))
    return Followed(
        cancel,
        ship,
        tuple(
            Disagreement(line=line, kind=kind, ours=ours, theirs=theirs)
            for kind, ours, theirs in pairs
        ),
    )
