"""The life of a purchase order: its states, what leads from one to the next, and its tolerance."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import Any, Final, final

import attrs

from ecomkit._checks import is_a, refuse
from ecomkit.errors import AttentionError
from ecomkit.identifiers import PurchaseOrderId


class PurchaseOrderState(Enum):
    """How far a purchase order is."""

    DRAFT = "draft"
    """It is written, and the supplier does not know of it; its units count as on order."""

    SENT = "sent"
    """The supplier has it and has promised nothing yet."""

    CONFIRMED = "confirmed"
    """The supplier has promised days and quantities."""

    PARTIALLY_RECEIVED = "partially_received"
    """Some of it has come, and more is awaited."""

    CLOSED = "closed"
    """Nothing more is awaited: all has come, or somebody closed it short."""

    CANCELLED = "cancelled"
    """It was called off before anything came."""

    __hash__ = object.__hash__


_State = PurchaseOrderState

PERCENT = 100

PURCHASE_ORDER_TRANSITIONS: Final[Mapping[PurchaseOrderState, frozenset[PurchaseOrderState]]] = (
    MappingProxyType(
        {
            _State.DRAFT: frozenset({_State.SENT, _State.CANCELLED}),
            _State.SENT: frozenset(
                {_State.CONFIRMED, _State.PARTIALLY_RECEIVED, _State.CLOSED, _State.CANCELLED}
            ),
            _State.CONFIRMED: frozenset(
                {_State.PARTIALLY_RECEIVED, _State.CLOSED, _State.CANCELLED}
            ),
            _State.PARTIALLY_RECEIVED: frozenset({_State.CLOSED}),
            _State.CLOSED: frozenset(),
            _State.CANCELLED: frozenset(),
        }
    )
)
"""Where one step can take a purchase order; steps that leave it where it is are not drawn."""

STATED: Final = frozenset(
    {_State.DRAFT, _State.SENT, _State.CONFIRMED, _State.CLOSED, _State.CANCELLED}
)
"""The states that somebody puts an order into; the other follows from what came."""


@attrs.frozen(kw_only=True)
class PurchaseOrderStateError(AttentionError):
    """
    Raised when a step is asked of a purchase order that its state does not allow.

    >>> print(PurchaseOrderStateError(
    ...     purchase_order=PurchaseOrderId("PO-1"), state=PurchaseOrderState.DRAFT, step="receive"
    ... ))
    purchase order PO-1 is draft, so it cannot receive; look at what happened first
    """

    purchase_order: PurchaseOrderId
    state: PurchaseOrderState
    step: str

    @property
    def message(self) -> str:
        """Which order, where it stands, and what was asked of it."""
        return (
            f"purchase order {self.purchase_order} is {self.state.value.replace('_', ' ')}, so it "
            f"cannot {self.step}; look at what happened first"
        )


def _percent(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if type(value) is not int or not 0 <= value <= PERCENT:
        raise refuse(
            instance, attribute.name, value, f"a whole number of percent from 0 to {PERCENT}"
        )


@final
@attrs.frozen(kw_only=True)
class DeliveryTolerance:
    """
    How far a delivery may miss what was ordered and still count as complete, in whole percent.

    A line of which all but ``under_percent`` has come is complete: nothing more of it is
    awaited. Units up to ``over_percent`` beyond it are taken without a word; those beyond that
    are recorded all the same, and ask for a decision. Both bounds are rounded down to units.

    Raises:
        FieldError: If a percentage is no whole number from 0 to 100.

    >>> tolerance = DeliveryTolerance(under_percent=5, over_percent=10)
    >>> tolerance.least(48), tolerance.most(48)
    (46, 52)
    """

    under_percent: int = attrs.field(default=0, validator=_percent)
    over_percent: int = attrs.field(default=0, validator=_percent)

    def least(self, due: int) -> int:
        """Return the units that complete a line of *due* units."""
        return due - due * self.under_percent // PERCENT

    def most(self, due: int) -> int:
        """Return the units that a line of *due* units may bring without a decision."""
        return due + due * self.over_percent // PERCENT


EXACT: Final = DeliveryTolerance()
"""No tolerance: a line is complete when all has come."""


def check_stated(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    """Accept a state that somebody can put an order into."""
    is_a(PurchaseOrderState)(instance, attribute, value)
    if value not in STATED:
        raise refuse(instance, attribute.name, value, "a state that does not follow from receipts")
