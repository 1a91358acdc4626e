"""Publication: how many units one channel may show."""

from __future__ import annotations

from collections.abc import Iterable
from typing import final

import attrs

from ecomkit._checks import WHOLE_MAX, as_tuple, each, is_a, not_negative, optional, whole
from ecomkit.errors import FieldError

__all__ = ["Offer", "OfferStep", "Publication"]


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


@final
@attrs.frozen(kw_only=True)
class Publication:
    """
    The rule of one channel: available units in, units to show out.

    Args:
        minimum_stock: Minimum stock level (MSL): units that this channel never gets to sell.
        buffer: Units kept back against sales that we have not heard of yet. They add to the
            minimum stock: a late sale eats the buffer and leaves the minimum whole.
        cap: The most units to show, None for no limit.

    The result is never negative and never more than what is available.

    >>> shop, market = Publication(), Publication(buffer=2, cap=5)
    >>> shop(10).quantity, market(10).quantity, shop(1).quantity, market(1).quantity
    (10, 5, 1, 0)
    """

    minimum_stock: int = attrs.field(default=0, validator=not_negative)
    buffer: int = attrs.field(default=0, validator=not_negative)
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
        for name, after in (
            (f"minimum stock of {self.minimum_stock}", shown - self.minimum_stock),
            (f"buffer of {self.buffer}", shown - self.minimum_stock - self.buffer),
            (f"cap of {self.cap}", available if self.cap is None else self.cap),
        ):
            before = steps[-1].after if steps else shown
            if after < before and before > 0:
                steps.append(OfferStep(name=name, before=before, after=max(0, after)))
        return Offer(
            quantity=steps[-1].after if steps else shown, available=available, steps=steps
        )

    def quantities(self, available: Iterable[int]) -> list[int]:
        """
        Return what to show for each of many levels, without the explanations.

        >>> Publication(buffer=2, cap=5).quantities([10, 4, -3])
        [5, 2, 0]
        """
        kept = self.minimum_stock + self.buffer
        cap = WHOLE_MAX if self.cap is None else self.cap
        return [(min(cap, shown)) if (shown := units - kept) > 0 else 0 for units in available]
