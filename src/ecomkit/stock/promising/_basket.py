"""Baskets: whether several lines can be had together, where kits share what is on the shelves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import final

import attrs

from ecomkit._checks import above_zero, as_tuple, each, is_a, not_negative, refuse, units
from ecomkit.catalog import Kits, explode
from ecomkit.identifiers import Sku

__all__ = [
    "Basket",
    "BasketAvailability",
    "BasketLine",
    "BasketNeed",
    "BasketShortage",
    "basket_available",
    "basket_room",
]

NO_KITS = Kits()


@final
@attrs.frozen(kw_only=True)
class BasketLine:
    """
    So many units of a sku, which may be a kit.

    Raises:
        FieldError: If *quantity* is not a whole number above 0: a line of nothing is a mistake.
    """

    sku: Sku = attrs.field(validator=is_a(Sku))
    quantity: int = attrs.field(validator=units)

    def needs(self, kits: Kits) -> dict[Sku, int]:
        """Return the units that the line takes from the shelves, by sku."""
        return explode([(self.sku, self.quantity)], kits=kits)


@final
@attrs.frozen(kw_only=True)
class Basket:
    """
    The lines that somebody wants together; one sku may stand on several.

    >>> Basket.of((Sku("PIECE"), 115), (Sku("CARTON"), 1)).lines[0].quantity
    115
    """

    lines: tuple[BasketLine, ...] = attrs.field(converter=as_tuple, validator=each(BasketLine))

    @classmethod
    def of(cls, *lines: tuple[Sku, int]) -> Basket:
        """Return the basket with *lines*, pairs of a sku and a quantity."""
        return cls(lines=(BasketLine(sku=sku, quantity=quantity) for sku, quantity in lines))

    def needs(self, kits: Kits) -> dict[Sku, int]:
        """Return the units that all lines together take from the shelves, by sku."""
        return explode(((line.sku, line.quantity) for line in self.lines), kits=kits)


@final
@attrs.frozen(kw_only=True)
class BasketNeed:
    """What one *line* of a basket takes of one sku: *units* units."""

    line: BasketLine = attrs.field(validator=is_a(BasketLine))
    units: int = attrs.field(validator=above_zero)


@final
@attrs.frozen(kw_only=True)
class BasketShortage:
    """One sku on the shelves of which a basket wants more than there is, and for which lines."""

    sku: Sku = attrs.field(validator=is_a(Sku))
    available: int = attrs.field(validator=not_negative)
    needs: tuple[BasketNeed, ...] = attrs.field(converter=as_tuple, validator=each(BasketNeed))

    def __attrs_post_init__(self) -> None:
        if self.wanted <= self.available:
            raise refuse(self, "needs", self.wanted, f"above the {self.available} available")

    @property
    def wanted(self) -> int:
        """Units that all lines want together."""
        return sum(need.units for need in self.needs)

    def explain(self) -> str:
        """Say what is wanted, what there is, and who wants it."""
        who = ", ".join(
            f"{need.units} for {need.line.quantity} {need.line.sku}" for need in self.needs
        )
        return f"{self.sku}: wanted {self.wanted}, available {self.available} ({who})"


@final
@attrs.frozen(kw_only=True)
class BasketAvailability:
    """Whether a basket can be had as a whole, and every sku that is short if it cannot."""

    shortages: tuple[BasketShortage, ...] = attrs.field(
        converter=as_tuple, validator=each(BasketShortage)
    )

    @property
    def fits(self) -> bool:
        """Whether nothing is short."""
        return not self.shortages

    def explain(self) -> str:
        """Say that it fits, or what is short."""
        if self.fits:
            return "fits"
        return "does not fit: " + "; ".join(short.explain() for short in self.shortages)


def basket_available(
    basket: Basket, *, available: Mapping[Sku, int], kits: Kits = NO_KITS
) -> BasketAvailability:
    """
    Return whether all of *basket* can be had together.

    Kits are taken apart and all lines are summed before anything is compared: of two lines that
    share a shelf, each may fit where both together do not.

    Args:
        basket: The lines.
        available: Units available by sku, none of which is a kit. A sku that it leaves out, or
            shows below 0, counts as 0.
        kits: The kits and the cartons; kits inside kits are taken apart too.

    >>> from ecomkit.catalog import Component, Kit
    >>> carton = Kit(sku=Sku("CARTON"), components=[Component(sku=Sku("PIECE"), quantity=12)])
    >>> answer = basket_available(
    ...     Basket.of((Sku("PIECE"), 115), (Sku("CARTON"), 1)),
    ...     available={Sku("PIECE"): 120},
    ...     kits=Kits(kits=[carton]),
    ... )
    >>> print(answer.explain())
    does not fit: PIECE: wanted 127, available 120 (115 for 115 PIECE, 12 for 1 CARTON)
    """
    needs_by_line = [(line, line.needs(kits)) for line in basket.lines]
    return BasketAvailability(
        shortages=(
            BasketShortage(
                sku=sku,
                available=units_of(available, sku),
                needs=(
                    BasketNeed(line=line, units=needs[sku])
                    for line, needs in needs_by_line
                    if sku in needs
                ),
            )
            for sku, wanted in basket.needs(kits).items()
            if wanted > units_of(available, sku)
        )
    )


def basket_room(
    basket: Basket, *, sku: Sku, available: Mapping[Sku, int], kits: Kits = NO_KITS
) -> int:
    """
    Return how many more of *sku* can be had beside *basket*; 0 if the basket itself does not fit.

    The arguments are those of :func:`basket_available`; *sku* may be a kit.

    >>> basket_room(Basket.of((Sku("A"), 2)), sku=Sku("A"), available={Sku("A"): 5})
    3
    """
    taken = basket.needs(kits)
    if any(wanted > units_of(available, part) for part, wanted in taken.items()):
        return 0
    return min(
        (units_of(available, part) - taken.get(part, 0)) // each_takes
        for part, each_takes in explode([(sku, 1)], kits=kits).items()
    )


def units_of(available: Mapping[Sku, int], sku: Sku) -> int:
    """Return the units of *sku*, 0 where it is left out or below 0."""
    return max(0, available.get(sku, 0))
