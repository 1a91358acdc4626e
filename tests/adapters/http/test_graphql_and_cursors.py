"""GraphQL over HTTP and cursors of several parts: what several clients share."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.adapters.http import (
    GraphQLFault,
    Repeat,
    Reply,
    UnreadableJsonError,
    cursor_of,
    graphql_data,
    graphql_faults,
    graphql_request,
    read_cursor,
)
from ecomkit.channels import Cursor
from ecomkit.errors import FieldError


def test_a_query_may_be_repeated_and_a_mutation_not() -> None:
    """What only reads is sent again at will, what writes only if it surely was not done."""
    query = graphql_request("/graphql", document="query Q { shop { name } }")
    mutation = graphql_request("/graphql", document="  mutation M { ship }")
    keyed = graphql_request("/graphql", document="mutation M { ship }", repeat=Repeat.AT_WILL)

    assert [request.promise for request in (query, mutation, keyed)] == [
        Repeat.AT_WILL,
        Repeat.IF_UNSENT,
        Repeat.AT_WILL,
    ]


def test_variables_go_along_as_json() -> None:
    """The body holds the document and its variables."""
    request = graphql_request("/g", document="query Q { a }", variables={"n": 3, "x": None})

    assert request.body == b'{"query":"query Q { a }","variables":{"n":3,"x":null}}'


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"data": {}}, ()),
        ({"data": {}, "errors": None}, ()),
        ({"errors": "no"}, (GraphQLFault(message="no"),)),
        ({"errors": ["a", 5]}, (GraphQLFault(message="a"), GraphQLFault(message=""))),
        (
            {"errors": [{"message": "m", "path": ["a", 0], "extensions": {"code": "X"}}]},
            (GraphQLFault(message="m", code="X", path=("a", "0")),),
        ),
        (
            {"errors": [{"message": 5, "path": "a", "extensions": []}]},
            (GraphQLFault(message=""),),
        ),
    ],
)
def test_faults_are_read_from_what_systems_send(
    answer: object, expected: tuple[GraphQLFault, ...]
) -> None:
    """Each entry of errors is a fault, whatever is missing in it."""
    assert expected == graphql_faults(Reply.of_json(answer))


@pytest.mark.parametrize("answer", [[], 5, {"data": None}, {"data": []}, {}])
def test_an_answer_without_data_is_unreadable(answer: object) -> None:
    """Without data there is nothing to read."""
    with pytest.raises(UnreadableJsonError):
        graphql_data(Reply.of_json(answer))


places = st.dictionaries(
    st.text(st.characters(codec="utf-8"), max_size=5),
    st.none() | st.integers(-(10**15), 10**15) | st.text(st.characters(codec="utf-8"), max_size=9),
    max_size=4,
)


@given(places)
def test_a_cursor_holds_its_parts(parts: dict[str, int | str | None]) -> None:
    """What goes into a cursor comes out, but for what is None."""
    expected = {name: part for name, part in parts.items() if part is not None}

    assert expected == read_cursor(cursor_of(parts), dict, owner="Corner")


@pytest.mark.parametrize(
    "token", ["x", "[]", "5", "{", '{"a":1', "\x00", '{"a":' + "9" * 60 + "}"]
)
def test_what_is_no_cursor_is_refused(token: str) -> None:
    """A token that no page gave is an error of the caller, with the client's name."""
    with pytest.raises(FieldError) as caught:
        read_cursor(Cursor(token), lambda found: found["since"], owner="Corner")

    assert (caught.value.owner, caught.value.field) == ("Corner", "cursor")


def test_a_cursor_of_another_client_is_refused() -> None:
    """Parts that the reader misses, or cannot read, are an error of the caller too."""
    for parts in ({"page": 1}, {"since": "noon"}):
        with pytest.raises(FieldError):
            read_cursor(cursor_of(parts), lambda found: int(found["since"] or 0), owner="Corner")
