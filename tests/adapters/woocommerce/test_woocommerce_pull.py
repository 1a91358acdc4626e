"""Pulling orders from a list that moves: nothing is skipped, whatever happens between any two calls."""

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecomkit.adapters.http import FakeTransport, Kit, Received, Reply, VirtualTime
from ecomkit.adapters.woocommerce import WooCommerce
from ecomkit.channels import ChannelAnswerError, Cursor, ReadOrder
from ecomkit.errors import FieldError
from ecomkit.identifiers import ChannelId
from ecomkit.money import Currency, Money
from ecomkit.ports import Secret

from .conftest import START, Bench

SKEW = timedelta(hours=1)
"""What our clock is ahead of the shop's."""


@attrs.define
class Row:
    """An order of the model: when it changed, how often, and whether it is in the bin."""

    changed: datetime
    times: int = 0
    trashed: bool = False


class Model:
    """A shop of nothing but ids and times, in which something happens after each call."""

    def __init__(self, happenings: list[tuple[str, int]]) -> None:
        self.now = START
        self.rows: dict[int, Row] = {}
        self.ghosts: dict[int, Row] = {}
        self.happenings = happenings
        self.asked: list[Received] = []
        self.next_id = 1

    def happen(self, what: str, number: int) -> None:
        """Add, change, bin, delete, show what is no order of ours, or let seconds pass."""
        ids = sorted(self.rows)
        if what == "ghost":  # what a list shows late, and not for long: it shifts the others
            if self.ghosts.pop(number, None) is None and number not in self.rows:
                self.ghosts[number] = Row(self.now)
        elif what == "add":
            self.ghosts.pop(self.next_id, None)
            self.rows[self.next_id] = Row(self.now)
            self.next_id += 1 + number % 3
        elif what == "wait":
            self.now += timedelta(seconds=number % 4)
        elif ids:
            row = self.rows[ids[number % len(ids)]]
            if what == "delete":
                del self.rows[ids[number % len(ids)]]
            else:
                row.changed, row.times = self.now, row.times + 1
                row.trashed = what == "bin"

    def answer(self, received: Received) -> Reply:
        """Answer as the list of orders does."""
        self.asked.append(received)
        trashed = received.param("status") == "trash"
        after, before = map(received.param, ("modified_after", "modified_before"))
        found = [
            (number, row)
            for number, row in sorted({**self.ghosts, **self.rows}.items())
            if row.trashed is trashed
            and (after is None or row.changed > gmt(after))
            and (before is None or row.changed < gmt(before))
        ]
        offset, size = int(received.param("offset") or 0), int(received.param("per_page") or 10)
        reply = Reply.of_json(
            [document(number, row) for number, row in found[offset : offset + size]],
            headers=[
                ("X-WP-Total", str(len(found))),
                ("Date", format_datetime(self.now, usegmt=True)),
            ],
        )
        for _ in range(min(3, len(self.happenings))):
            self.happen(*self.happenings.pop())
        return reply


def gmt(text: str) -> datetime:
    """Read a bound."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def document(number: int, row: Row) -> dict[str, Any]:
    """Return the order; how often it changed stands in its name."""
    return {
        "id": number,
        "number": str(row.times),
        "status": "trash" if row.trashed else "processing",
        "currency": "EUR",
        "date_created_gmt": "2026-01-01T00:00:00",
        "date_modified_gmt": row.changed.strftime("%Y-%m-%dT%H:%M:%S"),
        "total": "1.00",
        "line_items": [
            {"id": 1, "product_id": 5, "quantity": 1, "subtotal": "1.00", "total": "1.00"}
        ],
        "refunds": [],
    }


def client_of(model: Any, **rest: Any) -> WooCommerce:
    """Return a client whose own clock is wrong."""
    kit = Kit(transport=FakeTransport(model.answer), time=VirtualTime(START + SKEW))
    return WooCommerce(
        ChannelId("woo"),
        url="https://shop.example",
        key=Secret("ck"),
        secret=Secret("cs"),
        currency=Currency.EUR,
        kit=kit,
        **rest,
    )


HAPPENING = st.tuples(
    st.sampled_from(["add", "ghost", "ghost", "ghost", "change", "bin", "delete", "wait"]),
    st.integers(1, 30),
)


@settings(max_examples=300, deadline=None)
@given(
    first=st.integers(0, 14),
    happenings=st.lists(HAPPENING, max_size=60),
    page_size=st.integers(1, 5),
    later=st.lists(HAPPENING, max_size=6),
)
def test_no_state_of_an_order_is_missed(
    first: int,
    happenings: list[tuple[str, int]],
    page_size: int,
    later: list[tuple[str, int]],
) -> None:
    """After a pull in the midst of changes and one after them, each order was given as it is."""
    model = Model(list(happenings))
    for number in range(first):
        model.happen("add", number)
    client = client_of(model, overlap=timedelta(seconds=0))
    seen: dict[str, str] = {}
    cursor = pull(client, None, page_size, seen, model)
    model.happenings = []
    for what, number in later:
        model.happen(what, number)
    pull(client, cursor, page_size, seen, model)

    now = {str(number): str(row.times) for number, row in model.rows.items()}
    assert now == {number: times for number, times in seen.items() if number in now}


def pull(
    client: WooCommerce, cursor: Cursor | None, page_size: int, seen: dict[str, str], model: Model
) -> Cursor:
    """Pull to the end; the newest sight of an order counts."""
    for _ in range(500):
        page = client.orders_after(cursor, page_size=page_size)
        assert len(page.entries) <= page_size
        for entry in page.entries:
            assert isinstance(entry, ReadOrder)
            times = int(entry.claim.name)
            seen[entry.claim.number] = str(max(times, int(seen.get(entry.claim.number, 0))))
        cursor = page.next
        if not page.more:
            return cursor
    raise AssertionError("the pull does not end")


@pytest.mark.parametrize("page_size", [1, 2, 3, 7])
@pytest.mark.parametrize("ghosts", [1, 2, 3, 6, 9])
def test_rows_that_come_into_a_window_hide_no_others(page_size: int, ghosts: int) -> None:
    """What shifts unread orders behind the place that was read is noticed, and gone back for."""
    model = Model([])
    for _ in range(12):
        model.happen("add", 2)
    client = client_of(model)
    page = client.orders_after(None, page_size=page_size)
    found = [entry.payload.object_id for entry in page.entries]
    places = [place for place in range(2, 30) if place % 3 != 1][:ghosts]
    for place in places:
        model.happen("ghost", place)
    while page.more:
        page = client.orders_after(page.next, page_size=page_size)
        found += [entry.payload.object_id for entry in page.entries]
    assert set(map(str, model.rows)) <= set(found)


def test_a_crash_resumes_where_it_was() -> None:
    """From the cursor of any page another client gives the rest: no state is in the client."""
    model = Model([])
    for number in range(9):
        model.happen("add", number)
    whole: list[str] = []
    cursor = None
    more = True
    while more:
        page = client_of(model).orders_after(cursor, page_size=2)
        whole += [entry.payload.object_id for entry in page.entries]
        cursor, more = page.next, page.more
    assert sorted(map(str, model.rows), key=int, reverse=True) == sorted(
        whole, key=int, reverse=True
    )


def test_a_quiet_pull_takes_two_calls() -> None:
    """Where little changed, one call reads it and one looks into the bin."""
    model = Model([])
    model.happen("add", 0)
    client = client_of(model)
    page = client.orders_after(None, page_size=50)
    assert (len(page.entries), page.more, len(model.asked)) == (1, False, 2)
    client.orders_after(page.next, page_size=50)
    [_, _, again, _] = model.asked
    assert again.param("modified_after") == "2026-03-01T11:49:59", "ten minutes and a second"


def test_the_time_is_the_shops() -> None:
    """A pull starts by the Date of the shop: our own clock is an hour ahead here."""
    page = client_of(Model([])).orders_after(None, page_size=5)
    assert json.loads(page.next.token)["after"] == "2026-03-01T11:50:00"


def test_a_clock_that_goes_back_does_not_lead_back() -> None:
    """The next pull never begins before the one before it."""
    model = Model([])
    client = client_of(model)
    first = client.orders_after(None, page_size=5).next
    model.now -= timedelta(days=1)
    assert first == client.orders_after(first, page_size=5).next


def test_a_filter_that_is_not_obeyed_stops_the_pull() -> None:
    """A shop that ignores ``modified_after`` gives all orders for ever: that is said."""
    model = Model([])
    model.happen("add", 0)
    client = client_of(model)
    cursor = client.orders_after(None, page_size=5).next
    model.rows[1].changed -= timedelta(days=9)

    def ignoring(received: Received) -> Reply:
        query = tuple(pair for pair in received.query if not pair[0].startswith("modified"))
        return model.answer(attrs.evolve(received, query=query))

    class Ignoring:
        answer = staticmethod(ignoring)

    with pytest.raises(ChannelAnswerError, match="did not change in the time asked for"):
        client_of(Ignoring).orders_after(cursor, page_size=5)


@pytest.mark.parametrize(
    ("rows", "headers", "why"),
    [
        ([{"id": 2}, {"id": 1}], [("X-WP-Total", "2")], "order of their ids"),
        ([], [], "X-WP-Total"),
        ({"rows": []}, [("X-WP-Total", "0")], "no list"),
    ],
)
def test_a_list_that_is_none_stops_the_pull(rows: Any, headers: Any, why: str) -> None:
    """Without order or total nobody knows where a page stands."""

    class Odd:
        answer = staticmethod(lambda _: Reply.of_json(rows, headers=headers))

    with pytest.raises(ChannelAnswerError, match=why):
        client_of(Odd).orders_after(None, page_size=5)


def test_a_cursor_of_somebody_else_is_refused() -> None:
    """A cursor that no page gave is a mistake of the caller."""
    for token in ("{}x", '{"shelf":"attic"}', '{"after":"yesterday"}'):
        with pytest.raises(FieldError, match="cursor"):
            client_of(Model([])).orders_after(Cursor(token), page_size=5)


def test_drafts_are_no_orders_and_the_bin_is_read(bench: Bench) -> None:
    """What a shopper has not ordered is left out; what was thrown away is given as cancelled."""
    shop, client = bench()
    mug = shop.put_up("MUG")
    price = Money(1250, Currency.EUR)
    draft = shop.sell([(mug, 1, price)], status="checkout-draft")
    binned = shop.sell([(mug, 2, price)])
    shop.set_status(binned, "trash")
    page = client.orders_after(None, page_size=10)
    [entry] = page.entries
    assert isinstance(entry, ReadOrder)
    assert (binned, [2]) == (entry.claim.number, [line.cancelled for line in entry.claim.lines])
    assert client.order(draft) is None


def test_a_host_that_answers_with_a_page_is_no_shop() -> None:
    """HTML with status 200 and a 404 without a route are faults, not an empty shop."""
    page = Reply(status=200, headers=[("Content-Type", "text/html")], body=b"<html>soon</html>")
    no_route = Reply.of_json({"code": "rest_no_route", "message": "No route"}, status=404)
    for reply in (page, no_route):
        model = type("Host", (), {"answer": staticmethod(lambda _, reply=reply: reply)})
        with pytest.raises(ChannelAnswerError):
            client_of(model).order("12")
