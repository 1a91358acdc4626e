"""The memory channel's JSON: orders to text, and text to claims with every fault found."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from ecomkit.channels import (
    ChannelClaim,
    ClaimLine,
    PageEntry,
    Payload,
    ReadOrder,
    UnreadableOrder,
)
from ecomkit.errors import InputError
from ecomkit.identifiers import LineId, ListingId
from ecomkit.money import Currency, Money
from ecomkit.orders import Charge, ChargeKind, Taxation
from ecomkit.timeline import instant

__all__ = ["dump", "read_order"]

T = TypeVar("T")

ABSENT = object()


def dump(document: Mapping[str, Any]) -> str:
    """Return *document* as the text that the channel sends."""
    return json.dumps(document, separators=(",", ":"))


class _Faults(Exception):  # noqa: N818 (never leaves this file)
    """Ends the reading once all faults were found."""


class _Reader:
    """Reads the fields of one JSON object and notes every fault under its path."""

    def __init__(self, document: object, path: str, faults: list[str]) -> None:
        self._path = path
        self._faults = faults
        self._document: Mapping[str, Any] = {}
        if isinstance(document, dict):
            self._document = document
        else:
            faults.append(f"{path or 'payload'}: not an object")

    def read(self, name: str, parse: Callable[[Any], T], *, default: object = ABSENT) -> T:
        raw = self._document.get(name, default)
        path = f"{self._path}{name}"
        if raw is ABSENT:
            self._faults.append(f"{path}: missing")
            return None  # type: ignore[return-value]  # the faults keep it from being used
        try:
            return parse(raw)
        except (InputError, TypeError, KeyError, AttributeError) as error:
            self._faults.append(f"{path}: {error or type(error).__name__}")
            return None  # type: ignore[return-value]  # as above

    def each(self, name: str, read: Callable[[_Reader], T]) -> tuple[T, ...]:
        rows = self._document.get(name, [])
        if not isinstance(rows, list):
            self._faults.append(f"{self._path}{name}: not a list")
            return ()
        return tuple(
            read(_Reader(row, f"{self._path}{name}[{place}].", self._faults))
            for place, row in enumerate(rows)
        )

    def build(self, make: Callable[[], T]) -> T:
        """Make a value of what was read, unless something was wrong."""
        if self._faults:
            raise _Faults
        return make()


def read_order(payload: Payload) -> PageEntry:
    """Return the claim in *payload*, or the payload with every fault in it. Pure."""
    faults: list[str] = []
    try:
        document = json.loads(payload.text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        return UnreadableOrder(payload=payload, faults=(f"payload: no JSON ({error})",))
    try:
        claim = _claim(_Reader(document, "", faults), payload)
    except _Faults:
        return UnreadableOrder(payload=payload, faults=faults)
    except InputError as error:
        return UnreadableOrder(payload=payload, faults=(str(error),))
    return ReadOrder(claim=claim, payload=payload)


def _refuse_constant(text: str) -> float:
    raise ValueError(f"{text} is no JSON number")


def _claim(reader: _Reader, payload: Payload) -> ChannelClaim:
    currency = reader.read("currency", Currency.parse)

    def money(text: Any) -> Money:
        return Money.parse(text, currency)

    def line(row: _Reader) -> ClaimLine | None:
        fields: dict[str, Any] = {
            "id": row.read("id", LineId),
            "listing": row.read("listing", ListingId),
            "quantity": row.read("quantity", _whole),
            "unit_price": row.read("unit_price", money),
            "title": row.read("title", _text, default=""),
            "cancelled": row.read("cancelled", _whole, default=0),
            "shipped": row.read("shipped", _whole, default=0),
            "returned": row.read("returned", _whole, default=0),
        }
        try:
            return row.build(lambda: ClaimLine(**fields))
        except _Faults:
            return None

    def charge(row: _Reader) -> Charge | None:
        kind = row.read("kind", ChargeKind)
        amount = row.read("amount", money)
        title = row.read("title", _text, default="")
        taxation = row.read("taxation", _optional(Taxation), default=None)
        try:
            return row.build(
                lambda: Charge(kind=kind, amount=amount, title=title, taxation=taxation)
            )
        except _Faults:
            return None

    fields: dict[str, Any] = {
        "number": reader.read("number", _text),
        "version": reader.read("version", _whole),
        "placed_at": reader.read("placed_at", instant),
        "lines": reader.each("lines", line),
        "charges": reader.each("charges", charge),
        "buyer": reader.read("buyer", _optional(_text), default=None),
        "shipped_at": reader.read("shipped_at", _optional(instant), default=None),
        "paid": reader.read("paid", _optional(money), default=None),
        "status": reader.read("status", _texts, default=()),
    }
    return reader.build(lambda: ChannelClaim(channel=payload.channel, currency=currency, **fields))


def _whole(raw: object) -> int:
    if not isinstance(raw, int) or isinstance(raw, bool):
        raise TypeError(f"not a whole number: {raw!r:.40}")
    return raw


def _text(raw: object) -> str:
    if not isinstance(raw, str):
        raise TypeError(f"not a text: {raw!r:.40}")
    return raw


def _texts(raw: object) -> tuple[str, ...]:
    if not isinstance(raw, (list, tuple)):
        raise TypeError(f"not a list: {raw!r:.40}")
    return tuple(_text(item) for item in raw)


def _optional(parse: Callable[[Any], T]) -> Callable[[Any], T | None]:
    return lambda raw: None if raw is None else parse(raw)
