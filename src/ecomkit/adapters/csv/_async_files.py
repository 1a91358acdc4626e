"""The same client for asyncio: files are read and written in a thread."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import final

from ecomkit.adapters.csv._files import CsvFiles
from ecomkit.channels import (
    AccountReport,
    Cursor,
    ListingPage,
    OrderPage,
    PageEntry,
    Payload,
    StockReading,
    StockResult,
    StockUpdate,
)
from ecomkit.identifiers import ChannelId, ListingId

__all__ = ["AsyncCsvFiles"]


@final
class AsyncCsvFiles:
    """
    The asyncio twin of :class:`CsvFiles`: each call runs in a thread, so that the loop goes on.

    A call that is cancelled ends in its thread all the same: a sheet is written whole or not.
    """

    def __init__(self, files: CsvFiles) -> None:
        self._files = files

    @property
    def channel(self) -> ChannelId:
        """The name of the account."""
        return self._files.channel

    @property
    def push_rows_max(self) -> int:
        """The most rows that one push may hold."""
        return self._files.push_rows_max

    async def check(self) -> AccountReport:
        """Say what of the files can be read, and what is wrong with the rest."""
        return await asyncio.to_thread(self._files.check)

    async def orders_after(self, cursor: Cursor | None, *, page_size: int) -> OrderPage:
        """Return orders by the export that last changed them, oldest first."""
        return await asyncio.to_thread(self._files.orders_after, cursor, page_size=page_size)

    async def order(self, number: str) -> PageEntry | None:
        """Return one order as the newest export shows it."""
        return await asyncio.to_thread(self._files.order, number)

    def read_payload(self, payload: Payload) -> PageEntry:
        """Read the raw rows of an order again: no file is touched, so nothing is awaited."""
        return self._files.read_payload(payload)

    async def listings_after(self, cursor: Cursor | None, *, page_size: int) -> ListingPage:
        """Return the listings of ``listings.csv`` by id."""
        return await asyncio.to_thread(self._files.listings_after, cursor, page_size=page_size)

    async def push_stock(self, updates: Sequence[StockUpdate]) -> tuple[StockResult, ...]:
        """Write the stock sheet anew with these numbers."""
        return await asyncio.to_thread(self._files.push_stock, updates)

    async def read_stock(self, listings: Sequence[ListingId]) -> tuple[StockReading, ...]:
        """Return what the stock sheet shows."""
        return await asyncio.to_thread(self._files.read_stock, listings)
