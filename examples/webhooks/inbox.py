"""
The inbox: webhooks are verified and kept once, and a worker reads again what they hint at.

A file of SQLite, which any number of web processes and a worker can share.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from ecomkit.adapters.http import SignatureError
from ecomkit.channels import HintKind, OrderSource, PageEntry, WebhookHint, WebhookSource
from ecomkit.errors import InputError, TransientError

__all__ = ["BODY_BYTES_MAX", "Inbox", "drain", "receive"]

BODY_BYTES_MAX = 2 * 1024 * 1024
"""What a vendor sends of one order is far below; what is above is not read to its end."""

OF_ORDERS = {HintKind.ORDER, HintKind.REFUND, HintKind.RETURN}


class Inbox:
    """Hints that wait for a worker; an event that is delivered again is no second entry."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with self._opened() as file:
            file.execute("PRAGMA journal_mode = WAL")
            file.execute(
                "CREATE TABLE IF NOT EXISTS hints (place INTEGER PRIMARY KEY, shop TEXT, "
                "event TEXT, kind TEXT, object TEXT, done INTEGER DEFAULT 0, UNIQUE (shop, event))"
            )

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._path)) as file, file:
            yield file

    def put(self, shop: str, hint: WebhookHint) -> None:
        """Keep *hint*, unless its event is there already: it is on disk when this returns."""
        row = (shop, hint.event_id, hint.kind.name, hint.object_id)
        with self._opened() as file:
            file.execute(
                "INSERT OR IGNORE INTO hints (shop, event, kind, object) VALUES (?, ?, ?, ?)", row
            )

    def waiting(self) -> list[tuple[str, HintKind, str, int]]:
        """Return what is to be looked at, oldest first; many hints at one thing are one row."""
        with self._opened() as file:
            rows = file.execute(
                "SELECT shop, kind, object, MAX(place) FROM hints WHERE NOT done "
                "GROUP BY shop, kind, object ORDER BY MIN(place)"
            ).fetchall()
        return [(shop, HintKind[kind], name, place) for shop, kind, name, place in rows]

    def settle(self, shop: str, kind: HintKind, name: str, *, until: int) -> None:
        """Count the hints at one thing as dealt with; those that came in meanwhile wait on."""
        with self._opened() as file:
            file.execute(
                "UPDATE hints SET done = 1 WHERE shop = ? AND kind = ? AND object = ? "
                "AND place <= ?",
                (shop, kind.name, name, until),
            )


def receive(
    inbox: Inbox,
    client: WebhookSource,
    *,
    shop: str,
    body: bytes,
    headers: Sequence[tuple[str, str]],
) -> int:
    """Verify a call, keep what it hints at, and return the HTTP status to answer with."""
    if len(body) > BODY_BYTES_MAX:
        return 413
    try:
        hint = client.read_webhook(body, headers=headers)
    except SignatureError:
        return 401
    except InputError:
        return 400
    # What is about nothing that we know, such as a ping, is answered and not kept.
    if hint.kind is not HintKind.OTHER:
        inbox.put(shop, hint)
    return 200


def drain(
    inbox: Inbox,
    clients: Mapping[str, OrderSource],
    *,
    take: Callable[[str, PageEntry], None],
    attend: Callable[[str, HintKind, str], None],
) -> int:
    """
    Work the inbox off: read each order again, once, and hand it to *take*; return how many.

    All else goes to *attend*: stock and listings to look at, and what the law gives days for,
    the requests to show (ACCESS) or to erase (ERASURE) what is kept of a person. What a shop
    cannot answer now waits for the next run.
    """
    done = 0
    for shop, kind, name, place in inbox.waiting():
        try:
            if kind in OF_ORDERS:
                entry = clients[shop].order(name)
                if entry is not None:
                    take(shop, entry)
            else:
                attend(shop, kind, name)
        except TransientError:
            continue
        inbox.settle(shop, kind, name, until=place)
        done += 1
    return done
