"""Credentials that are made anew for each request: a signature over what is asked, and when."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TypeAlias, final

import attrs

from ecomkit._checks import aware, is_a
from ecomkit.adapters.http._credential import Credential

__all__ = ["RequestSigner", "SignedCredentials", "ToSign"]


@final
@attrs.frozen(kw_only=True)
class ToSign:
    """
    What a signature is made over.

    Args:
        method: The HTTP method.
        url: The whole address with its query, as it goes over the wire.
        at: When it is sent.
        nonce: A text that no other request has.
    """

    method: str = attrs.field(validator=is_a(str))
    url: str = attrs.field(validator=is_a(str), repr=False)
    at: datetime = attrs.field(validator=aware)
    nonce: str = attrs.field(validator=is_a(str), repr=False)


RequestSigner: TypeAlias = Callable[[ToSign], Iterable[Credential]]
"""Makes the credentials of one attempt to send a request."""


@final
@attrs.frozen(kw_only=True)
class SignedCredentials:
    """
    Credentials made by *sign* for each attempt, since they hold a time and a nonce.

    Like all credentials of an account they go to the site's own origin and nowhere else.
    """

    sign: RequestSigner = attrs.field(repr=False)
