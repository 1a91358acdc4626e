"""Lots, command by command: how goods keep their names on the way in, around and out."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ecomkit.errors import FieldError
from ecomkit.identifiers import (
    CommandKey,
    LineId,
    LocationId,
    LotId,
    OrderId,
    Sku,
    TransferId,
)
from ecomkit.stock import (
    MAIN,
    Adjust,
    Arrive,
    Bucket,
    Count,
    Coverage,
    Damage,
    Dispatch,
    DraftLevel,
    LevelNeed,
    LevelRow,
    LoseTransfer,
    LotUnits,
    Outcome,
    Owner,
    Pick,
    PutOnHold,
    Receive,
    Record,
    Refused,
    Release,
    Relocate,
    Reserve,
    SavedPromise,
    Ship,
    Stock,
    StockCommand,
    StockLevel,
    TakeBack,
    Transfer,
    Unpick,
    Unship,
    Want,
    decide_drafts,
    draft_of,
    needs_of,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HONEY = Sku("HONEY")
SPARE = LocationId("spare")
KEY = CommandKey("key")
OLD, NEW = LotId("OLD"), LotId("NEW")
ANNA, BEN, CLEO = (Owner.line(OrderId(f"etsy/{n}"), LineId("1")) for n in "123")
TRANSFER = Transfer(id=TransferId("t-1"), sku=HONEY, source=MAIN, target=SPARE)


def receive(quantity: int, lot: LotId | None = None) -> Receive:
    """Return a receipt of honey."""
    return Receive(key=KEY, sku=HONEY, quantity=quantity, lot=lot)


def want(owner: Owner, quantity: int, lot: LotId | None = None) -> Want:
    """Return what *owner* wants of honey."""
    return Want(owner=owner, sku=HONEY, quantity=quantity, lot=lot)


def sell(*wants: Want) -> Record:
    """Return a sale."""
    return Record(key=KEY, wants=wants, placed_at=NOW)


def after(*commands: StockCommand, stock: Stock | None = None) -> Stock:
    """Return the stock after *commands*, of which none may be refused."""
    stock = Stock() if stock is None else stock
    stock, decision = stock.decide(*commands, now=NOW)
    assert not [outcome for outcome in decision.outcomes if isinstance(outcome, Refused)]
    return stock


def refused(stock: Stock, command: StockCommand) -> str:
    """Return why *command* is refused, after which all is as it was."""
    changed, decision = stock.decide(command, now=NOW)
    [outcome] = decision.outcomes
    assert isinstance(outcome, Refused)
    assert decision.movements == ()
    assert changed.level(HONEY) == stock.level(HONEY)
    return outcome.explain()


def lots(stock: Stock, location: LocationId = MAIN) -> dict[tuple[str, str, str], int]:
    """Return the units of each lot, by place, lot and owner."""
    return {
        (part.place, str(part.lot), "" if part.owner is None else part.owner.name): part.quantity
        for part in stock.level(HONEY, location=location).lots
    }


TWO_LOTS = (receive(5, OLD), receive(5, NEW))


# -- picked, shipped, and back ---------------------------------------------------------------------


def test_two_lots_come_in_and_one_is_picked_by_name() -> None:
    """Five of each; three of the newer one are picked for Anna, and two stay on the shelf."""
    stock = after(*TWO_LOTS, sell(want(ANNA, 4)))
    assert lots(stock) == {("shelf", "OLD", ""): 5, ("shelf", "NEW", ""): 5}

    stock = after(Pick(key=KEY, wants=[want(ANNA, 3, NEW)]), stock=stock)
    assert lots(stock) == {
        ("shelf", "OLD", ""): 5,
        ("shelf", "NEW", ""): 2,
        ("picked", "NEW", ANNA.name): 3,
    }
    assert (stock.level(HONEY).allocated, stock.level(HONEY).picked) == (1, 3)


def test_what_was_picked_ships_with_its_lots() -> None:
    """Shipping names no lot: the movements say which lots went."""
    stock = after(
        *TWO_LOTS,
        sell(want(ANNA, 4)),
        Pick(key=KEY, wants=[want(ANNA, 3, OLD), want(ANNA, 1, NEW)]),
    )
    stock, decision = stock.decide(Ship(key=KEY, wants=[want(ANNA, 4)]), now=NOW)

    assert [(m.lot, m.quantity) for m in decision.movements] == [(OLD, 3), (NEW, 1)]
    assert lots(stock) == {("shelf", "OLD", ""): 2, ("shelf", "NEW", ""): 4}


def test_a_part_of_what_was_picked_ships_first_lot_first() -> None:
    """Two of three old ones and one new one: all two are old, and the rest stays picked."""
    stock = after(
        *TWO_LOTS,
        sell(want(ANNA, 4)),
        Pick(key=KEY, wants=[want(ANNA, 2, OLD), want(ANNA, 2, NEW)]),
        Ship(key=KEY, wants=[want(ANNA, 2)]),
    )
    assert lots(stock) == {
        ("shelf", "OLD", ""): 3,
        ("shelf", "NEW", ""): 3,
        ("picked", "NEW", ANNA.name): 2,
    }


def test_a_shipment_that_was_none_comes_back_under_its_lot() -> None:
    """One unit is shipped from the shelf by its lot, and unshipped under it."""
    stock = after(*TWO_LOTS, sell(want(ANNA, 1)), Ship(key=KEY, wants=[want(ANNA, 1, OLD)]))
    assert lots(stock)["shelf", "OLD", ""] == 4

    stock = after(Unship(key=KEY, wants=[want(ANNA, 1, OLD)], placed_at=NOW), stock=stock)
    assert lots(stock)["shelf", "OLD", ""] == 5
    assert stock.level(HONEY).allocated == 1


def test_a_lot_gives_nobody_an_earlier_place() -> None:
    """Anna's unit, without a lot, is named first: she stands before Ben, whose unit has one."""
    stock = after(Unship(key=KEY, wants=[want(ANNA, 1), want(BEN, 1, OLD)], placed_at=NOW))
    assert [promise.owner for promise in stock.level(HONEY).allocations] == [ANNA, BEN]


@pytest.mark.parametrize("lot", [None, NEW])
def test_an_unpicked_unit_is_on_the_shelf_under_its_lot(lot: LotId | None) -> None:
    """Named or not: the picked unit is of the newer lot, and so it is on the shelf."""
    picked = after(*TWO_LOTS, sell(want(ANNA, 1)), Pick(key=KEY, wants=[want(ANNA, 1, NEW)]))
    stock = after(Unpick(key=KEY, wants=[want(ANNA, 1, lot)]), stock=picked)

    assert lots(stock) == {("shelf", "OLD", ""): 5, ("shelf", "NEW", ""): 5}
    assert stock.level(HONEY).allocated == 1


def test_what_was_picked_of_one_lot_is_not_unpicked_as_another() -> None:
    """The refusal names the lot that was not picked."""
    stock = after(*TWO_LOTS, sell(want(ANNA, 1)), Pick(key=KEY, wants=[want(ANNA, 1, NEW)]))
    assert refused(stock, Unpick(key=KEY, wants=[want(ANNA, 1, OLD)])) == (
        "refused: HONEY at main, lot OLD: wanted 1, available 0, short of 1"
    )


def test_a_cancelled_order_lays_its_picked_units_back_under_their_lots() -> None:
    """Who lets go of picked units gives the lot back to the shelf."""
    stock = after(
        *TWO_LOTS,
        sell(want(ANNA, 2)),
        Pick(key=KEY, wants=[want(ANNA, 1, OLD)]),
        Release(key=KEY, wants=[want(ANNA, 2)]),
    )
    assert lots(stock) == {("shelf", "OLD", ""): 5, ("shelf", "NEW", ""): 5}
    assert stock.level(HONEY).sellable == 10


def test_two_owners_cannot_pick_more_of_a_lot_than_there_is() -> None:
    """Three and three of five: one shortage over both, naming the lot; nothing is picked."""
    stock = after(*TWO_LOTS, sell(want(ANNA, 3)), sell(want(BEN, 3)))
    command = Pick(key=KEY, wants=[want(ANNA, 3, OLD), want(BEN, 3, OLD)])

    assert refused(stock, command) == (
        "refused: HONEY at main, lot OLD: wanted 6, available 5, short of 1"
    )


def test_one_shipment_takes_a_named_lot_and_units_without_one() -> None:
    """Two of the old lot and one without a lot, for one line: both leave as they were asked."""
    stock = after(receive(2, OLD), receive(2), sell(want(ANNA, 3)))
    stock, decision = stock.decide(
        Ship(key=KEY, wants=[want(ANNA, 1), want(ANNA, 2, OLD)]), now=NOW
    )

    assert [(m.lot, m.quantity) for m in decision.movements] == [(OLD, 2), (None, 1)]
    assert lots(stock) == {}
    assert stock.level(HONEY).sellable == 1


def test_a_named_lot_ships_from_the_shelf_only() -> None:
    """Anna's one unit is picked: nothing is allocated on the shelf that could go by its name."""
    stock = after(*TWO_LOTS, sell(want(ANNA, 1)), Pick(key=KEY, wants=[want(ANNA, 1, NEW)]))
    assert "available 0" in refused(stock, Ship(key=KEY, wants=[want(ANNA, 1, OLD)]))


def test_where_all_units_have_lots_none_ships_without_a_name() -> None:
    """Who names no lot is sent units that carry none; there are none."""
    stock = after(*TWO_LOTS, sell(want(ANNA, 1)))
    assert refused(stock, Ship(key=KEY, wants=[want(ANNA, 1)])) == (
        "refused: HONEY at main: wanted 1, available 0, short of 1"
    )


def test_a_promise_names_no_lot() -> None:
    """A lot is chosen at picking: a sale that names one cannot be built."""
    with pytest.raises(FieldError, match="chosen at picking"):
        sell(want(ANNA, 1, OLD))


# -- transfers -------------------------------------------------------------------------------------


def test_a_lot_arrives_in_part_and_is_lost_in_part() -> None:
    """Four old ones leave; two arrive unnamed, one by its name, and one is lost."""
    stock = after(*TWO_LOTS, Dispatch(key=KEY, transfer=TRANSFER, quantity=4, lot=OLD))
    assert lots(stock) == {("shelf", "OLD", ""): 1, ("shelf", "NEW", ""): 5}
    assert lots(stock, SPARE) == {("in_transit", "OLD", TRANSFER.owner.name): 4}

    stock = after(
        Arrive(key=KEY, transfer=TRANSFER, quantity=2),
        Arrive(key=KEY, transfer=TRANSFER, quantity=1, lot=OLD),
        LoseTransfer(key=KEY, transfer=TRANSFER, quantity=1, reason="broken on the way"),
        stock=stock,
    )
    assert lots(stock, SPARE) == {("shelf", "OLD", ""): 3}
    assert stock.level(HONEY, location=SPARE).in_transit == 0


def test_no_lot_arrives_that_was_not_sent() -> None:
    """Old ones are on their way; a new one cannot come out of it, nor leave without a name."""
    stock = after(*TWO_LOTS, Dispatch(key=KEY, transfer=TRANSFER, quantity=2, lot=OLD))

    assert "lot NEW: wanted 1, available 0" in refused(
        stock, Arrive(key=KEY, transfer=TRANSFER, quantity=1, lot=NEW)
    )
    assert "available 0" in refused(stock, Dispatch(key=KEY, transfer=TRANSFER, quantity=1))


# -- counts, losses, damage --------------------------------------------------------------------------


def test_one_lot_is_counted() -> None:
    """Three of five old ones are found, and then six: the newer lot is as it was."""
    stock = after(*TWO_LOTS, Count(key=KEY, sku=HONEY, counted=3, lot=OLD))
    assert lots(stock) == {("shelf", "OLD", ""): 3, ("shelf", "NEW", ""): 5}
    assert stock.level(HONEY).sellable == 8

    stock = after(Count(key=KEY, sku=HONEY, counted=6, lot=OLD), stock=stock)
    assert lots(stock)["shelf", "OLD", ""] == 6


def test_a_count_that_names_no_lot_loses_no_unit_of_one() -> None:
    """Nine of eleven are found, and only one carries no lot: nobody knows which lot is short."""
    stock = after(*TWO_LOTS, receive(1))
    assert refused(stock, Count(key=KEY, sku=HONEY, counted=9)) == (
        "refused: HONEY at main: wanted 2, available 1, short of 1"
    )
    assert after(Count(key=KEY, sku=HONEY, counted=10), stock=stock).level(HONEY).sellable == 10


def test_no_more_of_a_lot_is_missing_than_lies_on_the_shelf() -> None:
    """Two old ones were picked: they are no part of what may be missing."""
    stock = after(*TWO_LOTS, sell(want(ANNA, 2)), Pick(key=KEY, wants=[want(ANNA, 2, OLD)]))
    missing = Adjust(key=KEY, sku=HONEY, difference=-4, reason="missing", lot=OLD)
    assert refused(stock, missing) == (
        "refused: HONEY at main, lot OLD: wanted 4, available 3, short of 1"
    )


def test_where_no_lots_are_kept_picked_units_may_be_missing() -> None:
    """One of two was picked; none is found, and both are waited for."""
    stock = after(receive(2), sell(want(ANNA, 2)), Pick(key=KEY, wants=[want(ANNA, 1)]))
    stock = after(Count(key=KEY, sku=HONEY, counted=0), stock=stock)
    assert stock.level(HONEY).uncovered_units == 2


def test_damage_of_a_promised_lot_breaks_the_latest_promise() -> None:
    """Ten units, nine promised; three old ones break: one is free, the latest order loses two."""
    stock = after(
        *TWO_LOTS,
        sell(want(ANNA, 3)),
        sell(want(BEN, 3)),
        sell(want(CLEO, 3)),
        Damage(key=KEY, sku=HONEY, quantity=3, reason="cracked", lot=OLD),
    )
    level = stock.level(HONEY)

    assert lots(stock) == {
        ("shelf", "OLD", ""): 2,
        ("shelf", "NEW", ""): 5,
        ("damaged", "OLD", ""): 3,
    }
    assert [(debt.owner, debt.quantity) for debt in level.uncovered] == [(CLEO, 2)]
    assert [(p.owner, p.quantity) for p in level.allocations] == [(ANNA, 3), (BEN, 3), (CLEO, 1)]


# -- returns ---------------------------------------------------------------------------------------


def test_a_return_is_inspected_under_its_lot() -> None:
    """Two come back into quarantine; one is fit for sale, one is scrap."""
    inspect: dict[str, Any] = {
        "key": KEY,
        "sku": HONEY,
        "quantity": 1,
        "source": Bucket.QUARANTINED,
    }
    stock = after(
        TakeBack(key=KEY, wants=[want(ANNA, 2, OLD)], bucket=Bucket.QUARANTINED),
    )
    assert lots(stock) == {("quarantined", "OLD", ""): 2}
    assert "lot NEW" in refused(stock, Relocate(**inspect, target=Bucket.SELLABLE, lot=NEW))
    assert "available 0" in refused(stock, Relocate(**inspect, target=Bucket.SELLABLE))

    stock = after(Relocate(**inspect, target=Bucket.SELLABLE, lot=OLD), stock=stock)
    assert lots(stock) == {("quarantined", "OLD", ""): 1, ("shelf", "OLD", ""): 1}
    stock = after(Relocate(**inspect, target=Bucket.SCRAP, lot=OLD), stock=stock)
    assert lots(stock) == {("shelf", "OLD", ""): 1}


# -- loading no more than is needed ------------------------------------------------------------------


def crowded() -> StockLevel:
    """Return a level with two hundred lots, two hundred orders, and a pick of every tenth lot."""
    names = [LotId(f"lot-{n:03}") for n in range(200)]
    owners = [Owner.line(OrderId(f"etsy/{n}"), LineId("1")) for n in range(200)]
    stock = after(
        *(receive(3, name) for name in names),
        *(sell(want(owner, 2)) for owner in owners),
        *(Pick(key=KEY, wants=[want(owners[n], 1, names[n])]) for n in range(0, 200, 10)),
    )
    return stock.level(HONEY)


def loaded(level: StockLevel, need: LevelNeed) -> list[SavedPromise]:
    """Return the rows of *level* that a store loads where nobody waits and no hold has expired."""
    return [
        SavedPromise(kind, owner, *row)
        for kind, rows in draft_of(level).promises.items()
        for owner, row in rows.items()
        if need.is_whole or (need.lots if kind == "lot" else owner in need.owners)
    ]


FIRST, SECOND = (Owner.line(OrderId(f"etsy/{n}"), LineId("1")) for n in (0, 1))
PROMISED: dict[str, Any] = {"key": KEY, "wants": [want(SECOND, 1)]}
BATCHES: tuple[tuple[StockCommand, int], ...] = (
    (PutOnHold(**PROMISED, expires_at=NOW + timedelta(hours=1)), 1),
    (Reserve(**PROMISED, placed_at=NOW), 1),
    (Record(**PROMISED, placed_at=NOW), 1),
    (receive(2), 0),
    (receive(2, LotId("lot-007")), 220),
    (Pick(key=KEY, wants=[want(SECOND, 2, LotId("lot-001"))]), 221),
    (Ship(key=KEY, wants=[want(FIRST, 1)]), 222),
    (Unpick(key=KEY, wants=[want(FIRST, 1)]), 222),
    (Release(key=KEY, wants=[want(FIRST, 2)]), 222),
    (Dispatch(key=KEY, transfer=TRANSFER, quantity=3, lot=LotId("lot-003")), 220),
    (Adjust(key=KEY, sku=HONEY, difference=-3, reason="missing", lot=LotId("lot-003")), 440),
)


def test_a_command_loads_lots_only_where_goods_move() -> None:
    """
    Two hundred lots and as many orders: rows loaded are counted, and the answer is the same.

    A promise loads its owner's row alone; where goods move, the lots come with it.
    """
    level = crowded()
    whole = loaded(level, next(iter(needs_of([BATCHES[-1][0]]).values())))
    assert len(whole) == 440
    for command, rows in BATCHES:
        needs = needs_of([command])
        part = loaded(level, needs[level.key])
        assert len(part) == rows, command

        def answer(
            promises: list[SavedPromise], command: StockCommand = command
        ) -> tuple[Outcome, object, LevelRow, object]:
            drafts = {key: DraftLevel(key) for key in needs_of([command])}
            drafts[level.key] = draft = DraftLevel(level.key, draft_of(level).before, promises)
            [outcome], rows = decide_drafts(drafts, [command], now=NOW, coverage=Coverage.ARRIVAL)
            saved = {(kind, name): draft.promises[kind].get(name) for kind, name in draft.changed}
            return outcome, rows, draft.row(), saved

        assert answer(part) == answer(whole)
        assert not isinstance(answer(part)[0], Refused)


# -- the value -------------------------------------------------------------------------------------


def lot_units(quantity: int = 1, *, place: str = "shelf", owner: Owner | None = None) -> LotUnits:
    """Return units of the old lot."""
    return LotUnits(lot=OLD, place=place, quantity=quantity, since=NOW, rank=0, owner=owner)


@pytest.mark.parametrize(
    ("place", "owner", "match"),
    [
        ("attic", None, "place must be one of"),
        ("shelf", ANNA, "an owner where"),
        ("picked", None, "an owner where"),
    ],
)
def test_lot_units_lie_in_a_known_place(place: str, owner: Owner | None, match: str) -> None:
    """Units of a lot have an owner where they are picked or on their way, and only there."""
    with pytest.raises(FieldError, match=match):
        lot_units(place=place, owner=owner)


@pytest.mark.parametrize(
    ("lots", "next_rank", "match"),
    [
        ([lot_units(3)], 1, "at most the units shelf"),
        ([lot_units(1), lot_units(1)], 1, "one entry for each lot"),
        ([lot_units(1)], 0, "above the ranks of lots"),
        ([lot_units(1, place="quarantined")], 1, "at most the units quarantined"),
        ([lot_units(1, place="picked", owner=ANNA)], 1, "at most the units picked for"),
        ([lot_units(1, place="in_transit", owner=ANNA)], 1, "at most the units in_transit for"),
    ],
)
def test_lots_are_no_more_than_the_units_of_their_place(
    lots: list[LotUnits], next_rank: int, match: str
) -> None:
    """A level of two sellable units refuses lots that it has no units for."""
    with pytest.raises(FieldError, match=match):
        StockLevel(sku=HONEY, sellable=2, lots=lots, next_rank=next_rank)


def test_a_level_with_lots_is_read_back_as_it_was() -> None:
    """Through the rows and back: the same value, owners and all."""
    level = crowded()
    assert Stock([level]).decide(sell(want(ANNA, 1)), now=NOW)[0].level(HONEY).lots == level.lots
