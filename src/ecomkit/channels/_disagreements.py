"""Disagreements: where a channel's claim and our facts differ, each with both sides."""

from __future__ import annotations

import enum
from typing import final

import attrs

from ecomkit._checks import WHOLE_MAX, is_a, is_text, not_negative, optional, whole
from ecomkit.identifiers import LineId
from ecomkit.money import Currency, Money

__all__ = ["Disagreement", "DisagreementKind", "bounded", "side"]


class DisagreementKind(enum.Enum):
    """How a channel's claim and our facts can differ. Neither is overwritten."""

    CANCELLED_AFTER_SHIPPING = "the channel cancelled units that had left"
    CANCELLED_HERE = "we cancelled units that the channel still has"
    SHIPPED_WITHOUT_COVER = "the channel says units left that the ledger does not have"
    SHIPMENT_WITHDRAWN = "the channel took back what it had said had left"
    UNITS_UNTOLD = "the channel says that part of the order left, and not which units"
    RETURN_AWAITED = "the channel says units come back that have not arrived"
    EDITED = "the channel changed the line after we took it down"
    REFUND_PENDING = "the channel is paying back and has not yet"
    REFUND_BEYOND_PAID = "the channel paid back more than we know it has taken"
    REFUND_UNTOLD = "the channel says that part of the money went back, and not how much"
    REFUNDED_UNRETURNED = "the channel paid units back that are neither cancelled nor returned"

    # Members are singletons: identity hashing is right and skips Enum's slower one in Python.
    __hash__ = object.__hash__


def bounded(number: int) -> int:
    """Return *number*, or the largest that is kept: what a channel says may add up to more."""
    if type(number) is not int:
        return number  # for the validator to refuse
    return max(1 - WHOLE_MAX, min(number, WHOLE_MAX - 1))


@final
@attrs.frozen(kw_only=True)
class Disagreement:
    """
    One point at which a claim and our facts differ.

    Args:
        line: The line it is about; None for the whole order.
        kind: How they differ.
        ours: What our facts say, in units, or in minor units of *currency*.
        theirs: What the channel says, counted the same.
        currency: What amounts are in; None where units are counted.
        note: What of it, such as ``unit price`` of a line that was edited.

    >>> d = Disagreement(
    ...     line=LineId("1"), kind=DisagreementKind.RETURN_AWAITED, ours=0, theirs=1
    ... )
    >>> print(d.explain())
    line 1: the channel says units come back that have not arrived (ours 0, theirs 1)
    >>> d = Disagreement(
    ...     line=LineId("1"), kind=DisagreementKind.EDITED, note="unit price", ours=2500,
    ...     theirs=2400, currency=Currency.EUR
    ... )
    >>> print(d.explain())
    line 1: the channel changed the line after we took it down: unit price (ours 25.00 EUR, ...)
    """

    line: LineId | None = attrs.field(default=None, validator=optional(is_a(LineId)))
    kind: DisagreementKind = attrs.field(validator=is_a(DisagreementKind))
    ours: int = attrs.field(converter=bounded, validator=whole)
    theirs: int = attrs.field(converter=bounded, validator=whole)
    currency: Currency | None = attrs.field(default=None, validator=optional(is_a(Currency)))
    note: str = attrs.field(default="", validator=is_text)

    def __attrs_post_init__(self) -> None:
        if self.currency is None:
            for name in ("ours", "theirs"):
                not_negative(self, attrs.fields_dict(Disagreement)[name], getattr(self, name))

    def explain(self) -> str:
        """Say where the two differ."""
        where = "order" if self.line is None else f"line {self.line}"
        what = f"{self.kind.value}: {self.note}" if self.note else self.kind.value
        ours, theirs = (side(each, self.currency) for each in (self.ours, self.theirs))
        return f"{where}: {what} (ours {ours}, theirs {theirs})"


def side(number: int, currency: Currency | None) -> str:
    """
    Return *number* in words: units, or an amount of *currency*.

    >>> side(3, None), side(300, Currency.EUR)
    ('3', '3.00 EUR')
    """
    return str(number) if currency is None else str(Money(number, currency))
