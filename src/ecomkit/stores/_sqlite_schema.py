"""The tables of the SQLite store, named so that they may stand among a host's own."""

from __future__ import annotations

__all__ = ["STATEMENTS"]

# The merchant stands first in every key: one file may hold many merchants, and none of them
# can meet another's rows. CHECK constraints do not decide, they guard: a row that breaks one is
# a fault of ours, and the transaction ends.
STATEMENTS = (
    "CREATE TABLE ecomkit_schema (version INTEGER NOT NULL)",
    """
    CREATE TABLE ecomkit_level (
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
        uncovered INTEGER NOT NULL CHECK (uncovered >= 0),
        counted_at TEXT,
        next_rank INTEGER NOT NULL,
        PRIMARY KEY (merchant, sku, location)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE ecomkit_promise (
        merchant TEXT NOT NULL,
        sku TEXT NOT NULL,
        location TEXT NOT NULL,
        owner TEXT NOT NULL,
        kind TEXT NOT NULL CHECK (
            kind IN ('hold', 'allocation', 'pick', 'uncovered', 'transit', 'lot')
        ),
        quantity INTEGER NOT NULL CHECK (quantity > 0),
        at TEXT NOT NULL,
        rank INTEGER NOT NULL,
        PRIMARY KEY (merchant, sku, location, owner, kind)
    ) WITHOUT ROWID
    """,
    # Who waits is asked after every receipt and for every report.
    """
    CREATE INDEX ecomkit_promise_waiting ON ecomkit_promise (merchant, sku, location, rank)
    WHERE kind = 'uncovered'
    """,
    "CREATE INDEX ecomkit_promise_ending ON ecomkit_promise (merchant, sku, location, at) WHERE kind = 'hold'",
    """
    CREATE TABLE ecomkit_movement (
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
        lot TEXT,
        source_after INTEGER CHECK (source_after >= 0),
        target_after INTEGER CHECK (target_after >= 0),
        note TEXT,
        UNIQUE (merchant, id, sku)
    )
    """,
    # History is appended, never edited, whoever asks.
    """
    CREATE TRIGGER ecomkit_movement_is_final BEFORE UPDATE ON ecomkit_movement
    BEGIN SELECT RAISE (ABORT, 'movements are never edited'); END
    """,
    """
    CREATE TRIGGER ecomkit_movement_stays BEFORE DELETE ON ecomkit_movement
    BEGIN SELECT RAISE (ABORT, 'movements are never deleted'); END
    """,
    # INSERT OR REPLACE deletes what is in its way without asking the trigger above.
    """
    CREATE TRIGGER ecomkit_movement_is_new BEFORE INSERT ON ecomkit_movement
    WHEN EXISTS (SELECT 1 FROM ecomkit_movement WHERE seq = NEW.seq)
        OR EXISTS (
            SELECT 1 FROM ecomkit_movement
            WHERE merchant = NEW.merchant AND id = NEW.id AND sku = NEW.sku
        )
    BEGIN SELECT RAISE (ABORT, 'movements are never replaced'); END
    """,
    # What was answered to each command, so that it counts once.
    """
    CREATE TABLE ecomkit_command (
        merchant TEXT NOT NULL,
        key TEXT NOT NULL,
        fingerprint TEXT NOT NULL,
        outcome TEXT,
        at TEXT NOT NULL,
        PRIMARY KEY (merchant, key)
    ) WITHOUT ROWID
    """,
    # What is to be told onwards, each key once: the newest version only.
    """
    CREATE TABLE ecomkit_outbox (
        merchant TEXT NOT NULL,
        topic TEXT NOT NULL,
        key TEXT NOT NULL,
        version INTEGER NOT NULL,
        fence INTEGER NOT NULL,
        leased_until TEXT,
        settled INTEGER NOT NULL,
        PRIMARY KEY (merchant, topic, key)
    ) WITHOUT ROWID
    """,
    # What was settled stays, so that versions and fences go on; few entries are open at a time.
    """
    CREATE INDEX ecomkit_outbox_open ON ecomkit_outbox (merchant, topic, key)
    WHERE version > settled
    """,
    """
    CREATE TABLE ecomkit_document (
        merchant TEXT NOT NULL,
        collection TEXT NOT NULL,
        key TEXT NOT NULL,
        idx TEXT,
        body TEXT NOT NULL,
        PRIMARY KEY (merchant, collection, key)
    ) WITHOUT ROWID
    """,
    """
    CREATE INDEX ecomkit_document_idx ON ecomkit_document (merchant, collection, idx, key)
    WHERE idx IS NOT NULL
    """,
    # Raw payloads stand apart, so that they can be wiped, kept shorter or moved elsewhere.
    """
    CREATE TABLE ecomkit_raw (
        merchant TEXT NOT NULL,
        collection TEXT NOT NULL,
        key TEXT NOT NULL,
        idx TEXT,
        body TEXT NOT NULL,
        PRIMARY KEY (merchant, collection, key)
    )
    """,
    "CREATE INDEX ecomkit_raw_idx ON ecomkit_raw (merchant, collection, idx, key) WHERE idx IS NOT NULL",
)
