"""Answers that break off at any byte, and answers that are lost: nothing missed, nothing doubled."""

from collections.abc import Callable
from typing import Any

import attrs
import pytest
from storm_shops import NOON, PRICE, SYSTEMS, Merchant, Side

from ecomkit.adapters.http import FakeAnswer, Lost, Options, Received, Reply, Torn, VirtualTime
from ecomkit.channels import Applied, StockUpdate
from ecomkit.errors import TransientError
from ecomkit.identifiers import CommandKey

PATIENT = Options(deadline_seconds=600, attempts_max=6)
CUTS_MIN = 4_096


@attrs.define
class Cut:
    """Stands before a shop: the answer to the call of a number breaks off; all others come."""

    fake: Any
    at_call: int = 0
    at_byte: int = 0
    calls: int = 0
    bodies: list[bytes] = attrs.field(factory=list)
    plain: Callable[[Received], FakeAnswer] = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.plain = self.fake.answer
        self.fake.answer = self

    def __call__(self, received: Received) -> FakeAnswer:
        """Answer as the shop does, but for what goes wrong."""
        answer = self.plain(received)
        assert isinstance(answer, Reply)
        self.calls += 1
        self.bodies.append(answer.body)
        if self.calls - 1 == self.at_call:
            return Torn(reply=answer, sent_bytes=min(self.at_byte, len(answer.body)))
        return answer

    def again(self, *, at_call: int, at_byte: int) -> None:
        """Wait for the next series of calls."""
        self.at_call, self.at_byte, self.calls = at_call, at_byte, 0
        self.bodies.clear()


def side_of(system: Callable[..., Side]) -> tuple[Side, VirtualTime]:
    """Return a shop with three orders."""
    time = VirtualTime(NOON)
    side = system(time, options=PATIENT)
    for units in ({"OWL": 1}, {"ELEPHANT": 2, "OWL": 1}, {"BEAR": 3}):
        side.sell(units)
    time.advance(900)
    return side, time


def patiently(call: Callable[[], Any]) -> Any:
    """Call, and once more if the client asks for that: it repeats only a share of its calls."""
    try:
        return call()
    except TransientError:
        return call()


def pulled(side: Side) -> list[Any]:
    """Return the orders as one small page gives them."""
    return list(patiently(lambda: side.client.orders_after(None, page_size=2)).entries)


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("stride", [37, pytest.param(1, marks=pytest.mark.slow)])
def test_a_page_cut_at_any_byte_is_read_whole(
    system: Callable[..., Side], stride: int, record_property: Any
) -> None:
    """Wherever any answer of a pull breaks off, the page is in the end as it is without."""
    side, time = side_of(system)
    pulled(side)
    wire = Cut(side.fake)
    wire.again(at_call=-1, at_byte=0)
    whole = pulled(side)
    bodies = list(wire.bodies)

    cuts = [
        (call, byte)
        for call, body in enumerate(bodies)
        for byte in range(call % stride, len(body), stride)
    ]
    for call, byte in cuts:
        wire.again(at_call=call, at_byte=byte)
        time.advance(60)
        assert whole == pulled(side), (call, byte)
        assert len(bodies) < wire.calls
    record_property("figure", f"{len(cuts):,} cuts of a page of {side.name}")
    assert len(cuts) * stride * len(SYSTEMS) >= CUTS_MIN


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("stride", [29, pytest.param(1, marks=pytest.mark.slow)])
def test_a_push_whose_answer_is_cut_at_any_byte_counts_once(
    system: Callable[..., Side], stride: int
) -> None:
    """The number is shown as pushed, whatever came of the answer."""
    side, time = side_of(system)
    listing = side.listings["OWL"]
    wire = Cut(side.fake)

    def push(quantity: int) -> list[Any]:
        rows = [StockUpdate(listing=listing, quantity=quantity)]
        results = patiently(lambda: side.client.push_stock(rows))
        return [result.effect for result in results]

    push(1)
    wire.again(at_call=-1, at_byte=0)
    push(2)
    bodies = list(wire.bodies)
    quantity = 2
    for call, body in enumerate(bodies):
        for byte in range(call % stride, len(body), stride):
            quantity += 1
            wire.again(at_call=call, at_byte=byte)
            time.advance(60)
            assert [Applied()] == push(quantity), (call, byte)
            assert quantity == side.shown()["OWL"]


@attrs.define
class Losing:
    """Stands before a shop: the answer of one call of all is lost after it took effect."""

    fake: Any
    at_call: int
    calls: int = 0
    plain: Callable[[Received], FakeAnswer] = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.plain = self.fake.answer
        self.fake.answer = self

    def __call__(self, received: Received) -> FakeAnswer:
        """Answer as the shop does, but for what goes wrong."""
        answer = self.plain(received)
        self.calls += 1
        return Lost(why="the connection broke") if self.calls - 1 == self.at_call else answer


def after_effects(system: Callable[..., Side], *, lost: int) -> tuple[int, Any]:
    """Ship, cancel and pay back with one answer lost; return the calls, and what came of it."""
    merchant = Merchant.of(system, opening={"BEAR": 50, "ELEPHANT": 50, "OWL": 50})
    [side] = merchant.sides
    number = side.sell({"OWL": 3, "BEAR": 2})
    merchant.shop.sync()
    merchant.time.advance(60)
    order = merchant.order_id(side, number)
    wire = Losing(side.fake, at_call=lost)
    merchant.shop.cancel(order, {side.lines(number)[0]: 1}, key=CommandKey("c"))
    merchant.shop.fulfil([order])
    merchant.shop.pay_back(order, PRICE, key=CommandKey("p"))
    for _ in range(4):
        merchant.shop.sync()
        merchant.time.advance(120)
    sent = [side.sent(number).get(line, 0) for line in side.lines(number)]
    books = merchant.books()
    return wire.calls, {
        "sent": sent,
        "refunded": side.fake.refunded(number),
        "shown": side.shown(),
        "levels": books["levels"],
        "orders": list(books["orders"].values()),
        "untold": merchant.shop.sync().untold,
    }


@pytest.mark.parametrize("system", SYSTEMS)
def test_whichever_answer_is_lost_effects_count_once(system: Callable[..., Side]) -> None:
    """Of all calls of a run each one loses its answer in turn: shipped and paid back once."""
    calls, wanted = after_effects(system, lost=-1)
    assert wanted["sent"] == [2, 2]
    assert wanted["untold"] == ()

    for lost in range(calls):
        assert wanted == after_effects(system, lost=lost)[1], lost
