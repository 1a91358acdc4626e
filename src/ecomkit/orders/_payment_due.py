"""When an order on terms is to be paid, what paying early saves, and what is overdue."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime
from typing import TYPE_CHECKING, assert_never, final

import attrs

from ecomkit._checks import is_a, optional, plain_date
from ecomkit.money import Money, Rounding
from ecomkit.orders._amounts import not_negative_money
from ecomkit.orders._trade import MonthEnd, TradeTerms
from ecomkit.timeline import day_of, days_after

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from ecomkit.orders._order import Order

__all__ = ["PaymentDue", "payment_due"]


@final
@attrs.frozen(kw_only=True)
class PaymentDue:
    """
    What is owed on terms, and until when; days are those of the seller's zone.

    ``discount`` is what may be taken off if all of it is paid on ``discount_until`` at the
    latest; both are None where the terms have none.
    """

    terms: TradeTerms = attrs.field(validator=is_a(TradeTerms))
    invoiced_on: date = attrs.field(validator=plain_date)
    due_on: date = attrs.field(validator=plain_date)
    today: date = attrs.field(validator=plain_date)
    owed: Money = attrs.field(validator=not_negative_money)
    discount: Money | None = attrs.field(default=None, validator=optional(not_negative_money))
    discount_until: date | None = attrs.field(default=None, validator=optional(plain_date))

    @property
    def days_overdue(self) -> int:
        """How many days ago it was due; 0 if it is due today or later, or nothing is owed."""
        return 0 if self.owed.is_zero else max(0, (self.today - self.due_on).days)

    @property
    def is_overdue(self) -> bool:
        """Whether something is owed that was due before today."""
        return self.days_overdue > 0

    @property
    def to_pay(self) -> Money:
        """What settles it today: what is owed, less the discount while it is granted."""
        if self.discount is None or self.discount_until is None:
            return self.owed
        if self.today > self.discount_until:
            return self.owed
        return max(self.owed - self.discount, Money.zero(self.owed.currency))

    def explain(self) -> str:
        """Say what is due when, and on which terms."""
        terms = f"{self.terms.explain()}, counted from {self.invoiced_on}"
        lines = [f"{self.owed} due on {self.due_on}: {terms}"]
        if self.discount is not None:
            lines.append(f"{self.discount} less if all is paid by {self.discount_until}")
        if self.is_overdue:
            days = "day" if self.days_overdue == 1 else "days"
            lines.append(f"overdue by {self.days_overdue} {days}")
        return "\n".join(lines)


def payment_due(
    order: Order,
    *,
    now: datetime,
    zone: str | ZoneInfo,
    invoiced_at: datetime | None = None,
    rounding: Rounding = Rounding.HALF_UP,
) -> PaymentDue | None:
    """
    Return what *order* owes on its terms of trade, and until when; None if it has no terms.

    The day of the invoice is day 0, and the last day counts whole. To the end of a month means
    its last day. The law may bound what was agreed: between businesses 60 days from the invoice
    (Directive 2011/7/EU, article 3(5)); in France 60 days, or 45 to the end of a month (code de
    commerce, article L441-10).

    Args:
        order: The order.
        now: When it is asked.
        zone: The zone of the seller, whose days count.
        invoiced_at: When it was invoiced; the placement, unless given.
        rounding: What happens to the part of a cent of the discount.

    Raises:
        NaiveInstantError: If an instant has no UTC offset.
        UnknownZoneError: If *zone* is unknown.
        InstantRangeError: If the term leaves the years 1 to 9999.
    """
    terms = order.trade
    if terms is None:
        return None
    invoiced_on = day_of(order.placed_at if invoiced_at is None else invoiced_at, zone=zone)
    discount = discount_until = None
    if terms.early_payment is not None:
        discount = order.effective_total.times(terms.early_payment.rate, rounding=rounding)
        discount_until = days_after(invoiced_on, days=terms.early_payment.days)
    return PaymentDue(
        terms=terms,
        invoiced_on=invoiced_on,
        due_on=_due_on(invoiced_on, terms=terms),
        today=day_of(now, zone=zone),
        owed=order.owed,
        discount=discount,
        discount_until=discount_until,
    )


def _due_on(invoiced_on: date, *, terms: TradeTerms) -> date:
    match terms.month_end:
        case MonthEnd.NONE:
            return days_after(invoiced_on, days=terms.net_days)
        case MonthEnd.AFTER_DAYS:
            return _end_of_month(days_after(invoiced_on, days=terms.net_days))
        case MonthEnd.BEFORE_DAYS:
            return days_after(_end_of_month(invoiced_on), days=terms.net_days)
        case _:
            assert_never(terms.month_end)


def _end_of_month(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])
