"""A return is what was announced and what happened since; both axes are derived from it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from enum import Enum
from functools import cache
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.errors import FieldError
from ecomkit.identifiers import ChannelId, LineId, OrderId, ReturnId, Sku
from ecomkit.money import Currency, Money
from ecomkit.orders import Order, OrderLine, UnknownLineError, diagram
from ecomkit.returns import (
    ACCEPTANCE_TRANSITIONS,
    RECEPTION_TRANSITIONS,
    AcceptanceState,
    Authorisation,
    AuthorisationError,
    AuthorisationState,
    Condition,
    Disposition,
    ExchangeLine,
    InspectedLine,
    Inspection,
    ReceivedLine,
    Reception,
    ReceptionState,
    Return,
    ReturnEvent,
    ReturnLine,
    ReturnReason,
    ReturnStepError,
    UnitState,
)
from ecomkit.returns._unit_state import JUDGED

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
A = LineId("A")
SENT, OTHER = Sku("ELEPHANT"), Sku("GIRAFFE")
ORDER = Order(
    id=OrderId("shop/1"),
    channel=ChannelId("shop"),
    currency=Currency.EUR,
    placed_at=AT,
    lines=[OrderLine(id=A, sku=SENT, quantity=3, unit_price=Money(8999, Currency.EUR))],
).ship(A, quantity=3, at=AT)
UNSEEN = frozenset({ReceptionState.AWAITED, ReceptionState.IN_TRANSIT, ReceptionState.EXPIRED})


def announced(units: int = 3) -> Return:
    """Return an authorised return of units of the one line."""
    line = ReturnLine(
        line=A, quantity=units, condition=Condition.NEW, reason=ReturnReason.CHANGED_MIND
    )
    return Return(id=ReturnId("R1"), order=ORDER.id, requested_at=AT, lines=[line]).authorise(
        at=AT
    )


def parcel(
    units: int, disposition: Disposition = Disposition.QUARANTINE, *, sku: Sku | None = None
) -> Reception:
    """Return a parcel with units of the one line."""
    return Reception(
        lines=[ReceivedLine(line=A, quantity=units, disposition=disposition, sku=sku)]
    )


def judged(units: int, acceptance: AcceptanceState, **options: Any) -> Inspection:
    """Return a judgement on units of the one line."""
    return Inspection(
        lines=[InspectedLine(line=A, quantity=units, acceptance=acceptance, **options)]
    )


def credited(rma: Return) -> Return:
    """Return the return with all that is accepted credited; the amounts do not matter here."""
    events = [
        ReturnEvent(line=A, quantity=n, source=s, target=attrs.evolve(s, is_credited=True), at=AT)
        for s, n in rma.units(A).items()
        if s.is_creditable
    ]
    return rma.with_events(events)


def next_returns(rma: Return) -> Iterator[Return]:
    """Yield what every step makes of *rma*, one unit at a time."""
    for step in (Return.ship_back, Return.lose, Return.miss, Return.keep):
        yield from possible(lambda step=step: step(rma, A, quantity=1, at=AT))
    yield rma.withdraw(at=AT)
    yield rma.expire(at=AT)
    yield credited(rma)
    if sum(rma.receptions.values()) < 3:
        for disposition in (Disposition.RESTOCK, Disposition.QUARANTINE, Disposition.SEND_BACK):
            yield rma.receive(parcel(1, disposition), order=ORDER, at=AT)
        yield rma.receive(parcel(1, sku=OTHER), order=ORDER, at=AT)
    for reception in JUDGED:
        for acceptance in set(AcceptanceState) - {AcceptanceState.PENDING}:
            verdict = judged(1, acceptance, reception=reception)
            yield from possible(lambda verdict=verdict: rma.inspect(verdict, at=AT))


def possible(step: Any) -> Iterator[Return]:
    """Yield what the step makes, if it can be taken."""
    try:
        yield step()
    except ReturnStepError:
        return


def content(rma: Return) -> frozenset[tuple[UnitState, int]]:
    """Return all that a return is, but its past."""
    return frozenset(rma.units(A).items())


@cache
def explored() -> tuple[frozenset[tuple[UnitState | None, UnitState]], frozenset[UnitState]]:
    """Return all steps of units that small returns can take, and all states they come to."""
    start = announced(2)
    seen = {content(start)}
    steps: set[tuple[UnitState | None, UnitState]] = set()
    todo = [start]
    while todo:
        rma = todo.pop()
        for after in next_returns(rma):
            for event in after.events[len(rma.events) :]:
                steps.add((event.source, event.target))
            if content(after) not in seen:
                seen.add(content(after))
                # The past is cut off, as it decides nothing: what is explored stays small.
                todo.append(after)
    return frozenset(steps), frozenset(state for pool in seen for state, _ in pool)


@pytest.mark.parametrize(
    ("axis", "table", "starts", "ends"),
    [
        (
            "reception",
            RECEPTION_TRANSITIONS,
            {ReceptionState.AWAITED, ReceptionState.OVER},
            {
                ReceptionState.RECEIVED,
                ReceptionState.CANCELLED,
                ReceptionState.KEPT,
                ReceptionState.OVER,
            },
        ),
        ("acceptance", ACCEPTANCE_TRANSITIONS, {AcceptanceState.PENDING}, set()),
    ],
)
def test_the_tables_are_what_returns_really_do(
    axis: str, table: Mapping[Any, frozenset[Any]], starts: set[Enum], ends: set[Enum]
) -> None:
    """Every state is reached, no state but the ends is dead, and no transition is missing."""
    steps, states = explored()
    found: dict[Enum, set[Enum]] = defaultdict(set)
    for source, target in steps:
        if source is not None and getattr(source, axis) is not getattr(target, axis):
            found[getattr(source, axis)].add(getattr(target, axis))

    kind: Any = type(next(iter(table)))
    assert set(kind) == {getattr(state, axis) for state in states}
    assert {state: set(table[state]) for state in kind} == {state: found[state] for state in kind}
    assert ends == {state for state in kind if not table[state]}
    assert set(kind) == starts.union(*table.values())
    assert diagram(table).count("-->") == sum(map(len, table.values()))


# Behaviours.


def test_fewer_came_than_were_announced() -> None:
    """Three announced, two in the parcel: two can be credited, the third is short."""
    rma = announced(3).receive(parcel(2, Disposition.RESTOCK), order=ORDER, at=AT)
    rma = rma.miss(A, quantity=1, at=AT, reason="not in the box")

    assert rma.receptions == {ReceptionState.RECEIVED: 2, ReceptionState.SHORT: 1}
    assert rma.creditable == {A: 2}
    assert rma.is_open


def test_what_was_short_may_still_come() -> None:
    """A second parcel brings the missing unit, and nothing is left to be done but the credit."""
    rma = announced(3).receive(parcel(2, Disposition.RESTOCK), order=ORDER, at=AT)
    rma = rma.miss(A, quantity=1, at=AT).receive(
        parcel(1, Disposition.DAMAGED), order=ORDER, at=AT
    )

    assert rma.receptions == {ReceptionState.RECEIVED: 3}
    assert rma.creditable == {A: 3}
    assert not credited(rma).is_open


def test_what_is_resellable_and_what_is_damaged_are_both_credited() -> None:
    """Where a unit is put does not change whether it is accepted."""
    rma = announced(2).receive(
        Reception(
            lines=[
                ReceivedLine(line=A, quantity=1, disposition=Disposition.RESTOCK),
                ReceivedLine(line=A, quantity=1, disposition=Disposition.DAMAGED),
            ]
        ),
        order=ORDER,
        at=AT,
    )

    assert rma.creditable == {A: 2}
    assert rma.acceptances == {AcceptanceState.ACCEPTED: 2}


def test_units_in_quarantine_wait_for_an_inspection() -> None:
    """Nothing is credited before somebody has looked, and the inspection says what becomes of it."""
    rma = announced(2).receive(parcel(2), order=ORDER, at=AT)

    assert rma.creditable == {}
    assert rma.acceptances == {AcceptanceState.PENDING: 2}

    rma = rma.inspect(
        judged(1, AcceptanceState.ACCEPTED, disposition=Disposition.RESTOCK), at=AT, by="Ann"
    )
    rma = rma.inspect(
        judged(1, AcceptanceState.REJECTED, disposition=Disposition.SEND_BACK, reason="worn"),
        at=AT,
    )

    assert rma.creditable == {A: 1}
    assert rma.acceptances == {AcceptanceState.ACCEPTED: 1, AcceptanceState.REJECTED: 1}
    assert (rma.events[-2].by, rma.events[-1].reason) == ("Ann", "worn")
    assert "Ann" not in repr(rma)


def test_another_item_came() -> None:
    """It waits in quarantine for a person, and nothing is credited until that person decides."""
    rma = announced(1).receive(parcel(1, Disposition.RESTOCK, sku=OTHER), order=ORDER, at=AT)
    [state] = rma.units(A)

    assert rma.creditable == {}
    assert (
        state.reception,
        state.acceptance,
    ) == (ReceptionState.WRONG_ITEM, AcceptanceState.MANUAL)
    assert (state.disposition, state.sku) == (Disposition.QUARANTINE, OTHER)

    accepted = rma.inspect(
        judged(1, AcceptanceState.ACCEPTED, reception=ReceptionState.WRONG_ITEM), at=AT
    )

    assert accepted.creditable == {A: 1}


def test_the_right_item_comes_after_the_wrong_one() -> None:
    """The unit is received; the other item still lies here and is decided for itself."""
    rma = announced(1).receive(parcel(1, sku=OTHER), order=ORDER, at=AT)
    rma = rma.receive(parcel(1, Disposition.RESTOCK), order=ORDER, at=AT)

    assert rma.receptions == {ReceptionState.RECEIVED: 1, ReceptionState.OVER: 1}
    assert rma.creditable == {A: 1}
    assert [state.sku for state in rma.units(A) if state.sku] == [OTHER]

    rma = rma.inspect(
        judged(1, AcceptanceState.REJECTED, reception=ReceptionState.OVER, sku=OTHER), at=AT
    )

    assert not credited(rma).is_open


def test_more_came_than_was_announced() -> None:
    """What is over is kept apart, whatever it looks like, until a person has decided."""
    rma = announced(1).receive(parcel(3, Disposition.RESTOCK), order=ORDER, at=AT)

    assert rma.receptions == {ReceptionState.RECEIVED: 1, ReceptionState.OVER: 2}
    assert rma.creditable == {A: 1}
    assert rma.creditable_over == {}

    rma = rma.inspect(
        judged(
            2,
            AcceptanceState.ACCEPTED,
            reception=ReceptionState.OVER,
            disposition=Disposition.RESTOCK,
        ),
        at=AT,
    )

    assert rma.creditable == {A: 3}
    assert rma.creditable_over == {A: 2}


def test_things_that_came_too_many_are_judged_by_what_they_are() -> None:
    """Of two things that are over, the inspection names the one it means."""
    rma = announced(1).receive(parcel(2), order=ORDER, at=AT)
    rma = rma.receive(parcel(1, sku=OTHER), order=ORDER, at=AT)
    rma = rma.inspect(
        judged(1, AcceptanceState.REJECTED, reception=ReceptionState.OVER, sku=OTHER), at=AT
    )

    assert {
        state.sku: state.acceptance
        for state in rma.units(A)
        if state.reception is ReceptionState.OVER
    } == {None: AcceptanceState.MANUAL, OTHER: AcceptanceState.REJECTED}
    with pytest.raises(ReturnStepError):
        rma.inspect(
            judged(1, AcceptanceState.REJECTED, reception=ReceptionState.OVER, sku=OTHER), at=AT
        )


def test_units_on_their_way_are_taken_to_be_those_that_came() -> None:
    """What was lost is not found by the parcel that was expected anyway."""
    rma = announced(3).ship_back(A, quantity=2, at=AT).lose(A, quantity=1, at=AT)

    assert announced(3).ship_back(A, quantity=2, at=AT).lose(A, quantity=1, at=AT).receptions == {
        ReceptionState.AWAITED: 1,
        ReceptionState.IN_TRANSIT: 1,
        ReceptionState.LOST_IN_TRANSIT: 1,
    }

    rma = rma.receive(parcel(2), order=ORDER, at=AT)

    assert rma.receptions == {ReceptionState.RECEIVED: 2, ReceptionState.LOST_IN_TRANSIT: 1}


def test_what_was_announced_waits_behind_what_is_on_its_way() -> None:
    """One of two was handed over, one parcel comes: the other one is still awaited."""
    rma = announced(2).ship_back(A, quantity=1, at=AT).receive(parcel(1), order=ORDER, at=AT)

    assert rma.receptions == {ReceptionState.AWAITED: 1, ReceptionState.RECEIVED: 1}


def test_what_is_credited_is_the_last_to_be_found() -> None:
    """Two were lost and one of them credited: the one that turns up is the other one."""
    rma = announced(2).lose(A, quantity=2, at=AT)
    found = judged(1, AcceptanceState.ACCEPTED, reception=ReceptionState.LOST_IN_TRANSIT)
    rma = credited(rma.inspect(found, at=AT))
    rma = rma.receive(parcel(1, Disposition.RESTOCK), order=ORDER, at=AT)

    assert rma.creditable == {A: 1}
    assert rma.acceptances == {AcceptanceState.ACCEPTED: 2}


def test_a_person_may_credit_what_was_lost_and_it_is_not_credited_again() -> None:
    """A parcel that turns up late changes the reception, and not the credit."""
    rma = announced(1).ship_back(A, quantity=1, at=AT).lose(A, quantity=1, at=AT)
    rma = rma.inspect(
        judged(1, AcceptanceState.ACCEPTED, reception=ReceptionState.LOST_IN_TRANSIT), at=AT
    )
    rma = credited(rma)

    assert not rma.is_open

    rma = rma.receive(parcel(1, Disposition.SEND_BACK), order=ORDER, at=AT)

    assert rma.receptions == {ReceptionState.RECEIVED: 1}
    assert rma.creditable == {}
    with pytest.raises(ReturnStepError):
        rma.inspect(judged(1, AcceptanceState.REJECTED), at=AT)


def test_what_was_accepted_unseen_and_comes_to_be_sent_back_is_rejected() -> None:
    """As long as it is not credited, the thing itself decides."""
    rma = announced(1).lose(A, quantity=1, at=AT)
    rma = rma.inspect(
        judged(1, AcceptanceState.ACCEPTED, reception=ReceptionState.LOST_IN_TRANSIT), at=AT
    )
    rma = rma.receive(parcel(1, Disposition.SEND_BACK), order=ORDER, at=AT)

    assert rma.acceptances == {AcceptanceState.REJECTED: 1}


def test_the_buyer_may_keep_what_is_not_worth_the_way() -> None:
    """A kept unit never comes back and is credited; it is bound for ever."""
    rma = announced(2).keep(A, quantity=2, at=AT, reason="not worth the postage")

    assert rma.creditable == {A: 2}
    assert credited(rma).bound == {A: 2}
    assert not credited(rma).is_open


def test_what_went_back_to_the_buyer_is_not_judged_again() -> None:
    """It may come in another return; what was credited before it came may not."""
    rma = announced(2).receive(parcel(1, Disposition.SEND_BACK), order=ORDER, at=AT)

    with pytest.raises(ReturnStepError):
        rma.inspect(judged(1, AcceptanceState.ACCEPTED), at=AT)
    assert rma.bound == {A: 1}

    rma = rma.lose(A, quantity=1, at=AT)
    found = judged(1, AcceptanceState.ACCEPTED, reception=ReceptionState.LOST_IN_TRANSIT)
    rma = credited(rma.inspect(found, at=AT))
    rma = rma.receive(parcel(1, Disposition.SEND_BACK), order=ORDER, at=AT)

    assert rma.bound == {A: 1}


def test_what_is_credited_is_not_given_away_again() -> None:
    """A short unit that was credited is settled: it is not left to the buyer besides."""
    rma = announced(1).miss(A, quantity=1, at=AT)
    short = judged(1, AcceptanceState.ACCEPTED, reception=ReceptionState.SHORT)
    rma = credited(rma.inspect(short, at=AT))

    with pytest.raises(ReturnStepError):
        rma.keep(A, quantity=1, at=AT)


def test_what_the_buyer_does_not_send_is_given_up() -> None:
    """What is awaited expires or is withdrawn; nothing of it is bound any more."""
    expired = announced(2).ship_back(A, quantity=1, at=AT).expire(at=AT)
    withdrawn = announced(2).miss(A, quantity=1, at=AT).withdraw(at=AT, reason="by mail")

    assert expired.bound == {A: 1}
    assert expired.is_open
    assert withdrawn.bound == {}
    assert not withdrawn.is_open
    assert withdrawn == withdrawn.withdraw(at=AT)
    assert expired.receive(parcel(2), order=ORDER, at=AT).receptions == {
        ReceptionState.RECEIVED: 2
    }


def test_what_is_accepted_is_not_withdrawn() -> None:
    """A short unit that is to be credited stays; the other one is cancelled."""
    rma = announced(2).miss(A, quantity=2, at=AT)
    rma = rma.inspect(
        judged(1, AcceptanceState.ACCEPTED, reception=ReceptionState.SHORT), at=AT
    ).withdraw(at=AT)

    assert rma.receptions == {ReceptionState.SHORT: 1, ReceptionState.CANCELLED: 1}
    assert rma.creditable == {A: 1}


def test_nothing_moves_before_a_return_is_authorised() -> None:
    """A refused return binds nothing; a person may let it in, with a name and a reason."""
    asked = attrs.evolve(announced(1), authorisations=())
    refused = asked.refuse(at=AT, reason="outside the window")

    assert AuthorisationState.REQUESTED is asked.authorisation
    assert (asked.bound, refused.bound) == ({A: 1}, {})
    assert (asked.is_open, refused.is_open) == (True, False)
    for rma in (asked, refused):
        with pytest.raises(AuthorisationError):
            rma.receive(parcel(1), order=ORDER, at=AT)

    allowed = refused.authorise(at=AT, by="Ann", reason="a good customer")

    assert allowed.receive(parcel(1), order=ORDER, at=AT).receptions == {
        ReceptionState.RECEIVED: 1
    }
    assert allowed.authorisations[-1].explain() == "authorised by Ann: a good customer"
    assert "Ann" not in repr(allowed)


@pytest.mark.parametrize("step", [Return.authorise, Return.refuse])
def test_a_return_is_decided_once(step: Any) -> None:
    """An authorised return is withdrawn, not refused, and needs no second authorisation."""
    with pytest.raises(AuthorisationError):
        step(announced(1), at=AT)


def test_a_person_says_why() -> None:
    """A name without a reason is no authorisation, and neither is a decision to decide nothing."""
    with pytest.raises(FieldError):
        attrs.evolve(announced(1), authorisations=()).authorise(at=AT, by="Ann")
    with pytest.raises(FieldError):
        attrs.evolve(announced(1), authorisations=()).refuse(at=AT, by="Ann")
    with pytest.raises(FieldError):
        Authorisation(state=AuthorisationState.REQUESTED, at=AT)


@pytest.mark.parametrize(
    "step",
    [
        lambda rma: rma.ship_back(A, quantity=4, at=AT),
        lambda rma: rma.lose(A, quantity=4, at=AT),
        lambda rma: rma.miss(A, quantity=4, at=AT),
        lambda rma: rma.keep(A, quantity=4, at=AT),
        lambda rma: rma.ship_back(LineId("B"), quantity=1, at=AT),
        lambda rma: rma.inspect(judged(1, AcceptanceState.ACCEPTED), at=AT),
    ],
)
def test_no_step_takes_more_units_than_there_are(step: Any) -> None:
    """Three are announced, four cannot go, and another line has none."""
    with pytest.raises(ReturnStepError):
        step(announced(3))


@pytest.mark.parametrize("quantity", [0, -1])
def test_a_step_takes_one_unit_or_more(quantity: int) -> None:
    """Nothing, or less than nothing, is no step."""
    with pytest.raises(FieldError):
        announced(3).ship_back(A, quantity=quantity, at=AT)


def test_facts_cannot_take_more_than_is_there() -> None:
    """A history that does not add up is refused at construction."""
    rma = announced(1).ship_back(A, quantity=1, at=AT)

    with pytest.raises(ReturnStepError):
        attrs.evolve(rma, events=rma.events * 2)


def test_no_more_is_exchanged_than_is_announced() -> None:
    """Two exchanges of one line share its units."""
    exchange = ExchangeLine(line=A, quantity=2)

    with pytest.raises(FieldError):
        attrs.evolve(announced(3), exchanges=[exchange, exchange])
    assert len(attrs.evolve(announced(4), exchanges=[exchange, exchange]).exchanges) == 2


def test_a_return_is_about_lines_of_its_order() -> None:
    """What came for a line that the order lacks is refused."""
    for sku in (None, OTHER):
        line = ReceivedLine(line=LineId("9"), quantity=1, disposition=Disposition.SCRAP, sku=sku)

        with pytest.raises(UnknownLineError):
            announced(1).receive(Reception(lines=[line]), order=ORDER, at=AT)


@pytest.mark.parametrize(
    "fields",
    [
        {"reception": ReceptionState.RECEIVED},
        {"reception": ReceptionState.AWAITED, "disposition": Disposition.RESTOCK},
        {"reception": ReceptionState.AWAITED, "acceptance": AcceptanceState.ACCEPTED},
        {"reception": ReceptionState.CANCELLED, "acceptance": AcceptanceState.ACCEPTED},
        {"reception": ReceptionState.KEPT},
        {"reception": ReceptionState.WRONG_ITEM, "disposition": Disposition.QUARANTINE},
        {"reception": ReceptionState.LOST_IN_TRANSIT, "sku": OTHER},
        {
            "reception": ReceptionState.RECEIVED,
            "disposition": Disposition.RESTOCK,
            "is_credited": True,
        },
    ],
)
def test_no_unit_is_in_two_minds(fields: Any) -> None:
    """The parts of a state do not contradict each other."""
    with pytest.raises(FieldError):
        UnitState(**fields)


@pytest.mark.parametrize(
    "fields",
    [
        {"acceptance": AcceptanceState.PENDING},
        {"acceptance": AcceptanceState.ACCEPTED, "reception": ReceptionState.AWAITED},
        {
            "acceptance": AcceptanceState.ACCEPTED,
            "reception": ReceptionState.SHORT,
            "disposition": Disposition.RESTOCK,
        },
        {"acceptance": AcceptanceState.ACCEPTED, "disposition": Disposition.SEND_BACK},
    ],
)
def test_an_inspection_judges_what_can_be_judged(fields: Any) -> None:
    """It decides something, about units of which something is known, and sends back no credit."""
    with pytest.raises(FieldError):
        InspectedLine(line=A, quantity=1, **fields)
    with pytest.raises(FieldError):
        Inspection(lines=())


def test_what_has_left_goes_nowhere_else() -> None:
    """A unit that was scrapped cannot be sold, but it can still be credited."""
    rma = announced(1).receive(parcel(1), order=ORDER, at=AT)
    rma = rma.inspect(judged(1, AcceptanceState.REJECTED, disposition=Disposition.SCRAP), at=AT)

    with pytest.raises(ReturnStepError):
        rma.inspect(judged(1, AcceptanceState.ACCEPTED, disposition=Disposition.RESTOCK), at=AT)
    assert rma.inspect(judged(1, AcceptanceState.ACCEPTED), at=AT).creditable == {A: 1}


def test_a_fact_is_a_step_that_units_can_take() -> None:
    """A credit is not taken back, nothing stands still, and only what is over comes from nowhere."""
    awaited = UnitState(reception=ReceptionState.AWAITED)
    kept = UnitState(reception=ReceptionState.KEPT, acceptance=AcceptanceState.ACCEPTED)
    steps = [
        (awaited, awaited),
        (kept, awaited),
        (attrs.evolve(kept, is_credited=True), kept),
        (None, awaited),
    ]
    for source, target in steps:
        with pytest.raises(FieldError):
            ReturnEvent(line=A, quantity=1, source=source, target=target, at=AT)


@given(st.lists(st.integers(0, 40), max_size=12))
def test_units_are_conserved(choices: list[int]) -> None:
    """Whatever happens, units are those announced and those that came unannounced."""
    rma = announced(2)
    for choice in choices:
        steps = list(next_returns(rma))
        rma = steps[choice % len(steps)]
    over = sum(event.quantity for event in rma.events if event.source is None)

    assert 2 + over == sum(rma.receptions.values()) == sum(rma.acceptances.values())
    assert sum(rma.bound.values()) <= 2 + sum(rma.creditable_over.values())
    assert rma == attrs.evolve(announced(2), events=rma.events)
