"""Strategies for the life of a return: any state that valid steps lead to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from ecomkit.identifiers import CommandKey, LineId, ReturnId, Sku
from ecomkit.orders import LineEventKind
from ecomkit.returns import (
    AcceptanceState,
    Condition,
    Disposition,
    ExchangeLine,
    ExchangeTiming,
    InspectedLine,
    Inspection,
    ReceivedLine,
    Reception,
    ReceptionState,
    RefundRules,
    Return,
    ReturnLine,
    ReturnReason,
    ReturnStepError,
    settle_return,
)
from ecomkit.testing.strategies._orders import orders

if TYPE_CHECKING:
    from collections.abc import Callable

    from ecomkit.orders import Order, OrderLine

__all__ = ["returns"]

_FIRST_DAY = datetime(2026, 4, 1, 12, tzinfo=UTC)
_STEPS = (Return.ship_back, Return.lose, Return.miss, Return.keep)
_HERE = (ReceptionState.RECEIVED, ReceptionState.WRONG_ITEM, ReceptionState.OVER)
_JUDGED = (*_HERE, ReceptionState.SHORT, ReceptionState.LOST_IN_TRANSIT)
_DECISIONS = (AcceptanceState.ACCEPTED, AcceptanceState.REJECTED, AcceptanceState.MANUAL)


@st.composite
def returns(
    draw: st.DrawFn, *, placed: st.SearchStrategy[Order] | None = None, max_steps: int = 8
) -> Return:
    """
    Return returns in any state: announced, refused, partly received, inspected, settled.

    Args:
        draw: Given by Hypothesis.
        placed: The orders that the returns are of, in any state; none means :func:`orders`.
        max_steps: The most steps after the announcement.
    """
    order = draw(orders() if placed is None else placed)
    line = draw(st.sampled_from(order.lines))
    units = draw(st.integers(1, 5))
    entry = ReturnLine(
        line=line.id,
        quantity=units,
        condition=draw(st.sampled_from(Condition)),
        reason=draw(st.sampled_from(ReturnReason)),
    )
    exchange = ExchangeLine(line=line.id, quantity=1, timing=ExchangeTiming.AFTER_RECEIPT)
    asked = Return(
        id=ReturnId("R1"),
        order=order.id,
        requested_at=_FIRST_DAY,
        lines=[entry],
        exchanges=draw(st.sampled_from(((), (exchange,)))),
    )
    if draw(st.booleans()):
        asked = asked.refuse(at=_FIRST_DAY, reason="outside the window")
        if draw(st.booleans()):
            return asked
    after = asked.authorise(at=_FIRST_DAY, by="Ada", reason="a loyal customer")
    for day in range(draw(st.integers(0, max_steps))):
        step = draw(_steps(line, order=order, at=_FIRST_DAY + timedelta(days=day)))
        try:
            after = step(after)
        except ReturnStepError:
            continue
    return after


def _steps(
    line: OrderLine, *, order: Order, at: datetime
) -> st.SearchStrategy[Callable[[Return], Return]]:
    """Return steps for units of *line*, some of which may not be possible."""
    quantities = st.integers(1, 3)
    parcels = st.builds(
        ReceivedLine,
        line=st.just(line.id),
        quantity=quantities,
        disposition=st.sampled_from(Disposition),
        sku=st.sampled_from((None, None, line.sku, Sku("SOMETHING-ELSE"))),
    )
    return st.one_of(
        st.builds(
            lambda step, n: lambda rma: step(rma, line.id, quantity=n, at=at),
            st.sampled_from(_STEPS),
            quantities,
        ),
        st.sampled_from(
            (
                lambda rma: rma.withdraw(at=at),
                lambda rma: rma.expire(at=at),
                lambda rma: _settled(rma, order=order, at=at),
            )
        ),
        parcels.map(
            lambda came: lambda rma: rma.receive(Reception(lines=[came]), order=order, at=at)
        ),
        _inspections(line.id).map(lambda found: lambda rma: rma.inspect(found, at=at)),
    )


@st.composite
def _inspections(draw: st.DrawFn, line: LineId) -> Inspection:
    acceptance = draw(st.sampled_from(_DECISIONS))
    reception = draw(st.sampled_from(_JUDGED))
    fitting = [
        disposition
        for disposition in (None, *Disposition)
        if disposition is None
        or (
            reception in _HERE
            and (
                disposition is not Disposition.SEND_BACK or acceptance is AcceptanceState.REJECTED
            )
        )
    ]
    return Inspection(
        lines=[
            InspectedLine(
                line=line,
                quantity=draw(st.integers(1, 3)),
                acceptance=acceptance,
                reception=reception,
                disposition=draw(st.sampled_from(fitting)),
            )
        ]
    )


def _settled(rma: Return, *, order: Order, at: datetime) -> Return:
    """Return *rma* settled, as far as its order lets so many units be credited."""
    for line, units in rma.creditable.items():
        counts = order.counts(line)
        over = rma.creditable_over.get(line, 0)
        if units > counts.possible(LineEventKind.CREDITED) or over > counts.out:
            return rma
    key = CommandKey(f"settle-{len(rma.settlements)}")
    done = settle_return(rma, order=order, rules=RefundRules(), key=key, at=at)
    return rma.settle(done.settlement)
