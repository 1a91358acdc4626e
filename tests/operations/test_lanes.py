"""One run over several channels at the same time: a channel that hangs holds no other up."""

import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial

import pytest

from ecomkit.adapters.memory import MemoryChannel, SoldLine
from ecomkit.channels import (
    ChannelAuthError,
    ChannelUnavailableError,
    Cursor,
    Listing,
    OrderPage,
    StockResult,
    StockUpdate,
)
from ecomkit.errors import FieldError
from ecomkit.identifiers import ChannelId, LineId, ListingId, Sku
from ecomkit.money import Currency, Money
from ecomkit.operations import Shop
from ecomkit.ports import ManualClock, Store
from ecomkit.stores import MemoryStore, SqliteStore

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ELEPHANT = Sku("ELEPHANT-KNIT")
LISTING = ListingId("L1")
SECONDS_MAX = 30
"""So long a test waits for what must come; it comes in milliseconds."""


class Watched(MemoryChannel):
    """Says when it was told a number."""

    def __init__(self, name: str, clock: ManualClock) -> None:
        super().__init__(ChannelId(name), clock=clock)
        self.put_up([Listing(id=LISTING, sku_text=ELEPHANT)])
        self.told = threading.Event()

    def push_stock(self, updates: Sequence[StockUpdate]) -> tuple[StockResult, ...]:
        """Show the numbers, and say so."""
        results = super().push_stock(updates)
        self.told.set()
        return results


class Hanging(Watched):
    """Does not answer a pull before all others have been told, and then fails."""

    def __init__(self, name: str, clock: ManualClock) -> None:
        super().__init__(name, clock)
        self.others: list[Watched] = []
        self.waited_in_vain = False
        self.hangs = True

    def orders_after(self, cursor: Cursor | None, *, page_size: int) -> OrderPage:
        """Hang."""
        if not self.hangs:
            return super().orders_after(cursor, page_size=page_size)
        for other in self.others:
            self.waited_in_vain |= not other.told.wait(SECONDS_MAX)
        raise ChannelUnavailableError(channel=self.channel, operation="pull", why="timeout")


def opened(
    *channels: MemoryChannel, workers: int, clock: ManualClock, store: Store | None = None
) -> Shop:
    """Return a shop that has adopted the channels, with ten elephants."""
    books = store or MemoryStore()
    shop = Shop(store=books, channels=channels, clock=clock, workers=workers)
    for channel in channels:
        shop.adopt(channel.channel, opening={ELEPHANT: 10})
    return shop


def sell(channel: MemoryChannel, number: str, quantity: int) -> None:
    """A shopper buys elephants."""
    line = SoldLine(
        id=LineId("1"),
        listing=LISTING,
        quantity=quantity,
        unit_price=Money(2500, Currency.EUR),
    )
    channel.sell(number, [line], placed_at=NOON)


def test_a_channel_that_hangs_delays_no_other() -> None:
    """The others are pulled and told while one does not answer, before it has failed."""
    clock = ManualClock(NOON)
    dead = Hanging("dead", clock)
    others = [Watched(name, clock) for name in ("etsy", "web")]
    dead.others = others
    shop = opened(dead, *others, workers=3, clock=clock)
    sell(others[0], "1001", 4)

    report = shop.sync()

    assert not dead.waited_in_vain
    assert [other.shown(LISTING) for other in others] == [6, 6]
    assert [pull.stopped is not None for pull in report.pulls] == [True, False, False]


@pytest.mark.parametrize("new_store", [MemoryStore, partial(SqliteStore, ":memory:")])
@pytest.mark.parametrize("workers", [1, 2, 3, 8])
def test_as_many_lanes_as_one_likes_lead_to_the_same_books(
    workers: int, new_store: Callable[[], Store]
) -> None:
    """What all channels sold is off all of them after the run, however many are called at once."""
    clock = ManualClock(NOON)
    channels = [Watched(name, clock) for name in ("etsy", "shop", "web")]
    shop = opened(*channels, workers=workers, clock=clock, store=new_store())
    for place, channel in enumerate(channels):
        sell(channel, f"100{place}", place + 1)

    report = shop.sync()

    assert [channel.shown(LISTING) for channel in channels] == [4, 4, 4]
    assert [pull.channel for pull in report.pulls] == ["etsy", "shop", "web"]
    assert [push.channel for push in report.pushes] == ["etsy", "shop", "web"]
    assert shop.audit().is_clean


def test_a_channel_that_comes_back_is_told() -> None:
    """What a channel missed while it hung is told in the run in which it answers again."""
    clock = ManualClock(NOON)
    dead, other = Hanging("dead", clock), Watched("etsy", clock)
    dead.others = [other]
    shop = opened(dead, other, workers=2, clock=clock)
    sell(other, "1001", 4)
    shop.sync()
    dead.hangs = False

    shop.sync()

    assert [channel.shown(LISTING) for channel in (dead, other)] == [6, 6]


def test_a_fault_of_ours_comes_up_after_the_lanes_have_ended() -> None:
    """An error that is no channel's is raised, and no lane is left behind."""
    clock = ManualClock(NOON)

    class Faulty(Watched):
        def orders_after(self, cursor: Cursor | None, *, page_size: int) -> OrderPage:
            raise ZeroDivisionError

    faulty, other = Faulty("faulty", clock), Watched("etsy", clock)
    shop = opened(faulty, other, workers=2, clock=clock)

    with pytest.raises(ZeroDivisionError):
        shop.sync()

    lanes = [lane.name for lane in threading.enumerate() if lane.name.startswith("ecomkit-lane")]
    assert lanes == []


def test_a_channel_that_needs_somebody_is_named_once() -> None:
    """Refused credentials stop a channel's lane; the report says so in one sentence."""
    clock = ManualClock(NOON)

    class Locked(Watched):
        def orders_after(self, cursor: Cursor | None, *, page_size: int) -> OrderPage:
            raise ChannelAuthError(channel=self.channel, operation="pull orders")

    locked, other = Locked("locked", clock), Watched("etsy", clock)
    shop = opened(locked, other, workers=2, clock=clock)

    report = shop.sync()

    assert report.stopped == ("locked refused our credentials for pull orders; renew them",)
    assert other.shown(LISTING) == 10


@pytest.mark.parametrize("workers", [0, -1, True, 1.5, "2"])
def test_workers_are_a_number_of_one_or_more(workers: object) -> None:
    """Anything else is refused."""
    with pytest.raises(FieldError) as caught:
        Shop(store=MemoryStore(), workers=workers)

    assert caught.value.field == "workers"
