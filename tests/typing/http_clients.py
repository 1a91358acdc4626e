"""What the type checkers see of a channel client: roles fit, and the wrong ones do not."""

from collections.abc import Sequence
from typing import assert_type

from ecomkit.adapters.http import (
    AsyncChannelClient,
    ChannelClient,
    Flow,
    Request,
    awaiting,
    flow,
    flow_of,
)
from ecomkit.channels import (
    AsyncOrderSource,
    AsyncStockSink,
    Cursor,
    OrderPage,
    OrderSource,
    PageEntry,
    StockResult,
    StockSink,
    StockUpdate,
)


class Corner(ChannelClient, roles=(OrderSource, StockSink)):
    """A client of two roles."""

    push_rows_max = 100

    @flow
    def orders_after(self, cursor: Cursor | None, *, page_size: int) -> Flow[OrderPage]:
        """Read a page."""
        reply = yield Request.get("/orders", query={"limit": page_size})
        return OrderPage(entries=[], next=cursor or Cursor("0"), more=reply.status != 200)

    @flow
    def order(self, number: str) -> Flow[PageEntry | None]:
        """Read an order."""
        page = yield from flow_of(self.orders_after)(Cursor(number), page_size=1)
        assert_type(page, OrderPage)
        return page.entries[0] if page.entries else None

    @flow
    def push_stock(self, updates: Sequence[StockUpdate]) -> Flow[tuple[StockResult, ...]]:
        """Push rows."""
        yield Request.put("/stock", json=len(updates))
        return ()


class AsyncCorner(AsyncChannelClient[Corner], roles=(AsyncOrderSource, AsyncStockSink)):
    """The same, awaited."""

    push_rows_max = Corner.push_rows_max
    orders_after = awaiting(Corner.orders_after)
    order = awaiting(Corner.order)
    push_stock = awaiting(Corner.push_stock)


def blocking(client: Corner) -> None:
    """A blocking client answers values."""
    source: OrderSource = client
    sink: StockSink = client
    assert_type(client.orders_after(None, page_size=5), OrderPage)
    client.orders_after(3, page_size=5)  # type: ignore[arg-type]  # no cursor
    client.orders_after(None, page_size="5")  # type: ignore[arg-type]  # no number
    wrong: AsyncOrderSource = client  # type: ignore[assignment]  # it is not awaited
    assert [source, sink, wrong]


async def awaited(client: AsyncCorner) -> None:
    """An async client answers what has to be awaited."""
    source: AsyncOrderSource = client
    sink: AsyncStockSink = client
    assert_type(await client.orders_after(None, page_size=5), OrderPage)
    wrong: OrderSource = client  # type: ignore[assignment]  # it has to be awaited
    assert [source, sink, wrong]
