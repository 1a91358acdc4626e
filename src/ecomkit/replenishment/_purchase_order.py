"""Purchase orders: what was ordered from a supplier, and how much of it has come."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date  # stores read the field types at run time
from typing import Self, final

import attrs

from ecomkit._checks import as_tuple, each, is_a, optional, plain_date, refuse
from ecomkit.errors import AttentionError
from ecomkit.identifiers import LocationId, PurchaseOrderId, Sku, SupplierId
from ecomkit.money import Money, sum_money
from ecomkit.replenishment._numbers import units as units_or_none
from ecomkit.replenishment._purchase_order_state import (
    EXACT,
    DeliveryTolerance,
    PurchaseOrderState,
    PurchaseOrderStateError,
    check_stated,
)
from ecomkit.replenishment._receipt import ExpectedReceipt, check_units_received

_State = PurchaseOrderState


@attrs.frozen(kw_only=True)
class NotOrderedError(AttentionError):
    """
    Raised when goods or a promise come under a purchase order that does not name them.

    >>> error = NotOrderedError(
    ...     purchase_order=PurchaseOrderId("PO-1"), sku=Sku("TIGER"), location=LocationId("LYON")
    ... )
    >>> print(error)
    purchase order PO-1 has no line for TIGER at LYON; look at the goods, then count them in or send them back
    """

    purchase_order: PurchaseOrderId
    sku: Sku
    location: LocationId

    @property
    def message(self) -> str:
        """What came, under which order, and what to do."""
        return (
            f"purchase order {self.purchase_order} has no line for {self.sku} at "
            f"{self.location}; look at the goods, then count them in or send them back"
        )


@final
@attrs.frozen(kw_only=True)
class SupplierPromise:
    """
    What a supplier promises of one sku: how many, and by which day.

    None says that it promised what was asked. 0 units refuse the sku.

    Raises:
        FieldError: If ``units`` is below 0, or ``on`` no date.
    """

    sku: Sku = attrs.field(validator=is_a(Sku))
    location: LocationId = attrs.field(validator=is_a(LocationId))
    units: int | None = attrs.field(default=None, validator=optional(units_or_none))
    on: date | None = attrs.field(default=None, validator=optional(plain_date))


@final
@attrs.frozen(kw_only=True)
class PurchaseOrder:
    """
    An order placed with a supplier; its lines are the receipts to expect.

    Its life is the table ``PURCHASE_ORDER_TRANSITIONS``: it is drafted, sent, confirmed,
    received in parts and closed, or cancelled before anything came. A draft counts as on order,
    so that planning twice orders once.

    Args:
        id: Its name in our books.
        supplier: Who delivers.
        placed_on: The day on which it was written.
        lines: What was ordered.
        stated: The last state that somebody put it into; what came does the rest, see ``state``.
        sent_on: The day on which the supplier got it; None for the day of ``placed_on``.
        tolerance: What counts as complete, and how much more is taken without a word.

    Raises:
        FieldError: If there is no line, or a line belongs to another purchase order.

    >>> order = PurchaseOrder(
    ...     id=PurchaseOrderId("PO-1"),
    ...     placed_on=date(2026, 10, 1),
    ...     lines=[
    ...         ExpectedReceipt(
    ...             purchase_order=PurchaseOrderId("PO-1"),
    ...             sku=Sku("ELEPHANT-KNIT"),
    ...             location=LocationId("LYON"),
    ...             quantity=48,
    ...             expected_on=date(2026, 10, 8),
    ...         )
    ...     ],
    ... )
    >>> partly = order.receive(Sku("ELEPHANT-KNIT"), location=LocationId("LYON"), quantity=40)
    >>> partly.open, partly.state.value
    (8, 'partially_received')
    >>> partly.close().open, partly.close().short, partly.close().state.value
    (0, 8, 'closed')
    """

    id: PurchaseOrderId = attrs.field(validator=is_a(PurchaseOrderId))
    supplier: SupplierId | None = attrs.field(default=None, validator=optional(is_a(SupplierId)))
    placed_on: date = attrs.field(validator=plain_date)
    lines: tuple[ExpectedReceipt, ...] = attrs.field(
        converter=as_tuple, validator=each(ExpectedReceipt)
    )
    stated: PurchaseOrderState = attrs.field(default=_State.SENT, validator=check_stated)
    sent_on: date | None = attrs.field(default=None, validator=optional(plain_date))
    tolerance: DeliveryTolerance = attrs.field(default=EXACT, validator=is_a(DeliveryTolerance))

    def __attrs_post_init__(self) -> None:
        if not self.lines or any(line.purchase_order != self.id for line in self.lines):
            raise refuse(self, "lines", self.lines, f"one or more lines of {self.id}")

    @property
    def state(self) -> PurchaseOrderState:
        """How far it is: what somebody said of it, and what has come."""
        if self.stated in (_State.DRAFT, _State.CLOSED, _State.CANCELLED):
            return self.stated
        if not self.open:
            return _State.CLOSED
        return _State.PARTIALLY_RECEIVED if self.received else self.stated

    @property
    def is_draft(self) -> bool:
        """Whether the supplier does not know of it."""
        return self.stated is _State.DRAFT

    @property
    def ordered_on(self) -> date:
        """The day from which the supplier's lead time counts."""
        return self.placed_on if self.sent_on is None else self.sent_on

    @property
    def open(self) -> int:
        """Units that are still to come."""
        return sum(line.open for line in self.lines)

    @property
    def received(self) -> int:
        """Units that have come."""
        return sum(line.received for line in self.lines)

    @property
    def over(self) -> int:
        """Units that came beyond what was ordered."""
        return sum(line.over for line in self.lines)

    @property
    def beyond_tolerance(self) -> int:
        """Units that came beyond what the tolerance takes: keep them or send them back."""
        most = self.tolerance.most
        return sum(max(0, line.received - most(line.due)) for line in self.lines)

    @property
    def short(self) -> int:
        """Units that are missing and not awaited any more."""
        return sum(line.short for line in self.lines)

    @property
    def cost(self) -> Money | None:
        """What all lines cost as ordered; None as long as the cost of one is unknown."""
        costs = [line.cost for line in self.lines if line.cost is not None]
        return sum_money(costs) if len(costs) == len(self.lines) else None

    def send(self, *, on: date) -> Self:
        """
        Return the draft as sent on the day *on*.

        Raises:
            PurchaseOrderStateError: If it is no draft.
        """
        self._refuse_unless("send", _State.DRAFT)
        return attrs.evolve(self, stated=_State.SENT, sent_on=on)

    def confirm(self, promises: Iterable[SupplierPromise] = ()) -> Self:
        """
        Return the order as the supplier promises it; what no promise names is as ordered.

        It may promise again, for what is still open. Where several lines have one sku and
        location, the units fill them by expected day, and the day is that of all of them.

        Raises:
            PurchaseOrderStateError: If the supplier does not know of it, or nothing is awaited.
            NotOrderedError: If no line has the sku and location of a promise.
            FieldError: If two promises are about one sku and location, or one is none.
        """
        self._refuse_unless("confirm", _State.SENT, _State.CONFIRMED, _State.PARTIALLY_RECEIVED)
        lines = [
            attrs.evolve(line, promised_on=line.promised_on or line.expected_on)
            for line in self.lines
        ]
        named = set()
        for promise in promises:
            if not isinstance(promise, SupplierPromise):
                raise refuse(self, "promises", promise, "an iterable of SupplierPromise")
            if (promise.sku, promise.location) in named:
                raise refuse(self, "promises", promise.sku, "named once for each location")
            named.add((promise.sku, promise.location))
            self._promised(lines, promise)
        return attrs.evolve(
            self, stated=_State.CONFIRMED, lines=[self._settled(line) for line in lines]
        )

    def expect(self, sku: Sku, *, location: LocationId, on: date) -> Self:
        """
        Return the order with its open units of *sku* expected on another day.

        The promise stays what it was, so that lateness is not forgotten.

        Raises:
            PurchaseOrderStateError: If nothing of the order is awaited.
            NotOrderedError: If no line names this sku at this location.
        """
        self._refuse_if("expect goods", _State.CLOSED, _State.CANCELLED)
        lines = list(self.lines)
        for place in self._places(sku, location):
            if lines[place].open:
                lines[place] = attrs.evolve(lines[place], expected_on=on)
        return attrs.evolve(self, lines=lines)

    def receive(
        self, sku: Sku, *, location: LocationId, quantity: int, on: date | None = None
    ) -> Self:
        """
        Return the order with *quantity* units of *sku* received at *location*.

        They fill the lines of that sku and location by expected day, then by their place in the
        order; what is beyond all of them goes to the last and shows in ``over``. A line that is
        complete within the tolerance is closed. The day *on*, where it is known, is kept for the
        lead time.

        Raises:
            NotOrderedError: If no line names this sku at this location.
            PurchaseOrderStateError: If the order is a draft or cancelled.
            FieldError: If *quantity* is below 1 or no whole number.
        """
        check_units_received(self, quantity)
        self._refuse_if("receive", _State.DRAFT, _State.CANCELLED)
        places = self._places(sku, location)
        lines, left = list(self.lines), quantity
        for place in places:
            taken = left if place == places[-1] else min(left, lines[place].open)
            if taken:
                lines[place] = self._settled(lines[place].receive(taken, on=on))
                left -= taken
        return attrs.evolve(self, lines=lines)

    def close(self) -> Self:
        """
        Return the order with nothing more awaited: what is missing shows in ``short``.

        Raises:
            PurchaseOrderStateError: If it is a draft or cancelled.
        """
        self._refuse_if("close", _State.DRAFT, _State.CANCELLED)
        return self._ended(_State.CLOSED)

    def cancel(self) -> Self:
        """
        Return the order called off.

        Raises:
            PurchaseOrderStateError: If something came already, or it is closed: close it short.
        """
        self._refuse_if("cancel", _State.PARTIALLY_RECEIVED, _State.CLOSED)
        return self._ended(_State.CANCELLED)

    def _ended(self, state: PurchaseOrderState) -> Self:
        lines = [attrs.evolve(line, is_closed=True) for line in self.lines]
        return attrs.evolve(self, stated=state, lines=lines)

    def _settled(self, line: ExpectedReceipt) -> ExpectedReceipt:
        """Close *line* once all but the tolerance has come; a new promise may open it again."""
        is_complete = bool(line.received) and line.received >= self.tolerance.least(line.due)
        is_closed = is_complete and line.received < line.due
        return attrs.evolve(line, is_closed=is_closed or self.stated is _State.CLOSED)

    def _promised(self, lines: list[ExpectedReceipt], promise: SupplierPromise) -> None:
        places = self._places(promise.sku, promise.location)
        left = promise.units
        for place in places:
            line = lines[place]
            if promise.on is not None:
                line = attrs.evolve(line, promised_on=promise.on, expected_on=promise.on)
            if left is not None:
                confirmed = left if place == places[-1] else min(left, line.quantity)
                line = attrs.evolve(line, confirmed=confirmed)
                left -= confirmed
            lines[place] = line

    def _places(self, sku: Sku, location: LocationId) -> list[int]:
        """Return where the lines of *sku* at *location* stand, by expected day."""
        found = [
            place
            for place, line in enumerate(self.lines)
            if (line.sku, line.location) == (sku, location)
        ]
        if not found:
            raise NotOrderedError(purchase_order=self.id, sku=sku, location=location)
        return sorted(found, key=lambda place: (self.lines[place].expected_on, place))

    def _refuse_if(self, step: str, *states: PurchaseOrderState) -> None:
        if self.state in states:
            raise PurchaseOrderStateError(purchase_order=self.id, state=self.state, step=step)

    def _refuse_unless(self, step: str, *states: PurchaseOrderState) -> None:
        if self.state not in states:
            raise PurchaseOrderStateError(purchase_order=self.id, state=self.state, step=step)
