"""Fill rate: how much of what was ordered could be served."""

from __future__ import annotations

from enum import Enum
from fractions import Fraction
from typing import TYPE_CHECKING, assert_never, final

import attrs

from ecomkit._checks import above_zero, not_negative

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class FillUnit(Enum):
    """What is counted: the three differ, so a fill rate without its unit says nothing."""

    UNIT = "unit"
    """Units filled of units ordered."""

    LINE = "line"
    """Order lines filled in full of order lines."""

    ORDER = "order"
    """Orders of which every line was filled in full, of orders."""


@final
@attrs.frozen(kw_only=True)
class FilledLine:
    """
    One order line: units ordered, and units filled from stock at once.

    Units filled beyond what was ordered fill nothing and do not count.

    Raises:
        FieldError: If ``ordered`` is below 1 or ``filled`` below 0.

    >>> FilledLine(ordered=5, filled=3).in_full
    False
    """

    ordered: int = attrs.field(validator=above_zero)
    filled: int = attrs.field(validator=not_negative)

    @property
    def counted(self) -> int:
        """Units filled, at most those ordered."""
        return min(self.filled, self.ordered)

    @property
    def in_full(self) -> bool:
        """Whether all units ordered were filled."""
        return self.filled >= self.ordered


def fill_rate(orders: Iterable[Sequence[FilledLine]], *, by: FillUnit) -> Fraction | None:
    """
    Return the share filled, exactly; None where nothing was ordered.

    Each order is the sequence of its lines; an order without lines is no order.

    >>> orders = [
    ...     [FilledLine(ordered=10, filled=10), FilledLine(ordered=5, filled=3)],
    ...     [FilledLine(ordered=4, filled=4)],
    ...     [FilledLine(ordered=6, filled=0), FilledLine(ordered=2, filled=2)],
    ... ]
    >>> [str(fill_rate(orders, by=unit)) for unit in FillUnit]
    ['19/27', '3/5', '1/3']
    """
    placed = [lines for lines in orders if lines]
    every_line = [line for lines in placed for line in lines]
    if not every_line:
        return None
    match by:
        case FillUnit.UNIT:
            ordered = sum(line.ordered for line in every_line)
            return Fraction(sum(line.counted for line in every_line), ordered)
        case FillUnit.LINE:
            return Fraction(sum(line.in_full for line in every_line), len(every_line))
        case FillUnit.ORDER:
            complete = sum(all(line.in_full for line in lines) for lines in placed)
            return Fraction(complete, len(placed))
        case _:
            assert_never(by)
