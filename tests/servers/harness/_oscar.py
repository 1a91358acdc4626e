"""A django-oscar shop on loopback, with nothing for sale."""

from __future__ import annotations

import os
import re
import secrets
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from ._installed import installed, run
from ._postgres import Cluster
from ._process import leashed

PROJECT = Path(__file__).parents[1] / "oscar"
REQUIREMENTS = PROJECT / "requirements.txt"
WORKERS = 4
APPLICATION = "django.core.wsgi:get_wsgi_application()"


@dataclass(frozen=True, kw_only=True)
class OscarServer:
    """A running shop: where its API is and who may administer it."""

    base: str
    username: str
    password: str = field(repr=False)
    database: str
    cluster: Cluster
    version: str
    seconds: float  # from the start of the program until it answered

    @property
    def api(self) -> str:
        """Return the address of the API; the merchant's side is below ``admin/``."""
        return f"{self.base}/api"


def install_oscar() -> Path:
    """Return the Python that has django-oscar, installed if it was not there."""

    def fill(folder: Path) -> None:
        run([sys.executable, "-m", "venv", str(folder)], cwd=folder, within=120)
        pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--no-input"]
        pip += ["--disable-pip-version-check", "--retries", "2", "--timeout", "60"]
        run([*pip, "-r", str(REQUIREMENTS)], cwd=folder)

    decided_by: list[bytes | Path] = [REQUIREMENTS, sys.version.encode()]
    return installed("oscar", decided_by=decided_by, install=fill) / "bin" / "python"


@contextmanager
def oscar_server(cluster: Cluster, *, database: str = "oscar") -> Iterator[OscarServer]:
    """Run a new shop for as long as the block lasts, in a new database of *cluster*."""
    python = install_oscar()
    cluster.create(database)
    password = secrets.token_hex(8)
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("COV")},
        "PYTHONPATH": str(PROJECT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUNBUFFERED": "1",
        "DJANGO_SETTINGS_MODULE": "settings",
        "DATABASE_SOCKET": str(cluster.folder),
        "DATABASE_USER": cluster.user,
        "DATABASE": database,
        "ADMIN_NAME": "merchant",
        "ADMIN_PASSWORD": password,
    }
    began = time.monotonic()
    gunicorn = ["--workers", str(WORKERS), "--bind", "127.0.0.1:0", "--preload"]
    with leashed(
        [str(python), str(PROJECT / "boot.py"), *gunicorn, APPLICATION],
        name="django-oscar",
        folder=Path(tempfile.mkdtemp(prefix="ecomkit-oscar-")),
        environment=environment,
    ) as server:
        base = server.until(r"Listening at: (http://[\d.:]+)", within=240)
        pinned = re.search(r"(?m)^django-oscar==(\S+)", REQUIREMENTS.read_text(encoding="utf-8"))
        yield OscarServer(
            base=base,
            username="merchant",
            password=password,
            database=database,
            cluster=cluster,
            version=pinned[1] if pinned else "unknown",
            seconds=time.monotonic() - began,
        )
