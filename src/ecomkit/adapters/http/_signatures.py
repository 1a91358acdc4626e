"""
Webhook signatures: over the raw bytes, in constant time, with every secret that is active.

While a secret is being replaced two are active; an old one goes out of the list when its time is
over. A call that is refused says nothing of why to its sender: answer 401 and nothing more.
"""

from __future__ import annotations

import base64
import binascii
import enum
import hashlib
import hmac
import threading
from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, TypeAlias, final

import attrs

from ecomkit._checks import as_tuple, each, is_a, refuse
from ecomkit.errors import InputError
from ecomkit.ports import Secret
from ecomkit.timeline import utc

__all__ = [
    "Encoding",
    "HmacSignature",
    "KeyForm",
    "ReplayGuard",
    "SignatureError",
    "Signed",
    "StandardWebhooks",
]

Headers: TypeAlias = Sequence[tuple[str, str]]

BODY_BYTES_MAX = 8 << 20
SIGNATURES_MAX = 8
HEADER_LENGTH_MAX = 2_048
WHSEC = "whsec_"


@attrs.frozen(kw_only=True)
class SignatureError(InputError):
    """
    Raised when a call is not from whom it says, is too old, or was here before.

    >>> print(SignatureError(why="no signature fits"))
    the call is not to be trusted: no signature fits
    """

    why: str

    @property
    def message(self) -> str:
        """What is wrong; for our logs, not for the sender."""
        return f"the call is not to be trusted: {self.why}"


class Encoding(enum.Enum):
    """How a signature is written."""

    BASE64 = "base64"
    HEX = "hex"


def _active(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if not value:
        raise refuse(instance, attribute.name, value, "one secret or more")


def _header(headers: Headers, name: str) -> str:
    found = [value for key, value in headers if key.lower() == name.lower()]
    # Two of one kind could be read differently by a proxy and by us.
    if len(found) != 1 or not 0 < len(found[0]) <= HEADER_LENGTH_MAX:
        raise SignatureError(why=f"one header {name} is wanted, there are {len(found)}")
    return found[0]


def _bounded(body: bytes) -> None:
    if not isinstance(body, bytes) or len(body) > BODY_BYTES_MAX:
        raise SignatureError(why=f"a body of at most {BODY_BYTES_MAX:,} raw bytes is wanted")


def _any_fits(wanted: Sequence[bytes], given: Sequence[bytes]) -> bool:
    # All pairs are compared, so that the time says nothing about which one fitted.
    fits = False
    for expected in wanted:
        for candidate in given:
            fits |= hmac.compare_digest(expected, candidate)
    return fits


def _decoded(text: str, encoding: Encoding) -> bytes | None:
    try:
        if encoding is Encoding.HEX:
            return binascii.unhexlify(text)
        found = base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        return None
    # Base64 has several spellings of the same bytes; only the one that senders write counts.
    return found if base64.b64encode(found).decode() == text else None


@final
@attrs.frozen(kw_only=True)
class HmacSignature:
    """
    HMAC-SHA256 over the raw body, in one header: Shopify, WooCommerce.

    Nothing in it says when, so a recorded call stays good for ever: tell deliveries apart by the
    system's id, and read the state again instead of believing the body.

    >>> rule = HmacSignature(header="X-WC-Webhook-Signature", secrets=[Secret("s")])
    >>> rule.verify(b"{}", headers=[("x-wc-webhook-signature", rule.sign(b"{}"))])
    """

    header: str = attrs.field(validator=is_a(str))
    secrets: tuple[Secret, ...] = attrs.field(
        converter=as_tuple, validator=[each(Secret), _active]
    )
    encoding: Encoding = attrs.field(default=Encoding.BASE64, validator=is_a(Encoding))

    def sign(self, body: bytes) -> str:
        """Return the signature of *body* by the first secret: for tests and fakes."""
        digest = _digest(self.secrets[0].reveal().encode(), body)
        return digest.hex() if self.encoding is Encoding.HEX else base64.b64encode(digest).decode()

    def verify(self, body: bytes, *, headers: Headers) -> None:
        """
        Check that *body* is from somebody who knows one of the secrets.

        Raises:
            SignatureError: If it is not.
        """
        _bounded(body)
        given = _decoded(_header(headers, self.header), self.encoding)
        wanted = [_digest(secret.reveal().encode(), body) for secret in self.secrets]
        if given is None or not _any_fits(wanted, [given]):
            raise SignatureError(why="no signature fits")


def _digest(key: bytes, message: bytes) -> bytes:
    return hmac.digest(key, message, hashlib.sha256)


class KeyForm(enum.Enum):
    """How the key of a Standard Webhooks sender is given."""

    WHSEC = "base64 after whsec_ (Standard Webhooks, Etsy)"
    TEXT = "the text itself (BigCommerce: the application's client secret)"


@final
@attrs.frozen(kw_only=True)
class Signed:
    """A call that was verified: its id, to tell deliveries apart, and when it was signed."""

    id: str
    at: datetime


@final
@attrs.frozen(kw_only=True)
class StandardWebhooks:
    """
    The Standard Webhooks scheme: ``id.timestamp.body``, signed with HMAC-SHA256.

    Args:
        secrets: All that are active.
        key_form: How they are given.
        tolerance_seconds: How far the timestamp may be from now, either way.
    """

    secrets: tuple[Secret, ...] = attrs.field(
        converter=as_tuple, validator=[each(Secret), _active]
    )
    key_form: KeyForm = attrs.field(default=KeyForm.WHSEC, validator=is_a(KeyForm))
    tolerance_seconds: int = attrs.field(default=300, validator=is_a(int))

    def __attrs_post_init__(self) -> None:
        for secret in self.secrets:
            self._key(secret)

    def _key(self, secret: Secret) -> bytes:
        text = secret.reveal()
        if self.key_form is KeyForm.TEXT:
            return text.encode()
        try:
            key = base64.b64decode(text.removeprefix(WHSEC), validate=True)
        except ValueError:
            key = b""
        if not key:
            raise refuse(self, "secrets", "(not shown)", "base64 after whsec_")
        return key

    def sign(self, body: bytes, *, message_id: str, at: datetime) -> tuple[tuple[str, str], ...]:
        """Return the headers that a sender with the first secret would add: for tests and fakes."""
        stamp = str(int(at.timestamp()))
        digest = _digest(self._key(self.secrets[0]), _content(message_id, stamp, body))
        return (
            ("webhook-id", message_id),
            ("webhook-timestamp", stamp),
            ("webhook-signature", f"v1,{base64.b64encode(digest).decode()}"),
        )

    def verify(self, body: bytes, *, headers: Headers, now: datetime) -> Signed:
        """
        Check that *body* is from somebody who knows one of the secrets, and from about *now*.

        Raises:
            SignatureError: If it is not.
        """
        _bounded(body)
        message_id = _header(headers, "webhook-id")
        stamp = _header(headers, "webhook-timestamp")
        if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12):  # noqa: PLR2004
            raise SignatureError(why="its timestamp is no number of seconds")
        signatures = _header(headers, "webhook-signature").split(" ")[:SIGNATURES_MAX]
        given = [
            digest
            for text in signatures
            # Etsy's documents show the bare value; other versions than v1 are not ours to judge.
            if (digest := _decoded(text.removeprefix("v1,"), Encoding.BASE64)) is not None
        ]
        content = _content(message_id, stamp, body)
        wanted = [_digest(self._key(secret), content) for secret in self.secrets]
        if not _any_fits(wanted, given):
            raise SignatureError(why="no signature fits")
        # Only after the signature: what a stranger says of the time means nothing.
        if abs(now.timestamp() - int(stamp)) > self.tolerance_seconds:
            raise SignatureError(why="it is too far from now")
        return Signed(id=message_id, at=datetime.fromtimestamp(int(stamp), tz=utc(now).tzinfo))


def _content(message_id: str, stamp: str, body: bytes) -> bytes:
    return f"{message_id}.{stamp}.".encode("utf-8", "surrogateescape") + body


@final
class ReplayGuard:
    """
    Remembers which calls were here while their timestamps are good; threads may share it.

    It forgets what no longer needs to be remembered, and all of it when the process ends:
    effects are kept from happening twice by the inbox of the store, this only keeps a recorded
    call from costing anything.

    Args:
        tolerance_seconds: As that of the scheme whose calls it guards.
        calls_max: How many it remembers; beyond that the oldest is forgotten.
    """

    def __init__(self, *, tolerance_seconds: int = 300, calls_max: int = 100_000) -> None:
        # A call may be signed up to one tolerance ahead, and come again up to one after that.
        self._window = timedelta(seconds=2 * tolerance_seconds)
        self._calls_max = calls_max
        self._seen: OrderedDict[str, datetime] = OrderedDict()
        self._lock = threading.Lock()

    def admit(self, signed: Signed, *, now: datetime) -> None:
        """
        Take *signed* down.

        Raises:
            SignatureError: If it was here before.
        """
        with self._lock:
            while self._seen:
                oldest = next(iter(self._seen))
                if len(self._seen) < self._calls_max and self._seen[oldest] + self._window >= now:
                    break
                del self._seen[oldest]
            if signed.id in self._seen:
                raise SignatureError(why="it was here before")
            self._seen[signed.id] = now
