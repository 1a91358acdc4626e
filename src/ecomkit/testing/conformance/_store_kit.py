"""What the laws of stores share: the hooks, and the simplest things to save."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, ClassVar, TypeVar

import attrs
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from ecomkit.identifiers import CommandKey, MerchantId, Sku
from ecomkit.ports import (
    Collection,
    KeptOutcome,
    LedgerTransaction,
    OpenedBooks,
    Retention,
    Store,
    Transaction,
)
from ecomkit.stock import (
    MAIN,
    Account,
    Bucket,
    Cause,
    Coverage,
    Done,
    DraftLevel,
    LevelKey,
    LevelNeed,
    Movement,
    MovementRow,
    Outcome,
    StockLevel,
    draft_of,
    movement_row,
)

__all__ = [
    "COUNTER",
    "ELEPHANT",
    "HOSTILE_TEXTS",
    "INCREMENTS",
    "NOON",
    "NOTES",
    "RAW_NOTES",
    "THREADS",
    "TOKYO",
    "UNSTORABLE_TEXTS",
    "ZEBRA",
    "Note",
    "StoreKit",
    "Undone",
    "answer",
    "append",
    "by_rank",
    "movement",
    "opened",
    "replaced",
    "rows",
    "save",
    "whole",
]

T = TypeVar("T")

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
TOKYO = timezone(timedelta(hours=9))
ELEPHANT = LevelKey(Sku("ELEPHANT"), MAIN)
ZEBRA = LevelKey(Sku("ZEBRA"), MAIN)
THREADS = 8
INCREMENTS = 10

HOSTILE_TEXTS = (
    "'; DROP TABLE level; --",
    '" OR 1=1',
    "100 %",
    "a_b",
    "a%b",
    "\\",
    "?1",
    ":key",
    "é",
    "e\u0301",  # the same to a reader, and another key
    "ﬀ",
    "ß",
    "SS",
    "ss",
    "𝔘nicode",
    "象",
    "\u202ertl",
    "NULL",
    "0",
    "00",
    "1e3",
    "/",
    "../../etc/passwd",
    "x" * 500,
)
"""Keys that a store must take as they are: no quoting, folding, trimming or converting."""

UNSTORABLE_TEXTS = ("", "\ud800")


@attrs.frozen(kw_only=True)
class Note:
    """The simplest value that a store can keep."""

    name: str
    text: str = ""
    topic: str | None = None


NOTES = Collection(
    name="kit-note", type=Note, key=lambda note: note.name, index=lambda note: note.topic
)
RAW_NOTES = Collection(
    name="kit-note",
    type=Note,
    key=lambda note: note.name,
    index=lambda note: note.topic,
    retention=Retention.RAW,
)
COUNTER = "counter"


class Undone(Exception):  # noqa: N818 (ends a block on purpose)
    """Ends a transaction that is to leave nothing."""


def movement(name: str, *, key: LevelKey = ELEPHANT, quantity: int = 1) -> Movement:
    """Return a receipt under the id *name*."""
    return Movement(
        id=name,
        quantity=quantity,
        source=Account(key.sku, key.location, Bucket.SUPPLIER),
        target=Account(key.sku, key.location, Bucket.SELLABLE),
        cause=Cause.RECEIPT,
        command=CommandKey("kit"),
        at=NOON,
    )


def rows(*names: str) -> list[MovementRow]:
    """Return receipts under the ids *names*, as a store is given them."""
    return [movement_row(movement(name)) for name in names]


def append(tx: LedgerTransaction, *names: str) -> None:
    """Book receipts under the ids *names*, and nothing else."""
    tx.book((), movements=rows(*names), outcomes=(), changed=())


def answer(key: str, *, outcome: Outcome | None = None, at: datetime = NOON) -> KeptOutcome:
    """Return what was answered to a command called *key*."""
    return KeptOutcome(
        key=CommandKey(key), fingerprint=f"of {key}", outcome=outcome or Done(units=1), at=at
    )


def whole() -> LevelNeed:
    """Return the need of all that stands at a level."""
    need = LevelNeed()
    need.is_whole = True
    return need


def opened(
    tx: LedgerTransaction,
    needs: Mapping[LevelKey, LevelNeed],
    *,
    keys: Iterable[str] = (),
    coverage: Coverage = Coverage.ARRIVAL,
    now: datetime = NOON,
) -> OpenedBooks:
    """Open the books, at noon unless told otherwise."""
    return tx.open(needs, keys=list(keys), now=now, coverage=coverage)


def replaced(draft: DraftLevel, level: StockLevel) -> DraftLevel:
    """Return a draft that makes *level* of what *draft*, opened as a whole, was loaded as."""
    new = draft_of(level)
    new.before = draft.before
    new.changed = {
        (kind, owner)
        for each in (draft, new)
        for kind, promises in each.promises.items()
        for owner in promises
    }
    return new


def save(tx: LedgerTransaction, *levels: StockLevel) -> None:
    """Save *levels* as the port asks for it: open first."""
    drafts = opened(tx, {level.key: whole() for level in sorted(levels, key=_key)}).drafts
    tx.book(
        [replaced(drafts[level.key], level) for level in levels],
        movements=(),
        outcomes=(),
        changed=(),
    )


def _key(level: StockLevel) -> LevelKey:
    return level.key


def by_rank(level: StockLevel) -> StockLevel:
    """Return *level* with its promises in the order of their ranks, as decisions leave it."""

    def place(promise: Any) -> tuple[int, str]:
        return promise.rank, promise.owner.name

    return attrs.evolve(
        level,
        holds=sorted(level.holds, key=place),
        allocations=sorted(level.allocations, key=place),
        picks=sorted(level.picks, key=place),
        uncovered=sorted(level.uncovered, key=place),
        transits=sorted(level.transits, key=place),
    )


class StoreKit:
    """The hooks of :class:`StoreConformance`, and what its laws work with."""

    examples: ClassVar[int] = 30
    """How many values each law with random values is tried on."""

    def make_store(self, merchant: MerchantId) -> Store:
        """
        Return a store of the books of *merchant*, empty when it is asked for the first time.

        Stores made in one test share what your stores can share: a file, a database.
        """
        raise NotImplementedError

    def reopen(self, store: Store) -> Store | None:  # noqa: ARG002 (for the subclass)
        """Close *store* and open it again; None if nothing outlives your store."""
        return None

    @contextmanager
    def _opened(self, merchant: str = "kit") -> Iterator[Store]:
        store = self.make_store(MerchantId(merchant))
        try:
            yield store
        finally:
            store.close()

    @staticmethod
    def _undone(store: Store, call: Callable[[Transaction], object]) -> None:
        with suppress(Undone), store.transaction() as tx:
            call(tx)
            raise Undone

    def _always(self, strategy: st.SearchStrategy[T], law: Callable[[T], None]) -> None:
        # The laws are bound here and not decorated, since many subclasses inherit them.
        check = hypothesis_settings(
            max_examples=self.examples,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.nested_given],
        )
        check(given(strategy)(law))()
