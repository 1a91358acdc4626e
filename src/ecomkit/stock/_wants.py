"""What is wanted: units of a sku at a location, for one owner."""

from __future__ import annotations

from typing import Any, final

import attrs

from ecomkit._checks import each, is_a, optional, refuse, units
from ecomkit.identifiers import LocationId, LotId, Sku
from ecomkit.stock._accounts import LevelKey, Owner
from ecomkit.stock._levels import MAIN

__all__ = ["Want", "goods", "promises"]


@final
@attrs.frozen(kw_only=True)
class Want:
    """
    *quantity* units of a sku at a location, wanted by one owner.

    *lot* names the lot that goods are of, where they move; a promise names none, since lots are
    chosen at picking. Goods of several lots are several wants.

    >>> Want(owner=Owner("cart:1"), sku=Sku("A"), quantity=0)
    Traceback (most recent call last):
        ...
    ecomkit.errors.FieldError: Want.quantity must be a whole number above 0, got 0
    """

    owner: Owner = attrs.field(validator=is_a(Owner))
    sku: Sku = attrs.field(validator=is_a(Sku))
    quantity: int = attrs.field(validator=units)
    location: LocationId = attrs.field(default=MAIN, validator=is_a(LocationId))
    lot: LotId | None = attrs.field(default=None, validator=optional(is_a(LotId)))

    @property
    def key(self) -> LevelKey:
        """The level that is asked."""
        return LevelKey(self.sku, self.location)


def goods(instance: object, attribute: attrs.Attribute[Any], value: object) -> None:
    """Accept a tuple of at least one want."""
    each(Want)(instance, attribute, value)
    if not value:
        raise refuse(instance, attribute.name, value, "at least one Want")


def promises(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    """Accept a tuple of at least one want, none of which names a lot."""
    goods(instance, attribute, value)
    for want in value:
        if want.lot is not None:
            raise refuse(instance, attribute.name, want, "without a lot: it is chosen at picking")
