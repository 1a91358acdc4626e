"""The units of a return by state: a fold over what happened to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from ecomkit.returns._return_errors import ReturnStepError
from ecomkit.returns._unit_state import AcceptanceState, ReceptionState, UnitState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from ecomkit.identifiers import LineId, ReturnId
    from ecomkit.returns._request import ReturnLine
    from ecomkit.returns._return_event import ReturnEvent

__all__ = ["Pool", "counted", "fold_pools", "sorted_states", "sum_units", "take"]

Axis = TypeVar("Axis")

Pool = dict[UnitState, int]
"""How many units of one line are in which state."""

AWAITED = UnitState(reception=ReceptionState.AWAITED)

_ACCEPTANCES = (
    AcceptanceState.PENDING,
    AcceptanceState.MANUAL,
    AcceptanceState.REJECTED,
    AcceptanceState.ACCEPTED,
)


def fold_pools(
    lines: Iterable[ReturnLine], *, returned: ReturnId, events: Iterable[ReturnEvent]
) -> dict[LineId, Pool]:
    """
    Return the units of each line by state, after *events* in their order.

    Raises:
        ReturnStepError: If an event takes more units out of a state than are in it.
    """
    pools: dict[LineId, Pool] = {}
    for line in lines:
        pool = pools.setdefault(line.line, {})
        pool[AWAITED] = pool.get(AWAITED, 0) + line.quantity
    for event in events:
        pool = pools.setdefault(event.line, {})
        if event.source is not None:
            there = pool.pop(event.source, 0)
            if there < event.quantity:
                raise ReturnStepError(
                    returned=returned,
                    line=event.line,
                    step=event.target.explain(),
                    wanted=event.quantity,
                    possible=there,
                )
            if there > event.quantity:
                pool[event.source] = there - event.quantity
        pool[event.target] = pool.get(event.target, 0) + event.quantity
    return pools


def counted(
    states: Iterable[tuple[UnitState, int]], *, axis: Callable[[UnitState], Axis]
) -> dict[Axis, int]:
    """Return how many units stand where on *axis*."""
    counts: dict[Axis, int] = {}
    for state, units in states:
        counts[axis(state)] = counts.get(axis(state), 0) + units
    return counts


def sum_units(
    pools: Mapping[LineId, Pool], *, matches: Callable[[UnitState], bool]
) -> dict[LineId, int]:
    """Return how many units of each line are in a state that *matches*; lines without are left out."""
    sums = {
        line: sum(units for state, units in pool.items() if matches(state))
        for line, pool in pools.items()
    }
    return {line: units for line, units in sums.items() if units}


def sorted_states(
    pool: Mapping[UnitState, int], *, receptions: Iterable[ReceptionState]
) -> list[UnitState]:
    """
    Return the states with one of *receptions*, those named first before the others.

    Within a reception those come first that nobody has judged, then those that a person has to
    decide, the rejected, the accepted, and at last the credited.
    """
    ranks = {reception: rank for rank, reception in enumerate(receptions)}

    def rank(state: UnitState) -> tuple[int, bool, int, str, str]:
        return (
            ranks[state.reception],
            state.is_credited,
            _ACCEPTANCES.index(state.acceptance),
            "" if state.disposition is None else state.disposition.value,
            state.sku or "",
        )

    return sorted((state for state in pool if state.reception in ranks), key=rank)


def take(
    pool: Mapping[UnitState, int], states: Iterable[UnitState], *, quantity: int
) -> tuple[list[tuple[UnitState, int]], int]:
    """Return how many units to take of which of *states*, in their order, and how many lack."""
    taken = []
    for state in states:
        units = min(quantity, pool[state])
        if units:
            taken.append((state, units))
            quantity -= units
    return taken, quantity
