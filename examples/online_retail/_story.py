"""What is told at the end, as values: the summary prints it and the page shows it."""

from __future__ import annotations

from fractions import Fraction
from typing import final

import attrs

from ecomkit.identifiers import Sku
from ecomkit.insight import FillUnit, return_rate
from ecomkit.operations import AuditReport, Plan
from ecomkit.replenishment import Advice

from ._assumptions import Assumptions
from ._books import Books, OrderSums
from ._calls import Calls
from ._catalogue import Catalogue
from ._reconciliation import Reconciled
from ._source import Reason
from ._tally import Tally

__all__ = ["ATTRIBUTION", "URGENT", "Story", "percent"]

URGENT = 10

ATTRIBUTION = (
    "Data: Online Retail by Daqing Chen, UCI Machine Learning Repository, 2015, "
    "doi 10.24432/C5BW33, licensed under CC BY 4.0; stored as CSV, pound signs repaired, "
    "otherwise unchanged."
)


def percent(share: Fraction | None) -> str:
    """
    Return a share in words.

    >>> percent(Fraction(1, 3))
    '33.33 %'
    """
    return "none" if share is None else f"{float(100 * share):.2f} %"


@final
@attrs.frozen(kw_only=True)
class Story:
    """
    All that is told.

    *reconciled* is empty where the run ended before the file did, *calls* where the channels
    were in memory.
    """

    assumptions: Assumptions
    catalogue: Catalogue
    tally: Tally
    books: Books
    audit: AuditReport
    plan: Plan
    reconciled: tuple[Reconciled, ...]
    stopped_runs: int
    calls: tuple[Calls, ...] = ()

    @property
    def urgent(self) -> tuple[Advice, ...]:
        """The advices to look at first."""
        return self.plan.due[:URGENT]

    @property
    def fill(self) -> str:
        """The three fill rates."""
        rates = self.books.fill
        return ", ".join(f"{percent(rates[unit])} of {unit.value}s" for unit in FillUnit)

    def name(self, sku: Sku | None) -> str:
        """Return a sku with its description."""
        description = "" if sku is None else self.catalogue.descriptions.get(sku, "")
        return f"{sku} {description.strip().title()}".strip()

    @property
    def return_rates(self) -> tuple[str, str]:
        """The share of units that were taken back, with and without the huge orders."""
        sums, huge = self.books.sums, self.books.huge
        with_huge = return_rate(self._back(sums), sold=sums.units)
        without = return_rate(
            self._back(sums) - huge.cancelled - huge.returned, sold=sums.units - huge.units
        )
        return percent(with_huge), percent(without)

    def _back(self, sums: OrderSums) -> int:
        # What the shop gave up for want of stock, no customer has taken back.
        return sums.cancelled + sums.returned - self.tally.given_up

    @property
    def quarantine(self) -> tuple[tuple[Reason, int], ...]:
        """The rows in quarantine by reason, most first."""
        found = ((reason, self.books.reasons[reason.value]) for reason in Reason)
        return tuple(sorted((item for item in found if item[1]), key=lambda item: -item[1]))
