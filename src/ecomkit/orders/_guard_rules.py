"""Guards about holds, units, time, goods and who buys."""
# ruff: noqa: ARG002 - a guard takes what every guard takes, and reads what it needs

from __future__ import annotations

from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, final

import attrs

from ecomkit._checks import as_tuple, each, refuse
from ecomkit.identifiers import Sku
from ecomkit.orders._guard import BlockReason, OrderStep
from ecomkit.orders._hold import HoldKind
from ecomkit.timeline import utc

if TYPE_CHECKING:
    from datetime import datetime

    from ecomkit.orders._order import Order

__all__ = [
    "HasCustomer",
    "NotHeld",
    "NothingOnTheWay",
    "NothingOpen",
    "NothingShipped",
    "SkusKnown",
    "WithinWindow",
]


@final
@attrs.frozen(kw_only=True)
class NotHeld:
    """No hold of one of these *kinds* is open; all kinds block, unless some are named."""

    kinds: tuple[HoldKind, ...] = attrs.field(
        default=tuple(HoldKind), converter=as_tuple, validator=each(HoldKind)
    )

    def __call__(
        self, order: Order, /, *, step: OrderStep, now: datetime
    ) -> tuple[BlockReason, ...]:
        """Return a reason for each hold that blocks."""
        return tuple(
            BlockReason(
                guard="hold", problem=f"it is held: {kind.value}", remedy="release the hold"
            )
            for kind in order.open_holds
            if kind in self.kinds
        )


@final
@attrs.frozen(kw_only=True)
class NothingShipped:
    """Nothing has left, as where an order is cancelled or changed as a whole or not at all."""

    def __call__(
        self, order: Order, /, *, step: OrderStep, now: datetime
    ) -> tuple[BlockReason, ...]:
        """Return a reason for each line of which something has left."""
        reasons = []
        for line in order.lines:
            shipped = order.counts(line.id).shipped
            if shipped:
                problem, remedy = f"{shipped} shipped", "let them come back as a return"
                reasons.append(
                    BlockReason(guard="shipment", problem=problem, remedy=remedy, line=line.id)
                )
        return tuple(reasons)


@final
@attrs.frozen(kw_only=True)
class NothingOpen:
    """Everything that is not cancelled has left."""

    def __call__(
        self, order: Order, /, *, step: OrderStep, now: datetime
    ) -> tuple[BlockReason, ...]:
        """Return a reason for each line of which something is still to be shipped."""
        reasons = []
        for line in order.lines:
            left = order.counts(line.id).open
            if left:
                problem, remedy = f"{left} still to be shipped", "ship or cancel them"
                reasons.append(
                    BlockReason(guard="open_units", problem=problem, remedy=remedy, line=line.id)
                )
        return tuple(reasons)


@final
@attrs.frozen(kw_only=True)
class NothingOnTheWay:
    """Everything that has left is delivered, lost or back."""

    def __call__(
        self, order: Order, /, *, step: OrderStep, now: datetime
    ) -> tuple[BlockReason, ...]:
        """Return a reason for each line of which something is on its way."""
        reasons = []
        for line in order.lines:
            counts = order.counts(line.id)
            # What came back undelivered is not on its way any more.
            left = counts.shipped - counts.lost - max(counts.delivered, counts.returned)
            if left > 0:
                problem, remedy = f"{left} on the way", "wait for the delivery, or book the loss"
                reasons.append(
                    BlockReason(guard="delivery", problem=problem, remedy=remedy, line=line.id)
                )
        return tuple(reasons)


@final
@attrs.frozen(kw_only=True)
class HasCustomer:
    """The order says who bought it."""

    def __call__(
        self, order: Order, /, *, step: OrderStep, now: datetime
    ) -> tuple[BlockReason, ...]:
        """Return a reason if it does not."""
        if order.customer is not None:
            return ()
        problem, remedy = "it has no customer", "find out who bought it"
        return (BlockReason(guard="customer", problem=problem, remedy=remedy),)


@final
@attrs.frozen(kw_only=True)
class SkusKnown:
    """Every line is about one of these *skus*, such as those of the catalogue."""

    skus: tuple[Sku, ...] = attrs.field(converter=as_tuple, validator=each(Sku))

    def __call__(
        self, order: Order, /, *, step: OrderStep, now: datetime
    ) -> tuple[BlockReason, ...]:
        """Return a reason for each line whose sku is not among them."""
        return tuple(
            BlockReason(
                guard="sku",
                problem=f"{line.sku} is unknown",
                remedy="match it with a sku of the catalogue",
                line=line.id,
            )
            for line in order.lines
            if line.sku not in self._known
        )

    @cached_property
    def _known(self) -> frozenset[Sku]:
        return frozenset(self.skus)


def _some_time(instance: object, attribute: attrs.Attribute[Any], value: object) -> None:
    if not isinstance(value, timedelta) or value <= timedelta(0):
        raise refuse(instance, attribute.name, value, "a timedelta above 0")


@final
@attrs.frozen(kw_only=True)
class WithinWindow:
    """
    Not later than so long after the placement; the instant at which it ends is too late.

    Raises:
        FieldError: If it is no time at all.
    """

    lasts: timedelta = attrs.field(validator=_some_time)

    def __call__(
        self, order: Order, /, *, step: OrderStep, now: datetime
    ) -> tuple[BlockReason, ...]:
        """Return a reason if it is too late."""
        # In UTC: on the clock of a zone the sum would be an hour off when clocks change.
        placed_at = utc(order.placed_at)
        if utc(now) - placed_at < self.lasts:
            return ()
        problem = f"the time to {step.value} ended at {(placed_at + self.lasts).isoformat()}"
        return (BlockReason(guard="window", problem=problem),)
