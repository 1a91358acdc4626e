"""No unit is promised twice, and every surplus is seen."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.identifiers import CartId, CommandKey, LineId, OrderId, Sku
from ecomkit.stock import (
    MAIN,
    Allocation,
    Bucket,
    Coverage,
    Decision,
    Done,
    Hold,
    LevelKey,
    Owner,
    PutOnHold,
    Record,
    Recorded,
    Refused,
    Release,
    ReleaseHolds,
    Reserve,
    Reserved,
    Ship,
    Short,
    Shortage,
    Stock,
    StockCommand,
    StockLevel,
    TakeBack,
    Uncovered,
    Want,
    decide,
    fold,
)
from ecomkit.testing.strategies import ledgers, stock_commands, stock_levels
from ecomkit.testing.strategies._stock import Ledger

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
NOON = NOW + timedelta(days=1)
A, B = Sku("A"), Sku("B")
MAIN_A = LevelKey(A, MAIN)
ADA, BOB = Owner.cart(CartId("ada")), Owner.cart(CartId("bob"))
LINE, OTHER = (Owner.line(OrderId("etsy/1"), LineId(line)) for line in "12")
INSTANT = timedelta(microseconds=1)


def want(quantity: int, owner: Owner = LINE, *, sku: Sku = A) -> Want:
    """Return a want at the main location."""
    return Want(owner=owner, sku=sku, quantity=quantity)


def key(text: object) -> CommandKey:
    """Return a key."""
    return CommandKey(str(text))


def hold(*wants: Want, expires_at: datetime = NOON, name: str = "hold") -> PutOnHold:
    """Return a hold until noon of the next day."""
    return PutOnHold(key=key(name), wants=wants, expires_at=expires_at)


def reserve(*wants: Want, cart: Owner | None = None, name: str = "reserve") -> Reserve:
    """Return a reservation."""
    return Reserve(key=key(name), wants=wants, placed_at=NOW, cart=cart)


def record(*wants: Want, name: str = "record", placed_at: datetime = NOW) -> Record:
    """Return a sale of a channel."""
    return Record(key=key(name), wants=wants, placed_at=placed_at)


def after(stock: Stock, *commands: StockCommand, now: datetime = NOW) -> Stock:
    """Return the stock after *commands*."""
    return stock.decide(*commands, now=now)[0]


def one(stock: Stock, command: StockCommand, *, now: datetime = NOW) -> object:
    """Return what is answered to *command*."""
    return stock.decide(command, now=now)[1].outcomes[0]


def settle(
    level: StockLevel, *, now: datetime = NOW, coverage: Coverage = Coverage.ARRIVAL
) -> StockLevel:
    """Return the level after a command that asks for nothing."""
    nothing = ReleaseHolds(key=key("nothing"), owner=Owner("nobody"), levels=[level.key])
    (settled,) = decide([level], [nothing], now=now, coverage=coverage).levels
    return settled


def commands_at(level: StockLevel, *kinds: type[StockCommand]) -> st.SearchStrategy[StockCommand]:
    """Return commands of *kinds* at that level, granted and refused ones."""
    return stock_commands(
        kinds=kinds,
        skus=st.just(level.sku),
        locations=st.just(level.location),
        max_value=20,
    )


def run(level: StockLevel, command: StockCommand) -> tuple[StockLevel, Decision]:
    """Return the level after *command*, and the decision."""
    stock, decision = Stock([level]).decide(command, now=NOW)
    return stock.level(level.sku, location=level.location), decision


def total(wants: Iterable[Want]) -> int:
    """Return the units of *wants*."""
    return sum(line.quantity for line in wants)


# -- laws -------------------------------------------------------------------------------------


@given(ledgers())
def test_promises_never_exceed_the_units_there(ledger: Ledger) -> None:
    """Holds, allocations and picks together are units that lie there, at every instant."""
    for level in ledger.stock.levels:
        promised = total_of(level.holds) + total_of(level.allocations) + total_of(level.picks)
        assert promised == level.held + level.allocated + level.picked
        assert promised <= level.usable
        assert level.promised(ledger.now) + level.available(ledger.now) <= level.usable


def total_of(promises: Iterable[Hold | Allocation | Uncovered]) -> int:
    """Return the units of *promises*."""
    return sum(promise.quantity for promise in promises)


@given(stock_levels(), st.data())
def test_a_granted_command_leaves_nothing_for_who_waits(
    level: StockLevel, data: st.DataObject
) -> None:
    """After any command that took effect, nobody waits while units are sellable."""
    command = data.draw(stock_commands(skus=st.just(level.sku), max_value=20))
    _, decision = run(level, command)

    if not isinstance(decision.outcomes[0], (Short, Refused)):
        for changed in decision.levels:
            assert 0 in (changed.sellable, changed.uncovered_units)
            assert not [h for h in changed.holds if h.has_expired(NOW)]


@given(stock_levels(), st.data())
def test_reserve_and_hold_are_granted_only_if_the_units_are_there(
    level: StockLevel, data: st.DataObject
) -> None:
    """All lines together are one demand; granted exactly if so many are there or may be owed."""
    command = data.draw(commands_at(level, Reserve, PutOnHold))
    assert isinstance(command, (Reserve, PutOnHold))
    if isinstance(command, Reserve):
        owners = {command.cart} - {None}
    else:
        owners = {line.owner for line in command.wants}
    there = level.available(NOW) + sum(
        level.available_to(owner, now=NOW) - level.available(NOW) for owner in owners if owner
    )
    if isinstance(command, Reserve):
        there += max(0, command.backorders - settle(level).uncovered_units)
    wanted = total(command.wants)
    _, decision = run(level, command)

    if wanted <= there:
        assert decision.outcomes == (Reserved(units=wanted),)
    else:
        shortage = Shortage(sku=level.sku, location=level.location, wanted=wanted, available=there)
        assert decision.outcomes == (Short(shortages=(shortage,)),)
        assert decision.movements == ()


@given(stock_levels(), st.data())
def test_record_never_refuses(level: StockLevel, data: st.DataObject) -> None:
    """What was sold is covered or uncovered, to the unit; covered is all that was available."""
    command = data.draw(commands_at(level, Record))
    assert isinstance(command, Record)
    changed, decision = run(level, command)
    (outcome,) = decision.outcomes
    assert isinstance(outcome, Recorded)
    covered = sum(line.covered for line in outcome.lines)

    assert min(total(command.wants), level.available(NOW)) == covered
    assert total(command.wants) == covered + outcome.uncovered
    for line in outcome.lines:
        assert line.covered + line.uncovered == total(
            want for want in command.wants if want.owner == line.owner
        )
    assert settle(level).uncovered_units + outcome.uncovered == changed.uncovered_units


@given(stock_levels())
def test_available_is_what_the_next_command_finds(level: StockLevel) -> None:
    """What is shown as available and promised is so once expired holds are swept."""
    settled = settle(level)

    assert level.available(NOW) == settled.sellable
    assert level.usable == settled.usable
    assert level.on_hand == settled.on_hand
    assert level.uncovered_units - (settled.allocated - level.allocated) == (
        settled.uncovered_units
    )


@given(stock_levels(), st.data())
def test_only_the_owner_can_release_and_ship(level: StockLevel, data: st.DataObject) -> None:
    """What leaves or is let go is the owner's own; what others were promised stays theirs."""
    command = data.draw(commands_at(level, Release, Ship))
    assert isinstance(command, (Release, Ship))
    owners = {line.owner for line in command.wants}
    before = settle(level)
    changed, decision = run(level, command)

    if decision.outcomes == (Done(units=total(command.wants)),):
        for owner in owners:
            mine = total(line for line in command.wants if line.owner == owner)
            assert owned(before, owner) - mine == owned(changed, owner)
        for promise in (*before.allocations, *before.picks):
            if promise.owner not in owners:
                assert there_for(before, promise.owner) <= there_for(changed, promise.owner)
    else:
        refused = decision.outcomes[0]
        assert isinstance(refused, Refused)
        assert all(shortage.wanted > shortage.available for shortage in refused.shortages)


def there_for(level: StockLevel, owner: Owner) -> int:
    """Return the units that are allocated to *owner* or picked."""
    return total_of(a for a in (*level.allocations, *level.picks) if a.owner == owner)


def owned(level: StockLevel, owner: Owner) -> int:
    """Return the units that *owner* was promised or waits for."""
    return there_for(level, owner) + total_of(u for u in level.uncovered if u.owner == owner)


@given(stock_levels(), st.data())
def test_whoever_may_ship_does(level: StockLevel, data: st.DataObject) -> None:
    """All that is picked or allocated once who waits is covered ships, and one unit more not."""
    coverage = data.draw(st.sampled_from(Coverage))
    settled = settle(level, coverage=coverage)
    for owner in sorted({a.owner for a in (*settled.allocations, *settled.picks)}):
        line = Want(
            owner=owner,
            sku=level.sku,
            quantity=there_for(settled, owner),
            location=level.location,
        )
        more = attrs.evolve(line, quantity=line.quantity + 1)
        ship, refused = (
            decide([level], [Ship(key=key("ship"), wants=[w])], now=NOW, coverage=coverage)
            for w in (line, more)
        )

        assert ship.outcomes == (Done(units=line.quantity),)
        assert line.quantity == sum(
            units
            for account, units in fold(ship.movements).items()
            if account.bucket is Bucket.CUSTOMER
        )
        [shortage] = refused.outcomes[0].shortages
        assert (shortage.wanted, shortage.available) == (more.quantity, line.quantity)


@given(stock_levels())
def test_own_cart_is_excluded(level: StockLevel) -> None:
    """A live hold is available to its owner and to nobody else; an expired one to everybody."""
    for own in level.holds:
        extra = 0 if own.has_expired(NOW) else own.quantity

        assert level.available(NOW) + extra == level.available_to(own.owner, now=NOW)
    assert level.available(NOW) == level.available_to(Owner("nobody"), now=NOW)


# -- acceptance -------------------------------------------------------------------------------


def test_of_two_holds_one_is_short() -> None:
    """Row 20: ten on hand, two holds of six: one is granted, the other finds four."""
    stock, decision = Stock.counted({A: 10}).decide(
        hold(want(6, ADA), name="1"), hold(want(6, BOB), name="2"), now=NOW
    )
    granted, short = decision.outcomes

    assert granted == Reserved(units=6)
    assert short.explain() == "nothing granted: A at main: wanted 6, available 4, short of 2"
    assert [h.owner for h in stock.level(A).holds] == [ADA]


def test_two_lines_of_one_sku_are_one_shortage() -> None:
    """Row 21: five on hand, lines of three and three: one shortage of six against five."""
    outcome = one(Stock.counted({A: 5}), reserve(want(3), want(3, OTHER)))

    assert isinstance(outcome, Short)
    assert [(s.wanted, s.available) for s in outcome.shortages] == [(6, 5)]


def test_a_zero_line_cannot_hide_a_shortage() -> None:
    """Row 22: a line of nothing is refused on input; the line of nine stays short."""
    with pytest.raises(ValueError, match="above 0"):
        want(0)

    outcome = one(Stock.counted({A: 5}), reserve(want(9)))

    assert isinstance(outcome, Short)


def test_every_short_sku_is_named() -> None:
    """All that is short is named, not the first, and what is not short is not granted."""
    stock = Stock.counted({A: 1, B: 1, Sku("C"): 9})
    wants = (want(2, sku=B), want(2, sku=A), want(1, sku=Sku("C")))
    changed, decision = stock.decide(reserve(*wants), now=NOW)
    (outcome,) = decision.outcomes

    assert isinstance(outcome, Short)
    assert [shortage.sku for shortage in outcome.shortages] == [A, B]
    assert stock == changed


def test_a_hold_expires_at_the_very_instant() -> None:
    """Row 25: until noon means that at noon it is over, and available, without a cleanup job."""
    level = after(Stock.counted({A: 5}), hold(want(2, ADA))).level(A)

    assert (level.available(NOON - INSTANT), level.available(NOON)) == (3, 5)
    assert (level.promised(NOON - INSTANT), level.promised(NOON)) == (2, 0)
    assert level.available_to(ADA, now=NOON - INSTANT) == level.available_to(ADA, now=NOON) == 5


def test_an_expired_hold_is_promised_to_who_comes_next() -> None:
    """At the very instant of expiry the units are another's, and the sweep is in the ledger."""
    stock = after(Stock.counted({A: 2}), hold(want(2, ADA)))

    assert isinstance(one(stock, reserve(want(2)), now=NOON - INSTANT), Short)
    stock, decision = stock.decide(reserve(want(2)), now=NOON)

    assert decision.outcomes == (Reserved(units=2),)
    assert [m.cause.value for m in decision.movements] == ["expiry", "reserve"]
    assert [m.owner for m in decision.movements] == [ADA, LINE]


def test_extending_after_others_took_the_units_is_refused() -> None:
    """Row 26: the first buyer cannot have them back; the second is unaffected."""
    stock = after(Stock.counted({A: 2}), hold(want(2, ADA)))
    stock = after(stock, hold(want(2, BOB), expires_at=NOON + timedelta(days=1)), now=NOON)
    changed, decision = stock.decide(
        hold(want(2, ADA), expires_at=NOON + timedelta(days=9)), now=NOON
    )

    assert isinstance(decision.outcomes[0], Short)
    assert stock == changed
    assert [h.owner for h in changed.level(A).holds] == [BOB]


def test_a_live_hold_is_extended_in_place() -> None:
    """The owner of a live hold gets the new quantity and expiry; it is not counted twice."""
    stock = after(Stock.counted({A: 5}), hold(want(3, ADA)))
    longer = NOON + timedelta(hours=1)
    level = after(stock, hold(want(5, ADA), expires_at=longer)).level(A)

    assert (level.sellable, level.held) == (0, 5)
    assert [(ADA, 5, longer)] == [(h.owner, h.quantity, h.expires_at) for h in level.holds]


def test_a_smaller_hold_gives_the_rest_to_who_waits() -> None:
    """Units that a hold no longer needs cover who waits, in the same command."""
    stock = after(Stock.counted({A: 5}), hold(want(5, ADA)), record(want(3)))
    level = after(stock, hold(want(1, ADA))).level(A)

    assert (level.sellable, level.held, level.allocated) == (1, 1, 3)
    assert level.uncovered == ()


def test_one_command_holds_for_several_carts() -> None:
    """Carts of one command may hand units to each other, but never have more than there are."""
    stock = after(Stock.counted({A: 4}), hold(want(3, ADA), want(1, BOB)))

    assert one(stock, hold(want(1, ADA), want(3, BOB))) == Reserved(units=4)
    assert isinstance(one(stock, hold(want(4, BOB))), Short)


def test_a_cart_sees_what_it_holds() -> None:
    """Row 27: the cart that holds the last two sees two, and others see none."""
    level = after(Stock.counted({A: 2}), hold(want(2, ADA))).level(A)

    assert (level.available_to(ADA, now=NOW), level.available_to(BOB, now=NOW)) == (2, 0)


def test_converting_a_hold_twice_allocates_once() -> None:
    """Row 28: hold three, order them, order them again: allocated three, hold gone, then short."""
    stock = after(Stock.counted({A: 3}), hold(want(3, ADA)))
    stock = after(stock, reserve(want(3), cart=ADA))
    level = stock.level(A)
    again, decision = stock.decide(reserve(want(3), cart=ADA, name="again"), now=NOW)

    assert (level.sellable, level.held, level.allocated) == (0, 0, 3)
    assert isinstance(decision.outcomes[0], Short)
    assert stock == again


def test_an_order_smaller_than_its_cart_ends_the_hold() -> None:
    """What the cart held beyond the order covers who waits, and the rest is sellable again."""
    stock = after(Stock.counted({A: 5}), hold(want(5, ADA)), record(want(1, OTHER)))
    level = after(stock, reserve(want(2), cart=ADA)).level(A)

    assert (level.sellable, level.held, level.allocated) == (2, 0, 3)
    assert level.uncovered_units == 0


def test_an_expired_cart_has_no_privilege() -> None:
    """An order from a cart whose hold ended gets units only if nobody else waits for them."""
    stock = after(Stock.counted({A: 2}), hold(want(2, ADA)), record(want(2, OTHER)))

    assert isinstance(one(stock, reserve(want(1), cart=ADA), now=NOON), Short)


def test_a_failed_order_gives_its_hold_back() -> None:
    """Row 29: the hold of an order that was never made is released: nothing held, nothing lost."""
    stock = after(Stock.counted({A: 3}), hold(want(3, ADA)))
    release = ReleaseHolds(key=key("undo"), owner=ADA, levels=[MAIN_A, MAIN_A])
    changed, decision = stock.decide(release, now=NOW)
    level = changed.level(A)

    assert decision.outcomes == (Done(units=3),)
    assert (level.sellable, level.held, level.allocated) == (3, 0, 0)
    assert one(changed, release) == Done(units=0)


def test_nobody_releases_the_hold_of_another() -> None:
    """A cart that holds nothing gives back nothing; an expired hold gives back nothing either."""
    stock = after(Stock.counted({A: 3}), hold(want(3, ADA)))

    bob = ReleaseHolds(key=key("bob"), owner=BOB, levels=[MAIN_A])
    ada = ReleaseHolds(key=key("ada"), owner=ADA, levels=[MAIN_A])
    assert one(stock, bob) == Done(units=0)
    assert stock == after(stock, bob)
    assert one(stock, ada, now=NOON) == Done(units=0)
    assert after(stock, ada, now=NOON).level(A).sellable == 3


def test_releasing_more_than_is_allocated_is_refused() -> None:
    """Row 30: release four of three: refused, and the answer says that there are three."""
    stock = after(Stock.counted({A: 9}), reserve(want(3)))
    changed, decision = stock.decide(Release(key=key("r"), wants=[want(4)]), now=NOW)

    assert decision.outcomes[0].explain() == (
        "refused: A at main: wanted 4, available 3, short of 1"
    )
    assert stock == changed


def test_two_releases_of_one_owner_are_one() -> None:
    """Row 30: two lines of one release count together against what their owner has."""
    stock = after(Stock.counted({A: 9}), reserve(want(3)))

    assert isinstance(one(stock, Release(key=key("r"), wants=[want(2), want(2)])), Refused)
    assert isinstance(one(stock, Ship(key=key("s"), wants=[want(2), want(2)])), Refused)


def test_cancelling_what_was_never_allocated_changes_nothing() -> None:
    """Row 31: an order that owns nothing cannot release or ship anything."""
    stock = after(Stock.counted({A: 9}), reserve(want(3)))
    for command in (
        Release(key=key("release"), wants=[want(1, OTHER)]),
        Ship(key=key("ship"), wants=[want(1, OTHER)]),
    ):
        changed, decision = stock.decide(command, now=NOW)
        assert isinstance(decision.outcomes[0], Refused)
        assert stock == changed


def test_cancelling_in_two_steps_ends_at_nothing() -> None:
    """Row 34: allocated six and four at two lines, cancelled six then four: nothing is left."""
    stock = after(Stock.counted({A: 10}), reserve(want(6), want(4, OTHER)))
    stock = after(stock, Release(key=key("1"), wants=[want(6)]))
    assert [(a.owner, a.quantity) for a in stock.level(A).allocations] == [(OTHER, 4)]
    stock = after(stock, Release(key=key("2"), wants=[want(4, OTHER)]))

    assert (stock.level(A).sellable, stock.level(A).allocated) == (10, 0)


def test_shipped_and_returned_units_are_both_in_the_ledger() -> None:
    """Row 41: ten ordered, three shipped, one back: seven still allocated, one sellable."""
    stock = after(Stock.counted({A: 10}), reserve(want(10)))
    stock, shipped = stock.decide(Ship(key=key("s"), wants=[want(3)]), now=NOW)
    stock, back = stock.decide(take_back(1), now=NOW)
    level = stock.level(A)

    assert (level.sellable, level.allocated, level.on_hand) == (1, 7, 8)
    assert [(m.target.bucket, m.quantity) for m in shipped.movements] == [(Bucket.CUSTOMER, 3)]
    assert [(m.source.bucket, m.quantity) for m in back.movements] == [(Bucket.CUSTOMER, 1)]


def take_back(quantity: int) -> StockCommand:
    """Return units that came back, fit to be sold."""
    return TakeBack(key=key("back"), wants=[want(quantity)], bucket=Bucket.SELLABLE)


def test_an_event_told_three_times_names_the_same_movement() -> None:
    """Row 55: a sale that is played again writes movements of the same names: stores keep one."""
    stock = Stock.counted({A: 5})
    told = [stock.decide(record(want(2)), now=NOW)[1].movements for _ in range(3)]

    assert told[0] == told[1] == told[2]
    assert [movement.id for movement in told[0]] == ["record/0"]


@given(st.lists(stock_commands(kinds=[Reserve], max_wants=4), min_size=1, max_size=8), st.data())
def test_no_more_waits_than_the_limit_on_backorders(
    commands: list[Reserve], data: st.DataObject
) -> None:
    """Over several lines and several orders, no reservation leaves more waiting than it allows."""
    on_hand = data.draw(st.dictionaries(st.sampled_from((A, B)), st.integers(0, 6)))
    stock = Stock.counted(on_hand)
    for command in commands:
        before = stock
        stock, _ = before.decide(command, now=NOW)
        for level in stock.levels:
            waited = before.level(level.sku, location=level.location).uncovered_units
            assert level.uncovered_units <= max(waited, command.backorders)


def test_backorders_are_a_limit_on_all_lines_and_orders_together() -> None:
    """Two there and a limit of three: two and two are granted, then one, and then no more."""
    stock = Stock.counted({A: 2})
    answers = []
    for number, wants in enumerate(
        ((want(2), want(2, OTHER)), (want(2),), (want(1),), (want(1),))
    ):
        command = attrs.evolve(reserve(*wants, name=f"r{number}"), backorders=3)
        stock, decision = stock.decide(command, now=NOW)
        answers.append(decision.outcomes[0])
    level = stock.level(A)

    assert answers[0] == Reserved(units=4)
    assert answers[1].explain() == "nothing granted: A at main: wanted 2, available 1, short of 1"
    assert [type(answer) for answer in answers[2:]] == [Reserved, Short]
    assert (level.allocated, level.uncovered_units) == (2, 3)


def test_a_limit_on_backorders_counts_what_will_wait_and_not_what_waited() -> None:
    """Units of a hold that ended cover who waited first, so there is room under the limit again."""
    stock = after(Stock.counted({A: 3}), hold(want(3, ADA)), record(want(5)))
    more = attrs.evolve(reserve(want(3, OTHER)), backorders=5)

    assert isinstance(one(stock, more), Short)
    assert one(stock, more, now=NOON) == Reserved(units=3)
    assert after(stock, more, now=NOON).level(A).uncovered_units == 5


def test_recorded_sales_count_against_the_limit_on_backorders() -> None:
    """What a channel has sold too much takes room from the backorders of our own shop."""
    stock = after(Stock.counted({A: 0}), record(want(3)))

    assert isinstance(one(stock, attrs.evolve(reserve(want(1, OTHER)), backorders=3)), Short)
    assert one(stock, attrs.evolve(reserve(want(1, OTHER)), backorders=4)) == Reserved(units=1)
