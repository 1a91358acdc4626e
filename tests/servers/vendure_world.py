"""A merchant on a Vendure server that really runs: the shop's own side, the client and the books."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from harness import VendureServer, VendureShop
from wires import Wire

from ecomkit import ChannelId, Currency, ListingId, Money, OrderId, Shop, Sku, SqliteStore
from ecomkit.adapters.http import Kit, Site
from ecomkit.adapters.vendure import Vendure
from ecomkit.operations import SyncReport
from ecomkit.ports import Secret

CHANNEL = ChannelId("vendure")
SHIPPED = ("Shipped", "Delivered")

ORDERS = """
query ($skip: Int!) {
  orders(options: {
    skip: $skip, take: 100, sort: { id: ASC },
    filter: { active: { eq: false }, orderPlacedAt: { isNull: false } }
  }) {
    items {
      id code state
      lines { id quantity orderPlacedQuantity }
      payments { id amount state refunds { total state reason } }
      fulfillments { state method trackingCode lines { orderLineId quantity } }
    }
  }
}"""


def gbp(amount: int) -> Money:
    """Return pence."""
    return Money(amount, Currency.GBP)


def number(order: OrderId) -> str:
    """Return the server's id of an order."""
    return order.removeprefix(f"{CHANNEL}/")


def client_of(
    vendure: VendureShop,
    *,
    wire: Wire | None = None,
    overlap: timedelta = timedelta(minutes=5),
) -> Vendure:
    """Return a client of the shop, on a wire of its own if one is given."""
    return Vendure(
        CHANNEL,
        url=vendure.server.admin_api,
        site=Site.insecure_for_tests(vendure.server.admin_api),
        username=vendure.server.username,
        password=Secret(vendure.server.password),
        location=vendure.location,
        overlap=overlap,
        kit=Kit(transport=wire),
    )


class World:
    """The server's shop, and books of it in a file."""

    def __init__(self, vendure: VendureShop, *, file: Path) -> None:
        self.vendure = vendure
        self.file = file
        self.start()

    def start(self) -> None:
        """Begin as a new process would: with nothing but the file."""
        self.wire = Wire()
        self.client = client_of(self.vendure, wire=self.wire)
        self.shop = Shop(store=SqliteStore(self.file), channels=[self.client])

    def end(self) -> None:
        """Let go of all but the file."""
        self.shop.close()
        self.client.close()

    def stock(self, sku: str, *, quantity: int) -> str:
        """Put up a product and adopt it with a count of what is there; return its listing."""
        variant = self.vendure.put_up(sku, quantity=quantity)
        self.shop.adopt(CHANNEL, opening={Sku(sku): quantity})
        return variant

    def buy(self, variant: str, *, quantity: int = 1) -> OrderId:
        """A shopper buys and pays; return the order's name in the books to come."""
        bought = self.vendure.buy(variant, quantity=quantity)
        assert bought.order is not None, bought.refused
        return next(
            OrderId(f"{CHANNEL}/{row['id']}")
            for row in self.orders()
            if row["code"] == bought.order
        )

    def sync(self) -> SyncReport:
        """Run once, with no channel in trouble."""
        report = self.shop.sync()
        assert not report.stopped, report.explain()
        return report

    def orders(self) -> Iterator[Any]:
        """Yield all orders of the server, as the merchant sees them there."""
        skip = 0
        while rows := self.vendure.admin.ask(ORDERS, skip=skip)["orders"]["items"]:
            yield from rows
            skip += len(rows)

    def order(self, order: OrderId) -> Any:
        """Return one order of the server."""
        return next(row for row in self.orders() if f"{CHANNEL}/{row['id']}" == order)

    def for_sale(self, variant: str) -> int:
        """Return how many units the server lets shoppers buy."""
        on_hand, allocated = self.vendure.levels(variant)
        return on_hand - allocated

    def shown(self, variant: str) -> int | None:
        """Return how many units the client says are shown."""
        return self.client.read_stock([ListingId(variant)])[0].quantity

    def paid_orders(self, variant: str) -> int:
        """Return how many paid orders of *variant* the server's own database has."""
        server: VendureServer = self.vendure.server
        return int(
            server.cluster.psql(
                'SELECT count(*) FROM "order" JOIN order_line ON order_line."orderId" = "order".id'
                f""" WHERE "order".state = 'PaymentSettled' AND "productVariantId" = {variant}""",
                database=server.database,
            )
        )

    def hold_the_books_against_the_server(self) -> None:
        """Each order is on both sides, once, with the same units of each line; the books add up."""
        books = {
            order.id: {
                str(line.id): (line.quantity, counts.cancelled, counts.shipped)
                for line in order.lines
                for counts in [order.counts(line.id)]
            }
            for order in self.shop.orders()
        }
        there = {f"{CHANNEL}/{row['id']}": units_of(row) for row in self.orders()}
        assert there == books
        assert self.shop.quarantined() == ()
        audit = self.shop.audit()
        assert audit.is_clean, audit.explain()


def units_of(order: Mapping[str, Any]) -> dict[str, tuple[int, int, int]]:
    """
    Return the units of each line of the server's order: ordered, cancelled, shipped.

    The server cancels what comes back, too: those units have left, and are not counted here.
    """
    left: Counter[str] = Counter()
    for parcel in order["fulfillments"]:
        if parcel["state"] in SHIPPED:
            for row in parcel["lines"]:
                left[row["orderLineId"]] += row["quantity"]
    units = {}
    for line in order["lines"]:
        ordered = line["orderPlacedQuantity"]
        shipped = left[line["id"]]
        units[line["id"]] = (ordered, min(ordered - line["quantity"], ordered - shipped), shipped)
    return units
