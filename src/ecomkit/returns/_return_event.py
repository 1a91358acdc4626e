"""What happens to the units of a return: each fact takes units from one state to another."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import final

import attrs

from ecomkit._checks import aware, is_a, optional, refuse, units
from ecomkit._texts import note
from ecomkit.identifiers import LineId
from ecomkit.returns._unit_state import (
    ACCEPTANCE_TRANSITIONS,
    RECEPTION_TRANSITIONS,
    ReceptionState,
    UnitState,
)

__all__ = ["Authorisation", "AuthorisationState", "ReturnEvent"]


class AuthorisationState(Enum):
    """Whether the units of a return may come back."""

    REQUESTED = "requested"
    """Nobody has decided yet."""

    AUTHORISED = "authorised"
    REFUSED = "refused"


@final
@attrs.frozen(kw_only=True)
class Authorisation:
    """
    A return was authorised or refused: by its policy, or *by* a person for a *reason*.

    Raises:
        FieldError: If it is neither authorised nor refused, a person gives no reason, or *at* has
            no UTC offset.
    """

    state: AuthorisationState = attrs.field(validator=is_a(AuthorisationState))
    at: datetime = attrs.field(validator=aware)
    by: str = attrs.field(default="", repr=False, validator=note)
    reason: str = attrs.field(default="", repr=False, validator=note)

    def __attrs_post_init__(self) -> None:
        if self.state is AuthorisationState.REQUESTED:
            raise refuse(self, "state", self.state, "authorised or refused")
        if self.by and not self.reason:
            raise refuse(self, "reason", self.reason, "why a person decides")

    def explain(self) -> str:
        """Say what was decided, by whom and why."""
        who = f" by {self.by}" if self.by else ""
        why = f": {self.reason}" if self.reason else ""
        return f"{self.state.value}{who}{why}"


@final
@attrs.frozen(kw_only=True)
class ReturnEvent:
    """
    A fact: *quantity* units of a line went from one state to another.

    Facts are appended and never edited. Units that nobody had announced come out of nowhere:
    their *source* is None.

    Raises:
        FieldError: If no unit can go that way, the quantity is below 1, or *at* has no UTC
            offset.
    """

    line: LineId = attrs.field(validator=is_a(LineId))
    quantity: int = attrs.field(validator=units)
    source: UnitState | None = attrs.field(validator=optional(is_a(UnitState)))
    target: UnitState = attrs.field(validator=is_a(UnitState))
    at: datetime = attrs.field(validator=aware)
    by: str = attrs.field(default="", repr=False, validator=note)
    reason: str = attrs.field(default="", repr=False, validator=note)

    def __attrs_post_init__(self) -> None:
        if self.source is None:
            if self.target.reception is not ReceptionState.OVER:
                raise refuse(self, "source", None, "the state that the units were in")
        elif not _is_step(self.source, self.target):
            raise refuse(self, "target", self.target, f"where {self.source.explain()} can go")


def _is_step(source: UnitState, target: UnitState) -> bool:
    """Whether one event can take a unit from *source* to *target*."""
    if source == target:
        return False
    if source.is_credited and not target.is_credited:
        return False
    may_receive = (
        target.reception is source.reception
        or target.reception in RECEPTION_TRANSITIONS[source.reception]
    )
    may_judge = (
        target.acceptance is source.acceptance
        or target.acceptance in ACCEPTANCE_TRANSITIONS[source.acceptance]
    )
    return may_receive and may_judge
