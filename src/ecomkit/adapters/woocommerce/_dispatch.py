"""Fulfilments and cancellations: marks at the order, and a status once nothing is left to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ecomkit.adapters.http import Flow, Request, flow, path_of, settled
from ecomkit.adapters.woocommerce._after_sales import AfterSales
from ecomkit.adapters.woocommerce._marks import CANCELLED, SHIPPED, has_mark, mark
from ecomkit.channels import (
    Applied,
    Cancellation,
    ChannelClaim,
    Effect,
    Fulfilment,
    LineUnits,
    Refund,
    Rejected,
)
from ecomkit.errors import EcomkitError
from ecomkit.identifiers import LineId
from ecomkit.money import Money

__all__ = ["Dispatch"]

OPEN = frozenset({"pending", "on-hold", "processing"})
"""The words for an order that waits for its goods."""


class Dispatch(AfterSales):
    """The part of the client that says what left, and what will not leave."""

    @flow
    def push_fulfilment(self, fulfilment: Fulfilment) -> Flow[Effect]:
        """
        Mark the order with the units, and complete it once all that is left of it has gone.

        The mark is named after the key: pushed again, it is found. A tracking number also goes
        to the buyer as a note, once at most: it is sent after the mark, and not again.
        """
        return (
            yield from settled(
                self._ship(fulfilment), read_back=lambda: self._is_shipped(fulfilment)
            )
        )

    @flow
    def read_fulfilment(self, fulfilment: Fulfilment) -> Flow[Effect]:
        """Say whether the order has the fulfilment's mark."""
        return (yield from self._is_shipped(fulfilment))

    @flow
    def push_cancellation(self, cancellation: Cancellation) -> Flow[Effect]:
        """
        Cancel the order, or units of it by a refund of nothing.

        The shop puts the units of a cancelled order back into its stock by itself; our next
        push says what there really is. A refund of nothing moves neither money nor stock. If
        all the other units have left already, the order is complete with it.
        """
        return (
            yield from settled(
                self._cancel(cancellation), read_back=lambda: self._is_cancelled(cancellation)
            )
        )

    @flow
    def read_cancellation(self, cancellation: Cancellation) -> Flow[Effect]:
        """Say whether the order has the cancellation's mark, or a refund with its key, and its status."""
        return (yield from self._is_cancelled(cancellation))

    # -- fulfilment -------------------------------------------------------------------------

    def _ship(self, fulfilment: Fulfilment) -> Flow[Effect]:
        row = yield from self._row_of_order(fulfilment.number)
        if has_mark(row, SHIPPED, fulfilment.key):
            return Applied()
        claim = yield from self._claim(row)
        if isinstance(claim, Rejected):
            return claim
        left = units_left(claim)
        refusal = _too_many(fulfilment.lines, left)
        if refusal is not None:
            return refusal
        for line in fulfilment.lines:
            left[line.line] -= line.quantity
        change: dict[str, Any] = {
            "meta_data": [
                mark(
                    SHIPPED,
                    fulfilment.key,
                    lines=fulfilment.lines,
                    carrier=fulfilment.carrier,
                    tracking=fulfilment.tracking,
                )
            ]
        }
        if not any(left.values()):
            change["status"] = "completed"
        yield Request.put(path_of("orders", fulfilment.number), json=change)
        if fulfilment.tracking is not None:
            yield from self._note(fulfilment)
        return Applied()

    def _note(self, fulfilment: Fulfilment) -> Flow[None]:
        text = " ".join(part for part in (fulfilment.carrier, fulfilment.tracking) if part)
        try:
            yield Request.post(
                path_of("orders", fulfilment.number, "notes"),
                json={"note": text, "customer_note": True},
            )
        except EcomkitError:
            return  # the units have left all the same; the mark has the number too

    def _is_shipped(self, fulfilment: Fulfilment) -> Flow[Effect]:
        row = yield from self._row_of_order(fulfilment.number)
        if has_mark(row, SHIPPED, fulfilment.key):
            return Applied()
        return Rejected(reason="the order does not have this fulfilment")

    # -- cancellation -----------------------------------------------------------------------

    def _cancel(self, cancellation: Cancellation) -> Flow[Effect]:
        known = yield from self._found_cancellation(cancellation)
        if isinstance(known, Applied):
            return (yield from self._complete(cancellation.number))
        row = yield from self._row_of_order(cancellation.number)
        claim = yield from self._claim(row)
        if isinstance(claim, Rejected):
            return claim
        left = units_left(claim)
        wanted = cancellation.lines or tuple(
            LineUnits(line=line, quantity=quantity) for line, quantity in left.items() if quantity
        )
        refusal = _too_many(wanted, left)
        if refusal is not None:
            return refusal
        whole = all(
            left[line] == sum(units.quantity for units in wanted if units.line == line)
            for line in left
        )
        if whole and not any(line.shipped for line in claim.lines):
            marked = mark(CANCELLED, cancellation.key, lines=wanted)
            yield Request.put(
                path_of("orders", cancellation.number),
                json={"status": "cancelled", "meta_data": [marked]},
            )
            return Applied()
        nothing = Refund(
            key=cancellation.key,
            number=cancellation.number,
            amount=Money.zero(claim.currency),
            reason=cancellation.reason,
            lines=wanted,
        )
        made = yield from self._pay_back(nothing, claim)
        if isinstance(made, Applied):
            return (yield from self._complete(cancellation.number))
        return made

    def _complete(self, number: str) -> Flow[Effect]:
        """Complete an order of which the last open units were cancelled after the others left."""
        if (yield from self._lacks_status(number)):
            yield Request.put(path_of("orders", number), json={"status": "completed"})
        return Applied()

    def _lacks_status(self, number: str) -> Flow[bool]:
        row = yield from self._row_of_order(number)
        if row is None or row.get("status") not in OPEN:
            return False
        claim = yield from self._claim(row)
        return (
            not isinstance(claim, Rejected)
            and not any(units_left(claim).values())
            and any(line.shipped for line in claim.lines)
        )

    def _is_cancelled(self, cancellation: Cancellation) -> Flow[Effect]:
        known = yield from self._found_cancellation(cancellation)
        if isinstance(known, Applied) and (yield from self._lacks_status(cancellation.number)):
            return Rejected(reason="the order is not completed yet")
        return known

    def _found_cancellation(self, cancellation: Cancellation) -> Flow[Effect]:
        row = yield from self._row_of_order(cancellation.number)
        if row is None:
            return Rejected(reason="there is no such order")
        if has_mark(row, CANCELLED, cancellation.key):
            return Applied()
        if row.get("status") == "cancelled" and not cancellation.lines:
            return Applied()
        return (yield from self._found_refund(cancellation.number, cancellation.key))

    def _claim(self, row: Any) -> Flow[ChannelClaim | Rejected]:
        if row is None:
            return Rejected(reason="there is no such order")
        entry = yield from self._claimed(row)
        if entry is None:
            return Rejected(reason="the order cannot be read")
        return entry.claim


def units_left(claim: ChannelClaim) -> dict[LineId, int]:
    """Return the units of each line that have neither left nor been cancelled."""
    return {
        line.id: line.quantity - (line.cancelled or 0) - (line.shipped or 0)
        for line in claim.lines
    }


def _too_many(lines: Sequence[LineUnits], left: Mapping[LineId, int]) -> Rejected | None:
    if not lines:
        return Rejected(reason="nothing of the order is left")
    for line in lines:
        if line.quantity > left.get(line.line, 0):
            return Rejected(
                reason=f"line {line.line} has {left.get(line.line, 0)} units left, "
                f"not {line.quantity}"
            )
    return None
