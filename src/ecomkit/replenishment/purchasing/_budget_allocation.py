"""Allocations: what a budget pays for, line by line, and how far from the best that may be."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, final

import attrs

from ecomkit._checks import as_tuple, each, is_a
from ecomkit.errors import FieldError
from ecomkit.identifiers import Sku
from ecomkit.money import Money
from ecomkit.replenishment._numbers import plain
from ecomkit.replenishment._quantity import Step

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ecomkit.replenishment._advice import Advice


@final
@attrs.frozen(kw_only=True)
class BudgetLine:
    """
    What of one sku the budget pays for.

    Args:
        sku: What.
        wanted: Units that were wanted.
        granted: Units that are bought.
        cost: What they cost.
        value: What they are worth together.
        why: Why it is so many.
    """

    sku: Sku = attrs.field(validator=is_a(Sku))
    wanted: int
    granted: int
    cost: Money = attrs.field(validator=is_a(Money))
    value: float
    why: str

    @property
    def is_cut(self) -> bool:
        """Whether less is bought than was wanted."""
        return self.granted < self.wanted

    @property
    def step(self) -> Step:
        """The line as a step of an order quantity."""
        return Step(name="budget", before=self.wanted, after=self.granted, why=self.why)

    def explain(self) -> str:
        """Say what is bought, what it costs and why it is so many."""
        return f"{self.sku}: {self.granted} of {self.wanted} for {self.cost} ({self.why})"


@final
@attrs.frozen(kw_only=True)
class BudgetAllocation:
    """
    How a budget is shared out.

    Args:
        budget: The money there was.
        lines: What it pays for, in the order of the candidates.
        bound: No choice of quantities is worth more than this.
    """

    budget: Money = attrs.field(validator=is_a(Money))
    lines: tuple[BudgetLine, ...] = attrs.field(converter=as_tuple, validator=each(BudgetLine))
    bound: float

    @property
    def spent(self) -> Money:
        """What all of it costs; never above the budget."""
        amount = sum(line.cost.amount for line in self.lines)
        return Money(amount, self.budget.currency)

    @property
    def value(self) -> float:
        """What all of it is worth together."""
        return math.fsum(line.value for line in self.lines)

    @property
    def gap(self) -> float:
        """How much more the best choice could be worth at the most; 0 if this is the best."""
        return max(0.0, self.bound - self.value)

    @property
    def cut(self) -> tuple[BudgetLine, ...]:
        """The lines of which less is bought than was wanted."""
        return tuple(line for line in self.lines if line.is_cut)

    def granted(self, sku: Sku) -> int:
        """Return the units of *sku* that are bought; 0 for one that was no candidate."""
        return sum(line.granted for line in self.lines if line.sku == sku)

    def apply(self, advices: Iterable[Advice]) -> tuple[Advice, ...]:
        """
        Return *advices* with the budget as a last step; those of no candidate stay as they are.

        Raises:
            FieldError: If an advice asks for another quantity than its candidate did.

        >>> from datetime import UTC, datetime
        >>> from ecomkit.money import Currency
        >>> from ecomkit.replenishment import Demand, InventoryPosition, LeadTime, MinimumStock
        >>> from ecomkit.replenishment.purchasing import BudgetCandidate, allocate_budget
        >>> advice = MinimumStock(level=40)(
        ...     InventoryPosition(usable=0),
        ...     demand=Demand.of(mean_per_day=2),
        ...     lead_time=LeadTime(mean_days=9),
        ...     now=datetime(2026, 10, 1, tzinfo=UTC),
        ... ).for_sku(Sku("LAMP"))
        >>> lamp = BudgetCandidate(
        ...     sku=Sku("LAMP"), wanted=advice.order, unit_cost=Money(250, Currency.EUR), value=1.5
        ... )
        >>> paid = allocate_budget([lamp], budget=Money(6_000, Currency.EUR))
        >>> [within] = paid.apply([advice])
        >>> print(within.steps[-1].explain())
        budget: 40 → 24 (the next 1 cost more than is left of the budget)
        """
        lines = {line.sku: line for line in self.lines}
        applied = []
        for advice in advices:
            line = None if advice.sku is None else lines.get(advice.sku)
            if line is None:
                applied.append(advice)
                continue
            if advice.order != line.wanted:
                raise FieldError(
                    owner="BudgetAllocation",
                    field="advices",
                    got=advice.order,
                    wanted=f"an advice for {line.wanted} units of {line.sku}",
                )
            applied.append(attrs.evolve(advice, steps=(*advice.steps, line.step)))
        return tuple(applied)

    def explain(self) -> str:
        """Say what is spent and what is cut, and how far from the best it may be."""
        head = (
            f"{self.spent} of {self.budget} spent, worth {plain(self.value)}; "
            f"the best choice is worth at most {plain(self.gap)} more"
        )
        return "\n".join([head, *(line.explain() for line in self.lines)])
