"""The return policy: rules that are all asked about all entries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, final

import attrs

from ecomkit._checks import as_tuple, each, is_a, optional, refuse
from ecomkit.returns._finding import ReturnRule
from ecomkit.returns._legal_floor import ExemptGoods, Exemption, LegalFloor, PublicHolidays
from ecomkit.returns._legal_floors import LEGAL_FLOORS
from ecomkit.returns._legal_right import Withdrawal, claim_right
from ecomkit.returns._refund_rules import ShippingRefund
from ecomkit.returns._request import CLAIM_REASONS, country_code
from ecomkit.returns._ruling import Ruling
from ecomkit.returns._terms import TermsRule
from ecomkit.returns._verdict import Accepted, LineVerdict, Refused, ReturnVerdict

if TYPE_CHECKING:
    from datetime import date, datetime

    from ecomkit.returns._request import ReturnLine, ReturnRequest

__all__ = ["ReturnPolicy"]

_NO_TERMS = TermsRule()


def _callables(instance: object, attribute: attrs.Attribute[Any], value: object) -> None:
    if not isinstance(value, tuple) or not all(map(callable, value)):
        raise refuse(instance, attribute.name, value, "rules that can be called")


@final
@attrs.frozen(kw_only=True)
class ReturnPolicy:
    """
    What may come back: *rules*, all of which are asked about every entry of a request.

    No rule undercuts the law. What the law of the buyer's country gives is computed from the
    facts of the request: a finding against it is lifted, or its deadline moved, and the verdict
    says so. Where the law gives nothing, or to businesses, the rules alone decide.

    Args:
        rules: Callables of the shape of :class:`ReturnRule`.
        shipping: What :func:`refund_due` is told about the shipping that the buyer paid.
        terms: The terms of what comes back: the first whose scope an entry is in. Without one
            the buyer pays the way back and gets the money.
        home: The country whose law counts where the request names none.
        floors: Laws of other countries, or newer ones; they replace rows of
            ``LEGAL_FLOORS``.
        exempt: Goods that the law exempts from withdrawal.
        public_holidays: Days on which no legal period ends, besides Saturdays and Sundays.

    Raises:
        FieldError: If a rule cannot be called, or a field has no legal value.

    >>> from datetime import UTC, datetime
    >>> from ecomkit.identifiers import ChannelId, LineId, OrderId, Sku
    >>> from ecomkit.money import Currency, Money
    >>> from ecomkit.orders import Order, OrderLine
    >>> from ecomkit.returns import Condition, ReturnLine, ReturnReason, ReturnRequest
    >>> from ecomkit.returns import ConditionIs, ReturnWindow, WasShipped
    >>> noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    >>> line = OrderLine(
    ...     id=LineId("1"), sku=Sku("ELEPHANT"), quantity=2, unit_price=Money(2390, Currency.EUR)
    ... )
    >>> order = Order(
    ...     id=OrderId("etsy/1001"),
    ...     channel=ChannelId("etsy"),
    ...     currency=Currency.EUR,
    ...     placed_at=noon,
    ...     lines=[line],
    ... )
    >>> policy = ReturnPolicy(
    ...     rules=(
    ...         WasShipped(),
    ...         ReturnWindow(days=30, zone="Europe/Paris"),
    ...         ConditionIs(allowed=(Condition.NEW, Condition.OPENED)),
    ...     )
    ... )
    >>> used = ReturnLine(
    ...     line=line.id, quantity=1, condition=Condition.USED, reason=ReturnReason.OTHER
    ... )
    >>> request = ReturnRequest(order=order, lines=[used], requested_at=noon)
    >>> print(policy(request, now=noon).explain())
    refused
    line 1: 1 asked for, 0 shipped; wait for the shipment, or cancel the units
    line 1: 1 of 1 not delivered, so their window has not begun; wait for the delivery
    line 1: units in condition used do not come back; units that are new, opened do
    """

    rules: tuple[ReturnRule, ...] = attrs.field(converter=as_tuple, validator=_callables)
    shipping: ShippingRefund = attrs.field(
        default=ShippingRefund.NEVER, validator=is_a(ShippingRefund)
    )
    terms: tuple[TermsRule, ...] = attrs.field(
        default=(), converter=as_tuple, validator=each(TermsRule)
    )
    home: str | None = attrs.field(default=None, validator=optional(country_code))
    floors: tuple[LegalFloor, ...] = attrs.field(
        default=(), converter=as_tuple, validator=each(LegalFloor)
    )
    exempt: tuple[ExemptGoods, ...] = attrs.field(
        default=(), converter=as_tuple, validator=each(ExemptGoods)
    )
    public_holidays: tuple[PublicHolidays, ...] = attrs.field(
        default=(), converter=as_tuple, validator=each(PublicHolidays)
    )

    def __call__(self, request: ReturnRequest, *, now: datetime) -> ReturnVerdict:
        """Return the verdict on *request* at *now*, with the findings of all rules."""
        floor = self.floor(request)
        withdrawal = (
            None
            if floor is None
            else Withdrawal.of(request, floor=floor, holidays=self._holidays(floor.country))
        )
        lines = tuple(
            self._line(request, line, now=now, floor=floor, withdrawal=withdrawal)
            for line in request.lines
        )
        if all(line.is_accepted for line in lines):
            return Accepted(lines=lines)
        return Refused(lines=lines)

    def floor(self, request: ReturnRequest) -> LegalFloor | None:
        """
        Return the law under which *request* is decided; None if none is known.

        That is the law of the consumer's country, or of ``home`` if the request names none.
        Between businesses there is no floor.
        """
        if not request.is_consumer:
            return None
        country = request.country or self.home
        if country is None:
            return None
        own = (floor for floor in self.floors if floor.country == country)
        return next(own, LEGAL_FLOORS.get(country))

    def _holidays(self, country: str) -> frozenset[date]:
        return frozenset(
            day
            for listed in self.public_holidays
            if listed.country == country
            for day in listed.days
        )

    def _line(
        self,
        request: ReturnRequest,
        line: ReturnLine,
        *,
        now: datetime,
        floor: LegalFloor | None,
        withdrawal: Withdrawal | None,
    ) -> LineVerdict:
        found = tuple(finding for rule in self.rules for finding in rule(request, line, now=now))
        exemption = None if withdrawal is None else self._exemption(request, line)
        rights = []
        if floor is not None and floor.claim_months and line.reason in CLAIM_REASONS:
            rights.append(claim_right(request, line, floor=floor))
        if withdrawal is not None and exemption is None:
            rights.append(withdrawal.right(request, line))
        ruling = Ruling.of(found, line=line, rights=rights)
        bought = request.order.line(line.line)
        return LineVerdict(
            line=line,
            findings=ruling.stands,
            item=bought.title or bought.sku,
            lifted=ruling.lifted,
            right=ruling.right,
            exemption=exemption,
            terms=self._terms_for(request, line).terms(
                request, line, right=ruling.right, floor=floor
            ),
        )

    def _exemption(self, request: ReturnRequest, line: ReturnLine) -> Exemption | None:
        exempt = (goods.exemption for goods in self.exempt if goods.covers(request, line))
        return next(exempt, None)

    def _terms_for(self, request: ReturnRequest, line: ReturnLine) -> TermsRule:
        fitting = (rule for rule in self.terms if rule.scope.covers(request, line))
        return next(fitting, _NO_TERMS)
