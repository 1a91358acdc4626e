"""What a variant shows of the stock at one location, and what to write there to show a number."""

from __future__ import annotations

from typing import Self, final

import attrs

from ecomkit.adapters.vendure._names import Node

__all__ = ["Shelf"]


@final
@attrs.frozen(kw_only=True)
class Shelf:
    """
    The stock of a variant at one location.

    Vendure counts what is on hand and keeps what it has promised beside it; shoppers can buy the
    difference, less what the threshold holds back. A threshold below zero lets them buy what is
    not there, as the merchant wants it: it is not part of what is shown.

    The count of what is promised can be too low when many buy at once. That is the server's own
    gate all the same, so the number that it lets shoppers buy is made with it.

    Args:
        on_hand: What is on the shelf.
        allocated: What the server counts as promised.
        held_back: What the threshold keeps from shoppers.
        is_counted: Whether the server looks at its stock at all.

    >>> shelf = Shelf(on_hand=10, allocated=4, held_back=1, is_counted=True)
    >>> shelf.shown, shelf.to_show(8), shelf.to_show(8, committed=3)
    (5, 13, 12)
    """

    on_hand: int
    allocated: int
    held_back: int
    is_counted: bool

    @property
    def shown(self) -> int | None:
        """What shoppers can buy; None where nothing is counted."""
        return self.on_hand - self.allocated - self.held_back if self.is_counted else None

    def to_show(self, quantity: int, *, committed: int | None = None) -> int:
        """
        Return what to write as on hand, so that shoppers can buy *quantity*.

        Orders that we have not pulled yet are promised too, and *quantity* does not know of
        them: of what is promised only the *committed* units, those pulled and not yet shipped,
        are added. None, where nobody knows, counts all of it.
        """
        known = self.allocated if committed is None else min(committed, self.allocated)
        return quantity + known + self.held_back

    @classmethod
    def of(cls, variant: Node, *, location: str, settings: Node) -> Self:
        """Return the shelf of *variant*; one without stock at the location is empty."""
        level: Node = next(
            (one for one in variant["stockLevels"] if one["stockLocationId"] == location), {}
        )
        is_inherited = variant["useGlobalOutOfStockThreshold"]
        threshold = (settings if is_inherited else variant)["outOfStockThreshold"]
        tracks = variant["trackInventory"]
        return cls(
            on_hand=level.get("stockOnHand", 0),
            allocated=level.get("stockAllocated", 0),
            held_back=max(0, threshold),
            is_counted=settings["trackInventory"] if tracks == "INHERIT" else tracks == "TRUE",
        )
