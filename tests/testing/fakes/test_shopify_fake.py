"""The Shopify fake as an app sees it: lists and searches, costs and limits, access."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shopify_desk import NOON, Desk, eur

from ecomkit.adapters.http import Received, Reply
from ecomkit.testing.fakes import WireFaults
from ecomkit.testing.fakes.shopify import ShopifyFake

PAGE = """
query ($first: Int, $after: String, $last: Int, $before: String, $reverse: Boolean) {
  orders(first: $first, after: $after, last: $last, before: $before, reverse: $reverse,
         sortKey: UPDATED_AT) {
    edges { cursor node { legacyResourceId } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}
"""


def numbers(page: Any) -> list[str]:
    """Return the orders on a page."""
    return [edge["node"]["legacyResourceId"] for edge in page["edges"]]


def spread(desk: Desk, count: int) -> list[str]:
    """Sell *count* orders, ten seconds apart."""
    listing = desk.shop.put_up("A", quantity=99)
    sold = []
    for _ in range(count):
        sold.append(desk.shop.sell([(listing, 1, eur("5"))]))
        desk.time.advance(10)
    return sold


def test_an_order_is_told_with_its_lines_and_amounts() -> None:
    """Prices, discounts, shipping and taxes add up in the order's totals."""
    desk = Desk()
    number = desk.sold(2, 1, shipping=eur("4.90"), discount=eur("3.00"), tax_on_top=eur("5.40"))
    order = desk.data(
        "query ($id: ID!) { order(id: $id) { name taxesIncluded totalPriceSet { shopMoney { amount "
        "currencyCode } } subtotalPriceSet { shopMoney { amount } } totalTaxSet { shopMoney { "
        "amount } } lineItems(first: 9) { nodes { sku quantity discountedTotalSet { shopMoney { "
        "amount } } } } } }",
        id=f"gid://shopify/Order/{number}",
    )["order"]
    assert order == {
        "name": "#1001",
        "taxesIncluded": False,
        "totalPriceSet": {"shopMoney": {"amount": "37.3", "currencyCode": "EUR"}},
        "subtotalPriceSet": {"shopMoney": {"amount": "27.0"}},
        "totalTaxSet": {"shopMoney": {"amount": "5.4"}},
        "lineItems": {
            "nodes": [
                {
                    "sku": "SKU-0",
                    "quantity": 2,
                    "discountedTotalSet": {"shopMoney": {"amount": "18.0"}},
                },
                {
                    "sku": "SKU-1",
                    "quantity": 1,
                    "discountedTotalSet": {"shopMoney": {"amount": "9.0"}},
                },
            ]
        },
    }


def test_selling_takes_units_even_where_there_are_none() -> None:
    """Available goes below zero; what lies on the shelf is committed and still on hand."""
    shop = Desk().shop
    listing = shop.put_up("A", quantity=2)
    shop.sell([(listing, 3, eur("5"))])
    level = next(iter(shop.variant(listing).levels.values()))
    assert (level.available, level.committed, level.on_hand) == (-1, 3, 2)


@given(size=st.integers(1, 4), count=st.integers(0, 9), bump=st.integers(0, 8))
def test_pages_are_stable_while_the_list_moves(size: int, count: int, bump: int) -> None:
    """Following cursors forward gives every order, a changed one at its new place again."""
    desk = Desk(burst=1e9)
    sold = spread(desk, count)
    seen: list[str] = []
    after, has_more = None, True
    while has_more:
        page = desk.data(PAGE, first=size, after=after)["orders"]
        seen.extend(numbers(page))
        after, has_more = page["pageInfo"]["endCursor"] or after, page["pageInfo"]["hasNextPage"]
        if len(seen) <= bump < len(sold):
            desk.shop.touch(sold[bump])
    assert set(sold) == set(seen)
    assert len(seen) - len(sold) in {0, 1}


def test_pages_go_backwards_and_in_reverse() -> None:
    """``last`` and ``before`` give the end of a list, ``reverse`` turns it around."""
    desk = Desk()
    sold = spread(desk, 5)
    end = desk.data(PAGE, last=2)["orders"]
    assert numbers(end) == sold[3:]
    assert (end["pageInfo"]["hasNextPage"], end["pageInfo"]["hasPreviousPage"]) == (False, True)
    middle = desk.data(PAGE, last=2, before=end["pageInfo"]["startCursor"])["orders"]
    assert numbers(middle) == sold[1:3]
    turned = desk.data(PAGE, first=2, reverse=True)["orders"]
    assert numbers(turned) == [sold[4], sold[3]]
    behind = desk.data(PAGE, first=9, reverse=True, after=turned["pageInfo"]["endCursor"])
    assert numbers(behind["orders"]) == [sold[2], sold[1], sold[0]]


@pytest.mark.parametrize(
    "arguments", [{}, {"first": 251}, {"first": 2, "last": 2}, {"first": 1, "after": "?"}]
)
def test_a_page_that_cannot_be_is_refused(arguments: dict[str, Any]) -> None:
    """A size is needed, of at most 250, one way; a cursor must be one of the shop's."""
    assert Desk().code(PAGE, **arguments) == "BAD_REQUEST"


def test_searches_look_at_times_states_names_and_ids() -> None:
    """Terms with comparators, and AND, OR, NOT and brackets between them."""
    desk = Desk()
    one, two, three = spread(desk, 3)
    desk.shop.cancel(two)  # at 30 seconds
    desk.data(
        "mutation ($id: ID!) { orderClose(input: {id: $id}) { order { id } } }",
        id=f"gid://shopify/Order/{three}",
    )
    at = f"'{NOON + timedelta(seconds=20):%Y-%m-%dT%H:%M:%SZ}'"
    assert {
        "": [one, two, three],
        "status:open": [one],
        "status:cancelled": [two],
        "status:closed": [three],
        "status:any": [one, two, three],
        "-status:open": [two, three],
        "NOT status:open": [two, three],
        "name:#1003": [three],
        "name:1001 OR name:1003": [one, three],
        f"id:{two}": [two],
        f"id:>{one} id:<{three}": [two],
        f"created_at:<{at}": [one, two],
        f"created_at:<={at}": [one, two, three],
        f"updated_at:>={at}": [two, three],
        f"updated_at:>{at} AND (status:closed OR status:open)": [three],
        "created_at:2026-03-01": [one, two, three],
        "created_at:<2026-03-01": [],
        "sku:a": [one, two, three],
        "financial_status:refunded": [two],
        "ada@example.com": [one, two, three],
    } == {
        query: desk.names(query)
        for query in (
            "",
            "status:open",
            "status:cancelled",
            "status:closed",
            "status:any",
            "-status:open",
            "NOT status:open",
            "name:#1003",
            "name:1001 OR name:1003",
            f"id:{two}",
            f"id:>{one} id:<{three}",
            f"created_at:<{at}",
            f"created_at:<={at}",
            f"updated_at:>={at}",
            f"updated_at:>{at} AND (status:closed OR status:open)",
            "created_at:2026-03-01",
            "created_at:<2026-03-01",
            "sku:a",
            "financial_status:refunded",
            "ada@example.com",
        )
    }


def test_a_search_for_what_there_is_not_is_passed_over_and_told() -> None:
    """An unknown field filters nothing; the answer's extensions name it."""
    desk = Desk()
    [number] = spread(desk, 1)
    assert desk.names("mood:good") == [number]
    answer = desk.ask('{ orders(first: 1, query: "mood:good") { nodes { id } } }')
    [told] = answer["extensions"]["search"]
    assert told["warnings"][0]["field"] == "mood"


def test_equal_times_are_told_apart_by_id() -> None:
    """Orders of the same second come in the order of their ids, over all pages."""
    desk = Desk(burst=1e9)
    listing = desk.shop.put_up("A")
    sold = [desk.shop.sell([(listing, 1, eur("5"))]) for _ in range(4)]
    first = desk.data(PAGE, first=2)["orders"]
    rest = desk.data(PAGE, first=9, after=first["pageInfo"]["endCursor"])["orders"]
    assert numbers(first) + numbers(rest) == sold


def test_a_delayed_order_is_out_of_lists_for_so_long() -> None:
    """An index that lags: the order itself can be read, lists show it later, with its old time."""
    desk = Desk()
    [number] = spread(desk, 1)
    desk.shop.delay(number, 60)
    known = "query ($id: ID!) { order(id: $id) { legacyResourceId } }"
    assert desk.names() == []
    assert desk.data(known, id=f"gid://shopify/Order/{number}")["order"] is not None
    desk.time.advance(60)
    assert desk.names() == [number]


def test_a_spoiled_order_is_json_and_nothing_more() -> None:
    """Its currency is none, its titles are missing, its quantities are words."""
    desk = Desk()
    number = desk.sold(2)
    desk.shop.spoil(number)
    order = desk.data(
        "query ($id: ID!) { order(id: $id) { currencyCode lineItems(first: 1) { nodes { title "
        "quantity } } } }",
        id=f"gid://shopify/Order/{number}",
    )["order"]
    assert order == {
        "currencyCode": "???",
        "lineItems": {"nodes": [{"title": None, "quantity": "2 pieces"}]},
    }


def test_what_there_is_not_is_null() -> None:
    """An unknown order is null, and so is an unknown one among nodes."""
    desk = Desk()
    listing = desk.shop.put_up("A")
    data = desk.data(
        "query ($ids: [ID!]!) { order(id: $ids) { id } nodes(ids: $ids) { id ... on ProductVariant "
        "{ sku } ... on Node { __typename } } }",
        ids=[f"gid://shopify/ProductVariant/{listing}", "gid://shopify/ProductVariant/1", "?"],
    )
    known = {
        "id": f"gid://shopify/ProductVariant/{listing}",
        "sku": "A",
        "__typename": "ProductVariant",
    }
    assert data == {"order": None, "nodes": [known, None, None]}


def test_old_orders_are_gone_without_their_scope() -> None:
    """After 60 days an app without ``read_all_orders`` sees nothing of an order, and no error."""
    for scopes, count in ((("read_orders",), 0), (("read_orders", "read_all_orders"), 1)):
        desk = Desk(scopes=("read_products", *scopes))
        listing = desk.shop.put_up("A")
        desk.shop.sell([(listing, 1, eur("5"))], at=NOON - timedelta(days=61))
        assert len(desk.names()) == count
        assert desk.data("{ ordersCount { count } }")["ordersCount"] == {"count": count}


def test_lists_end_and_counts_stop_at_the_vendors_limits() -> None:
    """Nothing can be paged to behind the limit, and a count says that it is at least that."""
    desk = Desk(objects_max=3)
    sold = spread(desk, 5)
    assert desk.names() == sold[:3]
    counts = desk.data("{ a: ordersCount { count precision } b: ordersCount(limit: 2) { count } }")
    assert counts == {"a": {"count": 3, "precision": "AT_LEAST"}, "b": {"count": 2}}


def test_costs_are_what_may_come_and_then_what_came() -> None:
    """A page is charged as if it were full; what was not there is given back."""
    desk = Desk()
    spread(desk, 2)
    cost = desk.ask(
        "{ orders(first: 10) { nodes { id totalPriceSet { shopMoney { amount } } lineItems(first: 5"
        ") { edges { node { id } } } } pageInfo { hasNextPage } } }"
    )["extensions"]["cost"]
    assert cost == {
        "requestedQueryCost": 10 * (1 + 2 + 5),
        "actualQueryCost": 2 * (1 + 2 + 1),
        "throttleStatus": {
            "maximumAvailable": 2000,
            "currentlyAvailable": 1992,
            "restoreRate": 100,
        },
    }


@given(first=st.integers(1, 30), lines=st.integers(1, 8), count=st.integers(0, 3))
def test_what_a_query_costs_is_never_more_than_it_was_said_to(
    first: int, lines: int, count: int
) -> None:
    """The requested cost bounds the actual one, and grows with the page."""
    desk = Desk()
    for _ in range(count):
        desk.sold(1, 2)
    document = (
        "query ($n: Int, $m: Int) { orders(first: $n) { nodes { id customer { id } lineItems("
        "first: $m) { nodes { id variant { id } } } } } }"
    )
    cost = desk.ask(document, n=first, m=lines)["extensions"]["cost"]
    assert cost["requestedQueryCost"] == first * (2 + 2 * lines)
    assert cost["actualQueryCost"] <= cost["requestedQueryCost"]


def test_a_query_beyond_a_thousand_points_is_refused() -> None:
    """It costs nothing and says what it would have."""
    desk = Desk()
    document = "{ orders(first: 50) { nodes { id lineItems(first: 50) { nodes { id } } } } }"
    [error] = desk.ask(document)["errors"]
    assert (error["extensions"]["code"], error["extensions"]["cost"]) == (
        "MAX_COST_EXCEEDED",
        2550,
    )
    assert desk.shop.allowance.available == 2000


def test_an_empty_bucket_throttles_within_a_200_until_it_has_grown() -> None:
    """THROTTLED says how much there is and how fast it comes back; waiting that long is enough."""
    desk = Desk(burst=100, per_second=50)
    document = "{ orders(first: 60) { nodes { id } } }"
    spread(desk, 60)
    desk.data(document)
    reply = desk.post(document)
    answer = reply.json()
    assert reply.status == 200
    assert answer["errors"][0]["extensions"]["code"] == "THROTTLED"
    assert "data" not in answer
    status = answer["extensions"]["cost"]["throttleStatus"]
    assert (status["currentlyAvailable"], status["restoreRate"]) == (40, 50)
    desk.time.advance(20 / 50)
    desk.data(document)


@pytest.mark.parametrize(
    ("document", "scopes"),
    [
        ("{ orders(first: 1) { nodes { id } } }", ("read_products",)),
        (
            "{ orders(first: 1) { nodes { fulfillmentOrders(first: 1) { nodes { id } } } } }",
            ("read_orders",),
        ),
        (
            "mutation { productUpdate(product: {id: 1}) { userErrors { message } } }",
            ("read_products",),
        ),
    ],
)
def test_a_missing_scope_is_denied_within_a_200(document: str, scopes: tuple[str, ...]) -> None:
    """ACCESS_DENIED stands in the errors, also for a field deep inside."""
    desk = Desk(scopes=scopes)
    desk.sold(1)
    reply = desk.post(document)
    [error] = reply.json()["errors"]
    assert (reply.status, error["extensions"]["code"]) == (200, "ACCESS_DENIED")
    assert reply.json()["data"] is None


def test_a_wrong_token_is_refused_and_does_nothing() -> None:
    """The vendor's 401."""
    reply = Desk().post("{ shop { id } }", token="shpat_other")  # noqa: S106 (a fake's)
    assert reply.status == 401
    assert "Invalid API key or access token" in reply.json()["errors"]


def test_a_refresh_token_buys_one_new_pair() -> None:
    """The pair is good for an hour, and the refresh token for one exchange."""
    desk = Desk()

    def exchanged(refresh_token: str) -> Any:
        form = {
            "grant_type": "refresh_token",
            "refresh_token": refresh_token,
            "client_id": ShopifyFake.CLIENT_ID,
            "client_secret": ShopifyFake.WEBHOOK_SECRET,
        }
        reply = desk.shop.answer(
            Received(
                method="POST",
                host="corner.myshopify.com",
                path="/admin/oauth/access_token",
                query=(),
                headers=(),
                body=urlencode(form).encode(),
            )
        )
        assert isinstance(reply, Reply)
        return reply

    first = desk.shop.tokens.refresh_token
    pair = exchanged(first).json()
    assert exchanged(first).status == 400
    told = []
    for seconds in (0, 3_599, 1):
        desk.time.advance(seconds)
        told.append(desk.post("{ shop { id } }", token=pair["access_token"]).status)
    assert told == [200, 200, 401]
    assert exchanged(pair["refresh_token"]).status == 200


def test_every_answer_names_its_request_and_the_version_it_speaks() -> None:
    """A version that is over falls forward to the oldest one that is not."""
    desk = Desk()
    replies = [desk.post("{ shop { id } }", version=one) for one in ("2026-10", "2019-04")]
    assert [one.header("x-shopify-api-version") for one in replies] == ["2026-10", "2026-01"]
    assert len({one.header("x-request-id") for one in replies}) == 2


def test_the_app_can_ask_what_it_may_do_and_what_shop_it_is() -> None:
    """Granted scopes with what they imply, the shop's currency, its locations."""
    desk = Desk(scopes=("write_orders", "read_locations"))
    desk.shop.open_location("Attic")
    data = desk.data(
        "{ shop { myshopifyDomain currencyCode } currentAppInstallation { accessScopes { handle } }"
        " locations(first: 5) { nodes { name } } }"
    )
    assert data == {
        "shop": {"myshopifyDomain": "corner.myshopify.com", "currencyCode": "EUR"},
        "currentAppInstallation": {
            "accessScopes": [
                {"handle": one} for one in ("read_locations", "read_orders", "write_orders")
            ]
        },
        "locations": {"nodes": [{"name": "Attic"}, {"name": "Main warehouse"}]},
    }


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ("{ orders(first: 1) { nodes { mood } } }", "'mood' doesn't exist on type 'Order'"),
        ("{ moods { id } }", "'moods' doesn't exist"),
        ("{ orders(first: 1 { id } }", "expected"),
        ("query ($id: ID!) { order(id: $id) { id } }", "$id"),
    ],
)
def test_a_document_that_makes_no_sense_is_refused(document: str, words: str) -> None:
    """Unknown fields, broken syntax and missing variables are errors, not answers."""
    desk = Desk()
    desk.sold(1)
    answer = desk.ask(document)
    assert words in answer["errors"][0]["message"]
    assert answer.get("data") is None


def test_faults_of_the_wire_are_the_vendors() -> None:
    """A throttled call is a 200 with THROTTLED, or a 429; the same seed gives the same."""

    def told(seed: int) -> list[tuple[int, bool]]:
        desk = Desk(faults=WireFaults(seed=seed, throttled=0.6))
        replies = [desk.post("{ shop { id } }") for _ in range(40)]
        return [(one.status, b"THROTTLED" in one.body) for one in replies]

    assert told(1) == told(1)
    assert {(200, True), (200, False), (429, False)} == set(told(1))
    assert ShopifyFake().faults == WireFaults()
