"""Demand patterns: how often something is asked for, and how much the amounts differ."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

ADI_CUT = 1.32
"""Mean periods from one demand to the next from which demand is intermittent or lumpy."""

CV2_CUT = 0.49
"""Squared coefficient of variation of the amounts from which demand is erratic or lumpy."""


class DemandPattern(Enum):
    """
    The four classes of Syntetos, Boylan and Croston (2005), by two cut-offs.

    A value at a cut-off belongs to the upper class (Kostenko and Hyndman, 2006, discuss where
    exactly the border is).

    >>> DemandPattern.of([0, 0, 3, 0, 0, 1, 0, 0])
    <DemandPattern.INTERMITTENT: 'intermittent'>
    """

    SMOOTH = "smooth"
    """Asked for in most periods, in like amounts."""

    ERRATIC = "erratic"
    """Asked for in most periods, in amounts that differ widely."""

    INTERMITTENT = "intermittent"
    """Asked for now and then, in like amounts."""

    LUMPY = "lumpy"
    """Asked for now and then, in amounts that differ widely."""

    @classmethod
    def at(cls, *, adi: float, cv2: float) -> DemandPattern:
        """
        Return the class at an average demand interval and a squared coefficient of variation.

        >>> DemandPattern.at(adi=1.32, cv2=0.48).value
        'intermittent'
        """
        if adi < ADI_CUT:
            return cls.SMOOTH if cv2 < CV2_CUT else cls.ERRATIC
        return cls.INTERMITTENT if cv2 < CV2_CUT else cls.LUMPY

    @classmethod
    def of(cls, units: Iterable[float]) -> DemandPattern | None:
        """
        Return the class of the units of consecutive periods; None where nothing was asked for.

        >>> DemandPattern.of([0, 0]) is None
        True
        """
        figures = intermittence(units)
        return None if figures is None else cls.at(adi=figures[0], cv2=figures[1])


def intermittence(units: Iterable[float]) -> tuple[float, float] | None:
    """
    Return the average demand interval and the squared coefficient of variation of the amounts.

    The interval is periods over periods with demand; the variation is that of the amounts above
    0 alone, with the population variance. None where nothing was asked for.

    >>> intermittence([0, 2, 0, 4])
    (2.0, 0.1111111111111111)
    """
    periods = demands = 0
    total = squares = 0.0
    for count in units:
        periods += 1
        if count:
            demands += 1
            total += count
            squares += count * count
    if not demands:
        return None
    # Between whole numbers the difference is exact, so equal amounts have no variation at all.
    return periods / demands, (demands * squares - total * total) / (total * total)
