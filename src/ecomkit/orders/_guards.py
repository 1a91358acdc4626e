"""The guards of all steps together, each of them switchable; and what they find in the way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self, final

import attrs

from ecomkit._checks import as_tuple, each, is_a, refuse
from ecomkit.identifiers import OrderId
from ecomkit.orders._guard import BlockReason, Guard, OrderStep
from ecomkit.orders._guard_money import (
    AuthorisedBeforeCapture,
    NothingOwed,
    NothingToPayBack,
    PaidBeforeShipping,
)
from ecomkit.orders._guard_rules import NotHeld, NothingOpen
from ecomkit.orders._hold import HoldKind

if TYPE_CHECKING:
    from datetime import datetime

    from ecomkit.orders._order import Order

__all__ = ["Clearance", "Guards"]

_FRAUD = (HoldKind.FRAUD,)


@final
@attrs.frozen(kw_only=True)
class Clearance:
    """Whether a step may be taken with an order; where not, everything that is in the way."""

    order: OrderId = attrs.field(validator=is_a(OrderId))
    step: OrderStep = attrs.field(validator=is_a(OrderStep))
    reasons: tuple[BlockReason, ...] = attrs.field(
        default=(), converter=as_tuple, validator=each(BlockReason)
    )

    @property
    def is_clear(self) -> bool:
        """Whether nothing is in the way."""
        return not self.reasons

    def explain(self) -> str:
        """Say whether the step may be taken, or else everything that is in the way."""
        if self.is_clear:
            return f"order {self.order}: {self.step.value} is clear"
        blocked = f"order {self.order}: {self.step.value} is blocked"
        return "\n".join([blocked, *(reason.explain() for reason in self.reasons)])


def _callables(instance: object, attribute: attrs.Attribute[Any], value: object) -> None:
    if not isinstance(value, tuple) or not all(callable(guard) for guard in value):
        raise refuse(instance, attribute.name, value, "a tuple of guards that can be called")


@final
@attrs.frozen(kw_only=True)
class Guards:
    """
    What has to hold before each step; all guards of a step are asked, and all reasons told.

    A step has the guards named here unless others are given; an empty tuple switches all of
    them off. What is open can be cancelled at any time, so that what is missing can be
    short-shipped; where an order is cancelled as a whole, :class:`NothingShipped` is the guard.
    Guards only add to the laws of an order, which no setting can switch off: more units than
    are open never ship, and more than was captured is never paid back.

    Raises:
        FieldError: If a guard cannot be called.

    >>> from datetime import UTC, datetime
    >>> from ecomkit.identifiers import ChannelId, LineId, Sku
    >>> from ecomkit.money import Currency, Money
    >>> from ecomkit.orders import Order, OrderLine
    >>> noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    >>> elephants = OrderLine(
    ...     id=LineId("1"), sku=Sku("ELEPHANT"), quantity=10, unit_price=Money(2390, Currency.EUR)
    ... )
    >>> order = Order(
    ...     id=OrderId("web/1001"),
    ...     channel=ChannelId("web"),
    ...     currency=Currency.EUR,
    ...     placed_at=noon,
    ...     lines=[elephants],
    ... )
    >>> print(Guards()(order, step=OrderStep.SHIP, now=noon).explain())
    order web/1001: ship is blocked
    239.00 EUR of 239.00 EUR is not paid or authorised; wait for the payment, or agree on terms
    >>> Guards().without(PaidBeforeShipping)(order, step=OrderStep.SHIP, now=noon).is_clear
    True
    """

    ship: tuple[Guard, ...] = attrs.field(
        default=(NotHeld(), PaidBeforeShipping()), converter=as_tuple, validator=_callables
    )
    cancel: tuple[Guard, ...] = attrs.field(default=(), converter=as_tuple, validator=_callables)
    capture: tuple[Guard, ...] = attrs.field(
        default=(NotHeld(kinds=_FRAUD), AuthorisedBeforeCapture()),
        converter=as_tuple,
        validator=_callables,
    )
    edit: tuple[Guard, ...] = attrs.field(
        default=(NotHeld(kinds=_FRAUD),), converter=as_tuple, validator=_callables
    )
    complete: tuple[Guard, ...] = attrs.field(
        default=(NotHeld(), NothingOpen(), NothingOwed(), NothingToPayBack()),
        converter=as_tuple,
        validator=_callables,
    )

    def __call__(self, order: Order, /, *, step: OrderStep, now: datetime) -> Clearance:
        """Return whether *step* may be taken with *order* at *now*, with all reasons if not."""
        reasons = tuple(
            reason for guard in self.of(step) for reason in guard(order, step=step, now=now)
        )
        return Clearance(order=order.id, step=step, reasons=reasons)

    def of(self, step: OrderStep) -> tuple[Guard, ...]:
        """Return the guards of *step*."""
        guards: tuple[Guard, ...] = getattr(self, step.value)
        return guards

    def without(self, *kinds: type[Any]) -> Self:
        """Return the same guards, but for those of these *kinds*, which no step has any more."""
        return attrs.evolve(
            self,
            **{
                step.value: tuple(guard for guard in self.of(step) if not isinstance(guard, kinds))
                for step in OrderStep
            },
        )

    @classmethod
    def none(cls) -> Self:
        """Return no guards at all."""
        return cls(**{step.value: () for step in OrderStep})
