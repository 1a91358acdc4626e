"""Taking off what discounts want, as far as it is there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from ecomkit._checks import as_tuple, refuse
from ecomkit.money import CurrencyMismatchError, prorate, prorate_up_to
from ecomkit.orders.pricing._basket import Basket, Cut, Discount
from ecomkit.orders.pricing._discounts import FixedDiscount, PercentageDiscount, Wish

__all__ = ["Taken", "take_off", "wishes_of"]

Taken: TypeAlias = tuple[tuple[int, ...], int]
"""What a discount takes off each part, and what of it finds nothing; in minor units."""


def wishes_of(discount: Discount, *, basket: Basket) -> Iterable[Wish]:
    """
    Return what *discount* wants to take off *basket*, in minor units.

    Raises:
        FieldError: If it does not answer with cuts of this basket.
        CurrencyMismatchError: If it answers in another currency.
    """
    if isinstance(discount, (FixedDiscount, PercentageDiscount)):
        # The same as by the cuts below, without making values for each line of each order.
        return discount.wishes(basket)
    cuts = as_tuple(discount(basket))
    if not isinstance(cuts, tuple):
        raise refuse(discount, "cuts", cuts, "an iterable of Cut")
    wishes = []
    for cut in cuts:
        if not isinstance(cut, Cut):
            raise refuse(discount, "cuts", cut, "a Cut")
        if cut.amount.currency is not basket.currency:
            raise CurrencyMismatchError(left=basket.currency, right=cut.amount.currency)
        wishes.append((cut.amount.amount, cut.places(basket)))
    return wishes


def take_off(wishes: Iterable[Wish], *, left: list[int], room: list[int]) -> Taken:
    """
    Take *wishes* off *left*, no more off a part than its *room*; both lists change.

    What is shared over several parts is shared in proportion to what is left of them, by largest
    remainder; what a part has no room for goes to the others.
    """
    taken = [0] * len(left)
    unused = 0
    for amount, places in wishes:
        if len(places) == 1:
            # Most wishes are for one line, and need no sharing.
            (place,) = places
            share = min(amount, room[place])
            unused += amount - share
            left[place] -= share
            room[place] -= share
            taken[place] += share
            continue
        caps = [room[place] for place in places]
        shares, rest = _shared(amount, weights=[left[place] for place in places], caps=caps)
        unused += rest
        for place, share in zip(places, shares, strict=True):
            left[place] -= share
            room[place] -= share
            taken[place] += share
    return tuple(taken), unused


def _shared(
    amount: int, *, weights: Sequence[int], caps: Sequence[int]
) -> tuple[Sequence[int], int]:
    most = sum(caps)
    if amount >= most:
        return caps, amount - most
    if caps == weights:
        # No share is larger than its weight while the amount is smaller than all of them.
        return prorate(amount, weights), 0
    return prorate_up_to(amount, weights, caps=caps)
