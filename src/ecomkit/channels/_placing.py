"""The order that a claim tells of, as it was placed. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from ecomkit.channels._claim_money import capture_of_claim
from ecomkit.channels._claims import ChannelClaim
from ecomkit.channels._edits import line_of_claim
from ecomkit.identifiers import CustomerId, ListingId, Sku
from ecomkit.money import Money
from ecomkit.orders import Order

__all__ = ["order_of_claim"]


def order_of_claim(
    claim: ChannelClaim, *, skus: Mapping[ListingId, Sku], customer: CustomerId | None = None
) -> Order:
    """
    Return the order that *claim* tells of, as it was placed: nothing cancelled, nothing shipped.

    What the channel says it costs is kept beside what its lines and charges come to. An amount in
    another currency is left out: it is one of the points at which the claim contradicts itself.

    Args:
        claim: What the channel says.
        skus: Our sku of each listing the claim names.
        customer: Who bought, where that is known.

    Raises:
        KeyError: If a listing has no sku.
        InputError: If the claim cannot be an order, such as with a total below zero, or with one
            that is larger than an amount can be.
    """
    # An order derives its amounts when they are asked for, which is too late to refuse it.
    goods = sum(line.unit_price.amount * line.quantity for line in claim.lines)
    Money(goods, claim.currency)
    paid = _in_its_currency(claim.paid, claim)
    return Order(
        id=claim.order_id,
        channel=claim.channel,
        currency=claim.currency,
        placed_at=claim.placed_at,
        lines=[line_of_claim(line, sku=skus[line.listing]) for line in claim.lines],
        charges=claim.charges,
        told_total=_in_its_currency(claim.total, claim),
        customer=customer,
        payments=() if paid is None or paid.is_zero else (capture_of_claim(claim, paid),),
    )


def _in_its_currency(amount: Money | None, claim: ChannelClaim) -> Money | None:
    return None if amount is None or amount.currency is not claim.currency else amount
