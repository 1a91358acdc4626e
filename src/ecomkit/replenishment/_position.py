"""Inventory position: what the decision to order looks at, never the shelf alone."""

from __future__ import annotations

from typing import Self, final

import attrs

from ecomkit._checks import not_negative
from ecomkit.replenishment._numbers import units


@final
@attrs.frozen(kw_only=True)
class InventoryPosition:
    """
    Usable units, less what is promised, less what is owed, plus what is on order.

    ``usable`` leaves quarantined and damaged units out; ``promised`` is held, allocated or
    picked; ``uncovered`` was sold and has no unit yet; ``on_order`` is what arrives inside the
    window, each unit in transit counted once, at its destination (see :func:`on_order`).

    Raises:
        FieldError: If a count is negative, no whole number, or above 10**15 (``on_order``: 2**62).

    >>> InventoryPosition(usable=30, promised=8, uncovered=0, on_order=12).total
    34
    """

    usable: int = attrs.field(validator=units)
    promised: int = attrs.field(default=0, validator=units)
    uncovered: int = attrs.field(default=0, validator=units)
    # Wider than the others, so that what a policy orders can always be added.
    on_order: int = attrs.field(default=0, validator=not_negative)

    @property
    def available(self) -> int:
        """
        Units that nobody has been promised: what a minimum stock level is a floor for.

        Below zero where more is promised and owed than is there. What is on order is not in it.

        >>> InventoryPosition(usable=30, promised=8, uncovered=0, on_order=12).available
        22
        """
        return self.usable - self.promised - self.uncovered

    @property
    def total(self) -> int:
        """Units; below zero where more is promised and owed than is there and on its way."""
        return self.usable - self.promised - self.uncovered + self.on_order

    def after_ordering(self, order: int) -> Self:
        """
        Return the position once *order* units more are on order.

        >>> InventoryPosition(usable=30).after_ordering(48).total
        78
        """
        return attrs.evolve(self, on_order=self.on_order + order)

    def explain(self) -> str:
        """Return the sum in words."""
        return (
            f"{self.total} (usable {self.usable} − promised {self.promised} "
            f"− uncovered {self.uncovered} + on order {self.on_order})"
        )
