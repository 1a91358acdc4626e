"""
GraphQL documents: text to the operations, fields and values that they name.

As much of the language (October 2021) as executing a document needs: operations, variables with
defaults, arguments, aliases, fragments and directives. Type systems and block strings stay out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any, TypeAlias, final

import attrs

__all__ = [
    "Directive",
    "Document",
    "EnumWord",
    "Field",
    "GraphQLSyntaxError",
    "Inline",
    "Operation",
    "Selection",
    "Spread",
    "Variable",
    "parse_document",
]

DEPTH_MAX = 60
_TOKEN = re.compile(
    r"(?P<skip>[\s,﻿]+|\#[^\n]*)|(?P<spread>\.\.\.)|(?P<punct>[!$&():=@\[\]{|}])"
    r"|(?P<name>[_A-Za-z][_0-9A-Za-z]*)"
    r"|(?P<number>-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,3})?)"
    r'|(?P<string>"(?:[^"\\\n]|\\.)*")'
)


class GraphQLSyntaxError(ValueError):
    """Raised when a document is no GraphQL."""


@final
@attrs.frozen
class Variable:
    """A variable's name where a value stands."""

    name: str


@final
class EnumWord(str):
    """A bare word where a value stands."""

    __slots__ = ()


@final
@attrs.frozen(kw_only=True)
class Directive:
    """A directive and its arguments."""

    name: str
    arguments: Mapping[str, Any]


@final
@attrs.frozen(kw_only=True)
class Field:
    """A field that is asked for, under its own name or an alias."""

    name: str
    key: str
    arguments: Mapping[str, Any]
    directives: tuple[Directive, ...]
    selections: tuple[Selection, ...]


@final
@attrs.frozen(kw_only=True)
class Spread:
    """A named fragment, where its fields are wanted."""

    name: str
    directives: tuple[Directive, ...]


@final
@attrs.frozen(kw_only=True)
class Inline:
    """Fields wanted of one type only, or of any."""

    on: str | None
    directives: tuple[Directive, ...]
    selections: tuple[Selection, ...]


Selection: TypeAlias = Field | Spread | Inline


@final
@attrs.frozen(kw_only=True)
class Operation:
    """One query or mutation."""

    kind: str
    name: str | None
    defaults: Mapping[str, Any]
    required: frozenset[str]
    selections: tuple[Selection, ...]


@final
@attrs.frozen(kw_only=True)
class Document:
    """All that a document defines."""

    operations: tuple[Operation, ...]
    fragments: Mapping[str, Inline]


@lru_cache(maxsize=256)  # a client sends the same few documents again and again
def parse_document(text: str) -> Document:
    """
    Return what *text* defines.

    Raises:
        GraphQLSyntaxError: If it is no GraphQL.

    >>> parse_document("query Q($n: Int = 3) { shop { name } }").operations[0].defaults
    {'n': 3}
    """
    return _Parser(text).document()


def _tokens(text: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise GraphQLSyntaxError(f"unexpected character at {at}")
        at = match.end()
        kind = str(match.lastgroup)
        if kind != "skip":
            found.append((kind, match[0]))
    return found


@final
class _Parser:
    def __init__(self, text: str) -> None:
        self._tokens = [*_tokens(text), ("end", "")]
        self._at = 0
        self._depth = 0

    def _peek(self) -> str:
        return self._tokens[self._at][1]

    def _take(self, wanted: str | None = None) -> str:
        kind, text = self._tokens[self._at]
        if kind == "end" or (wanted is not None and text != wanted):
            raise GraphQLSyntaxError(f"expected {wanted or 'more'}, got {text or 'the end'}")
        self._at += 1
        return text

    def _name(self) -> str:
        if self._tokens[self._at][0] != "name":
            raise GraphQLSyntaxError(f"expected a name, got {self._peek() or 'the end'}")
        return self._take()

    def document(self) -> Document:
        operations: list[Operation] = []
        fragments: dict[str, Inline] = {}
        while self._tokens[self._at][0] != "end":
            if self._peek() == "fragment":
                self._take()
                name = self._name()
                self._take("on")
                fragments[name] = self._inline(self._name())
            else:
                operations.append(self._operation())
        if not operations:
            raise GraphQLSyntaxError("a document holds an operation")
        return Document(operations=tuple(operations), fragments=fragments)

    def _operation(self) -> Operation:
        if self._peek() == "{":
            return Operation(
                kind="query",
                name=None,
                defaults={},
                required=frozenset(),
                selections=self._selections(),
            )
        kind = self._name()
        if kind not in {"query", "mutation"}:
            raise GraphQLSyntaxError(f"no operation: {kind}")
        name = None if self._peek() in "({@" else self._name()
        defaults: dict[str, Any] = {}
        required: set[str] = set()
        if self._peek() == "(":
            self._take()
            while self._peek() != ")":
                self._take("$")
                variable = self._name()
                self._take(":")
                if self._type():
                    required.add(variable)
                if self._peek() == "=":
                    self._take()
                    defaults[variable] = self._value()
            self._take(")")
        self._directives()
        return Operation(
            kind=kind,
            name=name,
            defaults=defaults,
            required=frozenset(required - defaults.keys()),
            selections=self._selections(),
        )

    def _type(self) -> bool:
        """Pass over a type; return whether it must be given."""
        if self._peek() == "[":
            self._take()
            self._type()
            self._take("]")
        else:
            self._name()
        if self._peek() == "!":
            self._take()
            return True
        return False

    def _selections(self) -> tuple[Selection, ...]:
        self._depth += 1
        if self._depth > DEPTH_MAX:
            raise GraphQLSyntaxError("it is nested too deep")
        self._take("{")
        found: list[Selection] = []
        while self._peek() != "}":
            found.append(self._selection())
        self._take("}")
        self._depth -= 1
        if not found:
            raise GraphQLSyntaxError("a selection holds a field")
        return tuple(found)

    def _selection(self) -> Selection:
        if self._peek() == "...":
            self._take()
            if self._peek() == "on":
                self._take()
                return self._inline(self._name())
            if self._peek() in "{@":
                return self._inline(None)
            return Spread(name=self._name(), directives=self._directives())
        key = name = self._name()
        if self._peek() == ":":
            self._take()
            name = self._name()
        arguments = self._arguments()
        directives = self._directives()
        selections = self._selections() if self._peek() == "{" else ()
        return Field(
            name=name, key=key, arguments=arguments, directives=directives, selections=selections
        )

    def _inline(self, on: str | None) -> Inline:
        directives = self._directives()
        return Inline(on=on, directives=directives, selections=self._selections())

    def _directives(self) -> tuple[Directive, ...]:
        found: list[Directive] = []
        while self._peek() == "@":
            self._take()
            found.append(Directive(name=self._name(), arguments=self._arguments()))
        return tuple(found)

    def _arguments(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if self._peek() == "(":
            self._take()
            while self._peek() != ")":
                name = self._name()
                self._take(":")
                found[name] = self._value()
            self._take(")")
        return found

    def _value(self) -> Any:
        kind, text = self._tokens[self._at]
        if kind == "string":
            self._take()
            return json.loads(text)
        if kind == "number":
            self._take()
            return Decimal(text) if re.search(r"[.eE]", text) else int(text)
        if text == "$":
            self._take()
            return Variable(self._name())
        if text == "[":
            self._take()
            items = []
            while self._peek() != "]":
                items.append(self._value())
            self._take("]")
            return items
        if text == "{":
            self._take()
            fields = {}
            while self._peek() != "}":
                name = self._name()
                self._take(":")
                fields[name] = self._value()
            self._take("}")
            return fields
        word = self._name()
        return {"true": True, "false": False, "null": None}.get(word, EnumWord(word))
