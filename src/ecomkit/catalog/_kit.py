"""
Kits: skus that are sold as one and taken from the shelves as several.

A gift box, a bundle and a carton of twelve are all kits. A kit has no units of its own: what is
counted, held and shipped are its components. (A box that is packed beforehand and counted as a
box is a variant, not a kit.)
"""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING, final

import attrs

from ecomkit._checks import above_zero, as_tuple, each, is_a, refuse
from ecomkit.catalog._duplicates import refuse_duplicates
from ecomkit.errors import InputError
from ecomkit.identifiers import Sku

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["Component", "Kit", "KitCycleError", "Kits", "explode", "kit_available"]


@attrs.frozen(kw_only=True)
class KitCycleError(InputError):
    """
    Raised when a kit contains itself, directly or through other kits.

    >>> print(KitCycleError(cycle=(Sku("A"), Sku("B"), Sku("A"))))
    a kit cannot contain itself, got A > B > A; take one of these components out
    """

    cycle: tuple[Sku, ...]
    """Each sku contains the next; the last is the first again."""

    @property
    def message(self) -> str:
        """The way from the kit back to itself."""
        return (
            f"a kit cannot contain itself, got {' > '.join(self.cycle)}; "
            f"take one of these components out"
        )


@final
@attrs.frozen(kw_only=True)
class Component:
    """
    So many units of a sku, inside one kit.

    >>> Component(sku=Sku("PENCIL"), quantity=2).quantity
    2
    """

    sku: Sku = attrs.field(validator=is_a(Sku))
    quantity: int = attrs.field(validator=above_zero)


@final
@attrs.frozen(kw_only=True)
class Kit:
    """
    A sku, and what is taken from the shelves for one of it.

    >>> carton = Kit(sku=Sku("CARTON"), components=[Component(sku=Sku("PIECE"), quantity=12)])

    Raises:
        DuplicateError: If two components have the same sku.
        KitCycleError: If the kit is its own component.
    """

    sku: Sku = attrs.field(validator=is_a(Sku))
    components: tuple[Component, ...] = attrs.field(converter=as_tuple, validator=each(Component))

    def __attrs_post_init__(self) -> None:
        if not self.components:
            raise refuse(self, "components", self.components, "one component or more")
        refuse_duplicates(self, "component", (component.sku for component in self.components))
        if any(component.sku == self.sku for component in self.components):
            raise KitCycleError(cycle=(self.sku, self.sku))


@final
@attrs.frozen(kw_only=True)
class Kits:
    """
    The kits of a merchant; kits may contain kits, but never themselves.

    >>> len(Kits().kits)
    0

    Raises:
        DuplicateError: If two kits have the same sku.
        KitCycleError: If a kit contains itself through others.
    """

    kits: tuple[Kit, ...] = attrs.field(default=(), converter=as_tuple, validator=each(Kit))

    def __attrs_post_init__(self) -> None:
        refuse_duplicates(self, "sku", (kit.sku for kit in self.kits))
        try:
            self._sorter.prepare()
        except CycleError as error:
            # graphlib names the way from a component up to its kit; people read it downwards.
            cycle = tuple(reversed(error.args[1]))
        else:
            return
        raise KitCycleError(cycle=cycle)

    def get(self, sku: Sku) -> Kit | None:
        """Return the kit called *sku*, or None if that sku is taken from the shelf as it is."""
        return self._by_sku.get(sku)

    def containing(self, sku: Sku) -> tuple[Kit, ...]:
        """
        Return the kits that take *sku* from the shelf, directly or through kits inside.

        These are the kits of which fewer or more can be put together when *sku* moves.
        """
        return self._containing.get(sku, ())

    @property
    def _sorter(self) -> TopologicalSorter[Sku]:
        return TopologicalSorter(
            {kit.sku: [component.sku for component in kit.components] for kit in self.kits}
        )

    @cached_property
    def _by_sku(self) -> dict[Sku, Kit]:
        return {kit.sku: kit for kit in self.kits}

    @cached_property
    def _units(self) -> dict[Sku, Counter[Sku]]:
        """For each kit, the units on the shelves that one of it takes, nested kits resolved."""
        # Components come before their kits, so each kit is resolved once, however often and
        # however deep other kits contain it.
        units: dict[Sku, Counter[Sku]] = {}
        for sku in self._sorter.static_order():
            kit = self._by_sku.get(sku)
            if kit is not None:
                units[sku] = _resolved(kit, units)
        return units

    @cached_property
    def _containing(self) -> dict[Sku, tuple[Kit, ...]]:
        found: dict[Sku, list[Kit]] = {}
        for kit in self.kits:
            for sku in self._units[kit.sku]:
                found.setdefault(sku, []).append(kit)
        return {sku: tuple(kits) for sku, kits in found.items()}


def _resolved(kit: Kit, units: Mapping[Sku, Counter[Sku]]) -> Counter[Sku]:
    total: Counter[Sku] = Counter()
    for component in kit.components:
        for sku, quantity in units.get(component.sku, {component.sku: 1}).items():
            total[sku] += component.quantity * quantity
    return total


@final
@attrs.frozen(kw_only=True)
class _Wanted:
    """A line, checked."""

    sku: Sku = attrs.field(validator=is_a(Sku))
    quantity: int = attrs.field(validator=above_zero)


def explode(lines: Iterable[tuple[Sku, int]], *, kits: Kits) -> dict[Sku, int]:
    """
    Return the units that *lines* take from the shelves, in total for each sku.

    Lines of one sku, and pieces inside and outside kits, are summed before anybody checks them
    against stock: checked one by one, each of two lines may fit where both together do not.

    Args:
        lines: Pairs of a sku, of a kit or not, and a quantity, 1 or more.
        kits: The kits to resolve; kits inside kits are resolved too.

    Returns:
        Quantities by sku, none of which is a kit; in the order in which the skus are met.

    Raises:
        FieldError: If a quantity is not a whole number above 0, or a sku is no Sku.

    >>> carton = Kit(sku=Sku("CARTON"), components=[Component(sku=Sku("PIECE"), quantity=12)])
    >>> explode([(Sku("PIECE"), 115), (Sku("CARTON"), 1)], kits=Kits(kits=[carton]))
    {Sku('PIECE'): 127}
    """
    total: dict[Sku, int] = {}
    for line_sku, line_quantity in lines:
        line = _Wanted(sku=line_sku, quantity=line_quantity)
        for sku, quantity in kits._units.get(line.sku, {line.sku: 1}).items():  # noqa: SLF001  # same file
            total[sku] = total.get(sku, 0) + line.quantity * quantity
    return total


def kit_available(kit: Kit, *, available: Mapping[Sku, int], kits: Kits | None = None) -> int:
    """
    Return how many of *kit* can be put together from *available*, in whole kits.

    The scarcest component decides: the least of available / needed, rounded down. A component
    that several nested kits share counts with the sum of what they need. A sku that *available*
    leaves out, or shows below 0, counts as 0.

    Args:
        kit: The kit asked for; it need not stand in *kits*.
        available: Units available by sku, none of which is a kit.
        kits: The kits inside *kit*, if there are any.

    >>> pencil, eraser, case = Sku("PENCIL"), Sku("ERASER"), Sku("CASE")
    >>> school = Kit(
    ...     sku=Sku("SCHOOL"),
    ...     components=[
    ...         Component(sku=pencil, quantity=2),
    ...         Component(sku=eraser, quantity=1),
    ...         Component(sku=case, quantity=1),
    ...     ],
    ... )
    >>> kit_available(school, available={pencil: 6, eraser: 2, case: 3})
    2
    """
    inner = Kits() if kits is None else kits
    needed = _resolved(kit, inner._units)  # noqa: SLF001  # same file
    return min(max(0, available.get(sku, 0)) // quantity for sku, quantity in needed.items())
