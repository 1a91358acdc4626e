"""What a store does with a ledger, on values and plain dicts alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, final

from ecomkit.identifiers import Sku
from ecomkit.operations import KeyReusedError
from ecomkit.ports import STOCK, Claim, KeptOutcome, MovementTakenError
from ecomkit.stock import (
    Coverage,
    LevelKey,
    Movement,
    Outcome,
    Refused,
    Short,
    StockCommand,
    StockLevel,
    decide_drafts,
    draft_of,
    empty_level,
    fingerprint,
    level_of,
    movement_of,
    needs_of,
)

__all__ = ["Model"]


class _Entry(NamedTuple):
    """What stands in an outbox under one key."""

    version: int
    fence: int
    until: datetime | None
    settled: int = 0


@final
class Model:
    """
    The ledger without a store: whole levels, and the pure rule over them.

    It is slow, simple, and reads like the docstrings of the port. *changed* are the levels that
    the last commands have changed.
    """

    def __init__(self, coverage: Coverage) -> None:
        self.coverage = coverage
        self.levels: dict[LevelKey, StockLevel] = {}
        self.movements: list[Movement] = []
        self.kept: dict[str, KeptOutcome] = {}
        self.changed: tuple[LevelKey, ...] = ()
        self._movement_ids: set[tuple[str, str]] = set()
        self._outboxes: dict[str, dict[str, _Entry]] = {}

    # -- commands ---------------------------------------------------------------------------

    def execute(self, commands: Sequence[StockCommand], *, now: datetime) -> tuple[Outcome, ...]:
        """
        Take *commands* down as one transaction: the stored answer to a known key.

        Raises:
            KeyReusedError: If a known key comes with another content.
            MovementTakenError: If a command that was forgotten comes again and moves units.
        """
        self.changed = ()
        fresh = self._fresh(commands)
        drafts = {key: draft_of(self.level(key)) for key in needs_of(fresh.values())}
        outcomes, rows = decide_drafts(drafts, fresh.values(), now=now, coverage=self.coverage)
        for row in rows:
            if (row.id, row.sku) in self._movement_ids:
                raise MovementTakenError(movement=row.id)
        answers = dict(zip(fresh, outcomes, strict=True))
        answered = tuple(
            answers[c.key] if c.key in answers else self._known(c.key) for c in commands
        )
        changed = [draft for draft in drafts.values() if draft.is_changed]
        self.levels.update((draft.key, level_of(draft)) for draft in changed)
        self.movements.extend(map(movement_of, rows))
        self._movement_ids.update((row.id, row.sku) for row in rows)
        for key, command in fresh.items():
            # What was refused is asked anew the next time, under the same key.
            if not isinstance(answers[key], (Refused, Short)):
                self.kept[key] = KeptOutcome(
                    key=command.key,
                    fingerprint=fingerprint(command),
                    outcome=answers[key],
                    at=now,
                )
        self.changed = tuple(draft.key for draft in changed)
        self.post(STOCK, {key.sku for key in self.changed})
        return answered

    def _fresh(self, commands: Sequence[StockCommand]) -> dict[str, StockCommand]:
        fresh: dict[str, StockCommand] = {}
        for command in commands:
            kept = self.kept.get(command.key)
            earlier = fresh.get(command.key)
            if kept is not None and kept.fingerprint != fingerprint(command):
                raise KeyReusedError(key=command.key)
            if earlier is not None and earlier != command:
                raise KeyReusedError(key=command.key)
            if kept is None:
                fresh[command.key] = command
        return fresh

    def _known(self, key: str) -> Outcome:
        outcome = self.kept[key].outcome
        assert outcome is not None, "every outcome of a command is kept"
        return outcome

    def forget(self, *, before: datetime) -> int:
        """Forget what was kept before an instant, and return how many."""
        old = [key for key, kept in self.kept.items() if kept.at < before]
        for key in old:
            del self.kept[key]
        return len(old)

    # -- levels -----------------------------------------------------------------------------

    def level(self, key: LevelKey) -> StockLevel:
        """Return a level; one that was never touched is empty."""
        return self.levels.get(key) or empty_level(key)

    def waiting(self) -> tuple[LevelKey, ...]:
        """Return where units are uncovered, sorted."""
        return tuple(sorted(key for key, level in self.levels.items() if level.uncovered))

    def expired(self, now: datetime) -> tuple[LevelKey, ...]:
        """Return where a hold has ended and was not swept, sorted."""
        return tuple(
            sorted(
                key
                for key, level in self.levels.items()
                if any(hold.has_expired(now) for hold in level.holds)
            )
        )

    def available(self, keys: Iterable[LevelKey], *, now: datetime) -> tuple[int | None, ...]:
        """Return what may be promised, None where nothing was counted."""
        levels = map(self.level, keys)
        return tuple(
            None if level.counted_at is None else level.available(now) for level in levels
        )

    # -- the outbox -------------------------------------------------------------------------

    def outbox(self, topic: str) -> dict[str, _Entry]:
        """Return what stands in the outbox of *topic*, by key."""
        return self._outboxes.setdefault(topic, {})

    def post(self, topic: str, keys: Iterable[str | Sku]) -> None:
        """Post keys; one that stands there gets a newer version."""
        outbox = self.outbox(topic)
        for key in set(keys):
            entry = outbox.get(str(key), _Entry(0, 0, None))
            outbox[str(key)] = entry._replace(version=entry.version + 1)

    def posted(self, topic: str) -> tuple[Claim, ...]:
        """Return what stands in the outbox, sorted."""
        return _claims(self._open(topic))

    def _open(self, topic: str) -> dict[str, _Entry]:
        return {k: one for k, one in self.outbox(topic).items() if one.version > one.settled}

    def claim(
        self, topic: str, *, now: datetime, until: datetime, limit: int
    ) -> tuple[Claim, ...]:
        """Claim the first entries that nobody has."""
        outbox = self._open(topic)
        free = [key for key in sorted(outbox) if (outbox[key].until or now) <= now]
        claimed = {
            key: outbox[key]._replace(fence=outbox[key].fence + 1, until=until)
            for key in free[:limit]
        }
        self.outbox(topic).update(claimed)
        return _claims(claimed)

    def settle(self, topic: str, claims: Iterable[Claim]) -> tuple[Claim, ...]:
        """Take off what was done, and return what was lost."""
        outbox = self.outbox(topic)
        lost = []
        for claim in claims:
            entry = outbox.get(claim.key)
            if (
                entry is not None
                and entry.fence == claim.fence
                and entry.settled < claim.version <= entry.version
            ):
                outbox[claim.key] = entry._replace(settled=claim.version, until=None)
            else:
                lost.append(claim)
        return tuple(lost)


def _claims(entries: Mapping[str, _Entry]) -> tuple[Claim, ...]:
    return tuple(Claim(key, one.version, one.fence) for key, one in sorted(entries.items()))
