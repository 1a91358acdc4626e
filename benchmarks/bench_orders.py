"""What the totals of an order and a decision on a return cost, next to the bare arithmetic."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

from _harness import Result, compare, timed
from _return_decisions import return_benches

from ecomkit.identifiers import LineId, Sku
from ecomkit.money import Currency, Money, Rounding
from ecomkit.orders import ChargeKind, OrderLine, Taxation, TaxMode, TaxTerms
from ecomkit.orders.pricing import (
    Extra,
    FixedDiscount,
    OfCategories,
    PercentageDiscount,
    Pricing,
    TaxRate,
    TaxRates,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ORDERS = 1_000
SHIPPING, VOUCHER = 490, 1000

# Twenty lines: unit price, quantity, whether a toy, whether a book. All differ, without chance.
NUMBERS = [
    (1999 + 137 * place, 1 + place % 4, place % 2 == 1, place % 3 == 0) for place in range(20)
]
LINES = [
    OrderLine(
        id=LineId(f"{place:02}"),
        sku=Sku(f"SKU-{place}"),
        quantity=quantity,
        unit_price=Money(price, Currency.EUR),
        category="toys" if toy else "other",
        tax_category="books" if book else None,
    )
    for place, (price, quantity, toy, book) in enumerate(NUMBERS)
]
EXTRAS = [Extra(kind=ChargeKind.SHIPPING, amount=Money(SHIPPING, Currency.EUR))]
DISCOUNTS = [
    PercentageDiscount(name="toys", rate=Decimal("0.25"), on=OfCategories(categories=["toys"])),
    PercentageDiscount(name="spring", rate=Decimal("0.1")),
    FixedDiscount(name="voucher", amount=Money(VOUCHER, Currency.EUR)),
]
RATES = {
    mode: TaxRates(
        terms=TaxTerms(taxation=Taxation.ADDED, mode=mode, rounding=Rounding.HALF_UP),
        rates=[
            TaxRate(rate=Decimal("0.2")),
            TaxRate(rate=Decimal("0.055"), categories=["books"]),
        ],
    )
    for mode in (TaxMode.PER_LINE, TaxMode.PER_ORDER)
}


def price_all(mode: TaxMode) -> int:
    """Return the total of the order, priced a thousand times from its inputs."""
    rates = RATES[mode]
    totals = [
        Pricing(lines=LINES, extras=EXTRAS, discounts=DISCOUNTS, tax=rates).totals
        for _ in range(ORDERS)
    ]
    return totals[-1].total.amount


def compute_all(mode: TaxMode) -> int:
    """Return the same total by arithmetic alone: no checks, no reasons, no values."""
    return [compute(mode) for _ in range(ORDERS)][-1]


def compute(mode: TaxMode) -> int:
    """Return the total of the order in cents."""
    left = [price * quantity for price, quantity, _, _ in NUMBERS]
    for place, (_, _, toy, _) in enumerate(NUMBERS):
        if toy:
            left[place] -= part(left[place], 25, 100)
    left = [amount - part(amount, 10, 100) for amount in left]
    left = [amount - share for amount, share in zip(left, shared(VOUCHER, left), strict=True)]
    books = [amount for amount, (_, _, _, book) in zip(left, NUMBERS, strict=True) if book]
    others = [amount for amount, (_, _, _, book) in zip(left, NUMBERS, strict=True) if not book]
    others.append(SHIPPING)
    if mode is TaxMode.PER_LINE:
        tax = sum(part(amount, 55, 1000) for amount in books)
        tax += sum(part(amount, 20, 100) for amount in others)
    else:
        tax = sum(shared(part(sum(books), 55, 1000), books))
        tax += sum(shared(part(sum(others), 20, 100), others))
    return sum(left) + SHIPPING + tax


def part(amount: int, numerator: int, denominator: int) -> int:
    """Return a part of an amount, rounded half up."""
    return (2 * amount * numerator + denominator) // (2 * denominator)


def shared(amount: int, weights: Sequence[int]) -> list[int]:
    """Return *amount* by largest remainder."""
    total = sum(weights)
    quotas = [divmod(amount * weight, total) for weight in weights]
    shares = [share for share, _ in quotas]
    by_rest = sorted(range(len(weights)), key=lambda place: -quotas[place][1])
    for place in by_rest[: amount - sum(shares)]:
        shares[place] += 1
    return shares


def benches() -> Iterator[Result]:
    """
    Yield the cost of 1,000 orders; microseconds an order are 1,000 times the value.

    The goal is 150 microseconds an order where the floor, per order, is 19. Decisions on returns
    follow.
    """
    for mode in RATES:
        assert price_all(mode) == compute_all(mode)
        yield compare(
            f"totals of 1,000 orders, tax {mode.value}",
            value=timed(partial(price_all, mode)),
            floor=timed(partial(compute_all, mode)),
            goal=8,
        )
    yield from return_benches()
