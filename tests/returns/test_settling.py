"""A settlement credits what is accepted, exactly, in whatever parts and order it comes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecomkit.errors import FieldError
from ecomkit.identifiers import ChannelId, ClaimId, CommandKey, LineId, OrderId, ReturnId, Sku
from ecomkit.money import Currency, CurrencyMismatchError, Money
from ecomkit.orders import (
    Charge,
    ChargeKind,
    LineEvent,
    LineEventKind,
    Order,
    OrderLine,
    Payment,
    PaymentKind,
    Taxation,
    TransitionError,
    diagram,
)
from ecomkit.returns import (
    CLAIM_TRANSITIONS,
    AcceptanceState,
    Claim,
    ClaimClosedError,
    ClaimDecision,
    ClaimedUnits,
    ClaimKind,
    ClaimOutcome,
    ClaimState,
    Condition,
    Disposition,
    ExchangeLine,
    ExchangeTiming,
    FeesRefund,
    GoodsMove,
    InspectedLine,
    Inspection,
    NotReturnableError,
    ReceivedLine,
    Reception,
    ReceptionState,
    RefundRules,
    Return,
    ReturnEvent,
    ReturnLine,
    ReturnReason,
    ShippingRefund,
    UnitState,
    add_ship_first,
    goods_moved,
    order_facts,
    returnable_units,
    settle_claim,
    settle_return,
)
from ecomkit.returns._exchange import add_replacement, replacement_id
from ecomkit.returns._room import check_room
from ecomkit.testing.strategies import placed_orders

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
A = LineId("A")
KEY = CommandKey("k")
CURRENCIES = st.sampled_from((Currency.EUR, Currency.JPY, Currency.KWD))
NO_RULES = RefundRules()
ALL_BACK = RefundRules(
    shipping=ShippingRefund.WHEN_EVERYTHING_RETURNS, fees=FeesRefund.WHEN_EVERYTHING_RETURNS
)


def shipped(order: Order) -> Order:
    """Return *order*, paid in full and shipped."""
    if order.effective_total.amount:
        paid = Payment(kind=PaymentKind.CAPTURED, amount=order.effective_total, at=AT)
        order = order.pay(paid)
    return order.with_events(
        LineEvent(kind=LineEventKind.SHIPPED, line=line.id, quantity=line.quantity, at=AT)
        for line in order.lines
    )


def small(units: int = 3, price: int = 8999, *charges: Charge) -> Order:
    """Return an order of one line, paid in full and shipped."""
    line = OrderLine(
        id=A, sku=Sku("ELEPHANT"), quantity=units, unit_price=Money(price, Currency.EUR)
    )
    return shipped(
        Order(
            id=OrderId("shop/1"),
            channel=ChannelId("shop"),
            currency=Currency.EUR,
            placed_at=AT,
            lines=[line],
            charges=charges,
        )
    )


def announced(order: Order, units: dict[LineId, int], **options: Any) -> Return:
    """Return an authorised return of units of *order*."""
    lines = [
        ReturnLine(
            line=line, quantity=n, condition=Condition.NEW, reason=ReturnReason.CHANGED_MIND
        )
        for line, n in units.items()
    ]
    name = options.pop("name", ReturnId("R1"))
    asked = Return(id=name, order=order.id, requested_at=AT, lines=lines, **options)
    return asked.authorise(at=AT)


def came(rma: Return, order: Order, units: dict[LineId, int]) -> tuple[Return, Order]:
    """Return the return and the order after a parcel, all of it accepted."""
    parcel = Reception(
        lines=[
            ReceivedLine(line=line, quantity=n, disposition=Disposition.RESTOCK)
            for line, n in units.items()
        ]
    )
    after = rma.receive(parcel, order=order, at=AT)
    return after, order.with_events(order_facts(after.events[len(rma.events) :]))


def settled(rma: Return, order: Order, **options: Any) -> tuple[Return, Order]:
    """Return the return and the order after a settlement."""
    options.setdefault("rules", NO_RULES)
    done = settle_return(rma, order=order, key=KEY, at=AT, **options)
    return rma.settle(done.settlement), done.order


def dealt(data: st.DataObject, units: list[LineId]) -> list[dict[LineId, int]]:
    """Return units dealt out to parcels, in any order."""
    units = data.draw(st.permutations(units))
    parcels = []
    while units:
        size = data.draw(st.integers(1, len(units)))
        parcels.append({line: units[:size].count(line) for line in sorted(set(units[:size]))})
        units = units[size:]
    return parcels


@settings(deadline=None)
@given(
    placed_orders(currencies=CURRENCIES, max_lines=3, max_quantity=4),
    st.sampled_from((NO_RULES, ALL_BACK)),
    st.data(),
)
def test_any_parts_in_any_order_come_to_the_same(
    order: Order, rules: RefundRules, data: st.DataObject
) -> None:
    """Parcel by parcel and settlement by settlement, or all at once: the same order, to the cent."""
    before = shipped(order)
    everything = {line.id: line.quantity for line in before.lines}
    units = [line for line, n in everything.items() for _ in range(n)]
    kept = data.draw(st.integers(0, len(units) - 1))
    back = sorted(data.draw(st.permutations(units))[kept:])
    totals = []
    for parcels in ([{line: back.count(line) for line in sorted(set(back))}], dealt(data, back)):
        rma, after = announced(before, everything), before
        for parcel in parcels:
            rma, after = came(rma, after, parcel)
            if data.draw(st.booleans()):
                rma, after = settled(rma, after, rules=rules)
        rma, after = settled(rma, after, rules=rules)
        credited = sum(settlement.refund.amount.amount for settlement in rma.settlements)
        totals.append((after.effective_total, after.overpaid, after.units))

        assert after.overpaid.amount == credited
        assert (len(back), len(back)) == (after.units.returned, after.units.credited)
        assert rma.creditable == {}

    assert totals[0] == totals[1]
    if rules is ALL_BACK and not kept:
        assert totals[0][0].is_zero


@settings(deadline=None)
@given(
    placed_orders(currencies=CURRENCIES, max_lines=2, max_quantity=4),
    st.lists(st.sampled_from(ExchangeTiming), min_size=1, max_size=4),
    st.data(),
)
def test_an_even_exchange_changes_no_amount(
    order: Order, timings: list[ExchangeTiming], data: st.DataObject
) -> None:
    """However many units, in whichever parts they come: the order costs what it cost."""
    before = shipped(order)
    line = before.lines[0]
    exchanges = []
    left = line.quantity
    for timing in timings:
        if left:
            quantity = data.draw(st.integers(1, left))
            left -= quantity
            exchanges.append(ExchangeLine(line=line.id, quantity=quantity, timing=timing))
    units = [line.id] * (line.quantity - left)
    rma = announced(before, {line.id: line.quantity}, exchanges=exchanges)
    after = add_ship_first(rma, order=before, at=AT)
    for parcel in dealt(data, units):
        rma, after = came(rma, after, parcel)
        rma, after = settled(rma, after)
    replaced = sum(one.quantity for one in after.lines if one.replaces == line.id)

    assert before.effective_total == after.effective_total
    assert (after.overpaid.amount, after.owed.amount) == (0, 0)
    assert len(units) == replaced == after.units.credited


@given(
    st.integers(1, 6),
    st.integers(0, 1000),
    st.integers(0, 400),
    st.integers(0, 400),
    st.data(),
)
def test_a_replacement_costs_exactly_what_it_replaces(
    units: int, price: int, discount: int, tax: int, data: st.DataObject
) -> None:
    """Whatever the discounts and taxes of the line, and whichever of its units are replaced."""
    charges = [
        Charge(
            kind=ChargeKind.DISCOUNT,
            amount=Money(-min(discount, price * units), Currency.EUR),
            line=A,
        ),
        Charge(
            kind=ChargeKind.TAX,
            amount=Money(tax, Currency.EUR),
            line=A,
            taxation=Taxation.ADDED,
        ),
    ]
    order = small(units, price, *charges)
    quantity = data.draw(st.integers(1, units))
    worth = order.entitlement(A, units=quantity)
    name = replacement_id(A, case="R1", number="1")
    after = add_replacement(
        order,
        exchange=ExchangeLine(line=A, quantity=quantity),
        name=name,
        units=quantity,
        worth=worth,
        at=AT,
    )

    assert worth == after.line_amount(name)
    assert after.price(name).tax_added.amount <= tax
    assert (A, quantity) == (after.line(name).replaces, after.line(name).quantity)


def test_a_replacement_carries_the_tax_of_what_it_replaces() -> None:
    """Two of three with 6.00 of tax on top: 4.00 of it goes with them."""
    tax = Charge(
        kind=ChargeKind.TAX, amount=Money(600, Currency.EUR), line=A, taxation=Taxation.ADDED
    )
    order = small(3, 1000, tax)
    rma = announced(order, {A: 2}, exchanges=[ExchangeLine(line=A, quantity=2)])
    _, order = settled(*came(rma, order, {A: 2}))
    [new] = [line for line in order.lines if line.replaces == A]

    assert (
        order.line_amount(new.id).amount,
        order.price(new.id).tax_added.amount,
    ) == (2400, 400)


def test_two_exchanges_in_one_parcel_share_the_cents() -> None:
    """Two of three for 10.00 are worth 3.34 and 3.33, and cost that."""
    third = Charge(kind=ChargeKind.DISCOUNT, amount=Money(-2, Currency.EUR), line=A)
    order = small(3, 334, third)
    exchange = ExchangeLine(line=A, quantity=1)
    rma = announced(order, {A: 2}, exchanges=[exchange, exchange])
    _, after = settled(*came(rma, order, {A: 2}))

    assert [after.line_amount(line.id).amount for line in after.lines if line.replaces == A] == [
        334,
        333,
    ]
    assert (after.owed.amount, after.overpaid.amount) == (0, 0)


def test_a_replacement_of_what_cost_less_than_its_tax_costs_no_more() -> None:
    """A discount of the order took off the goods and a part of the tax."""
    tax = Charge(
        kind=ChargeKind.TAX, amount=Money(600, Currency.EUR), line=A, taxation=Taxation.ADDED
    )
    off = Charge(kind=ChargeKind.DISCOUNT, amount=Money(-1500, Currency.EUR))
    order = small(1, 1000, tax, off)
    rma = announced(order, {A: 1}, exchanges=[ExchangeLine(line=A, quantity=1)])
    _, after = settled(*came(rma, order, {A: 1}))

    assert after.line_amount(after.lines[-1].id).amount == 100
    assert (after.owed.amount, after.overpaid.amount) == (0, 0)


def test_another_item_is_of_no_known_category() -> None:
    """The title is that of the exchange; the same item keeps its own, and its tax."""
    order = attrs.evolve(
        small(2),
        lines=[
            attrs.evolve(small(2).lines[0], title="Elephant", category="toys", tax_category="x")
        ],
    )
    found = []
    for sku, title in ((None, ""), (Sku("TIGER"), "Tiger")):
        exchange = ExchangeLine(line=A, quantity=1, sku=sku, title=title)
        _, after = settled(*came(announced(order, {A: 1}, exchanges=[exchange]), order, {A: 1}))
        new = after.lines[-1]
        found.append((new.sku, new.title, new.category, new.tax_category))

    assert found == [
        ("ELEPHANT", "Elephant", "toys", "x"),
        ("TIGER", "Tiger", None, None),
    ]


def test_the_same_exchange_is_not_served_twice() -> None:
    """One of three is exchanged: the second unit that comes is paid back."""
    order = small(3)
    rma = announced(order, {A: 3}, exchanges=[ExchangeLine(line=A, quantity=1)])
    for parcel in ({A: 1}, {A: 2}):
        rma, order = settled(*came(rma, order, parcel))

    assert [one.overpaid.amount for one in rma.settlements] == [0, 17998]
    assert [(r.number, r.units) for s in rma.settlements for r in s.replacements] == [(1, 1)]


def test_long_names_still_make_a_name() -> None:
    """A line and a return with long names give a line that can be named."""
    line = LineId("x" * 200)

    assert len(replacement_id(line, case="R1", number="1")) == 64
    assert replacement_id(line, case="R1", number="1") != replacement_id(
        line, case="R1", number="2"
    )
    assert replacement_id(A, case="R1", number="1") == "A/R1/1"


def test_an_exchange_costs_nothing_or_more() -> None:
    """A price below 0 is no price."""
    with pytest.raises(FieldError):
        ExchangeLine(line=A, quantity=1, unit_price=Money(-1, Currency.EUR))


def test_an_exchange_is_in_the_currency_of_the_order() -> None:
    """Cents of one currency are not cents of another."""
    exchange = ExchangeLine(line=A, quantity=1, unit_price=Money(1, Currency.USD))
    order = small()

    with pytest.raises(CurrencyMismatchError):
        settled(*came(announced(order, {A: 1}, exchanges=[exchange]), order, {A: 1}))


# Room.


def test_an_order_has_room_for_what_is_out() -> None:
    """Returns and claims share the units; what is refused or given up takes none."""
    order = small(3)
    one = announced(order, {A: 1})
    refused = attrs.evolve(one, authorisations=()).refuse(at=AT)
    claim = Claim(
        id=ClaimId("C"),
        order=order.id,
        at=AT,
        lines=[ClaimedUnits(line=A, quantity=1, kind=ClaimKind.DAMAGED)],
    )

    assert returnable_units(order, cases=[refused, one.withdraw(at=AT)]) == {A: 3}
    assert returnable_units(order, cases=[one, claim]) == {A: 1}
    assert returnable_units(order, cases=[one] * 5) == {A: 0}
    check_room(order, cases=[one, one, claim])
    with pytest.raises(NotReturnableError) as caught:
        check_room(order, cases=[one, one, one, claim])
    assert (caught.value.wanted, caught.value.possible) == (4, 3)


# Goods.


def test_goods_come_and_change_their_place() -> None:
    """What came lies somewhere; an inspection moves it on; a credit moves nothing."""
    order = small(3)
    rma = announced(order, {A: 2})
    parcel = Reception(
        lines=[
            ReceivedLine(line=A, quantity=2, disposition=Disposition.QUARANTINE),
            ReceivedLine(line=A, quantity=1, disposition=Disposition.RESTOCK, sku=Sku("GIRAFFE")),
        ]
    )
    received = rma.receive(parcel, order=order, at=AT)
    looked_at = received.inspect(
        Inspection(
            lines=[
                InspectedLine(
                    line=A,
                    quantity=1,
                    acceptance=AcceptanceState.ACCEPTED,
                    disposition=Disposition.RESTOCK,
                ),
                InspectedLine(
                    line=A,
                    quantity=1,
                    acceptance=AcceptanceState.REJECTED,
                    disposition=Disposition.SEND_BACK,
                ),
            ]
        ),
        at=AT,
    )

    def move(sku: str, quantity: int, source: Any, target: Any) -> GoodsMove:
        return GoodsMove(line=A, sku=Sku(sku), quantity=quantity, source=source, target=target)

    assert (
        move("ELEPHANT", 2, None, Disposition.QUARANTINE),
        move("GIRAFFE", 1, None, Disposition.QUARANTINE),
    ) == goods_moved(received.events, order=order)
    assert (
        move("ELEPHANT", 1, Disposition.QUARANTINE, Disposition.RESTOCK),
        move("ELEPHANT", 1, Disposition.QUARANTINE, Disposition.SEND_BACK),
    ) == goods_moved(looked_at.events[len(received.events) :], order=order)
    after, _ = settled(looked_at, order.with_events(order_facts(looked_at.events)))
    assert goods_moved(after.events[len(looked_at.events) :], order=order) == ()


def test_the_right_item_after_the_wrong_one_moves_once() -> None:
    """The wrong one stays where it lies, whomever it counts for."""
    order = small(1)
    rma = announced(order, {A: 1})
    wrong = ReceivedLine(line=A, quantity=1, disposition=Disposition.SCRAP, sku=Sku("GIRAFFE"))
    right = ReceivedLine(line=A, quantity=1, disposition=Disposition.RESTOCK)
    first = rma.receive(Reception(lines=[wrong]), order=order, at=AT)
    second = first.receive(Reception(lines=[right]), order=order, at=AT)
    events = second.events[len(first.events) :]

    assert [
        (move.source, move.target, move.quantity, move.sku)
        for move in goods_moved(events, order=order)
    ] == [(None, Disposition.RESTOCK, 1, "ELEPHANT")]
    assert [fact.kind for fact in order_facts(events)] == [LineEventKind.RETURNED]


def test_what_is_sent_back_at_the_door_was_back_and_left() -> None:
    """The order has both facts, and the unit is out again; an unannounced one is no fact."""
    order = small(1)
    parcel = Reception(lines=[ReceivedLine(line=A, quantity=2, disposition=Disposition.SEND_BACK)])
    rma = announced(order, {A: 1}).receive(parcel, order=order, at=AT)
    facts = order_facts(rma.events)

    assert [fact.kind for fact in facts] == [LineEventKind.RETURNED, LineEventKind.SENT_BACK]
    assert order.with_events(facts).units.out == 1
    assert rma.receptions == {ReceptionState.RECEIVED: 1, ReceptionState.OVER: 1}


def test_a_second_thought_about_what_has_left_is_no_second_departure() -> None:
    """Only what lay with us can leave."""
    gone = UnitState(
        reception=ReceptionState.RECEIVED,
        acceptance=AcceptanceState.REJECTED,
        disposition=Disposition.SEND_BACK,
    )
    doubted = attrs.evolve(gone, acceptance=AcceptanceState.MANUAL)
    event = ReturnEvent(line=A, quantity=1, source=gone, target=doubted, at=AT)

    assert order_facts([event]) == ()
    assert goods_moved([event], order=small(1)) == ()


# Claims.


def claim(*kinds: tuple[ClaimKind, int]) -> Claim:
    """Return a claim about units of the one line."""
    lines = [ClaimedUnits(line=A, quantity=units, kind=kind) for kind, units in kinds]
    return Claim(id=ClaimId("C"), order=OrderId("shop/1"), at=AT, lines=lines)


def decided(outcome: ClaimOutcome) -> ClaimDecision:
    """Return a decision for some reason."""
    return ClaimDecision(outcome=outcome, at=AT, reason="so")


def test_the_table_of_claims_is_what_claims_do() -> None:
    """Every outcome is tried in every state that is reached."""
    found: dict[ClaimState, set[ClaimState]] = {state: set() for state in ClaimState}
    todo = [claim((ClaimKind.LOST, 1))]
    seen = set()
    while todo:
        one = todo.pop()
        seen.add(one.state)
        for outcome in ClaimOutcome:
            try:
                after = one.decide(decided(outcome))
            except ClaimClosedError:
                continue
            found[one.state].add(after.state)
            todo.append(after)

    assert set(ClaimState) == seen
    assert found == {state: set(table) for state, table in CLAIM_TRANSITIONS.items()}
    assert diagram(CLAIM_TRANSITIONS).count("-->") == 4
    assert {ClaimState.RESOLVED, ClaimState.WITHDRAWN} == {
        state for state, table in CLAIM_TRANSITIONS.items() if not table
    }


@settings(deadline=None)
@given(
    placed_orders(currencies=CURRENCIES, max_lines=1, max_quantity=5),
    st.sampled_from((ClaimOutcome.REFUND, ClaimOutcome.KEEP_IT, ClaimOutcome.REPLACEMENT)),
    st.sampled_from((ClaimKind.LOST, ClaimKind.MISSING)),
    st.data(),
)
def test_claims_are_exact(
    order: Order, outcome: ClaimOutcome, kind: ClaimKind, data: st.DataObject
) -> None:
    """Unit by unit the credits of a line sum to the line; a replacement changes no amount."""
    before = shipped(order)
    line = before.lines[0]
    delivered = data.draw(st.integers(0, line.quantity))
    if delivered:
        before = before.deliver(line.id, quantity=delivered, at=AT)
    after = before
    while after.counts(line.id).credited < line.quantity:
        most = line.quantity - after.counts(line.id).credited
        entry = ClaimedUnits(line=line.id, quantity=data.draw(st.integers(1, most)), kind=kind)
        one = Claim(id=ClaimId(f"C{most}"), order=order.id, at=AT, lines=[entry])
        kept = one.kept(outcome, order=after)
        done = settle_claim(one, outcome=outcome, order=after, rules=NO_RULES, key=KEY, at=AT)
        lost = done.order.counts(line.id).lost - after.counts(line.id).lost
        after = done.order

        assert kept.get(line.id, 0) + lost == entry.quantity

    assert line.quantity - delivered == after.counts(line.id).lost
    if outcome is ClaimOutcome.REPLACEMENT:
        assert before.effective_total == after.effective_total
        assert after.overpaid.is_zero
    else:
        assert before.line_amount(line.id) == before.effective_total - after.effective_total


def test_no_more_is_claimed_than_was_shipped() -> None:
    """Three were shipped; the fourth is not credited."""
    with pytest.raises(TransitionError):
        settle_claim(
            claim((ClaimKind.DAMAGED, 4)),
            outcome=ClaimOutcome.KEEP_IT,
            order=small(3),
            rules=NO_RULES,
            key=KEY,
            at=AT,
        )


def test_a_claim_is_about_something_once() -> None:
    """Nothing is no claim, and two entries that could be one are refused."""
    for lines in ((), ((ClaimKind.LOST, 1), (ClaimKind.LOST, 2))):
        with pytest.raises(FieldError):
            claim(*lines)
    with pytest.raises(FieldError):
        ClaimDecision(outcome=ClaimOutcome.DENIED, at=AT)


def test_what_a_claim_binds_follows_its_state() -> None:
    """All while it is open, what the buyer keeps once it is resolved, nothing if it is denied."""
    one = claim((ClaimKind.LOST, 1), (ClaimKind.DAMAGED, 2))
    resolved = one.decide(ClaimDecision(outcome=ClaimOutcome.KEEP_IT, at=AT, kept=[(A, 2)]))

    assert [
        one.bound,
        resolved.bound,
        one.decide(decided(ClaimOutcome.DENIED)).bound,
    ] == [{A: 3}, {A: 2}, {}]
    assert (one.units(), one.units(ClaimOutcome.REFUND)) == ({A: 3}, {A: 1})
    assert [line.quantity for line in one.coming_back(ClaimOutcome.STORE_CREDIT)] == [2]
    assert one.coming_back(ClaimOutcome.KEEP_IT) == ()
