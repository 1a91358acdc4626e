"""The memory channel's JSON: orders to text, and text to claims with every fault found."""

from __future__ import annotations

import enum
import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from ecomkit.channels import (
    ChannelClaim,
    ClaimLine,
    Fields,
    PageEntry,
    Payload,
    UnreadableOrder,
    entry_of,
    instant_of,
    money_of,
    text_of,
    texts_of,
    whole_of,
)
from ecomkit.identifiers import LineId, ListingId
from ecomkit.money import Currency
from ecomkit.orders import Charge, ChargeKind, Taxation

__all__ = ["dump", "read_order"]

E = TypeVar("E", bound=enum.Enum)


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
            cancelled=row.read("cancelled", whole_of, default=0),
            shipped=row.read("shipped", whole_of, default=0),
            returned=row.read("returned", whole_of, default=0),
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
        status=order.read("status", texts_of, default=()),
    )


def _one_of(kind: type[E]) -> Callable[[Any], E]:
    def parse(raw: object) -> E:
        try:
            return kind(raw)
        except ValueError:
            choices = ", ".join(repr(member.value) for member in kind)
            raise ValueError(f"none of {choices}: {raw!r:.40}") from None

    return parse
