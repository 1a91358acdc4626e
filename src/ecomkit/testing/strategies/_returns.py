"""Strategies for returns: requests for the units of any order, and what was in the parcel."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

import attrs
from hypothesis import strategies as st

from ecomkit.errors import FieldError
from ecomkit.identifiers import ChannelId, LineId, OrderId, Sku
from ecomkit.money import Currency, Money
from ecomkit.orders import LineEvent, LineEventKind, Order, OrderLine
from ecomkit.returns import (
    LEGAL_FLOORS,
    BuyerKind,
    CategoryIs,
    Condition,
    ConditionIs,
    Disposition,
    ExemptGoods,
    Exemption,
    FirstInScope,
    HasAuthorisation,
    HasProof,
    InScope,
    NotAlreadyReturned,
    NotFinalSale,
    Notice,
    OfferKind,
    Party,
    Proof,
    ReceivedLine,
    Reception,
    RestockingFee,
    ReturnHistory,
    ReturnLimit,
    ReturnLine,
    ReturnPolicy,
    ReturnReason,
    ReturnRequest,
    ReturnWindow,
    Scope,
    ShippingRefund,
    TermsRule,
    ValueLoss,
    WasDelivered,
    WasShipped,
    WithdrawalNotice,
)
from ecomkit.testing.strategies._orders import orders
from ecomkit.timeline import Boundary

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecomkit.returns import ReturnRule

__all__ = [
    "consumer_requests",
    "receptions",
    "return_policies",
    "return_requests",
    "sent_orders",
]

_FIRST_DAY = datetime(2026, 3, 1, 12, tzinfo=UTC)
_DAYS = 800
_ZONES = ("Europe/Paris", "Europe/Lisbon", "America/New_York", "Pacific/Apia")
_CATEGORIES = (("toys",), ("food", "toys"))


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
def consumer_requests(
    draw: st.DrawFn, *, placed: st.SearchStrategy[Order] | None = None
) -> ReturnRequest:
    """
    Return requests with all the facts that the law and rules ask for, over about two years.

    Args:
        draw: Given by Hypothesis.
        placed: The orders that the requests are about; none means :func:`sent_orders`.
    """
    request = draw(return_requests(placed=sent_orders() if placed is None else placed))
    order = request.order
    last = max((event.at for event in order.events), default=_FIRST_DAY)
    passed = draw(_hours(25) | _hours(_DAYS))
    return attrs.evolve(
        request,
        requested_at=last + passed,
        country=draw(st.sampled_from((None, "US", *sorted(LEGAL_FLOORS)))),
        buyer=draw(st.sampled_from(BuyerKind)),
        notice=draw(_notices()),
        proofs=draw(st.sampled_from(((), (Proof.PHOTOS,), tuple(Proof)))),
        authorisation=draw(st.sampled_from(("", "RMA-1"))),
        open_units={order.lines[0].id: draw(st.sampled_from((0, 0, 1, 2)))},
        history=draw(st.none() | _histories()),
    )


@st.composite
def sent_orders(draw: st.DrawFn) -> Order:
    """Return orders of few units that were sent, arrived, got lost or came back at any time."""
    units = draw(st.lists(st.integers(1, 4), min_size=1, max_size=2))
    currency = draw(st.sampled_from((Currency.EUR, Currency.JPY)))
    lines = [
        OrderLine(
            id=LineId(str(place)),
            sku=Sku(f"ELEPHANT-{place}"),
            quantity=quantity,
            unit_price=Money(draw(st.integers(0, 9999)), currency),
            category=draw(st.sampled_from((None, "toys", "food"))),
        )
        for place, quantity in enumerate(units)
    ]
    order = Order(
        id=OrderId("shop/1"),
        channel=ChannelId("shop"),
        currency=currency,
        placed_at=_FIRST_DAY,
        lines=lines,
    )
    return order.with_events(event for line in lines for event in _fate(draw, line))


def _fate(draw: st.DrawFn, line: OrderLine) -> Iterator[LineEvent]:
    """Yield what happened to the units of *line*; most often all of them arrived."""
    left = line.quantity
    some = st.sampled_from((0, 0, 0, 1, 2))
    cancelled = min(left, draw(some))
    shipped = left - cancelled - min(left - cancelled, draw(some))
    lost = min(shipped, draw(some))
    delivered = shipped - lost - min(shipped - lost, draw(some))
    returned = min(shipped - lost, draw(some))
    first = min(delivered, draw(some))
    for kind, quantity in (
        (LineEventKind.CANCELLED, cancelled),
        (LineEventKind.SHIPPED, shipped),
        (LineEventKind.LOST, lost),
        (LineEventKind.DELIVERED, first),
        (LineEventKind.DELIVERED, delivered - first),
        (LineEventKind.RETURNED, returned),
        (LineEventKind.CREDITED, min(shipped, returned + draw(some))),
    ):
        if quantity:
            at = _FIRST_DAY + draw(_hours(30) | _hours(_DAYS))
            yield LineEvent(kind=kind, line=line.id, quantity=quantity, at=at)


@cache
def _hours(days: int) -> st.SearchStrategy[timedelta]:
    # Whole hours, since windows end at midnight, in whichever zone.
    return st.integers(0, days * 24).map(lambda hours: timedelta(hours=hours))


# Strategies that are made once: to make one costs more than to draw from it.


@cache
def _moments() -> st.SearchStrategy[datetime]:
    return _hours(_DAYS).map(lambda passed: _FIRST_DAY + passed)


@cache
def _notices() -> st.SearchStrategy[WithdrawalNotice]:
    told = st.builds(
        WithdrawalNotice,
        of_right=st.sampled_from((Notice.IN_TIME, Notice.NEVER)),
        of_return_costs=st.sampled_from(Notice),
    )
    late = st.builds(WithdrawalNotice, of_right=st.just(Notice.LATE), at=_moments())
    return told | late


@cache
def _histories() -> st.SearchStrategy[ReturnHistory]:
    few = st.integers(0, 20)
    return st.builds(
        ReturnHistory, days=st.just(365), orders=few, units=few, returns=few, returned=few
    )


@st.composite
def return_policies(draw: st.DrawFn) -> ReturnPolicy:
    """Return policies of rules that come along, with any parameters, in any scope and order."""
    return ReturnPolicy(
        rules=draw(st.lists(_rules(), max_size=6)),
        terms=draw(st.lists(_terms_rules(), max_size=2)),
        home=draw(st.none() | st.sampled_from(("FR", "CH"))),
        exempt=draw(
            st.lists(
                st.builds(ExemptGoods, scope=_scopes(), exemption=st.sampled_from(Exemption)),
                max_size=1,
            )
        ),
    )


@cache
def _scopes() -> st.SearchStrategy[Scope]:
    return st.builds(
        Scope,
        countries=st.sampled_from(((), ("FR", "DE"))),
        categories=st.sampled_from(((), *_CATEGORIES)),
        conditions=st.sampled_from(((), (Condition.NEW, Condition.OPENED))),
        buyers=st.sampled_from(((), (BuyerKind.CONSUMER,))),
    )


@cache
def _rules() -> st.SearchStrategy[ReturnRule]:
    windows = st.builds(
        ReturnWindow,
        days=st.integers(0, 60),
        zone=st.sampled_from(_ZONES),
        boundary=st.sampled_from(Boundary),
    )
    plain = st.one_of(
        st.sampled_from(
            (
                WasShipped(),
                WasDelivered(),
                NotAlreadyReturned(),
                HasAuthorisation(),
                NotFinalSale(),
            )
        ),
        windows,
        st.builds(ConditionIs, allowed=st.lists(st.sampled_from(Condition), unique=True)),
        st.builds(CategoryIs, excluded=st.sampled_from(_CATEGORIES)),
        st.builds(HasProof, kinds=st.lists(st.sampled_from(Proof), unique=True)),
        st.builds(
            ReturnLimit, days=st.just(365), returns=st.integers(0, 9), percent=st.integers(0, 100)
        ),
    )
    scoped = st.builds(InScope, scope=_scopes(), rule=plain)
    return st.one_of(plain, scoped, st.builds(FirstInScope, cases=st.lists(scoped, max_size=2)))


@st.composite
def _terms_rules(draw: st.DrawFn) -> TermsRule:
    percents = st.integers(0, 1000).map(lambda tenths: Decimal(tenths) / 10)
    return TermsRule(
        scope=draw(_scopes()),
        return_shipping_paid_by=draw(st.sampled_from(Party)),
        restocking_fee=draw(st.none() | st.builds(RestockingFee, percent=percents)),
        standard_shipping=draw(st.sampled_from(ShippingRefund)),
        value_loss=draw(st.sampled_from(ValueLoss)),
        offers=draw(
            st.lists(
                st.sampled_from([kind for kind in OfferKind if kind is not OfferKind.KEEP]),
                min_size=1,
                unique=True,
            )
        ),
        credit_bonus_percent=draw(percents),
    )


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
