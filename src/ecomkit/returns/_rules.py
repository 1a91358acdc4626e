"""Rules about units, conditions and categories."""
# ruff: noqa: ARG002 - a rule takes what every rule takes, and reads what it needs

from __future__ import annotations

from typing import TYPE_CHECKING, final

import attrs

from ecomkit._checks import as_tuple, each
from ecomkit.returns._finding import RuleFinding
from ecomkit.returns._request import Condition

if TYPE_CHECKING:
    from datetime import datetime

    from ecomkit.returns._request import ReturnLine, ReturnRequest

__all__ = ["CategoryIs", "ConditionIs", "NotAlreadyReturned", "WasDelivered", "WasShipped"]


@final
@attrs.frozen(kw_only=True)
class WasShipped:
    """No more units come back than were shipped."""

    def __call__(
        self, request: ReturnRequest, line: ReturnLine, /, *, now: datetime
    ) -> tuple[RuleFinding, ...]:
        """Return a finding if fewer units were shipped than the request asks for."""
        shipped = request.order.counts(line.line).shipped
        remedy = "wait for the shipment, or cancel the units"
        return _bounded(
            request, line, rule="shipment", units=shipped, state="shipped", remedy=remedy
        )


@final
@attrs.frozen(kw_only=True)
class WasDelivered:
    """No more units come back than are reported as delivered."""

    def __call__(
        self, request: ReturnRequest, line: ReturnLine, /, *, now: datetime
    ) -> tuple[RuleFinding, ...]:
        """Return a finding if fewer units were delivered than the request asks for."""
        delivered = request.order.counts(line.line).delivered
        remedy = "wait for the delivery"
        return _bounded(
            request, line, rule="delivery", units=delivered, state="delivered", remedy=remedy
        )


@final
@attrs.frozen(kw_only=True)
class NotAlreadyReturned:
    """No unit comes back twice: at most what is shipped and not back yet."""

    def __call__(
        self, request: ReturnRequest, line: ReturnLine, /, *, now: datetime
    ) -> tuple[RuleFinding, ...]:
        """Return a finding if fewer units are out than the request asks for."""
        out = request.order.counts(line.line).out
        return _bounded(
            request, line, rule="already_returned", units=out, state="still out", remedy=""
        )


def _bounded(
    request: ReturnRequest,
    line: ReturnLine,
    *,
    rule: str,
    units: int,
    state: str,
    remedy: str,
) -> tuple[RuleFinding, ...]:
    acceptable = max(0, units - request.ahead_of(line))
    if line.quantity <= acceptable:
        return ()
    problem = f"{line.quantity} asked for, {acceptable} {state}"
    return (
        RuleFinding(
            rule=rule, line=line.line, problem=problem, acceptable=acceptable, remedy=remedy
        ),
    )


@final
@attrs.frozen(kw_only=True)
class ConditionIs:
    """Units come back in one of the *allowed* conditions only."""

    allowed: tuple[Condition, ...] = attrs.field(converter=as_tuple, validator=each(Condition))

    def __call__(
        self, request: ReturnRequest, line: ReturnLine, /, *, now: datetime
    ) -> tuple[RuleFinding, ...]:
        """Return a finding if the condition is another one."""
        if line.condition in self.allowed:
            return ()
        allowed = ", ".join(condition.value for condition in self.allowed)
        return (
            RuleFinding(
                rule="condition",
                line=line.line,
                problem=f"units in condition {line.condition.value} do not come back",
                remedy=f"units that are {allowed} do" if allowed else "",
            ),
        )


@final
@attrs.frozen(kw_only=True)
class CategoryIs:
    """Units of the *excluded* categories do not come back: they are on final sale."""

    excluded: tuple[str, ...] = attrs.field(converter=as_tuple, validator=each(str))

    def __call__(
        self, request: ReturnRequest, line: ReturnLine, /, *, now: datetime
    ) -> tuple[RuleFinding, ...]:
        """Return a finding if the line is of such a category; a line without one never is."""
        category = request.order.line(line.line).category
        if category not in self.excluded:
            return ()
        return (
            RuleFinding(rule="category", line=line.line, problem=f"{category} is on final sale"),
        )
