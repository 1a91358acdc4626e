"""Pulls from a shop that goes on living between any two calls, and whose updatedAt says little."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from vendure_remote import client_of, fake_of

from ecomkit.adapters.http import Flow, play
from ecomkit.adapters.vendure import Vendure
from ecomkit.adapters.vendure._names import Node, id_order
from ecomkit.adapters.vendure._order import last_change
from ecomkit.adapters.vendure._walk import stretch
from ecomkit.channels import Built, ChannelClaim, Cursor, OrderPage, ReadOrder, read_fields
from ecomkit.money import Currency, Money

PRICE = Money(1000, Currency.EUR)
HAPPENINGS = st.lists(
    st.one_of(
        st.just("page"),
        st.tuples(
            st.sampled_from(
                ["sell", "fill", "pay", "ship", "deliver", "cancel", "refund", "touch"]
            ),
            st.integers(0, 6),
            st.sampled_from([0, 1, 400]),
        ),
    ),
    max_size=25,
)


class Shop:
    """A shop in which things happen."""

    def __init__(self) -> None:
        self.remote = fake_of()
        self.listing = self.remote.put_up("KNIT", quantity=1_000)
        self.carts: list[str] = []
        self.orders: list[str] = []

    def happens(self, what: str, place: int, seconds: int) -> None:
        """Let something happen, if it can."""
        self.remote.time.sleep(seconds)
        # Of one order no two things happen at the same instant: nobody could tell them apart.
        self.remote.time.sleep(0.001)
        remote, lines = self.remote, [(self.listing, 2, PRICE)]
        if what == "fill":
            self.carts.append(remote.fill_cart(lines))
        elif what == "sell":
            self.orders.append(remote.sell(lines))
        elif what == "pay" and self.carts:
            self.orders.append(self.carts.pop(place % len(self.carts)))
            remote.place(self.orders[-1])
        elif self.orders and what not in {"fill", "pay"}:
            self._befalls(what, self.orders[place % len(self.orders)])

    def _befalls(self, what: str, number: str) -> None:
        remote, state = self.remote, self.remote.state(number)
        [line] = remote.lines(number)
        if what == "touch":
            remote.touch(number)
        elif what == "ship" and state == "PaymentSettled":
            remote.ship(number, {line: 1})
        elif what == "deliver" and state != "Cancelled":
            remote.deliver(number)
        elif what == "cancel" and state == "PaymentSettled":
            remote.cancel(number, {line: 1})
        elif what == "refund" and remote.refunded(number) < PRICE:
            remote.refund(number, {line: 1}, amount=PRICE)


def to_the_end(
    client: Vendure, cursor: Cursor | None, *, size: int
) -> tuple[list[OrderPage], Cursor]:
    """Pull until there is no more."""
    pages: list[OrderPage] = []
    for _ in range(100):
        page = client.orders_after(cursor, page_size=size)
        pages.append(page)
        cursor = page.next
        if not page.more:
            return pages, cursor
    raise AssertionError("the pages do not end")


@settings(max_examples=60, deadline=None)
@given(happenings=HAPPENINGS, size=st.integers(1, 3))
def test_nothing_that_happens_is_missed(
    happenings: list[str | tuple[str, int, int]], size: int
) -> None:
    """Paid late, shipped, delivered, cancelled, refunded: the newest claim is how the order ends."""
    shop = Shop()
    client = client_of(shop.remote)
    pages: list[OrderPage] = []
    cursor: Cursor | None = None
    for happening in happenings:
        if isinstance(happening, str):
            pages.append(client.orders_after(cursor, page_size=size))
            cursor = pages[-1].next
        else:
            shop.happens(*happening)
    rest, end = to_the_end(client, cursor, size=size)
    newest: dict[str, ChannelClaim] = {}
    for page in [*pages, *rest]:
        assert len(page.entries) <= size
        for entry in page.entries:
            assert isinstance(entry, ReadOrder)
            known = newest.get(entry.claim.number)
            if known is None or known.version <= entry.claim.version:
                newest[entry.claim.number] = entry.claim
    now = {number: client.order(number) for number in shop.orders}
    assert newest == {
        number: entry.claim for number, entry in now.items() if isinstance(entry, ReadOrder)
    }
    # A pull of what stands still ends where it began: cursors do not creep.
    _, again = to_the_end(client, end, size=size)
    assert end == again


def test_a_later_pull_gives_the_oldest_change_first() -> None:
    """Within a pull that is no first one, versions rise over all pages."""
    shop = Shop()
    client = client_of(shop.remote)
    for _ in range(5):
        shop.happens("sell", 0, 60)
    _, cursor = to_the_end(client, None, size=2)
    for place in (3, 0, 4):
        shop.happens("ship", place, 400)
    pages, _ = to_the_end(client, cursor, size=1)
    claims = [
        entry.claim for page in pages for entry in page.entries if isinstance(entry, ReadOrder)
    ]
    assert sorted(claim.version for claim in claims) == [claim.version for claim in claims]
    assert [claim.number for claim in claims if claim.lines[0].shipped] == ["4", "1", "5"]


def test_carts_and_drafts_are_no_orders() -> None:
    """A cart is neither in a page nor found by its number."""
    shop = Shop()
    shop.happens("fill", 0, 0)
    client = client_of(shop.remote)
    assert client.orders_after(None, page_size=5).entries == ()
    assert client.order(shop.carts[0]) is None


def test_an_order_paid_an_hour_after_its_cart_was_filled_comes() -> None:
    """Its updatedAt is long past when it becomes an order."""
    shop = Shop()
    client = client_of(shop.remote)
    shop.happens("fill", 0, 0)
    shop.happens("sell", 0, 1)
    _, cursor = to_the_end(client, None, size=2)
    shop.happens("sell", 0, 3600)
    _, cursor = to_the_end(client, cursor, size=2)
    shop.happens("pay", 0, 1)
    pages, _ = to_the_end(client, cursor, size=2)
    assert shop.orders[-1] in {
        entry.claim.number
        for page in pages
        for entry in page.entries
        if isinstance(entry, ReadOrder)
    }


def test_the_first_pull_goes_by_id_whatever_was_written_last() -> None:
    """Orders lie in the database as they were written, and are asked for by their ids."""
    shop = Shop()
    for _ in range(3):
        shop.happens("fill", 0, 0)
    for place in (2, 1, 0):
        shop.happens("pay", place, 0)
    shop.remote.time.sleep(3600)
    pages, _ = to_the_end(client_of(shop.remote), None, size=1)
    claims = [
        entry.claim for page in pages for entry in page.entries if isinstance(entry, ReadOrder)
    ]
    assert [claim.number for claim in claims] == ["1", "2", "3"]


def test_a_servers_clock_may_be_behind() -> None:
    """What happens during the first pull is not missed, though its instant is before the start."""
    shop = Shop()
    client = client_of(shop.remote)
    shop.happens("fill", 0, 0)
    for _ in range(3):
        shop.happens("sell", 0, 3600)
    first = client.orders_after(None, page_size=2)
    behind = shop.remote.time.now() - timedelta(minutes=4)
    shop.remote.place(shop.carts[0], at=behind)
    pages, _ = to_the_end(client, first.next, size=2)
    assert shop.carts[0] in {
        entry.claim.number
        for page in pages
        for entry in page.entries
        if isinstance(entry, ReadOrder)
    }


LATER = "2026-03-05T00:00:00.000Z"
PLACES: Mapping[str, Mapping[str, Any]] = {
    "its lines": {"updatedAt": LATER},
    "its placement": {"orderPlacedAt": LATER},
    "a payment": {"payments": [{"updatedAt": LATER}]},
    "a refund": {"payments": [{"refunds": [{"updatedAt": LATER}]}]},
    "a refund made": {"payments": [{"refunds": [{"createdAt": LATER, "updatedAt": None}]}]},
    "a fulfilment": {"fulfillments": [{"updatedAt": LATER}]},
    "its history": {"history": {"items": [{"createdAt": LATER}]}},
}


@pytest.mark.parametrize("part", PLACES.values(), ids=PLACES)
def test_the_latest_instant_of_any_part_is_that_of_the_change(part: Mapping[str, Any]) -> None:
    """Each part counts by itself, since each of them moves alone at some occasion."""
    earlier = {"updatedAt": "2026-03-01T00:00:00.000Z", "orderPlacedAt": "2026-03-02T00:00:00Z"}
    assert read_fields({**earlier, **part}, last_change) == Built(datetime(2026, 3, 5, tzinfo=UTC))


def walked(
    size: int, changes: list[list[int]], *, count: int
) -> tuple[list[str], set[str], set[str]]:
    """
    Go through a list of *count* rows, of which some go, and to which some come, before each call.

    Return the ids given, those that stood there all the time, and those that were ever there.
    """
    rows = [str(number) for number in range(1, count + 1)]
    stayed, ever = set(rows), set(rows)
    waiting = iter(changes)

    def take(skip: int, wanted: int) -> Flow[list[Node]]:
        for change in next(waiting, []):
            if change >= 0 and rows:
                gone = rows.pop(change % len(rows))
                stayed.discard(gone)
            else:
                rows.append(str(max(map(int, ever), default=0) + 1))
                ever.add(rows[-1])
        return [{"id": row} for row in rows[skip : skip + wanted]]
        yield  # a flow that asks nobody

    given: list[str] = []
    client = client_of(fake_of())
    skip, last, more = 0, "", True
    while more:
        found = play(client, stretch(take, skip=skip, last=last, size=size), answers=[]).result
        given += [row["id"] for row in found.rows]
        assert len(found.rows) <= size
        skip, last, more = found.skip, found.last, found.more
    return given, stayed, ever


@given(
    size=st.integers(1, 4),
    count=st.integers(0, 12),
    changes=st.lists(st.lists(st.integers(-3, 20), max_size=5), max_size=20),
)
def test_a_list_cut_by_position_loses_no_row(
    size: int, count: int, changes: list[list[int]]
) -> None:
    """Whatever is deleted or added between two calls, each row that stays is given, once, in order."""
    given_, stayed, ever = walked(size, changes, count=count)
    assert stayed <= set(given_) <= ever
    assert sorted(set(given_), key=id_order) == given_
