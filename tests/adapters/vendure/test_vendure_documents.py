"""The documents: all there, each one operation, of names that Vendure has answered with."""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from documents_check import DOCUMENTS
from graphql import FieldNode, OperationDefinitionNode, Visitor, parse, visit

from ecomkit.adapters.vendure import _documents
from ecomkit.adapters.vendure._document import Document

SHARED = Path(os.environ.get("ECOMKIT_SHARED", Path(__file__).parents[4] / "shared"))
FOLDER = SHARED / "payloads" / "vendure"

# Fields that nobody has recorded; a server that ran has answered each of them.
UNRECORDED = {
    "activeChannel",
    "amountWithTax",
    "company",
    "defaultCurrencyCode",
    "globalSettings",
    "identifier",
    "me",
    "permissions",
    "phoneNumber",
    "prices",
    "pricesIncludeTax",
    "product",
    "streetLine2",
    "surcharges",
    "transitionError",
    "updateProductVariants",
}


def fields_of(document: Document) -> set[str]:
    """Return the names of all fields that a document asks for."""
    found: set[str] = set()

    class Names(Visitor):
        def enter_field(self, node: FieldNode, *_: Any) -> None:
            found.add(node.name.value)

    visit(parse(document.text), Names())
    return found


def names_in(value: Any) -> Iterator[str]:
    """Yield the names of all fields of an answer."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield name
            yield from names_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from names_in(inner)


def test_each_document_is_one_operation_of_its_name_and_field() -> None:
    """A document has one operation, which bears its name and asks for its field."""
    for document in DOCUMENTS.values():
        operations = [
            one
            for one in parse(document.text).definitions
            if isinstance(one, OperationDefinitionNode)
        ]
        assert [document.name] == [one.name and one.name.value for one in operations]
        assert document.field in fields_of(document)


def test_all_documents_are_named() -> None:
    """No document of the module is left out of what it offers."""
    held = {name for name, one in vars(_documents).items() if isinstance(one, Document)}
    assert held == set(DOCUMENTS)
    assert len({document.name for document in DOCUMENTS.values()}) == len(DOCUMENTS)


@pytest.mark.skipif(not FOLDER.is_dir(), reason="the recorded payloads are not here")
def test_documents_ask_for_what_vendure_has_answered() -> None:
    """Each field was in an answer that was recorded, but for the few that are known."""
    recorded: set[str] = set()
    for path in FOLDER.glob("*.json"):
        held = json.loads(path.read_text())
        recorded |= set(names_in(held["body"]))
        recorded |= set(re.findall(r"\w+", held["request"]["query"]))
    asked = set().union(*map(fields_of, DOCUMENTS.values()))
    assert asked - recorded <= UNRECORDED
