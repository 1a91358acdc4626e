"""The example of a client of one's own, against the real django-oscar."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from harness import OscarShop

EXAMPLE = str(Path(__file__).parents[2] / "examples" / "custom_adapter")
if EXAMPLE not in sys.path:
    sys.path.insert(0, EXAMPLE)

from oscar import Oscar  # noqa: E402 - its folder has to be known first

from ecomkit.adapters.http import Site  # noqa: E402 (the path is set first)
from ecomkit.channels import Applied, Cursor, PageEntry, ReadOrder, StockUpdate  # noqa: E402 (the path is set first)
from ecomkit.identifiers import ChannelId, ListingId  # noqa: E402 (the path is set first)
from ecomkit.money import Currency, Money  # noqa: E402 (the path is set first)
from ecomkit.ports import Secret  # noqa: E402 (the path is set first)

pytestmark = pytest.mark.slow


@pytest.fixture
def client(oscar: OscarShop) -> Iterator[Oscar]:
    """A client of the real shop."""
    with client_of(oscar, password=oscar.server.password) as made:
        yield made


def client_of(shop: OscarShop, *, password: str) -> Oscar:
    """Return a client of the shop with some password."""
    return Oscar(
        ChannelId("oscar"),
        site=Site.insecure_for_tests(shop.server.api),
        username=shop.server.username,
        password=Secret(password),
    )


def pulled(client: Oscar, *, after: Cursor | None = None) -> tuple[list[PageEntry], Cursor]:
    """Pull from *after* to the end."""
    entries: list[PageEntry] = []
    more, cursor = True, after
    while more:
        page = client.orders_after(cursor, page_size=50)
        entries += page.entries
        cursor, more = page.next, page.more
    assert cursor is not None
    return entries, cursor


def test_an_order_is_pulled_as_it_was_placed(oscar: OscarShop, client: Oscar) -> None:
    """What a shopper buys comes with the next pull, readable, with its units and prices."""
    _, cursor = pulled(client)
    product = oscar.put_up("CLIENT-1", quantity=5, price="3.33")
    bought = oscar.buy(product, quantity=3)

    entries, end = pulled(client, after=cursor)
    again, _ = pulled(client, after=end)

    assert all(isinstance(entry, ReadOrder) for entry in entries)
    claims = [entry.claim for entry in entries if isinstance(entry, ReadOrder)]
    [claim] = [claim for claim in claims if claim.name == bought.order]
    [line] = claim.lines
    assert (line.listing, line.quantity, line.unit_price) == (
        ListingId(product),
        3,
        Money(333, Currency.GBP),
    )
    assert claim.buyer == "ada@example.com"
    assert client.order(claim.number) == next(
        entry for entry in entries if isinstance(entry, ReadOrder) and entry.claim == claim
    )
    assert again == []  # nobody else buys here meanwhile


def test_what_is_pushed_is_what_shoppers_can_buy(oscar: OscarShop, client: Oscar) -> None:
    """With two units held by an order, pushing 4 lets shoppers buy 4 and no fifth."""
    product = oscar.put_up("CLIENT-2", quantity=9)
    oscar.buy(product, quantity=2)

    [result] = client.push_stock([StockUpdate(listing=ListingId(product), quantity=4)])

    assert result.effect == Applied()
    assert oscar.levels(product) == (6, 2)
    assert client.read_stock([ListingId(product)])[0].quantity == 4
    assert oscar.buy(product, quantity=5).order is None
    assert oscar.buy(product, quantity=4).order is not None


def test_the_catalogue_has_what_is_for_sale(oscar: OscarShop, client: Oscar) -> None:
    """A product comes with its sku, its stock and its price."""
    product = oscar.put_up("CLIENT-3", quantity=7, price="12.50", title="Green tea")

    found, cursor, more = {}, None, True
    while more:
        page = client.listings_after(cursor, page_size=2)
        found |= {listing.id: listing for listing in page.listings}
        cursor, more = page.next, page.more

    listing = found[ListingId(product)]
    assert (listing.sku_text, listing.title, listing.quantity, listing.price) == (
        "CLIENT-3",
        "Green tea",
        7,
        Money(1250, Currency.GBP),
    )


def test_the_check_tells_the_merchant_from_a_stranger(oscar: OscarShop, client: Oscar) -> None:
    """The account is ready with its password and not with a guess; neither raises."""
    with client_of(oscar, password=oscar.server.password[::-1]) as stranger:
        assert client.check().is_ready
        assert not stranger.check().is_ready


def test_an_unknown_number_has_no_order(client: Oscar) -> None:
    """What the shop never gave is None, not an error."""
    assert client.order("999999") is None
    assert client.read_stock([ListingId("999999")])[0].quantity is None
