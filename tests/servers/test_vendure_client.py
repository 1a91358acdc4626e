"""The client of Vendure, against a real one: what it asks for is there, what it says is so."""

import random
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from harness import VendureShop
from loops import pulled
from vendure_world import client_of

DOCUMENTS = str(Path(__file__).parents[1] / "adapters" / "vendure")
if DOCUMENTS not in sys.path:
    sys.path.insert(0, DOCUMENTS)

from documents_check import faults_of_documents  # noqa: E402 - its folder has to be known first

from ecomkit import ListingId  # noqa: E402 (the path is set first)
from ecomkit.adapters.vendure import Vendure  # noqa: E402 (the path is set first)
from ecomkit.channels import Applied, Cursor, PageEntry, ReadOrder, StockUpdate  # noqa: E402 (the path is set first)
from ecomkit.money import Currency, Money  # noqa: E402 (the path is set first)

pytestmark = pytest.mark.slow

NOTE = """
mutation ($input: AddNoteToOrderInput!) { addNoteToOrder(input: $input) { id } }"""
BY_CODE = """
query ($code: String!) { orders(options: { filter: { code: { eq: $code } } }) { items { id } } }"""


@pytest.fixture
def client(vendure: VendureShop) -> Iterator[Vendure]:
    """A client of the real shop."""
    with client_of(vendure) as made:
        yield made


def test_all_that_the_client_asks_is_in_the_schema_that_the_server_tells(
    vendure: VendureShop,
) -> None:
    """Each document is valid there: fields, arguments and types."""
    assert faults_of_documents(vendure.admin.ask) == {}


def test_the_account_is_ready(client: Vendure) -> None:
    """The check finds nothing bad in a shop that works."""
    report = client.check()

    assert report.is_ready, report.explain()


def test_an_order_is_read_as_it_was_placed(vendure: VendureShop, client: Vendure) -> None:
    """What a shopper buys comes with a pull, readable, with its units, its price and its payment."""
    variant = vendure.put_up("READ-1", quantity=5, price=999)
    bought = vendure.buy(variant, quantity=3)

    entries = list(pulled(client))

    claims = [entry.claim for entry in entries if isinstance(entry, ReadOrder)]
    assert len(claims) == len(entries)
    # A pull may give an order more than once.
    claim = max(
        (claim for claim in claims if claim.name == bought.order), key=lambda one: one.version
    )
    [line] = claim.lines
    assert (line.listing, line.quantity, line.unit_price) == (
        ListingId(variant),
        3,
        Money(999, Currency.GBP),
    )
    assert claim.paid == Money(3 * 999 + 500, Currency.GBP)


def test_what_is_pushed_is_what_shoppers_can_buy(vendure: VendureShop, client: Vendure) -> None:
    """With two units held by an order, pushing 4 lets shoppers buy 4 and no fifth."""
    variant = vendure.put_up("PUSH-1", quantity=9)
    vendure.buy(variant, quantity=2)

    [result] = client.push_stock([StockUpdate(listing=ListingId(variant), quantity=4)])

    assert result.effect == Applied()
    assert vendure.levels(variant) == (6, 2)
    assert vendure.buy(variant, quantity=5).order is None
    assert vendure.buy(variant, quantity=4).order is not None


def test_what_happens_between_two_pages_is_given(vendure: VendureShop) -> None:
    """Orders are placed and noted while pages are read: all are given, as they end."""
    draw = random.Random(7)  # noqa: S311 (not a secret)
    variant = vendure.put_up("MOVING", quantity=90)
    numbers: list[str] = []
    newest: dict[str, ReadOrder] = {}

    def read(entries: list[PageEntry]) -> None:
        for entry in entries:
            assert isinstance(entry, ReadOrder)
            known = newest.get(entry.claim.number)
            if known is None or known.claim.version <= entry.claim.version:
                newest[entry.claim.number] = entry

    with client_of(vendure, overlap=timedelta(seconds=1)) as client:
        cursor = end_of(client)
        for _ in range(30):
            match draw.choice(["page", "sell", "note", "note"]):
                case "sell":
                    bought = vendure.buy(variant)
                    rows = vendure.admin.ask(BY_CODE, code=bought.order)["orders"]["items"]
                    numbers += [row["id"] for row in rows]
                case "note" if numbers:
                    note = {"id": draw.choice(numbers), "note": "call", "isPublic": False}
                    vendure.admin.do(NOTE, input=note)
                case "page":
                    page = client.orders_after(cursor, page_size=draw.randint(1, 3))
                    read(list(page.entries))
                    cursor = page.next
        read(list(pulled(client, after=cursor)))

        assert {number: newest.get(number) for number in numbers} == {
            number: client.order(number) for number in numbers
        }


def end_of(client: Vendure) -> Cursor:
    """Return where a pull of all that is there ends."""
    cursor, more = None, True
    while more:
        page = client.orders_after(cursor, page_size=100)
        cursor, more = page.next, page.more
    assert cursor is not None
    return cursor
