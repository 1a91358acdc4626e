"""Budgets: which units to buy first where the money does not reach for all of them."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

import attrs

from ecomkit.errors import FieldError
from ecomkit.money import CurrencyMismatchError, Money
from ecomkit.replenishment.purchasing._budget_allocation import BudgetAllocation, BudgetLine
from ecomkit.replenishment.purchasing._budget_candidate import BudgetCandidate
from ecomkit.replenishment.purchasing._kinds import all_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

CHOICES_MAX = 100_000
"""A curve of value is looked at in so many quantities at most: take larger packs beyond."""


@attrs.frozen(kw_only=True)
class _Piece:
    """Units of one candidate, from one quantity to another, and what they are worth."""

    place: int
    first: int
    last: int
    cost: int
    rate: float
    """What a minor unit that is spent on it is worth."""


def allocate_budget(candidates: Iterable[BudgetCandidate], *, budget: Money) -> BudgetAllocation:
    """
    Return what of *candidates* to buy for at most *budget*, by what the money is worth.

    Money goes where its next minor unit is worth most: the choices of each candidate (its
    minimum, then pack by pack) are joined to the pieces of the upper hull of its curve of value,
    which fall in value per cost, and the pieces of all candidates are bought in that order
    (Fox 1966: marginal allocation). A piece that the rest of the money does not reach for is
    bought in part, in whole packs, and the candidate is left at that. Where the best single
    candidate alone, with the rest shared out in the same way, is worth more, that is taken.

    Without packs this is the best choice but for the last units. With packs and minima the
    problem is a knapsack, and this is a heuristic: it is never worth less than half of the best
    choice (Dantzig 1957 gives the bound that is used; the half holds since the pieces bought and
    the one that first failed are together worth at least the best choice, and either of the two
    can be bought). ``gap`` says how far from the best it may be in the case at hand.

    Quantities that are worth nothing more are not bought. Of two equal pieces the one of the
    candidate that comes first is bought first.

    Args:
        candidates: What could be bought, each sku once.
        budget: The money there is.

    Raises:
        FieldError: If the budget is below 0, a sku comes twice, a curve has more than 100,000
            choices, or answers with no finite number.
        CurrencyMismatchError: If a candidate has another currency than the budget.

    >>> from ecomkit.identifiers import Sku
    >>> from ecomkit.money import Currency
    >>> from ecomkit.replenishment.purchasing import BudgetCandidate
    >>> wanted = [
    ...     BudgetCandidate(
    ...         sku=Sku(sku), wanted=48, unit_cost=Money(cents, Currency.EUR), value=value,
    ...         case_pack=12,
    ...     )
    ...     for sku, cents, value in (("LAMP", 250, 1.5), ("TIGER", 400, 3.2))
    ... ]
    >>> print(allocate_budget(wanted, budget=Money(25_000, Currency.EUR)).explain())
    222.00 EUR of 250.00 EUR spent, worth 171.6; the best choice is worth at most 16.8 more
    LAMP: 12 of 48 for 30.00 EUR (the next 12 cost more than is left of the budget)
    TIGER: 48 of 48 for 192.00 EUR (all that was wanted)
    """
    offered = all_of(BudgetCandidate, candidates, owner="allocate_budget", field="candidates")
    _check(offered, budget=budget)
    choices = [_Choices(candidate, amount=budget.amount) for candidate in offered]
    pieces = sorted(
        (piece for place, one in enumerate(choices) for piece in one.pieces(place)),
        key=lambda piece: (-piece.rate, piece.place, piece.first),
    )
    bought, bound = _greedy(pieces, choices=choices, amount=budget.amount)
    alone = max(range(len(choices)), key=lambda place: choices[place].best_worth, default=None)
    if alone is not None and choices[alone].best_worth > _worth(choices, bought):
        others = [piece for piece in pieces if piece.place != alone]
        rest = budget.amount - choices[alone].cost(choices[alone].best)
        bought, _ = _greedy(others, choices=choices, amount=rest)
        bought[alone] = choices[alone].best
    return BudgetAllocation(
        budget=budget,
        lines=[one.line(quantity) for one, quantity in zip(choices, bought, strict=True)],
        bound=bound,
    )


def _check(candidates: Sequence[BudgetCandidate], *, budget: Money) -> None:
    if not isinstance(budget, Money) or budget.amount < 0:
        raise _fault("budget", budget, wanted="money, 0 or more")
    seen = set()
    for candidate in candidates:
        if candidate.unit_cost.currency is not budget.currency:
            raise CurrencyMismatchError(left=budget.currency, right=candidate.unit_cost.currency)
        if candidate.sku in seen:
            raise _fault("candidates", candidate.sku, wanted="each sku once")
        seen.add(candidate.sku)


def _fault(field: str, got: object, *, wanted: str) -> FieldError:
    return FieldError(owner="allocate_budget", field=field, got=got, wanted=wanted)


def _worth(choices: Sequence[_Choices], bought: Sequence[int]) -> float:
    return math.fsum(one.worth(quantity) for one, quantity in zip(choices, bought, strict=True))


def _greedy(
    pieces: Iterable[_Piece], *, choices: Sequence[_Choices], amount: int
) -> tuple[list[int], float]:
    """
    Return what is bought of each candidate, and what no choice for *amount* can exceed.

    Up to the first piece that does not fit, whole pieces are the best use of what they cost; the
    rest of the money cannot be worth more than at the rate of that piece.
    """
    bought, left = [0] * len(choices), amount
    blocked: set[int] = set()
    bound: float | None = None
    for piece in pieces:
        if piece.place in blocked:
            continue
        if piece.cost > left:
            if bound is None:
                bound = _worth(choices, bought) + piece.rate * left
            blocked.add(piece.place)
            last = choices[piece.place].reachable(piece, amount=left)
        else:
            last = piece.last
        left -= choices[piece.place].cost(last - bought[piece.place])
        bought[piece.place] = last
    return bought, _worth(choices, bought) if bound is None else bound


class _Choices:
    """The quantities of one candidate that the whole budget can pay for, and their values."""

    def __init__(self, candidate: BudgetCandidate, *, amount: int) -> None:
        self._candidate = candidate
        self._range = candidate.choices(amount=amount)
        self._base = candidate.worth(0)
        self._worths: list[float] | None = None
        if callable(candidate.value):
            if len(self._range) > CHOICES_MAX:
                wanted = f"{CHOICES_MAX} choices of a curve at most"
                raise _fault("candidates", candidate.sku, wanted=wanted)
            self._worths = [candidate.worth(quantity) - self._base for quantity in self._range]
        self._corners = self._hull()
        self.best, self.best_worth = self._corners[-1]

    def _hull(self) -> list[tuple[int, float]]:
        """Return the corners of the upper hull of the curve, from nothing up to its top."""
        corners: list[tuple[int, float]] = [(0, 0.0)]
        # A straight line has no corner but its end.
        quantities = self._range if self._worths is not None else self._range[-1:]
        for quantity in quantities:
            worth = self.worth(quantity)
            while len(corners) > 1 and _is_below(corners[-2], corners[-1], (quantity, worth)):
                corners.pop()
            corners.append((quantity, worth))
        while len(corners) > 1 and corners[-1][1] <= corners[-2][1]:
            corners.pop()
        return corners

    def pieces(self, place: int) -> Iterable[_Piece]:
        """Yield the pieces between the corners; each is worth less per cost than the one before."""
        rate = math.inf
        for (first, low), (last, high) in pairwise(self._corners):
            cost = self.cost(last - first)
            # Rounding must not put a piece before the one that it follows.
            rate = min(rate, (high - low) / cost) if cost else rate
            yield _Piece(place=place, first=first, last=last, cost=cost, rate=rate)

    def cost(self, quantity: int) -> int:
        """Return what so many units cost, in minor units."""
        return self._candidate.unit_cost.amount * quantity

    def worth(self, quantity: int) -> float:
        """Return what so many units are worth together."""
        if not quantity:
            return 0.0
        if self._worths is None:
            return self._candidate.worth(quantity) - self._base
        return self._worths[self._range.index(quantity)]

    def reachable(self, piece: _Piece, *, amount: int) -> int:
        """Return the quantity inside *piece* that is worth most and costs at most *amount* more."""
        unit = self._candidate.unit_cost.amount
        last = piece.first + amount // unit
        pack = self._range.step
        following = piece.first + pack if piece.first else self._range.start
        inside = range(following, min(last, piece.last) + 1, pack)
        if not inside:
            return piece.first
        if self._worths is None:
            return inside[-1]
        best = max(inside, key=lambda quantity: (self.worth(quantity), -quantity))
        return best if self.worth(best) > self.worth(piece.first) else piece.first

    def line(self, quantity: int) -> BudgetLine:
        """Return what is bought of it, and why."""
        wanted = self._candidate.wanted
        return BudgetLine(
            sku=self._candidate.sku,
            wanted=wanted,
            granted=quantity,
            cost=Money(self.cost(quantity), self._candidate.unit_cost.currency),
            value=self.worth(quantity),
            why=self._why(quantity),
        )

    def _why(self, quantity: int) -> str:
        candidate = self._candidate
        if quantity == candidate.wanted:
            return "all that was wanted"
        first = -(-candidate.moq // candidate.case_pack) * candidate.case_pack
        following = first if not quantity else quantity + candidate.case_pack
        if following > candidate.wanted:
            return f"the next {following - quantity} are more than was wanted"
        if candidate.worth(following) - candidate.worth(quantity) <= 0:
            return "more is worth nothing"
        return f"the next {following - quantity} cost more than is left of the budget"


def _is_below(
    before: tuple[int, float], middle: tuple[int, float], after: tuple[int, float]
) -> bool:
    """Return whether *middle* lies on or below the line from *before* to *after*."""
    rise = (middle[1] - before[1]) * (after[0] - before[0])
    return rise <= (after[1] - before[1]) * (middle[0] - before[0])
