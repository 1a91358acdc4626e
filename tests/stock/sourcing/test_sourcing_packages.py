"""Packages are split without losing, adding or changing anything."""

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.errors import FieldError
from ecomkit.identifiers import LocationId, Sku
from ecomkit.stock import Owner
from ecomkit.stock.locations import Location, StockedLocation
from ecomkit.stock.sourcing import (
    AtMost,
    ByCategory,
    Package,
    PackageError,
    PackageItem,
    Sourcing,
    SourcingLine,
    UncoveredApart,
    split_packages,
)
from ecomkit.stock.sourcing._packages import PACKAGES_MAX

KNIT, ICE, BOOK = Sku("KNIT"), Sku("ICE"), Sku("BOOK")
GRAMS = {KNIT: 300, ICE: 0, BOOK: 900}
A = LocationId("a")


def item(sku: Sku, quantity: int, *, owner: str = "1") -> PackageItem:
    """Return units that are there."""
    return PackageItem(owner=Owner(owner), sku=sku, quantity=quantity)


def contents(packages: tuple[Package, ...]) -> list[list[tuple[str, int]]]:
    """Return the skus and quantities in each package."""
    return [[(part.sku, part.quantity) for part in package.items] for package in packages]


ITEMS = st.lists(
    st.builds(
        PackageItem,
        owner=st.sampled_from([Owner("1"), Owner("2")]),
        sku=st.sampled_from([KNIT, ICE, BOOK]),
        quantity=st.integers(1, 9),
        is_covered=st.booleans(),
    ),
    min_size=1,
    max_size=5,
)
SPLITTERS = st.lists(
    st.sampled_from(
        [
            UncoveredApart(),
            ByCategory(category=lambda sku: sku == ICE),
            AtMost(limit=4),
            AtMost(limit=1000, measure=GRAMS.__getitem__),
        ]
    ),
    max_size=4,
)


@given(ITEMS, SPLITTERS)
def test_splitters_keep_all_that_is_inside(
    items: list[PackageItem], splitters: list[object]
) -> None:
    """However packages are split, each line gets the same units of each sku, there or not."""
    packages = split_packages(
        Package(location=A, items=items),
        splitters=splitters,  # type: ignore[arg-type]  # all are splitters
    )

    def totals(parts: list[PackageItem]) -> dict[PackageItem, int]:
        found: dict[PackageItem, int] = {}
        for part in parts:
            key = attrs.evolve(part, quantity=1)
            found[key] = found.get(key, 0) + part.quantity
        return found

    assert totals(items) == totals([part for package in packages for part in package.items])
    assert all(package.items and package.location == A for package in packages)


@given(ITEMS, st.integers(1, 2000))
def test_no_package_is_above_the_limit_but_for_one_unit(
    items: list[PackageItem], limit: int
) -> None:
    """A package weighs no more than the limit, unless it holds one heavy unit."""
    rule = AtMost(limit=limit, measure=GRAMS.__getitem__)

    for package in rule(Package(location=A, items=items)):
        grams = [GRAMS[part.sku] * part.quantity for part in package.items]
        heavy = [part for part in package.items if GRAMS[part.sku] > limit]
        assert sum(grams) <= limit or sum(part.quantity for part in heavy) == 1


def test_frozen_goods_travel_apart() -> None:
    """One package for each category, in the order in which they are met."""
    package = Package(location=A, items=[item(KNIT, 1), item(ICE, 2), item(BOOK, 3)])
    rule = ByCategory(category=lambda sku: "frozen" if sku == ICE else "dry")

    assert contents(rule(package)) == [[("KNIT", 1), ("BOOK", 3)], [("ICE", 2)]]


def test_units_and_grams_bound_a_package() -> None:
    """At most 4 units; or at most 1000 grams, where a unit without weight still fits."""
    package = Package(location=A, items=[item(KNIT, 5), item(ICE, 2)])

    assert contents(AtMost(limit=4)(package)) == [[("KNIT", 4)], [("KNIT", 1), ("ICE", 2)]]
    by_weight = AtMost(limit=1000, measure=GRAMS.__getitem__)
    assert contents(by_weight(package)) == [[("KNIT", 3)], [("KNIT", 2), ("ICE", 2)]]


def test_a_unit_above_the_limit_travels_alone() -> None:
    """Two books of 900 grams under a limit of 500 are two packages, apart from the rest."""
    package = Package(location=A, items=[item(KNIT, 1), item(BOOK, 2), item(KNIT, 1, owner="2")])
    rule = AtMost(limit=500, measure=GRAMS.__getitem__)

    assert contents(rule(package)) == [[("KNIT", 1)], [("BOOK", 1)], [("BOOK", 1)], [("KNIT", 1)]]


def test_a_limit_that_makes_endless_packages_is_refused() -> None:
    """A million units at one a package is a typing error, and is answered at once."""
    package = Package(location=A, items=[item(KNIT, 10**6)])

    with pytest.raises(PackageError) as caught:
        AtMost(limit=1)(package)
    assert str(caught.value) == "packages from a: more than 10000 with at most 1 in each"
    most = attrs.evolve(package, items=[item(KNIT, PACKAGES_MAX)])
    assert len(AtMost(limit=1)(most)) == PACKAGES_MAX


def test_a_measure_below_nothing_is_refused() -> None:
    """Units do not weigh less than nothing."""
    with pytest.raises(FieldError, match=r"AtMost\.measure must be 0 or more for each sku"):
        AtMost(limit=1, measure=lambda _sku: -1)(Package(location=A, items=[item(KNIT, 1)]))


def test_a_splitter_that_loses_units_is_refused() -> None:
    """What a splitter leaves out, adds or moves elsewhere is seen."""
    package = Package(location=A, items=[item(KNIT, 2), item(ICE, 1)])

    def loses(whole: Package, /) -> tuple[Package, ...]:
        return (attrs.evolve(whole, items=whole.items[:1]),)

    def moves(whole: Package, /) -> tuple[Package, ...]:
        return (attrs.evolve(whole, location=LocationId("b")),)

    for splitter in (loses, moves):
        with pytest.raises(PackageError, match="a splitter changed the contents"):
            split_packages(package, splitters=[splitter])


def test_what_is_missing_travels_apart_from_what_is_there() -> None:
    """Two of three units leave now; the third waits at the same location, in its own package."""
    rule = Sourcing(splitters=[UncoveredApart()], leftover_at=A)
    decision = rule(
        [SourcingLine.of(Owner("1"), sku=KNIT, quantity=3)],
        locations=[StockedLocation(location=Location(id=A), available={KNIT: 2})],
    )

    there, waiting = decision.packages
    assert there == Package(location=A, items=[item(KNIT, 2)])
    assert waiting == Package(location=A, items=[attrs.evolve(item(KNIT, 1), is_covered=False)])
    assert [(want.location, want.quantity) for want in decision.wants] == [(A, 3)]
