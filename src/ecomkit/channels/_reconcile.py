"""Reconciliation: what a claim asks of our facts, and where the two disagree. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import final

import attrs

from ecomkit.channels._after_sales import RefundState
from ecomkit.channels._claim_money import money_of_claim
from ecomkit.channels._claim_units import UnitsTold, is_partly_untold, units_told
from ecomkit.channels._claims import ChannelClaim, ClaimLine
from ecomkit.channels._contradictions import Contradiction, ContradictionKind, contradictions
from ecomkit.channels._disagreements import Disagreement, DisagreementKind
from ecomkit.channels._edits import added_line, price_edits
from ecomkit.channels._followed import follow_units
from ecomkit.channels._told_lines import ToldLine
from ecomkit.channels._updates import LineUnits
from ecomkit.identifiers import LineId, ListingId, Sku
from ecomkit.orders import AddLine, LineCounts, Order, OrderLine, Payment

__all__ = ["Reconciliation", "reconcile"]

_NO_SKUS: Mapping[ListingId, Sku] = MappingProxyType({})


@final
@attrs.frozen(kw_only=True)
class Reconciliation:
    """
    What to do so that our facts follow the claim, and what remains different.

    Steps are taken in the order of the fields: lines are added before their units are cancelled.
    """

    add: tuple[AddLine, ...] = ()
    cancel: tuple[LineUnits, ...] = ()
    ship: tuple[LineUnits, ...] = ()
    payments: tuple[Payment, ...] = ()
    disagreements: tuple[Disagreement, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()

    def explain(self) -> str:
        """
        Say what follows from the claim, where the two still differ, and what cannot be.

        >>> Reconciliation(cancel=(), ship=(), disagreements=()).explain()
        'nothing to do'
        """
        steps = [
            *(f"line {one.line.id}: add {one.line.quantity}" for one in self.add),
            *(f"line {units.line}: cancel {units.quantity}" for units in self.cancel),
            *(f"line {units.line}: ship {units.quantity}" for units in self.ship),
            *(f"book {one.amount} as {one.kind.value}" for one in self.payments),
            *(difference.explain() for difference in self.disagreements),
            *(point.explain() for point in self.contradictions),
        ]
        return "; ".join(steps) or "nothing to do"


def reconcile(
    order: Order,
    claim: ChannelClaim,
    *,
    covered: Mapping[LineId, int],
    skus: Mapping[ListingId, Sku] = _NO_SKUS,
    told: Iterable[ToldLine] = (),
) -> Reconciliation:
    """
    Compare *claim* with *order* and say what follows.

    Units that the channel cancelled, or took off a line, are followed as far as they are still
    here; shipments as far as the ledger has units for them; money that it took and paid back,
    once. A line that it added is added. A return changes nothing: a unit is back when it was
    received. Nor does a shipment that the channel takes back: it cannot know whether the goods
    had left. Prices that it changed, and units that it added to a line, are shown.

    Where a claim contradicts itself all points are listed, and what they touch is left alone: the
    units of a line that has more of them than were ordered; lines that came or went, where the
    total does not add up or a line is another listing now, since then lines may be missing or
    have changed places.

    Args:
        order: Our facts.
        claim: The newest claim.
        covered: Units allocated to each line; a line that is absent has none.
        skus: Our skus of listings that the channel may have added.
        told: What earlier claims said: see :func:`told_before`.

    The answer is stable: applying it and comparing again asks for nothing more. It never raises,
    whatever the claim says.
    """
    return _Comparison(order, claim, covered, skus, {one.line: one for one in told}).answer()


class _Comparison:
    """One order beside one claim; keeps what was found so far."""

    def __init__(
        self,
        order: Order,
        claim: ChannelClaim,
        covered: Mapping[LineId, int],
        skus: Mapping[ListingId, Sku],
        told: Mapping[LineId, ToldLine],
    ) -> None:
        self._order = order
        self._claim = claim
        self._covered = covered
        self._skus = skus
        self._told = told
        self._points = contradictions(claim)
        self._broken = {
            point.line
            for point in self._points
            if point.kind is ContradictionKind.MORE_THAN_ORDERED
        }
        self._swapped = {
            line.id
            for line in claim.lines
            if line.id in told and told[line.id].listing != line.listing
        }
        # Otherwise lines may be missing, or have changed places.
        self._is_whole = not self._swapped and all(
            point.kind is not ContradictionKind.TOTAL for point in self._points
        )
        self._paid_back = Counter[LineId]()
        for refund in claim.refunds or ():
            if refund.state is RefundState.PAID:
                self._paid_back.update({one.line: one.quantity for one in refund.lines})
        self._add: list[AddLine] = []
        self._cancel: list[LineUnits] = []
        self._ship: list[LineUnits] = []
        self._differences: list[Disagreement] = []

    def answer(self) -> Reconciliation:
        """Return what follows, and what remains different."""
        order, claim = self._order, self._claim
        ours = {line.id: line for line in order.lines}
        theirs = {told.id: told for told in claim.lines}
        for told in claim.lines:
            if told.id in ours:
                self._compare(ours[told.id], told)
            else:
                self._compare_added(told)
        for line in order.lines:
            if line.id not in theirs:
                self._compare_gone(line)
        self._compare_whole(theirs)
        money = money_of_claim(order, claim)
        return Reconciliation(
            add=tuple(self._add),
            cancel=tuple(self._cancel),
            ship=tuple(self._ship),
            payments=money.payments,
            disagreements=(*self._differences, *money.disagreements),
            contradictions=self._points,
        )

    def _compare(self, line: OrderLine, told: ClaimLine) -> None:
        if (
            told.is_untouched
            and told.quantity == line.quantity
            and not (self._order.events or self._paid_back or self._told)
        ):
            return  # nothing has happened, neither there nor here: most orders of most claims
        if line.id in self._swapped:
            note = f"listing {self._told[line.id].listing} is {told.listing}"
            self._edited(line.id, note, ours=line.quantity, theirs=told.quantity)
            return
        if told.quantity > line.quantity:
            self._edited(line.id, "units", ours=line.quantity, theirs=told.quantity)
        if line.id not in self._broken:
            counts = self._order.counts(line.id)
            units = units_told(told, states=self._claim.states, counts=counts)
            self._follow(line, counts, units)

    def _compare_gone(self, line: OrderLine) -> None:
        """A line that the channel no longer has is cancelled there; one of ours it never had."""
        if line.added_at is not None and line.id not in self._told:
            return
        counts = self._order.counts(line.id)
        if self._is_whole:
            units = UnitsTold(counts.ordered, counts.shipped, counts.returned)
            self._follow(line, counts, units)
        elif counts.due:
            self._edited(line.id, "gone", ours=counts.due, theirs=0)

    def _compare_added(self, told: ClaimLine) -> None:
        cancelled = told.cancelled or 0
        if cancelled >= told.quantity and not told.shipped:
            return  # added and taken off again
        added = None
        if self._is_whole and told.id not in self._broken:
            added = added_line(self._order, told, claim=self._claim, skus=self._skus)
        if added is None:
            self._edited(told.id, "added", ours=0, theirs=max(0, told.quantity - cancelled))
            return
        self._add.append(added)
        counts = LineCounts(ordered=told.quantity)
        units = units_told(told, states=self._claim.states, counts=counts)
        self._follow(added.line, counts, units)

    def _follow(self, line: OrderLine, counts: LineCounts, units: UnitsTold) -> None:
        before = self._told.get(line.id)
        followed = follow_units(
            line.id,
            units,
            counts=counts,
            covered=counts.open if line.fulfilled_by else self._covered.get(line.id, 0),
            shipped_before=0 if before is None else before.shipped,
            paid_back=self._paid_back[line.id],
        )
        if followed.cancel:
            self._cancel.append(LineUnits(line=line.id, quantity=followed.cancel))
        if followed.ship:
            self._ship.append(LineUnits(line=line.id, quantity=followed.ship))
        self._differences.extend(followed.disagreements)

    def _compare_whole(self, theirs: Mapping[LineId, ClaimLine]) -> None:
        order, claim = self._order, self._claim
        if claim.currency is not order.currency:
            note = f"{order.currency.name} is {claim.currency.name}"
            self._edited(None, note, ours=0, theirs=0)
        else:
            shared = {name: told for name, told in theirs.items() if name not in self._swapped}
            self._differences.extend(price_edits(order, claim, shared=shared))
        if is_partly_untold(claim):
            shipped = order.units.shipped + sum(units.quantity for units in self._ship)
            due = order.units.due - sum(units.quantity for units in self._cancel)
            due += sum(added.line.quantity for added in self._add)
            if not 0 < shipped < due:
                self._differences.append(
                    Disagreement(kind=DisagreementKind.UNITS_UNTOLD, ours=shipped, theirs=due)
                )

    def _edited(self, line: LineId | None, note: str, *, ours: int, theirs: int) -> None:
        self._differences.append(
            Disagreement(
                line=line, kind=DisagreementKind.EDITED, note=note, ours=ours, theirs=theirs
            )
        )
