"""The tables of the PostgreSQL store, and the steps that lead to them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final, TypeAlias

from ecomkit.ports import SchemaVersionError

if TYPE_CHECKING:
    # Not at run time, since the driver is an extra.
    from ecomkit.stores._postgres_wire import Wire

__all__ = ["MIGRATIONS", "SCHEMA", "Migration", "migrate", "quoted"]

SCHEMA: Final = "ecomkit"
"""How the schema is called in the statements of this package, whatever its name is."""

Migration: TypeAlias = Callable[[int], Sequence[str]]
"""From the number of partitions to the statements of one step."""

# CHECK constraints do not decide, they guard: a row that breaks one is a fault of ours, and the
# transaction ends. Texts compare by code point, as Python sorts them.
#
# The merchant stands first in every key: one schema may hold many merchants, and none of them can
# meet another's rows. All keys of the ledger's tables hold merchant and sku, by which they can be
# partitioned.
LEVEL = """
    CREATE TABLE ecomkit.level (
        merchant text COLLATE "C" NOT NULL,
        sku text COLLATE "C" NOT NULL,
        location text COLLATE "C" NOT NULL,
        sellable bigint NOT NULL DEFAULT 0 CHECK (sellable >= 0),
        held bigint NOT NULL DEFAULT 0 CHECK (held >= 0),
        allocated bigint NOT NULL DEFAULT 0 CHECK (allocated >= 0),
        picked bigint NOT NULL DEFAULT 0 CHECK (picked >= 0),
        quarantined bigint NOT NULL DEFAULT 0 CHECK (quarantined >= 0),
        damaged bigint NOT NULL DEFAULT 0 CHECK (damaged >= 0),
        in_transit bigint NOT NULL DEFAULT 0 CHECK (in_transit >= 0),
        uncovered bigint NOT NULL DEFAULT 0 CHECK (uncovered >= 0),
        counted_at timestamptz,
        next_rank bigint NOT NULL DEFAULT 0 CHECK (next_rank >= 0),
        PRIMARY KEY (merchant, sku, location)
    )
"""
PROMISE = """
    CREATE TABLE ecomkit.promise (
        merchant text COLLATE "C" NOT NULL,
        sku text COLLATE "C" NOT NULL,
        location text COLLATE "C" NOT NULL,
        owner text COLLATE "C" NOT NULL,
        kind text COLLATE "C" NOT NULL
            CHECK (kind IN ('hold', 'allocation', 'pick', 'uncovered', 'transit', 'lot')),
        quantity bigint NOT NULL CHECK (quantity > 0),
        at timestamptz NOT NULL,
        rank bigint NOT NULL CHECK (rank >= 0),
        PRIMARY KEY (merchant, sku, location, owner, kind)
    )
"""
# One key for both: a movement is found by its number, and the number is unique with the sku, by
# which the table may be partitioned.
MOVEMENT = """
    CREATE TABLE ecomkit.movement (
        merchant text COLLATE "C" NOT NULL,
        seq bigint NOT NULL DEFAULT nextval('ecomkit.movement_seq'),
        id text COLLATE "C" NOT NULL,
        sku text COLLATE "C" NOT NULL,
        quantity bigint NOT NULL CHECK (quantity > 0),
        source_location text COLLATE "C" NOT NULL,
        source_bucket text COLLATE "C" NOT NULL,
        target_location text COLLATE "C" NOT NULL,
        target_bucket text COLLATE "C" NOT NULL,
        cause text COLLATE "C" NOT NULL,
        command text COLLATE "C" NOT NULL,
        at timestamptz NOT NULL,
        owner text COLLATE "C",
        lot text COLLATE "C",
        source_after bigint CHECK (source_after >= 0),
        target_after bigint CHECK (target_after >= 0),
        note text COLLATE "C",
        PRIMARY KEY (merchant, seq, sku),
        UNIQUE (merchant, id, sku)
    )
"""
VALUES = """
    CREATE TABLE ecomkit.{table} (
        merchant text COLLATE "C" NOT NULL,
        collection text COLLATE "C" NOT NULL,
        key text COLLATE "C" NOT NULL,
        idx text COLLATE "C",
        body text COLLATE "C" NOT NULL,
        PRIMARY KEY (merchant, collection, key)
    )
"""
VALUES_IDX = """
    CREATE INDEX {table}_idx ON ecomkit.{table} (merchant, collection, idx, key)
    WHERE idx IS NOT NULL
"""
# ANALYZE would keep a sample of what stands in there, for longer than it stands there.
VALUES_UNSAMPLED = """
    ALTER TABLE ecomkit.{table} ALTER COLUMN key SET STATISTICS 0,
        ALTER COLUMN idx SET STATISTICS 0, ALTER COLUMN body SET STATISTICS 0
"""


def _first(partitions: int) -> Sequence[str]:
    return (
        "CREATE SEQUENCE ecomkit.movement_seq",
        *_partitioned(LEVEL, "level", partitions),
        *_partitioned(PROMISE, "promise", partitions),
        # Which holds of a level have ended.
        """
        CREATE INDEX promise_ending ON ecomkit.promise (merchant, sku, location, at)
        WHERE kind = 'hold'
        """,
        # Who waits, in either order of coverage.
        """
        CREATE INDEX promise_waiting ON ecomkit.promise (merchant, sku, location, rank, owner)
        WHERE kind = 'uncovered'
        """,
        """
        CREATE INDEX promise_placed ON ecomkit.promise (merchant, sku, location, at, rank, owner)
        WHERE kind = 'uncovered'
        """,
        *_partitioned(MOVEMENT, "movement", partitions),
        # History is appended, never edited, whoever asks.
        """
        CREATE FUNCTION ecomkit.movement_is_final() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'movements are never edited or deleted'; END $$
        """,
        """
        CREATE TRIGGER movement_is_final BEFORE UPDATE OR DELETE ON ecomkit.movement
        FOR EACH ROW EXECUTE FUNCTION ecomkit.movement_is_final()
        """,
        *(
            # Asked of each partition too: it may be named in the statement.
            f"""
            CREATE TRIGGER movement_stays BEFORE TRUNCATE ON ecomkit.{table}
            FOR EACH STATEMENT EXECUTE FUNCTION ecomkit.movement_is_final()
            """
            for table in ("movement", *(f"movement_{n}" for n in range(partitions)))
        ),
        """
        CREATE TABLE ecomkit.command (
            merchant text COLLATE "C" NOT NULL,
            key text COLLATE "C" NOT NULL,
            fingerprint text COLLATE "C" NOT NULL,
            outcome text COLLATE "C",
            at timestamptz NOT NULL,
            PRIMARY KEY (merchant, key)
        )
        """,
        # Rows come in the order of time, so a few pages say where the old ones lie.
        "CREATE INDEX command_at ON ecomkit.command USING brin (at)",
        """
        CREATE TABLE ecomkit.outbox (
            merchant text COLLATE "C" NOT NULL,
            topic text COLLATE "C" NOT NULL,
            key text COLLATE "C" NOT NULL,
            version bigint NOT NULL CHECK (version > 0),
            fence bigint NOT NULL CHECK (fence >= 0),
            leased_until timestamptz,
            settled bigint NOT NULL,
            PRIMARY KEY (merchant, topic, key)
        )
        """,
        # What was settled stays, so that versions and fences go on; few are open at a time.
        """
        CREATE INDEX outbox_open ON ecomkit.outbox (merchant, topic, key)
        WHERE version > settled
        """,
        # Raw payloads stand apart, so that they can be wiped, kept shorter or moved elsewhere.
        *(
            statement.format(table=table)
            for table in ("document", "raw")
            for statement in (VALUES, VALUES_IDX, VALUES_UNSAMPLED)
        ),
    )


def _partitioned(statement: str, table: str, partitions: int) -> Sequence[str]:
    """Return the statements for a table that is split by merchant and sku, or not split at all."""
    if not partitions:
        return (statement,)
    return (
        f"{statement} PARTITION BY HASH (merchant, sku)",
        *(
            f"CREATE TABLE ecomkit.{table}_{n} PARTITION OF ecomkit.{table}"
            f" FOR VALUES WITH (MODULUS {partitions}, REMAINDER {n})"
            for n in range(partitions)
        ),
    )


MIGRATIONS: Final[tuple[Migration, ...]] = (_first,)
"""What leads from each version to the next. A step that was released is never changed."""

FIND = """
    SELECT n.nspname, c.relname FROM pg_catalog.pg_namespace AS n
    LEFT JOIN pg_catalog.pg_class AS c ON c.relnamespace = n.oid AND c.relname = 'version'
    WHERE n.nspname = $1
"""
VERSION = "SELECT v.number FROM ecomkit.version AS v"


def migrate(
    begin: Callable[[], Wire],
    *,
    schema: str,
    lock: int,
    partitions: int,
    steps: Sequence[Migration] = MIGRATIONS,
) -> None:
    """
    Lead the tables of *schema* from the version they have to the newest, step by step.

    Each step is one transaction together with its number: cut off at any statement it has
    happened or it has not. Of several processes one does it, and the others wait.

    Args:
        begin: Begins a transaction.
        schema: The schema that holds the tables; made if it is missing.
        lock: The number of the lock that the others wait for.
        partitions: In how many parts to split the tables of the ledger.
        steps: What leads from each version to the next.

    Raises:
        SchemaVersionError: If the tables are newer than the last of *steps*.
        StoreBusyError: If another process keeps us waiting for too long.
    """
    is_done = False
    while not is_done:
        wire = begin()
        try:
            is_done = _is_newest(wire, schema, steps=steps)
            if not is_done:
                # Only now, since most of the time there is nothing to do.
                wire.run(("SELECT pg_advisory_xact_lock($1::bigint)", (str(lock),)))
                _step(wire, schema, partitions=partitions, steps=steps)
            wire.commit()
        except BaseException:
            wire.rollback()
            raise


def _step(wire: Wire, schema: str, *, partitions: int, steps: Sequence[Migration]) -> None:
    """Take the next step, unless another process has taken the last one meanwhile."""
    if _is_newest(wire, schema, steps=steps):
        return
    has_schema, version = _found(wire, schema)
    statements = list(steps[version](partitions))
    if version == 0:
        statements.insert(0, "CREATE TABLE ecomkit.version (number integer NOT NULL)")
        statements.append("INSERT INTO ecomkit.version VALUES (0)")
    if not has_schema:
        statements.insert(0, "CREATE SCHEMA ecomkit")
    statements.append("UPDATE ecomkit.version SET number = number + 1")
    wire.run(*((statement, ()) for statement in statements))


def _is_newest(wire: Wire, schema: str, *, steps: Sequence[Migration]) -> bool:
    _, version = _found(wire, schema)
    if version > len(steps):
        raise SchemaVersionError(found=version, known=len(steps))
    return version == len(steps)


def _found(wire: Wire, schema: str) -> tuple[bool, int]:
    """Return whether the schema is there, and the version of its tables, 0 without any."""
    [rows] = wire.run((FIND, (schema,)))
    if not rows or rows[0][1] is None:
        return bool(rows), 0
    [[(number,)]] = wire.run((VERSION, ()))
    return True, int(number)


def quoted(schema: str) -> str:
    """Return the name of a schema as it stands in a statement."""
    return '"' + schema.replace('"', '""') + '"'
