"""Pulling orders, in pages and one by one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from ecomkit.adapters.http import Flow, NotFoundError, dump_json, flow, parse_json
from ecomkit.adapters.vendure._base import TAKE_MAX, VendureBase
from ecomkit.adapters.vendure._documents import CHANGES, ORDER, ORDERS
from ecomkit.adapters.vendure._names import Node, id_order, is_id
from ecomkit.adapters.vendure._order import claim_of, last_change
from ecomkit.adapters.vendure._pull import AllOrders, ChangedOrders, place_of
from ecomkit.adapters.vendure._walk import stretch
from ecomkit.channels import (
    Built,
    Cursor,
    OrderPage,
    PageEntry,
    Payload,
    UnreadableOrder,
    entry_of,
    identity,
    read_fields,
)
from ecomkit.errors import InputError

__all__ = ["OrderFlows"]

PAGE_MAX = 100
"""Orders with all that hangs on them are heavy for the server: 100 took it a second."""

LOOK_MAX = 500
"""Their instants alone are light."""

# A cart is active; a draft that the merchant made was never placed.
_PLACED = {"active": {"eq": False}, "orderPlacedAt": {"isNull": False}}
_BY_ID = {"id": "ASC"}
# What can still change, beyond a refund, is in none of these states.
_DONE = ("Shipped", "Delivered", "Cancelled")


class OrderFlows(VendureBase):
    """The flows of an order source."""

    @flow
    def orders_after(self, cursor: Cursor | None, *, page_size: int) -> Flow[OrderPage]:
        """
        Return the orders changed after *cursor*; the first pull goes through all by id.

        A page holds no more than 100. A later pull starts a little before the newest change
        that was seen, for what shows late.
        """
        size = min(page_size, PAGE_MAX)
        place = place_of(cursor, now=self.kit.time.now() - self._overlap)
        if isinstance(place, AllOrders):
            return (yield from self._all(place, size=size))
        return (yield from self._changed(place, size=size))

    @flow
    def order(self, number: str) -> Flow[PageEntry | None]:
        """Return one order as it is now; None for a cart or a draft, and where there is none."""
        node = yield from self._order_node(number)
        if node is None or node.get("active") is True or node.get("orderPlacedAt") is None:
            return None
        return self._entry(node)

    def read_payload(self, payload: Payload) -> PageEntry:
        """Read *payload* again."""
        try:
            document = parse_json(payload.text)
        except InputError as error:
            return UnreadableOrder(payload=payload, faults=[error.message])
        return entry_of(payload, document, claim_of(self.channel, precision=self._precision))

    def _order_node(self, number: str) -> Flow[Node | None]:
        """Return an order of that id, whatever state it is in."""
        if not is_id(number):
            return None
        try:
            node: Node | None = yield from self._ask(ORDER, id=number)
        except NotFoundError:
            return None
        return node

    # -- the two parts of a pull --------------------------------------------------------------

    def _all(self, place: AllOrders, *, size: int) -> Flow[OrderPage]:
        found = yield from stretch(
            partial(self._rows, ORDERS, filter=_PLACED),
            skip=place.skip,
            last=place.last,
            size=size,
        )
        entries = [self._entry(node) for node in found.rows]
        if found.more:
            here = AllOrders(since=place.since, skip=found.skip, last=found.last)
            return OrderPage(entries=entries, next=here.cursor(), more=True)
        # What changed meanwhile comes next; where nothing was given there is nothing to look for.
        after = ChangedOrders(since=place.since)
        return OrderPage(entries=entries, next=after.cursor(), more=found.skip > 0)

    def _changed(self, place: ChangedOrders, *, size: int) -> Flow[OrderPage]:
        ahead = yield from self._ahead(place)
        ids = [id_ for _, id_ in ahead[:size]]
        nodes = yield from self._nodes(ids)
        more = len(ahead) > size
        for changed, id_ in ahead[:size]:
            place = place.on(changed, id_)
        if not more:
            place = place.later(overlap=self._overlap)
        return OrderPage(
            entries=[self._entry(nodes[id_]) for id_ in ids if id_ in nodes],
            next=place.cursor(),
            more=more,
        )

    def _ahead(self, place: ChangedOrders) -> Flow[list[tuple[datetime, str]]]:
        """Return when which orders changed that are still to be given, oldest change first."""
        worth_a_look = [
            {"orderPlacedAt": {"after": _spelt(place.oldest(watch=self._watch))}},
            {"updatedAt": {"after": _spelt(place.since)}},
            {"state": {"notIn": list(_DONE)}},
        ]
        rows = partial(self._rows, CHANGES, filter={"_and": [_PLACED, {"_or": worth_a_look}]})
        found: dict[str, datetime] = {}
        skip, last, more = 0, "", True
        while more:
            some = yield from stretch(rows, skip=skip, last=last, size=LOOK_MAX)
            for row in some.rows:
                changed = read_fields(row, last_change)
                if not isinstance(changed, Built) or changed.value is None:
                    raise self._broken("orders_after", "an order without instants")
                if place.is_ahead(changed.value, row["id"]):
                    found[row["id"]] = changed.value
            skip, last, more = some.skip, some.last, some.more
        return sorted(
            ((changed, id_) for id_, changed in found.items()),
            key=lambda one: (one[0], id_order(one[1])),
        )

    def _nodes(self, ids: Sequence[str]) -> Flow[dict[str, Node]]:
        """Return the orders of these ids."""
        if not ids:
            return {}
        rows = yield from self._rows(ORDERS, 0, len(ids), filter={"id": {"in": list(ids)}})
        return {row["id"]: row for row in rows}

    def _rows(self, document: Any, skip: int, take: int, *, filter: Node) -> Flow[list[Node]]:  # noqa: A002 (as Vendure names it)
        """Return rows of a list by id, from a position."""
        options = {
            "skip": skip,
            "take": min(take, TAKE_MAX),
            "sort": _BY_ID,
            "filter": filter,
        }
        found = yield from self._ask(document, options=options)
        rows: list[Node] = found["items"]
        return rows

    def _entry(self, document: Node) -> PageEntry:
        customer = document.get("customer")
        payload = Payload(
            channel=self.channel,
            object_id=_name_of(document.get("id")),
            text=dump_json(document),
            subject=_name_of(customer.get("id")) if isinstance(customer, dict) else None,
        )
        return self.read_payload(payload)


def _spelt(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")


def _name_of(raw: object) -> str:
    """Return what an order that may not be readable is called."""
    try:
        return identity(raw)
    except (TypeError, ValueError):
        return "unknown"
