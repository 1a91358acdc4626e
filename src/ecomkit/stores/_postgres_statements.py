"""The statements by which the PostgreSQL store opens books and books."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from ecomkit.stock import Coverage

__all__ = [
    "ADD_LEVELS",
    "ADD_PROMISES",
    "APPEND",
    "DROP_LEVELS",
    "END_PROMISES",
    "KEEP",
    "KEPT",
    "LEVELS",
    "LEVEL_COLUMNS",
    "LOCKED_LEVELS",
    "OPEN_PROMISES",
    "POST",
    "PROMISE_COLUMNS",
    "SAVE_LEVELS",
    "SAVE_PROMISES",
    "TAKEN_MOVEMENTS",
    "Row",
    "Statement",
]

Statement: TypeAlias = tuple[str, Sequence[str | None]]
"""
The text of a statement, and its parameters as text too: so each has one plan, whatever it is given.
"""

Row: TypeAlias = tuple[Any, ...]

# The schema is called ecomkit in here; the wire puts in its name. A batch is one array a column: its
# rows are made by the server. They bring the merchant with them, behind OFFSET 0: so the planner
# can reach a table by its whole key only, and never walks over all rows of the merchant, however
# few it believes them to be.

LEVEL_COLUMNS = """
    l.sku, l.location, l.sellable, l.held, l.allocated, l.picked, l.quarantined, l.damaged,
    l.in_transit, l.uncovered, l.counted_at, l.next_rank
"""
LEVELS = """
    SELECT $level
    FROM (
        SELECT $1 AS merchant, u.* FROM unnest($2::text[], $3::text[]) AS u (sku, location)
        OFFSET 0
    ) AS n
    JOIN ecomkit.level AS l USING (merchant, sku, location)
    ORDER BY l.sku, l.location
""".replace("$level", LEVEL_COLUMNS)
LOCKED_LEVELS = f"{LEVELS} FOR UPDATE OF l"
ADD_LEVELS = """
    INSERT INTO ecomkit.level (merchant, sku, location)
    SELECT $1, n.sku, n.location
    FROM unnest($2::text[] COLLATE "C", $3::text[] COLLATE "C") AS n (sku, location)
    ORDER BY n.sku, n.location
    ON CONFLICT (merchant, sku, location) DO NOTHING
    RETURNING sku, location
"""
DROP_LEVELS = """
    DELETE FROM ecomkit.level AS l
    USING (
        SELECT $1 AS merchant, u.* FROM unnest($2::text[], $3::text[]) AS u (sku, location)
        OFFSET 0
    ) AS n
    WHERE l.merchant = n.merchant AND l.sku = n.sku AND l.location = n.location
"""
PROMISE_COLUMNS = "p.sku, p.location, p.kind, p.owner, p.quantity, p.at, p.rank"
# Who is covered may have some of the units already, so all that it has is read. Each subquery is run
# for one row of the arrays: that is what OFFSET 0 is for in them, too.
PROMISES = """
    WITH part AS NOT MATERIALIZED (
        SELECT $1 AS merchant, u.*
        FROM unnest($5::text[], $6::text[], $7::numeric[], $8::boolean[])
            AS u (sku, location, frees, frees_holds)
        OFFSET 0
    )
    SELECT $promise
    FROM (
        SELECT $1 AS merchant, u.*
        FROM unnest($2::text[], $3::text[], $4::text[]) AS u (sku, location, owner)
        OFFSET 0
    ) AS n
    JOIN ecomkit.promise AS p USING (merchant, sku, location, owner)
    UNION ALL
    SELECT p.*
    FROM part AS n
    CROSS JOIN LATERAL (
        SELECT $promise FROM ecomkit.promise AS p
        WHERE p.merchant = n.merchant AND p.sku = n.sku AND p.location = n.location
            AND p.kind = 'hold' AND p.at <= $9::timestamptz
        OFFSET 0
    ) AS p
    UNION ALL
    SELECT p.*
    FROM part AS n
    CROSS JOIN LATERAL (
        SELECT l.uncovered,
            n.frees + l.sellable + CASE WHEN n.frees_holds THEN l.held ELSE 0 END AS units
        FROM ecomkit.level AS l
        WHERE l.merchant = n.merchant AND l.sku = n.sku AND l.location = n.location
            AND l.uncovered > 0
        OFFSET 0
    ) AS l
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(p.quantity), 0) AS units FROM ecomkit.promise AS p
        WHERE p.merchant = n.merchant AND p.sku = n.sku AND p.location = n.location
            AND p.kind = 'hold' AND p.at <= $9::timestamptz
    ) AS expired
    CROSS JOIN LATERAL (
        SELECT p.owner FROM ecomkit.promise AS p
        WHERE p.merchant = n.merchant AND p.sku = n.sku AND p.location = n.location
            AND p.kind = 'uncovered'
        ORDER BY $order
        LIMIT least(l.units + expired.units, l.uncovered)::bigint
    ) AS first
    CROSS JOIN LATERAL (
        SELECT $promise FROM ecomkit.promise AS p
        WHERE p.merchant = n.merchant AND p.sku = n.sku AND p.location = n.location
            AND p.owner = first.owner
        OFFSET 0
    ) AS p
    UNION ALL
    SELECT p.*
    FROM (
        SELECT $1 AS merchant, u.* FROM unnest($10::text[], $11::text[]) AS u (sku, location)
        OFFSET 0
    ) AS n
    CROSS JOIN LATERAL (
        SELECT $promise FROM ecomkit.promise AS p
        WHERE p.merchant = n.merchant AND p.sku = n.sku AND p.location = n.location
            AND p.owner >= $12 AND p.owner < $13 AND p.kind = 'lot'
        OFFSET 0
    ) AS p
    UNION ALL
    SELECT $promise
    FROM (
        SELECT $1 AS merchant, u.* FROM unnest($14::text[], $15::text[]) AS u (sku, location)
        OFFSET 0
    ) AS n
    JOIN ecomkit.promise AS p USING (merchant, sku, location)
""".replace("$promise", PROMISE_COLUMNS)
OPEN_PROMISES = {
    Coverage.ARRIVAL: PROMISES.replace("$order", "p.rank, p.owner"),
    Coverage.PLACEMENT: PROMISES.replace("$order", "p.at, p.rank, p.owner"),
}
KEPT = """
    SELECT c.key, c.fingerprint, c.outcome, c.at FROM ecomkit.command AS c
    WHERE c.merchant = $1 AND c.key = ANY ($2::text[])
"""
# Sorted, so that two batches that keep the same keys do not wait for each other.
KEEP = """
    INSERT INTO ecomkit.command (merchant, key, fingerprint, outcome, at)
    SELECT $1, n.key, n.fingerprint, n.outcome, n.at
    FROM unnest($2::text[] COLLATE "C", $3::text[], $4::text[], $5::timestamptz[])
        AS n (key, fingerprint, outcome, at)
    ORDER BY n.key
"""
# In the order of the arrays, in which their rows come: the numbers grow with it.
APPEND = """
    INSERT INTO ecomkit.movement (
        merchant, id, sku, quantity, source_location, source_bucket, target_location,
        target_bucket, cause, command, at, owner, lot, source_after, target_after, note
    )
    SELECT $1, n.*
    FROM unnest(
        $2::text[], $3::text[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::text[],
        $9::text[], $10::text[], $11::timestamptz[], $12::text[], $13::text[], $14::bigint[],
        $15::bigint[], $16::text[]
    ) AS n
"""
SAVE_LEVELS = """
    INSERT INTO ecomkit.level (
        merchant, sku, location, sellable, held, allocated, picked, quarantined, damaged,
        in_transit, uncovered, counted_at, next_rank
    )
    SELECT $1, n.*
    FROM unnest(
        $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[],
        $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[], $12::timestamptz[],
        $13::bigint[]
    ) AS n
    ON CONFLICT (merchant, sku, location) DO UPDATE SET
        sellable = excluded.sellable, held = excluded.held, allocated = excluded.allocated,
        picked = excluded.picked, quarantined = excluded.quarantined,
        damaged = excluded.damaged, in_transit = excluded.in_transit,
        uncovered = excluded.uncovered, counted_at = excluded.counted_at,
        next_rank = excluded.next_rank
"""
END_PROMISES = """
    DELETE FROM ecomkit.promise AS p
    USING (
        SELECT $1 AS merchant, u.*
        FROM unnest($2::text[], $3::text[], $4::text[], $5::text[])
            AS u (sku, location, owner, kind)
        OFFSET 0
    ) AS n
    WHERE p.merchant = n.merchant AND p.sku = n.sku AND p.location = n.location
        AND p.owner = n.owner AND p.kind = n.kind
"""
ADD_PROMISES = """
    INSERT INTO ecomkit.promise (merchant, sku, location, owner, kind, quantity, at, rank)
    SELECT $1, n.*
    FROM unnest(
        $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::timestamptz[],
        $8::bigint[]
    ) AS n
"""
SAVE_PROMISES = f"""
    {ADD_PROMISES}
    ON CONFLICT (merchant, sku, location, owner, kind) DO UPDATE SET
        quantity = excluded.quantity, at = excluded.at, rank = excluded.rank
"""
POST = """
    INSERT INTO ecomkit.outbox (merchant, topic, key, version, fence, settled)
    SELECT $1, $2, n.key, 1, 0, 0 FROM unnest($3::text[] COLLATE "C") AS n (key) ORDER BY n.key
    ON CONFLICT (merchant, topic, key) DO UPDATE SET version = outbox.version + 1
"""
TAKEN_MOVEMENTS = """
    SELECT m.id
    FROM (
        SELECT $1 AS merchant, u.* FROM unnest($2::text[], $3::text[]) AS u (sku, id) OFFSET 0
    ) AS n
    JOIN ecomkit.movement AS m USING (merchant, sku, id)
"""
