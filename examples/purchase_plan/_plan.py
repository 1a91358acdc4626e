"""A purchase plan for the gift shop's best sellers, and the assumptions that it rests on."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, final

import attrs

from ecomkit.catalog import PriceListEntry, PriceTier
from ecomkit.identifiers import LocationId, Sku, SupplierId
from ecomkit.money import Currency, Money, Rounding
from ecomkit.replenishment import (
    DemandSeries,
    InventoryPosition,
    LeadTime,
    OrderQuantity,
    ReorderPoint,
    SkuFacts,
    SmoothedDemand,
    StockCosts,
    TargetLevel,
    UnitEconomics,
    on_order,
)
from ecomkit.replenishment.distributions import DemandFamily
from ecomkit.replenishment.purchasing import (
    BudgetCandidate,
    BuyingPolicy,
    LostMarginAvoided,
    SupplierBook,
    SupplierOffer,
    SupplierTerms,
    allocate_budget,
)
from purchase_plan._histories import END, best_sellers, mean_prices

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ecomkit.replenishment import Advice, ExpectedReceipt
    from ecomkit.replenishment.purchasing import BudgetAllocation, PurchaseProposals

__all__ = ["ASSUMPTIONS", "NOW", "Article", "advise", "articles", "buy", "within_budget"]

NOW = datetime(END.year, END.month, END.day, 8, tzinfo=UTC)
"""The morning after the last day of the year."""

LONDON = LocationId("LONDON")
LEAD_TIME = LeadTime(mean_days=14, sd_days=2)
REVIEW_DAYS = 1
PROTECTED_DAYS = 14 + REVIEW_DAYS
HALF_LIFE_DAYS = 28
ORDER_COST = Money(300, Currency.GBP)
HOLDING_PER_YEAR = 0.25
SUPPLIER_MINIMUM = Money(25_000, Currency.GBP)
SUPPLIER_DIGITS = 2
DEAR = Money(200, Currency.GBP)
PACK, PACK_OF_DEAR = 12, 6
PACKS_MIN, PACKS_OF_BREAK = 2, 50
BREAK = Fraction(5, 100)
SHELF_DAYS, SHELF_STEP = 45, 7

ASSUMPTIONS = (
    "demand is real: what was asked for by day, cancelled units off, bulk orders in",
    "a unit costs half of the mean price that it sold for, rounded down to a penny",
    "an order takes 14 days, sd 2, whoever the supplier is; the shop looks every day",
    f"an order of a sku costs {ORDER_COST}",
    f"a year on the shelf costs {HOLDING_PER_YEAR:.0%} of the unit cost, a missed unit its margin",
    f"codes with the same first {SUPPLIER_DIGITS} digits come from one supplier",
    f"a supplier takes no order below {SUPPLIER_MINIMUM}",
    f"packs are of {PACK}, of {PACK_OF_DEAR} where a unit sells for {DEAR} or more",
    f"{PACKS_MIN} packs at least, {float(BREAK):.0%} off from {PACKS_OF_BREAK} packs on",
    f"on the shelf is what a sku sold in its last 0 to {SHELF_DAYS - 1} days, by its place",
    "nothing is promised or on order",
    f"a half-life of {HALF_LIFE_DAYS} days, which the replay of this shop chose, and no season",
)
"""What the plan assumes; all but the demand is made up, since the file holds invoices only."""


@final
@attrs.frozen(kw_only=True)
class Article:
    """One product: its real demand, and what is assumed of it."""

    sku: Sku
    series: DemandSeries
    cost: Money
    price: Money
    usable: int

    @property
    def supplier(self) -> SupplierId:
        """Who sells it to us."""
        return SupplierId(f"supplier-{self.sku[:SUPPLIER_DIGITS]}")

    @property
    def pack(self) -> int:
        """The units of a case."""
        return PACK if self.price < DEAR else PACK_OF_DEAR

    @property
    def moq(self) -> int:
        """The fewest units that the supplier takes an order for."""
        return self.pack * PACKS_MIN

    @property
    def unit(self) -> UnitEconomics:
        """What a unit costs and brings."""
        return UnitEconomics(cost=self.cost, price=self.price)

    @property
    def last_sold_on(self) -> date:
        """The last day on which somebody asked for it."""
        return max(self.series.starts_on(day) for day, units in enumerate(self.series) if units)

    @property
    def policy(self) -> ReorderPoint:
        """The default policy, as it was replayed, in the packs of this article."""
        return ReorderPoint(
            costs=StockCosts.of(
                self.unit, per_order=ORDER_COST, holding_per_year=HOLDING_PER_YEAR
            ),
            lead_time_demand=DemandFamily.NEGATIVE_BINOMIAL,
            review_days=REVIEW_DAYS,
            quantity=OrderQuantity(moq=self.moq, case_pack=self.pack),
        )

    @property
    def offer(self) -> SupplierOffer:
        """What its supplier asks; a break of less than a penny is none."""
        tiers = [PriceTier(from_units=1, unit_price=self.cost)]
        cheaper = self.cost.times(1 - BREAK, rounding=Rounding.HALF_EVEN)
        if cheaper < self.cost:
            tiers.append(PriceTier(from_units=self.pack * PACKS_OF_BREAK, unit_price=cheaper))
        return SupplierOffer(
            entry=PriceListEntry(sku=self.sku, tiers=tiers, minimum=self.moq, multiple=self.pack)
        )


def articles(count: int) -> tuple[Article, ...]:
    """Return the *count* best sellers of the year, most units first."""
    prices = mean_prices()
    found = []
    for place, (sku, series) in enumerate(best_sellers(count).items()):
        # The mean of a year is a figure, not a price that was booked: it is rounded here, once.
        price = Money(max(2, round(prices[sku] * 100)), Currency.GBP)
        shelf_days = place * SHELF_STEP % SHELF_DAYS
        found.append(
            Article(
                sku=sku,
                series=series,
                cost=price.times(Fraction(1, 2), rounding=Rounding.DOWN),
                price=price,
                usable=sum(series.observed[len(series.observed) - shelf_days :]),
            )
        )
    return tuple(found)


def advise(
    stocked: Sequence[Article], *, receipts: Sequence[ExpectedReceipt] = ()
) -> tuple[Advice, ...]:
    """Return what the policy of each article says, with *receipts* on order."""
    estimator = SmoothedDemand(half_life_days=HALF_LIFE_DAYS).believing(
        (article.series for article in stocked), days=PROTECTED_DAYS
    )
    before = NOW.date() + timedelta(days=PROTECTED_DAYS)
    advices = []
    for article in stocked:
        own = [receipt for receipt in receipts if receipt.sku == article.sku]
        advice = article.policy(
            InventoryPosition(
                usable=article.usable, on_order=on_order(own, sku=article.sku, before=before)
            ),
            demand=estimator(article.series, days=PROTECTED_DAYS),
            lead_time=LEAD_TIME,
            now=NOW,
        )
        facts = SkuFacts(receipts=own, last_sold_on=article.last_sold_on, economics=article.unit)
        advices.append(advice.for_sku(article.sku).with_facts(facts))
    return tuple(advices)


def buy(advices: Iterable[Advice], *, stocked: Iterable[Article]) -> PurchaseProposals:
    """Return one draft for each supplier; one that is below its minimum is held back."""
    offers: dict[SupplierId, list[SupplierOffer]] = {}
    for article in stocked:
        offers.setdefault(article.supplier, []).append(article.offer)
    book = SupplierBook(
        terms=[
            SupplierTerms(
                supplier=supplier,
                offers=offers[supplier],
                takes=LEAD_TIME,
                minimum_value=SUPPLIER_MINIMUM,
            )
            for supplier in sorted(offers)
        ]
    )
    return BuyingPolicy(suppliers=book)(advices, location=LONDON)


def within_budget(
    advices: Sequence[Advice], *, stocked: Sequence[Article], budget: Money
) -> tuple[BudgetAllocation, tuple[Advice, ...]]:
    """
    Return how *budget* is shared out over the advices, and the advices as it leaves them.

    Units are worth the margin that they are expected to save, in pence. They are counted at the
    price without a break, so that an order that is cut below one costs no more than was allowed.
    """
    shared = allocate_budget(
        [
            _candidate(advice, article=article)
            for advice, article in zip(advices, stocked, strict=True)
            if advice.order
        ],
        budget=budget,
    )
    steps = {line.sku: line.step for line in shared.lines}
    return shared, tuple(
        attrs.evolve(advice, steps=(*advice.steps, steps[article.sku]))
        if article.sku in steps
        else advice
        for advice, article in zip(advices, stocked, strict=True)
    )


def _candidate(advice: Advice, *, article: Article) -> BudgetCandidate:
    level = advice.level
    assert isinstance(level, TargetLevel)  # the policy of an article has a distribution
    return BudgetCandidate(
        sku=article.sku,
        wanted=advice.order,
        unit_cost=article.cost,
        value=LostMarginAvoided(
            demand=level.distribution,
            position=advice.position.total,
            margin_per_unit=(article.price - article.cost).amount,
        ),
        moq=article.moq,
        case_pack=article.pack,
    )
