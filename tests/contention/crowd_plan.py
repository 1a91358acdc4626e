"""What a crowd of callers asks: known beforehand, and the same in every process."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import attrs

from ecomkit.identifiers import CommandKey, Sku
from ecomkit.stock import Owner, PutOnHold, Want

NOW = datetime(2026, 10, 1, 12, tzinfo=UTC)
UNTIL = NOW + timedelta(minutes=15)
UNITS = 1_000


class Ask(NamedTuple):
    """One unit of *sku*, asked for under *key*."""

    key: str
    sku: str

    @property
    def owner(self) -> Owner:
        """The cart that wants it."""
        return Owner(f"cart:{self.key}")

    def command(self) -> PutOnHold:
        """Return the command, the same whenever it is asked."""
        want = Want(owner=self.owner, sku=Sku(self.sku), quantity=1)
        return PutOnHold(key=CommandKey(self.key), wants=[want], expires_at=UNTIL)


@attrs.frozen(kw_only=True)
class Plan:
    """
    Processes of callers, each of which asks one thing after another.

    A wave is the whole experiment once, on skus of its own; callers go from wave to wave without
    waiting for each other.
    """

    waves: int = 1
    workers: int = 8
    callers: int = 64

    def stock(self) -> dict[str, int]:
        """Return how many units there are of each sku."""
        raise NotImplementedError

    def asks(self, worker: int, caller: int) -> Iterator[Ask]:
        """Return what one caller asks, in order."""
        raise NotImplementedError

    def all_asks(self) -> Iterator[Ask]:
        """Return what all of them ask; twins are among it."""
        for worker in range(self.workers):
            for caller in range(self.callers):
                yield from self.asks(worker, caller)

    def fair(self) -> dict[str, int]:
        """Return how many units of each sku have to be granted: the stock, or the demand."""
        demand = Counter(ask.sku for ask in set(self.all_asks()))
        return {sku: min(units, demand[sku]) for sku, units in self.stock().items()}


@attrs.frozen(kw_only=True)
class HotSku(Plan):
    """Everybody wants the same sku, of which there is about half as much as is asked for."""

    def stock(self) -> dict[str, int]:
        """Return how many units there are of each sku."""
        return {f"HOT-{wave}": UNITS for wave in range(self.waves)}

    def asks(self, worker: int, caller: int) -> Iterator[Ask]:
        """Return what one caller asks, in order."""
        each = -(-2 * UNITS // (self.workers * self.callers))
        for wave in range(self.waves):
            for number in range(each):
                yield Ask(f"hot/{wave}/{worker}/{caller}/{number}", f"HOT-{wave}")


@attrs.frozen(kw_only=True)
class ManySkus(Plan):
    """The units lie unevenly over many skus, and so do the wishes: above and below the stock."""

    skus: int = 10_000

    def stock(self) -> dict[str, int]:
        """Return how many units there are of each sku."""
        left = {
            f"SKU-{wave}-{number:05}": 0
            for wave in range(self.waves)
            for number in range(self.skus)
        }
        for wave in range(self.waves):
            dice = random.Random(f"stock of wave {wave}")  # noqa: S311 (no secret)
            for _ in range(UNITS):
                left[self._some_sku(dice, wave)] += 1
        return left

    def asks(self, worker: int, caller: int) -> Iterator[Ask]:
        """Return what one caller asks, in order."""
        each = -(-2 * UNITS // (self.workers * self.callers))
        for wave in range(self.waves):
            seed = f"caller {caller} of worker {worker}, wave {wave}"
            dice = random.Random(seed)  # noqa: S311 (no secret)
            for number in range(each):
                yield Ask(f"many/{wave}/{worker}/{caller}/{number}", self._some_sku(dice, wave))

    def _some_sku(self, dice: random.Random, wave: int) -> str:
        # The cube: one sku in ten thousand gets a twentieth of it all, most get nothing.
        return f"SKU-{wave}-{int(self.skus * dice.random() ** 3):05}"


@attrs.frozen(kw_only=True)
class Twins(Plan):
    """Each of a thousand keys comes from 64 callers in all processes; there are 600 units."""

    keys: int = UNITS

    def stock(self) -> dict[str, int]:
        """Return how many units there are of each sku."""
        return {f"TWIN-{wave}": self.keys * 3 // 5 for wave in range(self.waves)}

    def asks(self, worker: int, caller: int) -> Iterator[Ask]:
        """Return what one caller asks, in order."""
        groups = max(1, self.workers * self.callers // 64)
        for wave in range(self.waves):
            for number in range(caller % groups, self.keys, groups):
                yield Ask(f"twin/{wave}/{number}", f"TWIN-{wave}")
