"""The client keeps the laws of its roles, over a fake of the shop that behaves and one that does not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from oscar import AsyncOscar, Oscar
from oscar_fake import OscarFake
from oscar_orders import Stage

from ecomkit.adapters.http import Kit, Reply, Request, Verdict, VirtualTime
from ecomkit.channels import Applied, ClaimLine, Health, ReadOrder, StockUpdate, UnreadableOrder
from ecomkit.identifiers import ChannelId, LineId, ListingId
from ecomkit.money import Currency, Money
from ecomkit.orders import ChargeKind
from ecomkit.ports import Secret
from ecomkit.testing.conformance import (
    CatalogSourceConformance,
    OrderSourceConformance,
    StockSinkConformance,
    awaited,
)
from ecomkit.testing.fakes import WireFaults

# More steps than a shop has, since the laws change an order many times.
STATUSES = {
    **{f"Step {place}": Stage.OPEN for place in range(20)},
    "Complete": Stage.SHIPPED,
    "Cancelled": Stage.CANCELLED,
}
FAULTS = WireFaults(
    seed=7, unsent=0.1, lost=0.1, lost_answers=0.1, torn=0.1, throttled=0.1, broken=0.1
)


class Remote:
    """A shop, and a client of it."""

    faults: WireFaults | None = None

    def shop(self) -> Oscar:
        """Return a client of a new shop."""
        time = VirtualTime(datetime(2026, 3, 1, 12, tzinfo=UTC))
        self.remote = OscarFake(statuses=list(STATUSES), time=time, faults=self.faults)
        return Oscar(
            ChannelId("oscar"),
            url=OscarFake.url,
            username=OscarFake.username,
            password=OscarFake.password,
            statuses=STATUSES,
            kit=Kit(transport=self.remote.transport, time=time),
        )


class TestOrderSource(Remote, OrderSourceConformance):
    """Orders."""

    listings = (ListingId("1"), ListingId("2"))

    def make_source(self) -> Oscar:
        """Return a client of a shop with two products."""
        client = self.shop()
        for sku in ("TEA-1", "TEA-2"):
            self.remote.put_up(sku)
        return client

    def place(self, number: str, lines: Sequence[ClaimLine]) -> str:  # noqa: ARG002 (the kit's)
        """A shopper buys; the shop gives the number."""
        return self.remote.sell(lines)

    def change(self, number: str) -> None:
        """The order goes on to its next status."""
        self.remote.go_on(number)

    def spoil(self, number: str) -> None:
        """The shop forgets in what the buyer pays."""
        self.remote.orders[int(number)]["currency"] = "???"


class TestOrderSourceWithFaults(TestOrderSource):
    """Orders over a wire that fails."""

    faults = FAULTS
    examples = 5


class TestAsyncOrderSource(TestOrderSource):
    """Orders, awaited."""

    examples = 5

    def make_source(self) -> Oscar:
        """Return the twin."""
        client: Oscar = awaited(AsyncOscar(super().make_source()))
        return client


class TestCatalogSource(Remote, CatalogSourceConformance):
    """Products."""

    def make_source(self) -> Oscar:
        """Return a client of a shop without products."""
        return self.shop()

    def put_up(self, skus: Sequence[str], *, quantity: int) -> Sequence[ListingId]:
        """Put products up for sale."""
        return [self.remote.put_up(sku, quantity=quantity) for sku in skus]


class TestStockSink(Remote, StockSinkConformance):
    """Stock, while an open order holds two units of each product."""

    def make_sink(self) -> Oscar:
        """Return a client of a shop without products."""
        return self.shop()

    def put_up(self, count: int) -> Sequence[ListingId]:
        """Put products up for sale and sell two units of each."""
        listings = [self.remote.put_up(f"TEA-{place}") for place in range(count)]
        for listing in listings:
            self.remote.sell([line(listing, quantity=2)])
        return listings

    def observed(self, listing: ListingId) -> int | None:
        """Look as a shopper does."""
        return self.remote.shown(listing)

    def show(self, listing: ListingId, quantity: int) -> None:
        """The merchant changes it by hand."""
        self.remote.show(listing, quantity)


class TestStockSinkWithFaults(TestStockSink):
    """Stock over a wire that fails."""

    faults = FAULTS


def line(listing: ListingId, *, quantity: int) -> ClaimLine:
    """Return a line at 19.90."""
    return ClaimLine(
        id=LineId("1"),
        listing=listing,
        quantity=quantity,
        unit_price=Money(1990, Currency.EUR),
    )


@pytest.fixture
def remote() -> Remote:
    """A shop that is made with ``shop()``."""
    return Remote()


def test_what_open_orders_hold_is_not_taken_off_twice(remote: Remote) -> None:
    """With 3 units held by an order, showing 4 writes 7 into the shop's record."""
    client = remote.shop()
    listing = remote.remote.put_up("TEA", quantity=10)
    remote.remote.sell([line(listing, quantity=3)])

    update = StockUpdate(listing=listing, quantity=4)
    [result] = client.push_stock([update])

    assert result.effect == Applied()
    assert remote.remote.records[1]["num_in_stock"] == update.quantity + 3
    assert remote.remote.shown(listing) == update.quantity


def test_a_second_pull_of_what_stands_still_gives_nothing(remote: Remote) -> None:
    """An open order is looked at again, and given again only when it looks another way."""
    client = remote.shop()
    number = remote.remote.sell([line(remote.remote.put_up("TEA"), quantity=1)])
    first = client.orders_after(None, page_size=10)
    second = client.orders_after(first.next, page_size=10)
    remote.remote.go_on(number)
    third = client.orders_after(second.next, page_size=10)

    assert [len(page.entries) for page in (first, second, third)] == [1, 0, 1]


@pytest.mark.parametrize(
    ("status", "units"), [("Step 3", (0, 0)), ("Complete", (0, 2)), ("Cancelled", (2, 0))]
)
def test_the_last_statuses_speak_of_all_units(
    remote: Remote, status: str, units: tuple[int, int]
) -> None:
    """What is complete has left, what is cancelled stays."""
    client = remote.shop()
    number = remote.remote.sell([line(remote.remote.put_up("TEA"), quantity=2)])
    remote.remote.orders[1]["status"] = status

    entry = client.order(number)

    assert isinstance(entry, ReadOrder)
    assert (entry.claim.lines[0].cancelled, entry.claim.lines[0].shipped) == units
    assert entry.claim.status == (status,)
    assert entry.claim.name == "100001"


def test_a_discount_is_a_charge_of_its_line(remote: Remote) -> None:
    """The price of a unit is the one before the discount."""
    client = remote.shop()
    number = remote.remote.sell([line(remote.remote.put_up("TEA"), quantity=2)])
    remote.remote.discount(number, by=Money(300, Currency.EUR))

    entry = client.order(number)

    assert isinstance(entry, ReadOrder)
    [charge] = [one for one in entry.claim.charges if one.kind is ChargeKind.DISCOUNT]
    assert charge.amount == Money(-300, Currency.EUR)
    assert charge.line == entry.claim.lines[0].id
    assert entry.claim.lines[0].unit_price == Money(1990, Currency.EUR)


def test_every_fault_of_an_order_is_named(remote: Remote) -> None:
    """A product that was deleted, a price that does not divide: both are said, with their place."""
    client = remote.shop()
    number = remote.remote.sell([line(remote.remote.put_up("TEA"), quantity=2)])
    remote.remote.lines[1][0] |= {"product": None, "price_incl_tax": "a lot"}

    entry = client.order(number)

    assert isinstance(entry, UnreadableOrder)
    assert [fault.partition(":")[0] for fault in entry.faults] == [
        "lines[0].price_incl_tax",
        "lines[0].product",
    ]


def test_the_check_knows_a_good_account_from_a_bad_one(remote: Remote) -> None:
    """A status that nobody named is doubtful; a wrong password and an API that is off are bad."""
    client = remote.shop()
    remote.remote.sell([line(remote.remote.put_up("TEA"), quantity=1)])
    good = client.check()
    remote.remote.orders[1]["status"] = "On the moon"
    doubtful = client.check()
    stranger = Oscar(
        client.channel,
        url=OscarFake.url,
        username="merchant",
        password=Secret("guess"),
        kit=client.kit,
    )

    assert good.is_ready
    assert doubtful.is_ready
    assert doubtful.findings[-1].health is Health.DOUBTFUL
    assert not stranger.check().is_ready


def test_a_page_of_django_is_no_missing_order(remote: Remote) -> None:
    """Where the API is off, all addresses are missing: that must not read as *no such order*."""
    verdict = remote.shop().verdict_on
    page = Reply(status=404, headers=[("content-type", "text/html")], body=b"<h1>Not Found</h1>")
    answer = Reply.of_json({"detail": "No Order matches the given query."}, status=404)
    asked = Request.get("/admin/orders/1/")
    assert verdict(asked, page) is Verdict.BROKEN
    assert verdict(asked, answer) is Verdict.MISSING
