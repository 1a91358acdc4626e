"""Flows and clients: vendor logic written once, blocking, awaited and played."""

import asyncio
import itertools
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from ecomkit.adapters.http import (
    AnswerFacts,
    AnswerLostError,
    AnswerUnreadableError,
    AsyncChannelClient,
    ChannelClient,
    FakeTransport,
    Flow,
    FlowError,
    Kit,
    Limit,
    Lost,
    NotFoundError,
    NotSentError,
    Options,
    Progress,
    Received,
    Reply,
    Request,
    RoleError,
    Site,
    SystemTime,
    ThrottledError,
    Unsent,
    VirtualTime,
    awaiting,
    flow,
    flow_of,
    pages,
    pages_async,
    path_of,
    play,
    settled,
)
from ecomkit.channels import (
    Applied,
    AsyncFulfilmentSink,
    AsyncStockSink,
    AsyncStockSource,
    ChannelAnswerError,
    Cursor,
    Effect,
    Fulfilment,
    FulfilmentSink,
    LineUnits,
    Listing,
    ListingPage,
    OrderPage,
    OrderSource,
    Rejected,
    StockReading,
    StockResult,
    StockSink,
    StockSource,
    StockUpdate,
    Unknown,
)
from ecomkit.errors import EcomkitError, FieldError
from ecomkit.identifiers import ChannelId, CommandKey, IdentifierError, LineId, ListingId

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
CORNER = ChannelId("corner")


class Corner(ChannelClient, roles=(StockSink, StockSource, FulfilmentSink)):
    """A small system, as an adapter's author would write it."""

    system = "corner"
    limits = (Limit(per_second=100, burst=100),)
    push_rows_max = 50

    def __init__(self, *, kit: Kit | None = None) -> None:
        super().__init__(CORNER, site=Site(base="https://api.corner.example/v1"), kit=kit)

    @flow
    def read_stock(self, listings: Sequence[ListingId]) -> Flow[tuple[StockReading, ...]]:
        """Read listings one by one; one that is not there shows nothing."""
        found = []
        for listing in listings:
            quantity = yield from self._quantity(listing)
            found.append(
                StockReading(listing=listing, quantity=quantity, read_at=self.kit.time.now())
            )
        return tuple(found)

    def _quantity(self, listing: ListingId) -> Flow[int | None]:
        try:
            reply = yield Request.get(path_of("stock", listing))
        except NotFoundError:
            return None
        quantity: int = reply.json()["quantity"]
        return quantity

    @flow
    def push_stock(self, updates: Sequence[StockUpdate]) -> Flow[tuple[StockResult, ...]]:
        """Push rows in one request, then read them back by the other flow."""
        rows = [{"id": row.listing, "quantity": row.quantity} for row in updates]
        yield Request.put("/stock", json=rows)
        readings = yield from flow_of(self.read_stock)([row.listing for row in updates])
        return tuple(
            StockResult(
                listing=reading.listing,
                effect=Applied() if reading.quantity == row.quantity else Unknown(reason="?"),
            )
            for row, reading in zip(updates, readings, strict=True)
        )

    @flow
    def push_fulfilment(self, fulfilment: Fulfilment) -> Flow[Effect]:
        """Push once; where nobody knows, look."""
        return (
            yield from settled(
                self._ship(fulfilment), read_back=lambda: flow_of(self.read_fulfilment)(fulfilment)
            )
        )

    def _ship(self, fulfilment: Fulfilment) -> Flow[Effect]:
        yield Request.post(path_of("orders", fulfilment.number, "shipments"), json={})
        return Applied()

    @flow
    def read_fulfilment(self, fulfilment: Fulfilment) -> Flow[Effect]:
        """Say whether there is a shipment."""
        reply = yield Request.get(path_of("orders", fulfilment.number, "shipments"))
        return Applied() if reply.json() else Rejected(reason="not known")


class AsyncCorner(
    AsyncChannelClient[Corner], roles=(AsyncStockSink, AsyncStockSource, AsyncFulfilmentSink)
):
    """The same, awaited."""

    push_rows_max = Corner.push_rows_max
    read_stock = awaiting(Corner.read_stock)
    push_stock = awaiting(Corner.push_stock)
    push_fulfilment = awaiting(Corner.push_fulfilment)
    read_fulfilment = awaiting(Corner.read_fulfilment)


SHIPMENT = Fulfilment(
    key=CommandKey("k"),
    number="1001/A",
    lines=[LineUnits(line=LineId("1"), quantity=1)],
    shipped_at=NOW,
)


class Shelf:
    """The corner's own side."""

    def __init__(self) -> None:
        self.stock: dict[str, int] = {"L1": 3}

    def __call__(self, received: Received) -> Reply:
        """Answer as the corner does."""
        if received.method == "PUT":
            for row in received.json():
                self.stock[row["id"]] = row["quantity"]
            return Reply(status=204)
        name = received.path.rpartition("/")[2]
        if name not in self.stock:
            return Reply.of_json({"message": "no such thing"}, status=404)
        return Reply.of_json({"quantity": self.stock[name]})


def corner(answer: Any) -> Corner:
    """Return a corner whose system is *answer*."""
    return Corner(kit=Kit(transport=FakeTransport(answer), time=VirtualTime(NOW)))


def test_a_flow_is_a_blocking_method() -> None:
    """Called on the client, a flow runs to its end and answers what its role says."""
    client = corner(Shelf())
    sink: StockSink = client

    results = sink.push_stock([StockUpdate(listing=ListingId("L1"), quantity=7)])

    assert results == (StockResult(listing=ListingId("L1"), effect=Applied()),)
    assert [one.quantity for one in client.read_stock([ListingId("L1"), ListingId("L9")])] == [
        7,
        None,
    ]


def test_the_same_flow_is_awaited() -> None:
    """The asyncio twin answers the same, from the same text."""

    async def talk() -> Any:
        async with AsyncCorner(corner(Shelf())) as client:
            sink: AsyncStockSink = client
            return await sink.push_stock([StockUpdate(listing=ListingId("L1"), quantity=7)])

    assert asyncio.run(talk()) == (StockResult(listing=ListingId("L1"), effect=Applied()),)


def test_clients_play_their_roles() -> None:
    """What asks for a role at run time finds it."""
    client = corner(Shelf())

    assert isinstance(client, StockSink)
    assert isinstance(AsyncCorner(client), AsyncStockSink)
    assert not isinstance(client, OrderSource)
    assert Corner.roles == (StockSink, StockSource, FulfilmentSink)
    assert repr(client) == "Corner('corner')"
    assert repr(AsyncCorner(client)) == "AsyncCorner('corner')"


def test_a_flow_is_played_without_a_network() -> None:
    """Canned replies go in, the result and the requests come out; a 404 is an error inside."""
    client = corner(Shelf())

    played = play(
        client,
        flow_of(client.read_stock)([ListingId("L/1"), ListingId("L2")]),
        answers=[Reply.of_json({"quantity": 5}), Reply(status=404)],
    )

    assert [reading.quantity for reading in played.result] == [5, None]
    assert [request.target for request in played.requests] == ["/stock/L%2F1", "/stock/L2"]


def test_a_play_needs_as_many_answers_as_requests() -> None:
    """Answers that are left over, or missing, are a mistake of the test."""
    client = corner(Shelf())
    one = [ListingId("L1")]
    good = Reply.of_json({"quantity": 5})

    with pytest.raises(FlowError, match="no answer left"):
        play(client, flow_of(client.read_stock)(one), answers=[])
    with pytest.raises(FlowError, match="before the answers"):
        play(client, flow_of(client.read_stock)(one), answers=[good, good])


def test_an_error_that_a_flow_does_not_catch_comes_out() -> None:
    """It is the error itself, not one around it."""
    client = corner(lambda _: Reply(status=403))

    with pytest.raises(EcomkitError, match="does not allow read_stock"):
        client.read_stock([ListingId("L1")])


@pytest.mark.parametrize("body", [b"<html>", b"", b"[" * 100, b"\xff"])
def test_a_reply_that_a_flow_cannot_read_breaks_the_channels_contract(body: bytes) -> None:
    """What is no JSON becomes the error that names channel, operation and status."""
    client = corner(lambda _: Reply(status=200, body=body))

    with pytest.raises(AnswerUnreadableError) as caught:
        client.read_stock([ListingId("L1")])
    assert (caught.value.operation, caught.value.facts.status) == ("read_stock", 200)


@pytest.mark.parametrize("body", [b"[]", b"{}", b"3", b'"x"', b"null"])
def test_a_reply_of_another_shape_says_where_it_was_met(body: bytes) -> None:
    """A flow that trips over a reply raises the channel's error, with its line and nothing else."""
    client = corner(lambda _: Reply(status=200, body=body))

    with pytest.raises(AnswerUnreadableError, match=r"(Key|Type)Error in test_flows.py line \d+"):
        client.read_stock([ListingId("L1")])


def test_a_mistake_before_the_first_reply_is_the_callers() -> None:
    """What a flow raises before it has seen anything of the system comes out as it is."""
    with pytest.raises(AttributeError):
        corner(Shelf()).push_stock([3])  # type: ignore[list-item]  # the mistake


def test_a_flow_that_yields_nonsense_or_never_ends_is_stopped() -> None:
    """Mistakes of an adapter's author are told as such."""
    client = corner(lambda _: Reply(status=204))

    def nonsense() -> Any:
        yield "GET /orders"

    def endless() -> Any:
        for _ in itertools.count():
            yield Request.get("/orders")

    with pytest.raises(FlowError, match="yielded a str"):
        client.run(nonsense())
    with pytest.raises(ChannelAnswerError, match="more than 1,000 requests"):
        client.run(endless())
    with pytest.raises(FlowError, match="no generator"):
        client.run(3)  # type: ignore[arg-type]  # the mistake


def test_a_flow_does_not_block_inside_another() -> None:
    """A blocking call in a flow would stop an event loop; it is refused with the right spelling."""

    class Wrong(Corner):
        @flow
        def read_twice(self) -> Flow[Any]:
            self.read_stock([])
            yield Request.get("/a")

    with pytest.raises(FlowError, match="yield from flow_of"):
        Wrong(kit=Kit(transport=FakeTransport(Shelf()))).read_twice()


def test_only_flows_have_twins() -> None:
    """A method that is no flow has no bare flow and no awaited twin."""
    with pytest.raises(FlowError, match="@flow"):
        flow_of(corner(Shelf()).close)
    with pytest.raises(FlowError, match="@flow"):
        awaiting(Corner.close)


def test_a_client_without_a_method_of_its_role_is_not_made() -> None:
    """The class statement fails, and names what is missing."""
    with pytest.raises(RoleError, match="orders_after: it is not there"):

        class Missing(ChannelClient, roles=(OrderSource,)):
            pass

    with pytest.raises(RoleError, match="write @flow above it"):

        class Bare(ChannelClient, roles=(StockSource,)):
            def read_stock(self, listings: Any) -> Any:
                yield Request.get("/stock")

    with pytest.raises(RoleError, match="push_stock"):

        class AsyncMissing(AsyncChannelClient[Corner], roles=(AsyncStockSink,)):
            push_rows_max = 5


@pytest.mark.parametrize(
    ("answers", "effect"),
    [
        ([Reply(status=201)], Applied()),
        ([AnswerLostError, Reply.of_json([1])], Applied()),
        ([AnswerLostError, Reply.of_json([])], Unknown(reason="lost")),
        ([AnswerLostError, Reply(status=500)], Unknown(reason="lost")),
        ([AnswerLostError, Reply(status=404)], Unknown(reason="lost")),
        ([AnswerLostError, Reply(status=403)], Unknown(reason="lost")),
        ([Reply(status=500), Reply.of_json([1])], Applied()),
        ([Reply(status=302), Reply.of_json([])], Unknown(reason="unreadable")),
        ([Reply(status=422)], Rejected(reason="refused")),
        ([Reply(status=404)], Rejected(reason="refused")),
        ([Reply(status=409)], Rejected(reason="refused")),
    ],
)
def test_an_effect_is_applied_refused_or_unknown(answers: list[Any], effect: Effect) -> None:
    """A lost answer is looked up once and never sent again; not found, it stays unknown."""
    client = corner(Shelf())
    lost = AnswerLostError(channel=CORNER, operation="push", why="lost", facts=AnswerFacts())

    played = play(
        client,
        flow_of(client.push_fulfilment)(SHIPMENT),
        answers=[lost if answer is AnswerLostError else answer for answer in answers],
    )

    assert type(played.result) is type(effect)
    assert [request.method.value for request in played.requests] == ["POST", "GET"][: len(answers)]


@pytest.mark.parametrize("answer", [Reply(status=429), Reply(status=401), Unsent(why="x")])
def test_an_effect_that_surely_did_nothing_is_raised(answer: Any) -> None:
    """The intent stands; whoever keeps it tries again."""
    with pytest.raises(EcomkitError):
        corner(lambda _: answer).push_fulfilment(SHIPMENT)


def test_an_effect_in_a_session_is_read_back() -> None:
    """A connection that breaks after the shipment was taken ends in applied."""
    calls: list[str] = []

    def system(received: Received) -> Any:
        calls.append(received.method)
        return Lost(why="reset") if received.method == "POST" else Reply.of_json([1])

    assert corner(system).push_fulfilment(SHIPMENT) == Applied()
    assert calls == ["POST", "GET"]


def listing_pages(*sizes: int) -> Any:
    """Return a method that gives pages of these sizes."""

    def pull(cursor: Cursor | None, *, page_size: int) -> ListingPage:
        place = 0 if cursor is None else int(cursor.token)
        return ListingPage(
            listings=[
                Listing(id=ListingId(f"{place}-{row}"), sku_text="A", quantity=1)
                for row in range(sizes[place])
            ],
            next=Cursor(str(place + 1)),
            more=place + 1 < len(sizes),
        )

    return pull


def test_a_long_pull_tells_its_progress_after_each_page() -> None:
    """Each cursor is told once its page has been dealt with, and can be gone on from."""
    told: list[Progress] = []
    walk = pages(listing_pages(2, 0, 3), channel=CORNER, progress=told.append)
    seen = [(len(page.listings), len(told)) for page in walk]

    assert seen == [(2, 0), (0, 1), (3, 2)]
    assert [(one.pages, one.rows, one.cursor.token) for one in told] == [
        (1, 2, "1"),
        (2, 2, "2"),
        (3, 5, "3"),
    ]
    rest = pages(listing_pages(2, 0, 3), channel=CORNER, cursor=told[0].cursor)
    assert [len(page.listings) for page in rest] == [0, 3]


def test_a_long_pull_is_awaited_the_same_way() -> None:
    """Pages of an async method come with the same progress."""
    told: list[Progress] = []
    pull = listing_pages(1, 2)

    async def pull_async(cursor: Cursor | None, *, page_size: int) -> ListingPage:
        page: ListingPage = pull(cursor, page_size=page_size)
        return page

    async def walk() -> list[int]:
        return [
            len(page.listings)
            async for page in pages_async(pull_async, channel=CORNER, progress=told.append)
        ]

    async def walk_quietly() -> int:
        return len([page async for page in pages_async(pull_async, channel=CORNER)])

    assert asyncio.run(walk()) == [1, 2]
    assert asyncio.run(walk_quietly()) == 2
    assert [one.rows for one in told] == [1, 3]


def test_a_list_that_does_not_move_is_stopped() -> None:
    """A cursor that stays while there is more would pull the same page for ever."""

    def stuck(cursor: Cursor | None, *, page_size: int) -> OrderPage:
        return OrderPage(entries=[], next=Cursor("here"), more=True)

    with pytest.raises(ChannelAnswerError, match="does not move"):
        list(pages(stuck, channel=CORNER))


def test_a_client_can_be_closed_and_used_again() -> None:
    """Closing lets connections go; the next request opens new ones; a with statement closes."""
    with corner(Shelf()) as client:
        client.read_stock([ListingId("L1")])
        client.close()
        client.close()
        assert client.read_stock([ListingId("L1")])[0].quantity == 3


def test_an_async_client_takes_options_too() -> None:
    """The twin with other options shares the session and the account."""
    calls: list[str] = []

    def busy(received: Received) -> Reply:
        calls.append(received.path)
        return Reply(status=503)

    async def talk() -> None:
        client = AsyncCorner(corner(busy)).with_options(Options(attempts_max=1), run_seconds=5)
        await client.send(Request.get("/a"))

    with pytest.raises(EcomkitError):
        asyncio.run(talk())
    assert calls == ["/v1/a"]


def test_many_tasks_share_a_bounded_number_of_lanes() -> None:
    """A hundred tasks get their replies over at most sixteen connections."""

    async def talk() -> tuple[int, int]:
        client = AsyncCorner(corner(Shelf()))
        found = await asyncio.gather(*[client.read_stock([ListingId("L1")]) for _ in range(100)])
        return len(found), len(client._session._lanes)

    replies, lanes = asyncio.run(talk())
    assert replies == 100
    assert lanes <= 16


def test_the_machines_time_passes() -> None:
    """The system's time knows its offset, never steps back, and waits."""
    time = SystemTime()
    before = time.monotonic()
    time.sleep(0.001)
    asyncio.run(time.pause(0.001))

    assert time.monotonic() - before >= 0.002
    assert time.now().utcoffset() is not None


@pytest.mark.parametrize(
    "field",
    [
        "deadline_seconds",
        "attempts_max",
        "connect_seconds",
        "read_seconds",
        "wire_bytes_max",
        "cost",
    ],
)
@pytest.mark.parametrize("value", [0, -1, None, True, "1", float("nan"), float("inf"), 10**9 * 86])
def test_options_are_bounded(field: str, value: Any) -> None:
    """Nothing that would wait or grow for ever can be set."""
    if field in {"attempts_max", "wire_bytes_max", "cost"} and value == 10**9 * 86:
        return
    with pytest.raises(FieldError):
        Options(**{field: value})


@pytest.mark.parametrize("value", [0, -1, None, True, "1", float("nan"), float("inf")])
def test_limits_are_bounded(value: Any) -> None:
    """A rate of nothing would hold calls back for ever."""
    with pytest.raises(FieldError):
        Limit(per_second=value, burst=1)
    with pytest.raises(FieldError):
        Limit(per_second=1, burst=value)


def test_a_throttled_play_says_how_long() -> None:
    """The error of a canned 429 carries the wait that its header says."""
    client = corner(Shelf())

    with pytest.raises(ThrottledError) as caught:
        play(
            client,
            flow_of(client.read_stock)([ListingId("L1")]),
            answers=[Reply(status=429, headers=[("Retry-After", "9")])],
        )
    assert caught.value.retry_after_seconds == 9


def test_not_sent_is_an_unavailable_channel() -> None:
    """Old callers that catch the family go on working."""
    with pytest.raises(NotSentError):
        corner(lambda _: Unsent(why="x")).read_stock([ListingId("L1")])


def test_time_that_waits_for_a_lane_was_not_used_to_send() -> None:
    """A task that gets no connection before its deadline has sent nothing."""

    async def talk() -> None:
        client = AsyncCorner(Corner(kit=Kit(transport=FakeTransport(Shelf()))))
        places = client._session._places
        for _ in range(16):
            await places.acquire()
        await client.with_options(Options(deadline_seconds=0.05, attempts_max=1)).send(
            Request.post("/stock", json=[])
        )

    with pytest.raises(NotSentError, match="no free connection"):
        asyncio.run(talk())


def test_a_value_that_refuses_what_a_reply_says_is_the_channel_s_fault() -> None:
    """Over a reply, a refused field is no mistake of the caller, and the reply is not in the error."""

    class Strict(ChannelClient):
        @flow
        def name(self) -> Flow[LineId]:
            reply = yield Request.get("/name")
            return LineId(reply.json()["name"])

        @flow
        def wrong(self, name: str) -> Flow[LineId]:
            yield Request.get(f"/{LineId(name)}")
            return LineId(name)

    client = Strict(ChannelId("corner"), site=Site(base="https://corner.example"))
    with pytest.raises(AnswerUnreadableError) as caught:
        play(client, flow_of(client.name)(), answers=[Reply.of_json({"name": " jane "})])
    assert "IdentifierError" in str(caught.value)
    assert "jane" not in str(caught.value)
    with pytest.raises(IdentifierError):
        play(client, flow_of(client.wrong)(""), answers=[])
