"""A burst on a real shop while ecomkit keeps its books: what both loop tests do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from harness import Burst, Purchase, burst

from ecomkit import OrderId, Shop, Sku
from ecomkit.channels import Cursor, OrderSource, PageEntry, ReadOrder
from ecomkit.operations import AuditReport

STOCK = 50


@dataclass(frozen=True, kw_only=True)
class Books:
    """What the shop sold, and what the books say of it."""

    sale: Burst
    runs: int
    taken: list[OrderId]
    names: dict[OrderId, str]
    covered: int
    uncovered: int
    audit: AuditReport

    def __str__(self) -> str:
        """Return the figures in one line."""
        return (
            f"{STOCK} units, {self.runs} runs meanwhile: {self.sale},"
            f" {self.covered} units covered, {self.uncovered} uncovered"
        )


def sold_under_our_eyes(
    shop: Shop, client: OrderSource, sku: Sku, *, buy: Callable[[], Purchase]
) -> Books:
    """Let shoppers buy *sku*, of which there are 50, while *shop* keeps the books; return both."""
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
        taken=[order.id for order in shop.orders() for line in order.lines if line.sku == sku],
        names={
            entry.claim.order_id: entry.claim.name
            for entry in pulled(client)
            if isinstance(entry, ReadOrder)
        },
        covered=shop.level(sku).allocated,
        uncovered=sum(units.quantity for units in shop.uncovered() if units.sku == sku),
        audit=shop.audit(),
    )


def pulled(client: OrderSource, *, after: Cursor | None = None) -> Iterator[PageEntry]:
    """Yield what a pull of all orders gives."""
    cursor, more = after, True
    while more:
        page = client.orders_after(cursor, page_size=100)
        yield from page.entries
        cursor, more = page.next, page.more


def hold_to_the_laws(books: Books) -> None:
    """No unit is promised twice, no order is lost or doubled, what cannot be covered is said."""
    assert sorted(books.sale.orders) == sorted(books.names[order] for order in books.taken)
    assert books.covered == STOCK
    assert books.uncovered == len(books.sale.orders) - STOCK
    assert books.audit.is_clean, books.audit.explain()
