"""Edits of orders in the books: asked for, previewed, confirmed with their units, or declined."""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

import attrs

from ecomkit.errors import InputError
from ecomkit.identifiers import CommandKey, LineId
from ecomkit.operations._demand import note_demand
from ecomkit.operations._ledger import execute
from ecomkit.operations._orders import ORDERS, cancel_units, demand_rows, load_order, wants_for
from ecomkit.operations._settings import Settings
from ecomkit.orders import (
    AddLine,
    Adjustment,
    CancelUnits,
    EditPreview,
    EditRefused,
    EditState,
    OrderEdit,
    OrderStep,
    preview_edit,
)
from ecomkit.ports import Collection, Transaction
from ecomkit.stock import Reserve, Short

__all__ = [
    "EDITS",
    "EditEndedError",
    "UnknownEditError",
    "confirm_edit",
    "decline_edit",
    "request_edit",
]

EDITS = Collection(
    name="edit", type=OrderEdit, key=lambda edit: edit.key, index=lambda edit: edit.order
)


@attrs.frozen(kw_only=True)
class UnknownEditError(InputError):
    """
    Raised when an edit is named that was not asked for.

    >>> print(UnknownEditError(edit=CommandKey("e-1")))
    there is no edit 'e-1'; ask for it first
    """

    edit: CommandKey

    @property
    def message(self) -> str:
        """The edit, and what to do."""
        return f"there is no edit {str(self.edit)!r}; ask for it first"


@attrs.frozen(kw_only=True)
class EditEndedError(InputError):
    """
    Raised when an edit is declined that was confirmed.

    >>> print(EditEndedError(edit=CommandKey("e-1")))
    the edit 'e-1' was confirmed; ask for another edit to undo it
    """

    edit: CommandKey

    @property
    def message(self) -> str:
        """The edit, and what to do."""
        return f"the edit {str(self.edit)!r} was confirmed; ask for another edit to undo it"


def request_edit(
    tx: Transaction, edit: OrderEdit, *, now: datetime, settings: Settings
) -> EditPreview | EditRefused:
    """
    Keep *edit* until somebody confirms or declines it, and say what it would change.

    Nothing changes by it; what is refused is not kept.

    Raises:
        UnknownOrderError: If the order is not in the books.
    """
    changes = (
        attrs.evolve(change, line=settings.assigned(change.line))
        if isinstance(change, AddLine)
        else change
        for change in edit.changes
    )
    edit = attrs.evolve(edit, changes=changes)
    preview = preview_edit(load_order(tx, edit.order), edit=edit, now=now)
    if isinstance(preview, EditPreview):
        tx.put(EDITS, [edit])
    return preview


def confirm_edit(
    tx: Transaction, key: CommandKey, *, now: datetime, settings: Settings
) -> EditPreview | EditRefused | Short:
    """
    Make the edit: units that are cancelled are given up, units that are added are reserved.

    It is all or nothing, and what is added is reserved before what is cancelled is given up.
    Where what is added is not there the answer is ``Short``; where the
    order has changed since the edit was asked for it is refused, and nothing is lost.

    Raises:
        UnknownEditError: If it was not asked for.
    """
    edit = _load(tx, key)
    order = load_order(tx, edit.order)
    preview = preview_edit(order, edit=edit, now=now)
    if isinstance(preview, EditRefused):
        return preview
    clearance = settings.guards(order, step=OrderStep.EDIT, now=now)
    if not clearance.is_clear:
        return EditRefused(reasons=[reason.explain() for reason in clearance.reasons])
    added: dict[LineId, int] = {}
    cancelled: dict[LineId, int] = {}
    for change in edit.changes:
        match change:
            case AddLine():
                added[change.line.id] = change.line.quantity
            case CancelUnits():
                cancelled[change.line] = cancelled.get(change.line, 0) + change.quantity
            case Adjustment():
                pass
            case _:
                assert_never(change)
    after = preview.after
    # What is cancelled of an added line was never reserved: only what is left of it is wanted.
    wanted = {line: units for line in added if (units := after.counts(line).open)}
    wants = wants_for(after, wanted, settings=settings)
    if wants:
        command = Reserve(
            key=CommandKey(f"edit:{edit.key}"), wants=wants, placed_at=edit.requested_at
        )
        [outcome] = execute(tx, [command], now=now, settings=settings)
        if isinstance(outcome, Short):
            return outcome
    given_up = {line: units for line, units in cancelled.items() if line not in added}
    if given_up:
        cancel_units(tx, order, given_up, now=now, settings=settings)
    rows = demand_rows(after, wanted, now=now, settings=settings)
    note_demand(tx, rows, channel=after.channel)
    tx.put(ORDERS, [after])
    tx.put(EDITS, [attrs.evolve(edit, state=EditState.CONFIRMED)])
    return preview


def decline_edit(tx: Transaction, key: CommandKey) -> OrderEdit:
    """
    Decline the edit: the order stays as it is. Declining it again changes nothing.

    Raises:
        UnknownEditError: If it was not asked for.
        EditEndedError: If it was confirmed.
    """
    edit = _load(tx, key)
    if edit.state is EditState.CONFIRMED:
        raise EditEndedError(edit=key)
    declined = attrs.evolve(edit, state=EditState.DECLINED)
    tx.put(EDITS, [declined])
    return declined


def _load(tx: Transaction, key: CommandKey) -> OrderEdit:
    edit = tx.get(EDITS, key)
    if edit is None:
        raise UnknownEditError(edit=key)
    return edit
