"""Cancellations and returns: taken off the day on which the units were ordered."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any, ClassVar, final

import attrs

from ecomkit._checks import refuse
from ecomkit.replenishment.cleaning._matching import Matcher
from ecomkit.replenishment.cleaning._row import RowKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecomkit.replenishment.cleaning._history import Finding, SalesHistory


def _share(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if not isinstance(value, (int, Fraction)) or isinstance(value, bool) or not 0 <= value <= 1:
        raise refuse(instance, attribute.name, value, "a Fraction from 0 to 1")


@final
@attrs.frozen(kw_only=True)
class Cancellations:
    """
    Cancelled units were never needed: they are taken off the day on which they were ordered.

    A cancellation that names its order is set against that order; another one against earlier
    sales to the same customer: the latest of exactly so many units, else the latest ones. What
    finds no sale changes nothing, and is reported.
    """

    name: ClassVar[str] = "cancellations"

    def __call__(self, history: SalesHistory) -> Iterator[Finding]:
        """Find the sale of each cancelled unit."""
        matcher = Matcher(history)
        for place, row in enumerate(history.rows):
            if row.kind is RowKind.CANCELLATION and history.left[place]:
                yield from matcher.take_back(place, units=history.left[place])


@final
@attrs.frozen(kw_only=True)
class Returns:
    """
    Returned units that went back on the shelf served the next order: demand is net of them.

    They are taken off the day on which they were ordered, found as for :class:`Cancellations`.
    ``share`` is the share of the returned units that went back on the shelf, for histories that
    do not say it; whole units of the running total are taken, so that many small returns add up
    to the share.

    Raises:
        FieldError: If the share is not from 0 to 1.
    """

    name: ClassVar[str] = "returns"

    share: Fraction = attrs.field(default=Fraction(1), validator=_share)

    def __call__(self, history: SalesHistory) -> Iterator[Finding]:
        """Find the sale of each unit that went back on the shelf."""
        matcher = Matcher(history)
        returned = back = 0
        for place, row in enumerate(history.rows):
            if row.kind is not RowKind.RETURN:
                continue
            returned += history.left[place]
            units = int(returned * self.share) - back
            back += units
            if units:
                yield from matcher.take_back(place, units=units)
