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

    What was undone is taken off: ``shipped`` is without the units that never left, ``lost``
    without those that turned up, ``returned`` without those that were sent back again.

    The laws: cancelled + shipped are ordered at most; delivered + lost, returned + lost and
    credited are each shipped at most. A parcel may come back that no carrier has reported as
    delivered, so returned is not bound by delivered; what the buyer may keep is credited and
    never comes back, so credited is not bound by returned.

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
    lost: int = attrs.field(default=0, validator=not_negative)
    returned: int = attrs.field(default=0, validator=not_negative)
    credited: int = attrs.field(default=0, validator=not_negative)

    def __attrs_post_init__(self) -> None:
        if self.cancelled > self.ordered:
            raise refuse(self, "cancelled", self.cancelled, f"{self.ordered} at most, as ordered")
        if self.shipped > self.due:
            raise refuse(self, "shipped", self.shipped, f"{self.due} at most, as not cancelled")
        for field, units in (
            ("delivered", self.delivered + self.lost),
            ("returned", self.returned + self.lost),
            ("credited", self.credited),
        ):
            if units > self.shipped:
                raise refuse(self, field, units, f"{self.shipped} at most, as shipped")

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
        """Units that are away: shipped, neither lost nor back."""
        return self.shipped - self.lost - self.returned

    @property
    def off(self) -> int:
        """Units that the buyer need not pay for: cancelled or credited."""
        return self.cancelled + self.credited

    def possible(self, kind: LineEventKind) -> int:
        """Return to how many more units *kind* can happen."""
        match kind:
            case LineEventKind.CANCELLED | LineEventKind.SHIPPED:
                return self.open
            case LineEventKind.UNSHIPPED:
                arrived = max(self.delivered, self.returned) + self.lost
                return self.shipped - max(arrived, self.credited)
            case LineEventKind.DELIVERED:
                return self.shipped - self.delivered - self.lost
            case LineEventKind.LOST:
                return self.shipped - max(self.delivered, self.returned) - self.lost
            case LineEventKind.FOUND:
                return self.lost
            case LineEventKind.RETURNED:
                return self.out
            case LineEventKind.SENT_BACK:
                return self.returned
            case LineEventKind.CREDITED:
                return self.shipped - self.credited
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
    ordered = {line.id: line.quantity for line in lines}
    told: dict[LineId, dict[LineEventKind, int]] = {}
    for event in events:
        if event.line not in ordered:
            raise UnknownLineError(order=order, line=event.line)
        sums = told.get(event.line)
        if sums is None:
            sums = told[event.line] = dict.fromkeys(LineEventKind, 0)
        sums[event.kind] += event.quantity
    return {
        line: _counts(told[line], order=order, line=line, ordered=quantity)
        if line in told
        else LineCounts(ordered=quantity)
        for line, quantity in ordered.items()
    }


def _counts(
    sums: dict[LineEventKind, int], *, order: OrderId, line: LineId, ordered: int
) -> LineCounts:
    cancelled = sums[LineEventKind.CANCELLED]
    delivered = sums[LineEventKind.DELIVERED]
    shipped = sums[LineEventKind.SHIPPED] - sums[LineEventKind.UNSHIPPED]
    lost = sums[LineEventKind.LOST] - sums[LineEventKind.FOUND]
    returned = sums[LineEventKind.RETURNED] - sums[LineEventKind.SENT_BACK]
    credited = sums[LineEventKind.CREDITED]
    for kind, wanted, possible in (
        (LineEventKind.UNSHIPPED, sums[LineEventKind.UNSHIPPED], sums[LineEventKind.SHIPPED]),
        (LineEventKind.FOUND, sums[LineEventKind.FOUND], sums[LineEventKind.LOST]),
        (LineEventKind.SENT_BACK, sums[LineEventKind.SENT_BACK], sums[LineEventKind.RETURNED]),
        (LineEventKind.CANCELLED, cancelled, ordered),
        (LineEventKind.SHIPPED, shipped, ordered - cancelled),
        (LineEventKind.LOST, lost, shipped),
        (LineEventKind.DELIVERED, delivered, shipped - lost),
        (LineEventKind.RETURNED, returned, shipped - lost),
        (LineEventKind.CREDITED, credited, shipped),
    ):
        if wanted > possible:
            raise TransitionError(
                order=order, line=line, kind=kind, wanted=wanted, possible=possible
            )
    return LineCounts(
        ordered=ordered,
        cancelled=cancelled,
        shipped=shipped,
        delivered=delivered,
        lost=lost,
        returned=returned,
        credited=credited,
    )


def sum_counts(counts: Sequence[LineCounts]) -> LineCounts:
    """Return the counters of all lines together; the laws hold for the sums as well."""
    return LineCounts(
        ordered=sum(each.ordered for each in counts),
        cancelled=sum(each.cancelled for each in counts),
        shipped=sum(each.shipped for each in counts),
        delivered=sum(each.delivered for each in counts),
        lost=sum(each.lost for each in counts),
        returned=sum(each.returned for each in counts),
        credited=sum(each.credited for each in counts),
    )
