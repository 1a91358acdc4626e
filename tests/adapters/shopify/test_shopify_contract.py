"""Every document that the client can send is lawful in each version of the API, and affordable."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any

import pytest
from shopify_helpers import NOON, SHARED, client_of

import ecomkit.adapters.shopify
from ecomkit.adapters.http import FakeAnswer, FakeTransport, Kit, Received, VirtualTime
from ecomkit.adapters.shopify import Shopify
from ecomkit.adapters.shopify._document import COST_MAX, Document
from ecomkit.channels import (
    Applied,
    Cancellation,
    Fulfilment,
    HintKind,
    LineUnits,
    ListingChange,
    ListingState,
    Refund,
    StockUpdate,
)
from ecomkit.identifiers import CommandKey, LineId, Sku
from ecomkit.money import Currency, Money
from ecomkit.testing.fakes.shopify import ShopifyFake

graphql = pytest.importorskip("graphql", reason="graphql-core is not installed")

VERSIONS = ("2026-01", "2026-07", "2026-10")
IDEMPOTENT = frozenset({"inventorySetQuantities", "inventoryAdjustQuantities", "refundCreate"})
"""The mutations that Shopify takes only with a key, since 2026-04."""


def _constants() -> Iterator[tuple[str, Any]]:
    package = ecomkit.adapters.shopify
    for module in pkgutil.iter_modules(package.__path__):
        held = vars(importlib.import_module(f"{package.__name__}.{module.name}"))
        yield from ((name, value) for name, value in held.items() if name.isupper())


DOCUMENTS = {name: value for name, value in _constants() if isinstance(value, Document)}
# A document inside a document, such as that of a bulk export, is a text.
TEXTS = {
    name: value % {"query": "updated_at:>='2026-03-01T12:00:00Z'"}
    for name, value in _constants()
    if isinstance(value, str) and "{" in value and not name.startswith("_")
}


@pytest.fixture(scope="session", params=VERSIONS)
def schema(request: pytest.FixtureRequest) -> Any:
    """Return the vendor's schema of one version."""
    path = SHARED / "specs" / "shopify" / f"admin-{request.param}.graphql"
    if not path.exists():
        pytest.skip(f"1 schema is not here: {path.name}")
    return graphql.build_schema(path.read_text(), assume_valid=True)


def test_the_documents_are_found() -> None:
    """The tests below see all documents of the package, and the one inside a bulk export."""
    assert len(DOCUMENTS) > 25
    assert set(TEXTS) == {"BULK_ORDERS"}


def test_every_document_is_lawful(schema: Any) -> None:
    """Each document asks for fields that are there, with arguments of the right types."""
    faults = {
        name: [error.message for error in graphql.validate(schema, graphql.parse(text))]
        for name, text in ({name: one.text for name, one in DOCUMENTS.items()} | TEXTS).items()
    }
    assert {name: [] for name in faults} == faults


def test_documents_are_named_as_their_operations() -> None:
    """Logs and errors name an operation as the document does."""
    named = {
        name: _operation(graphql.parse(one.text)).name.value for name, one in DOCUMENTS.items()
    }
    assert {name: one.name for name, one in DOCUMENTS.items()} == named


def test_mutations_that_need_a_key_have_one() -> None:
    """What Shopify takes only with an idempotency key carries one, given by a variable."""
    asked = 0
    for document in DOCUMENTS.values():
        for field in _operation(graphql.parse(document.text)).selection_set.selections:
            if field.name.value in IDEMPOTENT:
                asked += 1
                assert [one.name.value for one in field.directives] == ["idempotent"]
                [argument] = field.directives[0].arguments
                assert (argument.name.value, argument.value.kind) == ("key", "variable")
    assert asked >= 2


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_no_document_costs_more_than_it_says(name: str, schema: Any) -> None:
    """The cost that the client reckons with is not below Shopify's rule, and within its bounds."""
    document = DOCUMENTS[name]
    parsed = graphql.parse(document.text)
    for rows in (0, 1, min(document.rows_max, 250) if document.row_cost else 0):
        assert document.cost_of(rows) >= _Cost(schema, parsed, rows).points
        assert document.cost_of(rows) <= COST_MAX


def _operation(parsed: Any) -> Any:
    [operation] = [one for one in parsed.definitions if one.kind == "operation_definition"]
    return operation


class _Cost:
    """Shopify's rule: a point an object, as often as its list is long; a mutation ten."""

    def __init__(self, schema: Any, parsed: Any, rows: int) -> None:
        self.types = schema.type_map
        self.rows = rows
        self.fragments = {
            one.name.value: one for one in parsed.definitions if one.kind == "fragment_definition"
        }
        operation = _operation(parsed)
        mutates = operation.operation.value == "mutation"
        root = schema.mutation_type if mutates else schema.query_type
        self.points = 10 * mutates + self.inside(operation.selection_set, root)

    def inside(self, selection: Any, kind: Any) -> int:
        return sum(self.one(field, kind) for field in selection.selections)

    def one(self, field: Any, kind: Any) -> int:
        if field.kind != "field":
            spread = self.fragments[field.name.value] if field.kind == "fragment_spread" else field
            return self.inside(spread.selection_set, self.types[spread.type_condition.name.value])
        of = graphql.get_named_type(kind.fields[field.name.value].type)
        if graphql.is_leaf_type(of):
            return 0
        size = self.size(field)
        if not of.name.endswith("Connection"):
            return size * (1 + self.inside(field.selection_set, of))
        return sum(
            (size if part.name.value == "nodes" else 1) * self.one(part, of)
            for part in field.selection_set.selections
        )

    def size(self, field: Any) -> int:
        for argument in field.arguments or ():
            if argument.name.value in {"first", "ids"}:
                given = argument.value
                return int(given.value) if given.kind == "int_value" else self.rows
        return 1


# -- what real flows send ---------------------------------------------------------------------


def _everything(client: Shopify, remote: ShopifyFake) -> None:
    """Let the client do all that it can."""
    time: Any = remote.time
    first, second = remote.put_up_variants({"A": 9, "B": 9})
    price = Money(2000, Currency.EUR)
    many = remote.sell([(first, 2, price)] * 7, shipping=price)
    lines = [LineId(str(line.id)) for line in remote.order(many).lines]
    for line in lines[:3]:
        remote.ship(many, {line: 1})
        remote.refund(many, {line: 1}, amount=price)
    remote.ship(many, dict.fromkeys(lines[3:], 1))
    remote.send_back(many, {lines[4]: 1})
    page = client.orders_after(None, page_size=2)
    client.orders_after(page.next, page_size=2)
    client.order(many)
    client.refunds(many)
    client.returns(many)
    client.listings_after(client.listings_after(None, page_size=1).next, page_size=1)
    client.push_listings(
        [ListingChange(listing=first, sku=Sku("C"), price=price, state=ListingState.HIDDEN)]
    )
    client.read_stock([first, second])
    client.push_stock(
        [
            StockUpdate(listing=first, quantity=4, expected=remote.shown(first)),
            StockUpdate(listing=second, quantity=4),
        ]
    )
    number = remote.sell([(second, 3, price)])
    [line] = [LineId(str(line.id)) for line in remote.order(number).lines]
    units = [LineUnits(line=line, quantity=1)]
    key = CommandKey("k")
    shipped = Fulfilment(
        key=key, number=number, lines=units, shipped_at=NOON, carrier="UPS", tracking="1Z"
    )
    assert client.push_fulfilment(shipped) == Applied()
    partly = Cancellation(key=key, number=number, lines=units)
    assert client.push_cancellation(partly) == Applied()
    refund = Refund(key=CommandKey("r"), number=number, lines=units, amount=price)
    assert client.push_refund(refund) == Applied()
    client.push_cancellation(Cancellation(key=key, number=remote.sell([(second, 1, price)])))
    client.locations()
    client.check()
    [made] = client.subscribe(HintKind.REFUND, address="https://app.example/hooks")
    client.unsubscribe(made.id)
    operation = client.start_bulk_orders(since=NOON)
    time.sleep(60)
    assert client.bulk_orders(operation) is not None


@pytest.fixture(scope="session")
def bodies() -> list[dict[str, Any]]:
    """Return the GraphQL requests of a client that does all it can."""
    remote = ShopifyFake(time=VirtualTime(NOON), storage="https://storage.googleapis.com")
    seen: list[dict[str, Any]] = []

    def respond(received: Received) -> FakeAnswer:
        if received.method == "POST":
            seen.append(received.json())
        return remote.answer(received)

    kit = Kit(transport=FakeTransport(respond), time=remote.time, draw=lambda: 0.5)
    _everything(client_of(remote, kit=kit), remote)
    return seen


def test_real_flows_send_each_document(bodies: list[dict[str, Any]]) -> None:
    """What is tested below is all that the client has, but for lists of uncommon length."""
    uncommon = {"OrderShipping"}
    asked = {_operation(graphql.parse(body["query"])).name.value for body in bodies}
    assert {document.name for document in DOCUMENTS.values()} - uncommon == asked


def test_the_variables_of_real_flows_are_lawful(bodies: list[dict[str, Any]], schema: Any) -> None:
    """Each variable that is sent has the type that its document declares, in each version."""
    for body in bodies:
        operation = _operation(graphql.parse(body["query"]))
        found = graphql.get_variable_values(
            schema, operation.variable_definitions or (), body["variables"]
        )
        assert not isinstance(found, list), (operation.name.value, found)
        declared = {one.variable.name.value for one in operation.variable_definitions or ()}
        assert set(body["variables"]) <= declared
