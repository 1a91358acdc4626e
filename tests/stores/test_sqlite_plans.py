"""How SQLite finds rows: by an index where there is one, whatever its planner would guess."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import attrs
import pytest

from ecomkit.ports import Collection, Retention
from ecomkit.stores import SqliteStore

SOON = datetime(2026, 1, 5, tzinfo=UTC)


@attrs.frozen(kw_only=True)
class Note:
    """A value with a key and an index."""

    key: str
    topic: str | None


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A store, and the plans of the statements that it runs."""

    class Watched(sqlite3.Connection):
        plans: list[str] = []  # noqa: RUF012 - one for the test

        def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
            if sql.lstrip().startswith("SELECT"):
                rows = super().execute(f"EXPLAIN QUERY PLAN {sql}", parameters)
                self.plans.extend(row[3] for row in rows)
            return super().execute(sql, parameters)

    connect = sqlite3.connect
    monkeypatch.setattr(
        sqlite3, "connect", lambda *args, **options: connect(*args, factory=Watched, **options)
    )
    with SqliteStore(tmp_path / "shop.db") as store:
        Watched.plans.clear()
        yield store, Watched.plans


@pytest.mark.parametrize("retention", Retention)
def test_a_scan_by_index_reads_what_is_under_it_only(asked: Any, retention: Retention) -> None:
    """However many values a collection has, a scan by index uses the index down to the key."""
    store, plans = asked
    notes = Collection(
        name="note",
        type=Note,
        key=lambda note: note.key,
        index=lambda note: note.topic,
        retention=retention,
    )
    with store.snapshot() as tx:
        tx.scan(notes, index="elephants", after="a", limit=3)

    [plan] = plans
    assert "_idx (merchant=? AND collection=? AND idx=? AND key>?)" in plan


def test_movements_are_read_on_from_their_number(asked: Any) -> None:
    """A page of the ledger costs its rows, and sorts nothing."""
    store, plans = asked
    with store.snapshot() as tx:
        tx.movements(after=7, limit=3)

    assert plans == ["SEARCH movement USING INTEGER PRIMARY KEY (rowid>?)"]


def test_waiting_and_expired_levels_have_indexes_of_their_own(asked: Any) -> None:
    """Neither looks at allocations, which are most promises."""
    store, plans = asked
    with store.transaction() as tx:
        tx.waiting()
        tx.expired(SOON)

    searched = [plan for plan in plans if plan.startswith("SEARCH")]
    assert [plan.split("INDEX ")[1].split()[0] for plan in searched] == [
        "promise_waiting",
        "promise_ending",
    ]
