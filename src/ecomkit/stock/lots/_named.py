"""Removal by name: somebody said which lots or serials to take."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import final

import attrs

from ecomkit._checks import above_zero, as_tuple, each, is_a, refuse
from ecomkit.identifiers import LotId
from ecomkit.stock.lots._eligibility import LotEligibility, LotFinding, LotReason, LotRule
from ecomkit.stock.lots._lot import LotBalance
from ecomkit.stock.lots._pick import LotPick, LotPickRefused, PickedLot, RefusedLot
from ecomkit.stock.lots._removal import (
    PickQuestion,
    RemovalStrategy,
    check_callables,
    in_order,
    taken,
)

__all__ = ["LotChoice", "NamedLots"]


@final
@attrs.frozen(kw_only=True)
class LotChoice:
    """*quantity* units of the named *lot*; a serial is named with 1."""

    lot: LotId = attrs.field(validator=is_a(LotId))
    quantity: int = attrs.field(default=1, validator=above_zero)


@final
@attrs.frozen(kw_only=True)
class NamedLots:
    """
    Take the lots or serials that somebody named, all of them or none.

    Within a lot that lies in several places the nearest is emptied first.

    Args:
        choices: The lots and how many units of each; a lot is named once.
        eligibility: Which lots may be picked at all.

    Raises:
        FieldError: If no lot is named, or one is named twice.

    >>> removal = NamedLots(choices=[LotChoice(lot=LotId("SN-1"))])
    >>> print(removal([], wanted=1, today=date(2026, 1, 8)).explain())
    none of 1 picked: lot SN-1 has 0 units on the shelf, 1 are wanted
    """

    choices: tuple[LotChoice, ...] = attrs.field(converter=as_tuple, validator=each(LotChoice))
    eligibility: LotRule = attrs.field(factory=LotEligibility)

    def __attrs_post_init__(self) -> None:
        check_callables(self, "eligibility")
        if not self.choices or len({choice.lot for choice in self.choices}) < len(self.choices):
            raise refuse(self, "choices", self.choices, "one lot or more, each named once")

    @property
    def quantity(self) -> int:
        """Units that are named, over all lots."""
        return sum(choice.quantity for choice in self.choices)

    def __call__(
        self, balances: Iterable[LotBalance], /, *, wanted: int, today: date
    ) -> LotPick | LotPickRefused:
        """
        Return the named lots, or every reason why one of them cannot be taken.

        Raises:
            FieldError: If *wanted* is not what the choices add up to; as :class:`Removal`.
        """
        asked = PickQuestion(balances=balances, wanted=wanted, today=today)
        if wanted != self.quantity:
            raise refuse(self, "wanted", wanted, f"the {self.quantity} units that are named")
        lines: list[PickedLot] = []
        refused: list[RefusedLot] = []
        for choice in self.choices:
            found = [balance for balance in asked.balances if balance.lot.id == choice.lot]
            findings = self._findings(choice, found, today=today)
            if findings:
                units = sum(balance.units for balance in found)
                refused.append(
                    RefusedLot(
                        lot=choice.lot, wanted=choice.quantity, units=units, findings=findings
                    )
                )
            else:
                nearest = in_order(found, RemovalStrategy.NEAREST)
                lines += taken(nearest, quantity=choice.quantity)
        if refused:
            return LotPickRefused(wanted=wanted, lots=refused)
        return LotPick(wanted=wanted, lines=lines, excluded=())

    def _findings(
        self, choice: LotChoice, found: list[LotBalance], *, today: date
    ) -> tuple[LotFinding, ...]:
        findings = self.eligibility(found[0].lot, today=today) if found else ()
        units = sum(balance.units for balance in found)
        if units >= choice.quantity:
            return findings
        problem = f"has {units} units on the shelf, {choice.quantity} are wanted"
        return *findings, LotFinding(reason=LotReason.UNITS, problem=problem)
