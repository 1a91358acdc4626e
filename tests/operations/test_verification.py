"""Verification: books that nobody touched are clean, and of those that somebody did a row is named."""

import tracemalloc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice
from typing import Any, cast

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ecomkit.identifiers import CommandKey, LocationId, Sku
from ecomkit.operations import RowFault, Settings, Verification, execute, verify_ledger
from ecomkit.operations._verification import INSIDE, ROWS_AT_A_TIME, Replay
from ecomkit.ports import LedgerEntry, Store, Transaction
from ecomkit.stock import MAIN, Account, Bucket, Damage, Receive, StockCommand
from ecomkit.stores import MemoryStore, SqliteStore
from ecomkit.testing.strategies import ledgers
from ecomkit.testing.strategies._stock import Ledger

FEW = settings(max_examples=30)
"""Each example is a file of its own."""

STORES: dict[str, Any] = {"memory": MemoryStore, "sqlite": lambda: SqliteStore(":memory:")}
BUCKETS = [bucket.value for bucket in Bucket]
COLUMNS = (
    "seq",
    "sku",
    "quantity",
    "source_location",
    "source_bucket",
    "target_location",
    "target_bucket",
    "source_after",
    "target_after",
)


def played(store: Store, ledger: Ledger) -> None:
    """Run the commands of *ledger* through *store*."""
    choices = Settings(coverage=ledger.coverage)
    for step in ledger.steps:
        with store.posting() as tx:
            execute(tx, [step.command], now=step.at, settings=choices)


def receive_some(store: Store) -> None:
    """Take five units in, of which two are broken."""
    commands: list[StockCommand] = [
        Receive(key=CommandKey("r"), sku=Sku("A"), quantity=5),
        Damage(key=CommandKey("d"), sku=Sku("A"), quantity=2, reason="broken"),
    ]
    with store.posting() as tx:
        execute(tx, commands, now=datetime(2026, 3, 1, tzinfo=UTC), settings=Settings())


def verified(store: Store) -> Verification:
    """Verify the books of *store*."""
    with store.snapshot() as tx:
        return verify_ledger(tx)


def entries(store: Store) -> list[LedgerEntry]:
    """Return the whole ledger."""
    with store.snapshot() as tx:
        return list(tx.entries(limit=9_999))


def chains(rows: Sequence[LedgerEntry]) -> dict[object, list[tuple[int, int | None]]]:
    """Return for each inside account what came and went, with what each row says was left."""
    found: dict[object, list[tuple[int, int | None]]] = {}
    for row in rows:
        if row.source_bucket in INSIDE:
            place = (row.sku, row.source_location, row.source_bucket)
            found.setdefault(place, []).append((-row.quantity, row.source_after))
        if row.target_bucket in INSIDE:
            place = (row.sku, row.target_location, row.target_bucket)
            found.setdefault(place, []).append((row.quantity, row.target_after))
    return found


class Books:
    """A SQLite store whose rows somebody may change behind our back."""

    def __init__(self, ledger: Ledger) -> None:
        self.store = SqliteStore(":memory:")
        receive_some(self.store)
        played(self.store, ledger)
        self.rows = entries(self.store)
        self.run("DROP TRIGGER ecomkit_movement_is_final")
        self.run("DROP TRIGGER ecomkit_movement_stays")
        # What the file guards by itself somebody with a mind to it turns off as well.
        self.run("PRAGMA ignore_check_constraints = ON")

    def run(self, statement: str, *values: object) -> None:
        """Run a statement on the file, past the store."""
        self.store._connection.execute(statement, values)

    def set(self, row: LedgerEntry, column: str, value: object) -> None:
        """Change one field of a row."""
        self.run(f"UPDATE ecomkit_movement SET {column} = ? WHERE seq = ?", value, row.number)  # noqa: S608 (constants)

    def put(self, row: LedgerEntry) -> None:
        """Write all that the books see of a row over what stands under its number."""
        for column, value in zip(COLUMNS[1:], row[1:], strict=True):
            self.set(row, column, value)

    def insert(self, row: LedgerEntry) -> None:
        """Write a row that no command led to."""
        self.run(
            f"INSERT INTO ecomkit_movement ({', '.join(COLUMNS)}, merchant, id, cause, command, at)"  # noqa: S608 (constants)
            f" VALUES ({', '.join('?' * len(COLUMNS))}, 'default', 'forged', 'receipt', 'f', '')",
            *row,
        )

    def is_told_apart(self) -> bool:
        """Whether the ledger says anything else of any account than it did."""
        return chains(entries(self.store)) != chains(self.rows)


@contextmanager
def books(ledger: Ledger) -> Iterator[Books]:
    """Return the books of *ledger*, after two movements of our own, open to everybody."""
    made = Books(ledger)
    with made.store:
        yield made


def assert_named(found: Verification, *, at_least: int) -> None:
    """Fail unless a fault was found: a row not before that one, or a level."""
    assert not found.is_clean
    if found.first_fault is None:
        assert found.faults
    else:
        assert found.first_fault.number >= at_least


def inside_rows(rows: Sequence[LedgerEntry]) -> list[LedgerEntry]:
    """Return the rows that touch an account of ours: what goes from outside to outside is no stock."""
    found = [row for row in rows if {row.source_bucket, row.target_bucket} & INSIDE]
    assume(found)
    return found


# -- laws -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", STORES)
@FEW
@given(ledger=ledgers(max_size=8))
def test_books_that_commands_made_are_clean(kind: str, ledger: Ledger) -> None:
    """Whatever was asked: every row agrees with those before it, and the levels with the last."""
    with STORES[kind]() as store:
        played(store, ledger)
        found = verified(store)

    assert found.is_clean, found.explain()
    assert len(ledger.movements) == found.rows
    assert sum(units for _, units in found.units) == 0


@FEW
@given(ledger=ledgers(max_size=8), data=st.data())
def test_a_changed_quantity_is_found_in_its_row(ledger: Ledger, data: st.DataObject) -> None:
    """A movement of our stock says what it left: so the very row is named."""
    with books(ledger) as forged:
        row = data.draw(st.sampled_from(inside_rows(forged.rows)))
        other = data.draw(st.integers(-3, 20).filter(lambda units: units != row.quantity))
        forged.set(row, "quantity", other)
        found = verified(forged.store)

    assert found.first_fault is not None
    assert row.number == found.first_fault.number


@FEW
@given(ledger=ledgers(max_size=8), data=st.data())
def test_a_changed_balance_is_found_in_its_row(ledger: Ledger, data: st.DataObject) -> None:
    """What a row says was left is told by the rows before it, one by one: the very row is named."""
    with books(ledger) as forged:
        row = data.draw(st.sampled_from(inside_rows(forged.rows)))
        sides = [
            (column, account)
            for column, account in (
                ("source_after", (row.sku, row.source_location, row.source_bucket)),
                ("target_after", (row.sku, row.target_location, row.target_bucket)),
            )
            if account[2] in INSIDE
        ]
        column, (sku, location, bucket) = data.draw(st.sampled_from(sides))
        known = getattr(row, column)
        other = data.draw(st.none() | st.integers(-3, 20).filter(lambda units: units != known))
        forged.set(row, column, other)
        found = verified(forged.store)

    assert found.first_fault == RowFault(
        number=row.number,
        account=Account(Sku(sku), LocationId(location), Bucket(bucket)),
        balance=other,
        replayed=known,
    )


@FEW
@given(ledger=ledgers(max_size=8), data=st.data())
def test_a_row_moved_to_another_account_is_found(ledger: Ledger, data: st.DataObject) -> None:
    """
    Another bucket, location or sku: that row is named, or a later one of either account, or the
    level. Only what is no account of ours tells nothing apart: whether goods came from a supplier.
    """
    with books(ledger) as forged:
        row = data.draw(st.sampled_from(inside_rows(forged.rows)))
        column = data.draw(st.sampled_from(("sku", *COLUMNS[3:7])))
        value = data.draw(
            st.sampled_from(BUCKETS if column.endswith("bucket") else ("A", "B", "main", "spare"))
        )
        assume(value != getattr(row, column))
        forged.set(row, column, value)
        is_told_apart = forged.is_told_apart()
        found = verified(forged.store)

    if is_told_apart:
        assert_named(found, at_least=row.number)
    else:
        assert found.is_clean
        side = column.split("_")[0]
        assert getattr(row, f"{side}_bucket") not in INSIDE


@FEW
@given(ledger=ledgers(max_size=8), data=st.data())
def test_a_row_that_is_left_out_is_found(ledger: Ledger, data: st.DataObject) -> None:
    """The next row of one of its accounts is named, or the level if there is none."""
    with books(ledger) as forged:
        row = data.draw(st.sampled_from(inside_rows(forged.rows)))
        forged.run("DELETE FROM ecomkit_movement WHERE seq = ?", row.number)
        found = verified(forged.store)

    assert_named(found, at_least=row.number + 1)


@FEW
@given(ledger=ledgers(max_size=8), data=st.data())
def test_a_row_that_was_put_in_is_found(ledger: Ledger, data: st.DataObject) -> None:
    """A row at the end, or in a gap, is named, or a later one, or the level: however it was forged."""
    with books(ledger) as forged:
        row = data.draw(st.sampled_from(inside_rows(forged.rows)))
        last = forged.rows[-1].number
        number = last + 1
        if row.number < last and data.draw(st.booleans()):
            # Make room where it is to stand: the numbers may have gaps.
            forged.run("UPDATE ecomkit_movement SET seq = -seq WHERE seq > ?", row.number)
            forged.run("UPDATE ecomkit_movement SET seq = 1 - seq WHERE seq < 0")
            number = row.number + 1
        after = st.integers(0, 12)
        new = row._replace(
            number=number,
            quantity=data.draw(st.integers(1, 9)),
            source_after=None if row.source_after is None else data.draw(after),
            target_after=None if row.target_after is None else data.draw(after),
        )
        forged.insert(new)
        found = verified(forged.store)

    assert_named(found, at_least=number)


@FEW
@given(ledger=ledgers(max_size=8), data=st.data())
def test_two_rows_that_changed_places_are_found(ledger: Ledger, data: st.DataObject) -> None:
    """Where it makes a difference to any account: the first of them is named, or one behind it."""
    with books(ledger) as forged:
        one, two = sorted(
            data.draw(
                st.lists(
                    st.sampled_from(inside_rows(forged.rows)), min_size=2, max_size=2, unique=True
                )
            )
        )
        forged.put(two._replace(number=one.number))
        forged.put(one._replace(number=two.number))
        is_told_apart = forged.is_told_apart()
        found = verified(forged.store)

    if is_told_apart:
        assert_named(found, at_least=one.number)
        assert found.first_fault is not None
    else:
        assert found.is_clean


@FEW
@given(ledger=ledgers(max_size=8), data=st.data())
def test_a_changed_level_is_found(ledger: Ledger, data: st.DataObject) -> None:
    """A level that differs from what its rows add up to is named; no row of the ledger is."""
    with books(ledger) as forged:
        with forged.store.snapshot() as tx:
            levels = tx.all_levels()
        level = data.draw(st.sampled_from(levels))
        column = data.draw(st.sampled_from([one for one in BUCKETS if one in INSIDE]))
        forged.run(
            f"UPDATE ecomkit_level SET {column} = {column} + ? WHERE sku = ? AND location = ?",  # noqa: S608 (constants)
            data.draw(st.integers(1, 5)),
            level.sku,
            level.location,
        )
        found = verified(forged.store)

    assert found.first_fault is None
    assert any(f"{level.sku} at {level.location}" in fault for fault in found.faults)


# -- examples -------------------------------------------------------------------------------------


class LongLedger:
    """As much of a transaction as a replay reads: rows that are made when they are asked for."""

    def __init__(self, rows: int, *, broken: int = 0) -> None:
        self.rows = rows
        self.broken = broken
        self.pages: list[int] = []

    def entries(self, *, after: int = 0, limit: int) -> list[LedgerEntry]:
        """Return a page: 50 skus take turns, and get one unit each."""
        self.pages.append(limit)
        numbers = range(after + 1, min(after + limit, self.rows) + 1)
        return list(islice(map(self.entry, numbers), limit))

    def entry(self, number: int) -> LedgerEntry:
        """Return one row."""
        sku, left = f"SKU-{number % 50}", (number + 49) // 50
        if number % 50 == 0:
            left = number // 50
        left += number == self.broken
        return LedgerEntry(number, sku, 1, "main", "supplier", "main", "sellable", None, left)

    def all_levels(self) -> tuple[()]:
        """Return no levels: they are not what this is about."""
        return ()


def peak(rows: int) -> int:
    """Return how many bytes a replay of so many rows needed at most."""
    ledger = LongLedger(rows)
    tracemalloc.start()
    try:
        found = verify_ledger(cast("Transaction", ledger))
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert found.rows == rows
    assert found.first_fault is None
    assert set(ledger.pages) == {ROWS_AT_A_TIME}
    return most


def test_memory_does_not_grow_with_the_ledger() -> None:
    """Ten times the rows need no more memory: a page at a time, and one number an account."""
    small, large = peak(2 * ROWS_AT_A_TIME), peak(20 * ROWS_AT_A_TIME)

    assert large <= 1.2 * small
    assert large < 16 << 20


@pytest.mark.slow
def test_a_million_rows_fit_into_a_few_megabytes() -> None:
    """A replay of a million rows needs what one of twenty thousand does."""
    assert peak(1_000_000) <= 1.2 * peak(2 * ROWS_AT_A_TIME)


@pytest.mark.parametrize("number", [1, ROWS_AT_A_TIME, ROWS_AT_A_TIME + 1, 2 * ROWS_AT_A_TIME])
def test_a_row_is_named_on_either_side_of_a_page(number: int) -> None:
    """Balances are carried from page to page; the first row that disagrees is named, no later one."""
    found = verify_ledger(cast("Transaction", LongLedger(2 * ROWS_AT_A_TIME, broken=number)))

    assert found.first_fault is not None
    assert found.first_fault.number == number
    assert found.first_fault.balance == found.first_fault.replayed + 1


def test_pages_lead_to_what_the_whole_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """A ledger that ends with a full page, or a page of one row, is read to its end."""
    monkeypatch.setattr("ecomkit.operations._verification.ROWS_AT_A_TIME", 3)
    for rows in range(8):
        found = verify_ledger(cast("Transaction", LongLedger(rows)))
        assert (found.rows, found.first_fault) == (rows, None)


def test_what_was_found_is_said() -> None:
    """The row is named with its account, what it says, and what it should say."""
    account = Account(Sku("A"), MAIN, Bucket.SELLABLE)
    fault = RowFault(number=7, account=account, balance=4, replayed=5)
    silent = RowFault(number=7, account=account, balance=None, replayed=5)
    clean = Verification(rows=0, units=(), first_fault=None, faults=())
    found = Verification(
        rows=9,
        units=[(Bucket.SELLABLE, 5), (Bucket.SUPPLIER, -5)],
        first_fault=fault,
        faults=["A differs"],
    )

    assert fault.explain() == (
        "row 7 is the first that disagrees: A at main, sellable: it left 4, the rows before it "
        "and its own units leave 5"
    )
    assert "it says nothing of what it left, the rows" in silent.explain()
    assert clean.is_clean
    assert not found.is_clean
    assert found.explain() == (
        f"9 rows replayed, 2 faults; units: sellable 5, supplier -5; together 0\n"
        f"{fault.explain()}\nA differs"
    )


@pytest.mark.parametrize(
    ("column", "value"),
    [("sku", ""), ("source_location", "\n"), ("quantity", "many"), ("sku", b"\xff")],
)
def test_a_row_of_nonsense_is_named_and_hides_nothing(column: str, value: object) -> None:
    """Text where a number belongs, or a name that nothing can have: the row is named."""
    good = LedgerEntry(1, "A", 5, "main", "opening", "main", "sellable", None, 5)
    bad = LedgerEntry(2, "A", 1, "main", "sellable", "main", "held", 4, 1)._replace(
        **{column: value}
    )
    found = Replay()
    found.read([good, bad, good._replace(number=3)])
    balances, nameless = found.balances()

    assert found.rows == 3
    assert found.first_fault is not None
    assert found.first_fault.number == 2
    assert "row 2 is the first" in found.first_fault.explain()
    assert balances
    assert len(nameless) == {"sku": 2, "source_location": 1, "quantity": 0}[column]
