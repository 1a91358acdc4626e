"""A fair lock between processes: who just had it waits behind who was there before."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

from ecomkit.ports import StoreBusyError, StoreFailedError
from ecomkit.stores._sqlite_errors import named_file

try:
    import fcntl
except ImportError:  # pragma: no cover (a system without file locks of this kind)
    fcntl = None  # type: ignore[assignment]

__all__ = ["Turnstile", "turnstile_for"]

PAUSE_SECONDS = 0.0005
"""How long to wait before asking again, on average: a small part of a commit."""


class Turnstile(Protocol):
    """Lets one process at a time through."""

    def passed(self, *, seconds: float) -> AbstractContextManager[None]:
        """Return a context manager that holds the lock; waits for *seconds* at most."""
        ...

    def close(self) -> None:
        """Let go of the files."""
        ...


class FileTurnstile:
    """
    Two file locks, one behind the other: next in line, and inside.

    SQLite lets a writer that is kept out sleep longer and longer, so that another one that comes
    back at once may pass it a thousand times. Here the one who left has to line up again, behind
    the one who is next. The system lets go of both locks when a process dies.
    """

    def __init__(self, path: str) -> None:
        # Opened once for each store: the locks belong to what was opened, not to the process.
        with named_file():
            self._next = os.open(f"{path}-next", os.O_RDWR | os.O_CREAT, 0o666)
            self._inside = os.open(f"{path}-inside", os.O_RDWR | os.O_CREAT, 0o666)

    @contextmanager
    def passed(self, *, seconds: float) -> Iterator[None]:
        """
        Hold the lock until the block ends.

        Raises:
            StoreBusyError: If others keep it for longer than *seconds*.
            StoreFailedError: If the system cannot lock or unlock a file.
        """
        deadline = time.monotonic() + seconds
        with _locked(self._next, deadline, seconds):
            _wait(self._inside, deadline, seconds)
        try:
            yield
        finally:
            _let_go(self._inside)

    def close(self) -> None:
        """Let go of the files."""
        os.close(self._next)
        os.close(self._inside)


class OpenTurnstile:
    """Lets everyone through: nobody else can reach what it stands before."""

    @contextmanager
    def passed(self, *, seconds: float) -> Iterator[None]:
        """Do nothing."""
        yield

    def close(self) -> None:
        """Do nothing."""


def turnstile_for(path: str) -> Turnstile:
    """Return the turnstile before the file *path*: an open one where no other process meets us."""
    if fcntl is None or path in ("", ":memory:") or path.startswith("file:"):
        return OpenTurnstile()
    return FileTurnstile(path)


@contextmanager
def _locked(file: int, deadline: float, seconds: float) -> Iterator[None]:
    _wait(file, deadline, seconds)
    try:
        yield
    finally:
        _let_go(file)


def _let_go(file: int) -> None:
    assert fcntl is not None
    with named_file():
        fcntl.flock(file, fcntl.LOCK_UN)


def _wait(file: int, deadline: float, seconds: float) -> None:
    assert fcntl is not None
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise StoreBusyError(waited_seconds=round(seconds)) from None
            # Not in step: those who wait ask at moments of their own.
            time.sleep(random.uniform(0, 2 * PAUSE_SECONDS))  # noqa: S311 (no secret)
        except OSError as error:
            raise StoreFailedError(why=str(error)) from error
        else:
            return
