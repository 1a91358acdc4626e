"""The fake shop itself: its records by id, its clock, and what it announces."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, final

import attrs

from ecomkit.adapters.http import Timekeeper
from ecomkit.money import Currency
from ecomkit.testing.fakes.shopify._order_state import (
    Fulfillment,
    FulfillmentOrder,
    Order,
    Refund,
    Return,
)
from ecomkit.testing.fakes.shopify._payloads import order_payload
from ecomkit.testing.fakes.shopify._scopes import may
from ecomkit.testing.fakes.shopify._state import (
    Customer,
    Level,
    Location,
    Product,
    Subscription,
    Variant,
)

__all__ = ["Announcement", "Store"]

ANNOUNCEMENTS_MAX = 20_000
ORDER_AGE_MAX = timedelta(days=60)


@final
@attrs.frozen(kw_only=True)
class Announcement:
    """Something that happened, as webhooks tell it."""

    topic: str
    body: Mapping[str, Any]
    at: datetime
    event: str


@final
class Store:
    """All that the shop knows."""

    def __init__(
        self, *, time: Timekeeper, domain: str, currency: Currency, scopes: frozenset[str]
    ) -> None:
        self.time = time
        self.domain = domain
        self.currency = currency
        self.scopes = scopes
        self.products: dict[int, Product] = {}
        self.variants: dict[int, Variant] = {}
        self.items: dict[int, Variant] = {}
        self.locations: dict[int, Location] = {}
        self.orders: dict[int, Order] = {}
        self.fulfillments: dict[int, Fulfillment] = {}
        self.fulfillment_orders: dict[int, FulfillmentOrder] = {}
        self.refunds: dict[int, Refund] = {}
        self.returns: dict[int, Return] = {}
        self.customers: dict[str, Customer] = {}
        self.subscriptions: dict[int, Subscription] = {}
        self.jobs: dict[int, bool] = {}
        """Jobs, and whether each is done."""
        self.keys: dict[tuple[str, str], tuple[str, Any]] = {}
        """Idempotency keys: what came with each, and what was answered."""
        self.announcements: deque[Announcement] = deque(maxlen=ANNOUNCEMENTS_MAX)
        self.created_at = self.now()
        self._ids = 6_000_000_000_000
        self._later: list[tuple[datetime, Callable[[], None]]] = []
        self.order_number = 1_000
        self.main = self.open_location("Main warehouse")

    def now(self) -> datetime:
        """Return the present to the second: no finer time is kept."""
        return self.time.now().replace(microsecond=0)

    def next_id(self) -> int:
        """Return an id that nothing has."""
        self._ids += 1
        return self._ids

    def open_location(self, name: str) -> Location:
        """Open a location."""
        location = Location(id=self.next_id(), name=name, at=self.now())
        self.locations[location.id] = location
        return location

    def later(self, action: Callable[[], None], *, seconds: float) -> None:
        """Let *action* happen once *seconds* have passed."""
        self._later.append((self.time.now() + timedelta(seconds=seconds), action))

    def settle(self) -> None:
        """Let happen what is due."""
        now = self.time.now()
        due = [action for at, action in self._later if at <= now]
        self._later = [(at, action) for at, action in self._later if at > now]
        for action in due:
            action()

    def sees(self, order: Order) -> bool:
        """Return whether the app may see an order of that age."""
        if may(self.scopes, "read_all_orders"):
            return True
        return order.created_at >= self.now() - ORDER_AGE_MAX

    def announce(self, topic: str, body: Mapping[str, Any]) -> None:
        """Take down that something happened."""
        self.announcements.append(
            Announcement(
                topic=topic, body=body, at=self.time.now(), event=f"event-{self.next_id()}"
            )
        )

    def changed(self, order: Order, *topics: str) -> None:
        """Stamp *order* and announce its change, and the special kinds of it."""
        order.updated_at = max(order.updated_at, self.now())
        body = order_payload(order)
        for topic in (*topics, "orders/updated"):
            self.announce(topic, body)

    def moved(self, level: Level) -> None:
        """Stamp *level* and announce what it holds now."""
        level.at = self.now()
        self.announce(
            "inventory_levels/update",
            {
                "inventory_item_id": level.item,
                "location_id": level.location.id,
                "available": level.available,
                "updated_at": level.at.isoformat(),
                "admin_graphql_api_id": f"gid://shopify/InventoryLevel/{level.location.id}"
                f"?inventory_item_id={level.item}",
            },
        )
