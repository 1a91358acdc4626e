"""Proposals: the purchase orders that advices lead to, one for each supplier, and why."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, final

import attrs

from ecomkit._checks import as_tuple, each, is_a, not_negative, optional
from ecomkit.identifiers import Sku
from ecomkit.money import Money
from ecomkit.replenishment._purchase_order import PurchaseOrder
from ecomkit.replenishment._quantity import Step
from ecomkit.replenishment.purchasing._price_break import BreakSuggestion

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecomkit.identifiers import SupplierId


class Minimum(Enum):
    """How an order stands to the supplier's minimum value."""

    MET = "it reaches the supplier's minimum"
    RAISED = "its lines were raised to the same days of cover, up to the supplier's minimum"
    BELOW = "it is held back: it does not reach the supplier's minimum"


class Unbought(Enum):
    """Why an advice leads to no line."""

    NO_OFFER = "no supplier offers it"
    CAPPED = "the supplier's minimum or case is above what the advice leaves room for"


@final
@attrs.frozen(kw_only=True)
class ProposedLine:
    """
    What is to be bought of one sku, and each step from the advice to it.

    Args:
        sku: What.
        advised: Units that the policy wants.
        steps: What the supplier and its prices made of them.
        cost: What the units cost.
        suggestion: The best price break above what the supplier takes, taken or not.
    """

    sku: Sku = attrs.field(validator=is_a(Sku))
    advised: int = attrs.field(validator=not_negative)
    steps: tuple[Step, ...] = attrs.field(converter=as_tuple, validator=each(Step))
    cost: Money = attrs.field(validator=is_a(Money))
    suggestion: BreakSuggestion | None = attrs.field(
        default=None, validator=optional(is_a(BreakSuggestion))
    )

    @property
    def units(self) -> int:
        """Units to buy."""
        return self.steps[-1].after if self.steps else self.advised

    def explain(self) -> str:
        """Say what is bought, which steps changed it, and what a price break would do."""
        parts = [f"{self.units} {self.sku} for {self.cost}, {self.advised} advised"]
        parts.extend(step.explain() for step in self.steps if step.changed)
        if self.suggestion is not None:
            parts.append(self.suggestion.explain())
        return "; ".join(parts)


@final
@attrs.frozen(kw_only=True)
class PurchaseProposal:
    """
    A draft for one supplier, and why it is as it is.

    Args:
        order: The draft. Its id is made of the supplier and the advices alone, so that the same
            advices make the same draft.
        lines: The reasons of its lines, in the same order.
        minimum: How it stands to the supplier's minimum value.
        minimum_value: That minimum, if there is one.
    """

    order: PurchaseOrder = attrs.field(validator=is_a(PurchaseOrder))
    lines: tuple[ProposedLine, ...] = attrs.field(converter=as_tuple, validator=each(ProposedLine))
    minimum: Minimum = attrs.field(validator=is_a(Minimum))
    minimum_value: Money | None = attrs.field(default=None, validator=optional(is_a(Money)))

    @property
    def supplier(self) -> SupplierId | None:
        """Who is to deliver."""
        return self.order.supplier

    @property
    def is_held(self) -> bool:
        """Whether it is not to be placed."""
        return self.minimum is Minimum.BELOW

    @property
    def cost(self) -> Money:
        """What all of it costs."""
        cost = self.order.cost
        assert cost is not None  # every line of a proposal has a price
        return cost

    def explain(self) -> str:
        """Say what is bought from whom and when it comes, line by line."""
        head = (
            f"{self.order.id}: {self.cost} at {self.supplier}, expected on "
            f"{self.order.lines[0].expected_on}"
        )
        if self.minimum_value is not None:
            head += f"; {self.minimum.value} of {self.minimum_value}"
        return "\n".join([head, *(line.explain() for line in self.lines)])


@final
@attrs.frozen(kw_only=True)
class PurchaseProposals:
    """
    What advices lead to: one proposal for each supplier, and the skus that lead to none.

    Iterating yields the proposals that are to be placed.
    """

    proposals: tuple[PurchaseProposal, ...] = attrs.field(
        converter=as_tuple, validator=each(PurchaseProposal)
    )
    unbought: tuple[tuple[Sku, Unbought], ...] = attrs.field(
        default=(), converter=as_tuple, validator=each(tuple)
    )

    @property
    def due(self) -> tuple[PurchaseProposal, ...]:
        """The proposals that are to be placed."""
        return tuple(proposal for proposal in self.proposals if not proposal.is_held)

    @property
    def held(self) -> tuple[PurchaseProposal, ...]:
        """The proposals that are held back."""
        return tuple(proposal for proposal in self.proposals if proposal.is_held)

    def explain(self) -> str:
        """Say each proposal, and what is not bought."""
        lines = [proposal.explain() for proposal in self.proposals]
        lines.extend(f"{sku} is not bought: {why.value}" for sku, why in self.unbought)
        return "\n".join(lines)

    def __iter__(self) -> Iterator[PurchaseProposal]:
        return iter(self.due)

    def __len__(self) -> int:
        return len(self.due)
