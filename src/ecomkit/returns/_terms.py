"""The terms of a return: who pays the way back, what is kept, and what the buyer may choose."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, final

import attrs

from ecomkit._checks import as_tuple, aware, each, is_a, not_negative, optional, refuse
from ecomkit.money import Money, Rounding
from ecomkit.returns._facts import Notice, Party, start_after
from ecomkit.returns._legal_right import LegalRight, LegalRightKind
from ecomkit.returns._refund_rules import ShippingRefund
from ecomkit.returns._request import Condition
from ecomkit.returns._scope import Scope
from ecomkit.timeline import day_of, days_after

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from ecomkit.returns._legal_floor import LegalFloor
    from ecomkit.returns._request import ReturnLine, ReturnRequest

__all__ = [
    "Offer",
    "OfferKind",
    "RestockingFee",
    "ReturnTerms",
    "TermsRule",
    "ValueLoss",
]


class OfferKind(Enum):
    """What a buyer may choose for units that come back."""

    REFUND = "refund"
    """The money, by the means with which it was paid."""

    STORE_CREDIT = "store_credit"
    """The money as credit in the shop, with a bonus."""

    EXCHANGE = "exchange"
    """Other units in place of these."""

    KEEP = "keep"
    """The money, and the units stay with the buyer: the way back costs more than they do."""


_LEGAL_OFFERS: Final[Mapping[LegalRightKind, tuple[OfferKind, ...]]] = MappingProxyType(
    {
        LegalRightKind.WITHDRAWAL: (OfferKind.REFUND,),
        LegalRightKind.CLAIM: (OfferKind.REFUND, OfferKind.EXCHANGE),
    }
)


class ValueLoss(Enum):
    """Whether the refund is less where goods were used more than is needed to try them."""

    NOT_DEDUCTED = "not_deducted"
    DEDUCTIBLE = "deductible"


PERCENT_MAX = 100
_PERCENT = Fraction(1, 100)


def _percentage(instance: object, attribute: attrs.Attribute[Any], value: object) -> None:
    if not isinstance(value, Decimal) or not value.is_finite() or not 0 <= value <= PERCENT_MAX:
        raise refuse(instance, attribute.name, value, "a Decimal from 0 to 100")


def _not_negative_money(instance: object, attribute: attrs.Attribute[Any], value: object) -> None:
    if not isinstance(value, Money) or value.amount < 0:
        raise refuse(instance, attribute.name, value, "money, 0 or more")


@final
@attrs.frozen(kw_only=True)
class RestockingFee:
    """
    What is kept of the price: *percent* of it, rounded down, or *per_unit*; never more than it.

    Both are running amounts, as the price itself: the fees of the parts of a return add up to
    the fee of the whole. Orders in another currency than *per_unit* have no fee.

    Raises:
        FieldError: If not exactly one of the two is given, or it is below 0.

    >>> from ecomkit.money import Currency
    >>> RestockingFee(percent=Decimal(15)).up_to(Money(2390, Currency.EUR), units=1)
    Money(358, Currency.EUR)
    """

    percent: Decimal | None = attrs.field(default=None, validator=optional(_percentage))
    per_unit: Money | None = attrs.field(default=None, validator=optional(_not_negative_money))

    def __attrs_post_init__(self) -> None:
        if (self.percent is None) == (self.per_unit is None):
            raise refuse(self, "percent", self.percent, "either a percentage or money per unit")

    @cached_property
    def _ratio(self) -> Fraction:
        return Fraction(self.percent or 0) * _PERCENT

    def up_to(self, price: Money, *, units: int) -> Money:
        """Return the fee for *units* units that cost *price* together."""
        if self.percent is not None:
            return price.times(self._ratio, rounding=Rounding.DOWN)
        if self.per_unit is None or self.per_unit.currency is not price.currency:
            return Money.zero(price.currency)
        return min(price, self.per_unit * units)


@final
@attrs.frozen(kw_only=True)
class Offer:
    """What the buyer may choose; *bonus* comes on top of the refund."""

    kind: OfferKind = attrs.field(validator=is_a(OfferKind))
    bonus: Money | None = attrs.field(default=None, validator=optional(is_a(Money)))


@final
@attrs.frozen(kw_only=True)
class ReturnTerms:
    """
    The terms under which the units of an entry come back, if they do.

    Args:
        return_shipping_paid_by: Who pays the way back.
        restocking_fee: What the shop keeps of the price of the units asked for.
        standard_shipping: Whether the standard delivery to the buyer is paid back as well.
        value_loss: Whether the refund may be less for goods that were used.
        offers: What the buyer may choose; the refund is always there.
        asked_at: When the return was asked for.
        send_back_days: Within how many days the goods are sent back; None if the law names
            none.
        refund_days: Within how many days the money is paid back; None if the law names none.
        zone: The IANA zone in which the days are counted.
    """

    return_shipping_paid_by: Party = attrs.field(validator=is_a(Party))
    restocking_fee: Money = attrs.field(validator=is_a(Money))
    standard_shipping: ShippingRefund = attrs.field(validator=is_a(ShippingRefund))
    value_loss: ValueLoss = attrs.field(validator=is_a(ValueLoss))
    offers: tuple[Offer, ...] = attrs.field(converter=as_tuple, validator=each(Offer))
    asked_at: datetime = attrs.field(validator=aware)
    send_back_days: int | None = attrs.field(default=None, validator=optional(not_negative))
    refund_days: int | None = attrs.field(default=None, validator=optional(not_negative))
    zone: str = attrs.field(default="UTC", validator=is_a(str))

    @property
    def send_back_by(self) -> datetime | None:
        """The first instant that is too late for sending the goods back."""
        return self._end_of(self.send_back_days)

    @property
    def refund_by(self) -> datetime | None:
        """
        The first instant that is too late for paying the money back.

        The seller may wait longer for the goods, or for the proof that they were sent
        (Directive 2011/83/EU, article 13(3)).
        """
        return self._end_of(self.refund_days)

    def _end_of(self, days: int | None) -> datetime | None:
        if days is None:
            return None
        last = days_after(day_of(self.asked_at, zone=self.zone), days=days)
        return start_after(last, self.zone)

    def explain(self) -> str:
        """Say who pays what, and what the buyer may choose."""
        parts = [f"the {self.return_shipping_paid_by.value} pays the way back"]
        if not self.restocking_fee.is_zero:
            parts.append(f"a fee of {self.restocking_fee} is kept")
        if self.standard_shipping is not ShippingRefund.NEVER:
            parts.append("the standard delivery is paid back when everything comes back")
        if self.value_loss is ValueLoss.DEDUCTIBLE:
            parts.append("a loss in value by use may be deducted")
        choices = (
            offer.kind.value if offer.bonus is None else f"{offer.kind.value} and {offer.bonus}"
            for offer in self.offers
        )
        parts.append(f"the buyer may choose: {', '.join(choices)}")
        return "; ".join(parts)


@final
@attrs.frozen(kw_only=True)
class TermsRule:
    """
    The terms that a shop gives to the entries in *scope*; the law may better them.

    A withdrawal or a claim under the law bears no fee, is paid back by the means of payment if
    the buyer likes, and brings back the standard delivery with the last unit (Directive
    2011/83/EU, article 13). A claim costs the buyer no way back either, and may be for what was
    sold instead of the money (Directive (EU) 2019/771, articles 13 and 14). Nor does a
    withdrawal cost the way back if the consumer was not told so (2011/83/EU, article 14(1));
    and without notice of the right no loss in value is deducted (article 14(2)).

    Args:
        scope: Which entries are meant.
        return_shipping_paid_by: Who pays the way back.
        restocking_fee: What is kept of the price; nothing if None.
        standard_shipping: Whether the standard delivery is paid back.
        value_loss: Whether less is paid for goods that are not new any more.
        offers: What the buyer may choose.
        credit_bonus_percent: The bonus on a store credit, in percent of the refund, rounded
            down.
        keep_up_to: Units may be kept if all units of the order that came or come back cost that
            much at most; with another currency than the order's, never.

    Raises:
        FieldError: If there is no offer, or units may be kept without a bound, or the reverse.

    >>> rule = TermsRule(
    ...     return_shipping_paid_by=Party.SELLER,
    ...     offers=(OfferKind.REFUND, OfferKind.STORE_CREDIT),
    ...     credit_bonus_percent=Decimal(10),
    ... )
    """

    scope: Scope = attrs.field(default=Scope(), validator=is_a(Scope))
    return_shipping_paid_by: Party = attrs.field(default=Party.BUYER, validator=is_a(Party))
    restocking_fee: RestockingFee | None = attrs.field(
        default=None, validator=optional(is_a(RestockingFee))
    )
    standard_shipping: ShippingRefund = attrs.field(
        default=ShippingRefund.NEVER, validator=is_a(ShippingRefund)
    )
    value_loss: ValueLoss = attrs.field(default=ValueLoss.NOT_DEDUCTED, validator=is_a(ValueLoss))
    offers: tuple[OfferKind, ...] = attrs.field(
        default=(OfferKind.REFUND,), converter=as_tuple, validator=each(OfferKind)
    )
    credit_bonus_percent: Decimal = attrs.field(default=Decimal(0), validator=_percentage)
    keep_up_to: Money | None = attrs.field(default=None, validator=optional(is_a(Money)))

    def __attrs_post_init__(self) -> None:
        if not self.offers:
            raise refuse(self, "offers", self.offers, "one offer or more")
        if (OfferKind.KEEP in self.offers) != (self.keep_up_to is not None):
            raise refuse(self, "keep_up_to", self.keep_up_to, "a bound if units may be kept")

    def terms(
        self,
        request: ReturnRequest,
        line: ReturnLine,
        *,
        right: LegalRight | None,
        floor: LegalFloor | None,
    ) -> ReturnTerms:
        """Return the terms for one entry, bettered by *right*, which *floor* gives."""
        fee = None if right is not None else self.restocking_fee
        withdrawn_under = None if right is None or right.kind is LegalRightKind.CLAIM else floor
        return ReturnTerms(
            return_shipping_paid_by=self._payer(request, right=right),
            restocking_fee=Money.zero(request.order.currency)
            if fee is None
            else _running(request, line, lambda price, units: fee.up_to(price, units=units)),
            standard_shipping=ShippingRefund.WHEN_EVERYTHING_RETURNS
            if right is not None and self.standard_shipping is ShippingRefund.NEVER
            else self.standard_shipping,
            value_loss=self._value_loss(request, line, right=right),
            offers=tuple(self._offers(request, line, right=right, fee=fee)),
            asked_at=request.requested_at,
            send_back_days=None if withdrawn_under is None else withdrawn_under.send_back_days,
            refund_days=None if withdrawn_under is None else withdrawn_under.refund_days,
            zone="UTC" if withdrawn_under is None else withdrawn_under.zone,
        )

    def _payer(self, request: ReturnRequest, *, right: LegalRight | None) -> Party:
        if right is None:
            return self.return_shipping_paid_by
        told = request.notice.of_return_costs is Notice.IN_TIME
        if right.kind is LegalRightKind.CLAIM or not told:
            return Party.SELLER
        return self.return_shipping_paid_by

    def _value_loss(
        self, request: ReturnRequest, line: ReturnLine, *, right: LegalRight | None
    ) -> ValueLoss:
        told = request.notice.of_right is Notice.IN_TIME
        if line.condition is Condition.NEW or (
            right is not None and (right.kind is LegalRightKind.CLAIM or not told)
        ):
            return ValueLoss.NOT_DEDUCTED
        return self.value_loss

    def _offers(
        self,
        request: ReturnRequest,
        line: ReturnLine,
        *,
        right: LegalRight | None,
        fee: RestockingFee | None,
    ) -> Iterator[Offer]:
        by_law = () if right is None else _LEGAL_OFFERS[right.kind]
        for kind in dict.fromkeys((*by_law, *self.offers)):
            if kind is OfferKind.KEEP and not self._may_keep(request):
                continue
            bonus = None
            if kind is OfferKind.STORE_CREDIT and self.credit_bonus_percent:
                bonus = _running(
                    request, line, lambda price, units: self._bonus(price, units, fee)
                )
            yield Offer(kind=kind, bonus=bonus)

    def _bonus(self, price: Money, units: int, fee: RestockingFee | None) -> Money:
        refund = price if fee is None else price - fee.up_to(price, units=units)
        return refund.times(Fraction(self.credit_bonus_percent) * _PERCENT, rounding=Rounding.DOWN)

    def _may_keep(self, request: ReturnRequest) -> bool:
        order, bound = request.order, self.keep_up_to
        if bound is None or bound.currency is not order.currency:
            return False
        total = Money.zero(order.currency)
        for line in order.lines:
            counts = order.counts(line.id)
            asked = sum(entry.quantity for entry in request.lines if entry.line == line.id)
            back = min(counts.off + request.open_of(line.id) + asked, line.quantity)
            total += order.entitlement(line.id, units=back)
            total -= order.entitlement(line.id, units=counts.cancelled)
        return total <= bound


def _running(
    request: ReturnRequest, line: ReturnLine, amount: Callable[[Money, int], Money]
) -> Money:
    """Return what the units of *line* add to *amount*, which is of the price of some units."""
    order = request.order
    ordered = order.line(line.line).quantity
    taken = order.counts(line.line).off + request.open_of(line.line) + request.ahead_of(line)
    before, after = min(taken, ordered), min(taken + line.quantity, ordered)
    return amount(order.entitlement(line.line, units=after), after) - amount(
        order.entitlement(line.line, units=before), before
    )
