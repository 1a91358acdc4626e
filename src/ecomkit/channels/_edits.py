"""What was edited at the channel after we took an order down. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ecomkit.channels._claims import ChannelClaim, ClaimLine
from ecomkit.channels._disagreements import Disagreement, DisagreementKind
from ecomkit.errors import InputError
from ecomkit.identifiers import LineId, ListingId, Sku
from ecomkit.money import Currency
from ecomkit.orders import AddLine, Charge, ChargeKind, Order, OrderLine

__all__ = ["added_line", "line_of_claim", "price_edits"]


def line_of_claim(told: ClaimLine, *, sku: Sku) -> OrderLine:
    """Return the line of an order that *told* speaks of, of our *sku*."""
    return OrderLine(
        id=told.id,
        sku=sku,
        quantity=told.quantity,
        unit_price=told.unit_price,
        title=told.title,
        fulfilled_by=told.fulfilled_by,
    )


def added_line(
    order: Order, told: ClaimLine, *, claim: ChannelClaim, skus: Mapping[ListingId, Sku]
) -> AddLine | None:
    """Return the line that *told* adds to *order*; None if it cannot be added as it stands."""
    sku = skus.get(told.listing)
    if sku is None:
        return None
    charges = [charge for charge in claim.charges if charge.line == told.id]
    added = AddLine(line=line_of_claim(told, sku=sku), charges=charges)
    try:
        added.apply(order, at=claim.placed_at)
    except InputError:
        return None
    return added


def price_edits(
    order: Order, claim: ChannelClaim, *, shared: Mapping[LineId, ClaimLine]
) -> Iterator[Disagreement]:
    """
    Yield where *claim* prices the lines that it *shares* with *order* otherwise.

    Charges are compared as sums, since channels word and split them in several ways; and only
    while no unit was cancelled or came back, since after that many channels tell what is left
    of them.
    """
    for line in order.lines:
        told = shared.get(line.id)
        if told is not None and told.unit_price != line.unit_price:
            yield Disagreement(
                line=line.id,
                kind=DisagreementKind.EDITED,
                note="unit price",
                ours=line.unit_price.amount,
                theirs=told.unit_price.amount,
                currency=order.currency,
            )
    if order.charges == claim.charges:
        return
    whole = {
        line.id
        for line in order.lines
        if (told := shared.get(line.id)) is not None and _is_whole(line, told)
    }
    is_whole = len(whole) == len(order.lines) and all(map(_is_quiet, claim.lines))
    ours, theirs = (_sums(one.charges, order.currency) for one in (order, claim))
    for line_id, kind in sorted(ours.keys() | theirs.keys(), key=_place):
        if is_whole if line_id is None else line_id in whole:
            pair = ours.get((line_id, kind), 0), theirs.get((line_id, kind), 0)
            if pair[0] != pair[1]:
                yield Disagreement(
                    line=line_id,
                    kind=DisagreementKind.EDITED,
                    note=kind.value,
                    ours=pair[0],
                    theirs=pair[1],
                    currency=order.currency,
                )


def _is_whole(line: OrderLine, told: ClaimLine) -> bool:
    return told.quantity == line.quantity and _is_quiet(told)


def _is_quiet(told: ClaimLine) -> bool:
    return not told.cancelled and not told.returned


def _sums(
    charges: tuple[Charge, ...], currency: Currency
) -> dict[tuple[LineId | None, ChargeKind], int]:
    sums: dict[tuple[LineId | None, ChargeKind], int] = {}
    for charge in charges:
        if charge.adds and charge.amount.currency is currency:
            key = (charge.line, charge.kind)
            sums[key] = sums.get(key, 0) + charge.amount.amount
    return sums


def _place(key: tuple[LineId | None, ChargeKind]) -> tuple[str, str]:
    return key[0] or "", key[1].value
