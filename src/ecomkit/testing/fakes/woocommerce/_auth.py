"""Who calls: Basic or a signed call, and what a key may do."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Literal, TypeAlias
from urllib.parse import quote, unquote

from ecomkit.adapters.http import Received
from ecomkit.ports import Secret
from ecomkit.testing.fakes.woocommerce._errors import WooRefusalError

__all__ = ["Guard", "Permissions", "Role", "Scheme"]

Permissions: TypeAlias = Literal["read", "write", "read_write"]
Role: TypeAlias = Literal["shop_manager", "customer"]
Scheme: TypeAlias = Literal["https", "http"]
Hashed: TypeAlias = Callable[..., Any]

WINDOW_SECONDS = 15 * 60
HASHES: Mapping[str, Hashed] = {"HMAC-SHA1": hashlib.sha1, "HMAC-SHA256": hashlib.sha256}
OAUTH = ("consumer_key", "timestamp", "nonce", "signature", "signature_method")
DENIALS = {
    "list": ("view", "Sorry, you cannot list resources."),
    "read": ("view", "Sorry, you cannot view this resource."),
    "create": ("create", "Sorry, you are not allowed to create resources."),
    "update": ("edit", "Sorry, you are not allowed to edit this resource."),
    "delete": ("delete", "Sorry, you are not allowed to delete this resource."),
    "batch": ("batch", "Sorry, you are not allowed to batch manipulate this resource."),
}
_FIELD = re.compile(r'(oauth_[a-z_]+)="([^"]*)"')


def _refused(why: str) -> WooRefusalError:
    return WooRefusalError("woocommerce_rest_authentication_error", why, status=401)


class Guard:
    """
    Lets in who has the key.

    Args:
        scheme: What the shop believes it is called by: plain http wants signed calls.
        strips_authorization: Whether the server in front drops the header.
    """

    def __init__(
        self,
        *,
        key: Secret,
        secret: Secret,
        permissions: Permissions,
        role: Role,
        scheme: Scheme,
        strips_authorization: bool,
    ) -> None:
        self._key = key.reveal()
        self._secret = secret.reveal()
        self.permissions = permissions
        self.role = role
        self.scheme = scheme
        self.strips_authorization = strips_authorization
        self._nonces: dict[str, int] = {}

    def check(self, received: Received, *, now: datetime, action: str) -> None:
        """
        Let a call in that does *action*.

        Raises:
            WooRefusalError: If it is not to be let in.
        """
        word, why = DENIALS[action]
        if not self._known(received, now=now):
            raise WooRefusalError(f"woocommerce_rest_cannot_{word}", why, status=401)
        asked = "read" if received.method in ("GET", "HEAD") else "write"
        if asked not in self.permissions.split("_"):
            raise _refused(f"The API key provided does not have {asked} permissions.")
        if self.role != "shop_manager":
            raise WooRefusalError(f"woocommerce_rest_cannot_{word}", why, status=403)

    def _known(self, received: Received, *, now: datetime) -> bool:
        header = "" if self.strips_authorization else received.header("authorization") or ""
        if self.scheme == "http":
            return self._signed(received, header, now=now)
        given = _basic(header)
        if given is None and received.param("consumer_key") is not None:
            given = received.param("consumer_key") or "", received.param("consumer_secret") or ""
        if given is None:
            if self.strips_authorization:
                raise _refused("Consumer key is missing.")
            return False
        key, secret = given
        if not hmac.compare_digest(key.encode(), self._key.encode()):
            return False
        if not hmac.compare_digest(secret.encode(), self._secret.encode()):
            raise _refused("Consumer secret is invalid.")
        return True

    def _signed(self, received: Received, header: str, *, now: datetime) -> bool:
        pairs = list(received.query)
        if header[:6].lower() == "oauth ":
            pairs += [(name, unquote(value)) for name, value in _FIELD.findall(header)]
        query = dict(pairs)
        if "oauth_consumer_key" not in query:
            return False
        for name in OAUTH:
            if not query.get(f"oauth_{name}"):
                raise _refused(f"Missing OAuth parameter oauth_{name}")
        if not hmac.compare_digest(query["oauth_consumer_key"].encode(), self._key.encode()):
            raise _refused("Consumer key is invalid.")
        if query["oauth_signature_method"] not in HASHES:
            raise _refused("Invalid signature - signature method is invalid.")
        hashed = HASHES[query["oauth_signature_method"]]
        wanted = self._signature(received, pairs, hashed=hashed)
        if not hmac.compare_digest(query["oauth_signature"].encode(), wanted.encode()):
            raise _refused("Invalid signature - provided signature does not match.")
        self._first_time(query["oauth_timestamp"], query["oauth_nonce"], now=now)
        return True

    def _signature(
        self, received: Received, pairs: Iterable[tuple[str, str]], *, hashed: Hashed
    ) -> str:
        """Sign as RFC 5849 says (OAuth 1.0a), with no token."""
        named = sorted(
            (quote(name, safe="~"), quote(value, safe="~"))
            for name, value in pairs
            if name != "oauth_signature"
        )
        text = "&".join(f"{name}={value}" for name, value in named)
        address = f"http://{received.header('host') or received.host}{received.path}"
        base = "&".join(quote(part, safe="~") for part in (received.method, address, text))
        digest = hmac.new(f"{self._secret}&".encode(), base.encode(), hashed)
        return base64.b64encode(digest.digest()).decode()

    def _first_time(self, timestamp: str, nonce: str, *, now: datetime) -> None:
        second = int(now.timestamp())
        if not timestamp.isdigit() or abs(second - int(timestamp)) > WINDOW_SECONDS:
            raise _refused("Invalid timestamp.")
        # A nonce is forgotten when its timestamp would no longer be taken.
        self._nonces = {
            old: at for old, at in self._nonces.items() if second - at <= WINDOW_SECONDS
        }
        if nonce in self._nonces:
            raise _refused("Invalid nonce - nonce has already been used.")
        self._nonces[nonce] = int(timestamp)


def _basic(header: str) -> tuple[str, str] | None:
    kind, _, coded = header.partition(" ")
    if kind.lower() != "basic":
        return None
    try:
        key, _, secret = base64.b64decode(coded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return key, secret
