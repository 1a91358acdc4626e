"""The client keeps the laws of its roles, blocking and awaited, over a good wire and a bad one."""

from collections.abc import Sequence
from typing import Any

from ecomkit.adapters.http import Kit, Options, VirtualTime
from ecomkit.adapters.woocommerce import AsyncWooCommerce, WooCommerce
from ecomkit.channels import ClaimLine, OrderSource, StockSink
from ecomkit.identifiers import ChannelId, ListingId
from ecomkit.money import Currency
from ecomkit.testing.conformance import OrderSourceConformance, StockSinkConformance, awaited
from ecomkit.testing.fakes import WireFaults
from ecomkit.testing.fakes.woocommerce import WooCommerceFake

from .conftest import START

FAULTS = WireFaults(
    seed=7, unsent=0.1, lost=0.1, lost_answers=0.1, torn=0.1, throttled=0.1, broken=0.1
)
FEWER_FAULTS = WireFaults(
    seed=7, unsent=0.05, lost=0.05, lost_answers=0.05, torn=0.05, throttled=0.05, broken=0.05
)
"""A push is not repeated for ever: a session retries a share of its calls and no more."""


class Remote:
    """A shop and its client, on one clock."""

    faults: WireFaults | None = None

    def make_client(self) -> Any:
        """Return a client of a fresh shop."""
        self.time = VirtualTime(START)
        self.shop = WooCommerceFake(time=self.time, faults=self.faults, currency=Currency.EUR)
        return WooCommerce(
            ChannelId("woo"),
            url="https://shop.example",
            key=self.shop.key,
            secret=self.shop.secret,
            currency=Currency.EUR,
            options=Options(deadline_seconds=3600, attempts_max=20),
            kit=Kit(transport=self.shop.transport, time=self.time, draw=lambda: 0.5),
        )


class TestOrderSource(Remote, OrderSourceConformance):
    """Orders over a good wire."""

    def make_source(self) -> OrderSource:
        """Return a client of a shop with two products."""
        client = self.make_client()
        self.listings = (self.shop.put_up("MUG"), self.shop.put_up("CUP"))
        return client

    def place(self, number: str, lines: Sequence[ClaimLine]) -> str:
        """A shopper buys, a second after what was before: the shop's times have no more."""
        self.time.advance(1)
        return self.shop.sell([(row.listing, row.quantity, row.unit_price) for row in lines])

    def change(self, number: str) -> None:
        """Somebody writes a note, a second later."""
        self.time.advance(1)
        self.shop.touch(number)

    def change_unseen(self, number: str) -> None:
        """A change that lists show a minute late."""
        self.change(number)
        self.shop.delay(number, 60)

    def reveal(self) -> None:
        """The minute passes."""
        self.time.advance(60)

    def spoil(self, number: str) -> None:
        """The shop gives what nobody can read."""
        self.shop.spoil(number)


class TestOrderSourceWithFaults(TestOrderSource):
    """Orders over a wire that breaks in every way."""

    faults = FAULTS


class TestAsyncOrderSource(TestOrderSource):
    """Orders, awaited."""

    def make_source(self) -> OrderSource:
        """Return the asyncio twin."""
        client = super().make_source()
        assert isinstance(client, WooCommerce)
        return awaited(AsyncWooCommerce(client))


class TestAsyncOrderSourceWithFaults(TestAsyncOrderSource):
    """Orders, awaited, over a wire that breaks in every way."""

    faults = FAULTS


class TestStockSink(Remote, StockSinkConformance):
    """Stock over a good wire. The shop compares nothing, so ``show`` is not there."""

    def make_sink(self) -> StockSink:
        """Return a client of an empty shop."""
        return self.make_client()

    def put_up(self, count: int) -> Sequence[ListingId]:
        """Every third one is a variation."""
        products = [self.shop.put_up(f"P{place}") for place in range(count - count // 3)]
        return [*products, *self.shop.put_up_variations([f"V{i}" for i in range(count // 3)])]

    def observed(self, listing: ListingId) -> int | None:
        """Look at the listing as a shopper does."""
        return self.shop.shown(listing)


class TestStockSinkWithFaults(TestStockSink):
    """Stock over a wire that breaks in every way."""

    faults = FEWER_FAULTS


class TestAsyncStockSink(TestStockSink):
    """Stock, awaited."""

    def make_sink(self) -> StockSink:
        """Return the asyncio twin."""
        return awaited(AsyncWooCommerce(self.make_client()))


class TestAsyncStockSinkWithFaults(TestAsyncStockSink):
    """Stock, awaited, over a wire that breaks in every way."""

    faults = FEWER_FAULTS
