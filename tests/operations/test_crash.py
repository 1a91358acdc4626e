"""A crash at any moment: the script is run again, and ends where an undisturbed run ends."""

from collections.abc import Callable
from itertools import count
from typing import Any

import attrs
import pytest

from ecomkit.channels import ChannelUnavailableError, RateLimitedError
from ecomkit.identifiers import CartId, ChannelId, LineId, OrderId, PurchaseOrderId
from ecomkit.money import Money
from ecomkit.operations import Settings
from ecomkit.returns import Disposition, ReceivedLine, Reception
from ecomkit.stores import MemoryStore, SqliteStore

ONE = LineId("1")
PO = PurchaseOrderId("PO-1")
STORES = {"memory": MemoryStore, "sqlite": lambda: SqliteStore(":memory:")}


class Killed(BaseException):
    """The process ends here."""


class Story:
    """A merchant's day as a script that may be killed anywhere and is then run from the top."""

    def __init__(self, world_class: Any, store: Any) -> None:
        # Small pages, so that one pull is several transactions.
        self.world = world_class(store, settings=Settings(page_size=2))
        self.happened = set()
        self.keys = count()

    def shopper(self, name: str, act: Callable[[], object]) -> None:
        """Something that happens at a channel once, whatever becomes of our process."""
        if name not in self.happened:
            self.happened.add(name)
            act()

    def sell(self, channel: Any, number: Any, quantity: int) -> None:
        """Let a shopper buy on a channel, once."""
        self.shopper(
            f"{channel.channel}/{number}",
            lambda: self.world.sell(channel, number, quantity, buyer="ada"),
        )

    def run(self) -> None:
        """Run the whole script, from the top."""
        world, shop = self.world, self.world.shop
        etsy, corner = world.etsy, world.corner
        first, second = OrderId("etsy/1"), OrderId("corner/1")
        shop.adopt(world.etsy_id, opening={world.sku: 10})
        shop.adopt(world.corner_id)
        shop.sync()
        self.sell(etsy, "1", 5)
        self.sell(corner, "1", 7)
        self.sell(corner, "2", 1)
        self.sell(corner, "3", 1)
        self.shopper("garbage", lambda: corner.post("4", "{"))
        shop.sync()
        shop.purchase(PO, units={world.sku: 8}, expected_on=world.clock.now().date())
        shop.receive({world.sku: 8}, key=world.key("receipt"), purchase_order=PO)
        shop.sync()
        shop.fulfil([first, second])
        shop.sync()
        own = world.own_order(quantity=2)
        until = world.clock.now().replace(hour=23)
        shop.hold(CartId("c"), {world.sku: 2}, until=until, key=world.key("hold"))
        shop.place(own, cart=CartId("c"))
        shop.cancel(own.id, {ONE: 1}, key=world.key("cancel"))
        self.sell(etsy, "2", 1)
        self.shopper("back", lambda: etsy.send_back("1", {ONE: 2}))
        shop.sync()
        back = ReceivedLine(line=ONE, quantity=2, disposition=Disposition.RESTOCK)
        shop.receive_return(first, Reception(lines=[back]), key=world.key("parcel"))
        shop.pay_back(first, world.price * 2, key=world.key("refund"), reason="returned")
        shop.sync()
        shop.count({world.sku: 4}, key=world.key("count"))
        shop.sync()

    def run_until_done(self) -> Any:
        """Run the script again and again until it was not killed; return how often it was."""
        for killed in count():
            try:
                self.run()
            except Killed:
                continue
            return killed
        raise AssertionError

    def essence(self) -> Any:
        """Return what has to be the same whoever was covered first: orders, units and channels."""
        world = self.world
        orders = [
            (order.id, order.units, order.paid.kept)
            for name in ("etsy/1", "etsy/2", "corner/1", "corner/2", "corner/3", "shop/1")
            for order in [world.shop.order(OrderId(name))]
        ]
        level = world.level
        return (
            orders,
            attrs.evolve(level, allocations=(), allocated=0, next_rank=0),
            [allocation.quantity for allocation in level.allocations],
            self.channels(),
        )

    def channels(self) -> Any:
        """Return what both channels ended with."""
        return [
            (channel._orders, channel._listings, channel._keys) for channel in self.world.channels
        ]

    def assert_done(self) -> None:
        """Fail unless there is nothing left to do."""
        world = self.world
        report = world.shop.sync()

        assert (report.disagreements, report.untold) == (0, ())
        assert report.brake.zeroing == 0
        assert (
            world.available == world.etsy.shown(world.listing) == world.corner.shown(world.listing)
        )
        world.assert_clean()


@pytest.fixture(params=list(STORES))
def new_story(request: Any, world_class: Any) -> Callable[[], Story]:
    """Tell the story on an empty store of each kind."""
    return lambda: Story(world_class, STORES[request.param]())


@pytest.fixture
def undisturbed(new_story: Any) -> Story:
    """Return the story as it goes when nothing goes wrong."""
    story = new_story()
    story.run()
    return story


def test_the_story_does_something(undisturbed: Any) -> None:
    """The story that is killed below touches every process."""
    world = undisturbed.world
    names = {name for channel in world.channels for name, _ in channel.calls}

    assert {"push_stock", "push_fulfilment", "push_refund", "orders_after"} <= names
    assert world.store.written > 30
    assert len(world.shop.quarantined()) == 1
    undisturbed.assert_done()


def test_the_script_run_again_changes_nothing(undisturbed: Any) -> None:
    """All of it is idempotent."""
    text, channels = undisturbed.world.text(), str(undisturbed.channels())
    undisturbed.run()

    assert text == undisturbed.world.text()
    assert channels == str(undisturbed.channels())


@pytest.mark.parametrize("moment", ["before_commit", "after_commit"])
def test_killed_at_any_transaction_it_ends_the_same(
    new_story: Any, undisturbed: Any, moment: Any
) -> None:
    """For every n: killed at the n-th transaction, before or after its commit."""
    expected, channels = undisturbed.world.text(), str(undisturbed.channels())
    for number in range(1, undisturbed.world.store.written + 1):
        story = new_story()

        def kill(written: Any, number: Any = number) -> None:
            if written == number:
                raise Killed

        setattr(story.world.store, moment, kill)

        assert story.run_until_done() == 1
        assert expected == story.world.text(), f"killed at transaction {number}"
        assert channels == str(story.channels())


@pytest.mark.parametrize("moment", ["before", "after"])
def test_killed_at_any_call_it_ends_the_same(
    new_story: Any, undisturbed: Any, moment: Any
) -> None:
    """For every n: killed at the n-th call of a channel, before or after it took effect."""
    expected, channels = undisturbed.world.text(), str(undisturbed.channels())
    calls = sum(len(channel.calls) for channel in undisturbed.world.channels)
    for number in range(1, calls + 1):
        story = new_story()
        made = count(1)

        def kill(name: Any, number: Any = number, made: Any = made) -> None:
            if next(made) == number:
                raise Killed

        for channel in story.world.channels:
            setattr(channel, moment, kill)

        assert story.run_until_done() == 1
        assert expected == story.world.text(), f"killed at call {number}"
        assert channels == str(story.channels())


@pytest.mark.parametrize(
    ("moment", "error"),
    [
        (
            "before",
            ChannelUnavailableError(channel=ChannelId("x"), operation="call", why="down"),
        ),
        (
            "after",
            ChannelUnavailableError(channel=ChannelId("x"), operation="call", why="lost"),
        ),
        (
            "before",
            RateLimitedError(channel=ChannelId("x"), operation="call", retry_after_seconds=1),
        ),
    ],
    ids=["unavailable", "lost answer", "rate limited"],
)
def test_a_channel_that_fails_once_at_any_call_costs_nothing(
    new_story: Any, undisturbed: Any, moment: Any, error: Any
) -> None:
    """For every n: the n-th call fails; the runs that follow make up for it."""
    expected = undisturbed.essence()
    calls = sum(len(channel.calls) for channel in undisturbed.world.channels)
    for number in range(1, calls + 1):
        story = new_story()
        made = count(1)

        def fail(name: Any, number: Any = number, made: Any = made) -> None:
            if next(made) == number:
                # Adoption is done by a person, who sees the error and tries again.
                raise Killed if name == "listings_after" else error

        for channel in story.world.channels:
            setattr(channel, moment, fail)
        sync = story.world.shop.sync

        def sync_until_quiet(sync: Any = sync) -> Any:
            report = sync()
            for _ in range(5):
                if (
                    any(pull.stopped for pull in report.pulls)
                    or report.untold
                    or any(push.unknown or push.waiting for push in report.pushes)
                ):
                    report = sync()
            return report

        story.world.shop.sync = sync_until_quiet
        story.run_until_done()

        assert expected == story.essence(), f"failed at call {number}"
        story.assert_done()


def test_a_store_that_breaks_leaves_a_channel_untold_but_not_wrong(new_story: Any) -> None:
    """Killed between the answer and its booking, the number is read back, not sent again."""
    story = new_story()
    world = story.world
    world.shop.adopt(world.etsy_id, opening={world.sku: 10})
    world.shop.sync()
    world.shop.receive({world.sku: 1}, key=world.key())

    def kill(written: Any) -> None:
        if "push_stock" in [name for name, _ in world.etsy.calls[seen:]]:
            raise Killed

    seen = len(world.etsy.calls)
    world.store.before_commit = kill
    with pytest.raises(Killed):
        world.shop.sync()
    world.store.before_commit = lambda written: None
    world.shop.sync()

    assert [name for name, _ in world.etsy.calls[seen:] if name.endswith("stock")] == [
        "push_stock",
        "read_stock",
    ]
    assert world.etsy.shown(world.listing) == 11


def test_money_is_asked_for_once_whatever_is_killed(new_story: Any) -> None:
    """A refund whose answer was lost with the process is read back, not asked for again."""
    story = new_story()
    story.run()
    world = story.world
    amount = Money(100, world.price.currency)

    def kill(name: Any) -> None:
        if name == "push_refund":
            world.etsy.after = lambda name: None
            raise Killed

    world.etsy.after = kill
    world.shop.pay_back("etsy/1", amount, key=world.key("second"), goodwill=amount)
    with pytest.raises(Killed):
        world.shop.sync()
    before = len(world.etsy.calls)
    world.shop.pay_back("etsy/1", amount, key=world.key("second"), goodwill=amount)
    world.shop.sync()

    assert [name for name, _ in world.etsy.calls[before:] if name.endswith("refund")] == [
        "read_refund"
    ]
