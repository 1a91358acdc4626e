"""
Plans the purchases of a gift shop from a year of invoices: python examples/purchase_plan/plan_purchases.py.

It prints every assumption, the classes of the best sellers, one reorder point in full, a draft for
each supplier, what a budget leaves of them, and the alerts. It takes seconds and writes nothing.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

if __name__ == "__main__":
    # Run as a script, the folder above the package is not on the path.
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ecomkit.insight import abc, abc_xyz, xyz
from ecomkit.money import Currency, Money, sum_money
from ecomkit.replenishment import DemandPattern, Period
from ecomkit.replenishment.alerts import STANDARD_RULES, AlertBook, AlertFacts, evaluate
from purchase_plan._plan import ASSUMPTIONS, NOW, Article, advise, articles, buy, within_budget

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ecomkit.replenishment import Advice

__all__ = ["main", "report"]

ALERTS_SHOWN = 12
RECENT_DAYS = 7


def classes_of(stocked: Sequence[Article]) -> str:
    """Return how many articles are in each class of demand, and in each of ABC and XYZ."""
    patterns = Counter(
        pattern.value
        for article in stocked
        if (pattern := DemandPattern.of(article.series.observed)) is not None
    )
    table = abc_xyz(
        abc({one.sku: sum(one.series.observed) * one.price.amount for one in stocked}),
        xyz_items=xyz({one.sku: one.series.regrouped(Period.WEEK) for one in stocked}),
    )
    counts = ", ".join(f"{count} {name}" for name, count in sorted(patterns.items()))
    return f"by day: {counts}\nby value and evenness of the weeks:\n{table.explain()}"


def alerts_of(advices: Sequence[Advice], *, stocked: Sequence[Article]) -> str:
    """Return how many alerts of each kind are raised, and the first of them by money."""
    facts = [
        AlertFacts(advice=advice, recent_units=article.series.observed[-RECENT_DAYS:])
        for advice, article in zip(advices, stocked, strict=True)
    ]
    book = AlertBook().observe(evaluate(facts, rules=STANDARD_RULES), at=NOW).book
    kinds = Counter(alert.condition.kind.value for alert in book.on)
    counts = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common())
    lines = [f"- {alert.explain()}" for alert in book.on[:ALERTS_SHOWN]]
    return "\n".join([counts or "none", *lines])


def report(count: int, *, budget: Money) -> Iterator[str]:
    """Yield the parts of the plan for the *count* best sellers."""
    yield "\n".join(["# Assumptions", *(f"- {line}" for line in ASSUMPTIONS)])
    stocked = articles(count)
    yield f"# Classes of {count} skus\n{classes_of(stocked)}"

    advices = advise(stocked)
    verdicts = Counter(advice.verdict.value for advice in advices)
    told = ", ".join(f"{number} {verdict}" for verdict, number in verdicts.most_common())
    most_urgent = min(advices)
    yield f"# Advice\n{told}; the most urgent:\n{most_urgent.explain()}"

    proposals = buy(advices, stocked=stocked)
    yield f"# One order a supplier\n{proposals.explain()}"

    drafted = [line for proposal in proposals for line in proposal.order.lines]
    again = buy(advise(stocked, receipts=drafted), stocked=stocked)
    yield f"# Planned again, the drafts on order\n{len(again)} orders more"

    shared, cut = within_budget(advices, stocked=stocked, budget=budget)
    bought = buy(cut, stocked=stocked)
    granted = [line for line in shared.lines if line.granted]
    placed = sum_money((one.cost for one in bought), currency=budget.currency)
    yield "\n".join(
        [
            f"# With {budget} to spend",
            f"{shared.spent} is shared out over {len(granted)} of {len(shared.lines)} skus:",
            *(line.explain() for line in granted),
            f"{len(bought)} orders are placed for {placed}",
            f"{len(bought.held)} wait, below the minimum of their suppliers",
        ]
    )
    yield f"# Alerts\n{alerts_of(advices, stocked=stocked)}"


def main() -> None:
    """Plan and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--skus", type=int, default=100, help="so many best sellers")
    parser.add_argument("--budget", type=int, default=10_000, help="pounds to spend")
    arguments = parser.parse_args()
    budget = Money(arguments.budget * 100, Currency.GBP)
    for part in report(arguments.skus, budget=budget):
        print(part, end="\n\n", flush=True)


if __name__ == "__main__":
    main()
