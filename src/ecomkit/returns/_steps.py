"""Steps of a return: which units they take, and the facts that they become."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

import attrs

from ecomkit.errors import FieldError
from ecomkit.returns._pool import Pool, sorted_states, take
from ecomkit.returns._reception import Disposition
from ecomkit.returns._return_errors import ReturnStepError
from ecomkit.returns._return_event import ReturnEvent
from ecomkit.returns._unit_state import AcceptanceState, ReceptionState, UnitState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from ecomkit.identifiers import LineId, ReturnId, Sku

__all__ = ["Step"]

# In this order units are taken to be those that came: what is on its way before what is doubtful.
_EXPECTED = (
    ReceptionState.IN_TRANSIT,
    ReceptionState.AWAITED,
    ReceptionState.SHORT,
    ReceptionState.LOST_IN_TRANSIT,
    ReceptionState.EXPIRED,
)
_UNDECIDED = {AcceptanceState.PENDING, AcceptanceState.MANUAL}


@final
@attrs.frozen(kw_only=True)
class Step:
    """What the facts of one step have in common: whose units, of which line, when, by whom, why."""

    returned: ReturnId
    line: LineId
    pool: Pool
    at: datetime
    by: str = ""
    reason: str = ""

    def move(
        self,
        states: Iterable[UnitState],
        *,
        quantity: int,
        change: Callable[[UnitState], UnitState],
        name: str,
    ) -> list[ReturnEvent]:
        """
        Return the facts that take *quantity* units out of *states*, in their order.

        Raises:
            FieldError: If the quantity is below 1.
            ReturnStepError: If there are fewer.
        """
        if quantity < 1:
            raise FieldError(owner="Return", field=name, got=quantity, wanted="1 unit or more")
        taken, lacking = take(self.pool, states, quantity=quantity)
        if lacking:
            raise ReturnStepError(
                returned=self.returned,
                line=self.line,
                step=name,
                wanted=quantity,
                possible=quantity - lacking,
            )
        return [self._event(state, change(state), units) for state, units in taken]

    def receive(self, *, quantity: int, disposition: Disposition) -> list[ReturnEvent]:
        """Return the facts that *quantity* units came that are what was sent."""
        expected = (*_EXPECTED, ReceptionState.WRONG_ITEM)
        taken, over = take(
            self.pool, sorted_states(self.pool, receptions=expected), quantity=quantity
        )
        events = []
        for state, units in taken:
            target = attrs.evolve(
                state,
                reception=ReceptionState.RECEIVED,
                acceptance=_graded(state, disposition),
                disposition=disposition,
                sku=None,
            )
            events.append(self._event(state, target, units))
            if state.sku is not None and state.disposition is not None:
                # The wrong item lies here still, and belongs to no announced unit any more.
                events.append(self._over(units, sku=state.sku, disposition=state.disposition))
        return [*events, *self._rest(over, sku=None)]

    def receive_wrong(self, *, quantity: int, sku: Sku) -> list[ReturnEvent]:
        """Return the facts that *quantity* units of another *sku* came."""
        taken, over = take(
            self.pool, sorted_states(self.pool, receptions=_EXPECTED), quantity=quantity
        )
        events = []
        for state, units in taken:
            is_pending = state.acceptance is AcceptanceState.PENDING
            target = attrs.evolve(
                state,
                reception=ReceptionState.WRONG_ITEM,
                acceptance=AcceptanceState.MANUAL if is_pending else state.acceptance,
                disposition=Disposition.QUARANTINE,
                sku=sku,
            )
            events.append(self._event(state, target, units))
        return [*events, *self._rest(over, sku=sku)]

    def _rest(self, units: int, *, sku: Sku | None) -> list[ReturnEvent]:
        return [self._over(units, sku=sku, disposition=Disposition.QUARANTINE)] if units else []

    def _over(self, units: int, *, sku: Sku | None, disposition: Disposition) -> ReturnEvent:
        target = UnitState(
            reception=ReceptionState.OVER,
            acceptance=AcceptanceState.MANUAL,
            disposition=disposition,
            sku=sku,
        )
        return self._event(None, target, units)

    def _event(self, source: UnitState | None, target: UnitState, units: int) -> ReturnEvent:
        return ReturnEvent(
            line=self.line,
            quantity=units,
            source=source,
            target=target,
            at=self.at,
            by=self.by,
            reason=self.reason,
        )


def _graded(state: UnitState, disposition: Disposition) -> AcceptanceState:
    """Return what is known of a unit as it comes, by where it was put."""
    if disposition is Disposition.SEND_BACK and not state.is_credited:
        return AcceptanceState.REJECTED
    if disposition is not Disposition.QUARANTINE and state.acceptance in _UNDECIDED:
        return AcceptanceState.ACCEPTED
    return state.acceptance
