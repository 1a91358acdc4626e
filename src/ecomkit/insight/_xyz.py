"""XYZ classes: how evenly a sku is asked for, and the table of both, ABC and XYZ."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from enum import Enum
from fractions import Fraction
from typing import final

import attrs

from ecomkit._checks import as_tuple, each, is_a, not_negative, optional
from ecomkit.errors import FieldError
from ecomkit.identifiers import Sku
from ecomkit.insight._abc import AbcClass, AbcItem

X_MAX = Fraction(1, 2)
"""Class X varies by less than half of its mean, by custom."""

Y_MAX = Fraction(1)
"""Class Y varies by less than its mean, by custom."""


class XyzClass(Enum):
    """How evenly a sku is asked for; X most evenly."""

    X = "X"
    Y = "Y"
    Z = "Z"


@final
@attrs.frozen(kw_only=True)
class XyzItem:
    """
    One sku, in its class.

    ``periods`` is how many periods were observed, ``units`` what was asked for in them, and
    ``variation`` the coefficient of variation: the standard deviation of the whole (not of a
    sample) over the mean. It is None where nothing was asked for.
    """

    sku: Sku = attrs.field(validator=is_a(Sku))
    periods: int = attrs.field(validator=not_negative)
    units: int = attrs.field(validator=not_negative)
    variation: float | None = attrs.field(validator=optional(is_a(float)))
    xyz_class: XyzClass = attrs.field(validator=is_a(XyzClass))


def xyz(
    series: Mapping[Sku, Iterable[int | None]],
    *,
    x_max: Fraction | float = X_MAX,
    y_max: Fraction | float = Y_MAX,
) -> tuple[XyzItem, ...]:
    """
    Return the skus of *series*, the most evenly asked for first, each with its XYZ class.

    A series holds the units of consecutive periods; those that are None were not observed and
    count for nothing. A sku whose coefficient of variation is below *x_max* is in class X, below
    *y_max* in Y, else in Z: a value at a cut-off is in the lower class. Squares are compared as
    fractions, so nothing is rounded. Skus that vary alike stand in the order of their names;
    those that nobody asked for, or of which no period was observed, are in class Z and come last.

    Weeks or months are usual: days have weekends in them, and hardly anything is X by the day.

    Raises:
        FieldError: If units are negative or no whole number, or the cut-offs are not
            0 < x_max < y_max.

    >>> series = {Sku("TIGER"): [9, 10, 11], Sku("LION"): [0, 0, 12], Sku("BEAR"): [4, 8, None]}
    >>> [(item.sku, round(item.variation, 3), item.xyz_class.value) for item in xyz(series)]
    [(Sku('TIGER'), 0.082, 'X'), (Sku('BEAR'), 0.333, 'X'), (Sku('LION'), 1.414, 'Z')]
    """
    cut_offs = _cut_offs(x_max, y_max)
    found: list[tuple[bool, Fraction, XyzItem]] = []
    for sku, units in series.items():
        known = _known(units)
        square = _square_of_variation(known)
        item = XyzItem(
            sku=sku,
            periods=len(known),
            units=sum(known),
            variation=None if square is None else math.sqrt(square),
            xyz_class=_class_of(square, cut_offs=cut_offs),
        )
        found.append((square is None, square or Fraction(), item))
    found.sort(key=lambda row: (row[0], row[1], row[2].sku))
    return tuple(item for *_, item in found)


def _cut_offs(x_max: Fraction | float, y_max: Fraction | float) -> tuple[Fraction, Fraction]:
    numbers = (x_max, y_max)
    if (
        any(isinstance(number, bool) for number in numbers)
        or not all(isinstance(number, (int, float, Fraction)) for number in numbers)
        or not 0 < x_max < y_max < math.inf
    ):
        wanted = "two rising numbers above 0"
        raise FieldError(owner="xyz", field="x_max and y_max", got=numbers, wanted=wanted)
    return Fraction(x_max), Fraction(y_max)


def _class_of(square: Fraction | None, *, cut_offs: tuple[Fraction, Fraction]) -> XyzClass:
    x_max, y_max = cut_offs
    if square is None or square >= y_max * y_max:
        return XyzClass.Z
    return XyzClass.X if square < x_max * x_max else XyzClass.Y


def _known(units: Iterable[int | None]) -> list[int]:
    known = [count for count in units if count is not None]
    for count in known:
        if type(count) is not int or count < 0:
            wanted = "whole numbers, 0 or more, or None"
            raise FieldError(owner="xyz", field="series", got=count, wanted=wanted)
    return known


def _square_of_variation(units: list[int]) -> Fraction | None:
    """Return the squared coefficient of variation, exactly; None where nothing was asked for."""
    total = sum(units)
    if not total:
        return None
    return Fraction(len(units) * sum(count * count for count in units), total * total) - 1


@final
@attrs.frozen(kw_only=True)
class AbcXyzCell:
    """The skus of one ABC and one XYZ class, by falling value, and what they are worth together."""

    abc_class: AbcClass = attrs.field(validator=is_a(AbcClass))
    xyz_class: XyzClass = attrs.field(validator=is_a(XyzClass))
    skus: tuple[Sku, ...] = attrs.field(converter=as_tuple, validator=each(Sku))
    value: int = attrs.field(validator=not_negative)


@final
@attrs.frozen(kw_only=True)
class AbcXyzTable:
    """
    The nine cells of ABC against XYZ: AX, AY, AZ, BX ... CZ.

    What is worth much and asked for evenly (AX) can be planned closely; what is worth little and
    asked for now and then (CZ) is not worth planning.
    """

    cells: tuple[AbcXyzCell, ...] = attrs.field(converter=as_tuple, validator=each(AbcXyzCell))

    def cell(self, abc_class: AbcClass, *, xyz_class: XyzClass) -> AbcXyzCell:
        """Return the cell of two classes."""
        [found] = [
            cell
            for cell in self.cells
            if (cell.abc_class, cell.xyz_class) == (abc_class, xyz_class)
        ]
        return found

    def explain(self) -> str:
        """Say how many skus stand in each cell."""
        return "\n".join(
            f"{abc_class.value}: "
            + ", ".join(
                f"{xyz_class.value} {len(self.cell(abc_class, xyz_class=xyz_class).skus)}"
                for xyz_class in XyzClass
            )
            for abc_class in AbcClass
        )


def abc_xyz(abc_items: Iterable[AbcItem], *, xyz_items: Iterable[XyzItem]) -> AbcXyzTable:
    """
    Return the table of skus by what they are worth and how evenly they are asked for.

    Raises:
        FieldError: If the two do not hold the same skus, each once.

    >>> from ecomkit.insight import abc
    >>> values = {Sku("TIGER"): 90, Sku("LION"): 10}
    >>> months = {Sku("TIGER"): [9, 10, 11], Sku("LION"): [0, 0, 12]}
    >>> print(abc_xyz(abc(values), xyz_items=xyz(months)).explain())
    A: X 1, Y 0, Z 0
    B: X 0, Y 0, Z 1
    C: X 0, Y 0, Z 0
    """
    valued = tuple(abc_items)
    classes = tuple(xyz_items)
    if sorted(item.sku for item in valued) != sorted(item.sku for item in classes) or len(
        {item.sku for item in valued}
    ) < len(valued):
        raise FieldError(
            owner="abc_xyz",
            field="xyz_items",
            got=[item.sku for item in classes],
            wanted="the skus of the ABC items, each once",
        )
    evenness = {item.sku: item.xyz_class for item in classes}
    cells = []
    for abc_class in AbcClass:
        for xyz_class in XyzClass:
            items = [
                item
                for item in valued
                if item.abc_class is abc_class and evenness[item.sku] is xyz_class
            ]
            cells.append(
                AbcXyzCell(
                    abc_class=abc_class,
                    xyz_class=xyz_class,
                    skus=[item.sku for item in items],
                    value=sum(item.value for item in items),
                )
            )
    return AbcXyzTable(cells=cells)
