"""The reply that a flow is sent: frozen, bounded, read with decimal numbers."""

from __future__ import annotations

import re
from typing import Any, final

import attrs

from ecomkit._checks import as_tuple, is_a
from ecomkit.adapters.http._json import DuplicateKeys, UnreadableJsonError, dump_json, parse_json

__all__ = ["Reply"]

LINKS_LENGTH_MAX = 8_192
_LINK = re.compile(r'<([^<>]*)>((?:\s*;\s*[a-z]+\s*=\s*(?:"[^"]*"|[^\s",;]+))*)')
_RELATION = re.compile(r';\s*rel\s*=\s*(?:"([^"]*)"|([^\s",;]+))')


def _lowered(headers: Any) -> tuple[tuple[str, str], ...]:
    return tuple((name.lower(), value) for name, value in headers)


@final
@attrs.frozen(kw_only=True, repr=False)
class Reply:
    """
    What a system answered, unpacked and within its limits.

    Args:
        status: The HTTP status.
        headers: Names in lower case, in the order sent.
        body: The bytes, unpacked.
        elapsed_seconds: From sending to the last byte, for this attempt.

    The repr shows neither headers nor body: they hold personal data.

    >>> reply = Reply.of_json({"total": 3}, headers=[("X-Request-Id", "r1")])
    >>> reply, reply.json(), reply.header("x-request-id")
    (Reply(200, 11 bytes), {'total': 3}, 'r1')
    """

    status: int = attrs.field(validator=is_a(int))
    headers: tuple[tuple[str, str], ...] = attrs.field(default=(), converter=_lowered)
    body: bytes = attrs.field(default=b"", validator=is_a(bytes))
    elapsed_seconds: float = attrs.field(default=0.0, eq=False)

    def __repr__(self) -> str:
        return f"Reply({self.status}, {len(self.body)} bytes)"

    @classmethod
    def of_json(cls, value: Any, *, status: int = 200, headers: Any = ()) -> Reply:
        """Return the reply of a system that answers *value*: for tests and fakes."""
        return cls(
            status=status,
            headers=(("content-type", "application/json"), *as_tuple(headers)),
            body=dump_json(value).encode(),
        )

    def header(self, name: str) -> str | None:
        """Return the first header of that name, None if there is none."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key == wanted), None)

    def json(self, *, duplicates: DuplicateKeys = DuplicateKeys.LAST_COUNTS) -> Any:
        """
        Return what the body says: whole numbers as ``int``, all others as ``Decimal``.

        Raises:
            UnreadableJsonError: If the body is no JSON within our limits. A session turns it
                into the error that says which channel broke its contract.
        """
        return parse_json(self.body, duplicates=duplicates)

    def text(self) -> str:
        """
        Return the body as text.

        Raises:
            UnreadableJsonError: If the body is no UTF-8.
        """
        try:
            return self.body.decode()
        except UnicodeDecodeError:
            raise UnreadableJsonError(reason="it is no UTF-8") from None

    def link(self, relation: str) -> str | None:
        """
        Return the address that the ``Link`` header gives for *relation* (RFC 8288).

        >>> Reply(status=200, headers=[("Link", '</a?page=2>; rel="next"')]).link("next")
        '/a?page=2'
        """
        header = ", ".join(value for key, value in self.headers if key == "link")
        for address, parameters in _LINK.findall(header[:LINKS_LENGTH_MAX]):
            found = _RELATION.search(parameters)
            if found and relation in (found[1] or found[2]).split():
                return str(address)
        return None
