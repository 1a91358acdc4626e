"""Wiping: what a committed transaction has deleted is made to stand in no file any more."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Protocol, final, runtime_checkable

import attrs

from ecomkit.errors import TransientError
from ecomkit.ports import Collection, Store, StoreFailedError, Transaction

__all__ = ["WIPES", "WipeDue", "WipeState", "Wiped", "WipingStore", "note_wipe", "wipe_deleted"]


@runtime_checkable
class WipingStore(Protocol):
    """
    A store that can write its files anew, so that nothing deleted is found in them.

    Deleting alone does not do that: SQLite leaves copies of what it moved from page to page,
    PostgreSQL frees the places of dead rows and leaves what stood there.
    """

    def wipe(self) -> None:
        """
        Write the files anew.

        Raises:
            StoreBusyError: If others read an older state for too long; call it again.
            StoreFailedError: If the files cannot be written.
        """
        ...


class WipeState(enum.Enum):
    """How far the wiping of what was deleted has come."""

    DONE = "nothing that was deleted is left in the files of the store"
    DUE = "what was deleted may still be found in the files of the store; the next wipe removes it"
    IMPOSSIBLE = "this store cannot write its files anew; what was deleted may be found in them"


@final
@attrs.frozen(kw_only=True)
class Wiped:
    """Whether what was deleted is gone from the files, and what stood in the way."""

    state: WipeState
    why: str = ""

    def explain(self) -> str:
        """Say how far it has come."""
        return f"{self.state.value} ({self.why})" if self.why else self.state.value


@final
@attrs.frozen(kw_only=True)
class WipeDue:
    """A note that something was deleted and is to be wiped; it outlives a crash."""

    name: str
    since: datetime
    deletions: int


WIPES = Collection(name="wipe", type=WipeDue, key=lambda due: due.name)

NAME = "deleted"


def note_wipe(tx: Transaction, *, now: datetime) -> None:
    """Note in the transaction that deletes that a wipe is due once it has committed."""
    known = tx.get(WIPES, NAME)
    due = (
        WipeDue(name=NAME, since=now, deletions=1)
        if known is None
        else attrs.evolve(known, deletions=known.deletions + 1)
    )
    tx.put(WIPES, [due])


def wipe_deleted(store: Store) -> Wiped:
    """
    Wipe if something was deleted since the last wipe; do nothing if not.

    Not to be called inside a transaction. It is safe at any moment, and repeats what a crash, a
    reader or a full disk has kept an earlier one from.
    """
    try:
        with store.snapshot() as tx:
            due = tx.get(WIPES, NAME)
        if due is None:
            return Wiped(state=WipeState.DONE)
        if not isinstance(store, WipingStore):
            return Wiped(state=WipeState.IMPOSSIBLE)
        store.wipe()
        with store.transaction() as tx:
            # What was deleted meanwhile is another wipe's.
            if tx.get(WIPES, NAME) == due:
                tx.delete(WIPES, [NAME])
    except (TransientError, StoreFailedError) as error:
        return Wiped(state=WipeState.DUE, why=str(error))
    return Wiped(state=WipeState.DONE)
