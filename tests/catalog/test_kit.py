"""Kits: explosion, availability, cycles."""

from __future__ import annotations

import pickle
from itertools import pairwise
from typing import TYPE_CHECKING

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.catalog import (
    Component,
    DuplicateError,
    Kit,
    KitCycleError,
    Kits,
    explode,
    kit_available,
)
from ecomkit.errors import FieldError
from ecomkit.identifiers import Sku
from ecomkit.testing.strategies._catalog import kit_sets, kits

if TYPE_CHECKING:
    from collections.abc import Mapping
    from random import Random

PENCIL, ERASER, CASE = Sku("PENCIL"), Sku("ERASER"), Sku("CASE")
PIECE, CARTON = Sku("PIECE"), Sku("CARTON")

NAMES = st.sampled_from([Sku(letter) for letter in "ABCDEFGHIJ"])
SETS = kit_sets(skus=NAMES, max_quantity=20)
LINES = st.lists(st.tuples(NAMES, st.integers(1, 50)), max_size=6)


def kit_of(sku: str, **quantities: int) -> Kit:
    """Return a kit with components named by keyword."""
    return Kit(
        sku=Sku(sku),
        components=[Component(sku=Sku(name), quantity=n) for name, n in quantities.items()],
    )


SCHOOL = kit_of("SCHOOL", PENCIL=2, ERASER=1, CASE=1)


def slow_units(sku: Sku, collection: Kits) -> list[Sku]:
    """Return every single unit that one *sku* takes, by plain recursion: the slow model."""
    kit = collection.get(sku)
    if kit is None:
        return [sku]
    return [
        unit
        for component in kit.components
        for _ in range(component.quantity)
        for unit in slow_units(component.sku, collection)
    ]


def added(one: Mapping[Sku, int], other: Mapping[Sku, int]) -> dict[Sku, int]:
    """Return the sum of two mappings of quantities."""
    return {sku: one.get(sku, 0) + other.get(sku, 0) for sku in {**one, **other}}


@given(
    st.lists(st.tuples(NAMES, st.integers(1, 3)), max_size=3),
    kit_sets(skus=NAMES, max_size=3, max_quantity=3),
)
def test_explode_agrees_with_counting_one_by_one(
    lines: list[tuple[Sku, int]], collection: Kits
) -> None:
    """The total of each sku is what one counts by opening every box."""
    opened = [unit for sku, n in lines for _ in range(n) for unit in slow_units(sku, collection)]

    assert {sku: opened.count(sku) for sku in opened} == explode(lines, kits=collection)


@given(LINES, LINES, SETS)
def test_explode_conserves_units(
    one: list[tuple[Sku, int]], other: list[tuple[Sku, int]], collection: Kits
) -> None:
    """The units of two lists of lines together are those of the one plus those of the other."""
    apart = added(explode(one, kits=collection), explode(other, kits=collection))

    assert apart == explode([*one, *other], kits=collection)


@given(LINES, SETS, st.randoms(use_true_random=False))
def test_the_order_of_lines_and_kits_does_not_matter(
    lines: list[tuple[Sku, int]], collection: Kits, random: Random
) -> None:
    """Shuffled lines and shuffled kits take the same units."""
    shuffled_lines, shuffled_kits = [*lines], [*collection.kits]
    random.shuffle(shuffled_lines)
    random.shuffle(shuffled_kits)

    assert explode(lines, kits=collection) == explode(
        shuffled_lines, kits=Kits(kits=shuffled_kits)
    )


@given(LINES, SETS)
def test_no_kit_is_left_and_exploding_again_changes_nothing(
    lines: list[tuple[Sku, int]], collection: Kits
) -> None:
    """What comes out is on shelves, not in kits, so it explodes to itself."""
    total = explode(lines, kits=collection)

    assert not any(collection.get(sku) for sku in total)
    assert total == explode(total.items(), kits=collection)


@given(
    kit_sets(skus=NAMES, min_size=1, max_quantity=5),
    st.dictionaries(NAMES, st.integers(-5, 10_000)),
    st.data(),
)
def test_as_many_kits_as_are_available_fit_and_one_more_does_not(
    collection: Kits, available: dict[Sku, int], data: st.DataObject
) -> None:
    """With k kits available, the units of k are there, and those of k + 1 are not."""
    kit = data.draw(st.sampled_from(collection.kits))

    def fits(quantity: int) -> bool:
        wanted = explode([(kit.sku, quantity)], kits=collection)
        return all(n <= available.get(sku, 0) for sku, n in wanted.items())

    possible = kit_available(kit, available=available, kits=collection)

    assert possible >= 0
    assert possible == 0 or fits(possible)
    assert not fits(possible + 1)


@given(kits(skus=NAMES), st.integers(0, 1000))
def test_a_kit_is_available_as_often_as_its_components_were_put_there(
    kit: Kit, quantity: int
) -> None:
    """Stock made of exactly n kits gives n kits."""
    stock = {component.sku: quantity * component.quantity for component in kit.components}

    assert quantity == kit_available(kit, available=stock)


@given(SETS, NAMES)
def test_the_kits_containing_a_sku_are_those_that_take_it(collection: Kits, sku: Sku) -> None:
    """A kit contains a sku if exploding one of it takes that sku; no other kit does."""
    takers = [kit for kit in collection.kits if sku in explode([(kit.sku, 1)], kits=collection)]
    assert takers == list(collection.containing(sku))


@given(kit_sets())
def test_kits_of_any_names_and_quantities_are_taken(collection: Kits) -> None:
    """The whole range of skus and quantities explodes, pickles and compares."""
    lines = [(kit.sku, 1) for kit in collection.kits]

    assert bool(lines) == bool(explode(lines, kits=collection))
    assert collection == pickle.loads(pickle.dumps(collection))  # noqa: S301  # our own bytes


@pytest.mark.parametrize(("erasers", "possible"), [(2, 2), (1, 1), (0, 0), (-3, 0)])
def test_the_scarcest_component_decides(erasers: int, possible: int) -> None:
    """Pencils 6, erasers 2, cases 3 make 2 kits; after one eraser is sold alone, 1."""
    available = {PENCIL: 6, ERASER: erasers, CASE: 3}

    assert possible == kit_available(SCHOOL, available=available)


def test_a_component_that_nobody_has_makes_no_kit() -> None:
    """A sku missing from what is available counts as none."""
    assert kit_available(SCHOOL, available={PENCIL: 6, ERASER: 2}) == 0


def test_pieces_alone_and_in_cartons_are_summed() -> None:
    """115 pieces and one carton of 12 want 127 pieces."""
    collection = Kits(kits=[kit_of("CARTON", PIECE=12)])

    assert explode([(PIECE, 115), (CARTON, 1)], kits=collection) == {PIECE: 127}


def test_lines_of_one_sku_are_summed() -> None:
    """Two lines of 3 want 6."""
    assert explode([(PIECE, 3), (PIECE, 3)], kits=Kits()) == {PIECE: 6}


def test_a_component_shared_by_nested_kits_counts_with_the_sum() -> None:
    """A gift of one school kit and two pencils takes four pencils: 6 pencils make one."""
    gift = kit_of("GIFT", SCHOOL=1, PENCIL=2)
    collection = Kits(kits=[gift, SCHOOL])

    assert kit_available(gift, available={PENCIL: 6, ERASER: 9, CASE: 9}, kits=collection) == 1


def test_a_kit_need_not_stand_in_the_collection() -> None:
    """The kit asked for is the one given; the collection is asked for the kits inside only."""
    gift = kit_of("GIFT", SCHOOL=1)

    assert (
        kit_available(gift, available={PENCIL: 6, ERASER: 2, CASE: 3}, kits=Kits(kits=[SCHOOL]))
        == 2
    )


def test_deep_and_wide_nesting_is_resolved_once_for_each_kit() -> None:
    """Sixty levels that each contain the next on two ways are 2**60 units, found at once."""
    levels = [
        kit
        for level in range(60)
        for kit in (
            kit_of(f"K{level}", **{f"L{level}": 1, f"R{level}": 1}),
            kit_of(f"L{level}", **{f"K{level + 1}": 1}),
            kit_of(f"R{level}", **{f"K{level + 1}": 1}),
        )
    ]

    assert explode([(Sku("K0"), 1)], kits=Kits(kits=levels)) == {Sku("K60"): 2**60}


@pytest.mark.parametrize("quantity", [0, -1, True, 1.5, "2"])
def test_a_quantity_of_a_line_or_component_is_above_zero(quantity: object) -> None:
    """Zero, negative, boolean, broken and textual quantities are refused."""
    with pytest.raises(FieldError):
        explode([(PIECE, quantity)], kits=Kits())
    with pytest.raises(FieldError):
        Component(sku=PIECE, quantity=quantity)


def test_a_line_names_a_sku() -> None:
    """Plain text is no sku, so that nothing is counted under a name that was not checked."""
    with pytest.raises(FieldError):
        explode([("PIECE", 1)], kits=Kits())


def test_a_kit_has_components_that_differ() -> None:
    """A kit of nothing, and a kit with one component twice, are refused."""
    with pytest.raises(FieldError):
        Kit(sku=CARTON, components=[])
    with pytest.raises(DuplicateError) as caught:
        Kit(sku=CARTON, components=[Component(sku=PIECE, quantity=n) for n in (1, 2)])
    assert caught.value.duplicates == ("PIECE",)


def test_a_kit_is_not_its_own_component() -> None:
    """The shortest cycle is refused when the kit is made."""
    with pytest.raises(KitCycleError) as caught:
        kit_of("CARTON", CARTON=1)

    assert caught.value.cycle == (CARTON, CARTON)


def test_a_cycle_is_named_from_a_kit_down_to_itself() -> None:
    """Kits that contain each other are refused, and the error names the way round."""
    ring = [kit_of("A", B=1, X=1), kit_of("B", C=2), kit_of("C", A=1), kit_of("D", A=1)]

    with pytest.raises(KitCycleError) as caught:
        Kits(kits=ring)

    cycle = caught.value.cycle
    inside = {kit.sku: {component.sku for component in kit.components} for kit in ring}
    assert cycle[0] == cycle[-1]
    assert set(cycle) == {"A", "B", "C"}
    assert all(lower in inside[upper] for upper, lower in pairwise(cycle))
    assert caught.value.__context__ is None
    assert str(KitCycleError(cycle=(PIECE, CARTON, PIECE))) == (
        "a kit cannot contain itself, got PIECE > CARTON > PIECE; take one of these components out"
    )


def test_a_sku_is_one_kit() -> None:
    """Two kits of one name are refused."""
    with pytest.raises(DuplicateError):
        Kits(kits=[SCHOOL, SCHOOL])


def test_kits_are_found_by_sku() -> None:
    """A kit is found under its sku; a sku on a shelf is no kit."""
    collection = Kits(kits=[SCHOOL])

    assert collection.get(SCHOOL.sku) == SCHOOL
    assert collection.get(PENCIL) is None
    assert attrs.asdict(collection, recurse=False) == {"kits": (SCHOOL,)}


@pytest.mark.parametrize(
    "bounds",
    [
        {"min_size": 3, "max_size": 2},
        {"min_size": -1},
        {"max_quantity": 0},
        {"max_quantity": 2**62},
    ],
)
def test_the_strategy_refuses_bounds_that_contradict(bounds: dict[str, int]) -> None:
    """A strategy that could draw nothing is a mistake."""
    with pytest.raises(FieldError):
        kit_sets(**bounds)
