"""The memory channel's JSON: orders to text, and text to claims with every fault found."""

from __future__ import annotations

import enum
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
from ecomkit.money import Currency, Money, parse_decimal
from ecomkit.orders import Charge, ChargeKind, Taxation
from ecomkit.timeline import instant

__all__ = ["dump", "read_order"]

T = TypeVar("T")
E = TypeVar("E", bound=enum.Enum)

ABSENT = object()

NO_MONEY = Money.zero(Currency.EUR)


def dump(document: Mapping[str, Any]) -> str:
    """Return *document* as the text that the channel sends."""
    return json.dumps(document, separators=(",", ":"))


class _Reader:
    """Reads the fields of one JSON object and notes every fault under its path."""

    def __init__(self, document: object, path: str, faults: list[str]) -> None:
        self._path = path
        self._faults = faults
        self._faults_before = len(faults)
        self._document: Mapping[str, Any] | None = None
        if isinstance(document, dict):
            self._document = document
        else:
            self._note("not an object")

    def _note(self, fault: str, *, field: str = "") -> None:
        path = ".".join(part for part in (self._path, field) if part)
        self._faults.append(f"{path or 'payload'}: {fault}")

    def read(self, name: str, parse: Callable[[Any], T], *, default: object = ABSENT) -> T:
        if self._document is not None:
            raw = self._document.get(name, default)
            if raw is ABSENT:
                self._note("missing", field=name)
            else:
                try:
                    return parse(raw)
                except (ValueError, TypeError, RecursionError) as error:
                    self._note(str(error), field=name)
        return None  # type: ignore[return-value]  # the faults keep it from being used

    def each(self, name: str, read: Callable[[_Reader], T]) -> tuple[T, ...]:
        rows = [] if self._document is None else self._document.get(name, [])
        if not isinstance(rows, list):
            self._note("not a list", field=name)
            return ()
        path = ".".join(part for part in (self._path, name) if part)
        return tuple(
            read(_Reader(row, f"{path}[{place}]", self._faults)) for place, row in enumerate(rows)
        )

    def build(self, make: Callable[[], T]) -> T:
        """Make a value of what was read, unless something in it was wrong."""
        if len(self._faults) == self._faults_before:
            try:
                return make()
            except InputError as error:
                self._note(str(error))
        return None  # type: ignore[return-value]  # as above


def read_order(payload: Payload) -> PageEntry:
    """Return the claim in *payload*, or the payload with every fault in it. Pure."""
    faults: list[str] = []
    try:
        document = json.loads(payload.text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        return UnreadableOrder(payload=payload, faults=(f"payload: no JSON ({error})",))
    claim = _claim(_Reader(document, "", faults), payload)
    if faults:
        return UnreadableOrder(payload=payload, faults=faults)
    return ReadOrder(claim=claim, payload=payload)


def _refuse_constant(text: str) -> float:
    raise ValueError(f"{text} is no JSON number")


def _claim(reader: _Reader, payload: Payload) -> ChannelClaim:
    currency: Currency | None = reader.read("currency", Currency.parse)

    def money(text: Any) -> Money:
        if currency is None:
            # The amounts cannot be read, but how they are written can be judged.
            parse_decimal(text)
            return NO_MONEY
        return Money.parse(text, currency)

    def line(row: _Reader) -> ClaimLine:
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
        return row.build(lambda: ClaimLine(**fields))

    def charge(row: _Reader) -> Charge:
        fields: dict[str, Any] = {
            "kind": row.read("kind", _choice(ChargeKind)),
            "amount": row.read("amount", money),
            "title": row.read("title", _text, default=""),
            "taxation": row.read("taxation", _optional(_choice(Taxation)), default=None),
        }
        return row.build(lambda: Charge(**fields))

    fields: dict[str, Any] = {
        "currency": currency,
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
    return reader.build(lambda: ChannelClaim(channel=payload.channel, **fields))


def _whole(raw: object) -> int:
    if not isinstance(raw, int) or isinstance(raw, bool):
        raise TypeError(f"not a whole number: {raw!r:.40}")
    return raw


def _text(raw: object) -> str:
    if not isinstance(raw, str):
        raise TypeError(f"not a text: {raw!r:.40}")
    # JSON can spell half a character; nothing that is kept, hashed or shown can.
    raw.encode()
    return raw


def _texts(raw: object) -> tuple[str, ...]:
    if not isinstance(raw, (list, tuple)):
        raise TypeError(f"not a list: {raw!r:.40}")
    return tuple(_text(item) for item in raw)


def _choice(kind: type[E]) -> Callable[[Any], E]:
    def parse(raw: object) -> E:
        try:
            return kind(raw)
        except ValueError:
            choices = ", ".join(repr(member.value) for member in kind)
            raise ValueError(f"none of {choices}: {raw!r:.40}") from None

    return parse


def _optional(parse: Callable[[Any], T]) -> Callable[[Any], T | None]:
    return lambda raw: None if raw is None else parse(raw)
