"""
Executing GraphQL documents over plain values: the part that fakes of GraphQL systems share.

There is no type system: a resolver answers mappings, and a field is there if its mapping has it.
Tests hold documents and answers against the vendor's own schema.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias, final

import attrs

from ecomkit.testing.fakes._graphql_document import (
    Directive,
    Document,
    Field,
    GraphQLSyntaxError,
    Inline,
    Operation,
    Selection,
    Spread,
    Variable,
    parse_document,
)

__all__ = ["Asked", "GraphQLError", "Resolver", "execute"]


class GraphQLError(Exception):
    """
    Raised by a resolver whose field fails: an entry of ``errors``, with the vendor's code.

    Args:
        message: The words.
        code: Goes into ``extensions``; None for none.
        whole: Whether all of ``data`` is lost with it, and not only the field.
    """

    def __init__(
        self, message: str, *, code: str | None = None, whole: bool = False, **extensions: Any
    ) -> None:
        super().__init__(message)
        self.message = message
        self.whole = whole
        self.path: tuple[str | int, ...] = ()
        """Where it happened; filled in by the executor."""
        self.extensions = ({} if code is None else {"code": code}) | extensions


@final
@attrs.frozen(kw_only=True)
class Asked:
    """What one field was asked with: its arguments, its directives, and what is wanted of it."""

    arguments: Mapping[str, Any]
    directives: Mapping[str, Mapping[str, Any]]
    field: Field

    def __getitem__(self, name: str) -> Any:
        return self.arguments.get(name)


Resolver: TypeAlias = Callable[[Asked], Any]
"""Answers one field: a scalar, None, a mapping with ``__typename``, or a list of these."""


def execute(
    text: str | Document,
    variables: Mapping[str, Any],
    *,
    queries: Mapping[str, Resolver],
    mutations: Mapping[str, Resolver],
    operation_name: str | None = None,
    before: Callable[[Operation], None] | None = None,
) -> dict[str, Any]:
    """
    Execute a document, text or parsed, and return ``data`` and ``errors`` as they go over the wire.

    In the mappings that resolvers answer, a value that can be called is called with what was
    asked of its field. *before* sees the operation first and may raise a fault of the whole.

    >>> people = {"person": lambda asked: {"__typename": "Person", "name": asked["id"].upper()}}
    >>> execute('{ a: person(id: "ada") { name } }', {}, queries=people, mutations={})
    {'data': {'a': {'name': 'ADA'}}}
    """
    try:
        document = parse_document(text) if isinstance(text, str) else text
        operation = _chosen(document, operation_name)
    except GraphQLSyntaxError as error:
        return {
            "errors": [{"message": str(error), "extensions": {"code": "GRAPHQL_PARSE_FAILED"}}]
        }
    missing = sorted(name for name in operation.required if variables.get(name) is None)
    if missing:
        message = f"Variable ${missing[0]} of required type was not provided."
        return {"errors": [{"message": message, "extensions": {"code": "BAD_USER_INPUT"}}]}
    run = _Run(document, {**operation.defaults, **variables})
    root = queries if operation.kind == "query" else mutations
    try:
        if before is not None:
            before(operation)
        data = run.object({"__typename": operation.kind.title(), **root}, operation.selections, ())
    except GraphQLError as fault:
        return {"errors": [_shown(fault, fault.path)], "data": None}
    return {"data": data} | ({"errors": run.errors} if run.errors else {})


def _chosen(document: Document, name: str | None) -> Operation:
    found = [one for one in document.operations if name is None or one.name == name]
    if len(found) != 1:
        raise GraphQLSyntaxError("say which operation is meant")
    return found[0]


def _shown(fault: GraphQLError, path: tuple[str | int, ...]) -> dict[str, Any]:
    shown: dict[str, Any] = {"message": fault.message}
    if path:
        shown["path"] = list(path)
    if fault.extensions:
        shown["extensions"] = fault.extensions
    return shown


@final
class _Run:
    def __init__(self, document: Document, variables: Mapping[str, Any]) -> None:
        self._document = document
        self._variables = variables
        self.errors: list[dict[str, Any]] = []

    def object(
        self,
        value: Mapping[str, Any],
        selections: tuple[Selection, ...],
        path: tuple[str | int, ...],
    ) -> dict[str, Any]:
        asked: dict[str, Field] = {}
        for field in self._fields(selections, value):
            known = asked.get(field.key)
            # One field may be asked for in several places, each with other fields inside.
            asked[field.key] = (
                field
                if known is None
                else attrs.evolve(known, selections=known.selections + field.selections)
            )
        answer: dict[str, Any] = {}
        for key, field in asked.items():
            here = (*path, key)
            try:
                found = self._resolved(value, field)
                answer[key] = self._completed(found, field, here)
            except GraphQLError as fault:
                if fault.whole:
                    fault.path = fault.path or here
                    raise
                self.errors.append(_shown(fault, here))
                answer[key] = None
        return answer

    def _fields(
        self, selections: tuple[Selection, ...], value: Mapping[str, Any]
    ) -> Iterator[Field]:
        for one in selections:
            if not self._is_wanted(one.directives):
                continue
            if isinstance(one, Field):
                yield one
                continue
            if isinstance(one, Spread):
                if one.name not in self._document.fragments:
                    raise GraphQLError(f"Unknown fragment {one.name}", whole=True)
                inline: Inline = self._document.fragments[one.name]
            else:
                inline = one
            kinds = (value.get("__typename"), *value.get("__interfaces", ()))
            if inline.on is None or inline.on in kinds:
                yield from self._fields(inline.selections, value)

    def _is_wanted(self, directives: tuple[Directive, ...]) -> bool:
        for one in directives:
            if one.name in {"include", "skip"}:
                flag = bool(self._value(one.arguments.get("if")))
                if flag is (one.name == "skip"):
                    return False
        return True

    def _resolved(self, value: Mapping[str, Any], field: Field) -> Any:
        if field.name not in value:
            raise GraphQLError(
                f"Field '{field.name}' doesn't exist on type '{value.get('__typename')}'",
                code="undefinedField",
                whole=True,
            )
        found = value[field.name]
        if callable(found):
            arguments = {
                name: self._value(given)
                for name, given in field.arguments.items()
                if not self._is_absent(given)
            }
            directives = {
                one.name: {name: self._value(given) for name, given in one.arguments.items()}
                for one in field.directives
            }
            found = found(Asked(arguments=arguments, directives=directives, field=field))
        return found

    def _is_absent(self, given: Any) -> bool:
        return isinstance(given, Variable) and given.name not in self._variables

    def _completed(self, found: Any, field: Field, path: tuple[str | int, ...]) -> Any:
        if isinstance(found, Mapping):
            if not field.selections:
                return dict(found)  # a scalar of several parts, such as JSON
            return self.object(found, field.selections, path)
        if isinstance(found, (list, tuple)):
            return [
                self._completed(item, field, (*path, place)) for place, item in enumerate(found)
            ]
        return found

    def _value(self, given: Any) -> Any:
        if isinstance(given, Variable):
            return self._variables.get(given.name)
        if isinstance(given, list):
            return [self._value(item) for item in given]
        if isinstance(given, dict):
            return {
                name: self._value(item)
                for name, item in given.items()
                if not self._is_absent(item)
            }
        return given
