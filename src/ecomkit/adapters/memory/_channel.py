"""The reference channel: a marketplace in memory, with all the ways a real one misbehaves."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Mapping, Sequence

import attrs

from ecomkit.adapters.memory._faults import ChannelFaults, FaultDice
from ecomkit.adapters.memory._market import Marketplace, units_left
from ecomkit.adapters.memory._wire import dump, read_order
from ecomkit.channels import (
    Applied,
    Cancellation,
    ChannelRefund,
    Cursor,
    Effect,
    Fulfilment,
    LineUnits,
    ListingPage,
    OrderPage,
    PageEntry,
    Payload,
    ReadOrder,
    Refund,
    Rejected,
    StockReading,
    StockResult,
    StockUpdate,
    key_mark,
)
from ecomkit.errors import FieldError
from ecomkit.identifiers import ChannelId, LineId, ListingId
from ecomkit.ports import Clock

__all__ = ["Comparison", "MemoryChannel"]

PUSH_ROWS_MAX = 50
PLACE_DIGITS_MAX = 18


class Comparison(enum.Enum):
    """Whether a channel compares what it shows with what a push expects."""

    IGNORED = "ignored"
    ENFORCED = "enforced"


class MemoryChannel(Marketplace):
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

    >>> from datetime import UTC, datetime
    >>> from ecomkit.adapters.memory import SoldLine
    >>> from ecomkit.channels import Listing
    >>> from ecomkit.identifiers import LineId, ListingId
    >>> from ecomkit.money import Currency, Money
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
        super().__init__()
        self._channel = channel
        self._clock = clock
        self._dice = FaultDice(channel, faults or ChannelFaults())
        self._compares = compares
        self._keys: set[str] = set()

    @property
    def channel(self) -> ChannelId:
        """The name of the account."""
        return self._channel

    def orders_after(self, cursor: Cursor | None, *, page_size: int) -> OrderPage:
        """Return orders in the order of their changes."""
        _at_least_1(page_size)
        self._dice.before_call("pull orders")
        # A channel that was built anew may have a shorter list than the one the cursor is of.
        start = end = 0 if cursor is None else min(_place(cursor), len(self._log))
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
        return self._take(
            "push fulfilment",
            fulfilment,
            units=fulfilment.lines,
            book=lambda units: self.ship(fulfilment.number, units, at=fulfilment.shipped_at),
        )

    def read_fulfilment(self, fulfilment: Fulfilment) -> Effect:
        """Say whether a fulfilment is known."""
        return self._known("read fulfilment", fulfilment.key)

    def push_cancellation(self, cancellation: Cancellation) -> Effect:
        """Take down that units will not be shipped; the same key counts once."""
        return self._take(
            "push cancellation",
            cancellation,
            units=cancellation.lines or self._open(cancellation.number),
            book=lambda units: self.cancel(cancellation.number, units),
        )

    def read_cancellation(self, cancellation: Cancellation) -> Effect:
        """Say whether a cancellation is known."""
        return self._known("read cancellation", cancellation.key)

    def _open(self, number: str) -> list[LineUnits]:
        lines = self._orders.get(number, {}).get("lines", [])
        return [
            LineUnits(line=line["id"], quantity=units_left(line))
            for line in lines
            if units_left(line)
        ]

    def _take(
        self,
        operation: str,
        effect: Fulfilment | Cancellation,
        *,
        units: Iterable[LineUnits],
        book: Callable[[Mapping[LineId, int]], None],
    ) -> Effect:
        """Book an effect on units that are still open, once for each key."""
        self._dice.before_call(operation)
        if effect.key not in self._keys:
            if effect.number not in self._orders:
                return Rejected(reason=f"there is no order {effect.number}")
            wanted = {one.line: one.quantity for one in units}
            left = {line["id"]: units_left(line) for line in self._orders[effect.number]["lines"]}
            for line, quantity in wanted.items():
                if quantity > left.get(line, 0):
                    return Rejected(reason=f"line {line} has {left.get(line, 0)} units left")
            self._keys.add(effect.key)
            book(wanted)
        self._dice.after_push(operation)
        return Applied()

    def push_refund(self, refund: Refund) -> Effect:
        """Take down that money is to be paid back; the same key counts once."""
        self._dice.before_call("push refund")
        if refund.key not in self._keys:
            if refund.number not in self._orders:
                return Rejected(reason=f"there is no order {refund.number}")
            kept = self.paid(refund.number) - self.paid_back(refund.number)
            if refund.amount > kept:
                return Rejected(reason=f"{kept} of what was paid is left")
            self._keys.add(refund.key)
            self._refunds.setdefault(refund.number, []).append(refund)
            self._note_refund(
                refund.number,
                refund.key,
                refund.amount,
                refund.lines,
                reason=refund.reason,
                mark=key_mark(refund.key),
            )
        self._dice.after_push("push refund")
        return Applied()

    def read_refund(self, refund: Refund) -> Effect:
        """Say whether a refund is known."""
        return self._known("read refund", refund.key)

    def refunds(self, number: str) -> tuple[ChannelRefund, ...]:
        """Return what was paid back for an order."""
        self._dice.before_call("pull refunds")
        order = self._orders.get(number)
        entry = None if order is None else self._read(number, dump(order))
        return (entry.claim.refunds or ()) if isinstance(entry, ReadOrder) else ()

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
