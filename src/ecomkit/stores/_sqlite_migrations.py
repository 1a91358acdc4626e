"""
How a SQLite file comes to the schema that this ecomkit knows.

Each step runs in one transaction with the version that it leads to: a process that is killed at
any statement leaves the file as it was.
"""

from __future__ import annotations

import sqlite3

from ecomkit.ports import SchemaVersionError
from ecomkit.stores._sqlite_schema import STATEMENTS

__all__ = ["SCHEMA_VERSION", "migrate"]

SCHEMA_VERSION = 2

# The first schema had plain names, kept keys and the outbox among the documents, and movements
# without the balances that they left. A fingerprint was made another way: an empty one says that
# the content of a command is no longer known, and is taken as it comes.
FROM_1 = (
    """
    INSERT INTO ecomkit_level
    SELECT merchant, sku, location, sellable, held, allocated, picked, quarantined, damaged,
           in_transit,
           (SELECT coalesce(sum(quantity), 0) FROM promise AS p
            WHERE p.merchant = l.merchant AND p.sku = l.sku AND p.location = l.location
                AND p.kind = 'uncovered'),
           counted_at, next_rank
    FROM level AS l
    """,
    """
    INSERT INTO ecomkit_promise
    SELECT merchant, sku, location, owner, kind, quantity, at, rank FROM promise
    """,
    """
    WITH posting AS (
        SELECT seq, 0 AS side, merchant, sku, source_location AS location,
               source_bucket AS bucket, -quantity AS units
        FROM movement
        UNION ALL
        SELECT seq, 1, merchant, sku, target_location, target_bucket, quantity FROM movement
    ), balance AS (
        SELECT seq, side, bucket, sum(units) OVER (
            PARTITION BY merchant, sku, location, bucket ORDER BY seq
        ) AS units
        FROM posting
    ), inside AS (
        SELECT * FROM balance
        WHERE bucket NOT IN ('supplier', 'customer', 'scrap', 'shrinkage', 'opening')
    )
    INSERT INTO ecomkit_movement
    SELECT m.seq, m.merchant, m.id, m.sku, m.quantity, m.source_location, m.source_bucket,
           m.target_location, m.target_bucket, m.cause, m.command, m.at, m.owner, NULL,
           s.units, t.units, NULL
    FROM movement AS m
    LEFT JOIN inside AS s ON s.seq = m.seq AND s.side = 0
    LEFT JOIN inside AS t ON t.seq = m.seq AND t.side = 1
    ORDER BY m.seq
    """,
    """
    INSERT INTO ecomkit_command
    SELECT merchant, key, '', json_extract(body, '$.outcome'),
           coalesce((SELECT max(at) FROM movement AS m WHERE m.merchant = d.merchant),
                    '1970-01-01T00:00:00.000000+00:00')
    FROM document AS d WHERE collection = 'key'
    """,
    """
    INSERT INTO ecomkit_outbox
    SELECT merchant, 'stock', key, 1, 0, NULL, 0 FROM document WHERE collection = 'changed'
    """,
    """
    INSERT INTO ecomkit_document
    SELECT * FROM document WHERE collection NOT IN ('key', 'changed')
    """,
    "INSERT INTO ecomkit_raw SELECT * FROM raw",
    *(f"DROP TABLE {table}" for table in ("level", "promise", "movement", "document", "raw")),
    # What the first schema kept its version in: it is not ours where a host has the file.
    f"PRAGMA user_version = {SCHEMA_VERSION}",
)


def migrate(connection: sqlite3.Connection) -> None:
    """
    Bring the file to the newest schema, inside the transaction that is open.

    Raises:
        SchemaVersionError: If a newer ecomkit wrote the file.
    """
    version = _version(connection)
    if version > SCHEMA_VERSION:
        raise SchemaVersionError(found=version, known=SCHEMA_VERSION)
    if version == SCHEMA_VERSION:
        return
    for statement in (*STATEMENTS, *(FROM_1 if version == 1 else ())):
        connection.execute(statement)
    connection.execute("INSERT INTO ecomkit_schema VALUES (?)", (SCHEMA_VERSION,))


def _version(connection: sqlite3.Connection) -> int:
    tables = {
        name
        for [name] in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
    }
    if "ecomkit_schema" in tables:
        [version] = connection.execute("SELECT version FROM ecomkit_schema").fetchone()
        return int(version)
    [user_version] = connection.execute("PRAGMA user_version").fetchone()
    return 1 if user_version == 1 and {"level", "promise", "movement"} <= tables else 0
