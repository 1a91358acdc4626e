"""Publication: what each channel shows, told row by row, newest number only."""

from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest

from ecomkit.adapters.memory import Comparison
from ecomkit.catalog import Component, Kit, Kits
from ecomkit.channels import (
    Applied,
    ChannelUnavailableError,
    RateLimitedError,
    Rejected,
    StockResult,
)
from ecomkit.identifiers import CartId, ChannelId, ListingId, Sku
from ecomkit.operations import Brake, IntentState, PushReport, Settings
from ecomkit.operations._adoption import LISTINGS
from ecomkit.operations._publication import INTENTS
from ecomkit.operations._telling import push_intents
from ecomkit.stock import Publication

UNAVAILABLE = ChannelUnavailableError(channel=ChannelId("etsy"), operation="push", why="lost")
LIMITED = RateLimitedError(channel=ChannelId("etsy"), operation="push", retry_after_seconds=9)


def raise_on(name: Any, error: Any, *, times: Any = 1) -> Any:
    """Return a hook that raises *error* the first *times* a method is called."""
    left = [times]

    def hook(called: Any) -> None:
        if called == name and left[0]:
            left[0] -= 1
            raise error

    return hook


def pushed(channel: Any) -> Any:
    """Return the numbers that were sent, call by call."""
    return [
        [(update.listing, update.quantity) for update in arguments[0]]
        for name, arguments in channel.calls
        if name == "push_stock"
    ]


def test_every_channel_shows_what_is_available(world: Any) -> None:
    """The newest number is told once; without news nothing is sent."""
    report = world.shop.sync()

    assert [push.applied for push in report.pushes] == [1, 1]
    assert (world.etsy.shown(world.listing), world.corner.shown(world.listing)) == (10, 10)
    assert "etsy: 1 listings told, 0 refused, 0 unknown, 0 waiting" in str(report)

    world.shop.sync()

    assert [[("L1", 10)]] == pushed(world.etsy) == pushed(world.corner)
    assert () == world.kept(INTENTS) == world.changed()
    assert [listing.shown for listing in world.kept(LISTINGS)] == [10, 10]


def test_a_sale_on_one_channel_is_off_the_others_in_the_same_run(world: Any) -> None:
    """All are pulled before any is told; the selling channel is told again too."""
    world.shop.sync()
    world.sell(world.etsy, "1", 4)
    world.shop.sync()

    assert (world.etsy.shown(world.listing), world.corner.shown(world.listing)) == (6, 6)
    assert [("L1", 6)] == pushed(world.etsy)[-1] == pushed(world.corner)[-1]


def test_after_a_sale_the_listing_is_told_again_even_if_the_number_is_the_same(world: Any) -> None:
    """The channel counted down what we had raised by a receipt: it shows too little."""
    world.shop.sync()
    world.sell(world.etsy, "1", 2)
    world.shop.receive({world.sku: 2}, key=world.key())
    world.shop.sync()

    assert world.etsy.shown(world.listing) == 10


def test_what_was_never_counted_is_not_published(bare: Any) -> None:
    """Goods that came in do not make a count."""
    bare.shop.adopt(bare.etsy_id)
    bare.shop.receive({bare.sku: 5}, key=bare.key())
    bare.shop.sync()

    assert pushed(bare.etsy) == []
    assert bare.etsy.shown(bare.listing) == 3

    bare.shop.count({bare.sku: 5}, key=bare.key())
    bare.shop.sync()

    assert bare.etsy.shown(bare.listing) == 5


def test_each_channel_has_its_own_rule(make_world: Any) -> None:
    """Buffer, minimum and cap are a channel's own; one without a rule shows all."""
    rule = Publication(minimum_stock=1, buffer=2, cap=5)
    world = make_world(settings=Settings(publications={ChannelId("etsy"): rule})).adopted()
    world.shop.sync()

    assert (world.etsy.shown(world.listing), world.corner.shown(world.listing)) == (5, 10)

    world.sell(world.corner, "1", 6)
    world.shop.sync()

    assert (world.etsy.shown(world.listing), world.corner.shown(world.listing)) == (1, 4)


def test_a_channel_never_shows_more_than_is_there(world: Any) -> None:
    """Uncovered sales leave nothing to show."""
    world.sell(world.etsy, "1", 30)
    world.shop.sync()

    assert (world.etsy.shown(world.listing), world.corner.shown(world.listing)) == (0, 0)


def test_the_intent_is_stored_before_the_call(world: Any) -> None:
    """While the channel is being told, the books say that the outcome is open."""
    seen = []

    def look(name: Any) -> None:
        if name == "push_stock":
            seen.extend(
                (i.quantity, i.expected, i.state) for i in world.kept(INTENTS, index="etsy")
            )

    world.etsy.before = look
    world.shop.sync()

    assert seen == [(10, 3, IntentState.SENT)]
    assert world.kept(INTENTS) == ()


def test_only_the_newest_wish_is_sent(world: Any) -> None:
    """A number that could not be sent is replaced by the next one."""
    world.etsy.before = raise_on("push_stock", LIMITED)
    report = world.shop.sync()

    assert report.pushes[0].waiting == 1
    assert [(i.quantity, i.state) for i in world.kept(INTENTS)] == [(10, IntentState.STORED)]

    world.shop.receive({world.sku: 7}, key=world.key())
    world.shop.sync()

    assert pushed(world.etsy)[-1] == [("L1", 17)]
    assert world.kept(INTENTS) == ()


def test_a_lost_answer_is_read_back_and_not_sent_again(world: Any) -> None:
    """It took effect: reading back settles it, and nothing is sent twice."""
    world.etsy.after = raise_on("push_stock", UNAVAILABLE)
    report = world.shop.sync()

    assert (report.pushes[0].applied, report.pushes[0].unknown) == (0, 1)
    assert [intent.state for intent in world.kept(INTENTS)] == [IntentState.SENT]

    report = world.shop.sync()

    assert (report.pushes[0].applied, report.pushes[0].unknown) == (1, 0)
    assert len(pushed(world.etsy)) == 1
    assert "read_stock" in [name for name, _ in world.etsy.calls]
    assert world.kept(INTENTS) == ()


def test_a_push_that_never_arrived_is_sent_after_reading_back(world: Any) -> None:
    """It took no effect: the channel shows another number, so it is sent, with that as expected."""
    world.etsy.before = raise_on("push_stock", UNAVAILABLE)
    world.shop.sync()

    assert world.etsy.shown(world.listing) == 3

    world.shop.sync()
    names = [name for name, _ in world.etsy.calls]

    assert world.etsy.shown(world.listing) == 10
    assert names.index("read_stock") < names.index("push_stock")


def test_a_lost_answer_stays_in_doubt_when_the_wish_changes(world: Any) -> None:
    """The newer number is compared with what the channel shows, not with what we believe."""
    world.etsy.after = raise_on("push_stock", UNAVAILABLE)
    world.shop.sync()
    world.shop.receive({world.sku: 1}, key=world.key())
    world.etsy.after = raise_on("read_stock", UNAVAILABLE)
    report = world.shop.sync()

    assert report.pushes[0].unknown == 1
    assert [(i.quantity, i.state) for i in world.kept(INTENTS)] == [(11, IntentState.SENT)]
    assert len(pushed(world.etsy)) == 1

    world.shop.sync()

    assert world.etsy.shown(world.listing) == 11
    assert len(pushed(world.etsy)) == 2


def test_a_read_back_that_is_rate_limited_changes_nothing(world: Any) -> None:
    """Nothing was sent, so everything stays what it was."""
    world.etsy.after = raise_on("push_stock", UNAVAILABLE)
    world.shop.sync()
    kept = world.kept(INTENTS)
    world.etsy.before = raise_on("read_stock", LIMITED)
    report = world.shop.sync()

    assert report.pushes[0].waiting == 1
    assert kept == world.kept(INTENTS)


def test_a_refused_row_is_kept_with_its_reason_until_the_number_changes(world: Any) -> None:
    """It is not tried again by itself; a new number is."""
    world.etsy._listings.clear()
    report = world.shop.sync()

    assert report.pushes[0].rejected == ("etsy/L1: there is no listing L1",)
    assert "there is no listing L1" in report.explain()
    assert [(i.state, i.reason) for i in world.kept(INTENTS)] == [
        (IntentState.REJECTED, "there is no listing L1")
    ]

    world.shop.sync()

    assert len(pushed(world.etsy)) == 1

    world.etsy.put_up([world.offer("L1", "ELEPHANT", 3)])
    world.shop.receive({world.sku: 1}, key=world.key())
    world.shop.sync()

    assert world.etsy.shown(world.listing) == 11
    assert world.kept(INTENTS) == ()


def test_a_stale_expectation_is_corrected_by_the_next_run(world: Any) -> None:
    """A channel that compares refuses; the next run sends what it then expects."""
    world.etsy._compares = Comparison.ENFORCED
    world.etsy.put_up([world.offer("L1", "ELEPHANT", 8)])
    report = world.shop.sync()

    assert report.pushes[0].rejected == ("etsy/L1: the quantity has changed",)
    assert [(i.state, i.expected) for i in world.kept(INTENTS)] == [(IntentState.STORED, 8)]
    assert world.kept(LISTINGS)[1].shown == 8

    report = world.shop.sync()

    assert report.pushes[0].applied == 1
    assert world.etsy.shown(world.listing) == 10


def test_the_brake_stops_a_run_that_takes_too_much_off_the_market(make_world: Any) -> None:
    """Nothing is sent and nothing is changed, until a person has looked."""
    world = make_world(settings=Settings(brake=Brake(share=Fraction(1, 4), listings_min=1)))
    skus = {Sku(f"SKU-{number}"): 5 for number in range(4)}
    world.etsy.put_up([world.offer(f"X{n}", sku, 5) for n, sku in enumerate(skus)])
    world.shop.adopt(world.etsy_id, opening=skus | {world.sku: 3})
    world.shop.sync()
    world.shop.count(dict.fromkeys(skus, 0), key=world.key("lost"))
    preview = world.shop.preview()
    listings, changed, calls = world.kept(LISTINGS), world.changed(), len(world.etsy.calls)
    report = world.shop.sync()

    assert (report.brake.is_stopped, report.brake.zeroing, report.brake.shown) == (True, 4, 5)
    assert preview.brake == report.brake
    assert "publication stopped: would put 4 of 5 shown listings to 0 (allowed share 25%)" in str(
        preview
    )
    assert "publication stopped" in report.explain()
    assert report.pushes == ()
    assert (listings, changed) == (world.kept(LISTINGS), world.changed())
    assert [name for name, _ in world.etsy.calls[calls:] if name == "push_stock"] == []

    world.shop.count(dict.fromkeys(skus, 5), key=world.key("found"))
    report = world.shop.sync()

    assert not report.brake.is_stopped
    assert world.etsy.shown(ListingId("X0")) == 5


def test_a_few_listings_may_always_sell_out(world: Any) -> None:
    """A small shop sells out without a person's word."""
    world.shop.sync()
    world.sell(world.corner, "1", 10)
    report = world.shop.sync()

    assert not report.brake.is_stopped
    assert world.etsy.shown(world.listing) == 0


def test_a_hold_takes_units_off_the_channels_and_its_end_brings_them_back(world: Any) -> None:
    """An expired hold makes the listings be told again, though nobody did anything."""
    until = world.clock.now() + timedelta(minutes=15)
    world.shop.hold(CartId("c1"), {world.sku: 4}, until=until, key=world.key())
    world.shop.sync()

    assert world.etsy.shown(world.listing) == 6

    world.clock.set(until)

    assert world.available == 10

    world.shop.sync()

    assert (world.etsy.shown(world.listing), world.corner.shown(world.listing)) == (10, 10)
    assert world.level.held == 0
    world.assert_clean()


def test_a_kit_shows_what_its_parts_allow(make_world: Any) -> None:
    """A change of a part is a change of the kit, and a sale of the kit one of the part."""
    leg = Sku("LEG")
    kit = Kit(sku=Sku("ELEPHANT"), components=[Component(sku=leg, quantity=4)])
    world = make_world(settings=Settings(kits=Kits(kits=[kit])))
    world.etsy.put_up([world.offer("L2", "LEG", 1)])
    world.shop.adopt(world.etsy_id, opening={leg: 10})
    world.shop.sync()

    assert (world.etsy.shown(world.listing), world.etsy.shown(ListingId("L2"))) == (2, 10)

    world.sell(world.etsy, "1", 1)
    world.shop.sync()

    assert (world.etsy.shown(world.listing), world.etsy.shown(ListingId("L2"))) == (1, 6)

    world.shop.receive({leg: 3}, key=world.key())
    world.shop.sync()

    assert (world.etsy.shown(world.listing), world.etsy.shown(ListingId("L2"))) == (2, 9)


def test_rows_are_sent_in_the_channel_s_largest_batches(world: Any) -> None:
    """More listings than one call takes are several calls; one lost answer costs one batch."""
    skus = {Sku(f"SKU-{number:03}"): 5 for number in range(5)}
    world.etsy.push_rows_max = 2
    world.etsy.put_up([world.offer(f"X{number}", sku, 1) for number, sku in enumerate(skus)])
    world.shop.adopt(world.etsy_id, opening=skus)
    world.etsy.after = raise_on("push_stock", UNAVAILABLE)
    report = world.shop.sync()

    assert [len(batch) for batch in pushed(world.etsy)] == [2, 2, 2]
    assert (report.pushes[0].applied, report.pushes[0].unknown) == (4, 2)

    world.shop.receive(dict.fromkeys(skus, 1), key=world.key())
    world.etsy.before = raise_on("push_stock", LIMITED)
    report = world.shop.sync()

    # Of the lost batch one listing is settled by reading back; the rest is not sent.
    assert (len(report.pushes[0].rejected), report.pushes[0].unknown) == (0, 0)
    assert report.pushes[0].applied + report.pushes[0].waiting == 6

    world.shop.sync()

    assert {6} == {world.etsy.shown(ListingId(f"X{number}")) for number in range(5)}
    assert world.kept(INTENTS) == ()


def test_answers_that_do_not_fit_the_rows_are_the_channel_s_fault(world: Any) -> None:
    """A result for another row stops that channel, and says so; the rows stay in doubt."""

    class Mixed(type(world.etsy)):
        def push_stock(self, updates: Any) -> Any:
            super().push_stock(updates)
            return (StockResult(listing=ListingId("L9"), effect=Applied()),)

    channel = Mixed(world.etsy_id, clock=world.clock)
    channel.put_up([world.offer("L1", "ELEPHANT", 3)])
    shop = world.open_shop([channel])

    [reason] = shop.sync().stopped

    assert "broke its contract (push stock" in reason
    assert IntentState.SENT in {intent.state for intent in world.kept(INTENTS)}

    # The mended adapter reads back what was in doubt.
    world.shop.sync()

    assert world.etsy.shown(world.listing) == 10
    assert world.kept(INTENTS) == ()


def test_a_channel_that_cannot_be_told_keeps_nothing(world: Any) -> None:
    """Without the role to show stock there is no push, and no error."""

    class OnlyName:
        channel = ChannelId("etsy")

    shop = world.open_shop([OnlyName()])
    report = shop.sync()

    assert (PushReport(channel=world.etsy_id),) == report.pushes


def test_a_channel_that_cannot_be_read_back_is_sent_the_number_again(world: Any) -> None:
    """An absolute number may be sent twice; there is no other way to settle it."""

    class OnlySink:
        channel = ChannelId("etsy")
        push_rows_max = 10

        def push_stock(self, updates: Any) -> Any:
            seen.append(updates[0].quantity)
            if len(seen) == 1:
                raise UNAVAILABLE
            return tuple(StockResult(listing=u.listing, effect=Applied()) for u in updates)

    seen: list[int] = []
    shop = world.open_shop([OnlySink()])

    assert [shop.sync().pushes[0].unknown for _ in range(2)] == [1, 0]
    assert seen == [10, 10]


@pytest.mark.parametrize("effect", ["applied", "rejected", "stale", "lost", "limited"])
def test_a_newer_wish_outlives_every_answer_to_an_older_one(world: Any, effect: Any) -> None:
    """Whatever became of the older number, the newer one is what the channel is told in the end."""
    world.shop.sync()
    world.shop.receive({world.sku: 1}, key=world.key())
    plain = type(world.etsy).push_stock

    class Slow(type(world.etsy)):
        is_first = True

        def push_stock(self, updates: Any) -> Any:
            if not self.is_first:
                return plain(self, updates)
            Slow.is_first = False
            world.shop.receive({world.sku: 5}, key=world.key())
            world.open_shop([OnlyPlans()]).sync()
            if effect == "lost":
                raise UNAVAILABLE
            if effect == "limited":
                raise LIMITED
            if effect == "applied":
                return plain(self, updates)
            observed = 4 if effect == "stale" else None
            rejected = Rejected(reason="no", observed=observed)
            return tuple(StockResult(listing=u.listing, effect=rejected) for u in updates)

    class OnlyPlans:
        channel = ChannelId("etsy")

    slow = Slow(world.etsy_id, clock=world.clock)
    slow.put_up([world.offer("L1", "ELEPHANT", 10)])
    shop = world.open_shop([slow])
    shop.sync()

    assert [intent.quantity for intent in world.kept(INTENTS, index="etsy")] == [16]

    for _ in range(2):
        shop.sync()

    assert slow.shown(world.listing) == 16
    # The other channel's number is planned too, for the shop that talks to it.
    assert world.kept(INTENTS, index="etsy") == ()


@pytest.mark.parametrize("order", ["older last", "older lost"])
def test_a_number_that_another_worker_told_meanwhile_is_told_again(world: Any, order: Any) -> None:
    """Two workers told one listing two numbers: the next run makes sure of the newer one."""
    world.shop.sync()
    world.shop.receive({world.sku: 1}, key=world.key())
    plain = type(world.etsy).push_stock

    class Slow(type(world.etsy)):
        is_first = True

        def push_stock(self, updates: Any) -> Any:
            if self.is_first:
                Slow.is_first = False
                world.sell(world.corner, "1", 8)
                world.open_shop([self, world.corner]).sync()

                assert self.shown(world.listing) == 3

                if order == "older lost":
                    raise UNAVAILABLE
            return plain(self, updates)

    slow = Slow(world.etsy_id, clock=world.clock)
    slow.put_up([world.offer("L1", "ELEPHANT", 10)])
    shop = world.open_shop([slow, world.corner])
    for _ in range(2):
        shop.sync()

    assert slow.shown(world.listing) == 3
    assert world.kept(INTENTS) == ()


def test_pushing_without_anything_due_opens_no_second_transaction(world: Any) -> None:
    """Nothing due, nothing sent."""
    world.shop.sync()
    calls = len(world.etsy.calls)

    assert PushReport(channel=world.etsy_id) == push_intents(
        world.store, world.etsy, now=world.clock.now()
    )
    assert calls == len(world.etsy.calls)


def test_a_listing_matched_anew_while_its_number_is_told_is_told_again(world: Any) -> None:
    """A person's word counts from the next run on."""
    tiger = Sku("TIGER")
    world.shop.count({tiger: 2}, key=world.key())
    world.shop.sync()
    world.shop.match(world.etsy_id, world.listing, tiger)
    world.shop.sync()

    assert world.etsy.shown(world.listing) == 2


@pytest.mark.parametrize("error", [LIMITED, UNAVAILABLE], ids=["not sent", "in doubt"])
def test_a_wish_that_has_passed_is_not_sent(world: Any, error: Any) -> None:
    """The number is what is shown again: what waited to be sent in between is replaced."""
    world.shop.sync()
    world.shop.receive({world.sku: 7}, key=world.key())
    world.etsy.before = raise_on("push_stock", error)
    world.shop.sync()
    world.sell(world.corner, "1", 7)
    world.shop.sync()

    assert world.etsy.shown(world.listing) == 10
    assert world.kept(INTENTS) == ()


def test_a_sale_that_was_cancelled_before_we_saw_it_is_told_again(world: Any) -> None:
    """The channel counted the sale down; whether it counted the end of it, nobody knows."""
    world.shop.sync()
    world.sell(world.etsy, "1", 4)
    world.etsy.cancel("1", {world.line: 4})

    assert world.etsy.shown(world.listing) == 6

    world.shop.sync()

    assert world.etsy.shown(world.listing) == 10


def test_a_channel_that_counts_up_what_was_cancelled_is_told_again(world: Any) -> None:
    """Cancelled there and sold elsewhere: the number is the same, and not what is shown."""
    world.sell(world.etsy, "1", 4)
    world.shop.sync()

    assert world.etsy.shown(world.listing) == 6

    world.etsy.cancel("1", {world.line: 4})
    world.etsy.put_up([world.offer("L1", "ELEPHANT", 10)])
    world.sell(world.corner, "1", 4)
    world.shop.sync()

    assert world.etsy.shown(world.listing) == 6


def test_a_sale_that_had_left_before_the_count_is_told_again(world: Any) -> None:
    """It moves nothing in the books, but the channel has counted it down."""
    world.shop.sync()
    world.pass_time(hours=1)
    world.sell(world.etsy, "1", 4)
    world.etsy.ship("1", {world.line: 4}, at=world.clock.now())
    world.pass_time(hours=1)
    world.shop.count({world.sku: 10}, key=world.key())
    world.shop.sync()

    assert world.level.sellable == 10
    assert world.etsy.shown(world.listing) == 10


def test_old_orders_do_not_hide_what_a_channel_shows(bare: Any) -> None:
    """Sold and shipped before the channel was read: its numbers know of it."""
    bare.sell(bare.etsy, "1", 1)
    bare.etsy.ship("1", {bare.line: 1}, at=bare.clock.now())
    bare.pass_time(hours=1)
    bare.adopted(units=2)
    bare.shop.sync()

    assert bare.etsy.shown(bare.listing) == 2
    assert pushed(bare.etsy) == []
