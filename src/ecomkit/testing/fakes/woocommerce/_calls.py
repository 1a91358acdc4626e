"""A call that has found its route, and what it is answered with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias, final

import attrs

from ecomkit.testing.fakes.woocommerce._errors import WooRefusalError, invalid_param
from ecomkit.testing.fakes.woocommerce._lists import Params

__all__ = ["BATCH_MAX", "Answer", "Call", "Handler", "batch", "flag_of", "whole_of"]

BATCH_MAX = 100


@final
@attrs.frozen(kw_only=True)
class Call:
    """A call that has found its route: the ids in its path, its query and what its body says."""

    ids: tuple[int, ...] = ()
    params: Params
    body: Mapping[str, Any] = attrs.field(factory=dict)


@final
@attrs.frozen(kw_only=True)
class Answer:
    """What a call is answered with."""

    document: Any
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()


Handler: TypeAlias = Callable[[Call], Answer]


def whole_of(body: Mapping[str, Any], name: str) -> int:
    """Return the whole number that *body* has under *name*, also written as text."""
    value = body[name]
    if not isinstance(value, bool) and isinstance(value, int | str):
        try:
            return int(value)
        except ValueError:
            pass
    raise invalid_param(name, f"{name} is not of type integer.")


def flag_of(body: Mapping[str, Any], name: str, *, default: bool) -> bool:
    """Return the switch that *body* has under *name*."""
    value = body.get(name, default)
    if value in (True, "true", 1, "1"):
        return True
    if value in (False, "false", 0, "0", ""):
        return False
    raise invalid_param(name, f"{name} is not of type boolean.")


def batch(
    body: Mapping[str, Any],
    *,
    create: Callable[[Mapping[str, Any]], dict[str, Any]],
    update: Callable[[int, Mapping[str, Any]], dict[str, Any]],
    delete: Callable[[int], dict[str, Any]],
) -> Answer:
    """
    Do a batch row by row; a row that is refused says so in its place, and the rest goes on.

    Raises:
        WooRefusalError: If there are too many rows in all.
    """
    asked = {name: body[name] for name in ("create", "update", "delete") if body.get(name)}
    if sum(len(rows) for rows in asked.values()) > BATCH_MAX:
        raise WooRefusalError(
            "woocommerce_rest_request_entity_too_large",
            f"Unable to accept more than {BATCH_MAX} items for this request.",
            status=413,
        )

    def one(name: str, row: Any) -> dict[str, Any]:
        number = row.get("id", 0) if isinstance(row, Mapping) else row
        try:
            if name == "create":
                return create(row)
            return update(int(number), row) if name == "update" else delete(int(number))
        except WooRefusalError as refusal:
            return {"id": number, "error": refusal.document()}

    return Answer(
        document={name: [one(name, row) for row in rows] for name, rows in asked.items()}
    )
