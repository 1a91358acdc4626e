"""Strategies for orders: as they are placed, and in any state that valid steps lead to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from ecomkit.errors import FieldError
from ecomkit.identifiers import ChannelId, CustomerId, LineId, OrderId, ParcelId, Sku
from ecomkit.money import Currency, Money
from ecomkit.orders import (
    Adjustment,
    AdjustmentKind,
    Charge,
    ChargeKind,
    ChargeTarget,
    Fact,
    HoldEvent,
    HoldKind,
    HoldStep,
    LineEvent,
    LineEventKind,
    Order,
    OrderLine,
    Payment,
    PaymentKind,
    Taxation,
    Tender,
    TenderKind,
)

__all__ = ["order_lines", "order_steps", "orders", "placed_orders"]

# The simplest first, since shrinking ends there: two digits, none, three.
_CURRENCIES = tuple(dict.fromkeys((Currency.EUR, Currency.JPY, Currency.KWD, *Currency)))
_PLACED_AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
_TENDERS = (Tender(), Tender(kind=TenderKind.CARD), Tender(kind=TenderKind.GIFT_CARD, name="g-1"))
_CATEGORIES = (None, "toys", "books")


def order_lines(
    *,
    currency: Currency,
    ids: st.SearchStrategy[LineId] | None = None,
    max_quantity: int = 20,
    max_unit_price: int = 100_000,
) -> st.SearchStrategy[OrderLine]:
    """
    Return lines in *currency*, of 1 to *max_quantity* units, free ones among them.

    Raises:
        FieldError: If *max_quantity* is below 1 or *max_unit_price* below 0.
    """
    _at_least(1, max_quantity, field="max_quantity")
    _at_least(0, max_unit_price, field="max_unit_price")
    return st.builds(
        OrderLine,
        id=st.just(LineId("1")) if ids is None else ids,
        sku=st.sampled_from("ABC").map(Sku),
        quantity=st.integers(1, max_quantity),
        unit_price=st.integers(0, max_unit_price).map(lambda amount: Money(amount, currency)),
        category=st.sampled_from(_CATEGORIES),
    )


@st.composite
def placed_orders(
    draw: st.DrawFn,
    *,
    currencies: st.SearchStrategy[Currency] | None = None,
    min_lines: int = 1,
    max_lines: int = 4,
    max_quantity: int = 20,
    max_unit_price: int = 100_000,
) -> Order:
    """
    Return orders as they are placed: lines, shipping, fees, taxes and discounts of all kinds.

    Raises:
        FieldError: If the bounds contradict each other.
    """
    _at_least(1, min_lines, field="min_lines")
    _at_least(min_lines, max_lines, field="max_lines")
    currency = draw(st.sampled_from(_CURRENCIES) if currencies is None else currencies)
    lines = [
        draw(
            order_lines(
                currency=currency,
                ids=st.just(LineId(str(place))),
                max_quantity=max_quantity,
                max_unit_price=max_unit_price,
            )
        )
        for place in range(1, draw(st.integers(min_lines, max_lines)) + 1)
    ]
    charges = [charge for line in lines for charge in _line_charges(draw, line)]
    charges += [_extra(draw, currency=currency, line=None) for _ in range(draw(st.integers(0, 2)))]
    goods = sum(line.goods.amount for line in lines)
    total = goods + sum(charge.amount.amount for charge in charges if charge.adds)
    discount = draw(st.one_of(st.just(0), st.integers(0, total)))
    charges.append(Charge(kind=ChargeKind.DISCOUNT, amount=Money(-discount, currency)))
    charges += draw(_shipping(currency))
    return Order(
        id=OrderId("shop/1"),
        channel=ChannelId("shop"),
        currency=currency,
        placed_at=_PLACED_AT,
        lines=lines,
        charges=charges,
        customer=draw(st.sampled_from((None, CustomerId("ada")))),
    )


@st.composite
def orders(
    draw: st.DrawFn,
    *,
    placed: st.SearchStrategy[Order] | None = None,
    min_steps: int = 0,
    max_steps: int = 8,
) -> Order:
    """
    Return orders in any state that *min_steps* to *max_steps* valid steps lead to.

    Args:
        draw: Given by Hypothesis.
        placed: The orders to start from; none means :func:`placed_orders`.
        min_steps: The fewest steps, 0 or more.
        max_steps: The most steps.

    Raises:
        FieldError: If *max_steps* is below *min_steps*.
    """
    _at_least(0, min_steps, field="min_steps")
    _at_least(min_steps, max_steps, field="max_steps")
    order = draw(placed_orders() if placed is None else placed)
    for place in range(draw(st.integers(min_steps, max_steps))):
        # Rarely a line is added; else units or money move.
        if draw(st.integers(0, 9)) == 9:  # noqa: PLR2004  # one step in ten
            line = draw(
                order_lines(currency=order.currency, ids=st.just(LineId(f"added-{place}")))
            )
            order = order.add(line, at=_PLACED_AT, charges=_line_charges(draw, line))
        else:
            order = order.with_events((draw(order_steps(order)),))
    return order


@st.composite
def order_steps(draw: st.DrawFn, order: Order) -> Fact:
    """Return the events, payments, adjustments and holds that *order* accepts next."""
    moves = [
        (line.id, kind, possible)
        for line in order.lines
        for kind in LineEventKind
        if (possible := order.counts(line.id).possible(kind)) > 0
    ]
    moving = draw(st.integers(0, 8))
    if moves and moving < 4:  # noqa: PLR2004  # about as often as money moves
        line, kind, possible = draw(st.sampled_from(moves))
        return LineEvent(
            kind=kind,
            line=line,
            quantity=draw(_often(possible, most=possible)),
            at=draw(_instants()),
            parcel=draw(st.sampled_from((None, ParcelId("p-1"), ParcelId("p-2")))),
        )
    if moving == 8:  # noqa: PLR2004  # rarely something else
        return draw(st.one_of(_adjustments(order.currency), _hold_events()))
    return draw(_payments(order))


@st.composite
def _payments(draw: st.DrawFn, order: Order) -> Payment:
    # What is due comes up often, so that orders are paid exactly and refunded exactly.
    paid = order.paid
    due = order.effective_total.amount
    most = {
        PaymentKind.CAPTURED: 2 * due + 1,
        PaymentKind.AUTHORISED: 2 * due + 1,
        PaymentKind.VOIDED: 2 * due + 1,
        PaymentKind.DECLINED: 2 * due + 1,
        PaymentKind.REFUNDED: paid.captured.amount - paid.refunded.amount,
        PaymentKind.REFUND_FAILED: paid.refunded.amount,
        PaymentKind.CHARGED_BACK: paid.captured.amount - paid.charged_back.amount,
        PaymentKind.CHARGEBACK_REVERSED: paid.charged_back.amount,
    }
    kind = draw(st.sampled_from([kind for kind, amount in most.items() if amount > 0]))
    favourite = order.overpaid.amount if kind is PaymentKind.REFUNDED else due
    amount = draw(_often(min(favourite, most[kind]), most=most[kind]))
    return Payment(
        kind=kind,
        amount=Money(amount, order.currency),
        at=draw(_instants()),
        tender=draw(st.sampled_from(_TENDERS)),
    )


@st.composite
def _adjustments(draw: st.DrawFn, currency: Currency) -> Adjustment:
    kind = draw(st.sampled_from(AdjustmentKind))
    is_more = kind in (AdjustmentKind.RESTOCKING_FEE, AdjustmentKind.RETURN_SHIPPING)
    amount = draw(st.integers(1, 2_000))
    return Adjustment(
        kind=kind, amount=Money(amount if is_more else -amount, currency), at=draw(_instants())
    )


def _hold_events() -> st.SearchStrategy[HoldEvent]:
    return st.builds(
        HoldEvent,
        step=st.sampled_from(HoldStep),
        kind=st.sampled_from(HoldKind),
        at=_instants(),
    )


def _instants() -> st.SearchStrategy[datetime]:
    return st.integers(0, 60).map(lambda days: _PLACED_AT + timedelta(days=days))


def _often(favourite: int, *, most: int) -> st.SearchStrategy[int]:
    anything = st.integers(1, most)
    return st.one_of(anything, st.just(favourite)) if favourite else anything


def _line_charges(draw: st.DrawFn, line: OrderLine) -> list[Charge]:
    if not draw(st.booleans()):
        return []
    off = draw(st.integers(0, line.goods.amount))
    discount = Money(-off, line.unit_price.currency)
    return [
        Charge(kind=ChargeKind.DISCOUNT, amount=discount, line=line.id),
        _extra(draw, currency=line.unit_price.currency, line=line.id),
        _extra(draw, currency=line.unit_price.currency, line=line.id),
    ]


@st.composite
def _shipping(draw: st.DrawFn, currency: Currency) -> list[Charge]:
    """Return shipping with a discount and a tax of its own, or none."""
    if not draw(st.booleans()):
        return []
    charged = draw(st.integers(1, 2_000))
    off, tax = draw(st.integers(0, charged)), draw(st.integers(0, 500))
    return [
        Charge(kind=ChargeKind.SHIPPING, amount=Money(charged, currency)),
        Charge(kind=ChargeKind.DISCOUNT, amount=Money(-off, currency), on=ChargeTarget.SHIPPING),
        Charge(
            kind=ChargeKind.TAX,
            amount=Money(tax, currency),
            taxation=draw(st.sampled_from(Taxation)),
            on=ChargeTarget.SHIPPING,
        ),
    ]


def _extra(draw: st.DrawFn, *, currency: Currency, line: LineId | None) -> Charge:
    kind = draw(st.sampled_from((ChargeKind.SHIPPING, ChargeKind.FEE, ChargeKind.TAX)))
    return Charge(
        kind=kind,
        amount=Money(draw(st.integers(0, 2_000)), currency),
        line=line,
        taxation=draw(st.sampled_from(Taxation)) if kind is ChargeKind.TAX else None,
    )


def _at_least(least: int, got: int, *, field: str) -> None:
    if got < least:
        raise FieldError(owner="orders", field=field, got=got, wanted=f"{least} or more")
