"""The PostgreSQL store: what it adds to the behaviour that all stores share."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from postgres_world import (
    ELEPHANTS,
    NOON,
    NOTES,
    Cluster,
    Note,
    another,
    hold,
    luck,
    post,
    receipt,
    sellable,
)

from ecomkit.errors import EcomkitError, FieldError, MissingExtraError
from ecomkit.identifiers import (
    CartId,
    CommandKey,
    LineId,
    LocationId,
    LotId,
    OrderId,
    Sku,
    TransferId,
)
from ecomkit.operations import Settings, execute
from ecomkit.ports import (
    STOCK,
    Claim,
    KeptOutcome,
    StoredValueError,
    StoreFailedError,
)
from ecomkit.stock import (
    MAIN,
    Adjust,
    Arrive,
    Bucket,
    Count,
    Coverage,
    Damage,
    Dispatch,
    LevelKey,
    LoseTransfer,
    Owner,
    Pick,
    PutOnHold,
    Reassign,
    Receive,
    Record,
    Release,
    ReleaseHolds,
    Reserve,
    Ship,
    StockCommand,
    TakeBack,
    Transfer,
    Unpick,
    Want,
)
from ecomkit.stores import Durability, MemoryStore
from ecomkit.stores import _postgres_queries as queries
from ecomkit.stores import _postgres_statements as statements
from ecomkit.stores._postgres import PostgresStore, lock_number
from ecomkit.stores._postgres_text import escaped, optional_texts, texts, unescaped

psycopg = pytest.importorskip("psycopg", reason="psycopg is not installed")


# -- laws -----------------------------------------------------------------------------------------


def some_command(chance: random.Random, key: CommandKey) -> StockCommand:
    """Return a command of any kind on a few levels, often one that asks for too much."""
    skus, places, lots = [Sku("A"), Sku("B")], [MAIN, LocationId("shop")], [LotId("l1"), None]
    owners = [Owner.line(OrderId(f"o{n}"), LineId("1")) for n in range(6)]
    carts = [Owner.cart(CartId(f"c{n}")) for n in range(4)]
    sku, location, lot = chance.choice(skus), chance.choice(places), chance.choice(lots)
    quantity, at = chance.randint(1, 6), NOON + timedelta(minutes=chance.randint(-99, 99))
    one: dict[str, Any] = {"key": key, "sku": sku, "location": location}
    transfer = Transfer(id=TransferId(f"t{sku}"), sku=sku, source=places[0], target=places[1])
    moved: dict[str, Any] = {"key": key, "transfer": transfer, "quantity": quantity, "lot": lot}

    def wants(names: list[Owner], lot: LotId | None = None) -> list[Want]:
        return [
            Want(
                owner=name,
                sku=chance.choice(skus),
                location=chance.choice(places),
                quantity=chance.randint(1, 3),
                lot=lot,
            )
            for name in chance.sample(names, chance.randint(1, 3))
        ]

    return chance.choice(
        [
            lambda: Receive(quantity=quantity, lot=lot, **one),
            lambda: Receive(quantity=quantity, lot=lot, **one),
            lambda: Count(counted=quantity, lot=lot, **one),
            lambda: Adjust(difference=quantity - 5 or 1, reason="a\0b", lot=lot, **one),
            lambda: Damage(quantity=quantity, reason="wet", lot=lot, **one),
            lambda: PutOnHold(key=key, wants=wants(carts), expires_at=at),
            lambda: ReleaseHolds(
                key=key, owner=chance.choice(carts), levels=[LevelKey(sku, location)]
            ),
            lambda: Reserve(
                key=key,
                wants=wants(owners),
                placed_at=at,
                cart=chance.choice(carts),
                backorders=chance.choice([0, 3]),
            ),
            lambda: Record(key=key, wants=wants(owners), placed_at=at),
            lambda: Record(key=key, wants=wants(owners), placed_at=at),
            lambda: Release(key=key, wants=wants(owners)),
            lambda: Pick(key=key, wants=wants(owners, lot)),
            lambda: Unpick(key=key, wants=wants(owners, lot)),
            lambda: Ship(key=key, wants=wants(owners, lot)),
            lambda: TakeBack(key=key, wants=wants(owners, lot), bucket=Bucket.SELLABLE),
            lambda: Reassign(
                owner=owners[0], to_owner=owners[1], to_location=places[0], quantity=1, **one
            ),
            lambda: Dispatch(**moved),
            lambda: Arrive(**moved),
            lambda: LoseTransfer(reason="lost", **moved),
        ]
    )()


def some_commands(chance: random.Random, batch: int) -> list[StockCommand]:
    """Return a batch, in which a key may come twice."""
    return [
        some_command(
            chance, CommandKey(f"{batch}-{number}" if chance.random() < 0.95 else f"{batch}-0")
        )
        for number in range(chance.randint(1, 12))
    ]


@pytest.mark.parametrize("coverage", Coverage)
@pytest.mark.parametrize("partitions", [0, 3])
def test_leads_where_the_memory_store_leads(
    dsn: str, schema: str, coverage: Coverage, partitions: int
) -> None:
    """Random batches get the same answers and leave the same books as in memory, step by step."""
    chance = luck(f"{coverage}{partitions}")
    settings = Settings(coverage=coverage)
    with another(dsn, schema, partitions=partitions) as store, MemoryStore() as model:
        for batch in range(80):
            commands = some_commands(chance, batch)
            now = NOON + timedelta(minutes=batch)
            answers = []
            for books in (model, store):
                with (books.posting if batch % 3 else books.transaction)() as tx:
                    try:
                        answers.append(execute(tx, commands, now=now, settings=settings))
                    except EcomkitError as error:
                        answers.append((str(error),))
            assert answers[0] == answers[1]
            seen = []
            for books in (model, store):
                with books.snapshot() as tx:
                    levels = tx.all_levels()
                    keys = [LevelKey(level.sku, level.location) for level in levels]
                    seen.append(
                        (
                            levels,
                            tx.waiting(),
                            tx.expired(now),
                            tx.available(keys, now=now),
                            tx.kept([command.key for command in commands]),
                            tx.posted(STOCK),
                        )
                    )
            assert seen[0] == seen[1]
        with model.snapshot() as tx:
            expected = [movement for _, movement in tx.movements(limit=9999)]
        with store.snapshot() as tx:
            found = [movement for _, movement in tx.movements(limit=9999)]
            entries = [entry[1:] for entry in tx.entries(limit=9999)]
        assert expected == found
        assert len(expected) > 100
        with model.snapshot() as tx:
            assert [entry[1:] for entry in tx.entries(limit=9999)] == entries


ALPHABET = '\0\1\2\x1f\n"\\{},%$?: aZé\u0301ß象\U0001f418NUL'


def test_any_text_comes_back() -> None:
    """Arrays are written so that any text can stand in them, and a NUL sorts as it did."""
    chance = luck("7")
    words = ["".join(chance.choices(ALPHABET, k=chance.randint(0, 5))) for _ in range(3000)]

    assert words == [unescaped(escaped(word)) for word in words]
    assert sorted(words) == sorted(words, key=escaped)
    assert not any("\0" in escaped(word) for word in words)


def test_any_text_comes_back_from_the_server(store: PostgresStore) -> None:
    """Texts in arrays arrive as they were, quoted all at once or one by one, None among them."""
    chance = luck("8")
    with store.snapshot() as tx:
        for _ in range(50):
            words = ["".join(chance.choices(ALPHABET, k=chance.randint(0, 4))) for _ in range(40)]
            mixed = [chance.choice([None, word]) for word in words]
            [rows] = tx._wire.run(  # type: ignore[attr-defined]
                (
                    "SELECT * FROM unnest($1::text[], $2::text[])",
                    (texts(words), optional_texts(mixed)),
                )
            )
            assert words == [unescaped(row[0]) for row in rows]
            assert mixed == [row[1] and unescaped(row[1]) for row in rows]


def test_keys_of_any_text_sort_as_in_python(store: PostgresStore) -> None:
    """Keys, indexes and outbox entries may hold a NUL too, and are sorted by code point."""
    chance = luck("9")
    names = sorted({"".join(chance.choices(ALPHABET, k=3)) for _ in range(200)})
    notes = [Note(name=name, topic=name, text=name) for name in names]
    chance.shuffle(notes)

    with store.transaction() as tx:
        tx.put(NOTES, notes)
        tx.post("a\0b", (note.name for note in notes))
    with store.snapshot() as tx:
        assert names == [note.name for note in tx.scan(NOTES)]
        assert names[100:] == [note.text for note in tx.scan(NOTES, after=names[99])]
        assert [(note,) for note in notes] == [tx.scan(NOTES, index=note.name) for note in notes]
        assert names == [claim.key for claim in tx.posted("a\0b")]
        assert tx.posted("a") == ()


# -- the database -------------------------------------------------------------------------------------

WITHOUT_DRIVER = """
import sys
sys.modules["psycopg"] = None
from ecomkit.errors import MissingExtraError
from ecomkit.stores import MemoryStore
from ecomkit.stores._postgres import PostgresStore
try:
    PostgresStore("postgresql:///books")
except MissingExtraError as error:
    print(error)
"""


def test_without_the_driver_the_extra_is_named() -> None:
    """Where psycopg is missing the other stores work, and the error says what to install."""
    said = subprocess.run(  # noqa: S603 - our own interpreter on our own text
        [sys.executable, "-c", WITHOUT_DRIVER], check=True, capture_output=True, text=True
    ).stdout

    expected = MissingExtraError(extra="postgres", feature="PostgresStore")
    assert said.strip() == str(expected)


def test_an_address_that_leads_nowhere_is_named(postgres: Cluster, tmp_path: Path) -> None:
    """What libpq cannot read, nobody listens at, or no database stands at, is said; no password is."""
    with pytest.raises(FieldError, match="dsn") as caught:
        PostgresStore("hunter2 is no address")
    with pytest.raises(StoreFailedError, match="No such file"):
        PostgresStore(f"host={tmp_path} password=hunter2")
    with pytest.raises(StoreFailedError, match='"nowhere" does not exist'):
        PostgresStore(postgres.dsn("nowhere"))

    assert "hunter2" not in f"{caught.value}{caught.value.__cause__}"


def test_a_database_of_another_encoding_is_refused(postgres: Cluster) -> None:
    """A database that cannot keep every character is refused."""
    postgres.psql(
        "CREATE DATABASE latin ENCODING LATIN1 LOCALE 'C' TEMPLATE template0",
    )

    with pytest.raises(FieldError, match="encoding UTF8, got 'LATIN1'"):
        PostgresStore(postgres.dsn("latin"))


@pytest.mark.parametrize(
    "wrong", [{"partitions": -1}, {"partitions": 2000}, {"schema": ""}, {"busy_seconds": 0}]
)
def test_arguments_are_checked(wrong: dict[str, Any]) -> None:
    """A number of partitions, a name or a time that cannot be is refused before anything is asked."""
    with pytest.raises(FieldError, match=next(iter(wrong))):
        PostgresStore("postgresql:///nowhere", **wrong)


@pytest.mark.parametrize(
    ("durability", "setting"), [(Durability.FULL, "on"), (Durability.PROCESS_CRASH, "off")]
)
def test_durability_is_what_was_asked_for(
    dsn: str, schema: str, durability: Durability, setting: str
) -> None:
    """FULL waits for the disk at every commit, whatever the server's own setting is."""
    with another(dsn, schema, durability=durability) as store, store.transaction() as tx:
        [[row]] = tx._wire.run(("SHOW synchronous_commit", ()))  # type: ignore[attr-defined]

    assert row == (setting,)


def test_the_books_are_split_by_sku(dsn: str, schema: str) -> None:
    """With partitions the ledger's tables are split; opened again without the argument they stay so."""
    with another(dsn, schema, partitions=4) as store:
        post(store, *(receipt(f"r-{n}", sku=Sku(f"SKU-{n}")) for n in range(60)))
    with another(dsn, schema) as store:
        post(store, hold("h-1", Sku("SKU-7")))
        assert sum(sellable(store).values()) == 59

    with psycopg.connect(dsn) as connection:
        for table in ("level", "movement"):
            counts = [
                connection.execute(f'SELECT count(*) FROM "{schema}".{table}_{n}').fetchone()[0]  # noqa: S608 (our own schema)
                for n in range(4)
            ]
            assert sum(counts) == (60 if table == "level" else 61)
            assert min(counts) > 5


BATCH_STATEMENTS = [
    (statements.ADD_LEVELS, 3),
    (statements.LOCKED_LEVELS, 3),
    (statements.OPEN_PROMISES[Coverage.ARRIVAL], 15),
    (statements.OPEN_PROMISES[Coverage.PLACEMENT], 15),
    (statements.KEPT, 2),
    (statements.END_PROMISES, 5),
    (queries.WHOLE, 3),
    (queries.AVAILABLE, 4),
    (queries.WAITING, 1),
    (queries.EXPIRED, 2),
    (queries.MOVEMENTS, 3),
    (queries.ENTRIES, 3),
    (queries.POSTED, 2),
    (queries.CLAIM, 5),
    (queries.SETTLE, 5),
]


@pytest.mark.parametrize("partitions", [0, 4])
def test_plans_walk_along_indexes(dsn: str, schema: str, partitions: int) -> None:
    """No statement of a batch reads a whole table, even where the tables were empty when it was made."""
    with another(dsn, schema, partitions=partitions) as store:
        plans: list[str] = []
        with store.posting() as tx:
            execute(tx, [receipt("r-1"), hold("h-1")], now=NOON, settings=Settings())
            for text, count in BATCH_STATEMENTS:
                arguments = ", ".join(["NULL"] * count)
                prepare = f"PREPARE p{len(plans)} AS {text}"
                tx._wire.run((prepare, ()))  # type: ignore[attr-defined]
                explain = f"EXPLAIN EXECUTE p{len(plans)} ({arguments})"
                [rows] = tx._wire.run((explain, ()))  # type: ignore[attr-defined]
                plans.append("\n".join(row[0] for row in rows))

    assert len(plans) == len(BATCH_STATEMENTS)
    for plan in plans:
        assert "Seq Scan" not in plan
        assert "Hash Join" not in plan
        # A row is found by its key, and not among all of the merchant.
        assert "Join Filter" not in plan


def test_a_lock_number_is_the_same_everywhere() -> None:
    """The advisory lock of a merchant has a number that no process computes otherwise."""
    assert lock_number("ecomkit", "default") == lock_number("ecomkit", "default")
    assert lock_number("ecomkit", "default") != lock_number("ecomkit/default")
    assert -(2**63) <= lock_number("a", "b") < 2**63


UNREADABLE: list[tuple[str, Callable[[Any], object], str]] = [
    ("UPDATE {schema}.document SET body = '{{'", lambda tx: tx.scan(NOTES), "note 'n'"),
    ("UPDATE {schema}.document SET body = '[]'", lambda tx: tx.get(NOTES, "n"), "note 'n'"),
    (
        "UPDATE {schema}.level SET held = held + 1",
        lambda tx: tx.levels([ELEPHANTS]),
        "level 'ELEPHANT at main'",
    ),
    ("UPDATE {schema}.level SET sku = ' '", lambda tx: tx.all_levels(), "level '  at main'"),
    (
        "UPDATE {schema}.command SET outcome = '7'",
        lambda tx: tx.kept(["h-1"]),
        "command 'h-1'",
    ),
    (
        "UPDATE {schema}.movement SET cause = 'whim' WHERE id = 'h-1/0'",
        lambda tx: tx.movements(limit=9),
        "movement 'h-1/0'",
    ),
]


@pytest.mark.parametrize("spoiled", UNREADABLE)
def test_what_cannot_be_read_is_named(
    dsn: str,
    schema: str,
    store: PostgresStore,
    spoiled: tuple[str, Callable[[Any], object], str],
) -> None:
    """A row that somebody spoiled by hand is named, with what is wrong with it."""
    statement, read, what = spoiled
    post(store, receipt("r-1"), hold("h-1"))
    with store.transaction() as tx:
        tx.put(NOTES, [Note(name="n")])
    with psycopg.connect(dsn) as connection:
        name = f'"{schema}"'
        connection.execute(f"ALTER TABLE {name}.movement DISABLE TRIGGER USER")
        connection.execute(statement.format(schema=name))

    with store.snapshot() as tx, pytest.raises(StoredValueError, match=what):
        read(tx)


# -- the outbox ---------------------------------------------------------------------------------------


def test_claims_are_shared_among_processes(dsn: str, schema: str, store: PostgresStore) -> None:
    """Two workers never have one entry at once; a lease that has run out is taken over."""
    until = NOON + timedelta(minutes=5)
    with store.transaction() as tx:
        tx.post("t", ["a", "b", "c"])
    with another(dsn, schema) as other:
        with store.transaction() as tx:
            mine = tx.claim("t", now=NOON, until=until, limit=2)
        with other.transaction() as tx:
            theirs = tx.claim("t", now=NOON, until=until, limit=9)
            tx.post("t", ["a"])
        with other.transaction() as tx:
            taken = tx.claim("t", now=until, until=until + timedelta(minutes=5), limit=1)
        with store.transaction() as tx:
            lost = tx.settle("t", mine)
            left = tx.posted("t")

    assert mine == (Claim("a", 1, 1), Claim("b", 1, 1))
    assert theirs == (Claim("c", 1, 1),)
    assert taken == (Claim("a", 2, 2),)
    assert lost == (Claim("a", 1, 1),)
    assert left == (Claim("a", 2, 2), Claim("c", 1, 1))


def test_what_was_posted_anew_stays(store: PostgresStore) -> None:
    """An entry that was posted while it was worked on is not lost, and free at once."""
    with store.transaction() as tx:
        tx.post("t", ["a", "a"])
        claims = tx.claim("t", now=NOON, until=NOON + timedelta(days=1), limit=9)
        tx.post("t", ["a"])
        assert tx.settle("t", claims) == ()
        assert tx.claim("t", now=NOON, until=NOON + timedelta(days=1), limit=9) == (
            Claim("a", 2, 2),
        )
        assert tx.settle("t", [Claim("a", 2, 2), Claim("x", 1, 1)]) == (Claim("x", 1, 1),)
        assert tx.posted("t") == ()


def test_old_outcomes_are_forgotten(store: PostgresStore) -> None:
    """Outcomes kept before an instant are forgotten and counted; at it they stay."""
    with store.transaction() as tx:
        tx.keep(
            KeptOutcome(key=CommandKey(f"k-{n}"), fingerprint="f", at=NOON + timedelta(hours=n))
            for n in range(5)
        )
        assert tx.forget(before=NOON + timedelta(hours=2)) == 2
        assert sorted(tx.kept(f"k-{n}" for n in range(5))) == ["k-2", "k-3", "k-4"]


def test_of_two_values_under_one_key_the_last_is_saved(store: PostgresStore) -> None:
    """A value that comes twice in one call is saved once, as it came last."""
    with store.transaction() as tx:
        tx.put(NOTES, [Note(name="n", text="1", topic="a"), Note(name="n", text="2", topic="b")])
        assert tx.scan(NOTES, index="a") == ()
        assert tx.scan(NOTES, index="b") == (Note(name="n", text="2", topic="b"),)
