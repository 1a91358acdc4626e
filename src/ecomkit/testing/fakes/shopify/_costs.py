"""
What a query costs, by the vendor's stated rule, before it runs and after.

An object is a point, a scalar nothing, a connection as many of its nodes as its page may hold,
a mutation ten. Lists without pages, and the wrapping of connections, cost nothing of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ecomkit.testing.fakes._graphql_document import (
    Document,
    Field,
    Inline,
    Operation,
    Selection,
    Spread,
    Variable,
)

__all__ = ["actual_cost", "requested_cost"]

MUTATION = 10
_WRAPPING = frozenset({"edges", "node", "nodes", "pageInfo"})


def requested_cost(
    operation: Operation, *, document: Document, variables: Mapping[str, Any]
) -> int:
    """Return what *operation* may cost at most."""
    given = {**operation.defaults, **variables}
    start = MUTATION if operation.kind == "mutation" else 0
    # A mutation's own object is in its ten points.
    roots = sum(
        _field(field, document, given) - (1 if start else 0)
        for field in _fields(operation.selections, document)
    )
    return max(start + roots, 0)


def actual_cost(data: Any, *, kind: str) -> int:
    """Return what an answer cost: a point for every object in it."""
    if not isinstance(data, Mapping):
        return 0
    if kind == "mutation":
        return MUTATION + sum(_inside(value) for value in data.values())
    return sum(max(1, _found(value)) for value in data.values())


def _found(value: Any) -> int:
    if isinstance(value, Mapping):
        own = 0 if _WRAPPING & value.keys() and "id" not in value else 1
        return own + _inside(value)
    if isinstance(value, list):
        return sum(_found(item) for item in value)
    return 0


def _inside(value: Any) -> int:
    if not isinstance(value, Mapping):
        return 0
    return sum(
        0
        if name == "pageInfo" or name.endswith("rrors")
        # An edge is no object of its own, its node is.
        else sum(_found(edge.get("node")) for edge in held)
        if name == "edges"
        else _found(held)
        for name, held in value.items()
    )


def _fields(selections: tuple[Selection, ...], document: Document) -> list[Field]:
    """Return what is selected; of several types an object may be, the widest counts."""
    found: list[Field] = []
    by_type: dict[str | None, list[Field]] = {}
    for one in selections:
        if isinstance(one, Field):
            found.append(one)
            continue
        inline = document.fragments.get(one.name) if isinstance(one, Spread) else one
        if isinstance(inline, Inline):
            by_type.setdefault(inline.on, []).extend(_fields(inline.selections, document))
    return found + max(by_type.values(), key=len, default=[])


def _field(field: Field, document: Document, given: Mapping[str, Any]) -> int:
    if not field.selections or field.name == "pageInfo" or field.name.endswith("rrors"):
        return 0
    inside = sum(_field(one, document, given) for one in _fields(field.selections, document))
    if field.name == "edges":
        return inside
    if field.name in {"node", "nodes"} and "ids" not in field.arguments:
        return 1 + inside
    size = next(
        (
            _value(field.arguments[name], given)
            for name in ("first", "last", "ids")
            if name in field.arguments
        ),
        None,
    )
    if isinstance(size, list):
        return len(size) * (1 + inside)
    if isinstance(size, int):
        is_paged = any(one.name in _WRAPPING for one in _fields(field.selections, document))
        return size * inside if is_paged else size * (1 + inside)
    return 1 + inside


def _value(given: Any, variables: Mapping[str, Any]) -> Any:
    return variables.get(given.name) if isinstance(given, Variable) else given
