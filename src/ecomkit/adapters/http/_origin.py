"""Where requests may go: https only, named hosts only, and credentials to the site's own only."""

from __future__ import annotations

import enum
import re
from typing import Any, Self, final

import attrs
import httpx

from ecomkit._checks import as_tuple, each, is_a
from ecomkit.adapters.http._redaction import without_query
from ecomkit.errors import FieldError, InputError, shown

__all__ = ["Address", "Reach", "Site", "TargetRefusedError", "is_reachable"]

TEXT_LENGTH_MAX = 16_384
_ABSOLUTE = re.compile(
    r"(?P<scheme>https?)://(?P<host>[A-Za-z0-9.-]{1,253}|\[::1\])(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<rest>/[!-~]*)?",
    re.ASCII,
)
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
# What a resolver reads as an address: 127.1, 2130706433, 0x7f.1, 0177.0.0.1.
_NUMERIC = re.compile(r"[0-9]+|0x[0-9a-f]*")
_CLIMBS = re.compile(r"/(?:\.|%2e){1,2}(?:[/?#]|$)", re.IGNORECASE)
_FORBIDDEN = frozenset('\\"<>^`{|}#')
_PORTS = {"https": 443, "http": 80}
_LOOPBACK = frozenset({"127.0.0.1", "[::1]", "localhost"})


@attrs.frozen(kw_only=True)
class TargetRefusedError(InputError):
    """
    Raised when a request would go where the site does not allow it; nothing was sent.

    >>> print(TargetRefusedError(target="http://evil.example/", why="https is wanted"))
    'http://evil.example/' is no target: https is wanted
    """

    target: str
    why: str

    @property
    def message(self) -> str:
        """The target and what is wrong with it."""
        return f"{shown(self.target)} is no target: {self.why}"


class Reach(enum.Enum):
    """What a site's name may resolve to."""

    PUBLIC = "addresses of the public internet only"
    PRIVATE = "addresses of one's own network too: a shop in the back room"


@final
@attrs.frozen(kw_only=True)
class Address:
    """One place to send a request to. *at_home*: on the site's own origin, credentials go along."""

    url: httpx.URL
    at_home: bool


@final
@attrs.frozen(kw_only=True)
class _Origin:
    scheme: str
    host: str
    port: int


def _split(text: str, *, scheme: str, reach: Reach) -> tuple[_Origin, str]:
    """Return the origin and the path of *text*, by one strict grammar."""
    found = _ABSOLUTE.fullmatch(text) if len(text) <= TEXT_LENGTH_MAX else None
    if found is None:
        raise _refused(text, "an address such as https://shop.example/path is wanted")
    if found["scheme"] != scheme:
        raise _refused(text, f"{scheme} is wanted")
    host = found["host"].lower()
    if scheme == "http":
        if host not in _LOOPBACK:
            raise _refused(text, "without TLS only this machine can be called, in tests")
    else:
        _check_host(text, host, reach)
    port = int(found["port"] or _PORTS[scheme])
    if not 0 < port < 65_536:  # noqa: PLR2004 (TCP ports)
        raise _refused(text, "there is no such port")
    return _Origin(scheme=scheme, host=host, port=port), found["rest"] or ""


def _check_host(text: str, host: str, reach: Reach) -> None:
    labels = host.split(".")
    if not all(_LABEL.fullmatch(label) for label in labels):
        raise _refused(text, "its host is no name")
    if _NUMERIC.fullmatch(labels[-1]):
        raise _refused(text, "its host is a number; a name that a certificate can hold is wanted")
    if len(labels) == 1 and reach is Reach.PUBLIC:
        raise _refused(text, "its host has no domain")


def _check_path(text: str, path: str) -> None:
    if not path.startswith("/") or path.startswith("//"):
        raise _refused(text, "a path starts with one slash")
    if not _FORBIDDEN.isdisjoint(path) or not path.isascii() or not path.isprintable():
        raise _refused(text, "its path has a character that has to be quoted")
    if _CLIMBS.search(path):
        raise _refused(text, "its path climbs")


def _refused(text: str, why: str) -> TargetRefusedError:
    return TargetRefusedError(target=without_query(text[:TEXT_LENGTH_MAX]), why=why)


@final
@attrs.frozen(kw_only=True)
class Site:
    """
    Where an account lives, and which other hosts may be called besides.

    Args:
        base: The address below which paths are: ``https://shop.example/wp-json/wc/v3``. Its
            origin is home: credentials go there and nowhere else.
        also: Other hosts that whole addresses may name: ``files.example`` or, for all names
            below one, ``*.files.example``. Never with credentials.
        reach: What the names may resolve to.

    Raises:
        TargetRefusedError: If *base* is no https address of a named host.

    >>> site = Site(base="https://api.etsy.com/v3/application", also=("*.etsystatic.com",))
    >>> site.address("/shops/1").url
    URL('https://api.etsy.com/v3/application/shops/1')
    >>> site.address("https://i.etsystatic.com/a.jpg").at_home
    False
    >>> site.address("https://evil.example/")
    Traceback (most recent call last):
        ...
    ecomkit.adapters.http._origin.TargetRefusedError: ... is not on the list of hosts
    """

    base: str = attrs.field(validator=is_a(str))
    also: tuple[str, ...] = attrs.field(default=(), converter=as_tuple, validator=each(str))
    reach: Reach = attrs.field(default=Reach.PUBLIC, validator=is_a(Reach))
    _scheme: str = attrs.field(default="https", init=False, repr=False)
    _home: _Origin = attrs.field(init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        self._settle("https")

    def _settle(self, scheme: str) -> None:
        home, path = _split(self.base, scheme=scheme, reach=self.reach)
        if path:
            _check_path(self.base, path)
        if "?" in path:
            raise _refused(self.base, "a base has no query")
        for name in self.also:
            _check_host(name, name.removeprefix("*."), self.reach)
            # All of .com is no list of hosts.
            if name.startswith("*.") and name.count(".") < 2:  # noqa: PLR2004
                raise _refused(name, "a wildcard stands before a domain of two labels or more")
        object.__setattr__(self, "_scheme", scheme)
        object.__setattr__(self, "_home", home)

    @classmethod
    def insecure_for_tests(cls, base: str) -> Self:
        """Return a site without TLS on this machine: for a fake server, and nothing else."""
        if not base.startswith("http://"):
            raise FieldError(owner=cls.__name__, field="base", got=base, wanted="http://...")
        # Made as a lawful site first, since the constructor knows no other.
        site = cls(base="https://localhost.test/", reach=Reach.PRIVATE)
        object.__setattr__(site, "base", base)
        site._settle("http")
        return site

    @property
    def host(self) -> str:
        """The host that is home."""
        return self._home.host

    def address(self, target: str, *, query: str = "") -> Address:
        """
        Return where *target* is, with *query* (encoded already) added to it.

        Raises:
            TargetRefusedError: If it is not to be called.
        """
        if target.startswith("/"):
            _check_path(target, target)
            text = self.base.rstrip("/") + target
            origin, _ = _split(text, scheme=self._scheme, reach=self.reach)
        else:
            text = target
            origin, path = _split(text, scheme=self._scheme, reach=self.reach)
            _check_path(text, path or "/")
            if origin != self._home and not self._is_allowed(origin):
                raise _refused(text, "its host is not on the list of hosts")
        if query:
            text += ("&" if "?" in text else "?") + query
        url = httpx.URL(text)
        # Two readers of one address may disagree; then it is nobody's.
        if (url.scheme, url.host.strip("[]"), url.userinfo) != (
            origin.scheme,
            origin.host.strip("[]"),
            b"",
        ) or (url.port or _PORTS[url.scheme]) != origin.port:
            raise _refused(text, "it can be read in two ways")
        return Address(url=url, at_home=origin == self._home)

    def _is_allowed(self, origin: _Origin) -> bool:
        if origin.port != _PORTS["https"]:
            return False
        return any(
            origin.host.endswith(name[1:]) if name.startswith("*.") else origin.host == name
            for name in self.also
        )


def is_reachable(address: Any, *, reach: Reach) -> bool:
    """Return whether an ``ipaddress`` that a name resolved to may be called."""
    mapped = getattr(address, "ipv4_mapped", None)
    if mapped is not None:
        address = mapped
    if address.is_multicast or address.is_unspecified or address.is_link_local:
        return False  # 169.254.169.254 gives out the machine's credentials in a cloud
    return bool(address.is_global) or reach is Reach.PRIVATE
