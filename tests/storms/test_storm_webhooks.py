"""Webhooks in any order, any number of times, between pulls: the books end the same."""

import random
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from storm_shops import Merchant, Side, shopify, woocommerce

from ecomkit.channels import HintKind, PageEntry, ReadOrder
from ecomkit.identifiers import LineId

sys.path.insert(0, str(Path(__file__).parents[2] / "examples"))

from webhooks.inbox import Inbox, drain, receive

OPENING = {"BEAR": 6, "ELEPHANT": 90, "OWL": 90}
ADDRESS = "https://merchant.example/hooks"

Delivery = tuple[Sequence[tuple[str, str]], bytes]


@attrs.define(kw_only=True)
class Day:
    """What happens in one shop, one thing after the other."""

    merchant: Merchant
    numbers: list[str] = attrs.field(factory=list)

    @property
    def side(self) -> Side:
        """The shop."""
        return self.merchant.sides[0]

    def happenings(self) -> list[Callable[[], None]]:
        """Return what happens."""
        return [
            lambda: self.buy({"OWL": 2, "BEAR": 4}),
            lambda: self.buy({"ELEPHANT": 3}),
            lambda: self.side.fake.touch(self.numbers[0]),
            lambda: self.side.fake.cancel(self.numbers[0], {self.line(0, 0): 1}),
            lambda: self.buy({"BEAR": 4}),
            lambda: self.side.fake.ship(self.numbers[1], {self.line(1, 0): 3}),
            lambda: self.side.fake.cancel(self.numbers[2]),
            lambda: self.buy({"OWL": 1}),
        ]

    def buy(self, units: dict[str, int]) -> None:
        """Let a shopper buy."""
        self.numbers.append(self.side.sell(units))

    def line(self, order: int, place: int) -> LineId:
        """Return the id of a line."""
        return self.side.lines(self.numbers[order])[place]


def day_at(system: Callable[..., Side]) -> Day:
    """Return a shop that calls us about orders."""
    merchant = Merchant.of(system, opening=OPENING)
    day = Day(merchant=merchant)
    for kind in (HintKind.ORDER, HintKind.REFUND):
        day.side.client.subscribe(kind, address=ADDRESS)
    assert day.side.client.subscriptions()
    day.side.fake.webhooks()
    return day


def books(day: Day) -> Any:
    """Return the books after a few runs, with orders by their place in the day."""
    day.merchant.settle()
    found = day.merchant.books()
    return {
        "orders": [
            found["orders"][day.merchant.order_id(day.side, number)] for number in day.numbers
        ],
        "count": len(found["orders"]),
        "levels": found["levels"],
        "shown": day.side.shown(),
    }


def by_pulls_alone(system: Callable[..., Side]) -> Any:
    """Return the books of the day if nobody calls us."""
    day = day_at(system)
    for happen in day.happenings():
        day.merchant.time.advance(2)
        happen()
    return books(day)


@pytest.mark.parametrize("examples", [3, pytest.param(40, marks=pytest.mark.slow)])
@pytest.mark.parametrize("system", [shopify, woocommerce])
def test_any_permutation_of_calls_ends_in_the_same_books(
    system: Callable[..., Side], examples: int
) -> None:
    """Calls come one to ten times, shuffled, late, and between runs; each event is kept once."""
    wanted = by_pulls_alone(system)

    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
    @given(dice=st.randoms(use_true_random=False))
    def run(dice: random.Random) -> None:
        day = day_at(system)
        shop, client = day.merchant.shop, day.side.client
        taken: list[str] = []
        events: set[str] = set()

        def take(_: str, entry: PageEntry) -> None:
            assert isinstance(entry, ReadOrder)
            taken.append(entry.claim.number)
            shop.pull_order(day.side.name, entry.claim.number)

        with tempfile.TemporaryDirectory() as folder:
            inbox = Inbox(Path(folder) / "inbox.db")
            on_their_way: list[Delivery] = []

            def deliver(count: int) -> None:
                for _ in range(min(count, len(on_their_way))):
                    headers, body = on_their_way.pop(dice.randrange(len(on_their_way)))
                    hint = client.read_webhook(body, headers=headers)
                    events.add(hint.event_id)
                    assert receive(inbox, client, shop="s", body=body, headers=headers) == 200

            def worker() -> None:
                drain(inbox, {"s": client}, take=take, attend=lambda *_: None)

            for happen in day.happenings():
                day.merchant.time.advance(2)
                happen()
                on_their_way += [
                    one for one in day.side.fake.webhooks() for _ in range(dice.randint(1, 10))
                ]
                deliver(dice.randint(0, 15))
                if dice.random() < 0.5:
                    worker()
                if dice.random() < 0.2:
                    shop.sync()
            deliver(len(on_their_way))
            worker()
            assert set(day.numbers) == set(taken)
            names = {day.merchant.order_id(day.side, number) for number in day.numbers}
            assert names == {order.id for order in shop.orders()}
            assert len(taken) <= len(events)
            assert inbox.waiting() == []
        assert wanted == books(day)

    run()
