"""Edits after the placement: asked for, previewed, and only then confirmed or declined."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, TypeAlias, final

import attrs

from ecomkit._checks import above_zero, as_tuple, aware, each, is_a, not_negative, refuse
from ecomkit._texts import note
from ecomkit.errors import InputError
from ecomkit.identifiers import CommandKey, LineId, OrderId
from ecomkit.orders._adjustment import Adjustment
from ecomkit.orders._charge import Charge
from ecomkit.orders._difference import OrderDifference, difference
from ecomkit.orders._events import LineEventKind
from ecomkit.orders._line import OrderLine
from ecomkit.orders._order import Order

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ecomkit.money import Money

__all__ = [
    "EDIT_TRANSITIONS",
    "AddLine",
    "CancelUnits",
    "EditChange",
    "EditPreview",
    "EditRefused",
    "EditState",
    "OrderEdit",
    "preview_edit",
]


@final
@attrs.frozen(kw_only=True)
class AddLine:
    """One more *line*, with *charges* of that line alone."""

    line: OrderLine = attrs.field(validator=is_a(OrderLine))
    charges: tuple[Charge, ...] = attrs.field(
        default=(), converter=as_tuple, validator=each(Charge)
    )

    def apply(self, order: Order, *, at: datetime) -> Order:
        """Return *order* with the line."""
        return order.add(self.line, at=at, charges=self.charges)


@final
@attrs.frozen(kw_only=True)
class CancelUnits:
    """*quantity* units of a *line* that have not left are not to be shipped."""

    line: LineId = attrs.field(validator=is_a(LineId))
    quantity: int = attrs.field(validator=above_zero)
    reason: str = attrs.field(default="", repr=False, validator=note)

    def apply(self, order: Order, *, at: datetime) -> Order:
        """Return *order* without the units."""
        return order.record(
            LineEventKind.CANCELLED,
            line=self.line,
            quantity=self.quantity,
            at=at,
            reason=self.reason,
        )


EditChange: TypeAlias = AddLine | CancelUnits | Adjustment
"""More of something, less of something, or an amount."""


class EditState(Enum):
    """How far an edit has come."""

    REQUESTED = "requested"
    """Nothing has changed yet."""

    CONFIRMED = "confirmed"
    """The order has changed."""

    DECLINED = "declined"
    """It was not wanted, and the order is as it was."""

    # Members are singletons: identity hashing is right and skips Enum's slower one in Python.
    __hash__ = object.__hash__


EDIT_TRANSITIONS: Final[Mapping[EditState, frozenset[EditState]]] = MappingProxyType(
    {
        EditState.REQUESTED: frozenset({EditState.CONFIRMED, EditState.DECLINED}),
        EditState.CONFIRMED: frozenset(),
        EditState.DECLINED: frozenset(),
    }
)
"""An edit ends once; whoever wants another change asks for another edit."""


@final
@attrs.frozen(kw_only=True)
class OrderEdit:
    """
    What somebody wants to change in an order that was placed.

    Args:
        key: The edit's own name.
        order: The order.
        version: The version of the order that it was thought of for: in between nothing may
            have happened to it.
        changes: What is to change, in this order.
        requested_at: When it was asked for.
        by: Who asked, such as a member of the staff.
        reason: Why.

    Raises:
        FieldError: If there is no change, or a field has no legal value.
    """

    key: CommandKey = attrs.field(validator=is_a(CommandKey))
    order: OrderId = attrs.field(validator=is_a(OrderId))
    version: int = attrs.field(validator=not_negative)
    changes: tuple[EditChange, ...] = attrs.field(
        converter=as_tuple, validator=each(AddLine, CancelUnits, Adjustment)
    )
    requested_at: datetime = attrs.field(validator=aware)
    by: str = attrs.field(default="", validator=note)
    reason: str = attrs.field(default="", repr=False, validator=note)
    state: EditState = attrs.field(default=EditState.REQUESTED, validator=is_a(EditState))

    def __attrs_post_init__(self) -> None:
        if not self.changes:
            raise refuse(self, "changes", self.changes, "one change or more")


@final
@attrs.frozen(kw_only=True)
class EditPreview:
    """What an order would be, and what the buyer would have to pay or get back then."""

    before: Order = attrs.field(validator=is_a(Order))
    after: Order = attrs.field(validator=is_a(Order))

    @property
    def difference(self) -> OrderDifference:
        """What would change."""
        return difference(self.after, since=self.before)

    @property
    def to_pay(self) -> Money:
        """What would be owed afterwards."""
        return self.after.owed

    @property
    def to_pay_back(self) -> Money:
        """What the buyer would have to get back afterwards."""
        return self.after.overpaid

    def explain(self) -> str:
        """Say what would change, and what would be to pay."""
        return f"{self.difference.explain()}\nto pay {self.to_pay}, to pay back {self.to_pay_back}"


@final
@attrs.frozen(kw_only=True)
class EditRefused:
    """Why an edit cannot be made: every change that does not fit, in words."""

    reasons: tuple[str, ...] = attrs.field(converter=as_tuple, validator=each(str))

    def explain(self) -> str:
        """Say all that is wrong."""
        return "\n".join(["edit refused", *self.reasons])


def preview_edit(order: Order, *, edit: OrderEdit, now: datetime) -> EditPreview | EditRefused:
    """
    Return what *edit* would make of *order* at *now*, or everything that stands against it.

    Raises:
        FieldError: If the edit is of another order.

    >>> from datetime import UTC
    >>> from ecomkit.identifiers import ChannelId, Sku
    >>> from ecomkit.money import Currency, Money
    >>> noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    >>> line = OrderLine(
    ...     id=LineId("1"), sku=Sku("ELEPHANT"), quantity=3, unit_price=Money(2390, Currency.EUR)
    ... )
    >>> order = Order(
    ...     id=OrderId("shop/1"),
    ...     channel=ChannelId("shop"),
    ...     currency=Currency.EUR,
    ...     placed_at=noon,
    ...     lines=[line],
    ... )
    >>> edit = OrderEdit(
    ...     key=CommandKey("e-1"),
    ...     order=order.id,
    ...     version=order.version,
    ...     changes=[CancelUnits(line=line.id, quantity=1)],
    ...     requested_at=noon,
    ... )
    >>> print(preview_edit(order, edit=edit, now=noon).explain())
    order shop/1, version 0 -> 1
    line 1 cancelled: 0 -> 1
    due: 71.70 EUR -> 47.80 EUR
    owed: 71.70 EUR -> 47.80 EUR
    to pay 47.80 EUR, to pay back 0.00 EUR
    """
    if edit.order != order.id:
        raise refuse(edit, "order", edit.order, f"{order.id}, as the order")
    reasons = []
    if edit.state is not EditState.REQUESTED:
        reasons.append(f"the edit is {edit.state.value} already")
    if edit.version != order.version:
        reasons.append(
            f"the order has changed since: it is at version {order.version}, "
            f"the edit is for version {edit.version}"
        )
    after = order
    for change in edit.changes:
        try:
            after = (
                after.with_events((change,))
                if isinstance(change, Adjustment)
                else change.apply(after, at=now)
            )
        except InputError as error:
            reasons.append(error.message)
    return EditRefused(reasons=reasons) if reasons else EditPreview(before=order, after=after)
