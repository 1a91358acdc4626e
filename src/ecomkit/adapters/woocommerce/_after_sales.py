"""Refunds: each keeps its command's key, since the shop knows no keys of ours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from ecomkit.adapters.http import Flow, Request, flow, path_of, settled
from ecomkit.adapters.woocommerce._base import RefundRoute
from ecomkit.adapters.woocommerce._orders import entry_of_order
from ecomkit.adapters.woocommerce._pull import OrderPull
from ecomkit.adapters.woocommerce._refunds import KEY, key_of
from ecomkit.channels import (
    Applied,
    ChannelClaim,
    ChannelRefund,
    Effect,
    LineUnits,
    ReadOrder,
    Refund,
    Rejected,
)
from ecomkit.identifiers import CommandKey
from ecomkit.money import Money, sum_money

__all__ = ["AfterSales"]


class AfterSales(OrderPull):
    """The part of the client that pays back."""

    @flow
    def push_refund(self, refund: Refund) -> Flow[Effect]:
        """
        Enter a refund at the order; the shop's own stock is left alone.

        The key goes along in a meta field and is looked for first. The request itself is sent
        once: two workers that push one key at the same moment are not told apart by the shop.
        """
        return (
            yield from settled(
                self._refund(refund),
                read_back=lambda: self._found_refund(refund.number, refund.key),
            )
        )

    @flow
    def read_refund(self, refund: Refund) -> Flow[Effect]:
        """Say whether a refund of the order has the key."""
        return (yield from self._found_refund(refund.number, refund.key))

    # -- for the other parts ----------------------------------------------------------------

    def _found_refund(self, number: str, key: CommandKey) -> Flow[Effect]:
        """Say whether a refund of the order has *key*."""
        row = yield from self._row_of_order(number)
        if row is None:
            return Rejected(reason="there is no such order")
        if row.get("refunds"):
            rows = yield from self._rows_of_refunds(number)
            if any(key_of(refund) == key for refund in rows):
                return Applied()
        return Rejected(reason="no refund of the order has this key")

    def _pay_back(self, refund: Refund, claim: ChannelClaim) -> Flow[Effect]:
        """Enter *refund* at the order of *claim*."""
        by_gateway = self.refund_route is RefundRoute.GATEWAY
        body = {
            "amount": f"{refund.amount.to_decimal():f}",
            "reason": refund.reason,
            "api_refund": by_gateway and not refund.amount.is_zero,
            "api_restock": False,
            "line_items": list(_items(refund, claim)),
            "meta_data": [{"key": KEY, "value": str(refund.key)}],
        }
        yield Request.post(path_of("orders", refund.number, "refunds"), json=body)
        return Applied()

    def _refund(self, refund: Refund) -> Flow[Effect]:
        row = yield from self._row_of_order(refund.number)
        if row is None:
            return Rejected(reason="there is no such order")
        rows: tuple[Any, ...] = ()
        if row.get("refunds"):
            rows = yield from self._rows_of_refunds(refund.number)
        if any(key_of(known) == refund.key for known in rows):
            return Applied()
        entry = entry_of_order(self.channel, row, rows)
        if not isinstance(entry, ReadOrder):
            return Rejected(reason="the order cannot be read")
        told = self._read_refunds(row, rows)
        refusal = _too_much(refund, entry.claim, told)
        if refusal is not None:
            return refusal
        return (yield from self._pay_back(refund, entry.claim))


def _too_much(
    refund: Refund, claim: ChannelClaim, told: tuple[ChannelRefund, ...]
) -> Rejected | None:
    """Say what there is not enough of: the shop's own refusal would look like a breakdown."""
    currency = claim.currency
    if refund.amount.currency is not currency:
        return Rejected(reason=f"the order is in {currency.name}")
    parts = [line.unit_price * line.quantity for line in claim.lines]
    parts += [charge.amount for charge in claim.charges]
    left = sum_money(parts, currency=currency) - sum_money(
        [known.amount for known in told], currency=currency
    )
    if refund.amount > left:
        return Rejected(reason=f"{left} are left of the order, not {refund.amount}")
    units = Counter({line.id: line.quantity for line in claim.lines})
    for known in told:
        units.subtract({line.line: line.quantity for line in known.lines})
    for line in refund.lines:
        if line.quantity > units[line.line]:
            return Rejected(
                reason=f"line {line.line} has {units[line.line]} units left, not {line.quantity}"
            )
    return None


def _items(refund: Refund, claim: ChannelClaim) -> Iterator[dict[str, Any]]:
    """
    Yield the lines of a refund: its units, and what of the amount is for them.

    The amount counts whatever the lines say; no line is said to get back more than it cost.
    """
    prices = {line.id: line.unit_price for line in claim.lines}
    lines = [line for line in refund.lines if line.line in prices]
    worth = [_worth(line, prices[line.line]) for line in lines]
    shares = refund.amount.prorate(worth) if sum(worth) else [refund.amount] * len(lines)
    for line, most, share in zip(lines, worth, shares, strict=True):
        part = min(share, Money(most, refund.amount.currency))
        # The shop wants numbers here, and takes line ids as it gave them.
        yield {"id": int(line.line), "quantity": line.quantity, "refund_total": part.to_decimal()}


def _worth(line: LineUnits, price: Money) -> int:
    return price.amount * line.quantity
