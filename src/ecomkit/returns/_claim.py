"""Claims: units that were missing, wrong, damaged or lost, and what was done about them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, final

import attrs

from ecomkit._checks import as_tuple, aware, each, is_a, optional, refuse, units
from ecomkit._texts import note
from ecomkit.errors import InputError
from ecomkit.identifiers import ClaimId, LineId, OrderId, ReturnId
from ecomkit.orders import LineEvent, LineEventKind
from ecomkit.returns._settlement import Settlement

if TYPE_CHECKING:
    from ecomkit.orders import Order

__all__ = [
    "CLAIM_TRANSITIONS",
    "Claim",
    "ClaimClosedError",
    "ClaimDecision",
    "ClaimKind",
    "ClaimOutcome",
    "ClaimState",
    "ClaimedUnits",
]


class ClaimKind(Enum):
    """What is wrong with the units."""

    MISSING = "missing"
    """Their parcel came without them."""

    WRONG = "wrong"
    """Something else came."""

    DAMAGED = "damaged"
    """They came, and are of no use."""

    LOST = "lost"
    """Their parcel never came."""

    @property
    def is_with_the_buyer(self) -> bool:
        """Whether the buyer has something that could come back."""
        return self in {ClaimKind.WRONG, ClaimKind.DAMAGED}


class ClaimState(Enum):
    """How far a claim has come."""

    OPEN = "open"
    RESOLVED = "resolved"
    DENIED = "denied"
    WITHDRAWN = "withdrawn"


CLAIM_TRANSITIONS: Final[Mapping[ClaimState, frozenset[ClaimState]]] = MappingProxyType(
    {
        ClaimState.OPEN: frozenset({ClaimState.RESOLVED, ClaimState.DENIED, ClaimState.WITHDRAWN}),
        # A person may think again.
        ClaimState.DENIED: frozenset({ClaimState.RESOLVED}),
        ClaimState.RESOLVED: frozenset(),
        ClaimState.WITHDRAWN: frozenset(),
    }
)
"""Where one decision can take a claim."""


class ClaimOutcome(Enum):
    """What is done about a claim."""

    REFUND = "refund"
    """The units are credited and paid back; what the buyer has comes back first, in a return."""

    STORE_CREDIT = "store_credit"
    """As a refund, paid back as store credit."""

    KEEP_IT = "keep_it"
    """The units are credited, and the buyer keeps what came."""

    REPLACEMENT = "replacement"
    """Others are sent for the same price; the buyer keeps what came."""

    DENIED = "denied"
    WITHDRAWN = "withdrawn"
    """By the buyer."""

    @property
    def is_crediting(self) -> bool:
        """Whether units are credited by it, at once or once they are back."""
        return self.state is ClaimState.RESOLVED

    @property
    def state(self) -> ClaimState:
        """Where it takes the claim."""
        match self:
            case ClaimOutcome.DENIED:
                return ClaimState.DENIED
            case ClaimOutcome.WITHDRAWN:
                return ClaimState.WITHDRAWN
            case _:
                return ClaimState.RESOLVED


@attrs.frozen(kw_only=True)
class ClaimClosedError(InputError):
    """
    Raised when a claim is decided that is closed.

    >>> print(ClaimClosedError(claim=ClaimId("C1"), state=ClaimState.RESOLVED))
    claim C1 is resolved; open another one
    """

    claim: ClaimId
    state: ClaimState

    @property
    def message(self) -> str:
        """The claim, how it stands, and what to do."""
        return f"claim {self.claim} is {self.state.value}; open another one"


@final
@attrs.frozen(kw_only=True)
class ClaimedUnits:
    """
    *quantity* units of a line of the order, alike in what is wrong with them.

    Raises:
        FieldError: If the quantity is below 1.
    """

    line: LineId = attrs.field(validator=is_a(LineId))
    quantity: int = attrs.field(validator=units)
    kind: ClaimKind = attrs.field(validator=is_a(ClaimKind))


@final
@attrs.frozen(kw_only=True)
class ClaimDecision:
    """
    What was decided about a claim, by whom, and why.

    Args:
        outcome: What is done.
        at: When.
        by: Who decided.
        reason: Why.
        kept: How many units of which line were credited and still count as out.
        returned: The return in which units come back before they are credited.
        settlement: What was credited at once.

    Raises:
        FieldError: If a claim is denied for no reason.
    """

    outcome: ClaimOutcome = attrs.field(validator=is_a(ClaimOutcome))
    at: datetime = attrs.field(validator=aware)
    by: str = attrs.field(default="", repr=False, validator=note)
    reason: str = attrs.field(default="", repr=False, validator=note)
    kept: tuple[tuple[LineId, int], ...] = attrs.field(
        default=(), converter=as_tuple, validator=each(tuple)
    )
    returned: ReturnId | None = attrs.field(default=None, validator=optional(is_a(ReturnId)))
    settlement: Settlement | None = attrs.field(default=None, validator=optional(is_a(Settlement)))

    def __attrs_post_init__(self) -> None:
        if self.outcome is ClaimOutcome.DENIED and not self.reason:
            raise refuse(self, "reason", self.reason, "why the claim is denied")


@final
@attrs.frozen(kw_only=True)
class Claim:
    """
    What a buyer says was wrong with units of an order that were shipped, and what was decided.

    Raises:
        FieldError: If it is about no units, or two entries could be one.
        ClaimClosedError: If a decision follows another one that had closed it.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    >>> line = ClaimedUnits(line=LineId("1"), quantity=1, kind=ClaimKind.MISSING)
    >>> claim = Claim(id=ClaimId("C1"), order=OrderId("A"), at=noon, lines=[line])
    >>> denied = ClaimDecision(
    ...     outcome=ClaimOutcome.DENIED, at=noon, reason="the scale says it was there"
    ... )
    >>> claim.decide(denied).state
    <ClaimState.DENIED: 'denied'>
    """

    id: ClaimId = attrs.field(validator=is_a(ClaimId))
    order: OrderId = attrs.field(validator=is_a(OrderId))
    at: datetime = attrs.field(validator=aware)
    lines: tuple[ClaimedUnits, ...] = attrs.field(converter=as_tuple, validator=each(ClaimedUnits))
    decisions: tuple[ClaimDecision, ...] = attrs.field(
        default=(), converter=as_tuple, validator=each(ClaimDecision)
    )

    def __attrs_post_init__(self) -> None:
        kinds = {(line.line, line.kind) for line in self.lines}
        if not self.lines or len(kinds) < len(self.lines):
            wanted = "one entry or more, no two alike in line and kind"
            raise refuse(self, "lines", self.lines, wanted)
        state = ClaimState.OPEN
        for decision in self.decisions:
            if decision.outcome.state not in CLAIM_TRANSITIONS[state]:
                raise ClaimClosedError(claim=self.id, state=state)
            state = decision.outcome.state

    @property
    def state(self) -> ClaimState:
        """How far it has come."""
        return self.decisions[-1].outcome.state if self.decisions else ClaimState.OPEN

    def units(self, outcome: ClaimOutcome | None = None) -> dict[LineId, int]:
        """
        Return how many units of each line it is about, or those that *outcome* credits at once.

        A refund credits at once what the buyer never got; the rest comes back first.
        """
        refunds = {ClaimOutcome.REFUND, ClaimOutcome.STORE_CREDIT}
        sums: dict[LineId, int] = {}
        for line in self.lines:
            if outcome not in refunds or not line.kind.is_with_the_buyer:
                sums[line.line] = sums.get(line.line, 0) + line.quantity
        return sums

    @property
    def bound(self) -> dict[LineId, int]:
        """How many units of each line that count as out no return may be about."""
        match self.state:
            case ClaimState.OPEN:
                return self.units()
            case ClaimState.RESOLVED:
                return dict(self.decisions[-1].kept)
            case _:
                return {}

    def coming_back(self, outcome: ClaimOutcome) -> tuple[ClaimedUnits, ...]:
        """Return the entries whose units come back in a return before *outcome* credits them."""
        if outcome not in {ClaimOutcome.REFUND, ClaimOutcome.STORE_CREDIT}:
            return ()
        return tuple(line for line in self.lines if line.kind.is_with_the_buyer)

    def losses(self, order: Order, *, at: datetime) -> tuple[LineEvent, ...]:
        """
        Return the facts to append to *order*: units that never reached the buyer are lost.

        Those that a carrier has reported as delivered are not: they are credited only.

        Raises:
            UnknownLineError: If the order lacks a line.
        """
        lost: dict[LineId, int] = {}
        for line in self.lines:
            if not line.kind.is_with_the_buyer:
                lost[line.line] = lost.get(line.line, 0) + line.quantity
        return tuple(
            LineEvent(kind=LineEventKind.LOST, line=line, quantity=possible, at=at)
            for line, units in lost.items()
            if (possible := min(units, order.counts(line).possible(LineEventKind.LOST)))
        )

    def kept(self, outcome: ClaimOutcome, *, order: Order) -> dict[LineId, int]:
        """
        Return how many units of each line *outcome* credits at once that still count as out.

        Args:
            outcome: What is done.
            order: The order, before.
        """
        kept = self.units(outcome)
        for loss in self.losses(order, at=self.at):
            kept[loss.line] -= loss.quantity
        return {line: units for line, units in kept.items() if units}

    def decide(self, decision: ClaimDecision) -> Claim:
        """
        Return the claim with one more decision.

        Raises:
            ClaimClosedError: If it is closed.
        """
        return attrs.evolve(self, decisions=(*self.decisions, decision))
