"""The client: a folder of sheets as a channel."""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import final

import attrs

from ecomkit.adapters.csv._check import findings
from ecomkit.adapters.csv._columns import OrderColumns
from ecomkit.adapters.csv._dialect import CsvDialect
from ecomkit.adapters.csv._folder import Document, Folder, write_whole
from ecomkit.adapters.csv._index import Index, index_of
from ecomkit.adapters.csv._orders import OrderReader
from ecomkit.adapters.csv._sheet_columns import ListingColumns
from ecomkit.adapters.csv._sheets import read_listings, stock_sheet
from ecomkit.adapters.http import SystemTime, cursor_of, read_cursor
from ecomkit.channels import (
    AccountReport,
    Applied,
    ChannelUnavailableError,
    Cursor,
    Effect,
    Listing,
    ListingPage,
    OrderPage,
    PageEntry,
    Payload,
    Rejected,
    StockReading,
    StockResult,
    StockUpdate,
)
from ecomkit.errors import FieldError
from ecomkit.identifiers import ChannelId, ListingId
from ecomkit.ports import Clock

__all__ = ["CsvFiles"]

PUSH_ROWS_MAX = 10_000
START = (-1, -1)


@final
class CsvFiles:
    """
    A channel without an interface: a person puts exports in, and keys stock in from a sheet.

    In *folder* lie ``orders/``, where the exports of sales are put, each as it was downloaded;
    ``listings.csv``, what is on sale there; and ``stock.csv``, which this client writes: what
    each listing is to show. All but the folder itself may be missing.

    An order is what the newest export says of it; how new an export is says the moment at which
    its file was written. Exports that overlap, or are put in twice, lead to the same claims. The
    version of a claim is the moment of the export that first showed the order so, in
    microseconds. Listings are unknown to the stock sheet unless ``listings.csv`` has them.

    One process writes a folder's stock sheet at a time; any number may read.

    Args:
        channel: The name of the account.
        folder: Where the files lie.
        orders: How orders stand in an export.
        dialect: How the sheets spell things.
        listings: How listings stand in ``listings.csv`` and ``stock.csv``.
        clock: Stamps readings; the machine's time unless given.
    """

    push_rows_max = PUSH_ROWS_MAX

    def __init__(
        self,
        channel: ChannelId,
        *,
        folder: Path,
        orders: OrderColumns,
        dialect: CsvDialect,
        listings: ListingColumns | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._channel = channel
        self._folder = Path(folder)
        self._exports = Folder(self._folder / "orders")
        self._reader = OrderReader(columns=orders, dialect=dialect)
        self._columns = listings or ListingColumns()
        self._clock = clock or SystemTime()
        # What was read last, for as long as no file changes: nothing that a cursor relies on.
        self._read: tuple[tuple[Document, ...], Index] | None = None
        self._lock = threading.Lock()

    @property
    def channel(self) -> ChannelId:
        """The name of the account."""
        return self._channel

    @property
    def stock_path(self) -> Path:
        """Where the stock sheet is written."""
        return self._folder / "stock.csv"

    @property
    def listings_path(self) -> Path:
        """Where the listings are read from."""
        return self._folder / "listings.csv"

    def check(self) -> AccountReport:
        """Say what of the files can be read, and what is wrong with the rest; changes nothing."""
        return AccountReport(channel=self._channel, findings=findings(self))

    # -- orders in --------------------------------------------------------------------------

    def orders_after(self, cursor: Cursor | None, *, page_size: int) -> OrderPage:
        """
        Return orders by the export that last changed them, oldest first.

        Where a file was changed, taken away or put in with an older date since the cursor was
        given, or the mapping was mended, the list is told again from its beginning.
        """
        _at_least_1(page_size)
        place, seen = (
            (START, "") if cursor is None else read_cursor(cursor, _place, owner="CsvFiles")
        )
        index = self._index()
        if index.seen(place[0]) != seen:
            place = START
        start = bisect_right(index.kept, place, key=lambda kept: kept.place)
        chosen = index.kept[start : start + page_size]
        version, row = chosen[-1].place if chosen else place
        return OrderPage(
            entries=[self._reader.read(kept.payload(self._channel)) for kept in chosen],
            next=cursor_of({"version": version, "row": row, "seen": index.seen(version)}),
            more=start + len(chosen) < len(index.kept),
        )

    def order(self, number: str) -> PageEntry | None:
        """Return one order as the newest export shows it."""
        kept = self._index().by_name.get(number)
        return None if kept is None else self._reader.read(kept.payload(self._channel))

    def read_payload(self, payload: Payload) -> PageEntry:
        """Read the raw rows of an order again with the mapping of today."""
        return self._reader.read(payload)

    def _index(self) -> Index:
        with self._lock, self._reached("read orders"):
            documents = self._exports.documents()
            if not documents:
                self._at_hand()
            if self._read is None or self._read[0] != documents:
                index = index_of(self._exports, documents, reader=self._reader)
                self._read = documents, index
            return self._read[1]

    # -- listings in ------------------------------------------------------------------------

    def listings_after(self, cursor: Cursor | None, *, page_size: int) -> ListingPage:
        """
        Return the listings of ``listings.csv`` by id.

        Raises:
            CsvFileError: With every fault in it: nothing is adopted from half a list.
        """
        _at_least_1(page_size)
        after = "" if cursor is None else cursor.token
        shown = self._shown()
        ids = sorted(listing for listing in shown if listing > after)
        chosen = ids[:page_size]
        return ListingPage(
            listings=[shown[listing] for listing in chosen],
            next=Cursor(chosen[-1] if chosen else after),
            more=len(ids) > len(chosen),
        )

    # -- stock out, and read back -----------------------------------------------------------

    def push_stock(self, updates: Sequence[StockUpdate]) -> tuple[StockResult, ...]:
        """
        Write the stock sheet anew with these numbers: the whole file or nothing of it.

        Raises:
            ChannelUnavailableError: If the file cannot be written; the old one is left.
            CsvFileError: If a sheet that it is made of cannot be read.
        """
        with self._lock:
            shown = self._shown()
            results = tuple(
                StockResult(listing=update.listing, effect=_show(shown, update))
                for update in updates
            )
            if any(isinstance(result.effect, Applied) for result in results):
                sheet = stock_sheet(
                    shown.values(), dialect=self._reader.dialect, columns=self._columns
                )
                with self._reached("push stock"):
                    write_whole(self.stock_path, sheet)
        return results

    def read_stock(self, listings: Sequence[ListingId]) -> tuple[StockReading, ...]:
        """Return what the stock sheet shows; what it does not name, as ``listings.csv`` has it."""
        shown = self._shown()
        now = self._clock.now()
        return tuple(
            StockReading(
                listing=listing,
                quantity=shown[listing].quantity if listing in shown else None,
                read_at=now,
            )
            for listing in listings
        )

    def _shown(self) -> dict[ListingId, Listing]:
        """Return what is on sale, with the quantities of the stock sheet where it has them."""
        on_sale = self._sheet(self.listings_path)
        keyed_in = {listing.id: listing.quantity for listing in self._sheet(self.stock_path)}
        return {
            listing.id: attrs.evolve(listing, quantity=keyed_in.get(listing.id, listing.quantity))
            for listing in on_sale
        }

    def _sheet(self, path: Path) -> tuple[Listing, ...]:
        with self._reached("read stock"):
            try:
                data = path.read_bytes()
            except FileNotFoundError:
                self._at_hand()
                return ()
        return read_listings(
            data, dialect=self._reader.dialect, columns=self._columns, name=path.name
        )

    def _at_hand(self) -> None:
        """Tell an empty folder from one that is not there, such as a drive that is unplugged."""
        list(self._folder.iterdir())

    @contextmanager
    def _reached(self, operation: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise ChannelUnavailableError(
                channel=self._channel, operation=operation, why=error.strerror or str(error)
            ) from error


def _show(shown: dict[ListingId, Listing], update: StockUpdate) -> Effect:
    known = shown.get(update.listing)
    if known is None:
        return Rejected(reason="listings.csv has no such listing")
    if update.expected is not None and known.quantity != update.expected:
        return Rejected(reason="the sheet shows another quantity", observed=known.quantity)
    shown[update.listing] = attrs.evolve(known, quantity=update.quantity)
    return Applied()


def _place(parts: Mapping[str, str | int | None]) -> tuple[tuple[int, int], str]:
    version, row, seen = parts["version"], parts["row"], parts["seen"]
    if type(version) is not int or type(row) is not int or not isinstance(seen, str):
        raise TypeError(parts)
    return (version, row), seen


def _at_least_1(page_size: int) -> None:
    if page_size < 1:
        raise FieldError(owner="CsvFiles", field="page_size", got=page_size, wanted="1 or more")
