"""The shop with its merchant and its shoppers, for tests to play."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import final

from ecomkit.adapters.http import SystemTime, Timekeeper
from ecomkit.identifiers import LineId, ListingId
from ecomkit.money import Currency, Money
from ecomkit.testing.fakes._system import WireFaults
from ecomkit.testing.fakes.shopify import _subscriptions
from ecomkit.testing.fakes.shopify._giving_back import cancel_order, give_back, payments
from ecomkit.testing.fakes.shopify._order_state import (
    Fulfillment,
    FulfillmentLine,
    FulfillmentOrder,
    FulfillmentOrderLine,
    Line,
    Order,
    Refund,
    Return,
)
from ecomkit.testing.fakes.shopify._queries import OBJECTS_MAX
from ecomkit.testing.fakes.shopify._sales import fulfill, place_order, split_order, take_back
from ecomkit.testing.fakes.shopify._scopes import ALL_SCOPES
from ecomkit.testing.fakes.shopify._shelves import Shelves
from ecomkit.testing.fakes.shopify._state import Location
from ecomkit.testing.fakes.shopify._store import Store

__all__ = ["ShopifyFake"]


@final
class ShopifyFake(Shelves):
    """
    A Shopify shop with one app, an access token and a location.

    Args:
        time: Its clock; hand the same one to the client's kit.
        faults: How its wire misbehaves; not at all unless given.
        shop: Its name, ``name.myshopify.com``.
        currency: What it sells in.
        token: The access token of the app, which never expires. ``tokens.refresh_token`` buys
            others that do, at ``/admin/oauth/access_token``, for the app's id and secret.
        client_id: The app's id.
        webhook_secret: What webhooks are signed with: the app's client secret.
        scopes: What the merchant granted. Without ``read_all_orders`` orders are gone for the
            app after 60 days.
        per_second: Points that come back in a second.
        burst: Points that the bucket holds.
        objects_max: How far into a list one can page.
        job_seconds: How long a cancellation takes.
        bulk_seconds: How long a bulk export runs.
        storage: Where the files of exports lie: the start of an address.

    >>> from ecomkit.adapters.http import Kit
    >>> fake = ShopifyFake()
    >>> elephant = fake.put_up("ELEPHANT", quantity=10)
    >>> number = fake.sell([(elephant, 3, Money(1999, Currency.EUR))])
    >>> fake.shown(elephant)
    7
    >>> kit = Kit(transport=fake.transport, time=fake.time)
    """

    TOKEN = "shpat_fake"  # noqa: S105 (a fake's)
    CLIENT_ID = "app"
    WEBHOOK_SECRET = "hush"  # noqa: S105 (a fake's)

    def __init__(
        self,
        *,
        time: Timekeeper | None = None,
        faults: WireFaults | None = None,
        shop: str = "corner.myshopify.com",
        currency: Currency = Currency.EUR,
        token: str = TOKEN,
        client_id: str = CLIENT_ID,
        webhook_secret: str = WEBHOOK_SECRET,
        scopes: Iterable[str] = ALL_SCOPES,
        per_second: float = 100,
        burst: float = 2_000,
        objects_max: int = OBJECTS_MAX,
        job_seconds: float = 1,
        bulk_seconds: float = 5,
        storage: str = "https://storage.shopifyfake.example",
    ) -> None:
        clock = time or SystemTime()
        super().__init__(
            store=Store(time=clock, domain=shop, currency=currency, scopes=frozenset(scopes)),
            token=token,
            client_id=client_id,
            client_secret=webhook_secret,
            time=clock,
            faults=faults,
            per_second=per_second,
            burst=burst,
            objects_max=objects_max,
            job_seconds=job_seconds,
            bulk_seconds=bulk_seconds,
            storage=storage,
        )
        self.shop = shop
        self.webhook_secret = webhook_secret

    def sell(
        self,
        lines: Sequence[tuple[ListingId, int, Money]],
        *,
        number: str | None = None,
        paid: Money | None = None,
        buyer: str = "ada@example.com",
        at: datetime | None = None,
        shipping: Money | None = None,
        discount: Money | None = None,
        tax: Money | None = None,
        tax_on_top: Money | None = None,
        presentment: Currency | None = None,
        rate: Decimal = Decimal(1),
    ) -> str:
        """
        Sell; return the order's number, its numeric id.

        Args:
            lines: Listings, units and the price of one.
            number: Its numeric id; a new one unless given.
            paid: What was paid; all of it unless given.
            buyer: The address of who buys.
            at: When it was placed; now unless given.
            shipping: What sending it costs.
            discount: What is taken off, shared out over the lines.
            tax: The tax that the prices include, shared out over the lines.
            tax_on_top: The tax that comes on top of them, instead.
            presentment: The currency of the buyer, if it is another.
            rate: What one unit of the shop's currency is in the buyer's.
        """
        zero = Money.zero(lines[0][2].currency)
        order = place_order(
            self.store,
            lines=[(self.variant(listing), units, price) for listing, units, price in lines],
            number=None if number is None else int(number),
            at=at,
            buyer=buyer,
            shipping=shipping or zero,
            discount=discount or zero,
            tax=tax_on_top or tax or zero,
            taxes_included=tax_on_top is None,
            paid=paid,
            presentment=presentment or zero.currency,
            rate=rate,
        )
        return str(order.id)

    def order(self, number: str) -> Order:
        """Return the shop's own record of an order."""
        self.store.settle()
        return self.store.orders[int(number)]

    def touch(self, number: str) -> None:
        """Change something about an order that nobody needs."""
        order = self.order(number)
        order.note = f"looked at on {self.store.now():%d %B, %H:%M:%S}"
        self.store.changed(order)

    def _lines(self, number: str, quantities: Mapping[LineId, int]) -> list[tuple[Line, int]]:
        by_id = {LineId(str(line.id)): line for line in self.order(number).lines}
        return [(by_id[line], units) for line, units in quantities.items()]

    def cancel(self, number: str, quantities: Mapping[LineId, int] | None = None) -> None:
        """Cancel an order, or units of it that were not sent, and pay their value back."""
        order = self.order(number)
        if quantities is None:
            money = order.received - order.returned_money
            cancel_order(self.store, order=order, reason="OTHER", restock="CANCEL", money=money)
            return
        lines = self._lines(number, quantities)
        value = order.sum(
            line.share(line.total, units=units, before=line.refunded)
            if order.taxes_included
            else line.share(line.total, units=units, before=line.refunded)
            + line.share(line.tax, units=units, before=line.refunded)
            for line, units in lines
        )
        money = min(value, order.received - order.returned_money)
        give_back(
            self.store,
            order=order,
            lines=[(line, units, "CANCEL", None) for line, units in lines],
            moneys=[] if money.is_zero else payments(order, amount=money),
            shipping=Money.zero(order.currency),
        )

    def ship(
        self, number: str, quantities: Mapping[LineId, int], *, tracking: str | None = None
    ) -> None:
        """Send units of an order."""
        parts: list[tuple[FulfillmentOrder, FulfillmentOrderLine, int]] = []
        for line, wanted in self._lines(number, quantities):
            left = wanted
            for ordered in line.order.fulfillment_orders:
                for place in ordered.lines:
                    units = min(left, place.remaining) if place.line is line else 0
                    if units:
                        parts.append((ordered, place, units))
                        left -= units
            if left:
                raise ValueError(f"{wanted} of line {line.id} cannot be sent")
        fulfill(self.store, parts=parts, tracking=[(tracking, None)] if tracking else ())

    def refund(
        self,
        number: str,
        quantities: Mapping[LineId, int],
        *,
        amount: Money,
        restock: str | None = None,
    ) -> None:
        """Pay back; units that were sent come back to the shelf, others are cancelled."""
        order = self.order(number)
        rows: list[tuple[Line, int, str, Location | None]] = []
        for line, units in self._lines(number, quantities):
            unsent = min(units, line.unfulfilled)
            rows.extend(
                (line, count, restock or word, None)
                for word, count in (("CANCEL", unsent), ("RETURN", units - unsent))
                if count
            )
        give_back(
            self.store,
            order=order,
            lines=rows,
            moneys=[] if amount.is_zero else payments(order, amount=amount),
            shipping=Money.zero(order.currency),
        )

    def send_back(self, number: str, quantities: Mapping[LineId, int]) -> None:
        """Announce that units which were sent come back."""
        order = self.order(number)
        parts: list[tuple[FulfillmentLine, int, str, str]] = []
        for line, wanted in self._lines(number, quantities):
            left = wanted
            for sent in (one for parcel in order.fulfillments for one in parcel.lines):
                units = min(left, sent.quantity - sent.returning) if sent.line is line else 0
                if units:
                    parts.append((sent, units, "UNWANTED", ""))
                    left -= units
            if left:
                raise ValueError(f"{wanted} of line {line.id} cannot come back")
        take_back(self.store, order=order, parts=parts)

    def spoil(self, number: str) -> None:
        """Let an order say what no schema allows: no currency, no titles, quantities in words."""
        order = self.order(number)
        order.spoiled = True
        self.store.changed(order)

    def mend(self, number: str) -> None:
        """Let a spoiled order be as it was."""
        order = self.order(number)
        order.spoiled = False
        self.store.changed(order)

    def delay(self, number: str, seconds: float) -> None:
        """Keep an order out of lists for so long, as an index does that lags behind."""
        self.order(number).hidden_until = self.time.now() + timedelta(seconds=seconds)

    def move(self, number: str, quantities: Mapping[LineId, int], *, location: str) -> None:
        """Let units of an order be fulfilled from another location."""
        order = self.order(number)
        place = self.store.locations[int(location)]
        split_order(self.store, order=order, lines=self._lines(number, quantities), to=place)

    def hold(self, number: str) -> None:
        """Put an order's fulfilment on hold."""
        order = self.order(number)
        for one in order.fulfillment_orders:
            one.on_hold = True
        self.store.changed(order)

    def refunded(self, number: str) -> Money:
        """Return what was paid back of an order."""
        return self.order(number).returned_money

    def refunds(self, number: str) -> tuple[Refund, ...]:
        """Return the refunds of an order."""
        return tuple(self.order(number).refunds)

    def fulfilments(self, number: str) -> tuple[Fulfillment, ...]:
        """Return the parcels of an order."""
        return tuple(self.order(number).fulfillments)

    def returns(self, number: str) -> tuple[Return, ...]:
        """Return the returns of an order."""
        return tuple(self.order(number).returns)

    def break_bulk(self, *, rows: int | None = None) -> None:
        """Let the next bulk export break off after *rows*; the seed says where unless given."""
        self._bulk.breaks_after = self._random.randrange(1, 20) if rows is None else rows

    def webhooks(self) -> list[tuple[tuple[tuple[str, str], ...], bytes]]:
        """Return the deliveries due since the last call, as headers and body."""
        self.store.settle()
        return _subscriptions.deliver(self.store, secret=self.webhook_secret, version="2026-10")
