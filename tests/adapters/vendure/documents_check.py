"""Whether the client's documents fit a server: for the tests of servers that really run."""

from collections.abc import Callable, Mapping
from typing import Any

from graphql import build_client_schema, get_introspection_query, parse, validate

from ecomkit.adapters.vendure import _documents
from ecomkit.adapters.vendure._document import Document

DOCUMENTS: Mapping[str, Document] = {
    name: getattr(_documents, name) for name in _documents.__all__
}
"""All documents, by the name of their constant."""


def faults_of_documents(ask: Callable[[str], Mapping[str, Any]]) -> dict[str, list[str]]:
    """
    Return what is wrong with which document, by the schema that the server itself tells.

    *ask* runs a query there, as an administrator, and returns its ``data``.
    """
    schema = build_client_schema(dict(ask(get_introspection_query())))
    found = {
        name: [fault.message for fault in validate(schema, parse(document.text))]
        for name, document in DOCUMENTS.items()
    }
    return {name: faults for name, faults in found.items() if faults}
