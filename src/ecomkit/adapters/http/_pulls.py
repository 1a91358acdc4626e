"""Long pulls: page after page, with a place to go on from and a word of progress."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Protocol, TypeAlias, TypeVar, final

import attrs

from ecomkit.channels import ChannelAnswerError, Cursor, ListingPage, OrderPage
from ecomkit.identifiers import ChannelId

__all__ = ["AsyncPull", "Progress", "ProgressCallback", "Pull", "pages", "pages_async"]

PAGES_MAX = 100_000  # ten million orders; a list that goes on after that never ends


@final
@attrs.frozen(kw_only=True)
class Progress:
    """
    How far a pull has come.

    Args:
        pages: Pages read.
        rows: Orders or listings on them.
        cursor: Where a later pull can go on, once what was read so far is kept.
    """

    pages: int
    rows: int
    cursor: Cursor


ProgressCallback: TypeAlias = Callable[[Progress], None]

Page = TypeVar("Page", OrderPage, ListingPage)
Page_co = TypeVar("Page_co", OrderPage, ListingPage, covariant=True)


class Pull(Protocol[Page_co]):
    """A method of a role that gives pages, such as ``client.orders_after``."""

    def __call__(self, cursor: Cursor | None, *, page_size: int) -> Page_co:
        """Return the page after *cursor*."""
        ...


class _Walk:
    """Counts pages and refuses lists that do not move."""

    def __init__(self, channel: ChannelId, cursor: Cursor | None) -> None:
        self._channel = channel
        self._cursor = cursor
        self._pages = 0
        self._rows = 0

    def take(self, page: OrderPage | ListingPage) -> Progress:
        self._pages += 1
        self._rows += len(page.entries if isinstance(page, OrderPage) else page.listings)
        stuck = page.more and page.next == self._cursor
        if stuck or self._pages > PAGES_MAX:
            raise ChannelAnswerError(
                channel=self._channel,
                operation="pull pages",
                why="the cursor does not move" if stuck else f"more than {PAGES_MAX:,} pages",
            )
        self._cursor = page.next
        return Progress(pages=self._pages, rows=self._rows, cursor=page.next)


def pages(
    pull: Pull[Page],
    *,
    channel: ChannelId,
    cursor: Cursor | None = None,
    page_size: int = 100,
    progress: ProgressCallback | None = None,
) -> Iterator[Page]:
    """
    Yield the pages of *pull* until there are no more for now.

    *progress* is told after each page has been dealt with, so that its cursor is safe to keep.

    Raises:
        ChannelAnswerError: If the cursor does not move, or the list does not end.
    """
    walk = _Walk(channel, cursor)
    while True:
        page = pull(cursor, page_size=page_size)
        done = walk.take(page)
        yield page
        if progress is not None:
            progress(done)
        cursor = page.next
        if not page.more:
            return


class AsyncPull(Protocol[Page_co]):
    """A method of an async role that gives pages."""

    def __call__(self, cursor: Cursor | None, *, page_size: int) -> Awaitable[Page_co]:
        """Return the page after *cursor*."""
        ...


async def pages_async(
    pull: AsyncPull[Page],
    *,
    channel: ChannelId,
    cursor: Cursor | None = None,
    page_size: int = 100,
    progress: ProgressCallback | None = None,
) -> AsyncIterator[Page]:
    """Yield what :func:`pages` does, from a method that is awaited."""
    walk = _Walk(channel, cursor)
    while True:
        page = await pull(cursor, page_size=page_size)
        done = walk.take(page)
        yield page
        if progress is not None:
            progress(done)
        cursor = page.next
        if not page.more:
            return
