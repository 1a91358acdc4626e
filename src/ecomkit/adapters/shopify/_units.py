"""How many units of a line are cancelled, shipped and returned: from what Shopify counts. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import final

import attrs

__all__ = ["LineFacts", "Units"]


@final
@attrs.frozen(kw_only=True)
class Units:
    """Of one line: cancelled + shipped <= quantity, returned <= shipped."""

    cancelled: int
    shipped: int
    returned: int


@final
@attrs.frozen(kw_only=True)
class LineFacts:
    """
    What Shopify counts of one line.

    Args:
        quantity: Bought, with all that was taken off since.
        fulfilled: In fulfilments that succeeded.
        under_way: In fulfilments that wait for their service; neither shipped nor open.
        current: Left after edits and refunds, where it is said.
        unfulfilled: Still to be fulfilled, where it is said.
        refunded: Units in refunds, by their restock type.
        is_order_cancelled: Whether the whole order is; what was not shipped by then never will be.
    """

    quantity: int
    fulfilled: int = 0
    under_way: int = 0
    current: int | None = None
    unfulfilled: int | None = None
    refunded: Mapping[str, int] = attrs.field(factory=dict)
    is_order_cancelled: bool = False

    def units(self) -> Units:
        """
        Return the units.

        A unit that is refunded before it was shipped is cancelled, whatever the refund calls
        it. A refund without restock (``NO_RESTOCK``) of a unit that was shipped is money only.

        >>> LineFacts(quantity=5, fulfilled=2, unfulfilled=1, refunded={"RETURN": 1}).units()
        Units(cancelled=2, shipped=2, returned=1)
        """
        shipped = min(self.quantity, self.fulfilled)
        unshipped = self.quantity - shipped
        cancelled = unshipped if self.is_order_cancelled else min(unshipped, self._cancelled())
        # Before there were types, a restock was a return if the unit was out, or else none.
        legacy = max(0, self.refunded.get("LEGACY_RESTOCK", 0) - cancelled)
        returned = min(shipped, self.refunded.get("RETURN", 0) + legacy)
        return Units(cancelled=cancelled, shipped=shipped, returned=returned)

    def _cancelled(self) -> int:
        unshipped = self.quantity - min(self.quantity, self.fulfilled)
        removed = sum(self.refunded.values())
        if self.current is not None:
            removed = max(removed, self.quantity - self.current)
        # More taken off than was shipped: the rest never left.
        found = max(self.refunded.get("CANCEL", 0), removed - self.fulfilled - self.under_way)
        if self.unfulfilled is not None:
            found = max(found, unshipped - self.unfulfilled - self.under_way)
        return max(0, found)
