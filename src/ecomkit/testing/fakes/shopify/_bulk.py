"""Bulk exports: a query without pages, whose rows lie in a file elsewhere some time later."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, final

import attrs

from ecomkit.adapters.http import Received, Reply, dump_json
from ecomkit.testing.fakes._graphql import Asked, Resolver
from ecomkit.testing.fakes._graphql_document import (
    Document,
    Field,
    GraphQLSyntaxError,
    Inline,
    Selection,
    parse_document,
)
from ecomkit.testing.fakes.shopify._store import Store
from ecomkit.testing.fakes.shopify._wire import (
    EVERYTHING,
    FieldTable,
    Shown,
    connect,
    gid,
    instant,
    number_of,
    user_error,
)

__all__ = ["BulkExports"]

RUNNING_MAX = 5
_FILE = re.compile(r"/bulk/(\d+)(-partial)?\.jsonl")


@attrs.define(kw_only=True, eq=False)
class _Export:
    id: int
    query: str
    created_at: datetime
    done_at: datetime
    rows: list[str]
    roots: int
    store: Store
    storage: str
    broken: bool = False
    cancelled: bool = False

    @property
    def is_over(self) -> bool:
        return self.store.time.now() >= self.done_at

    @property
    def status(self) -> str:
        if self.cancelled:
            return "CANCELED"
        if not self.is_over:
            return "RUNNING"
        return "FAILED" if self.broken else "COMPLETED"

    def url(self, *, ending: str) -> str | None:
        """Return where the file lies; nowhere if there is nothing in it."""
        return f"{self.storage}/bulk/{self.id}{ending}.jsonl" if self.rows else None


EXPORT: FieldTable = {
    "id": lambda it, _: gid("BulkOperation", it.id),
    "type": lambda *_: "QUERY",
    "status": lambda it, _: it.status,
    "query": lambda it, _: it.query,
    "errorCode": lambda it, _: "INTERNAL_SERVER_ERROR" if it.status == "FAILED" else None,
    "createdAt": lambda it, _: instant(it.created_at),
    "completedAt": lambda it, _: instant(it.done_at) if it.is_over else None,
    "objectCount": lambda it, _: str(len(it.rows) if it.is_over else 0),
    "rootObjectCount": lambda it, _: str(it.roots if it.is_over else 0),
    "fileSize": lambda it, _: (
        str(sum(len(row) + 1 for row in it.rows)) if it.status == "COMPLETED" else None
    ),
    "url": lambda it, _: it.url(ending="") if it.status == "COMPLETED" else None,
    "partialDataUrl": lambda it, _: it.url(ending="-partial") if it.status == "FAILED" else None,
}


def _show(one: _Export) -> Shown:
    return Shown("BulkOperation", EXPORT, one)


@final
class BulkExports:
    """
    The exports of a shop.

    Args:
        store: The shop.
        run: Executes a document and returns its answer.
        seconds: How long an export runs.
        storage: Where its file lies: the start of an address.
    """

    def __init__(
        self,
        store: Store,
        *,
        run: Callable[[Document], Mapping[str, Any]],
        seconds: float,
        storage: str,
    ) -> None:
        self._store = store
        self._run = run
        self._seconds = seconds
        self._storage = storage
        self._exports: dict[int, _Export] = {}
        self.breaks_after: int | None = None
        """After how many rows the next export breaks off."""

    def queries(self) -> dict[str, Resolver]:
        """Return the root fields that look at exports."""
        return {
            "bulkOperations": lambda asked: connect(
                "BulkOperation", list(self._exports.values()), asked, show=_show
            ),
            "currentBulkOperation": lambda _: next(
                (_show(one) for one in reversed(self._exports.values())), None
            ),
        }

    def mutations(self) -> dict[str, Resolver]:
        """Return the root fields that start and stop exports."""
        return {"bulkOperationRunQuery": self._start, "bulkOperationCancel": self._cancel}

    def find(self, number: int) -> Shown | None:
        """Return the export of that number as an object."""
        known = self._exports.get(number)
        return None if known is None else _show(known)

    def download(self, received: Received) -> Reply | None:
        """Return the file that is asked for; None if the path is no file's."""
        named = _FILE.fullmatch(received.path)
        if named is None:
            return None
        one = self._exports.get(int(named[1]))
        if one is None or one.status != ("FAILED" if named[2] else "COMPLETED"):
            return Reply(status=404, body=b"<Error><Code>NoSuchKey</Code></Error>")
        body = "".join(f"{row}\n" for row in one.rows).encode()
        return Reply(status=200, headers=[("Content-Type", "application/jsonl")], body=body)

    def _start(self, asked: Asked) -> Mapping[str, Any]:
        def refused(message: str, code: str) -> Mapping[str, Any]:
            kind = "BulkOperationUserError"
            return _payload(None, user_error("query", message=message, kind=kind, code=code))

        running = [one for one in self._exports.values() if one.status == "RUNNING"]
        if len(running) >= RUNNING_MAX:
            return refused("Too many bulk operations are running.", "LIMIT_REACHED")
        text = str(asked["query"])
        try:
            document = parse_document(text)
        except GraphQLSyntaxError as error:
            return refused(f"Invalid bulk query: {error}", "INVALID")
        answer = self._run(_without_pages(document))
        data = answer.get("data")
        roots = [held for held in (data or {}).values() if _nodes(held) is not None]
        if "errors" in answer or not roots:
            return refused("Bulk queries must contain at least one connection.", "INVALID")
        rows = [
            dump_json(row) for held in roots for node in _nodes(held) or () for row in _rows(node)
        ]
        now = self._store.time.now()
        one = _Export(
            id=self._store.next_id(),
            query=text,
            created_at=now,
            done_at=now + timedelta(seconds=self._seconds),
            rows=rows if self.breaks_after is None else rows[: self.breaks_after],
            roots=sum(len(_nodes(held) or ()) for held in roots),
            store=self._store,
            storage=self._storage,
            broken=self.breaks_after is not None,
        )
        self.breaks_after = None
        self._exports[one.id] = one
        return _payload(one)

    def _cancel(self, asked: Asked) -> Mapping[str, Any]:
        one = self._exports.get(number_of(asked["id"], "BulkOperation") or 0)
        if one is None:
            error = user_error("id", message="Bulk operation does not exist")
        elif one.is_over:
            error = user_error(message="A bulk operation cannot be canceled when it is completed")
        else:
            one.cancelled, error = True, None
        return {
            "__typename": "BulkOperationCancelPayload",
            "bulkOperation": one and _show(one),
            "userErrors": [] if error is None else [error],
        }


def _payload(one: _Export | None, *errors: dict[str, Any]) -> Mapping[str, Any]:
    return {
        "__typename": "BulkOperationRunQueryPayload",
        "bulkOperation": one and _show(one),
        "userErrors": list(errors),
    }


def _without_pages(document: Document) -> Document:
    """Return *document* with every connection asked for as a whole."""
    return attrs.evolve(
        document,
        operations=tuple(
            attrs.evolve(one, selections=_all_whole(one.selections)) for one in document.operations
        ),
        fragments={
            name: attrs.evolve(one, selections=_all_whole(one.selections))
            for name, one in document.fragments.items()
        },
    )


def _all_whole(selections: tuple[Selection, ...]) -> tuple[Selection, ...]:
    return tuple(_whole(one) for one in selections)


def _whole(one: Selection) -> Selection:
    if isinstance(one, Inline):
        return attrs.evolve(one, selections=_all_whole(one.selections))
    if not isinstance(one, Field) or not one.selections:
        return one
    names = {inner.name for inner in one.selections if isinstance(inner, Field)}
    arguments = {name: given for name, given in one.arguments.items() if name != "last"}
    if names & {"edges", "nodes"}:
        arguments["first"] = EVERYTHING
    return attrs.evolve(one, arguments=arguments, selections=_all_whole(one.selections))


def _nodes(held: Any) -> list[Any] | None:
    """Return the nodes of a connection; None if it is none."""
    if isinstance(held, Mapping) and isinstance(held.get("edges"), list):
        return [edge["node"] for edge in held["edges"]]
    if isinstance(held, Mapping) and isinstance(held.get("nodes"), list):
        return list(held["nodes"])
    return None


def _rows(node: Mapping[str, Any], *, parent: Any = None) -> Iterator[dict[str, Any]]:
    own = {name: held for name, held in node.items() if _nodes(held) is None}
    yield own if parent is None else {**own, "__parentId": parent}
    for held in node.values():
        for inner in _nodes(held) or ():
            yield from _rows(inner, parent=node.get("id"))
