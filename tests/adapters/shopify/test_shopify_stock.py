"""Stock and listings of Shopify: each row of a push gets its own true outcome."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from shopify_helpers import NOON, answer, client_of, make_client

from ecomkit.adapters.http import (
    AnswerFacts,
    AnswerLostError,
    NotSentError,
    Reply,
    Request,
    ThrottledError,
    VirtualTime,
    cursor_of,
    flow_of,
    play,
)
from ecomkit.adapters.shopify import Shopify
from ecomkit.channels import (
    Applied,
    Cursor,
    Effect,
    Listing,
    ListingChange,
    ListingState,
    Rejected,
    StockUpdate,
    Unknown,
)
from ecomkit.errors import EcomkitError, FieldError
from ecomkit.identifiers import ChannelId, ListingId, Sku
from ecomkit.money import Currency, Money
from ecomkit.testing.fakes.shopify import ShopifyFake

ONE, TWO, THREE = ListingId("1"), ListingId("2"), ListingId("3")


def lost() -> EcomkitError:
    """Return the error of an answer that never came."""
    return AnswerLostError(
        channel=ChannelId("corner"), operation="push", why="torn", facts=AnswerFacts()
    )


def shelf(number: str, available: int | None, **changes: Any) -> dict[str, Any]:
    """Return what is said of a variant; None for one that is not stocked."""
    level = None if available is None else {"quantities": [{"quantity": available}]}
    item = {"id": f"gid://shopify/InventoryItem/9{number}", "tracked": True}
    return {
        "id": f"gid://shopify/ProductVariant/{number}",
        "inventoryItem": item | {"inventoryLevel": level} | changes,
    }


def shelves(*rows: dict[str, Any] | None) -> Reply:
    """Return the answer that says what variants hold."""
    return answer({"nodes": [*rows]})


def told(*errors: dict[str, Any]) -> Reply:
    """Return the answer of a push with these errors."""
    return answer({"inventorySetQuantities": {"userErrors": [*errors]}})


def error(row: int | None, code: str | None = None) -> dict[str, Any]:
    """Return an error about a row, or about the whole."""
    field = ["input"] if row is None else ["input", "quantities", str(row), "quantity"]
    return {"code": code, "field": field, "message": "no"}


def push(updates: Sequence[StockUpdate], *answers: Reply | EcomkitError) -> Any:
    """Return the effects of a push, and what was sent."""
    client = make_client()
    played = play(client, flow_of(client.push_stock)(updates), answers=answers)
    assert [update.listing for update in updates] == [one.listing for one in played.result]
    return [one.effect for one in played.result], played.requests


def sent(request: Request) -> dict[str, Any]:
    """Return the variables that a request sends."""
    found: dict[str, Any] = Reply(status=200, body=request.body).json()["variables"]
    return found


def update(listing: ListingId, quantity: int = 5, expected: int | None = None) -> StockUpdate:
    """Return a row."""
    return StockUpdate(listing=listing, quantity=quantity, expected=expected)


def test_what_is_sent() -> None:
    """Quantities are absolute, of one location, and say what they replace; null where nobody knows."""
    rows = [update(ONE, 5, expected=7), update(TWO, 0)]
    effects, requests = push(rows, shelves(shelf("1", 7), shelf("2", 3)), told())
    assert effects == [Applied(), Applied()]
    location = "gid://shopify/Location/11"
    assert sent(requests[1])["input"] == {
        "name": "available",
        "reason": "correction",
        "quantities": [
            {
                "inventoryItemId": "gid://shopify/InventoryItem/91",
                "locationId": location,
                "quantity": 5,
                "changeFromQuantity": 7,
            },
            {
                "inventoryItemId": "gid://shopify/InventoryItem/92",
                "locationId": location,
                "quantity": 0,
                "changeFromQuantity": None,
            },
        ],
    }


def test_bad_rows_do_not_hold_up_the_others() -> None:
    """Shopify refuses all rows over one: the others are sent again, under another key."""
    rows = [update(ONE), update(TWO, expected=4), update(THREE)]
    effects, requests = push(
        rows,
        shelves(shelf("1", 7), shelf("2", 3), shelf("3", 1)),
        told(error(1, "CHANGE_FROM_QUANTITY_STALE"), error(0, "INVALID_QUANTITY_TOO_HIGH")),
        shelves(shelf("2", 3)),
        told(),
    )
    words = "input.quantities.{}.quantity: no"
    assert effects == [
        Rejected(reason=words.format(0)),
        Rejected(reason=words.format(1), observed=3),
        Applied(),
    ]
    first, second = sent(requests[1]), sent(requests[3])
    assert [row["inventoryItemId"][-2:] for row in second["input"]["quantities"]] == ["93"]
    assert first["key"] != second["key"]


def test_an_error_about_the_whole_refuses_all() -> None:
    """Where Shopify names no row, no row was taken."""
    effects, _ = push(
        [update(ONE), update(TWO)],
        shelves(shelf("1", 7), shelf("2", 3)),
        told(error(None, "INVALID_LOCATION")),
    )
    assert effects == [Rejected(reason="input: no")] * 2


def test_rows_that_cannot_be_sent() -> None:
    """A variant that is gone, not tracked or not stocked is refused with what to do about it."""
    rows = [update(ListingId(name)) for name in ("1", "2", "3", "deleted:4")]
    effects, _ = push(rows, shelves(None, shelf("2", 1, tracked=False), shelf("3", None)))
    reasons = [effect.reason for effect in effects]
    for reason, word in zip(reasons, ["no such", "tracked", "stocked", "no such"], strict=True):
        assert word in reason


def test_a_push_that_took_effect_unseen_is_done() -> None:
    """A stale row whose channel shows what was wanted is applied: an earlier try got through."""
    effects, _ = push(
        [update(ONE, 5, expected=7)],
        shelves(shelf("1", 5)),
        told(error(0, "CHANGE_FROM_QUANTITY_STALE")),
        shelves(shelf("1", 5)),
    )
    assert effects == [Applied()]


@pytest.mark.parametrize(
    "outcome", [lost(), told(error(None, "IDEMPOTENCY_CONCURRENT_REQUEST"))], ids=["lost", "busy"]
)
def test_an_answer_that_is_lost_is_looked_for(outcome: Reply | EcomkitError) -> None:
    """What is shown is applied; what is not may still be on its way."""
    rows = [update(ONE, 5), update(TWO, 6)]
    before = shelves(shelf("1", 7), shelf("2", 3))
    effects, _ = push(rows, before, outcome, shelves(shelf("1", 5), shelf("2", 3)))
    assert effects[0] == Applied()
    assert isinstance(effects[1], Unknown)
    effects, _ = push(rows, before, outcome, lost())
    assert {Unknown} == {type(effect) for effect in effects}


@pytest.mark.parametrize("kind", [NotSentError, ThrottledError])
def test_what_surely_did_nothing_is_raised(kind: Any) -> None:
    """Where nothing was done the caller is told so, and pushes again."""
    detail: dict[str, Any] = {"why": "x"} if kind is NotSentError else {"retry_after_seconds": 1}
    raised = kind(channel=ChannelId("corner"), operation="push", facts=AnswerFacts(), **detail)
    with pytest.raises(kind):
        push([update(ONE)], shelves(shelf("1", 7)), raised)


def test_a_listing_twice_is_sent_twice() -> None:
    """Shopify takes no listing twice at once; the later row counts."""
    rows = [update(ONE, 5), update(ONE, 6)]
    effects, requests = push(rows, shelves(shelf("1", 7)), told(), told())
    assert effects == [Applied(), Applied()]
    quantities = [sent(request)["input"]["quantities"][0]["quantity"] for request in requests[1:]]
    assert quantities == [5, 6]


def test_refusals_without_end() -> None:
    """A shop that refuses row after row is not asked for ever; what was not taken says so."""
    rows = [update(ListingId(str(number))) for number in range(1, 11)]
    before = shelves(*(shelf(str(number), 1) for number in range(1, 11)))
    effects, _ = push(rows, before, *[told(error(0))] * 8)
    assert {Rejected} == {type(effect) for effect in effects}
    assert "push it again" in effects[-1].reason


def test_a_handle_saves_a_question() -> None:
    """A row that brings its listing's handle is sent at once; the others are looked up."""
    rows = [StockUpdate(listing=ONE, quantity=5, handle="91"), update(TWO)]
    effects, requests = push(rows, shelves(shelf("2", 3)), told())
    assert effects == [Applied(), Applied()]
    assert sent(requests[0])["ids"] == ["gid://shopify/ProductVariant/2"]
    items = [row["inventoryItemId"] for row in sent(requests[1])["input"]["quantities"]]
    assert items == ["gid://shopify/InventoryItem/91", "gid://shopify/InventoryItem/92"]
    effects, requests = push(rows[:1], told())
    assert (effects, len(requests)) == ([Applied()], 1)


def test_too_many_rows() -> None:
    """More rows than promised are refused before anything is asked."""
    with pytest.raises(FieldError):
        push([update(ListingId(str(number))) for number in range(251)])


# -- on a fake shop ---------------------------------------------------------------------------


@pytest.fixture
def remote() -> ShopifyFake:
    """Return a shop without listings."""
    return ShopifyFake(time=VirtualTime(NOON))


@pytest.fixture
def client(remote: ShopifyFake) -> Shopify:
    """Return a client of the shop."""
    return client_of(remote)


def test_the_same_push_later_is_another_push(remote: ShopifyFake, client: Shopify) -> None:
    """A number that is shown again after it changed is not taken for the push of before."""
    listing = remote.put_up("ELEPHANT", quantity=7)
    for _ in range(2):
        [result] = client.push_stock([update(listing, 5, expected=7)])
        assert (result.effect, remote.shown(listing)) == (Applied(), 5)
        remote.show(listing, 7)


def test_stock_is_that_of_the_location(remote: ShopifyFake, client: Shopify) -> None:
    """What lies elsewhere is neither read nor changed."""
    listing = remote.put_up("ELEPHANT", quantity=7)
    elsewhere = remote.open_location("Attic")
    remote.show(listing, 40, location=elsewhere)
    assert [one.quantity for one in client.read_stock([listing])] == [7]
    client.push_stock([update(listing, 2)])
    assert (remote.shown(listing), remote.shown(listing, location=elsewhere)) == (2, 40)
    assert {"Attic"} < {place.name for place in client.locations()}


def test_the_catalogue(remote: ShopifyFake, client: Shopify) -> None:
    """All variants come, page by page, each as its product stands."""
    price = Money(2500, Currency.EUR)
    on_sale = remote.put_up("ELEPHANT", title="Elephant", quantity=3, price=price, barcode="42")
    hidden = remote.put_up(None, title="Giraffe", status="DRAFT")
    ended = remote.put_up("ZEBRA", title="Zebra", status="ARCHIVED")
    found: list[Listing] = []
    cursor: Cursor | None = None
    more = True
    while more:
        page = client.listings_after(cursor, page_size=2)
        found += page.listings
        cursor, more = page.next, page.more
    assert [on_sale, hidden, ended] == [listing.id for listing in found]
    assert [listing.state for listing in found] == [
        ListingState.ON_SALE,
        ListingState.HIDDEN,
        ListingState.ENDED,
    ]
    assert (found[0].sku_text, found[0].gtin_text, found[0].quantity, found[0].price) == (
        "ELEPHANT",
        "42",
        3,
        price,
    )
    assert "Elephant" in found[0].title
    assert found[1].sku_text is None
    later = remote.put_up("LATER")
    assert [later] == [one.id for one in client.listings_after(cursor, page_size=2).listings]


@pytest.mark.parametrize("page_size", [1, 2, 5])
def test_more_variants_than_one_filter_gives(
    page_size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Shopify ends a list after so many objects and says nothing: a new window starts before."""
    monkeypatch.setattr("ecomkit.adapters.shopify._listing_flows.WINDOW_ROWS_MAX", 4)
    remote = ShopifyFake(time=VirtualTime(NOON), objects_max=9)
    client = client_of(remote)
    put_up = [remote.put_up(f"SKU-{number}") for number in range(20)]
    found: list[ListingId] = []
    cursor: Cursor | None = None
    more = True
    while more:
        page = client.listings_after(cursor, page_size=page_size)
        found += [listing.id for listing in page.listings]
        cursor, more = page.next, page.more
    assert found == put_up
    later = remote.put_up("LATER")
    assert [later] == [one.id for one in client.listings_after(cursor, page_size=2).listings]


@pytest.mark.parametrize(
    "places", [{"above": "all"}, {"above": 7}, {"after": 7}, {"rows": "many"}]
)
def test_a_cursor_of_somebody_else_is_refused(
    places: dict[str, str | int | None], client: Shopify
) -> None:
    """What goes into a search comes out of a cursor: only a number does."""
    with pytest.raises(FieldError):
        client.listings_after(cursor_of(places), page_size=2)


def test_listings_are_changed(remote: ShopifyFake, client: Shopify) -> None:
    """Price, sku and state are what was asked for; what cannot be is refused row by row."""
    first, second = remote.put_up_variants({"A": 1, "B": 1})
    other = remote.put_up("C")
    effects: tuple[Effect, ...] = client.push_listings(
        [
            ListingChange(listing=first, price=Money(1234, Currency.EUR), sku=Sku("A-2")),
            ListingChange(listing=ListingId("999999"), sku=Sku("X")),
            ListingChange(listing=second, price=Money(1234, Currency.USD)),
            ListingChange(listing=other, state=ListingState.HIDDEN),
            ListingChange(listing=first, state=ListingState.ENDED),
            ListingChange(listing=second, state=ListingState.HIDDEN),
        ]
    )
    kinds = [type(effect) for effect in effects]
    assert [Applied, Rejected, Rejected, Applied, Applied, Rejected] == kinds
    found = {one.id: one for one in client.listings_after(None, page_size=9).listings}
    assert (found[first].sku_text, found[first].price) == ("A-2", Money(1234, Currency.EUR))
    assert (found[first].state, found[other].state) == (ListingState.ENDED, ListingState.HIDDEN)
    assert found[second].sku_text == "B"


def test_handles_are_good_for_pushes(remote: ShopifyFake, client: Shopify) -> None:
    """What the catalogue gives as a handle is what a push needs."""
    listing = remote.put_up("ELEPHANT", quantity=7)
    [found] = client.listings_after(None, page_size=9).listings
    calls = remote.calls
    row = StockUpdate(listing=listing, quantity=4, expected=7, handle=found.handle)
    [result] = client.push_stock([row])
    assert (result.effect, remote.shown(listing), remote.calls) == (Applied(), 4, calls + 1)


def test_nothing_to_change(client: Shopify) -> None:
    """No changes, no effects."""
    assert client.push_listings([]) == ()
