"""The state machine: stores and the pure model take the same steps and never differ."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from datetime import timedelta

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
from ecomkit.ports import STOCK, Claim, Store
from ecomkit.stock import Coverage, StockCommand
from ecomkit.testing.conformance._comparison import Comparison, Way
from ecomkit.testing.strategies import stock_commands

__all__ = ["run_store_machine"]

BATCHES = st.lists(stock_commands(), min_size=1, max_size=6)
WAYS: st.SearchStrategy[Way] = st.sampled_from(("transaction", "posting"))
TOPICS = st.sampled_from((STOCK, "prices"))


class _StoreMachine(RuleBasedStateMachine):
    """Random commands, repeated and reused keys, aborts, time, the outbox, and reopening."""

    def __init__(self) -> None:
        super().__init__()
        self.numbers = itertools.count()
        self.asked: list[StockCommand] = []
        self.claims: list[tuple[str, Claim]] = []
        self.stores = self.made()
        self.comparison = Comparison(self.stores, coverage=Coverage.ARRIVAL)

    def made(self) -> list[Store]:
        """Return the stores of one run."""
        raise NotImplementedError

    def reopened(self, store: Store) -> Store | None:
        """Return *store* opened again, None if it does not last."""
        raise NotImplementedError

    @initialize(coverage=st.sampled_from(Coverage))
    def choose(self, coverage: Coverage) -> None:
        """Choose who is covered first."""
        self.comparison = Comparison(self.stores, coverage=coverage)

    def _named(self, commands: Iterable[StockCommand]) -> list[StockCommand]:
        return [
            attrs.evolve(command, key=CommandKey(f"key-{next(self.numbers)}"))
            for command in commands
        ]

    @rule(commands=BATCHES, way=WAYS)
    def ask(self, commands: list[StockCommand], way: Way) -> None:
        """Take commands down that are new."""
        named = self._named(commands)
        self.asked.extend(named)
        self.comparison.ask(named, way=way)

    @precondition(lambda self: self.asked)
    @rule(data=st.data(), commands=st.lists(stock_commands(), max_size=1), way=WAYS)
    def repeat(self, data: st.DataObject, commands: list[StockCommand], way: Way) -> None:
        """Take a command down again, that was granted or refused, alone or with a new one."""
        again = data.draw(st.sampled_from(self.asked))
        self.comparison.ask([again, *self._named(commands), again], way=way)

    @precondition(lambda self: self.asked)
    @rule(data=st.data(), commands=BATCHES, way=WAYS)
    def reuse(self, data: st.DataObject, commands: list[StockCommand], way: Way) -> None:
        """Give another command a known key: where it took effect nothing of the batch remains."""
        known = data.draw(st.sampled_from(self.asked))
        other = attrs.evolve(commands[0], key=known.key)
        self.comparison.ask([*self._named(commands[1:]), other], way=way)

    @rule(commands=BATCHES, way=WAYS)
    def abort(self, commands: list[StockCommand], way: Way) -> None:
        """End a transaction by an exception: nothing of it remains."""
        self.comparison.abort(self._named(commands), way=way)

    @rule(hours=st.integers(1, 6))
    def wait(self, hours: int) -> None:
        """Let time pass: holds and claims end."""
        self.comparison.now += timedelta(hours=hours)

    @rule(hours=st.integers(0, 12))
    def forget(self, hours: int) -> None:
        """Forget the answers that are older than some hours."""
        gone = self.comparison.forget(before=self.comparison.now - timedelta(hours=hours))
        self.asked = [command for command in self.asked if command.key not in gone]

    @rule(topic=TOPICS, keys=st.lists(st.sampled_from("AB%"), max_size=3))
    def post(self, topic: str, keys: list[str]) -> None:
        """Post to an outbox."""
        self.comparison.post(topic, keys)

    @rule(topic=TOPICS, hours=st.integers(0, 3), limit=st.integers(0, 3))
    def claim(self, topic: str, hours: int, limit: int) -> None:
        """Claim entries of an outbox, for a while."""
        until = self.comparison.now + timedelta(hours=hours)
        claims = self.comparison.claim(topic, until=until, limit=limit)
        self.claims.extend((topic, claim) for claim in claims)

    @precondition(lambda self: self.claims)
    @rule(data=st.data())
    def settle(self, data: st.DataObject) -> None:
        """Settle claims, some of them late or for the second time."""
        topic = data.draw(TOPICS)
        mine = [claim for of, claim in self.claims if of == topic]
        done = data.draw(st.lists(st.sampled_from(mine), unique=True)) if mine else []
        self.comparison.settle(topic, done)

    @rule()
    def reopen(self) -> None:
        """Close the stores that last, and open them again."""
        self.comparison.reopen(self.reopened)

    @invariant()
    def agrees_with_the_model(self) -> None:
        """All levels, movements, lists and answers are those of the pure model."""
        self.comparison.check_levels()
        self.comparison.check_all()

    def teardown(self) -> None:
        """Close the stores."""
        self.comparison.close()


def run_store_machine(
    make_stores: Callable[[], Iterable[Store]],
    *,
    reopen: Callable[[Store], Store | None] = lambda _: None,
    settings: hypothesis_settings | None = None,
) -> None:
    """
    Drive stores and the pure model through the same random steps, and compare after each one.

    The steps are stock commands of all kinds, in batches, with repeated keys, keys reused for
    another content, aborted transactions, time that passes, answers that are forgotten, an outbox
    that is worked off, and stores that are closed and opened again. Compared are the answers, all
    levels and movements, what is available, who waits, what has expired, what was kept and
    posted, and whether the levels are what the movements add up to.

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
