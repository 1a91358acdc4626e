"""A market in which anything may happen: what the laws are tested on."""

import importlib.util
import random
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import strategies as st

from ecomkit.adapters.memory import ChannelFaults, MemoryChannel, SoldLine
from ecomkit.catalog import Component, Kit, Kits
from ecomkit.channels import Listing
from ecomkit.identifiers import CartId, ChannelId, CommandKey, LineId, ListingId, OrderId, Sku
from ecomkit.money import Currency, Money
from ecomkit.operations import Settings, Shop
from ecomkit.orders import Order, OrderLine, Payment, PaymentKind
from ecomkit.ports import ManualClock
from ecomkit.returns import Disposition, ReceivedLine, Reception
from ecomkit.stores import MemoryStore, SqliteStore


def _shared() -> ModuleType:
    """Return what the tests of the operations share."""
    path = Path(__file__).parents[1] / "operations" / "conftest.py"
    spec = importlib.util.spec_from_file_location("operations_conftest", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


shared = _shared()
START = shared.START
A, B, KIT = Sku("A"), Sku("B"), Sku("KIT")
LISTINGS = (("L1", A), ("L2", B), ("L3", KIT))
KITS = Kits(
    kits=[Kit(sku=KIT, components=[Component(sku=A, quantity=2), Component(sku=B, quantity=1)])]
)
ONE = LineId("1")
STORES = {"memory": MemoryStore, "sqlite": lambda: SqliteStore(":memory:")}

Step = tuple[str, int, int, int]


class Market:
    """Two channels, two skus and a kit, and a shop; each step does one thing, once."""

    commands = ("receive", "count", "hold", "release", "place", "fulfil", "drop", "back", "pay")
    events = ("sell", "cancel", "ship", "return", "garbage", "tick", "sync")

    def __init__(
        self,
        store: Any,
        *,
        faults: Any = None,
        opening: Any = 10,
        times: Any = 1,
        settings: Any = None,
    ) -> None:
        self.clock = ManualClock(START)
        self.store = store
        self.times = times
        self.opening = opening
        self.step = 0
        self.sold = []
        self.received = dict.fromkeys((A, B), 0)
        self.channels = [
            MemoryChannel(ChannelId(name), clock=self.clock) for name in ("corner", "etsy")
        ]
        for channel in self.channels:
            channel.put_up(
                Listing(id=ListingId(name), sku_text=sku, quantity=1) for name, sku in LISTINGS
            )
        self.shop = Shop(
            store=store,
            channels=self.channels,
            settings=settings or Settings(kits=KITS, page_size=3),
            clock=self.clock,
        )
        for channel in self.channels:
            self.shop.adopt(channel.channel, opening={A: opening, B: opening})
        # Adoption is done by a person who sees an error; from here on channels misbehave.
        for channel in self.channels:
            channel._dice = type(channel._dice)(channel.channel, faults or ChannelFaults())

    def run(self, steps: Any) -> Any:
        """Do all steps, each a minute after the one before."""
        for kind, one, two, three in steps:
            self.step += 1
            self.clock.advance(timedelta(minutes=1))
            getattr(self, f"_{kind}")(one, two, three)
        return self

    def say(self, command: Callable[[], object]) -> None:
        """Give a command as often as this market repeats itself."""
        for _ in range(self.times):
            command()

    def key(self) -> Any:
        """Return a command key."""
        return CommandKey(f"step-{self.step}")

    # -- what shoppers and marketplaces do ------------------------------------------------

    def _sell(self, channel: Any, listing: Any, quantity: int) -> None:
        channel = self.channels[channel % 2]
        line = SoldLine(
            id=ONE,
            listing=ListingId(LISTINGS[listing % 3][0]),
            quantity=quantity % 5 + 1,
            unit_price=Money(1999, Currency.EUR),
        )
        number = str(self.step)
        channel.sell(number, [line], placed_at=self.clock.now(), buyer=f"buyer-{quantity}")
        self.sold.append((channel, number))

    def _chosen(self, place: Any) -> Any:
        channel, number = self.sold[place % len(self.sold)]
        return channel, number, channel._orders[number]["lines"][0]

    def _cancel(self, place: Any, _: Any, quantity: int) -> None:
        if self.sold:
            channel, number, line = self._chosen(place)
            most = line["quantity"] - line["cancelled"] - line["shipped"]
            if most:
                channel.cancel(number, {ONE: quantity % most + 1})

    def _ship(self, place: Any, _: Any, quantity: int) -> None:
        if self.sold:
            channel, number, line = self._chosen(place)
            most = line["quantity"] - line["cancelled"] - line["shipped"]
            if most:
                channel.ship(number, {ONE: quantity % most + 1}, at=self.clock.now())

    def _return(self, place: Any, _: Any, quantity: int) -> None:
        if self.sold:
            channel, number, line = self._chosen(place)
            most = line["shipped"] - line["returned"]
            if most:
                channel.send_back(number, {ONE: quantity % most + 1})

    def _garbage(self, channel: Any, number: Any, text: Any) -> None:
        self.channels[channel % 2].post(f"garbage-{number}", "{" * text)

    def _tick(self, hours: Any, _: Any, __: Any) -> None:
        self.clock.advance(timedelta(hours=hours % 48))

    # -- what the merchant does -----------------------------------------------------------

    def _sync(self, *_: Any) -> None:
        self.shop.sync()

    def _sku(self, number: Any) -> Any:
        return (A, B)[number % 2]

    def _receive(self, sku: Any, _: Any, quantity: int) -> None:
        units = {self._sku(sku): quantity % 6 + 1}
        self.received[self._sku(sku)] += quantity % 6 + 1
        key = self.key()
        self.say(lambda: self.shop.receive(units, key=key))

    def _count(self, sku: Any, _: Any, quantity: int) -> None:
        units = {self._sku(sku): quantity % 15}
        self.received[self._sku(sku)] += (
            units[self._sku(sku)] - self.shop.level(self._sku(sku)).usable
        )
        key = self.key()
        self.say(lambda: self.shop.count(units, key=key))

    def _hold(self, cart: Any, sku: Any, quantity: int) -> None:
        units = {(A, B, KIT)[sku % 3]: quantity % 3 + 1}
        until = self.clock.now() + timedelta(minutes=quantity % 7 + 1)
        key = self.key()
        self.say(lambda: self.shop.hold(CartId(f"c{cart % 3}"), units, until=until, key=key))

    def _release(self, cart: Any, _: Any, __: Any) -> None:
        key = self.key()
        self.say(lambda: self.shop.release(CartId(f"c{cart % 3}"), [A, B, KIT], key=key))

    def _place(self, cart: Any, sku: Any, quantity: int) -> None:
        amount = Money(1999, Currency.EUR)
        quantity = quantity % 4 + 1
        order = Order(
            id=OrderId(f"shop/{self.step}"),
            channel=ChannelId("shop"),
            currency=Currency.EUR,
            placed_at=self.clock.now(),
            lines=[
                OrderLine(
                    id=ONE,
                    sku=(A, B, KIT)[sku % 3],
                    quantity=quantity,
                    unit_price=amount,
                )
            ],
            payments=[
                Payment(kind=PaymentKind.CAPTURED, amount=amount * quantity, at=self.clock.now())
            ],
        )
        cart = CartId(f"c{cart % 3}")
        self.say(lambda: self.shop.place(order, cart=cart))

    def _fulfil(self, *_: Any) -> None:
        self.say(self.shop.fulfil)

    def orders(self) -> Any:
        """Return every order in the books."""
        with self.store.snapshot() as tx:
            return tx.scan(shared_collection("order"))

    def _of_books(self, place: Any) -> Any:
        orders = self.orders()
        return orders[place % len(orders)] if orders else None

    def _drop(self, place: Any, _: Any, quantity: int) -> None:
        order = self._of_books(place)
        if order is not None and order.units.open:
            units = {ONE: quantity % order.units.open + 1}
            key = self.key()
            self.say(lambda: self.shop.cancel(order.id, units, key=key))

    def _back(self, place: Any, disposition: Any, quantity: int) -> None:
        order = self._of_books(place)
        if order is not None and order.units.out:
            line = ReceivedLine(
                line=ONE,
                quantity=quantity % order.units.out + 1,
                disposition=tuple(Disposition)[disposition % 4],
            )
            reception = Reception(lines=[line])
            key = self.key()
            self.say(lambda: self.shop.receive_return(order.id, reception, key=key))

    def _pay(self, place: Any, _: Any, quantity: int) -> None:
        order = self._of_books(place)
        if order is not None and order.paid.kept.amount:
            amount = Money(quantity * 7 % order.paid.kept.amount + 1, Currency.EUR)
            key = self.key()
            self.say(lambda: self.shop.pay_back(order.id, amount, key=key, goodwill=amount))

    # -- what is asked in the end ---------------------------------------------------------

    def settle(self) -> Any:
        """Heal the channels, and run until nothing is left to do."""
        for channel in self.channels:
            channel._dice = type(channel._dice)(channel.channel, ChannelFaults())
        for _ in range(4):
            report = self.shop.sync()
        assert [pull.stopped for pull in report.pulls] == [None, None]
        assert not [pending for pending in report.untold if pending.state.name != "REJECTED"]
        return self

    def levels(self) -> Any:
        """Return the levels of both skus."""
        return [self.shop.level(sku) for sku in (A, B)]

    def text(self) -> Any:
        """Return all that the books hold, as text."""
        return shared.books_text(self.store)

    def assert_clean(self) -> None:
        """Fail unless the audit finds nothing."""
        report = self.shop.audit()

        assert report.is_clean, report.explain()


def shared_collection(name: Any) -> Any:
    """Return the collection of that name."""
    [found] = [one for one in shared.COLLECTIONS if one.name == name]
    return found


def story(seed: Any, length: Any, kinds: Any = Market.events + Market.commands) -> Any:
    """Return the first *length* steps of the story called *seed*."""
    dice = random.Random(seed)  # noqa: S311 (not a secret)
    # Sales are what the rest is about, and runs bring it together.
    weights = [WEIGHTS.get(kind, 1) for kind in kinds]
    return [
        (dice.choices(kinds, weights)[0], *(dice.randrange(60) for _ in range(3)))
        for _ in range(length)
    ]


WEIGHTS = {"sell": 5, "sync": 5, "ship": 3, "receive": 2, "fulfil": 2}


def steps(*, kinds: Any = Market.events + Market.commands) -> Any:
    """
    Return stories of the given kinds of steps.

    Drawn from seeds, since lists that Hypothesis draws rarely meet: a sale, its shipment and
    its return. A story shrinks to its beginning.
    """
    return st.builds(
        story,
        seed=st.integers(0, 10**6),
        length=st.sampled_from((3, 10, 30, 60)),
        kinds=st.just(kinds),
    )


def channel_faults(*, share: Any = 0.2) -> Any:
    """Return ways in which channels misbehave, none at all among them."""
    rate = st.sampled_from((0, share))
    return st.builds(
        ChannelFaults,
        seed=st.integers(0, 1000),
        unavailable=rate,
        rate_limited=rate,
        lost_answers=rate,
        rejected_rows=rate,
        repeated=rate,
        late=rate,
    )


def text_of_story(told: Any, *, store: Any = "memory", seed: Any = 0) -> Any:
    """Return all that the books hold after a story: one function, for a process of its own."""
    faults = ChannelFaults(
        seed=seed, unavailable=0.1, rate_limited=0.1, lost_answers=0.1, repeated=0.2, late=0.2
    )
    return Market(STORES[store](), faults=faults).run(told).text()


@pytest.fixture(scope="session", params=list(STORES))
def new_market(request: Any) -> Callable[..., Market]:
    """Make markets over an empty store of each kind."""
    return lambda **options: Market(STORES[request.param](), **options)


@pytest.fixture(scope="session")
def market_module() -> Iterator[ModuleType]:
    """Return this module: tests cannot import it by name."""
    return sys.modules[__name__]
