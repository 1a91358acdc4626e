"""The retention review: what has been kept long enough and is due to go."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import final

import attrs

from ecomkit._checks import as_tuple, each
from ecomkit.customers._erasure_plan import ErasureAction, ErasureStep, counted, still_running
from ecomkit.customers._holding import Holding
from ecomkit.customers._retention import RetentionRule
from ecomkit.timeline import utc

__all__ = ["RetentionReview", "review_retention"]


@final
@attrs.frozen(kw_only=True)
class RetentionReview:
    """What is due to go, what is kept and until when, and what no rule speaks of."""

    due: tuple[ErasureStep, ...] = attrs.field(converter=as_tuple, validator=each(ErasureStep))
    kept: tuple[ErasureStep, ...] = attrs.field(converter=as_tuple, validator=each(ErasureStep))
    unruled: tuple[Holding, ...] = attrs.field(converter=as_tuple, validator=each(Holding))
    """Things of kinds without a rule: not due, and a gap in the rules."""

    def explain(self) -> str:
        """Tell all three in plain words, by kinds and numbers."""
        gaps = dict.fromkeys(holding.kind.value for holding in self.unruled)
        return "; ".join(
            [
                *(f"due: {lot}" for lot in counted(self.due)),
                *counted(self.kept),
                *(f"no rule for: {kind}" for kind in gaps),
            ]
        )


def review_retention(
    holdings: Sequence[Holding], *, rules: Sequence[RetentionRule], now: datetime
) -> RetentionReview:
    """
    Return what of *holdings* is due to go at *now*: its last rule has ended.

    It covers all persons and needs no request: data is kept no longer than it is needed (article
    5(1)(e) GDPR). How a thing goes is the step's action.

    Raises:
        NaiveInstantError: If *now* has no UTC offset.

    >>> from datetime import UTC
    >>> from ecomkit.customers import CountedFrom, HoldingKind, Period, RetentionGround
    >>> rule = RetentionRule(
    ...     what=HoldingKind.PAYLOAD,
    ...     keep_for=Period(days=90),
    ...     counted_from=CountedFrom.END,
    ...     ground=RetentionGround.OWN_RULE,
    ...     source="to read orders again after a fix",
    ... )
    >>> read = datetime(2026, 3, 1, tzinfo=UTC)
    >>> payload = Holding(kind=HoldingKind.PAYLOAD, reference="etsy/1001", ended_at=read)
    >>> now = datetime(2026, 6, 1, tzinfo=UTC)
    >>> print(review_retention([payload], rules=[rule], now=now).explain())
    due: payload: 1 deleted (our own rule: to read orders again after a fix)
    """
    now = utc(now)
    ruled = {rule.what for rule in rules}
    steps = [_step(holding, rules=rules, now=now) for holding in holdings if holding.kind in ruled]
    return RetentionReview(
        due=[step for step in steps if step.action is not ErasureAction.KEEP],
        kept=[step for step in steps if step.action is ErasureAction.KEEP],
        unruled=[holding for holding in holdings if holding.kind not in ruled],
    )


def _step(holding: Holding, *, rules: Iterable[RetentionRule], now: datetime) -> ErasureStep:
    mine = [rule for rule in rules if rule.what is holding.kind]
    running = still_running(holding, rules=mine, now=now)
    if running:
        return ErasureStep(
            holding=holding,
            action=ErasureAction.KEEP,
            rules=running,
            until=max(running.values()),
        )
    if holding.ended_at is None:
        return ErasureStep(holding=holding, action=ErasureAction.KEEP)
    return ErasureStep(holding=holding, action=ErasureAction.ending(holding.kind), rules=mine)
