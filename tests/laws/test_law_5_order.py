"""Law 5: order of arrival does not matter."""

import random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ecomkit.adapters.memory import ChannelFaults, MemoryChannel
from ecomkit.channels import Cursor, OrderPage, Payload
from ecomkit.identifiers import ChannelId, OrderId
from ecomkit.operations import Settings, Shop
from ecomkit.stock import Bucket, fold

SHOPPERS = ("sell", "cancel", "ship", "return", "tick")


class Replayed:
    """A channel that tells given texts, in the order in which they are given."""

    def __init__(self, source: Any, told: Any) -> None:
        self.channel = source.channel
        self._source = source
        self._told = told

    def orders_after(self, cursor: Any, *, page_size: Any) -> Any:
        """Return the next page."""
        start = 0 if cursor is None else int(cursor.token)
        end = min(start + page_size, len(self._told))
        return OrderPage(
            entries=[self._read(*self._told[place]) for place in range(start, end)],
            next=Cursor(str(end)),
            more=end < len(self._told),
        )

    def order(self, number: Any) -> None:
        """Return nothing: there are only pages."""
        return

    def listings_after(self, cursor: Any, *, page_size: Any) -> Any:
        """Return the listings of the channel behind it."""
        return self._source.listings_after(cursor, page_size=page_size)

    def _read(self, number: Any, text: Any) -> Any:
        return self._source.read_payload(
            Payload(channel=self.channel, object_id=number, text=text, subject=None)
        )


def observations(market: Any) -> Any:
    """Return every state that every order of every channel ever had, by channel."""
    seen = {}

    def changed(channel: Any, number: Any) -> None:
        plain(channel, number)
        seen.setdefault(channel.channel, []).append((number, channel._texts[number][-1]))

    plain = MemoryChannel._changed
    for channel in market.channels:
        channel._changed = lambda number, channel=channel: changed(channel, number)
    return seen


def arrived(
    market: Any, told: Any, *, page_size: Any, pulls: Any, module: Any, opening: Any
) -> Any:
    """Return a shop that has heard all of *told*, in that order, over several runs."""
    shop = Shop(
        store=module.STORES["memory"](),
        channels=[Replayed(c, told.get(c.channel, [])) for c in market.channels],
        settings=Settings(kits=module.KITS, page_size=page_size),
        clock=market.clock,
    )
    now = market.clock.now()
    # The shelf was counted when the shop began, before anything was sold.
    market.clock.set(module.START)
    for channel in market.channels:
        shop.adopt(channel.channel, opening=dict.fromkeys((module.A, module.B), opening))
    market.clock.set(now)
    for _ in range(pulls):
        shop.sync()
    return shop


def totals(shop: Any, module: Any) -> Any:
    """Return what may not depend on the order of arrival, however short the stock is."""
    with shop.store.snapshot() as tx:
        balances = fold(movement for _, movement in tx.movements(limit=1_000_000))
        claims = {
            kept.claim.order_id: kept.claim for kept in tx.scan(module.shared_collection("claim"))
        }
        histories = [
            (kept.sku, kept.first_day, kept.units)
            for kept in tx.scan(module.shared_collection("demand"))
        ]
        customers = tx.scan(module.shared_collection("customer"))
        orders = tx.scan(module.shared_collection("order"))
    levels = [shop.level(sku) for sku in (module.A, module.B)]
    gone = {
        level.sku: sum(
            units
            for account, units in balances.items()
            if account.sku == level.sku and account.bucket is Bucket.CUSTOMER
        )
        for level in levels
    }
    return {
        "claims": claims,
        "demand": histories,
        "customers": customers,
        "orders": [
            (order.id, order.placed_at, order.totals, order.paid, order.units.cancelled)
            for order in orders
        ],
        "covered": [level.allocated + gone[level.sku] for level in levels],
        "uncovered": [level.uncovered_units for level in levels],
        "sellable": [level.sellable for level in levels],
    }


def assert_same(first: Any, *others: Any) -> None:
    """Compare part by part, so that a difference can be read."""
    for other in others:
        for name, part in first.items():
            assert part == other[name], name


def states(shop: Any, module: Any) -> Any:
    """Return the state of each order, which depends on who is covered when stock is short."""
    with shop.store.snapshot() as tx:
        return [
            (order.id, order.units, order.state, order.fulfilment_state)
            for order in tx.scan(module.shared_collection("order"))
        ]


def shuffled(told: Any, dice: Any) -> Any:
    """Return *told* with repetitions, in any order."""
    return {
        channel: dice.sample(many := [*rows, *dice.choices(rows, k=len(rows))], len(many))
        for channel, rows in told.items()
    }


@settings(deadline=None, max_examples=20)
@given(data=st.data(), seed=st.integers(0, 10**6), opening=st.sampled_from((0, 5, 12, 500)))
def test_order_of_arrival_does_not_matter(
    new_market: Any, market_module: Any, data: st.DataObject, seed: Any, opening: Any
) -> None:
    """
    Pages repeated, delayed and shuffled lead to the same state of each object and the same
    covered and uncovered totals. Who is covered when stock is short follows the arrival.
    """
    market = new_market()
    told = observations(market)
    market.run(data.draw(market_module.steps(kinds=SHOPPERS)))
    options = {"module": market_module, "opening": opening}
    plain = arrived(market, told, page_size=100, pulls=1, **options)
    dice = random.Random(seed)  # noqa: S311 (not a secret)
    for _ in range(2):
        other = arrived(
            market,
            shuffled(told, dice),
            page_size=dice.randint(1, 7),
            pulls=dice.randint(1, 3),
            **options,
        )

        assert_same(totals(plain, market_module), totals(other, market_module))
        assert other.audit().is_clean
        if not plain.uncovered() and opening >= 500:
            assert states(plain, market_module) == states(other, market_module)


@settings(deadline=None, max_examples=12)
@given(data=st.data(), seeds=st.lists(st.integers(0, 1000), min_size=2, max_size=2))
def test_a_misbehaving_channel_tells_the_same_in_the_end(
    new_market: Any, market_module: Any, data: st.DataObject, seeds: Any
) -> None:
    """Late, repeated and interrupted pages, from two seeds and none, end with the same totals."""
    steps = data.draw(market_module.steps(kinds=(*SHOPPERS, "sync")))
    found = []
    for faults in (
        None,
        *(
            ChannelFaults(seed=seed, unavailable=0.2, rate_limited=0.1, repeated=0.3, late=0.4)
            for seed in seeds
        ),
    ):
        market = new_market(faults=faults).run(steps).settle()
        found.append(totals(market.shop, market_module))
        market.assert_clean()

    assert_same(*found)


@settings(deadline=None, max_examples=12)
@given(data=st.data(), seed=st.integers(0, 10**6))
def test_what_left_before_the_count_is_known_in_whatever_order_we_hear_of_it(
    new_market: Any, market_module: Any, data: st.DataObject, seed: Any
) -> None:
    """Orders of before the first day are open, shipped or cancelled; the count has seen it all."""
    market = new_market(opening=0)
    told = observations(market)
    # Each order changes once at the most: a claim has one date of shipment.
    market.run(data.draw(market_module.steps(kinds=("sell",))))
    dice = random.Random(seed)  # noqa: S311 (not a secret)
    for channel, number in market.sold:
        line = channel._orders[number]["lines"][0]
        act = dice.choice(["ship", "cancel", "nothing"])
        if act == "ship":
            channel.ship(number, {"1": line["quantity"]}, at=market.clock.now())
        elif act == "cancel":
            channel.cancel(number, {"1": line["quantity"]})
    counted_at = market.clock.now()
    found = []
    for number in range(3):
        rows = told if number == 0 else shuffled(told, dice)
        shop = Shop(
            store=market_module.STORES["memory"](),
            channels=[Replayed(c, rows.get(c.channel, [])) for c in market.channels],
            settings=Settings(kits=market_module.KITS, page_size=dice.randint(1, 5)),
            clock=market.clock,
        )
        market.clock.set(counted_at)
        for channel in market.channels:
            shop.adopt(
                channel.channel, opening=dict.fromkeys((market_module.A, market_module.B), 30)
            )
        for _ in range(dice.randint(1, 3)):
            shop.sync()
        found.append(totals(shop, market_module) | {"states": states(shop, market_module)})

        assert shop.audit().is_clean
        assert [
            found[-1]["covered"][place] - shop.level(sku).allocated
            for place, sku in enumerate((market_module.A, market_module.B))
        ] == [0, 0]

    assert_same(*found)


def test_a_webhook_is_a_hint_to_read_again(new_market: Any, market_module: Any) -> None:
    """Reading one order by itself, before its page comes, is one more observation of it."""
    market = new_market().run([("sell", 1, 0, 2)])
    [etsy] = [channel for channel in market.channels if channel.channel == ChannelId("etsy")]
    hinted = etsy.order("1")
    market.shop.sync()
    text = market.text()

    assert hinted == etsy.order("1")
    assert OrderId("etsy/1") == hinted.claim.order_id

    market.shop.sync()

    assert text == market.text()
