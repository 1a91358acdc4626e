"""Where returns and claims of buyers are kept, and the law that they share units with nobody."""

from __future__ import annotations

from datetime import datetime
from typing import final

import attrs

from ecomkit.errors import InputError
from ecomkit.identifiers import ClaimId, CommandKey, LineId, OrderId, ReturnId
from ecomkit.operations._demand import note_demand
from ecomkit.operations._ledger import execute
from ecomkit.operations._orders import ORDERS, demand_rows, wants_for
from ecomkit.operations._settings import Settings
from ecomkit.orders import Order
from ecomkit.ports import Collection, Transaction
from ecomkit.returns import Case, Claim, Return, bound_units, check_room
from ecomkit.stock import Reserve, Short

__all__ = [
    "BUYER_CLAIMS",
    "OPEN_RETURNS",
    "RETURNS",
    "OpenReturn",
    "UnknownClaimError",
    "UnknownReturnError",
    "cases_of",
    "load_claim",
    "load_return",
    "open_units",
    "reserve_added",
    "save_case",
]


@final
@attrs.frozen(kw_only=True)
class OpenReturn:
    """A return of which something is left to happen, to be decided, or to be credited."""

    id: ReturnId
    order: OrderId
    since: datetime


RETURNS = Collection(
    name="return", type=Return, key=lambda kept: kept.id, index=lambda kept: kept.order
)
OPEN_RETURNS = Collection(
    name="open_return", type=OpenReturn, key=lambda kept: kept.id, index=lambda kept: kept.order
)
BUYER_CLAIMS = Collection(
    name="buyer_claim", type=Claim, key=lambda kept: kept.id, index=lambda kept: kept.order
)


@attrs.frozen(kw_only=True)
class UnknownReturnError(InputError):
    """
    Raised when a return is named that is not in the books.

    >>> print(UnknownReturnError(returned=ReturnId("R1")))
    there is no return 'R1'; request it first
    """

    returned: ReturnId

    @property
    def message(self) -> str:
        """The return, and what to do."""
        return f"there is no return {str(self.returned)!r}; request it first"


@attrs.frozen(kw_only=True)
class UnknownClaimError(InputError):
    """
    Raised when a claim is named that is not in the books.

    >>> print(UnknownClaimError(claim=ClaimId("C1")))
    there is no claim 'C1'; open it first
    """

    claim: ClaimId

    @property
    def message(self) -> str:
        """The claim, and what to do."""
        return f"there is no claim {str(self.claim)!r}; open it first"


def load_return(tx: Transaction, returned: ReturnId) -> Return:
    """
    Return the return of that id.

    Raises:
        UnknownReturnError: If it is not in the books.
    """
    found = tx.get(RETURNS, returned)
    if found is None:
        raise UnknownReturnError(returned=returned)
    return found


def load_claim(tx: Transaction, claim: ClaimId) -> Claim:
    """
    Return the claim of that id.

    Raises:
        UnknownClaimError: If it is not in the books.
    """
    found = tx.get(BUYER_CLAIMS, claim)
    if found is None:
        raise UnknownClaimError(claim=claim)
    return found


def cases_of(tx: Transaction, order: OrderId) -> tuple[Return | Claim, ...]:
    """Return all returns and claims about *order*, closed ones too."""
    return (*tx.scan(RETURNS, index=order), *tx.scan(BUYER_CLAIMS, index=order))


def open_units(tx: Transaction, order: OrderId) -> tuple[tuple[LineId, int], ...]:
    """Return how many units of each line of *order* its returns and claims are about."""
    return tuple(bound_units(cases_of(tx, order)).items())


def save_case(tx: Transaction, order: Order, *cases: Return | Claim) -> None:
    """
    Save *order* and *cases*, returns and claims about it.

    Raises:
        NotReturnableError: If returns and claims are then about more units than are out.
    """
    changed = {(type(case), case.id) for case in cases}
    others: list[Case] = [
        case for case in cases_of(tx, order.id) if (type(case), case.id) not in changed
    ]
    check_room(order, cases=[*others, *cases])
    tx.put(ORDERS, [order])
    for case in cases:
        if isinstance(case, Claim):
            tx.put(BUYER_CLAIMS, [case])
            continue
        tx.put(RETURNS, [case])
        if case.is_open:
            opened = OpenReturn(id=case.id, order=case.order, since=case.requested_at)
            tx.put(OPEN_RETURNS, [opened])
        else:
            tx.delete(OPEN_RETURNS, [case.id])


def reserve_added(
    tx: Transaction,
    before: Order,
    after: Order,
    *,
    key: CommandKey,
    now: datetime,
    settings: Settings,
) -> Short | None:
    """Reserve the units of the lines that *after* has and *before* has not, or say what is short."""
    known = {line.id for line in before.lines}
    added = {line.id: line.quantity for line in after.lines if line.id not in known}
    wants = wants_for(after, added, settings=settings)
    if not wants:
        return None
    command = Reserve(key=CommandKey(f"exchange:{key}"), wants=wants, placed_at=now)
    [outcome] = execute(tx, [command], now=now, settings=settings)
    if isinstance(outcome, Short):
        return outcome
    rows = demand_rows(after, added, now=now, settings=settings)
    note_demand(tx, rows, channel=after.channel)
    return None
