"""Commands into the ledger: each counts once, and what it changed is noted for publication."""

from __future__ import annotations

import enum
import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime

import attrs

from ecomkit.errors import InputError
from ecomkit.identifiers import CommandKey, LocationId
from ecomkit.operations._settings import Settings
from ecomkit.ports import KeptOutcome, LedgerTransaction, Transaction
from ecomkit.stock import (
    DraftLevel,
    Outcome,
    Owner,
    PutOnHold,
    Refused,
    ReleaseHolds,
    Reserve,
    Short,
    StockCommand,
    decide_drafts,
    fingerprint,
    needs_of,
)

__all__ = [
    "KeyReusedError",
    "ObservedLocationError",
    "StockRefusedError",
    "execute",
    "must",
]


@attrs.frozen(kw_only=True)
class KeyReusedError(InputError):
    """
    Raised when a command comes under a key that another content was taken down under.

    >>> print(KeyReusedError(key=CommandKey("receipt-7")))
    the key 'receipt-7' was used for another command; give this one a key of its own
    """

    key: CommandKey

    @property
    def message(self) -> str:
        """The key, and what to do."""
        return f"the key {str(self.key)!r} was used for another command; give this one a key of its own"


@attrs.frozen(kw_only=True)
class ObservedLocationError(InputError):
    """
    Raised when units are to be promised at a location whose stock others count.

    >>> print(ObservedLocationError(location=LocationId("fba")))
    the stock at 'fba' is counted by others and is not ours to promise; see Settings.observed
    """

    location: LocationId

    @property
    def message(self) -> str:
        """Which location."""
        return (
            f"the stock at {str(self.location)!r} is counted by others and is not ours to "
            "promise; see Settings.observed"
        )


@attrs.frozen(kw_only=True)
class StockRefusedError(InputError):
    """Raised where the ledger refused what the caller was to know beforehand; nothing changed."""

    outcome: Refused | Short

    @property
    def message(self) -> str:
        """What was asked in vain."""
        return self.outcome.explain()


class Once(enum.Enum):
    """Whether a command is to take effect, or has."""

    FRESH = "fresh"
    KNOWN = "known"


def execute(
    tx: LedgerTransaction,
    commands: Sequence[StockCommand],
    *,
    now: datetime,
    settings: Settings,
) -> tuple[Outcome, ...]:
    """
    Run *commands* inside *tx*, and return their outcomes in the same order.

    A command whose key is known has taken effect: it gets its old answer and does nothing.

    Raises:
        KeyReusedError: If a known key comes with another content; nothing is written.
        ObservedLocationError: If units are to be promised where others count them; nothing is
            written.
    """
    batch = _Batch(tx, commands, now=now, settings=settings)
    for fault in batch.faults.values():
        raise fault
    batch.book()
    return tuple(batch.answers[command.key] for command in commands)


def execute_each(
    tx: LedgerTransaction,
    commands: Sequence[StockCommand],
    *,
    now: datetime,
    settings: Settings,
) -> tuple[Outcome | KeyReusedError | ObservedLocationError, ...]:
    """Run *commands* of callers who know nothing of each other: a fault is its caller's answer."""
    batch = _Batch(tx, commands, now=now, settings=settings)
    batch.book()
    return tuple(
        batch.faults.get(place) or batch.answers[command.key]
        for place, command in enumerate(commands)
    )


class _Batch:
    """Commands on their way into the ledger: those that are new, and what is known of the others."""

    def __init__(
        self,
        tx: LedgerTransaction,
        commands: Sequence[StockCommand],
        *,
        now: datetime,
        settings: Settings,
    ) -> None:
        self._tx = tx
        self._now = now
        self._coverage = settings.coverage
        self.answers: dict[str, Outcome] = {}
        self.faults: dict[int, KeyReusedError | ObservedLocationError] = {}
        self._observed = settings.observed
        self._fresh: dict[str, StockCommand] = {}
        self._prints: dict[str, str] = {}
        opened = tx.open(
            needs_of(commands),
            keys=[command.key for command in commands],
            now=now,
            coverage=settings.coverage,
        )
        self._drafts = opened.drafts
        for place, command in enumerate(commands):
            self._sort(command, opened.kept.get(command.key), place=place)

    def _sort(self, command: StockCommand, kept: KeptOutcome | None, *, place: int) -> None:
        key = command.key
        if self._observed and isinstance(command, (PutOnHold, Reserve)):
            for want in command.wants:
                if want.location in self._observed:
                    self.faults[place] = ObservedLocationError(location=want.location)
                    return
        digest = fingerprint(command)
        known = self._prints.get(key) if kept is None else kept.fingerprint
        # An empty one was kept by an old schema: nothing is known of the content, but that it
        # was no stock command where no outcome was kept.
        is_other = kept is not None and kept.outcome is None
        if is_other or (known and known != digest):
            self.faults[place] = KeyReusedError(key=key)
            return
        self._prints[key] = digest
        if kept is not None and kept.outcome is not None:
            self.answers[key] = kept.outcome
        else:
            self._fresh[key] = command

    def book(self) -> None:
        """Decide the new commands, and save what they lead to."""
        fresh = self._fresh
        if not fresh:
            return
        outcomes, movements = decide_drafts(
            self._drafts, fresh.values(), now=self._now, coverage=self._coverage
        )
        self.answers.update(zip(fresh, outcomes, strict=True))
        self._tx.book(
            self._drafts.values(),
            movements=movements,
            outcomes=[
                KeptOutcome(
                    key=command.key, fingerprint=self._prints[key], outcome=outcome, at=self._now
                )
                for (key, command), outcome in zip(fresh.items(), outcomes, strict=True)
                # A refusal changed nothing: asked again later, the answer may be another.
                if not isinstance(outcome, (Refused, Short))
            ],
            changed=changed_skus(self._drafts.values()),
        )


def changed_skus(drafts: Iterable[DraftLevel]) -> list[str]:
    """Return the skus of which a level differs from what was loaded, sorted."""
    return sorted({draft.place[0] for draft in drafts if draft.is_changed})


def once(tx: Transaction, key: CommandKey, *content: object, now: datetime) -> Once:
    """
    Say whether the command called *key* is new, and remember it with its *content*.

    Raises:
        KeyReusedError: If the key is known with another content.
    """
    digest = hashlib.sha256(repr(content).encode()).hexdigest()[:32]
    kept = tx.kept([key]).get(key)
    if kept is None:
        tx.keep([KeptOutcome(key=CommandKey(key), fingerprint=digest, at=now)])
        return Once.FRESH
    # An empty one was kept by an old schema: nothing is known of the content.
    if kept.fingerprint and kept.fingerprint != digest:
        raise KeyReusedError(key=key)
    return Once.KNOWN


def must(outcomes: Sequence[Outcome]) -> None:
    """
    Refuse to go on where the ledger refused.

    Raises:
        StockRefusedError: For the first outcome that is a refusal.
    """
    for outcome in outcomes:
        if isinstance(outcome, (Refused, Short)):
            raise StockRefusedError(outcome=outcome)


def sweep_holds(tx: Transaction, *, now: datetime, settings: Settings) -> None:
    """
    End the holds that have expired, so that what they held is noted for publication.

    Nothing depends on it: an expired hold counts as available at once. But a channel is only
    told a new number for a sku whose level has changed.
    """
    levels = tx.expired(now)
    if levels:
        key = CommandKey(f"sweep:{now.isoformat()}")
        execute(
            tx,
            [ReleaseHolds(key=key, owner=Owner("sweep"), levels=levels)],
            now=now,
            settings=settings,
        )
