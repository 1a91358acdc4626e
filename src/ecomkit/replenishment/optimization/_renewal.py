"""How often each position is visited between two orders."""

from __future__ import annotations

from operator import mul
from typing import final

from ecomkit.replenishment.optimization._limits import STATES_MAX, TooManyStatesError
from ecomkit.replenishment.optimization._table import DemandTable


@final
class Renewal:
    """
    The renewal density of demand, computed as far as it is asked for.

    ``visits[j]`` is the expected number of periods that the position spends j units below the
    level that was ordered up to, and ``lengths[n]`` the expected number of periods until demand
    has taken n units or more. The recursion m(j) = Σ p(l) m(j − l) / (1 − p(0)) adds positive
    terms only; 1 − p(0) is summed from the rest of the table, so that rare demand costs no digit.
    """

    __slots__ = ("_backwards", "_leave", "_low", "lengths", "visits")

    def __init__(self, table: DemandTable) -> None:
        first, chances = table.first, table.chances
        moves = chances if first else chances[1:]
        self._low = max(first, 1)
        self._backwards = moves[::-1]
        self._leave = 1.0 if first else sum(self._backwards)
        self.visits = [1 / self._leave]
        self.lengths = [0.0, self.visits[0]]

    @classmethod
    def over(cls, table: DemandTable, *, positions: int) -> Renewal:
        """Return the visits of so many positions."""
        renewal = cls(table)
        renewal.reach(positions)
        return renewal

    def reach(self, positions: int) -> None:
        """
        Compute the visits of so many positions, if they are not yet known.

        Raises:
            TooManyStatesError: If there are more than 10,000.
        """
        if positions > STATES_MAX:
            raise TooManyStatesError(
                what="positions between s and S", got=positions, most=STATES_MAX
            )
        visits, lengths, backwards = self.visits, self.lengths, self._backwards
        low, leave, width = self._low, self._leave, len(self._backwards)
        for drop in range(len(visits), positions):
            # Demand of l units comes from position drop - l; l goes from low to low + width - 1.
            start = drop - low - width + 1
            if start >= 0:
                came = sum(map(mul, backwards, visits[start : drop - low + 1]))
            else:
                came = sum(map(mul, backwards[-start:], visits))
            visits.append(came / leave)
            lengths.append(lengths[-1] + visits[-1])
