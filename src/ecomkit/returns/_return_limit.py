"""The limit on returns: what a person looks at before it is accepted."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

import attrs

from ecomkit._checks import above_zero, not_negative, optional, refuse
from ecomkit.errors import FieldError
from ecomkit.returns._finding import RuleFinding

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from ecomkit.returns._facts import ReturnHistory
    from ecomkit.returns._request import ReturnLine, ReturnRequest

__all__ = ["ReturnLimit"]


@final
@attrs.frozen(kw_only=True)
class ReturnLimit:
    """
    A customer who returns more than most is looked at by a person.

    The numbers are those of :class:`ReturnHistory`, over the same *days*. A customer of whom
    no history is known passes. The customer reads that a person will answer, and no number;
    the staff reads all of them. No limit stands against the law: a consumer may withdraw
    however often.

    Args:
        days: The length of the period.
        returns: The most returns in it, this one counted; None for no such limit.
        percent: The most units that came back, these counted, in percent of the units that
            were ordered; None for no such limit.
        value_percent: The most money that was paid back, in percent of what was spent; None
            for no such limit. It holds where the history knows both amounts.
        after_orders: The shares count for customers with at least that many orders, since one
            return of one order says nothing.

    Raises:
        FieldError: If a number is below its bound, or a history is over another period.

    >>> ReturnLimit(days=365, returns=10, percent=60, after_orders=5).percent
    60
    """

    days: int = attrs.field(validator=above_zero)
    returns: int | None = attrs.field(default=None, validator=optional(not_negative))
    percent: int | None = attrs.field(default=None, validator=optional(not_negative))
    value_percent: int | None = attrs.field(default=None, validator=optional(not_negative))
    after_orders: int = attrs.field(default=1, validator=above_zero)

    def __attrs_post_init__(self) -> None:
        if self.returns is None and self.percent is None and self.value_percent is None:
            raise refuse(self, "returns", None, "a limit here, or in percent")

    def __call__(
        self,
        request: ReturnRequest,
        line: ReturnLine,
        /,
        *,
        now: datetime,  # noqa: ARG002  # a rule takes what every rule takes
    ) -> tuple[RuleFinding, ...]:
        """Return a finding that names every number that is too high."""
        history = request.history
        if history is None:
            return ()
        if history.days != self.days:
            raise FieldError(
                owner="ReturnLimit",
                field="history.days",
                got=history.days,
                wanted=f"{self.days}, as the limit says",
            )
        units = sum(entry.quantity for entry in request.lines)
        high = tuple(self._too_high(history, units=units))
        if not high:
            return ()
        return (
            RuleFinding(
                rule="return_limit",
                line=line.line,
                problem="; ".join(high),
                remedy="a person decides",
            ),
        )

    def _too_high(self, history: ReturnHistory, *, units: int) -> Iterator[str]:
        """Yield what is above a limit once *units* more units are asked for."""
        if self.returns is not None and history.returns + 1 > self.returns:
            yield f"{history.returns + 1} returns in {self.days} days, {self.returns} allowed"
        if history.orders < self.after_orders:
            return
        back = history.returned + units
        if self.percent is not None and back * 100 > history.units * self.percent:
            allowed = f"{self.percent} percent allowed"
            yield f"{back} of {history.units} units back in {self.days} days, {allowed}"
        spent, refunded = history.spent, history.refunded
        if self.value_percent is None or spent is None or refunded is None:
            return
        if refunded * 100 > spent * self.value_percent:
            allowed = f"{self.value_percent} percent allowed"
            yield f"{refunded} of {spent} paid back in {self.days} days, {allowed}"
