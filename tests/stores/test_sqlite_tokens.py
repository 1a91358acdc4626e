"""Tokens outlive the process, belong to their owner, and are renewed by one worker at a time."""

import os
import stat
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecomkit.ports import Secret, Tokens
from ecomkit.stores import SqliteTokenStore

secrets = st.text(st.characters(codec="utf-8").filter(str.isprintable), min_size=1).map(Secret)
tokens_of_any_kind = st.builds(
    Tokens,
    access=secrets,
    refresh=st.none() | secrets,
    expires_at=st.none() | st.datetimes(min_value=datetime(2000, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - bounds
)


def plain(tokens: Tokens | None) -> tuple[str, str | None, datetime | None] | None:
    """Return what tokens hold, to compare."""
    if tokens is None:
        return None
    refresh = None if tokens.refresh is None else tokens.refresh.reveal()
    return (tokens.access.reveal(), refresh, tokens.expires_at)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(tokens_of_any_kind, tokens_of_any_kind)
def test_what_is_saved_last_is_loaded(tmp_path: Path, first: Tokens, second: Tokens) -> None:
    """Another store on the same file has the newest tokens of each account."""
    store = SqliteTokenStore(tmp_path / "tokens.db")
    store.save("etsy", first)
    store.save("shop", first)
    store.save("etsy", second)

    again = SqliteTokenStore(tmp_path / "tokens.db")

    assert [plain(second), plain(first), None] == [
        plain(again.load(account)) for account in ("etsy", "shop", "other")
    ]


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
def test_only_the_owner_may_read(tmp_path: Path) -> None:
    """The file, and those beside it, are closed to everybody else."""
    store = SqliteTokenStore(tmp_path / "tokens.db")
    with store.lock("etsy"):
        store.save("etsy", Tokens(access=Secret("a")))

    assert {0o600} == {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}


def test_secrets_are_not_shown(tmp_path: Path) -> None:
    """The store's repr names the file and nothing in it."""
    store = SqliteTokenStore(tmp_path / "tokens.db")
    store.save("etsy", Tokens(access=Secret("canary")))

    assert f"SqliteTokenStore({str(tmp_path / 'tokens.db')!r})" == repr(store)


COUNTER = """
import sys
from ecomkit.ports import Secret, Tokens
from ecomkit.stores import SqliteTokenStore
store = SqliteTokenStore(sys.argv[1])
for _ in range(10):
    with store.lock("etsy"):
        known = store.load("etsy")
        number = 0 if known is None else int(known.access.reveal())
        store.save("etsy", Tokens(access=Secret(str(number + 1))))
"""


def test_processes_take_turns(tmp_path: Path) -> None:
    """Nobody works with tokens that another one is replacing."""
    path = tmp_path / "tokens.db"
    command = [sys.executable, "-c", COUNTER, str(path)]
    workers = [subprocess.Popen(command) for _ in range(3)]  # noqa: S603 - our own text
    assert [worker.wait() for worker in workers] == [0, 0, 0]

    found = SqliteTokenStore(path).load("etsy")
    assert found is not None
    assert found.access.reveal() == "30"


def test_threads_take_turns(tmp_path: Path) -> None:
    """Of threads that share a store only one is inside."""
    store = SqliteTokenStore(tmp_path / "tokens.db")
    inside: list[int] = []
    most: list[int] = []

    def enter() -> None:
        for _ in range(5):
            with store.lock("etsy"):
                inside.append(1)
                most.append(len(inside))
                inside.pop()

    threads = [threading.Thread(target=enter) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert most == [1] * 20


def test_accounts_do_not_wait_for_each_other(tmp_path: Path) -> None:
    """While one account is renewed another one can be."""
    store = SqliteTokenStore(tmp_path / "tokens.db")
    with store.lock("etsy"), store.lock("shop"):
        store.save("shop", Tokens(access=Secret("a")))

    assert store.load("shop") is not None


HOLDER = """
import sys
from ecomkit.stores import SqliteTokenStore
with SqliteTokenStore(sys.argv[1]).lock("etsy"):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_lock_ends_with_its_process(tmp_path: Path) -> None:
    """A worker that is killed while it renews holds nobody up."""
    path = tmp_path / "tokens.db"
    with subprocess.Popen(  # noqa: S603 - our own text
        [sys.executable, "-c", HOLDER, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline().strip() == "held"
        taken = threading.Event()

        def take() -> None:
            with SqliteTokenStore(path).lock("etsy"):
                taken.set()

        waiter = threading.Thread(target=take)
        waiter.start()
        time.sleep(0.2)
        assert not taken.is_set()
        holder.kill()
        waiter.join(30)

    assert taken.is_set()
