"""A channel that needs somebody does not stop the others."""

from datetime import UTC, datetime
from typing import Any

import pytest

from ecomkit.adapters.memory import MemoryChannel, SoldLine
from ecomkit.channels import ChannelAuthError, Listing
from ecomkit.identifiers import ChannelId, LineId, ListingId, Sku
from ecomkit.money import Currency, Money
from ecomkit.operations import Shop
from ecomkit.ports import ManualClock
from ecomkit.stores import MemoryStore

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
ELEPHANT, LISTING = Sku("ELEPHANT-KNIT"), ListingId("L1")


class Locked(MemoryChannel):
    """A channel whose credentials have run out for one kind of call."""

    locked = ""

    def _guard(self, operation: str) -> None:
        if self.locked == operation:
            raise ChannelAuthError(channel=self.channel, operation=operation)

    def orders_after(self, *arguments: Any, **options: Any) -> Any:
        """Pull, or refuse."""
        self._guard("pull")
        return super().orders_after(*arguments, **options)

    def push_stock(self, *arguments: Any, **options: Any) -> Any:
        """Push, or refuse."""
        self._guard("push")
        return super().push_stock(*arguments, **options)

    def push_fulfilment(self, *arguments: Any, **options: Any) -> Any:
        """Tell, or refuse."""
        self._guard("fulfil")
        return super().push_fulfilment(*arguments, **options)


@pytest.mark.parametrize("operation", ["pull", "push", "fulfil"])
def test_the_others_go_on_and_the_report_names_the_one(operation: str) -> None:
    """Whatever call is refused, the other channel is pulled, told and fulfilled; then it heals."""
    clock = ManualClock(NOW)
    locked = Locked(ChannelId("a-locked"), clock=clock)
    other = MemoryChannel(ChannelId("b-open"), clock=clock)
    shop = Shop(store=MemoryStore(), channels=[locked, other], clock=clock)
    price = Money(2500, Currency.EUR)
    line = SoldLine(id=LineId("1"), listing=LISTING, quantity=2, unit_price=price)
    for channel in (locked, other):
        channel.put_up([Listing(id=LISTING, sku_text=ELEPHANT)])
    shop.adopt(locked.channel, opening={ELEPHANT: 10})
    shop.adopt(other.channel)
    shop.sync()
    locked.sell("1", [line], placed_at=NOW)
    other.sell("1", [line], placed_at=NOW)

    locked.locked = operation
    first = shop.sync()
    shop.fulfil()
    second = shop.sync()
    reasons = {*first.stopped, *second.stopped}
    locked.locked = ""
    for _ in range(2):
        shop.fulfil()
        healed = shop.sync()

    assert {str(ChannelAuthError(channel=locked.channel, operation=operation))} == reasons
    assert f"stopped: {next(iter(reasons))}" in second.explain()
    assert other.shown(LISTING) == locked.shown(LISTING) == 6
    assert (healed.stopped, healed.untold) == ((), ())
    assert shop.audit().is_clean
