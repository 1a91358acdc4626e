"""The plan of an erasure: what goes, what stays, why and until when; nothing is done yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import Enum
from types import MappingProxyType
from typing import TYPE_CHECKING, final

import attrs

from ecomkit._checks import as_tuple, each, is_a, optional, refuse
from ecomkit.customers._erasure import Erased, erase
from ecomkit.customers._holding import Holding, HoldingKind
from ecomkit.customers._retention import RetentionRule
from ecomkit.identifiers import CustomerId
from ecomkit.timeline import format_instant, utc

if TYPE_CHECKING:
    from ecomkit.customers._customer import Customer

__all__ = [
    "ErasureAction",
    "ErasurePlan",
    "ErasureStep",
    "counted",
    "plan_erasure",
    "still_running",
]

WHAT_STAYS: Mapping[HoldingKind, str] = MappingProxyType(
    {
        HoldingKind.CUSTOMER: "id and withdrawals",
        HoldingKind.ORDER: "amounts, taxes and dates",
        HoldingKind.RETURN: "amounts, taxes and dates",
        HoldingKind.CLAIM: "what was claimed, of nobody",
        HoldingKind.QUARANTINE: "that it was there",
    }
)
"""What is no person's in a thing that is stripped; things of other kinds are deleted whole."""


class ErasureAction(Enum):
    """What becomes of a thing."""

    DELETE = "deleted"
    STRIP = "stripped"
    """What is personal in it goes; amounts, taxes, dates and ids stay."""
    KEEP = "kept"

    @classmethod
    def ending(cls, kind: HoldingKind) -> ErasureAction:
        """Return how a thing of *kind* ends."""
        return cls.STRIP if kind in WHAT_STAYS else cls.DELETE


@final
@attrs.frozen(kw_only=True)
class ErasureStep:
    """What becomes of one thing, and why."""

    holding: Holding = attrs.field(validator=is_a(Holding))
    action: ErasureAction = attrs.field(validator=is_a(ErasureAction))
    rules: tuple[RetentionRule, ...] = attrs.field(
        default=(), converter=as_tuple, validator=each(RetentionRule)
    )
    """Why it stays, or what stays of it."""
    until: datetime | None = attrs.field(default=None, converter=attrs.converters.optional(utc))
    """When the last of the rules ends; None if none of them says."""

    def __attrs_post_init__(self) -> None:
        if self.action is ErasureAction.STRIP and self.holding.kind not in WHAT_STAYS:
            kinds = ", ".join(kind.value for kind in WHAT_STAYS)
            wanted = f"no stripping: only of {kinds} something stays"
            raise refuse(self, "action", self.action, wanted)

    def explain(self) -> str:
        """Tell in plain words what becomes of it, and why; not which one it is."""
        kind = self.holding.kind
        told = self.action.value
        if self.action is ErasureAction.STRIP:
            told += f", {WHAT_STAYS[kind]} stay"
        if self.until is not None:
            told += f" until {format_instant(self.until)}"
        if self.action is ErasureAction.KEEP and self.holding.ended_at is None:
            told += " as long as it is needed for the person"
        sources = dict.fromkeys(f"{rule.ground.value}: {rule.source}" for rule in self.rules)
        return told + (f" ({'; '.join(sources)})" if sources else "")


@final
@attrs.frozen(kw_only=True)
class ErasurePlan:
    """All that becomes of one person's traces; no person is named in it."""

    customer: CustomerId = attrs.field(validator=is_a(CustomerId))
    erased: Erased | None = attrs.field(validator=optional(is_a(Erased)))
    """The customer after the erasure; None while a matter runs for which they are needed."""
    steps: tuple[ErasureStep, ...] = attrs.field(converter=as_tuple, validator=each(ErasureStep))
    at: datetime = attrs.field(converter=utc)

    def of(self, action: ErasureAction) -> tuple[ErasureStep, ...]:
        """Return the steps with *action*."""
        return tuple(step for step in self.steps if step.action is action)

    @property
    def next_review(self) -> datetime | None:
        """When the first of the things that are kept may go; None if none has an end."""
        ends = [step.until for step in self.of(ErasureAction.KEEP) if step.until is not None]
        return min(ends, default=None)

    def explain(self) -> str:
        """Tell in plain words what goes and what stays, by kinds and numbers."""
        if self.erased is None:
            head = f"customer {self.customer}: kept until what still runs has ended"
        else:
            head = self.erased.explain()
        return "; ".join([head, *counted(self.steps)])


def counted(steps: Iterable[ErasureStep]) -> list[str]:
    """Return in plain words how many things of a kind have the same lot."""
    lots: dict[tuple[HoldingKind, str], int] = {}
    for step in steps:
        lot = (step.holding.kind, step.explain())
        lots[lot] = lots.get(lot, 0) + 1
    return [f"{kind.value}: {number} {told}" for (kind, told), number in lots.items()]


def plan_erasure(
    customer: Customer,
    *,
    holdings: Sequence[Holding] = (),
    rules: Sequence[RetentionRule] = (),
    now: datetime,
) -> ErasurePlan:
    """
    Return what becomes of *customer* and of all *holdings* if they are erased at *now*.

    Orders and returns keep their amounts, taxes and dates for good: these say nothing of a person
    any more. Of claims and quarantined objects what names the person goes. Anything else is
    deleted, unless a rule that withstands an erasure (article 17(3) GDPR) still runs. What has
    not ended is kept, and the customer with it: a parcel has to arrive (article 17(1)(a)).

    Args:
        customer: Who asks to be forgotten.
        holdings: Everything that is held of them besides the customer's own record.
        rules: How long what is kept; rules of other kinds of things say nothing here.
        now: When the plan is made.

    Raises:
        NaiveInstantError: If *now* has no UTC offset.

    >>> from datetime import UTC
    >>> from ecomkit.customers import Customer, FRENCH_RETENTION
    >>> day = datetime(2026, 3, 1, tzinfo=UTC)
    >>> plan = plan_erasure(
    ...     Customer(id=CustomerId("c-1"), name="Ada Lovelace"),
    ...     holdings=[
    ...         Holding(kind=HoldingKind.PAYLOAD, reference="etsy/1001", ended_at=day),
    ...         Holding(kind=HoldingKind.INVOICE, reference="F-1001", ended_at=day),
    ...     ],
    ...     rules=FRENCH_RETENTION,
    ...     now=day,
    ... )
    >>> print(plan.explain())
    customer c-1: erased name; kept id: orders and their tax records refer to it;
    payload: 1 deleted;
    invoice: 1 kept until 2036-12-31T23:00:00Z (a law demands it: Code de commerce, article
    L123-22)
    """
    now = utc(now)
    steps = tuple(_step(holding, rules=rules, now=now) for holding in holdings)
    runs = any(holding.ended_at is None for holding in holdings)
    return ErasurePlan(
        customer=customer.id,
        erased=None if runs else erase(customer, at=now),
        steps=steps,
        at=now,
    )


def _step(holding: Holding, *, rules: Iterable[RetentionRule], now: datetime) -> ErasureStep:
    if holding.ended_at is None:
        return ErasureStep(holding=holding, action=ErasureAction.KEEP)
    running = still_running(
        holding, rules=(rule for rule in rules if rule.ground.withstands_erasure), now=now
    )
    action = ErasureAction.ending(holding.kind)
    if running and action is ErasureAction.DELETE:
        action = ErasureAction.KEEP
    return ErasureStep(
        holding=holding, action=action, rules=running, until=max(running.values(), default=None)
    )


def still_running(
    holding: Holding, *, rules: Iterable[RetentionRule], now: datetime
) -> dict[RetentionRule, datetime]:
    """Return those of *rules* that still keep *holding* at *now*, and when each ends."""
    untils = {rule: rule.until(holding) for rule in rules if rule.what is holding.kind}
    return {rule: end for rule, end in untils.items() if end is not None and end > now}
