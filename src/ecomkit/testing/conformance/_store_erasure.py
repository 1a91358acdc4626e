"""What a store has to do so that what was deleted is gone."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import strategies as st

from ecomkit.identifiers import MerchantId
from ecomkit.ports import NestedTransactionError, Store, StoreClosedError
from ecomkit.testing.conformance._kit import expect, unsupported
from ecomkit.testing.conformance._store_kit import (
    NOTES,
    RAW_NOTES,
    Note,
    StoreKit,
    answer,
    append,
)

if TYPE_CHECKING:
    from ecomkit.ports import Collection

__all__ = ["ErasureLaws"]

PERSONS = 6
SIZES = (1, 7, 60, 700)
"""How often a text repeats its person: from a few bytes to more than a page of a file."""

Step = tuple[int, int, int, bool]


def canary(person: int) -> str:
    """Return a text that stands for *person* and for nothing else."""
    return f"canary-{person}-Zoë-😀-"


def note(step: Step) -> Note:
    """Return the note that *step* puts: its key, its person, its size, and whether it is indexed."""
    key, person, size, is_indexed = step
    text = canary(person) * SIZES[size]
    return Note(name=f"{key}", text=text, topic=canary(person) if is_indexed else None)


STEPS = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, PERSONS - 1), st.integers(0, 3), st.booleans()),
    min_size=1,
    max_size=60,
)


class ErasureLaws(StoreKit):
    """What was deleted can be wiped, so that it is found in no file; the rest stays as it is."""

    def at_rest(self, store: Store) -> Iterable[bytes] | None:  # noqa: ARG002 (for the subclass)
        """
        Return the content of each file in which *store* keeps books; None if it has none.

        What nobody can wipe, such as the write-ahead log of a database server, is left out.
        """
        return None

    def test_wiping_changes_nothing_that_is_kept(self) -> None:
        """A wipe, even of an empty store and twice, leaves all books as they were."""
        with self._opened() as store:
            wipe = wipe_of(store)
            wipe()
            with store.transaction() as tx:
                tx.put(NOTES, [Note(name=str(n), text="x" * n, topic="t") for n in range(99)])
                tx.put(RAW_NOTES, [Note(name="raw", text="é")])
                tx.keep([answer("k")])
                tx.post("kit", ["a", "b"])
                append(tx, "m-1", "m-2")
            with store.transaction() as tx:
                tx.delete(NOTES, [str(n) for n in range(0, 99, 3)])
            before = _seen(store)
            wipe()
            once = _seen(store)
            wipe()
            twice = _seen(store)
        expect((before, before), (once, twice), advice="a wipe must change no books")

    def test_wiping_inside_a_transaction_is_refused(self) -> None:
        """A thread that holds the store would wait for itself; a closed store wipes nothing."""
        store = self.make_store(MerchantId("kit"))
        wipe = wipe_of(store)
        for begin in (store.transaction, store.posting, store.snapshot):
            with begin(), pytest.raises(NestedTransactionError):
                wipe()
        store.close()
        with pytest.raises(StoreClosedError):
            wipe()

    def test_what_was_deleted_is_gone_after_a_wipe(self) -> None:
        """Whatever was put, replaced and deleted in whatever order: no byte of it is left."""
        with self._opened("one") as store, self._opened("two") as other:
            wipe = wipe_of(store)
            if self.at_rest(store) is None:
                unsupported("files to look into")
            with other.transaction() as tx:
                tx.put(NOTES, [Note(name="theirs", text="other merchant")])

            def law(drawn: tuple[Sequence[Step], set[int]]) -> None:
                steps, gone = drawn
                for number, step in enumerate(steps):
                    shelf = (NOTES, RAW_NOTES)[number % 2]
                    with store.transaction() as tx:
                        tx.put(shelf, [note(step)])
                left = _delete(store, NOTES, gone) | _delete(store, RAW_NOTES, gone)
                wipe()
                stored = b"".join(self.at_rest(store) or ())
                found = {p for p in range(PERSONS) if any(f in stored for f in forms(canary(p)))}
                expect(left, found, advice="what was deleted must be wiped, and nothing else")

            self._always(st.tuples(STEPS, st.sets(st.integers(0, PERSONS - 1))), law)
            with other.snapshot() as tx:
                theirs = tx.scan(NOTES)
        expect(1, len(theirs), advice="a wipe must leave other merchants alone")


def wipe_of(store: Store) -> Callable[[], None]:
    """Return the wipe of *store*, or skip: not every store can write its files anew."""
    wipe: Callable[[], None] | None = getattr(store, "wipe", None)
    if wipe is None:
        unsupported("wiping what was deleted")
    return wipe


def forms(text: str) -> tuple[bytes, ...]:
    """Return how *text* may stand in a file: in two encodings, and as JSON escapes it."""
    escaped = json.dumps(text)[1:-1]
    return text.encode(), text.encode("utf-16-le"), text.encode("utf-16-be"), escaped.encode()


def _delete(store: Store, shelf: Collection[Any], gone: set[int]) -> set[int]:
    """Delete all notes of persons in *gone*; return whose notes are left."""
    with store.transaction() as tx:
        notes = tx.scan(shelf)
        names = {one.name: int(one.text.split("-")[1]) for one in notes}
        tx.delete(shelf, [name for name, person in names.items() if person in gone])
    return set(names.values()) - gone


def _seen(store: Store) -> tuple[object, ...]:
    with store.snapshot() as tx:
        return (
            tx.scan(NOTES),
            tx.scan(NOTES, index="t"),
            tx.scan(RAW_NOTES),
            tx.kept(["k"]),
            tx.posted("kit"),
            tx.movements(limit=9),
            tx.all_levels(),
        )
