"""A small django-oscar shop for tests: as much of its API as the client speaks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from ecomkit.adapters.http import Received, Reply, Timekeeper, basic
from ecomkit.channels import ClaimLine
from ecomkit.identifiers import ListingId
from ecomkit.money import Money, sum_money
from ecomkit.ports import Secret
from ecomkit.testing.fakes import FakeSystem, WireFaults

__all__ = ["OscarFake"]

PATH = re.compile(r"/api/admin/(?P<kind>[a-z]+)/(?:(?P<number>[0-9]+)/)?(?P<inner>lines/)?")


class OscarFake(FakeSystem):
    """
    A shop at ``https://shop.example/api``; the methods are its merchant and its shoppers.

    Like the real one it counts what orders hold beside what is in stock, and sells what it has
    not if asked in the right moment.
    """

    url = "https://shop.example/api"
    username = "merchant"
    password = Secret("correct horse battery staple")

    def __init__(
        self,
        *,
        statuses: Sequence[str],
        time: Timekeeper | None = None,
        faults: WireFaults | None = None,
    ) -> None:
        super().__init__(time=time, faults=faults)
        self.statuses = tuple(statuses)
        self.products: dict[int, dict[str, Any]] = {}
        self.records: dict[int, dict[str, Any]] = {}
        self.orders: dict[int, dict[str, Any]] = {}
        self.lines: dict[int, list[dict[str, Any]]] = {}

    # -- what people do there ---------------------------------------------------------------

    def put_up(self, sku: str, *, quantity: int = 7, price: str = "19.90") -> ListingId:
        """Put a product up for sale."""
        number = len(self.products) + 1
        self.records[number] = {
            "url": f"{self.url}/admin/stockrecords/{number}/",
            "product": number,
            "partner_sku": sku,
            "price_currency": "EUR",
            "price": price,
            "num_in_stock": quantity,
            "num_allocated": None,
        }
        self.products[number] = {
            "id": number,
            "url": f"{self.url}/admin/products/{number}/",
            "upc": None,
            "title": sku,
            "structure": "standalone",
            "is_public": True,
            "stockrecords": [self.records[number]],
        }
        return ListingId(str(number))

    def sell(self, lines: Sequence[ClaimLine]) -> str:
        """Sell, whether it is there or not; return the order's number."""
        number = len(self.orders) + 1
        self.lines[number] = []
        for line in lines:
            total = str((line.unit_price * line.quantity).to_decimal())
            self.lines[number].append(
                {
                    "url": f"{self.url}/admin/orderlines/{number * 100 + len(self.lines[number])}/",
                    "product": f"{self.url}/products/{line.listing}/",
                    "quantity": line.quantity,
                    "price_currency": "EUR",
                    "price_incl_tax": total,
                    "price_incl_tax_excl_discounts": total,
                }
            )
            record = self.records[int(line.listing)]
            record["num_allocated"] = (record["num_allocated"] or 0) + line.quantity
        total = str(sum_money(line.unit_price * line.quantity for line in lines).to_decimal())
        self.orders[number] = {
            "url": f"{self.url}/admin/orders/{number}/",
            "number": str(100_000 + number),
            "currency": "EUR",
            "total_incl_tax": total,
            "total_excl_tax": total,
            "shipping_incl_tax": "0.00",
            "status": self.statuses[0],
            "email": "ada@example.com",
            "date_placed": self.time.now().isoformat(),
            "surcharges": [],
        }
        return str(number)

    def go_on(self, number: str) -> None:
        """Move an order on to its next status, if there is one."""
        order = self.orders[int(number)]
        place = self.statuses.index(order["status"])
        order["status"] = self.statuses[min(place + 1, len(self.statuses) - 1)]

    def discount(self, number: str, *, by: Money) -> None:
        """Take something off the first line."""
        line = self.lines[int(number)][0]
        full = Money.parse(line["price_incl_tax_excl_discounts"], by.currency)
        line["price_incl_tax"] = str((full - by).to_decimal())

    def shown(self, listing: ListingId) -> int:
        """Return how many units a shopper can buy."""
        record = self.records[int(listing)]
        return int(record["num_in_stock"] - (record["num_allocated"] or 0))

    def show(self, listing: ListingId, quantity: int) -> None:
        """Change by hand how many units a shopper can buy."""
        record = self.records[int(listing)]
        record["num_in_stock"] = quantity + (record["num_allocated"] or 0)

    # -- the API ----------------------------------------------------------------------------

    def respond(self, received: Received) -> Reply:
        """Answer as the shop does."""
        if received.header("authorization") != basic(self.username, self.password).value.reveal():
            return _detail(403, "Invalid username/password.")
        found = PATH.fullmatch(received.path)
        things = {"orders": self.orders, "products": self.products, "stockrecords": self.records}
        kind = things.get(found["kind"]) if found else None
        if found is None or kind is None:
            return Reply(status=404, headers=[("content-type", "text/html")], body=b"Not Found")
        if found["number"] is None:
            return Reply.of_json(list(reversed(kind.values())))
        number = int(found["number"])
        if found["inner"]:
            return Reply.of_json(self.lines.get(number, []))
        if number not in kind:
            return _detail(404, "No such thing matches the given query.")
        if received.method == "PATCH":
            if kind is not self.records:
                return _detail(405, 'Method "PATCH" not allowed.')
            kind[number].update(received.json())
        return Reply.of_json(kind[number])


def _detail(status: int, text: str) -> Reply:
    return Reply.of_json({"detail": text}, status=status)
