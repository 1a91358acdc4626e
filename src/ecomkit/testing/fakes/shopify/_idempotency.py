"""The ``@idempotent`` directive: one key, one effect."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from ecomkit.testing.fakes._graphql import Asked, GraphQLError
from ecomkit.testing.fakes.shopify._store import Store
from ecomkit.testing.fakes.shopify._wire import user_error

__all__ = ["once"]

Payload = Mapping[str, Any]


def once(
    asked: Asked, *, store: Store, act: Callable[[], Payload], empty: Payload, errors: str
) -> Payload:
    """Return what *act* answers, or what it answered when the key came first."""
    key = str(asked.directives.get("idempotent", {}).get("key") or "")
    if not key:
        raise GraphQLError(
            "The @idempotent directive is required for this mutation but was not provided.",
            code="BAD_REQUEST",
            whole=True,
        )
    content = json.dumps(asked.arguments, sort_keys=True, default=str)
    known: tuple[str, Payload] | None = store.keys.get((asked.field.name, key))
    if known is None:
        payload = act()
        store.keys[asked.field.name, key] = (content, payload)
        return payload
    if known[0] == content:
        return known[1]
    error = user_error(
        message="The same idempotency key cannot be used with different operation parameters.",
        kind=errors,
        code="IDEMPOTENCY_KEY_PARAMETER_MISMATCH",
    )
    return {**empty, "userErrors": [error]}
