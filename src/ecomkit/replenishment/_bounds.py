"""Stock bounds: the three numbers that are easily confused, each against what it is measured."""

from __future__ import annotations

from typing import final

import attrs

from ecomkit._checks import optional, refuse
from ecomkit.replenishment._numbers import units


@final
@attrs.frozen(kw_only=True)
class StockBounds:
    """
    The floor, the trigger and the ceiling of one sku: minimum <= reorder point <= maximum.

    - ``minimum`` (MSL) is a floor for what is **available**: on a shelf, or kept back from
      channels. Being below it is a fault already; it orders nothing by itself.
    - ``reorder_point`` (ROP) is a trigger for the **position**, which counts what is on order.
    - ``maximum`` is a ceiling for the **position**: what the room or the shelf life allows.

    ``reserve`` is the largest number of units that one channel is not shown. From there down
    that channel sells nothing more, so the floor is never below it.

    Raises:
        FieldError: If a number is negative or no whole number, or they are out of order; the
            error names the two that contradict each other.

    >>> bounds = StockBounds(minimum=5, reorder_point=20, maximum=80, reserve=8)
    >>> bounds.floor
    8
    >>> print(bounds.explain())
    At least 8 units are to be available (minimum of 5, reserve of a channel 8); the position orders at 20 and stays within 80.
    """

    minimum: int = attrs.field(default=0, validator=units)
    reserve: int = attrs.field(default=0, validator=units)
    reorder_point: int | None = attrs.field(default=None, validator=optional(units))
    maximum: int | None = attrs.field(default=None, validator=optional(units))

    def __attrs_post_init__(self) -> None:
        if self.reorder_point is not None and self.reorder_point < self.floor:
            wanted = (
                f"at least the floor of {self.floor}: it would be broken before an order is due"
            )
            raise refuse(self, "reorder_point", self.reorder_point, wanted)
        lowest = self.floor if self.reorder_point is None else self.reorder_point
        if self.maximum is not None and self.maximum < lowest:
            name = "floor" if self.reorder_point is None else "reorder point"
            raise refuse(self, "maximum", self.maximum, f"at least the {name} of {lowest}")

    @property
    def floor(self) -> int:
        """The units that are to be available: the minimum, or the reserve if that is more."""
        return max(self.minimum, self.reserve)

    def explain(self) -> str:
        """Return the three numbers, and what each is measured against."""
        kept = f", reserve of a channel {self.reserve}" if self.reserve else ""
        orders = (
            "" if self.reorder_point is None else f"; the position orders at {self.reorder_point}"
        )
        most = "" if self.maximum is None else f" and stays within {self.maximum}"
        if most and not orders:
            most = f"; the position stays within {self.maximum}"
        return (
            f"At least {self.floor} units are to be available (minimum of {self.minimum}{kept})"
            f"{orders}{most}."
        )
