"""A server on a leash, its log, and the wait until it answers."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

LEASH = Path(__file__).with_name("_leash.py")
SHOWN = 3000


class UnavailableError(Exception):
    """A server cannot run here; the message says why."""


class Leashed:
    """A running server. It stops when this process closes the leash or ends in whatever way."""

    def __init__(self, process: subprocess.Popen[bytes], *, name: str, log: BinaryIO) -> None:
        self.process = process
        self.name = name
        self.log = log

    def said(self) -> str:
        """Return what the server has written so far."""
        self.log.seek(0)
        return self.log.read().decode("utf-8", errors="replace")

    def until(self, pattern: str, *, within: float) -> str:
        """Wait until the server has written *pattern*; return the text of its first group."""
        deadline = time.monotonic() + within
        while True:
            ended = self.process.poll() is not None  # asked first: its last words count
            found = re.search(pattern, self.said())
            if found:
                return found[1]
            if ended:
                raise UnavailableError(f"{self.name} ended at once: {self.said()[-SHOWN:]}")
            if time.monotonic() > deadline:
                raise UnavailableError(
                    f"{self.name} was not ready in {within:.0f} s: {self.said()[-SHOWN:]}"
                )
            time.sleep(0.05)


@contextmanager
def leashed(
    command: Sequence[str],
    *,
    name: str,
    folder: Path,
    environment: Mapping[str, str],
    user: str | None = None,
    stop: str = "SIGTERM",
) -> Iterator[Leashed]:
    """Run *command* on a leash for as long as the block lasts; *folder* is removed at its end."""
    options = ["--stop", stop, "--remove", str(folder)]
    options += ["--user", user] if user else []
    path = folder / "log"
    # Opened before the server runs, since the folder goes when it ends: its last words are kept.
    with path.open("wb") as written, path.open("rb") as log:
        process = subprocess.Popen(
            [sys.executable, "-S", str(LEASH), *options, "--", *command],
            stdin=subprocess.PIPE,
            stdout=written,
            stderr=subprocess.STDOUT,
            env=dict(environment),
            cwd=folder,
            start_new_session=True,
        )
        try:
            yield Leashed(process, name=name, log=log)
        finally:
            assert process.stdin is not None
            process.stdin.close()
            process.wait()
