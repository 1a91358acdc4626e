"""Matching: a cancellation takes back what this customer bought, once."""

from collections import Counter
from datetime import UTC, datetime
from typing import Any, TypeAlias

from hypothesis import given
from hypothesis import strategies as st
from online_retail._matching import Sales
from online_retail._source import Kind, Row

from ecomkit.identifiers import CustomerId, OrderId, Sku
from ecomkit.money import Currency, Money

Drawn: TypeAlias = tuple[Kind, int, int, str | None, str]


def row(
    number: int,
    kind: Kind,
    quantity: int,
    *,
    price: int = 100,
    customer: str | None = "17850",
    sku: str = "22423",
) -> Row:
    """A row with what matching looks at."""
    return Row(
        number=number,
        kind=kind,
        invoice=OrderId(f"invoice {number}"),
        sku=Sku(sku),
        description="",
        quantity=quantity,
        at=datetime(2011, 1, 4, tzinfo=UTC),
        unit_price=Money(price, Currency.GBP),
        customer=None if customer is None else CustomerId(customer),
        country="France",
    )


def sale(number: int, quantity: int, **changes: Any) -> Row:
    """A sale."""
    return row(number, Kind.SALE, quantity, **changes)


def back(quantity: int, **changes: Any) -> Row:
    """A cancellation."""
    return row(999, Kind.CANCELLATION, quantity, **changes)


def taken(sales: Sales, cancellation: Row) -> tuple[list[tuple[int, int]], int]:
    """The lines and quantities taken back, and the rest."""
    matches, rest = sales.take_back(cancellation)
    return [(match.line, match.quantity) for match in matches], rest


def sales_of(*rows: Row) -> Sales:
    """Sales that have happened."""
    sales = Sales()
    for each in rows:
        sales.add(each)
    return sales


def test_exact_quantity_and_price_come_first() -> None:
    """A sale of just that quantity and price is taken back, though later ones exist."""
    sales = sales_of(sale(1, 6), sale(2, 4, price=90), sale(3, 4), sale(4, 9))

    assert taken(sales, back(4)) == ([(3, 4)], 0)


def test_the_latest_of_equal_sales_comes_first() -> None:
    """Of several exact sales the latest is taken back, then the one before."""
    sales = sales_of(sale(1, 4), sale(2, 4))

    assert taken(sales, back(4)) == ([(2, 4)], 0)
    assert taken(sales, back(4)) == ([(1, 4)], 0)
    assert taken(sales, back(4)) == ([], 4)


def test_same_price_comes_before_other_prices_and_splits() -> None:
    """Without an exact sale, the latest at that price are taken back, then the latest at any price."""
    sales = sales_of(sale(1, 2), sale(2, 3), sale(3, 5, price=90))

    assert taken(sales, back(7)) == ([(2, 3), (1, 2), (3, 2)], 0)


def test_what_was_not_bought_is_left_over() -> None:
    """Units beyond the sales are left over, not invented."""
    assert taken(sales_of(sale(1, 2)), back(7)) == ([(1, 2)], 5)


def test_others_sales_are_never_taken() -> None:
    """Another customer, another product or no customer at all match nothing."""
    sales = sales_of(sale(1, 4), sale(2, 4, customer=None))

    assert taken(sales, back(4, customer="13047")) == ([], 4)
    assert taken(sales, back(4, sku="85123A")) == ([], 4)
    assert taken(sales, back(4, customer=None)) == ([], 4)


def rows(kind: Kind) -> st.SearchStrategy[Drawn]:
    """Rows of a few customers, products and prices."""
    return st.builds(
        lambda quantity, price, customer, sku: (kind, quantity, price, customer, sku),
        st.integers(1, 9),
        st.sampled_from([90, 100]),
        st.sampled_from(["a", "b", None]),
        st.sampled_from(["x", "y"]),
    )


@given(st.lists(rows(Kind.SALE) | rows(Kind.CANCELLATION), max_size=30))
def test_units_are_conserved(drawn: list[Drawn]) -> None:
    """
    Matched and left over make up what is cancelled; no sale gives back more than it sold, nor to
    another customer, for another product, or before it happened; nothing is left over while
    units of that customer and product are left.
    """
    sales, sold, given_back = Sales(), {}, Counter()
    for number, (kind, quantity, price, customer, sku) in enumerate(drawn, start=1):
        each = row(number, kind, quantity, price=price, customer=customer, sku=sku)
        if kind is Kind.SALE:
            sales.add(each)
            sold[number] = each
            continue
        matches, rest = sales.take_back(each)
        assert quantity == rest + sum(match.quantity for match in matches)
        for match in matches:
            of = sold[match.line]
            given_back[match.line] += match.quantity
            assert (of.invoice, of.unit_price) == (match.invoice, match.unit_price)
            assert (each.customer, each.sku) == (of.customer, of.sku)
            assert match.quantity > 0
            assert given_back[match.line] <= of.quantity
        if rest and customer is not None:
            assert all(
                given_back[line] == of.quantity
                for line, of in sold.items()
                if (of.customer, of.sku) == (each.customer, each.sku)
            )
