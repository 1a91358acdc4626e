"""
The language of ``query:``: terms such as ``updated_at:>='2026-01-05'``, with AND, OR, NOT, brackets.

A field that the list does not have is passed over, as the vendor does.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, TypeAlias

from ecomkit.testing.fakes._graphql import GraphQLError

__all__ = ["Readers", "search"]

Readers: TypeAlias = Mapping[str, Callable[[Any], Any]]
"""For each field of a list, what of a thing it looks at: text, numbers, instants, or several."""

Test: TypeAlias = Callable[[Any], bool]

_TOKEN = re.compile(
    r"\s*(?:(?P<bracket>[()])"
    r"|(?P<field>-?[a-z_]+):(?P<compare><=|>=|<|>)?\s*(?P<value>\"[^\"]*\"|'[^']*'|[^\s()]+)"
    r"|(?P<word>-?(?:\"[^\"]*\"|'[^']*'|[^\s()]+)))"
)
_COMPARE: Mapping[str | None, Callable[[Any, Any], bool]] = {
    None: operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def search(text: str | None, *, fields: Readers) -> tuple[Test, list[str]]:
    """
    Return the test that *text* states, and the fields in it that the list does not have.

    >>> test, unknown = search("size:>=3 colour:red mood:good", fields={
    ...     "size": lambda it: it[0], "colour": lambda it: it[1]})
    >>> [test((3, "RED")), test((2, "red")), unknown]
    [True, False, ['mood']]
    """
    if not (text or "").strip():
        return (lambda _: True), []
    parser = _Parser(str(text), fields)
    return parser.any(), parser.unknown


class _Parser:
    def __init__(self, text: str, fields: Readers) -> None:
        self._tokens = list(_TOKEN.finditer(text.strip()))
        self._fields = fields
        self._at = 0
        self.unknown: list[str] = []

    def _word(self) -> str:
        token = self._tokens[self._at] if self._at < len(self._tokens) else None
        return "" if token is None else (token["bracket"] or token["word"] or "term")

    def any(self) -> Test:
        tests = [self._all()]
        while self._word() == "OR":
            self._at += 1
            tests.append(self._all())
        return tests[0] if len(tests) == 1 else lambda thing: any(test(thing) for test in tests)

    def _all(self) -> Test:
        tests = []
        while (word := self._word()) not in {"", ")", "OR"}:
            if word == "AND":
                self._at += 1
            else:
                tests.append(self._one())
        return tests[0] if len(tests) == 1 else lambda thing: all(test(thing) for test in tests)

    def _one(self) -> Test:
        word = self._word()
        token = self._tokens[self._at]
        self._at += 1
        if word == "NOT":
            return _opposite(self._one())
        if word == "(":
            inside = self.any()
            self._at += 1
            return inside
        name = token["field"] or token["word"]
        if name.startswith("-"):
            return _opposite(self._term(name[1:], token))
        return self._term(name, token)

    def _term(self, name: str, token: re.Match[str]) -> Test:
        if token["field"] is None:
            name, value = "default", name
        else:
            value = token["value"]
        read = self._fields.get(name)
        if read is None:
            if token["field"] is not None:
                self.unknown.append(name)
            return lambda _: True
        return _compared(read, value.strip("'\""), token["compare"])


def _opposite(test: Test) -> Test:
    return lambda thing: not test(thing)


def _compared(read: Callable[[Any], Any], value: str, compare: str | None) -> Test:
    number = int(value) if re.fullmatch(r"-?\d+", value) else None
    holds = _COMPARE[compare]

    def test(thing: Any) -> bool:
        found = read(thing)
        if isinstance(found, int):
            return number is not None and holds(found, number)
        if isinstance(found, (list, tuple, set, frozenset)):
            return any(_fits(one, value, compare) for one in found)
        return _fits(found, value, compare)

    return test


def _fits(found: Any, value: str, compare: str | None) -> bool:
    if found is None:
        return False
    if isinstance(found, datetime):
        at = _instant(value)
        if compare is None:
            length = timedelta(days=1) if _DAY.fullmatch(value) else timedelta(seconds=1)
            return at <= found < at + length
        return _COMPARE[compare](found, at)
    if isinstance(found, int):
        number = int(value) if re.fullmatch(r"-?\d+", value) else None
        return number is not None and _COMPARE[compare](found, number)
    known = str(found).casefold()
    wanted = value.casefold()
    if wanted.endswith("*"):
        return known.startswith(wanted[:-1])
    return known == wanted


@lru_cache(maxsize=64)
def _instant(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise GraphQLError(f"Invalid timestamp: {text}", code="BAD_REQUEST", whole=True) from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
