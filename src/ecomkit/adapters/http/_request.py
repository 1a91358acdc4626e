"""The request that a flow yields: frozen, without credentials, without a network."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias, final
from urllib.parse import quote, urlencode

import attrs

from ecomkit._checks import as_tuple, each, is_a, optional, refuse
from ecomkit.adapters.http._credential import (
    HEADER_NAME,
    HEADER_VALUE,
    Credential,
    HeaderCredential,
    QueryCredential,
)
from ecomkit.adapters.http._json import dump_json
from ecomkit.adapters.http._options import Options
from ecomkit.adapters.http._redaction import without_query
from ecomkit.errors import FieldError
from ecomkit.ports import Secret

__all__ = ["Fields", "Method", "Repeat", "Request", "Signing", "path_of"]

Fields: TypeAlias = Mapping[str, "str | int | None"] | Sequence[tuple[str, "str | int | None"]]
"""Names and values of a query or a form; None leaves a field out."""

TARGET_LENGTH_MAX = 8_192
HEADERS_MAX = 64
_TARGET = re.compile(r"[!-~]+")  # printable ASCII without blanks
_KEY = re.compile(r"[!-~]{1,255}")
# The session writes these: how a message is framed, how it is packed, and who we are.
_SESSION_HEADERS = frozenset(
    [
        "accept-encoding",
        "authorization",
        "connection",
        "content-encoding",
        "content-length",
        "cookie",
        "expect",
        "host",
        "keep-alive",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    ]
)


class Method(enum.Enum):
    """What is asked of the target."""

    GET = "GET"
    HEAD = "HEAD"
    POST = "POST"
    PUT = "PUT"
    PATCH = "PATCH"
    DELETE = "DELETE"


class Repeat(enum.Enum):
    """Whether the same request may be sent again when nobody knows if the first one counted."""

    AT_WILL = "sent twice, it counts once"
    IF_UNSENT = "only if it surely never left, or surely was refused"


class Signing(enum.Enum):
    """Whether the account's credentials go with the request."""

    ACCOUNT = "the account's credentials, if the target is the account's own site"
    NONE = "none: a token endpoint, or a document with a signed address"


def _query(fields: Any) -> tuple[tuple[str, str], ...]:
    pairs = fields.items() if isinstance(fields, Mapping) else fields
    return tuple(
        (pair[0], str(pair[1])) if _is_number(pair) else pair
        for pair in pairs
        if not (_is_pair(pair) and pair[1] is None)
    )


def _is_pair(pair: Any) -> bool:
    return isinstance(pair, tuple) and len(pair) == 2  # noqa: PLR2004 (a pair)


def _is_number(pair: Any) -> bool:
    # A bool is left for the validator to refuse: systems spell it in many ways.
    return _is_pair(pair) and isinstance(pair[1], int) and not isinstance(pair[1], bool)


def _target(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if (
        not isinstance(value, str)
        or len(value) > TARGET_LENGTH_MAX
        or not _TARGET.fullmatch(value)
    ):
        raise refuse(
            instance, attribute.name, _shown_target(value), "a path such as /orders, in ASCII"
        )


def _shown_target(value: object) -> object:
    return without_query(value[:TARGET_LENGTH_MAX]) if isinstance(value, str) else value


def _pairs(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    for pair in value:
        if not _is_pair(pair) or not all(isinstance(part, str) for part in pair):
            raise refuse(instance, attribute.name, type(pair).__name__, "pairs of texts")


def _headers(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    _pairs(instance, attribute, value)
    if len(value) > HEADERS_MAX:
        raise refuse(instance, attribute.name, len(value), f"at most {HEADERS_MAX} headers")
    for name, text in value:
        if not HEADER_NAME.fullmatch(name) or not HEADER_VALUE.fullmatch(text):
            raise refuse(instance, attribute.name, name, "names and values that fit on one line")
        if name.lower() in _SESSION_HEADERS:
            raise refuse(
                instance, attribute.name, name, "none that the session or the credentials write"
            )


def _key(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if not isinstance(value, str) or not _KEY.fullmatch(value):
        raise refuse(
            instance, attribute.name, value, "1 to 255 ASCII characters without blanks, or a hash"
        )


_REPEATABLE = frozenset({Method.GET, Method.HEAD, Method.PUT, Method.DELETE})


@final
@attrs.frozen(kw_only=True, repr=False)
class Request:
    """
    One call to a system, as a value.

    Args:
        method: What is asked.
        target: A path below the site's base, or a whole address on a host that the site allows.
        query: Names and values; None leaves a name out.
        headers: Besides those of the session; credentials are not given here.
        body: As it is sent.
        key: What makes the system count two of the same request once; goes into the header that
            the system reads it from.
        repeat: By default what the method promises (GET, HEAD, PUT and DELETE may be repeated),
            or ``AT_WILL`` if there is a key. State it where a system keeps its promises in
            another way, such as a key inside the body, or breaks them.
        accepted: Statuses besides 2xx that are an answer here and no error.
        signing: Whether the account's credentials go along.
        credentials: The request's own, wherever it goes: a token endpoint's Basic header.
        operation: Its name in limits, errors and logs; the flow's name unless given.
        options: In the place of the client's.

    The repr shows no values of the query, no header and no body.

    >>> Request.get("/orders", query={"email": "jane@example.com", "after": None})
    Request(GET /orders?email=***)
    """

    method: Method = attrs.field(validator=is_a(Method))
    target: str = attrs.field(validator=_target)
    query: tuple[tuple[str, str], ...] = attrs.field(
        default=(), converter=_query, validator=_pairs
    )
    headers: tuple[tuple[str, str], ...] = attrs.field(
        default=(), converter=as_tuple, validator=_headers
    )
    body: bytes = attrs.field(default=b"", validator=is_a(bytes))
    key: str | None = attrs.field(default=None, validator=optional(_key))
    repeat: Repeat | None = attrs.field(default=None, validator=optional(is_a(Repeat)))
    accepted: tuple[int, ...] = attrs.field(default=(), converter=as_tuple)
    signing: Signing = attrs.field(default=Signing.ACCOUNT, validator=is_a(Signing))
    credentials: tuple[Credential, ...] = attrs.field(
        default=(), converter=as_tuple, validator=each(HeaderCredential, QueryCredential)
    )
    operation: str | None = attrs.field(default=None, validator=optional(is_a(str)))
    options: Options | None = attrs.field(default=None, validator=optional(is_a(Options)))

    @property
    def promise(self) -> Repeat:
        """Whether the request may be repeated: as stated, or else by its method and its key."""
        if self.repeat is not None:
            return self.repeat
        promised = self.method in _REPEATABLE or self.key is not None
        return Repeat.AT_WILL if promised else Repeat.IF_UNSENT

    def __repr__(self) -> str:
        query = f"{'&' if '?' in self.target else '?'}{urlencode(self.query)}" * bool(self.query)
        return f"Request({self.method.value} {without_query(self.target + query)})"

    @classmethod
    def get(cls, target: str, *, query: Fields = (), **rest: Any) -> Request:
        """Return a request that reads. *rest* are fields of :class:`Request`."""
        return cls(method=Method.GET, target=target, query=query, **rest)

    @classmethod
    def post(cls, target: str, *, json: Any = None, **rest: Any) -> Request:
        """Return a request that adds, with *json* as its body unless it is None."""
        return _with_json(cls, Method.POST, target, json, rest)

    @classmethod
    def put(cls, target: str, *, json: Any = None, **rest: Any) -> Request:
        """Return a request that replaces, with *json* as its body unless it is None."""
        return _with_json(cls, Method.PUT, target, json, rest)

    @classmethod
    def patch(cls, target: str, *, json: Any = None, **rest: Any) -> Request:
        """Return a request that changes, with *json* as its body unless it is None."""
        return _with_json(cls, Method.PATCH, target, json, rest)

    @classmethod
    def delete(cls, target: str, **rest: Any) -> Request:
        """Return a request that removes."""
        return cls(method=Method.DELETE, target=target, **rest)

    @classmethod
    def form(
        cls, target: str, *, fields: Iterable[tuple[str, str | Secret]], **rest: Any
    ) -> Request:
        """Return a POST of an HTML form, whose values may be secrets: a token endpoint's kind."""
        revealed = [
            (name, value.reveal() if isinstance(value, Secret) else value)
            for name, value in fields
        ]
        return cls(
            method=Method.POST,
            target=target,
            headers=_typed(rest, "application/x-www-form-urlencoded"),
            body=urlencode(revealed).encode(),
            **rest,
        )


def _with_json(
    kind: type[Request], method: Method, target: str, json: Any, rest: dict[str, Any]
) -> Request:
    if json is None:
        return kind(method=method, target=target, **rest)
    return kind(
        method=method,
        target=target,
        headers=_typed(rest, "application/json"),
        body=dump_json(json).encode(),
        **rest,
    )


def _typed(rest: dict[str, Any], media_type: str) -> tuple[tuple[str, str], ...]:
    return (("content-type", media_type), *rest.pop("headers", ()))


def path_of(*segments: str | int) -> str:
    """
    Return the path with *segments*, each quoted: a sku with a slash stays one segment.

    Raises:
        FieldError: If a segment is empty or would climb (``.`` or ``..``).

    >>> path_of("products", "TEA/BLACK 1", "stock")
    '/products/TEA%2FBLACK%201/stock'
    """
    quoted = []
    for segment in map(str, segments):
        if segment in {"", ".", ".."}:
            raise FieldError(owner="path", field="segment", got=segment, wanted="a name")
        quoted.append("/" + quote(segment, safe="", errors="replace"))
    return "".join(quoted)
