"""What shoppers get, whichever shop they are in, and many of them at once."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Purchase:
    """How one attempt to buy ended: with an order, or with the reason why not."""

    order: str | None = None
    refused: str | None = None


@dataclass(frozen=True, kw_only=True)
class Burst:
    """What became of many attempts at once."""

    purchases: Sequence[Purchase]
    seconds: float

    @property
    def orders(self) -> list[str]:
        """Return the numbers of the orders that shoppers got."""
        return [made.order for made in self.purchases if made.order is not None]

    @property
    def refusals(self) -> list[str]:
        """Return why the others got none."""
        return [made.refused for made in self.purchases if made.refused is not None]

    def __str__(self) -> str:
        """Return the figures in one line."""
        count = len(self.purchases)
        return f"{len(self.orders)} orders of {count} attempts in {self.seconds:.1f} s"


def burst(buy: Callable[[], Purchase], *, shoppers: int = 8, each: int = 25) -> Burst:
    """Let *shoppers* threads call *buy* *each* times, all at the same time."""
    began = time.monotonic()
    with ThreadPoolExecutor(shoppers) as pool:
        threads = [pool.submit(lambda: [buy() for _ in range(each)]) for _ in range(shoppers)]
        purchases = [made for thread in threads for made in thread.result()]
    return Burst(purchases=purchases, seconds=time.monotonic() - began)
