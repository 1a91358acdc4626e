"""Logging in: the token of a session stands in a header of the answer."""

from __future__ import annotations

from datetime import datetime

from ecomkit.adapters.http import (
    Flow,
    HeaderCredential,
    Renewal,
    Repeat,
    Signing,
    UnreadableJsonError,
    graphql_request,
)
from ecomkit.adapters.vendure._documents import LOGIN
from ecomkit.ports import Secret, Tokens

__all__ = ["TOKEN_HEADER", "channel_header", "logging_in"]

TOKEN_HEADER = "vendure-auth-token"  # noqa: S105 (a header's name)
CHANNEL_HEADER = "vendure-token"


def logging_in(target: str, *, username: str, password: Secret) -> Renewal:
    """Return the flow that opens a session; the server does not say when one ends."""

    def login(tokens: Tokens | None, now: datetime) -> Flow[Tokens]:  # noqa: ARG001 (a Renewal)
        reply = yield graphql_request(
            target,
            document=LOGIN.text,
            variables={"username": username, "password": password.reveal()},
            # A session too many does no harm.
            repeat=Repeat.AT_WILL,
            signing=Signing.NONE,
            operation="log in",
        )
        token = reply.header(TOKEN_HEADER)
        if not token:
            raise UnreadableJsonError(reason=f"it has no {TOKEN_HEADER}: enable bearer tokens")
        return Tokens(access=Secret(token))

    return login


def channel_header(token: Secret) -> HeaderCredential:
    """Return the header that says which of the server's channels is meant."""
    return HeaderCredential(CHANNEL_HEADER, token)
