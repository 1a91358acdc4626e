"""Whatever happens to returns: units are conserved, and the books agree with each other."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecomkit.errors import InputError
from ecomkit.identifiers import ClaimId, CommandKey, LineId, ReturnId, Sku
from ecomkit.money import Money
from ecomkit.operations._buyer_claims import decide_claim, open_claim
from ecomkit.operations._orders import load_order
from ecomkit.operations._refunds import pay_back
from ecomkit.operations._return_books import BUYER_CLAIMS, OPEN_RETURNS, RETURNS
from ecomkit.operations._return_requests import request_return
from ecomkit.operations._return_settling import OnShortage, receive_return, settle_return
from ecomkit.operations._returns import ReturnStep, inspect_return, note_return, receive_parcel
from ecomkit.orders import Order
from ecomkit.returns import (
    AcceptanceState,
    ClaimedUnits,
    ClaimKind,
    ClaimOutcome,
    ClaimState,
    Condition,
    Disposition,
    ExchangeLine,
    ExchangeTiming,
    InspectedLine,
    Inspection,
    ReceivedLine,
    Reception,
    ReceptionState,
    Return,
    ReturnLine,
    ReturnPolicy,
    ReturnReason,
)
from ecomkit.returns._unit_state import JUDGED
from ecomkit.stock import Bucket, Short

ONE = LineId("1")
ANY = ReturnPolicy(rules=())
R1, R2 = ReturnId("R1"), ReturnId("R2")
DECIDED = (AcceptanceState.ACCEPTED, AcceptanceState.REJECTED, AcceptanceState.MANUAL)


def request(order: Any, settings: Any, name: Any, n: int, exchange: Any) -> Callable[..., Any]:
    """Return the operation that asks to send units back, one of them perhaps in exchange."""
    line = ReturnLine(line=ONE, quantity=n, condition=Condition.NEW, reason=ReturnReason.OTHER)
    exchanges = () if exchange is None else [ExchangeLine(line=ONE, quantity=1, timing=exchange)]
    return lambda tx, key, now: request_return(
        tx,
        order,
        [line],
        returned=name,
        policy=ANY,
        exchanges=exchanges,
        now=now,
        settings=settings,
    )


def operations(order: Any, settings: Any) -> st.SearchStrategy[Callable[..., Any]]:
    """Return operations on the returns of one order, possible or not, to be run with a key."""
    names = st.sampled_from((R1, R1, R1, R2))
    units = st.integers(1, 3)
    parcels = st.builds(
        ReceivedLine,
        line=st.just(ONE),
        quantity=units,
        disposition=st.sampled_from(Disposition),
        sku=st.sampled_from((None, None, None, Sku("TIGER"))),
    ).map(lambda line: Reception(lines=[line]))
    judgements = st.builds(
        lambda n, acceptance, disposition, reception: (n, acceptance, disposition, reception),
        units,
        st.sampled_from(DECIDED),
        st.sampled_from((None, *Disposition)),
        st.sampled_from(sorted(JUDGED, key=lambda state: state.value)),
    )

    def inspect(name: Any, judged: Any) -> Callable[..., Any]:
        n, acceptance, disposition, reception = judged

        def run(tx: Any, key: Any, now: Any) -> Any:
            line = InspectedLine(
                line=ONE,
                quantity=n,
                acceptance=acceptance,
                disposition=disposition,
                reception=reception,
            )
            inspection = Inspection(lines=[line])
            return inspect_return(tx, name, inspection, key=key, now=now, settings=settings)

        return run

    def claim(kind: ClaimKind, outcome: ClaimOutcome, n: int) -> Callable[..., Any]:
        def run(tx: Any, key: Any, now: Any) -> Any:
            name = ClaimId(f"C{key}")
            line = ClaimedUnits(line=ONE, quantity=n, kind=kind)
            open_claim(tx, order, [line], claim=name, now=now)
            return decide_claim(
                tx, name, outcome, reason="so", key=key, now=now, settings=settings
            )

        return run

    def pay() -> Callable[..., Any]:
        asked: list[Money] = []

        def run(tx: Any, key: Any, now: Any) -> Any:
            asked.append(load_order(tx, order).overpaid)
            return pay_back(tx, order, asked[0], key=key, reason="r", now=now)

        return run

    return st.one_of(
        st.builds(
            partial(request, order, settings),
            names,
            units,
            st.sampled_from((None, *ExchangeTiming)),
        ),
        st.builds(
            lambda name, parcel: (
                lambda tx, key, now: receive_parcel(
                    tx, name, parcel, key=key, now=now, settings=settings
                )
            ),
            names,
            parcels,
        ),
        st.builds(inspect, names, judgements),
        st.builds(
            lambda name, shortage: (
                lambda tx, key, now: settle_return(
                    tx, name, shortage=shortage, key=key, now=now, settings=settings
                )
            ),
            names,
            st.sampled_from(OnShortage),
        ),
        st.builds(
            lambda name, step, n: (
                lambda tx, key, now: note_return(tx, name, step, units={ONE: n}, key=key, now=now)
            ),
            names,
            st.sampled_from(ReturnStep),
            units,
        ),
        st.builds(
            lambda parcel: (
                lambda tx, key, now: receive_return(
                    tx, order, parcel, key=key, now=now, settings=settings
                )
            ),
            parcels,
        ),
        st.builds(claim, st.sampled_from(ClaimKind), st.sampled_from(ClaimOutcome), units),
        st.builds(pay),
    )


def attempt(world: Any, operation: Any, key: CommandKey) -> Any:
    """Run an operation in a transaction of its own; what is refused must have written nothing."""
    before = world.text()
    try:
        with world.store.transaction() as tx:
            return operation(tx, key, world.clock.now())
    except InputError as error:
        assert before == world.text()
        return type(error)


def count(returned: Return, reception: ReceptionState, **wanted: Any) -> int:
    """Return how many units of the one line stand so."""
    return sum(
        n
        for state, n in returned.units(ONE).items()
        if state.reception is reception
        and all(getattr(state, name) == value for name, value in wanted.items())
    )


def check(world: Any, order: Order) -> None:
    """Fail where the books disagree: with themselves, the order with its returns, or the stock."""
    returns = world.kept(RETURNS, index=order.id)
    units = order.counts(ONE)
    back = sum(
        count(one, ReceptionState.RECEIVED)
        + count(one, ReceptionState.OVER, is_credited=True)
        - count(one, ReceptionState.RECEIVED, disposition=Disposition.SEND_BACK)
        for one in returns
    )
    credited = sum(
        n for one in returns for state, n in one.units(ONE).items() if state.is_credited
    )
    claimed = sum(
        sum(claim.units(claim.decisions[-1].outcome).values())
        for claim in world.kept(BUYER_CLAIMS, index=order.id)
        if claim.state is ClaimState.RESOLVED
    )

    world.assert_clean()
    assert units.returned == back
    assert units.credited == credited + claimed <= units.shipped
    assert [one.id for one in returns if one.is_open] == [
        one.id for one in world.kept(OPEN_RETURNS, index=order.id)
    ]
    assert order.paid.refunded <= order.paid.captured
    assert order.price(ONE).amount == Money(10000, order.currency)
    outside = dict(world.shop.audit().units)
    inside = sum(n for bucket, n in outside.items() if bucket.is_inside)
    assert inside == -sum(n for bucket, n in outside.items() if not bucket.is_inside)
    tiger = world.shop.level(Sku("TIGER"))
    assert tiger.sellable + tiger.quarantined + tiger.damaged >= 0
    assert outside.get(Bucket.CUSTOMER, 0) <= units.shipped


@settings(
    deadline=None,
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.data())
def test_books_agree_after_every_step(make_world: Any, data: st.DataObject) -> None:
    """
    Requests, parcels, inspections, settlements, claims and refunds in any order.

    Units are conserved, the order's counts are those of the two axes, no unit is credited twice,
    and each command again changes nothing.
    """
    world = make_world().adopted()
    name = world.sell(world.etsy, "1", 4)
    world.shop.sync()
    world.shop.fulfil()
    world.shop.sync()
    first = data.draw(st.sampled_from((None, None, *ExchangeTiming)))
    steps = data.draw(st.lists(operations(name, world.settings), min_size=1, max_size=8))
    for number, operation in enumerate([request(name, world.settings, R1, 3, first), *steps]):
        key = CommandKey(f"step-{number}")
        answer = attempt(world, operation, key)
        text = world.text()
        if not isinstance(answer, (type, Short)):
            attempt(world, operation, key)
        assert text == world.text()
        with world.store.snapshot() as tx:
            order = load_order(tx, name)
        check(world, order)
