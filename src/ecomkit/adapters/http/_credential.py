"""A single credential: a header or a field of the query whose value is a secret."""

from __future__ import annotations

import base64
import re
from typing import Any, TypeAlias, final

import attrs

from ecomkit._checks import is_a, refuse
from ecomkit.ports import Secret

__all__ = [
    "HEADER_NAME",
    "HEADER_VALUE",
    "Credential",
    "HeaderCredential",
    "QueryCredential",
    "basic",
    "bearer",
]

HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}")
HEADER_VALUE = re.compile(r"[!-~](?:[ -~]{0,16382}[!-~])?|")


def _name(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if not isinstance(value, str) or not HEADER_NAME.fullmatch(value):
        raise refuse(instance, attribute.name, value, "a header's name")


def _value(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if not isinstance(value, Secret) or not HEADER_VALUE.fullmatch(value.reveal()):
        raise refuse(instance, attribute.name, "(not shown)", "a Secret that fits into a header")


@final
@attrs.frozen
class HeaderCredential:
    """
    A header with a secret value.

    >>> HeaderCredential("x-api-key", Secret("k3y"))
    HeaderCredential(name='x-api-key', value=Secret('***'))
    """

    name: str = attrs.field(validator=_name)
    value: Secret = attrs.field(validator=_value)


@final
@attrs.frozen
class QueryCredential:
    """
    A field of the query with a secret value.

    Only for systems that know no other way: servers write addresses into their logs.
    """

    name: str = attrs.field(validator=is_a(str))
    value: Secret = attrs.field(validator=is_a(Secret))


Credential: TypeAlias = HeaderCredential | QueryCredential


def bearer(token: Secret) -> HeaderCredential:
    """
    Return the header of a bearer token (RFC 6750).

    >>> bearer(Secret("t0ken")).value.reveal()
    'Bearer t0ken'
    """
    return HeaderCredential("authorization", Secret(f"Bearer {token.reveal()}"))


def basic(user: str, password: Secret | None = None) -> HeaderCredential:
    """
    Return the header of HTTP Basic authentication (RFC 7617); some systems leave the password empty.

    >>> basic("ck", Secret("cs")).value.reveal()
    'Basic Y2s6Y3M='
    """
    plain = f"{user}:{'' if password is None else password.reveal()}"
    return HeaderCredential(
        "authorization", Secret(f"Basic {base64.b64encode(plain.encode()).decode()}")
    )
