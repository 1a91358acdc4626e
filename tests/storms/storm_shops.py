"""Shops of three systems on one clock, and the merchant who sells on all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import attrs

from ecomkit.adapters.http import FakeTransport, Kit, Options, VirtualTime
from ecomkit.adapters.shopify import AsyncShopify, Shopify
from ecomkit.adapters.vendure import AsyncVendure, Vendure
from ecomkit.adapters.woocommerce import AsyncWooCommerce, WooCommerce
from ecomkit.identifiers import ChannelId, LineId, ListingId, OrderId, Sku
from ecomkit.money import Currency, Money
from ecomkit.operations import Shop
from ecomkit.ports import Secret
from ecomkit.stores import MemoryStore
from ecomkit.testing.conformance import awaited
from ecomkit.testing.fakes import FakeSystem, WireFaults
from ecomkit.testing.fakes.shopify import ShopifyFake
from ecomkit.testing.fakes.vendure import VendureFake
from ecomkit.testing.fakes.woocommerce import WooCommerceFake

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
PRICE = Money(2000, Currency.EUR)
SKUS = ("BEAR", "ELEPHANT", "OWL")
HOOKS = Secret("hush")
WORKER = Options(deadline_seconds=60, attempts_max=4)
"""What a worker in a hurry allows one call."""

ROUGH = WireFaults(
    seed=1, unsent=0.08, lost=0.08, lost_answers=0.12, torn=0.08, throttled=0.1, broken=0.08
)
"""A wire on which about every second call goes wrong."""


@attrs.define(kw_only=True)
class Side:
    """One system: its shop, a client of it, and what is on sale there."""

    fake: Any
    client: Any
    twin: Any
    listings: Mapping[str, ListingId]

    @property
    def name(self) -> ChannelId:
        """The channel."""
        return self.client.channel

    def sell(self, units: Mapping[str, int]) -> str:
        """Sell units by their skus; return the order's number."""
        rows = [(self.listings[sku], count, PRICE) for sku, count in units.items()]
        return str(self.fake.sell(rows))

    def lines(self, number: str) -> list[LineId]:
        """Return the ids of an order's lines, in the order in which they were bought."""
        match self.fake:
            case ShopifyFake():
                return [LineId(str(line.id)) for line in self.fake.order(number).lines]
            case WooCommerceFake():
                return [LineId(str(line.id)) for line in self.fake.shop.order(number).lines]
            case _:
                return list(self.fake.lines(number))

    def sent(self, number: str) -> dict[LineId, int]:
        """Return the units that the system has as sent, by line."""
        units: dict[LineId, int] = {}
        match self.fake:
            case ShopifyFake():
                for parcel in self.fake.fulfilments(number):
                    for one in parcel.lines:
                        key = LineId(str(one.line.id))
                        units[key] = units.get(key, 0) + one.quantity
            case VendureFake():
                for made in self.fake.fulfilments(number):
                    if made.state in {"Shipped", "Delivered"}:
                        for line_id, count in made.lines:
                            key = LineId(str(line_id))
                            units[key] = units.get(key, 0) + count
            case _:
                # It knows no parcels: all that is left has gone once the order is completed.
                order = self.fake.shop.order(number)
                if order.completed is not None:
                    for line in order.lines:
                        left = line.quantity - order.refunded_units(line.id)
                        units[LineId(str(line.id))] = left
        return units

    def shown(self) -> dict[str, int]:
        """Return what shoppers can buy, by sku: what is on hand and not promised to others."""
        return {
            sku: self.fake.shown(listing)
            - (self.fake.allocated(listing) if isinstance(self.fake, VendureFake) else 0)
            for sku, listing in self.listings.items()
        }


def shopify(time: VirtualTime, *, options: Options = WORKER) -> Side:
    """Return a Shopify shop."""
    fake = ShopifyFake(time=time, webhook_secret=HOOKS.reveal())
    client = Shopify(
        ChannelId("shopify"),
        shop=fake.shop,
        token=Secret(fake.token),
        location=fake.location,
        webhook_secrets=[HOOKS],
        options=options,
        kit=_kit(fake),
    )
    return _side(fake, client, AsyncShopify)


def woocommerce(time: VirtualTime, *, options: Options = WORKER) -> Side:
    """Return a WooCommerce shop."""
    fake = WooCommerceFake(time=time, currency=Currency.EUR)
    client = WooCommerce(
        ChannelId("woo"),
        url="https://shop.example",
        key=fake.key,
        secret=fake.secret,
        currency=Currency.EUR,
        webhook_secrets=[HOOKS],
        options=options,
        kit=_kit(fake),
    )
    return _side(fake, client, AsyncWooCommerce)


def vendure(time: VirtualTime, *, options: Options = WORKER) -> Side:
    """Return a Vendure shop."""
    fake = VendureFake(time=time, currency=Currency.EUR)
    client = Vendure(
        ChannelId("vendure"),
        url="https://tea.example.com/admin-api",
        username=fake.username,
        password=Secret(fake.password),
        location=fake.location,
        options=options,
        kit=_kit(fake),
    )
    return _side(fake, client, AsyncVendure)


def _kit(fake: FakeSystem) -> Kit:
    # Looked up at each call, so that a test can stand between the client and its system.
    wire = FakeTransport(lambda received: fake.answer(received))  # noqa: PLW0108
    return Kit(transport=wire, time=fake.time, draw=lambda: 0.5)


def _side(fake: Any, client: Any, twin: Any) -> Side:
    listings = {sku: fake.put_up(sku, quantity=0, price=PRICE) for sku in SKUS}
    return Side(fake=fake, client=client, twin=twin(client), listings=listings)


SYSTEMS: Sequence[Callable[..., Side]] = (shopify, woocommerce, vendure)


def blocking(side: Side) -> Any:
    """Return the client itself."""
    return side.client


def awaiting(side: Side) -> Any:
    """Return its asyncio twin, each call awaited."""
    return awaited(side.twin)


@attrs.define(kw_only=True)
class Merchant:
    """A merchant whose shops are all of these."""

    time: VirtualTime
    sides: Sequence[Side]
    shop: Shop

    @classmethod
    def of(
        cls,
        *systems: Callable[..., Side],
        opening: Mapping[str, int],
        through: Callable[[Side], Any] = blocking,
    ) -> Merchant:
        """Adopt a shop of each of *systems*, with so many units of each sku on the shelf."""
        time = VirtualTime(NOON)
        sides = [system(time) for system in systems]
        shop = Shop(store=MemoryStore(), channels=[through(side) for side in sides], clock=time)
        counted = {Sku(sku): count for sku, count in opening.items()}
        for side in sides:
            shop.adopt(side.name, opening=counted)
        shop.sync()
        time.advance(60)
        return cls(time=time, sides=sides, shop=shop)

    def befall(self, faults: WireFaults) -> None:
        """Let the wires of all shops be as *faults* say, from now on."""
        for side in self.sides:
            side.fake.faults = faults

    def settle(self, *, runs: int = 4) -> None:
        """Run a few times over wires that are well."""
        self.befall(WireFaults())
        for _ in range(runs):
            self.time.advance(120)
            self.shop.sync()

    def order_id(self, side: Side, number: str) -> OrderId:
        """Return the name of an order in our books."""
        return OrderId(f"{side.name}/{number}")

    def books(self) -> dict[str, Any]:
        """Return what the books say, without the instants at which it was learnt."""
        shop = self.shop
        orders = {
            order.id: [
                (line.sku, line.quantity, _counts(order.counts(line.id))) for line in order.lines
            ]
            for order in shop.orders()
        }
        levels = {}
        for sku in SKUS:
            level = shop.level(Sku(sku))
            waiting = sum(one.quantity for one in level.uncovered)
            levels[sku] = (level.on_hand, level.allocated, waiting)
        assert shop.audit().is_clean
        return {"orders": orders, "levels": levels, "quarantined": shop.quarantined()}

    def shown(self) -> dict[ChannelId, dict[str, int]]:
        """Return what shoppers see in each shop."""
        return {side.name: side.shown() for side in self.sides}


def _counts(counts: Any) -> tuple[int, int, int]:
    return counts.open, counts.shipped, counts.cancelled
