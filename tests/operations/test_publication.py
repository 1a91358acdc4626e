"""Publication: what each channel shows, told row by row, newest number only."""

from datetime import timedelta
from fractions import Fraction

import pytest

from ecomkit.adapters.memory import Comparison
from ecomkit.catalog import Component, Kit, Kits
from ecomkit.channels import (
    Applied,
    ChannelAnswerError,
    ChannelUnavailableError,
    RateLimitedError,
    Rejected,
    StockResult,
)
from ecomkit.identifiers import CartId, ChannelId, ListingId, Sku
from ecomkit.operations import Brake, IntentState, PushReport, Settings
from ecomkit.operations._adoption import LISTINGS
from ecomkit.operations._ledger import CHANGED
from ecomkit.operations._publication import INTENTS, push_intents
from ecomkit.stock import Publication

UNAVAILABLE = ChannelUnavailableError(channel=ChannelId("etsy"), operation="push", why="lost")
LIMITED = RateLimitedError(channel=ChannelId("etsy"), operation="push", retry_after_seconds=9)


def raise_on(name, error, *, times=1):
    """Return a hook that raises *error* the first *times* a method is called."""
    left = [times]

    def hook(called):
        if called == name and left[0]:
            left[0] -= 1
            raise error

    return hook


def pushed(channel):
    """Return the numbers that were sent, call by call."""
    return [
        [(update.listing, update.quantity) for update in arguments[0]]
        for name, arguments in channel.calls
        if name == "push_stock"
    ]


def test_every_channel_shows_what_is_available(world):
    """The newest number is told once; without news nothing is sent."""
    report = world.shop.sync()

    assert [1, 1] == [push.applied for push in report.pushes]
    assert (10, 10) == (world.etsy.shown(world.listing), world.corner.shown(world.listing))
    assert "etsy: 1 listings told, 0 refused, 0 unknown, 0 waiting" in str(report)

    world.shop.sync()

    assert [[("L1", 10)]] == pushed(world.etsy) == pushed(world.corner)
    assert () == world.kept(INTENTS) == world.kept(CHANGED)


def test_a_sale_on_one_channel_is_off_the_others_in_the_same_run(world):
    """All are pulled before any is told; the selling channel is told again too."""
    world.shop.sync()
    world.sell(world.etsy, "1", 4)
    world.shop.sync()

    assert (6, 6) == (world.etsy.shown(world.listing), world.corner.shown(world.listing))
    assert [("L1", 6)] == pushed(world.etsy)[-1] == pushed(world.corner)[-1]


def test_after_a_sale_the_listing_is_told_again_even_if_the_number_is_the_same(world):
    """The channel counted down what we had raised by a receipt: it shows too little."""
    world.shop.sync()
    world.sell(world.etsy, "1", 2)
    world.shop.receive({world.sku: 2}, key=world.key())
    world.shop.sync()

    assert 10 == world.etsy.shown(world.listing)


def test_what_was_never_counted_is_not_published(bare):
    """Goods that came in do not make a count."""
    bare.shop.adopt(bare.etsy_id)
    bare.shop.receive({bare.sku: 5}, key=bare.key())
    bare.shop.sync()

    assert [] == pushed(bare.etsy)
    assert 3 == bare.etsy.shown(bare.listing)

    bare.shop.count({bare.sku: 5}, key=bare.key())
    bare.shop.sync()

    assert 5 == bare.etsy.shown(bare.listing)


def test_each_channel_has_its_own_rule(make_world):
    """Buffer, minimum and cap are a channel's own; one without a rule shows all."""
    rule = Publication(minimum_stock=1, buffer=2, cap=5)
    world = make_world(settings=Settings(publications={ChannelId("etsy"): rule})).adopted()
    world.shop.sync()

    assert (5, 10) == (world.etsy.shown(world.listing), world.corner.shown(world.listing))

    world.sell(world.corner, "1", 6)
    world.shop.sync()

    assert (1, 4) == (world.etsy.shown(world.listing), world.corner.shown(world.listing))


def test_a_channel_never_shows_more_than_is_there(world):
    """Uncovered sales leave nothing to show."""
    world.sell(world.etsy, "1", 30)
    world.shop.sync()

    assert (0, 0) == (world.etsy.shown(world.listing), world.corner.shown(world.listing))


def test_the_intent_is_stored_before_the_call(world):
    """While the channel is being told, the books say that the outcome is open."""
    seen = []

    def look(name):
        if name == "push_stock":
            seen.extend((i.quantity, i.expected, i.state) for i in world.kept(INTENTS, index="etsy"))

    world.etsy.before = look
    world.shop.sync()

    assert [(10, 3, IntentState.SENT)] == seen
    assert () == world.kept(INTENTS)


def test_only_the_newest_wish_is_sent(world):
    """A number that could not be sent is replaced by the next one."""
    world.etsy.before = raise_on("push_stock", LIMITED)
    report = world.shop.sync()

    assert 1 == report.pushes[0].waiting
    assert [(10, IntentState.STORED)] == [(i.quantity, i.state) for i in world.kept(INTENTS)]

    world.shop.receive({world.sku: 7}, key=world.key())
    world.shop.sync()

    assert [("L1", 17)] == pushed(world.etsy)[-1]
    assert () == world.kept(INTENTS)


def test_a_lost_answer_is_read_back_and_not_sent_again(world):
    """It took effect: reading back settles it, and nothing is sent twice."""
    world.etsy.after = raise_on("push_stock", UNAVAILABLE)
    report = world.shop.sync()

    assert (0, 1) == (report.pushes[0].applied, report.pushes[0].unknown)
    assert [IntentState.SENT] == [intent.state for intent in world.kept(INTENTS)]

    report = world.shop.sync()

    assert (1, 0) == (report.pushes[0].applied, report.pushes[0].unknown)
    assert 1 == len(pushed(world.etsy))
    assert "read_stock" in [name for name, _ in world.etsy.calls]
    assert () == world.kept(INTENTS)


def test_a_push_that_never_arrived_is_sent_after_reading_back(world):
    """It took no effect: the channel shows another number, so it is sent, with that as expected."""
    world.etsy.before = raise_on("push_stock", UNAVAILABLE)
    world.shop.sync()

    assert 3 == world.etsy.shown(world.listing)

    world.shop.sync()
    names = [name for name, _ in world.etsy.calls]

    assert 10 == world.etsy.shown(world.listing)
    assert names.index("read_stock") < names.index("push_stock")


def test_a_lost_answer_stays_in_doubt_when_the_wish_changes(world):
    """The newer number is compared with what the channel shows, not with what we believe."""
    world.etsy.after = raise_on("push_stock", UNAVAILABLE)
    world.shop.sync()
    world.shop.receive({world.sku: 1}, key=world.key())
    world.etsy.after = raise_on("read_stock", UNAVAILABLE)
    report = world.shop.sync()

    assert 1 == report.pushes[0].unknown
    assert [(11, IntentState.SENT)] == [(i.quantity, i.state) for i in world.kept(INTENTS)]
    assert 1 == len(pushed(world.etsy))

    world.shop.sync()

    assert 11 == world.etsy.shown(world.listing)
    assert 2 == len(pushed(world.etsy))


def test_a_read_back_that_is_rate_limited_changes_nothing(world):
    """Nothing was sent, so everything stays what it was."""
    world.etsy.after = raise_on("push_stock", UNAVAILABLE)
    world.shop.sync()
    kept = world.kept(INTENTS)
    world.etsy.before = raise_on("read_stock", LIMITED)
    report = world.shop.sync()

    assert 1 == report.pushes[0].waiting
    assert kept == world.kept(INTENTS)


def test_a_refused_row_is_kept_with_its_reason_until_the_number_changes(world):
    """It is not tried again by itself; a new number is."""
    world.etsy._listings.clear()
    report = world.shop.sync()

    assert ("etsy/L1: there is no listing L1",) == report.pushes[0].rejected
    assert "there is no listing L1" in report.explain()
    assert [(IntentState.REJECTED, "there is no listing L1")] == [
        (i.state, i.reason) for i in world.kept(INTENTS)
    ]

    world.shop.sync()

    assert 1 == len(pushed(world.etsy))

    world.etsy.put_up([world.offer("L1", "ELEPHANT", 3)])
    world.shop.receive({world.sku: 1}, key=world.key())
    world.shop.sync()

    assert 11 == world.etsy.shown(world.listing)
    assert () == world.kept(INTENTS)


def test_a_stale_expectation_is_corrected_by_the_next_run(world):
    """A channel that compares refuses; the next run sends what it then expects."""
    world.etsy._compares = Comparison.ENFORCED
    world.etsy.put_up([world.offer("L1", "ELEPHANT", 8)])
    report = world.shop.sync()

    assert ("etsy/L1: the quantity has changed",) == report.pushes[0].rejected
    assert [(IntentState.STORED, 8)] == [(i.state, i.expected) for i in world.kept(INTENTS)]
    assert 8 == world.kept(LISTINGS)[1].shown

    report = world.shop.sync()

    assert 1 == report.pushes[0].applied
    assert 10 == world.etsy.shown(world.listing)


def test_the_brake_stops_a_run_that_takes_too_much_off_the_market(make_world):
    """Nothing is sent and nothing is changed, until a person has looked."""
    world = make_world(settings=Settings(brake=Brake(share=Fraction(1, 4), listings_min=1)))
    skus = {Sku(f"SKU-{number}"): 5 for number in range(4)}
    world.etsy.put_up([world.offer(f"X{n}", sku, 5) for n, sku in enumerate(skus)])
    world.shop.adopt(world.etsy_id, opening=skus | {world.sku: 3})
    world.shop.sync()
    world.shop.count(dict.fromkeys(skus, 0), key=world.key("lost"))
    preview = world.shop.preview()
    listings, changed, calls = world.kept(LISTINGS), world.kept(CHANGED), len(world.etsy.calls)
    report = world.shop.sync()

    assert (True, 4, 5) == (report.brake.is_stopped, report.brake.zeroing, report.brake.shown)
    assert preview.brake == report.brake
    assert "publication stopped: would put 4 of 5 shown listings to 0 (allowed share 25%)" in str(
        preview
    )
    assert "publication stopped" in report.explain()
    assert () == report.pushes
    assert (listings, changed) == (world.kept(LISTINGS), world.kept(CHANGED))
    assert [] == [name for name, _ in world.etsy.calls[calls:] if name == "push_stock"]

    world.shop.count(dict.fromkeys(skus, 5), key=world.key("found"))
    report = world.shop.sync()

    assert not report.brake.is_stopped
    assert 5 == world.etsy.shown(ListingId("X0"))


def test_a_few_listings_may_always_sell_out(world):
    """A small shop sells out without a person's word."""
    world.shop.sync()
    world.sell(world.corner, "1", 10)
    report = world.shop.sync()

    assert not report.brake.is_stopped
    assert 0 == world.etsy.shown(world.listing)


def test_a_hold_takes_units_off_the_channels_and_its_end_brings_them_back(world):
    """An expired hold makes the listings be told again, though nobody did anything."""
    until = world.clock.now() + timedelta(minutes=15)
    world.shop.hold(CartId("c1"), {world.sku: 4}, until=until, key=world.key())
    world.shop.sync()

    assert 6 == world.etsy.shown(world.listing)

    world.clock.set(until)

    assert 10 == world.available

    world.shop.sync()

    assert (10, 10) == (world.etsy.shown(world.listing), world.corner.shown(world.listing))
    assert 0 == world.level.held
    world.assert_clean()


def test_a_kit_shows_what_its_parts_allow(make_world):
    """A change of a part is a change of the kit, and a sale of the kit one of the part."""
    leg = Sku("LEG")
    kit = Kit(sku=Sku("ELEPHANT"), components=[Component(sku=leg, quantity=4)])
    world = make_world(settings=Settings(kits=Kits(kits=[kit])))
    world.etsy.put_up([world.offer("L2", "LEG", 1)])
    world.shop.adopt(world.etsy_id, opening={leg: 10})
    world.shop.sync()

    assert (2, 10) == (world.etsy.shown(world.listing), world.etsy.shown(ListingId("L2")))

    world.sell(world.etsy, "1", 1)
    world.shop.sync()

    assert (1, 6) == (world.etsy.shown(world.listing), world.etsy.shown(ListingId("L2")))

    world.shop.receive({leg: 3}, key=world.key())
    world.shop.sync()

    assert (2, 9) == (world.etsy.shown(world.listing), world.etsy.shown(ListingId("L2")))


def test_rows_are_sent_in_the_channel_s_largest_batches(world):
    """More listings than one call takes are several calls; one lost answer costs one batch."""
    skus = {Sku(f"SKU-{number:03}"): 5 for number in range(5)}
    world.etsy.push_rows_max = 2
    world.etsy.put_up([world.offer(f"X{number}", sku, 1) for number, sku in enumerate(skus)])
    world.shop.adopt(world.etsy_id, opening=skus)
    world.etsy.after = raise_on("push_stock", UNAVAILABLE)
    report = world.shop.sync()

    assert [2, 2, 2] == [len(batch) for batch in pushed(world.etsy)]
    assert (4, 2) == (report.pushes[0].applied, report.pushes[0].unknown)

    world.shop.receive(dict.fromkeys(skus, 1), key=world.key())
    world.etsy.before = raise_on("push_stock", LIMITED)
    report = world.shop.sync()

    # Of the lost batch one listing is settled by reading back; the rest is not sent.
    assert (0, 0) == (len(report.pushes[0].rejected), report.pushes[0].unknown)
    assert 6 == report.pushes[0].applied + report.pushes[0].waiting

    world.shop.sync()

    assert {6} == {world.etsy.shown(ListingId(f"X{number}")) for number in range(5)}
    assert () == world.kept(INTENTS)


def test_answers_that_do_not_fit_the_rows_are_the_channel_s_fault(world):
    """A result for another row raises; the rows stay in doubt."""

    class Mixed(type(world.etsy)):
        def push_stock(self, updates):
            super().push_stock(updates)
            return (StockResult(listing=ListingId("L9"), effect=Applied()),)

    channel = Mixed(world.etsy_id, clock=world.clock)
    channel.put_up([world.offer("L1", "ELEPHANT", 3)])
    shop = world.open_shop([channel])

    with pytest.raises(ChannelAnswerError) as caught:
        shop.sync()

    assert "push stock" == caught.value.operation
    assert IntentState.SENT in {intent.state for intent in world.kept(INTENTS)}

    # The mended adapter reads back what was in doubt.
    world.shop.sync()

    assert 10 == world.etsy.shown(world.listing)
    assert () == world.kept(INTENTS)


def test_a_channel_that_cannot_be_told_keeps_nothing(world):
    """Without the role to show stock there is no push, and no error."""

    class OnlyName:
        channel = ChannelId("etsy")

    shop = world.open_shop([OnlyName()])
    report = shop.sync()

    assert (PushReport(channel=world.etsy_id),) == report.pushes


def test_a_channel_that_cannot_be_read_back_is_sent_the_number_again(world):
    """An absolute number may be sent twice; there is no other way to settle it."""

    class OnlySink:
        channel = ChannelId("etsy")
        push_rows_max = 10
        answers = [UNAVAILABLE, None]
        seen = []

        def push_stock(self, updates):
            self.seen.append(updates[0].quantity)
            if error := self.answers.pop(0):
                raise error
            return tuple(StockResult(listing=u.listing, effect=Applied()) for u in updates)

    shop = world.open_shop([OnlySink()])

    assert [1, 0] == [shop.sync().pushes[0].unknown for _ in range(2)]
    assert [10, 10] == OnlySink.seen


@pytest.mark.parametrize("effect", ["applied", "rejected", "stale", "lost", "limited"])
def test_a_newer_wish_outlives_every_answer_to_an_older_one(world, effect):
    """Whatever became of the older number, the newer one is what the channel is told in the end."""
    world.shop.sync()
    world.shop.receive({world.sku: 1}, key=world.key())
    plain = type(world.etsy).push_stock

    class Slow(type(world.etsy)):
        is_first = True

        def push_stock(self, updates):
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

    assert [16] == [intent.quantity for intent in world.kept(INTENTS, index="etsy")]

    for _ in range(2):
        shop.sync()

    assert 16 == slow.shown(world.listing)
    assert () == world.kept(INTENTS)


@pytest.mark.parametrize("order", ["older last", "older lost"])
def test_a_number_that_another_worker_told_meanwhile_is_told_again(world, order):
    """Two workers told one listing two numbers: the next run makes sure of the newer one."""
    world.shop.sync()
    world.shop.receive({world.sku: 1}, key=world.key())
    plain = type(world.etsy).push_stock

    class Slow(type(world.etsy)):
        is_first = True

        def push_stock(self, updates):
            if self.is_first:
                Slow.is_first = False
                world.sell(world.corner, "1", 8)
                world.open_shop([self, world.corner]).sync()

                assert 3 == self.shown(world.listing)

                if order == "older lost":
                    raise UNAVAILABLE
            return plain(self, updates)

    slow = Slow(world.etsy_id, clock=world.clock)
    slow.put_up([world.offer("L1", "ELEPHANT", 10)])
    shop = world.open_shop([slow, world.corner])
    for _ in range(2):
        shop.sync()

    assert 3 == slow.shown(world.listing)
    assert () == world.kept(INTENTS)


def test_pushing_without_anything_due_opens_no_second_transaction(world):
    """Nothing due, nothing sent."""
    world.shop.sync()
    calls = len(world.etsy.calls)

    assert PushReport(channel=world.etsy_id) == push_intents(world.store, world.etsy)
    assert calls == len(world.etsy.calls)


def test_a_listing_matched_anew_while_its_number_is_told_is_told_again(world):
    """A person's word counts from the next run on."""
    tiger = Sku("TIGER")
    world.shop.count({tiger: 2}, key=world.key())
    world.shop.sync()
    world.shop.match(world.etsy_id, world.listing, tiger)
    world.shop.sync()

    assert 2 == world.etsy.shown(world.listing)
