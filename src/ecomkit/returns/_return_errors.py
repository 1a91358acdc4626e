"""What can be wrong with a step of a return."""

from __future__ import annotations

import attrs

from ecomkit.errors import InputError
from ecomkit.identifiers import LineId, OrderId, ReturnId

__all__ = ["AuthorisationError", "NotReturnableError", "ReturnStepError"]


@attrs.frozen(kw_only=True)
class ReturnStepError(InputError):
    """
    Raised when a step is about more units of a return than can take it.

    >>> print(
    ...     ReturnStepError(
    ...         returned=ReturnId("R1"), line=LineId("1"), step="expired", wanted=3, possible=2
    ...     )
    ... )
    line 1 of return R1: 3 expired wanted, 2 possible
    """

    returned: ReturnId
    line: LineId
    step: str
    wanted: int
    possible: int

    @property
    def message(self) -> str:
        """The line, the step, the units wanted and the units possible."""
        return (
            f"line {self.line} of return {self.returned}: {self.wanted} {self.step} wanted, "
            f"{self.possible} possible"
        )


@attrs.frozen(kw_only=True)
class AuthorisationError(InputError):
    """
    Raised when a return is not authorised and its units are to move, or is to be decided again.

    >>> print(
    ...     AuthorisationError(returned=ReturnId("R1"), state="refused", wanted="authorised")
    ... )
    return R1 is refused, and has to be authorised for this
    """

    returned: ReturnId
    state: str
    wanted: str

    @property
    def message(self) -> str:
        """The return, how it stands, and how it has to stand."""
        return f"return {self.returned} is {self.state}, and has to be {self.wanted} for this"


@attrs.frozen(kw_only=True)
class NotReturnableError(InputError):
    """
    Raised when more units would be in returns and claims than are with the buyer.

    >>> print(NotReturnableError(order=OrderId("A"), line=LineId("1"), wanted=2, possible=1))
    line 1 of order A: 2 units to come back, 1 is out and in no other return or claim
    """

    order: OrderId
    line: LineId
    wanted: int
    possible: int

    @property
    def message(self) -> str:
        """The line, the units wanted, and the units there are."""
        verb = "is" if self.possible == 1 else "are"
        return (
            f"line {self.line} of order {self.order}: {self.wanted} units to come back, "
            f"{self.possible} {verb} out and in no other return or claim"
        )
