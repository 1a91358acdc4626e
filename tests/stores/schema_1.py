"""A file of the first schema, as the ecomkit of that time wrote it: for the tests of migrations."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

__all__ = ["AT", "ROWS", "STATEMENTS", "dump", "write"]

STATEMENTS = (
    """
    CREATE TABLE level (
        merchant TEXT NOT NULL,
        sku TEXT NOT NULL,
        location TEXT NOT NULL,
        sellable INTEGER NOT NULL CHECK (sellable >= 0),
        held INTEGER NOT NULL CHECK (held >= 0),
        allocated INTEGER NOT NULL CHECK (allocated >= 0),
        picked INTEGER NOT NULL CHECK (picked >= 0),
        quarantined INTEGER NOT NULL CHECK (quarantined >= 0),
        damaged INTEGER NOT NULL CHECK (damaged >= 0),
        in_transit INTEGER NOT NULL CHECK (in_transit >= 0),
        counted_at TEXT,
        next_rank INTEGER NOT NULL,
        PRIMARY KEY (merchant, sku, location)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE promise (
        merchant TEXT NOT NULL,
        sku TEXT NOT NULL,
        location TEXT NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('hold', 'allocation', 'uncovered')),
        owner TEXT NOT NULL,
        quantity INTEGER NOT NULL CHECK (quantity > 0),
        at TEXT NOT NULL,
        rank INTEGER NOT NULL,
        PRIMARY KEY (merchant, sku, location, kind, owner)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX promise_waiting ON promise (merchant, sku, location) WHERE kind = 'uncovered'",
    "CREATE INDEX promise_ending ON promise (merchant, at) WHERE kind = 'hold'",
    """
    CREATE TABLE movement (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        merchant TEXT NOT NULL,
        id TEXT NOT NULL,
        sku TEXT NOT NULL,
        quantity INTEGER NOT NULL CHECK (quantity > 0),
        source_location TEXT NOT NULL,
        source_bucket TEXT NOT NULL,
        target_location TEXT NOT NULL,
        target_bucket TEXT NOT NULL,
        cause TEXT NOT NULL,
        command TEXT NOT NULL,
        at TEXT NOT NULL,
        owner TEXT,
        UNIQUE (merchant, id)
    )
    """,
    """
    CREATE TRIGGER movement_is_final BEFORE UPDATE ON movement
    BEGIN SELECT RAISE (ABORT, 'movements are never edited'); END
    """,
    """
    CREATE TRIGGER movement_stays BEFORE DELETE ON movement
    BEGIN SELECT RAISE (ABORT, 'movements are never deleted'); END
    """,
    """
    CREATE TRIGGER movement_is_new BEFORE INSERT ON movement
    WHEN EXISTS (SELECT 1 FROM movement WHERE seq = NEW.seq)
        OR EXISTS (SELECT 1 FROM movement WHERE merchant = NEW.merchant AND id = NEW.id)
    BEGIN SELECT RAISE (ABORT, 'movements are never replaced'); END
    """,
    """
    CREATE TABLE document (
        merchant TEXT NOT NULL,
        collection TEXT NOT NULL,
        key TEXT NOT NULL,
        idx TEXT,
        body TEXT NOT NULL,
        PRIMARY KEY (merchant, collection, key)
    ) WITHOUT ROWID
    """,
    """
    CREATE INDEX document_idx ON document (merchant, collection, idx, key)
    WHERE idx IS NOT NULL
    """,
    """
    CREATE TABLE raw (
        merchant TEXT NOT NULL,
        collection TEXT NOT NULL,
        key TEXT NOT NULL,
        idx TEXT,
        body TEXT NOT NULL,
        PRIMARY KEY (merchant, collection, key)
    )
    """,
    "CREATE INDEX raw_idx ON raw (merchant, collection, idx, key) WHERE idx IS NOT NULL",
)

AT = "2026-01-05T09:00:00.000000+00:00"
NIGHT = "2026-01-05T18:00:00.000000+00:00"
LINE = "line:etsy/1#1"

LEVELS = (
    # merchant, sku, location, sellable, held, allocated, picked, quarantined, damaged, in transit
    ("default", "BEAR", "main", 7, 2, 0, 0, 0, 0, 0, None, 1),
    ("default", "ELEPHANT", "main", 0, 0, 4, 0, 1, 0, 0, AT, 3),
    ("default", "OWL", "main", 2, 0, 0, 0, 0, 0, 0, None, 0),
    ("other", "OWL", "main", 3, 0, 0, 0, 0, 2, 0, None, 0),
)
PROMISES = (
    ("default", "BEAR", "main", "hold", "cart:c", 2, NIGHT, 0),
    ("default", "ELEPHANT", "main", "allocation", LINE, 4, AT, 0),
    ("default", "ELEPHANT", "main", "uncovered", LINE, 1, AT, 1),
    ("default", "ELEPHANT", "main", "uncovered", "line:etsy/2#1", 3, AT, 2),
)
# number, merchant, id, sku, quantity, from, to, cause, command, owner
MOVED = (
    (1, "default", "o/0", "ELEPHANT", 4, "opening", "sellable", "opening", "o", None),
    (2, "default", "r/0", "ELEPHANT", 4, "sellable", "allocated", "record", "r", LINE),
    (3, "other", "o/0", "OWL", 5, "opening", "sellable", "opening", "o", None),
    (4, "default", "n/0", "ELEPHANT", 1, "supplier", "sellable", "receipt", "n", None),
    (5, "default", "n/1", "ELEPHANT", 1, "sellable", "allocated", "cover", "n", LINE),
    (6, "default", "b/0", "BEAR", 9, "supplier", "sellable", "receipt", "b", None),
    (7, "default", "h/0", "BEAR", 2, "sellable", "held", "hold", "h", "cart:c"),
    (8, "default", "s/0", "ELEPHANT", 1, "allocated", "customer", "ship", "s", LINE),
    (9, "other", "d/0", "OWL", 2, "sellable", "damaged", "damage", "d", None),
    (12, "default", "back/0", "ELEPHANT", 1, "customer", "quarantined", "return", "back", LINE),
    (13, "default", "é/0", "OWL", 2, "supplier", "sellable", "receipt", "é", None),
)
RECORDED = (
    '{"$type":"Recorded","lines":[{"owner":{"name":"line:etsy/1#1"},"sku":"ELEPHANT",'
    '"location":"main","covered":4,"uncovered":2}]}'
)
KEYS = (
    ("default", "receipt", "796d9436300c76bbaa94830576bfd84c", None),
    ("default", "o", "34d018cf9037c2981e81f86f7ff3d589", '{"$type":"Done","units":4}'),
    ("default", "h", "7ddcffdb921ae2434a1eb773cfec95e3", '{"$type":"Reserved","units":2}'),
    ("default", "r", "e4ea94c72e489a6ed928a86a327b839f", RECORDED),
    ("default", "é", "58ce551fe330ec37ead98ac78ef6b9c4", '{"$type":"Done","units":2}'),
    ("quiet", "o", "00d018cf9037c2981e81f86f7ff3d589", '{"$type":"Done","units":0}'),
)
DOCUMENTS = (
    ("default", "changed", "BEAR", None, '{"sku":"BEAR"}'),
    ("default", "changed", "ELEPHANT", None, '{"sku":"ELEPHANT"}'),
    ("other", "changed", "OWL", None, '{"sku":"OWL"}'),
    (
        "default",
        "channel",
        "etsy",
        None,
        f'{{"channel":"etsy","adopted_at":"{AT}","cursor":{{"token":"2"}}}}',
    ),
    (
        "default",
        "listing",
        "etsy/L1",
        "ELEPHANT",
        f'{{"channel":"etsy","listing":"L1","sku":"ELEPHANT","shown":0,"shown_at":"{AT}","committed":6}}',
    ),
    (
        "default",
        "purchase",
        "PO-1",
        "open",
        (
            '{"id":"PO-1","placed_on":"2026-01-05","lines":[{"purchase_order":"PO-1","sku":'
            '"ELEPHANT","location":"main","quantity":8,"expected_on":"2026-01-05","received":1}]}'
        ),
    ),
)
RAW = (
    (
        "default",
        "payload",
        "etsy/4",
        None,
        f'{{"payload":{{"channel":"etsy","object_id":"4","text":"{{"}},"at":"{AT}"}}',
    ),
)


def _key(merchant: str, key: str, fingerprint: str, outcome: str | None) -> tuple[object, ...]:
    answered = "" if outcome is None else f',"outcome":{outcome}'
    name = key.encode("ascii", "backslashreplace").decode().replace("\\x", "\\u00")
    body = f'{{"key":"{name}","fingerprint":"{fingerprint}"{answered}}}'
    return (merchant, "key", key, None, body)


ROWS: dict[str, tuple[tuple[object, ...], ...]] = {
    "level": LEVELS,
    "promise": PROMISES,
    "movement": tuple(
        (
            number,
            merchant,
            id_,
            sku,
            units,
            "main",
            source,
            "main",
            target,
            cause,
            command,
            AT,
            who,
        )
        for number, merchant, id_, sku, units, source, target, cause, command, who in MOVED
    ),
    "document": (*(_key(*key) for key in KEYS), *DOCUMENTS),
    "raw": RAW,
}


def write(path: Path) -> None:
    """Make a file of the first schema, with rows of each kind, of three merchants."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("BEGIN")
        for statement in STATEMENTS:
            connection.execute(statement)
        for table, rows in ROWS.items():
            places = ", ".join("?" * len(rows[0]))
            connection.executemany(f"INSERT INTO {table} VALUES ({places})", rows)  # noqa: S608 (constants)
        connection.execute("PRAGMA user_version = 1")
        connection.execute("COMMIT")


def dump(path: Path) -> list[str]:
    """Return all that a file holds, as statements, and the version of its schema."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        [version] = connection.execute("PRAGMA user_version").fetchone()
        return [*connection.iterdump(), f"version {version}"]
