"""Pulling orders, each with its refunds."""

from __future__ import annotations

from typing import Any

import attrs

from ecomkit.adapters.http import Flow, NotFoundError, Request, flow, path_of
from ecomkit.adapters.woocommerce._base import PER_PAGE_MAX, Rows, WooCommerceBase
from ecomkit.adapters.woocommerce._orders import entry_of_order, is_draft, read_again
from ecomkit.adapters.woocommerce._refunds import read_refund
from ecomkit.adapters.woocommerce._window import Window, unread
from ecomkit.channels import (
    ChannelRefund,
    Cursor,
    Faulty,
    OrderPage,
    PageEntry,
    Payload,
    ReadOrder,
    read_fields,
)
from ecomkit.money import Currency

__all__ = ["OrderPull"]

STEPS_MAX = 200


class OrderPull(WooCommerceBase):
    """The part of the client that reads orders."""

    @flow
    def orders_after(self, cursor: Cursor | None, *, page_size: int) -> Flow[OrderPage]:
        """
        Return the next orders; within a window of time they come by number, the last one first.

        A page has up to 99 orders, the most that the shop gives at once less one.
        """
        window = Window.of(cursor, owner=type(self).__name__)
        size = max(1, min(page_size, PER_PAGE_MAX - 1))
        entries: list[PageEntry] = []
        more = True
        while more and len(entries) < size:
            rows, window, more = yield from self._step(window, size - len(entries))
            for row in rows:
                if not is_draft(row):
                    entries.append((yield from self._entry(row)))  # noqa: PERF401 (it yields)
        return OrderPage(entries=entries, next=window.cursor, more=more)

    @flow
    def order(self, number: str) -> Flow[PageEntry | None]:
        """Return one order as it is now; None for a draft too, and for one that was deleted."""
        row = yield from self._row_of_order(number)
        if row is None or is_draft(row):
            return None
        return (yield from self._entry(row))

    def read_payload(self, payload: Payload) -> PageEntry:
        """Read *payload* with the code of today."""
        return read_again(payload)

    @flow
    def refunds(self, number: str) -> Flow[tuple[ChannelRefund, ...]]:
        """Return all refunds of one order, oldest first."""
        row = yield from self._row_of_order(number)
        if row is None:
            return ()
        return self._read_refunds(row, (yield from self._rows_of_refunds(number)))

    # -- for the other parts ----------------------------------------------------------------

    def _row_of_order(self, number: str) -> Flow[Any]:
        """Return the document of one order; None if there is none."""
        if not (number.isascii() and number.isdigit() and number[0] != "0"):
            return None
        try:
            reply = yield Request.get(path_of("orders", number), query=self._digits)
        except NotFoundError:
            return None
        return reply.json()

    def _rows_of_refunds(self, number: str) -> Flow[tuple[Any, ...]]:
        """Return the documents of an order's refunds; none if it was deleted meanwhile."""
        try:
            return (
                yield from self._all_rows(path_of("orders", number, "refunds"), query=self._digits)
            )
        except NotFoundError:
            return ()

    def _read_refunds(self, row: Any, rows: tuple[Any, ...]) -> tuple[ChannelRefund, ...]:
        """Return the refunds of an order out of its document and theirs."""
        currency = Currency.parse(row["currency"])
        found = []
        for refund in rows:
            read = read_fields(refund, lambda fields: read_refund(fields, currency=currency))
            if isinstance(read, Faulty):
                raise self._broke("refunds", read.explain())
            found.append(read.value)
        return tuple(found)

    def _claimed(self, row: Any) -> Flow[ReadOrder | None]:
        """Return a document read, with its refunds; None if it cannot be read."""
        entry = yield from self._entry(row)
        return entry if isinstance(entry, ReadOrder) else None

    # -- steps ------------------------------------------------------------------------------

    @property
    def _digits(self) -> dict[str, str]:
        return {"dp": str(self.currency.exponent)}

    def _entry(self, row: Any) -> Flow[PageEntry]:
        refunds: tuple[Any, ...] = ()
        if isinstance(row, dict) and row.get("refunds"):
            refunds = yield from self._rows_of_refunds(str(row.get("id")))
        return entry_of_order(self.channel, row, refunds)

    def _step(self, window: Window, size: int) -> Flow[tuple[list[Any], Window, bool]]:
        """Return some rows of *window*, the place after them, and whether there is more."""
        if window.upto is None:
            part = yield from self._part(window, offset=0, asked=size)
            window = window.begun(part.at, overlap=self.overlap)
            if part.is_end:
                return self._shelf_read(list(part.rows), window, part)
            window = attrs.evolve(window, upto=part.total, is_long=True)
        upto = window.upto or 0
        for _ in range(STEPS_MAX):
            offset = max(0, upto - size)
            part = yield from self._part(window, offset=offset, asked=size + 1)
            fresh, touches = unread(part, low=window.low)
            if not touches:
                upto += size
                continue
            taken = fresh[-size:]
            # The place of the first row taken; what stands before it is for later pages.
            upto = offset + len(fresh) - len(taken) if taken else min(offset, part.total)
            if taken:
                window = attrs.evolve(window, upto=upto, low=taken[0][0])
            if upto == 0:
                return self._shelf_read([row for _, row in taken], window, part)
            if taken:
                return [row for _, row in taken], window, True
        raise self._broke("orders_after", "its pages do not hold still")

    def _shelf_read(
        self, rows: list[Any], window: Window, part: Rows
    ) -> tuple[list[Any], Window, bool]:
        later = window.later_shelf()
        if later is not None:
            return rows, later, True
        after, more = window.later(part.at)
        return rows, after, more

    def _part(self, window: Window, *, offset: int, asked: int) -> Flow[Rows]:
        part = yield from self._rows_of(
            "/orders", query={**window.query, **self._digits}, offset=offset, asked=asked
        )
        if part.rows and not all(map(window.is_inside, part.rows)):
            raise self._broke(
                "orders_after", "it gave orders that did not change in the time asked for"
            )
        return part
