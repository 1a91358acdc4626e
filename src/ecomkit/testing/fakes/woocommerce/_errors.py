"""What the shop says when it refuses: a code, a sentence and a status."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["WooRefusalError", "invalid_param", "missing_params", "no_route"]


class WooRefusalError(Exception):
    """
    A refusal, as the shop words it.

    Args:
        data: Further facts beside the status; in place of all of it where it is no mapping, as
            some routes have it.
    """

    def __init__(self, code: str, message: str, *, status: int, data: Any = None) -> None:
        super().__init__(message)
        self.code = code
        self.text = message
        self.status = status
        self.data = data

    def document(self) -> dict[str, Any]:
        """Return the body that says so."""
        data: Any = {"status": self.status}
        if isinstance(self.data, Mapping):
            data |= self.data
        elif self.data is not None:
            data = self.data
        return {"code": self.code, "message": self.text, "data": data}


def no_route() -> WooRefusalError:
    """Return the refusal of an address that the shop has not."""
    return WooRefusalError(
        "rest_no_route",
        "No route was found matching the URL and request method.",
        status=404,
    )


def invalid_param(name: str, why: str, *, code: str = "rest_invalid_type") -> WooRefusalError:
    """Return the refusal of a parameter's value."""
    return WooRefusalError(
        "rest_invalid_param",
        f"Invalid parameter(s): {name}",
        status=400,
        data={
            "params": {name: why},
            "details": {name: {"code": code, "message": why, "data": None}},
        },
    )


def missing_params(*names: str) -> WooRefusalError:
    """Return the refusal of a call that lacks parameters."""
    return WooRefusalError(
        "rest_missing_callback_param",
        f"Missing parameter(s): {', '.join(names)}",
        status=400,
        data={"params": list(names)},
    )
