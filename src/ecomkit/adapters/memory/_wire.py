"""The memory channel's JSON: orders to text, and text to claims with every fault found."""

from __future__ import annotations

import enum
import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from ecomkit.channels import (
    ChannelClaim,
    ChannelRefund,
    ClaimLine,
    Fields,
    LineUnits,
    PageEntry,
    Payload,
    RefundState,
    UnreadableOrder,
    choice_of,
    entry_of,
    instant_of,
    money_of,
    text_of,
    texts_of,
    whole_of,
)
from ecomkit.identifiers import LineId, ListingId
from ecomkit.money import Currency, Money
from ecomkit.orders import Charge, ChargeKind, Fulfiller, FulfillerKind, Taxation

__all__ = ["dump", "read_order"]

E = TypeVar("E", bound=enum.Enum)

_REFUND_STATES = {state.name.lower(): state for state in RefundState}


def dump(document: Mapping[str, Any]) -> str:
    """Return *document* as the text that the channel sends."""
    return json.dumps(document, separators=(",", ":"))


def read_order(payload: Payload) -> PageEntry:
    """Return the claim in *payload*, or the payload with every fault in it. Pure."""
    try:
        document = json.loads(payload.text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        return UnreadableOrder(payload=payload, faults=(f"payload: no JSON ({error})",))
    return entry_of(payload, document, lambda order: _claim(order, payload))


def _refuse_constant(text: str) -> float:
    raise ValueError(f"{text} is no JSON number")


def _claim(order: Fields, payload: Payload) -> ChannelClaim:
    currency: Currency | None = order.read("currency", Currency.parse)
    money = money_of(currency)

    def line(row: Fields) -> ClaimLine:
        return row.build(
            ClaimLine,
            id=row.read("id", LineId),
            listing=row.read("listing", ListingId),
            quantity=row.read("quantity", whole_of),
            unit_price=row.read("unit_price", money),
            title=row.read("title", text_of, default=""),
            cancelled=row.read("cancelled", whole_of, default=None),
            shipped=row.read("shipped", whole_of, default=None),
            returned=row.read("returned", whole_of, default=0),
            fulfilled_by=row.read("fulfilled_by", _channel_ships, default=None),
        )

    def units(row: Fields) -> LineUnits:
        return row.build(
            LineUnits, line=row.read("line", LineId), quantity=row.read("quantity", whole_of)
        )

    def refund(row: Fields) -> ChannelRefund:
        return row.build(
            ChannelRefund,
            id=row.read("id", text_of),
            amount=row.read("amount", money),
            at=row.read("at", instant_of, default=None),
            state=row.read("state", choice_of(_REFUND_STATES), default=None),
            lines=row.each("lines", units, default=()),
            reason=row.read("reason", text_of, default=""),
            mark=row.read("mark", text_of, default=None),
        )

    def charge(row: Fields) -> Charge:
        return row.build(
            Charge,
            kind=row.read("kind", _one_of(ChargeKind)),
            amount=row.read("amount", money),
            title=row.read("title", text_of, default=""),
            taxation=row.read("taxation", _one_of(Taxation), default=None),
        )

    return order.build(
        ChannelClaim,
        channel=payload.channel,
        currency=currency,
        number=order.read("number", text_of),
        version=order.read("version", whole_of),
        placed_at=order.read("placed_at", instant_of),
        lines=order.each("lines", line),
        charges=order.each("charges", charge, default=()),
        buyer=order.read("buyer", text_of, default=None),
        shipped_at=order.read("shipped_at", instant_of, default=None),
        paid=order.read("paid", money, default=None),
        total=order.read("total", money, default=None),
        presentment_total=_presented(order),
        refunds=order.each("refunds", refund, default=None),
        status=order.read("status", texts_of, default=()),
    )


def _presented(order: Fields) -> Money | None:
    """Return the total as the buyer saw it, where that was in another currency."""
    if not order.has("presented"):
        return None
    total = order.inside("presented")
    return total.read("total", money_of(total.read("currency", Currency.parse)))


def _channel_ships(raw: object) -> Fulfiller:
    return Fulfiller(kind=FulfillerKind.CHANNEL, name=text_of(raw))


def _one_of(kind: type[E]) -> Callable[[Any], E]:
    def parse(raw: object) -> E:
        try:
            return kind(raw)
        except ValueError:
            choices = ", ".join(repr(member.value) for member in kind)
            raise ValueError(f"none of {choices}: {raw!r:.40}") from None

    return parse
