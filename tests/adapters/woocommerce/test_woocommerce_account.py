"""Ways in, listings, stock, subscriptions and the check of an account."""

import asyncio
from typing import Any

import pytest

from ecomkit.adapters.http import FakeTransport, Kit, Received, Reply, SignatureError, Site, Unsent
from ecomkit.adapters.woocommerce import AsyncWooCommerce, Authentication
from ecomkit.channels import (
    Applied,
    Health,
    HintKind,
    Listing,
    ListingChange,
    ListingState,
    Rejected,
    StockUpdate,
    Unknown,
)
from ecomkit.errors import FieldError
from ecomkit.identifiers import ListingId, Sku
from ecomkit.money import Currency, Money
from ecomkit.ports import Secret
from ecomkit.testing.fakes import serve

from .conftest import Bench

ADDRESS = "https://hub.example/in"


@pytest.mark.parametrize(
    ("signing", "fake"),
    [
        (Authentication.HEADER, {}),
        (Authentication.QUERY, {"strips_authorization": True}),
    ],
)
def test_the_ways_in_over_https(bench: Bench, signing: Authentication, fake: Any) -> None:
    """The header, and the query where a server drops the header."""
    _, client = bench({"signing": signing}, **fake)
    assert client.orders_after(None, page_size=5).entries == ()


def test_signed_calls_over_plain_http(bench: Bench) -> None:
    """Over a real socket without TLS, signed calls are let in; reads and writes with a body."""
    shop, _ = bench(host="127.0.0.1", scheme="http")
    mug = shop.put_up("MUG")
    with serve(shop.answer) as base:
        _, client = bench(
            {
                "site": Site.insecure_for_tests(f"{base}/wp-json/wc/v3"),
                "signing": Authentication.SIGNATURE,
                "key": shop.key,
                "secret": shop.secret,
                "kit": Kit(time=shop.time),
            }
        )
        with client:
            [result] = client.push_stock([StockUpdate(listing=mug, quantity=2)])
            assert (Applied(), 2) == (result.effect, shop.shown(mug))
            assert client.orders_after(None, page_size=5).entries == ()


def test_the_check_says_what_to_do(bench: Bench) -> None:
    """A good account is ready; a dropped header, a wrong key and a wrong currency are named."""
    _, good = bench()
    assert good.check().is_ready, good.check().explain()
    _, dropped = bench(strips_authorization=True)
    assert not dropped.check().is_ready
    _, stranger = bench({"secret": Secret("cs_wrong")})
    assert not stranger.check().is_ready
    _, foreign = bench({"currency": Currency.USD})
    assert "currency" in [
        finding.subject for finding in foreign.check().findings if finding.health is Health.BAD
    ]


def test_a_dropped_header_leads_to_the_query(bench: Bench) -> None:
    """Where the shop sees no key the check names the setting."""
    refusal = {
        "code": "woocommerce_rest_authentication_error",
        "message": "Consumer key is missing.",
    }
    kit = Kit(transport=FakeTransport(lambda _: Reply.of_json(refusal, status=401)))
    _, client = bench({"kit": kit})
    assert "signing=Authentication.QUERY" in client.check().explain()


def all_listings(client: Any, page_size: int) -> list[Listing]:
    """Return the catalogue."""
    found, cursor, more = [], None, True
    while more:
        page = client.listings_after(cursor, page_size=page_size)
        assert len(page.listings) <= page_size
        found += page.listings
        cursor, more = page.next, page.more
    return found


@pytest.mark.parametrize("page_size", [1, 2, 3, 50])
def test_the_catalogue_has_products_and_variations(bench: Bench, page_size: int) -> None:
    """Each thing that can be bought is listed once, with the variations in the place of a product."""
    shop, client = bench()
    ids = [shop.put_up("A"), *shop.put_up_variations([f"V{i}" for i in range(5)])]
    ids += [shop.put_up("B", status="draft"), *shop.put_up_variations(["W"], status="private")]
    ids += [shop.put_up("C", quantity=None)]
    found = all_listings(client, page_size)
    assert ids == [listing.id for listing in found]
    by_sku = {listing.sku_text: listing for listing in found}
    assert [by_sku[sku].state for sku in ("V0", "B", "W")] == [
        ListingState.ON_SALE,
        ListingState.HIDDEN,
        ListingState.HIDDEN,
    ]
    assert [by_sku[sku].quantity for sku in ("V0", "C")] == [7, None]
    assert Money(1000, Currency.EUR) == by_sku["A"].price


def test_a_deleted_product_hides_no_other(bench: Bench) -> None:
    """Products that vanish between two pages shift the others, and none is skipped."""
    shop, client = bench()
    ids = [shop.put_up(f"P{place}") for place in range(8)]
    page = client.listings_after(None, page_size=3)
    found = [listing.id for listing in page.listings]
    client.push_listings(
        [ListingChange(listing=each, state=ListingState.ENDED) for each in ids[:3]]
    )
    while page.more:
        page = client.listings_after(page.next, page_size=3)
        found += [listing.id for listing in page.listings]
    assert ids == found


def test_listings_are_changed_row_by_row(bench: Bench) -> None:
    """Price, sku and state are changed; a sku that is taken is refused with its owner."""
    shop, client = bench()
    first, second = shop.put_up("A"), shop.put_up("B")
    small, _ = shop.put_up_variations(["S", "L"])
    effects = client.push_listings(
        [
            ListingChange(listing=first, price=Money(777, Currency.EUR)),
            ListingChange(listing=second, sku=Sku("A")),
            ListingChange(listing=small, state=ListingState.HIDDEN, sku=Sku("S2")),
            ListingChange(listing=small, state=ListingState.ENDED),
            ListingChange(listing=ListingId("no such"), state=ListingState.ENDED),
            ListingChange(listing=first, price=Money(1, Currency.USD)),
        ]
    )
    assert [Applied, Rejected, Applied, Rejected, Rejected, Rejected] == list(map(type, effects))
    taken = effects[1]
    assert isinstance(taken, Rejected)
    assert f"(it belongs to {first})" in taken.reason
    by_id = {listing.id: listing for listing in all_listings(client, 50)}
    assert Money(777, Currency.EUR) == by_id[first].price
    assert (by_id[small].sku_text, by_id[small].state) == ("S2", ListingState.HIDDEN)


def test_a_call_that_fails_leaves_the_others_alone(bench: Bench) -> None:
    """Rows of a call that never left are unknown; those of the calls before it were applied."""
    shop, _ = bench()
    calls = 0

    def answer(received: Received) -> Any:
        nonlocal calls
        calls += received.method == "POST"
        return Unsent(why="no connection") if calls > 1 else shop.answer(received)

    kit = Kit(transport=FakeTransport(answer), time=shop.time)
    _, client = bench({"key": shop.key, "secret": shop.secret, "kit": kit})
    ids = [shop.put_up(f"P{place}") for place in range(150)]
    results = client.push_stock([StockUpdate(listing=each, quantity=3) for each in ids])
    assert [Applied] * 100 + [Unknown] * 50 == [type(result.effect) for result in results]


def test_a_batch_that_is_too_large_is_split(bench: Bench) -> None:
    """A shop that takes fewer rows than usual gets halves, until they fit."""
    shop, _ = bench()
    sizes: list[int] = []

    def answer(received: Received) -> Any:
        if received.method == "POST":
            sizes.append(len(received.json()["update"]))
            if sizes[-1] > 30:
                code = "woocommerce_rest_request_entity_too_large"
                return Reply.of_json({"code": code, "message": "Too many."}, status=413)
        return shop.answer(received)

    kit = Kit(transport=FakeTransport(answer), time=shop.time)
    _, client = bench({"key": shop.key, "secret": shop.secret, "kit": kit})
    ids = [shop.put_up(f"P{place}") for place in range(80)]
    results = client.push_stock([StockUpdate(listing=each, quantity=3) for each in ids])
    assert [Applied()] * 80 == [result.effect for result in results]
    assert sizes == [80, 40, 20, 20, 40, 20, 20]


def test_stock_that_is_shared_or_not_kept(bench: Bench) -> None:
    """A variation shows its product's stock where it is shared; where none is kept, None."""
    shop, client = bench()
    shared, _ = shop.put_up_variations(["S", "L"], quantity=None, shared=9)
    free = shop.put_up("F", quantity=None)
    readings = client.read_stock([shared, free, ListingId("deleted:7"), ListingId("1:999")])
    assert [reading.quantity for reading in readings] == [9, None, None, None]


def test_subscriptions_are_made_once_and_woken_up(bench: Bench) -> None:
    """Twice counts once; a webhook that the shop gave up is active again; ended ones are gone."""
    shop, client = bench()
    first = client.subscribe(HintKind.ORDER, address=ADDRESS)
    assert first == client.subscribe(HintKind.ORDER, address=ADDRESS)
    for _ in range(6):
        shop.webhook_answered(int(first[0].id), status=500)
    assert sum(not found.is_active for found in client.subscriptions()) == 1
    assert first == client.subscribe(HintKind.ORDER, address=ADDRESS)
    for subscription in first:
        client.unsubscribe(subscription.id)
    client.unsubscribe(first[0].id)
    assert client.subscriptions() == ()
    with pytest.raises(FieldError, match="kind"):
        client.subscribe(HintKind.ERASURE, address=ADDRESS)


def test_deliveries_are_hints(bench: Bench) -> None:
    """What the shop sends is verified and names the order; a changed byte or no signature is refused."""
    shop, client = bench()
    client.subscribe(HintKind.ORDER, address=ADDRESS)
    number = shop.sell([(shop.put_up("MUG"), 1, Money(100, Currency.EUR))])
    hints = [
        (client.read_webhook(body, headers=headers), headers, body)
        for headers, body in shop.webhooks()
    ]
    found = [(hint.kind, hint.object_id) for hint, _, _ in hints]
    assert (HintKind.ORDER, number) in found
    _, headers, body = next(row for row in hints if row[0].kind is HintKind.ORDER)
    for wrong in ((body + b" ", headers), (body, [])):
        with pytest.raises(SignatureError):
            client.read_webhook(wrong[0], headers=wrong[1])


def test_a_ping_is_a_hint_at_nothing(bench: Bench) -> None:
    """Shops try a new webhook with an unsigned form; with a signature it has to be a good one."""
    _, client = bench()
    hint = client.read_webhook(b"webhook_id=12", headers=[])
    assert (hint.kind, hint.object_id, hint.topic) == (HintKind.OTHER, "12", "ping")
    with pytest.raises(SignatureError):
        client.read_webhook(b"webhook_id=12", headers=[("X-WC-Webhook-Signature", "AAAA")])
    with pytest.raises(SignatureError):
        client.read_webhook(b"webhook_id=12&topic=order.created", headers=[])


def test_the_twin_is_awaited(bench: Bench) -> None:
    """The asyncio twin answers the same."""
    shop, client = bench()
    mug = shop.put_up("MUG")

    async def run() -> Any:
        async with AsyncWooCommerce(client) as twin:
            assert client.push_rows_max == twin.push_rows_max
            assert client.push_group(mug) == twin.push_group(mug)
            return await twin.read_stock([mug])

    assert client.read_stock([mug]) == asyncio.run(run())


def test_nothing_secret_is_shown(bench: Bench) -> None:
    """The client's repr names the account and no key."""
    shop, client = bench()
    assert repr(client) == "WooCommerce('woo')"
    assert shop.key.reveal() not in repr(vars(client))
