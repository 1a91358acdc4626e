"""Reading orders: one document of an order and its refunds in, a claim or every fault out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any, final

import attrs

from ecomkit.adapters.http import UnreadableJsonError, dump_json, parse_json
from ecomkit.adapters.woocommerce._amounts import (
    LinePrice,
    line_price,
    order_charges,
    rounding_charges,
)
from ecomkit.adapters.woocommerce._marks import shipped_units
from ecomkit.adapters.woocommerce._refunds import RefundedUnits, read_refund, refunded_units
from ecomkit.adapters.woocommerce._words import DRAFTS, ENDED_UNSHIPPED, ORDER_STATES, gmt
from ecomkit.channels import (
    ChannelClaim,
    ClaimedStates,
    ClaimLine,
    Fields,
    PageEntry,
    Payload,
    UnreadableOrder,
    entry_of,
    identity,
    money_of,
    text_of,
    whole_of,
)
from ecomkit.identifiers import ChannelId, LineId, ListingId
from ecomkit.money import Currency, Money
from ecomkit.orders import FulfilmentState, PaymentState

__all__ = ["entry_of_delivery", "entry_of_order", "is_draft", "is_whole", "read_again"]

MICROSECONDS = 1_000_000


def is_draft(order: Any) -> bool:
    """Whether a row is no order yet: what a shopper or a merchant has only begun."""
    return isinstance(order, dict) and order.get("status") in DRAFTS


def entry_of_order(channel: ChannelId, order: Any, refunds: tuple[Any, ...]) -> PageEntry:
    """Return *order*, read together with its *refunds*, and both as one payload."""
    document = {"order": order, "refunds": list(refunds)}
    fields = order if isinstance(order, dict) else {}
    payload = Payload(
        channel=channel,
        object_id=str(fields.get("id")),
        text=dump_json(document),
        subject=_buyer(fields),
    )
    return entry_of(payload, document, _reader(channel))


def is_whole(document: Any) -> bool:
    """Whether a row that comes alone says all of an order: refunds are told without their lines."""
    return (
        isinstance(document, dict)
        and "line_items" in document
        and document.get("refunds") == []
        and not is_draft(document)
    )


def entry_of_delivery(channel: ChannelId, order: dict[str, Any], body: bytes) -> PageEntry:
    """Return *order* as it was sent in *body*, which is the payload as it stands."""
    payload = Payload(
        channel=channel,
        object_id=str(order["id"]),
        # Its JSON was read, so it is UTF-8.
        text=body.decode("utf-8-sig"),
        subject=_buyer(order),
    )
    return entry_of(payload, {"order": order}, _reader(channel))


def read_again(payload: Payload) -> PageEntry:
    """
    Return what *payload* says, with the code of today.

    An order alone, as the shop has it in its answers and webhooks, is read too, unless it tells
    of refunds: which units they were for does not stand in it.
    """
    try:
        document = parse_json(payload.text)
    except UnreadableJsonError as error:
        return UnreadableOrder(payload=payload, faults=(error.message,))
    if isinstance(document, dict) and "line_items" in document:
        document = {"order": document}
    return entry_of(payload, document, _reader(payload.channel))


def _reader(channel: ChannelId) -> Callable[[Fields], ChannelClaim]:
    return lambda document: _claim(document, channel)


@final
@attrs.frozen(kw_only=True)
class _Progress:
    """What happened to the units of an order, as far as it tells."""

    status: str
    completed_at: datetime | None
    refunded: tuple[RefundedUnits, ...]
    shipped: Counter[str]

    @property
    def is_completed(self) -> bool:
        """Whether all of it has left: the day stays where a later status says less."""
        return self.status == "completed" or (
            self.status == "refunded" and self.completed_at is not None
        )

    def units(self, line: str, *, quantity: int) -> tuple[int, int, int]:
        """Return the units cancelled, shipped and returned of a line."""
        before = after = 0
        for refund in self.refunded:
            units = refund.units[line]
            if self.is_completed and self._is_after(refund.at):
                after += units
            else:
                before += units
        if self.status in ENDED_UNSHIPPED:
            shipped = min(self.shipped[line], quantity)
            return quantity - shipped, shipped, 0
        if self.is_completed:
            cancelled = min(before, quantity)
            shipped = quantity - cancelled
            return cancelled, shipped, min(after, shipped)
        shipped = min(self.shipped[line], quantity)
        if self.status == "refunded":
            return quantity - shipped, shipped, 0
        cancelled = min(before, quantity - shipped)
        return cancelled, shipped, min(before - cancelled, shipped)

    def _is_after(self, at: datetime | None) -> bool:
        return at is None or self.completed_at is None or at >= self.completed_at


def _claim(document: Fields, channel: ChannelId) -> ChannelClaim:
    order = document.inside("order")
    refunded = document.each("refunds", refunded_units, default=())
    if not document.has("refunds") and order.each("refunds", lambda row: row, default=()):
        document.note("they are told without their lines; read the order again", field="refunds")
    currency = order.read("currency", Currency.parse)
    status = order.read("status", text_of)
    completed_at = order.read("date_completed_gmt", gmt, default=None)
    progress = _Progress(
        status=status,
        completed_at=completed_at,
        refunded=refunded,
        shipped=shipped_units(order),
    )
    lines, prices = _lines(order, currency, progress)
    total = order.read("total", money_of(currency))
    charges = [charge for price in prices for charge in price.charges]
    if currency is not None:
        charges += order_charges(order, currency=currency)
        charges += rounding_charges(
            total,
            goods=(line.unit_price.amount * line.quantity for line in lines),
            charges=charges,
            rows=len(lines) + len(charges),
            currency=currency,
        )
    placed_at = order.read("date_created_gmt", gmt)
    changed_at = order.read("date_modified_gmt", gmt, default=placed_at)
    return document.build(
        ChannelClaim,
        channel=channel,
        number=order.read("id", identity),
        version=_version(changed_at, len(refunded) if document.has("refunds") else -1),
        placed_at=placed_at,
        currency=currency,
        lines=lines,
        charges=charges,
        buyer=_read_buyer(order),
        shipped_at=completed_at if progress.is_completed else None,
        paid=_paid(order, status, total),
        total=total,
        refunds=document.each("refunds", partial(read_refund, currency=currency), default=()),
        name=order.read("number", identity, default=""),
        status=(status,),
        states=_states(order, status, has_refunds=bool(refunded), has_left=bool(progress.shipped)),
    )


def _version(changed_at: datetime | None, refunds: int) -> int:
    """
    Return a number that grows with each change; *refunds* are -1 for an order that came alone.

    The shop tells the second of a change and no more. Refunds are counted besides, since they
    are what grows; two other changes within one second have the same version, and the later one
    is seen with the next change or, since pulls overlap, by its other digest. An order that the
    shop sent by itself is older than the same one when asked for: of the states of one second
    the one that was pulled counts, which is the last of them.
    """
    if changed_at is None:
        return 0
    return max(0, int(changed_at.timestamp()) * MICROSECONDS + min(refunds, MICROSECONDS - 1))


def _lines(
    order: Fields, currency: Currency | None, progress: _Progress
) -> tuple[tuple[ClaimLine, ...], tuple[LinePrice, ...]]:
    prices: list[LinePrice] = []

    def read(row: Fields) -> ClaimLine | None:
        number = row.read("id", identity)
        quantity = row.read("quantity", whole_of)
        if quantity == 0:
            return None  # what was edited away
        if number is None or quantity is None or quantity < 0 or currency is None:
            if quantity is not None and quantity < 0:
                row.note(f"below zero: {quantity}", field="quantity")
            return None
        price = line_price(row, line=number, quantity=quantity, currency=currency)
        prices.append(price)
        cancelled, shipped, returned = progress.units(number, quantity=quantity)
        return row.build(
            ClaimLine,
            id=LineId(number),
            listing=_listing(row, number),
            quantity=quantity,
            unit_price=price.unit,
            title=row.read("name", text_of, default=""),
            cancelled=cancelled,
            shipped=shipped,
            returned=returned,
        )

    lines = order.each("line_items", read)
    return tuple(line for line in lines if line is not None), tuple(prices)


def _listing(row: Fields, line: str) -> ListingId:
    product = row.read("product_id", whole_of, default=0)
    variation = row.read("variation_id", whole_of, default=0)
    if not product:
        # The product was deleted; its name would be that of any other deleted one.
        return ListingId(f"deleted:{line}")
    return ListingId(f"{product}:{variation}" if variation else str(product))


def _paid(order: Fields, status: str | None, total: Money | None) -> Money | None:
    """Return what was taken; orders that are paid on delivery go ahead without a day of payment."""
    if total is None:
        return None
    if order.has("date_paid_gmt") or status == "refunded":
        return total
    if status in {"pending", "on-hold", "failed", "cancelled"}:
        return Money.zero(total.currency)
    return None


def _states(
    order: Fields, status: str | None, *, has_refunds: bool, has_left: bool
) -> ClaimedStates:
    found = ORDER_STATES.get(status or "", ClaimedStates())
    if has_left and found.fulfilment is FulfilmentState.UNFULFILLED:
        # The shop has no word for a part, which we have marked ourselves.
        found = attrs.evolve(found, fulfilment=FulfilmentState.PARTIAL)
    payment = found.payment
    if payment is PaymentState.PAID:
        if has_refunds:
            payment = PaymentState.PARTIALLY_REFUNDED
        elif not order.has("date_paid_gmt"):
            payment = None
    return found if payment is found.payment else attrs.evolve(found, payment=payment)


def _read_buyer(order: Fields) -> str | None:
    number = order.read("customer_id", whole_of, default=0)
    if number:
        return str(number)
    email = ""
    if order.has("billing"):
        email = order.inside("billing").read("email", text_of, default="") or ""
    return email.strip().lower() or None


def _buyer(order: dict[str, Any]) -> str | None:
    """Return the buyer's name out of a document that may hold anything."""
    try:
        return _read_buyer(Fields(order, faults=[]))
    except (TypeError, AttributeError):
        return None
