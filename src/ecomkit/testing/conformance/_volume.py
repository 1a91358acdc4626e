"""The state machine at volume: random steps without the cost of shrinking them."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Final, final

import attrs

from ecomkit._checks import above_zero, not_negative
from ecomkit.identifiers import CommandKey
from ecomkit.ports import STOCK, Claim, Store
from ecomkit.stock import Coverage, StockCommand
from ecomkit.testing.conformance._comparison import Comparison, Way
from ecomkit.testing.conformance._random_commands import RandomCommands

__all__ = ["StoreComparison", "compare_stores"]

TOPICS: Final = (STOCK, "prices")
WAYS: Final[tuple[Way, ...]] = ("transaction", "posting")
SIZES: Final = (1, 1, 1, 1, 1, 1, 2, 3, 4, 6)
"""How many commands a batch has: most have one, as in a shop."""

REMEMBERED_MAX = 200
"""So many commands are remembered, to be said again."""

LEVELS_EVERY = 20
"""So often levels that no command touched are compared, too."""


@final
@attrs.frozen(kw_only=True)
class StoreComparison:
    """What was compared, and found to be the same: steps, commands and movements."""

    steps: int = attrs.field(validator=above_zero)
    commands: int = attrs.field(validator=not_negative)
    movements: int = attrs.field(validator=not_negative)

    def explain(self) -> str:
        """Say what was compared."""
        return (
            f"{self.steps} steps, {self.commands} commands, {self.movements} movements: "
            "no difference"
        )


class _Run:
    """One run: draws steps, and has them taken."""

    def __init__(
        self,
        stores: Iterable[Store],
        *,
        source: random.Random,
        reopen: Callable[[Store], Store | None],
    ) -> None:
        self.comparison = Comparison(stores, coverage=source.choice(list(Coverage)))
        self.commands = 0
        self._random = source
        self._commands = RandomCommands(source)
        self._reopen = reopen
        self._asked: list[StockCommand] = []
        self._claims: list[tuple[str, Claim]] = []
        steps: tuple[tuple[int, Callable[[], None]], ...] = (
            (160, self._ask),
            (6, self._abort),
            (10, self._wait),
            (6, self._post),
            (8, self._claim),
            (8, self._settle),
            (2, self._forget),
            (1, lambda: self.comparison.reopen(self._reopen)),
        )
        self._steps = [step for weight, step in steps for _ in range(weight)]

    def step(self) -> None:
        """Take one step."""
        self._random.choice(self._steps)()

    def _batch(self) -> list[StockCommand]:
        return [self._command() for _ in range(self._random.choice(SIZES))]

    def _command(self) -> StockCommand:
        self.commands += 1
        dice = self._random.random()
        if self._asked and dice < 0.05:
            return self._random.choice(self._asked)
        key = CommandKey(f"key-{self.commands}")
        if self._asked and dice > 0.99:
            key = self._random.choice(self._asked).key
        command = self._commands.command(key, now=self.comparison.now)
        if len(self._asked) < REMEMBERED_MAX:
            self._asked.append(command)
        else:
            self._asked[self._random.randrange(REMEMBERED_MAX)] = command
        return command

    def _ask(self) -> None:
        self.comparison.ask(self._batch(), way=self._random.choice(WAYS))

    def _abort(self) -> None:
        self.comparison.abort(self._batch(), way=self._random.choice(WAYS))

    def _wait(self) -> None:
        self.comparison.now += timedelta(minutes=self._random.choice((0, 20, 60, 180)))

    def _topic(self) -> str:
        return self._random.choice(TOPICS)

    def _post(self) -> None:
        keys = self._random.choices("abcde", k=self._random.randint(0, 4))
        self.comparison.post(self._topic(), keys)

    def _claim(self) -> None:
        topic = self._topic()
        until = self.comparison.now + timedelta(minutes=self._random.choice((0, 30, 120)))
        limit = self._random.randint(0, 4)
        claims = self.comparison.claim(topic, until=until, limit=limit)
        self._claims.extend((topic, claim) for claim in claims)

    def _settle(self) -> None:
        topic = self._topic()
        # Some are settled late, some never.
        mine = [claim for of, claim in self._claims if of == topic]
        done = self._random.sample(mine, k=min(len(mine), self._random.randint(0, 3)))
        self._claims = [
            (of, claim) for of, claim in self._claims if of != topic or claim not in done
        ][-20:]
        self.comparison.settle(topic, done)

    def _forget(self) -> None:
        before = self.comparison.now - timedelta(hours=self._random.choice((1, 24, 240)))
        gone = self.comparison.forget(before=before)
        self._asked = [command for command in self._asked if command.key not in gone]


def compare_stores(
    stores: Iterable[Store],
    *,
    steps: int,
    seed: int,
    reopen: Callable[[Store], Store | None] = lambda _: None,
) -> StoreComparison:
    """
    Drive empty *stores* and the pure model through the same random steps, at volume.

    The steps are those of :func:`run_store_machine`, batches of one to six commands, drawn from
    *seed*: the same seed gives the same steps. After each one all that it may have changed is
    compared, every few steps all levels, and all there is in the end. The stores are closed.

    Args:
        stores: One or several, all empty.
        steps: How many; a batch is one step.
        seed: Where the randomness begins.
        reopen: Closes a store and opens it again, or returns None for one that does not last.

    Raises:
        AssertionError: At the first difference; says the seed and the step.

    >>> from ecomkit.stores import MemoryStore
    >>> compare_stores([MemoryStore()], steps=50, seed=1).steps
    50
    """
    run = _Run(stores, source=random.Random(seed), reopen=reopen)  # noqa: S311 (no secret)
    comparison = run.comparison
    try:
        for step in range(steps):
            try:
                run.step()
                if step % LEVELS_EVERY == 0:
                    comparison.check_levels()
            except Exception as error:
                error.add_note(f"seed {seed}, step {step}")
                raise
        comparison.check_all()
    finally:
        comparison.close()
    return StoreComparison(
        steps=steps, commands=run.commands, movements=len(comparison.model.movements)
    )
