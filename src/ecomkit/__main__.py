"""``python -m ecomkit``: the smallest whole story, ten knitted elephants on two channels."""

from __future__ import annotations

import sys
import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TextIO

from ecomkit.adapters.memory import MemoryChannel, SoldLine
from ecomkit.channels import Listing
from ecomkit.identifiers import (
    ChannelId,
    CommandKey,
    LineId,
    ListingId,
    OrderId,
    PurchaseOrderId,
    Sku,
)
from ecomkit.money import Currency, Money
from ecomkit.operations import Shop
from ecomkit.ports import ManualClock
from ecomkit.replenishment import LeadTime, ReorderPoint
from ecomkit.returns import Disposition, ReceivedLine, Reception
from ecomkit.stores import SqliteStore

__all__ = ["main"]

ELEPHANT = Sku("ELEPHANT-KNIT")
LISTING = ListingId("knitted-elephant")
PRICE = Money(2500, Currency.EUR)
LINE = LineId("1")


class Story:
    """Tells the story on a shop of its own, line by line."""

    def __init__(self, path: Path, out: TextIO) -> None:
        self._out = out
        self.clock = ManualClock(datetime(2026, 11, 2, 9, 0, tzinfo=UTC))
        self.etsy = MemoryChannel(ChannelId("etsy"), clock=self.clock)
        self.web = MemoryChannel(ChannelId("web"), clock=self.clock)
        for channel in (self.etsy, self.web):
            listing = Listing(id=LISTING, sku_text=ELEPHANT, title="Knitted elephant", quantity=0)
            channel.put_up([listing])
        self.shop = Shop(store=SqliteStore(path), channels=[self.etsy, self.web], clock=self.clock)

    def say(self, text: str) -> None:
        """Print one line."""
        print(text, file=self._out)

    def state(self) -> None:
        """Print what lies there and what the channels show."""
        level = self.shop.level(ELEPHANT)
        self.say(
            f"    on hand {level.on_hand}, available {level.available(self.clock.now())}, "
            f"uncovered {level.uncovered_units}; "
            f"etsy shows {self.etsy.shown(LISTING)}, web shows {self.web.shown(LISTING)}"
        )

    def sell(self, channel: MemoryChannel, number: str, quantity: int) -> None:
        """A shopper buys elephants."""
        self.clock.advance(timedelta(hours=1))
        line = SoldLine(id=LINE, listing=LISTING, quantity=quantity, unit_price=PRICE)
        channel.sell(number, [line], placed_at=self.clock.now())

    def tell(self) -> None:
        """Tell it all."""
        shop = self.shop
        self.say("Ten knitted elephants, two channels.")
        self.say("\n1. Nothing is published before a channel is adopted and the shelf is counted.")
        self.say(shop.sync().explain())
        shop.adopt(self.etsy.channel, opening={ELEPHANT: 10})
        shop.adopt(self.web.channel)
        shop.sync()
        self.state()

        self.say("\n2. Five are sold on each channel. None is left, on any channel.")
        self.sell(self.etsy, "1001", 5)
        self.sell(self.web, "2001", 5)
        shop.sync()
        self.state()

        self.say("\n3. An eleventh was sold on Etsy before it heard: recorded, and uncovered.")
        self.sell(self.etsy, "1002", 1)
        shop.sync()
        self.state()
        for waiting in shop.uncovered():
            self.say(f"    {waiting.explain()}")

        self.say("\n4. Resolved: one is bought in, and covers the one who waits.")
        self.clock.advance(timedelta(days=1))
        order = shop.purchase(
            PurchaseOrderId("PO-1"), units={ELEPHANT: 1}, expected_on=date(2026, 11, 4)
        )
        self.clock.advance(timedelta(days=1))
        shop.receive({ELEPHANT: 1}, key=CommandKey("parcel-1"), purchase_order=order.id)
        shipped = shop.fulfil()
        shop.sync()
        self.say(f"    shipped: {', '.join(shipped)}")
        self.state()

        self.say("\n5. One comes back as good as new, and is paid back to the cent.")
        back = ReceivedLine(line=LINE, quantity=1, disposition=Disposition.RESTOCK)
        received = shop.receive_return(
            OrderId("web/2001"), Reception(lines=[back]), key=CommandKey("return-1")
        )
        shop.pay_back(received.order, received.refund.amount, key=CommandKey("refund-1"))
        shop.sync()
        self.say(f"    paid back {received.refund.amount}")
        self.state()

        self.say("\n6. Two weeks on: what to reorder, and why.")
        self.clock.advance(timedelta(days=12))
        plan = shop.plan(
            policy=ReorderPoint(service_level=0.95),
            lead_time=LeadTime(mean_days=7, sd_days=1),
        )
        for advice in plan:
            self.say("\n".join(f"    {line}" for line in advice.explain().splitlines()))

        self.say("\n7. Everything is added up again from the ledger.")
        self.say("\n".join(f"    {line}" for line in shop.audit().explain().splitlines()))


def main(out: TextIO | None = None) -> None:
    """Tell the story of the ten elephants on a SQLite file that is thrown away after it."""
    with tempfile.TemporaryDirectory() as folder:
        story = Story(Path(folder) / "elephants.db", sys.stdout if out is None else out)
        with story.shop:
            story.tell()


if __name__ == "__main__":
    main()
