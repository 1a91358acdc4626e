"""Return: what a buyer sends back of one order, from its request to its refund (RMA)."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, final

import attrs

from ecomkit._checks import as_tuple, aware, each, is_a, optional, refuse
from ecomkit.identifiers import LineId, OrderId, ReturnId
from ecomkit.returns._exchange import ExchangeLine
from ecomkit.returns._override import override
from ecomkit.returns._pool import Pool, counted, fold_pools, sorted_states, sum_units
from ecomkit.returns._request import ReturnLine
from ecomkit.returns._return_errors import AuthorisationError
from ecomkit.returns._return_event import Authorisation, AuthorisationState, ReturnEvent
from ecomkit.returns._settlement import Settlement
from ecomkit.returns._steps import Step
from ecomkit.returns._unit_state import JUDGED, AcceptanceState, ReceptionState, UnitState
from ecomkit.returns._verdict import Accepted, Refused, ReturnVerdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ecomkit.orders import Order
    from ecomkit.returns._inspection import Inspection
    from ecomkit.returns._reception import Reception

__all__ = ["Return"]

_COMING = (ReceptionState.IN_TRANSIT, ReceptionState.AWAITED)
_WITH_THE_BUYER = (ReceptionState.AWAITED, ReceptionState.SHORT)

_UNDECIDED = {
    AuthorisationState.AUTHORISED: (AuthorisationState.REQUESTED, AuthorisationState.REFUSED),
    AuthorisationState.REFUSED: (AuthorisationState.REQUESTED,),
}
"""From which states a return is authorised or refused."""


@final
@attrs.frozen(kw_only=True)
class Return:
    """
    What a buyer sends back of one order: what was announced, and the facts since.

    Where the units stand on the two axes, reception and acceptance, is derived. A step returns a
    new return; the old one stays as it is. Units of a line are alike: a step names a line and a
    quantity, and which units it takes follows a stated order; where fewer can take it, it raises
    a :class:`ReturnStepError`.

    Args:
        id: The number of the return (RMA).
        order: The order that the units are of.
        requested_at: When the buyer asked, or when an unannounced parcel came.
        lines: What was announced; nothing if a parcel came unannounced.
        verdict: What the policy said; None if none was asked.
        authorisations: Who let it in, or refused it; the last one counts.
        exchanges: What goes out instead.
        events: What happened to the units.
        settlements: What was credited.

    Raises:
        FieldError: If a field has no legal value, or more units of a line are exchanged than
            announced.
        ReturnStepError: If the events take more units out of a state than are in it.

    >>> from datetime import UTC
    >>> from ecomkit.returns import Condition, ReturnReason
    >>> noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    >>> line = ReturnLine(
    ...     line=LineId("1"), quantity=3, condition=Condition.NEW,
    ...     reason=ReturnReason.CHANGED_MIND,
    ... )
    >>> rma = Return(id=ReturnId("R1"), order=OrderId("A"), requested_at=noon, lines=[line])
    >>> rma = rma.authorise(at=noon).ship_back(LineId("1"), quantity=2, at=noon)
    >>> print(rma.explain())
    return R1 of order A, authorised, open
    line 1: 1 awaited, pending
    line 1: 2 in transit, pending
    """

    id: ReturnId = attrs.field(validator=is_a(ReturnId))
    order: OrderId = attrs.field(validator=is_a(OrderId))
    requested_at: datetime = attrs.field(validator=aware)
    lines: tuple[ReturnLine, ...] = attrs.field(
        default=(), converter=as_tuple, validator=each(ReturnLine)
    )
    verdict: ReturnVerdict | None = attrs.field(
        default=None, validator=optional(is_a(Accepted, Refused))
    )
    authorisations: tuple[Authorisation, ...] = attrs.field(
        default=(), converter=as_tuple, validator=each(Authorisation)
    )
    exchanges: tuple[ExchangeLine, ...] = attrs.field(
        default=(), converter=as_tuple, validator=each(ExchangeLine)
    )
    events: tuple[ReturnEvent, ...] = attrs.field(
        default=(), converter=as_tuple, validator=each(ReturnEvent)
    )
    settlements: tuple[Settlement, ...] = attrs.field(
        default=(), converter=as_tuple, validator=each(Settlement)
    )

    def __attrs_post_init__(self) -> None:
        for line in {exchange.line for exchange in self.exchanges}:
            wanted = sum(one.quantity for one in self.exchanges if one.line == line)
            if wanted > self.announced(line):
                raise refuse(self, "exchanges", wanted, f"{self.announced(line)} units at most")
        _ = self._pools

    # What is derived.

    @property
    def authorisation(self) -> AuthorisationState:
        """Whether the units may come back."""
        if not self.authorisations:
            return AuthorisationState.REQUESTED
        return self.authorisations[-1].state

    def announced(self, line: LineId) -> int:
        """Return how many units of *line* were announced."""
        return sum(entry.quantity for entry in self.lines if entry.line == line)

    def units(self, line: LineId) -> Mapping[UnitState, int]:
        """Return how many units of *line* are in which state."""
        return dict(self._pools.get(line, {}))

    @property
    def line_ids(self) -> tuple[LineId, ...]:
        """The lines that it is about: those announced, then those of which more came."""
        return tuple(self._pools)

    @property
    def receptions(self) -> dict[ReceptionState, int]:
        """How many units of all lines stand where on the axis of reception."""
        return counted(self._states, axis=lambda state: state.reception)

    @property
    def acceptances(self) -> dict[AcceptanceState, int]:
        """How many units of all lines stand where on the axis of acceptance."""
        return counted(self._states, axis=lambda state: state.acceptance)

    @property
    def is_open(self) -> bool:
        """Whether something is left to happen, to be decided, or to be credited."""
        if self.authorisation is AuthorisationState.REFUSED:
            return False
        return any(state.is_undecided or state.is_creditable for state, _ in self._states)

    @property
    def creditable(self) -> dict[LineId, int]:
        """How many units of each line are accepted and not credited yet."""
        return sum_units(self._pools, matches=lambda state: state.is_creditable)

    @property
    def creditable_over(self) -> dict[LineId, int]:
        """How many of :attr:`creditable` nobody had announced: the order lacks their return."""
        return sum_units(
            self._pools,
            matches=lambda state: state.is_creditable and state.reception is ReceptionState.OVER,
        )

    @property
    def bound(self) -> dict[LineId, int]:
        """How many units of each line, still with the buyer, no other return may be about."""
        if self.authorisation is AuthorisationState.REFUSED:
            return {}
        return sum_units(self._pools, matches=lambda state: state.binds)

    def explain(self) -> str:
        """Say who let it in, and where the units of each line stand."""
        openness = "open" if self.is_open else "closed"
        sentences = [
            f"return {self.id} of order {self.order}, {self.authorisation.value}, {openness}"
        ]
        for line, pool in self._pools.items():
            states = sorted_states(pool, receptions=ReceptionState)
            sentences += [f"line {line}: {pool[state]} {state.explain()}" for state in states]
        return "\n".join(sentences)

    @cached_property
    def _pools(self) -> dict[LineId, Pool]:
        return fold_pools(self.lines, returned=self.id, events=self.events)

    @property
    def _states(self) -> list[tuple[UnitState, int]]:
        return [item for pool in self._pools.values() for item in pool.items()]

    # Steps: each returns a new return.

    def with_events(self, events: Iterable[ReturnEvent]) -> Return:
        """
        Return the return with all *events* appended.

        Raises:
            AuthorisationError: If it is not authorised.
        """
        self._be(AuthorisationState.AUTHORISED)
        return attrs.evolve(self, events=(*self.events, *events))

    def authorise(self, *, at: datetime, by: str = "", reason: str = "") -> Return:
        """
        Return the return let in: by its policy, or *by* a person, also against the policy.

        Raises:
            AuthorisationError: If it is authorised already.
            FieldError: If a person gives no reason, or nobody overrides what the policy refuses.
        """
        verdict = self.verdict
        if isinstance(verdict, Refused):
            verdict = override(verdict, by=by, reason=reason, at=at)
        after = self._decided(AuthorisationState.AUTHORISED, at=at, by=by, reason=reason)
        return attrs.evolve(after, verdict=verdict)

    def refuse(self, *, at: datetime, by: str = "", reason: str = "") -> Return:
        """
        Return the return refused; a person may still authorise it later.

        Raises:
            AuthorisationError: If it is authorised: see :meth:`withdraw`.
            FieldError: If a person gives no reason.
        """
        return self._decided(AuthorisationState.REFUSED, at=at, by=by, reason=reason)

    def _decided(self, state: AuthorisationState, *, at: datetime, by: str, reason: str) -> Return:
        self._be(*_UNDECIDED[state])
        decision = Authorisation(state=state, at=at, by=by, reason=reason)
        return attrs.evolve(self, authorisations=(*self.authorisations, decision))

    def _be(self, *states: AuthorisationState) -> None:
        if self.authorisation not in states:
            wanted = " or ".join(state.value for state in states)
            raise AuthorisationError(
                returned=self.id, state=self.authorisation.value, wanted=wanted
            )

    def ship_back(
        self, line: LineId, *, quantity: int, at: datetime, by: str = "", reason: str = ""
    ) -> Return:
        """Return the return with *quantity* awaited units of *line* on their way."""
        return self._go(
            self._step(line, at=at, by=by, reason=reason),
            quantity=quantity,
            sources=(ReceptionState.AWAITED,),
            target=ReceptionState.IN_TRANSIT,
        )

    def lose(
        self, line: LineId, *, quantity: int, at: datetime, by: str = "", reason: str = ""
    ) -> Return:
        """
        Return the return with *quantity* units of *line* lost on their way back.

        Who bears the loss is decided by an inspection.
        """
        return self._go(
            self._step(line, at=at, by=by, reason=reason),
            quantity=quantity,
            sources=_COMING,
            target=ReceptionState.LOST_IN_TRANSIT,
        )

    def miss(
        self, line: LineId, *, quantity: int, at: datetime, by: str = "", reason: str = ""
    ) -> Return:
        """Return the return with *quantity* units of *line* found missing in their parcel."""
        return self._go(
            self._step(line, at=at, by=by, reason=reason),
            quantity=quantity,
            sources=_COMING,
            target=ReceptionState.SHORT,
        )

    def keep(
        self, line: LineId, *, quantity: int, at: datetime, by: str = "", reason: str = ""
    ) -> Return:
        """Return the return with *quantity* units of *line* left to the buyer, and accepted."""
        return self._go(
            self._step(line, at=at, by=by, reason=reason),
            quantity=quantity,
            sources=_WITH_THE_BUYER,
            target=ReceptionState.KEPT,
            acceptance=AcceptanceState.ACCEPTED,
        )

    def withdraw(self, *, at: datetime, by: str = "", reason: str = "") -> Return:
        """Return the return with all that is awaited or short cancelled, unless it is accepted."""
        return self._all_go(
            _WITH_THE_BUYER, target=ReceptionState.CANCELLED, at=at, by=by, reason=reason
        )

    def expire(self, *, at: datetime) -> Return:
        """Return the return with all that is awaited expired: it was not sent in time."""
        return self._all_go((ReceptionState.AWAITED,), target=ReceptionState.EXPIRED, at=at)

    def receive(self, reception: Reception, *, order: Order, at: datetime) -> Return:
        """
        Return the return with what was in a parcel.

        Units are taken to be those on their way, then those awaited, short, lost and expired,
        and at last those for which another item came. What is more than these is over. Units in
        quarantine wait for an inspection, those that are sent back are rejected, all others are
        accepted. Another item than was sent, and what is over, goes into quarantine and waits for
        a person.

        Raises:
            UnknownLineError: If the order lacks a line.
        """
        after = self
        for line in reception.lines:
            step, sent = after._step(line.line, at=at), order.line(line.line).sku
            if line.sku is None or line.sku == sent:
                events = step.receive(quantity=line.quantity, disposition=line.disposition)
            else:
                events = step.receive_wrong(quantity=line.quantity, sku=line.sku)
            after = after.with_events(events)
        return after

    def inspect(self, inspection: Inspection, *, at: datetime, by: str = "") -> Return:
        """
        Return the return with units judged.

        Those that nobody has judged are taken first, then those that wait for a person, the
        rejected and the accepted; what is credited stays as it is.
        """
        after = self
        for line in inspection.lines:
            step = after._step(line.line, at=at, by=by, reason=line.reason)
            states = [s for s in sorted_states(step.pool, receptions=JUDGED) if line.judges(s)]
            after = after.with_events(
                step.move(
                    states,
                    quantity=line.quantity,
                    change=line.applied,
                    name=line.acceptance.value,
                )
            )
        return after

    def settle(self, settlement: Settlement) -> Return:
        """Return the return with all that is accepted credited, as *settlement* says."""
        events: list[ReturnEvent] = []
        for line, units in self.creditable.items():
            step = self._step(line, at=settlement.at)
            events += step.move(
                [state for state in step.pool if state.is_creditable],
                quantity=units,
                change=lambda state: attrs.evolve(state, is_credited=True),
                name="credited",
            )
        return attrs.evolve(self.with_events(events), settlements=(*self.settlements, settlement))

    def _step(self, line: LineId, *, at: datetime, by: str = "", reason: str = "") -> Step:
        pool = self._pools.get(line, {})
        return Step(returned=self.id, line=line, pool=pool, at=at, by=by, reason=reason)

    def _go(
        self,
        step: Step,
        *,
        quantity: int,
        sources: tuple[ReceptionState, ...],
        target: ReceptionState,
        acceptance: AcceptanceState | None = None,
    ) -> Return:
        states = sorted_states(step.pool, receptions=sources)
        return self.with_events(
            step.move(
                [state for state in states if not state.is_credited],
                quantity=quantity,
                change=lambda state: attrs.evolve(
                    state, reception=target, acceptance=acceptance or state.acceptance
                ),
                name=target.value.replace("_", " "),
            )
        )

    def _all_go(
        self,
        sources: tuple[ReceptionState, ...],
        *,
        target: ReceptionState,
        at: datetime,
        by: str = "",
        reason: str = "",
    ) -> Return:
        after = self
        for line, pool in self._pools.items():
            units = sum(
                pool[state]
                for state in sorted_states(pool, receptions=sources)
                if state.acceptance is not AcceptanceState.ACCEPTED
            )
            if units:  # The accepted ones sort last, so these are taken first.
                step = self._step(line, at=at, by=by, reason=reason)
                after = after._go(step, quantity=units, sources=sources, target=target)
        return after
