"""GraphQL over HTTP: one request a document, and the faults that an answer of status 200 may hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, final

import attrs

from ecomkit.adapters.http._json import UnreadableJsonError
from ecomkit.adapters.http._reply import Reply
from ecomkit.adapters.http._request import Repeat, Request

__all__ = ["GraphQLFault", "graphql_data", "graphql_faults", "graphql_request"]

FAULTS_MAX = 50


@final
@attrs.frozen(kw_only=True)
class GraphQLFault:
    """One entry of an answer's ``errors``: the vendor's code, if there is one, words and place."""

    message: str
    code: str | None = None
    path: tuple[str, ...] = ()


def graphql_request(
    target: str,
    *,
    document: str,
    variables: Mapping[str, Any] | None = None,
    repeat: Repeat | None = None,
    **rest: Any,
) -> Request:
    """
    Return the request that runs *document*.

    A query only reads, so it may be repeated at will; a mutation only where *repeat* says so.
    *rest* are fields of :class:`Request`.

    >>> graphql_request("/graphql", document="query Shop { shop { name } }").promise
    <Repeat.AT_WILL: ...>
    >>> graphql_request("/graphql", document="mutation M { ship }").promise
    <Repeat.IF_UNSENT: ...>
    """
    if repeat is None:
        mutates = document.lstrip().startswith("mutation")
        repeat = Repeat.IF_UNSENT if mutates else Repeat.AT_WILL
    body = {"query": document, "variables": dict(variables or {})}
    return Request.post(target, json=body, repeat=repeat, **rest)


def graphql_faults(reply: Reply) -> tuple[GraphQLFault, ...]:
    """
    Return the entries of ``errors``, none if there are none.

    Raises:
        UnreadableJsonError: If the answer is no JSON object.
    """
    answer = _answer(reply)
    errors = answer.get("errors")
    rows = errors if isinstance(errors, list) else [errors] if errors else []
    return tuple(_fault(row) for row in rows[:FAULTS_MAX])


def graphql_data(reply: Reply) -> Mapping[str, Any]:
    """
    Return ``data``.

    Raises:
        UnreadableJsonError: If there is none.
    """
    data = _answer(reply).get("data")
    if not isinstance(data, dict):
        raise UnreadableJsonError(reason="it holds no data")
    return data


def _answer(reply: Reply) -> Mapping[str, Any]:
    answer = reply.json()
    if not isinstance(answer, dict):
        raise UnreadableJsonError(reason="it is no object")
    return answer


def _fault(row: Any) -> GraphQLFault:
    if not isinstance(row, dict):
        return GraphQLFault(message=row if isinstance(row, str) else "")
    extensions = row.get("extensions")
    code = extensions.get("code") if isinstance(extensions, dict) else None
    message, path = row.get("message"), row.get("path")
    return GraphQLFault(
        message=message if isinstance(message, str) else "",
        code=code if isinstance(code, str) else None,
        path=tuple(map(str, path)) if isinstance(path, list) else (),
    )
