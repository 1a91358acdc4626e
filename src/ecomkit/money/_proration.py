"""
Proration: a whole amount shared out by weights, to the last unit.

The method is largest remainder (Hamilton): everybody gets the whole part of their exact quota,
and the units left over go to the largest fractions, the earlier share first among equals. Caps
are filled first where the quota reaches them; what they refuse is shared by the others.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import attrs

from ecomkit.errors import FieldError, InputError, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["ProrationError", "ProrationExcessError", "prorate", "prorate_up_to"]


@attrs.frozen(kw_only=True)
class ProrationError(FieldError):
    """Raised when an amount cannot be shared by the weights, parts or caps given."""


@attrs.frozen(kw_only=True)
class ProrationExcessError(InputError):
    """
    Raised when the caps leave no room for the whole amount.

    >>> print(ProrationExcessError(amount=4500, excess=1500))
    4500 does not fit under the caps, 1500 are left over; use prorate_up_to to keep the rest
    """

    amount: int
    excess: int

    @property
    def message(self) -> str:
        """The amount, what is left of it, and the way that keeps the rest."""
        return (
            f"{shown(self.amount)} does not fit under the caps, {shown(self.excess)} are left "
            f"over; use prorate_up_to to keep the rest"
        )


def prorate(
    amount: int, weights: Sequence[int], *, caps: Sequence[int] | None = None
) -> tuple[int, ...]:
    """
    Share *amount* by *weights*; the shares sum to it exactly.

    A share is less than one unit off its exact quota unless a cap binds. A weight of zero gets
    nothing, unless all are zero: then all count alike. A negative amount is shared as its
    magnitude, so caps bound magnitudes. The work grows with the number of weights only.

    Args:
        amount: Whole units, of either sign.
        weights: One whole number, 0 or more, for each share; of any size.
        caps: The most, in units, that each share may get; none means no bound.

    Raises:
        ProrationError: If the weights are empty or negative, or the caps do not match them.
        ProrationExcessError: If the shares with weight have no room under their caps.

    >>> prorate(100, (1, 1, 1))
    (34, 33, 33)
    >>> prorate(-100, (1, 1, 1))
    (-34, -33, -33)
    >>> prorate(100, (0, 1000, 1000, 1000))
    (0, 34, 33, 33)
    >>> prorate(10, (1, 1, 1), caps=(2, 9, 9))
    (2, 4, 4)
    """
    shares, rest = prorate_up_to(amount, weights, caps=caps)
    if rest:
        raise ProrationExcessError(amount=amount, excess=rest)
    return shares


def prorate_up_to(
    amount: int, weights: Sequence[int], *, caps: Sequence[int] | None
) -> tuple[tuple[int, ...], int]:
    """
    Share as much of *amount* as the *caps* let pass, and return the shares and the rest.

    As :func:`prorate`, but what does not fit is returned, with the sign of the amount.

    Raises:
        ProrationError: If the weights are empty or negative, or the caps do not match them.

    >>> prorate_up_to(4500, (2000, 1000), caps=(2000, 1000))
    ((2000, 1000), 1500)
    """
    if not _is_whole(amount):
        raise _fault("amount", got=amount, wanted="a whole number")
    weights = _checked(weights, field="weights")
    if not weights:
        raise _fault("weights", got=weights, wanted="one weight or more")
    if caps is not None:
        caps = _checked(caps, field="caps")
        if len(caps) != len(weights):
            raise _fault("caps", got=caps, wanted=f"as many as the weights, {len(weights)}")
    if not any(weights):
        weights = (1,) * len(weights)
    shares, rest = _fill(abs(amount), weights=weights, caps=caps)
    if amount < 0:
        return tuple(-share for share in shares), -rest
    return tuple(shares), rest


def _fill(
    amount: int, *, weights: tuple[int, ...], caps: tuple[int, ...] | None
) -> tuple[list[int], int]:
    shares = [0] * len(weights)
    open_ = [place for place, weight in enumerate(weights) if weight]
    total = sum(weights)
    if caps is not None:
        # Ascending by cap per weight: once a cap does not bind, no later one does.
        open_.sort(key=lambda place: Fraction(caps[place], weights[place]))
        bound = 0
        for place in open_:
            if caps[place] * total > amount * weights[place]:
                break
            shares[place] = caps[place]
            amount -= caps[place]
            total -= weights[place]
            bound += 1
        del open_[:bound]
    if not open_:
        return shares, amount
    left = amount
    remainders: list[tuple[int, int]] = []
    for place in open_:
        shares[place], remainder = divmod(amount * weights[place], total)
        left -= shares[place]
        remainders.append((-remainder, place))
    # Fewer units are left than there are shares, so each gets one more at the most, and none
    # passes a cap: a share with a fraction lies below its whole cap by a part of one.
    remainders.sort()
    for _, place in remainders[:left]:
        shares[place] += 1
    return shares, 0


def _checked(numbers: Sequence[int], *, field: str) -> tuple[int, ...]:
    checked = tuple(numbers)
    for number in checked:
        if not _is_whole(number) or number < 0:
            raise _fault(field, got=number, wanted="whole numbers, 0 or more")
    return checked


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _fault(field: str, *, got: object, wanted: str) -> ProrationError:
    return ProrationError(owner="prorate", field=field, got=got, wanted=wanted)
