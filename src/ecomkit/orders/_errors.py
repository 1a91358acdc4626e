"""What can be wrong with an order, or with a step of it."""

from __future__ import annotations

import attrs

from ecomkit.errors import InputError
from ecomkit.identifiers import LineId, OrderId
from ecomkit.money import Money
from ecomkit.orders._events import LineEventKind
from ecomkit.orders._payment import PaymentKind

__all__ = [
    "DiscountExceedsLineError",
    "DuplicateLineError",
    "NegativeTotalError",
    "PaymentUndoneError",
    "RefundExceedsCapturedError",
    "TransitionError",
    "UnknownLineError",
]


@attrs.frozen(kw_only=True)
class DuplicateLineError(InputError):
    """
    Raised when two lines of an order have one id.

    >>> print(DuplicateLineError(order=OrderId("A"), line=LineId("1")))
    order A has the line 1 twice; give each line an id of its own
    """

    order: OrderId
    line: LineId

    @property
    def message(self) -> str:
        """The order, the line, and what to do."""
        return (
            f"order {self.order} has the line {self.line} twice; give each line an id of its own"
        )


@attrs.frozen(kw_only=True)
class UnknownLineError(InputError):
    """
    Raised when an order has no line of that id.

    >>> print(UnknownLineError(order=OrderId("A"), line=LineId("9")))
    order A has no line 9
    """

    order: OrderId
    line: LineId

    @property
    def message(self) -> str:
        """The order, and the line that it lacks."""
        return f"order {self.order} has no line {self.line}"


@attrs.frozen(kw_only=True)
class TransitionError(InputError):
    """
    Raised when something would happen to more units of a line than it can happen to.

    >>> print(
    ...     TransitionError(
    ...         order=OrderId("A"),
    ...         line=LineId("1"),
    ...         kind=LineEventKind.SHIPPED,
    ...         wanted=3,
    ...         possible=2,
    ...     )
    ... )
    line 1 of order A: 3 shipped wanted, 2 possible
    """

    order: OrderId
    line: LineId
    kind: LineEventKind
    wanted: int
    possible: int

    @property
    def message(self) -> str:
        """The line, the units wanted and the units possible."""
        return (
            f"line {self.line} of order {self.order}: {self.wanted} {self.kind.value} wanted, "
            f"{self.possible} possible"
        )


@attrs.frozen(kw_only=True)
class RefundExceedsCapturedError(InputError):
    """
    Raised when more would be paid back than was captured.

    >>> from ecomkit.money import Currency
    >>> print(
    ...     RefundExceedsCapturedError(
    ...         order=OrderId("A"),
    ...         refunded=Money(1200, Currency.EUR),
    ...         captured=Money(1000, Currency.EUR),
    ...     )
    ... )
    order A: refunds of 12.00 EUR exceed the 10.00 EUR captured
    """

    order: OrderId
    refunded: Money
    captured: Money

    @property
    def message(self) -> str:
        """The sum of the refunds, and its ceiling."""
        return (
            f"order {self.order}: refunds of {self.refunded} exceed the {self.captured} captured"
        )


@attrs.frozen(kw_only=True)
class PaymentUndoneError(InputError):
    """
    Raised when more money would move back than had moved.

    >>> from ecomkit.money import Currency
    >>> print(
    ...     PaymentUndoneError(
    ...         order=OrderId("A"),
    ...         kind=PaymentKind.REFUND_FAILED,
    ...         wanted=Money(1200, Currency.EUR),
    ...         possible=Money(1000, Currency.EUR),
    ...     )
    ... )
    order A: 12.00 EUR refund_failed wanted, 10.00 EUR possible
    """

    order: OrderId
    kind: PaymentKind
    wanted: Money
    possible: Money

    @property
    def message(self) -> str:
        """The kind of payment, the amount wanted and the amount possible."""
        return (
            f"order {self.order}: {self.wanted} {self.kind.value} wanted, {self.possible} possible"
        )


@attrs.frozen(kw_only=True)
class DiscountExceedsLineError(InputError):
    """
    Raised when the discounts of a line are larger than the line.

    >>> from ecomkit.money import Currency
    >>> print(
    ...     DiscountExceedsLineError(
    ...         order=OrderId("A"),
    ...         line=LineId("1"),
    ...         discount=Money(-1200, Currency.EUR),
    ...         goods=Money(1000, Currency.EUR),
    ...     )
    ... )
    line 1 of order A costs 10.00 EUR, its discounts of -12.00 EUR exceed that
    """

    order: OrderId
    line: LineId
    discount: Money
    goods: Money

    @property
    def message(self) -> str:
        """The line, its price, and its discounts."""
        return (
            f"line {self.line} of order {self.order} costs {self.goods}, "
            f"its discounts of {self.discount} exceed that"
        )


@attrs.frozen(kw_only=True)
class NegativeTotalError(InputError):
    """
    Raised when the discounts of an order are larger than the order.

    >>> from ecomkit.money import Currency
    >>> print(NegativeTotalError(order=OrderId("A"), total=Money(-1500, Currency.EUR)))
    order A has a total of -15.00 EUR; a discount takes off what there is, at most
    """

    order: OrderId
    total: Money

    @property
    def message(self) -> str:
        """The total, and the rule."""
        return (
            f"order {self.order} has a total of {self.total}; "
            f"a discount takes off what there is, at most"
        )
