"""Measures: quantities that people write are whole units, exactly or not at all."""

from __future__ import annotations

import pickle
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ecomkit.catalog import (
    Dimension,
    Measure,
    NotWholeError,
    Pack,
    Unit,
    UnitMismatchError,
    Variant,
)
from ecomkit.catalog._measure import STEP_PLACES_MAX
from ecomkit.errors import FieldError
from ecomkit.identifiers import Sku
from ecomkit.money import Rounding, round_ratio

STEPS = st.builds(
    lambda digits, exponent: Decimal(digits).scaleb(exponent),
    st.integers(1, 999),
    st.integers(-20, 18),
)
MEASURES = st.builds(Measure, unit=st.sampled_from(Unit), step=STEPS)
USUAL = st.builds(
    Measure,
    unit=st.sampled_from(Unit),
    step=st.decimals(Decimal("0.01"), Decimal(100), places=2),
)
UNITS = st.integers(-(2**62) + 1, 2**62 - 1)

GRAMS = Measure(unit=Unit.GRAM)
CHEESE = Measure(unit=Unit.KILOGRAM, step=Decimal("0.001"))
CLOTH = Measure(unit=Unit.METRE, step=Decimal("0.5"))
CARTON = Pack(name="carton", units=12)


# -- the laws -----------------------------------------------------------------------------------


@given(MEASURES, UNITS)
def test_units_written_down_and_read_again_are_the_same(measure: Measure, units: int) -> None:
    """There and back nothing is lost, however narrow the decimal context is."""
    with localcontext(prec=3):
        quantity = measure.from_units(units)
        assert measure.to_units(quantity) == units

    assert Fraction(quantity) == units * Fraction(measure.step)


@given(USUAL, st.fractions(-1000, 1000), st.sampled_from(Rounding))
def test_a_quantity_is_whole_or_refused_or_rounded_by_name(
    measure: Measure, quantity: Fraction, rounding: Rounding
) -> None:
    """With a rounding it is the rounded ratio; without, exact or an error."""
    ratio = quantity / Fraction(measure.step)
    assert measure.to_units(quantity, rounding=rounding) == round_ratio(ratio, rounding=rounding)
    if ratio.denominator == 1:
        assert measure.to_units(quantity) == ratio
    else:
        with pytest.raises(NotWholeError):
            measure.to_units(quantity)


@given(USUAL, USUAL, st.integers(-(10**6), 10**6))
def test_a_conversion_that_is_exact_goes_back(one: Measure, other: Measure, units: int) -> None:
    """What converts without rounding converts back to the same units; what cannot says so."""
    try:
        there = one.convert(units, to=other)
    except NotWholeError:
        down = one.convert(units, to=other, rounding=Rounding.FLOOR)
        assert one.convert(units, to=other, rounding=Rounding.CEILING) == down + 1
    except UnitMismatchError:
        assert one.unit.dimension is not other.unit.dimension
    else:
        assert other.convert(there, to=one) == units


@given(st.integers(1, 1000), st.integers(0, 10**9))
def test_packs_and_loose_units_are_all_units(size: int, units: int) -> None:
    """Full packs and what is left over add up; the packs up hold all, the packs down all full."""
    pack = Pack(name="box", units=size)
    packs, loose = pack.split(units)

    assert pack.to_units(packs) + loose == units
    assert 0 <= loose < size
    assert pack.packs(pack.to_units(packs)) == packs
    assert pack.packs(units, rounding=Rounding.UP) == packs + bool(loose)


@pytest.mark.parametrize("dimension", Dimension)
@given(data=st.data())
def test_units_of_one_dimension_convert_by_any_way(
    dimension: Dimension, data: st.DataObject
) -> None:
    """Straight or by way of another unit, the factor is the same, and so it is back."""
    alike = st.sampled_from([unit for unit in Unit if unit.dimension is dimension])
    one, two, three = data.draw(alike), data.draw(alike), data.draw(alike)
    first, second = one.in_unit(two), two.in_unit(three)
    assert first is not None
    assert second is not None

    assert first * second == one.in_unit(three)
    assert first * (two.in_unit(one) or 0) == 1


# -- examples -----------------------------------------------------------------------------------


def test_cheese_is_weighed_to_the_gram() -> None:
    """1.250 kg are 1250 units, and are written with the decimals of the step."""
    assert CHEESE.to_units(Decimal("1.250")) == CHEESE.to_units(Decimal("1.25")) == 1250
    assert (CHEESE.from_units(1250), CHEESE.format(1250)) == (Decimal("1.250"), "1.250 kg")
    assert str(CHEESE.from_units(-5)) == "-0.005"


def test_half_a_gram_is_refused_or_rounded() -> None:
    """No rounding is named: an error with the quantity and the step, that travels."""
    with pytest.raises(NotWholeError) as caught:
        CHEESE.to_units(Decimal("1.2505"))

    assert (caught.value.quantity, caught.value.step) == ("1.2505 kg", "0.001 kg")
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)  # noqa: S301  # ours
    assert CHEESE.to_units(Decimal("1.2505"), rounding=Rounding.DOWN) == 1250
    assert CHEESE.to_units(Decimal("1.2505"), rounding=Rounding.HALF_UP) == 1251
    with pytest.raises(NotWholeError, match=r"^1/3 kg is not"):
        CHEESE.to_units(Fraction(1, 3))


def test_cloth_is_cut_by_the_half_metre() -> None:
    """2.5 m are five units, and 2.7 m are none."""
    assert CLOTH.to_units(Decimal("2.5")) == 5
    assert CLOTH.format(5) == "2.5 m"
    with pytest.raises(NotWholeError):
        CLOTH.to_units(Decimal("2.7"))


def test_pieces_are_the_usual_measure() -> None:
    """A unit is a piece where nobody says otherwise; the plain number has no symbol."""
    assert Measure() == Measure(unit=Unit.PIECE, step=Decimal(1))
    assert Measure().format(3) == "3 pc"
    assert Measure(unit=Unit.ONE).format(3) == "3"


def test_a_step_may_be_larger_than_its_unit() -> None:
    """Gravel by the ten kilograms: 1E+1 is written out."""
    gravel = Measure(unit=Unit.KILOGRAM, step=Decimal("1E+1"))

    assert (gravel.to_units(250), gravel.format(25)) == (25, "250 kg")


def test_measures_convert_exactly() -> None:
    """Grams into hundredths of a kilogram, pounds into grams, and no grams into litres."""
    pounds = Measure(unit=Unit.POUND)

    assert GRAMS.convert(1250, to=Measure(unit=Unit.KILOGRAM, step=Decimal("0.01"))) == 125
    assert pounds.convert(100_000, to=GRAMS) == 45_359_237
    assert pounds.convert(1, to=GRAMS, rounding=Rounding.HALF_UP) == 454
    with pytest.raises(NotWholeError) as whole:
        pounds.convert(1, to=GRAMS)
    assert (whole.value.quantity, whole.value.step) == ("1 lb", "1 g")
    with pytest.raises(UnitMismatchError) as mismatch:
        GRAMS.convert(1, to=Measure(unit=Unit.LITRE))
    assert str(mismatch.value) == "GRM (mass) cannot be converted into LTR (volume)"


def test_dozens_and_pairs_are_pieces() -> None:
    """Counts convert as well: two dozen are 24 pieces or twelve pairs."""
    dozens = Measure(unit=Unit.DOZEN)

    assert dozens.convert(2, to=Measure()) == 24
    assert dozens.convert(2, to=Measure(unit=Unit.PAIR)) == 12


@pytest.mark.parametrize(
    ("unit", "code", "size"),
    [
        (Unit.OUNCE, "ONZ", "0.028349523125"),
        (Unit.POUND, "LBR", "0.45359237"),
        (Unit.INCH, "INH", "0.0254"),
        (Unit.YARD, "YRD", "0.9144"),
        (Unit.SQUARE_FOOT, "FTK", "0.09290304"),
        (Unit.US_GALLON, "GLL", "3.785411784"),
        (Unit.CUBIC_METRE, "MTQ", "1000"),
    ],
)
def test_units_are_as_large_as_the_tables_say(unit: Unit, code: str, size: str) -> None:
    """The published factors, to the last digit."""
    assert (unit, unit.size) == (Unit(code), Fraction(size))


def test_every_unit_has_its_facts() -> None:
    """Each has a symbol of its own, a size, and each dimension has a unit of size one."""
    assert len({unit.symbol for unit in Unit}) == len(Unit)
    assert all(unit.size > 0 for unit in Unit)
    assert {unit.dimension for unit in Unit if unit.size == 1} == set(Dimension)


def test_a_carton_is_twelve() -> None:
    """Three cartons are 36; 40 pieces are three cartons and four pieces, or need four cartons."""
    assert (CARTON.to_units(3), CARTON.split(40)) == (36, (3, 4))
    assert (CARTON.packs(36), CARTON.packs(40, rounding=Rounding.UP)) == (3, 4)
    with pytest.raises(NotWholeError) as caught:
        CARTON.packs(40)
    assert (caught.value.quantity, caught.value.step) == ("40", "carton of 12")


# -- what is refused ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "quantity",
    [
        1.25,
        True,
        None,
        "1.25",
        Decimal("NaN"),
        Decimal("Infinity"),
        Decimal("1e1000000"),
        Decimal("1e-1000000"),
        Decimal("1." + "1" * 41),
        2**62,
        10**5000,
        Fraction(10**5000, 3),
        Fraction(1, 10**5000),
    ],
    ids=lambda value: type(value).__name__,
)
def test_only_exact_numbers_of_a_sane_size_are_taken(quantity: Any) -> None:
    """No float, no bool, no text, nothing endless, and nothing that would take for ever."""
    with pytest.raises(FieldError) as caught:
        CHEESE.to_units(quantity)

    assert (caught.value.owner, caught.value.field) == ("Measure", "quantity")


@pytest.mark.parametrize(
    "step", [0.001, 1, Decimal(0), Decimal(-1), Decimal("NaN"), Decimal("1e-1000000"), Fraction(1)]
)
def test_a_step_is_a_decimal_above_zero(step: Any) -> None:
    """It is written with every quantity, so it has decimals that end."""
    with pytest.raises(FieldError) as caught:
        Measure(step=step)

    assert (caught.value.owner, caught.value.field) == ("Measure", "step")


@pytest.mark.parametrize("units", [1.0, True, None, "1", 2**62, -(2**62)])
def test_units_are_whole_numbers(units: Any) -> None:
    """Everywhere: from units, conversion, packs."""
    for call in (
        CHEESE.from_units,
        lambda wrong: CHEESE.convert(wrong, to=GRAMS),
        CARTON.to_units,
        CARTON.packs,
        CARTON.split,
    ):
        with pytest.raises(FieldError):
            call(units)


def test_an_answer_that_no_ledger_holds_is_refused() -> None:
    """2**62 units and more are too many, however they come about."""
    most = 2**62 - 1
    tonnes = Measure(unit=Unit.TONNE)

    with pytest.raises(FieldError):
        tonnes.convert(most, to=GRAMS)
    with pytest.raises(FieldError):
        CARTON.to_units(most)
    assert CARTON.to_units(most // 12) <= most


def test_fewer_than_no_units_are_not_packed() -> None:
    """A shelf is not packed into minus one carton and eleven loose pieces."""
    with pytest.raises(FieldError) as caught:
        CARTON.split(-1)

    assert (caught.value.owner, caught.value.field) == ("Pack", "units")


@pytest.mark.parametrize(("field", "wrong"), [("name", 1), ("units", 0), ("units", 1.5)])
def test_the_parts_of_a_pack_are_checked(field: str, wrong: Any) -> None:
    """A pack has a name and holds at least one unit."""
    fields: dict[str, Any] = {"name": "carton", "units": 12, field: wrong}
    with pytest.raises(FieldError) as caught:
        Pack(**fields)

    assert caught.value.field == field


def test_a_unit_is_named_by_its_code() -> None:
    """A measure wants a Unit, not its code; the code finds the unit."""
    with pytest.raises(FieldError):
        Measure(unit="KGM")  # type: ignore[arg-type]  # what is tested

    assert Measure(unit=Unit("KGM")).unit is Unit.KILOGRAM


@given(MEASURES, st.integers(0, 5))
def test_equal_measures_read_alike(measure: Measure, zeros: int) -> None:
    """Zeros at the end of a step are no part of it: 0.50 kg and 0.5 kg tell the same numbers."""
    text = f"{measure.step:f}"
    widened = Decimal(text + ("" if "." in text else ".") + "0" * zeros)
    assume(-int(widened.as_tuple().exponent) <= STEP_PLACES_MAX)
    other = Measure(unit=measure.unit, step=widened)

    assert other == measure
    assert other.format(7) == measure.format(7)


def test_a_variant_is_counted_in_pieces_unless_it_says_otherwise() -> None:
    """What is sold by weight names its step; everything else is whole pieces."""
    cheese = Variant(sku=Sku("CHEESE"), measure=Measure(unit=Unit.KILOGRAM, step=Decimal("0.001")))

    assert cheese.measure.format(1250) == "1.250 kg"
    assert Variant(sku=Sku("ELEPHANT")).measure.format(3) == "3 pc"
    with pytest.raises(FieldError) as caught:
        Variant(sku=Sku("ELEPHANT"), measure="kg")  # type: ignore[arg-type]  # what is tested
    assert caught.value.field == "measure"
