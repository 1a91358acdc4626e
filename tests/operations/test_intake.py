"""Intake: what channels say is taken in, page by page, once."""

import json
from datetime import timedelta
from typing import Any, Never

import pytest

from ecomkit.adapters.memory import SoldLine
from ecomkit.catalog import Component, Kit, Kits
from ecomkit.channels import (
    ChannelAnswerError,
    ChannelUnavailableError,
    Cursor,
    DisagreementKind,
    OrderPage,
    RateLimitedError,
)
from ecomkit.identifiers import ChannelId, LineId, ListingId, OrderId, Sku
from ecomkit.money import Currency, Money
from ecomkit.operations import NotAdoptedError, PullReport, Settings
from ecomkit.operations._adoption import CHANNELS, LISTINGS
from ecomkit.operations._demand import DEMAND
from ecomkit.operations._intake import pull_orders
from ecomkit.operations._orders import CLAIMS, ORDERS
from ecomkit.operations._quarantine import PAYLOADS
from ecomkit.orders import FulfilmentState, OrderState
from ecomkit.stock import Bucket

ONE = LineId("1")


def pull(world: Any, channel: Any = None) -> Any:
    """Pull one channel."""
    return pull_orders(
        world.store, channel or world.etsy, now=world.clock.now(), settings=world.settings
    )


def disagreements(world: Any, order: Any) -> Any:
    """Return where a channel and our facts differ on an order."""
    with world.store.inner.snapshot() as tx:
        return [(d.kind, d.ours, d.theirs) for d in tx.get(CLAIMS, order).disagreements]


def post(world: Any, name: Any, /, **changes: Any) -> None:
    """Put the order's newest text up again with other fields."""
    document = json.loads(world.etsy._texts[name][-1]) | changes
    world.etsy.post(name, json.dumps(document))


def test_a_new_order_is_placed_and_covered(world: Any) -> None:
    """What a channel has sold becomes an order with its units allocated."""
    name = world.sell(world.etsy, "1", 4, buyer="ada")
    report = pull(world)
    order = world.shop.order(name)

    assert PullReport(channel=world.etsy_id, placed=1) == report
    assert (world.level.allocated, world.level.uncovered_units, world.available) == (4, 0, 6)
    assert (world.sku, 4, world.price) == (
        order.lines[0].sku,
        order.lines[0].quantity,
        order.lines[0].unit_price,
    )
    assert world.price * 4 == order.paid.captured
    assert "etsy: 1 orders placed, 0 changed" in report.explain()
    world.assert_clean()


def test_an_order_that_the_stock_does_not_cover_is_seen(world: Any) -> None:
    """What is missing is uncovered, and counted in the report."""
    world.sell(world.etsy, "1", 12)
    report = pull(world)

    assert report.uncovered_units == 2
    assert (world.level.allocated, world.level.uncovered_units, world.available) == (10, 2, 0)


def test_a_repeated_order_changes_nothing(world: Any) -> None:
    """The same claim again is counted as unchanged, and leaves the books alone."""
    world.sell(world.etsy, "1", 4)
    pull(world)
    world.etsy._log.append("1")
    state = world.kept(CHANNELS)
    text = world.text()
    report = pull(world)

    assert PullReport(channel=world.etsy_id, unchanged=1) == report
    assert state != world.kept(CHANNELS)
    assert [line for line in text.split("\n") if not line.startswith("channel ")] == [
        line for line in world.text().split("\n") if not line.startswith("channel ")
    ]


def test_a_pull_without_news_writes_nothing(world: Any) -> None:
    """An empty page whose cursor has not moved opens no transaction."""
    pull(world)
    text, written = world.text(), world.store.written
    report = pull(world)

    assert PullReport(channel=world.etsy_id) == report
    assert (text, written) == (world.text(), world.store.written)


def test_a_stale_order_changes_nothing(world: Any) -> None:
    """An older version that comes after a newer one is passed over."""
    name = world.sell(world.etsy, "1", 4)
    old = world.etsy._texts["1"][-1]
    world.etsy.cancel("1", {ONE: 4})
    pull(world)
    order = world.shop.order(name)
    world.etsy.post("1", old)
    report = pull(world)

    assert report.unchanged == 1
    assert order == world.shop.order(name)
    assert world.available == 10


def test_of_two_texts_of_one_version_the_same_one_is_kept_in_either_order(make_world: Any) -> None:
    """Where a channel does not raise its version, the content hash decides, not the arrival."""
    kept = []
    for flip in (False, True):
        world = make_world().adopted()
        world.sell(world.etsy, "1", 4)
        texts = world.etsy._texts.pop("1")
        world.etsy._log.clear()
        texts.append(json.dumps(json.loads(texts[0]) | {"status": ["other"]}))
        for text in reversed(texts) if flip else texts:
            world.etsy.post("1", text)
            pull(world)
        kept.append([claim.digest for claim in world.kept(CLAIMS)])

    assert kept[0] == kept[1]


def test_a_cancellation_at_the_channel_is_followed(world: Any) -> None:
    """Units that are still here are given up, and leave the demand."""
    name = world.sell(world.etsy, "1", 4)
    pull(world)
    world.pass_time(hours=1)
    world.etsy.cancel("1", {ONE: 3})
    report = pull(world)

    assert report.changed == 1
    assert (world.level.allocated, world.available) == (1, 9)
    assert world.shop.order(name).units.cancelled == 3
    assert world.kept(DEMAND)[0].units == (1,)
    assert [event.at for event in world.shop.order(name).events] == [world.clock.now()]
    world.assert_clean()


def test_a_cancellation_after_we_shipped_is_a_disagreement(world: Any) -> None:
    """What has left here is not brought back by what the channel says."""
    name = world.sell(world.etsy, "1", 4)
    pull(world)
    world.shop.fulfil()
    post(
        world,
        "1",
        version=9,
        lines=[dict(json.loads(world.etsy._texts["1"][-1])["lines"][0], cancelled=4)],
    )
    pull(world)

    assert disagreements(world, name) == [(DisagreementKind.CANCELLED_AFTER_SHIPPING, 0, 4)]
    assert world.shop.sync().disagreements == 1
    world.assert_clean()


def test_a_cancellation_here_is_a_disagreement_until_the_channel_knows(world: Any) -> None:
    """The channel still has what we cancelled; the two agree once it cancels too."""
    name = world.sell(world.etsy, "1", 4)
    pull(world)
    world.shop.cancel(name, {ONE: 4}, key=world.key())
    world.etsy.put_up([])
    post(world, "1", version=2)
    pull(world)

    assert disagreements(world, name) == [(DisagreementKind.CANCELLED_HERE, 4, 0)]

    world.etsy.cancel("1", {ONE: 4})
    world.etsy.cancel("1", {})  # a later version
    pull(world)

    assert disagreements(world, name) == []
    assert world.shop.sync().disagreements == 0


def test_a_line_that_the_channel_changed_is_a_disagreement(world: Any) -> None:
    """Quantity and price stay as they were taken down; the difference is shown."""
    name = world.sell(world.etsy, "1", 4)
    pull(world)
    line = json.loads(world.etsy._texts["1"][-1])["lines"][0]
    post(world, "1", version=5, lines=[dict(line, quantity=5, unit_price="24.00")], total="120.00")
    pull(world)

    assert disagreements(world, name) == [
        (DisagreementKind.EDITED, 4, 5),
        (DisagreementKind.EDITED, 2_500, 2_400),
    ]
    assert world.level.allocated == 4


def test_an_order_cancelled_before_we_saw_it_covers_nothing(world: Any) -> None:
    """It is taken down as cancelled, without a promise and without demand."""
    name = world.sell(world.etsy, "1", 4)
    world.etsy.cancel("1", {ONE: 4})
    report = pull(world)

    assert report.placed == 1
    assert world.shop.order(name).state == OrderState.CANCELLED
    assert world.available == 10
    assert world.kept(DEMAND) == ()
    world.assert_clean()


def test_an_order_shipped_before_the_count_moves_nothing(bare: Any) -> None:
    """The count has not seen the units any more: they left before."""
    name = bare.sell(bare.etsy, "1", 4)
    bare.etsy.ship("1", {ONE: 4}, at=bare.clock.now())
    bare.pass_time(hours=1)
    bare.adopted()
    pull(bare)

    assert (bare.level.sellable, bare.level.uncovered_units) == (10, 0)
    assert bare.shop.order(name).fulfilment_state == FulfilmentState.FULFILLED
    assert [(bare.sku, (4,))] == [(kept.sku, kept.units) for kept in bare.kept(DEMAND)]
    bare.assert_clean()


def test_an_order_shipped_before_the_count_moves_nothing_however_late_we_hear_of_it(
    bare: Any,
) -> None:
    """Seen first as open and later as shipped, it ends as if it was seen as shipped at once."""
    name = bare.sell(bare.etsy, "1", 4)
    left_at = bare.clock.now()
    bare.pass_time(hours=1)
    bare.adopted()
    pull(bare)

    assert bare.level.allocated == 4

    bare.etsy.ship("1", {ONE: 4}, at=left_at)
    pull(bare)

    assert (bare.level.sellable, bare.level.allocated, bare.level.uncovered_units) == (10, 0, 0)
    assert bare.shop.order(name).fulfilment_state == FulfilmentState.FULFILLED
    assert disagreements(bare, name) == []
    bare.assert_clean()


def test_an_order_shipped_in_part_before_the_count_wants_the_rest(bare: Any) -> None:
    """Only the units that are still open are covered."""
    bare.sell(bare.etsy, "1", 4)
    bare.etsy.ship("1", {ONE: 3}, at=bare.clock.now())
    bare.pass_time(hours=1)
    bare.adopted()
    pull(bare)

    assert (bare.level.sellable, bare.level.allocated) == (9, 1)
    bare.assert_clean()


def test_an_order_shipped_after_the_count_takes_its_units(world: Any) -> None:
    """It is recorded and shipped in one go."""
    name = world.sell(world.etsy, "1", 4)
    world.pass_time(hours=1)
    world.etsy.ship("1", {ONE: 4}, at=world.clock.now())
    pull(world)

    assert (world.level.on_hand, world.level.allocated) == (6, 0)
    assert world.shop.order(name).fulfilment_state == FulfilmentState.FULFILLED
    assert dict(world.shop.audit().units) == {
        Bucket.SELLABLE: 6,
        Bucket.CUSTOMER: 4,
        Bucket.OPENING: -10,
    }
    world.assert_clean()


def test_an_order_shipped_before_the_count_without_a_date_goes_by_its_placement(bare: Any) -> None:
    """A channel that does not say when units left: placed before the count, gone before it."""
    bare.sell(bare.etsy, "1", 4)
    bare.etsy.ship("1", {ONE: 4}, at=bare.clock.now())
    post(bare, "1", shipped_at=None)
    bare.pass_time(hours=1)
    bare.adopted()
    pull(bare)

    assert (bare.level.sellable, bare.level.uncovered_units) == (10, 0)


def test_units_that_we_saw_open_and_that_left_undated_are_shipped(world: Any) -> None:
    """Without a date, units that were open when we last looked have left since: they move."""
    world.sell(world.etsy, "1", 4)
    world.pass_time(hours=1)
    pull(world)
    world.shop.count({world.sku: 10}, key=world.key())
    world.etsy.ship("1", {ONE: 4}, at=world.clock.now())
    post(world, "1", shipped_at=None)
    pull(world)

    assert (world.level.on_hand, world.level.allocated) == (6, 0)
    world.assert_clean()


def test_what_the_channel_ships_is_shipped_as_far_as_it_is_covered(world: Any) -> None:
    """Shipped at the channel itself: the ledger follows, and tells it nothing."""
    name = world.sell(world.etsy, "1", 4)
    pull(world)
    world.pass_time(hours=1)
    world.etsy.ship("1", {ONE: 3}, at=world.clock.now())
    pull(world)

    assert (world.level.on_hand, world.level.allocated) == (7, 1)
    assert world.shop.order(name).units.shipped == 3
    assert "push_fulfilment" not in [call for call, _ in world.etsy.calls]
    world.assert_clean()


def test_what_left_without_cover_is_a_disagreement_that_goods_heal(world: Any) -> None:
    """The order stays open until goods cover it, then the next run ships it."""
    name = world.sell(world.etsy, "1", 12)
    pull(world)
    world.pass_time(hours=1)
    world.etsy.ship("1", {ONE: 12}, at=world.clock.now())
    pull(world)

    assert disagreements(world, name) == [(DisagreementKind.SHIPPED_WITHOUT_COVER, 10, 12)]
    assert (world.level.on_hand, world.level.uncovered_units) == (0, 2)
    assert world.shop.sync().disagreements == 1

    world.shop.receive({world.sku: 5}, key=world.key())
    report = world.shop.sync()

    assert report.disagreements == 0
    assert (world.level.on_hand, world.level.uncovered_units) == (3, 0)
    assert disagreements(world, name) == []
    world.assert_clean()


def test_what_left_without_cover_is_healed_by_a_later_count(world: Any) -> None:
    """A count after the units left knows that they are gone: it is not reduced by them."""
    name = world.sell(world.etsy, "1", 12)
    world.etsy.ship("1", {ONE: 12}, at=world.clock.now() + timedelta(hours=1))
    world.pass_time(hours=2)
    pull(world)
    world.shop.count({world.sku: 3}, key=world.key())
    report = world.shop.sync()

    assert report.disagreements == 0
    assert (world.level.sellable, world.level.uncovered_units) == (3, 0)
    assert world.shop.order(name).fulfilment_state == FulfilmentState.FULFILLED
    world.assert_clean()


def test_an_order_of_an_uncounted_sku_waits_until_it_is_counted_or_gone(bare: Any) -> None:
    """Before the first count its units are uncovered; once shipped they are no more wanted."""
    bare.shop.adopt(bare.etsy_id)
    bare.sell(bare.etsy, "1", 4)
    pull(bare)

    assert bare.level.uncovered_units == 4

    bare.etsy.ship("1", {ONE: 4}, at=bare.clock.now())
    pull(bare)

    assert (bare.level.uncovered_units, bare.level.on_hand) == (0, 0)
    bare.assert_clean()


def test_a_return_told_by_the_channel_is_awaited(world: Any) -> None:
    """Units are back when they were received, not when a shopper says so."""
    name = world.sell(world.etsy, "1", 4)
    pull(world)
    world.shop.fulfil()
    world.shop.sync()
    world.etsy.send_back("1", {ONE: 1})
    pull(world)

    assert disagreements(world, name) == [(DisagreementKind.RETURN_AWAITED, 0, 1)]
    assert world.level.on_hand == 6


def test_orders_returned_before_we_saw_them_are_awaited(world: Any) -> None:
    """An order first seen with a return is shipped, and its return awaited."""
    name = world.sell(world.etsy, "1", 4)
    world.pass_time(hours=1)
    world.etsy.ship("1", {ONE: 4}, at=world.clock.now())
    world.etsy.send_back("1", {ONE: 2})
    pull(world)

    assert disagreements(world, name) == [(DisagreementKind.RETURN_AWAITED, 0, 2)]
    world.assert_clean()


def test_an_order_of_an_unmatched_listing_waits_in_quarantine(world: Any) -> None:
    """It is kept with the reason; once a person has matched the listing it is taken in."""
    world.etsy.put_up([world.offer("L9", None, 5)])
    world.etsy.sell("1", [world.sold(2, listing="L9")], placed_at=world.clock.now())
    world.sell(world.etsy, "2", 1)
    report = world.shop.sync().pulls[0]
    [kept] = world.shop.quarantined()

    assert (report.placed, report.quarantined) == (1, 1)
    assert kept.faults == (
        "listing 'L9' of etsy has no sku; adopt the channel again or match the listing, then replay",
    )

    again = world.shop.replay(kept)

    assert again.quarantined == 1
    assert (kept,) == world.shop.quarantined()

    world.shop.match(world.etsy_id, ListingId("L9"), world.sku)
    done = world.shop.replay(kept)

    assert done.placed == 1
    assert world.shop.quarantined() == ()
    assert world.level.allocated == 3
    world.assert_clean()


def test_an_unreadable_payload_is_kept_with_all_its_faults(world: Any) -> None:
    """Every fault is named, the text is kept, and the others of the page go on."""
    world.etsy.post("1", '{"number": 7, "version": "x", "lines": [{"quantity": 0}]}')
    world.sell(world.etsy, "2", 1)
    report = pull(world)
    [kept] = world.shop.quarantined()

    assert (report.placed, report.quarantined) == (1, 1)
    assert {"currency", "number", "version", "placed_at", "lines[0].id"} <= {
        fault.partition(":")[0] for fault in kept.faults
    }
    assert next(
        raw.payload.text for raw in world.kept(PAYLOADS) if raw.payload.object_id == "1"
    ) == ('{"number": 7, "version": "x", "lines": [{"quantity": 0}]}')


def test_an_order_that_is_understood_later_leaves_quarantine(world: Any) -> None:
    """A readable text of the same order takes the place of the unreadable one."""
    world.etsy.post("1", "{")
    pull(world)

    assert len(world.shop.quarantined()) == 1

    world.sell(world.etsy, "1", 2)
    pull(world)

    assert world.shop.quarantined() == ()
    assert world.level.allocated == 2


def test_an_order_that_no_order_can_be_is_quarantined_whole(world: Any) -> None:
    """A discount larger than the order: nothing of it is written, everything else is."""
    world.sell(world.etsy, "1", 2)
    post(world, "1", charges=[{"kind": "discount", "amount": "-999.00", "title": ""}])
    world.etsy._log.remove("1")
    world.sell(world.etsy, "2", 1)
    report = pull(world)

    assert (report.placed, report.quarantined) == (1, 1)
    assert [order.id for order in world.kept(ORDERS)] == ["etsy/2"]
    assert [kept.claim.order_id for kept in world.kept(CLAIMS)] == ["etsy/2"]
    world.assert_clean()


def test_an_order_larger_than_the_ledger_can_hold_is_quarantined_whole(make_world: Any) -> None:
    """A kit of three in an absurd quantity: no part of the order is written."""
    kit = Kit(sku=Sku("ELEPHANT"), components=[Component(sku=Sku("LEG"), quantity=4)])
    world = make_world(settings=Settings(kits=Kits(kits=[kit])))
    world.shop.adopt(world.etsy_id, opening={Sku("LEG"): 10})
    free = Money(0, Currency.EUR)
    world.etsy.sell("1", [world.sold(2**61, price=free)], placed_at=world.clock.now())
    world.sell(world.etsy, "2", 1)
    report = pull(world)

    assert (report.placed, report.quarantined) == (1, 1)
    assert [order.id for order in world.kept(ORDERS)] == ["etsy/2"]
    assert world.shop.level(Sku("LEG")).allocated == 4
    world.assert_clean()


def test_an_order_from_a_wrong_century_does_not_spoil_the_demand(world: Any) -> None:
    """One garbled date must not push a year of sales out of the history."""
    world.sell(world.etsy, "1", 2)
    pull(world)
    world.etsy.sell("2", [world.sold(1)], placed_at=world.clock.now() + timedelta(days=360_000))
    pull(world)
    world.sell(world.etsy, "3", 3)
    pull(world)
    today = world.clock.now().date()

    assert [
        kept.demand(start=today - timedelta(days=1), end=today + timedelta(days=1)).mean_per_day
        for kept in world.kept(DEMAND)
    ] == [2.5]


@pytest.mark.parametrize(
    "changes",
    [
        {"number": ""},
        {"number": "x" * 300},
        {"buyer": " "},
        {"buyer": "\ud800"},
        {"status": ["\ud800"]},
        {"version": -1},
        {"version": 2**70},
        {"paid": "-1.00"},
        {"placed_at": "9999-12-31T23:59:59-14:00"},
        {"placed_at": "0001-01-01T00:00:00+14:00"},
        {"lines": []},
    ],
    ids=str,
)
def test_no_order_however_odd_stops_the_others(world: Any, changes: Any) -> None:
    """What one order says never keeps the rest of the page from being taken in."""
    world.sell(world.etsy, "1", 1)
    post(world, "1", **changes)
    world.etsy._log.remove("1")
    world.sell(world.etsy, "2", 1)
    report = pull(world)

    assert report.placed + report.quarantined == 2
    assert "etsy/2" in [order.id for order in world.kept(ORDERS)]
    world.assert_clean()


def test_an_order_whose_price_no_amount_can_hold_is_quarantined(world: Any) -> None:
    """An order that is taken in can be added up."""
    world.sell(world.etsy, "1", 1)
    line = json.loads(world.etsy._texts["1"][-1])["lines"][0]
    post(world, "1", lines=[dict(line, quantity=2**61)])
    report = pull(world)

    assert (report.placed, report.quarantined) == (0, 1)


def test_an_unknown_channel_field_does_not_reach_the_order_s_name(world: Any) -> None:
    """The order is named by its channel and number."""
    assert OrderId("etsy/1") == world.sell(world.etsy, "1", 1)


class BrokenError(Exception):
    """Breaks a transaction."""


def test_a_page_and_its_cursor_are_written_together(world: Any) -> None:
    """When the transaction of a page breaks, neither orders nor cursor are kept."""
    world.sell(world.etsy, "1", 1)
    text = world.text()

    def fail(number: Any) -> Never:
        raise BrokenError

    world.store.before_commit = fail
    with pytest.raises(BrokenError):
        pull(world)
    world.store.before_commit = lambda number: None

    assert text == world.text()
    assert pull(world).placed == 1


def test_pages_are_pulled_to_the_end(make_world: Any) -> None:
    """Each page is a transaction; the next pull starts where this one ended."""
    world = make_world(settings=Settings(page_size=2)).adopted()
    for number in range(5):
        world.sell(world.etsy, str(number), 1)
    written = world.store.written
    report = pull(world)

    assert report.placed == 5
    assert world.store.written - written == 3
    assert world.kept(CHANNELS)[1].cursor == Cursor("5")
    assert pull(world).placed == 0


@pytest.mark.parametrize(
    "error",
    [
        ChannelUnavailableError(channel=ChannelId("etsy"), operation="pull", why="down"),
        RateLimitedError(channel=ChannelId("etsy"), operation="pull", retry_after_seconds=9),
    ],
    ids=["unavailable", "rate limited"],
)
def test_a_channel_that_does_not_answer_stops_its_own_pull_only(
    make_world: Any, error: Any
) -> None:
    """What was taken in stays, the reason is reported, the other channel goes on."""
    world = make_world(settings=Settings(page_size=1)).adopted()
    world.sell(world.etsy, "1", 1)
    world.sell(world.etsy, "2", 1)
    world.sell(world.corner, "1", 1)
    pages = iter([None, error])

    def before(name: Any) -> None:
        if name == "orders_after" and (fault := next(pages, None)):
            raise fault

    world.etsy.before = before
    first, second = world.shop.sync().pulls

    assert (1, str(error)) == (first.placed, first.stopped)
    assert f"stopped: {error}" in first.explain()
    assert (second.placed, second.stopped) == (1, None)

    first, second = world.shop.sync().pulls

    assert (first.placed, second.placed) == (1, 0)


class Endless:
    """A channel whose pages do not end."""

    channel = ChannelId("endless")

    def __init__(self, tokens: Any) -> None:
        self.tokens = iter(tokens)

    def orders_after(self, cursor: Any, *, page_size: Any) -> Any:
        """Return the next page."""
        return OrderPage(entries=[], next=Cursor(next(self.tokens)), more=True)

    def order(self, number: Any) -> None:
        """Return nothing: there are only pages."""
        return


@pytest.mark.parametrize("tokens", [["a", "a"], None], ids=["the same page", "ever new pages"])
def test_pages_that_never_end_are_the_channel_s_fault(
    bare: Any, tokens: Any, monkeypatch: Any
) -> None:
    """A page that leads to itself, or pages without an end, raise instead of looping."""
    monkeypatch.setattr("ecomkit.operations._intake.PAGES_PER_PULL_MAX", 20)
    channel = Endless(tokens or map(str, range(10_000)))
    bare.open_shop([channel]).adopt(channel.channel)

    with pytest.raises(ChannelAnswerError) as caught:
        pull(bare, channel)

    assert (caught.value.channel, caught.value.operation) == ("endless", "pull orders")


def test_a_channel_without_orders_is_passed_over(world: Any) -> None:
    """A channel that has no role for orders has nothing to pull."""

    class OnlyName:
        channel = ChannelId("catalogue")

    assert PullReport(channel=ChannelId("catalogue")) == pull(world, OnlyName())


def test_the_lines_of_a_kit_take_its_parts(make_world: Any) -> None:
    """A kit is sold as one, covered part by part, and shipped only when it is complete."""
    leg, trunk = Sku("LEG"), Sku("TRUNK")
    kit = Kit(
        sku=Sku("ELEPHANT"),
        components=[Component(sku=leg, quantity=4), Component(sku=trunk, quantity=1)],
    )
    world = make_world(settings=Settings(kits=Kits(kits=[kit])))
    world.shop.adopt(world.etsy_id, opening={leg: 10, trunk: 5})
    name = world.sell(world.etsy, "1", 3)
    pull(world)

    assert (world.shop.level(leg).allocated, world.shop.level(leg).uncovered_units) == (10, 2)
    assert (world.shop.level(trunk).allocated, world.shop.level(trunk).uncovered_units) == (3, 0)
    assert [(leg, (12,)), (trunk, (3,))] == [(kept.sku, kept.units) for kept in world.kept(DEMAND)]

    world.pass_time(hours=1)
    world.etsy.ship("1", {ONE: 3}, at=world.clock.now())
    pull(world)

    assert disagreements(world, name) == [(DisagreementKind.SHIPPED_WITHOUT_COVER, 2, 3)]
    assert (world.shop.level(leg).allocated, world.shop.level(leg).uncovered_units) == (2, 2)

    world.etsy.cancel("1", {})
    world.shop.receive({leg: 2}, key=world.key())
    world.shop.sync()

    assert world.shop.order(name).fulfilment_state == FulfilmentState.FULFILLED
    assert (world.shop.level(leg).on_hand, world.shop.level(trunk).on_hand) == (0, 2)
    world.assert_clean()


def test_a_kit_of_which_one_part_was_never_counted_has_left_before(make_world: Any) -> None:
    """If the count of any part came later, or never came, shipped kits move nothing."""
    leg, trunk = Sku("LEG"), Sku("TRUNK")
    kit = Kit(
        sku=Sku("ELEPHANT"),
        components=[Component(sku=leg, quantity=4), Component(sku=trunk, quantity=1)],
    )
    world = make_world(settings=Settings(kits=Kits(kits=[kit])))
    world.shop.adopt(world.etsy_id, opening={leg: 10})
    world.pass_time(hours=1)
    world.sell(world.etsy, "1", 1)
    world.etsy.ship("1", {ONE: 1}, at=world.clock.now())
    pull(world)

    assert world.shop.level(leg).sellable == 10
    world.assert_clean()


def test_an_order_with_several_lines_is_one_order(world: Any) -> None:
    """Lines of one sku are promised each on its own."""
    world.etsy.put_up([world.offer("L2", "TIGER", 5)])
    world.shop.adopt(world.etsy_id, opening={Sku("TIGER"): 5})
    lines = [
        world.sold(2),
        world.sold(3, line="2"),
        SoldLine(
            id=LineId("3"),
            listing=ListingId("L2"),
            quantity=1,
            unit_price=Money(1, Currency.EUR),
        ),
    ]
    world.etsy.sell("1", lines, placed_at=world.clock.now())
    pull(world)

    assert [allocation.quantity for allocation in world.level.allocations] == [2, 3]
    assert world.shop.level(Sku("TIGER")).allocated == 1
    world.assert_clean()


def test_a_sale_makes_the_listing_s_number_unknown(world: Any) -> None:
    """The channel may have counted down by itself, so the listing is told anew."""
    world.shop.sync()
    world.sell(world.etsy, "1", 1)
    pull(world)
    world.sell(world.etsy, "2", 1)
    pull(world)

    assert [(kept.channel, kept.shown) for kept in world.kept(LISTINGS)] == [
        ("corner", 10),
        ("etsy", None),
    ]


def test_who_was_first_here_is_covered_first(world: Any) -> None:
    """By default the order of arrival decides, not the date of the sale."""
    world.sell(world.etsy, "1", 10)
    world.pass_time(hours=-1)
    world.sell(world.corner, "1", 1)
    world.pass_time(hours=1)
    pull(world)
    pull(world, world.corner)

    assert [waiting.order for waiting in world.shop.uncovered()] == ["corner/1"]


def test_a_channel_has_to_be_adopted_before_it_is_pulled(bare: Any) -> None:
    """Without matched listings every order would be unknown."""
    with pytest.raises(NotAdoptedError):
        pull(bare)


def test_a_claim_whose_order_is_gone_is_left_alone(world: Any) -> None:
    """There is nothing to compare it with."""
    name = world.sell(world.etsy, "1", 4)
    world.shop.sync()
    world.shop.cancel(name, {ONE: 4}, key=world.key())
    post(world, "1", version=2)
    world.shop.sync()
    with world.store.transaction() as tx:
        tx.delete(ORDERS, [name])

    assert world.shop.sync().disagreements == 0


def test_what_left_at_the_instant_of_the_count_is_not_counted(bare: Any) -> None:
    """At equality the unit had left: an opening count is taken of what is there."""
    bare.sell(bare.etsy, "1", 4)
    bare.etsy.ship("1", {ONE: 4}, at=bare.clock.now())
    bare.adopted()
    pull(bare)

    assert (bare.level.sellable, bare.level.uncovered_units) == (10, 0)


def test_a_return_of_what_left_before_the_count_is_awaited(bare: Any) -> None:
    """It moves nothing until it arrives."""
    name = bare.sell(bare.etsy, "1", 4)
    bare.etsy.ship("1", {ONE: 4}, at=bare.clock.now())
    bare.etsy.send_back("1", {ONE: 1})
    bare.pass_time(hours=1)
    bare.adopted()
    pull(bare)

    assert disagreements(bare, name) == [(DisagreementKind.RETURN_AWAITED, 0, 1)]
    assert bare.level.sellable == 10


def test_what_left_before_the_count_and_was_cancelled_here_is_a_disagreement(bare: Any) -> None:
    """Only units that are still open can have left."""
    name = bare.sell(bare.etsy, "1", 4)
    left_at = bare.clock.now()
    bare.pass_time(hours=1)
    bare.adopted()
    pull(bare)
    bare.shop.cancel(name, {ONE: 3}, key=bare.key())
    bare.etsy.ship("1", {ONE: 4}, at=left_at)
    pull(bare)

    assert disagreements(bare, name) == [
        (DisagreementKind.CANCELLED_HERE, 3, 0),
        (DisagreementKind.SHIPPED_WITHOUT_COVER, 1, 4),
    ]
    assert bare.level.sellable == 10
    bare.assert_clean()


def test_one_order_is_taken_in_by_its_number(world: Any) -> None:
    """An order that a webhook hints at is in the books before its page comes, and counts once."""
    world.sell(world.etsy, "1", 4)
    world.sell(world.etsy, "2", 1)

    report = world.shop.pull_order(world.etsy_id, "1")

    assert report.placed == 1
    assert [order.id for order in world.shop.orders()] == ["etsy/1"]
    assert world.shop.pull_order(world.etsy_id, "1").unchanged == 1
    assert world.shop.sync().pulls[0].placed == 1
    assert world.shop.audit().is_clean


def test_a_hint_at_nothing_changes_nothing(world: Any) -> None:
    """A number that the channel does not have, or cannot answer for now, leads to nothing."""
    before = world.etsy.calls.copy()

    assert world.shop.pull_order(world.etsy_id, "404") == PullReport(channel=world.etsy_id)
    assert len(world.etsy.calls) == len(before) + 1

    def fail(name: str) -> None:
        raise ChannelUnavailableError(channel=world.etsy_id, operation=name, why="timeout")

    world.etsy.before = fail
    assert world.shop.pull_order(world.etsy_id, "1").stopped is not None
