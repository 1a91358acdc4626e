"""The return policy: rules that are all asked about all entries."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

import attrs

from ecomkit._checks import as_tuple, is_a, refuse
from ecomkit.returns._finding import ReturnRule
from ecomkit.returns._refund import ShippingRefund
from ecomkit.returns._verdict import Accepted, LineVerdict, Refused, ReturnVerdict

if TYPE_CHECKING:
    from datetime import datetime

    from ecomkit.returns._request import ReturnRequest

__all__ = ["ReturnPolicy"]


@final
@attrs.frozen(kw_only=True)
class ReturnPolicy:
    """
    What may come back: *rules*, all of which are asked about every entry of a request.

    A rule is any callable of the shape of :class:`ReturnRule`. *shipping* is what
    :func:`refund_due` is told about the shipping that the buyer paid.

    Raises:
        FieldError: If a rule cannot be called.

    >>> from datetime import UTC, datetime
    >>> from ecomkit.identifiers import ChannelId, LineId, OrderId, Sku
    >>> from ecomkit.money import Currency, Money
    >>> from ecomkit.orders import Order, OrderLine
    >>> from ecomkit.returns import Condition, ReturnLine, ReturnReason, ReturnRequest
    >>> from ecomkit.returns import ConditionIs, ReturnWindow, WasShipped
    >>> noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    >>> line = OrderLine(
    ...     id=LineId("1"), sku=Sku("ELEPHANT"), quantity=2, unit_price=Money(2390, Currency.EUR)
    ... )
    >>> order = Order(
    ...     id=OrderId("etsy/1001"),
    ...     channel=ChannelId("etsy"),
    ...     currency=Currency.EUR,
    ...     placed_at=noon,
    ...     lines=[line],
    ... )
    >>> policy = ReturnPolicy(
    ...     rules=(
    ...         WasShipped(),
    ...         ReturnWindow(days=30, zone="Europe/Paris"),
    ...         ConditionIs(allowed=(Condition.NEW, Condition.OPENED)),
    ...     )
    ... )
    >>> used = ReturnLine(
    ...     line=line.id, quantity=1, condition=Condition.USED, reason=ReturnReason.OTHER
    ... )
    >>> request = ReturnRequest(order=order, lines=[used], requested_at=noon)
    >>> print(policy(request, now=noon).explain())
    refused
    line 1: 1 asked for, 0 shipped; wait for the shipment, or cancel the units
    line 1: 1 of 1 not delivered, so their window has not begun; wait for the delivery
    line 1: units in condition used do not come back; units that are new, opened do
    """

    rules: tuple[ReturnRule, ...] = attrs.field(converter=as_tuple)
    shipping: ShippingRefund = attrs.field(
        default=ShippingRefund.NEVER, validator=is_a(ShippingRefund)
    )

    def __attrs_post_init__(self) -> None:
        for rule in self.rules:
            if not callable(rule):
                raise refuse(self, "rules", rule, "rules that can be called")

    def __call__(self, request: ReturnRequest, *, now: datetime) -> ReturnVerdict:
        """Return the verdict on *request* at *now*, with the findings of all rules."""
        lines = tuple(
            LineVerdict(
                line=line,
                findings=tuple(
                    finding for rule in self.rules for finding in rule(request, line, now=now)
                ),
            )
            for line in request.lines
        )
        if all(line.is_accepted for line in lines):
            return Accepted(lines=lines)
        return Refused(lines=lines)
