"""The loop in virtual time: many changed skus on three systems, in the fewest calls and no slower than allowed."""

import math
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import attrs
import pytest

from ecomkit.adapters.http import FakeTransport, Kit, Lost, Options, VirtualTime, pages
from ecomkit.adapters.shopify import Shopify
from ecomkit.adapters.vendure import Vendure
from ecomkit.adapters.woocommerce import WooCommerce
from ecomkit.channels import Applied, Listing, Unknown
from ecomkit.errors import TransientError
from ecomkit.identifiers import ChannelId, ListingId, Sku
from ecomkit.money import Currency
from ecomkit.operations import ListingColumns, PushPlan, plan_push
from ecomkit.operations._lanes import Lanes, workers_of
from ecomkit.ports import Secret
from ecomkit.stock import Publication
from ecomkit.testing.fakes import FakeSystem
from ecomkit.testing.fakes.shopify import ShopifyFake
from ecomkit.testing.fakes.vendure import VendureFake
from ecomkit.testing.fakes.woocommerce import WooCommerceFake

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
PATIENT = Options(deadline_seconds=3_600)

# What one call of each system may hold.
SHOPIFY_ROWS = 250
SHOPIFY_POINTS = 10
WOO_ROWS = 100
VARIATIONS = 3


@attrs.frozen(kw_only=True, eq=False)
class Side:
    """One channel: its client, its fake, its time, and the least calls that a push of all takes."""

    client: Any
    fake: FakeSystem
    time: VirtualTime
    listings: Sequence[Listing]
    calls_least: int
    seconds_least: float

    @property
    def name(self) -> ChannelId:
        """The channel."""
        return self.client.channel

    def plan(self, available: dict[Sku, int]) -> PushPlan:
        """Plan what the channel has to be told."""
        columns = ListingColumns(
            channel=self.name,
            listings=[listing.id for listing in self.listings],
            skus=[Sku(listing.sku_text or "?") for listing in self.listings],
            shown=[listing.quantity for listing in self.listings],
            handles=[listing.handle for listing in self.listings],
        )
        return plan_push(
            columns,
            available=available,
            publication=Publication(),
            rows_max=self.client.push_rows_max,
            group_of=getattr(self.client, "push_group", None),
        )


def listed(client: Any) -> Sequence[Listing]:
    """Return the catalogue, as adoption reads it."""
    found: list[Listing] = []
    for page in pages(client.listings_after, channel=client.channel, page_size=250):
        found.extend(page.listings)
    return found


def rested(time: VirtualTime) -> None:
    """Let an hour pass, so that what adoption spent has grown back."""
    time.advance(3_600)


def shopify(count: int) -> Side:
    """Return a Shopify shop of the standard plan: 100 points a second, 2,000 at once."""
    time = VirtualTime(START)
    fake = ShopifyFake(time=time)
    for number in range(count):
        fake.put_up(f"SKU-{number}", quantity=1)
    settings: dict[str, Any] = {
        "shop": fake.shop,
        "token": Secret(fake.token),
        "options": PATIENT,
        "kit": Kit(transport=fake.transport, time=time),
    }
    [location] = Shopify(ChannelId("shopify"), location="1", **settings).locations()
    client = Shopify(ChannelId("shopify"), location=location.id, **settings)
    listings = listed(client)
    rested(time)
    calls = math.ceil(count / SHOPIFY_ROWS)
    return Side(
        client=client,
        fake=fake,
        time=time,
        listings=listings,
        calls_least=calls,
        seconds_least=max(0, calls * SHOPIFY_POINTS - 2_000) / 100,
    )


def woocommerce(count: int) -> Side:
    """Return a WooCommerce shop: half of it things of their own, half in three sizes each."""
    time = VirtualTime(START)
    fake = WooCommerceFake(time=time)
    simple = count // 2
    for number in range(simple):
        fake.put_up(f"SKU-{number}", quantity=1)
    parents = 0
    for start in range(simple, count, VARIATIONS):
        sizes = range(start, min(start + VARIATIONS, count))
        fake.put_up_variations([f"SKU-{number}" for number in sizes], quantity=1)
        parents += 1
    client = WooCommerce(
        ChannelId("woocommerce"),
        url="https://corner.example",
        key=fake.key,
        secret=fake.secret,
        currency=Currency.EUR,
        options=PATIENT,
        kit=Kit(transport=fake.transport, time=time),
    )
    listings = listed(client)
    rested(time)
    return Side(
        client=client,
        fake=fake,
        time=time,
        listings=listings,
        calls_least=math.ceil(simple / WOO_ROWS) + parents,
        seconds_least=0,
    )


def vendure(count: int) -> Side:
    """Return a Vendure shop; what it has promised has to be read before each push."""
    time = VirtualTime(START)
    fake = VendureFake(time=time)
    for number in range(count):
        fake.put_up(f"SKU-{number}", quantity=1)
    client = Vendure(
        ChannelId("vendure"),
        url="https://corner.example/admin-api",
        username=fake.username,
        password=Secret(fake.password),
        location=fake.location,
        options=PATIENT,
        kit=Kit(transport=fake.transport, time=time),
    )
    listings = listed(client)
    rested(time)
    return Side(
        client=client,
        fake=fake,
        time=time,
        listings=listings,
        calls_least=2 * math.ceil(count / client.push_rows_max),
        seconds_least=0,
    )


SYSTEMS: list[Callable[[int], Side]] = [shopify, woocommerce, vendure]
COUNTS = [1_000, pytest.param(100_000, marks=pytest.mark.slow)]


def push(side: Side, plan: PushPlan) -> Counter[type]:
    """Tell the channel all of it; return how the rows came out."""
    outcomes: Counter[type] = Counter()
    for batch in plan.batches():
        try:
            results = side.client.push_stock(batch)
        except TransientError:
            outcomes[Unknown] += len(batch)
            continue
        outcomes.update(type(result.effect) for result in results)
    return outcomes


@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize("system", SYSTEMS)
def test_all_is_told_in_the_fewest_calls_as_fast_as_allowed(
    system: Callable[[int], Side], count: int, record_property: Any
) -> None:
    """A push of every sku takes 1.02 times the least calls and 1.05 times the least time, at most."""
    side = system(count)
    calls, at = side.fake.calls, side.time.monotonic()
    available = {Sku(f"SKU-{number}"): 2 + number % 90 for number in range(count)}

    plan = side.plan(available)
    outcomes = push(side, plan)

    assert {Applied: count} == outcomes
    shown = {
        Sku(listing.sku_text or "?"): side.fake.shown(listing.id)
        for listing in side.listings[:: max(1, count // 500)]
    }
    assert {sku: available[sku] for sku in shown} == shown
    made, took = side.fake.calls - calls, side.time.monotonic() - at
    record_property(
        "figure",
        f"push of {count:,} skus to {side.name}: {made:,} calls, at least {side.calls_least:,}; "
        f"{took:.1f} s of virtual time, at least {side.seconds_least:.1f}",
    )
    assert made <= 1.02 * side.calls_least
    assert took <= 1.05 * side.seconds_least


class Dead(FakeSystem):
    """A system that takes every call and never answers."""

    def __init__(self, time: VirtualTime) -> None:
        super().__init__(time=time)
        self.waited = 0.0
        self.transport = FakeTransport(self._swallow)

    def _swallow(self, received: object) -> Lost:
        assert isinstance(self.time, VirtualTime)
        self.time.advance(30)
        self.waited += 30
        return Lost(why="no answer in time")


def test_a_dead_channel_delays_no_other() -> None:
    """While one system swallows calls for many minutes, the others are told in their own time."""
    count = 600
    available = {Sku(f"SKU-{number}"): 2 + number % 90 for number in range(count)}
    alone = {side.name: elapsed(side, available) for side in (make(count) for make in SYSTEMS)}
    time = VirtualTime(START)
    dead = Dead(time)
    lost = WooCommerce(
        ChannelId("dead"),
        url="https://dead.example",
        key=Secret("k"),
        secret=Secret("s"),
        currency=Currency.EUR,
        kit=Kit(transport=dead.transport, time=time),
    )
    black = Side(
        client=lost,
        fake=dead,
        time=time,
        listings=[
            Listing(id=ListingId(str(number)), sku_text=f"SKU-{number}", quantity=1)
            for number in range(count)
        ],
        calls_least=0,
        seconds_least=0,
    )
    sides = [black, *(make(count) for make in SYSTEMS)]
    by_name = {side.name: side for side in sides}
    spent: dict[ChannelId, float] = {}

    def tell(channel: Any) -> None:
        spent[channel.channel] = elapsed(by_name[channel.channel], available)

    with workers_of(len(sides)) as pool:
        Lanes(
            [side.client for side in sides],
            pull=lambda channel: None,
            plan=lambda pulled: True,
            tell=tell,
        ).run(pool)

    assert dead.waited >= 300
    for name, seconds in alone.items():
        assert spent[name] <= 1.1 * seconds


def elapsed(side: Side, available: dict[Sku, int]) -> float:
    """Tell a channel all of it; return the virtual seconds it took."""
    at = side.time.monotonic()
    push(side, side.plan(available))
    return side.time.monotonic() - at
