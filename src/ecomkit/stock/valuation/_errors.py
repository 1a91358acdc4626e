"""What a valuation refuses: values that no books can hold."""

from __future__ import annotations

import attrs

from ecomkit.errors import InputError
from ecomkit.identifiers import CommandKey, LotId, Sku
from ecomkit.money import Money

__all__ = [
    "IssueExceedsStockError",
    "MissingCostError",
    "ReturnExceedsIssueError",
    "RevaluationExceedsValueError",
]

NAMED_MAX = 5
"""An error's sentence names so many commands; its field has them all."""


@attrs.frozen(kw_only=True)
class IssueExceedsStockError(InputError):
    """
    Raised when more units should leave than are valued: a receipt is missing, or comes later.

    >>> print(IssueExceedsStockError(issue="s1", wanted=3, available=2, lot=None))
    issue s1 takes 3 units, 2 are there; enter what came in before what went out
    """

    issue: str
    wanted: int
    available: int
    lot: LotId | None

    @property
    def message(self) -> str:
        """The issue, what it takes, what is there, and what to do."""
        of_lot = "" if self.lot is None else f" of lot {self.lot}"
        return (
            f"issue {self.issue} takes {self.wanted} units{of_lot}, {self.available} are there; "
            f"enter what came in before what went out"
        )


@attrs.frozen(kw_only=True)
class RevaluationExceedsValueError(InputError):
    """
    Raised when nothing lies there to be revalued, or when it would be worth less than nothing.

    >>> from ecomkit.money import Currency
    >>> loss, worth = Money(-500, Currency.EUR), Money(300, Currency.EUR)
    >>> print(RevaluationExceedsValueError(id="w1", amount=loss, value=worth, units=2))
    revaluation w1 of -5.00 EUR cannot be borne by 2 units worth 3.00 EUR
    """

    id: str
    amount: Money
    value: Money
    units: int

    @property
    def message(self) -> str:
        """The amount, and the units that cannot bear it."""
        return (
            f"revaluation {self.id} of {self.amount} cannot be borne by {self.units} units "
            f"worth {self.value}"
        )


@attrs.frozen(kw_only=True)
class ReturnExceedsIssueError(InputError):
    """
    Raised when more units would come back than were issued.

    >>> print(ReturnExceedsIssueError(issue="s1", quantity=2, out=1))
    2 units of issue s1 cannot come back: 1 of it are still out
    """

    issue: str
    quantity: int
    out: int

    @property
    def message(self) -> str:
        """The issue, what should come back, and what could."""
        return (
            f"{self.quantity} units of issue {self.issue} cannot come back: "
            f"{self.out} of it are still out"
        )


@attrs.frozen(kw_only=True)
class MissingCostError(InputError):
    """
    Raised when units came in and nobody says what they cost; all such commands are named.

    >>> print(MissingCostError(sku=Sku("A"), commands=(CommandKey("r1"), CommandKey("r2"))))
    2 commands brought units of A in at no known cost: r1, r2; add them to the costs
    """

    sku: Sku
    commands: tuple[CommandKey, ...]

    @property
    def message(self) -> str:
        """The sku, the first of the commands, and what to do."""
        named = ", ".join(self.commands[:NAMED_MAX])
        more = ", ..." if len(self.commands) > NAMED_MAX else ""
        return (
            f"{len(self.commands)} commands brought units of {self.sku} in at no known cost: "
            f"{named}{more}; add them to the costs"
        )
