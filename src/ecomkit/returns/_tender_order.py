"""The order of tenders: which ones money goes back to first."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, final

import attrs

from ecomkit._checks import as_tuple, each, is_a, refuse
from ecomkit.money import prorate_up_to
from ecomkit.orders import TenderKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ecomkit.orders import Tender

__all__ = ["TenderOrder", "TenderRule"]


class TenderRule(Enum):
    """How a refund is shared over the tenders that no kind puts first."""

    LAST_CAPTURED_FIRST = "last_captured_first"
    """The newest capture first: providers refuse to pay back on old ones."""

    FIRST_CAPTURED_FIRST = "first_captured_first"
    """The oldest capture first."""

    PROPORTIONAL = "proportional"
    """All at once, in proportion to what is left on them, to the last minor unit."""


@final
@attrs.frozen(kw_only=True)
class TenderOrder:
    """
    Which tenders money goes back to first; none of them gets more than is left on it.

    Money goes back the way it came (EU 2011/83, article 13(1)). Where a part of an order was paid
    with a gift card or store credit, that part is given back first, as is usual: the value stays
    in the shop, and no provider takes a fee.

    Args:
        first: Kinds of tenders that come before all others, in this order; within a kind, and for
            the kinds that are not named, *rule* says what comes first.
        rule: How the tenders of equal rank share.

    Raises:
        FieldError: If a kind is named twice.

    >>> from ecomkit.orders import Tender
    >>> card, gift = Tender(kind=TenderKind.CARD), Tender(kind=TenderKind.GIFT_CARD)
    >>> TenderOrder()(5000, left=[(card, 6000), (gift, 2000)])
    (3000, 2000)
    >>> TenderOrder(first=(), rule=TenderRule.PROPORTIONAL)(5000, left=[(card, 6000), (gift, 2000)])
    (3750, 1250)
    """

    first: tuple[TenderKind, ...] = attrs.field(
        default=(TenderKind.GIFT_CARD, TenderKind.STORE_CREDIT),
        converter=as_tuple,
        validator=each(TenderKind),
    )
    rule: TenderRule = attrs.field(
        default=TenderRule.LAST_CAPTURED_FIRST, validator=is_a(TenderRule)
    )

    def __attrs_post_init__(self) -> None:
        if len(set(self.first)) < len(self.first):
            raise refuse(self, "first", self.first, "kinds that are named once")

    def __call__(self, amount: int, /, *, left: Sequence[tuple[Tender, int]]) -> tuple[int, ...]:
        """
        Return the share of each tender of *left*, in minor units, in the same order.

        The shares sum to *amount*, or to all that is left if that is less.

        Args:
            amount: What to pay back, in minor units, 0 or more.
            left: The tenders in the order of their first capture, each with what is left on it.
        """
        shares = [0] * len(left)
        for group in self._groups(left):
            room = [left[place][1] for place in group]
            given, amount = self._fill(amount, room)
            for place, share in zip(group, given, strict=True):
                shares[place] = share
        return tuple(shares)

    def _groups(self, left: Sequence[tuple[Tender, int]]) -> list[list[int]]:
        """Return the places of the tenders, those that share a rank together."""
        ranks: dict[TenderKind, int] = {kind: rank for rank, kind in enumerate(self.first)}
        groups: list[list[int]] = [[] for _ in range(len(self.first) + 1)]
        for place, (tender, _) in enumerate(left):
            groups[ranks.get(tender.kind, len(self.first))].append(place)
        if self.rule is TenderRule.LAST_CAPTURED_FIRST:
            groups = [group[::-1] for group in groups]
        return [group for group in groups if group]

    def _fill(self, amount: int, room: Sequence[int]) -> tuple[Sequence[int], int]:
        if self.rule is TenderRule.PROPORTIONAL:
            return prorate_up_to(amount, room, caps=room)
        shares = []
        for most in room:
            shares.append(min(amount, most))
            amount -= shares[-1]
        return shares, amount
