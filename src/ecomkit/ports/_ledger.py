"""The ledger's part of the store port: what a batch of stock commands loads and saves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol, final

import attrs

from ecomkit._checks import as_utc, aware, is_a, is_text, optional
from ecomkit.identifiers import CommandKey
from ecomkit.stock import (
    Coverage,
    Done,
    DraftLevel,
    LevelKey,
    LevelNeed,
    MovementRow,
    Outcome,
    Recorded,
    Refused,
    Reserved,
    Short,
)

__all__ = [
    "STOCK",
    "Claim",
    "KeptOutcome",
    "LedgerEntry",
    "LedgerTransaction",
    "OpenedBooks",
]

STOCK = "stock"
"""The outbox of skus whose level has changed."""


@final
@attrs.frozen(kw_only=True)
class KeptOutcome:
    """
    What was answered to a command, so that the same command is answered the same again.

    *outcome* is None for a command on orders or purchases, whose answer stands there. *at* is
    when it was taken down.
    """

    key: CommandKey = attrs.field(validator=is_a(CommandKey))
    fingerprint: str = attrs.field(validator=is_text)
    outcome: Outcome | None = attrs.field(
        default=None, validator=optional(is_a(Reserved, Short, Recorded, Done, Refused))
    )
    at: datetime = attrs.field(converter=as_utc, validator=aware)


class OpenedBooks(NamedTuple):
    """What a batch of commands works on: the levels, locked; and what was answered before."""

    drafts: Mapping[LevelKey, DraftLevel]
    kept: Mapping[str, KeptOutcome]


class LedgerEntry(NamedTuple):
    """A movement as the books see it: how many units from where to where, and what was left."""

    number: int
    sku: str
    quantity: int
    source_location: str
    source_bucket: str
    target_location: str
    target_bucket: str
    source_after: int | None
    target_after: int | None


class Claim(NamedTuple):
    """
    An entry of an outbox that one worker has to itself for a while.

    *version* grows with every post of the key, *fence* with every claim of it; neither ever starts
    anew, so a claim from long ago is never taken for one of today.
    """

    key: str
    version: int
    fence: int


class LedgerTransaction(Protocol):
    """
    What a batch of stock commands reads and writes. All of it lasts, or none.

    Raises:
        TransactionEndedError: By every method, once the block has ended.
    """

    def open(
        self,
        needs: Mapping[LevelKey, LevelNeed],
        *,
        keys: Sequence[str],
        now: datetime,
        coverage: Coverage,
    ) -> OpenedBooks:
        """
        Lock the levels, in the order given, and return drafts of them; a new one is empty.

        A draft holds the totals, the promises of the owners that are needed, the holds that have
        expired at *now*, and as many of those who wait, in the order of *coverage*, as units may
        become free, with all that these owners have at the level. What was kept under *keys* is read once the levels are locked: a twin of a
        command touches the same levels, so it has either been booked or not begun.
        """
        ...

    def book(
        self,
        drafts: Iterable[DraftLevel],
        *,
        movements: Sequence[MovementRow],
        outcomes: Sequence[KeptOutcome],
        changed: Iterable[str],
    ) -> None:
        """
        Save what has changed in *drafts*, append *movements*, keep *outcomes*, post *changed*.

        *changed* are skus, posted to the outbox ``STOCK``.

        Raises:
            LevelNotLoadedError: If a draft was not opened in this transaction.
            MovementTakenError: If the ledger has a movement of that id and sku.
            KeyTakenError: If an outcome is kept under one of the keys already.
        """
        ...
