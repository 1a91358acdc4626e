"""Conditions: one measured value, and the two thresholds between which nothing changes."""

from __future__ import annotations

from enum import Enum
from itertools import pairwise
from typing import Any, assert_never, final

import attrs

from ecomkit._checks import as_tuple, is_a, is_text, optional, refuse
from ecomkit.money import Money
from ecomkit.replenishment._numbers import is_number, plain
from ecomkit.replenishment.alerts._kind import AlertKind

MEASURED_MAX = 2**64
"""Larger than any number of units, days or standard deviations."""


class Side(Enum):
    """On which side of its thresholds a measured value is bad."""

    BELOW = "at or below"
    """Raised at or below ``raise_at``, cleared above ``clear_at``."""

    ABOVE = "at or above"
    """Raised at or above ``raise_at``, cleared below ``clear_at``."""

    __hash__ = object.__hash__


def _finite(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    # Compared and not converted: there are whole numbers that no float can hold.
    if not is_number(value) or not -MEASURED_MAX <= value <= MEASURED_MAX:
        wanted = "a finite number, at most 2**64 to either side"
        raise refuse(instance, attribute.name, value, wanted)


def _all_finite(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if not isinstance(value, tuple):
        raise refuse(instance, attribute.name, value, "a tuple of finite numbers")
    for number in value:
        _finite(instance, attribute, number)


@final
@attrs.frozen(kw_only=True)
class Condition:
    """
    What a rule measured of one subject, and where an alert begins and ends.

    Between the two thresholds an alert stays as it is, on or off. Noise that is smaller than the
    distance between them raises it once at the most.

    Args:
        kind: What it is about.
        subject: Of whom: a sku.
        side: On which side the value is bad.
        measured: The value, in units, days or standard deviations, as the kind has it.
        raise_at: The threshold at which an alert is raised.
        clear_at: The threshold beyond which it is cleared: not on the bad side of ``raise_at``.
        worse_at: Thresholds further on, each worse than the one before; passing one is news.
        words: The value and the threshold in words.
        at_risk: Money lost on each day that it lasts, if known.
        tied_up: Money that lies in what is too much, if known.
        days: In how many days it begins to cost, if known; 0 or less for now.

    Raises:
        FieldError: If a number is none or infinite, or a threshold is on the wrong side.

    >>> stock = Condition(
    ...     kind=AlertKind.ORDER_NOW,
    ...     subject="ELEPHANT-KNIT",
    ...     side=Side.BELOW,
    ...     measured=7,
    ...     raise_at=10,
    ...     clear_at=12,
    ...     worse_at=[0],
    ...     words="the position is 7",
    ... )
    >>> stock.raises, stock.clears, stock.grade
    (True, False, 0)
    """

    kind: AlertKind = attrs.field(validator=is_a(AlertKind))
    subject: str = attrs.field(validator=is_text)
    side: Side = attrs.field(validator=is_a(Side))
    measured: float = attrs.field(validator=_finite)
    raise_at: float = attrs.field(validator=_finite)
    clear_at: float = attrs.field(validator=_finite)
    worse_at: tuple[float, ...] = attrs.field(
        default=(), converter=as_tuple, validator=_all_finite
    )
    words: str = attrs.field(validator=is_text)
    at_risk: Money | None = attrs.field(default=None, validator=optional(is_a(Money)))
    tied_up: Money | None = attrs.field(default=None, validator=optional(is_a(Money)))
    days: float | None = attrs.field(default=None, validator=optional(_finite))

    def __attrs_post_init__(self) -> None:
        if not self.subject:
            raise refuse(self, "subject", self.subject, "a name")
        if self._beyond(self.raise_at, self.clear_at) > 0:
            wanted = f"not on the bad side of the raising threshold of {self.raise_at}"
            raise refuse(self, "clear_at", self.clear_at, wanted)
        steps = (self.raise_at, *self.worse_at)
        for milder, worse in pairwise(steps):
            if self._beyond(milder, worse) <= 0:
                wanted = "thresholds that get worse, each beyond the one before"
                raise refuse(self, "worse_at", self.worse_at, wanted)

    def _beyond(self, threshold: float, value: float) -> float:
        """Return how far *value* is on the bad side of *threshold*; below 0 on the good one."""
        match self.side:
            case Side.BELOW:
                return threshold - value
            case Side.ABOVE:
                return value - threshold
            case _:
                assert_never(self.side)

    @property
    def raises(self) -> bool:
        """Whether the value is bad enough to raise an alert."""
        return self._beyond(self.raise_at, self.measured) >= 0

    @property
    def clears(self) -> bool:
        """Whether the value is good enough to clear an alert."""
        return self._beyond(self.clear_at, self.measured) < 0

    @property
    def grade(self) -> int:
        """How many of the worse thresholds are passed."""
        return sum(self._beyond(threshold, self.measured) >= 0 for threshold in self.worse_at)

    @property
    def name(self) -> str:
        """The kind and the subject: there is one alert of each name."""
        return f"{self.kind.value}/{self.subject}"

    @property
    def badness(self) -> tuple[bool, int, float]:
        """A key by which the worst of several conditions of one name is the last."""
        return self.raises, self.grade, self._beyond(self.raise_at, self.measured)

    def explain(self) -> str:
        """Return the value, the thresholds, and what it costs."""
        clear = "above" if self.side is Side.BELOW else "below"
        risk = f"; {self.at_risk} a day at risk" if self.at_risk is not None else ""
        tied = f"; {self.tied_up} tied up" if self.tied_up is not None else ""
        return (
            f"{self.subject}: {self.words} (measured {plain(self.measured)}, raised "
            f"{self.side.value} {plain(self.raise_at)}, cleared {clear} {plain(self.clear_at)})"
            f"{risk}{tied}"
        )
