"""A PostgreSQL cluster that lasts for one block: on a Unix socket only, nothing kept."""

from __future__ import annotations

import contextlib
import os
import pwd
import re
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from ._installed import run
from ._process import UnavailableError, leashed

SOCKET_ONLY = {
    "listen_addresses": "",
    "max_connections": "100",
    "unix_socket_permissions": "0700",
}
# What a crash would lose is nothing that anyone wants back.
FLEETING = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    **SOCKET_ONLY,
}
DURABLE = {
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    **SOCKET_ONLY,
}
# Runs the server again on the same data whenever it has crashed; it may have to wait until the
# last process of the old one is gone.
AGAIN = ["sh", "-c", 'while :; do "$@"; sleep 0.05; done', "again"]
OWNER = "ecomkit"


class Cluster:
    """A running cluster; its databases are reached through the socket in *folder*."""

    def __init__(self, folder: Path, *, programs: Path, version: str) -> None:
        self.folder = folder
        self.programs = programs
        self.version = version
        self.user = OWNER

    def psql(self, statement: str, *, database: str = "postgres") -> str:
        """Run one statement and return its rows as text, a line each, columns apart by ``|``."""
        where = ["-h", str(self.folder), "-U", self.user, "-d", database]
        quiet = ["-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1"]
        psql = str(self.programs / "psql")
        return run([psql, *where, *quiet, "-c", statement], cwd=Path("/"), within=60).strip()

    def create(self, database: str, *, template: str = "template0") -> str:
        """Create a database, empty or as a copy of *template*, and return its name."""
        self.psql(f'CREATE DATABASE "{database}" TEMPLATE "{template}"')
        return database

    def dsn(self, database: str) -> str:
        """Return the database's address as libpq reads it."""
        return f"postgresql:///{database}?host={self.folder}&user={self.user}"

    def crash(self, how: signal.Signals) -> None:
        """
        Stop the server of a durable cluster hard, once it is up; it comes back by itself.

        ``SIGQUIT`` is what ``pg_ctl stop -m immediate`` sends. ``SIGKILL`` goes to the server and
        to all of its processes.
        """
        server = self._ready()
        killed = [server, *(children(server) if how is signal.SIGKILL else [])]
        for process in killed:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, how)

    def _ready(self) -> int:
        """Wait until the server takes connections, and return its process."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            # The file comes and goes with the server, and stays behind when it is killed.
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                words = (self.folder / "data" / "postmaster.pid").read_text().split()
                if words and words[-1] == "ready":
                    os.kill(int(words[0]), 0)
                    return int(words[0])
            time.sleep(0.01)
        raise UnavailableError("PostgreSQL did not come back in 60 s")


def children(process: int) -> list[int]:
    """Return the processes that *process* has started."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # it has ended meanwhile
            # The name may hold anything; behind its bracket stand the state and the parent.
            if int(stat.read_text().rpartition(")")[2].split()[1]) == process:
                found.append(int(stat.parent.name))
    return found


def programs() -> Path:
    """Return the folder with ``initdb`` and ``postgres``: Debian keeps them off the PATH."""
    debian = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    found = sorted(debian, key=lambda path: float(path.parts[-3]), reverse=True)
    if found:
        return found[0].parent
    initdb = shutil.which("initdb")
    if initdb is None:
        raise UnavailableError("there is no PostgreSQL on this machine")
    return Path(initdb).resolve().parent


def unprivileged() -> str | None:
    """Return whom the server has to run as, if not as the one who asks: it refuses to be root."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


@contextmanager
def postgres_cluster() -> Iterator[Cluster]:
    """Run a new, empty cluster for as long as the block lasts."""
    with _cluster(FLEETING, begin=["--no-sync"]) as cluster:
        yield cluster


@contextmanager
def durable_cluster() -> Iterator[Cluster]:
    """Run a cluster that loses nothing it has committed, and that may be crashed."""
    with _cluster(DURABLE, again=AGAIN) as cluster:
        yield cluster


@contextmanager
def _cluster(
    settings: Mapping[str, str], *, begin: Sequence[str] = (), again: Sequence[str] = ()
) -> Iterator[Cluster]:
    binaries = programs()
    user = unprivileged()
    folder = Path(tempfile.mkdtemp(prefix="ecomkit-pg-"))
    try:
        if user:
            shutil.chown(folder, user)
        data = folder / "data"
        command = [str(binaries / "initdb"), "-D", str(data), "-U", OWNER]
        how = ["--auth=trust", "--encoding=UTF8", "--locale=C", *begin]
        run([*command, *how], cwd=folder, within=60, user=user)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    chosen = [f"--{name}={value}" for name, value in settings.items()]
    with leashed(
        [*again, str(binaries / "postgres"), "-D", str(data), "-k", str(folder), *chosen],
        name="PostgreSQL",
        folder=folder,
        environment={**os.environ, "LC_ALL": "C"},
        user=user,
        stop="SIGINT",
    ) as server:
        server.until(r"(database system is ready to accept connections)", within=60)
        said = run([str(binaries / "postgres"), "--version"], cwd=Path("/"), within=10)
        found = re.search(r"\d[\d.]*", said)
        yield Cluster(folder, programs=binaries, version=found[0] if found else said.strip())
