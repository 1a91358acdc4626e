"""Telling the shop that units have left, and that others will not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from ecomkit.adapters.http import Flow, RequestRefusedError, flow, settled
from ecomkit.adapters.vendure._base import TAKE_MAX
from ecomkit.adapters.vendure._documents import (
    ADD_FULFILLMENT,
    CANCEL_ORDER,
    ORDER_CANCELLATIONS,
    TRANSITION_FULFILLMENT,
)
from ecomkit.adapters.vendure._names import Node, has_mark, is_id, marked
from ecomkit.adapters.vendure._order_flows import OrderFlows
from ecomkit.adapters.vendure._stock_flows import StockFlows
from ecomkit.adapters.vendure._words import SHIPPED_STATES
from ecomkit.channels import Applied, Cancellation, Effect, Fulfilment, LineUnits, Rejected
from ecomkit.identifiers import ListingId

__all__ = ["FulfilmentFlows"]

HANDLER = "manual-fulfillment"
TOO_LITTLE_ON_HAND = "INSUFFICIENT_STOCK_ON_HAND_ERROR"
_NO_ORDER = Rejected(reason="there is no such order")


class FulfilmentFlows(OrderFlows, StockFlows):
    """The flows of a fulfilment sink and a cancel sink; shipping may have to mend a count."""

    @flow
    def push_fulfilment(self, fulfilment: Fulfilment) -> Flow[Effect]:
        """
        Make a fulfilment by hand and mark it as shipped; the same key twice counts once.

        The mark of the key stands behind the carrier's name, as the method; the tracking code
        stays as it is. Vendure stamps its own time.
        """
        return (
            yield from settled(
                self._ship(fulfilment), read_back=partial(self._read_shipped, fulfilment)
            )
        )

    @flow
    def read_fulfilment(self, fulfilment: Fulfilment) -> Flow[Effect]:
        """Say whether the fulfilment is there and shipped."""
        return (yield from self._read_shipped(fulfilment))

    @flow
    def push_cancellation(self, cancellation: Cancellation) -> Flow[Effect]:
        """
        Cancel units that are in no fulfilment; the same key twice counts once.

        Vendure would cancel units that have left as well, and count them back in: those are
        refused here. The mark of the key stands behind the reason, in the order's history.
        """
        return (
            yield from settled(
                self._cancel(cancellation), read_back=partial(self._read_cancelled, cancellation)
            )
        )

    @flow
    def read_cancellation(self, cancellation: Cancellation) -> Flow[Effect]:
        """Say whether the order's history has the cancellation."""
        return (yield from self._read_cancelled(cancellation))

    # -- shipping -----------------------------------------------------------------------------

    def _ship(self, fulfilment: Fulfilment) -> Flow[Effect]:
        order = yield from self._order_node(fulfilment.number)
        if order is None:
            return _NO_ORDER
        known = _shipment(order, fulfilment)
        if known is None:
            wanted = _asked(fulfilment.lines)
            if refusal := _too_many(wanted, _open_units(order)):
                return refusal
            known = yield from self._packed(order, fulfilment)
        if known["state"] == "Cancelled":
            return Rejected(reason="the shop has cancelled this fulfilment")
        if known["state"] not in SHIPPED_STATES:
            yield from self._do(TRANSITION_FULFILLMENT, id=known["id"], state="Shipped")
        return Applied()

    def _packed(self, order: Node, fulfilment: Fulfilment) -> Flow[Node]:
        """
        Make the fulfilment, also where the server thinks that too few units are on hand.

        Its count of what is promised loses some when many buy at once, and what is shown is made
        with that count. Units that have left were there: they are lent to the count, and taken
        back at once.
        """
        try:
            return (yield from self._do(ADD_FULFILLMENT, input=_input(fulfilment)))
        except RequestRefusedError as error:
            if error.facts.code != TOO_LITTLE_ON_HAND:
                raise
        lent = yield from self._lacking(order, fulfilment)
        yield from self._add_on_hand(lent)
        refused: RequestRefusedError | None = None
        made: Node = {}
        try:
            made = yield from self._do(ADD_FULFILLMENT, input=_input(fulfilment))
        except RequestRefusedError as error:
            refused = error
        yield from self._add_on_hand({listing: -units for listing, units in lent.items()})
        if refused is not None:
            raise refused
        return made

    def _lacking(self, order: Node, fulfilment: Fulfilment) -> Flow[dict[ListingId, int]]:
        """Return how many units of which listings are leaving and, as it seems, not on hand."""
        listings = {line["id"]: ListingId(line["productVariant"]["id"]) for line in order["lines"]}
        leaving: Counter[ListingId] = Counter()
        for line, quantity in _asked(fulfilment.lines).items():
            leaving[listings[line]] += quantity
        shelves = yield from self._shelves(leaving)
        lacking = {
            listing: quantity - shelves[listing].on_hand
            for listing, quantity in leaving.items()
            if listing in shelves
        }
        return {listing: units for listing, units in lacking.items() if units > 0}

    def _read_shipped(self, fulfilment: Fulfilment) -> Flow[Effect]:
        order = yield from self._order_node(fulfilment.number)
        if order is None:
            return _NO_ORDER
        known = _shipment(order, fulfilment)
        if known is None:
            return Rejected(reason="the shop has no such fulfilment")
        if known["state"] in SHIPPED_STATES:
            return Applied()
        return Rejected(reason=f"the fulfilment is {known['state']}, not Shipped")

    # -- cancelling ---------------------------------------------------------------------------

    def _cancel(self, cancellation: Cancellation) -> Flow[Effect]:
        known = yield from self._read_cancelled(cancellation)
        if isinstance(known, Applied):
            return known
        order = yield from self._order_node(cancellation.number)
        if order is None:
            return _NO_ORDER
        still_open = _open_units(order)
        wanted = _asked(cancellation.lines) or still_open
        if refusal := _too_many(wanted, still_open):
            return refusal
        yield from self._do(
            CANCEL_ORDER,
            input={
                "orderId": cancellation.number,
                "lines": list(_rows(wanted)),
                "reason": marked(cancellation.reason, cancellation.key),
                "cancelShipping": wanted == _units_left(order),
            },
        )
        return Applied()

    def _read_cancelled(self, cancellation: Cancellation) -> Flow[Effect]:
        if not is_id(cancellation.number):
            return _NO_ORDER
        skip = 0
        while True:
            order = yield from self._ask(
                ORDER_CANCELLATIONS, id=cancellation.number, skip=skip, take=TAKE_MAX
            )
            if order is None:
                return _NO_ORDER
            items = order["history"]["items"]
            if any(has_mark(item["data"].get("reason"), cancellation.key) for item in items):
                return Applied()
            if len(items) < TAKE_MAX:
                return Rejected(reason="the shop has no such cancellation")
            skip += TAKE_MAX


def _input(fulfilment: Fulfilment) -> Node:
    words = {
        "method": marked(fulfilment.carrier or "", fulfilment.key),
        "trackingCode": fulfilment.tracking or "",
    }
    return {
        "lines": list(_rows(_asked(fulfilment.lines))),
        "handler": {
            "code": HANDLER,
            "arguments": [{"name": name, "value": word} for name, word in words.items()],
        },
    }


def _asked(lines: Sequence[LineUnits]) -> Counter[str]:
    units: Counter[str] = Counter()
    for row in lines:
        units[row.line] += row.quantity
    return units


def _rows(units: Mapping[str, int]) -> Iterator[Node]:
    for line, quantity in units.items():
        yield {"orderLineId": line, "quantity": quantity}


def _shipment(order: Node, fulfilment: Fulfilment) -> Node | None:
    """Return the fulfilment that carries the mark."""
    rows: list[Node] = order.get("fulfillments") or []
    return next((row for row in rows if has_mark(row.get("method"), fulfilment.key)), None)


def _units_left(order: Node) -> Counter[str]:
    """Return the units of each line that are not cancelled."""
    return +Counter({line["id"]: line["quantity"] for line in order["lines"]})


def _open_units(order: Node) -> Counter[str]:
    """Return the units of each line that are neither cancelled nor in a fulfilment."""
    still_open = _units_left(order)
    for parcel in order.get("fulfillments") or []:
        if parcel["state"] != "Cancelled":
            for row in parcel["lines"]:
                still_open[row["orderLineId"]] -= row["quantity"]
    return +still_open


def _too_many(wanted: Mapping[str, int], still_open: Counter[str]) -> Rejected | None:
    if not wanted:
        return Rejected(reason="no units are left to ship")
    over = [line for line, quantity in wanted.items() if quantity > still_open[line]]
    if not over:
        return None
    return Rejected(reason=f"fewer units are left to ship of line {', '.join(sorted(over))}")
