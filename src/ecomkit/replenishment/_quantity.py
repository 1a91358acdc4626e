"""Order quantity: from the units that are needed to the units that can be bought."""

from __future__ import annotations

from typing import final

import attrs

from ecomkit._checks import is_a, not_negative, optional, whole
from ecomkit.replenishment._numbers import units, units_above_zero


@final
@attrs.frozen(kw_only=True)
class Step:
    """
    One step from the need to the quantity ordered: what it did to the number, and why.

    >>> Step(name="case pack", before=43, after=48, why="whole packs of 12").explain()
    'case pack: 43 → 48 (whole packs of 12)'
    """

    name: str = attrs.field(validator=is_a(str))
    before: int = attrs.field(validator=whole)
    after: int = attrs.field(validator=not_negative)
    why: str = attrs.field(validator=is_a(str))

    @property
    def changed(self) -> bool:
        """Whether the step changed the number."""
        return self.before != self.after

    def explain(self) -> str:
        """Return the step in words."""
        return f"{self.name}: {self.before} → {self.after} ({self.why})"


@final
@attrs.frozen(kw_only=True)
class OrderQuantity:
    """
    What the supplier and the shelf allow: minimum order, case pack, maximum position.

    ``moq`` is the least that the supplier takes, ``case_pack`` the units that come together, and
    ``maximum`` the position that must not be exceeded (room, shelf life), None for no limit.

    Called with a need, it answers the steps, the last of which ends at the quantity to order:
    0, or a multiple of the pack not below the minimum.

    Raises:
        FieldError: If ``moq`` or ``case_pack`` is below 1, or ``maximum`` below 0.

    >>> [step.after for step in OrderQuantity(moq=50, case_pack=12)(37, position=0)]
    [37, 50, 60]
    """

    moq: int = attrs.field(default=1, validator=units_above_zero)
    case_pack: int = attrs.field(default=1, validator=units_above_zero)
    maximum: int | None = attrs.field(default=None, validator=optional(units))

    def __call__(self, need: int, *, position: int) -> tuple[Step, ...]:
        """
        Return the steps from *need* to the quantity to order, given the *position* in units.

        A need of 0 or less takes the first step only. The pack is rounded up after the minimum;
        under the maximum it is rounded down, and a rest below the minimum is not ordered.

        >>> for step in OrderQuantity(case_pack=3, maximum=20)(20, position=0):
        ...     print(step.explain())
        need: 20 → 20 (what the position lacks to the target)
        minimum order: 20 → 20 (at least 1)
        case pack: 20 → 21 (whole packs of 3)
        maximum: 21 → 18 (room for 20 below the maximum of 20, in whole packs, not below the minimum order)
        """
        wanted = max(0, need)
        lacking = Step(
            name="need", before=need, after=wanted, why="what the position lacks to the target"
        )
        if not wanted:
            return (lacking,)
        raised = max(wanted, self.moq)
        packed = (raised + self.case_pack - 1) // self.case_pack * self.case_pack
        steps = (
            lacking,
            Step(name="minimum order", before=wanted, after=raised, why=f"at least {self.moq}"),
            Step(
                name="case pack",
                before=raised,
                after=packed,
                why=f"whole packs of {self.case_pack}",
            ),
        )
        if self.maximum is None:
            return steps
        room = max(0, self.maximum - position)
        fitting = min(packed, room // self.case_pack * self.case_pack)
        capped = Step(
            name="maximum",
            before=packed,
            after=fitting if fitting >= self.moq else 0,
            why=(
                f"room for {room} below the maximum of {self.maximum}, "
                "in whole packs, not below the minimum order"
            ),
        )
        return (*steps, capped)
