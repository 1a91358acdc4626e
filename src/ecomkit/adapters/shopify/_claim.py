"""One claim from what either of Shopify's two spellings of an order says. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import final

import attrs

from ecomkit.adapters.shopify._names import mark_of
from ecomkit.adapters.shopify._units import LineFacts, Units
from ecomkit.adapters.shopify._words import states_of
from ecomkit.channels import ChannelClaim, ChannelRefund, ClaimLine, LineUnits, RefundState
from ecomkit.identifiers import ChannelId, LineId, ListingId
from ecomkit.money import Currency, Money
from ecomkit.orders import Charge, ChargeKind, Taxation

__all__ = ["OrderFacts", "ReadLine", "ReadRefund", "ReadShipment", "Tax"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_SECOND_MICROSECONDS = 1_000_000
_WAITING = frozenset({"OPEN", "PENDING"})


@final
@attrs.frozen(kw_only=True)
class Tax:
    """One tax of a line or of the shipping."""

    title: str
    amount: Money


@final
@attrs.frozen(kw_only=True)
class ReadLine:
    """A line as it was read; *discounts* are 0 or more."""

    id: str
    variant: str | None
    title: str
    quantity: int
    current: int | None
    unfulfilled: int | None
    unit_price: Money
    discounts: tuple[Money, ...]
    taxes: tuple[Tax, ...]

    @property
    def listing(self) -> ListingId:
        """The variant; once it is deleted no order names it any more, then the line itself."""
        return ListingId(self.variant or f"deleted:{self.id}")


@final
@attrs.frozen(kw_only=True)
class ReadShipment:
    """A fulfilment, with the units of each line."""

    at: datetime
    status: str
    lines: tuple[tuple[str, int], ...]


@final
@attrs.frozen(kw_only=True)
class ReadRefund:
    """
    A refund, with its lines: line, units, restock type; *amount* and *state* are of its money.

    Without an *id* or an *amount* it is not told how much was paid back.
    """

    lines: tuple[tuple[str, int, str], ...]
    id: str | None = None
    at: datetime | None = None
    note: str = ""
    amount: Money | None = None
    state: RefundState | None = None

    def told(self) -> ChannelRefund | None:
        """Return what was paid back; None if that is not told."""
        if self.id is None or self.amount is None:
            return None
        units = Counter[str]()
        for line, quantity, _ in self.lines:
            units[line] += quantity
        return ChannelRefund(
            id=self.id,
            amount=self.amount,
            at=self.at,
            state=self.state,
            lines=[LineUnits(line=LineId(line), quantity=n) for line, n in units.items() if n > 0],
            reason=self.note,
            mark=mark_of(self.note),
        )


@final
@attrs.frozen(kw_only=True)
class OrderFacts:
    """
    An order as it was read, in whichever spelling.

    *fees* are amounts with their titles: tips, duties, other fees. What Shopify sends by itself
    *is_sent*, and not asked for.
    """

    channel: ChannelId
    number: str
    name: str
    created_at: datetime
    updated_at: datetime
    cancelled_at: datetime | None
    closed_at: datetime | None
    currency: Currency
    taxes_included: bool
    status: tuple[str | None, str | None, str | None]
    buyer: str | None
    paid: Money | None
    lines: tuple[ReadLine, ...]
    shipping: tuple[tuple[str, Money], ...]
    shipping_taxes: tuple[Tax, ...]
    fees: tuple[tuple[str, Money], ...]
    shipments: tuple[ReadShipment, ...]
    refunds: tuple[ReadRefund, ...]
    total: Money | None = None
    presentment_total: Money | None = None
    is_sent: bool = False

    def claim(self) -> ChannelClaim:
        """Return what the channel says."""
        units = self._units()
        financial, fulfilment, returning = self.status
        left = [one.at for one in self.shipments if one.status == "SUCCESS"]
        return ChannelClaim(
            channel=self.channel,
            number=self.number,
            name=self.name,
            version=self._version(units.values()),
            placed_at=self.created_at,
            currency=self.currency,
            lines=[
                ClaimLine(
                    id=LineId(line.id),
                    listing=line.listing,
                    quantity=line.quantity,
                    unit_price=line.unit_price,
                    title=line.title,
                    cancelled=units[line.id].cancelled,
                    shipped=units[line.id].shipped,
                    returned=units[line.id].returned,
                )
                for line in self.lines
            ],
            charges=self._charges(),
            buyer=self.buyer,
            shipped_at=max(left, default=None),
            paid=self.paid,
            total=self.total,
            presentment_total=self.presentment_total,
            refunds=self._refunds(),
            status=[word for word in self.status if word],
            states=states_of(
                financial=financial,
                fulfilment=fulfilment,
                returning=returning,
                cancelled_at=self.cancelled_at,
                closed_at=self.closed_at,
            ),
        )

    def _refunds(self) -> tuple[ChannelRefund, ...] | None:
        """Return what was paid back; None unless it is told of all refunds."""
        told = [refund.told() for refund in self.refunds]
        known = tuple(one for one in told if one is not None)
        return known if len(known) == len(told) else None

    def _units(self) -> Mapping[str, Units]:
        fulfilled: Counter[str] = Counter()
        under_way: Counter[str] = Counter()
        refunded: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for shipment in self.shipments:
            for line, quantity in shipment.lines:
                if shipment.status == "SUCCESS":
                    fulfilled[line] += quantity
                elif shipment.status in _WAITING:
                    under_way[line] += quantity
        for refund in self.refunds:
            for line, quantity, kind in refund.lines:
                refunded[line][kind] += quantity
        return {
            line.id: LineFacts(
                quantity=line.quantity,
                fulfilled=fulfilled.get(line.id, 0),
                under_way=under_way.get(line.id, 0),
                current=line.current,
                unfulfilled=line.unfulfilled,
                refunded=refunded.get(line.id, {}),
                is_order_cancelled=self.cancelled_at is not None,
            ).units()
            for line in self.lines
        }

    def _version(self, units: Iterable[Units]) -> int:
        """
        Return the microseconds of the last change.

        Shopify tells whole seconds. Within one, what has happened to the order (which only adds
        up) tells two states apart; other changes within one second are seen as one. An order
        that was sent is older than the same one when asked for: of the states of one second the
        one that was pulled counts, which is the last of them.
        """
        version = (self.updated_at - _EPOCH) // _MICROSECOND
        if version % _SECOND_MICROSECONDS:
            return version - self.is_sent
        happened = sum(one.cancelled + one.shipped + one.returned for one in units)
        happened += len(self.shipments) + len(self.refunds)
        return version + min(happened, _SECOND_MICROSECONDS - 1) - self.is_sent

    def _charges(self) -> Iterable[Charge]:
        """Return what the order costs besides its goods; nothing of nothing."""
        taxes: list[tuple[str | None, Tax]] = [
            (line.id, tax) for line in self.lines for tax in line.taxes
        ]
        taxes += [(None, tax) for tax in self.shipping_taxes]
        charges = [
            *(
                Charge(kind=ChargeKind.DISCOUNT, amount=-off, line=LineId(line.id))
                for line in self.lines
                for off in line.discounts
            ),
            *(
                Charge(
                    kind=ChargeKind.TAX,
                    amount=tax.amount,
                    line=None if line is None else LineId(line),
                    title=tax.title,
                    taxation=Taxation.INCLUDED if self.taxes_included else Taxation.ADDED,
                )
                for line, tax in taxes
            ),
            *(
                Charge(kind=kind, amount=amount, title=title)
                for kind, found in (
                    (ChargeKind.SHIPPING, self.shipping),
                    (ChargeKind.FEE, self.fees),
                )
                for title, amount in found
            ),
        ]
        return [charge for charge in charges if not charge.amount.is_zero]
