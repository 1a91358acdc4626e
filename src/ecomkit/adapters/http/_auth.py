"""
The credentials of an account, and how they are renewed.

Written once, without a network: renewing is a flow like any other. The sessions hold the token
store's lock around it and save what came before it is used.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import TypeAlias, final

import attrs

from ecomkit._checks import as_tuple, each, is_a
from ecomkit.adapters.http._credential import (
    Credential,
    HeaderCredential,
    QueryCredential,
    basic,
    bearer,
)
from ecomkit.adapters.http._flow import Flow
from ecomkit.adapters.http._json import UnreadableJsonError
from ecomkit.adapters.http._reply import Reply
from ecomkit.adapters.http._request import Repeat, Request, Signing
from ecomkit.adapters.http._signed import SignedCredentials
from ecomkit.errors import FieldError
from ecomkit.ports import Secret, Tokens, TokenStore

__all__ = [
    "ClientStyle",
    "Credentials",
    "Grant",
    "OAuth2",
    "Renewal",
    "RenewedCredentials",
    "StaticCredentials",
]

LIFE_SECONDS_MAX = 10 * 365 * 86_400


@final
@attrs.frozen(kw_only=True)
class StaticCredentials:
    """Credentials that last until somebody revokes them; none at all for an open system."""

    items: tuple[Credential, ...] = attrs.field(
        default=(), converter=as_tuple, validator=each(HeaderCredential, QueryCredential)
    )


class ClientStyle(enum.Enum):
    """How a token endpoint wants to know who asks."""

    BODY = "client_id and client_secret in the form"
    BASIC = "both in a Basic header"


class Grant(enum.Enum):
    """What buys a new access token."""

    REFRESH_TOKEN = "refresh_token"  # noqa: S105 (a name of OAuth 2, no password)
    CLIENT_CREDENTIALS = "client_credentials"


Renewal: TypeAlias = Callable[["Tokens | None", datetime], Flow[Tokens]]
"""A flow that buys new tokens: from those kept, if any, at an instant."""


@final
@attrs.frozen(kw_only=True)
class OAuth2:
    """
    Renews tokens at an OAuth 2 token endpoint (RFC 6749).

    Where the answer holds no new refresh token the old one stays. The request is not repeated
    once it may have been done, since the refresh token may be used up by then.

    Args:
        token_url: The endpoint; its host must be the site's, or on the site's list.
        client_id: Of the application.
        client_secret: Of the application; None for a public client.
        grant: What buys the token.
        style: How the application says who it is.
        extra: Other fields of the form, such as the scope.
    """

    token_url: str = attrs.field(validator=is_a(str))
    client_id: str = attrs.field(validator=is_a(str))
    client_secret: Secret | None = None
    grant: Grant = Grant.REFRESH_TOKEN
    style: ClientStyle = ClientStyle.BODY
    extra: tuple[tuple[str, str], ...] = attrs.field(default=(), converter=as_tuple)

    def __call__(self, tokens: Tokens | None, now: datetime) -> Flow[Tokens]:
        """
        Ask for new tokens and return them; *now* is when, for the expiry.

        Raises:
            FieldError: If a refresh token is needed and none is kept.
            UnreadableJsonError: If the answer holds no token.
        """
        reply = yield self._request(None if tokens is None else tokens.refresh)
        return self._read(reply, tokens, now)

    def _request(self, refresh: Secret | None) -> Request:
        fields: list[tuple[str, str | Secret]] = [("grant_type", self.grant.value)]
        if self.grant is Grant.REFRESH_TOKEN:
            if refresh is None:
                raise FieldError(
                    owner="TokenStore",
                    field="tokens",
                    got=None,
                    wanted="tokens with a refresh token; let the account's owner allow us in",
                )
            fields.append(("refresh_token", refresh))
        own: tuple[Credential, ...] = ()
        if self.style is ClientStyle.BASIC:
            own = (basic(self.client_id, self.client_secret),)
        else:
            fields.append(("client_id", self.client_id))
            if self.client_secret is not None:
                fields.append(("client_secret", self.client_secret))
        return Request.form(
            self.token_url,
            fields=(*fields, *self.extra),
            repeat=Repeat.IF_UNSENT,
            signing=Signing.NONE,
            credentials=own,
            operation="renew credentials",
        )

    @staticmethod
    def _read(reply: Reply, tokens: Tokens | None, now: datetime) -> Tokens:
        answer = reply.json()
        access = answer.get("access_token") if isinstance(answer, dict) else None
        if not isinstance(access, str):
            raise UnreadableJsonError(reason="it holds no access_token")
        seconds = answer.get("expires_in")
        if isinstance(seconds, str) and seconds.isascii() and seconds.isdigit():
            seconds = int(seconds[:12])
        expires_at = None
        if isinstance(seconds, int) and not isinstance(seconds, bool) and seconds > 0:
            expires_at = now + timedelta(seconds=min(seconds, LIFE_SECONDS_MAX))
        replaced = answer.get("refresh_token")
        kept = None if tokens is None else tokens.refresh
        return Tokens(
            access=Secret(access),
            expires_at=expires_at,
            refresh=Secret(replaced) if isinstance(replaced, str) else kept,
        )


def _bearer_only(tokens: Tokens) -> Iterable[Credential]:
    return (bearer(tokens.access),)


@final
class RenewedCredentials:
    """
    Credentials with an end: renewed shortly before it, or when the system refuses them.

    Args:
        account: Under which name the store keeps the tokens.
        store: Where they are kept.
        renew: The flow that buys new ones, such as :class:`OAuth2`.
        present: How tokens are shown to the system; a bearer header unless given.
        also: Credentials that go along and do not end, such as an application's key.
        leeway_seconds: How long before their end tokens are renewed.
    """

    def __init__(
        self,
        *,
        account: str,
        store: TokenStore,
        renew: Renewal,
        present: Callable[[Tokens], Iterable[Credential]] = _bearer_only,
        also: Iterable[Credential] = (),
        leeway_seconds: float = 60,
    ) -> None:
        self.account = account
        self.store = store
        self.renew = renew
        self._present = present
        self._also = tuple(also)
        self._leeway = timedelta(seconds=leeway_seconds)
        self._current: Tokens | None = None
        self.unsaved: Tokens | None = None
        """Tokens that the store failed to take: kept here, or the account would be lost."""

    def __repr__(self) -> str:
        return f"RenewedCredentials(account={self.account!r})"

    def items(self, tokens: Tokens) -> tuple[Credential, ...]:
        """Return what goes along with a request."""
        return (*self._also, *self._present(tokens))

    def is_usable(self, tokens: Tokens | None, *, now: datetime, refused: Tokens | None) -> bool:
        """Whether *tokens* are there, not near their end, and not those the system *refused*."""
        if tokens is None or (refused is not None and tokens.access == refused.access):
            return False
        return tokens.expires_at is None or now + self._leeway < tokens.expires_at

    def current(self, *, now: datetime, refused: Tokens | None) -> Tokens | None:
        """Return the tokens at hand if they are usable; only what was saved is at hand."""
        known = self._current
        return known if self.is_usable(known, now=now, refused=refused) else None

    def saved(self, tokens: Tokens) -> None:
        """Take down that the store has *tokens*: from now on they may be used."""
        self._current = tokens
        self.unsaved = None


Credentials: TypeAlias = StaticCredentials | SignedCredentials | RenewedCredentials
