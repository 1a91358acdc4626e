"""OAuth 1.0a (RFC 5849) without a token: what systems ask for that are called without TLS."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import final
from urllib.parse import parse_qsl, quote, urlsplit

import attrs

from ecomkit._checks import is_a
from ecomkit.adapters.http._credential import QueryCredential
from ecomkit.adapters.http._signed import ToSign
from ecomkit.ports import Secret

__all__ = ["OAuth1"]

_PORTS = {"http": 80, "https": 443}


@final
@attrs.frozen(kw_only=True)
class OAuth1:
    """
    Signs requests with a consumer's key and secret, HMAC-SHA256, in fields of the query.

    The body is not part of the signature, as RFC 5849 has it for bodies that are no form; nor is
    ``oauth_version`` sent, which some systems refuse.

    >>> from datetime import UTC, datetime
    >>> sign = OAuth1(key=Secret("ck"), secret=Secret("cs"))
    >>> made = sign(ToSign(method="GET", url="https://shop.example/orders?page=2",
    ...                    at=datetime(2026, 1, 5, tzinfo=UTC), nonce="n-1"))
    >>> [item.name for item in made][:3]
    ['oauth_consumer_key', 'oauth_nonce', 'oauth_signature_method']
    """

    key: Secret = attrs.field(validator=is_a(Secret))
    secret: Secret = attrs.field(validator=is_a(Secret))

    def __call__(self, request: ToSign) -> tuple[QueryCredential, ...]:
        """Return the fields that go along with *request*."""
        fields = {
            "oauth_consumer_key": self.key.reveal(),
            "oauth_nonce": request.nonce,
            "oauth_signature_method": "HMAC-SHA256",
            "oauth_timestamp": str(int(request.at.timestamp())),
        }
        text = base_string(request.method, request.url, extra=tuple(fields.items()))
        key = f"{_quoted(self.secret.reveal())}&"
        digest = hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()
        fields["oauth_signature"] = base64.b64encode(digest).decode()
        return tuple(QueryCredential(name, Secret(value)) for name, value in fields.items())


def base_string(method: str, url: str, *, extra: tuple[tuple[str, str], ...]) -> str:
    """Return what is signed (RFC 5849, 3.4.1): the method, the address, and all fields in order."""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    if parts.port is not None and parts.port != _PORTS.get(parts.scheme):
        host = f"{host}:{parts.port}"
    fields = [*parse_qsl(parts.query, keep_blank_values=True), *extra]
    pairs = sorted((_quoted(name), _quoted(value)) for name, value in fields)
    query = "&".join(f"{name}={value}" for name, value in pairs)
    address = f"{parts.scheme}://{host}{parts.path or '/'}"
    return "&".join((method.upper(), _quoted(address), _quoted(query)))


def _quoted(text: str) -> str:
    return quote(text, safe="-._~")
