"""Offers: what a supplier asks for a sku, by quantity, and how much of it has to be taken."""

from __future__ import annotations

from datetime import date
from enum import Enum
from itertools import pairwise
from typing import TYPE_CHECKING, Any, final

import attrs

from ecomkit._checks import is_a, optional, plain_date, refuse
from ecomkit.catalog import PriceListEntry
from ecomkit.money import Money
from ecomkit.replenishment._numbers import UNITS_MAX
from ecomkit.replenishment._quantity import Step

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ecomkit.identifiers import Sku
    from ecomkit.money import Currency


class Discount(Enum):
    """To which units the price of a tier applies."""

    ALL_UNITS = "all units"
    """The price of the tier that is reached counts for every unit."""

    INCREMENTAL = "incremental"
    """The price of a tier counts for the units from its threshold on; those below keep theirs."""


@final
@attrs.frozen(kw_only=True)
class SupplierOffer:
    """
    What a supplier asks for one sku.

    ``entry`` has the prices by quantity, the minimum order (MOQ) and the case pack (multiple).

    Args:
        entry: Prices, minimum and multiple.
        discount: To which units the price of a tier applies.
        valid_from: The first day on which the offer holds; None for any time before.
        valid_to: The last day on which it holds; None for no end.

    Raises:
        FieldError: If a field has another type, or ``valid_to`` is before ``valid_from``.

    >>> from ecomkit.catalog import PriceTier
    >>> from ecomkit.identifiers import Sku
    >>> from ecomkit.money import Currency
    >>> tiers = [
    ...     PriceTier(from_units=1, unit_price=Money(200, Currency.EUR)),
    ...     PriceTier(from_units=100, unit_price=Money(180, Currency.EUR)),
    ... ]
    >>> entry = PriceListEntry(sku=Sku("LAMP"), tiers=tiers, minimum=50, multiple=12)
    >>> every, beyond = (SupplierOffer(entry=entry, discount=kind) for kind in Discount)
    >>> print(every.cost(108), beyond.cost(108))
    194.40 EUR 214.20 EUR
    >>> [step.after for step in every.steps(37)]
    [50, 60]
    """

    entry: PriceListEntry = attrs.field(validator=is_a(PriceListEntry))
    discount: Discount = attrs.field(default=Discount.ALL_UNITS, validator=is_a(Discount))
    valid_from: date | None = attrs.field(default=None, validator=optional(plain_date))
    valid_to: date | None = attrs.field(default=None, validator=optional(plain_date))

    def __attrs_post_init__(self) -> None:
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            raise refuse(self, "valid_to", self.valid_to, f"{self.valid_from} or later")

    @property
    def sku(self) -> Sku:
        """What is offered."""
        return self.entry.sku

    @property
    def currency(self) -> Currency:
        """The currency of the prices."""
        return self.entry.currency

    def holds_on(self, day: date) -> bool:
        """Return whether the offer holds on *day*; its first and last day count."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day <= self.valid_to
        )

    def overlaps(self, other: SupplierOffer) -> bool:
        """Return whether both offers hold on some day."""
        return (self.valid_from or date.min) <= (other.valid_to or date.max) and (
            other.valid_from or date.min
        ) <= (self.valid_to or date.max)

    def cost(self, units: int) -> Money:
        """
        Return what *units* cost, as a whole; 0 units cost nothing.

        Raises:
            FieldError: If there are fewer units than 0, or the sum is too large.
        """
        check_units(self, "cost(units)", units)
        if not units:
            return Money.zero(self.currency)
        if self.discount is Discount.ALL_UNITS:
            return self.entry.unit_price(units) * units
        tiers = self.entry.tiers
        # A tier's price counts from its first unit on, up to the last before the next tier.
        ends = [higher.from_units - 1 for _, higher in pairwise(tiers)] + [units]
        amount = sum(
            tier.unit_price.amount * max(0, min(end, units) - tier.from_units + 1)
            for tier, end in zip(tiers, ends, strict=True)
        )
        return Money(amount, self.currency)

    def steps(self, wanted: int) -> tuple[Step, ...]:
        """
        Return the steps from the units *wanted* to what the supplier takes.

        None wanted, or what is taken as it is, leaves no step that changes anything.

        Raises:
            FieldError: If fewer units than 0 are wanted.
        """
        check_units(self, "steps(wanted)", wanted)
        if not wanted:
            return ()
        raised = max(wanted, self.entry.minimum)
        packed = self.entry.sold_from(wanted)
        return (
            Step(
                name="supplier's minimum",
                before=wanted,
                after=raised,
                why=f"at least {self.entry.minimum}",
            ),
            Step(
                name="supplier's case",
                before=raised,
                after=packed,
                why=f"whole cases of {self.entry.multiple}",
            ),
        )


def check_units(instance: object, field: str, value: object) -> None:
    """Refuse what is no count of units."""
    if type(value) is not int or not 0 <= value <= UNITS_MAX:
        raise refuse(instance, field, value, f"a whole number of units from 0 to {UNITS_MAX}")


def no_overlap(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    """Accept a tuple of offers of which no two hold for one sku on one day."""
    for sku, offers in by_sku(value).items():
        in_order = sorted(offers, key=lambda offer: offer.valid_from or date.min)
        if any(one.overlaps(following) for one, following in pairwise(in_order)):
            raise refuse(instance, attribute.name, sku, "one offer for a sku on a day")


def by_sku(offers: Iterable[SupplierOffer]) -> dict[Sku, list[SupplierOffer]]:
    """Return the offers of each sku, in the order in which they come."""
    found: dict[Sku, list[SupplierOffer]] = {}
    for offer in offers:
        found.setdefault(offer.sku, []).append(offer)
    return found
