"""What the documentation says of Django: our writes stand and fall with its transactions."""

import subprocess
import sys
from pathlib import Path

from harness import Cluster

HOST = Path(__file__).parent / "django_host.py"


def told(*arguments: str) -> list[str]:
    """Run the application, and return what it printed."""
    done = subprocess.run(  # noqa: S603 (our own program)
        [sys.executable, str(HOST), *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_on_sqlite(tmp_path: Path) -> None:
    """Rolled back both are gone; committed both are there."""
    assert told("sqlite3", str(tmp_path / "host.db")) == ["0 []", "1 [7]"]


def test_on_postgresql(postgres: Cluster) -> None:
    """The same on Django's psycopg connection."""
    name = postgres.create("django")
    where = [str(postgres.folder), postgres.user, name]

    assert told("postgresql", postgres.dsn(name), *where) == ["0 []", "1 [7]"]
