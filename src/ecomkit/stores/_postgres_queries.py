"""The statements by which the PostgreSQL store reads, and keeps values and the outbox."""

from __future__ import annotations

from ecomkit.stores._postgres_statements import LEVEL_COLUMNS, PROMISE_COLUMNS

__all__ = [
    "ALL_LEVELS",
    "ALL_PROMISES",
    "AVAILABLE",
    "CLAIM",
    "DELETE_VALUES",
    "ENTRIES",
    "EXPIRED",
    "FORGET",
    "GET_VALUE",
    "MOVEMENTS",
    "POSTED",
    "PUT_VALUES",
    "SCAN_INDEX",
    "SCAN_VALUES",
    "SETTLE",
    "WAITING",
    "WHOLE",
]

WHOLE = """
    SELECT $promise
    FROM (
        SELECT $1 AS merchant, u.* FROM unnest($2::text[], $3::text[]) AS u (sku, location)
        OFFSET 0
    ) AS n
    JOIN ecomkit.promise AS p USING (merchant, sku, location)
""".replace("$promise", PROMISE_COLUMNS)
ALL_LEVELS = """
    SELECT $level FROM ecomkit.level AS l WHERE l.merchant = $1
    ORDER BY l.sku, l.location
""".replace("$level", LEVEL_COLUMNS)
ALL_PROMISES = """
    SELECT $promise FROM ecomkit.promise AS p WHERE p.merchant = $1
    ORDER BY p.sku, p.location
""".replace("$promise", PROMISE_COLUMNS)
AVAILABLE = """
    SELECT CASE WHEN l.counted_at IS NOT NULL
        THEN greatest(0, l.sellable + expired.units - l.uncovered) END
    FROM (
        SELECT $1 AS merchant, u.*
        FROM unnest($2::text[], $3::text[]) WITH ORDINALITY AS u (sku, location, place)
        OFFSET 0
    ) AS n
    LEFT JOIN ecomkit.level AS l
        ON l.merchant = n.merchant AND l.sku = n.sku AND l.location = n.location
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(p.quantity), 0) AS units FROM ecomkit.promise AS p
        WHERE p.merchant = n.merchant AND p.sku = n.sku AND p.location = n.location
            AND p.kind = 'hold' AND p.at <= $4::timestamptz
    ) AS expired
    ORDER BY n.place
"""
WAITING = """
    SELECT DISTINCT p.sku, p.location FROM ecomkit.promise AS p
    WHERE p.merchant = $1 AND p.kind = 'uncovered' ORDER BY p.sku, p.location
"""
# Along the index, whose rows are few bytes: all holds are passed in the time of one query, and no
# index more has to be kept up to date by each of them.
EXPIRED = """
    SELECT DISTINCT p.sku, p.location FROM ecomkit.promise AS p
    WHERE p.merchant = $1 AND p.kind = 'hold' AND p.at <= $2::timestamptz
    ORDER BY p.sku, p.location
"""
MOVEMENTS = """
    SELECT m.seq, m.id, m.sku, m.quantity, m.source_location, m.source_bucket, m.target_location,
        m.target_bucket, m.cause, m.command, m.at, m.owner, m.lot, m.source_after,
        m.target_after, m.note
    FROM ecomkit.movement AS m
    WHERE m.merchant = $1 AND m.seq > $2::bigint ORDER BY m.seq LIMIT $3::bigint
"""
ENTRIES = """
    SELECT m.seq, m.sku, m.quantity, m.source_location, m.source_bucket, m.target_location,
        m.target_bucket, m.source_after, m.target_after
    FROM ecomkit.movement AS m
    WHERE m.merchant = $1 AND m.seq > $2::bigint ORDER BY m.seq LIMIT $3::bigint
"""
FORGET = """
    WITH gone AS (
        DELETE FROM ecomkit.command AS c
        WHERE c.merchant = $1 AND c.at < $2::timestamptz RETURNING 1
    )
    SELECT count(*) FROM gone
"""
POSTED = """
    SELECT o.key, o.version, o.fence FROM ecomkit.outbox AS o
    WHERE o.merchant = $1 AND o.topic = $2 AND o.version > o.settled ORDER BY o.key
"""
CLAIM = """
    WITH free AS MATERIALIZED (
        SELECT o.merchant, o.topic, o.key FROM ecomkit.outbox AS o
        WHERE o.merchant = $1 AND o.topic = $2 AND o.version > o.settled
            AND (o.leased_until IS NULL OR o.leased_until <= $3::timestamptz)
        ORDER BY o.key LIMIT $5::bigint
        FOR UPDATE SKIP LOCKED
    ), claimed AS (
        UPDATE ecomkit.outbox AS o SET fence = o.fence + 1, leased_until = $4::timestamptz
        FROM free
        WHERE o.merchant = free.merchant AND o.topic = free.topic AND o.key = free.key
        RETURNING o.key, o.version, o.fence
    )
    SELECT key, version, fence FROM claimed ORDER BY key
"""
# What was posted anew meanwhile is newer than what was done, and stays open.
SETTLE = """
    WITH done AS MATERIALIZED (
        SELECT $1 AS merchant, $2 AS topic, u.*
        FROM unnest($3::text[], $4::bigint[], $5::bigint[]) AS u (key, version, fence)
    )
    UPDATE ecomkit.outbox AS o SET settled = done.version, leased_until = NULL FROM done
    WHERE o.merchant = done.merchant AND o.topic = done.topic AND o.key = done.key
        AND o.fence = done.fence AND o.version >= done.version AND o.settled < done.version
    RETURNING done.key, done.version, done.fence
"""
GET_VALUE = """
    SELECT v.key, v.body FROM ecomkit.$values AS v
    WHERE v.merchant = $1 AND v.collection = $2 AND v.key = $3
"""
PUT_VALUES = """
    INSERT INTO ecomkit.$values (merchant, collection, key, idx, body)
    SELECT $1, $2, n.* FROM unnest($3::text[], $4::text[], $5::text[]) AS n
    ON CONFLICT (merchant, collection, key) DO UPDATE SET idx = excluded.idx, body = excluded.body
"""
DELETE_VALUES = """
    DELETE FROM ecomkit.$values AS v
    WHERE v.merchant = $1 AND v.collection = $2 AND v.key = ANY ($3::text[])
"""
SCAN_VALUES = """
    SELECT v.key, v.body FROM ecomkit.$values AS v
    WHERE v.merchant = $1 AND v.collection = $2 AND v.key > $3
    ORDER BY v.key LIMIT $4::bigint
"""
SCAN_INDEX = """
    SELECT v.key, v.body FROM ecomkit.$values AS v
    WHERE v.merchant = $1 AND v.collection = $2 AND v.key > $3 AND v.idx = $5
    ORDER BY v.key LIMIT $4::bigint
"""
