"""Answers that are lost, halved or wrong: what is not known is looked at, and never guessed."""

from collections.abc import Callable
from typing import Any

import pytest

from ecomkit.adapters.http import FakeTransport, Kit, Lost, Options, Received, Reply
from ecomkit.adapters.woocommerce import WooCommerce
from ecomkit.channels import (
    Applied,
    ChannelUnavailableError,
    Effect,
    Health,
    HintKind,
    ListingChange,
    ListingState,
    Rejected,
    StockUpdate,
    Unknown,
)
from ecomkit.errors import AttentionError, FieldError, TransientError

from .conftest import Bench

ADDRESS = "https://hub.example/in"


def between(
    bench: Bench, change: Callable[[Any, Received], Any], **client: Any
) -> tuple[Any, WooCommerce]:
    """Return a shop, and a client between which and the shop *change* stands."""
    shop, _ = bench()
    kit = Kit(transport=FakeTransport(lambda received: change(shop, received)), time=shop.time)
    settings = {"kit": kit, "key": shop.key, "secret": shop.secret, "options": Options()}
    return shop, bench(settings | client)[1]


@pytest.mark.parametrize(("done", "expected"), [(True, Applied), (False, Unknown)])
def test_stock_whose_answer_is_lost_is_read_back(
    bench: Bench, done: Any, expected: type[Effect]
) -> None:
    """Where no answer to a push comes, the rows that show their number were applied."""

    def lose(shop: Any, received: Received) -> Any:
        if received.method != "POST":
            return shop.answer(received)
        if done:
            shop.answer(received)
        return Lost(why="the connection broke")

    shop, client = between(bench, lose)
    rows = [shop.put_up("MUG"), *shop.put_up_variations(["S"])]
    results = client.push_stock([StockUpdate(listing=each, quantity=3) for each in rows])
    assert [expected] * 2 == [type(result.effect) for result in results]


def test_a_shop_that_is_gone_leaves_rows_unknown(bench: Bench) -> None:
    """Where reading back fails too, nobody knows: that is an outcome, not an error."""
    shop, client = between(bench, lambda _, __: Lost(why="the connection broke"))
    [result] = client.push_stock([StockUpdate(listing=shop.put_up("MUG"), quantity=3)])
    assert isinstance(result.effect, Unknown)


@pytest.mark.parametrize(
    "rows", [[], [{"id": 999}], "none", [{"id": 10, "stock_quantity": "many"}]]
)
def test_answers_that_fit_no_row_leave_them_unknown(bench: Bench, rows: Any) -> None:
    """A batch that answers fewer rows, or others, says nothing about ours."""

    def garble(shop: Any, received: Received) -> Any:
        wrong = received.method == "POST"
        return Reply.of_json({"update": rows}) if wrong else shop.answer(received)

    shop, client = between(bench, garble)
    mug = shop.put_up("MUG")
    assert mug == "10"
    [result] = client.push_stock([StockUpdate(listing=mug, quantity=3)])
    assert isinstance(result.effect, Unknown)


def test_a_shop_that_shows_something_else_refuses(bench: Bench) -> None:
    """An extension that keeps another number is no success: the row says what is shown."""

    def bend(shop: Any, received: Received) -> Any:
        wrong = received.method == "POST"
        row = {"id": 10, "manage_stock": True, "stock_quantity": 5}
        return Reply.of_json({"update": [row]}) if wrong else shop.answer(received)

    shop, client = between(bench, bend)
    [result] = client.push_stock([StockUpdate(listing=shop.put_up("MUG"), quantity=3)])
    assert isinstance(result.effect, Rejected)
    assert result.effect.observed == 5


def test_a_push_that_did_nothing_is_raised(bench: Bench) -> None:
    """A key that may only read, and a host that lets nothing through: the intents stand."""
    shop, client = bench(permissions="read")
    row = StockUpdate(listing=shop.put_up("MUG"), quantity=3)
    with pytest.raises(AttentionError):
        client.push_stock([row])
    busy = Reply(status=429, headers=[("Retry-After", "7200")])
    _, client = between(bench, lambda _, __: busy)
    with pytest.raises(TransientError):
        client.push_stock([row])


def test_a_product_is_binned_once(bench: Bench) -> None:
    """A lost answer to a deletion is looked into; the product is gone from the list."""

    def lose(shop: Any, received: Received) -> Any:
        answer = shop.answer(received)
        return Lost(why="the connection broke") if received.method == "DELETE" else answer

    shop, client = between(bench, lose)
    mug = shop.put_up("MUG")
    ended = [ListingChange(listing=mug, state=ListingState.ENDED)]
    assert (Applied(),) == client.push_listings(ended)
    assert client.listings_after(None, page_size=5).listings == ()


def test_a_subscription_whose_answer_is_lost_is_looked_for(bench: Bench) -> None:
    """A webhook that was made without our hearing of it is found; one that was not is an error."""
    make = True

    def lose(shop: Any, received: Received) -> Any:
        if received.method != "POST":
            return shop.answer(received)
        if make:
            shop.answer(received)
        return Lost(why="the connection broke")

    _, client = between(bench, lose)
    [made] = client.subscribe(HintKind.STOCK, address=ADDRESS)
    assert (made,) == client.subscriptions()
    make = False
    with pytest.raises(ChannelUnavailableError):
        client.subscribe(HintKind.STOCK, address=f"{ADDRESS}/other")


def test_webhooks_need_a_secret(bench: Bench) -> None:
    """Without a secret the shop's calls could be anybody's."""
    _, client = bench({"webhook_secrets": ()})
    with pytest.raises(FieldError, match="webhook_secrets"):
        client.subscribe(HintKind.ORDER, address=ADDRESS)


def test_what_a_key_may_not_see_is_doubtful(bench: Bench) -> None:
    """Settings that are closed to the key leave the check open, not failed."""

    def close(shop: Any, received: Received) -> Any:
        closed = "/settings/" in received.path or received.path.endswith("system_status")
        refusal = {"code": "woocommerce_rest_cannot_view", "message": "Sorry."}
        return Reply.of_json(refusal, status=403) if closed else shop.answer(received)

    _, client = between(bench, close)
    report = client.check()
    assert report.is_ready
    assert sum(finding.health is Health.DOUBTFUL for finding in report.findings) == 3


def test_a_shop_without_an_interface_is_named(bench: Bench) -> None:
    """Where the address leads to a page, the check says what to look at."""
    page = Reply(status=200, headers=[("Content-Type", "text/html")], body=b"<html>Shop</html>")
    _, client = between(bench, lambda _, __: page)
    assert "permalinks" in client.check().explain()
