"""What a store has to load of a level when the books are opened."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import attrs
from hypothesis import strategies as st

from ecomkit.identifiers import LocationId, LotId, Sku
from ecomkit.stock import (
    MAIN,
    Coverage,
    DraftLevel,
    LevelKey,
    LevelNeed,
    LotUnits,
    Owner,
    PromiseKind,
    StockLevel,
    draft_of,
    empty_level,
    level_of,
)
from ecomkit.testing.conformance._kit import expect
from ecomkit.testing.conformance._store_kit import (
    ELEPHANT,
    NOON,
    ZEBRA,
    StoreKit,
    by_rank,
    opened,
    save,
    whole,
)
from ecomkit.testing.strategies import stock_levels

__all__ = ["OpeningLaws"]

NAMES = tuple(f"line:{name}" for name in "abcdefgh")
MOMENTS = st.integers(-2, 2).map(lambda hours: NOON + timedelta(hours=hours))


@st.composite
def _levels(draw: st.DrawFn) -> StockLevel:
    level = draw(
        stock_levels(
            skus=st.just(ELEPHANT.sku),
            locations=st.just(MAIN),
            owners=st.sampled_from(NAMES).map(Owner),
            instants=MOMENTS,
            max_value=4,
            max_promises=6,
        )
    )
    units = draw(st.integers(0, level.sellable))
    lots = [
        LotUnits(lot=LotId(f"L {n}"), place="shelf", quantity=1, since=NOON, rank=n)
        for n in range(units)
    ]
    return attrs.evolve(level, lots=lots, next_rank=max(level.next_rank, units))


@st.composite
def _needs(draw: st.DrawFn) -> LevelNeed:
    need = LevelNeed()
    need.owners = set(draw(st.lists(st.sampled_from((*NAMES, "line:nobody")), max_size=3)))
    need.frees = draw(st.integers(0, 5))
    need.frees_holds = draw(st.booleans())
    need.lots = draw(st.booleans())
    return need


class OpeningLaws(StoreKit):
    """A draft holds what a batch of commands may touch, and nothing that is not there."""

    def test_a_draft_holds_what_is_needed(self) -> None:
        """Totals; promises of owners; expired holds; and who may be covered, with all they have."""
        strategy = st.tuples(_levels(), _needs(), st.sampled_from(Coverage))
        with self._opened() as store:

            def law(drawn: tuple[StockLevel, LevelNeed, Coverage]) -> None:
                level, need, coverage = drawn
                with store.transaction() as tx:
                    save(tx, level)
                with store.transaction() as tx:
                    draft = opened(tx, {ELEPHANT: need}, coverage=coverage).drafts[ELEPHANT]
                there = draft_of(level)
                expect(there.row(), draft.row(), advice="a draft must have all totals")
                expect(there.row(), draft.before, advice="`before` is what was loaded")
                expect(set(), draft.changed, advice="nothing of a draft has changed yet")
                stored, loaded = _promises(there), _promises(draft)
                expect(
                    loaded, loaded & stored, advice="a draft must hold nothing but what is saved"
                )
                needed = set(_needed(there, need, coverage))
                expect(
                    set(),
                    {promise for promise in needed if promise not in loaded},
                    advice="open() must load the promises of the owners that are needed, the "
                    "holds that have expired, and those who wait, in the order of the coverage, "
                    "for as many units as may become free, with all they have",
                )
                expect(
                    min((p.at for p in draft.promises["hold"].values()), default=None),
                    draft.next_expiry,
                    advice="next_expiry is the first end of the holds that were loaded",
                )

            self._always(strategy, law)

    def test_a_whole_level_is_opened_whole(self) -> None:
        """Where all is needed all is loaded."""
        with self._opened() as store:

            def law(level: StockLevel) -> None:
                with store.transaction() as tx:
                    save(tx, level)
                    draft = opened(tx, {ELEPHANT: whole()}).drafts[ELEPHANT]
                expect(level, level_of(draft), advice="is_whole asks for every promise")

            self._always(_levels().map(by_rank), law)

    def test_the_longest_queue_is_loaded_in_its_order(self) -> None:
        """Many wait for one unit each: the first of them, as many as units become free."""
        strategy = st.tuples(
            st.permutations(range(8)), st.permutations(range(8)), st.integers(1, 8)
        )
        with self._opened() as store:

            def law(drawn: tuple[list[int], list[int], int]) -> None:
                ranks, hours, frees = drawn
                level = draft_of(empty_level(ELEPHANT))
                for name, rank, hour in zip(NAMES, ranks, hours, strict=True):
                    at = NOON + timedelta(hours=hour)
                    level.grow("uncovered", name, 1, at=at, rank=rank)
                level.next_rank = len(NAMES)
                need = LevelNeed()
                need.frees = frees
                with store.transaction() as tx:
                    save(tx, level_of(level))
                for coverage, places in ((Coverage.ARRIVAL, ranks), (Coverage.PLACEMENT, hours)):
                    with store.transaction() as tx:
                        draft = opened(tx, {ELEPHANT: need}, coverage=coverage).drafts[ELEPHANT]
                    first = {
                        name for name, place in zip(NAMES, places, strict=True) if place < frees
                    }
                    expect(
                        set(),
                        first - set(draft.promises["uncovered"]),
                        advice=f"by {coverage.value}: load those who are covered first, not fewer "
                        "than units may become free",
                    )

            self._always(strategy, law)

    def test_levels_are_opened_one_by_one(self) -> None:
        """Each level is opened with its own need; unknown ones are empty, in the order given."""
        keys = [LevelKey(Sku("ELEPHANT"), LocationId("b")), ELEPHANT, ZEBRA]
        levels = [
            by_rank(StockLevel.counted(key.sku, location=key.location, on_hand=n, at=NOON))
            for n, key in enumerate(keys[:2], start=1)
        ]
        with self._opened() as store:
            with store.transaction() as tx:
                save(tx, *levels)
            with store.transaction() as tx:
                needs = {keys[1]: LevelNeed(), keys[0]: whole(), keys[2]: LevelNeed()}
                drafts = opened(tx, needs).drafts
                nothing = opened(tx, {}).drafts
            with store.snapshot() as tx:
                known = tx.all_levels()
        expect(list(needs), list(drafts), advice="drafts come in the order of the needs")
        expect({}, dict(nothing), advice="no needs, no drafts")
        expect([2, 1, 0], [draft.sellable for draft in drafts.values()], advice="by their keys")
        expect(
            [("ELEPHANT", "main"), ("ELEPHANT", "b"), ("ZEBRA", "main")],
            [draft.place for draft in drafts.values()],
            advice="a draft is one of its level",
        )
        expect(2, len(known), advice="opening a level must not save it")


_Promise = tuple[PromiseKind, str, object]


def _promises(draft: DraftLevel) -> set[_Promise]:
    return {
        (kind, owner, promise)
        for kind, promises in draft.promises.items()
        for owner, promise in promises.items()
    }


def _needed(level: DraftLevel, need: LevelNeed, coverage: Coverage) -> Iterator[_Promise]:
    """Yield what a draft has to hold of *level* at least."""
    holds = level.promises["hold"]
    expired = {owner: hold for owner, hold in holds.items() if hold.at <= NOON}
    free = level.sellable + need.frees + sum(hold.quantity for hold in expired.values())
    if need.frees_holds:
        free = level.sellable + need.frees + sum(hold.quantity for hold in holds.values())
    owners = set(need.owners)
    queue = sorted(
        level.promises["uncovered"].items(),
        key=lambda item: (
            coverage.order(placed_at=item[1].at, rank=item[1].rank),
            item[0],
        ),
    )
    for owner, debt in queue:
        if free <= 0:
            break
        owners.add(owner)
        free -= debt.quantity
    for kind, owner, promise in _promises(level):
        if (
            owner in owners
            or (kind == "hold" and owner in expired)
            or (kind == "lot" and need.lots)
        ):
            yield kind, owner, promise
