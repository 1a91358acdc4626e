"""A burst on a real shop while ecomkit keeps its books: what both loop tests do."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from harness import Burst, Purchase, burst

from ecomkit import MemoryStore, Shop, Sku
from ecomkit.channels import Channel
from ecomkit.operations import AuditReport

STOCK = 50


@dataclass(frozen=True, kw_only=True)
class Books:
    """What the shop sold, and what the books say of it."""

    sale: Burst
    runs: int
    taken: int
    covered: int
    uncovered: int
    audit: AuditReport

    def __str__(self) -> str:
        """Return the figures in one line."""
        return (
            f"{STOCK} units, {self.runs} runs meanwhile: {self.sale},"
            f" {self.covered} units covered, {self.uncovered} uncovered"
        )


def sold_under_our_eyes(client: Channel, sku: Sku, *, buy: Callable[[], Purchase]) -> Books:
    """Let shoppers buy *sku*, of which there are 50, while the books are kept; return both."""
    with Shop(store=MemoryStore(), channels=[client]) as shop:
        shop.adopt(client.channel, opening={sku: STOCK})
        with ThreadPoolExecutor(1) as pool:
            selling = pool.submit(burst, buy)
            runs = 0
            while not selling.done():
                shop.sync()
                runs += 1
            sale = selling.result()
        shop.sync()  # pulls the last orders
        shop.sync()  # and shows what a push of the run before was too late for
        return Books(
            sale=sale,
            runs=runs,
            taken=sum(line.sku == sku for order in shop.orders() for line in order.lines),
            covered=shop.level(sku).allocated,
            uncovered=sum(units.quantity for units in shop.uncovered() if units.sku == sku),
            audit=shop.audit(),
        )


def hold_to_the_laws(books: Books) -> None:
    """No unit is promised twice, no order is lost, and what cannot be covered is said."""
    assert books.taken == len(books.sale.orders)
    assert books.covered == STOCK
    assert books.uncovered == len(books.sale.orders) - STOCK
    assert (books.audit.promised_twice, books.audit.faults) == (0, ())
