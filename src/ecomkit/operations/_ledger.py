"""Commands into the ledger: each counts once, and what it changed is noted for publication."""

from __future__ import annotations

import enum
import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import final

import attrs

from ecomkit.errors import InputError
from ecomkit.identifiers import CommandKey, Sku
from ecomkit.operations._settings import Settings
from ecomkit.ports import Collection, Transaction
from ecomkit.stock import (
    Outcome,
    Owner,
    Refused,
    ReleaseHolds,
    Short,
    StockCommand,
    decide,
    fingerprint,
    levels_touched,
)

__all__ = [
    "CHANGED",
    "KEYS",
    "ChangedSku",
    "KeptOutcome",
    "KeyReusedError",
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
class StockRefusedError(InputError):
    """Raised where the ledger refused what the caller was to know beforehand; nothing changed."""

    outcome: Refused | Short

    @property
    def message(self) -> str:
        """What was asked in vain."""
        return self.outcome.explain()


@final
@attrs.frozen(kw_only=True)
class KeptOutcome:
    """
    What was answered to a command, so that the same command is answered the same again.

    *outcome* is None for a command on orders or purchases, whose answer stands there.
    """

    key: CommandKey
    fingerprint: str
    outcome: Outcome | None = None


@final
@attrs.frozen(kw_only=True)
class ChangedSku:
    """A sku whose level changed since its listings were last planned: an outbox, coalesced."""

    sku: Sku


class Once(enum.Enum):
    """Whether a command is to take effect, or has."""

    FRESH = "fresh"
    KNOWN = "known"


KEYS = Collection(name="key", type=KeptOutcome, key=lambda kept: kept.key)
CHANGED = Collection(name="changed", type=ChangedSku, key=lambda changed: changed.sku)


def execute(
    tx: Transaction, commands: Sequence[StockCommand], *, now: datetime, settings: Settings
) -> tuple[Outcome, ...]:
    """
    Run *commands* inside *tx*, and return their outcomes in the same order.

    A command whose key is known has taken effect: it gets its old answer and does nothing.

    Raises:
        KeyReusedError: If a known key comes with another content.
    """
    outcomes: dict[CommandKey, Outcome] = {}
    fresh: dict[CommandKey, StockCommand] = {}
    prints: dict[CommandKey, str] = {}
    for command in commands:
        digest = fingerprint(command)
        kept = tx.get(KEYS, command.key)
        known = prints.get(command.key) if kept is None else kept.fingerprint
        if known is not None and known != digest:
            raise KeyReusedError(key=command.key)
        prints[command.key] = digest
        if kept is not None and kept.outcome is not None:
            outcomes[command.key] = kept.outcome
        else:
            fresh[command.key] = command
    if fresh:
        touched = {key for command in fresh.values() for key in levels_touched(command)}
        decision = decide(
            tx.levels(sorted(touched)),
            tuple(fresh.values()),
            now=now,
            coverage=settings.coverage,
        )
        tx.append(decision.levels, decision.movements)
        outcomes.update(zip(fresh, decision.outcomes, strict=True))
        tx.put(
            KEYS,
            (
                KeptOutcome(key=key, fingerprint=prints[key], outcome=outcomes[key])
                for key in fresh
                # A refusal changed nothing: asked again later, the answer may be another.
                if not isinstance(outcomes[key], (Refused, Short))
            ),
        )
        tx.put(CHANGED, (ChangedSku(sku=key.sku) for key in touched))
    return tuple(outcomes[command.key] for command in commands)


def once(tx: Transaction, key: CommandKey, *content: object) -> Once:
    """
    Say whether the command called *key* is new, and remember it with its *content*.

    Raises:
        KeyReusedError: If the key is known with another content.
    """
    digest = hashlib.sha256(repr(content).encode()).hexdigest()[:32]
    kept = tx.get(KEYS, key)
    if kept is None:
        tx.put(KEYS, [KeptOutcome(key=key, fingerprint=digest)])
        return Once.FRESH
    if kept.fingerprint != digest:
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
