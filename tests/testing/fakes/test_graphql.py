"""The executor that fakes share, beside graphql-core."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.testing.fakes import Asked, GraphQLError, execute
from ecomkit.testing.fakes._graphql_document import Field

graphql = pytest.importorskip("graphql", reason="graphql-core is the oracle")

SCHEMA = """
interface Named { name: String! }
type Cat implements Named { name: String! lives: Int! friend(of: String = "nobody"): Named }
type Dog implements Named { name: String! tricks(first: Int): [String!]! owner: Cat }
input Wish { count: Int, words: [String!], deep: Wish }
type Query {
  pet(name: String!): Named
  pets(first: Int = 2): [Named!]!
  echo(text: String, wish: Wish, wishes: [Wish!], loud: Boolean): String
  fails: String
}
type Mutation { rename(name: String!): Cat }
"""


def pet(name: str) -> dict[str, Any]:
    """Return a cat for a name in lower case, else a dog."""
    if name.islower():
        return {
            "__typename": "Cat",
            "__interfaces": ("Named",),
            "name": name,
            "lives": len(name),
            "friend": lambda asked: pet((asked["of"] or "nobody").title()),
        }
    return {
        "__typename": "Dog",
        "__interfaces": ("Named",),
        "name": name,
        "tricks": lambda asked: ["sit", "roll", "beg"][: asked["first"]],
        "owner": lambda _: pet(name.lower()),
    }


def echo(asked: Asked) -> str:
    """Return the arguments as text."""
    return repr(plain(dict(asked.arguments)))


def plain(value: Any) -> Any:
    """Return *value* in one order and without types of either executor's own."""
    if isinstance(value, dict):
        return {name: plain(value[name]) for name in sorted(value)}
    return [plain(item) for item in value] if isinstance(value, list) else value


def fails(_: Asked) -> None:
    """Fail as a resolver does."""
    raise GraphQLError("no such thing", code="GONE")


QUERIES = {
    "pet": lambda asked: pet(asked["name"]),
    "pets": lambda asked: [pet(name) for name in ("tom", "Rex", "kit")][: asked["first"]],
    "echo": echo,
    "fails": fails,
}
MUTATIONS = {"rename": lambda asked: pet(asked["name"])}


FIELD = Field(name="any", key="any", arguments={}, directives=(), selections=())


def resolved(source: Any, info: Any, **arguments: Any) -> Any:
    """Resolve a field for the oracle by the same resolvers."""
    if info.parent_type.name == "Query":
        found: Any = QUERIES[info.field_name]
    elif info.parent_type.name == "Mutation":
        found = MUTATIONS[info.field_name]
    else:
        found = source[info.field_name]
    if not callable(found):
        return found
    return found(Asked(arguments=arguments, directives={}, field=FIELD))


def oracle(text: str, variables: dict[str, Any], *, name: str | None = None) -> Any:
    """Return what graphql-core answers."""
    result = graphql.execute(
        graphql.build_schema(SCHEMA),
        graphql.parse(text),
        variable_values=variables,
        operation_name=name,
        field_resolver=resolved,
        type_resolver=lambda value, *_: value["__typename"],
    )
    return result.data, [(error.message, error.path) for error in result.errors or ()]


def ours(text: str, variables: dict[str, Any], *, name: str | None = None) -> Any:
    """Return what our executor answers, in the same shape."""
    answer = execute(text, variables, queries=QUERIES, mutations=MUTATIONS, operation_name=name)
    errors = [(one["message"], one.get("path")) for one in answer.get("errors", ())]
    return answer["data"], errors


DOCUMENTS: list[tuple[str, dict[str, Any]]] = [
    ('{ pet(name: "tom") { name __typename } }', {}),
    ('{ a: pet(name: "tom") { name } b: pet(name: "Rex") { n: name } }', {}),
    (
        (
            "query ($n: Int) { pets(first: $n) { name ... on Cat { lives } ... on Dog { tricks(first: 1) "
            "} } }"
        ),
        {"n": 3},
    ),
    (
        (
            '{ pet(name: "Rex") { ...D name } } fragment D on Dog { owner { ...N friend { name } } } '
            "fragment N on Named { name }"
        ),
        {},
    ),
    (
        (
            'query ($yes: Boolean!, $no: Boolean!) { pet(name: "tom") { name @include(if: $no) '
            "... @skip(if: $no) { __typename } ... on Cat @include(if: $yes) { lives } } }"
        ),
        {"yes": True, "no": False},
    ),
    ('{ pet(name: "tom") { ... on Cat { friend { name } } ... on Named { name } name } }', {}),
    (
        (
            '{ pet(name: "tom") { ... on Cat { friend(of: "me") { name } } ... on Cat { friend(of: "me"'
            ") { __typename } } } }"
        ),
        {},
    ),
    (
        (
            "query ($n: Int) { pets(first: $n) { name } pets(first: $n) { ... on Cat { lives friend { "
            "__typename } } ... on Cat { friend { name } } } }"
        ),
        {"n": 3},
    ),
    ('mutation M { rename(name: "puss") { name lives } }', {}),
    ("{ fails a: echo }", {}),
    ('{ echo(text: "a \\"b\\" \\u00e9", loud: true) }', {}),
    ('{ echo(wish: {count: -3, words: ["x", "y"], deep: {words: []}}) }', {}),
    (
        "query ($w: [Wish!], $t: String) { echo(wishes: $w, text: $t) }",
        {"w": [{"count": 1}, {"words": ["z"]}]},
    ),
    ("query ($c: Int) { echo(wish: {count: $c, words: []}) }", {}),
    ("query ($c: Int) { echo(wish: {count: $c}) }", {"c": None}),
    ('# a comment\n{ echo(text: "x", ) , }', {}),
]


@pytest.mark.parametrize(("text", "variables"), DOCUMENTS)
def test_documents_are_answered_as_the_oracle_does(text: str, variables: dict[str, Any]) -> None:
    """Aliases, fragments, directives, arguments, variables and errors of a field."""
    if "pets" in text:
        assert variables["n"] == 3  # our executor has no defaults of a schema
    assert ours(text, variables) == oracle(text, variables)


def test_one_of_several_operations_is_chosen_by_name() -> None:
    """Each runs alone."""
    text = 'query A { pet(name: "tom") { name } } query B { echo }'
    for name in ("A", "B"):
        assert ours(text, {}, name=name) == oracle(text, {}, name=name)


leaves = st.sampled_from(["name", "__typename", "n: name"])


@st.composite
def selections(draw: st.DrawFn, depth: int = 3) -> str:
    """Draw the selections of a pet."""
    parts = draw(st.lists(leaves, min_size=1, max_size=2))
    if depth:
        inner = draw(selections(depth - 1))
        parts += draw(
            st.lists(
                st.sampled_from(
                    [
                        f"... on Cat {{ lives friend {{ {inner} }} }}",
                        f"... on Dog {{ owner {{ {inner} }} }}",
                        f"... on Named {{ {inner} }}",
                        f"... @include(if: $yes) {{ {inner} }}",
                        f"... on Dog @skip(if: $yes) {{ {inner} }}",
                        "... on Dog { tricks(first: 2) }",
                    ]
                ),
                max_size=3,
            )
        )
    return " ".join(parts)


@given(inside=selections(), yes=st.booleans(), name=st.sampled_from(["tom", "Rex"]))
def test_drawn_documents_are_answered_as_the_oracle_does(
    *, inside: str, yes: bool, name: str
) -> None:
    """Whatever is nested in whatever."""
    text = f"query ($yes: Boolean!, $name: String!) {{ pet(name: $name) {{ {inside} }} }}"
    variables = {"yes": yes, "name": name}
    assert ours(text, variables) == oracle(text, variables)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "{ a(b: ) }",
        '{ a(b: "x) }',
        "{ a } }",
        "subscription { a }",
        "{ a ... }",
        "{ ¿ }",
    ],
)
def test_what_the_oracle_cannot_parse_we_refuse(text: str) -> None:
    """Broken syntax is an error of the whole document, and no answer."""
    if not text.startswith("subscription"):
        with pytest.raises(graphql.GraphQLSyntaxError):
            graphql.parse(text)
    answer = execute(text, {}, queries={}, mutations={})
    assert answer["errors"][0]["extensions"] == {"code": "GRAPHQL_PARSE_FAILED"}


def test_a_fault_of_the_whole_says_where_it_happened() -> None:
    """All data is lost, the path of the field is told."""

    def broken(_: Asked) -> None:
        raise GraphQLError("no", code="ACCESS_DENIED", whole=True)

    queries = {"a": lambda _: {"__typename": "A", "list": [{"__typename": "B", "b": broken}]}}
    answer = execute("{ a { list { b } } }", {}, queries=queries, mutations={})
    assert answer == {
        "errors": [
            {
                "message": "no",
                "path": ["a", "list", 0, "b"],
                "extensions": {"code": "ACCESS_DENIED"},
            }
        ],
        "data": None,
    }
