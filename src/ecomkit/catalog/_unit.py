"""Units of measure, by their UN/ECE Recommendation 20 codes, and what they are in each other."""

from __future__ import annotations

import enum
from fractions import Fraction

__all__ = ["Dimension", "Unit"]


class Dimension(enum.Enum):
    """What a unit measures; only units of one dimension can be converted into each other."""

    COUNT = "count"
    MASS = "mass"
    LENGTH = "length"
    AREA = "area"
    VOLUME = "volume"


class Unit(enum.Enum):
    """
    A unit in which goods are sold; its value is the code of UN/ECE Recommendation 20.

    The code is what electronic invoices (EN 16931, Peppol, Factur-X) and customs papers carry.
    The pound, the ounce, the inch, the foot and the
    yard are exact by the international agreement of 1959; the US gallon is 231 cubic inches.

    >>> Unit("KGM"), Unit.KILOGRAM.symbol, Unit.KILOGRAM.dimension
    (<Unit.KILOGRAM: 'KGM'>, 'kg', <Dimension.MASS: 'mass'>)
    """

    ONE = "C62"
    PIECE = "H87"
    PAIR = "PR"
    DOZEN = "DZN"

    MILLIGRAM = "MGM"
    GRAM = "GRM"
    KILOGRAM = "KGM"
    TONNE = "TNE"
    OUNCE = "ONZ"
    POUND = "LBR"

    MILLIMETRE = "MMT"
    CENTIMETRE = "CMT"
    METRE = "MTR"
    KILOMETRE = "KMT"
    INCH = "INH"
    FOOT = "FOT"
    YARD = "YRD"

    SQUARE_CENTIMETRE = "CMK"
    SQUARE_METRE = "MTK"
    SQUARE_FOOT = "FTK"

    MILLILITRE = "MLT"
    CENTILITRE = "CLT"
    LITRE = "LTR"
    HECTOLITRE = "HLT"
    CUBIC_METRE = "MTQ"
    US_GALLON = "GLL"

    __hash__ = object.__hash__

    @property
    def symbol(self) -> str:
        """What people write behind the number."""
        return _FACTS[self][0]

    @property
    def dimension(self) -> Dimension:
        """What the unit measures."""
        return _FACTS[self][1]

    @property
    def size(self) -> Fraction:
        """The unit in pieces, kilograms, metres, square metres or litres; exact."""
        return _FACTS[self][2]

    def in_unit(self, other: Unit) -> Fraction | None:
        """
        Return how many of *other* make one of this unit, None if they measure different things.

        >>> Unit.POUND.in_unit(Unit.GRAM)
        Fraction(45359237, 100000)
        """
        if other.dimension is not self.dimension:
            return None
        return self.size / other.size


_FACTS: dict[Unit, tuple[str, Dimension, Fraction]] = {
    Unit.ONE: ("", Dimension.COUNT, Fraction(1)),
    Unit.PIECE: ("pc", Dimension.COUNT, Fraction(1)),
    Unit.PAIR: ("pr", Dimension.COUNT, Fraction(2)),
    Unit.DOZEN: ("doz", Dimension.COUNT, Fraction(12)),
    Unit.MILLIGRAM: ("mg", Dimension.MASS, Fraction(1, 1_000_000)),
    Unit.GRAM: ("g", Dimension.MASS, Fraction(1, 1_000)),
    Unit.KILOGRAM: ("kg", Dimension.MASS, Fraction(1)),
    Unit.TONNE: ("t", Dimension.MASS, Fraction(1_000)),
    Unit.OUNCE: ("oz", Dimension.MASS, Fraction("0.45359237") / 16),
    Unit.POUND: ("lb", Dimension.MASS, Fraction("0.45359237")),
    Unit.MILLIMETRE: ("mm", Dimension.LENGTH, Fraction(1, 1_000)),
    Unit.CENTIMETRE: ("cm", Dimension.LENGTH, Fraction(1, 100)),
    Unit.METRE: ("m", Dimension.LENGTH, Fraction(1)),
    Unit.KILOMETRE: ("km", Dimension.LENGTH, Fraction(1_000)),
    Unit.INCH: ("in", Dimension.LENGTH, Fraction("0.0254")),
    Unit.FOOT: ("ft", Dimension.LENGTH, Fraction("0.3048")),
    Unit.YARD: ("yd", Dimension.LENGTH, Fraction("0.9144")),
    Unit.SQUARE_CENTIMETRE: ("cm²", Dimension.AREA, Fraction(1, 10_000)),
    Unit.SQUARE_METRE: ("m²", Dimension.AREA, Fraction(1)),
    Unit.SQUARE_FOOT: ("ft²", Dimension.AREA, Fraction("0.3048") ** 2),
    Unit.MILLILITRE: ("ml", Dimension.VOLUME, Fraction(1, 1_000)),
    Unit.CENTILITRE: ("cl", Dimension.VOLUME, Fraction(1, 100)),
    Unit.LITRE: ("l", Dimension.VOLUME, Fraction(1)),
    Unit.HECTOLITRE: ("hl", Dimension.VOLUME, Fraction(100)),
    Unit.CUBIC_METRE: ("m³", Dimension.VOLUME, Fraction(1_000)),
    Unit.US_GALLON: ("gal", Dimension.VOLUME, 231 * Fraction("0.254") ** 3),
}
