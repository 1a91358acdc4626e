"""Exporting many orders at once: Shopify writes a file, and says when it is there."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, final

import attrs

from ecomkit._checks import as_tuple
from ecomkit.adapters.http import Flow, Request, Signing, flow, parse_json
from ecomkit.adapters.shopify._documents import BULK_OPERATION, BULK_RUN
from ecomkit.adapters.shopify._names import Node
from ecomkit.adapters.shopify._order_documents import BULK_ORDERS
from ecomkit.adapters.shopify._order_flows import OrderFlows
from ecomkit.channels import PageEntry
from ecomkit.timeline import format_instant

__all__ = ["BulkFlows", "BulkOrders"]

_RUNNING = frozenset({"CANCELING", "CREATED", "RUNNING"})


@final
@attrs.frozen(kw_only=True)
class BulkOrders:
    """
    What a bulk export held.

    Args:
        entries: The orders that the file tells all of.
        partial: The numbers of those it does not: with fulfilments or refunds, whose lines no
            export can hold. Read them with ``order()``.
    """

    entries: tuple[PageEntry, ...] = attrs.field(converter=as_tuple)
    partial: tuple[str, ...] = attrs.field(converter=as_tuple)


class BulkFlows(OrderFlows):
    """
    The flows of a bulk export, for the first pull of a large shop.

    It costs no points. Shopify runs one export at a time for an application.
    """

    @flow
    def start_bulk_orders(self, *, since: datetime | None = None) -> Flow[str]:
        """
        Have Shopify write down all orders changed at or after *since*; return the export's id.

        Raises:
            RequestRefusedError: If Shopify does not start one, such as since another one runs.
        """
        query = ""
        if since is not None:
            query = f"updated_at:>='{format_instant(since.replace(microsecond=0))}'"
        data = yield from self._ask(BULK_RUN, query=BULK_ORDERS % {"query": query})
        made = data["bulkOperationRunQuery"]
        if made["userErrors"]:
            raise self._refused("start_bulk_orders", made["userErrors"])
        operation: str = made["bulkOperation"]["id"]
        return operation

    @flow
    def bulk_orders(self, operation: str) -> Flow[BulkOrders | None]:
        """
        Return what the export *operation* holds; None for as long as it runs.

        The whole file is held in memory, up to the ``body_bytes_max`` of the client's options.

        Raises:
            ChannelAnswerError: If the export failed, or its file is not whole. A part of it
                (``partialDataUrl``) is never taken for all of it.
        """
        data = yield from self._ask(BULK_OPERATION, id=operation)
        state = data["bulkOperation"]
        if state is None:
            raise self._broken("bulk_orders", "there is no such export")
        if state["status"] in _RUNNING:
            return None
        if state["status"] != "COMPLETED":
            why = f"the export ended as {state['status']} ({state['errorCode'] or 'no code'})"
            raise self._broken("bulk_orders", why)
        rows: list[Any] = []
        if state["url"] is not None:
            # Its address is signed, and the shop's token is no business of its host.
            reply = yield Request.get(state["url"], signing=Signing.NONE, operation="bulk_file")
            rows = [parse_json(line) for line in reply.body.splitlines() if line.strip()]
        if len(rows) != int(state["objectCount"]):
            why = f"the file holds {len(rows)} objects of {state['objectCount']}"
            raise self._broken("bulk_orders", why)
        return self._sorted_out(self._assembled(rows))

    def _assembled(self, rows: Iterable[Node]) -> list[Node]:
        """Return the orders with what stands below them: children come after, and name their parent."""
        orders: dict[str, Node] = {}
        for row in rows:
            parent = row.pop("__parentId", None)
            if parent is None:
                # In the order of pages, so that the two give the same payload.
                lists = {name: row.pop(name) for name in ("fulfillments", "refunds")}
                orders[row["id"]] = {**row, "shippingLines": [], "lineItems": [], **lists}
                continue
            if parent not in orders:
                raise self._broken("bulk_orders", "a row is of an order that is not in the file")
            is_line = "/LineItem/" in row["id"]
            if not is_line:
                # Pages do not ask for it; an export has to.
                del row["id"]
            orders[parent]["lineItems" if is_line else "shippingLines"].append(row)
        return list(orders.values())

    def _sorted_out(self, orders: Iterable[Node]) -> BulkOrders:
        entries = []
        partial = []
        for order in orders:
            if not self._is_wanted(order):
                continue
            if order["fulfillments"] or order["refunds"]:
                partial.append(str(order["legacyResourceId"]))
            else:
                entries.append(self._entry(order))
        return BulkOrders(entries=entries, partial=partial)
