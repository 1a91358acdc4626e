"""The purchase plan of the examples: what it orders, of whom, within which limits, and only once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from purchase_plan import plan_purchases
from purchase_plan._plan import (
    ASSUMPTIONS,
    LONDON,
    SUPPLIER_MINIMUM,
    Article,
    advise,
    articles,
    buy,
    within_budget,
)

from ecomkit.identifiers import Sku
from ecomkit.money import Currency, Money, sum_money
from ecomkit.replenishment import TargetLevel

if TYPE_CHECKING:
    from ecomkit.replenishment import Advice
    from ecomkit.replenishment.purchasing import PurchaseProposals

BUDGET = Money(400_000, Currency.GBP)
COUNT = 25


@pytest.fixture(scope="module")
def stocked() -> tuple[Article, ...]:
    """Return the best sellers of the real year, read once."""
    return articles(COUNT)


@pytest.fixture(scope="module")
def advices(stocked: tuple[Article, ...]) -> tuple[Advice, ...]:
    """Return what the policies say with nothing on order."""
    return advise(stocked)


@pytest.fixture(scope="module")
def proposals(stocked: tuple[Article, ...], advices: tuple[Advice, ...]) -> PurchaseProposals:
    """Return the drafts of the plan."""
    return buy(advices, stocked=stocked)


def test_the_best_sellers_are_those_of_the_year(stocked: tuple[Article, ...]) -> None:
    """The first five, and the units of the first after cancellations, are those of the file."""
    assert [one.sku for one in stocked[:5]] == ["22197", "84077", "85099B", "84879", "21212"]
    assert {374} == {len(one.series) for one in stocked}
    units = [sum(one.series.observed) for one in stocked]
    assert sorted(units, reverse=True) == units


def test_an_order_brings_the_position_to_the_target_in_whole_packs(
    stocked: tuple[Article, ...], advices: tuple[Advice, ...]
) -> None:
    """Low positions, and no others, are filled up to the target, and by less than a pack above."""
    assert 0 < sum(1 for advice in advices if advice.order) < COUNT
    for article, advice in zip(stocked, advices, strict=True):
        assert (advice.order > 0) == (advice.position.total <= advice.reorder_point)
        if advice.order:
            assert advice.order % article.pack == 0
            assert article.moq <= advice.order
            above = advice.position.total + advice.order - advice.target
            assert 0 <= above < max(article.pack, article.moq)


def test_each_supplier_gets_one_draft_of_its_own_skus(
    stocked: tuple[Article, ...], advices: tuple[Advice, ...], proposals: PurchaseProposals
) -> None:
    """Every advised unit stands in the draft of its supplier, at the price for so many."""
    suppliers = [proposal.supplier for proposal in proposals.proposals]
    assert len(set(suppliers)) == len(suppliers)
    assert proposals.unbought == ()
    by_sku = {article.sku: article for article in stocked}
    bought: dict[Sku, int] = {}
    for proposal in proposals.proposals:
        for line in proposal.order.lines:
            article = by_sku[line.sku]
            assert article.supplier == proposal.supplier
            assert article.offer.cost(line.quantity) == line.cost
            assert line.location == LONDON
            bought[line.sku] = line.quantity
    assert {one.sku: one.order for one in advices if one.order} == bought


def test_planning_again_with_the_drafts_on_order_adds_nothing(
    stocked: tuple[Article, ...], proposals: PurchaseProposals
) -> None:
    """What was drafted counts as on order, so no sku is asked for a second time."""
    assert len(proposals) > 1
    assert proposals.held == ()
    drafted = [line for proposal in proposals for line in proposal.order.lines]
    again = advise(stocked, receipts=drafted)
    assert {0} == {advice.order for advice in again}
    assert buy(again, stocked=stocked).proposals == ()


def test_the_same_plan_makes_the_same_drafts(
    stocked: tuple[Article, ...], proposals: PurchaseProposals
) -> None:
    """Two runs agree to the id of each order, so the second one can be told from a new one."""
    assert proposals == buy(advise(stocked), stocked=stocked)


@pytest.mark.parametrize("pounds", [0, 200, 4_000, 1_000_000])
def test_no_budget_is_overdrawn(
    stocked: tuple[Article, ...], advices: tuple[Advice, ...], pounds: int
) -> None:
    """At the prices of the orders that are placed, breaks among them, it is enough for all."""
    budget = Money(pounds * 100, Currency.GBP)
    shared, cut = within_budget(advices, stocked=stocked, budget=budget)
    wanted = {advice.sku: advice.order for advice in advices}
    assert all(0 <= line.granted <= wanted[line.sku] for line in shared.lines)
    assert {line.sku: line.granted for line in shared.lines} == {
        advice.sku: advice.order for advice in cut if wanted[advice.sku]
    }
    placed = buy(cut, stocked=stocked)
    assert sum_money((one.cost for one in placed), currency=Currency.GBP) <= budget
    assert all(proposal.cost >= SUPPLIER_MINIMUM for proposal in placed)


def test_a_budget_is_used_and_a_large_one_cuts_nothing(
    stocked: tuple[Article, ...], advices: tuple[Advice, ...]
) -> None:
    """Little money is spent all but for a pack, and much of it buys all that was advised."""
    small, _ = within_budget(advices, stocked=stocked, budget=BUDGET)
    assert any(line.is_cut for line in small.lines)
    assert small.spent * 100 >= BUDGET * 99
    large, cut = within_budget(advices, stocked=stocked, budget=BUDGET * 1_000)
    assert not any(line.is_cut for line in large.lines)
    assert [advice.order for advice in advices] == [advice.order for advice in cut]


def test_a_budget_pays_full_prices_for_units_that_are_missing(
    stocked: tuple[Article, ...], advices: tuple[Advice, ...]
) -> None:
    """No units are counted cheaper than they may be, or save more sales than would be lost."""
    shared, _ = within_budget(advices, stocked=stocked, budget=BUDGET * 1_000)
    by_sku = {
        article.sku: (article, advice) for article, advice in zip(stocked, advices, strict=True)
    }
    for line in shared.lines:
        article, advice = by_sku[line.sku]
        assert article.cost * line.granted == line.cost
        assert isinstance(advice.level, TargetLevel)
        lost = advice.level.distribution.loss(advice.position.total)
        assert 0 < line.value <= (article.price - article.cost).amount * lost * (1 + 1e-9)


def test_what_a_budget_cuts_below_a_minimum_is_held_back(
    stocked: tuple[Article, ...], advices: tuple[Advice, ...]
) -> None:
    """With less money than any supplier's minimum nothing is placed, and that is said."""
    little = Money(SUPPLIER_MINIMUM.amount - 1, Currency.GBP)
    _, cut = within_budget(advices, stocked=stocked, budget=little)
    placed = buy(cut, stocked=stocked)
    assert len(placed) == 0
    assert placed.held


def test_the_program_prints_all_parts(
    monkeypatch: pytest.MonkeyPatch, stocked: tuple[Article, ...]
) -> None:
    """Assumptions come first, each of them, and the figures are those of the plan."""
    monkeypatch.setattr(plan_purchases, "articles", lambda _: stocked)
    parts = list(plan_purchases.report(COUNT, budget=BUDGET))
    titles = [part.splitlines()[0] for part in parts]
    assert titles == [
        "# Assumptions",
        f"# Classes of {COUNT} skus",
        "# Advice",
        "# One order a supplier",
        "# Planned again, the drafts on order",
        "# With 4000.00 GBP to spend",
        "# Alerts",
    ]
    assert all(f"- {line}" in parts[0] for line in ASSUMPTIONS)
    assert parts[4].endswith("\n0 orders more")
    due = sum(1 for advice in advise(stocked) if advice.order)
    assert f"{due} order now" in parts[6]
