"""Terms: what a supplier offers, at what minimum, and how long it takes."""

from __future__ import annotations

import math
from functools import cached_property
from typing import TYPE_CHECKING, final

import attrs

from ecomkit._checks import as_tuple, each, is_a, optional, refuse
from ecomkit.identifiers import SupplierId
from ecomkit.money import CurrencyMismatchError, Money
from ecomkit.replenishment._lead_time import LeadTime
from ecomkit.replenishment._purchase_order_state import EXACT, DeliveryTolerance
from ecomkit.replenishment.purchasing._offer import SupplierOffer, by_sku, no_overlap
from ecomkit.replenishment.purchasing._supplier_calendar import SupplierCalendar
from ecomkit.timeline import days_after, utc

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

    from ecomkit.identifiers import Sku


@final
@attrs.frozen(kw_only=True)
class SupplierTerms:
    """
    How we buy from one supplier.

    The lead time never depends on the quantity: what is below the supplier's minimum takes as
    long as what is above it.

    Args:
        supplier: Who it is.
        offers: What it sells us; of one sku no two on one day.
        takes: How long it takes: a calendar of order days and stages, or a lead time as it was
            learned or stated.
        minimum_value: The least that one order may cost; None for no such minimum.
        tolerance: What of its deliveries counts as complete, and how much more is taken.

    Raises:
        FieldError: If two offers of one sku hold on one day, or the minimum is below 0.
        CurrencyMismatchError: If two offers, or the minimum, have two currencies.
    """

    supplier: SupplierId = attrs.field(validator=is_a(SupplierId))
    offers: tuple[SupplierOffer, ...] = attrs.field(
        converter=as_tuple, validator=[each(SupplierOffer), no_overlap]
    )
    takes: SupplierCalendar | LeadTime = attrs.field(validator=is_a(SupplierCalendar, LeadTime))
    minimum_value: Money | None = attrs.field(default=None, validator=optional(is_a(Money)))
    tolerance: DeliveryTolerance = attrs.field(default=EXACT, validator=is_a(DeliveryTolerance))

    def __attrs_post_init__(self) -> None:
        currencies = [offer.currency for offer in self.offers]
        if self.minimum_value is not None:
            if self.minimum_value.amount < 0:
                raise refuse(self, "minimum_value", self.minimum_value, "money, 0 or more")
            currencies.append(self.minimum_value.currency)
        for currency in currencies:
            if currency is not currencies[0]:
                raise CurrencyMismatchError(left=currencies[0], right=currency)

    def offer(self, sku: Sku, *, on: date) -> SupplierOffer | None:
        """Return the offer for *sku* that holds on the day *on*, or None."""
        for offer in self._by_sku.get(sku, ()):
            if offer.holds_on(on):
                return offer
        return None

    @cached_property
    def _by_sku(self) -> dict[Sku, list[SupplierOffer]]:
        return by_sku(self.offers)

    def lead_time(self, now: datetime) -> LeadTime:
        """
        Return the lead time of an order that is decided on *now*.

        Raises:
            NaiveInstantError: If *now* has no UTC offset.
            NoOrderDayError: If the calendar has no order day within ten years.
        """
        return self.takes if isinstance(self.takes, LeadTime) else self.takes.lead_time(now)

    def arrives_on(self, now: datetime) -> date:
        """
        Return the day on which units ordered *now* can be sold, a mean lead time rounded up.

        Raises:
            NaiveInstantError: If *now* has no UTC offset.
            NoOrderDayError: If the calendar has no order day within ten years.
            InstantRangeError: If the day lies outside the years 1 to 9999.
        """
        if isinstance(self.takes, LeadTime):
            return days_after(utc(now).date(), days=math.ceil(self.takes.mean_days))
        return max(self.takes.arrives_on(now), utc(now).date())


@final
@attrs.frozen(kw_only=True)
class SupplierBook:
    """
    All suppliers, the preferred ones first: a sku is bought from the first that offers it.

    Raises:
        FieldError: If a supplier stands in it twice.

    >>> from datetime import UTC, datetime
    >>> from ecomkit.catalog import PriceListEntry, PriceTier
    >>> from ecomkit.identifiers import Sku
    >>> from ecomkit.money import Currency
    >>> def offer(cents):
    ...     tiers = [PriceTier(from_units=1, unit_price=Money(cents, Currency.EUR))]
    ...     return SupplierOffer(entry=PriceListEntry(sku=Sku("LAMP"), tiers=tiers))
    >>> book = SupplierBook(terms=[
    ...     SupplierTerms(
    ...         supplier=SupplierId(name), offers=[offer(cents)], takes=LeadTime(mean_days=days)
    ...     )
    ...     for name, cents, days in (("mill", 275, 20), ("corner", 410, 2))
    ... ])
    >>> now = datetime(2026, 3, 2, 9, tzinfo=UTC)
    >>> book.terms_of(Sku("LAMP"), on=now.date()).supplier
    SupplierId('mill')
    >>> lead_time_of = book.lead_times(now, otherwise=LeadTime(mean_days=7))
    >>> lead_time_of(Sku("LAMP")).mean_days, lead_time_of(Sku("TIGER")).mean_days
    (20, 7)
    """

    terms: tuple[SupplierTerms, ...] = attrs.field(
        converter=as_tuple, validator=each(SupplierTerms)
    )

    def __attrs_post_init__(self) -> None:
        names = [terms.supplier for terms in self.terms]
        for name in names:
            if names.count(name) > 1:
                raise refuse(self, "terms", name, "one of each supplier")

    def terms_of(self, sku: Sku, *, on: date) -> SupplierTerms | None:
        """Return the terms under which *sku* is bought on the day *on*; None if nobody sells it."""
        for terms in self.terms:
            if terms.offer(sku, on=on) is not None:
                return terms
        return None

    def lead_times(self, now: datetime, *, otherwise: LeadTime) -> Callable[[Sku], LeadTime]:
        """
        Return the lead time of each sku if it is ordered *now*, as planning takes it.

        Plan with these and buy by the same book: then what is bought arrives inside the window
        of the plan and brings the need to zero. A sku that nobody offers has *otherwise*.

        Raises:
            NaiveInstantError: If *now* has no UTC offset.
            NoOrderDayError: If a calendar has no order day within ten years.
        """
        today = utc(now).date()
        of_supplier = {terms.supplier: terms.lead_time(now) for terms in self.terms}

        def lead_time_of(sku: Sku) -> LeadTime:
            terms = self.terms_of(sku, on=today)
            return otherwise if terms is None else of_supplier[terms.supplier]

        return lead_time_of
