"""The strategies of stock: all that is legal, nothing that is not."""

from collections.abc import Callable
from typing import Any, get_args

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from ecomkit.errors import FieldError
from ecomkit.identifiers import LocationId, LotId, Sku
from ecomkit.stock import (
    MAIN,
    Cause,
    Coverage,
    Dispatch,
    Pick,
    Publication,
    PutOnHold,
    Reassign,
    Receive,
    Record,
    Recorded,
    Refused,
    Short,
    Stock,
    StockCommand,
    StockLevel,
    Want,
)
from ecomkit.testing.strategies import (
    ledgers,
    publications,
    stock_commands,
    stock_levels,
    wants,
)
from ecomkit.testing.strategies._stock import Ledger
from ecomkit.testing.strategies._stock_commands import START

UNSHRUNK = settings(phases=[Phase.generate], max_examples=1_000)


@pytest.mark.parametrize(
    ("build", "field"),
    [
        (lambda: wants(min_value=0), "min_value"),
        (lambda: wants(min_value=3, max_value=2), "min_value"),
        (lambda: stock_levels(max_value=0).example(), "max_value"),
        (lambda: stock_levels(max_promises=-1).example(), "max_promises"),
        (lambda: stock_commands(kinds=()), "kinds"),
        (lambda: stock_commands(max_value=0), "max_value"),
        (lambda: stock_commands(max_wants=0), "max_wants"),
        (lambda: ledgers(min_size=2, max_size=1).example(), "min_size"),
        (lambda: publications(max_value=-1), "max_value"),
    ],
)
@pytest.mark.filterwarnings("ignore::hypothesis.errors.NonInteractiveExampleWarning")
def test_contradictory_bounds_are_refused(build: Callable[[], Any], field: str) -> None:
    """Bounds that no value can meet are refused, and named."""
    with pytest.raises(FieldError) as caught:
        build()

    assert field == caught.value.field


def test_they_shrink_to_the_simplest() -> None:
    """The simplest values are the empty level, the empty ledger, the rule that keeps nothing."""
    level, ledger = find(stock_levels(), bool_true), find(ledgers(), bool_true)

    assert level == StockLevel(sku=level.sku)
    assert (ledger.steps, ledger.stock, ledger.movements) == ((), Stock(), ())
    assert find(publications(), bool_true) == Publication()
    assert find(wants(), bool_true).quantity == 1


def bool_true(_value: object) -> bool:
    """Accept anything."""
    return True


@pytest.mark.parametrize(
    "interesting",
    [
        lambda level: level.uncovered and level.sellable,
        lambda level: level.picked and level.allocated,
        lambda level: len(level.holds) > 1,
        lambda level: level.counted_at is None and level.in_transit,
        lambda level: len(level.picks) > 1 and level.transits,
        lambda level: len({debt.rank for debt in level.uncovered}) < len(level.uncovered),
    ],
)
def test_levels_of_every_shape_are_found(interesting: Callable[[StockLevel], Any]) -> None:
    """Unsettled, picked, held, awaited and uncounted levels, with shared places, are all drawn."""
    assert find(stock_levels(), lambda level: bool(interesting(level)), settings=UNSHRUNK)


@pytest.mark.parametrize(
    "interesting",
    [
        lambda ledger: any(isinstance(step.outcome, Short) for step in ledger.steps),
        lambda ledger: any(isinstance(step.outcome, Refused) for step in ledger.steps),
        lambda ledger: any(
            isinstance(step.outcome, Recorded) and step.outcome.uncovered for step in ledger.steps
        ),
        lambda ledger: any(level.allocations for level in ledger.stock.levels),
    ],
)
def test_ledgers_of_every_outcome_are_found(interesting: Callable[[Ledger], bool]) -> None:
    """Shortages, refusals, uncovered sales and allocations are all drawn."""
    assert find(ledgers(), interesting, settings=UNSHRUNK)


@pytest.mark.parametrize("kind", get_args(StockCommand), ids=lambda kind: str(kind.__name__))
def test_every_kind_of_command_takes_effect_somewhere(kind: type[StockCommand]) -> None:
    """Ledgers in which a command of each kind is granted are drawn, on levels of any shape."""
    granted = st.tuples(stock_levels(), stock_commands(kinds=[kind]))

    def takes_effect(drawn: tuple[StockLevel, StockCommand]) -> bool:
        level, command = drawn
        _, decision = Stock([level]).decide(command, now=START)
        return not isinstance(decision.outcomes[0], (Short, Refused))

    assert find(granted, takes_effect, settings=UNSHRUNK)


def test_lots_are_drawn_where_they_are_asked_for() -> None:
    """Units with a lot are picked in some ledger; no command names a lot unless it may."""
    lots = st.sampled_from((None, LotId("1")))
    kinds = [Receive, Record, Pick]
    commands = stock_commands(
        kinds=kinds, skus=st.just(Sku("A")), locations=st.just(MAIN), max_wants=1, lots=lots
    )

    assert find(
        ledgers(commands=commands),
        lambda ledger: any(m.lot and m.cause is Cause.PICK for m in ledger.movements),
        settings=UNSHRUNK,
    )


@given(stock_commands(kinds=[Dispatch, Reassign], locations=st.just(LocationId("far"))))
def test_what_goes_elsewhere_has_one_end_where_it_was_asked(command: Dispatch | Reassign) -> None:
    """One location is the stated one; a transfer has its other end at another one."""
    if isinstance(command, Reassign):
        assert command.location == LocationId("far")
    else:
        ends = {command.transfer.source, command.transfer.target}
        assert LocationId("far") in ends
        assert len(ends) == 2


def test_holds_expire_in_ledgers() -> None:
    """Time goes by between commands, so that holds that ended are drawn."""
    holding = ledgers(commands=stock_commands(kinds=[PutOnHold, Receive]))

    assert find(
        holding,
        lambda ledger: any(
            level.available(ledger.now) > level.sellable for level in ledger.stock.levels
        ),
        settings=UNSHRUNK,
    )


@given(
    ledgers(
        commands=stock_commands(kinds=[Record]), coverages=st.just(Coverage.ARRIVAL), max_size=3
    )
)
def test_ledgers_are_made_of_what_was_asked_for(ledger: Ledger) -> None:
    """Options reach the values: kinds, sizes and the rule of coverage; keys are all different."""
    assert len(ledger.steps) <= 3
    assert {type(command) for command in ledger.commands} <= {Record}
    assert ledger.coverage is Coverage.ARRIVAL
    assert len({command.key for command in ledger.commands}) == len(ledger.steps)
    assert sorted(step.at for step in ledger.steps) == [step.at for step in ledger.steps]
    assert {level.key for level in ledger.stock.levels} == set(ledger.keys)


@given(
    wants(min_value=2, max_value=3),
    stock_commands(max_value=2, max_wants=1),
    publications(max_value=0),
)
def test_bounds_hold(want: Want, command: StockCommand, rule: Publication) -> None:
    """No value is drawn beyond its bounds."""
    assert 2 <= want.quantity <= 3
    assert all(line.quantity <= 2 for line in getattr(command, "wants", ()))
    assert len(getattr(command, "wants", ())) <= 1
    assert (rule.minimum_stock, rule.buffer) == (0, 0)
