"""The turnstile: processes come through one at a time, and nobody is passed for long."""

import json
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from ecomkit.ports import StoreBusyError
from ecomkit.stores import SqliteStore
from ecomkit.stores._turnstile import FileTurnstile, OpenTurnstile, turnstile_for

PROGRAM = """
import json, os, sys, time
from ecomkit.stores._turnstile import turnstile_for

path, seconds = sys.argv[1], float(sys.argv[2])
turnstile = turnstile_for(path)
inside = os.open(f"{path}-busy", os.O_RDWR | os.O_CREAT)
print("ready", flush=True)
sys.stdin.readline()
waits, met = [], 0
end = time.monotonic() + seconds
while time.monotonic() < end:
    asked = time.monotonic()
    with turnstile.passed(seconds=30):
        waits.append(time.monotonic() - asked)
        # Whoever is inside at the same time would find the mark of the other.
        met += os.pread(inside, 1, 0) not in (b"", b"0")
        os.pwrite(inside, b"1", 0)
        time.sleep(0.001)
        os.pwrite(inside, b"0", 0)
print(json.dumps([waits, met]), flush=True)
"""

HOLDER = """
import sys
from ecomkit.stores._turnstile import turnstile_for

with turnstile_for(sys.argv[1]).passed(seconds=30):
    print("inside", flush=True)
    sys.stdin.readline()
print("outside", flush=True)
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return the file that the turnstile stands before."""
    return tmp_path / "shop.db"


@contextmanager
def started(program: str, *arguments: object) -> Iterator[subprocess.Popen[str]]:
    """Run a program of ours; kill it in the end, whatever it is doing."""
    process = subprocess.Popen(  # noqa: S603 (our own interpreter on our own text)
        [sys.executable, "-c", program, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def said(process: subprocess.Popen[str]) -> str:
    """Return what a process says next."""
    assert process.stdout is not None
    return process.stdout.readline().strip()


def go(process: subprocess.Popen[str]) -> None:
    """Let a process go on."""
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


def test_processes_share_fairly_and_never_meet(path: Path) -> None:
    """
    Four processes that come back at once: no two are inside together, each gets its share, and
    nobody waits much longer than the others.
    """
    with ExitStack() as stack:
        processes = [stack.enter_context(started(PROGRAM, path, 2)) for _ in range(4)]
        assert [said(process) for process in processes] == ["ready"] * 4
        for process in processes:
            go(process)
        found = [json.loads(said(process)) for process in processes]

    waits = sorted(wait for of_one, _ in found for wait in of_one)
    counts = [len(of_one) for of_one, _ in found]
    assert sum(met for _, met in found) == 0
    assert min(counts) * 4 >= max(counts), counts
    assert min(counts) >= 10
    # A busy machine stops a process for a while: a hundredth may be slow, and none forgotten.
    usual = statistics.median(waits)
    assert waits[len(waits) * 99 // 100] <= max(20 * usual, 0.05)
    assert waits[-1] <= 1


def test_a_holder_that_is_killed_lets_go(path: Path) -> None:
    """After kill -9 of the process inside, the next one comes through."""
    with started(HOLDER, path) as holder:
        assert said(holder) == "inside"
        turnstile = turnstile_for(str(path))
        with pytest.raises(StoreBusyError), turnstile.passed(seconds=0):
            raise AssertionError

        holder.send_signal(signal.SIGKILL)
        holder.wait()

        with turnstile.passed(seconds=30):
            turnstile_two = turnstile_for(str(path))
            with pytest.raises(StoreBusyError), turnstile_two.passed(seconds=0):
                raise AssertionError
        turnstile_two.close()
        turnstile.close()


def test_one_who_waits_and_is_killed_is_not_in_the_way(path: Path) -> None:
    """The place of the next in line is free again once the process that had it is dead."""
    with turnstile_for(str(path)).passed(seconds=30), started(HOLDER, path) as waiting:
        third = turnstile_for(str(path))
        deadline = time.monotonic() + 30
        while not _is_next_taken(path):
            assert time.monotonic() < deadline
            time.sleep(0.01)
        waiting.kill()
        waiting.wait()
        assert not _is_next_taken(path)
    with third.passed(seconds=30):
        pass
    third.close()


def _is_next_taken(path: Path) -> bool:
    fcntl: Any = pytest.importorskip("fcntl")
    with path.with_name(f"{path.name}-next").open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


def test_the_deadline_is_kept(path: Path) -> None:
    """Who waits in vain is told so, with the time that was waited, and leaves no lock behind."""
    first, second = FileTurnstile(str(path)), FileTurnstile(str(path))
    asked = time.monotonic()
    with first.passed(seconds=1):
        with pytest.raises(StoreBusyError) as caught, second.passed(seconds=0.6):
            raise AssertionError
        waited = time.monotonic() - asked
        with pytest.raises(StoreBusyError), second.passed(seconds=0):
            raise AssertionError

    assert caught.value.waited_seconds == 1
    assert waited >= 0.6
    with second.passed(seconds=0):
        pass
    first.close()
    second.close()


def test_what_is_raised_inside_lets_go(path: Path) -> None:
    """A block that fails gives the turnstile back, and fails with what it raised."""
    first, second = FileTurnstile(str(path)), FileTurnstile(str(path))

    with pytest.raises(ZeroDivisionError), first.passed(seconds=0):
        raise ZeroDivisionError

    with second.passed(seconds=0):
        pass
    first.close()
    second.close()


def test_the_next_in_line_comes_before_who_was_just_inside(path: Path) -> None:
    """Who leaves and comes back at once waits behind the one who waited all the time."""
    first, second = FileTurnstile(str(path)), FileTurnstile(str(path))
    came: list[str] = []
    passed = threading.Event()

    def wait() -> None:
        with second.passed(seconds=30):
            came.append("second")
            passed.wait(1)

    with first.passed(seconds=0):
        thread = threading.Thread(target=wait)
        thread.start()
        deadline = time.monotonic() + 30
        while not _is_next_taken(path):
            assert time.monotonic() < deadline
            time.sleep(0.001)
    with first.passed(seconds=30):
        came.append("first")
    passed.set()
    thread.join()

    assert came == ["second", "first"]
    first.close()
    second.close()


@pytest.mark.parametrize("place", [":memory:", ""])
def test_books_that_nobody_else_can_reach_have_none(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Books in memory, and those of a nameless file, leave no files behind and keep nobody out."""
    monkeypatch.chdir(tmp_path)
    with SqliteStore(place) as one, SqliteStore(place) as two:
        with one.transaction(), two.transaction():
            pass
        turnstile = turnstile_for(place)
        with turnstile.passed(seconds=0), turnstile.passed(seconds=0):
            pass
        turnstile.close()

    assert isinstance(turnstile, OpenTurnstile)
    assert list(tmp_path.iterdir()) == []


def test_a_store_waits_at_its_turnstile(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A writer that finds the turnstile taken is told that the store is busy; readers pass."""
    with SqliteStore(path) as store, turnstile_for(str(path)).passed(seconds=0):
        monkeypatch.setattr("ecomkit.stores._sqlite.BUSY_SECONDS", 0)
        with pytest.raises(StoreBusyError), store.transaction():
            raise AssertionError
        with store.snapshot() as tx:
            assert tx.all_levels() == ()


def test_a_closed_store_leaves_no_open_files(path: Path) -> None:
    """Opening and closing a store many times uses no more files than once."""
    folder = Path("/proc/self/fd")
    if not folder.exists():
        pytest.skip("this system does not list open files")
    SqliteStore(path).close()
    before = len(list(folder.iterdir()))

    for _ in range(20):
        SqliteStore(path).close()

    assert before == len(list(folder.iterdir()))
