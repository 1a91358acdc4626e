"""The inspection of what came back: accepted, rejected, or left to a person."""

from __future__ import annotations

from typing import final

import attrs

from ecomkit._checks import as_tuple, each, is_a, optional, refuse, units
from ecomkit._texts import note
from ecomkit.identifiers import LineId, Sku
from ecomkit.returns._reception import Disposition
from ecomkit.returns._unit_state import HERE, JUDGED, AcceptanceState, ReceptionState, UnitState

__all__ = ["InspectedLine", "Inspection"]


@final
@attrs.frozen(kw_only=True)
class InspectedLine:
    """
    *quantity* units of a line were judged.

    Args:
        line: The line of the order.
        quantity: How many units.
        acceptance: Whether they are credited.
        disposition: What becomes of them; None leaves them where they lie.
        reception: Which units are meant: those that came as sent, or those that are short, lost,
            another item, or more than announced.
        sku: What came, where another item did; None means any.
        reason: Why, such as what is wrong with them.

    Raises:
        FieldError: If they are left pending, nothing can be judged of such units, there is no
            thing that could go anywhere, or a unit goes back to the buyer that is not rejected.
    """

    line: LineId = attrs.field(validator=is_a(LineId))
    quantity: int = attrs.field(validator=units)
    acceptance: AcceptanceState = attrs.field(validator=is_a(AcceptanceState))
    disposition: Disposition | None = attrs.field(
        default=None, validator=optional(is_a(Disposition))
    )
    reception: ReceptionState = attrs.field(
        default=ReceptionState.RECEIVED, validator=is_a(ReceptionState)
    )
    sku: Sku | None = attrs.field(default=None, validator=optional(is_a(Sku)))
    reason: str = attrs.field(default="", repr=False, validator=note)

    def __attrs_post_init__(self) -> None:
        if self.acceptance is AcceptanceState.PENDING:
            raise refuse(self, "acceptance", self.acceptance, "accepted, rejected or manual")
        if self.reception not in JUDGED:
            wanted = "received, short, wrong item, over or lost in transit"
            raise refuse(self, "reception", self.reception, wanted)
        if self.disposition is not None and self.reception not in HERE:
            raise refuse(self, "disposition", self.disposition, "None, since nothing came")
        goes_back = self.disposition is Disposition.SEND_BACK
        if goes_back and self.acceptance is not AcceptanceState.REJECTED:
            raise refuse(self, "acceptance", self.acceptance, "rejected for what is sent back")

    def judges(self, state: UnitState) -> bool:
        """Whether units in *state* are meant, and would change."""
        if state.is_credited or state.reception is not self.reception:
            return False
        # What went back to the buyer is not judged any more: it may come in another return.
        if state.disposition is Disposition.SEND_BACK:
            return False
        if self.sku is not None and self.sku != state.sku:
            return False
        if self.disposition is None or self.disposition is state.disposition:
            return state.acceptance is not self.acceptance
        # What has left cannot be put anywhere else.
        return state.disposition is not None and state.disposition.bucket.is_inside

    def applied(self, state: UnitState) -> UnitState:
        """Return where a unit in *state* stands afterwards."""
        disposition = state.disposition if self.disposition is None else self.disposition
        return attrs.evolve(state, acceptance=self.acceptance, disposition=disposition)


@final
@attrs.frozen(kw_only=True)
class Inspection:
    """
    What somebody found out about units that came back, or did not.

    Raises:
        FieldError: If nothing was judged.
    """

    lines: tuple[InspectedLine, ...] = attrs.field(
        converter=as_tuple, validator=each(InspectedLine)
    )

    def __attrs_post_init__(self) -> None:
        if not self.lines:
            raise refuse(self, "lines", self.lines, "one entry or more")
