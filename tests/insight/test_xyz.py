"""Laws of XYZ classes, and of the table of both."""

import math
from fractions import Fraction
from statistics import fmean, pstdev
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecomkit.errors import FieldError
from ecomkit.identifiers import Sku
from ecomkit.insight import AbcClass, abc
from ecomkit.insight._xyz import AbcXyzCell, AbcXyzTable, XyzClass, abc_xyz, xyz
from ecomkit.testing.strategies._identifiers import skus

TIGER, LION = Sku("TIGER"), Sku("LION")
SERIES = st.dictionaries(
    skus(), st.lists(st.none() | st.integers(0, 9) | st.integers(0, 10**9), max_size=9), max_size=8
)


def class_of(units: Any, **options: Any) -> XyzClass:
    """Return the class of one sku."""
    [item] = xyz({TIGER: units}, **options)
    return item.xyz_class


@given(SERIES)
@settings(deadline=None)
def test_classes_are_a_partition(series: Any) -> None:
    """Every sku is there once, with what was observed of it, the most even ones first."""
    items = xyz(series)

    assert {
        sku: (
            sum(count is not None for count in units),
            sum(count for count in units if count is not None),
        )
        for sku, units in series.items()
    } == {item.sku: (item.periods, item.units) for item in items}
    assert len(series) == len(items)
    variations = [math.inf if item.variation is None else item.variation for item in items]
    assert sorted(variations) == variations
    assert sorted(item.xyz_class.value for item in items) == [
        item.xyz_class.value for item in items
    ]


@given(SERIES)
@settings(deadline=None)
def test_the_variation_is_deviation_over_mean(series: Any) -> None:
    """The standard deviation of the whole, over the mean; None if nobody asked for any."""
    for item in xyz(series):
        known = [count for count in series[item.sku] if count is not None]
        if not sum(known):
            assert item.variation is None
            assert item.xyz_class is XyzClass.Z
        else:
            assert item.variation == pytest.approx(pstdev(known) / fmean(known), rel=1e-9)


@given(SERIES, st.integers(1, 1000))
@settings(deadline=None)
def test_classes_do_not_depend_on_the_unit(series: Any, factor: int) -> None:
    """Pieces give the classes of dozens."""
    scaled = {
        sku: [None if count is None else factor * count for count in units]
        for sku, units in series.items()
    }

    assert [(item.sku, item.variation, item.xyz_class) for item in xyz(series)] == [
        (item.sku, item.variation, item.xyz_class) for item in xyz(scaled)
    ]


@given(SERIES)
@settings(deadline=None)
def test_classes_do_not_depend_on_the_order_of_periods_or_on_unknown_ones(series: Any) -> None:
    """Only the amounts count."""
    turned = {sku: [None, *reversed(units)] for sku, units in series.items()}

    assert xyz(series) == xyz(turned)


@pytest.mark.parametrize(
    ("units", "expected"),
    [
        ([1, 3], XyzClass.Y),
        ([2, 5], XyzClass.X),
        ([0, 4], XyzClass.Z),
        ([1, 20], XyzClass.Y),
        ([7], XyzClass.X),
        ([0], XyzClass.Z),
        ([], XyzClass.Z),
        ([None], XyzClass.Z),
    ],
)
def test_a_value_at_a_cut_off_is_in_the_lower_class(units: Any, expected: XyzClass) -> None:
    """The variation of 1 and 3 is a half, that of 0 and 4 is one."""
    assert expected is class_of(units)


@pytest.mark.parametrize(("x_max", "y_max"), [(Fraction(3, 5), Fraction(2)), (0.6, 2), (0.6, 2.0)])
def test_cut_offs_are_chosen(x_max: Any, y_max: Any) -> None:
    """As fractions or as numbers."""
    options = {"x_max": x_max, "y_max": y_max}

    assert [class_of([1, 3], **options), class_of([0, 4], **options)] == [XyzClass.X, XyzClass.Y]


@pytest.mark.parametrize(
    ("x_max", "y_max"),
    [
        (0, 1),
        (1, 1),
        (2, 1),
        (-1, 1),
        (math.nan, 1),
        (1, math.nan),
        (1, math.inf),
        (True, 2),
        ("1", 2),
    ],
)
def test_cut_offs_rise(x_max: Any, y_max: Any) -> None:
    """Anything else parts nothing."""
    with pytest.raises(FieldError, match="x_max and y_max"):
        xyz({}, x_max=x_max, y_max=y_max)


@pytest.mark.parametrize("count", [-1, 1.5, True, "2"])
def test_units_are_whole_and_not_negative(count: Any) -> None:
    """Anything else is refused."""
    with pytest.raises(FieldError, match="series"):
        class_of([1, count])


@given(SERIES, st.data())
@settings(deadline=None)
def test_the_table_holds_each_sku_once_with_its_value(series: Any, data: st.DataObject) -> None:
    """Nine cells, in which the skus and their values are shared out."""
    values = {sku: data.draw(st.integers(0, 99)) for sku in series}
    items, evenness = abc(values), {item.sku: item.xyz_class for item in xyz(series)}
    table = abc_xyz(items, xyz_items=xyz(series))

    assert [(one, other) for one in AbcClass for other in XyzClass] == [
        (cell.abc_class, cell.xyz_class) for cell in table.cells
    ]
    assert sorted(values) == sorted(sku for cell in table.cells for sku in cell.skus)
    for item in items:
        cell = table.cell(item.abc_class, xyz_class=evenness[item.sku])
        assert item.sku in cell.skus
        assert cell.value == sum(values[sku] for sku in cell.skus)
        assert sorted(cell.skus, key=lambda sku: (-values[sku], sku)) == list(cell.skus)


def test_the_table_counts_its_skus() -> None:
    """A line for each ABC class."""
    cells = [
        AbcXyzCell(
            abc_class=one, xyz_class=other, skus=[TIGER] if other is XyzClass.Y else [], value=0
        )
        for one in AbcClass
        for other in XyzClass
    ]

    assert AbcXyzTable(cells=cells).explain() == (
        "A: X 0, Y 1, Z 0\nB: X 0, Y 1, Z 0\nC: X 0, Y 1, Z 0"
    )


@pytest.mark.parametrize("series", [{}, {LION: [1]}, {TIGER: [1], LION: [1]}])
def test_both_have_the_same_skus(series: Any) -> None:
    """A sku without one of its classes has no cell."""
    with pytest.raises(FieldError, match="the skus of the ABC items"):
        abc_xyz(abc({TIGER: 3}), xyz_items=xyz(series))


def test_no_sku_stands_in_the_table_twice() -> None:
    """Given twice on both sides, it is refused."""
    with pytest.raises(FieldError, match="each once"):
        abc_xyz(abc({TIGER: 3}) * 2, xyz_items=xyz({TIGER: [1]}) * 2)
