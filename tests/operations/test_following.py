"""What channels tell of orders that we know: booked with its units and money, or shown."""

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecomkit.channels import DisagreementKind
from ecomkit.identifiers import ChannelId, LineId, Sku
from ecomkit.money import Currency, Money
from ecomkit.operations._adoption import LISTINGS
from ecomkit.operations._demand import DEMAND
from ecomkit.operations._intake import differing_claims, pull_orders
from ecomkit.operations._orders import CLAIMS, contradicts, disagrees
from ecomkit.operations._refunds import REFUNDS, RefundPartState
from ecomkit.orders import FulfilmentState, LineEventKind, OrderState, PaymentKind, PaymentState
from ecomkit.stores import MemoryStore

ONE, TWO = LineId("1"), LineId("2")
Kind = DisagreementKind


def pull(world: Any) -> Any:
    """Pull etsy."""
    return pull_orders(world.store, world.etsy, now=world.clock.now(), settings=world.settings)


def told(world: Any, number: str = "1") -> dict[str, Any]:
    """Return an order as the channel tells it now."""
    document: dict[str, Any] = json.loads(world.etsy._texts[number][-1])
    return document


def post(world: Any, number: str = "1", **changes: Any) -> Any:
    """Let the channel tell a newer version of an order, and pull it."""
    document = told(world, number)
    document |= {"version": document["version"] + 1} | changes
    world.etsy.post(number, json.dumps(document))
    return pull(world)


def differences(world: Any, order: Any) -> list[tuple[Any, ...]]:
    """Return where claim and order differ."""
    with world.store.snapshot() as tx:
        kept = tx.get(CLAIMS, order)
    assert kept is not None
    assert str(order) in kept.explain()
    return [(d.line, d.kind, d.ours, d.theirs) for d in kept.disagreements]


def row(world: Any, **changes: Any) -> dict[str, Any]:
    """Return the first line of order 1, with changes."""
    line: dict[str, Any] = told(world)["lines"][0]
    return line | changes


def payments(world: Any, order: Any) -> list[tuple[PaymentKind, int, str]]:
    """Return the money of an order."""
    found = world.shop.order(order).payments
    return [(p.kind, p.amount.amount, p.reference) for p in found]


@pytest.fixture
def sold(world: Any) -> Any:
    """Return an order of four elephants that is in the books."""
    name = world.sell(world.etsy, "1", 4)
    pull(world)
    return name


# -- refunds -----------------------------------------------------------------------------------


def test_a_refund_at_the_channel_is_in_the_books_once(world: Any, sold: Any) -> None:
    """Made by its staff: booked under its name, however often it is told."""
    world.etsy.pay_back("1", world.price, name="r-7", at=world.clock.now())
    pull(world)
    post(world)
    world.shop.sync()

    assert payments(world, sold) == [
        (PaymentKind.CAPTURED, 10_000, "1"),
        (PaymentKind.REFUNDED, 2_500, "etsy/r-7"),
    ]
    assert world.shop.order(sold).payment_state is PaymentState.PARTIALLY_REFUNDED
    assert differences(world, sold) == []
    world.assert_clean()


def test_a_refund_of_ours_is_not_booked_again(world: Any, sold: Any) -> None:
    """The channel tells it back with its mark, beside one of its staff of the same amount."""
    world.shop.fulfil()
    world.shop.pay_back(sold, world.price, key=world.key(), goodwill=world.price)
    world.shop.sync()
    world.etsy.pay_back("1", world.price, name="r-7", at=world.clock.now())
    world.shop.sync()

    kinds = [kind for kind, _, _ in payments(world, sold)]
    assert kinds == [PaymentKind.CAPTURED, PaymentKind.REFUNDED, PaymentKind.REFUNDED]
    assert payments(world, sold)[-1][2] == "etsy/r-7"
    assert [part.state for part in world.kept(REFUNDS)] == [RefundPartState.PAID]


def test_a_refund_of_ours_that_failed_at_the_channel_is_owed_again(world: Any, sold: Any) -> None:
    """Confirmed, and refused by a bank later: its part says so, and the money is with us again."""
    world.shop.pay_back(sold, world.price, key=world.key(), goodwill=world.price)
    world.shop.sync()
    [refund] = world.etsy._orders["1"]["refunds"]
    post(world, refunds=[refund | {"state": "failed"}])

    [part] = world.kept(REFUNDS)
    assert (part.state, part.note) == (
        RefundPartState.FAILED,
        "the channel says that it failed",
    )
    assert world.shop.order(sold).paid.refunded.is_zero
    assert payments(world, sold)[-1] == (PaymentKind.REFUND_FAILED, 2_500, part.key)

    post(world, refunds=[refund])
    assert [part.state for part in world.kept(REFUNDS)] == [RefundPartState.PAID]
    assert world.shop.order(sold).paid.refunded == world.price
    post(world, refunds=[refund | {"amount": "26.00"}])
    assert payments(world, sold)[-1] == (PaymentKind.REFUNDED, 100, part.key)
    post(world, refunds=[refund | {"amount": "51.00"}])
    assert payments(world, sold)[-1] == (PaymentKind.REFUNDED, 2_500, part.key)


def test_an_order_that_was_paid_back_before_we_saw_it(world: Any) -> None:
    """It is taken down with the money that went back."""
    name = world.sell(world.etsy, "1", 4)
    world.etsy.cancel("1", {ONE: 4})
    world.etsy.pay_back("1", world.price * 4, name="r-1", at=world.clock.now())
    pull(world)

    order = world.shop.order(name)
    assert (order.state, order.payment_state) == (OrderState.CANCELLED, PaymentState.REFUNDED)
    assert (order.paid.kept.is_zero, order.overpaid.is_zero) == (True, True)
    assert differences(world, name) == []


def test_units_that_were_paid_back_and_kept_are_a_disagreement(world: Any, sold: Any) -> None:
    """The buyer keeps one: until it is credited here, or comes back, the two differ."""
    world.shop.fulfil()
    world.etsy.pay_back("1", world.price, name="r", at=world.clock.now(), quantities={ONE: 1})
    world.shop.sync()

    assert differences(world, sold) == [(ONE, Kind.REFUNDED_UNRETURNED, 0, 1)]


# -- edits -------------------------------------------------------------------------------------


def test_a_line_that_the_channel_added_is_promised_and_in_demand(world: Any, sold: Any) -> None:
    """Its units are taken from the shelf as if they were sold, and its channel may ship them."""
    added = row(world, id="2", quantity=3)
    post(world, lines=[row(world), added], total="175.00", paid="175.00")

    order = world.shop.order(sold)
    assert [line.quantity for line in order.lines] == [4, 3]
    assert order.line(TWO).added_at == world.clock.now()
    assert (world.level.allocated, world.available) == (7, 3)
    assert [kept.units for kept in world.kept(DEMAND)] == [(7,)]
    assert differences(world, sold) == []

    post(world, lines=[row(world), added | {"cancelled": 1}])
    assert (world.level.allocated, world.kept(DEMAND)[0].units) == (6, (6,))
    world.shop.fulfil()
    assert world.level.sellable == 4
    world.assert_clean()


def test_units_of_an_added_line_may_have_left_already(world: Any, sold: Any) -> None:
    """Added and shipped in one breath: its unit leaves the shelf with the line's arrival."""
    world.pass_time(hours=1)
    added = row(world, id="2", quantity=3, shipped=1)
    left_at = world.clock.now().isoformat()
    post(world, lines=[row(world), added], total="175.00", shipped_at=left_at)

    assert world.shop.order(sold).counts(TWO).shipped == 1
    assert (world.level.on_hand, world.level.allocated) == (9, 6)
    assert differences(world, sold) == []
    world.assert_clean()


def test_an_added_line_that_is_not_there_waits(world: Any, sold: Any) -> None:
    """Seven of ten are promised by then: four more leave one uncovered, which the report counts."""
    world.sell(world.corner, "1", 3)
    pull_orders(world.store, world.corner, now=world.clock.now(), settings=world.settings)
    report = post(world, lines=[row(world), row(world, id="2")], total="200.00")

    assert (report.changed, report.uncovered_units) == (1, 1)
    assert (world.level.allocated, world.level.uncovered_units) == (10, 1)
    world.assert_clean()


def test_an_added_line_waits_for_its_sku(world: Any, sold: Any) -> None:
    """A listing that nobody matched is shown; the rest of the claim is followed."""
    first, second = row(world, cancelled=1), row(world, id="2", listing="L9")
    post(world, lines=[first, second], total="200.00")

    assert differences(world, sold) == [(TWO, Kind.EDITED, 0, 4)]
    assert world.shop.order(sold).units.cancelled == 1

    world.etsy.put_up([world.offer("L9", "GIRAFFE", 3)])
    world.shop.adopt(world.etsy_id, opening={Sku("GIRAFFE"): 4})
    assert world.shop.sync().disagreements == 0
    assert [line.id for line in world.shop.order(sold).lines] == [ONE, TWO]


def test_a_line_that_is_gone_is_given_up(world: Any, sold: Any) -> None:
    """The elephants are for sale again."""
    post(world, lines=[row(world, id="2", quantity=1)], total="25.00")

    order = world.shop.order(sold)
    assert (order.counts(ONE).cancelled, order.counts(TWO).open) == (4, 1)
    assert (world.level.allocated, world.available) == (1, 9)
    world.assert_clean()


def test_a_claim_that_lost_half_of_its_lines_gives_nothing_up(world: Any, sold: Any) -> None:
    """Its total says that something is missing."""
    post(world, lines=[row(world, id="2", quantity=1)])

    assert differences(world, sold) == [
        (TWO, Kind.EDITED, 0, 1),
        (ONE, Kind.EDITED, 4, 0),
    ]
    assert world.level.allocated == 4


def test_a_sheet_whose_rows_moved_up_gives_nothing_up(world: Any) -> None:
    """Line 1 is what line 2 was: neither is followed, also when it is looked at again."""
    world.etsy.put_up([world.offer("L2", "GIRAFFE", 3)])
    world.shop.adopt(world.etsy_id, opening={Sku("GIRAFFE"): 5})
    lines = [world.sold(4), world.sold(2, line="2", listing="L2")]
    world.etsy.sell("1", lines, placed_at=world.clock.now())
    pull(world)
    [order] = world.shop.orders()
    name = order.id
    second = told(world)["lines"][1]
    post(world, lines=[second | {"id": "1"}], total="50.00")

    expected = [(ONE, Kind.EDITED, 4, 2), (TWO, Kind.EDITED, 2, 0)]
    assert differences(world, name) == expected
    assert world.shop.sync().disagreements == 1
    post(world, paid="0.00")
    assert differences(world, name) == expected
    assert world.level.allocated == 4


# -- shipments ---------------------------------------------------------------------------------


def test_a_shipment_that_the_channel_takes_back_moves_nothing(world: Any, sold: Any) -> None:
    """
    Told as shipped, booked, and taken back (vendure #1250, #1198): what left the shelf stays
    gone until somebody says that it is still there, and the two differ until then.
    """
    world.pass_time(hours=1)
    world.etsy.ship("1", {ONE: 4}, at=world.clock.now())
    pull(world)
    assert world.level.sellable == 6
    post(world, lines=[row(world, shipped=1)])

    assert differences(world, sold) == [(ONE, Kind.SHIPMENT_WITHDRAWN, 4, 1)]
    assert (world.level.sellable, world.level.allocated) == (6, 0)
    assert world.shop.sync().disagreements == 1
    post(world, paid="0.00")
    assert differences(world, sold) == [(ONE, Kind.SHIPMENT_WITHDRAWN, 4, 1)]
    post(world, lines=[row(world, shipped=4)])
    assert differences(world, sold) == []


def test_what_we_shipped_and_the_channel_does_not_know_yet_is_no_disagreement(
    world: Any, sold: Any
) -> None:
    """It never said otherwise."""
    world.shop.fulfil()
    post(world)

    assert differences(world, sold) == []


def test_a_channel_that_counts_no_units_says_nothing_by_it(world: Any, sold: Any) -> None:
    """Neither cancelled nor shipped units are told: what we know stands."""
    world.shop.cancel(sold, {ONE: 1}, key=world.key())
    post(world, lines=[row(world, cancelled=None, shipped=None)])

    assert differences(world, sold) == []
    post(world, lines=[row(world, cancelled=0, shipped=0)])
    assert differences(world, sold) == [(ONE, Kind.CANCELLED_HERE, 1, 0)]


# -- what others ship --------------------------------------------------------------------------


def test_what_the_channel_ships_never_touches_the_ledger(world: Any) -> None:
    """
    One line from its own warehouse, one from ours: taken down, shipped, cancelled and returned
    with no unit of the first promised, moved, in demand or counted as uncovered.
    """
    world.sell(world.etsy, "1", 4)
    lines = [row(world, fulfilled_by="AFN", quantity=50), row(world, id="2", quantity=1)]
    world.etsy.post("1", json.dumps(told(world) | {"lines": lines, "total": None}))
    report = pull(world)
    [order] = world.shop.orders()

    assert (report.placed, report.uncovered_units) == (1, 0)
    assert (world.level.allocated, world.level.uncovered_units) == (1, 0)
    [listing] = [kept for kept in world.kept(LISTINGS) if kept.channel == world.etsy_id]
    assert listing.committed == 1
    assert world.kept(DEMAND)[0].units == (1,)

    world.pass_time(hours=1)
    left_at = world.clock.now() - timedelta(minutes=30)
    shipped = [lines[0] | {"shipped": 20, "cancelled": 10}, lines[1]]
    post(world, lines=shipped, shipped_at=left_at.isoformat())
    order = world.shop.order(order.id)
    assert (order.counts(ONE).shipped, order.counts(ONE).cancelled) == (20, 10)
    [left] = [event for event in order.events if event.kind is LineEventKind.SHIPPED]
    assert left.at == left_at
    assert (world.level.allocated, world.level.on_hand) == (1, 10)
    assert differences(world, order.id) == []

    world.shop.fulfil()
    order = world.shop.order(order.id)
    assert (order.counts(ONE).shipped, order.counts(TWO).shipped) == (20, 1)
    world.assert_clean()


def test_what_the_channel_ships_and_added_later_never_touches_the_ledger(
    world: Any, sold: Any
) -> None:
    """A line that came later is no different."""
    added = row(world, id="2", fulfilled_by="AFN", shipped=1)
    post(world, lines=[row(world), added], total="200.00", shipped_at=None)

    order = world.shop.order(sold)
    assert (order.counts(TWO).shipped, world.level.allocated) == (1, 4)
    assert differences(world, sold) == []
    world.assert_clean()


def test_an_order_that_left_from_elsewhere_before_we_saw_it(world: Any) -> None:
    """It is taken down as shipped on the day that it left."""
    world.sell(world.etsy, "1", 4)
    left_at = "2026-01-04T09:00:00Z"
    lines = [row(world, fulfilled_by="AFN", shipped=4)]
    world.etsy.post("1", json.dumps(told(world) | {"lines": lines, "shipped_at": left_at}))
    pull(world)

    [order] = world.shop.orders()
    assert order.fulfilment_state is FulfilmentState.FULFILLED
    assert [event.at.isoformat() for event in order.events] == ["2026-01-04T09:00:00+00:00"]
    assert (world.level.sellable, world.level.allocated) == (10, 0)


# -- contradictions ----------------------------------------------------------------------------


def test_an_order_that_contradicts_itself_is_taken_down(world: Any) -> None:
    """
    It used to be unreadable. Now its lines and money are in the books, its points are listed,
    and no unit of the impossible line moves.
    """
    world.sell(world.etsy, "1", 4)
    lines = [row(world, cancelled=3, shipped=3, returned=4)]
    world.etsy.post("1", json.dumps(told(world) | {"lines": lines, "total": "99.00"}))
    report = pull(world)

    assert (report.placed, report.quarantined) == (1, 0)
    [order] = world.shop.orders()
    assert (order.units.open, order.discrepancy) == (4, Money(-100, Currency.EUR))
    [kept] = world.kept(CLAIMS, index=contradicts(ChannelId("etsy")))
    assert differing_claims(world.store, world.etsy_id) == (kept,)
    assert [point.kind.name for point in kept.contradictions] == [
        "MORE_THAN_ORDERED",
        "MORE_RETURNED",
        "TOTAL",
    ]
    assert "lines and charges come to another amount than the total" in kept.explain()
    assert world.level.allocated == 4
    assert world.shop.sync().disagreements == 0

    post(world, lines=[lines[0] | {"cancelled": 1, "shipped": 0, "returned": 0}], total="100.00")
    assert differing_claims(world.store, world.etsy_id) == ()
    assert world.level.allocated == 3
    world.assert_clean()


def test_a_claim_that_differs_and_contradicts_is_looked_at_again(world: Any, sold: Any) -> None:
    """Both are kept; what differs is compared at each run."""
    post(world, lines=[row(world, unit_price="24.00")])

    [kept] = world.kept(CLAIMS, index=disagrees(ChannelId("etsy")))
    assert (len(kept.disagreements), len(kept.contradictions)) == (1, 1)
    assert differing_claims(world.store, world.etsy_id) == (kept,)
    assert world.shop.sync().disagreements == 1


# -- late, twice, in any order -----------------------------------------------------------------


def life(world: Any) -> list[Any]:
    """Return what the channel says of one order over its life, as entries."""
    seen = []
    world.sell(world.etsy, "1", 4, buyer="ada")
    at = world.clock.now() + timedelta(hours=1)

    def note(**changes: Any) -> None:
        document = told(world) | changes
        document["version"] = len(seen) + 1
        world.etsy.post("1", json.dumps(document))
        seen.append(world.etsy.order("1"))

    note()
    note(lines=[row(world, cancelled=1)])
    note(lines=[row(world), row(world, id="2", quantity=1)], total="125.00")
    note(
        lines=[row(world) | {"shipped": 2, "cancelled": 1}, row(world, id="2", quantity=1)],
        shipped_at=at.isoformat(),
    )
    note(refunds=[{"id": "r1", "amount": "25.00", "state": "paid", "lines": []}])
    note(lines=[row(world, cancelled=9)])
    note(lines=[row(world, cancelled=1, shipped=1, returned=1)], total="100.00")
    return seen


@given(order=st.lists(st.integers(0, 6), max_size=9))
@settings(max_examples=40, deadline=None, suppress_health_check=[*HealthCheck])
def test_after_the_newest_claim_nothing_that_comes_late_counts(
    world_class: Any, order: list[int]
) -> None:
    """
    The same event three times, two swapped: once the newest is in the books, whatever older one
    comes again leaves order, version, claim and ledger as they are, to the letter.
    """
    world = world_class(MemoryStore()).adopted()
    entries = life(world)

    def take(*places: int) -> str:
        world.shop.take(world.etsy_id, [entries[place] for place in places])
        return str(world.text())

    before = take(0, 6)
    assert take(*order) == before
    assert take(6, *order, 6) == before


def test_a_payload_that_nobody_can_read_still_waits(world: Any) -> None:
    """What is no order at all is in quarantine, as before."""
    world.etsy.post("9", "{}")
    assert pull(world).quarantined == 1
