"""The Corner shop itself, in memory: what its interface answers, and what shoppers do there."""

from collections.abc import Sequence
from typing import Any

from ecomkit.adapters.http import Received, Reply
from ecomkit.channels import ClaimLine
from ecomkit.testing.fakes import FakeSystem

TOKEN = "corner-token"  # noqa: S105 - of a shop that does not exist


class CornerFake(FakeSystem):
    """Keeps stock and orders, and answers as Corner does."""

    def __init__(self, **rest: Any) -> None:
        super().__init__(**rest)
        self.stock: dict[str, int] = {}
        self.orders: dict[str, dict[str, Any]] = {}
        self.changes = 0

    def change(self, number: str, **fields: Any) -> None:
        """Something of an order changes: it gets the next number of a change."""
        self.changes += 1
        self.orders[number].update(fields, change=self.changes)

    def sell(self, number: str, lines: Sequence[ClaimLine]) -> str:
        """A shopper buys."""
        self.orders[number] = {
            "number": number,
            "placed_at": "2026-03-01T12:00:00Z",
            "currency": lines[0].unit_price.currency.name,
            "lines": [
                {
                    "id": line.id,
                    "listing": line.listing,
                    "quantity": line.quantity,
                    "price": str(line.unit_price.to_decimal()),
                    "title": line.title,
                }
                for line in lines
            ],
        }
        self.change(number)
        return number

    def respond(self, received: Received) -> Reply:
        """Answer one call."""
        if received.header("authorization") != f"Bearer {TOKEN}":
            return Reply.of_json({"message": "who are you?"}, status=401)
        if received.path == "/stock":
            return Reply.of_json({"rows": [self._show(row) for row in received.json()["rows"]]})
        number = received.path.removeprefix("/orders").removeprefix("/")
        if not number:
            after, limit = int(received.param("after") or 0), int(received.param("limit") or 50)
            changed = sorted(
                (order for order in self.orders.values() if order["change"] > after),
                key=lambda order: order["change"],
            )
            page = changed[:limit]
            last = page[-1]["change"] if page else after
            more = len(changed) > limit
            return Reply.of_json({"orders": page, "last_change": last, "more": more})
        if number not in self.orders:
            return Reply.of_json({"message": "no such order"}, status=404)
        return Reply.of_json(self.orders[number])

    def _show(self, row: dict[str, Any]) -> dict[str, Any]:
        if row["listing"] not in self.stock:
            return {"error": "no such listing"}
        self.stock[row["listing"]] = row["quantity"]
        return {"error": None}
