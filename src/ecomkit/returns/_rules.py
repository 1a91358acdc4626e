"""Rules about units, conditions, proofs and authorisations."""
# ruff: noqa: ARG002 - a rule takes what every rule takes, and reads what it needs

from __future__ import annotations

from typing import TYPE_CHECKING, final

import attrs

from ecomkit._checks import as_tuple, each
from ecomkit.returns._facts import Proof
from ecomkit.returns._finding import RuleFinding
from ecomkit.returns._request import Condition

if TYPE_CHECKING:
    from datetime import datetime

    from ecomkit.returns._request import ReturnLine, ReturnRequest

__all__ = [
    "CategoryIs",
    "ConditionIs",
    "HasAuthorisation",
    "HasProof",
    "NotAlreadyReturned",
    "NotFinalSale",
    "WasDelivered",
    "WasShipped",
]


@final
@attrs.frozen(kw_only=True)
class WasShipped:
    """No more units come back than were shipped."""

    def __call__(
        self, request: ReturnRequest, line: ReturnLine, /, *, now: datetime
    ) -> tuple[RuleFinding, ...]:
        """Return a finding if fewer units were shipped than the request asks for."""
        units = request.order.counts(line.line).shipped - request.ahead_of(line)
        remedy = "wait for the shipment, or cancel the units"
        return _bounded(line, rule="shipment", units=units, state="shipped", remedy=remedy)


@final
@attrs.frozen(kw_only=True)
class WasDelivered:
    """No more units come back than are reported as delivered."""

    def __call__(
        self, request: ReturnRequest, line: ReturnLine, /, *, now: datetime
    ) -> tuple[RuleFinding, ...]:
        """Return a finding if fewer units were delivered than the request asks for."""
        units = request.order.counts(line.line).delivered - request.ahead_of(line)
        remedy = "wait for the delivery"
        return _bounded(line, rule="delivery", units=units, state="delivered", remedy=remedy)


@final
@attrs.frozen(kw_only=True)
class NotAlreadyReturned:
    """
    No unit comes back twice: at most what is out, and not in another return that is open.

    What was asked for and did not arrive yet counts as well (``ReturnRequest.open_units``).
    """

    def __call__(
        self, request: ReturnRequest, line: ReturnLine, /, *, now: datetime
    ) -> tuple[RuleFinding, ...]:
        """Return a finding if fewer units are out than the request asks for."""
        units = request.returnable(line)
        in_returns = request.open_of(line.line)
        state = f"still out, with {in_returns} in open returns" if in_returns else "still out"
        return _bounded(line, rule="already_returned", units=units, state=state, remedy="")


def _bounded(
    line: ReturnLine, *, rule: str, units: int, state: str, remedy: str
) -> tuple[RuleFinding, ...]:
    acceptable = max(0, units)
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
        allowed = tuple(condition.value for condition in self.allowed)
        return (
            RuleFinding(
                # With none to name, the customer reads another sentence.
                rule="condition" if allowed else "final_sale",
                line=line.line,
                problem=f"units in condition {line.condition.value} do not come back",
                remedy=f"units that are {', '.join(allowed)} do" if allowed else "",
                names=allowed,
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


@final
@attrs.frozen(kw_only=True)
class NotFinalSale:
    """
    Nothing comes back: the entries in whose scope it is asked are on final sale.

    >>> from ecomkit.returns import InScope, Scope
    >>> sale = InScope(scope=Scope(categories=("clearance",)), rule=NotFinalSale())
    """

    def __call__(
        self, request: ReturnRequest, line: ReturnLine, /, *, now: datetime
    ) -> tuple[RuleFinding, ...]:
        """Return a finding."""
        return (RuleFinding(rule="final_sale", line=line.line, problem="it is on final sale"),)


@final
@attrs.frozen(kw_only=True)
class HasAuthorisation:
    """The return was authorised: the request names the number (RMA)."""

    def __call__(
        self, request: ReturnRequest, line: ReturnLine, /, *, now: datetime
    ) -> tuple[RuleFinding, ...]:
        """Return a finding if there is no number."""
        if request.authorisation:
            return ()
        return (
            RuleFinding(
                rule="authorisation",
                line=line.line,
                problem="the return is not authorised",
                remedy="ask for a return number",
            ),
        )


@final
@attrs.frozen(kw_only=True)
class HasProof:
    """The buyer has shown each of *kinds*; see :class:`InScope` for certain reasons only."""

    kinds: tuple[Proof, ...] = attrs.field(converter=as_tuple, validator=each(Proof))

    def __call__(
        self, request: ReturnRequest, line: ReturnLine, /, *, now: datetime
    ) -> tuple[RuleFinding, ...]:
        """Return a finding that names all that is missing."""
        missing = tuple(kind for kind in self.kinds if kind not in request.proofs)
        if not missing:
            return ()
        names = tuple(kind.value for kind in missing)
        return (
            RuleFinding(
                rule="proof",
                line=line.line,
                problem=f"not shown: {', '.join(names)}",
                remedy="send what is missing",
                missing=missing,
                names=names,
            ),
        )
