"""Taking: orders that came by themselves are in the books together, as if they came one by one."""

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecomkit.channels import Payload, UnreadableOrder
from ecomkit.errors import FieldError
from ecomkit.identifiers import ChannelId, LineId
from ecomkit.money import Currency, Money
from ecomkit.operations import NotAdoptedError, PullReport
from ecomkit.operations._customers import CUSTOMERS
from ecomkit.operations._intake import pull_orders, take_entries
from ecomkit.operations._orders import CLAIMS
from ecomkit.operations._quarantine import PAYLOADS, QUARANTINE
from ecomkit.stores import MemoryStore

ONE = LineId("1")


def take(world: Any, *entries: Any) -> PullReport:
    """Take entries of etsy in, in one transaction."""
    return take_entries(
        world.store, world.etsy_id, entries, now=world.clock.now(), settings=world.settings
    )


def unreadable(number: str, *faults: str) -> UnreadableOrder:
    """Return a payload of etsy that cannot be read."""
    payload = Payload(
        channel=ChannelId("etsy"), object_id=number, text=json.dumps(faults), subject="ada"
    )
    return UnreadableOrder(payload=payload, faults=faults or ("not an order",))


def states(world: Any, number: str, quantity: int) -> list[Any]:
    """Return an order of etsy as it was at each step of its life, and what cannot be read of it."""
    seen = []
    world.sell(world.etsy, number, quantity, buyer="ada" if quantity % 2 else None)
    seen.append(world.etsy.order(number))
    world.etsy.cancel(number, {ONE: 1})
    seen.append(world.etsy.order(number))
    world.etsy.ship(number, {ONE: 1}, at=world.clock.now() + timedelta(hours=1))
    seen.append(world.etsy.order(number))
    return [*seen, unreadable(number, "torn")]


@given(
    places=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=14),
    cuts=st.sets(st.integers(0, 14)),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[*HealthCheck])
def test_together_is_as_one_by_one(
    world_class: Any, places: list[tuple[int, int]], cuts: set[int]
) -> None:
    """However orders are gathered into transactions, repeated, late or torn, the books are the same."""
    worlds = [world_class(MemoryStore()).adopted() for _ in range(3)]
    quantities = (2, 3, 4, 5)
    orders = [states(worlds[0], str(number), units) for number, units in enumerate(quantities, 1)]
    entries = [orders[order][state] for order, state in places]
    alone, together, gathered = worlds

    for entry in entries:
        take(alone, entry)
    take(together, *entries)
    at = 0
    for cut in [*sorted(cuts), len(entries)]:
        take(gathered, *entries[at:cut])
        at = max(at, cut)

    def books(world: Any) -> list[str]:
        # Ranks, and with them the places in a queue, are handed out where sales are recorded.
        return [
            line
            for line in world.text().split("\n")
            if line.split()[0] in {"order", "claim", "payload", "quarantine", "customer", "demand"}
        ]

    assert books(alone) == books(together) == books(gathered)
    assert alone.level.uncovered_units == together.level.uncovered_units
    assert alone.available == together.available == gathered.available
    together.assert_clean()


def test_the_report_counts_what_was_taken_in(world: Any) -> None:
    """Placed, changed, seen before and unreadable ones; all of it in one transaction."""
    world.sell(world.etsy, "1", 4, buyer="ada")
    first = world.etsy.order("1")
    world.etsy.cancel("1", {ONE: 1})
    second = world.etsy.order("1")
    written = world.store.written

    report = take(world, first, first, second, unreadable("2"))

    assert report == PullReport(
        channel=world.etsy_id, placed=1, changed=1, unchanged=1, quarantined=1
    )
    assert world.store.written == written + 1
    assert (world.level.allocated, world.available) == (3, 7)


def test_what_a_pull_tells_again_changes_nothing(world: Any) -> None:
    """An order that was sent and is pulled later is the same observation twice."""
    world.sell(world.etsy, "1", 4)
    take(world, world.etsy.order("1"))

    report = pull_orders(world.store, world.etsy, now=world.clock.now(), settings=world.settings)

    assert report == PullReport(channel=world.etsy_id, unchanged=1)


@pytest.mark.parametrize("last", ["read", "torn"])
def test_an_order_that_was_torn_and_read_in_one_breath(world: Any, last: str) -> None:
    """What came last stands: torn, it waits with its payload; read, it has left quarantine."""
    world.sell(world.etsy, "1", 4)
    both = {"read": world.etsy.order("1"), "torn": unreadable("1", "torn")}
    first = both[next(name for name in both if name != last)]

    take(world, first, both[last])

    assert [kept.payload for kept in world.kept(PAYLOADS)] == [both[last].payload]
    assert [kept.faults for kept in world.kept(QUARANTINE)] == (
        [("torn",)] if last == "torn" else []
    )
    assert world.level.allocated == 4


def test_a_buyer_is_taken_down_once(world: Any) -> None:
    """Two orders of one buyer in one transaction make one customer."""
    for number in ("1", "2"):
        world.sell(world.etsy, number, 1, buyer="ada")

    take(world, world.etsy.order("1"), world.etsy.order("2"), unreadable("3"))

    [customer] = world.kept(CUSTOMERS)
    assert {order.customer for order in world.shop.orders()} == {customer.id}


def test_a_fault_of_the_caller_writes_nothing(world: Any) -> None:
    """An entry of another channel is refused, together with those beside it."""
    world.sell(world.etsy, "1", 1)
    world.sell(world.corner, "1", 1)
    text = world.text()

    with pytest.raises(FieldError, match="payloads of etsy"):
        take(world, world.etsy.order("1"), world.corner.order("1"))

    assert text == world.text()


def test_a_channel_is_adopted_first(bare: Any) -> None:
    """Before that its listings have no skus."""
    bare.sell(bare.etsy, "1", 1)

    with pytest.raises(NotAdoptedError):
        take(bare, bare.etsy.order("1"))


@pytest.mark.parametrize("told", [0, 2_000, 10_000])
def test_money_that_is_told_later_is_booked(world: Any, told: int) -> None:
    """An order that was told before it was paid has its payment once the channel says so, once."""
    name = world.sell(world.etsy, "1", 4)
    document = json.loads(world.etsy._texts["1"][-1])
    currency = Currency.EUR
    world.etsy.post("1", json.dumps(document | {"paid": f"{told // 100}.00"}))
    before = world.etsy.order("1")
    world.etsy.post(
        "1", json.dumps(document | {"version": document["version"] + 1, "paid": "100.00"})
    )
    after = world.etsy.order("1")

    for entries in ([before, after], [before], [after]):
        take(world, *entries)

    order = world.shop.order(name)
    assert order.paid.captured == Money(10_000, currency)
    assert len(order.payments) == (1 if told in {0, 10_000} else 2)
    assert len(world.kept(CLAIMS)) == 1
