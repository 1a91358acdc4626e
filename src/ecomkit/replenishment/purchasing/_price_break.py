"""Price breaks: whether it pays to order more, up to where the supplier's price falls."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, final

import attrs

from ecomkit._checks import is_a, refuse
from ecomkit.errors import FieldError
from ecomkit.money import Money
from ecomkit.replenishment._numbers import (
    DAYS_MAX,
    UNITS_PER_DAY_MAX,
    is_number,
    plain,
    up_to,
)
from ecomkit.replenishment._quantity import Step

if TYPE_CHECKING:
    from ecomkit.replenishment.purchasing._offer import SupplierOffer

DAYS_PER_YEAR = 365
RATE_MAX = 100.0
"""Ten thousand percent a year: beyond it is a typing error."""


@final
@attrs.frozen(kw_only=True)
class BreakSuggestion:
    """
    Order ``raised`` units in place of ``units``: what it saves, and what it costs to hold them.

    Args:
        units: The units that are to be ordered.
        raised: The units from which on the price is lower.
        saving: What the extra units cost less than if they were ordered with the next order, at
            the price that ``units`` have now.
        holding: What it costs to hold the extra units until that next order would have come.
        waits_days: How long they wait for it; None where nothing is sold.
    """

    units: int
    raised: int
    saving: Money = attrs.field(validator=is_a(Money))
    holding: Money = attrs.field(validator=is_a(Money))
    waits_days: float | None

    @property
    def pays(self) -> bool:
        """Whether the saving is above the cost of holding."""
        return self.saving > self.holding

    @property
    def step(self) -> Step:
        """The step that takes the suggestion, for the steps of an order quantity."""
        return Step(name="price break", before=self.units, after=self.raised, why=self._why)

    @property
    def _why(self) -> str:
        waits = "for ever" if self.waits_days is None else f"for {plain(self.waits_days)} days"
        return (
            f"saves {self.saving}, and holding {self.raised - self.units} more {waits} "
            f"costs {self.holding}"
        )

    def explain(self) -> str:
        """Say what it would save and cost, and whether it pays."""
        verdict = "pays" if self.pays else "does not pay"
        return f"{self.raised} in place of {self.units} {verdict}: {self._why}"


def _years(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if not is_number(value) or not 0 < value <= RATE_MAX:
        raise refuse(instance, attribute.name, value, f"a number above 0, up to {RATE_MAX}")


@final
@attrs.frozen(kw_only=True)
class PriceBreakRule:
    """
    Look at each break above a quantity, and suggest the one that saves most.

    The extra units are needed sooner or later: ordered now, they cost the difference of the two
    orders; ordered next time, the price that the first order has for its last unit. They wait
    until the first order is sold, units / demand days, and cost ``holding_rate`` of their price
    for each year of it. Where nothing is sold they are never needed, so raising pays only if the
    larger order costs less than the smaller one.

    Args:
        holding_rate: The share of its cost that holding a unit costs in a year: interest, room,
            risk. 0.25 is usual.
        cover_days_max: Nothing is raised beyond what is sold in so many days.

    Raises:
        FieldError: If the rate is not above 0 and up to 100, or the days are negative.

    >>> from ecomkit.catalog import PriceListEntry, PriceTier
    >>> from ecomkit.identifiers import Sku
    >>> from ecomkit.money import Currency
    >>> from ecomkit.replenishment.purchasing import SupplierOffer
    >>> offer = SupplierOffer(entry=PriceListEntry(sku=Sku("LAMP"), tiers=[
    ...     PriceTier(from_units=1, unit_price=Money(200, Currency.EUR)),
    ...     PriceTier(from_units=100, unit_price=Money(180, Currency.EUR)),
    ... ]))
    >>> print(PriceBreakRule(holding_rate=0.25)(80, offer=offer, per_day=2).explain())
    100 in place of 80 pays: saves 20.00 EUR, and holding 20 more for 40 days costs 0.99 EUR
    """

    holding_rate: float = attrs.field(default=0.25, validator=_years)
    cover_days_max: float = attrs.field(default=365.0, validator=up_to(DAYS_MAX))

    def __call__(
        self, units: int, *, offer: SupplierOffer, per_day: float
    ) -> BreakSuggestion | None:
        """
        Return the suggestion that saves most net of holding, paying or not; None without a break.

        Args:
            units: What is to be ordered; 0 has no suggestion.
            offer: What the supplier asks.
            per_day: Mean demand per day.

        Raises:
            FieldError: If *units* or *per_day* is negative or no number.
        """
        if not is_number(per_day) or not 0 <= per_day <= UNITS_PER_DAY_MAX:
            raise FieldError(
                owner="PriceBreakRule",
                field="per_day",
                got=per_day,
                wanted=f"a number from 0 to {UNITS_PER_DAY_MAX}",
            )
        now = offer.cost(units)
        if not units:
            return None
        found = [
            self._suggestion(units, raised, offer=offer, per_day=per_day)
            for tier in offer.entry.tiers
            if units < tier.from_units
            and (
                (raised := offer.entry.sold_from(tier.from_units)) <= per_day * self.cover_days_max
                or offer.cost(raised) < now
            )
        ]
        return max(
            found,
            key=lambda one: (one.saving.amount - one.holding.amount, -one.raised),
            default=None,
        )

    def _suggestion(
        self, units: int, raised: int, *, offer: SupplierOffer, per_day: float
    ) -> BreakSuggestion:
        extra = raised - units
        dearer = offer.cost(raised) - offer.cost(units)
        if not per_day:
            nothing = Money.zero(offer.currency)
            return BreakSuggestion(
                units=units, raised=raised, saving=-dearer, holding=nothing, waits_days=None
            )
        waits = min(units / per_day, DAYS_MAX)
        tied_up = offer.cost(raised).amount * extra / raised
        holding = tied_up * self.holding_rate * waits / DAYS_PER_YEAR
        return BreakSuggestion(
            units=units,
            raised=raised,
            saving=offer.entry.unit_price(units) * extra - dearer,
            holding=Money(math.ceil(holding), offer.currency),
            waits_days=waits,
        )
