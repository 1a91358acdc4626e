"""What the shop counts: units on hand and allocated, by variant and location."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import datetime
from typing import Literal

import attrs

__all__ = ["Stock", "StockLevel", "Variant"]


@attrs.define(kw_only=True)
class Variant:
    """What is sold."""

    id: int
    product: int
    sku: str
    name: str
    price: int
    created_at: datetime
    updated_at: datetime
    enabled: bool = True
    tracked: bool = True


@attrs.define(kw_only=True)
class StockLevel:
    """The two counters of a variant at a location."""

    id: int
    variant: int
    location: int
    created_at: datetime
    updated_at: datetime
    on_hand: int = 0
    allocated: int = 0


class Stock:
    """
    The counters, and the movements that they should be the sum of.

    Args:
        locations: Their ids; the first one takes what no other has.
        lost_updates: The share of changes of an allocated counter that another writer undoes:
            Vendure reads the counter and writes it back without a lock. The movement is there.
        seed: The same seed loses the same.
    """

    def __init__(self, locations: tuple[int, ...], *, lost_updates: float, seed: int) -> None:
        self._locations = locations
        self._lost_updates = lost_updates
        self._random = random.Random(f"{seed}/stock")  # noqa: S311 (not a secret)
        self.levels: dict[tuple[int, int], StockLevel] = {}
        self._of: defaultdict[int, list[StockLevel]] = defaultdict(list)
        self._moved: dict[str, dict[int, dict[int, int]]] = {
            "allocated": defaultdict(lambda: defaultdict(int)),
            "sold": defaultdict(lambda: defaultdict(int)),
        }

    def of(self, variant: int) -> list[StockLevel]:
        """Return the levels of *variant*."""
        return list(self._of.get(variant, ()))

    def set(self, variant: int, location: int, *, on_hand: int, at: datetime) -> None:
        """Write what is on hand: the last writer counts."""
        level = self._level(variant, location, at=at)
        level.on_hand, level.updated_at = on_hand, at

    def moved(self, line: int, kind: Literal["allocated", "sold"]) -> int:
        """Return how many units of an order line are allocated, or sold."""
        return sum(self._moved[kind][line].values())

    def allocate(self, line: int, *, variant: int, quantity: int, at: datetime) -> None:
        """Promise units to an order line, even such as are not there."""
        levels = [self._level(variant, location, at=at) for location in self._locations]
        for level in levels:
            taken = min(quantity, max(level.on_hand - level.allocated, 0))
            self._promise(line, level, taken)
            quantity -= taken
        self._promise(line, levels[0], quantity)

    def _promise(self, line: int, level: StockLevel, quantity: int) -> None:
        if quantity:
            self._moved["allocated"][line][level.location] += quantity
            self._shift(level, quantity)

    def _shift(self, level: StockLevel, quantity: int) -> None:
        if self._random.random() >= self._lost_updates:
            level.allocated += quantity

    def sell(self, line: int, *, variant: int, quantity: int, at: datetime) -> None:
        """Take units of an order line out of the shelf."""
        for location, units in self._taken("allocated", line, quantity):
            level = self._level(variant, location, at=at)
            level.on_hand -= units
            self._shift(level, -units)
            self._moved["sold"][line][location] += units

    def release(self, line: int, *, variant: int, quantity: int, at: datetime) -> None:
        """Take back the promise of units."""
        for location, units in self._taken("allocated", line, quantity):
            self._shift(self._level(variant, location, at=at), -units)

    def put_back(self, line: int, *, variant: int, quantity: int, at: datetime) -> None:
        """Put units that were sold back on the shelf."""
        for location, units in self._taken("sold", line, quantity):
            self._level(variant, location, at=at).on_hand += units

    def _taken(
        self, kind: Literal["allocated", "sold"], line: int, quantity: int
    ) -> list[tuple[int, int]]:
        found: list[tuple[int, int]] = []
        rows = self._moved[kind][line]
        for location in rows:
            units = max(min(quantity, rows[location]), 0)
            rows[location] -= units
            quantity -= units
            if units:
                found.append((location, units))
        return found

    def _level(self, variant: int, location: int, *, at: datetime) -> StockLevel:
        key = (variant, location)
        if key not in self.levels:
            level = self.levels[key] = StockLevel(
                id=len(self.levels) + 1,
                variant=variant,
                location=location,
                created_at=at,
                updated_at=at,
            )
            self._of[variant].append(level)
        return self.levels[key]
