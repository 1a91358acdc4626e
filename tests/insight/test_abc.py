"""Laws of ABC classes."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.errors import FieldError
from ecomkit.identifiers import Sku
from ecomkit.insight import AbcClass, ClassBoundary, abc
from ecomkit.testing.strategies._identifiers import skus

boundaries = st.sampled_from(ClassBoundary)
values_by_sku = st.dictionaries(skus(), st.integers(0, 20) | st.integers(0, 10**12), max_size=8)


def classes(values: dict[Sku, int], *, boundary: ClassBoundary) -> dict[Sku, AbcClass]:
    """The class of each sku."""
    return {item.sku: item.abc_class for item in abc(values, boundary=boundary)}


@given(values_by_sku, boundaries)
def test_classes_are_a_partition(values: dict[Sku, int], boundary: ClassBoundary) -> None:
    """Every sku is there once with its value, by falling value, then by name."""
    items = abc(values, boundary=boundary)

    assert values == {item.sku: item.value for item in items}
    assert len(values) == len(items)
    assert sorted(items, key=lambda item: (-item.value, item.sku)) == list(items)


@given(values_by_sku, boundaries)
def test_classes_fall_with_the_value(values: dict[Sku, int], boundary: ClassBoundary) -> None:
    """No sku is in a better class than one of a higher value."""
    letters = [item.abc_class.value for item in abc(values, boundary=boundary)]

    assert sorted(letters) == letters


@given(values_by_sku, boundaries)
def test_thresholds_hold(values: dict[Sku, int], boundary: ClassBoundary) -> None:
    """The class follows from the exact share before the item, or including it."""
    total = sum(values.values())
    for item in abc(values, boundary=boundary):
        before = boundary is ClassBoundary.SHARE_BEFORE
        counted = item.cumulative - item.value if before else item.cumulative
        in_a = 100 * counted < 80 * total if before else 100 * counted <= 80 * total
        in_b = 100 * counted < 95 * total if before else 100 * counted <= 95 * total
        expected = AbcClass.A if in_a else AbcClass.B if in_b else AbcClass.C
        assert item.abc_class is (expected if total else AbcClass.C)


@given(values_by_sku, boundaries, st.integers(1, 1000))
def test_classes_do_not_depend_on_the_unit(
    values: dict[Sku, int], boundary: ClassBoundary, factor: int
) -> None:
    """Values in cents give the classes of values in euros."""
    scaled = {sku: factor * value for sku, value in values.items()}

    assert classes(values, boundary=boundary) == classes(scaled, boundary=boundary)


@given(values_by_sku, boundaries, st.data())
def test_order_of_arrival_does_not_matter(
    values: dict[Sku, int], boundary: ClassBoundary, data: st.DataObject
) -> None:
    """The skus in another order give the same answer, ties included."""
    shuffled = dict(data.draw(st.permutations(list(values.items()))))

    assert abc(values, boundary=boundary) == abc(shuffled, boundary=boundary)


@given(values_by_sku)
def test_the_conventions_differ_where_a_share_crosses(values: dict[Sku, int]) -> None:
    """A sku is never in a better class including itself than before itself."""
    including = classes(values, boundary=ClassBoundary.SHARE_INCLUDING)

    for sku, letter in classes(values, boundary=ClassBoundary.SHARE_BEFORE).items():
        assert letter.value <= including[sku].value


def test_the_first_sku_is_a_by_the_share_before_it() -> None:
    """One sku that makes 90 % is A by the share before it, B by the share including it."""
    values = {Sku("ELEPHANT"): 90, Sku("TIGER"): 10}

    assert list(classes(values, boundary=ClassBoundary.SHARE_BEFORE).values()) == [
        AbcClass.A,
        AbcClass.B,
    ]
    assert list(classes(values, boundary=ClassBoundary.SHARE_INCLUDING).values()) == [
        AbcClass.B,
        AbcClass.C,
    ]


def test_a_share_that_meets_the_threshold_is_within_it_or_full() -> None:
    """A sku that ends at exactly 80 % is A including itself, and A is full for the next one."""
    values = {Sku("ELEPHANT"): 80, Sku("TIGER"): 20}

    assert AbcClass.A is classes(values, boundary=ClassBoundary.SHARE_INCLUDING)[Sku("ELEPHANT")]
    assert AbcClass.B is classes(values, boundary=ClassBoundary.SHARE_BEFORE)[Sku("TIGER")]


def test_without_value_no_sku_matters() -> None:
    """Where nothing was sold every sku is C, by both conventions."""
    values = {Sku("ELEPHANT"): 0, Sku("TIGER"): 0}

    for boundary in ClassBoundary:
        assert {AbcClass.C} == set(classes(values, boundary=boundary).values())


def test_thresholds_can_be_moved() -> None:
    """Other thresholds give other classes."""
    values = {Sku("A"): 50, Sku("B"): 30, Sku("C"): 20}
    items = abc(values, a_percent=50, b_percent=80)

    assert [item.abc_class.value for item in items] == ["A", "B", "C"]


@pytest.mark.parametrize(
    ("a_percent", "b_percent"), [(0, 95), (80, 80), (95, 80), (80, 101), (-5, 80)]
)
def test_thresholds_rise(a_percent: int, b_percent: int) -> None:
    """Thresholds that do not rise, or are outside 0 to 100, are refused with both."""
    with pytest.raises(FieldError) as caught:
        abc({}, a_percent=a_percent, b_percent=b_percent)

    assert (a_percent, b_percent) == caught.value.got


@pytest.mark.parametrize("value", [-1, 0.5, True])
def test_values_are_counts(value: Any) -> None:
    """A negative value, a float or a bool is refused."""
    with pytest.raises(FieldError) as caught:
        abc({Sku("ELEPHANT"): value})

    assert value is caught.value.got
