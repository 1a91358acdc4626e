"""An async client seen as a blocking one, so that one kit proves both."""

from __future__ import annotations

import asyncio
import inspect
import weakref
from typing import Any

__all__ = ["awaited"]


class _Awaited:
    """Awaits what the methods of a client answer, on an event loop of its own."""

    def __init__(self, client: Any) -> None:
        self._runner = asyncio.Runner()
        weakref.finalize(self, self._runner.close)
        # A protocol that is checked at run time looks for members on the object, not further.
        for name in dir(client):
            if not name.startswith("_"):
                found = getattr(client, name)
                waits = inspect.iscoroutinefunction(found)
                self.__dict__[name] = self._waiting(found) if waits else found

    def _waiting(self, method: Any) -> Any:
        def call(*args: Any, **kwargs: Any) -> Any:
            return self._runner.run(method(*args, **kwargs))

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
