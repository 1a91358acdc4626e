"""The harness itself: what it starts ends with it, and what cannot be had is said."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from harness import UnavailableError, postgres_cluster
from harness._installed import installed, run
from harness._process import leashed

HERE = Path(__file__).parent
PATIENCE = 20.0
HOLDER = """
import os, signal, sys, time
from pathlib import Path
from harness._process import leashed

signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job ignores it
command = [sys.executable, "-c", "import os, time; print('pid', os.getpid(), flush=True); time.sleep(600)"]
with leashed(command, name="sleeper", folder=Path(sys.argv[1]), environment=os.environ) as server:
    print(server.until(r"pid (\\d+)", within=20), flush=True)
    time.sleep(600)
"""


def alive(pid: int) -> bool:
    """Say whether there is such a process."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def within(condition: Callable[[], bool]) -> bool:
    """Wait until *condition* holds."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL, signal.SIGINT])
def test_a_server_does_not_outlive_who_started_it(tmp_path: Path, how: signal.Signals) -> None:
    """However the one who started it ends, the server ends too and its folder is gone."""
    folder = tmp_path / "server"
    folder.mkdir()
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(folder)],
        cwd=HERE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as holder:
        assert holder.stdout is not None
        pid = int(holder.stdout.readline())
        assert alive(pid)

        holder.send_signal(how)

        assert within(lambda: not alive(pid))
        assert within(lambda: not folder.exists())


def test_a_server_that_ends_at_once_is_unavailable_and_its_last_words_say_why(
    tmp_path: Path,
) -> None:
    """The reason that a test is skipped for is what the server wrote."""
    folder = tmp_path / "server"
    folder.mkdir()
    command = [sys.executable, "-c", "print('no room at the inn')"]
    with (
        leashed(command, name="inn", folder=folder, environment=os.environ) as server,
        pytest.raises(UnavailableError, match="inn ended at once: no room at the inn"),
    ):
        server.until("ready", within=PATIENCE)


def test_a_server_that_never_answers_is_unavailable(tmp_path: Path) -> None:
    """The wait has an end."""
    folder = tmp_path / "server"
    folder.mkdir()
    command = [sys.executable, "-c", "import time; time.sleep(600)"]
    with (
        leashed(command, name="sleeper", folder=folder, environment=os.environ) as server,
        pytest.raises(UnavailableError, match="sleeper was not ready in 0 s"),
    ):
        server.until("ready", within=0.1)


def test_an_install_runs_once_and_half_an_install_runs_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is installed is kept under a hash of what decides it."""
    monkeypatch.setenv("ECOMKIT_SERVERS_CACHE", str(tmp_path))
    monkeypatch.delenv("ECOMKIT_SERVERS_INSTALL", raising=False)
    calls: list[Path] = []

    def fail(folder: Path) -> None:
        (folder / "half").touch()
        run([sys.executable, "-c", "print('registry is away'); exit(1)"], cwd=folder)

    with pytest.raises(UnavailableError, match="registry is away"):
        installed("thing", decided_by=[b"1"], install=fail)
    first = installed("thing", decided_by=[b"1"], install=calls.append)
    again = installed("thing", decided_by=[b"1"], install=calls.append)
    other = installed("thing", decided_by=[b"2"], install=calls.append)

    assert first == again
    assert calls == [first, other]
    assert not (first / "half").exists()


def test_nothing_is_installed_where_that_is_forbidden(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ECOMKIT_SERVERS_INSTALL=no makes what is not there yet unavailable."""
    monkeypatch.setenv("ECOMKIT_SERVERS_CACHE", str(tmp_path))
    monkeypatch.setenv("ECOMKIT_SERVERS_INSTALL", "no")

    with pytest.raises(UnavailableError, match="thing is not installed"):
        installed("thing", decided_by=[b"1"], install=lambda folder: None)


@pytest.mark.slow
def test_a_cluster_is_gone_with_its_block() -> None:
    """Databases live as long as the block, and its folder with them."""
    try:
        with postgres_cluster() as cluster:
            cluster.create("shop")
            cluster.psql("CREATE TABLE tea (leaves integer)", database="shop")
            copy = cluster.create("copy", template="shop")
            assert cluster.psql("SELECT count(*) FROM tea", database=copy) == "0"
    except UnavailableError as reason:
        pytest.skip(str(reason))
    assert not cluster.folder.exists()
