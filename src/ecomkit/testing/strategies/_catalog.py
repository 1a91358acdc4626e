"""Strategies for products, kits, barcodes and the reading of skus."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import attrs
from hypothesis import strategies as st

from ecomkit._checks import WHOLE_MAX
from ecomkit.catalog import (
    Catalog,
    Component,
    Gtin,
    Kit,
    Kits,
    Measure,
    Option,
    Product,
    SkuBlanks,
    SkuCase,
    SkuPolicy,
    SkuUnicode,
    Unit,
    Variant,
    check_digit,
)
from ecomkit.errors import FieldError
from ecomkit.identifiers import Sku
from ecomkit.testing.strategies import _identifiers as identifiers

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ecomkit.identifiers import ProductId

__all__ = [
    "catalogs",
    "gtins",
    "kit_sets",
    "kits",
    "measures",
    "options",
    "products",
    "sku_policies",
    "variants",
]

QUANTITY_MAX = WHOLE_MAX - 1
GTIN_LENGTHS = (8, 12, 13, 14)


def _gtins(lengths: Iterable[int]) -> st.SearchStrategy[Gtin]:
    def completed(body_number: int, *, length: int) -> Gtin:
        body = str(body_number).zfill(length - 1)
        return Gtin.parse(f"{body}{check_digit(body)}")

    # A shorter number padded to a length is drawn as often as one of that length.
    return st.one_of(
        [
            st.integers(1, 10 ** (inner - 1) - 1).map(partial(completed, length=length))
            for length in lengths
            for inner in GTIN_LENGTHS
            if inner <= length
        ]
    )


def gtins(*, lengths: Sequence[int] = GTIN_LENGTHS) -> st.SearchStrategy[Gtin]:
    """
    Return GTINs of any of *lengths*, zero-padded shorter ones among them.

    Raises:
        FieldError: If *lengths* is empty or holds anything but 8, 12, 13 and 14.
    """
    if not lengths or not set(lengths) <= set(GTIN_LENGTHS):
        raise FieldError(
            owner="gtins", field="lengths", got=lengths, wanted=f"some of {GTIN_LENGTHS}"
        )
    return _gtins(lengths)


def sku_policies() -> st.SearchStrategy[SkuPolicy]:
    """Return policies with all combinations of options, with and without a pattern."""
    return st.builds(
        SkuPolicy,
        case=st.sampled_from(SkuCase),
        blanks=st.sampled_from([SkuBlanks.STRIP, *SkuBlanks]),
        unicode=st.sampled_from(SkuUnicode),
        pattern=st.sampled_from([None, ".*", r"[A-Z0-9-]+", r"\S+"]),
    )


def _texts() -> st.SearchStrategy[str]:
    return st.text(min_size=1, max_size=40).filter(str.strip)


def measures() -> st.SearchStrategy[Measure]:
    """Return measures: pieces, and steps of any unit down to its millionth."""
    return st.just(Measure()) | st.builds(
        Measure,
        unit=st.sampled_from(Unit),
        step=st.decimals(min_value="0.000001", max_value=1000, places=6),
    )


def options() -> st.SearchStrategy[Option]:
    """Return options of variants."""
    return st.builds(Option, name=_texts(), value=_texts())


def variants(
    *,
    skus: st.SearchStrategy[Sku] | None = None,
    gtins: st.SearchStrategy[Gtin | None] | None = None,
) -> st.SearchStrategy[Variant]:
    """Return variants, with and without a GTIN, a weight, a category and a measure of their own."""
    return st.builds(
        Variant,
        sku=identifiers.skus() if skus is None else skus,
        title=st.text(max_size=40),
        options=st.lists(options(), max_size=3, unique_by=lambda option: option.name),
        gtin=st.none() | _gtins(GTIN_LENGTHS) if gtins is None else gtins,
        weight_grams=st.none() | st.integers(1, QUANTITY_MAX),
        category=st.none() | _texts(),
        measure=measures(),
    )


def products(
    *, skus: st.SearchStrategy[Sku] | None = None, max_size: int = 4
) -> st.SearchStrategy[Product]:
    """
    Return products of 1 to *max_size* variants.

    Raises:
        FieldError: If *max_size* is below 1.
    """
    if max_size < 1:
        raise FieldError(owner="products", field="max_size", got=max_size, wanted="1 or more")
    return st.builds(
        Product,
        id=identifiers.product_ids(),
        title=st.text(max_size=40),
        variants=st.lists(
            variants(skus=skus), min_size=1, max_size=max_size, unique_by=lambda v: v.sku
        ),
    )


def _kits_of(names: list[Sku], picks: list[list[tuple[int, int]]]) -> list[Kit]:
    """Return a kit for each of *picks*; it takes from the names after its own only."""
    drawn = []
    for place, picked in enumerate(picks):
        after = names[place + 1 :]
        quantities = {after[number % len(after)]: quantity for number, quantity in picked}
        components = [Component(sku=sku, quantity=n) for sku, n in quantities.items()]
        drawn.append(Kit(sku=names[place], components=components))
    return drawn


def kit_sets(
    *,
    skus: st.SearchStrategy[Sku] | None = None,
    min_size: int = 0,
    max_size: int = 5,
    max_quantity: int = QUANTITY_MAX,
) -> st.SearchStrategy[Kits]:
    """
    Return collections of kits, nested and sharing components, in any order.

    Args:
        skus: The names of kits and components; it must have *max_size* + 3 different ones.
        min_size: The least number of kits.
        max_size: The greatest number of kits.
        max_quantity: The greatest quantity of one component in one kit.

    Raises:
        FieldError: If the bounds contradict each other.
    """
    if not 0 <= min_size <= max_size:
        raise FieldError(
            owner="kit_sets", field="min_size", got=min_size, wanted=f"from 0 to {max_size}"
        )
    if not 1 <= max_quantity <= QUANTITY_MAX:
        raise FieldError(
            owner="kit_sets",
            field="max_quantity",
            got=max_quantity,
            wanted=f"from 1 to {QUANTITY_MAX}",
        )
    names = st.lists(
        identifiers.skus() if skus is None else skus,
        min_size=max_size + 1,
        max_size=max_size + 3,
        unique=True,
    )
    pick = st.tuples(st.integers(0, max_size + 2), st.integers(1, max_quantity))
    picks = st.lists(st.lists(pick, min_size=1, max_size=4), min_size=min_size, max_size=max_size)
    return (
        st.builds(_kits_of, names, picks)
        .flatmap(st.permutations)
        .map(lambda drawn: Kits(kits=drawn))
    )


def kits(
    *, skus: st.SearchStrategy[Sku] | None = None, max_quantity: int = QUANTITY_MAX
) -> st.SearchStrategy[Kit]:
    """
    Return kits whose components are no kits.

    Raises:
        FieldError: If *max_quantity* is out of bounds.
    """
    one = kit_sets(skus=skus, min_size=1, max_size=1, max_quantity=max_quantity)
    return one.map(lambda found: found.kits[0])


def _catalog(
    drawn: list[tuple[Variant, int]], ids: list[ProductId], title: str, sets: Kits
) -> Catalog:
    taken: set[Gtin | None] = set()
    grouped: dict[int, list[Variant]] = {}
    for variant, place in drawn:
        kept = attrs.evolve(variant, gtin=None) if variant.gtin in taken else variant
        taken.add(kept.gtin)
        grouped.setdefault(place, []).append(kept)
    products = [Product(id=ids[at], title=title, variants=some) for at, some in grouped.items()]
    return Catalog(products=products, kits=sets)


def catalogs(*, max_size: int = 5) -> st.SearchStrategy[Catalog]:
    """
    Return catalogues of up to *max_size* variants in any number of products, with kits.

    Raises:
        FieldError: If *max_size* is below 0.
    """
    if max_size < 0:
        raise FieldError(owner="catalogs", field="max_size", got=max_size, wanted="0 or more")
    # Few short names, so that some kits have the skus of variants, as kits that shoppers see do.
    names = identifiers.identifiers(Sku, max_size=2) | identifiers.skus()
    return st.builds(
        _catalog,
        st.lists(
            st.tuples(variants(skus=names), st.integers(0, max(0, max_size - 1))),
            max_size=max_size,
            unique_by=lambda pair: pair[0].sku,
        ),
        st.lists(identifiers.product_ids(), min_size=max_size, max_size=max_size, unique=True),
        st.text(max_size=40),
        kit_sets(skus=names, max_size=3),
    )
