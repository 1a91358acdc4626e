"""What is to be sourced: lines, and the pieces they may be cut into."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING, final

import attrs

from ecomkit._checks import UNITS_MAX, as_tuple, each, is_a, refuse, units
from ecomkit.catalog import Component, Kits, explode
from ecomkit.identifiers import Sku
from ecomkit.stock._accounts import Owner

if TYPE_CHECKING:
    from ecomkit.orders import Order

__all__ = ["LineUnits", "SourcingClaim", "SourcingLine", "SourcingPiece", "Splitting", "cut"]


@final
@attrs.frozen(kw_only=True)
class LineUnits:
    """So many units of a sku, for one line."""

    owner: Owner = attrs.field(validator=is_a(Owner))
    sku: Sku = attrs.field(validator=is_a(Sku))
    quantity: int = attrs.field(validator=units)


@final
@attrs.frozen(kw_only=True)
class SourcingLine:
    """
    A line to be sourced: *quantity* times *parts*, for one owner.

    A plain sku is its own single part; a kit has its components. The parts of one unit come
    from one location, unless kits may be split.

    Raises:
        FieldError: If there are no parts, two of one sku, or too many units.

    >>> from ecomkit.catalog import Kit
    >>> kit = Kit(sku=Sku("SCHOOL"), components=[Component(sku=Sku("PENCIL"), quantity=2)])
    >>> line = SourcingLine.of(
    ...     Owner("line:web/1#1"), sku=Sku("SCHOOL"), quantity=3, kits=Kits(kits=[kit])
    ... )
    >>> [(units.sku, units.quantity) for units in line.units]
    [(Sku('PENCIL'), 6)]
    """

    owner: Owner = attrs.field(validator=is_a(Owner))
    quantity: int = attrs.field(validator=units)
    parts: tuple[Component, ...] = attrs.field(converter=as_tuple, validator=each(Component))

    def __attrs_post_init__(self) -> None:
        if not self.parts or len({part.sku for part in self.parts}) != len(self.parts):
            raise refuse(self, "parts", self.parts, "one part or more, each of another sku")
        if self.quantity * max(part.quantity for part in self.parts) > UNITS_MAX:
            raise refuse(self, "quantity", self.quantity, f"at most {UNITS_MAX} units in all")

    @classmethod
    def of(
        cls, owner: Owner, *, sku: Sku, quantity: int, kits: Kits | None = None
    ) -> SourcingLine:
        """Return the line of *quantity* units of *sku*; a kit is taken apart."""
        parts = explode([(sku, 1)], kits=Kits() if kits is None else kits)
        return cls(
            owner=owner,
            quantity=quantity,
            parts=(Component(sku=part, quantity=number) for part, number in parts.items()),
        )

    @classmethod
    def of_order(cls, order: Order, *, kits: Kits | None = None) -> tuple[SourcingLine, ...]:
        """Return the open lines of *order*: what is ordered, not cancelled and not shipped."""
        return tuple(
            cls.of(Owner.line(order.id, line.id), sku=line.sku, quantity=open_units, kits=kits)
            for line in order.lines
            if (open_units := order.counts(line.id).open)
        )

    @property
    def units(self) -> tuple[LineUnits, ...]:
        """All units of the line, by sku."""
        return self._contents(self.quantity)

    @property
    def one(self) -> tuple[LineUnits, ...]:
        """The units of one unit of the line: one kit, or one of a plain sku."""
        return self._contents(1)

    def _contents(self, times: int) -> tuple[LineUnits, ...]:
        return tuple(
            LineUnits(owner=self.owner, sku=part.sku, quantity=times * part.quantity)
            for part in self.parts
        )


@final
@attrs.frozen(kw_only=True)
class SourcingClaim:
    """*count* times the same *contents*, each of which comes from one location as a whole."""

    count: int = attrs.field(validator=units)
    contents: tuple[LineUnits, ...] = attrs.field(converter=as_tuple, validator=each(LineUnits))

    def __attrs_post_init__(self) -> None:
        if not self.contents:
            raise refuse(self, "contents", self.contents, "one content or more")

    @property
    def units(self) -> tuple[LineUnits, ...]:
        """All units that are claimed."""
        return tuple(
            attrs.evolve(content, quantity=self.count * content.quantity)
            for content in self.contents
        )


@final
@attrs.frozen(kw_only=True)
class SourcingPiece:
    """
    What comes from one location as a whole, and how often it is wanted.

    Claims of the same parts are one piece, whatever lines they come from: lines of one sku are
    added up before anything is compared with stock.
    """

    claims: tuple[SourcingClaim, ...] = attrs.field(
        converter=as_tuple, validator=each(SourcingClaim)
    )

    def __attrs_post_init__(self) -> None:
        if not self.claims:
            raise refuse(self, "claims", self.claims, "one claim or more")

    @cached_property
    def parts(self) -> tuple[tuple[Sku, int], ...]:
        """The units of one piece, by sku, in the order of the skus."""
        return _parts(self.claims[0].contents)

    @cached_property
    def count(self) -> int:
        """How many of them are wanted."""
        return sum(claim.count for claim in self.claims)

    @property
    def size(self) -> int:
        """The units of one piece, of all skus."""
        return sum(quantity for _, quantity in self.parts)

    def split(self, count: int) -> tuple[tuple[SourcingClaim, ...], tuple[SourcingClaim, ...]]:
        """Return the first *count* pieces, in the order of the lines, and the others."""
        first: list[SourcingClaim] = []
        others: list[SourcingClaim] = []
        for claim in self.claims:
            taken = min(count, claim.count)
            count -= taken
            if taken:
                first.append(attrs.evolve(claim, count=taken))
            if taken < claim.count:
                others.append(attrs.evolve(claim, count=claim.count - taken))
        return tuple(first), tuple(others)


def _parts(contents: Iterable[LineUnits]) -> tuple[tuple[Sku, int], ...]:
    parts: dict[Sku, int] = {}
    for units_ in contents:
        parts[units_.sku] = parts.get(units_.sku, 0) + units_.quantity
    return tuple(sorted(parts.items()))


class Splitting(enum.Enum):
    """
    What may come from several locations.

    ``NOTHING``: all lines come from one location, or none does. ``ORDERS``: each line comes
    from one location, or not at all. ``LINES``: each unit of a line comes from one location;
    the parts of one kit stay together. ``KITS``: the parts of one kit stay together where they
    can, and are split where only that serves them.
    """

    NOTHING = "nothing"
    ORDERS = "orders"
    LINES = "lines"
    KITS = "kits"

    def claims(self, lines: Iterable[SourcingLine]) -> tuple[SourcingClaim, ...]:
        """Return what *lines* claim as wholes."""
        if self is Splitting.NOTHING:
            contents = [units_ for line in lines for units_ in line.units]
            return (SourcingClaim(count=1, contents=contents),) if contents else ()
        if self is Splitting.ORDERS:
            return tuple(SourcingClaim(count=1, contents=line.units) for line in lines)
        return tuple(SourcingClaim(count=line.quantity, contents=line.one) for line in lines)


def cut(claims: Iterable[SourcingClaim]) -> tuple[SourcingPiece, ...]:
    """
    Return the pieces of *claims*: the largest first, since they are the hardest to place.

    The order of the claims changes nothing but who of those that want the same comes first.
    """
    alike: dict[tuple[tuple[Sku, int], ...], list[SourcingClaim]] = {}
    for claim in claims:
        alike.setdefault(_parts(claim.contents), []).append(claim)
    pieces = (SourcingPiece(claims=same) for same in alike.values())
    return tuple(sorted(pieces, key=lambda piece: (-piece.size, piece.parts)))


def single_parts(claims: Iterable[SourcingClaim]) -> tuple[SourcingClaim, ...]:
    """Return *claims* with every single unit a whole of its own: kits fall apart."""
    return tuple(
        SourcingClaim(count=units_.quantity, contents=(attrs.evolve(units_, quantity=1),))
        for claim in claims
        for units_ in claim.units
    )
