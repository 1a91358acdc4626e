"""Terms of trade: what a business that buys agreed on, as settings of its order."""

from __future__ import annotations

from decimal import Decimal  # stores read the field types at run time
from enum import Enum
from typing import Any, final

import attrs

from ecomkit._checks import is_a, not_negative, optional, refuse
from ecomkit._texts import free_text, personal_text

__all__ = ["EarlyPayment", "ExemptionReason", "MonthEnd", "TaxExemption", "TradeTerms"]

RATE_DIGITS_MAX = 6
"""A ten thousandth of a percent: finer than any rate that is agreed on."""


class ExemptionReason(Enum):
    """Why no tax is asked for; the value is the reason in words."""

    INTRA_COMMUNITY = "supply to a business in another member state of the EU"
    """Directive 2006/112/EC, article 138; the reference is the buyer's VAT number."""

    REVERSE_CHARGE = "the buyer accounts for the tax"
    """Directive 2006/112/EC, articles 194 to 199; the reference is the buyer's VAT number."""

    EXPORT = "the goods leave the customs territory"
    """Directive 2006/112/EC, article 146; the reference is that of the export."""

    RESALE = "the goods are bought to be sold again"
    """Sales tax of the states of the USA; the reference is the resale certificate."""

    EXEMPT_BUYER = "the buyer is exempt"
    """A charity, a school, a public body; the reference is its certificate."""


@final
@attrs.frozen(kw_only=True)
class TaxExemption:
    """
    Why no tax is asked for, and what proves it: a VAT number, or a certificate.

    The number of a sole trader names a person, so it is not shown.

    Raises:
        FieldError: If the reference is blank.

    >>> TaxExemption(reason=ExemptionReason.INTRA_COMMUNITY, reference="DE123456789")
    TaxExemption(reason=<ExemptionReason.INTRA_COMMUNITY: 'supply to a business ...'>)
    """

    reason: ExemptionReason = attrs.field(validator=is_a(ExemptionReason))
    reference: str = attrs.field(repr=False, validator=personal_text)


class MonthEnd(Enum):
    """Whether a term runs to the end of a month (*fin de mois*), and which of the two ways."""

    NONE = "the days alone"
    AFTER_DAYS = "the days, then to the end of that month"
    BEFORE_DAYS = "to the end of the month, then the days"


def _rate(instance: object, attribute: attrs.Attribute[Any], value: object) -> None:
    if isinstance(value, Decimal) and value.is_finite() and 0 < value < 1:
        digits = value.as_tuple().exponent
        if isinstance(digits, int) and digits >= -RATE_DIGITS_MAX:
            return
    wanted = f"a Decimal between 0 and 1, {RATE_DIGITS_MAX} digits after the point at most"
    raise refuse(instance, attribute.name, value, wanted)


@final
@attrs.frozen(kw_only=True)
class EarlyPayment:
    """
    A discount for whoever pays all of it within so many *days*: 2/10 is 2 % in 10 days.

    Args:
        rate: The discount per unit of money: 0.02 is 2 %.
        days: Days from the invoice; the last one counts whole.

    Raises:
        FieldError: If the days are below 0, or the rate is not between 0 and 1.

    >>> EarlyPayment(rate=Decimal("0.02"), days=10)
    EarlyPayment(rate=Decimal('0.02'), days=10)
    """

    rate: Decimal = attrs.field(validator=_rate)
    days: int = attrs.field(validator=not_negative)


@final
@attrs.frozen(kw_only=True)
class TradeTerms:
    """
    What a business agreed on when it ordered; an order of a consumer has none.

    Args:
        net_days: Days from the invoice until all of it is due; 0 is due at once.
        month_end: Whether the term runs to the end of a month.
        purchase_order: What the buyer calls the order; it stands on slip and invoice.
        tax_exemption: Why no tax is asked for, where none is.
        price_list: The name of the price list that the prices come from.
        early_payment: The discount for paying early.

    Raises:
        FieldError: If a field has no legal value, or the discount runs longer than the term.

    >>> early = EarlyPayment(rate=Decimal("0.02"), days=10)
    >>> terms = TradeTerms(net_days=30, early_payment=early)
    >>> terms.explain()
    '2 % within 10 days, net 30 days'
    """

    net_days: int = attrs.field(validator=not_negative)
    month_end: MonthEnd = attrs.field(default=MonthEnd.NONE, validator=is_a(MonthEnd))
    purchase_order: str | None = attrs.field(default=None, validator=optional(free_text))
    tax_exemption: TaxExemption | None = attrs.field(
        default=None, validator=optional(is_a(TaxExemption))
    )
    price_list: str | None = attrs.field(default=None, validator=optional(free_text))
    early_payment: EarlyPayment | None = attrs.field(
        default=None, validator=optional(is_a(EarlyPayment))
    )

    def __attrs_post_init__(self) -> None:
        early = self.early_payment
        if early is not None and early.days > self.net_days:
            raise refuse(self, "early_payment", early.days, f"{self.net_days} days at most")

    def explain(self) -> str:
        """Say when what is due, in one line."""
        parts = [f"net {self.net_days} days"]
        if self.early_payment is not None:
            early = self.early_payment
            parts.insert(0, f"{(early.rate * 100).normalize():f} % within {early.days} days")
        if self.month_end is not MonthEnd.NONE:
            parts.append(self.month_end.value)
        if self.tax_exemption is not None:
            parts.append(f"no tax: {self.tax_exemption.reason.value}")
        return ", ".join(parts)
