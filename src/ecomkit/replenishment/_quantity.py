"""Order quantity: from the units that are needed to the units that can be bought."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

import attrs

from ecomkit._checks import is_a, not_negative, optional, whole
from ecomkit.replenishment._numbers import units, units_above_zero, whole_days
from ecomkit.replenishment._order_limits import Budget, PriceBreaks, sold_by_expiry
from ecomkit.replenishment._pack_rounding import PackRounding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecomkit.replenishment._demand import Demand
    from ecomkit.replenishment._lead_time import LeadTime


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


def lacking(need: int) -> Step:
    """Return the first step of all: the need, or nothing where nothing lacks."""
    return Step(
        name="need", before=need, after=max(0, need), why="what the position lacks to the target"
    )


@final
@attrs.frozen(kw_only=True)
class OrderQuantity:
    """
    What the supplier, the shelf and the purse allow.

    ``moq`` is the least that the supplier takes, ``case_pack`` the units that come together, and
    ``rounding`` how whole packs are made. ``price_breaks`` may raise the order to where a unit
    is cheaper. Three things cap it: ``shelf_life_days``, the days from arrival within which all
    must sell on mean demand; ``maximum``, the position that must not be exceeded; ``budget``,
    the money for this order. A break that a cap rules out is not looked at.

    Called with a need, it answers the steps, the last of which ends at the quantity to order:
    0, or a multiple of the pack not below the minimum.

    Raises:
        FieldError: If ``moq`` or ``case_pack`` is below 1, or a limit negative.

    >>> [step.after for step in OrderQuantity(moq=50, case_pack=12)(37, position=0)]
    [37, 50, 60]
    """

    moq: int = attrs.field(default=1, validator=units_above_zero)
    case_pack: int = attrs.field(default=1, validator=units_above_zero)
    maximum: int | None = attrs.field(default=None, validator=optional(units))
    rounding: PackRounding = attrs.field(default=PackRounding.UP, validator=is_a(PackRounding))
    price_breaks: PriceBreaks | None = attrs.field(
        default=None, validator=optional(is_a(PriceBreaks))
    )
    shelf_life_days: int | None = attrs.field(default=None, validator=optional(whole_days))
    budget: Budget | None = attrs.field(default=None, validator=optional(is_a(Budget)))

    def __call__(
        self,
        need: int,
        *,
        position: int,
        demand: Demand | None = None,
        lead_time: LeadTime | None = None,
    ) -> tuple[Step, ...]:
        """
        Return the steps from *need* to the quantity to order, given the *position* in units.

        A need of 0 or less takes the first step only. Packs are made after the minimum; under a
        cap they are rounded down, and a rest below the minimum is not ordered. A shelf life asks
        for *demand*, and counts from now where no *lead_time* is given.

        Raises:
            FieldError: If there is a shelf life, but no demand.

        >>> for step in OrderQuantity(case_pack=3, maximum=20)(20, position=0):
        ...     print(step.explain())
        need: 20 → 20 (what the position lacks to the target)
        minimum order: 20 → 20 (at least 1)
        case pack: 20 → 21 (whole packs of 3)
        maximum: 21 → 18 (room for 20 below the maximum of 20, in whole packs, not below the minimum order)
        """
        first = lacking(need)
        wanted = first.after
        if not wanted:
            return (first,)
        raised = max(wanted, self.moq)
        packed = self.rounding.between(
            self._most_legal(wanted), self._least_legal(wanted), need=wanted
        )
        steps = (
            first,
            Step(name="minimum order", before=wanted, after=raised, why=f"at least {self.moq}"),
            Step(
                name="case pack",
                before=raised,
                after=packed,
                why=f"whole packs of {self.case_pack}{self._rounded}",
            ),
        )
        caps = tuple(self._caps(position, demand=demand, lead_time=lead_time))
        if not packed or (not caps and self.price_breaks is None):
            return steps
        return (*steps, *self._limited(packed, caps=caps))

    @property
    def _rounded(self) -> str:
        usual = self.rounding is PackRounding.UP
        return "" if usual else f", rounded {self.rounding.value}"

    def _least_legal(self, quantity: int) -> int:
        """Return the least order of *quantity* or more that the supplier takes."""
        return -(-max(quantity, self.moq) // self.case_pack) * self.case_pack

    def _most_legal(self, room: int) -> int:
        """Return the greatest order that fits into *room*, 0 if none does."""
        fitting = room // self.case_pack * self.case_pack
        return fitting if fitting >= self.moq else 0

    def _caps(
        self, position: int, *, demand: Demand | None, lead_time: LeadTime | None
    ) -> Iterator[tuple[str, int, str]]:
        """Yield the caps that there are: name, most units that they let through, and why."""
        days = self.shelf_life_days
        if days is not None:
            sold = sold_by_expiry(days, demand=demand, lead_time=lead_time)
            room = max(0, sold - position)
            why = f"room for {room} below the {sold} that sell by {days} days after arrival"
            yield "shelf life", room, why
        if self.maximum is not None:
            room = max(0, self.maximum - position)
            yield "maximum", room, f"room for {room} below the maximum of {self.maximum}"
        if self.budget is not None:
            affordable = self.budget.units
            price, amount = self.budget.unit_price, self.budget.amount
            yield "budget", affordable, f"{amount} pay for {affordable} at {price}"

    def _limited(self, packed: int, *, caps: tuple[tuple[str, int, str], ...]) -> Iterator[Step]:
        """Yield the steps of price breaks and caps, from *packed* units on."""
        quantity = packed
        if self.price_breaks is not None:
            most = min((room for _, room, _ in caps), default=None)
            among = [self._least_legal(at) for at in self.price_breaks.quantities]
            cheapest = self.price_breaks.cheapest(
                quantity, among=[units for units in among if most is None or units <= most]
            )
            why = "no break makes a unit cheaper, all costs counted"
            if cheapest > quantity:
                why = f"a unit costs least, all costs counted, from {cheapest} units"
            yield Step(name="price break", before=quantity, after=cheapest, why=why)
            quantity = cheapest
        for name, room, why in caps:
            fitting = min(quantity, self._most_legal(room))
            yield Step(
                name=name,
                before=quantity,
                after=fitting,
                why=f"{why}, in whole packs, not below the minimum order",
            )
            quantity = fitting
