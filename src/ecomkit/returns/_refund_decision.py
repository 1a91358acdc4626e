"""The decision on a refund: what to pay back and why, and the ceiling that it is."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, final

import attrs

from ecomkit._checks import as_tuple, each, is_a
from ecomkit.errors import FieldError, InputError
from ecomkit.identifiers import OrderId
from ecomkit.money import Money, sum_money
from ecomkit.orders import Adjustment, AdjustmentKind, LineEvent, LineEventKind
from ecomkit.returns._refund_step import RefundStep, RefundStepKind

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["GIVEN_BACK", "RefundCeilingError", "RefundDecision"]


GIVEN_BACK: Final[Mapping[RefundStepKind, AdjustmentKind]] = MappingProxyType(
    {
        RefundStepKind.SHIPPING: AdjustmentKind.SHIPPING_REFUND,
        RefundStepKind.FEES: AdjustmentKind.FEE_REFUND,
    }
)
"""As what the order keeps in mind that something was given back."""


@attrs.frozen(kw_only=True)
class RefundCeilingError(InputError):
    """
    Raised when more is to be paid back than the buyer is entitled to.

    >>> from ecomkit.money import Currency
    >>> print(
    ...     RefundCeilingError(
    ...         order=OrderId("A"),
    ...         asked=Money(26997, Currency.EUR),
    ...         ceiling=Money(17998, Currency.EUR),
    ...     )
    ... )
    order A: a refund of 269.97 EUR is asked for, 179.98 EUR is the most
    """

    order: OrderId
    asked: Money
    ceiling: Money

    @property
    def message(self) -> str:
        """What was asked, and the most there is."""
        return (
            f"order {self.order}: a refund of {self.asked} is asked for, "
            f"{self.ceiling} is the most"
        )


@final
@attrs.frozen(kw_only=True)
class RefundDecision:
    """
    What to pay back, and why.

    *kept* is what was captured and neither paid back, nor charged back, nor to be paid back
    already: no refund is larger. *adjustments* are the fees and favours that came into it.
    """

    order: OrderId = attrs.field(validator=is_a(OrderId))
    steps: tuple[RefundStep, ...] = attrs.field(converter=as_tuple, validator=each(RefundStep))
    kept: Money = attrs.field(validator=is_a(Money))
    adjustments: tuple[Adjustment, ...] = attrs.field(
        default=(), converter=as_tuple, validator=each(Adjustment)
    )

    @property
    def entitled(self) -> Money:
        """The sum of the steps."""
        return sum_money((step.amount for step in self.steps), currency=self.kept.currency)

    @property
    def amount(self) -> Money:
        """What to pay back: what the steps sum to, never below 0 nor above what was kept."""
        return max(Money.zero(self.kept.currency), min(self.entitled, self.kept))

    def grant(self, asked: Money) -> Money:
        """
        Return *asked*, if it is no more than :attr:`amount`.

        Raises:
            RefundCeilingError: If it is more.
            FieldError: If it is below 0.
            CurrencyMismatchError: If it is in another currency.
        """
        if asked > self.amount:
            raise RefundCeilingError(order=self.order, asked=asked, ceiling=self.amount)
        if asked.amount < 0:
            raise FieldError(owner="grant", field="asked", got=asked, wanted="money, 0 or more")
        return asked

    def facts(self, *, at: datetime) -> tuple[LineEvent | Adjustment, ...]:
        """
        Return what to append to the order, besides the payment.

        That is the units that need not be paid for, the fees and favours, and what is given back
        besides the units. With it the order is overpaid by :attr:`amount` more than before.
        """
        events = (
            LineEvent(kind=LineEventKind.CREDITED, line=step.line, quantity=step.units, at=at)
            for step in self.steps
            if step.line is not None and step.units
        )
        given_back = (
            Adjustment(kind=GIVEN_BACK[step.kind], amount=-step.amount, at=at)
            for step in self.steps
            if step.kind in GIVEN_BACK
        )
        return (*events, *self.adjustments, *given_back)

    def explain(self) -> str:
        """Say each step, the ceiling if it binds, and the sum."""
        sentences = [step.explain() for step in self.steps]
        if self.kept < self.entitled:
            sentences.append(f"no more was captured and kept than {self.kept}")
        return "\n".join([*sentences, f"refund: {self.amount}"])
