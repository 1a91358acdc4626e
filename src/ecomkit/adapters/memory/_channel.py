"""The reference channel: a marketplace in memory, with all the ways a real one misbehaves."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, final

import attrs

from ecomkit.adapters.memory._faults import ChannelFaults, FaultDice
from ecomkit.adapters.memory._wire import dump, read_order
from ecomkit.channels import (
    Applied,
    Cursor,
    Effect,
    Fulfilment,
    Listing,
    ListingPage,
    OrderPage,
    PageEntry,
    Payload,
    Refund,
    Rejected,
    StockReading,
    StockResult,
    StockUpdate,
)
from ecomkit.errors import FieldError, InputError
from ecomkit.identifiers import ChannelId, LineId, ListingId
from ecomkit.money import Money
from ecomkit.orders import Charge
from ecomkit.ports import Clock
from ecomkit.timeline import format_instant

__all__ = ["Comparison", "MemoryChannel", "SoldLine", "UnknownOrderNumberError"]

PUSH_ROWS_MAX = 50
PLACE_DIGITS_MAX = 18


@attrs.frozen(kw_only=True)
class UnknownOrderNumberError(InputError):
    """
    Raised when an order is changed that the memory channel never sold.

    >>> print(UnknownOrderNumberError(number="1001"))
    the channel has no order '1001'
    """

    number: str

    @property
    def message(self) -> str:
        """The number."""
        return f"the channel has no order {self.number!r}"


class Comparison(enum.Enum):
    """Whether a channel compares what it shows with what a push expects."""

    IGNORED = "ignored"
    ENFORCED = "enforced"


@final
@attrs.frozen(kw_only=True)
class SoldLine:
    """One line that a shopper buys at the channel."""

    id: LineId
    listing: ListingId
    quantity: int
    unit_price: Money
    title: str = ""


class MemoryChannel:
    """
    A marketplace in memory: sells to shoppers on one side, is a channel client on the other.

    It counts its own listings down when it sells, gives orders in pages by change, and can be
    told to misbehave from a seed. What a shopper or the marketplace does is never lost, only
    late, repeated or out of order.

    Args:
        channel: The name of the account.
        clock: Stamps readings.
        faults: How it misbehaves; not at all unless given.
        compares: Whether a push with a stale expectation is refused.

    >>> from datetime import UTC
    >>> from ecomkit.money import Currency
    >>> from ecomkit.ports import ManualClock
    >>> now = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
    >>> etsy = MemoryChannel(ChannelId("etsy"), clock=ManualClock(now))
    >>> etsy.put_up([Listing(id=ListingId("L1"), sku_text="ELEPHANT-KNIT", quantity=10)])
    >>> price = Money(2500, Currency.EUR)
    >>> line = SoldLine(id=LineId("1"), listing=ListingId("L1"), quantity=4, unit_price=price)
    >>> etsy.sell("1001", [line], placed_at=now)
    >>> etsy.shown(ListingId("L1"))
    6
    >>> [entry] = etsy.orders_after(None, page_size=10).entries
    >>> entry.claim.number
    '1001'
    """

    push_rows_max = PUSH_ROWS_MAX

    def __init__(
        self,
        channel: ChannelId,
        *,
        clock: Clock,
        faults: ChannelFaults | None = None,
        compares: Comparison = Comparison.IGNORED,
    ) -> None:
        self._channel = channel
        self._clock = clock
        self._dice = FaultDice(channel, faults or ChannelFaults())
        self._compares = compares
        self._listings: dict[ListingId, Listing] = {}
        self._orders: dict[str, dict[str, Any]] = {}
        self._texts: dict[str, list[str]] = {}
        self._log: list[str] = []
        self._keys: set[str] = set()

    @property
    def channel(self) -> ChannelId:
        """The name of the account."""
        return self._channel

    # -- the marketplace's side -------------------------------------------------------------

    def put_up(self, listings: Iterable[Listing]) -> None:
        """Put listings up, in the place of those with the same id."""
        for listing in listings:
            self._listings[listing.id] = listing

    def shown(self, listing: ListingId) -> int | None:
        """Return how many units shoppers see."""
        return self._listings[listing].quantity

    def sell(
        self,
        number: str,
        lines: Sequence[SoldLine],
        *,
        placed_at: datetime,
        charges: Sequence[Charge] = (),
        buyer: str | None = None,
    ) -> None:
        """
        A shopper buys: the order appears, and the channel counts its listings down.

        A marketplace sells what it shows, and somebody else may buy in the same moment: more
        may be sold than is shown.
        """
        currency = lines[0].unit_price.currency
        total = Money.zero(currency)
        for line in lines:
            total += line.unit_price * line.quantity
            self._count_down(line.listing, line.quantity)
        for charge in charges:
            total += charge.amount if charge.adds else Money.zero(currency)
        self._orders[number] = {
            "number": number,
            "version": 0,
            "currency": currency.name,
            "placed_at": format_instant(placed_at),
            "buyer": buyer,
            "paid": str(total.to_decimal()),
            "lines": [
                {
                    "id": line.id,
                    "listing": line.listing,
                    "quantity": line.quantity,
                    "unit_price": str(line.unit_price.to_decimal()),
                    "title": line.title,
                    "cancelled": 0,
                    "shipped": 0,
                    "returned": 0,
                }
                for line in lines
            ],
            "charges": [
                {
                    "kind": charge.kind.value,
                    "amount": str(charge.amount.to_decimal()),
                    "title": charge.title,
                    "taxation": None if charge.taxation is None else charge.taxation.value,
                }
                for charge in charges
            ],
            "status": ["paid"],
        }
        self._changed(number)

    def cancel(self, number: str, quantities: Mapping[LineId, int]) -> None:
        """The shopper, or the marketplace, cancels units."""
        self._add(number, "cancelled", quantities)

    def ship(self, number: str, quantities: Mapping[LineId, int], *, at: datetime) -> None:
        """Somebody marks units as shipped at the channel itself."""
        self._order(number)["shipped_at"] = format_instant(at)
        self._add(number, "shipped", quantities)

    def send_back(self, number: str, quantities: Mapping[LineId, int]) -> None:
        """The shopper tells the channel that units come back."""
        self._add(number, "returned", quantities)

    def post(self, number: str, text: str) -> None:
        """
        Put any text in the place of an order, such as one that nobody can read.

        Half a character, which no bytes can spell, is sent as its escape.
        """
        sent = text.encode("utf-8", "backslashreplace").decode()
        self._texts.setdefault(number, []).append(sent)
        self._log.append(number)

    def _order(self, number: str) -> dict[str, Any]:
        try:
            return self._orders[number]
        except KeyError:
            raise UnknownOrderNumberError(number=number) from None

    def _add(self, number: str, field: str, quantities: Mapping[LineId, int]) -> None:
        for line in self._order(number)["lines"]:
            line[field] += quantities.get(line["id"], 0)
        self._changed(number)

    def _changed(self, number: str) -> None:
        order = self._orders[number]
        order["version"] += 1
        # The state before is kept for the pages that come late; older ones are of no use.
        self._texts[number] = [*self._texts.get(number, [])[-1:], dump(order)]
        self._log.append(number)

    def _count_down(self, listing: ListingId, quantity: int) -> None:
        known = self._listings.get(listing)
        if known is not None and known.quantity is not None:
            left = max(0, known.quantity - quantity)
            self._listings[listing] = attrs.evolve(known, quantity=left)

    # -- the client's side ------------------------------------------------------------------

    def orders_after(self, cursor: Cursor | None, *, page_size: int) -> OrderPage:
        """Return orders in the order of their changes."""
        _at_least_1(page_size)
        self._dice.before_call("pull orders")
        start = end = 0 if cursor is None else _place(cursor)
        entries: list[PageEntry] = []
        told: set[str] = set()
        # What is put off comes after all that is in the list now.
        length = len(self._log)
        while end < length and len(entries) < page_size:
            number = self._log[end]
            end += 1
            if number in told:
                continue
            told.add(number)
            texts = self._texts[number]
            if len(texts) > 1 and self._dice.is_late():
                # The newest state comes at the end of the list; this page shows the one before.
                self._log.append(number)
                texts = texts[:-1]
            entries.append(self._read(number, texts[-1]))
            if len(entries) < page_size and self._dice.repeats():
                earlier = self._log[start // 2]
                entries.append(self._read(earlier, self._texts[earlier][-1]))
        return OrderPage(entries=entries, next=Cursor(str(end)), more=end < len(self._log))

    def order(self, number: str) -> PageEntry | None:
        """Return one order as it is now."""
        self._dice.before_call("read order")
        texts = self._texts.get(number)
        return None if texts is None else self._read(number, texts[-1])

    def read_payload(self, payload: Payload) -> PageEntry:
        """Read a payload that was kept."""
        return read_order(payload)

    def _read(self, number: str, text: str) -> PageEntry:
        known = self._orders.get(number)
        subject = None if known is None else known["buyer"]
        return read_order(
            Payload(channel=self._channel, object_id=number, text=text, subject=subject)
        )

    def listings_after(self, cursor: Cursor | None, *, page_size: int) -> ListingPage:
        """Return listings by id."""
        _at_least_1(page_size)
        self._dice.before_call("pull listings")
        after = "" if cursor is None else cursor.token
        ids = sorted(listing for listing in self._listings if listing > after)
        chosen = ids[:page_size]
        return ListingPage(
            listings=[self._listings[listing] for listing in chosen],
            next=Cursor(chosen[-1] if chosen else after),
            more=len(ids) > len(chosen),
        )

    def push_stock(self, updates: Sequence[StockUpdate]) -> tuple[StockResult, ...]:
        """Show the numbers, row by row."""
        self._dice.before_call("push stock")
        results = tuple(
            StockResult(listing=update.listing, effect=self._show(update)) for update in updates
        )
        self._dice.after_push("push stock")
        return results

    def _show(self, update: StockUpdate) -> Effect:
        known = self._listings.get(update.listing)
        if known is None:
            return Rejected(reason=f"there is no listing {update.listing}")
        if (
            self._compares is Comparison.ENFORCED
            and update.expected is not None
            and known.quantity != update.expected
        ):
            return Rejected(reason="the quantity has changed", observed=known.quantity)
        if self._dice.rejects_row():
            return Rejected(reason="the listing is locked")
        self._listings[update.listing] = attrs.evolve(known, quantity=update.quantity)
        return Applied()

    def read_stock(self, listings: Sequence[ListingId]) -> tuple[StockReading, ...]:
        """Return what shoppers see."""
        self._dice.before_call("read stock")
        now = self._clock.now()
        return tuple(
            StockReading(
                listing=listing,
                quantity=self._listings[listing].quantity if listing in self._listings else None,
                read_at=now,
            )
            for listing in listings
        )

    def push_fulfilment(self, fulfilment: Fulfilment) -> Effect:
        """Take down that units have left; the same key counts once."""
        self._dice.before_call("push fulfilment")
        if fulfilment.key not in self._keys:
            if fulfilment.number not in self._orders:
                return Rejected(reason=f"there is no order {fulfilment.number}")
            self._keys.add(fulfilment.key)
            self.ship(
                fulfilment.number,
                {line.line: line.quantity for line in fulfilment.lines},
                at=fulfilment.shipped_at,
            )
        self._dice.after_push("push fulfilment")
        return Applied()

    def read_fulfilment(self, fulfilment: Fulfilment) -> Effect:
        """Say whether a fulfilment is known."""
        return self._known("read fulfilment", fulfilment.key)

    def push_refund(self, refund: Refund) -> Effect:
        """Take down that money is to be paid back; the same key counts once."""
        self._dice.before_call("push refund")
        if refund.key not in self._keys:
            if refund.number not in self._orders:
                return Rejected(reason=f"there is no order {refund.number}")
            self._keys.add(refund.key)
        self._dice.after_push("push refund")
        return Applied()

    def read_refund(self, refund: Refund) -> Effect:
        """Say whether a refund is known."""
        return self._known("read refund", refund.key)

    def _known(self, operation: str, key: str) -> Effect:
        self._dice.before_call(operation)
        return Applied() if key in self._keys else Rejected(reason="not known here")


def _at_least_1(page_size: int) -> None:
    if page_size < 1:
        raise FieldError(
            owner="MemoryChannel", field="page_size", got=page_size, wanted="1 or more"
        )


def _place(cursor: Cursor) -> int:
    if not cursor.token.isdecimal() or len(cursor.token) > PLACE_DIGITS_MAX:
        raise FieldError(
            owner="MemoryChannel",
            field="cursor",
            got=cursor.token,
            wanted="one that a page of this channel named as the next",
        )
    return int(cursor.token)
