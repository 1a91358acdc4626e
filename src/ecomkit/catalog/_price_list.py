"""Price lists: what a group of buyers pays, by sku and by how much they take."""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property
from itertools import pairwise
from operator import attrgetter
from typing import final

import attrs

from ecomkit._checks import as_tuple, each, is_a, refuse, units
from ecomkit.catalog._duplicates import refuse_duplicates
from ecomkit.catalog._prices import is_price, same_currency
from ecomkit.identifiers import Sku
from ecomkit.money import Currency, Money

__all__ = ["PriceList", "PriceListEntry", "PriceTier"]


@final
@attrs.frozen(kw_only=True)
class PriceTier:
    """
    The price of one unit for whoever takes *from_units* or more.

    Raises:
        FieldError: If the units are below 1, or the price is below 0.
    """

    from_units: int = attrs.field(validator=units)
    unit_price: Money = attrs.field(validator=is_price)


@final
@attrs.frozen(kw_only=True)
class PriceListEntry:
    """
    What one sku costs, and how much of it is sold at once.

    The price of the tier counts for all units, not for those beyond its threshold alone, so
    twelve may cost less than eleven.

    Args:
        sku: The sku.
        tiers: The prices by quantity, from 1 unit upwards; a larger quantity never costs more
            a unit.
        minimum: The least number of units that an order may have.
        multiple: Units are sold in multiples of this: a case.

    Raises:
        FieldError: If the tiers do not begin with 1 unit and rise, or a price rises.
        CurrencyMismatchError: If two tiers have two currencies.

    >>> elephant = PriceListEntry(
    ...     sku=Sku("ELEPHANT"),
    ...     tiers=[
    ...         PriceTier(from_units=1, unit_price=Money(1200, Currency.EUR)),
    ...         PriceTier(from_units=48, unit_price=Money(1000, Currency.EUR)),
    ...     ],
    ...     minimum=10,
    ...     multiple=6,
    ... )
    >>> elephant.unit_price(47), elephant.unit_price(48)
    (Money(1200, Currency.EUR), Money(1000, Currency.EUR))
    >>> elephant.sold_from(10)
    12
    """

    sku: Sku = attrs.field(validator=is_a(Sku))
    tiers: tuple[PriceTier, ...] = attrs.field(converter=as_tuple, validator=each(PriceTier))
    minimum: int = attrs.field(default=1, validator=units)
    multiple: int = attrs.field(default=1, validator=units)

    def __attrs_post_init__(self) -> None:
        if not self.tiers or self.tiers[0].from_units != 1:
            raise refuse(self, "tiers", self.tiers, "one or more, the first from 1 unit on")
        same_currency((tier.unit_price for tier in self.tiers), currency=self.currency)
        for lower, higher in pairwise(self.tiers):
            if higher.from_units <= lower.from_units:
                raise refuse(self, "tiers", higher.from_units, "in rising numbers of units")
            if higher.unit_price > lower.unit_price:
                wanted = f"{lower.unit_price} a unit at most from {higher.from_units} units on"
                raise refuse(self, "tiers", higher.unit_price, wanted)

    @property
    def currency(self) -> Currency:
        """The currency of all tiers."""
        return self.tiers[0].unit_price.currency

    def unit_price(self, wanted: int) -> Money:
        """
        Return what one unit costs for whoever takes *wanted* units.

        Raises:
            FieldError: If fewer units than 1 are wanted.
        """
        if wanted < 1:
            raise refuse(self, "unit_price(units)", wanted, "1 or more")
        place = bisect_right(self.tiers, wanted, key=attrgetter("from_units"))
        return self.tiers[place - 1].unit_price

    def sold_from(self, wanted: int) -> int:
        """Return the least number of units, *wanted* or more, that minimum and multiple allow."""
        return -(-max(wanted, self.minimum) // self.multiple) * self.multiple


@final
@attrs.frozen(kw_only=True)
class PriceList:
    """
    What a group of buyers pays, in one currency; an order names it in its terms of trade.

    Raises:
        DuplicateError: If a sku stands in it twice.
        CurrencyMismatchError: If an entry has another currency.
        FieldError: If the name is blank.

    >>> tiers = [PriceTier(from_units=1, unit_price=Money(1200, Currency.EUR))]
    >>> retailers = PriceList(
    ...     name="retailers",
    ...     currency=Currency.EUR,
    ...     entries=[PriceListEntry(sku=Sku("ELEPHANT"), tiers=tiers)],
    ... )
    >>> retailers.unit_price(Sku("ELEPHANT"), units=3), retailers.unit_price(Sku("X"), units=3)
    (Money(1200, Currency.EUR), None)
    """

    name: str = attrs.field(validator=is_a(str))
    currency: Currency = attrs.field(validator=is_a(Currency))
    entries: tuple[PriceListEntry, ...] = attrs.field(
        converter=as_tuple, validator=each(PriceListEntry)
    )

    def __attrs_post_init__(self) -> None:
        if not self.name.strip():
            raise refuse(self, "name", self.name, "a text that is not blank")
        refuse_duplicates(self, "sku", (entry.sku for entry in self.entries))
        same_currency(
            (entry.tiers[0].unit_price for entry in self.entries), currency=self.currency
        )

    def entry(self, sku: Sku) -> PriceListEntry | None:
        """Return the entry of *sku*, or None if the list has none."""
        return self._entries.get(sku)

    def unit_price(self, sku: Sku, *, units: int) -> Money | None:
        """
        Return what one of so many *units* of *sku* costs, or None if the list has no such sku.

        Raises:
            FieldError: If there are fewer units than 1.
        """
        entry = self.entry(sku)
        return None if entry is None else entry.unit_price(units)

    @cached_property
    def _entries(self) -> dict[Sku, PriceListEntry]:
        return {entry.sku: entry for entry in self.entries}
