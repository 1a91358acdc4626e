"""A run that is killed and resumed ends with the books of one that was left in peace."""

import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from online_retail._assumptions import Selection
from online_retail._run import Options, run

from ecomkit.ports import Transaction
from ecomkit.stores import SqliteStore

DEMO = Path(__file__).parents[2] / "examples" / "online_retail" / "demo.py"
PRODUCTS = ("23166", "23843", "51020B", "84755")


class Killed(BaseException):
    """Stands for a kill -9: nothing catches it, and all that is in memory is gone."""


class KilledAfter:
    """Kills the run after a number of commits; None for never."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.commits = 0
        self.kill_at: int | None = None
        original = SqliteStore.transaction

        @contextmanager
        def transaction(store: SqliteStore) -> Iterator[Transaction]:
            with original(store) as tx:
                yield tx
            self.commits += 1
            if self.commits == self.kill_at:
                raise Killed

        monkeypatch.setattr(SqliteStore, "transaction", transaction)

    def run(self, options: Options, *, kill_at: int | None) -> str | None:
        """Return the digest of a run, None if it was killed."""
        self.commits, self.kill_at = 0, kill_at
        try:
            return run(options).books.digest
        except Killed:
            return None


def end_after_kills(
    killed: KilledAfter, *, path: Path, output: Path, until: date | None, kills: list[int]
) -> str:
    """Run until all *kills* have happened, resuming each time, and then to the end."""
    digest = None
    for number, kill_at in enumerate([*kills, None]):
        options = Options(
            selection=Selection.of(*PRODUCTS),
            output=output,
            resumes=number > 0,
            reports=False,
            until=until,
            path=path,
        )
        digest = killed.run(options, kill_at=kill_at)
        if digest is not None:
            break
    assert digest is not None
    return digest


@pytest.fixture(scope="module")
def path(part_of_the_file: Callable[..., Path]) -> Path:
    """The rows of a few products."""
    return part_of_the_file(*PRODUCTS, "POST")


def check_kills(
    monkeypatch: pytest.MonkeyPatch, path: Path, output: Path, *, until: date | None, rounds: int
) -> None:
    """Compare an undisturbed run with runs that are killed between commits, each time others."""
    killed = KilledAfter(monkeypatch)
    undisturbed = end_after_kills(killed, path=path, output=output, until=until, kills=[])
    commits = killed.commits
    dice = random.Random(f"{until} {rounds}")  # noqa: S311 - which commits, nothing secret
    for _ in range(rounds):
        far = [dice.randint(1, commits) for _ in range(2)]
        near = [dice.randint(1, 12) for _ in range(3)]
        kills = dice.sample([*far, *near], k=5)

        digest = end_after_kills(killed, path=path, output=output, until=until, kills=kills)

        assert undisturbed == digest, f"killed after commits {kills}"


def test_killed_between_two_commits(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, path: Path
) -> None:
    """
    Wherever between two commits a run is killed, resumed and killed again, it ends the same.

    A kill inside a transaction is one before it: the store undoes what was not committed.
    """
    check_kills(monkeypatch, path, tmp_path, until=date(2011, 1, 24), rounds=3)


@pytest.mark.slow
def test_killed_between_two_commits_of_the_year(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, path: Path
) -> None:
    """The same over the whole year, with purchases, returns and units given up."""
    check_kills(monkeypatch, path, tmp_path, until=None, rounds=4)


@pytest.mark.slow
def test_killed_after_each_commit_of_a_week(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, path: Path
) -> None:
    """Killed once after each single commit of the first review and the days around it."""
    until = date(2010, 12, 8)
    killed = KilledAfter(monkeypatch)
    undisturbed = end_after_kills(killed, path=path, output=tmp_path, until=until, kills=[])

    for commit in range(1, killed.commits + 1):
        kills = [commit]
        assert undisturbed == end_after_kills(
            killed, path=path, output=tmp_path, until=until, kills=kills
        ), f"killed after commit {commit}"


def digest_of(output: str) -> str:
    """Return the digest that the demo printed."""
    [digest] = re.findall(r"^Digest of the books: ([0-9a-f]{64})$", output, re.MULTILINE)
    return digest


def command(output: Path, *more: str, until: str) -> list[str]:
    """Return the demo's command line."""
    return [
        sys.executable,
        str(DEMO),
        "--products",
        ",".join(PRODUCTS),
        "--until",
        until,
        "--output",
        str(output),
        "--no-report",
        *more,
    ]


def check_sigkill(tmp_path: Path, *, until: str, kills: int, longest_seconds: float) -> None:
    """Kill the process at random moments, resume, and compare with a run left in peace."""
    peaceful = subprocess.run(  # noqa: S603 - this Python, and the demo
        command(tmp_path / "peace", until=until),
        capture_output=True,
        check=True,
        encoding="utf-8",
        timeout=300,
    )
    dice = random.Random(until)  # noqa: S311 - when to kill, nothing secret
    output = tmp_path / "killed"
    resume: list[str] = []
    for _ in range(kills):
        with subprocess.Popen(  # noqa: S603 - this Python, and the demo
            command(output, *resume, until=until),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        ) as process:
            assert process.stderr is not None
            # The first line of progress comes when the first days are over.
            process.stderr.readline()
            time.sleep(dice.uniform(0, longest_seconds))
            process.send_signal(signal.SIGKILL)
        assert (output / "shop.db").is_file()
        resume = ["--resume"]
    resumed = subprocess.run(  # noqa: S603 - this Python, and the demo
        command(output, *resume, until=until),
        capture_output=True,
        check=True,
        encoding="utf-8",
        timeout=300,
    )

    assert "Going on after" in resumed.stdout
    assert digest_of(peaceful.stdout) == digest_of(resumed.stdout)


needs_sigkill = pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")


@needs_sigkill
def test_kill_9(tmp_path: Path) -> None:
    """Killed with SIGKILL at two random moments and resumed, the books end the same."""
    check_sigkill(tmp_path, until="2011-01-31", kills=2, longest_seconds=0.6)


@pytest.mark.slow
@needs_sigkill
def test_kill_9_many_times(tmp_path: Path) -> None:
    """The same over the year, ten times."""
    check_sigkill(tmp_path, until="2011-12-09", kills=10, longest_seconds=3)
