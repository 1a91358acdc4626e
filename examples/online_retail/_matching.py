"""
Which sale a cancellation takes back: the file does not say, so it is matched.

The rule, for each cancelled row: only sales of the same customer and product, earlier in the
file, with units left. First the latest one of exactly the same quantity and price; if there is
none, the latest ones at the same price, then the latest at any price, over as many as it takes.
Whether units come back as a cancellation or as a return is not decided here but by the shop,
which knows what has been shipped.
"""

from __future__ import annotations

from typing import final

import attrs

from ecomkit.identifiers import CustomerId, OrderId, Sku
from ecomkit.money import Money

from ._source import Row

__all__ = ["Match", "Sales"]


@final
@attrs.frozen(kw_only=True)
class Match:
    """*quantity* units of the sale in row *line* of *invoice*, sold at *unit_price*."""

    invoice: OrderId
    line: int
    quantity: int
    unit_price: Money


@attrs.define(kw_only=True)
class _Open:
    """A sale and how many of its units nobody has taken back yet."""

    invoice: OrderId
    line: int
    unit_price: Money
    left: int


class Sales:
    """The sales so far that a later row may take back."""

    def __init__(self) -> None:
        self._open: dict[tuple[CustomerId, Sku], list[_Open]] = {}

    def add(self, sale: Row) -> None:
        """Remember *sale*; without a customer nothing can be set against it later."""
        if sale.customer is not None:
            self._open.setdefault((sale.customer, sale.sku), []).append(
                _Open(
                    invoice=sale.invoice,
                    line=sale.number,
                    unit_price=sale.unit_price,
                    left=sale.quantity,
                )
            )

    def take_back(self, cancellation: Row) -> tuple[tuple[Match, ...], int]:
        """Return the sales that *cancellation* takes back, and how many units are left over."""
        customer, wanted, price = (
            cancellation.customer,
            cancellation.quantity,
            cancellation.unit_price,
        )
        if customer is None:
            return (), wanted
        known = self._open.get((customer, cancellation.sku), [])
        latest_first = known[::-1]
        same_price = [sale for sale in latest_first if sale.unit_price == price]
        exact = [sale for sale in same_price if sale.left == wanted][:1]
        matches = []
        for sale in exact or (*same_price, *latest_first):
            taken = min(sale.left, wanted)
            if taken:
                sale.left -= taken
                wanted -= taken
                matches.append(
                    Match(
                        invoice=sale.invoice,
                        line=sale.line,
                        quantity=taken,
                        unit_price=sale.unit_price,
                    )
                )
        known[:] = [sale for sale in known if sale.left]
        return tuple(matches), wanted
