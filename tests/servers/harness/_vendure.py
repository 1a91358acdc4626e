"""A Vendure shop on loopback, with nothing in it."""

from __future__ import annotations

import os
import re
import secrets
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from ._installed import installed, program, run
from ._postgres import Cluster
from ._process import UnavailableError, leashed

PROJECT = Path(__file__).parents[1] / "vendure"
NODE_MIN = 18
DECIDES = ("package.json", "package-lock.json", ".npmrc")


@dataclass(frozen=True, kw_only=True)
class VendureServer:
    """A running shop: where it is and who may administer it."""

    base: str
    username: str
    password: str = field(repr=False)
    database: str
    cluster: Cluster
    version: str
    seconds: float  # from the start of the program until it answered

    @property
    def admin_api(self) -> str:
        """Return the address of the merchant's API."""
        return f"{self.base}/admin-api"

    @property
    def shop_api(self) -> str:
        """Return the address of the shoppers' API."""
        return f"{self.base}/shop-api"


def node() -> str:
    """Return the path of a Node.js that is new enough."""
    path = program("node")
    version = run([path, "--version"], cwd=Path("/"), within=30).strip()
    found = re.match(r"v(\d+)\.", version)
    if found is None or int(found[1]) < NODE_MIN:
        raise UnavailableError(f"Vendure needs Node.js {NODE_MIN} or newer and this is {version}")
    return path


def install_vendure() -> Path:
    """Return the folder with Vendure's ``node_modules``, installed if it was not there."""
    node()
    npm = program("npm")

    def fill(folder: Path) -> None:
        for name in DECIDES:
            (folder / name).write_bytes((PROJECT / name).read_bytes())
        quiet = ["--ignore-scripts", "--no-audit", "--no-fund"]
        run([npm, "ci", *quiet, "--fetch-retries=2", "--fetch-timeout=60000"], cwd=folder)

    return installed("vendure", decided_by=[PROJECT / name for name in DECIDES], install=fill)


@contextmanager
def vendure_server(cluster: Cluster, *, database: str = "vendure") -> Iterator[VendureServer]:
    """Run a new shop for as long as the block lasts, in a new database of *cluster*."""
    modules = install_vendure() / "node_modules"
    binary = node()
    cluster.create(database)
    password = secrets.token_hex(8)
    package = (modules / "@vendure" / "core" / "package.json").read_text(encoding="utf-8")
    version = re.search(r'"version": "([^"]+)"', package)
    began = time.monotonic()
    with leashed(
        [binary, str(PROJECT / "boot.js")],
        name="Vendure",
        folder=Path(tempfile.mkdtemp(prefix="ecomkit-vendure-")),
        environment={
            **os.environ,
            "NODE_PATH": str(modules),
            "DATABASE_SOCKET": str(cluster.folder),
            "DATABASE_USER": cluster.user,
            "DATABASE": database,
            "ADMIN_NAME": "superadmin",
            "ADMIN_PASSWORD": password,
        },
    ) as server:
        base = server.until(r"listening on (http://\S+)", within=120)
        yield VendureServer(
            base=base,
            username="superadmin",
            password=password,
            database=database,
            cluster=cluster,
            version=version[1] if version else "unknown",
            seconds=time.monotonic() - began,
        )
