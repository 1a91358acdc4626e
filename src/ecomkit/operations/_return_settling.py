"""Settlements of returns in the books: credited, exchanged, and what is due then."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from datetime import datetime
from itertools import count

import attrs

from ecomkit.identifiers import CommandKey, OrderId, ReturnId
from ecomkit.money import Money
from ecomkit.operations._ledger import Once, once
from ecomkit.operations._orders import load_order
from ecomkit.operations._return_books import RETURNS, load_return, reserve_added, save_case
from ecomkit.operations._return_goods import move_goods
from ecomkit.operations._settings import Settings
from ecomkit.orders import Adjustment
from ecomkit.ports import Transaction
from ecomkit.returns import (
    Reception,
    RefundRules,
    Settlement,
    ShippingRefund,
    costs_by_terms,
    rules_by_terms,
    unannounced_id,
    unannounced_return,
)
from ecomkit.returns import settle_return as settled_return
from ecomkit.stock import Short

__all__ = ["OnShortage", "receive_return", "settle_return"]


class OnShortage(enum.Enum):
    """What a settlement does where the units are not there that go out in exchange."""

    ANSWER = "answer"
    """It settles nothing, and says what is short."""

    REFUND = "refund"
    """It gives the exchange up: the units are credited, and paid back."""


def settle_return(
    tx: Transaction,
    returned: ReturnId,
    *,
    key: CommandKey,
    rules: RefundRules | None = None,
    adjustments: Iterable[Adjustment] | None = None,
    way_back: Money | None = None,
    shortage: OnShortage = OnShortage.ANSWER,
    now: datetime,
    settings: Settings,
) -> Settlement | Short:
    """
    Credit what is accepted, add what goes out in exchange, and say what is due then.

    Nothing is paid back by this: what is to be paid is the settlement's *overpaid*, and
    :func:`pay_back` pays it. The same *key* again answers the same and changes nothing.

    Args:
        tx: The books.
        returned: The return.
        key: The settlement's own.
        rules: What is given back besides the units; None means what the verdict on the return
            says.
        adjustments: What the buyer pays for the return, or gets besides; None means what the
            verdict on the return says.
        way_back: What the way back costs, where the buyer pays it by the verdict.
        shortage: What to do where the units are not there that go out in exchange.
        now: The present.
        settings: The merchant's choices.

    Raises:
        UnknownReturnError: If the return is not in the books.
        AuthorisationError: If it is not authorised.
        KeyReusedError: If the key is known with another content.
    """
    asked = None if adjustments is None else tuple(adjustments)
    content = (returned, rules, asked, way_back, shortage)
    before = load_return(tx, returned)
    for settlement in before.settlements:
        if settlement.key == key:
            once(tx, key, *content, now=now)
            return settlement
    if rules is None:
        rules = rules_by_terms(before)
    costs = costs_by_terms(before, way_back=way_back, at=now) if asked is None else asked
    order = load_order(tx, before.order)
    settled = settled_return(before, order=order, rules=rules, adjustments=costs, key=key, at=now)
    short = reserve_added(tx, order, settled.order, key=key, now=now, settings=settings)
    if short is not None:
        if shortage is OnShortage.ANSWER:
            return short
        before = attrs.evolve(before, exchanges=())
        settled = settled_return(
            before, order=order, rules=rules, adjustments=costs, key=key, at=now
        )
    once(tx, key, *content, now=now)
    save_case(tx, settled.order, before.settle(settled.settlement))
    return settled.settlement


def receive_return(
    tx: Transaction,
    order: OrderId,
    reception: Reception,
    *,
    key: CommandKey,
    shipping: ShippingRefund = ShippingRefund.NEVER,
    now: datetime,
    settings: Settings,
) -> Settlement:
    """
    Take back a parcel that nobody announced: received, accepted and credited in one step.

    All that is what was sent is credited, whatever becomes of it; another item waits in
    quarantine for a person. Nothing is paid back by this: see :func:`pay_back`. The same *key*
    again changes nothing.

    Raises:
        UnknownOrderError: If the order is not in the books.
        TransitionError: If more came back than is out.
        NotReturnableError: If its units are in another return or claim.
        KeyReusedError: If the key is known with another content.
    """
    before = load_order(tx, order)
    others = tx.scan(RETURNS, index=order)
    if once(tx, key, order, reception, shipping, now=now) is Once.KNOWN:
        return next(
            settlement
            for other in others
            for settlement in other.settlements
            if settlement.key == key
        )
    names = (unannounced_id(order, number=number) for number in count(len(others) + 1))
    name = next(name for name in names if tx.get(RETURNS, name) is None)
    came = unannounced_return(before, returned=name, reception=reception, at=now)
    settled = settled_return(
        came, order=before, rules=RefundRules(shipping=shipping), key=key, at=now
    )
    move_goods(tx, before, came.events, key=key, location=None, now=now, settings=settings)
    save_case(tx, settled.order, came.settle(settled.settlement))
    return settled.settlement
