"""What the fake of Vendure answers is lawful by the schema that the real one tells of itself."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import graphql
import pytest
from harness import VendureShop

from ecomkit.adapters.http import Received, Reply, VirtualTime, dump_json
from ecomkit.money import Currency, Money
from ecomkit.testing.fakes.vendure import VendureFake

pytestmark = pytest.mark.slow

DEPTH_MAX = 4
KINDS: dict[str, tuple[type, ...]] = {
    "ID": (str,),
    "String": (str,),
    "DateTime": (str,),
    "Boolean": (bool,),
    "Int": (int,),
    "Float": (int, Decimal),
    "Money": (int, Decimal),  # some amounts without tax are not rounded
}
UNTAUGHT = re.compile(r"Field '(\w+)' doesn't exist on type '(\w+)'")
"""What the fake says of a field that it was never taught; no channel client asks for these."""


@pytest.fixture(scope="module")
def schema(vendure: VendureShop) -> graphql.GraphQLSchema:
    """Return the schema of the admin API."""
    return graphql.build_client_schema(vendure.admin.ask(graphql.get_introspection_query()))


@pytest.fixture(scope="module")
def untaught() -> set[tuple[str, str]]:
    """Return the types and fields that the fake was found not to know: filled on the way."""
    return set()


def shop() -> VendureFake:
    """Return a shop in which everything has happened to one order."""
    fake = VendureFake(
        time=VirtualTime(datetime(2026, 11, 20, tzinfo=UTC)),
        currency=Currency.GBP,
        tax_percent=20,
    )
    listing = fake.put_up("TEA", quantity=9)

    def gbp(amount: int) -> Money:
        return Money(amount, Currency.GBP)

    number = fake.sell(
        [(listing, 3, gbp(1000))], shipping=gbp(500), surcharge=gbp(100), discount=gbp(299)
    )
    (line,) = fake.lines(number)
    fake.ship(number, {line: 2})
    fake.refund(number, {line: 1}, amount=gbp(900))
    fake.cancel(number, {line: 1})
    return fake


def ask(fake: VendureFake, document: str, token: str = "") -> Reply:
    """Return what the fake answers."""
    reply = fake.answer(
        Received(
            method="POST",
            host="shop.example",
            path="/admin-api",
            query=(),
            headers=(("authorization", f"Bearer {token}"),),
            body=dump_json({"query": document}).encode(),
        )
    )
    assert isinstance(reply, Reply)
    return reply


def selection(kind: Any, *, untaught: set[tuple[str, str]], depth: int = 0) -> str:
    """Return a selection of all fields of *kind* but the *untaught* ones."""
    named = graphql.get_named_type(kind)
    if isinstance(named, graphql.GraphQLUnionType):
        # Fields of one name and of two kinds cannot be asked for at once: each has an alias.
        parts = [
            f"... on {one.name} {selection(one, untaught=untaught, depth=depth)}"
            for one in named.types
        ]
        return "{ __typename " + " ".join(parts) + " }"
    if isinstance(named, graphql.GraphQLInterfaceType):
        return "{ __typename }"
    if not isinstance(named, graphql.GraphQLObjectType):
        return ""
    fields = ["__typename"]
    for name, field in named.fields.items():
        is_deep = graphql.is_composite_type(graphql.get_named_type(field.type))
        needs = any(graphql.is_required_argument(one) for one in field.args.values())
        if (named.name, name) in untaught or needs or (is_deep and depth >= DEPTH_MAX):
            continue
        inner = selection(field.type, untaught=untaught, depth=depth + 1)
        fields.append(f"{named.name}_{name}: {name} {inner}")
    return "{ " + " ".join(fields) + " }"


def faults(value: Any, kind: Any, path: str) -> Iterator[str]:
    """Yield where *value* is not what *kind* says."""
    if isinstance(kind, graphql.GraphQLNonNull):
        if value is None:
            yield f"{path} is null"
        kind = kind.of_type
    if value is None:
        return
    if isinstance(kind, graphql.GraphQLList):
        for place, item in enumerate(value):
            yield from faults(item, kind.of_type, f"{path}[{place}]")
    elif graphql.is_composite_type(kind):
        yield from object_faults(value, kind, path)
    elif not is_lawful(value, kind):
        yield f"{path} is {value!r}"


def object_faults(value: Any, kind: Any, path: str) -> Iterator[str]:
    """Yield where an object's fields are not what its type says."""
    possible = kind.types if isinstance(kind, graphql.GraphQLUnionType) else [kind]
    one = next((one for one in possible if one.name == value["__typename"]), None)
    if one is None:
        yield f"{path} is {value['__typename']}"
        return
    for name, item in value.items():
        if name != "__typename":
            field = one.fields[name.removeprefix(f"{one.name}_")]
            yield from faults(item, field.type, f"{path}.{name}")


def is_lawful(value: Any, kind: Any) -> bool:
    """Return whether a scalar or a word of an enumeration may be *value*."""
    if isinstance(kind, graphql.GraphQLEnumType):
        return value in kind.values
    return kind.name not in KINDS or type(value) in KINDS[kind.name]


def held(
    schema: graphql.GraphQLSchema, call: str, root: Any, *, untaught: set[tuple[str, str]]
) -> list[str]:
    """Ask for all that the fake shows of one field, and return the faults in the answer."""
    name = call.partition("(")[0]
    kind = root.fields[name].type
    word = "query" if root is schema.query_type else "mutation"
    while True:
        fake = shop()  # what is done is done once
        credentials = f'username: "{fake.username}", password: "{fake.password}"'
        login = ask(fake, f"mutation {{ login({credentials}) {{ __typename }} }}")
        document = f"{word} {{ {call} {selection(kind, untaught=untaught)} }}"
        answer = ask(fake, document, login.header("vendure-auth-token") or "").json()
        missing = UNTAUGHT.search(answer["errors"][0]["message"]) if "errors" in answer else None
        if missing is None:
            break
        untaught.add((missing[2], missing[1]))
    assert graphql.validate(schema, graphql.parse(document)) == []
    assert "errors" not in answer, answer["errors"]
    assert len(selection(kind, untaught=untaught)) > len("{ __typename }")
    return list(faults(answer["data"][name], kind, name))


QUERIES = [
    "orders",
    'order(id: "1")',
    "productVariants",
    'productVariant(id: "1")',
    "products",
    'product(id: "1")',
    "stockLocations",
    "activeChannel",
    "activeAdministrator",
    "me",
]
HANDLER = 'handler: {code: "manual-fulfillment", arguments: [{name: "method", value: "Post"}]}'
NINE = '[{orderLineId: "1", quantity: 9}]'
MUTATIONS = [
    f"addFulfillmentToOrder(input: {{lines: {NINE}, {HANDLER}}})",
    f"addFulfillmentToOrder(input: {{lines: [], {HANDLER}}})",
    'transitionFulfillmentToState(id: "1", state: "Nope")',
    'transitionFulfillmentToState(id: "1", state: "Delivered")',
    f'cancelOrder(input: {{orderId: "1", lines: {NINE}}})',
    'cancelOrder(input: {orderId: "1", lines: []})',
    'cancelOrder(input: {orderId: "1", reason: "gone", cancelShipping: true})',
    'refundOrder(input: {paymentId: "1", amount: 999999})',
    'updateProductVariants(input: [{id: "1", sku: "T", price: 5, stockOnHand: 3}])',
]


@pytest.mark.parametrize("call", QUERIES)
def test_what_is_asked_for_is_as_the_schema_has_it(
    schema: graphql.GraphQLSchema, call: str, untaught: set[tuple[str, str]]
) -> None:
    """All that the fake shows has the types of the real one, and nothing is null that must not."""
    assert held(schema, call, schema.query_type, untaught=untaught) == []


@pytest.mark.parametrize("call", MUTATIONS)
def test_what_is_done_answers_as_the_schema_has_it(
    schema: graphql.GraphQLSchema, call: str, untaught: set[tuple[str, str]]
) -> None:
    """Results and refusals are of the unions that the real one has."""
    assert held(schema, call, schema.mutation_type, untaught=untaught) == []
