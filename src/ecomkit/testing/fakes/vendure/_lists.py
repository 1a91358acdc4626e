"""Lists as Vendure answers them: filtered, sorted and cut by skip and take."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from operator import itemgetter
from typing import Any, TypeVar

from ecomkit.testing.fakes._graphql import GraphQLError
from ecomkit.testing.fakes.vendure._errors import bad_input

__all__ = ["TAKE_MAX", "listed"]

TAKE_MAX = 1_000
X = TypeVar("X")


def listed(
    items: Iterable[X],
    options: Mapping[str, Any] | None,
    *,
    kind: str,
    columns: Callable[[X], Mapping[str, Any]],
    document: Callable[[X], Mapping[str, Any]],
    rising_by: str | None = None,
) -> dict[str, Any]:
    """
    Return the list of *items* that *options* ask for.

    *columns* are what can be filtered and sorted by. Equal ones come as the database has them:
    in the order of *items*, which may rise by a column already.
    """
    options = options or {}
    take, skip = options.get("take"), options.get("skip") or 0
    if take is not None and take > TAKE_MAX:
        raise bad_input(f"Cannot take more than {TAKE_MAX} results from a list query")
    is_any = options.get("filterOperator") == "OR"
    found = list(items)
    wanted = options.get("filter")
    if wanted:
        found = [item for item in found if _matches(columns(item), wanted, is_any=is_any)]
    sort = {name: way for name, way in (options.get("sort") or {}).items() if way is not None}
    if sort != {rising_by: "ASC"}:
        for name, way in reversed(sort.items()):
            values = [_column(columns(item), name) for item in found]
            found = _sorted(found, values, name, is_falling=way == "DESC")
    start = max(skip, 0)
    page = found[start : start + (TAKE_MAX if take is None else max(take, 0))]
    return {
        "__typename": kind,
        "totalItems": len(found),
        "items": [document(item) for item in page],
    }


def _sorted(items: Sequence[X], values: Sequence[Any], name: str, *, is_falling: bool) -> list[X]:
    # A database has no values last when rising and first when falling.
    absent = [item for item, value in zip(items, values, strict=True) if value is None]
    present = [
        # Ids are numbers in the database and texts outside.
        (int(value) if name == "id" else value, item)
        for item, value in zip(items, values, strict=True)
        if value is not None
    ]
    present.sort(key=itemgetter(0), reverse=is_falling)
    ordered = [item for _, item in present]
    return absent + ordered if is_falling else ordered + absent


def _column(columns: Mapping[str, Any], name: str) -> Any:
    if name not in columns:
        raise _invalid(f'Field "{name}" is not defined')
    return columns[name]


def _invalid(message: str) -> GraphQLError:
    return GraphQLError(message, code="BAD_USER_INPUT", whole=True)


def _matches(columns: Mapping[str, Any], wanted: Mapping[str, Any], *, is_any: bool) -> bool:
    found: list[bool] = []
    for name, given in wanted.items():
        if given is None:
            continue
        if name in {"_and", "_or"}:
            parts = [_matches(columns, part, is_any=is_any) for part in given]
            found.append(all(parts) if name == "_and" else any(parts))
            continue
        value = _column(columns, name)
        found.extend(
            _operator(operator)(value, _operand(value, operand))
            for operator, operand in given.items()
            if operand is not None
        )
    return not found or (any(found) if is_any else all(found))


def _operand(value: Any, operand: Any) -> Any:
    if not isinstance(value, datetime):
        return operand
    if isinstance(operand, list):
        return [_operand(value, one) for one in operand]
    if isinstance(operand, dict):
        return {name: _operand(value, one) for name, one in operand.items()}
    if isinstance(operand, str):
        try:
            moment = datetime.fromisoformat(operand)
        except ValueError:
            raise _invalid("DateTime cannot represent an invalid date-time-string") from None
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return operand


def _operator(name: str) -> Callable[[Any, Any], bool]:
    if name not in OPERATORS:
        raise _invalid(f'Field "{name}" is not defined')
    return OPERATORS[name]


def _is(test: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    return lambda value, operand: value is not None and test(value, operand)


OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": _is(lambda value, operand: value == operand),
    "notEq": _is(lambda value, operand: value != operand),
    "in": _is(lambda value, operand: value in operand),
    "notIn": _is(lambda value, operand: value not in operand),
    "contains": _is(lambda value, operand: operand.lower() in value.lower()),
    "notContains": _is(lambda value, operand: operand.lower() not in value.lower()),
    "regex": _is(lambda value, operand: re.search(operand, value) is not None),
    "before": _is(lambda value, operand: value < operand),
    "after": _is(lambda value, operand: value > operand),
    "lt": _is(lambda value, operand: value < operand),
    "lte": _is(lambda value, operand: value <= operand),
    "gt": _is(lambda value, operand: value > operand),
    "gte": _is(lambda value, operand: value >= operand),
    "between": _is(lambda value, operand: operand["start"] <= value <= operand["end"]),
    "isNull": lambda value, operand: (value is None) is operand,
}
