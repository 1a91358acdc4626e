"""Units are conserved: the ledger balances, and the levels are a fold over it."""

from collections.abc import Sequence
from datetime import UTC, datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecomkit.identifiers import CartId, CommandKey, LineId, OrderId, Sku
from ecomkit.stock import (
    MAIN,
    Account,
    BalanceFault,
    Bucket,
    Cause,
    Count,
    Coverage,
    Done,
    Movement,
    Outcome,
    Owner,
    PutOnHold,
    Receive,
    Refused,
    Reserve,
    Reserved,
    Short,
    Stock,
    StockCommand,
    StockLevel,
    Want,
    audit_levels,
    decide,
    draft_of,
    empty_level,
    fold,
    level_of,
    levels_touched,
    movement_of,
    movement_row,
)
from ecomkit.testing.strategies import ledgers, stock_commands, stock_levels
from ecomkit.testing.strategies._stock import Ledger
from ecomkit.testing.strategies._stock_commands import few_lots

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = datetime(2027, 1, 1, tzinfo=UTC)
A = Sku("A")
LINE = Owner.line(OrderId("etsy/1"), LineId("1"))
INSIDE = [bucket for bucket in Bucket if bucket.is_inside]


def balances_of(levels: Sequence[StockLevel]) -> dict[Account, int]:
    """Return the inside buckets of *levels* that are not empty."""
    return {
        Account(level.sku, level.location, bucket): level.units(bucket)
        for level in levels
        for bucket in INSIDE
        if level.units(bucket)
    }


@given(ledgers())
def test_movements_sum_to_nothing(ledger: Ledger) -> None:
    """What goes into one account came out of another: all accounts together hold 0 units."""
    assert sum(fold(ledger.movements).values()) == 0


@given(ledgers())
def test_levels_are_the_fold_of_the_movements(ledger: Ledger) -> None:
    """Rebuilt from nothing but movements, every inside bucket equals the running one."""
    replayed = {
        account: units
        for account, units in fold(ledger.movements).items()
        if account.bucket.is_inside and units
    }

    assert balances_of(ledger.stock.levels) == replayed
    assert audit_levels(ledger.stock.levels, fold(ledger.movements)) == ()


@given(ledgers())
def test_inside_buckets_never_fall_below_zero(ledger: Ledger) -> None:
    """At every point of the ledger, not only at its end, no inside account is below zero."""
    for end in range(len(ledger.movements)):
        balances = fold(ledger.movements[: end + 1])

        assert (
            min(
                (units for account, units in balances.items() if account.bucket.is_inside),
                default=0,
            )
            >= 0
        )


@given(ledgers(max_size=20))
def test_every_movement_says_what_it_left(ledger: Ledger) -> None:
    """The balances that a movement names are those of the fold up to it; outside it names none."""
    balances: dict[Account, int] = {}
    for movement in ledger.movements:
        ends = (
            (movement.source, -movement.quantity, movement.source_after),
            (movement.target, movement.quantity, movement.target_after),
        )
        for account, change, after in ends:
            balances[account] = balances.get(account, 0) + change
            assert after == (balances[account] if account.bucket.is_inside else None)


@given(ledgers(commands=stock_commands(lots=few_lots())))
def test_a_movement_is_read_back_from_its_row(ledger: Ledger) -> None:
    """What a store keeps of a movement says all that the movement says."""
    assert [movement_of(movement_row(m)) for m in ledger.movements] == list(ledger.movements)


@given(ledgers(max_size=20))
def test_units_within_the_walls_are_counted_once(ledger: Ledger) -> None:
    """Over all locations, what lies there and what is on its way is what came in less what left."""
    outside = sum(
        units for account, units in fold(ledger.movements).items() if not account.bucket.is_inside
    )

    assert -outside == sum(level.on_hand + level.in_transit for level in ledger.stock.levels)
    for level in ledger.stock.levels:
        assert sum(transit.quantity for transit in level.transits) == level.in_transit


@given(ledgers(max_size=20))
def test_a_movement_is_annotated_with_the_reason_of_its_command(ledger: Ledger) -> None:
    """Every movement carries the reason that its command gave, if it gave one."""
    reasons = {step.command.key: getattr(step.command, "reason", "") for step in ledger.steps}
    for movement in ledger.movements:
        assert movement.note == (reasons[movement.command] or None)


@given(stock_levels(), st.data())
def test_conserved_from_any_level(level: StockLevel, data: st.DataObject) -> None:
    """From any legal level, what a command changes is the sum of the movements it writes."""
    command = data.draw(
        stock_commands(skus=st.just(level.sku), locations=st.just(level.location), max_value=30)
    )
    after, decision = Stock([level]).decide(command, now=NOW)
    changes = fold(decision.movements)
    key = level.key

    for bucket in INSIDE:
        change = changes.get(Account(key.sku, key.location, bucket), 0)
        assert level.units(bucket) + change == after.level(
            level.sku, location=level.location
        ).units(bucket)


@given(st.lists(stock_commands(), max_size=10), st.data(), st.sampled_from(Coverage))
def test_a_batch_equals_its_parts(
    commands: list[StockCommand], data: st.DataObject, coverage: Coverage
) -> None:
    """However commands are cut into batches, the levels, outcomes and movements are the same."""
    cuts = data.draw(st.lists(st.integers(0, len(commands)), max_size=4).map(sorted))
    whole, at_once = Stock().decide(*commands, now=NOW, coverage=coverage)
    parts = Stock()
    outcomes: list[Outcome] = []
    movements: list[Movement] = []
    for start, end in zip([0, *cuts], [*cuts, len(commands)], strict=True):
        parts, decision = parts.decide(*commands[start:end], now=NOW, coverage=coverage)
        outcomes.extend(decision.outcomes)
        movements.extend(decision.movements)

    assert {level.key: level for level in whole.levels} == {
        level.key: level for level in parts.levels
    }
    assert list(at_once.outcomes) == outcomes
    assert list(at_once.movements) == movements


@given(ledgers())
def test_one_call_a_command_equals_the_stock(ledger: Ledger) -> None:
    """The rule on levels alone, one call a command, leads where the stock value leads."""
    levels: dict[object, StockLevel] = {}
    for step in ledger.steps:
        decision = decide(
            [levels.get(key, empty_level(key)) for key in levels_touched(step.command)],
            [step.command],
            now=step.at,
            coverage=ledger.coverage,
        )
        levels.update((level.key, level) for level in decision.levels)
        assert (step.outcome,) == decision.outcomes

    assert {level.key: level for level in ledger.stock.levels} == levels


@given(ledgers())
def test_movements_are_named_by_their_command(ledger: Ledger) -> None:
    """A movement is named once, after its command and its place, and says when it was."""
    assert len(ledger.movements) == len({movement.id for movement in ledger.movements})
    at = {step.command.key: step.at for step in ledger.steps}
    for movement in ledger.movements:
        assert movement.id.startswith(f"{movement.command}/")
        assert at[movement.command] == movement.at
        assert movement.sku == movement.target.sku


@given(stock_levels(), st.data(), st.sampled_from(Coverage))
def test_what_is_refused_changes_nothing(
    level: StockLevel, data: st.DataObject, coverage: Coverage
) -> None:
    """A command answered with Short or Refused leaves every level as it was, to the last hold."""
    command = data.draw(
        stock_commands(skus=st.just(level.sku), locations=st.just(level.location), max_value=40)
    )
    before = Stock([level_of(draft_of(level))])
    after, decision = before.decide(command, now=NOW, coverage=coverage)

    if isinstance(decision.outcomes[0], (Short, Refused)):
        touched = {each.key: each for each in after.levels}
        assert before.levels[0] == touched.pop(level.key)
        assert all(each == empty_level(key) for key, each in touched.items())
        assert decision.movements == ()


def test_a_refused_command_may_be_asked_again_under_its_key() -> None:
    """A refusal sweeps no expired hold, so the movements of a second try are all new ones."""
    want = Want(owner=LINE, sku=A, quantity=3)
    reserve = Reserve(key=CommandKey("reserve"), wants=[want], placed_at=NOW)
    cart = Want(owner=Owner.cart(CartId("1")), sku=A, quantity=2)
    hold = PutOnHold(key=CommandKey("hold"), wants=[cart], expires_at=LATER)
    receive = Receive(key=CommandKey("receive"), sku=A, quantity=1)
    stock, written = Stock.counted({A: 2}), list[Movement]()
    outcomes = []
    for command, now in ((hold, NOW), (reserve, LATER), (receive, LATER), (reserve, LATER)):
        stock, decision = stock.decide(command, now=now)
        outcomes.append(type(decision.outcomes[0]))
        written.extend(decision.movements)

    assert [Reserved, Short, Done, Reserved] == outcomes
    assert len(written) == len({movement.id for movement in written})


@given(ledgers(), st.data())
def test_an_audit_finds_a_planted_difference(ledger: Ledger, data: st.DataObject) -> None:
    """One unit too many or too few in one account is found, named and explained."""
    balances = fold(ledger.movements)
    accounts = [
        Account(level.sku, level.location, bucket)
        for level in ledger.stock.levels
        for bucket in INSIDE
    ] or [Account(A, MAIN, Bucket.SELLABLE)]
    account = data.draw(st.sampled_from(accounts))
    off = data.draw(st.sampled_from((-1, 1, 7)))
    true = balances.get(account, 0)
    faults = audit_levels(ledger.stock.levels, {**balances, account: true + off})

    assert (BalanceFault(account=account, running=true, replayed=true + off),) == faults
    assert str(true + off) in faults[0].explain()


def count() -> Count:
    """Return a count of three units."""
    return Count(key=CommandKey("count"), sku=A, counted=3)


def test_an_audit_knows_levels_without_movements_and_movements_without_levels() -> None:
    """Missing levels and missing accounts count as empty; outside accounts are no concern."""
    _, decision = Stock().decide(count(), now=NOW)
    [lost] = audit_levels([], fold(decision.movements))
    [invented] = audit_levels(decision.levels, {})

    assert (lost.running, lost.replayed) == (0, 3)
    assert (
        invented.explain()
    ) == "A at main, sellable: the level says 3, its movements add up to 0"


def test_the_first_count_opens_the_books() -> None:
    """Opening units come out of OPENING; what a later count finds comes out of SHRINKAGE."""
    stock, opening = Stock().decide(count(), now=NOW)
    _, again = stock.decide(Count(key=CommandKey("again"), sku=A, counted=5), now=LATER)
    [first], [second] = opening.movements, again.movements

    assert (first.source.bucket, first.cause, first.quantity) == (Bucket.OPENING, Cause.OPENING, 3)
    assert (
        second.source.bucket,
        second.cause,
        second.quantity,
    ) == (Bucket.SHRINKAGE, Cause.COUNT, 2)


@given(ledgers(min_size=50, max_size=50))
@settings(
    max_examples=25, suppress_health_check=[HealthCheck.data_too_large, HealthCheck.too_slow]
)
def test_fifty_commands_replay_to_the_live_state(ledger: Ledger) -> None:
    """Row 56: any fifty commands, replayed from their movements, equal the live state."""
    assert balances_of(ledger.stock.levels) == {
        account: units
        for account, units in fold(ledger.movements).items()
        if account.bucket.is_inside and units
    }
    assert len(ledger.commands) == 50
