"""Strategies for stock: any legal level, commands over a small pool, and ledgers of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, final

import attrs
from hypothesis import strategies as st

from ecomkit.errors import FieldError
from ecomkit.identifiers import CartId, CommandKey, LineId, LocationId, OrderId, Sku
from ecomkit.stock import (
    MAIN,
    Adjust,
    Allocation,
    Bucket,
    Count,
    Coverage,
    Hold,
    Movement,
    Outcome,
    Owner,
    Publication,
    PutOnHold,
    Receive,
    Record,
    Release,
    ReleaseHolds,
    Relocate,
    Reserve,
    Ship,
    Stock,
    StockCommand,
    StockLevel,
    TakeBack,
    Uncovered,
    Want,
)

if TYPE_CHECKING:
    from ecomkit.stock import LevelKey

__all__ = [
    "Ledger",
    "LedgerStep",
    "ledgers",
    "publications",
    "stock_commands",
    "stock_levels",
    "wants",
]

_START = datetime(2026, 3, 1, 12, tzinfo=UTC)
_KINDS: tuple[type[StockCommand], ...] = (
    Count,
    Adjust,
    Receive,
    PutOnHold,
    ReleaseHolds,
    Reserve,
    Record,
    Release,
    Ship,
    TakeBack,
    Relocate,
)
_RETURNED = (Bucket.SELLABLE, Bucket.QUARANTINED, Bucket.DAMAGED, Bucket.SCRAP)
_RELOCATIONS = tuple(
    (source, target) for source in _RETURNED[:3] for target in _RETURNED if source != target
)


# Small pools, so that commands meet on the same levels and owners.


def _few_skus() -> st.SearchStrategy[Sku]:
    return st.sampled_from("AB").map(Sku)


def _few_locations() -> st.SearchStrategy[LocationId]:
    return st.sampled_from((MAIN, LocationId("spare")))


def _few_owners() -> st.SearchStrategy[Owner]:
    return st.sampled_from(
        (
            Owner.line(OrderId("etsy/1"), LineId("1")),
            Owner.line(OrderId("etsy/1"), LineId("2")),
            Owner.line(OrderId("shop/1"), LineId("1")),
            Owner.cart(CartId("1")),
            Owner.cart(CartId("2")),
        )
    )


def _few_instants() -> st.SearchStrategy[datetime]:
    return st.integers(0, 12).map(lambda hours: _START + timedelta(hours=hours))


def _bounds(owner: str, *, least: int, min_value: int, max_value: int, field: str) -> None:
    if not least <= min_value <= max_value:
        raise FieldError(
            owner=owner,
            field=field,
            got=(min_value, max_value),
            wanted=f"{least} or more, and the least not above the most",
        )


def wants(
    *,
    skus: st.SearchStrategy[Sku] | None = None,
    locations: st.SearchStrategy[LocationId] | None = None,
    owners: st.SearchStrategy[Owner] | None = None,
    min_value: int = 1,
    max_value: int = 6,
) -> st.SearchStrategy[Want]:
    """
    Return wants of *min_value* to *max_value* units, from small pools unless told otherwise.

    Raises:
        FieldError: If the bounds contradict each other, or *min_value* is below 1.
    """
    _bounds("wants", least=1, min_value=min_value, max_value=max_value, field="min_value")
    return st.builds(
        Want,
        owner=_few_owners() if owners is None else owners,
        sku=_few_skus() if skus is None else skus,
        quantity=st.integers(min_value, max_value),
        location=_few_locations() if locations is None else locations,
    )


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
        owners: Who was promised units, or waits for them.
        instants: When holds end, orders were placed and shelves were counted.
        max_value: The most units in a bucket or a promise.
        max_promises: The most holds, allocations and uncovered quantities, of each.

    Raises:
        FieldError: If *max_value* is below 1 or *max_promises* below 0.
    """
    _bounds("stock_levels", least=1, min_value=1, max_value=max_value, field="max_value")
    _bounds("stock_levels", least=0, min_value=0, max_value=max_promises, field="max_promises")
    when = _few_instants() if instants is None else instants
    who = st.lists(_few_owners() if owners is None else owners, unique=True, max_size=max_promises)
    units = st.integers(1, max_value)
    holding, promised, waiting = draw(who), draw(who), draw(who)
    ranks = draw(st.permutations(range(len(holding) + len(promised) + len(waiting))))
    free = iter(ranks)
    holds = [
        Hold(owner=owner, quantity=draw(units), expires_at=draw(when), rank=next(free))
        for owner in holding
    ]
    allocations = [
        Allocation(owner=owner, quantity=draw(units), placed_at=draw(when), rank=next(free))
        for owner in promised
    ]
    uncovered = [
        Uncovered(owner=owner, quantity=draw(units), placed_at=draw(when), rank=next(free))
        for owner in waiting
    ]
    total = sum(allocation.quantity for allocation in allocations)
    picked = draw(st.integers(0, total))
    return StockLevel(
        sku=draw(_few_skus() if skus is None else skus),
        location=draw(_few_locations() if locations is None else locations),
        sellable=draw(st.integers(0, max_value)),
        held=sum(hold.quantity for hold in holds),
        allocated=total - picked,
        picked=picked,
        quarantined=draw(st.integers(0, max_value)),
        damaged=draw(st.integers(0, max_value)),
        in_transit=draw(st.integers(0, max_value)),
        holds=holds,
        allocations=allocations,
        uncovered=uncovered,
        counted_at=draw(st.none() | when),
        next_rank=len(ranks) + draw(st.integers(0, 2)),
    )


def stock_commands(
    *,
    kinds: Sequence[type[StockCommand]] = _KINDS,
    keys: st.SearchStrategy[CommandKey] | None = None,
    skus: st.SearchStrategy[Sku] | None = None,
    locations: st.SearchStrategy[LocationId] | None = None,
    owners: st.SearchStrategy[Owner] | None = None,
    instants: st.SearchStrategy[datetime] | None = None,
    max_value: int = 6,
    max_wants: int = 3,
) -> st.SearchStrategy[StockCommand]:
    """
    Return commands of *kinds* over small pools of skus, locations and owners.

    Args:
        kinds: The classes to draw from; all of them unless told otherwise.
        keys: The commands' keys.
        skus: What the commands are about.
        locations: Where it lies.
        owners: Who wants units.
        instants: When holds end and when orders were placed.
        max_value: The most units of one want, receipt, count or difference.
        max_wants: The most wants of one command.

    Raises:
        FieldError: If *kinds* is empty, or *max_value* or *max_wants* is below 1.
    """
    if not kinds:
        raise FieldError(
            owner="stock_commands", field="kinds", got=kinds, wanted="one kind of command or more"
        )
    _bounds("stock_commands", least=1, min_value=1, max_value=max_value, field="max_value")
    _bounds("stock_commands", least=1, min_value=1, max_value=max_wants, field="max_wants")
    key = st.integers(0, 99).map(lambda n: CommandKey(f"command/{n}")) if keys is None else keys
    who = _few_owners() if owners is None else owners
    when = _few_instants() if instants is None else instants
    wanted = st.lists(
        wants(skus=skus, locations=locations, owners=who, max_value=max_value),
        min_size=1,
        max_size=max_wants,
    )
    one = {
        "key": key,
        "sku": _few_skus() if skus is None else skus,
        "location": _few_locations() if locations is None else locations,
    }
    units = st.integers(1, max_value)
    by_kind: dict[type[StockCommand], st.SearchStrategy[StockCommand]] = {
        Count: st.builds(Count, counted=st.integers(0, max_value), **one),
        Adjust: st.builds(
            Adjust, difference=units | units.map(lambda n: -n), reason=st.just("found"), **one
        ),
        Receive: st.builds(Receive, quantity=units, **one),
        PutOnHold: st.builds(PutOnHold, key=key, wants=wanted, expires_at=when),
        ReleaseHolds: st.builds(
            ReleaseHolds,
            key=key,
            owner=who,
            levels=wanted.map(lambda lines: [line.key for line in lines]),
        ),
        Reserve: st.builds(Reserve, key=key, wants=wanted, placed_at=when, cart=st.none() | who),
        Record: st.builds(Record, key=key, wants=wanted, placed_at=when),
        Release: st.builds(Release, key=key, wants=wanted),
        Ship: st.builds(Ship, key=key, wants=wanted),
        TakeBack: st.builds(TakeBack, key=key, wants=wanted, bucket=st.sampled_from(_RETURNED)),
        Relocate: st.sampled_from(_RELOCATIONS).flatmap(
            lambda way: st.builds(
                Relocate, quantity=units, source=st.just(way[0]), target=st.just(way[1]), **one
            )
        ),
    }
    return st.one_of([by_kind[kind] for kind in kinds])


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
        return self.steps[-1].at if self.steps else _START

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
    _bounds("ledgers", least=0, min_value=min_size, max_value=max_size, field="min_size")
    coverage = draw(st.sampled_from(Coverage) if coverages is None else coverages)
    drawn = draw(
        st.lists(
            stock_commands() if commands is None else commands,
            min_size=min_size,
            max_size=max_size,
        )
    )
    now, stock = _START, Stock()
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
    _bounds("publications", least=0, min_value=0, max_value=max_value, field="max_value")
    units = st.integers(0, max_value)
    return st.builds(Publication, minimum_stock=units, buffer=units, cap=st.none() | units)
