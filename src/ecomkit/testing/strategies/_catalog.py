"""Strategies for products, kits, barcodes and the reading of skus."""

from __future__ import annotations

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
    Option,
    Product,
    SkuBlanks,
    SkuCase,
    SkuPolicy,
    SkuUnicode,
    Variant,
    check_digit,
)
from ecomkit.errors import FieldError
from ecomkit.testing.strategies import _identifiers as identifiers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ecomkit.identifiers import Sku

__all__ = [
    "catalogs",
    "gtins",
    "kit_sets",
    "kits",
    "options",
    "products",
    "sku_policies",
    "variants",
]

QUANTITY_MAX = WHOLE_MAX - 1
GTIN_LENGTHS = (8, 12, 13, 14)


@st.composite
def _gtins(draw: st.DrawFn, lengths: Sequence[int]) -> Gtin:
    length = draw(st.sampled_from(lengths))
    # A shorter number padded to this length is drawn as often as one of this length.
    inner = draw(st.sampled_from([shorter for shorter in GTIN_LENGTHS if shorter <= length]))
    digits = st.text("0123456789", min_size=inner - 1, max_size=inner - 1)
    body = draw(digits.filter(lambda text: text.strip("0"))).zfill(length - 1)
    return Gtin.parse(f"{body}{check_digit(body)}")


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
    return _gtins(tuple(lengths))


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


def options() -> st.SearchStrategy[Option]:
    """Return options of variants."""
    return st.builds(Option, name=_texts(), value=_texts())


def variants(
    *,
    skus: st.SearchStrategy[Sku] | None = None,
    gtins: st.SearchStrategy[Gtin | None] | None = None,
) -> st.SearchStrategy[Variant]:
    """Return variants, with and without a GTIN, a weight and a category."""
    return st.builds(
        Variant,
        sku=identifiers.skus() if skus is None else skus,
        title=st.text(max_size=40),
        options=st.lists(options(), max_size=3, unique_by=lambda option: option.name),
        gtin=st.none() | _gtins(GTIN_LENGTHS) if gtins is None else gtins,
        weight_grams=st.none() | st.integers(1, QUANTITY_MAX),
        category=st.none() | _texts(),
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


def _components(
    skus: st.SearchStrategy[Sku], *, max_size: int, max_quantity: int
) -> st.SearchStrategy[list[Component]]:
    component = st.builds(Component, sku=skus, quantity=st.integers(1, max_quantity))
    return st.lists(component, min_size=1, max_size=max_size, unique_by=lambda c: c.sku)


@st.composite
def _kit_sets(
    draw: st.DrawFn, skus: st.SearchStrategy[Sku], min_size: int, max_size: int, max_quantity: int
) -> Kits:
    count = draw(st.integers(min_size, max_size))
    names = draw(st.lists(skus, min_size=count + 1, max_size=count + 4, unique=True))
    # A kit takes from the names after its own, so that none can contain itself.
    drawn = [
        Kit(
            sku=names[place],
            components=draw(
                _components(
                    st.sampled_from(names[place + 1 :]), max_size=4, max_quantity=max_quantity
                )
            ),
        )
        for place in range(count)
    ]
    return Kits(kits=draw(st.permutations(drawn)))


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
        skus: The names of kits and components; it must have *max_size* + 1 different ones.
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
    return _kit_sets(
        identifiers.skus() if skus is None else skus, min_size, max_size, max_quantity
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


@st.composite
def _catalogs(draw: st.DrawFn, max_size: int) -> Catalog:
    names = draw(st.lists(identifiers.skus(), max_size=max_size, unique=True))
    ids = draw(
        st.lists(identifiers.product_ids(), min_size=len(names), max_size=len(names), unique=True)
    )
    taken: set[Gtin] = set()
    by_product: dict[int, list[Variant]] = {}
    for name in names:
        variant = draw(variants(skus=st.just(name)))
        if variant.gtin in taken:
            variant = attrs.evolve(variant, gtin=None)
        elif variant.gtin is not None:
            taken.add(variant.gtin)
        by_product.setdefault(draw(st.integers(0, len(names) - 1)), []).append(variant)
    return Catalog(
        products=[
            Product(id=ids[place], title=draw(st.text(max_size=40)), variants=grouped)
            for place, grouped in by_product.items()
        ],
        # Some kits have the skus of variants, as kits that shoppers see do.
        kits=draw(
            kit_sets(skus=st.sampled_from(names) | identifiers.skus()) if names else kit_sets()
        ),
    )


def catalogs(*, max_size: int = 5) -> st.SearchStrategy[Catalog]:
    """
    Return catalogues of up to *max_size* variants in any number of products, with kits.

    Raises:
        FieldError: If *max_size* is below 0.
    """
    if max_size < 0:
        raise FieldError(owner="catalogs", field="max_size", got=max_size, wanted="0 or more")
    return _catalogs(max_size)
