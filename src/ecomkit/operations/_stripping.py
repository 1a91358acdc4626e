"""Stripping: what is personal is taken out of a value, and its amounts, dates and ids stay."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Collection as Words
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

import attrs

from ecomkit.customers import Customer

__all__ = ["ERASED", "folded", "marks_of", "quotes", "stripped", "words_of"]

V = TypeVar("V")

ERASED = "erased with the person it spoke of"

NOTES = frozenset({"reason", "note", "notes", "comment"})
"""Fields in which people write what they like; who is written of is not to be told from it."""

NAMES = frozenset({"id", "key", "number", "object_id"})
"""Fields by which a value is found; they stay, and so do all identifiers."""

WORD_MIN = 4
"""A shorter word of letters stands inside many others."""

MARK_MIN = 8
"""A shorter number of a channel may be anything else."""

ESCAPES = re.compile(r"(?:\\u[0-9a-fA-F]{4})+")


def words_of(customers: Iterable[Customer]) -> frozenset[str]:
    """Return the texts by which *customers* are known, and the parts of their names."""
    told = {
        folded(word).strip()
        for customer in customers
        for word in (*_marks(customer), *_names(customer))
    }
    return frozenset(filter(_is_telling, told))


def _is_telling(word: str) -> bool:
    """Whether *word* is not just any letter, or a number that may count anything."""
    is_count = word.isdigit() and len(word) < MARK_MIN
    return not word.isascii() or (len(word) > 1 and not is_count)


def marks_of(customers: Iterable[Customer]) -> frozenset[str]:
    """Return the texts that nobody else is known by: addresses, numbers and accounts."""
    return frozenset(
        folded(mark)
        for customer in customers
        for mark in _marks(customer)
        if "@" in mark or len(mark) >= MARK_MIN
    )


def _marks(customer: Customer) -> Iterator[str]:
    for identity in customer.identities:
        yield identity.external_id
    for contact in customer.contacts:
        if contact.email is not None:
            yield contact.email.address
        if contact.phone is not None:
            yield contact.phone.raw
            if contact.phone.e164 is not None:
                yield contact.phone.e164.digits


def _names(customer: Customer) -> Iterator[str]:
    full = [customer.name, *(address.recipient for address in customer.addresses)]
    for name in filter(None, full):
        yield name
        yield from name.split()
    for address in customer.addresses:
        yield from address.lines


def quotes(text: str, words: Words[str]) -> bool:
    r"""
    Say whether *text*, plain or as JSON writes it, has one of *words*, as :func:`folded`, in it.

    >>> quotes(r'{"name": "Zo\u00eb"}', {"zoë"}), quotes("Aluminium", {"al"})
    (True, False)
    """
    told = folded(ESCAPES.sub(_unescaped, text) if "\\u" in text else text)
    return any(word in told and _stands_alone(word, told) for word in words)


def folded(text: str) -> str:
    """Return *text* so that it equals itself in other cases, and however its accents are written."""
    # In capitals first: a dotless i has the same capital as another i, and no other case.
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).upper().casefold())


def _unescaped(found: re.Match[str]) -> str:
    letters: str = json.loads(f'"{found[0]}"')
    return letters


def _stands_alone(word: str, text: str) -> bool:
    if len(word) >= WORD_MIN or not word.isascii():
        return True
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) is not None


def stripped(value: V, words: Words[str]) -> V:
    """
    Return *value* without its notes and the texts that quote one of *words*; each leaves a word.

    Numbers, amounts, instants and identifiers stay as they are; a value in which nothing is
    personal is returned itself.
    """
    result: V = _stripped(value, words)
    return result


def _stripped(value: Any, words: Words[str]) -> Any:
    if type(value) is str:
        return ERASED if quotes(value, words) else value
    if type(value) is tuple:
        items = tuple(_stripped(item, words) for item in value)
        return (
            items if any(new is not old for new, old in zip(items, value, strict=True)) else value
        )
    if not attrs.has(type(value)):
        return value
    changes = {}
    for field in attrs.fields(type(value)):
        if not field.init or field.name in NAMES:
            continue
        old = getattr(value, field.name)
        if field.name in NOTES and type(old) is str:
            new = ERASED if old else old
        else:
            new = _stripped(old, words)
        if new is not old:
            changes[field.alias] = new
    return attrs.evolve(value, **changes) if changes else value
