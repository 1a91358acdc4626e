"""The state machine: a store and the pure model take the same steps and never differ."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import attrs
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from ecomkit.identifiers import CommandKey
from ecomkit.operations import KeyReusedError, Settings, execute
from ecomkit.ports import Store
from ecomkit.stock import (
    Coverage,
    Movement,
    Outcome,
    Refused,
    Short,
    Stock,
    StockCommand,
    StockLevel,
    audit_levels,
    empty_level,
    fingerprint,
    fold,
)
from ecomkit.testing.conformance._kit import expect
from ecomkit.testing.strategies import stock_commands

__all__ = ["run_store_machine"]

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
MOVEMENTS_MAX = 100_000
"""More than any run writes."""

BATCHES = st.lists(stock_commands(), min_size=1, max_size=3)


class _Aborted(Exception):  # noqa: N818 (ends a block on purpose)
    """Ends a transaction that is to leave nothing."""


class _Model:
    """What a store does, on values alone."""

    def __init__(self, coverage: Coverage) -> None:
        self.coverage = coverage
        self.stock = Stock()
        self.movements: tuple[Movement, ...] = ()
        self.answers: dict[CommandKey, tuple[str, Outcome]] = {}

    def execute(self, commands: Sequence[StockCommand], *, now: datetime) -> tuple[Outcome, ...]:
        """Take *commands* down as one transaction: the stored answer to a known key."""
        prints: dict[CommandKey, str] = {key: kept[0] for key, kept in self.answers.items()}
        for command in commands:
            if prints.setdefault(command.key, fingerprint(command)) != fingerprint(command):
                raise KeyReusedError(key=command.key)
        fresh = {c.key: c for c in commands if c.key not in self.answers}
        stock, decision = self.stock.decide(*fresh.values(), now=now, coverage=self.coverage)
        answers = dict(zip(fresh, decision.outcomes, strict=True))
        outcomes = {key: kept[1] for key, kept in self.answers.items()} | answers
        self.stock = stock
        self.movements += decision.movements
        # What was refused is asked anew the next time, under the same key.
        self.answers |= {
            key: (prints[key], outcome)
            for key, outcome in answers.items()
            if not isinstance(outcome, (Refused, Short))
        }
        return tuple(outcomes[command.key] for command in commands)

    @property
    def levels(self) -> tuple[StockLevel, ...]:
        """The levels that something lies or is promised at, sorted by key."""
        return _not_empty(self.stock.levels)


def _not_empty(levels: Iterable[StockLevel]) -> tuple[StockLevel, ...]:
    found = (level for level in levels if level != empty_level(level.key))
    return tuple(sorted(found, key=lambda level: level.key))


class _StoreMachine(RuleBasedStateMachine):
    """Random commands, repeated and reused keys, aborted transactions, time, and reopening."""

    def __init__(self) -> None:
        super().__init__()
        self.stores = self.made()
        self.now = START
        self.numbers = itertools.count()
        self.asked: list[StockCommand] = []
        self.model = _Model(Coverage.ARRIVAL)

    def made(self) -> list[Store]:
        """Return the stores of one run."""
        raise NotImplementedError

    def reopened(self, store: Store) -> Store | None:
        """Return *store* opened again, None if it does not last."""
        raise NotImplementedError

    @initialize(coverage=st.sampled_from(Coverage))
    def choose(self, coverage: Coverage) -> None:
        """Choose who is covered first."""
        self.model = _Model(coverage)

    def _named(self, commands: Iterable[StockCommand]) -> list[StockCommand]:
        return [
            attrs.evolve(command, key=CommandKey(f"key-{next(self.numbers)}"))
            for command in commands
        ]

    def _run(self, store: Store, commands: Sequence[StockCommand]) -> tuple[Outcome, ...]:
        with store.transaction() as tx:
            return execute(
                tx, commands, now=self.now, settings=Settings(coverage=self.model.coverage)
            )

    def _agree(self, commands: Sequence[StockCommand]) -> None:
        expected = self.model.execute(commands, now=self.now)
        for store in self.stores:
            expect(
                expected,
                self._run(store, commands),
                advice=f"{_name(store)}: the answers differ from those of the pure model; what "
                "levels() returns must be what append() saved last",
            )

    @rule(commands=BATCHES)
    def ask(self, commands: list[StockCommand]) -> None:
        """Take commands down that are new."""
        named = self._named(commands)
        self.asked.extend(named)
        self._agree(named)

    @precondition(lambda self: self.asked)
    @rule(data=st.data(), commands=st.lists(stock_commands(), max_size=1))
    def repeat(self, data: st.DataObject, commands: list[StockCommand]) -> None:
        """Take a command down again, that was granted or refused, alone or with a new one."""
        again = data.draw(st.sampled_from(self.asked))
        self._agree([again, *self._named(commands), again])

    @precondition(lambda self: self.model.answers)
    @rule(data=st.data(), commands=BATCHES)
    def reuse(self, data: st.DataObject, commands: list[StockCommand]) -> None:
        """Give another command the key of one that took effect: refused, nothing remains."""
        key = data.draw(st.sampled_from(sorted(self.model.answers)))
        other = attrs.evolve(commands[0], key=key)
        if fingerprint(other) == self.model.answers[key][0]:
            return
        batch = [*self._named(commands[1:]), other]
        for store in self.stores:
            try:
                self._run(store, batch)
            except KeyReusedError:
                continue
            raise AssertionError(f"{_name(store)}: get() does not return what put() saved")

    @rule(commands=BATCHES)
    def abort(self, commands: list[StockCommand]) -> None:
        """End a transaction by an exception: nothing of it remains."""
        named = self._named(commands)
        for store in self.stores:
            with suppress(_Aborted), store.transaction() as tx:
                execute(tx, named, now=self.now, settings=Settings())
                raise _Aborted

    @rule(hours=st.integers(1, 6))
    def wait(self, hours: int) -> None:
        """Let time pass: holds end."""
        self.now += timedelta(hours=hours)

    @rule()
    def reopen(self) -> None:
        """Close the stores that last, and open them again."""
        self.stores = [self.reopened(store) or store for store in self.stores]

    @invariant()
    def agrees_with_the_model(self) -> None:
        """Levels, movements, who waits and what has expired are those of the pure model."""
        levels = self.model.levels
        waiting = tuple(level.key for level in levels if level.uncovered)
        expired = tuple(
            level.key for level in levels if any(h.has_expired(self.now) for h in level.holds)
        )
        for store in self.stores:
            name = _name(store)
            with store.snapshot() as tx:
                saved = tx.all_levels()
                expect(levels, _not_empty(saved), advice=f"{name}: all_levels() differs")
                numbered = tx.movements(limit=MOVEMENTS_MAX)
                expect(
                    self.model.movements,
                    tuple(movement for _, movement in numbered),
                    advice=f"{name}: movements() must return all that append() was given",
                )
                expect(waiting, tx.waiting(), advice=f"{name}: waiting() differs")
                expect(expired, tx.expired(self.now), advice=f"{name}: expired() differs")
            faults = audit_levels(saved, fold(movement for _, movement in numbered))
            expect((), faults, advice=f"{name}: the levels are not what the movements add up to")

    def teardown(self) -> None:
        """Close the stores."""
        for store in self.stores:
            store.close()


def _name(store: Store) -> str:
    return type(store).__name__


def run_store_machine(
    make_stores: Callable[[], Iterable[Store]],
    *,
    reopen: Callable[[Store], Store | None] = lambda _: None,
    settings: hypothesis_settings | None = None,
) -> None:
    """
    Drive stores and the pure model through the same random steps, and compare after each one.

    The steps are stock commands of all kinds, in batches, with repeated keys, keys reused for
    another content, aborted transactions, time that passes and stores that are closed and
    opened again. Compared are the answers, all levels and movements, who waits, what has
    expired, and whether the levels are what the movements add up to.

    Args:
        make_stores: Returns one empty store, or several that are to behave the same; called
            for each run, and the stores are closed after it.
        reopen: Closes a store and opens it again, or returns None for one that does not last.
        settings: Of Hypothesis, such as how many runs and steps.

    Raises:
        AssertionError: At the first difference, with the shortest steps that lead to it.

    >>> from ecomkit.stores import MemoryStore
    >>> quick = hypothesis_settings(max_examples=5, stateful_step_count=5, database=None)
    >>> run_store_machine(lambda: [MemoryStore()], settings=quick)
    """

    class Machine(_StoreMachine):
        def made(self) -> list[Store]:
            return list(make_stores())

        def reopened(self, store: Store) -> Store | None:
            return reopen(store)

    run_state_machine_as_test(Machine, settings=settings)
