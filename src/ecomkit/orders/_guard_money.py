"""Guards about money: what is paid, promised, owed and overpaid."""
# ruff: noqa: ARG002 - a guard takes what every guard takes, and reads what it needs

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, final

import attrs

from ecomkit._checks import as_tuple, each, is_a
from ecomkit.identifiers import ChannelId
from ecomkit.money import Money
from ecomkit.orders._guard import BlockReason, OrderStep

if TYPE_CHECKING:
    from datetime import datetime

    from ecomkit.orders._order import Order

__all__ = [
    "AuthorisedBeforeCapture",
    "MoneyCounted",
    "NothingOwed",
    "NothingToPayBack",
    "PaidBeforeShipping",
    "ShippedBeforeCapture",
    "TotalsAgree",
]


class MoneyCounted(Enum):
    """Which money counts as paid before the units leave."""

    CAPTURED = "paid"
    AUTHORISED = "paid or authorised"


@final
@attrs.frozen(kw_only=True)
class PaidBeforeShipping:
    """
    Before units leave, all that is due is paid or authorised.

    Terms of trade with days to pay excuse it, and so do channels that collect the money and do
    not say when.

    Args:
        counted: Whether authorised money counts as well.
        collected_by: The channels that collect the money themselves.
    """

    counted: MoneyCounted = attrs.field(
        default=MoneyCounted.AUTHORISED, validator=is_a(MoneyCounted)
    )
    collected_by: tuple[ChannelId, ...] = attrs.field(
        default=(), converter=as_tuple, validator=each(ChannelId)
    )

    def __call__(
        self, order: Order, /, *, step: OrderStep, now: datetime
    ) -> tuple[BlockReason, ...]:
        """Return a reason if something that is due is not covered."""
        if order.channel in self.collected_by:
            return ()
        if order.trade is not None and order.trade.net_days > 0:
            return ()
        missing = order.owed
        if self.counted is MoneyCounted.AUTHORISED:
            missing -= _authorised(order)
        if missing.amount <= 0:
            return ()
        problem = f"{missing} of {order.effective_total} is not {self.counted.value}"
        remedy = "wait for the payment, or agree on terms"
        return (BlockReason(guard="payment", problem=problem, remedy=remedy),)


@final
@attrs.frozen(kw_only=True)
class AuthorisedBeforeCapture:
    """Money is captured only where some of it is authorised and not captured or void."""

    def __call__(
        self, order: Order, /, *, step: OrderStep, now: datetime
    ) -> tuple[BlockReason, ...]:
        """Return a reason if nothing is left to capture."""
        if not _authorised(order).is_zero:
            return ()
        problem, remedy = "nothing authorised is left to capture", "authorise a payment"
        return (BlockReason(guard="authorisation", problem=problem, remedy=remedy),)


@final
@attrs.frozen(kw_only=True)
class ShippedBeforeCapture:
    """Money is captured only once something has left, as some card schemes ask."""

    def __call__(
        self, order: Order, /, *, step: OrderStep, now: datetime
    ) -> tuple[BlockReason, ...]:
        """Return a reason if nothing is shipped."""
        if order.units.shipped > 0:
            return ()
        problem, remedy = "nothing is shipped yet", "ship first"
        return (BlockReason(guard="shipment", problem=problem, remedy=remedy),)


@final
@attrs.frozen(kw_only=True)
class NothingOwed:
    """The buyer owes nothing."""

    def __call__(
        self, order: Order, /, *, step: OrderStep, now: datetime
    ) -> tuple[BlockReason, ...]:
        """Return a reason if something is owed."""
        if order.owed.is_zero:
            return ()
        problem, remedy = f"{order.owed} is owed", "collect it, or write it off"
        return (BlockReason(guard="owed", problem=problem, remedy=remedy),)


@final
@attrs.frozen(kw_only=True)
class NothingToPayBack:
    """The buyer has nothing to get back."""

    def __call__(
        self, order: Order, /, *, step: OrderStep, now: datetime
    ) -> tuple[BlockReason, ...]:
        """Return a reason if more is kept than is due."""
        if order.overpaid.is_zero:
            return ()
        problem, remedy = f"{order.overpaid} is kept beyond what is due", "pay it back"
        return (BlockReason(guard="overpaid", problem=problem, remedy=remedy),)


@final
@attrs.frozen(kw_only=True)
class TotalsAgree:
    """The channel's total and ours are the same, where the channel tells one."""

    def __call__(
        self, order: Order, /, *, step: OrderStep, now: datetime
    ) -> tuple[BlockReason, ...]:
        """Return a reason if the totals differ."""
        if order.discrepancy is None:
            return ()
        problem = f"the channel's total differs from ours by {order.discrepancy}"
        return (BlockReason(guard="totals", problem=problem, remedy="compare the lines"),)


def _authorised(order: Order) -> Money:
    """
    Return what is authorised and neither captured nor void.

    Each tender stands for itself: a gift card that was captured without an authorisation takes
    nothing from what a card authorised.
    """
    left = Money.zero(order.currency)
    for tender in dict.fromkeys(payment.tender for payment in order.payments):
        paid = order.paid_by(tender)
        left += max(paid.authorised - paid.voided - paid.captured, Money.zero(order.currency))
    return left
