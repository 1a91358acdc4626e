"""A client for shops that run on django-oscar with its API, django-oscar-api."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Any, ClassVar

from oscar_orders import STATUSES, Stage, claim_of, number_in
from oscar_products import Product, StockRecord, product_of
from oscar_walk import Walk, looks

from ecomkit.adapters.http import (
    AsyncChannelClient,
    ChannelClient,
    CredentialsRefusedError,
    Flow,
    Kit,
    NotFoundError,
    Options,
    PermissionDeniedError,
    Repeat,
    Reply,
    Request,
    Site,
    StaticCredentials,
    UnreadableJsonError,
    Verdict,
    awaiting,
    basic,
    cursor_of,
    dump_json,
    flow,
    flow_of,
    parse_json,
    path_of,
    read_cursor,
    settled,
    verdict_of_status,
)
from ecomkit.channels import (
    AccountCheck,
    AccountReport,
    Applied,
    AsyncAccountCheck,
    AsyncCatalogSource,
    AsyncOrderSource,
    AsyncStockSink,
    AsyncStockSource,
    CatalogSource,
    ChannelAnswerError,
    Cursor,
    Effect,
    Faulty,
    Finding,
    Health,
    ListingPage,
    OrderPage,
    OrderSource,
    PageEntry,
    Payload,
    PayloadReader,
    Rejected,
    StockReading,
    StockResult,
    StockSink,
    StockSource,
    StockUpdate,
    UnreadableOrder,
    entry_of,
    instant_of,
    read_fields,
)
from ecomkit.identifiers import ChannelId, ListingId
from ecomkit.ports import Secret

__all__ = ["AsyncOscar", "Oscar"]

FORBIDDEN = 403
# Django REST framework answers 403 to a wrong password, and gives no code with it.
WRONG_PASSWORD = frozenset(
    {"Invalid username/password.", "Authentication credentials were not provided."}
)


class Oscar(
    ChannelClient,
    roles=(OrderSource, PayloadReader, CatalogSource, StockSource, StockSink, AccountCheck),
):
    """
    A django-oscar shop. Its API tells orders, products and stock; of them only stock can be set.

    Args:
        channel: The name of the account.
        url: The address of the API, such as ``https://shop.example/api``.
        username: Of a member of staff who may view orders and change stock records.
        password: Theirs.
        statuses: The shop's order statuses in the order that an order goes through them.
        overlap: How long an order is looked at again, even if its status is a last one.
        options: For requests without options of their own.
        kit: What the session runs on.
        site: In the place of the one made of *url*, for tests.
    """

    system: ClassVar[str] = "django-oscar"

    def __init__(
        self,
        channel: ChannelId,
        *,
        url: str = "",
        username: str,
        password: Secret,
        statuses: Mapping[str, Stage] = STATUSES,
        overlap: timedelta = timedelta(minutes=10),
        options: Options | None = None,
        kit: Kit | None = None,
        site: Site | None = None,
    ) -> None:
        super().__init__(
            channel,
            site=site or Site(base=url),
            credentials=StaticCredentials(items=[basic(username, password)]),
            options=options,
            kit=kit,
        )
        self.statuses = statuses
        self.overlap = overlap

    def verdict(self, request: Request, reply: Reply) -> Verdict:  # noqa: ARG002 (a hook)
        """Return what *reply* means: Django's own pages are no answer of the API."""
        found = verdict_of_status(reply.status)
        if found is Verdict.MISSING and not _is_json(reply):
            return Verdict.BROKEN  # no sign of a missing order: the whole API may be off
        if reply.status == FORBIDDEN and reply.json().get("detail") in WRONG_PASSWORD:
            return Verdict.UNAUTHORISED
        return found

    # -- orders -----------------------------------------------------------------------------

    @flow
    def orders_after(self, cursor: Cursor | None, *, page_size: int) -> Flow[OrderPage]:
        """
        Return orders that are new or have changed, by number.

        The API lists all orders, without the date of their last change. So each call looks at
        those that still can change, and goes around again if some do not look as they did.
        """
        walk = Walk.of(cursor)
        rows = {number: row for number, row in (yield from self._orders()) if number >= walk.since}
        given = {number: row for number, row in rows.items() if number <= walk.at}
        again = bool(walk.again) or looks(given) != walk.seen
        if again and len(given) == len(rows):
            given, again = {}, False
        rest = [number for number in sorted(rows) if number not in given]
        entries: list[PageEntry] = []
        for number in rest[:page_size]:
            given[number] = rows[number]
            lines = yield from self._list(path_of("admin", "orders", number, "lines") + "/")
            entries.append(self._entry(number, rows[number], lines))
        more = len(rest) > page_size or again
        at = max(given, default=walk.at)
        since = walk.since if more else min(self._unsettled(rows), default=at)
        walk = Walk(
            since=since,
            at=at,
            seen=looks({number: row for number, row in given.items() if number >= since}),
            again=int(again),
        )
        return OrderPage(entries=entries, next=walk.cursor, more=more)

    @flow
    def order(self, number: str) -> Flow[PageEntry | None]:
        """Return one order as it is now."""
        if not (number.isascii() and number.isdigit()):
            return None
        path = path_of("admin", "orders", number)
        try:
            reply = yield Request.get(path + "/")
        except NotFoundError:
            return None
        lines = yield from self._list(path + "/lines/")
        return self._entry(int(number), reply.json(), lines)

    def read_payload(self, payload: Payload) -> PageEntry:
        """Read a payload that was kept."""
        try:
            document = parse_json(payload.text)
        except UnreadableJsonError as error:
            return UnreadableOrder(payload=payload, faults=[error.message])
        return entry_of(
            payload,
            document,
            lambda fields: claim_of(fields, channel=self.channel, statuses=self.statuses),
        )

    def _orders(self) -> Flow[list[tuple[int, Any]]]:
        rows = yield from self._list("/admin/orders/")
        return [(self._number(row), row) for row in rows]

    def _entry(self, number: int, order: Any, lines: Sequence[Any]) -> PageEntry:
        email = order.get("email") if isinstance(order, dict) else None
        return self.read_payload(
            Payload(
                channel=self.channel,
                object_id=str(number),
                text=dump_json({"order": order, "lines": lines}),
                subject=email if isinstance(email, str) else None,
            )
        )

    def _unsettled(self, rows: Mapping[int, Any]) -> Iterable[int]:
        """Yield the orders that may still change, or that others may still come before."""
        since = self.kit.time.now() - self.overlap
        for number, row in rows.items():
            stage = self.statuses.get(str(row.get("status")), Stage.OPEN)
            try:
                is_young = instant_of(row.get("date_placed")) >= since
            except (TypeError, ValueError):
                is_young = True
            if stage is Stage.OPEN or is_young:
                yield number

    # -- listings and stock -----------------------------------------------------------------

    @flow
    def listings_after(self, cursor: Cursor | None, *, page_size: int) -> Flow[ListingPage]:
        """Return the products that can be bought, by number; at the end the cursor stays there."""
        at = 0
        if cursor is not None:
            at = read_cursor(cursor, lambda places: int(places["at"] or 0), owner="Oscar")
        rows = yield from self._list("/admin/products/")
        sold = {int(one.listing.id): one for one in map(self._product, rows) if one.is_sold}
        rest = [number for number in sorted(sold) if number > at]
        page = rest[:page_size]
        return ListingPage(
            listings=[sold[number].listing for number in page],
            next=cursor_of({"at": max(page, default=at)}),
            more=len(rest) > len(page),
        )

    @flow
    def read_stock(self, listings: Sequence[ListingId]) -> Flow[tuple[StockReading, ...]]:
        """Return what shoppers can buy: what is in stock without what is allocated to orders."""
        found = []
        for listing in listings:
            record = yield from self._record(listing)
            quantity = None if record is None else record.shown
            found.append(
                StockReading(listing=listing, quantity=quantity, read_at=self.kit.time.now())
            )
        return tuple(found)

    @property
    def push_rows_max(self) -> int:
        """The most rows that one push may hold: each needs calls of its own."""
        return 1

    @flow
    def push_stock(self, updates: Sequence[StockUpdate]) -> Flow[tuple[StockResult, ...]]:
        """
        Show the quantities, one after the other.

        The shop itself cannot compare, so its stock is read before it is written. Where nobody
        says how much is committed and it shows neither what is wanted nor what was expected,
        orders came in that nobody has pulled yet, and to write now would put their units up for
        sale once more.
        """
        results = []
        for update in updates:
            effect = yield from settled(self._push(update), read_back=partial(self._look, update))
            results.append(StockResult(listing=update.listing, effect=effect))
        return tuple(results)

    def _push(self, update: StockUpdate) -> Flow[Effect]:
        record = yield from self._record(update.listing)
        if record is None:
            return Rejected(reason="no product of this number has a stock record")
        if record.shown == update.quantity:
            return Applied()
        # The shop wants what is in stock. Open orders hold some of that, which our quantity does
        # not have in it: without adding it, each open order would be taken off twice. Orders
        # that nobody has pulled yet stay out of it: our quantity does not know of them.
        held = record.allocated
        if update.committed is not None:
            held = min(held, update.committed)
        elif update.expected not in {None, record.shown}:
            return Rejected(reason="it was sold from meanwhile", observed=record.shown)
        yield Request.patch(
            path_of("admin", "stockrecords", record.number) + "/",
            json={"num_in_stock": update.quantity + held},
            repeat=Repeat.AT_WILL,  # an absolute number
        )
        return Applied()

    def _look(self, update: StockUpdate) -> Flow[Effect]:
        [reading] = yield from flow_of(self.read_stock)([update.listing])
        is_shown = reading.quantity == update.quantity
        return Applied() if is_shown else Rejected(reason=f"it shows {reading.quantity}")

    def _record(self, listing: ListingId) -> Flow[StockRecord | None]:
        """Return the stock record that a product is sold from; None if there is none."""
        if not (listing.isascii() and listing.isdigit()):
            return None
        try:
            reply = yield Request.get(path_of("admin", "products", listing) + "/")
        except NotFoundError:
            return None
        return self._product(reply.json()).record

    # -- the account ------------------------------------------------------------------------

    @flow
    def check(self) -> Flow[AccountReport]:
        """Say whether the API is there, who we are to it, and whether its statuses are known."""
        try:
            orders = yield from self._orders()
        except CredentialsRefusedError as error:
            findings = [_bad("credentials", error.message)]
        except PermissionDeniedError as error:
            findings = [
                Finding(subject="credentials", health=Health.GOOD),
                _bad("staff who may view orders", error.message),
            ]
        except ChannelAnswerError as error:
            findings = [_bad("OSCARAPI_BLOCK_ADMIN_API_ACCESS = False", error.message)]
        else:
            unknown = sorted({str(row.get("status")) for _, row in orders} - set(self.statuses))
            findings = [
                Finding(subject="credentials", health=Health.GOOD),
                Finding(
                    subject="order statuses",
                    health=Health.DOUBTFUL if unknown else Health.GOOD,
                    text=f"name in statuses: {', '.join(unknown)}" if unknown else "",
                ),
            ]
        return AccountReport(channel=self.channel, findings=findings)

    # -- helpers ----------------------------------------------------------------------------

    def _list(self, path: str) -> Flow[list[Any]]:
        reply = yield Request.get(path)
        rows = reply.json()
        if not isinstance(rows, list):
            raise self._broke("no list; is the API paged? This client wants it whole")
        return rows

    def _product(self, document: Any) -> Product:
        found = read_fields(document, product_of)
        if isinstance(found, Faulty):
            raise self._broke(found.explain())
        return found.value

    def _number(self, row: Any) -> int:
        try:
            return int(number_in(row["url"]))
        except (TypeError, ValueError, LookupError):
            raise self._broke("something without an address") from None

    def _broke(self, why: str) -> ChannelAnswerError:
        return ChannelAnswerError(channel=self.channel, operation="read", why=why)


class AsyncOscar(
    AsyncChannelClient[Oscar],
    roles=(
        AsyncOrderSource,
        AsyncCatalogSource,
        AsyncStockSource,
        AsyncStockSink,
        AsyncAccountCheck,
    ),
):
    """The asyncio twin of :class:`Oscar`."""

    orders_after = awaiting(Oscar.orders_after)
    order = awaiting(Oscar.order)
    listings_after = awaiting(Oscar.listings_after)
    read_stock = awaiting(Oscar.read_stock)
    push_stock = awaiting(Oscar.push_stock)
    check = awaiting(Oscar.check)

    @property
    def push_rows_max(self) -> int:
        """The most rows that one push may hold."""
        return self.client.push_rows_max

    def read_payload(self, payload: Payload) -> PageEntry:
        """Read a payload that was kept."""
        return self.client.read_payload(payload)


def _is_json(reply: Reply) -> bool:
    return (reply.header("content-type") or "").startswith("application/json")


def _bad(subject: str, text: str) -> Finding:
    return Finding(subject=subject, health=Health.BAD, text=text)
