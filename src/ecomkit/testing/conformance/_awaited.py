"""An async client seen as a blocking one, so that one kit proves both."""

from __future__ import annotations

import asyncio
import atexit
import functools
import inspect
from typing import Any

__all__ = ["awaited"]


@functools.cache
def _runner() -> asyncio.Runner:
    """Return the one event loop of all: one that closes when its client is collected may do so in another."""
    runner = asyncio.Runner()
    atexit.register(runner.close)
    return runner


class _Awaited:
    """Awaits what the methods of a client answer."""

    def __init__(self, client: Any) -> None:
        # A protocol that is checked at run time looks for members on the object, not further.
        for name in dir(client):
            if not name.startswith("_"):
                found = getattr(client, name)
                waits = inspect.iscoroutinefunction(found)
                self.__dict__[name] = self._waiting(found) if waits else found

    def _waiting(self, method: Any) -> Any:
        def call(*args: Any, **kwargs: Any) -> Any:
            return _runner().run(method(*args, **kwargs))

        return call


def awaited(client: Any) -> Any:
    """
    Return an async *client* as a blocking one, for the hooks of a kit.

    .. code-block:: python

        class TestAsyncMyShop(TestMyShop):
            def make_source(self):
                return awaited(AsyncMyShop(super().make_source()))
    """
    return _Awaited(client)
