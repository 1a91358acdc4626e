"""Publication: how many units one channel may show."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Context, Decimal
from fractions import Fraction
from typing import Any, final

import attrs

from ecomkit._checks import (
    WHOLE_MAX,
    as_tuple,
    each,
    is_a,
    not_negative,
    optional,
    refuse,
    whole,
)
from ecomkit.errors import FieldError

__all__ = ["Offer", "OfferStep", "Publication"]

ALL = Fraction(1)
FINEST = Decimal("1E-18")
EXACT = Context(prec=28)


@final
@attrs.frozen(kw_only=True)
class OfferStep:
    """One step of the way from what is available to what is shown."""

    name: str = attrs.field(validator=is_a(str))
    before: int = attrs.field(validator=not_negative)
    after: int = attrs.field(validator=not_negative)

    def explain(self) -> str:
        """Say what the step did."""
        return f"{self.name}: {self.before} -> {self.after}"


@final
@attrs.frozen(kw_only=True)
class Offer:
    """What a channel may show, in units, and how that number came about."""

    quantity: int = attrs.field(validator=not_negative)
    available: int = attrs.field(validator=whole)
    steps: tuple[OfferStep, ...] = attrs.field(converter=as_tuple, validator=each(OfferStep))

    def explain(self) -> str:
        """
        Say how the number came about.

        >>> print(Publication(buffer=2, cap=5)(10).explain())
        5 shown of 10 available (buffer of 2: 10 -> 8; cap of 5: 8 -> 5)
        """
        steps = "; ".join(step.explain() for step in self.steps) or "nothing kept back"
        return f"{self.quantity} shown of {self.available} available ({steps})"


def _as_fraction(value: Any) -> Any:
    """Convert an exact share to a fraction; leave anything else for the validator to refuse."""
    if isinstance(value, Decimal) and value.is_finite() and 0 <= value <= 1:
        # A decimal of a billion places would make a number that fills the memory.
        return Fraction(value) if value == value.quantize(FINEST, context=EXACT) else value
    return Fraction(value) if type(value) is int and value in {0, 1} else value


def _share(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if not isinstance(value, Fraction) or not 0 <= value <= 1:
        wanted = "a Fraction from 0 to 1, or a Decimal of at most 18 places"
        raise refuse(instance, attribute.name, value, wanted)


@final
@attrs.frozen(kw_only=True)
class Publication:
    """
    The rule of one channel: available units in, units to show out.

    Args:
        last_units: Last-unit protection: with so many units available, or fewer, this channel
            shows none, and leaves them to channels without it. Above it takes nothing away.
        minimum_stock: Minimum stock level (MSL): units that this channel never gets to sell.
        buffer: Units kept back against sales that we have not heard of yet. They add to the
            minimum stock: a late sale eats the buffer and leaves the minimum whole.
        share: The part of what is left after these that the channel shows, from 0 to 1, as a
            ``Fraction`` or a ``Decimal``; rounded down to whole units.
        cap: The most units to show, None for no limit.

    The result is never negative, never more than what is available, and never less for more.

    >>> shop, market = Publication(), Publication(buffer=2, cap=5)
    >>> shop(10).quantity, market(10).quantity, shop(1).quantity, market(1).quantity
    (10, 5, 1, 0)
    >>> Publication(share=Decimal("0.30"))(11).quantity, Publication(last_units=2)(2).quantity
    (3, 0)
    """

    last_units: int = attrs.field(default=0, validator=not_negative)
    minimum_stock: int = attrs.field(default=0, validator=not_negative)
    buffer: int = attrs.field(default=0, validator=not_negative)
    share: Fraction = attrs.field(default=ALL, converter=_as_fraction, validator=_share)
    cap: int | None = attrs.field(default=None, validator=optional(not_negative))

    def __call__(self, available: int) -> Offer:
        """
        Return what to show of *available* units (negative counts as none).

        Raises:
            FieldError: If *available* is no whole number.
        """
        if not isinstance(available, int) or isinstance(available, bool):
            raise FieldError(
                owner="Publication", field="available", got=available, wanted="a whole number"
            )
        shown = max(0, available)
        steps: list[OfferStep] = []
        for part, size, left in (
            ("last units", self.last_units, self._above_last(shown)),
            ("minimum stock", self.minimum_stock, shown - self.minimum_stock),
            ("buffer", self.buffer, shown - self.minimum_stock - self.buffer),
            ("share", self.share, self._share_of(shown)),
            ("cap", self.cap, shown if self.cap is None else self.cap),
        ):
            before = steps[-1].after if steps else shown
            if left < before and before > 0:
                amount = _percent(size) if isinstance(size, Fraction) else size
                name = f"{part} of {amount}"
                steps.append(OfferStep(name=name, before=before, after=max(0, left)))
        return Offer(
            quantity=steps[-1].after if steps else shown, available=available, steps=steps
        )

    def quantities(self, available: Iterable[int]) -> list[int]:
        """
        Return what to show for each of many levels, without the explanations.

        >>> Publication(buffer=2, cap=5).quantities([10, 4, -3])
        [5, 2, 0]
        """
        cap = WHOLE_MAX if self.cap is None else self.cap
        if self.share != ALL:
            return [
                min(cap, self._share_of(units)) if units > self.last_units else 0
                for units in available
            ]
        kept = self.minimum_stock + self.buffer
        # At the level of the last units and below nothing is shown, whatever is left by then.
        none_up_to = max(kept, self.last_units)
        return [(min(cap, units - kept)) if units > none_up_to else 0 for units in available]

    def _above_last(self, units: int) -> int:
        return units if units > self.last_units else 0

    def _share_of(self, units: int) -> int:
        left = max(0, units - self.minimum_stock - self.buffer)
        return left * self.share.numerator // self.share.denominator


def _percent(share: Fraction) -> str:
    """Return *share* in percent where that is a whole number, else as the fraction it is."""
    percent = share * 100
    return f"{percent}%" if percent.denominator == 1 else str(share)
