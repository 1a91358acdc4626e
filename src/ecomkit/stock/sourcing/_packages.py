"""Packages: what leaves one location together, and how it is split further."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol, final

import attrs

from ecomkit._checks import above_zero, as_tuple, each, is_a, refuse, units
from ecomkit.errors import InputError
from ecomkit.identifiers import LocationId, Sku
from ecomkit.stock._accounts import Owner
from ecomkit.stock.sourcing._filters import called

__all__ = [
    "AtMost",
    "ByCategory",
    "Package",
    "PackageError",
    "PackageItem",
    "PackageSplitter",
    "UncoveredApart",
    "split_packages",
]

PACKAGES_MAX = 10_000
"""No order is split into more packages: a limit that small is a typing error."""


@attrs.frozen(kw_only=True)
class PackageError(InputError):
    """
    Raised when packages do not hold what they were made from, or are too many.

    >>> print(PackageError(location=LocationId("paris"), problem="a splitter changed the contents"))
    packages from paris: a splitter changed the contents
    """

    location: LocationId
    problem: str

    @property
    def message(self) -> str:
        """Where the packages come from, and what is wrong."""
        return f"packages from {self.location}: {self.problem}"


@final
@attrs.frozen(kw_only=True)
class PackageItem:
    """So many units of a sku for a line; *is_covered* says whether they are there."""

    owner: Owner = attrs.field(validator=is_a(Owner))
    sku: Sku = attrs.field(validator=is_a(Sku))
    quantity: int = attrs.field(validator=units)
    is_covered: bool = attrs.field(default=True, validator=is_a(bool))


@final
@attrs.frozen(kw_only=True)
class Package:
    """What leaves one location together."""

    location: LocationId = attrs.field(validator=is_a(LocationId))
    items: tuple[PackageItem, ...] = attrs.field(converter=as_tuple, validator=each(PackageItem))

    @property
    def units(self) -> int:
        """All units inside."""
        return sum(item.quantity for item in self.items)


class PackageSplitter(Protocol):
    """A splitter of packages: any callable of this shape that keeps all that is inside."""

    def __call__(self, package: Package, /) -> tuple[Package, ...]:
        """Return the packages that *package* becomes."""
        ...


def _grouped(package: Package, *, by: Callable[[PackageItem], object]) -> tuple[Package, ...]:
    groups: dict[object, list[PackageItem]] = {}
    for item in package.items:
        groups.setdefault(by(item), []).append(item)
    return tuple(attrs.evolve(package, items=items) for items in groups.values())


@final
@attrs.frozen(kw_only=True)
class UncoveredApart:
    """What is not there yet travels apart, so that what is there need not wait for it."""

    def __call__(self, package: Package, /) -> tuple[Package, ...]:
        """Return what of *package* is there, and what is not."""
        return _grouped(package, by=lambda item: item.is_covered)


@final
@attrs.frozen(kw_only=True)
class ByCategory:
    """
    Skus of different categories, such as frozen and dry goods, travel apart.

    >>> frozen = ByCategory(category=lambda sku: sku.startswith("ICE"))
    """

    category: Callable[[Sku], object] = attrs.field(validator=called)

    def __call__(self, package: Package, /) -> tuple[Package, ...]:
        """Return a package for each category in *package*."""
        return _grouped(package, by=lambda item: self.category(item.sku))


def _one(_sku: Sku) -> int:
    return 1


@final
@attrs.frozen(kw_only=True)
class AtMost:
    """
    No package holds more than *limit*: units, or what *measure* says of one unit of a sku.

    Packages are filled in the order of the items. A unit that measures more than the limit by
    itself travels alone.

    Args:
        limit: The most that a package may hold.
        measure: Whole grams or the like of one unit, 0 or more; each unit is 1 unless given.

    >>> grams = {Sku("BOOK"): 900, Sku("PEN"): 20}
    >>> light = AtMost(limit=30_000, measure=grams.__getitem__)
    """

    limit: int = attrs.field(validator=above_zero)
    measure: Callable[[Sku], int] = attrs.field(default=_one, validator=called)

    def __call__(self, package: Package, /) -> tuple[Package, ...]:
        """
        Return packages within the limit with all that is in *package*.

        Raises:
            PackageError: If there would be more than 10,000 of them.
            FieldError: If a unit measures less than 0.
        """
        full: list[list[PackageItem]] = []
        filling: list[PackageItem] = []
        room = self.limit
        for item in package.items:
            size, left = self.measure(item.sku), item.quantity
            if size < 0:
                raise refuse(self, "measure", size, "0 or more for each sku")
            while left:
                fitting = min(left, max(0, room) // size) if size else left
                if not fitting and filling:
                    full.append(filling)
                    filling, room = [], self.limit
                    continue
                # An empty package has room for one unit, however large that is.
                fitting = fitting or 1
                filling.append(attrs.evolve(item, quantity=fitting))
                left, room = left - fitting, room - fitting * size
                if len(full) >= PACKAGES_MAX:
                    raise PackageError(
                        location=package.location,
                        problem=f"more than {PACKAGES_MAX} with at most {self.limit} in each",
                    )
        return tuple(attrs.evolve(package, items=items) for items in [*full, filling])


def _totals(packages: Iterable[Package]) -> dict[tuple[LocationId, PackageItem], int]:
    totals: dict[tuple[LocationId, PackageItem], int] = {}
    for package in packages:
        for item in package.items:
            key = (package.location, attrs.evolve(item, quantity=1))
            totals[key] = totals.get(key, 0) + item.quantity
    return totals


def split_packages(
    package: Package, *, splitters: Iterable[PackageSplitter]
) -> tuple[Package, ...]:
    """
    Return what *package* becomes, each splitter taking what the one before it left.

    Raises:
        PackageError: If a splitter loses, adds or changes something.
    """
    packages: tuple[Package, ...] = (package,)
    for splitter in splitters:
        packages = tuple(part for whole in packages for part in splitter(whole))
    if _totals(packages) != _totals([package]):
        raise PackageError(location=package.location, problem="a splitter changed the contents")
    return packages
