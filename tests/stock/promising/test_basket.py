"""Baskets: lines that share what is on the shelves are checked together, kits taken apart."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.catalog import Component, Kit, Kits, kit_available
from ecomkit.errors import FieldError
from ecomkit.identifiers import PurchaseOrderId, Sku
from ecomkit.stock import StockLevel
from ecomkit.stock.promising import (
    AvailableToPromise,
    Basket,
    BasketLine,
    BasketNeed,
    BasketShortage,
    FittedLine,
    Incoming,
    PromiseSchedule,
    basket_available,
    basket_room,
    earliest_basket,
    fit_basket,
)
from ecomkit.testing.strategies import kit_sets

NAMES = st.sampled_from([Sku(letter) for letter in "ABCDEF"])
SETS = kit_sets(skus=NAMES, max_size=3, max_quantity=3)
LINES = st.lists(st.tuples(NAMES, st.integers(1, 3)), max_size=3)
SHELVES = st.dictionaries(NAMES, st.integers(-2, 15))

PENCIL, ERASER, CASE, SCHOOL = Sku("PENCIL"), Sku("ERASER"), Sku("CASE"), Sku("SCHOOL")
PIECE, CARTON, PALLET = Sku("PIECE"), Sku("CARTON"), Sku("PALLET")


def kit_of(sku: str, **quantities: int) -> Kit:
    """Return a kit with components named by keyword."""
    return Kit(
        sku=Sku(sku),
        components=[Component(sku=Sku(name), quantity=n) for name, n in quantities.items()],
    )


SCHOOL_KITS = Kits(kits=[kit_of("SCHOOL", PENCIL=2, ERASER=1, CASE=1)])
CARTONS = Kits(kits=[kit_of("PALLET", CARTON=4), kit_of("CARTON", PIECE=12)])


def opened(sku: Sku, kits: Kits) -> Counter[Sku]:
    """Return what one *sku* takes, by opening every box: the slow model."""
    kit = kits.get(sku)
    if kit is None:
        return Counter([sku])
    found: Counter[Sku] = Counter()
    for component in kit.components:
        for _ in range(component.quantity):
            found += opened(component.sku, kits)
    return found


class Shop:
    """Shelves from which units are sold one by one."""

    def __init__(self, available: dict[Sku, int], kits: Kits) -> None:
        self.shelves = Counter({sku: units for sku, units in available.items() if units > 0})
        self.kits = kits

    def sell(self, sku: Sku) -> bool:
        """Take one unit if it is there, and say whether it was."""
        takes = opened(sku, self.kits)
        if any(self.shelves[part] < units for part, units in takes.items()):
            return False
        self.shelves -= takes
        return True

    def sell_basket(self, basket: Basket) -> list[int]:
        """Sell line by line and unit by unit, and return how many units of each line went."""
        return [sum(self.sell(line.sku) for _ in range(line.quantity)) for line in basket.lines]


def quantities(basket: Basket) -> list[int]:
    """Return the quantity of each line."""
    return [line.quantity for line in basket.lines]


# -- the laws -----------------------------------------------------------------------------------


@given(LINES, SHELVES, SETS)
def test_a_basket_fits_exactly_if_all_of_it_can_be_sold_one_by_one(
    lines: list[tuple[Sku, int]], shelves: dict[Sku, int], kits: Kits
) -> None:
    """The check agrees with selling unit by unit until something runs out."""
    basket = Basket.of(*lines)
    sold = Shop(shelves, kits).sell_basket(basket)

    assert basket_available(basket, available=shelves, kits=kits).fits == (
        sold == quantities(basket)
    )


@given(LINES, SHELVES, SETS)
def test_the_best_fit_is_what_is_sold_one_by_one(
    lines: list[tuple[Sku, int]], shelves: dict[Sku, int], kits: Kits
) -> None:
    """Each line keeps what selling in the order of the lines gives it, and the rest fits."""
    basket = Basket.of(*lines)
    fit = fit_basket(basket, available=shelves, kits=kits)

    assert [fitted.kept for fitted in fit.lines] == Shop(shelves, kits).sell_basket(basket)
    assert basket_available(fit.basket, available=shelves, kits=kits).fits
    assert fit.is_whole == basket_available(basket, available=shelves, kits=kits).fits


@given(LINES, SHELVES, SETS)
def test_no_part_that_fits_keeps_more_of_an_earlier_line(
    lines: list[tuple[Sku, int]], shelves: dict[Sku, int], kits: Kits
) -> None:
    """Of all parts that fit, tried one by one, the best keeps most of the first lines."""
    basket = Basket.of(*lines)
    parts = product(*(range(n + 1) for n in quantities(basket)))
    fitting = [
        part
        for part in parts
        if basket_available(
            Basket.of(*((sku, n) for (sku, _), n in zip(lines, part, strict=True) if n)),
            available=shelves,
            kits=kits,
        ).fits
    ]
    kept = [f.kept for f in fit_basket(basket, available=shelves, kits=kits).lines]

    assert [*max(fitting)] == kept


@given(LINES, SHELVES, SETS, NAMES)
def test_the_room_beside_a_basket_is_what_can_still_be_sold(
    lines: list[tuple[Sku, int]], shelves: dict[Sku, int], kits: Kits, sku: Sku
) -> None:
    """Sell the basket, then sell the sku until there is none: so many had room."""
    basket = Basket.of(*lines)
    shop = Shop(shelves, kits)
    room = 0
    if shop.sell_basket(basket) == quantities(basket):
        while shop.sell(sku):
            room += 1

    assert room == basket_room(basket, sku=sku, available=shelves, kits=kits)


@given(LINES, SHELVES, SETS)
def test_every_sku_that_is_short_is_named_with_all_who_want_it(
    lines: list[tuple[Sku, int]], shelves: dict[Sku, int], kits: Kits
) -> None:
    """Not the first one only: each with what is wanted, what there is, and the lines."""
    answer = basket_available(Basket.of(*lines), available=shelves, kits=kits)
    wanted: Counter[Sku] = Counter()
    for sku, quantity in lines:
        for _ in range(quantity):
            wanted += opened(sku, kits)
    short = {
        sku: (units, max(0, shelves.get(sku, 0)))
        for sku, units in wanted.items()
        if units > max(0, shelves.get(sku, 0))
    }

    assert short == {s.sku: (s.wanted, s.available) for s in answer.shortages}
    for shortage in answer.shortages:
        assert [need.line for need in shortage.needs] == [
            BasketLine(sku=sku, quantity=quantity)
            for sku, quantity in lines
            if shortage.sku in opened(sku, kits)
        ]
        assert shortage.explain() in answer.explain()


@given(SHELVES, kit_sets(skus=NAMES, min_size=1, max_size=3, max_quantity=3))
def test_an_empty_basket_leaves_room_for_all_that_can_be_put_together(
    shelves: dict[Sku, int], kits: Kits
) -> None:
    """The room beside nothing is the number of kits that are available."""
    for kit in kits.kits:
        assert kit_available(kit, available=shelves, kits=kits) == basket_room(
            Basket.of(), sku=kit.sku, available=shelves, kits=kits
        )


NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def schedule(sku: Sku, *units: int) -> PromiseSchedule:
    """Return what can be promised of *sku* with *units* there, and more a day later each."""
    there, *coming = units
    return AvailableToPromise()(
        StockLevel.counted(sku, on_hand=there),
        incoming=[
            Incoming(
                sku=sku,
                quantity=quantity,
                expected_on=NOON.date() + timedelta(days=number),
                source=PurchaseOrderId("PO-1"),
            )
            for number, quantity in enumerate(coming, start=1)
            if quantity
        ],
        now=NOON,
    )


@given(
    LINES.filter(bool),
    st.dictionaries(NAMES, st.lists(st.integers(0, 6), min_size=1, max_size=4)),
    SETS,
)
def test_a_basket_is_promised_for_the_first_day_on_which_it_fits(
    lines: list[tuple[Sku, int]], units: dict[Sku, list[int]], kits: Kits
) -> None:
    """Asked day by day, no earlier day has all of it."""
    basket = Basket.of(*lines)
    schedules = {sku: schedule(sku, *numbers) for sku, numbers in units.items()}
    days = [NOON.date() + timedelta(days=number) for number in range(4)]
    fitting = [
        day
        for day in days
        if basket_available(
            basket,
            available={sku: known.on(day) for sku, known in schedules.items()},
            kits=kits,
        ).fits
    ]

    assert (fitting[0] if fitting else None) == earliest_basket(
        basket, schedules=schedules, kits=kits
    )


# -- examples -----------------------------------------------------------------------------------


def test_two_lines_of_one_sku_are_one_shortage() -> None:
    """Row 21: five there, three and three wanted: six wanted, five available."""
    sku = Sku("A")
    answer = basket_available(Basket.of((sku, 3), (sku, 3)), available={sku: 5})
    [shortage] = answer.shortages

    assert (shortage.wanted, shortage.available) == (6, 5)
    assert answer.explain() == "does not fit: A: wanted 6, available 5 (3 for 3 A, 3 for 3 A)"
    assert basket_available(Basket.of((sku, 3), (sku, 2)), available={sku: 5}).explain() == "fits"


@pytest.mark.parametrize("quantity", [0, -1, 1.0, True, None, 10**12 + 1])
def test_a_line_of_nothing_is_refused(quantity: Any) -> None:
    """Row 22: a line of zero never hides the shortage of the line before it."""
    with pytest.raises(FieldError) as caught:
        Basket.of((Sku("A"), 9), (Sku("A"), quantity))

    assert (caught.value.owner, caught.value.field) == ("BasketLine", "quantity")


def test_pieces_and_a_carton_of_them_share_the_shelf() -> None:
    """Row 23: 120 pieces; 115 and a carton of twelve are 127: each fits alone, not together."""
    basket = Basket.of((PIECE, 115), (CARTON, 1))
    answer = basket_available(basket, available={PIECE: 120}, kits=CARTONS)

    assert [(s.wanted, s.available) for s in answer.shortages] == [(127, 120)]
    for line in basket.lines:
        alone = Basket(lines=[line])
        assert basket_available(alone, available={PIECE: 120}, kits=CARTONS).fits


def test_a_kit_is_as_many_as_its_scarcest_component() -> None:
    """Row 24: six pencils, two erasers, three cases make two; with one eraser sold, one."""
    shelves = {PENCIL: 6, ERASER: 2, CASE: 3}

    def room(basket: Basket) -> int:
        return basket_room(basket, sku=SCHOOL, available=shelves, kits=SCHOOL_KITS)

    assert (room(Basket.of()), room(Basket.of((ERASER, 1)))) == (2, 1)
    assert room(Basket.of((SCHOOL, 1), (PENCIL, 3))) == 0


def test_beside_a_basket_that_does_not_fit_there_is_no_room() -> None:
    """Not even for what the basket does not touch."""
    assert basket_room(Basket.of((PIECE, 2)), sku=CASE, available={PIECE: 1, CASE: 9}) == 0


def test_a_basket_that_takes_the_last_piece_leaves_room_for_other_things() -> None:
    """It fits to the last piece, and what it does not touch is all there."""
    assert basket_room(Basket.of((PIECE, 2)), sku=CASE, available={PIECE: 2, CASE: 9}) == 9


def test_later_lines_give_way_to_earlier_ones() -> None:
    """120 pieces: the pallet of 48 stays, six of the cartons stay, no single piece is left."""
    basket = Basket.of((PALLET, 1), (CARTON, 8), (PIECE, 5))
    fit = fit_basket(basket, available={PIECE: 120}, kits=CARTONS)

    assert [fitted.kept for fitted in fit.lines] == [1, 6, 0]
    assert fit.basket == Basket.of((PALLET, 1), (CARTON, 6))
    assert [fitted.given_up for fitted in fit.lines] == [0, 2, 5]
    assert not fit.is_whole
    assert fit.explain() == (
        "PALLET: all 1; CARTON: 6 of 8, limited by PIECE; PIECE: 0 of 5, limited by PIECE"
    )


def test_all_components_that_limit_a_line_are_named() -> None:
    """Erasers and cases run out together; pencils do not."""
    shelves = {PENCIL: 60, ERASER: 2, CASE: 2}
    [fitted] = fit_basket(Basket.of((SCHOOL, 5)), available=shelves, kits=SCHOOL_KITS).lines

    assert (fitted.kept, fitted.limited_by) == (2, (ERASER, CASE))


def test_an_answer_that_contradicts_itself_is_refused() -> None:
    """A shortage is short of something, and no line keeps more than was asked for."""
    line = BasketLine(sku=PIECE, quantity=3)
    with pytest.raises(FieldError) as short:
        BasketShortage(sku=PIECE, available=3, needs=[BasketNeed(line=line, units=3)])
    with pytest.raises(FieldError) as fitted:
        FittedLine(line=line, kept=4)

    assert (short.value.field, fitted.value.field) == ("needs", "kept")


def test_a_kit_is_promised_when_the_last_component_comes() -> None:
    """Pencils and cases are there, the second eraser comes on the third: two sets then."""
    schedules = {
        PENCIL: schedule(PENCIL, 6),
        CASE: schedule(CASE, 1, 1),
        ERASER: schedule(ERASER, 1, 0, 1),
    }

    assert earliest_basket(Basket.of((SCHOOL, 2)), schedules=schedules, kits=SCHOOL_KITS) == date(
        2026, 3, 3
    )
    assert earliest_basket(Basket.of((SCHOOL, 3)), schedules=schedules, kits=SCHOOL_KITS) is None
    assert earliest_basket(Basket.of((PIECE, 1)), schedules=schedules) is None
    assert earliest_basket(Basket.of(), schedules=schedules) is None
