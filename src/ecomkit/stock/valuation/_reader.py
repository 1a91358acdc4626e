"""Movements read as entries of a valuation: receipts, issues, and what comes back from where."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

import attrs

from ecomkit.errors import FieldError
from ecomkit.identifiers import CommandKey, LotId
from ecomkit.money import Money
from ecomkit.stock._accounts import Account, Bucket, Movement, Owner
from ecomkit.stock.valuation._entries import (
    IssueEntry,
    ReceiptEntry,
    ReturnEntry,
    ValuationEntry,
)
from ecomkit.stock.valuation._errors import MissingCostError

__all__ = ["is_inside", "read"]

# What went to the supplier or into the opening does not come back: it is bought again.
WAYS_BACK = frozenset({Bucket.CUSTOMER, Bucket.SCRAP, Bucket.SHRINKAGE})

_Whereabouts: TypeAlias = tuple[Bucket, Owner | None, LotId | None]


def is_inside(*accounts: Account) -> bool:
    """Return whether all *accounts* lie within our walls."""
    return all(account.bucket.is_inside for account in accounts)


def read(
    movements: Iterable[Movement],
    *,
    costs: Mapping[CommandKey, Money],
) -> list[tuple[Movement, list[ValuationEntry]]]:
    """
    Return the movements of one sku, each with its entries.

    Raises:
        FieldError: If the movements are of several skus.
        MissingCostError: If units came in whose cost nobody knows.
    """
    found = list(movements)
    for movement in found:
        if movement.sku != found[0].sku:
            wanted = f"of one sku, {found[0].sku}"
            raise FieldError(
                owner="entries_of", field="movements", got=movement.sku, wanted=wanted
            )
    reader = _Reader(shares=_shares(found, costs))
    entries = [(movement, reader.read(movement)) for movement in found]
    if reader.missing:
        raise MissingCostError(sku=found[0].sku, commands=tuple(reader.missing))
    return entries


def _shares(movements: list[Movement], costs: Mapping[CommandKey, Money]) -> dict[str, Money]:
    """Return the cost of each movement that a command with a cost brought in."""
    brought: dict[CommandKey, list[Movement]] = {}
    for movement in movements:
        if (
            movement.command in costs
            and not is_inside(movement.source)
            and is_inside(movement.target)
        ):
            brought.setdefault(movement.command, []).append(movement)
    return {
        movement.id: share
        for command, group in brought.items()
        for movement, share in zip(
            group, costs[command].prorate([movement.quantity for movement in group]), strict=True
        )
    }


@attrs.define(kw_only=True)
class _Reader:
    """Reads movements one after the other, and knows which issues are still out, and where."""

    shares: dict[str, Money]
    out: dict[_Whereabouts, list[tuple[str, int]]] = attrs.field(factory=dict)
    # A dict keeps the order of the commands and names each once.
    missing: dict[CommandKey, None] = attrs.field(factory=dict)

    def read(self, movement: Movement) -> list[ValuationEntry]:
        """Return what one movement means for the value: nothing, or one entry or more."""
        source, target = (is_inside(account) for account in (movement.source, movement.target))
        if source and target:
            return []
        if source:
            return self._issue(movement)
        back = self._pop(movement)
        if not target:
            self._push(movement, back[::-1])
            return []
        if movement.id in self.shares:
            cost, lot = self.shares[movement.id], movement.lot
            return [ReceiptEntry(id=movement.id, quantity=movement.quantity, cost=cost, lot=lot)]
        if sum(units for _, units in back) < movement.quantity:
            self.missing[movement.command] = None
        return [
            ReturnEntry(
                id=f"{movement.id}#{number}" if number else movement.id,
                issue=issue,
                quantity=units,
            )
            for number, (issue, units) in enumerate(back)
        ]

    def _issue(self, movement: Movement) -> list[ValuationEntry]:
        self._push(movement, [(movement.id, movement.quantity)])
        return [IssueEntry(id=movement.id, quantity=movement.quantity, lot=movement.lot)]

    def _push(self, movement: Movement, issues: list[tuple[str, int]]) -> None:
        self.out.setdefault(self._where(movement, movement.target), []).extend(issues)

    def _pop(self, movement: Movement) -> list[tuple[str, int]]:
        """Take units from the latest issues that went where *movement* comes from."""
        found: list[tuple[str, int]] = []
        if movement.source.bucket not in WAYS_BACK:
            return found
        issues = self.out.get(self._where(movement, movement.source), [])
        wanted = movement.quantity
        while wanted and issues:
            issue, units = issues.pop()
            taken = min(wanted, units)
            if taken < units:
                issues.append((issue, units - taken))
            found.append((issue, taken))
            wanted -= taken
        return found

    def _where(self, movement: Movement, account: Account) -> _Whereabouts:
        # What a customer has is known by the order line; what was lost or scrapped is nobody's.
        owner = movement.owner if account.bucket is Bucket.CUSTOMER else None
        return account.bucket, owner, movement.lot
