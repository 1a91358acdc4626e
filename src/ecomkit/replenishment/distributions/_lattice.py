"""Sums of independent demand on a lattice, by multiplication of very long numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, Context, Decimal
from typing import Any, Self, final

import attrs

DIGITS = 22
"""Decimal places that a probability keeps: what is smaller is dropped."""

ONE = 10**DIGITS

_LONG = Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN)


@final
@attrs.frozen(kw_only=True)
class Lattice:
    """
    Masses at multiples of ``step`` from ``first`` times it, as whole numbers of 10⁻²².

    Two demands are added by writing each as one long decimal number with a field for each mass:
    the product of the two holds all sums of products, field by field (Kronecker, 1882), and the
    decimal module multiplies long numbers fast.
    """

    step: int
    first: int
    masses: Sequence[int]

    @classmethod
    def of(cls, weights: Mapping[int, int], *, total: int, step: int) -> Self:
        """
        Return these *weights* of numbers of units, each over *total*, on multiples of *step*.

        A mass between two multiples is split over both in such shares that the mean stays.

        >>> Lattice.of({0: 1, 3: 1}, total=2, step=2).units()
        {0: 5000000000000000000000, 2: 2500000000000000000000, 4: 2500000000000000000000}
        """
        first = min(weights) // step
        masses = [0] * (max(weights) // step - first + 2)
        for unit, weight in weights.items():
            mass = (weight * ONE + total // 2) // total
            place, rest = divmod(unit, step)
            higher = (mass * rest + step // 2) // step
            masses[place - first] += mass - higher
            masses[place - first + 1] += higher
        return cls(step=step, **_trimmed(first, masses))

    def plus(self, other: Lattice) -> Lattice:
        """Return the sum of two independent demands on the same lattice."""
        masses = _product(self.masses, other.masses)
        return attrs.evolve(self, **_trimmed(self.first + other.first, masses))

    def times(self, periods: int) -> Lattice:
        """Return the sum over so many independent *periods*, by repeated squaring."""
        result: Lattice = attrs.evolve(self, first=0, masses=[ONE])
        square: Lattice = self
        while periods:
            if periods & 1:
                result = result.plus(square)
            periods >>= 1
            if periods:
                square = square.plus(square)
        return result

    def over(self, periods: Mapping[int, int]) -> Lattice:
        """Return the sum over a number of *periods* of which the masses are known."""
        # Horner's scheme, from the longest time down: each gap is convolved once.
        longest, *shorter = sorted(periods, reverse=True)
        total: Lattice = attrs.evolve(self, first=0, masses=[periods[longest]])
        for number in shorter:
            total = total.plus(self.times(longest - number))
            masses = [0] * total.first + list(total.masses)
            masses[0] += periods[number]
            total = attrs.evolve(self, first=0, masses=masses)
            longest = number
        return total.plus(self.times(longest))

    def units(self) -> dict[int, int]:
        """Return the masses above 0 by units."""
        places = enumerate(self.masses, self.first)
        return {place * self.step: mass for place, mass in places if mass}


def _trimmed(first: int, masses: list[int]) -> dict[str, Any]:
    kept = [place for place, mass in enumerate(masses) if mass] or [0]
    return {"first": first + kept[0], "masses": masses[kept[0] : kept[-1] + 1]}


def _product(left: Sequence[int], right: Sequence[int]) -> list[int]:
    width = 2 * DIGITS + len(str(min(len(left), len(right))))
    one = _written(left, width)
    other = one if right is left else _written(right, width)
    fields = len(left) + len(right) - 1
    text = str(_LONG.multiply(one, other)).zfill(fields * width)
    kept = width - DIGITS
    return [int(text[i : i + kept]) for i in range(0, fields * width, width)]


def _written(masses: Sequence[int], width: int) -> Decimal:
    return Decimal("".join([f"{mass:0{width}d}" for mass in masses]))
