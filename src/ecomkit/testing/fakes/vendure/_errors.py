"""How Vendure says no: typed results inside ``data``, and entries of ``errors``."""

from __future__ import annotations

import re
from typing import Any

from ecomkit.testing.fakes._graphql import GraphQLError

__all__ = ["Refused", "bad_input", "database_error", "forbidden", "no_entity"]


class Refused(Exception):  # noqa: N818 (an answer, not an error)
    """
    Raised inside the shop; the answer holds it as a value, one of the result union's types.

    Args:
        kind: The name of the type, such as ``NothingToRefundError``.
        message: The words.
        fields: What the type has besides.
    """

    def __init__(self, kind: str, message: str, **fields: Any) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.fields = fields

    def document(self) -> dict[str, Any]:
        """Return the value as it stands in ``data``."""
        code = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", self.kind).upper()
        return {
            "__typename": self.kind,
            "__interfaces": ("ErrorResult",),
            "errorCode": code,
            "message": self.message,
            **self.fields,
        }


def no_entity(kind: str, key: object) -> GraphQLError:
    """Return the fault of an id that nothing has."""
    return GraphQLError(f'No {kind} with the id "{key}" could be found', code="ENTITY_NOT_FOUND")


def bad_input(message: str) -> GraphQLError:
    """Return the fault of an input that breaks a rule."""
    return GraphQLError(message, code="USER_INPUT_ERROR")


def database_error(message: str) -> GraphQLError:
    """Return the fault of what only the database refuses: it comes without a code."""
    return GraphQLError(message)


def forbidden() -> GraphQLError:
    """Return the fault of a call without a session that may do it."""
    return GraphQLError(
        "You are not currently authorized to perform this action", code="FORBIDDEN"
    )
