"""What django-oscar's API says of an order, read into a claim. Pure: nothing here asks the shop."""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping
from typing import Any

import attrs

from ecomkit.channels import (
    ChannelClaim,
    ClaimedStates,
    ClaimLine,
    Fields,
    instant_of,
    money_of,
    text_of,
    whole_of,
)
from ecomkit.identifiers import ChannelId, LineId, ListingId
from ecomkit.money import Currency, Money
from ecomkit.orders import Charge, ChargeKind, FulfilmentState, OrderState, Taxation

__all__ = ["STATUSES", "Stage", "claim_of", "number_in"]

_NUMBER = re.compile(r"/([0-9]{1,18})/$")


class Stage(enum.Enum):
    """What a status of the shop's own pipeline means for the units of an order."""

    OPEN = "they are to be shipped"
    SHIPPED = "they have left; the order does not change any more"
    CANCELLED = "they will not be shipped; the order does not change any more"


STATUSES: Mapping[str, Stage] = {
    "new": Stage.OPEN,
    "Pending": Stage.OPEN,
    "Being processed": Stage.OPEN,
    "Complete": Stage.SHIPPED,
    "Cancelled": Stage.CANCELLED,
}
"""The statuses of Oscar's sandbox, in the order that an order goes through them."""

_STATES = {
    Stage.OPEN: ClaimedStates(order=OrderState.OPEN, fulfilment=FulfilmentState.UNFULFILLED),
    Stage.SHIPPED: ClaimedStates(order=OrderState.COMPLETE, fulfilment=FulfilmentState.FULFILLED),
    Stage.CANCELLED: ClaimedStates(order=OrderState.CANCELLED),
}


def number_in(raw: object) -> str:
    """
    Return the number that an address of the API ends with: that is how it names things.

    >>> number_in("https://shop.example/api/admin/orders/12/")
    '12'
    """
    found = _NUMBER.search(text_of(raw))
    if found is None:
        raise ValueError("not the address of a thing")
    return found[1]


@attrs.frozen
class _Line:
    claim: ClaimLine
    charges: tuple[Charge, ...]


def claim_of(
    document: Fields, *, channel: ChannelId, statuses: Mapping[str, Stage]
) -> ChannelClaim:
    """
    Return what a document ``{"order": ..., "lines": [...]}`` says.

    The API has no date of the last change. The version is how far the order has come among
    *statuses*; a status that is not among them counts as later than all, and as open.
    """
    order = document.inside("order")
    currency = order.read("currency", Currency.parse)
    status = order.read("status", text_of)
    stage = statuses.get(status, Stage.OPEN)
    lines = document.each("lines", lambda row: _line(row, currency, stage))
    charges = [charge for line in lines if line is not None for charge in line.charges]
    charges += order.each("surcharges", lambda row: _surcharge(row, currency), default=())
    return document.build(
        ChannelClaim,
        channel=channel,
        number=order.read("url", number_in),
        name=order.read("number", text_of),
        version=_version(status, statuses),
        placed_at=order.read("date_placed", instant_of),
        currency=currency,
        lines=[line.claim for line in lines if line is not None],
        charges=[*charges, *_charges(order, currency)],
        buyer=order.read("email", text_of, default=None),
        status=(status,),
        states=_STATES[stage] if status in statuses else ClaimedStates(),
    )


def _version(status: str, statuses: Mapping[str, Stage]) -> int:
    known = list(statuses)
    return known.index(status) if status in statuses else len(known)


def _line(row: Fields, currency: Currency | None, stage: Stage) -> _Line:
    quantity = row.read("quantity", whole_of)
    money = money_of(currency)
    full = row.read("price_incl_tax_excl_discounts", money)
    paid = row.read("price_incl_tax", money)
    number = row.read("url", number_in)

    def make(*, listing: str) -> _Line:
        line = LineId(number)
        discount = paid - full
        return _Line(
            ClaimLine(
                id=line,
                listing=ListingId(listing),
                quantity=quantity,
                unit_price=_each_of(full, quantity),
                cancelled=quantity if stage is Stage.CANCELLED else 0,
                shipped=quantity if stage is Stage.SHIPPED else 0,
            ),
            ()
            if discount.is_zero
            else (Charge(kind=ChargeKind.DISCOUNT, amount=discount, line=line),),
        )

    return row.build(make, listing=row.read("product", number_in))


def _each_of(total: Money, quantity: int) -> Money:
    if quantity < 1 or total.amount % quantity:
        raise ValueError(f"{total} is no price of {quantity} equal units")
    return Money(total.amount // quantity, total.currency)


def _surcharge(row: Fields, currency: Currency | None) -> Charge:
    return row.build(
        Charge,
        kind=ChargeKind.FEE,
        amount=row.read("incl_tax", money_of(currency)),
        title=row.read("name", text_of, default=""),
    )


def _charges(order: Fields, currency: Currency | None) -> list[Charge]:
    money = money_of(currency)
    shipping: Any = order.read("shipping_incl_tax", money)
    total: Any = order.read("total_incl_tax", money)
    untaxed: Any = order.read("total_excl_tax", money)
    if currency is None or None in {shipping, total, untaxed}:
        return []
    found = [Charge(kind=ChargeKind.SHIPPING, amount=shipping)]
    if total != untaxed:
        tax = total - untaxed
        found.append(Charge(kind=ChargeKind.TAX, amount=tax, taxation=Taxation.INCLUDED))
    return found
