"""Law 2: no unit is promised twice, and every surplus is seen."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecomkit.identifiers import CartId, ChannelId, CommandKey, LineId, OrderId, Sku
from ecomkit.money import Currency, Money
from ecomkit.operations import Shop
from ecomkit.orders import Order, OrderLine
from ecomkit.ports import ManualClock
from ecomkit.stock import Owner, Record, Reserved, Short, Want
from ecomkit.stores import Durability, MemoryStore, SqliteStore

SKU = Sku("ELEPHANT")
ONE = LineId("1")


@settings(deadline=None, max_examples=25)
@given(data=st.data())
def test_no_unit_is_promised_twice_and_every_surplus_is_seen(
    new_market: Any, market_module: Any, data: st.DataObject
) -> None:
    """
    Two verbs: ``reserve`` is granted only if the units are there; ``record`` never refuses,
    covers what it can and leaves the rest uncovered: visible, counted, to be resolved.
    """
    market = new_market(faults=data.draw(market_module.channel_faults()))
    for step in data.draw(market_module.steps()):
        market.run([step])
        now = market.clock.now()
        wanted = dict.fromkeys((market_module.A, market_module.B), 0)
        for order in market.orders():
            for part, units in parts(market_module, order.lines[0].sku).items():
                wanted[part] += units * order.units.open
        for level in market.levels():
            # Every open unit is either there or seen to be missing; none is both.
            assert wanted[level.sku] == level.allocated + level.uncovered_units
            assert level.allocated + level.held <= level.usable
            # Nobody waits for units that nobody was promised.
            assert level.uncovered_units == 0 or level.sellable == 0
            assert level.available(now) + level.promised(now) <= level.usable
        waiting = market.shop.uncovered()

        assert sum(level.uncovered_units for level in market.levels()) == sum(
            one.quantity for one in waiting
        )


def parts(module: Any, sku: Any) -> Any:
    """Return what lies on the shelf for a sku."""
    return {module.A: 2, module.B: 1} if sku == module.KIT else {sku: 1}


@settings(deadline=None, max_examples=15)
@given(data=st.data())
def test_no_channel_shows_what_is_not_there(
    new_market: Any, market_module: Any, data: st.DataObject
) -> None:
    """After a run every channel shows what is available, and never more."""
    kinds = (*market_module.Market.events, *market_module.Market.commands)
    market = new_market(faults=data.draw(market_module.channel_faults()))
    market.run(data.draw(market_module.steps(kinds=kinds))).settle()
    now = market.clock.now()
    available = {level.sku: level.available(now) for level in market.levels()}
    available[market_module.KIT] = min(available[market_module.A] // 2, available[market_module.B])
    rejected = {
        (kept.channel, kept.listing)
        for kept in _all(market, market_module, "intent")
        if kept.state.name == "REJECTED"
    }
    for channel in market.channels:
        for name, sku in market_module.LISTINGS:
            if (channel.channel, name) not in rejected:
                assert available[sku] == channel.shown(name)


def _all(market: Any, module: Any, name: Any) -> Any:
    with market.store.snapshot() as tx:
        return tx.scan(module.shared_collection(name))


def order(number: Any, quantity: int, now: Any) -> Any:
    """Return an order of our own shop."""
    return Order(
        id=OrderId(f"shop/{number}"),
        channel=ChannelId("shop"),
        currency=Currency.EUR,
        placed_at=now,
        lines=[OrderLine(id=ONE, sku=SKU, quantity=quantity, unit_price=Money(100, Currency.EUR))],
    )


def one_store(path: Any) -> Any:
    """Return one store four times: threads share its connection."""
    store = SqliteStore(path, durability=Durability.PROCESS_CRASH)
    return [store] * 4


def four_connections(path: Any) -> Any:
    """Return four stores of one file, as four processes have them."""
    return [SqliteStore(path, durability=Durability.PROCESS_CRASH) for _ in range(4)]


@pytest.mark.parametrize(
    "stores",
    [one_store, four_connections, lambda _: [MemoryStore()] * 4],
    ids=["one store", "four connections", "memory"],
)
@pytest.mark.parametrize(("stock", "demand"), [(25, 60), (60, 25), (0, 8)])
def test_many_writers_are_granted_what_is_there(
    stores: Any, stock: Any, demand: Any, tmp_path: Any, market_module: Any
) -> None:
    """True under any number of writers: the grants are the smaller of stock and demand."""
    clock = ManualClock(market_module.START)
    shops = [Shop(store=store, clock=clock) for store in stores(tmp_path / "shop.db")]
    shops[0].count({SKU: stock}, key=CommandKey("opening"))
    until = clock.now() + timedelta(hours=1)

    def buy(number: Any) -> Any:
        shop = shops[number % 4]
        if number % 3 == 0:
            return shop.hold(
                CartId(f"c{number}"), {SKU: 1}, until=until, key=CommandKey(f"h{number}")
            )
        return shop.place(order(number, 1, clock.now()))

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(buy, range(demand)))

    assert min(stock, demand) == sum(isinstance(one, Reserved) for one in outcomes)
    assert demand - min(stock, demand) == sum(isinstance(one, Short) for one in outcomes)
    level = shops[0].level(SKU)
    assert (max(0, stock - demand), min(stock, demand)) == (
        level.sellable,
        level.held + level.allocated,
    )
    assert shops[0].audit().is_clean
    for shop in shops:
        shop.close()


@pytest.mark.parametrize("seed", range(3))
def test_many_writers_of_every_kind_leave_clean_books(
    seed: Any, tmp_path: Any, market_module: Any
) -> None:
    """Sales recorded, carts held, orders placed, goods received, all at once: nothing is lost."""
    clock = ManualClock(market_module.START)
    shops = [Shop(store=store, clock=clock) for store in four_connections(tmp_path / "shop.db")]
    shops[0].count({SKU: 20}, key=CommandKey("opening"))
    until = clock.now() + timedelta(hours=1)
    dice = random.Random(seed)  # noqa: S311 (not a secret)
    work = [(number, dice.choice("rhpg"), dice.randint(1, 3)) for number in range(60)]

    def act(job: Any) -> Any:
        number, kind, quantity = job
        shop, key = shops[number % 4], CommandKey(f"job-{number}")
        if kind == "r":
            owner = Owner.line(OrderId(f"etsy/{number}"), ONE)
            want = Want(owner=owner, sku=SKU, quantity=quantity)
            return shop.execute(Record(key=key, wants=[want], placed_at=clock.now()))
        if kind == "h":
            return shop.hold(CartId(key), {SKU: quantity}, until=until, key=key)
        if kind == "p":
            return shop.place(order(number, quantity, clock.now()))
        return shop.receive({SKU: quantity}, key=key)

    with ThreadPoolExecutor(8) as pool:
        outcomes = dict(zip(work, pool.map(act, work), strict=True))
    level = shops[0].level(SKU)
    total = {
        kind: sum(
            quantity
            for (_, which, quantity), outcome in outcomes.items()
            if which == kind and not isinstance(outcome, Short)
        )
        for kind in "rhpg"
    }

    assert 20 + total["g"] == level.usable
    assert total["h"] == level.held
    assert total["r"] + total["p"] == level.allocated + level.uncovered_units
    assert level.uncovered_units == 0 or level.sellable == 0
    for shop in shops:
        shop.close()
