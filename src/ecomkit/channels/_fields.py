"""
Reading what a channel sent: every fault with its path, and not only the first one.

A reader takes the fields that it knows out of a document and builds a value of them. Where
something is wrong it notes what and where, goes on with the other fields, and builds nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Generic, TypeVar, final

import attrs

from ecomkit._checks import as_tuple, each
from ecomkit.channels._claims import ChannelClaim
from ecomkit.channels._pages import PageEntry, ReadOrder, UnreadableOrder
from ecomkit.channels._payloads import Payload
from ecomkit.errors import InputError, shown
from ecomkit.money import Currency, Money, parse_decimal
from ecomkit.timeline import instant

__all__ = [
    "Built",
    "Faulty",
    "Fields",
    "choice_of",
    "entry_of",
    "identity",
    "instant_of",
    "money_of",
    "read_fields",
    "text_of",
    "texts_of",
    "whole_of",
]

T = TypeVar("T")

FAULTS_MAX = 100
"""A list of a million wrong rows is one fault of the sender, not a million."""

_ABSENT: Any = object()
_NO_MONEY = Money.zero(Currency.EUR)


@final
class Fields:
    """
    The fields of one object of a document; notes every fault under its path.

    What is read wrongly is None, which :meth:`build` never lets out: it makes a value only if
    nothing went wrong since this object was entered.

    >>> def line(row: Fields) -> tuple[str, int]:
    ...     return row.build(lambda **f: (f["id"], f["units"]), id=row.read("id", text_of),
    ...                      units=row.read("units", whole_of))
    >>> order = {"lines": [{"id": "a", "units": "2"}, {"id": "b"}]}
    >>> read_fields(order, lambda fields: fields.each("lines", line)).faults
    ("lines[0].units: not a whole number: '2'", 'lines[1].units: missing')
    """

    __slots__ = ("_above", "_document", "_entered_with", "_faults", "_step")

    def __init__(
        self,
        document: object,
        *,
        faults: list[str],
        above: Fields | None = None,
        step: str | tuple[str, int] = "",
    ) -> None:
        self._above = above
        self._step = step
        self._faults = faults
        self._entered_with = len(faults)
        self._document: Mapping[str, Any] | None
        if isinstance(document, dict):
            self._document = document
            return
        self._document = None
        if document is not _ABSENT:
            self.note("missing" if document is None else "not an object")

    @property
    def path(self) -> str:
        """Where the object stands in the document, such as ``lines[0]``."""
        steps: list[str] = []
        at: Fields | None = self
        while at is not None:
            step = at._step  # noqa: SLF001 (of this class, only not of this object)
            if isinstance(step, tuple):
                steps.append(f".{step[0]}[{step[1]}]")
            elif step:
                steps.append(f".{step}")
            at = at._above  # noqa: SLF001 (as above)
        return "".join(reversed(steps)).removeprefix(".")

    def note(self, fault: str, *, field: str = "") -> None:
        """Take down that *field*, or the object itself, is wrong."""
        if len(self._faults) < FAULTS_MAX:
            path = ".".join(part for part in (self.path, field) if part)
            self._faults.append(f"{path or 'payload'}: {fault}")

    def has(self, name: str) -> bool:
        """Whether the object names the field, and not null."""
        return self._document is not None and self._document.get(name) is not None

    def read(self, name: str, parse: Callable[[Any], T], *, default: Any = _ABSENT) -> T:
        """
        Return what *parse* makes of a field; *default* if it is not there, or null.

        *parse* says what is wrong by raising ValueError, TypeError or an error of ours.
        """
        document = self._document
        if document is not None:
            raw = document.get(name)
            if raw is None:
                if default is not _ABSENT:
                    return default  # type: ignore[no-any-return]  # as its caller typed it
                self.note("null" if name in document else "missing", field=name)
            else:
                try:
                    return parse(raw)
                except (ValueError, TypeError, RecursionError) as error:
                    self.note(str(error), field=name)
        return None  # type: ignore[return-value]  # the fault keeps it from being used

    def inside(self, name: str) -> Fields:
        """Return the object in a field; its absence is a fault, noted once."""
        document = self._document
        # What is below an object that was not there is not noted again.
        inner = _ABSENT if document is None else document.get(name)
        return Fields(inner, faults=self._faults, above=self, step=name)

    def each(
        self, name: str, read: Callable[[Fields], T], *, default: Any = _ABSENT
    ) -> tuple[T, ...]:
        """Return what *read* makes of each object of a list; *default* if it is not there, or null."""
        document = self._document
        if document is None:
            return ()
        rows = document.get(name)
        if rows is None and default is not _ABSENT:
            return default  # type: ignore[no-any-return]  # as its caller typed it
        if not isinstance(rows, list):
            self.note("missing" if rows is None else "not a list", field=name)
            return ()
        faults = self._faults
        return tuple(
            [
                read(Fields(row, faults=faults, above=self, step=(name, number)))
                for number, row in enumerate(rows)
            ]
        )

    def build(self, make: Callable[..., T], /, **fields: Any) -> T:
        """Return ``make(**fields)``, unless something in the object was wrong; its refusal is a fault."""
        if len(self._faults) == self._entered_with and self._document is not None:
            try:
                return make(**fields)
            except (InputError, ValueError, TypeError) as error:
                self.note(str(error))
        return None  # type: ignore[return-value]  # as above


@final
@attrs.frozen
class Built(Generic[T]):
    """A document was read; nothing in it was wrong."""

    value: T


@final
@attrs.frozen(kw_only=True)
class Faulty:
    """
    A document could not be read, with every fault and its path.

    >>> Faulty(faults=("lines[0].units: missing", "placed_at: null")).explain()
    'lines[0].units: missing; placed_at: null'
    """

    faults: tuple[str, ...] = attrs.field(converter=as_tuple, validator=each(str))

    def explain(self) -> str:
        """Say what is wrong, and where."""
        return "; ".join(self.faults)


def read_fields(document: object, read: Callable[[Fields], T]) -> Built[T] | Faulty:
    """Return what *read* builds of *document*, or every fault that it met. Pure."""
    faults: list[str] = []
    value = read(Fields(document, faults=faults))
    return Faulty(faults=tuple(faults)) if faults else Built(value)


def entry_of(
    payload: Payload, document: object, read: Callable[[Fields], ChannelClaim]
) -> PageEntry:
    """Return the claim that *read* builds of *document*, or the payload with every fault. Pure."""
    found = read_fields(document, read)
    if isinstance(found, Faulty):
        return UnreadableOrder(payload=payload, faults=found.faults)
    return ReadOrder(claim=found.value, payload=payload)


# -- parsers of single values -----------------------------------------------------------------


def text_of(raw: object) -> str:
    """Return *raw*, which must be text that bytes can spell: JSON can spell half a character."""
    if not isinstance(raw, str):
        raise TypeError(f"not a text: {shown(raw)}")
    if not raw.isascii():
        try:
            raw.encode()
        except UnicodeEncodeError:
            raise ValueError("half a character") from None
    return raw


def whole_of(raw: object) -> int:
    """Return *raw*, which must be a whole number, spelt as one."""
    if type(raw) is not int:
        raise TypeError(f"not a whole number: {shown(raw)}")
    return raw


def identity(raw: object) -> str:
    """Return a name that some systems spell as text and some as a whole number, as text."""
    return text_of(raw) if isinstance(raw, str) else str(whole_of(raw))


def instant_of(raw: object) -> datetime:
    """Return the instant that *raw* spells in ISO 8601 with its offset."""
    return instant(text_of(raw))


def money_of(currency: Currency | None) -> Callable[[object], Money]:
    """
    Return the parser of amounts in *currency*, spelt as text or as a number; nothing is rounded.

    Where the currency itself could not be read, only how they are spelt is judged.
    """

    def parse(raw: object) -> Money:
        if isinstance(raw, str):
            if currency is None:
                parse_decimal(raw)
                return _NO_MONEY
            return Money.parse(raw, currency)
        if isinstance(raw, Decimal) or type(raw) is int:
            return _NO_MONEY if currency is None else Money.from_decimal(Decimal(raw), currency)
        raise TypeError(f"not an amount: {shown(raw)}")

    return parse


def choice_of(words: Mapping[str, T]) -> Callable[[object], T | None]:
    """Return the parser of a word that *words* maps; one that it does not know is None, no fault."""
    return lambda raw: words.get(text_of(raw))


def texts_of(raw: object) -> tuple[str, ...]:
    """Return *raw*, which must be a list of texts."""
    if not isinstance(raw, Sequence) or isinstance(raw, str):
        raise TypeError(f"not a list: {shown(raw)}")
    return tuple(map(text_of, raw))
