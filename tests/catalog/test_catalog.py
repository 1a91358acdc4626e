"""Products and the catalogue: lookups, duplicates."""

from __future__ import annotations

import pickle
import typing

import attrs
import pytest
from hypothesis import given

from ecomkit import catalog as room
from ecomkit.catalog import (
    Catalog,
    Component,
    DuplicateError,
    Gtin,
    Kit,
    Kits,
    Option,
    Product,
    Variant,
)
from ecomkit.errors import FieldError
from ecomkit.identifiers import ProductId, Sku
from ecomkit.testing.strategies._catalog import catalogs, kits, products


def product_of(name: str, *variants: Variant) -> Product:
    """Return a product with *variants*."""
    return Product(id=ProductId(name), title=name, variants=variants)


@given(catalogs())
def test_everything_in_a_catalogue_is_found(catalog: Catalog) -> None:
    """Each product is found by id, each variant by sku and by GTIN, each kit by sku."""
    for product in catalog.products:
        assert product == catalog.product(product.id)
        for variant in product.variants:
            assert product == catalog.product_of(variant.sku)
            assert variant == catalog.variant(variant.sku)
            if variant.gtin is not None:
                padded = Gtin.parse(variant.gtin.canonical)
                assert variant == catalog.variant_by_gtin(padded)
    for kit in catalog.kits.kits:
        assert kit == catalog.kit(kit.sku)


@given(catalogs())
def test_a_catalogue_is_a_value(catalog: Catalog) -> None:
    """A catalogue equals its copy through pickle, before and after something was looked up."""
    assert catalog == pickle.loads(pickle.dumps(catalog))  # noqa: S301  # our own bytes
    catalog.variant(Sku("X"))
    copy = pickle.loads(pickle.dumps(catalog))  # noqa: S301  # our own bytes
    assert catalog == copy
    assert hash(catalog) == hash(copy)
    assert catalog.variants == tuple(v for p in catalog.products for v in p.variants)


@given(products(max_size=3))
def test_products_have_one_to_three_variants_that_differ(product: Product) -> None:
    """The strategy draws products in its bounds."""
    assert 1 <= len({variant.sku for variant in product.variants}) <= 3


def test_what_is_not_there_is_none() -> None:
    """An empty catalogue finds nothing, and says so without raising."""
    catalog = Catalog()

    assert catalog.product(ProductId("p")) is None
    assert catalog.product_of(Sku("S")) is None
    assert catalog.variant(Sku("S")) is None
    assert catalog.variant_by_gtin(Gtin.parse("96385074")) is None
    assert catalog.kit(Sku("S")) is None


def test_a_kit_may_have_the_sku_of_a_variant() -> None:
    """A kit that shoppers see is a variant too: one has the title, the other the components."""
    sku = Sku("BOX")
    kit = Kit(sku=sku, components=[Component(sku=Sku("PIECE"), quantity=2)])
    catalog = Catalog(
        products=[product_of("box", Variant(sku=sku, title="Box"))], kits=Kits(kits=[kit])
    )

    assert catalog.kit(sku) == kit
    assert catalog.variant(sku) == Variant(sku=sku, title="Box")


def test_duplicates_are_refused_by_name() -> None:
    """Two products of one id, two variants of one sku, and one GTIN in two paddings are refused."""
    upc, ean = Gtin.parse("036000291452"), Gtin.parse("0036000291452")

    with pytest.raises(DuplicateError) as ids:
        Catalog(products=[product_of("p", Variant(sku=Sku(s))) for s in ("A", "B")])
    with pytest.raises(DuplicateError) as skus:
        Catalog(products=[product_of(p, Variant(sku=Sku("A"))) for p in ("p", "q")])
    with pytest.raises(DuplicateError) as gtins:
        Catalog(
            products=[
                product_of("p", Variant(sku=Sku("A"), gtin=upc), Variant(sku=Sku("B"), gtin=ean))
            ]
        )

    assert (ids.value.owner, ids.value.what, ids.value.duplicates) == (
        "Catalog",
        "product id",
        ("p",),
    )
    assert (skus.value.what, skus.value.duplicates) == ("sku", ("A",))
    assert (gtins.value.what, gtins.value.duplicates) == ("GTIN", ("036000291452",))


def test_variants_without_a_gtin_are_no_duplicates() -> None:
    """Any number of variants may have no barcode."""
    product = product_of("p", Variant(sku=Sku("A")), Variant(sku=Sku("B")))

    assert len(Catalog(products=[product]).variants) == 2


def test_a_product_has_variants_that_differ() -> None:
    """A product of nothing, and one with a sku twice, are refused."""
    with pytest.raises(FieldError):
        product_of("p")
    with pytest.raises(DuplicateError):
        product_of("p", Variant(sku=Sku("A")), Variant(sku=Sku("A")))


def test_a_variant_has_one_value_for_an_option() -> None:
    """Red and blue at once is refused."""
    with pytest.raises(DuplicateError) as caught:
        Variant(sku=Sku("A"), options=[Option(name="colour", value=v) for v in ("red", "blue")])

    assert (caught.value.owner, caught.value.what) == ("Variant", "option name")


@pytest.mark.parametrize(
    "fields",
    [
        {"sku": "plain text"},
        {"title": None},
        {"gtin": "96385074"},
        {"weight_grams": 0},
        {"weight_grams": 1.5},
        {"category": " "},
        {"options": "ab"},
        {"options": 7},
    ],
)
def test_a_variant_refuses_what_is_of_another_kind(fields: dict[str, object]) -> None:
    """Each field of a variant takes its own kind only."""
    with pytest.raises(FieldError) as caught:
        Variant(**{"sku": Sku("A"), **fields})

    assert [caught.value.field] == list(fields)


@pytest.mark.parametrize("fields", [{"name": ""}, {"value": " "}, {"value": 7}])
def test_an_option_says_something(fields: dict[str, object]) -> None:
    """An option has a name and a value that are not blank."""
    with pytest.raises(FieldError):
        Option(**{"name": "size", "value": "M", **fields})


def test_a_flood_of_duplicates_is_counted_in_the_sentence() -> None:
    """The error carries all names, its sentence five of them and the number of the others."""
    error = DuplicateError(owner="Catalog", what="sku", duplicates=tuple("abcdefg"))

    assert str(error) == (
        "Catalog: every sku may stand once, found again: 'a', 'b', 'c', 'd', 'e' and 2 more"
    )


def test_field_types_resolve_at_run_time() -> None:
    """A codec can read the type of every field of every value of this room."""
    values = [
        kind
        for name in room.__all__
        if isinstance(kind := getattr(room, name), type) and attrs.has(kind)
    ]

    assert all(
        {field.name for field in attrs.fields(kind)} <= typing.get_type_hints(kind).keys()
        for kind in values
    )


@given(kits(max_quantity=3))
def test_kits_alone_are_drawn_in_their_bounds(kit: Kit) -> None:
    """The strategy for one kit keeps to its greatest quantity."""
    assert all(1 <= component.quantity <= 3 for component in kit.components)


@pytest.mark.parametrize(("strategy", "size"), [(products, 0), (catalogs, -1)])
def test_the_strategies_refuse_sizes_that_cannot_be(
    strategy: typing.Callable[..., object], size: int
) -> None:
    """A strategy that could draw nothing is a mistake."""
    with pytest.raises(FieldError):
        strategy(max_size=size)
