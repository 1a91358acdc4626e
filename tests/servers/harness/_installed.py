"""
What the servers need, installed once and kept outside the repository.

The folder is named after a hash of all that decides what is installed, so a changed lock file makes
a new one. ``ECOMKIT_SERVERS_CACHE`` names another place; ``ECOMKIT_SERVERS_INSTALL=no`` forbids
installing, and what is not there yet is then unavailable.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from ._process import SHOWN, UnavailableError

PATIENCE = 420.0


def cache() -> Path:
    """Return the folder that holds the installed servers."""
    named = os.environ.get("ECOMKIT_SERVERS_CACHE")
    if named:
        return Path(named)
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "ecomkit-servers"


def program(name: str) -> str:
    """Return the path of a program that has to be on this machine."""
    found = shutil.which(name)
    if found is None:
        raise UnavailableError(f"there is no {name} on this machine")
    return found


def run(
    command: Sequence[str],
    *,
    cwd: Path,
    within: float = PATIENCE,
    environment: Mapping[str, str] | None = None,
    user: str | None = None,
) -> str:
    """Run *command* to its end and return what it wrote; if it fails, the server is unavailable."""
    words = " ".join([Path(command[0]).name, *command[1:]])
    try:
        done = subprocess.run(
            list(command),
            cwd=cwd,
            env=environment,
            user=user,
            extra_groups=[] if user else None,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=within,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise UnavailableError(f"`{words}` took longer than {within:.0f} s") from None
    said = done.stdout.decode("utf-8", errors="replace")
    if done.returncode:
        raise UnavailableError(f"`{words}` failed: {said[-SHOWN:]}")
    return said


def installed(
    name: str, *, decided_by: Sequence[bytes | Path], install: Callable[[Path], None]
) -> Path:
    """Return the folder that *install* has filled, in this run or an earlier one."""
    digest = hashlib.sha256()
    for part in decided_by:
        content = part.read_bytes() if isinstance(part, Path) else part
        digest.update(str(len(content)).encode() + b":" + content)
    folder = cache() / f"{name}-{digest.hexdigest()[:16]}"
    done = folder / "installed"
    if done.exists():
        return folder
    if os.environ.get("ECOMKIT_SERVERS_INSTALL") == "no":
        raise UnavailableError(f"{name} is not installed and ECOMKIT_SERVERS_INSTALL is no")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with (folder.parent / f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # one installs, the others wait and find it done
        if not done.exists():
            shutil.rmtree(folder, ignore_errors=True)  # half an install
            folder.mkdir()
            install(folder)
            done.touch()
    return folder
