"""Pulling orders, in pages and one by one; nothing that does not fit into a page is lost."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ecomkit.adapters.http import Flow, dump_json, flow, parse_json
from ecomkit.adapters.shopify._base import ShopifyBase
from ecomkit.adapters.shopify._document import Document
from ecomkit.adapters.shopify._graphql_order import graphql_claim
from ecomkit.adapters.shopify._names import Node, gid, is_number, name_of
from ecomkit.adapters.shopify._order_documents import (
    FULFILLMENT_LINES,
    FULFILLMENTS_AT_ONCE,
    ORDER,
    ORDER_FULFILLMENTS,
    ORDER_LINES,
    ORDER_REFUNDS,
    ORDER_SHIPPING,
    ORDERS,
    REFUND_LINES,
    REFUNDS_AT_ONCE,
)
from ecomkit.adapters.shopify._pull import PullPlace
from ecomkit.adapters.shopify._rest_order import rest_claim
from ecomkit.channels import (
    Cursor,
    OrderPage,
    PageEntry,
    Payload,
    UnreadableOrder,
    entry_of,
    instant_of,
    text_of,
)
from ecomkit.errors import InputError

__all__ = ["OrderFlows"]

FULFILLMENTS_MAX = 150
REFUNDS_MAX = 50


class OrderFlows(ShopifyBase):
    """The flows of an order source."""

    @flow
    def orders_after(self, cursor: Cursor | None, *, page_size: int) -> Flow[OrderPage]:
        """
        Return the orders changed after *cursor*, oldest change first; closed and cancelled ones too.

        A page holds no more than a query may cost, whatever *page_size* says. A later pull
        starts a little before the latest change seen, for updates that Shopify shows late.
        """
        place = PullPlace.of(cursor)
        first = min(page_size, ORDERS.rows_max)
        variables = {} if place.query is None else {"query": place.query}
        data = yield from self._ask_page(ORDERS, first=first, after=place.after, **variables)
        found = data["orders"]
        nodes: list[Node] = found["nodes"][:first]
        changes = [change for node in nodes if (change := _change_of(node)) is not None]
        # Shopify drops a filter that it does not understand, and says nothing.
        if place.since is not None and any(change < place.since for change in changes):
            raise self._broken("orders_after", "orders from before the filter came")
        entries: list[PageEntry] = []
        for node in filter(self._is_wanted, nodes):
            whole = yield from self._whole(node)
            entries.append(self._entry(whole))
        place = place.seen(changes)
        page = found["pageInfo"]
        more = bool(page["hasNextPage"])
        if more:
            place = place.on(text_of(page["endCursor"]), rows=len(nodes))
        else:
            place = place.later(overlap=self._overlap)
        return OrderPage(entries=entries, next=place.cursor(), more=more)

    @flow
    def order(self, number: str) -> Flow[PageEntry | None]:
        """Return one order as it is now; None if there is none of that number, or a test is left out."""
        node = yield from self._order_node(number)
        if node is None or not self._is_wanted(node):
            return None
        return self._entry((yield from self._whole(node)))

    def read_payload(self, payload: Payload) -> PageEntry:
        """Read *payload* again: an order as GraphQL, as a webhook or as REST spells it."""
        try:
            document = parse_json(payload.text)
        except InputError as error:
            return UnreadableOrder(payload=payload, faults=[error.message])
        if isinstance(document, dict):
            if isinstance(document.get("order"), dict):
                document = document["order"]
            if "line_items" in document:
                return entry_of(payload, document, rest_claim(self.channel))
        return entry_of(payload, document, graphql_claim(self.channel))

    def _order_node(self, number: str) -> Flow[Node | None]:
        if not is_number(number):
            return None
        data = yield from self._ask(ORDER, id=gid("Order", number))
        node: Node | None = data["order"]
        return node

    def _entry(self, document: Node) -> PageEntry:
        customer = document.get("customer")
        names = customer if isinstance(customer, dict) else {}
        number = name_of(document.get("legacyResourceId")) or name_of(document.get("id"))
        payload = Payload(
            channel=self.channel,
            object_id=number or "unknown",
            text=dump_json(document),
            subject=name_of(names.get("legacyResourceId")),
        )
        return self.read_payload(payload)

    # -- what does not fit into a page -------------------------------------------------------

    def _whole(self, node: Node) -> Flow[Node]:
        """
        Return the order with all of its lists, as plain lists.

        What has another shape than it should stays as it is: the reader says what is wrong.
        """
        whole = dict(node)
        order = node.get("id")
        for name, document in (("lineItems", ORDER_LINES), ("shippingLines", ORDER_SHIPPING)):
            whole[name] = yield from self._gathered(
                node.get(name), document, "order", name, id=order
            )
        shipments = node.get("fulfillments")
        if _may_have_more(shipments, FULFILLMENTS_AT_ONCE):
            data = yield from self._ask(ORDER_FULFILLMENTS, id=order)
            shipments = _listed(data, "fulfillments", shipments, most=FULFILLMENTS_MAX)
        whole["fulfillments"] = yield from self._with_lines(
            shipments, FULFILLMENT_LINES, "fulfillment", "fulfillmentLineItems"
        )
        refunds = node.get("refunds")
        if _may_have_more(refunds, REFUNDS_AT_ONCE):
            data = yield from self._ask(ORDER_REFUNDS, id=order)
            refunds = _listed(data, "refunds", refunds, most=REFUNDS_MAX)
        whole["refunds"] = yield from self._with_lines(
            refunds, REFUND_LINES, "refund", "refundLineItems"
        )
        return whole

    def _with_lines(self, rows: Any, document: Document, owner: str, name: str) -> Flow[Any]:
        """Return *rows* with all of their lines; one that is only named so far gets them, too."""
        if not isinstance(rows, list):
            return rows
        whole = []
        for row in rows:
            if not isinstance(row, dict) or not isinstance(row.get("id"), str):
                whole.append(row)
                continue
            known = row.get(name, _FROM_THE_START)
            lines = yield from self._gathered(known, document, owner, name, id=row["id"])
            whole.append({**row, name: lines})
        return whole

    def _gathered(
        self, connection: Any, document: Document, *steps: str, **variables: Any
    ) -> Flow[Any]:
        """Return the nodes of *connection*, and of the pages after it."""
        if not isinstance(connection, dict):
            return connection
        nodes, page = connection.get("nodes"), connection.get("pageInfo")
        if not isinstance(nodes, list) or not isinstance(page, dict) or not page["hasNextPage"]:
            return nodes
        after = page["endCursor"]
        rest = yield from self._ask_all(document, *steps, after=after, **variables)
        return [*nodes, *rest]


_FROM_THE_START: Node = {"nodes": [], "pageInfo": {"hasNextPage": True, "endCursor": None}}


def _listed(data: Node, name: str, known: Any, *, most: int) -> Any:
    """Return all of a list that has no pages, with what is known of its first ones."""
    if data["order"] is None:
        return known
    found = data["order"][name]
    if len(found) >= most:
        # No list, so that the order is kept as one that cannot be read, and the others go on.
        return f"{most} or more, which cannot be paged"
    by_id = {one["id"]: one for one in known}
    kept = ("id", "legacyResourceId", "createdAt", "status", "note", "totalRefundedSet")
    return [by_id.get(one["id"], {key: one[key] for key in kept if key in one}) for one in found]


def _may_have_more(rows: Any, at_once: int) -> bool:
    return isinstance(rows, list) and len(rows) >= at_once


def _change_of(node: Node) -> datetime | None:
    try:
        return instant_of(node.get("updatedAt"))
    except (TypeError, ValueError):
        return None
