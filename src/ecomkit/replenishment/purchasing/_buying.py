"""Buying: from advices to one draft for each supplier."""

from __future__ import annotations

from enum import Enum
from hashlib import sha256
from typing import TYPE_CHECKING, final

import attrs

from ecomkit._checks import is_a, optional, refuse
from ecomkit.errors import FieldError
from ecomkit.identifiers import PurchaseOrderId
from ecomkit.money import sum_money
from ecomkit.replenishment._advice import Advice
from ecomkit.replenishment._numbers import ceil_units, whole_days
from ecomkit.replenishment._purchase_order import PurchaseOrder
from ecomkit.replenishment._purchase_order_state import PurchaseOrderState
from ecomkit.replenishment._quantity import Step
from ecomkit.replenishment._receipt import ExpectedReceipt
from ecomkit.replenishment.purchasing._kinds import all_of
from ecomkit.replenishment.purchasing._price_break import PriceBreakRule
from ecomkit.replenishment.purchasing._proposal import (
    Minimum,
    ProposedLine,
    PurchaseProposal,
    PurchaseProposals,
    Unbought,
)
from ecomkit.replenishment.purchasing._terms import SupplierBook
from ecomkit.timeline import utc

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ecomkit.identifiers import LocationId, Sku, SupplierId
    from ecomkit.money import Money
    from ecomkit.replenishment.purchasing._offer import SupplierOffer
    from ecomkit.replenishment.purchasing._terms import SupplierTerms

SUPPLIER_CHARACTERS_MAX = 150
"""So much of a supplier's name stands in the id of a draft, for people to read."""

PACK_STEP = "case pack"
"""The step of an order quantity that makes whole packs."""


class BreakUse(Enum):
    """What is done with a price break that pays."""

    SUGGEST = "said only"
    TAKE = "taken"


class BelowMinimum(Enum):
    """What is done with an order below the supplier's minimum value."""

    HOLD = "held back"
    """It waits until more is needed; the need stays, and is said again the next time."""

    RAISE = "raised"
    """Its lines are raised to the same days of cover, as few as reach the minimum."""


@final
@attrs.frozen(kw_only=True)
class BuyingPolicy:
    """
    Turn advices into drafts: one for each supplier, in what it sells and at its minimum.

    Each sku is bought from the first supplier of the book that offers it on that day, raised to
    the supplier's minimum and to whole cases, and, where price breaks are taken, to the break
    that pays. What a step of the advice has lowered (a maximum, a shelf life, a budget) is not
    raised; if the supplier sells no so few, it is not bought, and that is said.

    The result depends on the advices and the policy alone: the day is that of the advices, and
    the id of a draft is made of its supplier and its advices. So drafting the same plan again
    gives the same draft, and once a draft is on order the plan asks for nothing more.

    Args:
        suppliers: Who sells what, preferred ones first.
        price_breaks: How price breaks are judged; None to leave them alone.
        break_use: What is done with one that pays.
        below_minimum: What is done with an order below the supplier's minimum value.
        cover_days_max: Nothing is raised to the minimum value beyond so many days of cover; an
            order that does not reach it then is held back.

    Raises:
        FieldError: If a field has another type.

    >>> from datetime import UTC, datetime
    >>> from ecomkit.catalog import PriceListEntry, PriceTier
    >>> from ecomkit.identifiers import LocationId, Sku, SupplierId
    >>> from ecomkit.money import Currency, Money
    >>> from ecomkit.replenishment import Demand, InventoryPosition, LeadTime, MinimumStock
    >>> from ecomkit.replenishment.purchasing import SupplierOffer, SupplierTerms
    >>> tiers = [PriceTier(from_units=1, unit_price=Money(275, Currency.EUR))]
    >>> lamp = PriceListEntry(sku=Sku("LAMP"), tiers=tiers, minimum=48, multiple=12)
    >>> mill = SupplierTerms(
    ...     supplier=SupplierId("mill"),
    ...     offers=[SupplierOffer(entry=lamp)],
    ...     takes=LeadTime(mean_days=9),
    ... )
    >>> advice = MinimumStock(level=10, up_to=50)(
    ...     InventoryPosition(usable=7),
    ...     demand=Demand.of(mean_per_day=2),
    ...     lead_time=LeadTime(mean_days=9),
    ...     now=datetime(2026, 10, 1, tzinfo=UTC),
    ... ).for_sku(Sku("LAMP"))
    >>> buy = BuyingPolicy(suppliers=SupplierBook(terms=[mill]))
    >>> print(buy([advice], location=LocationId("LYON")).explain())
    mill~...: 132.00 EUR at mill, expected on 2026-10-10
    48 LAMP for 132.00 EUR, 43 advised; supplier's minimum: 43 → 48 (at least 48)
    """

    suppliers: SupplierBook = attrs.field(validator=is_a(SupplierBook))
    price_breaks: PriceBreakRule | None = attrs.field(
        default=None, validator=optional(is_a(PriceBreakRule))
    )
    break_use: BreakUse = attrs.field(default=BreakUse.SUGGEST, validator=is_a(BreakUse))
    below_minimum: BelowMinimum = attrs.field(
        default=BelowMinimum.HOLD, validator=is_a(BelowMinimum)
    )
    cover_days_max: int = attrs.field(default=365, validator=whole_days)

    def __call__(self, advices: Iterable[Advice], *, location: LocationId) -> PurchaseProposals:
        """
        Return what *advices* lead to; those that say to order nothing lead to nothing.

        Args:
            advices: Each with its sku, all given at the same time.
            location: Where the goods are to come to.

        Raises:
            FieldError: If an advice names no sku, two name the same one, or they were given at
                different times.
            NoOrderDayError: If the calendar of a supplier has no order day within ten years.
        """
        wants: dict[SupplierId, list[_Want]] = {}
        unbought: list[tuple[Sku, Unbought]] = []
        for advice in _due(advices):
            found = self._want(advice)
            if isinstance(found, Unbought):
                unbought.append((_sku_of(advice), found))
            else:
                wants.setdefault(found.terms.supplier, []).append(found)
        return PurchaseProposals(
            proposals=[
                self._proposal(wants[terms.supplier], location=location)
                for terms in self.suppliers.terms
                if terms.supplier in wants
            ],
            unbought=unbought,
        )

    def _want(self, advice: Advice) -> _Want | Unbought:
        """Return what is bought for *advice*, or why nothing is."""
        sku, on = _sku_of(advice), utc(advice.at).date()
        terms = self.suppliers.terms_of(sku, on=on)
        offer = None if terms is None else terms.offer(sku, on=on)
        if terms is None or offer is None:
            return Unbought.NO_OFFER
        steps = offer.steps(advice.order)
        units = steps[-1].after
        if units > advice.order and _is_capped(advice):
            return Unbought.CAPPED
        suggestion = None
        if self.price_breaks is not None and not _is_capped(advice):
            per_day = advice.demand.mean_per_day
            suggestion = self.price_breaks(units, offer=offer, per_day=per_day)
            if suggestion is not None and suggestion.pays and self.break_use is BreakUse.TAKE:
                steps = (*steps, suggestion.step)
        line = ProposedLine(
            sku=sku,
            advised=advice.order,
            steps=steps,
            cost=offer.cost(steps[-1].after),
            suggestion=suggestion,
        )
        return _Want(advice=advice, terms=terms, offer=offer, line=line)

    def _proposal(self, wants: Sequence[_Want], *, location: LocationId) -> PurchaseProposal:
        terms, at = wants[0].terms, wants[0].advice.at
        minimum = Minimum.MET
        if terms.minimum_value is not None and _cost(wants) < terms.minimum_value:
            raised = self._raised(wants, value=terms.minimum_value)
            minimum = Minimum.BELOW if raised is None else Minimum.RAISED
            wants = raised or wants
        name = _id_of(terms.supplier, [want.advice for want in wants], location=location)
        arrives_on = terms.arrives_on(at)
        order = PurchaseOrder(
            id=name,
            supplier=terms.supplier,
            placed_on=utc(at).date(),
            stated=PurchaseOrderState.DRAFT,
            tolerance=terms.tolerance,
            lines=[
                ExpectedReceipt(
                    purchase_order=name,
                    sku=want.line.sku,
                    location=location,
                    quantity=want.line.units,
                    expected_on=arrives_on,
                    cost=want.line.cost,
                )
                for want in wants
            ],
        )
        return PurchaseProposal(
            order=order,
            lines=[want.line for want in wants],
            minimum=minimum,
            minimum_value=terms.minimum_value,
        )

    def _raised(self, wants: Sequence[_Want], *, value: Money) -> Sequence[_Want] | None:
        """Return *wants* at the fewest days of cover at which they cost *value*, or None."""
        if self.below_minimum is BelowMinimum.HOLD:
            return None
        days, enough = 0, self.cover_days_max
        if _cost(_covering(wants, days=enough)) < value:
            return None
        # Units rise with the days, so the fewest that are enough are found by halving. Where a
        # price break makes a larger order cheaper, fewer may have been enough as well.
        while days < enough:
            middle = (days + enough) // 2
            if _cost(_covering(wants, days=middle)) < value:
                days = middle + 1
            else:
                enough = middle
        return _covering(wants, days=enough)


@attrs.frozen(kw_only=True)
class _Want:
    """What one advice leads to, under which terms."""

    advice: Advice
    terms: SupplierTerms
    offer: SupplierOffer
    line: ProposedLine

    def covering(self, days: int) -> _Want:
        """Return it raised until the position and the order last so many days."""
        if _is_capped(self.advice):
            return self
        position, per_day = self.advice.position.total, self.advice.demand.mean_per_day
        wanted = ceil_units(per_day * days) - position
        if wanted <= self.line.units:
            return self
        units = self.offer.entry.sold_from(wanted)
        step = Step(
            name="minimum value", before=self.line.units, after=units, why=f"{days} days of cover"
        )
        return attrs.evolve(
            self,
            line=attrs.evolve(
                self.line, steps=(*self.line.steps, step), cost=self.offer.cost(units)
            ),
        )


def _covering(wants: Sequence[_Want], *, days: int) -> Sequence[_Want]:
    return [want.covering(days) for want in wants]


def _cost(wants: Sequence[_Want]) -> Money:
    return sum_money(want.line.cost for want in wants)


def _sku_of(advice: Advice) -> Sku:
    if advice.sku is None:
        raise refuse(advice, "sku", None, "named, so that it can be bought; see Advice.for_sku")
    return advice.sku


def _is_capped(advice: Advice) -> bool:
    """Return whether a limit has lowered the number; to round down to whole packs is none."""
    return any(step.after < step.before and step.name != PACK_STEP for step in advice.steps)


def _due(advices: Iterable[Advice]) -> list[Advice]:
    """Return the advices that say to order, by sku."""
    due: dict[Sku, Advice] = {}
    for advice in all_of(Advice, advices, owner="BuyingPolicy", field="advices"):
        if not advice.order:
            continue
        sku = _sku_of(advice)
        if sku in due:
            raise refuse(advice, "sku", sku, "one advice for each sku")
        due[sku] = advice
    moments = {utc(advice.at) for advice in due.values()}
    if len(moments) > 1:
        raise FieldError(
            owner="BuyingPolicy",
            field="advices",
            got=sorted(moments),
            wanted="given at the same time, as those of one plan are",
        )
    return [due[sku] for sku in sorted(due)]


def _id_of(
    supplier: SupplierId, advices: Sequence[Advice], *, location: LocationId
) -> PurchaseOrderId:
    asked = [(str(advice.sku), advice.order, attrs.astuple(advice.position)) for advice in advices]
    content = repr((str(supplier), str(location), utc(advices[0].at).isoformat(), asked))
    digest = sha256(content.encode()).hexdigest()[:16]
    return PurchaseOrderId(f"{supplier[:SUPPLIER_CHARACTERS_MAX]}~{digest}")
