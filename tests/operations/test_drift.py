"""Drift: what a channel shows against what it should show, found, explained and mended."""

import random
from datetime import timedelta
from typing import Any

import pytest

from ecomkit.adapters.memory import ChannelFaults
from ecomkit.adapters.memory._faults import FaultDice
from ecomkit.channels import (
    Applied,
    ChannelAnswerError,
    ChannelUnavailableError,
    RateLimitedError,
    StockResult,
)
from ecomkit.identifiers import CartId, ChannelId, ListingId, Sku
from ecomkit.operations import NotAdoptedError, Settings
from ecomkit.operations._adoption import LISTINGS, AdoptedListing
from ecomkit.operations._drift import DriftKind, Evidence, ListingDrift, judge_listings
from ecomkit.operations._drift_sweep import DriftReport, reconcile_stock
from ecomkit.operations._publication import INTENTS, Intent, IntentState
from ecomkit.stock import Publication

UNAVAILABLE = ChannelUnavailableError(channel=ChannelId("etsy"), operation="call", why="lost")
LIMITED = RateLimitedError(channel=ChannelId("etsy"), operation="call", retry_after_seconds=9)


def sweep(world: Any, channel: Any = None, **options: Any) -> DriftReport:
    """Sweep over one channel, Etsy unless another is named."""
    options.setdefault("settings", world.shop.settings)
    return reconcile_stock(world.store, channel or world.etsy, now=world.clock.now(), **options)


def edit(channel: Any, listing: Any, quantity: int) -> None:
    """Somebody puts another number on a listing at the channel itself."""
    known = channel._listings[ListingId(listing)]
    channel.put_up([type(known)(id=known.id, sku_text=known.sku_text, quantity=quantity)])


def failing(name: Any, error: Any) -> Any:
    """Return a hook that raises *error* each time a method is called."""

    def hook(called: Any) -> None:
        if called == name:
            raise error

    return hook


def kinds(report: DriftReport) -> dict[str, DriftKind]:
    """Return what explains the drift of each listing."""
    return {str(drift.listing): drift.kind for drift in report.drifts}


def forgetful(world: Any) -> Any:
    """Let Etsy answer that it took a number, and forget it, for the listings in a set."""
    dropped: set[ListingId] = set()
    plain = world.etsy.push_stock

    def push_stock(updates: Any) -> Any:
        taken = [update for update in updates if update.listing not in dropped]
        results = {result.listing: result for result in plain(taken)}
        return tuple(
            results.get(update.listing, StockResult(listing=update.listing, effect=Applied()))
            for update in updates
        )

    world.etsy.push_stock = push_stock
    return dropped


# -- the law: all of it is found, and nothing else -------------------------------------------------


@pytest.mark.parametrize("seed", range(6))
def test_all_injected_drift_is_found_in_one_sweep_and_nothing_else(world: Any, seed: int) -> None:
    """
    Edited and lost numbers among sales, receipts, holds and runs are the alarms, all and only.

    After the next run every listing shows what it should, and a second sweep finds nothing.
    """
    draw = random.Random(seed)  # noqa: S311 (a simulation)
    skus = [Sku(f"SKU-{number:03}") for number in range(60)]
    listings = [f"X{number:03}" for number in range(60)]
    for channel in world.channels:
        channel.put_up(
            [world.offer(name, sku, 5) for name, sku in zip(listings, skus, strict=True)]
        )
        world.shop.adopt(channel.channel, opening={sku: draw.randint(20, 60) for sku in skus})
    dropped = forgetful(world)
    world.shop.sync()
    sweep(world)
    injected = set()
    for number in range(80):
        world.pass_time(minutes=draw.randint(1, 400))
        act = draw.random()
        channel = draw.choice(world.channels)
        if act < 0.5:
            line = world.sold(draw.randint(1, 3), listing=draw.choice(listings))
            channel.sell(f"o{number}", [line], placed_at=world.clock.now())
        elif act < 0.7:
            world.shop.receive({draw.choice(skus): draw.randint(1, 9)}, key=world.key())
        elif act < 0.8:
            world.shop.sync()
        elif act < 0.9:
            world.shop.pull_order(channel.channel, f"o{number - 1}")
    world.pass_time(minutes=10)
    world.shop.sync()
    # Now some numbers are lost, some are edited, and life goes on with the other listings.
    victims = draw.sample(range(60), 12)
    lost, edited, busy = victims[:3], victims[3:6], victims[6:]
    sweep(world)
    dropped.update(ListingId(listings[place]) for place in lost)
    world.pass_time(hours=1)
    world.shop.receive({skus[place]: 4 for place in lost}, key=world.key())
    world.shop.sync()
    dropped.clear()
    for place in edited:
        shown = world.etsy.shown(ListingId(listings[place]))
        edit(world.etsy, listings[place], max(0, shown + draw.choice([-7, -1, 1, 30])))
    injected = {listings[place] for place in (*lost, *edited)}
    world.pass_time(minutes=7)
    for number, place in enumerate(busy):
        channel = draw.choice(world.channels)
        line = world.sold(draw.randint(1, 3), listing=listings[place])
        channel.sell(f"late{number}", [line], placed_at=world.clock.now())
        world.shop.receive({skus[place]: draw.randint(1, 9)}, key=world.key())
    report = sweep(world)

    assert injected == {str(drift.listing) for drift in report.alarms}
    assert {kinds(report)[listings[place]] for place in lost} == {DriftKind.LOST}
    assert {kinds(report)[listings[place]] for place in edited} == {DriftKind.EDITED}
    assert (report.compared, report.unread, report.uncounted) == (61, 0, 0)

    world.pass_time(minutes=1)
    world.shop.sync()

    assert () == sweep(world).drifts == sweep(world, world.corner).drifts

    for name, sku in zip(listings, skus, strict=True):
        available = world.shop.level(sku).available(world.clock.now())

        assert (
            available == world.etsy.shown(ListingId(name)) == world.corner.shown(ListingId(name))
        )


@pytest.mark.parametrize("faulty", [0, 1])
@pytest.mark.parametrize("seed", range(5))
def test_without_a_foreign_hand_no_sweep_raises_an_alarm(
    make_world: Any, seed: int, faulty: int
) -> None:
    """
    Sales, cancellations, parcels, receipts, holds and runs come between the sweeps.

    It holds as well where calls fail, answers are lost and orders come late or twice.
    """
    rule = Publication(buffer=1, cap=60)
    world = make_world(settings=Settings(publications={ChannelId("corner"): rule})).adopted(40)
    share = faulty / 8
    for channel in world.channels:
        faults = ChannelFaults(
            seed=seed,
            unavailable=share,
            rate_limited=share,
            lost_answers=share,
            repeated=share,
            late=share,
        )
        channel._dice = FaultDice(channel.channel, faults)
    draw = random.Random(seed)  # noqa: S311 (a simulation)
    left: dict[tuple[Any, str], int] = {}
    for number in range(70):
        world.pass_time(seconds=draw.randint(0, 4000))
        act = draw.choice(["sell", "sell", "receive", "hold", "sync", "cancel", "ship", "wait"])
        channel, order = draw.choice([*left, (draw.choice(world.channels), f"o{number}")])
        if act == "sell":
            order = f"o{number}"
            left[channel, order] = draw.randint(1, 3)
            world.sell(channel, order, left[channel, order])
        elif act == "receive":
            world.shop.receive({world.sku: draw.randint(1, 6)}, key=world.key())
        elif act == "hold":
            until = world.clock.now() + timedelta(minutes=30)
            world.shop.hold(CartId(f"c{number}"), {world.sku: 1}, until=until, key=world.key())
        elif act == "sync":
            world.shop.sync()
        elif left.get((channel, order)):
            left[channel, order] -= 1
            if act == "cancel":
                channel.cancel(order, {world.line: 1})
            elif act == "ship":
                channel.ship(order, {world.line: 1}, at=world.clock.now())
        report = sweep(world, draw.choice(world.channels))

        assert report.alarms == (), report.explain()


# -- one kind after the other ----------------------------------------------------------------------


def test_an_edited_number_is_found_told_again_and_gone(world: Any) -> None:
    """The sweep sends nothing; the next run tells the number, and expects what was seen."""
    world.shop.sync()
    edit(world.etsy, "L1", 4)
    calls = len(world.etsy.calls)
    report = sweep(world)

    assert len(report.alarms) == 1
    assert report.alarms[0].is_mended
    assert report.alarms[0].explain() == (
        "etsy/L1 (ELEPHANT): shows 4 (-6), should show 10; edited by hand, or by another program: "
        "we know of 10, and of nothing that made it 4"
    )
    assert {"read_stock", "orders_after"} == {name for name, _ in world.etsy.calls[calls:]}
    assert str(report).splitlines()[0] == (
        "etsy: 1 listings compared, 0 not counted, 0 not read, 1 differ; "
        "1 edited by hand, or by another program"
    )

    world.shop.sync()
    [update] = [rows for name, (*_, rows) in world.etsy.calls if name == "push_stock"][-1]

    assert (update.expected, update.quantity) == (4, 10)
    assert world.etsy.shown(world.listing) == 10
    assert sweep(world).drifts == ()


def test_a_raised_number_is_found_too(world: Any) -> None:
    """More than there is would be sold in vain."""
    world.shop.sync()
    edit(world.etsy, "L1", 25)
    [drift] = sweep(world).drifts

    assert (drift.kind, drift.difference, drift.told) == (DriftKind.EDITED, 15, 10)


def test_a_lost_push_shows_the_number_before(world: Any) -> None:
    """The channel said that it took 17, and shows the 10 that were seen before."""
    world.shop.sync()
    sweep(world)
    dropped = forgetful(world)
    dropped.add(world.listing)
    world.pass_time(minutes=1)
    world.shop.receive({world.sku: 7}, key=world.key())
    world.shop.sync()
    world.pass_time(minutes=1)
    [drift] = sweep(world).alarms

    assert (drift.kind, drift.shows, drift.should) == (DriftKind.LOST, 10, 17)
    assert "we told 17 since we saw it show 10" in drift.explain()

    dropped.clear()
    world.shop.sync()

    assert world.etsy.shown(world.listing) == 17


def test_a_number_that_waits_to_be_told_is_in_flight(world: Any) -> None:
    """Stored, sent, or not planned yet: nothing is wrong, and the run tells it."""
    world.shop.sync()
    world.shop.receive({world.sku: 5}, key=world.key())
    [drift] = sweep(world).drifts

    assert (drift.kind, drift.is_alarm) == (DriftKind.IN_FLIGHT, False)
    assert "told with the next publication" in drift.explain()

    world.etsy.before = failing("push_stock", LIMITED)
    world.shop.sync()

    assert "15 is stored, not sent" in sweep(world).drifts[0].explain()

    world.etsy.before = failing("push_stock", UNAVAILABLE)
    world.shop.sync()

    assert "15 or a number before it is sent, outcome unknown" in sweep(world).drifts[0].explain()

    world.etsy.before = world.no_transaction
    world.shop.sync()

    assert sweep(world).drifts == ()


def test_while_a_number_may_have_arrived_none_is_wrong(world: Any) -> None:
    """The answer was lost and the wish has changed since: the next run reads back, and tells."""
    world.shop.sync()
    world.shop.receive({world.sku: 5}, key=world.key())
    world.etsy.after = failing("push_stock", UNAVAILABLE)
    world.shop.sync()
    world.shop.receive({world.sku: 1}, key=world.key())
    [drift] = sweep(world).drifts

    assert (drift.kind, drift.shows, drift.should) == (DriftKind.IN_FLIGHT, 15, 16)

    edit(world.etsy, "L1", 4)

    assert kinds(sweep(world)) == {"L1": DriftKind.IN_FLIGHT}

    world.etsy.after = lambda _: None
    world.shop.sync()

    assert world.etsy.shown(world.listing) == 16


def test_a_changed_rule_is_told_with_the_next_run(world: Any) -> None:
    """Nobody noted the sku when the rule changed: the sweep does."""
    world.shop.sync()
    rule = Settings(publications={world.etsy_id: Publication(buffer=3)})
    shop = world.open_shop(world.channels, settings=rule)

    assert sweep(world, settings=rule).drifts[0].kind == DriftKind.IN_FLIGHT
    assert list(world.changed()) == [world.sku]

    shop.sync()

    assert world.etsy.shown(world.listing) == 7
    assert sweep(world, settings=rule).drifts == ()


def test_what_was_sold_before_the_reading_is_no_alarm(world: Any) -> None:
    """The sweep pulls after it has read: the sale is in the books when the two are compared."""
    world.shop.sync()
    world.pass_time(hours=1)
    world.sell(world.etsy, "1", 4)

    assert sweep(world).drifts == ()
    assert world.available == 6


def test_what_is_sold_between_reading_and_pulling_is_no_alarm(world: Any) -> None:
    """The reading is older than the books by that sale."""
    world.shop.sync()
    world.pass_time(hours=1)

    def sell(name: Any) -> None:
        world.etsy.after = lambda _: None
        world.sell(world.etsy, "1", 4)

    world.etsy.after = sell
    [drift] = sweep(world).drifts

    assert (drift.shows, drift.should, drift.is_alarm) == (10, 6, False)


def test_some_of_the_sales_in_the_reading_are_no_alarm(make_world: Any) -> None:
    """One sale before the reading and one after it: the number is in between."""
    settings = Settings(publications={ChannelId("etsy"): Publication(buffer=1)})
    world = make_world(settings=settings).adopted()
    world.shop.sync()
    world.pass_time(hours=1)
    world.sell(world.etsy, "1", 2)

    def sell(name: Any) -> None:
        world.etsy.after = lambda _: None
        world.sell(world.etsy, "2", 3)

    world.etsy.after = sell
    [drift] = sweep(world).drifts

    assert (drift.kind, drift.shows, drift.should) == (DriftKind.SOLD, 7, 4)
    assert "since it was told" in drift.explain()


def test_a_sale_that_the_channel_dates_before_the_number_is_no_alarm(world: Any) -> None:
    """Its clock is a little behind: the sale counts as in the number, and the channel shows less."""
    world.shop.sync()
    world.etsy.sell("1", [world.sold(4)], placed_at=world.clock.now())
    world.pass_time(minutes=1)
    edit(world.etsy, "L1", 7)
    [drift] = sweep(world).drifts

    assert (drift.kind, drift.shows, drift.should) == (DriftKind.SOLD, 7, 6)


def test_while_orders_cannot_be_pulled_fewer_units_are_not_put_back_on_sale(world: Any) -> None:
    """They may be sold: nothing is told until the orders are in."""
    world.shop.sync()
    world.pass_time(hours=1)
    world.sell(world.etsy, "1", 4)
    world.etsy.before = failing("orders_after", UNAVAILABLE)
    report = sweep(world)

    assert kinds(report) == {"L1": DriftKind.UNREAD}
    assert () == report.alarms == world.changed()
    assert "could not be pulled" in report.drifts[0].explain()
    assert "stopped" in report.explain()

    world.etsy.before = world.no_transaction

    assert sweep(world).drifts == ()


def test_orders_in_quarantine_may_be_why_fewer_are_shown(world: Any) -> None:
    """An order nobody could read may have sold them; more than told no order explains."""
    world.shop.sync()
    world.pass_time(hours=1)
    world.etsy.post("9", "{")
    edit(world.etsy, "L1", 8)
    report = sweep(world)

    assert kinds(report) == {"L1": DriftKind.UNREAD}
    assert "an order was put into quarantine since it was told" in report.drifts[0].explain()

    edit(world.etsy, "L1", 12)

    assert kinds(sweep(world)) == {"L1": DriftKind.EDITED}


def test_old_orders_in_quarantine_explain_nothing(world: Any) -> None:
    """What was put aside before the number was told is in the number."""
    world.etsy.post("9", "{")
    world.shop.sync()
    world.pass_time(hours=1)
    world.shop.receive({world.sku: 1}, key=world.key())
    world.shop.sync()
    edit(world.etsy, "L1", 8)

    assert kinds(sweep(world)) == {"L1": DriftKind.EDITED}


def test_a_number_that_fell_waits_for_orders_that_come_late(world: Any) -> None:
    """For as long as a sale may be missing among the orders it is no alarm, and then it is one."""
    delay = timedelta(minutes=15)
    world.shop.sync()
    sweep(world)
    edit(world.etsy, "L1", 7)
    found = []
    for minutes in (0, 10, 4, 1):
        world.pass_time(minutes=minutes)
        [drift] = sweep(world, feed_delay=delay).drifts
        found.append(drift.kind)

    assert found == [DriftKind.UNREAD] * 3 + [DriftKind.EDITED]
    assert world.changed() != ()

    world.shop.sync()
    edit(world.etsy, "L1", 6)
    [drift] = sweep(world, feed_delay=delay).drifts

    assert "an order may come up to 0:15:00 after its sale" in drift.explain()

    edit(world.etsy, "L1", 12)

    assert kinds(sweep(world, feed_delay=delay)) == {"L1": DriftKind.EDITED}


def test_a_refused_number_is_an_alarm_and_is_not_repeated(world: Any) -> None:
    """The channel said why; a person has to look."""
    world.shop.sync()
    listings = dict(world.etsy._listings)
    world.etsy._listings.clear()
    world.shop.receive({world.sku: 1}, key=world.key())
    world.shop.sync()
    world.etsy._listings.update(listings)
    report = sweep(world)

    assert kinds(report) == {"L1": DriftKind.REFUSED}
    assert not report.alarms[0].is_mended
    assert "11 was refused: there is no listing L1" in report.explain()
    assert world.changed() == ()


def test_a_listing_that_was_taken_down_is_an_alarm(world: Any) -> None:
    """The channel does not know it any more: telling it again would not help."""
    world.shop.sync()
    world.etsy._listings.clear()
    [drift] = sweep(world).alarms

    assert (drift.kind, drift.shows, drift.difference) == (DriftKind.GONE, None, None)
    assert "shows nothing, should show 10; no such listing" in drift.explain()
    assert world.changed() == ()


def test_a_number_told_while_it_was_read_is_in_flight(world: Any) -> None:
    """Another worker told the listing between the reading and the comparison."""
    world.shop.sync()
    world.pass_time(minutes=1)

    def tell(name: Any) -> None:
        world.etsy.after = lambda _: None
        world.shop.receive({world.sku: 5}, key=world.key())
        world.shop.sync()

    world.etsy.after = tell
    [drift] = sweep(world).drifts

    assert (drift.kind, drift.shows, drift.should) == (DriftKind.IN_FLIGHT, 10, 15)
    assert "while it was read" in drift.explain()


def test_what_is_told_while_the_sweep_decides_is_left_alone(world: Any) -> None:
    """Between the comparison and the note the books moved on: the note is not made."""
    world.shop.sync()
    edit(world.etsy, "L1", 4)
    plain = world.store.transaction
    world.pass_time(minutes=1)

    def transaction() -> Any:
        world.store.transaction = plain
        world.shop.receive({world.sku: 5}, key=world.key())
        world.shop.sync()
        return plain()

    world.store.transaction = transaction
    report = sweep(world)

    assert kinds(report) == {"L1": DriftKind.EDITED}
    assert world.changed() == ()
    assert {listing.shown for listing in world.kept(LISTINGS)} == {15}
    assert world.etsy.shown(world.listing) == 15


def test_a_channel_that_leaves_its_own_allocations_out_is_explained(world: Any) -> None:
    """Three listings are off by their open orders, and the fourth was edited."""
    skus = {Sku(f"SKU-{number}"): 20 for number in range(4)}
    world.etsy.put_up([world.offer(f"X{n}", sku, 5) for n, sku in enumerate(skus)])
    world.shop.adopt(world.etsy_id, opening=skus)
    for number in range(4):
        line = world.sold(number + 1, listing=f"X{number}")
        world.etsy.sell(f"o{number}", [line], placed_at=world.clock.now())
    world.shop.sync()
    world.pass_time(hours=1)
    for number in range(3):
        edit(world.etsy, f"X{number}", 20 - 2 * (number + 1))
    edit(world.etsy, "X3", 99)
    report = sweep(world)

    assert dict.fromkeys(("X0", "X1", "X2"), DriftKind.OWN_ALLOCATIONS) | {
        "X3": DriftKind.EDITED
    } == kinds(report)
    assert [str(drift.listing) for drift in report.alarms] == ["X3"]
    assert "leaves out the 2 units in open orders" in report.drifts[1].explain()


# -- what a sweep needs ----------------------------------------------------------------------------


def test_a_sweep_needs_an_adopted_channel(bare: Any) -> None:
    """Before adoption there is nothing that a listing should show."""
    with pytest.raises(NotAdoptedError):
        sweep(bare)


def test_what_was_never_counted_is_not_compared(bare: Any) -> None:
    """Nothing is published for it, so it cannot drift."""
    bare.shop.adopt(bare.etsy_id)
    report = sweep(bare)

    assert (report.compared, report.uncounted, report.drifts) == (0, 1, ())


@pytest.mark.parametrize("error", [UNAVAILABLE, LIMITED])
def test_a_channel_that_stops_answering_ends_the_reading(make_world: Any, error: Any) -> None:
    """What was read by then is compared; the rest is counted as not read."""
    world = make_world(settings=Settings(page_size=2))
    world.etsy.put_up([world.offer(f"X{n}", f"SKU-{n}", 5) for n in range(4)])
    world.adopted()
    world.shop.count({Sku(f"SKU-{n}"): 5 for n in range(4)}, key=world.key())
    world.shop.sync()
    pages = []

    def after(name: Any) -> None:
        pages.append(name)

    def before(name: Any) -> None:
        if name == "read_stock" and pages:
            raise error

    world.etsy.after, world.etsy.before = after, before
    edit(world.etsy, "X0", 1)
    report = sweep(world)

    assert (report.compared, report.unread, kinds(report)) == (2, 3, {"X0": DriftKind.EDITED})
    assert report.stopped == str(error)
    assert f"stopped: {error}" in report.explain()


def test_a_channel_that_cannot_be_read_back_says_so(world: Any) -> None:
    """Without the role nothing is compared."""

    class OnlyName:
        channel = ChannelId("etsy")

    report = sweep(world, OnlyName())

    assert (report.compared, report.unread) == (0, 1)
    assert report.stopped == "etsy cannot be read back"


def test_readings_of_other_listings_are_the_channel_s_fault(world: Any) -> None:
    """A sweep does not guess which reading is whose."""
    world.etsy.read_stock = lambda listings: ()

    with pytest.raises(ChannelAnswerError) as caught:
        sweep(world)

    assert "read stock: 0 readings that do not answer 1 listings" in str(caught.value)


def test_a_sweep_writes_only_what_it_saw(world: Any) -> None:
    """A second sweep over a channel that is right changes nothing in the books."""
    world.shop.sync()
    sweep(world)
    before = world.text()
    world.pass_time(minutes=5)
    sweep(world)

    assert before == world.text()


# -- the judgement alone ---------------------------------------------------------------------------

LISTING = AdoptedListing(
    channel=ChannelId("etsy"), listing=ListingId("L1"), sku=Sku("ELEPHANT"), shown=10
)


def judge(**facts: Any) -> ListingDrift | None:
    """Return the drift of one listing that should show 10 and was told 10."""
    facts = {"before": LISTING, "after": LISTING, "should": 10, **facts}
    return next(iter(judge_listings([Evidence(**facts)])), None)


def test_a_listing_that_shows_what_it_should_has_not_drifted() -> None:
    """Whatever our books say of it."""
    assert judge(shows=10) is None
    assert judge(shows=7, should=7) is None


def test_a_listing_nothing_is_known_of_is_to_be_told() -> None:
    """Before its first number no number is wrong."""
    fresh = AdoptedListing(channel=ChannelId("etsy"), listing=ListingId("L1"), sku=Sku("A"))
    drift = judge(before=fresh, after=fresh, shows=3)

    assert drift is not None
    assert (drift.kind, drift.told) == (DriftKind.IN_FLIGHT, None)


def test_one_listing_off_by_its_open_orders_was_edited() -> None:
    """A way of counting shows in more than one listing."""
    listing = AdoptedListing(
        channel=ChannelId("etsy"),
        listing=ListingId("L1"),
        sku=Sku("ELEPHANT"),
        shown=10,
        committed=3,
    )
    drift = judge(before=listing, after=listing, shows=13)

    assert drift is not None
    assert drift.kind is DriftKind.EDITED

    both = [Evidence(before=listing, after=listing, should=10, shows=13)] * 2

    assert [one.kind for one in judge_listings(both)] == [DriftKind.OWN_ALLOCATIONS] * 2
    assert "counts in the 3 units" in judge_listings(both)[0].explain()


def test_a_number_that_waits_does_not_explain_another_one() -> None:
    """What was not sent cannot be what is shown."""
    intent = Intent(
        channel=ChannelId("etsy"),
        listing=ListingId("L1"),
        quantity=12,
        state=IntentState.STORED,
    )
    drift = judge(intent=intent, should=12, shows=5)

    assert drift is not None
    assert drift.kind is DriftKind.EDITED


def test_an_edit_while_a_number_is_on_its_way_is_told_over(world: Any) -> None:
    """The stored number is planned anew, and expects what was seen."""
    world.shop.sync()
    world.shop.receive({world.sku: 5}, key=world.key())
    world.etsy.before = failing("push_stock", LIMITED)
    world.shop.sync()
    world.etsy.before = world.no_transaction
    edit(world.etsy, "L1", 2)

    assert kinds(sweep(world)) == {"L1": DriftKind.EDITED}

    world.shop.sync()

    assert world.etsy.shown(world.listing) == 15
    assert () == world.kept(INTENTS) == sweep(world).drifts
