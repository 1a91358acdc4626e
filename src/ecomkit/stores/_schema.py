"""The tables of the SQLite store."""

from __future__ import annotations

__all__ = ["SCHEMA_VERSION", "STATEMENTS"]

SCHEMA_VERSION = 1

# The merchant stands first in every key: one file may hold many merchants, and none of them
# can meet another's rows. CHECK constraints do not decide, they guard: a row that breaks one is
# a fault of ours, and the transaction ends.
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
    # Who waits is asked after every receipt and for every report.
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
    # History is appended, never edited, whoever asks.
    """
    CREATE TRIGGER movement_is_final BEFORE UPDATE ON movement
    BEGIN SELECT RAISE (ABORT, 'movements are never edited'); END
    """,
    """
    CREATE TRIGGER movement_stays BEFORE DELETE ON movement
    BEGIN SELECT RAISE (ABORT, 'movements are never deleted'); END
    """,
    # INSERT OR REPLACE deletes what is in its way without asking the trigger above.
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
    # Raw payloads stand apart, so that they can be wiped, kept shorter or moved elsewhere.
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
