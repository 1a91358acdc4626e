"""Returns from their request to their credit: authorised, received, inspected, settled."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import attrs
import pytest

from ecomkit.catalog import Component, Kit, Kits
from ecomkit.identifiers import LineId, LocationId, ReturnId, Sku
from ecomkit.money import Money
from ecomkit.operations import KeyReusedError, StockRefusedError
from ecomkit.operations._demand import DEMAND
from ecomkit.operations._orders import ORDERS, load_order, ship_units
from ecomkit.operations._refunds import pay_back
from ecomkit.operations._return_books import (
    OPEN_RETURNS,
    UnknownReturnError,
    load_return,
)
from ecomkit.operations._return_requests import authorise_return, judge_return, request_return
from ecomkit.operations._return_settling import OnShortage, receive_return, settle_return
from ecomkit.operations._returns import (
    ReturnStep,
    expire_returns,
    inspect_return,
    note_return,
    receive_parcel,
)
from ecomkit.orders import (
    Adjustment,
    AdjustmentKind,
    Charge,
    ChargeKind,
    Fulfiller,
    FulfillerKind,
    FulfilmentState,
    Payment,
    PaymentKind,
    ReturnState,
    TransitionError,
)
from ecomkit.returns import (
    AcceptanceState,
    AuthorisationError,
    AuthorisationState,
    Condition,
    ConditionIs,
    Disposition,
    ExchangeLine,
    ExchangeTiming,
    InspectedLine,
    Inspection,
    NotAlreadyReturned,
    NotReturnableError,
    ReceivedLine,
    Reception,
    ReceptionState,
    RefundCeilingError,
    RestockingFee,
    ReturnLine,
    ReturnPolicy,
    ReturnReason,
    ShippingRefund,
    TermsRule,
)
from ecomkit.stock import Bucket, Short

ONE = LineId("1")
R1 = ReturnId("R1")
ANY = ReturnPolicy(rules=())
STRICT = ReturnPolicy(rules=(NotAlreadyReturned(),))
TIGER = Sku("TIGER")
WAREHOUSE = LocationId("fba")


class Desk:
    """The desk where returns are handled: each operation in a transaction of its own."""

    def __init__(self, world: Any) -> None:
        self.world = world
        self.settings = world.settings

    def do(self, operation: Any, *arguments: Any, **options: Any) -> Any:
        """Run an operation now; it gets a key unless it has one or needs none."""
        if operation not in {request_return, judge_return}:
            options["key"] = self.world.key(options.get("key"))
        if operation not in {note_return, pay_back, judge_return}:
            options.setdefault("settings", self.settings)
        with self.world.store.transaction() as tx:
            return operation(tx, *arguments, now=self.world.clock.now(), **options)

    def request(self, order: Any, units: int = 1, *, name: Any = R1, **options: Any) -> Any:
        """Ask to send units back."""
        options.setdefault("policy", ANY)
        return self.do(request_return, order, [asked(units)], returned=name, **options)

    def receive(self, *lines: Any, name: Any = R1, **options: Any) -> Any:
        """Take in a parcel."""
        return self.do(receive_parcel, name, Reception(lines=lines), **options)

    def inspect(self, units: int, acceptance: Any, *, name: Any = R1, **options: Any) -> Any:
        """Judge units."""
        keep = {key: options.pop(key) for key in ("key", "location", "by") if key in options}
        line = InspectedLine(line=ONE, quantity=units, acceptance=acceptance, **options)
        return self.do(inspect_return, name, Inspection(lines=[line]), **keep)

    def settle(self, name: Any = R1, **options: Any) -> Any:
        """Credit what is accepted."""
        return self.do(settle_return, name, **options)

    def expire(self) -> Any:
        """Give up what was not sent in time."""
        with self.world.store.transaction() as tx:
            return expire_returns(tx, now=self.world.clock.now())

    def deliver(self, order: Any, units: int) -> None:
        """Let a carrier report units as delivered."""
        with self.world.store.transaction() as tx:
            before = load_order(tx, order)
            tx.put(ORDERS, [before.deliver(ONE, quantity=units, at=self.world.clock.now())])

    def kept(self, name: Any = R1) -> Any:
        """Return what the books hold of a return."""
        with self.world.store.snapshot() as tx:
            return load_return(tx, name)

    def order(self, order: Any) -> Any:
        """Return an order."""
        with self.world.store.snapshot() as tx:
            return load_order(tx, order)


def asked(units: int) -> ReturnLine:
    """Return what a shopper asks to send back."""
    return ReturnLine(
        line=ONE, quantity=units, condition=Condition.NEW, reason=ReturnReason.CHANGED_MIND
    )


def came(units: int, disposition: Any = Disposition.RESTOCK, sku: Any = None) -> ReceivedLine:
    """Return what was in a parcel."""
    return ReceivedLine(line=ONE, quantity=units, disposition=disposition, sku=sku)


@pytest.fixture
def desk(world: Any) -> Desk:
    """Return the desk of a world."""
    return Desk(world)


@pytest.fixture
def order(world: Any) -> Any:
    """Return the name of an order of four at 25 euros and 5 of shipping, shipped."""
    return sold(world, 4)


def sold(world: Any, units: int, number: str = "1", **options: Any) -> Any:
    """Sell and ship units at 25 euros each, and 5 for shipping."""
    shipping = Charge(kind=ChargeKind.SHIPPING, amount=Money(500, world.price.currency))
    name = world.sell(world.etsy, number, units, charges=[shipping], **options)
    world.shop.sync()
    world.shop.fulfil()
    world.shop.sync()
    return name


def euros(cents: int, world: Any) -> Money:
    """Return cents as money."""
    return Money(cents, world.price.currency)


def test_a_return_from_its_request_to_its_refund(world: Any, desk: Desk, order: Any) -> None:
    """Asked, let in, sent, received, inspected, credited, paid: each step is in the books."""
    asked_for = desk.request(order, 2)

    assert AuthorisationState.AUTHORISED is asked_for.authorisation
    assert [kept.id for kept in world.kept(OPEN_RETURNS, index=order)] == [R1]

    desk.do(note_return, R1, ReturnStep.SHIPPED_BACK, units={ONE: 2})
    desk.receive(came(2, Disposition.QUARANTINE))

    assert (world.level.sellable, world.level.quarantined) == (6, 2)
    assert (desk.order(order).units.returned, desk.order(order).units.credited) == (2, 0)

    desk.inspect(1, AcceptanceState.ACCEPTED, disposition=Disposition.RESTOCK, by="Ann")
    desk.inspect(1, AcceptanceState.ACCEPTED, disposition=Disposition.REFURBISH)

    assert (
        world.level.sellable,
        world.level.quarantined,
        world.level.damaged,
    ) == (7, 0, 1)

    settlement = desk.settle()

    assert euros(5000, world) == settlement.refund.amount == settlement.overpaid
    assert world.kept(OPEN_RETURNS) == ()
    assert desk.kept().receptions == {ReceptionState.RECEIVED: 2}
    assert (desk.order(order).units.returned, desk.order(order).units.credited) == (2, 2)

    desk.do(pay_back, order, settlement.overpaid, reason="returned")

    assert desk.order(order).overpaid.is_zero
    world.assert_clean()


def test_no_more_is_paid_than_came(world: Any, desk: Desk) -> None:
    """Announced 3 at 89.99, received 2: 179.98 at most, and 269.97 is refused with the ceiling."""
    world.price = euros(8999, world)
    order = sold(world, 3)
    desk.request(order, 3)
    desk.receive(came(2))
    settlement = desk.settle()

    assert euros(17998, world) == settlement.overpaid
    with pytest.raises(RefundCeilingError) as caught:
        desk.do(pay_back, order, euros(26997, world), reason="all of it")
    assert euros(17998, world) == caught.value.ceiling


def test_what_is_back_is_not_asked_back_again(world: Any, desk: Desk) -> None:
    """2 shipped, 2 returned and received: 1 more is refused, by the policy and by the books."""
    order = sold(world, 2)
    desk.request(order, 2)
    desk.receive(came(2))
    desk.settle()
    refused = desk.request(order, 1, name=ReturnId("R2"), policy=STRICT)

    assert AuthorisationState.REFUSED is refused.authorisation
    assert [finding.rule for finding in refused.verdict.findings] == ["already_returned"]
    with pytest.raises(NotReturnableError):
        desk.request(order, 1, name=ReturnId("R3"))
    with pytest.raises(NotReturnableError):
        desk.do(authorise_return, ReturnId("R2"), by="Ann", reason="she insists")


def test_a_unit_is_in_one_open_return(world: Any, desk: Desk, order: Any) -> None:
    """The same units cannot be asked for twice before they are back, nor come unannounced."""
    desk.request(order, 3)
    refused = desk.request(order, 2, name=ReturnId("R2"), policy=STRICT)

    assert AuthorisationState.REFUSED is refused.authorisation
    with pytest.raises(NotReturnableError) as caught:
        desk.request(order, 2, name=ReturnId("R3"))
    assert (caught.value.wanted, caught.value.possible) == (5, 4)
    with pytest.raises(NotReturnableError):
        desk.do(receive_return, order, Reception(lines=[came(2)]))

    desk.do(note_return, R1, ReturnStep.WITHDRAWN, reason="changed the mind again")

    assert (
        AuthorisationState.AUTHORISED is desk.request(order, 4, name=ReturnId("R4")).authorisation
    )


def test_a_refusal_is_kept_with_its_reasons_until_a_person_decides(
    world: Any, desk: Desk, order: Any
) -> None:
    """Nothing comes in before; the name and the reason stay with the return."""
    strict = ReturnPolicy(rules=(ConditionIs(allowed=(Condition.USED,)),))
    refused = desk.request(order, 1, policy=strict)

    assert len(refused.verdict.findings) == 1
    assert world.kept(OPEN_RETURNS) == ()
    with pytest.raises(AuthorisationError):
        desk.receive(came(1))

    for _ in range(2):
        allowed = desk.do(authorise_return, R1, by="Ann", reason="a good customer", key="let")

    assert AuthorisationState.AUTHORISED is allowed.authorisation
    assert (
        allowed.authorisations[-1].by,
        allowed.authorisations[-1].reason,
    ) == ("Ann", "a good customer")
    assert "Ann" in allowed.verdict.explain()

    desk.receive(came(1))

    assert euros(2500, world) == desk.settle().overpaid


@pytest.mark.parametrize(
    ("disposition", "bucket"),
    [
        (Disposition.RESTOCK, Bucket.SELLABLE),
        (Disposition.QUARANTINE, Bucket.QUARANTINED),
        (Disposition.DAMAGED, Bucket.DAMAGED),
        (Disposition.REFURBISH, Bucket.DAMAGED),
        (Disposition.SCRAP, Bucket.SCRAP),
        (Disposition.DONATE, Bucket.SCRAP),
        (Disposition.RETURN_TO_VENDOR, Bucket.SUPPLIER),
        (Disposition.SEND_BACK, Bucket.CUSTOMER),
    ],
)
def test_each_disposition_moves_stock_with_its_reason(
    world: Any, desk: Desk, order: Any, disposition: Disposition, bucket: Bucket
) -> None:
    """The ledger ends where the unit went, and says why where the bucket does not."""
    desk.request(order, 1)
    desk.receive(came(1, disposition))
    with world.store.snapshot() as tx:
        last = tx.movements(limit=1000)[-1][1]

    assert bucket is last.target.bucket
    if disposition in tuple(Disposition)[:4]:
        assert (last.source.bucket, last.note) == (Bucket.CUSTOMER, None)
    else:
        assert (Bucket.QUARANTINED, disposition.value) == (last.source.bucket, last.note)
    world.assert_clean()


def test_what_lies_with_the_damaged_may_be_mended_there(
    world: Any, desk: Desk, order: Any
) -> None:
    """Both lie in one bucket: the return says what becomes of it, the ledger has nothing to say."""
    desk.request(order, 1)
    desk.receive(came(1, Disposition.DAMAGED))
    with world.store.snapshot() as tx:
        moved = len(tx.movements(limit=1000))
    desk.inspect(1, AcceptanceState.ACCEPTED, disposition=Disposition.REFURBISH)

    with world.store.snapshot() as tx:
        assert moved == len(tx.movements(limit=1000))
    assert [state.disposition for state in desk.kept().units(ONE)] == [Disposition.REFURBISH]


def test_one_resellable_and_one_damaged(world: Any, desk: Desk, order: Any) -> None:
    """Sellable +1, damaged +1, and both are credited."""
    desk.request(order, 2)
    desk.receive(came(1), came(1, Disposition.DAMAGED))

    assert (world.level.sellable, world.level.damaged) == (7, 1)
    assert euros(5000, world) == desk.settle().refund.amount


def test_the_wrong_item_waits_in_quarantine(world: Any, desk: Desk, order: Any) -> None:
    """It lies there as what it is; nothing is credited, and the order has nothing back."""
    desk.request(order, 1)
    kept = desk.receive(came(1, sku=TIGER))

    assert kept.acceptances == {AcceptanceState.MANUAL: 1}
    assert world.shop.level(TIGER).quarantined == 1
    assert desk.order(order).units.returned == 0
    assert desk.settle().refund.amount.is_zero
    assert [one.id for one in world.kept(OPEN_RETURNS)] == [R1]

    desk.inspect(
        1,
        AcceptanceState.REJECTED,
        reception=ReceptionState.WRONG_ITEM,
        disposition=Disposition.SEND_BACK,
    )

    assert world.shop.level(TIGER).quarantined == 0
    assert world.kept(OPEN_RETURNS) == ()
    world.assert_clean()


def test_more_than_was_announced_waits_in_quarantine(world: Any, desk: Desk, order: Any) -> None:
    """A person accepts it as long as so many units are out; then it is back and credited."""
    desk.request(order, 1)
    desk.receive(came(3))

    assert (world.level.sellable, world.level.quarantined) == (7, 2)
    assert desk.order(order).units.returned == 1
    assert euros(2500, world) == desk.settle().overpaid

    desk.inspect(
        2,
        AcceptanceState.ACCEPTED,
        reception=ReceptionState.OVER,
        disposition=Disposition.RESTOCK,
    )

    assert euros(7500, world) == desk.settle().overpaid
    assert (desk.order(order).units.returned, desk.order(order).units.credited) == (3, 3)
    world.assert_clean()


def test_what_cannot_be_of_the_order_is_not_accepted(world: Any, desk: Desk, order: Any) -> None:
    """Four were sent, five came: four is the most that is credited."""
    desk.request(order, 4)
    desk.receive(came(5))
    text = world.text()

    with pytest.raises(NotReturnableError):
        desk.inspect(1, AcceptanceState.ACCEPTED, reception=ReceptionState.OVER)

    assert text == world.text()


def test_what_is_rejected_goes_back_to_the_buyer(world: Any, desk: Desk, order: Any) -> None:
    """It was back and is out again, it is not credited, and our shelves are without it."""
    desk.request(order, 2)
    desk.receive(came(2, Disposition.QUARANTINE))
    desk.inspect(1, AcceptanceState.REJECTED, disposition=Disposition.SEND_BACK, reason="worn")
    desk.inspect(1, AcceptanceState.REJECTED, disposition=Disposition.SCRAP, reason="mould")
    settlement = desk.settle()
    units = desk.order(order).units

    assert settlement.refund.amount.is_zero
    assert (units.returned, units.credited, units.out) == (1, 0, 3)
    assert (world.level.sellable, world.level.quarantined) == (6, 0)
    assert world.kept(OPEN_RETURNS) == ()
    world.assert_clean()

    desk.request(order, 3, name=ReturnId("R2"))


def test_a_second_opinion_moves_the_unit_again(world: Any, desk: Desk, order: Any) -> None:
    """Accepted and shelved, then rejected: it is taken off the shelf, unless it was promised."""
    desk.request(order, 1)
    desk.receive(came(1))
    desk.inspect(1, AcceptanceState.REJECTED, disposition=Disposition.QUARANTINE)

    assert (world.level.sellable, world.level.quarantined) == (6, 1)

    desk.inspect(1, AcceptanceState.ACCEPTED, disposition=Disposition.RESTOCK)
    world.sell(world.etsy, "2", 7)
    world.shop.sync()

    with pytest.raises(StockRefusedError):
        desk.inspect(1, AcceptanceState.REJECTED, disposition=Disposition.QUARANTINE)

    assert desk.kept().acceptances == {AcceptanceState.ACCEPTED: 1}


def test_fulfilment_and_return_are_both_seen(world: Any, desk: Desk) -> None:
    """10 ordered, 3 shipped, 1 returned: partly fulfilled and partly returned."""
    own = world.own_order(quantity=10)
    world.shop.place(own)
    with world.store.transaction() as tx:
        ship_units(tx, [(own, {ONE: 3})], now=world.clock.now(), settings=world.settings)
    desk.request(own.id, 1)
    desk.receive(came(1))
    after = desk.order(own.id)

    assert (
        after.fulfilment_state,
        after.return_state,
    ) == (FulfilmentState.PARTIAL, ReturnState.PARTIAL)
    assert after.units.open == 7


def test_where_others_count_only_the_facts_move(world: Any, desk: Desk, order: Any) -> None:
    """A return that lands in a marketplace's warehouse is credited, and our ledger stands still."""
    desk.settings = attrs.evolve(world.settings, observed={WAREHOUSE})
    desk.request(order, 1)
    with world.store.snapshot() as tx:
        moved = len(tx.movements(limit=1000))
    desk.receive(came(1, Disposition.QUARANTINE), location=WAREHOUSE)
    desk.inspect(1, AcceptanceState.ACCEPTED, disposition=Disposition.RESTOCK, location=WAREHOUSE)

    with world.store.snapshot() as tx:
        assert moved == len(tx.movements(limit=1000))
    assert euros(2500, world) == desk.settle().overpaid
    assert desk.order(order).units.returned == 1


def test_fees_are_kept_of_the_refund(world: Any, desk: Desk, order: Any) -> None:
    """What the return costs the buyer stands in the settlement as a step of its own."""
    desk.request(order, 2)
    desk.receive(came(2))
    fee = Adjustment(
        kind=AdjustmentKind.RESTOCKING_FEE, amount=euros(300, world), at=world.clock.now()
    )
    settlement = desk.settle(adjustments=[fee])

    assert euros(4700, world) == settlement.overpaid
    assert "restocking fee: -3.00 EUR" in settlement.explain()
    assert "to pay back: 47.00 EUR; still owed: 0.00 EUR" in settlement.explain()


def test_costs_follow_from_the_verdict(world: Any, desk: Desk, order: Any) -> None:
    """A fee of ten percent, the way back once, and the delivery with the last unit."""
    terms = TermsRule(
        restocking_fee=RestockingFee(percent=Decimal(10)),
        standard_shipping=ShippingRefund.WHEN_EVERYTHING_RETURNS,
    )
    policy = ReturnPolicy(rules=(), terms=[terms])
    desk.request(order, 4, policy=policy)
    desk.receive(came(1))
    first = desk.settle(way_back=euros(490, world))
    desk.receive(came(3))
    second = desk.settle(way_back=euros(490, world))

    assert euros(2500 - 250 - 490, world) == first.overpaid
    assert euros(10000 - 1000 - 490 + 500, world) == second.overpaid


def test_what_is_not_sent_in_time_expires(world: Any, desk: Desk, order: Any) -> None:
    """Only what is awaited, only where the law or the shop names a time, and only once."""
    desk.deliver(order, 4)
    at_home = ReturnPolicy(rules=(), home="FR")
    desk.request(order, 2, policy=at_home)
    desk.do(note_return, R1, ReturnStep.SHIPPED_BACK, units={ONE: 1})
    desk.request(order, 1, name=ReturnId("R2"))
    desk.request(order, 1, name=ReturnId("R3"), policy=at_home)
    desk.do(note_return, ReturnId("R3"), ReturnStep.SHIPPED_BACK, units={ONE: 1})

    assert desk.expire() == ()

    world.pass_time(days=30)

    assert desk.expire() == (R1,)
    assert desk.expire() == ()
    assert desk.kept().receptions == {ReceptionState.IN_TRANSIT: 1, ReceptionState.EXPIRED: 1}
    assert desk.kept(ReturnId("R2")).receptions == {ReceptionState.AWAITED: 1}


def test_a_return_that_was_cancelled_and_refunded_restocks_once(
    world: Any, desk: Desk, order: Any
) -> None:
    """Refund and return are one: neither paying nor settling again moves a unit."""
    desk.request(order, 1)
    desk.receive(came(1), key="parcel")
    settlement = desk.settle(key="settle")
    desk.do(pay_back, order, settlement.overpaid, reason="returned", key="pay")
    text = world.text()

    desk.receive(came(1), key="parcel")
    assert settlement == desk.settle(key="settle")
    desk.do(pay_back, order, settlement.overpaid, reason="returned", key="pay")

    assert text == world.text()
    assert world.level.sellable == 7
    with pytest.raises(TransitionError):
        desk.do(receive_return, order, Reception(lines=[came(4)]))


def test_the_rest_of_a_partly_refunded_order_can_be_cancelled(world: Any, desk: Desk) -> None:
    """Two of four were shipped, one came back and was paid: the other two are given up."""
    own = world.own_order(quantity=4)
    own = own.pay(
        Payment(kind=PaymentKind.CAPTURED, amount=euros(10000, world), at=world.clock.now())
    )
    world.shop.place(own)
    with world.store.transaction() as tx:
        ship_units(tx, [(own, {ONE: 2})], now=world.clock.now(), settings=world.settings)
    desk.request(own.id, 1)
    desk.receive(came(1))
    desk.do(pay_back, own.id, desk.settle().overpaid, reason="returned")
    after = world.shop.cancel(own.id, {ONE: 2}, key=world.key())

    assert (
        after.units.cancelled,
        after.units.shipped,
        after.units.returned,
        after.units.credited,
    ) == (2, 2, 1, 1)
    assert (world.level.sellable, world.level.allocated) == (9, 0)
    assert euros(5000, world) == after.overpaid
    world.assert_clean()


def test_what_is_left_to_the_buyer_is_credited(world: Any, desk: Desk, order: Any) -> None:
    """Nothing comes back and no unit moves; it cannot be asked for again."""
    desk.request(order, 1)
    with world.store.snapshot() as tx:
        moved = len(tx.movements(limit=1000))
    desk.do(note_return, R1, ReturnStep.KEPT, units={ONE: 1}, by="Ann", reason="too cheap")

    assert euros(2500, world) == desk.settle().overpaid
    with world.store.snapshot() as tx:
        assert moved == len(tx.movements(limit=1000))
    with pytest.raises(NotReturnableError):
        desk.request(order, 4, name=ReturnId("R2"))


@pytest.mark.parametrize(
    ("step", "reception"),
    [
        (ReturnStep.LOST, ReceptionState.LOST_IN_TRANSIT),
        (ReturnStep.MISSING, ReceptionState.SHORT),
        (ReturnStep.EXPIRED, ReceptionState.EXPIRED),
        (ReturnStep.WITHDRAWN, ReceptionState.CANCELLED),
    ],
)
def test_what_does_not_come_is_noted(
    world: Any, desk: Desk, order: Any, step: ReturnStep, reception: ReceptionState
) -> None:
    """The return says so, and the order is as it was."""
    desk.request(order, 1)
    units = None if step in {ReturnStep.EXPIRED, ReturnStep.WITHDRAWN} else {ONE: 1}
    for _ in range(2):
        kept = desk.do(note_return, R1, step, units=units, key="note")

    assert {reception: 1} == kept.receptions
    assert desk.order(order).units.out == 4


def test_the_same_key_again_changes_nothing(world: Any, desk: Desk, order: Any) -> None:
    """Every operation may be repeated, and another content under its key is refused."""
    steps: list[Callable[[], Any]] = [
        lambda: desk.request(order, 2),
        lambda: desk.do(note_return, R1, ReturnStep.SHIPPED_BACK, units={ONE: 1}, key="a"),
        lambda: desk.receive(came(2, Disposition.QUARANTINE), key="b"),
        lambda: desk.inspect(2, AcceptanceState.ACCEPTED, key="c"),
        lambda: desk.settle(key="d"),
    ]
    others: list[Callable[[], Any]] = [
        lambda: desk.request(order, 1),
        lambda: desk.do(note_return, R1, ReturnStep.SHIPPED_BACK, units={ONE: 2}, key="a"),
        lambda: desk.receive(came(1, Disposition.QUARANTINE), key="b"),
        lambda: desk.inspect(1, AcceptanceState.ACCEPTED, key="c"),
        lambda: desk.settle(key="d", shortage=OnShortage.REFUND),
    ]
    for step, other in zip(steps, others, strict=True):
        step()
        text = world.text()
        world.pass_time(days=1)
        step()
        with pytest.raises(KeyReusedError):
            other()
        assert text == world.text()


def test_units_that_a_supplier_had_shipped_never_were_in_our_ledger(
    world: Any, desk: Desk, order: Any
) -> None:
    """They are credited, and our ledger stands still."""
    supplier = Fulfiller(kind=FulfillerKind.SUPPLIER, name="Acme")
    with world.store.transaction() as tx:
        before = load_order(tx, order)
        line = attrs.evolve(before.lines[0], fulfilled_by=supplier)
        tx.put(ORDERS, [attrs.evolve(before, lines=[line])])
        moved = len(tx.movements(limit=1000))
    desk.request(order, 1)
    desk.receive(came(1))

    with world.store.snapshot() as tx:
        assert moved == len(tx.movements(limit=1000))
    assert euros(2500, world) == desk.settle().overpaid


def test_a_kit_comes_back_as_what_it_is_made_of(world: Any, desk: Desk) -> None:
    """Its parts lie on the shelf, or leave it, each for itself."""
    pair = Sku("PAIR")
    kit = Kit(sku=pair, components=[Component(sku=TIGER, quantity=2)])
    desk.settings = attrs.evolve(world.settings, kits=Kits(kits=[kit]))
    shop = world.open_shop([], settings=desk.settings)
    shop.count({TIGER: 4}, key=world.key())
    own = world.own_order(quantity=2, sku=pair)
    shop.place(own)
    shop.fulfil()
    before = dict(shop.audit().units).get(Bucket.SUPPLIER, 0)
    desk.request(own.id, 2)
    desk.receive(came(1), came(1, Disposition.RETURN_TO_VENDOR))

    assert world.shop.level(TIGER).sellable == 2
    assert dict(shop.audit().units)[Bucket.SUPPLIER] - before == 2
    assert shop.audit().is_clean


def test_the_number_of_a_parcel_that_nobody_announced_is_taken(desk: Desk, order: Any) -> None:
    """A request under the number of another return is refused, whatever it asks."""
    desk.do(receive_return, order, Reception(lines=[came(1)]))

    with pytest.raises(KeyReusedError):
        desk.request(order, 1, name=ReturnId("etsy/1/1"))

    desk.request(order, 1, name=ReturnId("etsy/1/2"))
    desk.do(receive_return, order, Reception(lines=[came(1)]))
    desk.do(receive_return, order, Reception(lines=[came(1)]))

    assert desk.kept(ReturnId("etsy/1/4")).settlements


def test_a_return_has_to_be_in_the_books(desk: Desk) -> None:
    """A number that nobody gave is refused."""
    with pytest.raises(UnknownReturnError):
        desk.receive(came(1))


# Exchanges.


def test_an_even_exchange_costs_nothing(world: Any, desk: Desk, order: Any) -> None:
    """The same again goes out once the other is accepted: nothing is owed, nothing overpaid."""
    desk.request(order, 1, exchanges=[ExchangeLine(line=ONE, quantity=1)])
    desk.receive(came(1, Disposition.DAMAGED))
    settlement = desk.settle()
    after = desk.order(order)
    [new] = [line for line in after.lines if line.replaces == ONE]

    assert (settlement.overpaid.amount, settlement.owed.amount) == (0, 0)
    assert (world.sku, 1, 1) == (new.sku, new.quantity, after.counts(new.id).open)
    assert world.level.allocated == 1
    assert f"1 replaced by line {new.id}" in settlement.explain()

    world.shop.fulfil()

    assert desk.order(order).counts(new.id).shipped == 1
    world.assert_clean()

    today = world.clock.now().date()
    [history] = [kept for kept in world.kept(DEMAND) if kept.sku == world.sku]
    day = timedelta(days=1)
    assert history.demand(start=today - day, end=today + day).mean_per_day == 2.5


def test_an_uneven_exchange_leaves_the_difference(world: Any, desk: Desk, order: Any) -> None:
    """A dearer one is owed for, a cheaper one pays back."""
    world.shop.count({TIGER: 5}, key=world.key())
    tiger = ExchangeLine(line=ONE, quantity=1, sku=TIGER, unit_price=euros(3000, world))
    desk.request(order, 1, exchanges=[tiger])
    desk.receive(came(1))

    assert euros(500, world) == desk.settle().owed

    cheap = attrs.evolve(tiger, unit_price=euros(1000, world))
    desk.request(order, 1, name=ReturnId("R2"), exchanges=[cheap])
    desk.receive(came(1), name=ReturnId("R2"))

    assert euros(1000, world) == desk.settle(ReturnId("R2")).overpaid
    assert world.shop.level(TIGER).allocated == 2


def test_an_exchange_that_ships_first_is_owed_until_the_return_is_credited(
    world: Any, desk: Desk, order: Any
) -> None:
    """The replacement is on the order at once; the credit of what comes back pays for it."""
    first = ExchangeLine(line=ONE, quantity=1, timing=ExchangeTiming.SHIP_FIRST)
    desk.request(order, 1, exchanges=[first])

    assert euros(2500, world) == desk.order(order).owed
    assert world.level.allocated == 1

    world.shop.fulfil()
    desk.receive(came(1))
    settlement = desk.settle()

    assert (settlement.overpaid.amount, settlement.owed.amount) == (0, 0)
    world.assert_clean()


def test_an_uneven_exchange_that_ships_first_is_owed_for(
    world: Any, desk: Desk, order: Any
) -> None:
    """The difference stays once the return is credited; nothing is corrected away."""
    world.shop.count({TIGER: 5}, key=world.key())
    tiger = ExchangeLine(
        line=ONE,
        quantity=1,
        sku=TIGER,
        unit_price=euros(3000, world),
        timing=ExchangeTiming.SHIP_FIRST,
    )
    desk.request(order, 1, exchanges=[tiger])
    desk.receive(came(1))

    assert euros(500, world) == desk.settle().owed
    assert desk.order(order).adjustments == ()


def test_cents_of_even_exchanges_are_exact(world: Any, desk: Desk) -> None:
    """Three for 10.00: whichever is exchanged first, nothing is owed and nothing overpaid."""
    order = sold(world, 3)
    with world.store.transaction() as tx:
        discount = Charge(kind=ChargeKind.DISCOUNT, amount=euros(-6500, world), line=ONE)
        before = load_order(tx, order)
        tx.put(ORDERS, [attrs.evolve(before, charges=(*before.charges, discount))])
        over = before.with_events([]).overpaid
    base = desk.order(order).overpaid
    assert over.is_zero
    first = ExchangeLine(line=ONE, quantity=1, timing=ExchangeTiming.SHIP_FIRST)
    later = ExchangeLine(line=ONE, quantity=1)
    names = [ReturnId(name) for name in ("A", "B", "C")]
    for name, exchange in zip(names, (first, first, later), strict=True):
        desk.request(order, 1, name=name, exchanges=[exchange])
    for name in reversed(names):
        desk.receive(came(1), name=name)
        desk.settle(name)
    after = desk.order(order)

    assert (base.amount, 0) == (after.overpaid.amount, after.owed.amount)
    assert (
        sum(after.line_amount(line.id).amount for line in after.lines if line.replaces)
        + sum(adjustment.amount.amount for adjustment in after.adjustments)
        == 1000
    )


def test_an_exchange_waits_for_what_is_not_there(world: Any, desk: Desk, order: Any) -> None:
    """Short is an answer and nothing changes; the merchant may pay back instead."""
    tiger = ExchangeLine(line=ONE, quantity=1, sku=TIGER, unit_price=euros(3000, world))
    first = attrs.evolve(tiger, timing=ExchangeTiming.SHIP_FIRST)
    text = world.text()

    assert isinstance(desk.request(order, 1, exchanges=[first]), Short)
    assert text == world.text()

    never = ReturnPolicy(rules=(ConditionIs(allowed=()),))
    desk.request(order, 1, name=ReturnId("R2"), exchanges=[first], policy=never)
    text = world.text()

    let_in = {"by": "Ann", "reason": "so", "key": "let"}
    assert isinstance(desk.do(authorise_return, ReturnId("R2"), **let_in), Short)
    assert text == world.text()

    desk.request(order, 1, exchanges=[tiger])
    desk.receive(came(1))
    text = world.text()

    assert isinstance(desk.settle(key="s"), Short)
    assert text == world.text()

    settlement = desk.settle(key="s", shortage=OnShortage.REFUND)

    assert euros(2500, world) == settlement.overpaid
    assert settlement.replacements == ()
    assert desk.kept().exchanges == ()
