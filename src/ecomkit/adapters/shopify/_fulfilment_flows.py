"""Telling Shopify that units have left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from ecomkit.adapters.http import Flow, flow, settled
from ecomkit.adapters.shopify._base import ShopifyBase, words_of
from ecomkit.adapters.shopify._documents import (
    FULFILLMENT_CREATE,
    FULFILLMENT_ORDER_LINES,
    FULFILLMENT_ORDERS,
)
from ecomkit.adapters.shopify._names import Node, gid, is_number, number_of_gid
from ecomkit.adapters.shopify._order_documents import FULFILLMENT_LINES, ORDER_FULFILLMENTS
from ecomkit.channels import Applied, Effect, Fulfilment, LineUnits, Rejected, instant_of
from ecomkit.identifiers import LineId

__all__ = ["FulfilmentFlows", "units_by_line"]

NO_ORDER = Rejected(reason="Shopify has no such order")
_NOT_THERE = Rejected(reason="Shopify does not show this fulfilment")
_UNDONE = frozenset({"CANCELLED", "ERROR", "FAILURE"})


class FulfilmentFlows(ShopifyBase):
    """
    The flows of a fulfilment sink.

    Shopify keeps no key with a fulfilment. With a tracking number, one of that number and of
    these units is ours. Without one, a fulfilment of just these units, without tracking, made
    since they left is taken for ours: give tracking numbers where a line leaves in equal parts.
    """

    @flow
    def push_fulfilment(self, fulfilment: Fulfilment) -> Flow[Effect]:
        """Tell Shopify; shoppers are not written to. One that it shows already is not told again."""
        return (
            yield from settled(
                self._push_fulfilment(fulfilment),
                read_back=lambda: self._read_fulfilment(fulfilment),
            )
        )

    @flow
    def read_fulfilment(self, fulfilment: Fulfilment) -> Flow[Effect]:
        """Say whether Shopify shows it."""
        return (yield from self._read_fulfilment(fulfilment))

    def _read_fulfilment(self, fulfilment: Fulfilment) -> Flow[Effect]:
        if not is_number(fulfilment.number):
            return NO_ORDER
        data = yield from self._ask(ORDER_FULFILLMENTS, id=gid("Order", fulfilment.number))
        if data["order"] is None:
            return NO_ORDER
        wanted = units_by_line(fulfilment.lines)
        for row in data["order"]["fulfillments"]:
            if not _may_be(row, fulfilment):
                continue
            lines = yield from self._ask_all(
                FULFILLMENT_LINES, "fulfillment", "fulfillmentLineItems", id=row["id"]
            )
            found: Counter[LineId] = Counter()
            for line in lines:
                found[LineId(number_of_gid(line["lineItem"]["id"]))] += line["quantity"] or 0
            if found == wanted:
                return Applied()
        return _NOT_THERE

    def _push_fulfilment(self, fulfilment: Fulfilment) -> Flow[Effect]:
        known = yield from self._read_fulfilment(fulfilment)
        if known != _NOT_THERE:
            return known
        places = yield from self._open_places(gid("Order", fulfilment.number))
        chosen = _chosen(units_by_line(fulfilment.lines), places)
        if isinstance(chosen, Rejected):
            return chosen
        tracking = {"company": fulfilment.carrier, "number": fulfilment.tracking}
        told = {name: text for name, text in tracking.items() if text}
        data = yield from self._ask(
            FULFILLMENT_CREATE,
            fulfillment={
                "lineItemsByFulfillmentOrder": chosen,
                "notifyCustomer": False,
                **({"trackingInfo": told} if told else {}),
            },
        )
        errors = data["fulfillmentCreate"]["userErrors"]
        return Rejected(reason=words_of(errors)) if errors else Applied()

    def _open_places(self, order: str) -> Flow[list[Node]]:
        """
        Return the fulfilment orders that can be fulfilled now, with their lines.

        Those of our own location come first.
        """
        orders = yield from self._ask_all(
            FULFILLMENT_ORDERS, "order", "fulfillmentOrders", id=order
        )
        places = []
        for one in orders:
            if all(action["action"] != "CREATE_FULFILLMENT" for action in one["supportedActions"]):
                continue
            lines = yield from self._ask_all(
                FULFILLMENT_ORDER_LINES, "fulfillmentOrder", "lineItems", id=one["id"]
            )
            at = (one["assignedLocation"] or {}).get("location") or {}
            places.append({"id": one["id"], "at": at.get("id"), "lines": lines})
        return sorted(places, key=lambda place: place["at"] != self._location)


def units_by_line(lines: Sequence[LineUnits]) -> Counter[LineId]:
    """Return the units of each line, also where a line stands twice."""
    found: Counter[LineId] = Counter()
    for units in lines:
        found[units.line] += units.quantity
    return found


def _may_be(row: Node, fulfilment: Fulfilment) -> bool:
    if row["status"] in _UNDONE:
        return False
    numbers = [one["number"] for one in row["trackingInfo"] if one["number"]]
    if fulfilment.tracking:
        return fulfilment.tracking in numbers
    made: datetime = instant_of(row["createdAt"])
    # Shopify tells whole seconds.
    return not numbers and made >= fulfilment.shipped_at.replace(microsecond=0)


def _chosen(wanted: Mapping[LineId, int], places: Sequence[Node]) -> list[Node] | Rejected:
    """
    Return which units of which fulfilment orders make up what is *wanted*.

    One call holds fulfilment orders of one location only, so each location is tried by itself.
    """
    if not wanted:
        return Rejected(reason="it names no units")
    for at in dict.fromkeys(place["at"] for place in places):
        left = dict(wanted)
        chosen: list[Node] = []
        for place in places:
            if place["at"] != at:
                continue
            rows = []
            for line in place["lines"]:
                key = LineId(number_of_gid(line["lineItem"]["id"]))
                taken = min(left.get(key, 0), line["remainingQuantity"])
                if taken > 0:
                    left[key] -= taken
                    rows.append({"id": line["id"], "quantity": taken})
            if rows:
                chosen.append(
                    {"fulfillmentOrderId": place["id"], "fulfillmentOrderLineItems": rows}
                )
        if not any(left.values()):
            return chosen
    return Rejected(
        reason="no location has all of these units open to be fulfilled: they are on hold, "
        "cancelled, with a fulfilment service, gone already, or spread over locations"
    )
