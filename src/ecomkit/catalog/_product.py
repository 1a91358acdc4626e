"""Products: what shoppers see as one thing, and the variants that are counted and shipped."""

from __future__ import annotations

from typing import final

import attrs

from ecomkit._checks import above_zero, as_tuple, each, is_a, optional, refuse
from ecomkit._texts import not_blank
from ecomkit.catalog._duplicates import refuse_duplicates
from ecomkit.catalog._gtin import Gtin
from ecomkit.catalog._measure import Measure
from ecomkit.identifiers import ProductId, Sku

__all__ = ["Option", "Product", "Variant"]


@final
@attrs.frozen(kw_only=True)
class Option:
    """
    One choice that a variant stands for: the colour red.

    >>> Option(name="colour", value="red")
    Option(name='colour', value='red')
    """

    name: str = attrs.field(validator=not_blank)
    value: str = attrs.field(validator=not_blank)


@final
@attrs.frozen(kw_only=True)
class Variant:
    """
    One thing on a shelf: it has a sku, and what a channel may want to know of it.

    Prices are the channels' and stand in their listings.

    >>> Variant(sku=Sku("ELEPHANT-RED"), options=[Option(name="colour", value="red")]).title
    ''

    Raises:
        DuplicateError: If two options have the same name.
    """

    sku: Sku = attrs.field(validator=is_a(Sku))
    title: str = attrs.field(default="", validator=is_a(str))
    options: tuple[Option, ...] = attrs.field(
        default=(), converter=as_tuple, validator=each(Option)
    )
    gtin: Gtin | None = attrs.field(default=None, validator=optional(is_a(Gtin)))
    weight_grams: int | None = attrs.field(default=None, validator=optional(above_zero))
    """Weight of one packed unit, in grams; None where nobody has weighed it."""
    category: str | None = attrs.field(default=None, validator=optional(not_blank))

    measure: Measure = attrs.field(default=Measure(), validator=is_a(Measure))
    """What one unit in the ledger is: a piece, or a step of a weight, a length or a volume."""

    def __attrs_post_init__(self) -> None:
        refuse_duplicates(self, "option name", (option.name for option in self.options))


@final
@attrs.frozen(kw_only=True)
class Product:
    """
    What shoppers see as one thing, in one or more variants.

    >>> elephant = Product(
    ...     id=ProductId("elephant"),
    ...     title="Knitted elephant",
    ...     variants=[Variant(sku=Sku("ELEPHANT-RED")), Variant(sku=Sku("ELEPHANT-BLUE"))],
    ... )
    >>> len(elephant.variants)
    2

    Raises:
        DuplicateError: If two variants have the same sku.
    """

    id: ProductId = attrs.field(validator=is_a(ProductId))
    title: str = attrs.field(validator=is_a(str))
    variants: tuple[Variant, ...] = attrs.field(converter=as_tuple, validator=each(Variant))

    def __attrs_post_init__(self) -> None:
        if not self.variants:
            raise refuse(self, "variants", self.variants, "one variant or more")
        refuse_duplicates(self, "sku", (variant.sku for variant in self.variants))
