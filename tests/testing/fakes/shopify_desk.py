"""What the tests of the Shopify fake share: an app's desk in front of the shop."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from ecomkit.adapters.http import Received, Reply, VirtualTime
from ecomkit.identifiers import LineId, ListingId
from ecomkit.money import Currency, Money
from ecomkit.testing.fakes.shopify import ShopifyFake

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SET = """
mutation ($input: InventorySetQuantitiesInput!, $key: String!) {
  inventorySetQuantities(input: $input) @idempotent(key: $key) {
    inventoryAdjustmentGroup { id reason changes { name delta } }
    userErrors { code field message }
  }
}
"""
REFUND = """
mutation ($input: RefundInput!, $key: String!) {
  refundCreate(input: $input) @idempotent(key: $key) {
    refund { id totalRefundedSet { shopMoney { amount } } }
    userErrors { field message }
  }
}
"""


def eur(text: str) -> Money:
    """Return euros."""
    return Money.parse(text, Currency.EUR)


class Desk:
    """An app with a shop behind it."""

    def __init__(self, **settings: Any) -> None:
        self.time = VirtualTime(NOON)
        self.shop = ShopifyFake(time=self.time, **settings)

    def post(
        self,
        document: str,
        /,
        *,
        version: str = "2026-10",
        token: str = ShopifyFake.TOKEN,
        **variables: Any,
    ) -> Reply:
        """Send a document as a client does; return the whole reply."""
        reply = self.shop.answer(
            Received(
                method="POST",
                host="corner.myshopify.com",
                path=f"/admin/api/{version}/graphql.json",
                query=(),
                headers=(("x-shopify-access-token", token),),
                body=json.dumps({"query": document, "variables": variables}).encode(),
            )
        )
        assert isinstance(reply, Reply)
        return reply

    def ask(self, document: str, /, **variables: Any) -> Any:
        """Return what the shop answers."""
        return self.post(document, **variables).json()

    def data(self, document: str, /, **variables: Any) -> Any:
        """Return the data of an answer without errors."""
        answer = self.ask(document, **variables)
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    def code(self, document: str, /, **variables: Any) -> str:
        """Return the code of the one error of an answer."""
        [error] = self.ask(document, **variables)["errors"]
        return str(error["extensions"]["code"])

    def sold(self, *units: int, price: str = "10.00", **more: Any) -> str:
        """Sell so many units of new listings, a line each."""
        lines = [
            (self.shop.put_up(f"SKU-{place}", quantity=20), count, eur(price))
            for place, count in enumerate(units)
        ]
        return self.shop.sell(lines, **more)

    def lines(self, number: str) -> list[LineId]:
        """Return the line numbers of an order."""
        return [LineId(str(line.id)) for line in self.shop.order(number).lines]

    def names(self, query: str = "", **arguments: Any) -> list[str]:
        """Return the numbers of the orders that a search finds, the first change first."""
        document = (
            "query ($q: String, $reverse: Boolean) { orders(first: 250, query: $q, "
            "sortKey: UPDATED_AT, reverse: $reverse) { nodes { legacyResourceId } } }"
        )
        found = self.data(document, q=query, **arguments)["orders"]["nodes"]
        return [one["legacyResourceId"] for one in found]

    def item(self, listing: ListingId) -> str:
        """Return the global id of a listing's inventory item."""
        return f"gid://shopify/InventoryItem/{self.shop.variant(listing).item}"

    def place(self, number: str | None = None) -> str:
        """Return the global id of a location, the first unless named."""
        return f"gid://shopify/Location/{number or self.shop.location}"

    def row(self, listing: ListingId, quantity: int, **more: Any) -> dict[str, Any]:
        """Return a row of a stock update."""
        start = {"inventoryItemId": self.item(listing), "locationId": self.place()}
        return {**start, "quantity": quantity, "changeFromQuantity": None, **more}

    def set(self, *rows: dict[str, Any], key: str = "k", **more: Any) -> list[dict[str, Any]]:
        """Set quantities; return the complaints."""
        given = {"name": "available", "reason": "correction", "quantities": rows, **more}
        payload = self.data(SET, input=given, key=key)["inventorySetQuantities"]
        return list(payload["userErrors"])

    def pay_back(self, number: str, *, key: str = "r", **more: Any) -> list[dict[str, Any]]:
        """Refund over the wire; return the complaints."""
        given = {"orderId": f"gid://shopify/Order/{number}", **more}
        return list(self.data(REFUND, input=given, key=key)["refundCreate"]["userErrors"])
