"""Strategies for what channels say: claims with any counters, and claims that follow each other."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import attrs
from hypothesis import strategies as st

from ecomkit.channels import (
    ChannelClaim,
    ChannelRefund,
    ClaimedStates,
    ClaimLine,
    LineUnits,
    RefundState,
)
from ecomkit.errors import FieldError
from ecomkit.identifiers import ChannelId, LineId, ListingId
from ecomkit.money import Currency, Money
from ecomkit.orders import Charge, ChargeKind, FulfilmentState, OrderState, PaymentState

__all__ = [
    "channel_claims",
    "channel_refunds",
    "claim_histories",
    "claim_lines",
    "contradictory_claims",
]

_PLACED_AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
_LISTINGS = ("L1", "L2", "L3")
# No halves of characters: no channel can send them.
_TITLES = st.text(st.characters(codec="utf-8"), max_size=10)


@st.composite
def claim_lines(
    draw: st.DrawFn,
    *,
    ids: st.SearchStrategy[LineId] | None = None,
    currency: Currency = Currency.EUR,
    max_value: int = 10,
) -> ClaimLine:
    """
    Return lines of 1 to *max_value* units, in any state of cancelling, shipping and returning.

    Raises:
        FieldError: If *max_value* is below 1.
    """
    _at_least_1(max_value, field="max_value")
    quantity = draw(st.integers(1, max_value))
    cancelled = draw(st.integers(0, quantity))
    shipped = draw(st.integers(0, quantity - cancelled))
    return ClaimLine(
        id=draw(st.just(LineId("1")) if ids is None else ids),
        listing=draw(st.sampled_from(_LISTINGS).map(ListingId)),
        quantity=quantity,
        unit_price=Money(draw(st.integers(0, 10_000)), currency),
        title=draw(_TITLES),
        cancelled=cancelled,
        shipped=shipped,
        returned=draw(st.integers(0, shipped)),
    )


@st.composite
def channel_claims(
    draw: st.DrawFn,
    *,
    channels: st.SearchStrategy[ChannelId] | None = None,
    max_lines: int = 3,
    max_value: int = 10,
) -> ChannelClaim:
    """
    Return claims on one order, of 1 to *max_lines* lines of 1 to *max_value* units.

    Raises:
        FieldError: If *max_lines* or *max_value* is below 1.
    """
    _at_least_1(max_lines, field="max_lines")
    currency = draw(st.sampled_from((Currency.EUR, Currency.JPY, Currency.KWD)))
    amounts = st.integers(0, 100_000).map(lambda amount: Money(amount, currency))
    moments = st.integers(0, 60).map(lambda days: _PLACED_AT + timedelta(days=days))
    return ChannelClaim(
        channel=draw(st.just(ChannelId("shop")) if channels is None else channels),
        number=draw(st.integers(1001, 1009).map(str)),
        version=draw(st.integers(0, 99)),
        placed_at=_PLACED_AT,
        currency=currency,
        lines=[
            draw(
                claim_lines(
                    ids=st.just(LineId(str(place))), currency=currency, max_value=max_value
                )
            )
            for place in range(1, draw(st.integers(1, max_lines)) + 1)
        ],
        buyer=draw(st.none() | _TITLES),
        shipped_at=draw(st.none() | moments),
        paid=draw(st.none() | amounts),
        status=draw(st.lists(st.sampled_from(("paid", "shipped", "closed")), max_size=2)),
    )


def channel_refunds(
    *, ids: st.SearchStrategy[str], currency: Currency = Currency.EUR
) -> st.SearchStrategy[ChannelRefund]:
    """Return refunds in any state, of an amount and of units that no line may have."""
    return st.builds(lambda name, parts: _refund(name, currency, parts), ids, _REFUND_PARTS)


def contradictory_claims(*, max_lines: int = 4) -> st.SearchStrategy[ChannelClaim]:
    """
    Return anything that a channel may say of one order, however little of it can be true.

    Lines come and go and change, counters go beyond what was ordered or are not told, words,
    totals and refunds say otherwise than the lines.

    Raises:
        FieldError: If *max_lines* is below 1.
    """
    _at_least_1(max_lines, field="max_lines")
    return st.builds(
        _contradictory,
        currency=st.sampled_from((Currency.EUR,) * 9 + (Currency.JPY,)),
        version=st.integers(0, 99),
        lines=st.lists(
            _LINE_PARTS, min_size=1, max_size=max_lines, unique_by=lambda parts: parts[0]
        ),
        charges=st.lists(_CHARGE_PARTS, max_size=2),
        paid=_AMOUNT_OR_NONE,
        total=_AMOUNT_OR_NONE,
        refunds=st.none()
        | st.lists(
            st.tuples(st.sampled_from("abc"), _REFUND_PARTS),
            max_size=3,
            unique_by=lambda parts: parts[0],
        ),
        states=st.builds(
            ClaimedStates,
            order=st.none() | st.sampled_from(OrderState),
            payment=st.none() | st.sampled_from(PaymentState),
            fulfilment=st.none() | st.sampled_from(FulfilmentState),
        ),
    )


# Strategies made once: what is made at each draw costs more than what it draws.
_UNITS_OR_NONE = st.none() | st.integers(0, 6)
_AMOUNT_OR_NONE = st.none() | st.integers(0, 6_000)
_LINE_PARTS = st.tuples(
    st.sampled_from("12345"),
    st.sampled_from(_LISTINGS),
    st.integers(1, 5),
    st.sampled_from((0, 500, 1_000)),
    _UNITS_OR_NONE,
    _UNITS_OR_NONE,
    st.integers(0, 3),
)
_CHARGE_PARTS = st.tuples(
    st.sampled_from((ChargeKind.FEE, ChargeKind.SHIPPING)), st.integers(0, 300), st.booleans()
)
_REFUND_PARTS = st.tuples(
    st.integers(0, 3_000),
    st.none() | st.integers(0, 3),
    st.none() | st.sampled_from(RefundState),
    st.lists(st.tuples(st.sampled_from("12345"), st.integers(1, 4)), max_size=2),
    st.none() | st.sampled_from(("mark-1", "mark-2")),
)


def _refund(name: str, currency: Currency, parts: tuple[Any, ...]) -> ChannelRefund:
    amount, day, state, lines, mark = parts
    return ChannelRefund(
        id=name,
        amount=Money(amount, currency),
        at=None if day is None else _PLACED_AT + timedelta(days=day),
        state=state,
        lines=[LineUnits(line=LineId(line), quantity=quantity) for line, quantity in lines],
        mark=mark,
    )


def _contradictory(
    *,
    currency: Currency,
    version: int,
    lines: list[tuple[Any, ...]],
    charges: list[tuple[Any, ...]],
    paid: int | None,
    total: int | None,
    refunds: list[tuple[Any, ...]] | None,
    states: ClaimedStates,
) -> ChannelClaim:
    first = LineId(lines[0][0])
    return ChannelClaim(
        channel=ChannelId("shop"),
        number="1001",
        version=version,
        placed_at=_PLACED_AT,
        currency=currency,
        lines=[
            ClaimLine(
                id=LineId(name),
                listing=ListingId(listing),
                quantity=quantity,
                unit_price=Money(price, currency),
                cancelled=cancelled,
                shipped=shipped,
                returned=returned,
            )
            for name, listing, quantity, price, cancelled, shipped, returned in lines
        ],
        charges=[
            Charge(kind=kind, amount=Money(amount, currency), line=first if is_of_line else None)
            for kind, amount, is_of_line in charges
        ],
        paid=None if paid is None else Money(paid, currency),
        total=None if total is None else Money(total, currency),
        refunds=None
        if refunds is None
        else [_refund(name, currency, parts) for name, parts in refunds],
        states=states,
    )


@st.composite
def claim_histories(
    draw: st.DrawFn,
    *,
    claims: st.SearchStrategy[ChannelClaim] | None = None,
    max_size: int = 5,
) -> tuple[ChannelClaim, ...]:
    """
    Return what a channel says of one order over time, oldest first, up to *max_size* claims.

    Counters only grow and end at what the drawn claim says; versions grow at each step.

    Args:
        draw: Given by Hypothesis.
        claims: The last word; none means :func:`channel_claims`.
        max_size: The most claims, 1 or more.

    Raises:
        FieldError: If *max_size* is below 1.
    """
    _at_least_1(max_size, field="max_size")
    last = draw(channel_claims() if claims is None else claims)
    told = [last]
    for _ in range(draw(st.integers(0, max_size - 1))):
        told.append(
            attrs.evolve(told[-1], lines=[draw(_earlier(line)) for line in told[-1].lines])
        )
    first = last.version
    return tuple(
        attrs.evolve(claim, version=first + place) for place, claim in enumerate(reversed(told))
    )


@st.composite
def _earlier(draw: st.DrawFn, line: ClaimLine) -> ClaimLine:
    # The claims that histories are made of tell all their units.
    shipped = draw(st.integers(0, line.shipped or 0))
    return attrs.evolve(
        line,
        cancelled=draw(st.integers(0, line.cancelled or 0)),
        shipped=shipped,
        returned=draw(st.integers(0, min(shipped, line.returned))),
    )


def _at_least_1(got: int, *, field: str) -> None:
    if got < 1:
        raise FieldError(owner="channel_claims", field=field, got=got, wanted="1 or more")
