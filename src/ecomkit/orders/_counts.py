"""The counters of a line: a fold over what happened to its units."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never, final

import attrs

from ecomkit._checks import not_negative, refuse
from ecomkit.orders._errors import TransitionError, UnknownLineError
from ecomkit.orders._events import LineEventKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ecomkit.identifiers import LineId, OrderId
    from ecomkit.orders._events import LineEvent
    from ecomkit.orders._line import OrderLine

__all__ = ["LineCounts", "fold_counts", "sum_counts"]


@final
@attrs.frozen(kw_only=True)
class LineCounts:
    """
    How many units of a line were ordered, and what became of them.

    The laws: cancelled + shipped are ordered at most; delivered are shipped at most; returned
    are shipped at most. A parcel may come back that no carrier has reported as delivered, so
    returned is not bound by delivered.

    Raises:
        FieldError: If a law is broken.

    >>> counts = LineCounts(ordered=10, cancelled=2, shipped=3, delivered=3, returned=1)
    >>> counts.open, counts.due, counts.possible(LineEventKind.RETURNED)
    (5, 8, 2)
    """

    ordered: int = attrs.field(validator=not_negative)
    cancelled: int = attrs.field(default=0, validator=not_negative)
    shipped: int = attrs.field(default=0, validator=not_negative)
    delivered: int = attrs.field(default=0, validator=not_negative)
    returned: int = attrs.field(default=0, validator=not_negative)

    def __attrs_post_init__(self) -> None:
        if self.cancelled > self.ordered:
            raise refuse(self, "cancelled", self.cancelled, f"{self.ordered} at most, as ordered")
        if self.shipped > self.due:
            raise refuse(self, "shipped", self.shipped, f"{self.due} at most, as not cancelled")
        if self.delivered > self.shipped:
            raise refuse(self, "delivered", self.delivered, f"{self.shipped} at most, as shipped")
        if self.returned > self.shipped:
            raise refuse(self, "returned", self.returned, f"{self.shipped} at most, as shipped")

    @property
    def due(self) -> int:
        """Units that the buyer is to get, or got: ordered and not cancelled."""
        return self.ordered - self.cancelled

    @property
    def open(self) -> int:
        """Units still to be shipped: neither cancelled nor shipped."""
        return self.due - self.shipped

    @property
    def out(self) -> int:
        """Units that are away: shipped and not returned."""
        return self.shipped - self.returned

    @property
    def off(self) -> int:
        """Units that the buyer need not pay for: cancelled or returned."""
        return self.cancelled + self.returned

    def possible(self, kind: LineEventKind) -> int:
        """Return to how many more units *kind* can happen."""
        match kind:
            case LineEventKind.CANCELLED | LineEventKind.SHIPPED:
                return self.open
            case LineEventKind.DELIVERED:
                return self.shipped - self.delivered
            case LineEventKind.RETURNED:
                return self.out
            case _:
                assert_never(kind)


def fold_counts(
    lines: Sequence[OrderLine], *, order: OrderId, events: Sequence[LineEvent]
) -> dict[LineId, LineCounts]:
    """
    Return the counters of each line, in one pass over *events*.

    The laws hold for the sums, so events may stand in any order: a carrier's report may reach
    us before the shop's.

    Raises:
        UnknownLineError: If an event is about a line that is not there.
        TransitionError: If the events break a law of :class:`LineCounts`.
    """
    if not events:
        return {line.id: LineCounts(ordered=line.quantity) for line in lines}
    ordered = {line.id: line.quantity for line in lines}
    cancelled = dict.fromkeys(ordered, 0)
    shipped = cancelled.copy()
    delivered = cancelled.copy()
    returned = cancelled.copy()
    sums = {
        LineEventKind.CANCELLED: cancelled,
        LineEventKind.SHIPPED: shipped,
        LineEventKind.DELIVERED: delivered,
        LineEventKind.RETURNED: returned,
    }
    for event in events:
        if event.line not in ordered:
            raise UnknownLineError(order=order, line=event.line)
        sums[event.kind][event.line] += event.quantity
    counts = {}
    for line, quantity in ordered.items():
        for kind, possible in (
            (LineEventKind.CANCELLED, quantity),
            (LineEventKind.SHIPPED, quantity - cancelled[line]),
            (LineEventKind.DELIVERED, shipped[line]),
            (LineEventKind.RETURNED, shipped[line]),
        ):
            wanted = sums[kind][line]
            if wanted > possible:
                raise TransitionError(
                    order=order, line=line, kind=kind, wanted=wanted, possible=possible
                )
        counts[line] = LineCounts(
            ordered=quantity,
            cancelled=cancelled[line],
            shipped=shipped[line],
            delivered=delivered[line],
            returned=returned[line],
        )
    return counts


def sum_counts(counts: Sequence[LineCounts]) -> LineCounts:
    """Return the counters of all lines together; the laws hold for the sums as well."""
    return LineCounts(
        ordered=sum(each.ordered for each in counts),
        cancelled=sum(each.cancelled for each in counts),
        shipped=sum(each.shipped for each in counts),
        delivered=sum(each.delivered for each in counts),
        returned=sum(each.returned for each in counts),
    )
