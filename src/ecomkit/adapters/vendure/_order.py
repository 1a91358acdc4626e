"""An order of the admin API, read as a claim."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

import attrs

from ecomkit.adapters.vendure._amounts import amount_of, currency_of
from ecomkit.adapters.vendure._names import line_id_of
from ecomkit.adapters.vendure._refunds import read_refunds
from ecomkit.adapters.vendure._words import SHIPPED_STATES, states_of
from ecomkit.channels import (
    ChannelClaim,
    ClaimLine,
    Fields,
    identity,
    instant_of,
    text_of,
    whole_of,
)
from ecomkit.identifiers import ChannelId, LineId, ListingId
from ecomkit.money import Currency, Money
from ecomkit.orders import Charge, ChargeKind, Taxation

__all__ = ["claim_of", "last_change", "microseconds"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = 1_000_000


def microseconds(moment: datetime) -> int:
    """Return *moment* as a number that grows."""
    since = moment - _EPOCH
    return (since.days * 86_400 + since.seconds) * _MICROSECOND + since.microseconds


def last_change(order: Fields) -> datetime | None:
    """
    Return when anything of an order last happened.

    Its own ``updatedAt`` moves when its lines do, and not when it is placed, paid, shipped or
    refunded: the instants of those count as well.
    """
    moments = [order.read("updatedAt", instant_of), *_moments(order, "orderPlacedAt")]
    for found in order.each("payments", _payment_moments, default=()):
        moments += found
    for found in order.each("fulfillments", _moments, default=()):
        moments += found
    if order.has("history"):
        for found in order.inside("history").each("items", _moments, default=()):
            moments += found
    return max(filter(None, moments), default=None)


def _moments(row: Fields, *names: str) -> list[datetime | None]:
    return [
        row.read(name, instant_of, default=None) for name in names or ("createdAt", "updatedAt")
    ]


def _payment_moments(payment: Fields) -> list[datetime | None]:
    moments = _moments(payment)
    for found in payment.each("refunds", _moments, default=()):
        moments += found
    return moments


@attrs.frozen(kw_only=True)
class _Parcel:
    state: str
    units: Counter[str]
    at: datetime | None


@attrs.frozen(kw_only=True)
class _Paid:
    state: str
    amount: Money


def claim_of(channel: ChannelId, *, precision: int) -> Callable[[Fields], ChannelClaim]:
    """Return the reader of orders: every fault under its path."""
    return partial(_read, channel=channel, precision=precision)


def _read(order: Fields, *, channel: ChannelId, precision: int) -> ChannelClaim:
    currency = order.read("currencyCode", currency_of)
    amount = amount_of(currency, precision=precision)
    parcels = order.each("fulfillments", _parcel, default=())
    payments = order.each("payments", partial(_payment, amount=amount), default=())
    left = [parcel for parcel in parcels if parcel is not None and parcel.state in SHIPPED_STATES]
    units: Counter[str] = sum((parcel.units for parcel in left), Counter())
    lines = order.each("lines", partial(_line, amount=amount, shipped=units))
    word = order.read("state", text_of)
    changed = last_change(order)
    words = tuple(dict.fromkeys(paid.state for paid in payments if paid is not None))
    return order.build(
        ChannelClaim,
        channel=channel,
        number=order.read("id", identity),
        name=order.read("code", text_of, default=""),
        version=changed and microseconds(changed),
        placed_at=order.read("orderPlacedAt", instant_of),
        currency=currency,
        lines=[line for line, _ in lines if line is not None],
        charges=_charges(order, lines, amount=amount),
        buyer=_buyer(order),
        shipped_at=max((parcel.at for parcel in left if parcel.at), default=None),
        paid=_settled(payments, currency),
        total=_total(order, lines, amount=amount),
        refunds=read_refunds(order, amount=amount),
        status=[word, *words],
        states=states_of(word, payments=words),
    )


def _total(
    order: Fields,
    lines: tuple[tuple[ClaimLine | None, tuple[Charge, ...]], ...],
    *,
    amount: Callable[[object], Money],
) -> Money | None:
    """Return what the order costs; None once units are off, since the server takes them off it."""
    total = order.read("totalWithTax", amount, default=None)
    is_whole = all(line is None or not (line.cancelled or line.returned) for line, _ in lines)
    return total if is_whole else None


def _line(
    line: Fields, *, amount: Callable[[object], Money], shipped: Counter[str]
) -> tuple[ClaimLine | None, tuple[Charge, ...]]:
    """
    Read a line and its discounts.

    What was ordered is the quantity at placement, or more if the merchant has added to it; the
    quantity of today shrinks with each unit that is cancelled. Units beyond those that have left
    were cancelled, the others came back: a delivered unit is cancelled when it is returned. A
    line that was added and taken off again before it counted is none.
    """
    id_ = line.read("id", line_id_of)
    today = line.read("quantity", whole_of)
    placed = line.read("orderPlacedQuantity", whole_of, default=0)
    variant = line.inside("productVariant")
    listing = variant.read("id", _listing_id)
    ordered = max(placed or 0, today or 0)
    gone = ordered - (today or 0)
    left = min(shipped[id_ or ""], ordered)
    cancelled = min(gone, ordered - left)
    if ordered == 0:
        return None, ()
    claim = line.build(
        ClaimLine,
        id=id_,
        listing=listing,
        quantity=ordered,
        unit_price=line.read("unitPriceWithTax", amount),
        title=variant.read("name", text_of, default=""),
        cancelled=cancelled,
        shipped=left,
        returned=gone - cancelled,
    )
    discounts = line.each("discounts", partial(_discount, line=id_, amount=amount), default=())
    return claim, tuple(one for one in discounts if one is not None)


def _listing_id(value: object) -> ListingId:
    return ListingId(identity(value))


def _discount(
    discount: Fields, *, line: LineId, amount: Callable[[object], Money]
) -> Charge | None:
    taken = discount.read("amountWithTax", amount)
    if taken is not None and not taken.amount:
        return None
    return discount.build(
        Charge,
        kind=ChargeKind.DISCOUNT,
        amount=taken,
        line=line,
        title=discount.read("description", text_of, default=""),
    )


def _charges(
    order: Fields,
    lines: tuple[tuple[ClaimLine | None, tuple[Charge, ...]], ...],
    *,
    amount: Callable[[object], Money],
) -> list[Charge]:
    """Return what the order costs besides its goods; prices are with tax, which is shown apart."""
    charges = [charge for _, discounts in lines for charge in discounts]
    shipping = order.read("shippingWithTax", amount, default=None)
    if shipping is not None and shipping.amount:
        titles = order.each("shippingLines", _method, default=())
        title = ", ".join(filter(None, titles))
        charge = order.build(Charge, kind=ChargeKind.SHIPPING, amount=shipping, title=title)
        charges += [] if charge is None else [charge]
    surcharges = order.each("surcharges", partial(_surcharge, amount=amount), default=())
    taxes = order.each("taxSummary", partial(_tax, amount=amount), default=())
    charges += [one for one in (*surcharges, *taxes) if one is not None and one.amount.amount]
    return charges


def _method(line: Fields) -> str:
    if not line.has("shippingMethod"):
        return ""
    return line.inside("shippingMethod").read("name", text_of, default="")


def _surcharge(surcharge: Fields, *, amount: Callable[[object], Money]) -> Charge:
    charged = surcharge.read("priceWithTax", amount)
    is_given = charged is not None and charged.amount < 0
    return surcharge.build(
        Charge,
        kind=ChargeKind.DISCOUNT if is_given else ChargeKind.FEE,
        amount=charged,
        title=surcharge.read("description", text_of, default=""),
    )


def _tax(tax: Fields, *, amount: Callable[[object], Money]) -> Charge:
    rate = tax.read("taxRate", str, default="")
    return tax.build(
        Charge,
        kind=ChargeKind.TAX,
        amount=tax.read("taxTotal", amount),
        title=tax.read("description", text_of, default="") or (rate and f"{rate} %"),
        taxation=Taxation.INCLUDED,
    )


def _parcel(parcel: Fields) -> _Parcel:
    rows = parcel.each("lines", _units, default=())
    units: Counter[str] = Counter()
    for line, quantity in rows:
        if line is not None and quantity is not None:
            units[line] += quantity
    return parcel.build(
        _Parcel,
        state=parcel.read("state", text_of),
        units=units,
        at=parcel.read("createdAt", instant_of, default=None),
    )


def _units(row: Fields) -> tuple[str, int]:
    return row.read("orderLineId", identity), row.read("quantity", whole_of)


def _payment(payment: Fields, *, amount: Callable[[object], Money]) -> _Paid:
    return payment.build(
        _Paid, state=payment.read("state", text_of), amount=payment.read("amount", amount)
    )


def _settled(payments: tuple[_Paid, ...], currency: Currency | None) -> Money | None:
    if currency is None:
        return None
    settled = [paid.amount for paid in payments if paid is not None and paid.state == "Settled"]
    return sum(settled, Money.zero(currency))


def _buyer(order: Fields) -> str | None:
    """Return the id of who buys; a shop that asks guests for nothing has no customer."""
    if not order.has("customer"):
        return None
    return order.inside("customer").read("id", identity)
