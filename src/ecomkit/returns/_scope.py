"""Scopes: which entries of a request a rule, or terms, are for."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

import attrs

from ecomkit._checks import as_tuple, each, is_a, refuse
from ecomkit.identifiers import ChannelId, Sku
from ecomkit.returns._facts import BuyerKind
from ecomkit.returns._finding import ReturnRule
from ecomkit.returns._request import Condition, ReturnReason

if TYPE_CHECKING:
    from datetime import datetime

    from ecomkit.returns._finding import RuleFinding
    from ecomkit.returns._request import ReturnLine, ReturnRequest

__all__ = ["FirstInScope", "InScope", "Scope"]


@final
@attrs.frozen(kw_only=True)
class Scope:
    """
    Which entries are meant: those that match every field that names something.

    A field without anything in it matches all, so ``Scope()`` is everything. A line without a
    category is in no category, and a buyer without a country in no country.

    >>> Scope(countries=("FR", "BE"), reasons=(ReturnReason.CHANGED_MIND,)).explain()
    'countries FR, BE; reasons changed_mind'
    """

    countries: tuple[str, ...] = attrs.field(default=(), converter=as_tuple, validator=each(str))
    channels: tuple[ChannelId, ...] = attrs.field(
        default=(), converter=as_tuple, validator=each(ChannelId)
    )
    categories: tuple[str, ...] = attrs.field(default=(), converter=as_tuple, validator=each(str))
    skus: tuple[Sku, ...] = attrs.field(default=(), converter=as_tuple, validator=each(Sku))
    conditions: tuple[Condition, ...] = attrs.field(
        default=(), converter=as_tuple, validator=each(Condition)
    )
    reasons: tuple[ReturnReason, ...] = attrs.field(
        default=(), converter=as_tuple, validator=each(ReturnReason)
    )
    buyers: tuple[BuyerKind, ...] = attrs.field(
        default=(), converter=as_tuple, validator=each(BuyerKind)
    )

    def explain(self) -> str:
        """Say what is meant, field by field."""
        named = [
            f"{field} {', '.join(getattr(item, 'value', item) for item in items)}"
            for field, items in attrs.asdict(self, recurse=False).items()
            if items
        ]
        return "; ".join(named) or "everything"

    def covers(self, request: ReturnRequest, line: ReturnLine) -> bool:
        """Return whether *line* of *request* is meant."""
        if self.countries and request.country not in self.countries:
            return False
        if self.channels and request.order.channel not in self.channels:
            return False
        if self.conditions and line.condition not in self.conditions:
            return False
        if self.reasons and line.reason not in self.reasons:
            return False
        if self.buyers and request.buyer not in self.buyers:
            return False
        if not self.categories and not self.skus:
            return True
        bought = request.order.line(line.line)
        return (not self.categories or bought.category in self.categories) and (
            not self.skus or bought.sku in self.skus
        )


@final
@attrs.frozen(kw_only=True)
class InScope:
    """
    A rule that is asked only about the entries in a scope; the others pass.

    Raises:
        FieldError: If *rule* cannot be called.

    >>> from ecomkit.returns import NotFinalSale
    >>> clearance = InScope(scope=Scope(categories=("clearance",)), rule=NotFinalSale())
    """

    scope: Scope = attrs.field(validator=is_a(Scope))
    rule: ReturnRule

    def __attrs_post_init__(self) -> None:
        if not callable(self.rule):
            raise refuse(self, "rule", self.rule, "a rule that can be called")

    def __call__(
        self, request: ReturnRequest, line: ReturnLine, /, *, now: datetime
    ) -> tuple[RuleFinding, ...]:
        """Return what the rule finds, if the entry is in the scope."""
        return self.rule(request, line, now=now) if self.scope.covers(request, line) else ()


@final
@attrs.frozen(kw_only=True)
class FirstInScope:
    """
    The rule of the first of *cases* whose scope an entry is in; an entry in none passes.

    A last case with ``Scope()`` is for the rest.

    >>> from ecomkit.returns import ReturnWindow
    >>> window = FirstInScope(
    ...     cases=(
    ...         InScope(
    ...             scope=Scope(categories=("toys",)),
    ...             rule=ReturnWindow(days=60, zone="Europe/Paris"),
    ...         ),
    ...         InScope(scope=Scope(), rule=ReturnWindow(days=30, zone="Europe/Paris")),
    ...     )
    ... )
    """

    cases: tuple[InScope, ...] = attrs.field(converter=as_tuple, validator=each(InScope))

    def __call__(
        self, request: ReturnRequest, line: ReturnLine, /, *, now: datetime
    ) -> tuple[RuleFinding, ...]:
        """Return what the first rule in scope finds."""
        for case in self.cases:
            if case.scope.covers(request, line):
                return case.rule(request, line, now=now)
        return ()
