"""How the client takes what Shopify says: errors inside answers, the allowance, tokens, places."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from shopify_helpers import NOON, answer, client_of, fault, listed, make_client, order_node

from ecomkit.adapters.http import (
    FakeTransport,
    Kit,
    MemoryTokenStore,
    Options,
    PermissionDeniedError,
    Received,
    Reply,
    Request,
    RequestRefusedError,
    Site,
    ThrottledError,
    Verdict,
    VirtualTime,
    flow_of,
    graphql_request,
    pages,
    play,
)
from ecomkit.adapters.shopify import expiring_token
from ecomkit.channels import ChannelAnswerError, Cursor, ReadOrder
from ecomkit.errors import FieldError
from ecomkit.money import Currency, Money
from ecomkit.ports import Secret, Tokens
from ecomkit.testing.fakes import serve
from ecomkit.testing.fakes.shopify import ShopifyFake

CALL = graphql_request("/graphql.json", document="query A { shop { id } }")


@pytest.mark.parametrize(
    ("reply", "wanted"),
    [
        (answer({"shop": None}), Verdict.ACCEPTED),
        (fault("THROTTLED"), Verdict.THROTTLED),
        (fault("ACCESS_DENIED"), Verdict.FORBIDDEN),
        (fault("SHOP_INACTIVE"), Verdict.FORBIDDEN),
        (fault("MAX_COST_EXCEEDED"), Verdict.REFUSED),
        (fault("undefinedField"), Verdict.REFUSED),
        (fault("INTERNAL_SERVER_ERROR"), Verdict.FAULT),
        (fault("INTERNAL_SERVER_ERROR", data={"shop": None}), Verdict.FAULT),
        (fault(None), Verdict.BROKEN),
        (Reply.of_json({}), Verdict.BROKEN),
        (Reply.of_json([]), Verdict.BROKEN),
        (Reply(status=200, body=b"<html>"), Verdict.BROKEN),
        (Reply(status=401), Verdict.UNAUTHORISED),
        (Reply(status=402), Verdict.FORBIDDEN),
        (Reply(status=423), Verdict.FORBIDDEN),
        (Reply(status=430), Verdict.FORBIDDEN),
        (Reply(status=429), Verdict.THROTTLED),
        (Reply(status=503), Verdict.FAULT),
    ],
)
def test_verdicts(reply: Reply, wanted: Verdict) -> None:
    """Status 200 is no promise: the errors inside count, and unknown ones promise nothing."""
    assert wanted is make_client().verdict_on(CALL, reply)


def test_an_order_may_come_without_its_buyer() -> None:
    """Where an application may not know customers, the orders count all the same."""
    path = ("orders", "nodes", 0, "customer")
    page = {"orders": listed(order_node(customer=None))}
    client = make_client()
    reply = fault("ACCESS_DENIED", data=page, path=path)
    flow = flow_of(client.orders_after)(None, page_size=5)
    [entry] = play(client, flow, answers=[reply]).result.entries
    assert isinstance(entry, ReadOrder)
    assert entry.claim.buyer is None
    elsewhere = fault("ACCESS_DENIED", data=page, path=("orders",))
    with pytest.raises(PermissionDeniedError):
        play(client, flow_of(client.orders_after)(None, page_size=5), answers=[elsewhere])


def test_files_are_judged_by_their_status() -> None:
    """The file of an export is no GraphQL answer."""
    request = Request.get("https://storage.googleapis.com/a/file.jsonl")
    assert Verdict.ACCEPTED is make_client().verdict_on(request, Reply(status=200, body=b"{}\n{}"))


def test_the_allowance_follows_what_shopify_says() -> None:
    """What a query did not need is given back, so that long pulls are not slowed for nothing."""
    time = VirtualTime(NOON)
    cost = {
        "requestedQueryCost": 986,
        "actualQueryCost": 6,
        "throttleStatus": {
            "maximumAvailable": Decimal("2000.0"),
            "currentlyAvailable": 1994,
            "restoreRate": Decimal("100.0"),
        },
    }
    page = {"orders": listed(order_node(), after="a")}
    reply = Reply.of_json({"data": page, "extensions": {"cost": cost}})
    client = make_client(kit=Kit(transport=FakeTransport(lambda _: reply), time=time))
    cursor: Cursor | None = None
    for _ in range(20):
        cursor = client.orders_after(cursor, page_size=100).next
    assert time.waits == []


def test_calls_wait_for_points() -> None:
    """Where Shopify says that little is left, the next call waits until it has grown back."""
    time = VirtualTime(NOON)
    cost = {
        "requestedQueryCost": 129,
        "actualQueryCost": 129,
        "throttleStatus": {
            "maximumAvailable": Decimal("2000.0"),
            "currentlyAvailable": 23,
            "restoreRate": Decimal("100.0"),
        },
    }
    reply = Reply.of_json({"data": {"order": order_node()}, "extensions": {"cost": cost}})
    client = make_client(kit=Kit(transport=FakeTransport(lambda _: reply), time=time))
    client.order("1001")
    client.order("1001")
    assert [round(wait, 3) for wait in time.waits] == [1.06]


def test_too_many_calls_are_told() -> None:
    """After the last attempt the caller learns that nothing was done."""
    kit = Kit(transport=FakeTransport(lambda _: fault("THROTTLED")), time=VirtualTime(NOON))
    client = make_client(kit=kit, options=Options(attempts_max=3))
    with pytest.raises(ThrottledError) as caught:
        client.order("1001")
    assert caught.value.facts.attempts == 3


def test_an_unlawful_query_is_refused_once() -> None:
    """What Shopify finds wrong is not sent again."""
    seen: list[Received] = []

    def respond(received: Received) -> Reply:
        seen.append(received)
        return fault("argumentLiteralsIncompatible")

    kit = Kit(transport=FakeTransport(respond), time=VirtualTime(NOON))
    with pytest.raises(RequestRefusedError):
        make_client(kit=kit).order("1001")
    assert len(seen) == 1


def test_the_token_goes_along_and_home() -> None:
    """The access token stands in Shopify's header, at the shop's own host, under the version."""
    seen: list[Received] = []

    def respond(received: Received) -> Reply:
        seen.append(received)
        return answer({"order": None})

    kit = Kit(transport=FakeTransport(respond), time=VirtualTime(NOON))
    assert make_client(kit=kit, version="2026-07").order("1001") is None
    [one] = seen
    assert (one.host, one.path) == ("corner.myshopify.com", "/admin/api/2026-07/graphql.json")
    assert one.header("X-Shopify-Access-Token") == "shpat_0"


def test_a_token_with_an_end_is_renewed() -> None:
    """An offline token that ends is renewed before it does; the pair that came is kept."""
    seen: list[Received] = []
    store = MemoryTokenStore()
    kept = Tokens(access=Secret("old"), expires_at=NOON, refresh=Secret("r1"))
    store.save("shopify/corner.myshopify.com", kept)

    def respond(received: Received) -> Reply:
        seen.append(received)
        if received.path == "/admin/oauth/access_token":
            return Reply.of_json(
                {"access_token": "new", "expires_in": 3600, "refresh_token": "r2"}
            )
        return answer({"order": None})

    token = expiring_token(
        "corner.myshopify.com", client_id="app", client_secret=Secret("s"), store=store
    )
    kit = Kit(transport=FakeTransport(respond), time=VirtualTime(NOON))
    make_client(kit=kit, token=token).order("1001")
    assert [one.header("x-shopify-access-token") for one in seen] == [None, "new"]
    assert b"grant_type=refresh_token&refresh_token=r1" in seen[0].body
    saved = store.load("shopify/corner.myshopify.com")
    assert saved is not None
    assert saved.refresh == Secret("r2")
    assert saved.expires_at == NOON + timedelta(hours=1)


@pytest.mark.parametrize(
    "settings",
    [
        {"shop": "corner.example"},
        {"shop": ".myshopify.com"},
        {"shop": "corner.myshopify.com/admin"},
        {"location": "gid://shopify/Order/1"},
        {"location": "main"},
        {"overlap": timedelta(seconds=-1)},
    ],
)
def test_settings_that_make_no_sense(settings: dict[str, Any]) -> None:
    """A client with a wrong setting is not made."""
    with pytest.raises(FieldError):
        make_client(**settings)


# -- pulling ----------------------------------------------------------------------------------


def pulled(*answers: Reply, cursor: Cursor | None = None) -> Any:
    """Return one page, and what was asked for it."""
    client = make_client()
    played = play(client, flow_of(client.orders_after)(cursor, page_size=100), answers=answers)
    return played.result, played.requests[0]


def variables(request: Request) -> dict[str, Any]:
    """Return the variables that a request sends."""
    found: dict[str, Any] = Reply(status=200, body=request.body).json()["variables"]
    return found


def test_a_page_costs_no_more_than_a_query_may() -> None:
    """However many orders are asked for, a query holds as many as its points allow."""
    _, request = pulled(answer({"orders": listed()}))
    assert variables(request) == {"first": 7}
    assert request.options is not None
    assert request.options.cost <= 1_000


def test_a_later_pull_starts_a_little_back() -> None:
    """From the end, the next pull asks for what changed since five minutes before the latest change."""
    page, _ = pulled(answer({"orders": listed(order_node())}))
    assert not page.more
    _, request = pulled(answer({"orders": listed()}), cursor=page.next)
    assert variables(request)["query"] == "updated_at:>='2026-03-01T11:55:00Z'"


def test_a_pull_never_goes_back_further() -> None:
    """A quiet shop's cursor stays where it is."""
    page, _ = pulled(answer({"orders": listed(order_node())}))
    for _ in range(3):
        later, _ = pulled(answer({"orders": listed()}), cursor=page.next)
        assert later.next == page.next
        again, _ = pulled(answer({"orders": listed(order_node())}), cursor=page.next)
        assert again.next == page.next


def test_what_is_within_the_overlap_does_not_move_it_back() -> None:
    """Where the latest change is nearer to the filter than the overlap, the filter stays."""
    cursor = Cursor('{"since":"2026-03-01T11:58:00Z"}')
    page, _ = pulled(answer({"orders": listed(order_node())}), cursor=cursor)
    assert page.next == cursor


def test_a_filter_that_shopify_ignores_is_noticed() -> None:
    """Orders from before the filter mean that it was not understood: no cursor is taken from that."""
    page, _ = pulled(answer({"orders": listed(order_node())}))
    old = order_node(updatedAt="2026-02-01T12:00:00Z")
    with pytest.raises(ChannelAnswerError):
        pulled(answer({"orders": listed(old)}), cursor=page.next)


def test_a_long_pull_starts_another_window_in_time() -> None:
    """Before the 25,000 objects that a filter gives, the pull goes on from the latest change."""
    cursor = Cursor('{"since":"2026-01-01T00:00:00Z","after":"x","rows":19999}')
    page, _ = pulled(answer({"orders": listed(order_node(), after="y")}), cursor=cursor)
    assert page.more
    _, request = pulled(answer({"orders": listed()}), cursor=page.next)
    assert variables(request) == {"first": 7, "query": "updated_at:>='2026-03-01T12:00:00Z'"}


@pytest.mark.parametrize("token", ["", "{", "[]", '{"since":3}', '{"after":1}', '{"rows":"x"}'])
def test_a_cursor_of_somebody_else(token: str) -> None:
    """A cursor that no page named is refused before anything is asked."""
    with pytest.raises(FieldError):
        pulled(cursor=Cursor(token))


def test_a_shop_larger_than_a_window(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a filter's list is longer than Shopify gives, all orders come, from window to window."""
    monkeypatch.setattr("ecomkit.adapters.shopify._pull.WINDOW_ROWS_MAX", 10)
    time = VirtualTime(NOON)
    remote = ShopifyFake(time=time, objects_max=20)
    listing = remote.put_up("ELEPHANT", quantity=99)
    numbers = []
    for _ in range(45):
        numbers.append(remote.sell([(listing, 1, Money(2000, Currency.EUR))]))
        time.advance(1)
    client = client_of(remote)
    found = {
        entry.claim.number
        for page in pages(client.orders_after, channel=client.channel, page_size=4)
        for entry in page.entries
        if isinstance(entry, ReadOrder)
    }
    assert set(numbers) == found


def test_over_a_real_socket() -> None:
    """The client speaks to a shop behind a socket as it does to one in memory."""
    remote = ShopifyFake()
    listing = remote.put_up("ELEPHANT", quantity=7)
    with serve(remote.answer) as base:
        site = Site.insecure_for_tests(f"{base}/admin/api/2026-10")
        with client_of(remote, kit=Kit(), site=site) as client:
            assert [one.quantity for one in client.read_stock([listing])] == [7]
