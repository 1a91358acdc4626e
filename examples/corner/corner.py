"""A client for the Corner shop's interface: its orders can be pulled, its stock can be shown."""

from collections.abc import Sequence
from typing import Any

from ecomkit import channels as ch
from ecomkit.adapters import http
from ecomkit.identifiers import ChannelId, LineId, ListingId
from ecomkit.money import Currency
from ecomkit.ports import Secret


class Corner(http.ChannelClient, roles=(ch.OrderSource, ch.PayloadReader, ch.StockSink)):
    """The client of one account at Corner."""

    push_rows_max = 100
    limits = (http.Limit(per_second=10, burst=20),)

    def __init__(
        self, channel: ChannelId, *, url: str, token: Secret, kit: http.Kit | None = None
    ) -> None:
        account = http.StaticCredentials(items=[http.bearer(token)])
        super().__init__(channel, site=http.Site(base=url), credentials=account, kit=kit)

    @http.flow
    def orders_after(self, cursor: ch.Cursor | None, *, page_size: int) -> http.Flow[ch.OrderPage]:
        """Return orders by change: Corner numbers each, so the cursor is the last number seen."""
        after = 0 if cursor is None else http.read_cursor(cursor, _change, owner="Corner")
        reply = yield http.Request.get("/orders", query={"after": after, "limit": page_size})
        page = reply.json()
        return ch.OrderPage(
            entries=[self._entry(order) for order in page["orders"]],
            next=http.cursor_of({"change": page["last_change"]}),
            more=page["more"],
        )

    @http.flow
    def order(self, number: str) -> http.Flow[ch.PageEntry | None]:
        """Return one order as it is now."""
        reply = yield http.Request.get(http.path_of("orders", number), accepted=[404])
        return self._entry(reply.json()) if reply.status == 200 else None  # noqa: PLR2004 (found)

    def read_payload(self, payload: ch.Payload) -> ch.PageEntry:
        """Read an order that was kept."""
        return ch.entry_of(payload, http.parse_json(payload.text), self._claim)

    @http.flow
    def push_stock(
        self, updates: Sequence[ch.StockUpdate]
    ) -> http.Flow[tuple[ch.StockResult, ...]]:
        """Show the quantities, row by row."""
        rows = [{"listing": row.listing, "quantity": row.quantity} for row in updates]
        reply = yield http.Request.put("/stock", json={"rows": rows})
        said = reply.json()["rows"]
        return tuple(
            ch.StockResult(
                listing=update.listing,
                effect=ch.Rejected(reason=error) if (error := row["error"]) else ch.Applied(),
            )
            for update, row in zip(updates, said, strict=True)
        )

    def _entry(self, order: Any) -> ch.PageEntry:
        text, number = http.dump_json(order), ch.identity(order["number"])
        return self.read_payload(ch.Payload(channel=self.channel, object_id=number, text=text))

    def _claim(self, order: ch.Fields) -> ch.ChannelClaim:
        currency = order.read("currency", Currency.parse)
        return order.build(
            ch.ChannelClaim,
            channel=self.channel,
            number=order.read("number", ch.identity),
            version=order.read("change", ch.whole_of),
            placed_at=order.read("placed_at", ch.instant_of),
            currency=currency,
            lines=order.each("lines", lambda row: _line(row, currency)),
            buyer=order.read("buyer", ch.text_of, default=None),
        )


def _change(parts: http.Places) -> int:
    return ch.whole_of(parts["change"])


def _line(row: ch.Fields, currency: Currency) -> ch.ClaimLine:
    return row.build(
        ch.ClaimLine,
        id=row.read("id", LineId),
        listing=row.read("listing", ListingId),
        quantity=row.read("quantity", ch.whole_of),
        unit_price=row.read("price", ch.money_of(currency)),
        title=row.read("title", ch.text_of, default=""),
        shipped=row.read("shipped", ch.whole_of, default=0),
    )


class AsyncCorner(http.AsyncChannelClient[Corner], roles=(ch.AsyncOrderSource, ch.AsyncStockSink)):
    """The same, for asyncio."""

    push_rows_max = Corner.push_rows_max
    orders_after = http.awaiting(Corner.orders_after)
    order = http.awaiting(Corner.order)
    push_stock = http.awaiting(Corner.push_stock)
