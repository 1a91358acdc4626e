"""Access tokens that expire: a refresh token buys a new pair, once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, final
from urllib.parse import parse_qs

from ecomkit.adapters.http import Received, Timekeeper

__all__ = ["Tokens"]

LIFETIME_SECONDS = 3_600
REFRESH_SECONDS = 90 * 86_400


@final
class Tokens:
    """
    The tokens of one app.

    Args:
        time: The clock.
        token: The access token that never expires.
        client_id: The app's id.
        client_secret: The app's secret.
    """

    def __init__(
        self, *, time: Timekeeper, token: str, client_id: str, client_secret: str
    ) -> None:
        self._time = time
        self._ends: dict[str, float | None] = {token: None}
        self._client = (client_id, client_secret)
        self._count = 0
        self.refresh_token = "shprt_0"  # noqa: S105 (a fake's)
        """What buys the next pair."""

    def lets_in(self, token: str | None) -> bool:
        """Return whether an access token is good now."""
        ends = self._ends.get(token or "", 0.0)
        return ends is None or self._time.monotonic() < ends

    def exchange(self, received: Received) -> Mapping[str, Any] | None:
        """Return a new pair for the refresh token in a form; None if it is not the newest."""
        form = {name: held[0] for name, held in parse_qs(received.body.decode()).items()}
        client = (form.get("client_id"), form.get("client_secret"))
        known = form.get("refresh_token") == self.refresh_token and client == self._client
        if not known or form.get("grant_type") != "refresh_token":
            return None
        self._count += 1
        token = f"shpat_{self._count}"
        self.refresh_token = f"shprt_{self._count}"
        self._ends[token] = self._time.monotonic() + LIFETIME_SECONDS
        return {
            "access_token": token,
            "expires_in": LIFETIME_SECONDS,
            "refresh_token": self.refresh_token,
            "refresh_token_expires_in": REFRESH_SECONDS,
            "scope": "write_orders",
        }
