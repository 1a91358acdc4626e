"""Ecomkit in front of the real Vendure: what it sells too much is seen, and nothing is lost."""

from collections.abc import Callable, Iterator

import pytest
from harness import VendureShop
from loops import STOCK, hold_to_the_laws, sold_under_our_eyes

from ecomkit import ChannelId, ListingId, Sku
from ecomkit.adapters.http import Site
from ecomkit.adapters.vendure import Vendure
from ecomkit.channels import Applied, ReadOrder, StockUpdate
from ecomkit.money import Currency, Money
from ecomkit.ports import Secret

pytestmark = pytest.mark.slow


@pytest.fixture
def client(vendure: VendureShop) -> Iterator[Vendure]:
    """A client of the real shop."""
    with Vendure(
        ChannelId("vendure"),
        url=vendure.server.admin_api,
        site=Site.insecure_for_tests(vendure.server.admin_api),
        username=vendure.server.username,
        password=Secret(vendure.server.password),
        location=vendure.location,
    ) as made:
        yield made


def test_the_account_is_ready(client: Vendure) -> None:
    """The check finds nothing bad in a shop that works."""
    report = client.check()

    assert report.is_ready, report.explain()


def test_an_order_is_read_as_it_was_placed(vendure: VendureShop, client: Vendure) -> None:
    """What a shopper buys comes with a pull, readable, with its units, its price and its payment."""
    variant = vendure.put_up("READ-1", quantity=5, price=999)
    bought = vendure.buy(variant, quantity=3)

    entries, cursor, more = [], None, True
    while more:
        page = client.orders_after(cursor, page_size=50)
        entries += page.entries
        cursor, more = page.next, page.more

    claims = [entry.claim for entry in entries if isinstance(entry, ReadOrder)]
    assert len(claims) == len(entries)
    # A pull may give an order more than once.
    claim = max(
        (claim for claim in claims if claim.name == bought.order), key=lambda one: one.version
    )
    [line] = claim.lines
    assert (line.listing, line.quantity, line.unit_price) == (
        ListingId(variant),
        3,
        Money(999, Currency.GBP),
    )
    assert claim.paid == Money(3 * 999 + 500, Currency.GBP)


def test_what_is_pushed_is_what_shoppers_can_buy(vendure: VendureShop, client: Vendure) -> None:
    """With two units held by an order, pushing 4 lets shoppers buy 4 and no fifth."""
    variant = vendure.put_up("PUSH-1", quantity=9)
    vendure.buy(variant, quantity=2)

    [result] = client.push_stock([StockUpdate(listing=ListingId(variant), quantity=4)])

    assert result.effect == Applied()
    assert vendure.levels(variant) == (6, 2)
    assert vendure.buy(variant, quantity=5).order is None
    assert vendure.buy(variant, quantity=4).order is not None


def test_no_unit_is_promised_twice_whatever_the_shop_sells(
    vendure: VendureShop, client: Vendure, record_property: Callable[[str, object], None]
) -> None:
    """Of a burst on 50 units exactly 50 are covered; the surplus is uncovered, no order is lost."""
    variant = vendure.put_up("LOOP-50", quantity=STOCK)

    books = sold_under_our_eyes(client, Sku("LOOP-50"), buy=lambda: vendure.buy(variant))

    record_property("figure", f"ecomkit and Vendure, {books}")
    hold_to_the_laws(books)
    on_hand, allocated = vendure.levels(variant)
    assert on_hand - allocated <= 0
