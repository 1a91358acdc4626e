"""From what a batch leads to, to statements; and from rows back to what a batch works on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import groupby
from operator import itemgetter
from typing import Any, TypeAlias

from ecomkit.ports import KeptOutcome
from ecomkit.stock import (
    DraftLevel,
    LevelKey,
    LevelRow,
    MovementRow,
    PromiseKind,
    SavedPromise,
)
from ecomkit.stores._postgres_statements import (
    ADD_PROMISES,
    APPEND,
    END_PROMISES,
    KEEP,
    POST,
    SAVE_LEVELS,
    SAVE_PROMISES,
    Row,
    Statement,
)
from ecomkit.stores._postgres_text import (
    escaped,
    instants,
    numbers,
    optional_texts,
    texts,
    unescaped,
)
from ecomkit.stores._saved import kept_outcome, outcome_text

__all__ = [
    "appending",
    "columns",
    "drafts_of",
    "keeping",
    "kept_of",
    "posting",
    "promise_names",
    "saving",
]

PromiseName: TypeAlias = tuple[PromiseKind, str]
"""Kind and owner: what a promise is found by at its level."""


def keeping(merchant: str, outcomes: Sequence[KeptOutcome]) -> Statement:
    """Return the statement that keeps *outcomes*."""
    return KEEP, (
        merchant,
        texts([kept.key for kept in outcomes]),
        texts([kept.fingerprint for kept in outcomes]),
        optional_texts([outcome_text(kept.outcome) for kept in outcomes]),
        instants([kept.at for kept in outcomes]),
    )


def appending(merchant: str, movements: Sequence[MovementRow]) -> Statement:
    """Return the statement that appends *movements*, at least one."""
    # One row whose fields are columns.
    columns: Any = MovementRow._make(zip(*movements, strict=True))
    return APPEND, (
        merchant,
        texts(columns.id),
        texts(columns.sku),
        numbers(columns.quantity),
        texts(columns.source_location),
        texts(columns.source_bucket),
        texts(columns.target_location),
        texts(columns.target_bucket),
        texts(columns.cause),
        texts(columns.command),
        instants(columns.at),
        optional_texts(columns.owner),
        optional_texts(columns.lot),
        numbers(columns.source_after),
        numbers(columns.target_after),
        optional_texts(columns.note),
    )


def saving(
    merchant: str,
    drafts: Iterable[DraftLevel],
    *,
    known: Mapping[LevelKey, AbstractSet[PromiseName]],
) -> Iterator[Statement]:
    """
    Return the statements that save what has changed in *drafts*.

    A promise that is not *known* was not loaded, so it is new: if there is one, it is a fault of ours
    that the database refuses, and no promise is written over.
    """
    levels: list[Row] = []
    ended: list[Row] = []
    grown: list[Row] = []
    fresh: list[Row] = []
    for draft in drafts:
        row = draft.row()
        if row != draft.before:
            levels.append((*draft.key, *row))
        loaded = known[draft.key]
        for name in draft.changed:
            kind, owner = name
            promise = draft.promises[kind].get(owner)
            if promise is None:
                ended.append((*draft.key, owner, kind))
            else:
                rows = grown if name in loaded else fresh
                rows.append((*draft.key, owner, kind, *promise))
    if levels:
        skus, locations, *units, counted_at, next_ranks = zip(*levels, strict=True)
        totals = (*map(numbers, units), instants(counted_at), numbers(next_ranks))
        yield SAVE_LEVELS, (merchant, texts(skus), texts(locations), *totals)
    if ended:
        yield END_PROMISES, (merchant, *map(texts, zip(*ended, strict=True)))
    for statement, promises in ((SAVE_PROMISES, grown), (ADD_PROMISES, fresh)):
        if promises:
            *names, quantities, ats, ranks = zip(*promises, strict=True)
            values = (numbers(quantities), instants(ats), numbers(ranks))
            yield statement, (merchant, *map(texts, names), *values)


def promise_names(draft: DraftLevel) -> set[PromiseName]:
    """Return the names of all promises that stand in *draft*."""
    return {(kind, owner) for kind, rows in draft.promises.items() for owner in rows}


def posting(merchant: str, topic: str, keys: Iterable[str]) -> Statement:
    """Return the statement that posts *keys* to the outbox of *topic*."""
    return POST, (merchant, escaped(topic), texts(sorted(set(keys))))


def drafts_of(
    keys: Iterable[LevelKey], levels: Iterable[Row], promises: Iterable[Row]
) -> dict[LevelKey, DraftLevel]:
    """Return a draft of each level, empty where there is no row."""
    totals = {row[:2]: LevelRow(*row[2:]) for row in levels}
    drafts: dict[Any, DraftLevel] = {
        key: DraftLevel(key, totals[key]) if key in totals else DraftLevel(key) for key in keys
    }
    for place, rows in groupby(promises, key=itemgetter(0, 1)):
        drafts[place].add(SavedPromise(row[2], unescaped(row[3]), *row[4:]) for row in rows)
    return drafts


def kept_of(rows: Iterable[Row]) -> dict[str, KeptOutcome]:
    """Return what was kept, by key."""
    return {
        key: kept_outcome(key, unescaped(digest), outcome, at) for key, digest, outcome, at in rows
    }


def columns(rows: Iterable[Sequence[str]], width: int) -> Sequence[Sequence[str]]:
    """Return the columns of *rows*, also where there is no row."""
    return list(zip(*rows, strict=True)) or [()] * width
