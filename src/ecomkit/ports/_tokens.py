"""The token store port: where access and refresh tokens live between runs."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol, final

import attrs

from ecomkit._checks import aware, is_a, optional
from ecomkit.ports._secret import Secret

__all__ = ["TokenStore", "Tokens"]


@final
@attrs.frozen(kw_only=True)
class Tokens:
    """
    What a system gave us to call it with.

    Args:
        access: Goes with every call.
        expires_at: When *access* ends; None if the system did not say or it never does.
        refresh: Buys the next pair; many systems replace it at each use.

    >>> Tokens(access=Secret("a"), refresh=Secret("r"))
    Tokens(access=Secret('***'), expires_at=None, refresh=Secret('***'))
    """

    access: Secret = attrs.field(validator=is_a(Secret))
    expires_at: datetime | None = attrs.field(default=None, validator=optional(aware))
    refresh: Secret | None = attrs.field(default=None, validator=optional(is_a(Secret)))


class TokenStore(Protocol):
    """
    Keeps the tokens of accounts, for all processes that call in their name.

    A refresh token that is replaced at each use is lost if two workers use it, or if its
    successor is used before it is kept. So a client holds :meth:`lock` while it refreshes, and
    saves before it uses. ``save`` must last before it returns.
    """

    def lock(self, account: str) -> AbstractContextManager[None]:
        """Hold *account* alone, over all threads and processes, until the block ends."""
        ...

    def load(self, account: str) -> Tokens | None:
        """Return the tokens kept for *account*, None if there are none."""
        ...

    def save(self, account: str, tokens: Tokens) -> None:
        """Keep *tokens* in the place of what was kept for *account*."""
        ...
