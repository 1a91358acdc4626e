"""Strategies for stock: any legal level, and ledgers of commands that took effect."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeAlias, TypeVar, final

import attrs
from hypothesis import strategies as st

from ecomkit.identifiers import CommandKey, LocationId, Sku
from ecomkit.stock import (
    Allocation,
    Coverage,
    Hold,
    Movement,
    Outcome,
    Owner,
    Publication,
    Stock,
    StockCommand,
    StockLevel,
    Transit,
    Uncovered,
)
from ecomkit.testing.strategies._stock_commands import (
    START,
    bounds,
    few_instants,
    few_locations,
    few_owners,
    few_skus,
    few_transfers,
    stock_commands,
)

if TYPE_CHECKING:
    from ecomkit.stock import LevelKey

__all__ = ["Ledger", "LedgerStep", "ledgers", "publications", "stock_levels"]

_AnyPromise: TypeAlias = Hold | Allocation | Uncovered | Transit
_Promise = TypeVar("_Promise", bound=_AnyPromise)


@st.composite
def stock_levels(
    draw: st.DrawFn,
    *,
    skus: st.SearchStrategy[Sku] | None = None,
    locations: st.SearchStrategy[LocationId] | None = None,
    owners: st.SearchStrategy[Owner] | None = None,
    instants: st.SearchStrategy[datetime] | None = None,
    max_value: int = 20,
    max_promises: int = 3,
) -> StockLevel:
    """
    Return any legal level: settled or not, counted or not, with units in every bucket.

    Args:
        draw: Given by Hypothesis.
        skus: What lies there.
        locations: Where it lies.
        owners: Who was promised units, or waits for them; transfers have owners of their own.
        instants: When holds end, orders were placed and shelves were counted.
        max_value: The most units in a bucket or a promise.
        max_promises: The most holds, allocations, picks, uncovered quantities and transits, of
            each; never more than two transits.

    Raises:
        FieldError: If *max_value* is below 1 or *max_promises* below 0.
    """
    bounds("stock_levels", least=1, min_value=1, max_value=max_value, field="max_value")
    bounds("stock_levels", least=0, min_value=0, max_value=max_promises, field="max_promises")
    when = few_instants() if instants is None else instants
    who = few_owners() if owners is None else owners
    ranks = st.integers(0, 5 * max_promises)

    def promises(
        kind: type[_Promise], instant: str, owned: st.SearchStrategy[Owner] = who
    ) -> list[_Promise]:
        # Two owners may have one rank: an order that was split keeps its place twice.
        each = st.builds(
            kind,
            owner=owned,
            quantity=st.integers(1, max_value),
            rank=ranks,
            **{instant: when},
        )
        return draw(st.lists(each, unique_by=lambda promise: promise.owner, max_size=max_promises))

    holds = promises(Hold, "expires_at")
    allocations = promises(Allocation, "placed_at")
    picks = promises(Allocation, "placed_at")
    uncovered = promises(Uncovered, "placed_at")
    transits = promises(Transit, "sent_at", few_transfers().map(Owner.transfer))
    all_of_them: list[_AnyPromise] = [*holds, *allocations, *picks, *uncovered, *transits]
    units = st.integers(0, max_value)
    return StockLevel(
        sku=draw(few_skus() if skus is None else skus),
        location=draw(few_locations() if locations is None else locations),
        sellable=draw(units),
        held=_total(holds),
        allocated=_total(allocations),
        picked=_total(picks),
        quarantined=draw(units),
        damaged=draw(units),
        in_transit=_total(transits),
        holds=holds,
        allocations=allocations,
        picks=picks,
        uncovered=uncovered,
        transits=transits,
        counted_at=draw(st.none() | when),
        next_rank=max((promise.rank + 1 for promise in all_of_them), default=0)
        + draw(st.integers(0, 2)),
    )


def _total(promises: Sequence[_AnyPromise]) -> int:
    return sum(promise.quantity for promise in promises)


@final
@attrs.frozen(kw_only=True)
class LedgerStep:
    """One command, when it took effect, and what was answered."""

    command: StockCommand
    at: datetime
    outcome: Outcome


@final
@attrs.frozen(kw_only=True)
class Ledger:
    """
    Commands that took effect one after the other, and what they led to.

    *movements* are all that was written, from an empty stock to *stock*.
    """

    coverage: Coverage
    steps: tuple[LedgerStep, ...]
    stock: Stock
    movements: tuple[Movement, ...]

    @property
    def commands(self) -> tuple[StockCommand, ...]:
        """The commands, in the order in which they took effect."""
        return tuple(step.command for step in self.steps)

    @property
    def now(self) -> datetime:
        """The instant of the last command."""
        return self.steps[-1].at if self.steps else START

    @property
    def keys(self) -> tuple[LevelKey, ...]:
        """The levels that were touched."""
        return tuple(level.key for level in self.stock.levels)


@st.composite
def ledgers(
    draw: st.DrawFn,
    *,
    commands: st.SearchStrategy[StockCommand] | None = None,
    coverages: st.SearchStrategy[Coverage] | None = None,
    min_size: int = 0,
    max_size: int = 12,
) -> Ledger:
    """
    Return ledgers of *min_size* to *max_size* commands, from an empty stock, in order of time.

    Every command gets a key of its own, whatever key it was drawn with.

    Args:
        draw: Given by Hypothesis.
        commands: What may be asked; none means :func:`stock_commands`.
        coverages: Who is covered first; none means by arrival and by placement.
        min_size: The fewest commands, 0 or more.
        max_size: The most commands.

    Raises:
        FieldError: If the sizes contradict each other.
    """
    bounds("ledgers", least=0, min_value=min_size, max_value=max_size, field="min_size")
    coverage = draw(st.sampled_from(Coverage) if coverages is None else coverages)
    drawn = draw(
        st.lists(
            stock_commands() if commands is None else commands,
            min_size=min_size,
            max_size=max_size,
        )
    )
    now, stock = START, Stock()
    steps: list[LedgerStep] = []
    movements: list[Movement] = []
    for place, command in enumerate(drawn):
        now += timedelta(hours=draw(st.integers(0, 2)))
        own = attrs.evolve(command, key=CommandKey(f"step/{place}"))
        stock, decision = stock.decide(own, now=now, coverage=coverage)
        steps.append(LedgerStep(command=own, at=now, outcome=decision.outcomes[0]))
        movements.extend(decision.movements)
    return Ledger(coverage=coverage, steps=tuple(steps), stock=stock, movements=tuple(movements))


def publications(*, max_value: int = 30) -> st.SearchStrategy[Publication]:
    """
    Return publication rules with bounds up to *max_value* units, with and without a cap.

    Raises:
        FieldError: If *max_value* is below 0.
    """
    bounds("publications", least=0, min_value=0, max_value=max_value, field="max_value")
    units = st.integers(0, max_value)
    return st.builds(Publication, minimum_stock=units, buffer=units, cap=st.none() | units)
