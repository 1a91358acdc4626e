"""How SQLite finds rows: by an index where there is one, whatever its planner would guess."""

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import attrs
import pytest

from ecomkit.identifiers import CommandKey, Sku
from ecomkit.operations import Settings, execute
from ecomkit.ports import STOCK, Collection, Retention
from ecomkit.stock import (
    MAIN,
    Coverage,
    DraftLevel,
    LevelKey,
    LevelNeed,
    Owner,
    PutOnHold,
    Receive,
    Record,
    Want,
)
from ecomkit.stores import SqliteStore

SOON = datetime(2026, 1, 5, tzinfo=UTC)
A, B = Sku("A"), Sku("B")


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
            self._explain(sql, parameters)
            return super().execute(sql, parameters)

        def executemany(self, sql: str, parameters: Any, /) -> sqlite3.Cursor:
            rows = list(parameters)
            for row in rows[:1]:
                self._explain(sql, row)
            return super().executemany(sql, rows)

        def _explain(self, sql: str, parameters: Any) -> None:
            if sql.lstrip().split()[0] in ("SELECT", "UPDATE", "DELETE", "INSERT"):
                rows = super().execute(f"EXPLAIN QUERY PLAN {sql}", parameters)
                self.plans.extend(row[3] for row in rows)

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


@pytest.mark.parametrize("read", ["movements", "entries"])
def test_movements_are_read_on_from_their_number(asked: Any, read: str) -> None:
    """A page of the ledger costs its rows, and sorts nothing."""
    store, plans = asked
    with store.snapshot() as tx:
        getattr(tx, read)(after=7, limit=3)

    assert plans == ["SEARCH ecomkit_movement USING INTEGER PRIMARY KEY (rowid>?)"]


def test_waiting_and_expired_levels_have_indexes_of_their_own(asked: Any) -> None:
    """Neither looks at allocations, which are most promises."""
    store, plans = asked
    with store.transaction() as tx:
        tx.waiting()
        tx.expired(SOON)

    assert [index_of(plan) for plan in plans if plan.startswith("SEARCH")] == [
        "ecomkit_promise_waiting",
        "ecomkit_promise_ending",
    ]


@pytest.fixture
def queue(asked: Any) -> Any:
    """Return a store with a long queue at one level and a hold, and the plans of what follows."""
    store, plans = asked
    sale = Record(
        key=CommandKey("s"),
        wants=[Want(owner=Owner(f"line:{n}"), sku=A, quantity=1) for n in range(9)],
        placed_at=SOON,
    )
    hold = PutOnHold(
        key=CommandKey("h"),
        wants=[Want(owner=Owner("cart:1"), sku=B, quantity=1)],
        expires_at=SOON + timedelta(hours=1),
    )
    found = Receive(key=CommandKey("b"), sku=B, quantity=2)
    with store.transaction() as tx:
        execute(tx, [sale, found, hold], now=SOON, settings=Settings())
    plans.clear()
    return store, plans


def opened(store: Any, key: LevelKey, coverage: Coverage, **needs: Any) -> DraftLevel:
    """Open the books for one level, two hours later."""
    need = LevelNeed()
    for name, value in needs.items():
        setattr(need, name, value)
    with store.transaction() as tx:
        later = SOON + timedelta(hours=2)
        books = tx.open({key: need}, keys=["s", "x"], now=later, coverage=coverage)
    draft: DraftLevel = books.drafts[key]
    return draft


@pytest.mark.parametrize("owners", [{"line:7"}, {"line:7", "line:8"}])
def test_what_owners_have_is_found_by_their_names(queue: Any, owners: set[str]) -> None:
    """A draft for some owners costs what these have, however many others wait."""
    store, plans = queue
    draft = opened(store, LevelKey(A, MAIN), Coverage.ARRIVAL, owners=owners)

    assert set(draft.promises["uncovered"]) == owners
    assert "(merchant=? AND sku=? AND location=? AND owner=?)" in " ".join(plans)
    assert_no_scan(plans)


def test_who_came_first_is_found_without_sorting(queue: Any) -> None:
    """As many of those who wait are read as units become free: their index stands in order."""
    store, plans = queue
    draft = opened(store, LevelKey(A, MAIN), Coverage.ARRIVAL, frees=2)

    assert set(draft.promises["uncovered"]) == {"line:0", "line:1"}
    assert "ecomkit_promise_waiting" in [index_of(plan) for plan in plans]
    assert_no_scan(plans)


def test_who_bought_first_is_found_among_those_who_wait(queue: Any) -> None:
    """By placement, those who wait are sorted: no other promise is read for it."""
    store, plans = queue
    draft = opened(store, LevelKey(A, MAIN), Coverage.PLACEMENT, frees=3)

    assert len(draft.promises["uncovered"]) == 3
    assert_no_scan(plans)


def test_holds_that_ended_are_found_by_their_end(queue: Any) -> None:
    """A draft finds them by the instant, and looks where units are held only."""
    store, plans = queue
    draft = opened(store, LevelKey(B, MAIN), Coverage.ARRIVAL)

    assert list(draft.promises["hold"]) == ["cart:1"]
    assert "ecomkit_promise_ending" in [index_of(plan) for plan in plans]
    assert_no_scan(plans)


def test_lots_are_found_by_their_names(queue: Any) -> None:
    """Lots are read without the promises that stand beside them."""
    store, plans = queue
    opened(store, LevelKey(B, MAIN), Coverage.ARRIVAL, lots=True)

    assert any("owner>? AND owner<?" in plan for plan in plans)
    assert_no_scan(plans)


def test_a_booking_and_its_reads_scan_no_table(queue: Any) -> None:
    """Commands, answers, what is available and the outbox are all found by keys."""
    store, plans = queue
    with store.transaction() as tx:
        receipt = Receive(key=CommandKey("r"), sku=A, quantity=3)
        execute(tx, [receipt], now=SOON, settings=Settings())
        tx.levels([LevelKey(A, MAIN)])
        tx.available([LevelKey(A, MAIN), LevelKey(B, MAIN)], now=SOON)
        tx.kept(["r", "s", "unknown"])
        tx.post(STOCK, ["A", "C"])
        tx.posted(STOCK)
        claims = tx.claim(STOCK, now=SOON, until=SOON + timedelta(hours=1), limit=2)
        tx.settle(STOCK, claims)
        tx.forget(before=SOON)

    assert len(plans) > 10
    assert_no_scan(plans)


def index_of(plan: str) -> str:
    """Return the index that *plan* goes by, nothing if it is the primary key."""
    return plan.split("INDEX ")[1].split(maxsplit=1)[0] if "INDEX " in plan else ""


def assert_no_scan(plans: list[str]) -> None:
    """Fail if a table is read from end to end; the list of what is asked for is no table."""
    scans = [plan for plan in plans if plan.startswith("SCAN") and "json_each" not in plan]

    assert scans == []
