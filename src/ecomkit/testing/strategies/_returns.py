"""Strategies for returns: requests for the units of any order, and what was in the parcel."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from ecomkit.errors import FieldError
from ecomkit.identifiers import Sku
from ecomkit.orders import LineEventKind
from ecomkit.returns import (
    Condition,
    Disposition,
    ReceivedLine,
    Reception,
    ReturnLine,
    ReturnReason,
    ReturnRequest,
)
from ecomkit.testing.strategies._orders import orders

if TYPE_CHECKING:
    from ecomkit.orders import Order, OrderLine

__all__ = ["receptions", "return_requests"]

_FIRST_DAY = datetime(2026, 3, 1, 12, tzinfo=UTC)


@st.composite
def return_requests(
    draw: st.DrawFn,
    *,
    placed: st.SearchStrategy[Order] | None = None,
    max_entries: int = 4,
    max_quantity: int = 20,
) -> ReturnRequest:
    """
    Return requests for units of orders in any state, whether a policy would accept them or not.

    Args:
        draw: Given by Hypothesis.
        placed: The orders that the requests are about; none means :func:`orders`.
        max_entries: The most entries, 1 or more.
        max_quantity: The most units of an entry, 1 or more.

    Raises:
        FieldError: If a bound is below 1.
    """
    for field, bound in (("max_entries", max_entries), ("max_quantity", max_quantity)):
        if bound < 1:
            raise FieldError(owner="return_requests", field=field, got=bound, wanted="1 or more")
    order = draw(orders() if placed is None else placed)
    entries = st.builds(
        ReturnLine,
        line=st.sampled_from([line.id for line in order.lines]),
        quantity=st.integers(1, max_quantity),
        condition=st.sampled_from(Condition),
        reason=st.sampled_from(ReturnReason),
    )
    lines = draw(
        st.lists(
            entries,
            min_size=1,
            max_size=max_entries,
            unique_by=lambda entry: (entry.line, entry.condition, entry.reason),
        )
    )
    days = draw(st.integers(0, 120))
    return ReturnRequest(order=order, lines=lines, requested_at=_FIRST_DAY + timedelta(days=days))


@st.composite
def receptions(draw: st.DrawFn, *, order: Order) -> Reception:
    """
    Return what may have come back of *order*: at most what is out, and now and then another sku.

    Raises:
        FieldError: If nothing of the order is out.
    """
    out = [line for line in order.lines if order.counts(line.id).out]
    if not out:
        raise FieldError(owner="receptions", field="order", got=order.id, wanted="shipped")
    chosen = draw(st.lists(st.sampled_from(out), min_size=1, unique_by=lambda line: line.id))
    return Reception(lines=[draw(_received(line, order=order)) for line in chosen])


def _received(line: OrderLine, *, order: Order) -> st.SearchStrategy[ReceivedLine]:
    most = order.counts(line.id).possible(LineEventKind.RETURNED)
    return st.builds(
        ReceivedLine,
        line=st.just(line.id),
        quantity=st.integers(1, most),
        disposition=st.sampled_from(Disposition),
        sku=st.sampled_from((None, line.sku, Sku("SOMETHING-ELSE"))),
    )
