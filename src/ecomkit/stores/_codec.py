"""Frozen attrs values to JSON text and back, by their annotations."""

from __future__ import annotations

import enum
import functools
import json
import types
import typing
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeAlias, cast

import attrs

from ecomkit.money import Currency, Money
from ecomkit.timeline import utc

__all__ = ["dumps", "loads"]

Step: TypeAlias = Callable[[Any], Any]

TAG = "$type"
"""Names the class where an annotation leaves a choice; no field can be called so."""


def dumps(value: Any, kind: Any) -> str:
    """Return *value*, a *kind*, as JSON text; the same value gives the same text."""
    # Escaped to ASCII, since what a channel sent may hold halves of characters, which UTF-8
    # cannot carry.
    return json.dumps(_encoder(kind)(value), separators=(",", ":"))


def loads(text: str, kind: Any) -> Any:
    """
    Return the *kind* that :func:`dumps` wrote.

    Raises:
        ValueError: If *text* is not what was written, whatever is wrong with it.
    """
    try:
        return _decoder(kind)(json.loads(text))
    except _MISREADINGS as error:
        raise ValueError(f"{type(error).__name__}: {error}") from error


# What the steps raise over a document that none of them wrote.
_MISREADINGS = (
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    RecursionError,
)


def instant_text(instant: datetime) -> str:
    """Return *instant* as UTC text that sorts as it passes."""
    return utc(instant).isoformat(timespec="microseconds")


def _same(value: Any) -> Any:
    return value


def _is_union(kind: Any) -> bool:
    return typing.get_origin(kind) in (typing.Union, types.UnionType)


def _members(kind: Any) -> tuple[list[Any], bool]:
    """Return the classes of a union, and whether None is one of them."""
    members = typing.get_args(kind)
    return [m for m in members if m is not type(None)], type(None) in members


@functools.cache
def _fields(kind: Any) -> tuple[tuple[str, str, Any, Any], ...]:
    """Return name, alias, annotation and default of each field."""
    hints = typing.get_type_hints(kind)
    return tuple(
        (field.name, field.alias or field.name, hints[field.name], field.default)
        for field in attrs.fields(kind)
        if field.init
    )


@functools.cache
def _encoder(kind: Any) -> Step:
    if _is_union(kind):
        return _union_encoder(kind)
    if typing.get_origin(kind) is tuple:
        return _tuple_encoder(kind)
    if kind is Money:
        return lambda money: [money.amount, money.currency.name]
    if attrs.has(kind):
        return _attrs_encoder(kind)
    if issubclass(kind, enum.Enum):
        return lambda member: member.name
    if kind is datetime:
        return instant_text
    if kind in (date, time):
        return cast("Step", kind.isoformat)
    if kind in (Decimal, Fraction):
        return str
    if issubclass(kind, (str, int, float)):
        return _same
    raise TypeError(f"no codec for {kind!r}")


def _union_encoder(kind: Any) -> Step:
    members, _ = _members(kind)
    if len(members) == 1:
        inner = _encoder(members[0])
        return lambda value: None if value is None else inner(value)
    encoders = {member: _encoder(member) for member in members}

    def encode(value: Any) -> Any:
        if value is None:
            return None
        return {TAG: type(value).__name__, **encoders[type(value)](value)}

    return encode


def _tuple_encoder(kind: Any) -> Step:
    arguments = typing.get_args(kind)
    if arguments[-1] is Ellipsis:
        inner = _encoder(arguments[0])
        if inner is _same:
            return list
        return lambda values: [inner(value) for value in values]
    steps = [_encoder(argument) for argument in arguments]
    return lambda values: [step(value) for step, value in zip(steps, values, strict=True)]


def _attrs_encoder(kind: Any) -> Step:
    def encode(value: Any) -> dict[str, Any]:
        document = {}
        for name, default, step in _encoding(kind):
            item = getattr(value, name)
            # What stands at its default is left out: it is most of most values.
            if item is not default and item != default:
                document[name] = step(item)
        return document

    return encode


# Steps are looked up at the first call, so that a class may refer to itself; and all at once,
# since threads share them.


@functools.cache
def _encoding(kind: Any) -> tuple[tuple[str, Any, Step], ...]:
    return tuple((name, default, _encoder(hint)) for name, _, hint, default in _fields(kind))


@functools.cache
def _decoding(kind: Any) -> dict[str, tuple[str, Step]]:
    return {name: (alias, _decoder(hint)) for name, alias, hint, _ in _fields(kind)}


@functools.cache
def _decoder(kind: Any) -> Step:
    if _is_union(kind):
        return _union_decoder(kind)
    if typing.get_origin(kind) is tuple:
        return _tuple_decoder(kind)
    if kind is Money:
        return lambda pair: Money(pair[0], Currency[pair[1]])
    if attrs.has(kind):
        return _attrs_decoder(kind)
    if issubclass(kind, enum.Enum):
        return cast("Step", kind.__getitem__)
    if kind in (datetime, date, time):
        return cast("Step", kind.fromisoformat)
    if kind in (str, int, float, bool):
        return _same
    # An identifier, a Decimal or a Fraction reads its own text.
    return cast("Step", kind)


def _union_decoder(kind: Any) -> Step:
    members, _ = _members(kind)
    if len(members) == 1:
        inner = _decoder(members[0])
        return lambda item: None if item is None else inner(item)
    decoders = {member.__name__: _decoder(member) for member in members}

    def decode(item: Any) -> Any:
        if item is None:
            return None
        return decoders[item.pop(TAG)](item)

    return decode


def _tuple_decoder(kind: Any) -> Step:
    arguments = typing.get_args(kind)
    if arguments[-1] is Ellipsis:
        inner = _decoder(arguments[0])
        if inner is _same:
            return tuple
        return lambda items: tuple(inner(item) for item in items)
    steps = [_decoder(argument) for argument in arguments]
    return lambda items: tuple(step(item) for step, item in zip(steps, items, strict=True))


def _attrs_decoder(kind: Any) -> Step:
    def decode(item: Any) -> Any:
        steps = _decoding(kind)
        arguments = {}
        for name, raw in item.items():
            alias, step = steps[name]
            arguments[alias] = step(raw)
        return kind(**arguments)

    return decode
