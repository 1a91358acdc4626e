"""The smallest token store: for scripts that are given their tokens, and for tests."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import final

from ecomkit.ports import Tokens

__all__ = ["MemoryTokenStore"]


@final
class MemoryTokenStore:
    """
    Keeps tokens as long as the process lives.

    A system that replaces refresh tokens locks the account out once the process ends: keep those
    in a store that lasts.

    >>> from ecomkit.ports import Secret
    >>> store = MemoryTokenStore()
    >>> with store.lock("etsy"):
    ...     store.save("etsy", Tokens(access=Secret("a")))
    >>> store.load("etsy")
    Tokens(access=Secret('***'), expires_at=None, refresh=None)
    """

    def __init__(self) -> None:
        self._tokens: dict[str, Tokens] = {}
        self._locks: dict[str, threading.Lock] = {}
        self._guard = threading.Lock()

    @contextmanager
    def lock(self, account: str) -> Iterator[None]:
        """Hold *account* alone, over all threads."""
        with self._guard:
            lock = self._locks.setdefault(account, threading.Lock())
        with lock:
            yield

    def load(self, account: str) -> Tokens | None:
        """Return the tokens kept for *account*."""
        return self._tokens.get(account)

    def save(self, account: str, tokens: Tokens) -> None:
        """Keep *tokens*."""
        self._tokens[account] = tokens
