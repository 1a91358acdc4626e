"""What goes along with a number to show, so that orders not yet pulled are not sold over."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ecomkit.adapters.memory import Comparison, MemoryChannel, SoldLine
from ecomkit.channels import Applied, Listing, StockResult, StockUpdate
from ecomkit.identifiers import ChannelId, LineId, ListingId, Sku
from ecomkit.money import Currency, Money
from ecomkit.operations import Shop
from ecomkit.ports import ManualClock
from ecomkit.stores import MemoryStore

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
ELEPHANT = Sku("ELEPHANT-KNIT")
LISTING = ListingId("L1")


class Counting(MemoryChannel):
    """Counts its listings down itself, compares, and lets shoppers buy just before a push."""

    def __init__(self, clock: ManualClock, *, compares: Comparison = Comparison.ENFORCED) -> None:
        super().__init__(ChannelId("etsy"), clock=clock, compares=compares)
        self.clock = clock
        self.put_up([Listing(id=LISTING, sku_text=ELEPHANT, quantity=10)])
        self.meanwhile: Callable[[], object] = lambda: None
        self.told: list[StockUpdate] = []
        self.sold = 0

    def push_stock(self, updates: Sequence[StockUpdate]) -> tuple[StockResult, ...]:
        """Show the numbers, after what happened on the way."""
        meanwhile, self.meanwhile = self.meanwhile, lambda: None
        meanwhile()
        self.told.extend(updates)
        return super().push_stock(updates)

    def buy(self, quantity: int) -> None:
        """A shopper buys, a second later than whatever was before."""
        self.clock.advance(timedelta(seconds=1))
        self.sold += 1
        line = SoldLine(
            id=LineId("1"),
            listing=LISTING,
            quantity=quantity,
            unit_price=Money(2500, Currency.EUR),
        )
        self.sell(f"10{self.sold:02}", [line], placed_at=self.clock.now())


class OnHand(Counting):
    """Counts what is on hand, and what it has promised beside it; shoppers can buy the difference."""

    def __init__(self, clock: ManualClock) -> None:
        super().__init__(clock, compares=Comparison.IGNORED)
        self.on_hand, self.allocated = 10, 0

    def push_stock(self, updates: Sequence[StockUpdate]) -> tuple[StockResult, ...]:
        """Write what is on hand."""
        meanwhile, self.meanwhile = self.meanwhile, lambda: None
        meanwhile()
        self.told.extend(updates)
        for update in updates:
            assert update.committed is not None
            self.on_hand = update.quantity + min(update.committed, self.allocated)
        return tuple(StockResult(listing=one.listing, effect=Applied()) for one in updates)

    def ship(self, number: str, quantities: Mapping[LineId, int], *, at: datetime) -> None:
        """Units have left: they are neither on hand nor promised any more."""
        super().ship(number, quantities, at=at)
        units = sum(quantities.values())
        self.on_hand, self.allocated = self.on_hand - units, self.allocated - units

    def try_to_buy(self, quantity: int) -> int:
        """A shopper buys if the shop lets him; return the units."""
        if self.on_hand - self.allocated < quantity:
            return 0
        self.allocated += quantity
        self.buy(quantity)
        return quantity


def opened(channel: Counting, *, units: int = 10) -> Shop:
    """Return a shop that has adopted the channel."""
    shop = Shop(store=MemoryStore(), channels=[channel], clock=channel.clock)
    shop.adopt(channel.channel, opening={ELEPHANT: units})
    shop.sync()
    channel.clock.advance(timedelta(seconds=1))
    return shop


def test_after_a_sale_the_channel_is_expected_to_have_counted_down() -> None:
    """The push that follows a sale expects what the channel shows by its own count."""
    channel = Counting(ManualClock(START))
    shop = opened(channel)
    channel.buy(3)
    shop.receive({ELEPHANT: 5}, key=_key("delivery"))

    shop.sync()

    [update] = channel.told[-1:]
    assert (update.expected, update.quantity, update.committed) == (7, 12, 3)
    assert channel.shown(LISTING) == 12


def test_a_sale_on_the_way_is_not_written_over() -> None:
    """A push that meets another number than it expects is refused; the next run pulls first."""
    channel = Counting(ManualClock(START))
    shop = opened(channel)
    channel.buy(3)
    shop.receive({ELEPHANT: 5}, key=_key("delivery"))
    channel.meanwhile = lambda: channel.buy(4)

    shop.sync()
    assert channel.shown(LISTING) == 3

    for _ in range(2):
        channel.clock.advance(timedelta(seconds=1))
        shop.sync()
    assert channel.shown(LISTING) == 8


def test_what_the_channel_restocks_is_expected_too() -> None:
    """A cancellation there is expected to have put the units back."""
    channel = Counting(ManualClock(START))
    shop = opened(channel)
    channel.buy(3)
    shop.sync()
    channel.clock.advance(timedelta(minutes=10))
    channel.cancel("1001", {LineId("1"): 2})

    shop.sync()

    [update] = channel.told[-1:]
    assert (update.quantity, update.committed) == (9, 1)


def test_what_was_shipped_is_no_longer_committed() -> None:
    """Units that the channel has seen shipped are not among those it has promised."""
    channel = Counting(ManualClock(START))
    shop = opened(channel)
    channel.buy(3)
    shop.sync()
    shop.fulfil()
    shop.sync()
    shop.sync()
    shop.receive({ELEPHANT: 1}, key=_key("delivery"))

    shop.sync()

    [update] = channel.told[-1:]
    assert (update.quantity, update.committed) == (8, 0)


def _key(text: str) -> str:
    return f"key-{text}"


steps = st.lists(
    st.one_of(
        st.integers(1, 4).map(lambda units: ("buy", units)),
        st.integers(0, 4).map(lambda units: ("sync", units)),
        st.just(("ship", 0)),
    ),
    max_size=25,
)


@given(steps)
def test_an_on_hand_shop_never_sells_what_is_not_there(happenings: list[tuple[str, int]]) -> None:
    """However sales, shipments and pushes fall together, such a shop sells the stock and no more."""
    channel = OnHand(ManualClock(START))
    shop = opened(channel)
    sold = 0

    def buy(units: int) -> None:
        nonlocal sold
        sold += channel.try_to_buy(units)

    for what, units in happenings:
        if what == "buy":
            buy(units)
        elif what == "sync":
            if units:
                channel.meanwhile = lambda units=units: buy(units)
            shop.sync()
        else:
            shop.fulfil()

    assert sold <= 10
    channel.meanwhile = lambda: None
    shop.sync()
    shop.sync()
    assert 10 - sold == channel.on_hand - channel.allocated
    assert shop.uncovered() == ()
    assert 10 - sold == shop.level(ELEPHANT).available(channel.clock.now())
