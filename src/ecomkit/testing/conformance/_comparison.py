"""Stores and the pure model side by side: the same steps, and no difference after any."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, suppress
from datetime import UTC, datetime
from functools import partial
from typing import Literal, TypeAlias, TypeVar, final

from ecomkit.errors import EcomkitError
from ecomkit.operations import KeyReusedError, Settings, execute
from ecomkit.ports import (
    STOCK,
    Claim,
    LedgerEntry,
    LedgerTransaction,
    MovementTakenError,
    Store,
    Transaction,
)
from ecomkit.stock import (
    Coverage,
    LevelKey,
    Movement,
    Outcome,
    StockCommand,
    audit_levels,
    empty_level,
    fold,
    levels_touched,
)
from ecomkit.testing.conformance._kit import expect
from ecomkit.testing.conformance._model import Model

__all__ = ["START", "Comparison", "Way"]

T = TypeVar("T")

Way: TypeAlias = Literal["transaction", "posting"]

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
PAGE = 5_000

REFUSALS = (KeyReusedError, MovementTakenError)
Refusal: TypeAlias = tuple[type[EcomkitError], str]


class _Aborted(Exception):  # noqa: N818 (ends a block on purpose)
    """Ends a transaction that is to leave nothing."""


@final
class Comparison:
    """
    Any number of stores and the pure model, which take the same steps.

    Every step is compared in what it answers, and in what it may have changed; :meth:`check_all`
    compares all there is.

    Raises:
        AssertionError: By every method, at the first difference.
    """

    def __init__(self, stores: Iterable[Store], *, coverage: Coverage) -> None:
        self.stores = list(stores)
        self.model = Model(coverage)
        self.now = START
        self._settings = Settings(coverage=coverage)
        # Up to where the movements of each store have been compared, and those of the model.
        self._read = [0] * len(self.stores)
        self._compared = 0

    # -- steps ------------------------------------------------------------------------------

    def ask(self, commands: Sequence[StockCommand], *, way: Way) -> None:
        """Take *commands* down, and compare the answers, or why there is none."""
        expected = _answer(lambda: self.model.execute(commands, now=self.now))
        for store in self.stores:
            expect(
                expected,
                _answer(partial(self._execute, store, commands, way)),
                advice=f"{_name(store)}: the answers differ from those of the pure model; drafts "
                "must hold all that was booked before and is needed",
            )
        self._check(commands, changed=self.model.changed)

    def _execute(
        self, store: Store, commands: Sequence[StockCommand], way: Way
    ) -> tuple[Outcome, ...]:
        with _held(store, way) as tx:
            return execute(tx, commands, now=self.now, settings=self._settings)

    def abort(self, commands: Sequence[StockCommand], *, way: Way) -> None:
        """End a transaction by an exception: nothing of it remains."""
        for store in self.stores:
            with suppress(_Aborted, *REFUSALS), _held(store, way) as tx:
                execute(tx, commands, now=self.now, settings=self._settings)
                raise _Aborted
        self._check(commands, changed=[key for one in commands for key in levels_touched(one)])

    def forget(self, *, before: datetime) -> set[str]:
        """
        Forget old answers, and return their keys.

        The commands must not come again: a ledger may refuse the ids of their movements, or not
        see them where it keeps skus apart.
        """
        known = set(self.model.kept)
        expected = self.model.forget(before=before)
        self._all(expected, lambda tx: tx.forget(before=before), advice="forget() differs")
        return known - set(self.model.kept)

    def post(self, topic: str, keys: Sequence[str]) -> None:
        """Post to an outbox."""
        self.model.post(topic, keys)
        self._all(None, lambda tx: tx.post(topic, keys), advice="post() differs")

    def claim(self, topic: str, *, until: datetime, limit: int) -> tuple[Claim, ...]:
        """Claim entries of an outbox, and return them."""
        expected = self.model.claim(topic, now=self.now, until=until, limit=limit)
        self._all(
            expected,
            lambda tx: tx.claim(topic, now=self.now, until=until, limit=limit),
            advice="claim() must give the first entries, by key, that nobody has now",
        )
        return expected

    def settle(self, topic: str, claims: Sequence[Claim]) -> None:
        """Take off an outbox what was done."""
        expected = self.model.settle(topic, claims)
        self._all(
            expected,
            lambda tx: tx.settle(topic, claims),
            advice="settle() must keep what was posted anew, and return the claims of which "
            "another worker has a newer one",
        )
        self._check_outbox(topic)

    def reopen(self, again: Callable[[Store], Store | None]) -> None:
        """Close the stores that last, and open them again."""
        self.stores = [again(store) or store for store in self.stores]

    def close(self) -> None:
        """Close the stores."""
        for store in self.stores:
            store.close()

    def _all(
        self, expected: object, call: Callable[[Transaction], object], *, advice: str
    ) -> None:
        for store in self.stores:
            with store.transaction() as tx:
                found = call(tx)
            expect(expected, found, advice=f"{_name(store)}: {advice}")

    # -- comparing --------------------------------------------------------------------------

    def _check(self, commands: Sequence[StockCommand], *, changed: Sequence[LevelKey]) -> None:
        """Compare what *commands* were to change: whole levels where they did."""
        model, now = self.model, self.now
        keys = sorted({key for command in commands for key in levels_touched(command)})
        names = [command.key for command in commands]
        levels = tuple(map(model.level, changed))
        movements = model.movements[self._compared :]
        lists = (
            model.waiting(),
            model.expired(now),
            model.available(keys, now=now),
            {name: model.kept[name] for name in names if name in model.kept},
            model.posted(STOCK),
        )
        for place, store in enumerate(self.stores):
            with store.snapshot() as tx:
                saved = tx.levels(changed)
                numbered, entries = self._new(tx, self._read[place], len(movements))
                found = (
                    tx.waiting(),
                    tx.expired(now),
                    tx.available(keys, now=now),
                    tx.kept(names),
                    tx.posted(STOCK),
                )
            name = _name(store)
            expect(levels, saved, advice=f"{name}: levels() differs")
            _same_movements(name, movements, numbered, entries)
            if numbered:
                self._read[place] = numbered[-1][0]
            expect(
                lists,
                found,
                advice=f"{name}: one of waiting(), expired(), available(), kept() and posted() "
                "differs",
            )
        self._compared = len(model.movements)

    @staticmethod
    def _new(
        tx: Transaction, after: int, count: int
    ) -> tuple[Sequence[tuple[int, Movement]], Sequence[LedgerEntry]]:
        # One more than there should be: so a movement too many is seen, too.
        return tx.movements(after=after, limit=count + 1), tx.entries(after=after, limit=count + 1)

    def _check_outbox(self, topic: str) -> None:
        self._all(self.model.posted(topic), lambda tx: tx.posted(topic), advice="posted() differs")

    def check_all(self) -> None:
        """Compare all levels, movements and answers, and add the movements up."""
        model = self.model
        levels = {key: level for key, level in model.levels.items() if level != empty_level(key)}
        for store in self.stores:
            name = _name(store)
            with store.snapshot() as tx:
                saved = tx.all_levels()
                numbered = _all_movements(tx)
                kept = tx.kept(model.kept)
            filled = [level for level in saved if level != empty_level(level.key)]
            expect(
                [levels[key] for key in sorted(levels)],
                filled,
                advice=f"{name}: all_levels() differs",
            )
            expect(
                model.movements,
                numbered,
                advice=f"{name}: movements() must return all that was booked, in this order",
            )
            expect(model.kept, kept, advice=f"{name}: kept() differs")
            faults = audit_levels(saved, fold(numbered))
            expect((), faults, advice=f"{name}: the levels are not what the movements add up to")

    def check_levels(self) -> None:
        """Compare all levels and what is available of them: nothing else was touched."""
        model, now = self.model, self.now
        keys = sorted(model.levels)
        expected = (
            tuple(model.levels[key] for key in keys),
            model.available(keys, now=now),
            model.waiting(),
            model.expired(now),
        )
        for store in self.stores:
            with store.snapshot() as tx:
                found = (
                    tx.levels(keys),
                    tx.available(keys, now=now),
                    tx.waiting(),
                    tx.expired(now),
                )
            expect(expected, found, advice=f"{_name(store)}: a level differs")


def _answer(call: Callable[[], tuple[Outcome, ...]]) -> tuple[Outcome, ...] | Refusal:
    try:
        return call()
    except REFUSALS as error:
        return type(error), str(error)


def _held(store: Store, way: Way) -> AbstractContextManager[LedgerTransaction]:
    return store.transaction() if way == "transaction" else store.posting()


def _same_movements(
    name: str,
    expected: Sequence[Movement],
    numbered: Sequence[tuple[int, Movement]],
    entries: Sequence[LedgerEntry],
) -> None:
    """Compare new movements, in both shapes."""
    expect(
        expected,
        [movement for _, movement in numbered],
        advice=f"{name}: movements() must return what was booked, in this order",
    )
    expect(
        [_entry(number, movement) for number, movement in numbered],
        list(entries),
        advice=f"{name}: entries() must say what movements() does",
    )


def _entry(number: int, movement: Movement) -> LedgerEntry:
    source, target = movement.source, movement.target
    return LedgerEntry(
        number,
        source.sku,
        movement.quantity,
        source.location,
        source.bucket.value,
        target.location,
        target.bucket.value,
        movement.source_after,
        movement.target_after,
    )


def _all_movements(tx: Transaction) -> list[Movement]:
    found: list[Movement] = []
    after = 0
    while page := tx.movements(after=after, limit=PAGE):
        # A store that gives what was read again would be read for ever.
        assert page[0][0] > after, f"movements(after={after}) began with number {page[0][0]}"
        found.extend(movement for _, movement in page)
        after = page[-1][0]
    return found


def _name(store: Store) -> str:
    return type(store).__name__
