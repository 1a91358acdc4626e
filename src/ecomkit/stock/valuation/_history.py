"""What a history of entries came to: the value left, and the cost of every issue."""

from __future__ import annotations

from typing import Self, assert_never, final

import attrs

from ecomkit._checks import as_tuple, each, is_a, refuse
from ecomkit.money import Money, sum_money
from ecomkit.stock.valuation._draft import ValueDraft
from ecomkit.stock.valuation._entries import (
    IssueEntry,
    ReceiptEntry,
    ReturnEntry,
    RevaluationEntry,
    ValuationEntry,
)
from ecomkit.stock.valuation._layers import IssueCost
from ecomkit.stock.valuation._value import StockValue, draft_of

__all__ = ["ValueHistory", "ValueRecorder"]


@final
@attrs.frozen(kw_only=True)
class ValueHistory:
    """
    What a history of entries came to.

    *brought_in* is all value that came from outside, by receipts, revaluations and transfers;
    what was transferred away is taken off. It is the net cost of the issues and the value left,
    exactly. *issues* are in their order, each with what came back of it; a transfer is none.
    """

    value: StockValue = attrs.field(validator=is_a(StockValue))
    brought_in: Money = attrs.field(validator=is_a(Money))
    issues: tuple[IssueCost, ...] = attrs.field(converter=as_tuple, validator=each(IssueCost))
    revaluations: tuple[RevaluationEntry, ...] = attrs.field(
        converter=as_tuple, validator=each(RevaluationEntry)
    )

    @property
    def net_cost(self) -> Money:
        """What the units cost that left and have not come back."""
        return sum_money(
            (issue.net_cost for issue in self.issues), currency=self.brought_in.currency
        )

    def issue(self, name: str) -> IssueCost:
        """
        Return the issue of that id.

        Raises:
            FieldError: If there is none.
        """
        for issue in self.issues:
            if issue.id == name:
                return issue
        raise refuse(self, "issues", name, "the id of an issue")

    def explain(self) -> str:
        """Say what is left, what each issue cost, and what was revalued."""
        head, *left = self.value.explain().splitlines()
        issues = [issue.explain() for issue in self.issues]
        return "\n".join([head, *issues, *(e.explain() for e in self.revaluations), *left])


@attrs.define(kw_only=True)
class ValueRecorder:
    """A history in the making: one entry after the other, each id once."""

    opening: StockValue
    draft: ValueDraft
    brought_in: Money
    ids: set[str] = attrs.field(factory=set)
    issues: dict[str, IssueCost] = attrs.field(factory=dict)
    revaluations: list[RevaluationEntry] = attrs.field(factory=list)

    @classmethod
    def of(cls, opening: StockValue) -> Self:
        """Return a history that begins with *opening*."""
        return cls(opening=opening, draft=draft_of(opening), brought_in=opening.total)

    def enter(self, entry: ValuationEntry) -> None:
        """Enter one entry, or refuse it."""
        self._name(entry)
        match entry:
            case ReceiptEntry():
                self.draft.receive(entry)
                self.brought_in += entry.cost
            case IssueEntry():
                self.issues[entry.id] = self.draft.issue(entry)
            case ReturnEntry():
                self.issues[entry.issue] = self.draft.take_back(entry, self._issue_of(entry))
            case RevaluationEntry():
                self.draft.revalue(entry)
                self.brought_in += entry.amount
                self.revaluations.append(entry)
            case _:
                assert_never(entry)

    def send(self, entry: IssueEntry) -> Money:
        """Let units leave for other books of ours; return the cost they carry there."""
        self._name(entry)
        cost = self.draft.issue(entry).cost
        self.brought_in -= cost
        return cost

    def send_returned(self, entry: ReturnEntry) -> Money:
        """Let units that were issued here come back in other books; return the cost they carry."""
        self._name(entry)
        issue = self._issue_of(entry)
        rounding = self.opening.rounding
        self.issues[issue.id], cost = issue.take_back(entry.quantity, rounding=rounding)
        self.brought_in -= cost
        return cost

    def _name(self, entry: ValuationEntry) -> None:
        if entry.id in self.ids:
            raise refuse(entry, "id", entry.id, "an id used once")
        self.ids.add(entry.id)

    def _issue_of(self, entry: ReturnEntry) -> IssueCost:
        issue = self.issues.get(entry.issue)
        if issue is None:
            raise refuse(entry, "issue", entry.issue, "the id of an earlier issue")
        return issue

    def history(self) -> ValueHistory:
        """Return what the entries came to."""
        return ValueHistory(
            value=attrs.evolve(self.opening, layers=self.draft.layers.values()),
            brought_in=self.brought_in,
            issues=self.issues.values(),
            revaluations=self.revaluations,
        )
