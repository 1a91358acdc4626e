"""What others have tripped over at WooCommerce, where no other test of this folder shows it."""

from typing import Any

import pytest

from ecomkit.adapters.http import FakeTransport, Kit, Lost, Received
from ecomkit.channels import (
    Applied,
    Cancellation,
    Effect,
    Fulfilment,
    LineUnits,
    Rejected,
    StockUpdate,
    Unknown,
)
from ecomkit.identifiers import CommandKey, LineId
from ecomkit.money import Currency, Money

from .conftest import START, Bench

PRICE = Money(1250, Currency.EUR)


def half_shipped(bench: Bench, **client: Any) -> tuple[Any, Any, Cancellation]:
    """Return a shop, its client, and the cancellation of all that has not left of its order."""
    shop, caller = bench(client=client)
    number = shop.sell([(shop.put_up("MUG"), 3, PRICE)])
    [line] = [LineId(str(line.id)) for line in shop.shop.order(number).lines]
    shipped = caller.push_fulfilment(
        Fulfilment(
            key=CommandKey("f"),
            number=number,
            lines=[LineUnits(line=line, quantity=2)],
            shipped_at=START,
        )
    )
    assert shipped == Applied()
    rest = Cancellation(
        key=CommandKey("c"),
        number=number,
        lines=[LineUnits(line=line, quantity=1)],
        reason="none is left",
    )
    return shop, caller, rest


def test_an_order_whose_last_units_are_cancelled_after_the_others_left_is_completed(
    bench: Bench,
) -> None:
    """It does not stay in processing for ever; cancelled again it is left as it is."""
    shop, client, rest = half_shipped(bench)
    assert shop.shop.order(rest.number).status == "processing"

    assert Applied() == client.push_cancellation(rest)

    assert shop.shop.order(rest.number).status == "completed"
    assert Applied() == client.push_cancellation(rest) == client.read_cancellation(rest)


@pytest.mark.parametrize("lost", range(12))
def test_it_is_completed_whichever_call_is_lost(bench: Bench, lost: int) -> None:
    """A worker that reads back, and pushes what is not there, completes the order in the end."""
    shop, _, rest = half_shipped(bench)
    calls = 0

    def answer(received: Received) -> Any:
        nonlocal calls
        calls += 1
        return Lost(why="gone") if calls - 1 == lost else shop.answer(received)

    _, frail = bench(
        client={
            "key": shop.key,
            "secret": shop.secret,
            "kit": Kit(transport=FakeTransport(answer), time=shop.time),
        }
    )
    outcome: Effect = frail.push_cancellation(rest)
    if isinstance(outcome, Unknown):
        outcome = frail.read_cancellation(rest)
    if isinstance(outcome, Rejected):
        outcome = frail.push_cancellation(rest)

    assert outcome == Applied()
    assert shop.shop.order(rest.number).status == "completed"
    assert len(shop.shop.order(rest.number).refunds) == 1


def test_stock_that_refunds_gave_back_is_not_taken_again(bench: Bench) -> None:
    """An order that is completed later does not count the units down a second time."""
    shop, _ = bench()
    mug = shop.put_up("MUG", quantity=7)
    cup = shop.put_up("CUP", quantity=7)
    number = shop.sell([(mug, 1, PRICE), (cup, 1, PRICE)])
    [line, _] = [LineId(str(line.id)) for line in shop.shop.order(number).lines]
    shop.refund(number, {line: 1}, amount=PRICE)
    assert shop.shown(mug) == 7

    shop.set_status(number, "completed")

    assert (shop.shown(mug), shop.shown(cup)) == (7, 6)


def test_pushes_only_change_what_is_there(bench: Bench) -> None:
    """No push creates anything, so that two workers never make one thing twice."""
    shop, _ = bench()
    mug = shop.put_up("MUG", quantity=1)
    bodies: list[Any] = []

    def answer(received: Received) -> Any:
        if received.method in {"POST", "PUT"}:
            bodies.append(received.json())
        return shop.answer(received)

    _, watched = bench(
        client={
            "key": shop.key,
            "secret": shop.secret,
            "kit": Kit(transport=FakeTransport(answer), time=shop.time),
        }
    )
    watched.push_stock([StockUpdate(listing=mug, quantity=4)])

    assert bodies
    assert all("create" not in body for body in bodies)
    assert shop.shown(mug) == 4
