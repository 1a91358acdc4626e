"""Frozen attrs values to JSON text and back, by their annotations."""

from __future__ import annotations

import enum
import functools
import json
import types
import typing
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from fractions import Fraction
from json.encoder import encode_basestring_ascii
from operator import attrgetter
from types import MappingProxyType
from typing import Any, TypeAlias, cast

import attrs

from ecomkit.money import Currency, Money
from ecomkit.timeline import utc

__all__ = ["dumps", "loads"]

Step: TypeAlias = Callable[[Any], Any]
"""Of an encoder: a value to its JSON text. Of a decoder: what JSON holds to the value."""

TAG = "$type"
"""Names the class where an annotation leaves a choice; no field can be called so."""


def dumps(value: Any, kind: Any) -> str:
    """Return *value*, a *kind*, as JSON text; the same value gives the same text."""
    text: str = _encoder(kind)(value)
    return text


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
    return _utc_text(utc(instant))


# Many values of a transaction have the same few instants. Only in UTC are equal ones the same.
@functools.lru_cache(maxsize=1_024)
def _utc_text(instant: datetime) -> str:
    return instant.isoformat(timespec="microseconds")


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
    if kind in _TEXTS:
        return _TEXTS[kind]
    if attrs.has(kind):
        return _attrs_encoder(kind)
    if issubclass(kind, enum.Enum):
        return lambda member: f'"{member._name_}"'
    if issubclass(kind, str):
        return encode_basestring_ascii
    raise TypeError(f"no codec for {kind!r}")


def _money_text(money: Money) -> str:
    return f'[{money.amount},"{money.currency._name_}"]'


def _quoted(value: Any) -> str:
    return f'"{value}"'


def _iso_text(moment: date | time) -> str:
    return f'"{moment.isoformat()}"'


_TEXTS: Mapping[Any, Step] = MappingProxyType(
    {
        # Escaped to ASCII, since what a channel sent may hold halves of characters, which UTF-8
        # cannot carry.
        str: encode_basestring_ascii,
        int: int.__repr__,
        bool: json.dumps,
        float: json.dumps,
        Money: _money_text,
        Decimal: _quoted,
        Fraction: _quoted,
        datetime: lambda instant: f'"{instant_text(instant)}"',
        date: _iso_text,
        time: _iso_text,
    }
)


def _union_encoder(kind: Any) -> Step:
    members, _ = _members(kind)
    if len(members) == 1:
        inner = _encoder(members[0])
        return lambda value: "null" if value is None else inner(value)
    encoders = {member: _encoder(member) for member in members}

    def encode(value: Any) -> str:
        if value is None:
            return "null"
        fields = encoders[type(value)](value)
        comma = "" if fields == "{}" else ","
        return f'{{"{TAG}":"{type(value).__name__}"{comma}{fields[1:]}'

    return encode


def _tuple_encoder(kind: Any) -> Step:
    arguments = typing.get_args(kind)
    if arguments[-1] is Ellipsis:
        inner = _encoder(arguments[0])
        return lambda values: f"[{','.join([inner(value) for value in values])}]"
    steps = [_encoder(argument) for argument in arguments]

    def encode(values: Any) -> str:
        texts = [step(value) for step, value in zip(steps, values, strict=True)]
        return f"[{','.join(texts)}]"

    return encode


def _attrs_encoder(kind: Any) -> Step:
    def encode(value: Any) -> str:
        texts = []
        items, fields = _encoding(kind)
        for item, (name, step, has_default, default) in zip(items(value), fields):  # noqa: B905 (as long)
            # What stands at its default is left out: it is most of most values.
            if has_default and (item is default or item == default):
                continue
            texts.append(name + step(item))
        return f"{{{','.join(texts)}}}"

    return encode


# Steps are looked up at the first call, so that a class may refer to itself; and all at once,
# since threads share them.


@functools.cache
def _encoding(kind: Any) -> tuple[Step, tuple[tuple[str, Step, bool, Any], ...]]:
    """Return what gets all fields of a value at once; and of each its name, step and default."""
    names = [name for name, *_ in _fields(kind)]
    # Of one name alone an attrgetter returns no tuple.
    items = attrgetter(*names) if len(names) > 1 else lambda value: [getattr(value, *names)]
    return items, tuple(
        (f'"{name}":', _encoder(hint), default is not attrs.NOTHING, default)
        for name, _, hint, default in _fields(kind)
    )


@functools.cache
def _decoding(kind: Any) -> dict[str, tuple[str, Step]]:
    return {name: (alias, _decoder(hint)) for name, alias, hint, _ in _fields(kind)}


def _same(value: Any) -> Any:
    return value


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
