"""What the books hold about an order besides the order: edits, refunds, returns, buyers' claims."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final, final

import attrs

from ecomkit.operations._edits import EDITS
from ecomkit.operations._refunds import REFUNDS
from ecomkit.operations._return_books import BUYER_CLAIMS, RETURNS
from ecomkit.orders import Order
from ecomkit.ports import Collection, Transaction
from ecomkit.returns import Claim, ClaimState, Return

__all__ = ["CASES", "FOLLOWERS", "Case", "CaseShelf", "cases_about", "ended_at"]

FOLLOWERS: Final[tuple[Collection[Any], ...]] = (EDITS, REFUNDS)
"""Collections whose entries, found by the order, end with it."""


def ended_at(order: Order) -> datetime | None:
    """Return when the last thing happened to *order*; None while units of it are to be shipped."""
    if order.has_open_units:
        return None
    happened = (
        *(event.at for event in order.events),
        *(payment.at for payment in order.payments),
    )
    return max((order.placed_at, *happened))


@final
@attrs.frozen(kw_only=True)
class CaseShelf:
    """A collection of cases, found by the order, and when each has ended: None while it runs."""

    collection: Collection[Any]
    ended: Callable[[Any], datetime | None]


def _return_end(kept: Return) -> datetime | None:
    if kept.is_open:
        return None
    happened = (
        *(one.at for one in kept.authorisations),
        *(event.at for event in kept.events),
        *(settlement.at for settlement in kept.settlements),
    )
    return max((kept.requested_at, *happened))


def _claim_end(kept: Claim) -> datetime | None:
    if kept.state is ClaimState.OPEN:
        return None
    return max((kept.at, *(decision.at for decision in kept.decisions)))


CASES: Final = (
    CaseShelf(collection=RETURNS, ended=_return_end),
    CaseShelf(collection=BUYER_CLAIMS, ended=_claim_end),
)
"""Where the cases are that buyers open over an order, each with a life of its own."""


@final
@attrs.frozen(kw_only=True)
class Case:
    """A return, or what a buyer says was wrong."""

    shelf: CaseShelf
    value: Any

    @property
    def name(self) -> str:
        """The collection and the key."""
        return f"{self.shelf.collection.name}/{self.shelf.collection.key(self.value)}"

    @property
    def ended_at(self) -> datetime | None:
        """When the last thing happened to it; None while it runs."""
        return self.shelf.ended(self.value)


def cases_about(tx: Transaction, order: Order) -> tuple[Case, ...]:
    """Return all cases about *order*, closed ones too."""
    return tuple(
        Case(shelf=shelf, value=value)
        for shelf in CASES
        for value in tx.scan(shelf.collection, index=order.id)
    )
