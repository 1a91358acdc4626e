"""Claims of buyers: credited, replaced, asked back, or denied; the money is exact."""

from __future__ import annotations

from typing import Any

import pytest

from ecomkit.errors import FieldError
from ecomkit.identifiers import ClaimId, LineId, OrderId, ReturnId
from ecomkit.money import Money
from ecomkit.operations import KeyReusedError, UnknownOrderError
from ecomkit.operations._buyer_claims import decide_claim, open_claim
from ecomkit.operations._orders import ORDERS, load_order
from ecomkit.operations._return_books import (
    BUYER_CLAIMS,
    OPEN_RETURNS,
    UnknownClaimError,
    load_return,
)
from ecomkit.operations._return_requests import request_return
from ecomkit.operations._return_settling import settle_return
from ecomkit.operations._returns import receive_parcel
from ecomkit.orders import LineEvent, LineEventKind, UnknownLineError
from ecomkit.returns import (
    ClaimClosedError,
    ClaimedUnits,
    ClaimKind,
    ClaimOutcome,
    ClaimState,
    Condition,
    Disposition,
    NotReturnableError,
    ReceivedLine,
    Reception,
    ReturnLine,
    ReturnPolicy,
    ReturnReason,
    Settlement,
)
from ecomkit.stock import Short

ONE = LineId("1")
C1 = ClaimId("C1")


class Desk:
    """The desk where claims are handled: each operation in a transaction of its own."""

    def __init__(self, world: Any) -> None:
        self.world = world

    def open(self, order: Any, *kinds: ClaimKind, units: int = 1, name: ClaimId = C1) -> Any:
        """Take a claim down about units of the one line."""
        lines = [ClaimedUnits(line=ONE, quantity=units, kind=kind) for kind in kinds]
        with self.world.store.transaction() as tx:
            return open_claim(tx, order, lines, claim=name, now=self.world.clock.now())

    def decide(self, outcome: ClaimOutcome, *, name: ClaimId = C1, **options: Any) -> Any:
        """Decide a claim."""
        options["key"] = self.world.key(options.get("key"))
        options.setdefault("settings", self.world.settings)
        with self.world.store.transaction() as tx:
            return decide_claim(tx, name, outcome, now=self.world.clock.now(), **options)

    def request(self, order: Any, units: int) -> Any:
        """Ask to send units back."""
        line = ReturnLine(
            line=ONE, quantity=units, condition=Condition.NEW, reason=ReturnReason.OTHER
        )
        with self.world.store.transaction() as tx:
            return request_return(
                tx,
                order,
                [line],
                returned=ReturnId("R1"),
                policy=ReturnPolicy(rules=()),
                now=self.world.clock.now(),
                settings=self.world.settings,
            )

    def order(self, order: Any) -> Any:
        """Return an order."""
        with self.world.store.snapshot() as tx:
            return load_order(tx, order)

    def deliver(self, order: Any, units: int) -> None:
        """Let a carrier report units as delivered."""
        event = LineEvent(
            kind=LineEventKind.DELIVERED,
            line=ONE,
            quantity=units,
            at=self.world.clock.now(),
        )
        with self.world.store.transaction() as tx:
            tx.put(ORDERS, [load_order(tx, order).with_events([event])])


@pytest.fixture
def desk(world: Any) -> Desk:
    """Return the desk of a world."""
    return Desk(world)


@pytest.fixture
def order(world: Any) -> Any:
    """Return the name of an order of four at 25 euros, shipped."""
    name = world.sell(world.etsy, "1", 4)
    world.shop.sync()
    world.shop.fulfil()
    world.shop.sync()
    return name


def euros(cents: int, world: Any) -> Money:
    """Return cents as money."""
    return Money(cents, world.price.currency)


@pytest.mark.parametrize("outcome", [ClaimOutcome.REFUND, ClaimOutcome.STORE_CREDIT])
def test_what_was_lost_is_credited(
    world: Any, desk: Desk, order: OrderId, outcome: ClaimOutcome
) -> None:
    """The order knows it as lost, and the buyer need not pay for it."""
    desk.open(order, ClaimKind.LOST)
    claim = desk.decide(outcome, by="Ann")
    units = desk.order(order).units

    assert ClaimState.RESOLVED is claim.state
    assert (units.lost, units.credited, units.out) == (1, 1, 3)
    assert euros(2500, world) == claim.decisions[-1].settlement.overpaid
    assert euros(2500, world) == desk.order(order).overpaid
    assert "Ann" not in repr(claim)
    world.assert_clean()

    desk.request(order, 3)


def test_what_was_missing_in_a_delivered_parcel_is_credited_and_not_lost(
    world: Any, desk: Desk, order: OrderId
) -> None:
    """A carrier has reported it: it counts as out, and no return may be about it."""
    desk.deliver(order, 4)
    desk.open(order, ClaimKind.MISSING, units=2)
    desk.decide(ClaimOutcome.REFUND)
    units = desk.order(order).units

    assert (units.lost, units.credited, units.out) == (0, 2, 4)
    assert euros(5000, world) == desk.order(order).overpaid
    with pytest.raises(NotReturnableError) as caught:
        desk.request(order, 3)
    assert (caught.value.wanted, caught.value.possible) == (5, 4)


def test_what_came_broken_may_be_kept(world: Any, desk: Desk, order: OrderId) -> None:
    """It is credited, nothing comes back, and it is not credited again."""
    desk.open(order, ClaimKind.DAMAGED)
    desk.decide(ClaimOutcome.KEEP_IT)
    units = desk.order(order).units

    assert (units.returned, units.credited, units.out) == (0, 1, 4)
    assert euros(2500, world) == desk.order(order).overpaid
    with pytest.raises(NotReturnableError):
        desk.request(order, 4)


@pytest.mark.parametrize("kind", [ClaimKind.DAMAGED, ClaimKind.WRONG])
def test_a_refund_of_what_the_buyer_has_waits_for_its_return(
    world: Any, desk: Desk, order: OrderId, kind: ClaimKind
) -> None:
    """The claim opens a return; its units are credited as they are back and accepted."""
    desk.open(order, kind)
    claim = desk.decide(ClaimOutcome.REFUND)

    assert claim.decisions[-1].settlement is None
    assert desk.order(order).overpaid.is_zero
    assert [ReturnId("C1")] == [kept.id for kept in world.kept(OPEN_RETURNS)]

    back = ReceivedLine(line=ONE, quantity=1, disposition=Disposition.SCRAP)
    with world.store.transaction() as tx:
        receive_parcel(
            tx,
            ReturnId("C1"),
            Reception(lines=[back]),
            key=world.key(),
            now=world.clock.now(),
            settings=world.settings,
        )
        settlement = settle_return(
            tx,
            ReturnId("C1"),
            key=world.key(),
            now=world.clock.now(),
            settings=world.settings,
        )
        assert "claim C1" in load_return(tx, ReturnId("C1")).authorisations[0].reason

    assert isinstance(settlement, Settlement)
    assert euros(2500, world) == settlement.overpaid
    desk.request(order, 3)


def test_one_claim_may_be_about_both(world: Any, desk: Desk, order: OrderId) -> None:
    """What never came is credited at once, what came wrong is asked back under its own number."""
    desk.open(order, ClaimKind.MISSING, ClaimKind.WRONG)
    claim = desk.decide(ClaimOutcome.REFUND, returned=ReturnId("R9"))

    assert euros(2500, world) == claim.decisions[-1].settlement.overpaid
    assert ReturnId("R9") == claim.decisions[-1].returned
    with pytest.raises(NotReturnableError):
        desk.request(order, 3)


def test_a_replacement_costs_nothing(world: Any, desk: Desk, order: OrderId) -> None:
    """Others go out for the same price; nothing is owed and nothing overpaid."""
    desk.open(order, ClaimKind.LOST, units=2)
    claim = desk.decide(ClaimOutcome.REPLACEMENT)
    after = desk.order(order)
    [line] = [line for line in after.lines if line.replaces == ONE]

    assert (after.owed.amount, after.overpaid.amount) == (0, 0)
    assert (2, euros(5000, world)) == (line.quantity, after.line_amount(line.id))
    assert world.level.allocated == 2
    assert (line.id,) == tuple(one.line for one in claim.decisions[-1].settlement.replacements)
    world.assert_clean()


def test_a_replacement_that_is_not_there_is_an_answer(
    world: Any, desk: Desk, order: OrderId
) -> None:
    """Nothing changes, and the claim stays open for another outcome under the same key."""
    world.sell(world.etsy, "2", 6)
    world.shop.sync()
    desk.open(order, ClaimKind.LOST)
    text = world.text()

    assert isinstance(desk.decide(ClaimOutcome.REPLACEMENT, key="k"), Short)
    assert text == world.text()
    assert ClaimState.RESOLVED is desk.decide(ClaimOutcome.REFUND, key="k").state


def test_a_claim_is_denied_for_a_reason_and_may_be_thought_over(
    world: Any, desk: Desk, order: OrderId
) -> None:
    """A denied claim binds nothing and credits nothing; a person may still resolve it, once."""
    desk.open(order, ClaimKind.MISSING, units=4)
    with pytest.raises(FieldError):
        desk.decide(ClaimOutcome.DENIED)
    with pytest.raises(NotReturnableError):
        desk.request(order, 1)

    denied = desk.decide(ClaimOutcome.DENIED, reason="the scale says they were there")

    assert ClaimState.DENIED is denied.state
    assert desk.order(order).overpaid.is_zero

    desk.request(order, 1)
    with pytest.raises(NotReturnableError):
        desk.decide(ClaimOutcome.KEEP_IT)

    desk.open(order, ClaimKind.MISSING, units=3, name=ClaimId("C2"))
    desk.decide(ClaimOutcome.WITHDRAWN, name=ClaimId("C2"))
    with pytest.raises(ClaimClosedError):
        desk.decide(ClaimOutcome.REFUND, name=ClaimId("C2"))


def test_the_same_claim_and_decision_again_change_nothing(
    world: Any, desk: Desk, order: OrderId
) -> None:
    """Repeated they answer the same; another content under their keys is refused."""
    desk.open(order, ClaimKind.LOST)
    text = world.text()
    desk.open(order, ClaimKind.LOST)

    assert text == world.text()
    with pytest.raises(KeyReusedError):
        desk.open(order, ClaimKind.MISSING)

    first = desk.decide(ClaimOutcome.REFUND, key="k")
    text = world.text()

    assert first == desk.decide(ClaimOutcome.REFUND, key="k")
    with pytest.raises(KeyReusedError):
        desk.decide(ClaimOutcome.KEEP_IT, key="k")
    assert text == world.text()
    assert (first,) == world.kept(BUYER_CLAIMS, index=order)


def test_a_return_is_not_opened_over_another_one(world: Any, desk: Desk, order: OrderId) -> None:
    """The number that a claim would give is taken."""
    desk.request(order, 1)
    desk.open(order, ClaimKind.DAMAGED)

    with pytest.raises(KeyReusedError):
        desk.decide(ClaimOutcome.REFUND, returned=ReturnId("R1"))


def test_a_claim_is_about_what_is_in_the_books(desk: Desk, order: OrderId) -> None:
    """Orders, lines, units and claims that are not there are named."""
    with pytest.raises(UnknownOrderError):
        desk.open(OrderId("etsy/9"), ClaimKind.LOST)
    with pytest.raises(UnknownClaimError):
        desk.decide(ClaimOutcome.REFUND)
    with pytest.raises(NotReturnableError):
        desk.open(order, ClaimKind.LOST, units=5)
    line = ClaimedUnits(line=LineId("9"), quantity=1, kind=ClaimKind.LOST)
    with desk.world.store.transaction() as tx, pytest.raises(UnknownLineError):
        open_claim(tx, order, [line], claim=C1, now=desk.world.clock.now())
