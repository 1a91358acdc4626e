"""Which lines a discount is on: by sku, or by category."""

from __future__ import annotations

from typing import Any, final

import attrs

from ecomkit._checks import Validator, as_tuple, each, refuse
from ecomkit.identifiers import Sku
from ecomkit.orders._line import OrderLine

__all__ = ["OfCategories", "OfSkus"]


def _one_or_more(kind: type[str]) -> Validator:
    check_each = each(kind)

    def check(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
        check_each(instance, attribute, value)
        if not value:
            raise refuse(instance, attribute.name, value, "one or more")

    return check


@final
@attrs.frozen(kw_only=True)
class OfSkus:
    """
    The lines of these skus.

    Raises:
        FieldError: If there is none.

    >>> OfSkus(skus=[Sku("ELEPHANT")])
    OfSkus(skus=(Sku('ELEPHANT'),))
    """

    skus: tuple[Sku, ...] = attrs.field(converter=as_tuple, validator=_one_or_more(Sku))

    def __call__(self, line: OrderLine, /) -> bool:
        """Return whether *line* is of one of the skus."""
        return line.sku in self.skus

    def explain(self) -> str:
        """Say which skus."""
        return ", ".join(self.skus)


@final
@attrs.frozen(kw_only=True)
class OfCategories:
    """
    The lines of these categories; a line without one is never among them.

    Raises:
        FieldError: If there is none.
    """

    categories: tuple[str, ...] = attrs.field(converter=as_tuple, validator=_one_or_more(str))

    def __call__(self, line: OrderLine, /) -> bool:
        """Return whether *line* is of one of the categories."""
        return line.category in self.categories

    def explain(self) -> str:
        """Say which categories."""
        return ", ".join(self.categories)
