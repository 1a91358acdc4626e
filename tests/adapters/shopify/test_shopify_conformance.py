"""Orders and stock of Shopify keep the laws of their roles: blocking and awaited, faults or not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from shopify_helpers import FAULTS, NOON, client_of

from ecomkit.adapters.http import VirtualTime
from ecomkit.adapters.shopify import AsyncShopify
from ecomkit.channels import ClaimLine
from ecomkit.identifiers import ListingId
from ecomkit.testing.conformance import OrderSourceConformance, StockSinkConformance, awaited
from ecomkit.testing.fakes import WireFaults
from ecomkit.testing.fakes.shopify import ShopifyFake


class TestOrders(OrderSourceConformance):
    """Orders of a shop whose wire is well."""

    faults: WireFaults | None = None

    def make_source(self) -> Any:
        """Return a client of a shop with the kit's listings and no order."""
        self.time = VirtualTime(NOON)
        self.remote = ShopifyFake(time=self.time, faults=self.faults)
        self.listings = tuple(self.remote.put_up(f"SKU-{place}", quantity=99) for place in (1, 2))
        return client_of(self.remote)

    def place(self, number: str, lines: Sequence[ClaimLine]) -> str:
        """A shopper buys."""
        return self.remote.sell(
            [(line.listing, line.quantity, line.unit_price) for line in lines], number=number
        )

    def change(self, number: str) -> None:
        """Something changes, a second later: Shopify tells no less."""
        self.time.advance(1)
        self.remote.touch(number)

    def change_unseen(self, number: str) -> None:
        """Something changes, and lists lag behind by a minute."""
        self.change(number)
        self.remote.delay(number, 60)

    def reveal(self) -> None:
        """A minute passes."""
        self.time.advance(61)

    def spoil(self, number: str) -> None:
        """The shop sends what nobody can read."""
        self.remote.spoil(number)


class TestOrdersWithFaults(TestOrders):
    """Orders of a shop whose wire is not."""

    faults = FAULTS


class TestOrdersAwaited(TestOrders):
    """Orders for asyncio."""

    def make_source(self) -> Any:
        """Return the twin of the client."""
        return awaited(AsyncShopify(super().make_source()))


class TestOrdersAwaitedWithFaults(TestOrdersAwaited):
    """Orders for asyncio, over a wire that is not well."""

    faults = FAULTS


class TestStock(StockSinkConformance):
    """Stock of a shop whose wire is well."""

    faults: WireFaults | None = None

    def make_sink(self) -> Any:
        """Return a client of a shop without listings."""
        self.remote = ShopifyFake(time=VirtualTime(NOON), faults=self.faults)
        return client_of(self.remote)

    def put_up(self, count: int) -> Sequence[ListingId]:
        """Put things up for sale."""
        return [self.remote.put_up(f"SKU-{place}") for place in range(count)]

    def observed(self, listing: ListingId) -> int | None:
        """Look at a listing as a shopper does."""
        return self.remote.shown(listing)

    def show(self, listing: ListingId, quantity: int) -> None:
        """Change a quantity past the client."""
        self.remote.show(listing, quantity)


class TestStockWithFaults(TestStock):
    """Stock of a shop whose wire is not."""

    faults = FAULTS


class TestStockAwaited(TestStock):
    """Stock for asyncio."""

    def make_sink(self) -> Any:
        """Return the async twin, awaited."""
        return awaited(AsyncShopify(super().make_sink()))


class TestStockAwaitedWithFaults(TestStockAwaited):
    """Stock for asyncio, over a wire that is not well."""

    faults = FAULTS
