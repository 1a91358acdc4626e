"""Holds what callers heard against the books, and the books against themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from crowd_notes import Heard
from crowd_plan import NOW, UNTIL, Plan

from ecomkit.identifiers import CommandKey, Sku
from ecomkit.operations import Ledger, verify_ledger
from ecomkit.ports import ManualClock, Store
from ecomkit.stock import Bucket, Outcome, Owner, Reserve, Reserved, StockCommand, Want

PAGE = 10_000


def holds_of(store: Store) -> tuple[dict[str, set[str]], Counter[str]]:
    """Return the owners of the holds of each sku, and how often units were held for each owner."""
    held: Counter[str] = Counter()
    with store.snapshot() as tx:
        owners = {
            str(level.sku): {str(hold.owner.name) for hold in level.holds}
            for level in tx.all_levels()
        }
        after = 0
        while page := tx.movements(after=after, limit=PAGE):
            after = page[-1][0]
            held.update(
                str(movement.owner.name)
                for _, movement in page
                if movement.owner is not None and movement.target.bucket is Bucket.HELD
            )
    return owners, held


def assert_exact(store: Store, plan: Plan, heard: Heard) -> None:
    """Fail unless each sku was granted exactly as often as it could be, and all was heard right."""
    owners, held = holds_of(store)
    asks = set(plan.all_asks())
    granted = {ask.key for ask in asks if str(ask.owner.name) in owners[ask.sku]}

    # Nothing promised twice, nothing refused that was there.
    assert {sku: len(names) for sku, names in owners.items()} == plan.fair()
    assert sum(held.values()) == len(held) == len(granted)
    # Whatever anybody heard stands in the books, and each key has one answer.
    assert heard.answers == {
        ask.key: {"Reserved" if ask.key in granted else "Short"} for ask in asks
    }
    with store.snapshot() as tx:
        assert set(tx.kept([ask.key for ask in asks])) == granted
        assert verify_ledger(tx).is_clean


def assert_known(store: Store, plan: Plan, heard: Heard) -> None:
    """Fail unless all asked once more get the same answers, and nothing happens."""
    asks = sorted(set(plan.all_asks()))
    before = holds_of(store)
    outcomes = run(store, [ask.command() for ask in asks])

    assert [{type(outcome).__name__} for outcome in outcomes] == [
        heard.answers[ask.key] for ask in asks
    ]
    assert holds_of(store) == before


def assert_nothing_stuck(store: Store, plan: Plan) -> None:
    """Fail unless all units can be sold once the holds have ended."""
    stock = plan.stock()
    with store.snapshot() as tx:
        levels = tx.all_levels()
    assert {str(level.sku): level.available(UNTIL) for level in levels} == stock
    rest = Reserve(
        key=CommandKey("the rest"),
        placed_at=UNTIL,
        wants=[
            Want(owner=Owner("order:rest"), sku=Sku(sku), quantity=units)
            for sku, units in stock.items()
            if units
        ],
    )
    with Ledger(store, clock=ManualClock(UNTIL)) as ledger:
        assert ledger.execute(rest) == Reserved(units=sum(stock.values()))
    with store.snapshot() as tx:
        assert verify_ledger(tx).is_clean


def assert_sound(store: Store, plan: Plan, heard: Heard) -> None:
    """Fail unless all of the above holds."""
    assert_exact(store, plan, heard)
    assert_known(store, plan, heard)
    assert_nothing_stuck(store, plan)


def run(store: Store, commands: Sequence[StockCommand]) -> list[Outcome]:
    """Run *commands* some at a time."""
    with Ledger(store, clock=ManualClock(NOW)) as ledger:
        return [
            outcome
            for start in range(0, len(commands), 1_000)
            for outcome in ledger.execute_all(commands[start : start + 1_000])
        ]
