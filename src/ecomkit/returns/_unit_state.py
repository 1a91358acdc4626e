"""Where one unit of a return stands: how its reception goes, and whether it is accepted."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import Final, final

import attrs

from ecomkit._checks import is_a, optional, refuse
from ecomkit.identifiers import Sku
from ecomkit.returns._reception import Disposition

__all__ = [
    "ACCEPTANCE_TRANSITIONS",
    "RECEPTION_TRANSITIONS",
    "AcceptanceState",
    "ReceptionState",
    "UnitState",
]


class ReceptionState(Enum):
    """How the reception of a unit goes."""

    AWAITED = "awaited"
    """It was announced, and nothing else is known of it."""

    IN_TRANSIT = "in_transit"
    """The buyer has handed it over; it is on its way back."""

    RECEIVED = "received"
    """It is back, and is what was sent."""

    SHORT = "short"
    """Its parcel came without it."""

    WRONG_ITEM = "wrong_item"
    """Something else came in its place."""

    LOST_IN_TRANSIT = "lost_in_transit"
    """It was lost on its way back."""

    EXPIRED = "expired"
    """It was not sent in time."""

    CANCELLED = "cancelled"
    """It is not awaited any more: the buyer keeps it, and it is not credited."""

    KEPT = "kept"
    """The buyer may keep it, and need not pay for it."""

    OVER = "over"
    """It came, and nobody had announced it."""

    __hash__ = object.__hash__


class AcceptanceState(Enum):
    """Whether a unit is credited to the buyer."""

    PENDING = "pending"
    """Nobody has judged it yet."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"

    MANUAL = "manual"
    """A person has to decide."""

    __hash__ = object.__hash__


_Reception = ReceptionState
_Acceptance = AcceptanceState

RECEPTION_TRANSITIONS: Final[Mapping[ReceptionState, frozenset[ReceptionState]]] = (
    MappingProxyType(
        {
            _Reception.AWAITED: frozenset(
                {
                    _Reception.IN_TRANSIT,
                    _Reception.RECEIVED,
                    _Reception.SHORT,
                    _Reception.WRONG_ITEM,
                    _Reception.LOST_IN_TRANSIT,
                    _Reception.EXPIRED,
                    _Reception.CANCELLED,
                    _Reception.KEPT,
                }
            ),
            _Reception.IN_TRANSIT: frozenset(
                {
                    _Reception.RECEIVED,
                    _Reception.SHORT,
                    _Reception.WRONG_ITEM,
                    _Reception.LOST_IN_TRANSIT,
                }
            ),
            _Reception.SHORT: frozenset(
                {
                    _Reception.RECEIVED,
                    _Reception.WRONG_ITEM,
                    _Reception.CANCELLED,
                    _Reception.KEPT,
                }
            ),
            _Reception.LOST_IN_TRANSIT: frozenset({_Reception.RECEIVED, _Reception.WRONG_ITEM}),
            _Reception.EXPIRED: frozenset({_Reception.RECEIVED, _Reception.WRONG_ITEM}),
            # The right one may still come.
            _Reception.WRONG_ITEM: frozenset({_Reception.RECEIVED}),
            _Reception.RECEIVED: frozenset(),
            _Reception.CANCELLED: frozenset(),
            _Reception.KEPT: frozenset(),
            _Reception.OVER: frozenset(),
        }
    )
)
"""Where one event can take the reception of a unit. Units begin as awaited, or come as over."""

ACCEPTANCE_TRANSITIONS: Final[Mapping[AcceptanceState, frozenset[AcceptanceState]]] = (
    MappingProxyType(
        {
            _Acceptance.PENDING: frozenset(
                {_Acceptance.ACCEPTED, _Acceptance.REJECTED, _Acceptance.MANUAL}
            ),
            _Acceptance.ACCEPTED: frozenset({_Acceptance.REJECTED, _Acceptance.MANUAL}),
            _Acceptance.REJECTED: frozenset({_Acceptance.ACCEPTED, _Acceptance.MANUAL}),
            _Acceptance.MANUAL: frozenset({_Acceptance.ACCEPTED, _Acceptance.REJECTED}),
        }
    )
)
"""Where one event can take the acceptance of a unit; once it is credited, nowhere."""

HERE = frozenset({ReceptionState.RECEIVED, ReceptionState.WRONG_ITEM, ReceptionState.OVER})
"""Something lies, or lay, at our place for such a unit."""

JUDGED = HERE | {ReceptionState.SHORT, ReceptionState.LOST_IN_TRANSIT}
"""Units that can be accepted or rejected."""

_UNJUDGED = frozenset({ReceptionState.AWAITED, ReceptionState.IN_TRANSIT, ReceptionState.EXPIRED})


@final
@attrs.frozen(kw_only=True)
class UnitState:
    """
    Where a unit of a return stands, on both axes.

    Args:
        reception: How its reception goes.
        acceptance: Whether it is credited.
        disposition: What becomes of the thing that came; None as long as nothing came.
        sku: What came, if that is not what was sent.
        is_credited: Whether the order has the credit; its acceptance is final then.

    Raises:
        FieldError: If the parts contradict each other.
    """

    reception: ReceptionState = attrs.field(validator=is_a(ReceptionState))
    acceptance: AcceptanceState = attrs.field(
        default=AcceptanceState.PENDING, validator=is_a(AcceptanceState)
    )
    disposition: Disposition | None = attrs.field(
        default=None, validator=optional(is_a(Disposition))
    )
    sku: Sku | None = attrs.field(default=None, validator=optional(is_a(Sku)))
    is_credited: bool = attrs.field(default=False, validator=is_a(bool))

    def __attrs_post_init__(self) -> None:
        if (self.disposition is None) is (self.reception in HERE):
            raise refuse(self, "disposition", self.disposition, "named for what came")
        if self.reception in _UNJUDGED and self.acceptance is not AcceptanceState.PENDING:
            raise refuse(self, "acceptance", self.acceptance, "pending until something is known")
        is_accepted = self.acceptance is AcceptanceState.ACCEPTED
        if self.reception is ReceptionState.CANCELLED and is_accepted:
            raise refuse(self, "acceptance", self.acceptance, "anything but accepted")
        if self.reception is ReceptionState.KEPT and not is_accepted:
            raise refuse(self, "acceptance", self.acceptance, "accepted: the buyer may keep it")
        if self.reception is ReceptionState.WRONG_ITEM and self.sku is None:
            raise refuse(self, "sku", self.sku, "what came in its place")
        if self.sku is not None and self.reception not in {
            ReceptionState.WRONG_ITEM,
            ReceptionState.OVER,
        }:
            raise refuse(self, "sku", self.sku, "what was sent")
        if self.is_credited and not is_accepted:
            raise refuse(self, "is_credited", self.is_credited, "False where it is not accepted")

    @property
    def is_creditable(self) -> bool:
        """Whether it is accepted and not credited yet."""
        return self.acceptance is AcceptanceState.ACCEPTED and not self.is_credited

    @property
    def is_undecided(self) -> bool:
        """Whether something is left to happen, or to be decided."""
        match self.reception:
            case ReceptionState.CANCELLED | ReceptionState.EXPIRED:
                return False
            case ReceptionState.AWAITED | ReceptionState.IN_TRANSIT:
                return True
            case _:
                return self.acceptance in {AcceptanceState.PENDING, AcceptanceState.MANUAL}

    @property
    def binds(self) -> bool:
        """Whether it stands for a unit that is out, which no other return may be about."""
        match self.reception:
            case ReceptionState.CANCELLED | ReceptionState.EXPIRED:
                return False
            case ReceptionState.OVER:
                return self.is_creditable
            case ReceptionState.RECEIVED:
                # It is out again, and was credited before it came.
                return self.is_credited and self.disposition is Disposition.SEND_BACK
            case _:
                return True

    def explain(self) -> str:
        """
        Say where the unit stands.

        >>> print(UnitState(
        ...     reception=ReceptionState.OVER, acceptance=AcceptanceState.MANUAL,
        ...     disposition=Disposition.QUARANTINE, sku=Sku("GIRAFFE"),
        ... ).explain())
        over (GIRAFFE), manual, quarantine
        """
        words = [self.reception.value.replace("_", " ")]
        if self.sku is not None:
            words[0] += f" ({self.sku})"
        words.append("credited" if self.is_credited else self.acceptance.value)
        if self.disposition is not None:
            words.append(self.disposition.value.replace("_", " "))
        return ", ".join(words)
