"""Scripts of write operations with keys: run again from the top, they end as they would have."""

from __future__ import annotations

import functools
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import attrs
import schema_1

from ecomkit.adapters.memory import MemoryChannel, SoldLine
from ecomkit.channels import Listing
from ecomkit.identifiers import (
    CartId,
    ChannelId,
    CommandKey,
    LineId,
    ListingId,
    LocationId,
    LotId,
    OrderId,
    PurchaseOrderId,
    Sku,
    TransferId,
)
from ecomkit.money import Currency, Money
from ecomkit.operations import Ledger, Settings, Shop, WipeState, execute, verify_ledger
from ecomkit.orders import Order, OrderLine
from ecomkit.ports import STOCK, Collection, KeptOutcome, ManualClock, Retention, Secret, Tokens
from ecomkit.returns import Disposition, ReceivedLine, Reception
from ecomkit.stock import (
    MAIN,
    Adjust,
    Arrive,
    Bucket,
    Count,
    Damage,
    Dispatch,
    LevelKey,
    LoseTransfer,
    Owner,
    Pick,
    PutOnHold,
    Reassign,
    Receive,
    Record,
    Release,
    ReleaseHolds,
    Relocate,
    Reserve,
    Reserved,
    Ship,
    Short,
    StockCommand,
    TakeBack,
    Transfer,
    Unpick,
    Unship,
    Want,
)
from ecomkit.stores import SqliteStore, SqliteTokenStore
from ecomkit.stores._sqlite_errors import named

__all__ = [
    "BROKEN",
    "COMMANDS",
    "HOLDS",
    "NOTES",
    "START",
    "STORIES",
    "Step",
    "Story",
    "new_channel",
]

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
ELEPHANT, BEAR, OWL = Sku("ELEPHANT"), Sku("BEAR"), Sku("OWL")
LOFT = LocationId("loft")
CART, OTHER_CART = Owner("cart:1"), Owner("cart:2")
FIRST, SECOND, THIRD = Owner("line:1#1"), Owner("line:2#1"), Owner("line:3#1")
TRANSFER = Transfer(id=TransferId("t-1"), sku=BEAR, source=MAIN, target=LOFT)


@attrs.frozen(kw_only=True)
class Note:
    """A value to save."""

    name: str
    text: str = ""


NOTES = Collection(name="note", type=Note, key=lambda note: note.name)
RAW_NOTES = Collection(
    name="raw-note", type=Note, key=lambda note: note.name, retention=Retention.RAW
)


class Step(NamedTuple):
    """One call; *is_one* says whether all of it lasts or none, once it was cut short."""

    name: str
    call: Callable[[], object]
    is_one: bool = True


class Story:
    """A script on a folder. Each step has its own instant, the same in whichever run."""

    pace = timedelta(minutes=1)

    def __init__(self, folder: Path, *, channel: Any = None) -> None:
        self.folder = folder
        self.channel = channel
        self.clock = ManualClock(START)
        self.store: Any = None
        self.books = folder / "books.db"
        self.steps: Sequence[Step] = [Step("open", self.open), *self.acts()]
        self.steps = [*self.steps, Step("close", self.close)]

    @staticmethod
    def prepare(folder: Path) -> None:
        """Put into the folder what is there before the story begins."""

    def acts(self) -> list[Step]:
        """Return what happens between opening and closing."""
        raise NotImplementedError

    def files(self) -> list[Path]:
        """Return all files that a step may write."""
        return [self.books]

    def run(self, number: int) -> str:
        """Run one step at its instant, and return its answer as text."""
        self.clock = ManualClock(START + number * self.pace)
        return repr(self.steps[number].call())

    def open(self) -> None:
        """Open the books, whatever state they are in."""
        self.store = SqliteStore(self.books)

    def close(self) -> None:
        """Let go of the books."""
        self.store.close()

    def reopen(self) -> None:
        """Close the books, and open them again."""
        self.close()
        self.open()

    def audit(self) -> str:
        """Return what a replay of the whole ledger finds."""
        with SqliteStore(self.books) as store, store.snapshot() as tx:
            found = verify_ledger(tx)
        return "clean" if found.is_clean else repr(found)


def want(owner: Owner, quantity: int, *, sku: Sku = ELEPHANT, lot: str | None = None) -> Want:
    """Return a wish."""
    return Want(owner=owner, sku=sku, quantity=quantity, lot=None if lot is None else LotId(lot))


def command(kind: Callable[..., StockCommand], name: str, **fields: Any) -> StockCommand:
    """Return a command under a key."""
    return kind(key=CommandKey(name), **fields)


def _lines(name: str, quantity: int, owner: Owner, **fields: Any) -> dict[str, Any]:
    return {"name": name, "wants": [want(owner, quantity)], **fields}


UNTIL = START + timedelta(hours=8)
COMMANDS = (
    command(Count, "count", sku=ELEPHANT, counted=20),
    command(Count, "count bears", sku=BEAR, counted=10),
    command(Receive, "receive a lot", sku=ELEPHANT, quantity=5, lot=LotId("L1")),
    command(Adjust, "adjust", sku=ELEPHANT, difference=-1, reason="missing"),
    command(PutOnHold, "hold", wants=[want(CART, 3)], expires_at=UNTIL),
    command(Reserve, "reserve", wants=[want(FIRST, 3)], placed_at=START, cart=CART),
    command(Record, "record", wants=[want(SECOND, 30)], placed_at=START),
    command(Receive, "receive", sku=ELEPHANT, quantity=4),
    command(Pick, "pick", wants=[want(FIRST, 2)]),
    command(Unpick, "unpick", wants=[want(FIRST, 1)]),
    command(Ship, "ship", wants=[want(FIRST, 2)]),
    command(Unship, "unship", wants=[want(FIRST, 1)], placed_at=START),
    command(Release, "release", wants=[want(SECOND, 2)]),
    command(Reassign, "reassign", owner=SECOND, sku=ELEPHANT, quantity=1, to_owner=THIRD),
    command(Damage, "damage", sku=ELEPHANT, quantity=1, reason="wet"),
    command(
        Relocate,
        "relocate",
        sku=BEAR,
        quantity=1,
        source=Bucket.SELLABLE,
        target=Bucket.QUARANTINED,
    ),
    command(TakeBack, "take back", wants=[want(FIRST, 1)], bucket=Bucket.QUARANTINED),
    command(Dispatch, "dispatch", transfer=TRANSFER, quantity=3),
    command(Arrive, "arrive", transfer=TRANSFER, quantity=2),
    command(LoseTransfer, "lose", transfer=TRANSFER, quantity=1, reason="fell off"),
    command(PutOnHold, "hold bears", wants=[want(OTHER_CART, 2, sku=BEAR)], expires_at=UNTIL),
    command(ReleaseHolds, "end hold", owner=OTHER_CART, levels=[LevelKey(BEAR, MAIN)]),
    # What is never kept: it is asked again, and the answer is the same.
    command(PutOnHold, "short", wants=[want(CART, 9_999, sku=BEAR)], expires_at=UNTIL),
)
BATCH = (
    command(Count, "count owls", sku=OWL, counted=50),
    COMMANDS[7],
    *(
        command(
            PutOnHold, f"hold {n}", wants=[want(Owner(f"cart:b{n}"), 3, sku=OWL)], expires_at=UNTIL
        )
        for n in range(10)
    ),
    command(Receive, "receive bears", sku=BEAR, quantity=7),
)


# Enough to need new pages.
HOLDS = (
    command(Receive, "many owls", sku=OWL, quantity=150),
    *(
        command(
            PutOnHold, f"many {n}", wants=[want(Owner(f"cart:m{n}"), 1, sku=OWL)], expires_at=UNTIL
        )
        for n in range(150)
    ),
)


class Commands(Story):
    """Every stock command by itself, then many as one batch."""

    def acts(self) -> list[Step]:
        acts = [
            Step(str(command.key), functools.partial(self.execute, [command]))
            for command in COMMANDS
        ]
        acts.insert(12, Step("reopen", self.reopen))
        return [*acts, Step("batch", lambda: self.execute(BATCH))]

    def execute(self, commands: Sequence[StockCommand]) -> object:
        """Run the commands as one batch."""
        with Ledger(self.store, clock=self.clock) as ledger:
            if len(commands) > 1:
                return ledger.execute_all(commands)
            answer = ledger.execute(commands[0])
            # What is lacking depends on when one asks.
            return Short if isinstance(answer, Short) else answer


class Transactions(Story):
    """Every write of the store port that is no stock command, each under a key of its own."""

    def files(self) -> list[Path]:
        return [self.books, self.folder / "host.db"]

    def acts(self) -> list[Step]:
        later = START + timedelta(days=1)
        return [
            self.once(
                "put", lambda tx: tx.put(NOTES, [Note(name=n, text=n * 3_000) for n in "abc"])
            ),
            self.once("put raw", lambda tx: tx.put(RAW_NOTES, [Note(name="r", text="{")])),
            self.once("replace", lambda tx: tx.put(NOTES, [Note(name="b", text="new")])),
            self.once("delete", lambda tx: tx.delete(NOTES, ["a", "c"])),
            self.once("delete raw", lambda tx: tx.delete(RAW_NOTES, ["r"])),
            self.once("post", lambda tx: tx.post(STOCK, ["A", "B", "C"])),
            self.once("post again", lambda tx: tx.post(STOCK, ["B", "D"])),
            self.once("claim", lambda tx: tx.claim(STOCK, now=START, until=later, limit=2)),
            self.once("settle", lambda tx: tx.settle(STOCK, tx.posted(STOCK)[:1])),
            self.once("goods and note", self.goods_and_note),
            Step("join", self.join),
            self.once("forget", lambda tx: tx.forget(before=START + timedelta(minutes=3))),
            Step("posted", self.posted),
        ]

    def once(self, name: str, act: Callable[[Any], object]) -> Step:
        """Do something in one transaction with the key that remembers it."""

        def call() -> None:
            with self.store.transaction() as tx:
                key = CommandKey(name)
                # The first two keys are forgotten in the end: what they guard is idempotent.
                if key not in tx.kept([key]) and not tx.kept([CommandKey("forget")]):
                    tx.keep([KeptOutcome(key=key, fingerprint=name, at=self.clock.now())])
                    act(tx)

        return Step(name, call)

    def posted(self) -> object:
        """Return the outbox with all versions and fences."""
        with self.store.snapshot() as tx:
            return tx.posted(STOCK)

    def join(self) -> None:
        """Book goods in the transaction of a host, which commits; its errors are its own."""
        with named(), closing(sqlite3.connect(self.folder / "host.db")) as host:
            with self.store.join(host) as tx:
                self.goods_and_note(tx)
            host.commit()

    def goods_and_note(self, tx: Any) -> None:
        """Book goods, and write about it, as one."""
        goods = command(Receive, "goods", sku=ELEPHANT, quantity=2)
        execute(tx, [goods], now=self.clock.now(), settings=Settings())
        tx.put(NOTES, [Note(name="goods")])


class Migration(Story):
    """A file of the first schema is opened, and goes on."""

    @staticmethod
    def prepare(folder: Path) -> None:
        schema_1.write(folder / "books.db")

    def acts(self) -> list[Step]:
        return [
            Step("old key", lambda: self.execute("o", 4)),
            Step("new key", lambda: self.execute("new", 9)),
        ]

    def execute(self, key: str, counted: int) -> object:
        """Count elephants."""
        with Ledger(self.store, clock=self.clock) as ledger:
            return ledger.execute(command(Count, key, sku=ELEPHANT, counted=counted))


class Files(Story):
    """Copies of the books, wiping them, and tokens."""

    def files(self) -> list[Path]:
        return [self.books, *(self.folder / name for name in ("copy.db", "back.db", "tokens.db"))]

    def acts(self) -> list[Step]:
        return [
            Step("goods", self.goods),
            Step("backup", lambda: self.store.backup(self.folder / "copy.db")),
            Step("restore", self.restore),
            Step("wipe", self.wipe),
            Step("token store", lambda: self.tokens() and None),
            Step("token", lambda: self.save("a")),
            Step("token again", lambda: self.save("b")),
        ]

    def goods(self) -> object:
        """Take goods in."""
        with Ledger(self.store, clock=self.clock) as ledger:
            return ledger.execute(command(Receive, "goods", sku=ELEPHANT, quantity=3))

    def wipe(self) -> None:
        """Leave nothing of what was deleted."""
        self.store.wipe()

    def restore(self) -> None:
        """Make books of the copy, unless that was done."""
        if not (self.folder / "back.db").exists():
            SqliteStore.restore(self.folder / "copy.db", self.folder / "back.db")

    def tokens(self) -> SqliteTokenStore:
        """Open the token store."""
        return SqliteTokenStore(self.folder / "tokens.db")

    def save(self, text: str) -> None:
        """Renew the token of an account under its lock."""
        store = self.tokens()
        with store.lock("etsy"):
            known = store.load("etsy")
            # A renewed token is not renewed back by a run that starts from the top.
            if known is None or known.access.reveal() < text:
                store.save("etsy", Tokens(access=Secret(text), refresh=Secret(text * 2)))


PRICE = Money(2_500, Currency.EUR)
ETSY = ChannelId("etsy")
SOLD, OWN = OrderId("etsy/1"), OrderId("shop/1")
LINE = LineId("1")


def new_channel() -> MemoryChannel:
    """Return a channel at which a shopper has bought 5 elephants; it outlives our process."""
    channel = MemoryChannel(ETSY, clock=ManualClock(START))
    channel.put_up([Listing(id=ListingId("L1"), sku_text=str(ELEPHANT), quantity=9, title="L1")])
    line = SoldLine(id=LINE, listing=ListingId("L1"), quantity=5, unit_price=PRICE)
    channel.put_up([Listing(id=ListingId("L2"), sku_text="?", quantity=1, title="L2")])
    channel.sell("1", [line], placed_at=START, buyer="ada")
    channel.post("2", "{")
    return channel


def discard_all(shop: Shop) -> None:
    """Decide that what could not be read is not wanted."""
    for one in shop.quarantined():
        shop.discard(one, reason="torn")


def erase_all(shop: Shop) -> None:
    """Forget whoever bought; a wipe that was kept out says so, and is asked for again."""
    for order in tuple(shop.orders()):
        if order.customer is not None:
            report = shop.erase(order.customer)
            if report.wiped.state is WipeState.DUE:
                shop.erase(order.customer)


class Merchant(Story):
    """A day of a shop: each write operation that it has, with a channel that hears of it."""

    # Told again from the top, the first run over the channel does what is left for the last.
    pace = timedelta(0)

    def acts(self) -> list[Step]:
        day = date(2026, 1, 9)
        units = {ELEPHANT: 8}
        parcel = Reception(
            lines=[ReceivedLine(line=LINE, quantity=2, disposition=Disposition.RESTOCK)]
        )
        own = Order(
            id=OWN,
            channel=ChannelId("shop"),
            currency=Currency.EUR,
            placed_at=START,
            lines=[OrderLine(id=LINE, sku=ELEPHANT, quantity=2, unit_price=PRICE)],
        )
        cart, bought = CartId("c"), PurchaseOrderId("PO-1")
        return [
            self.act("adopt", Shop.adopt, ETSY, opening={ELEPHANT: 4}, is_one=False),
            self.act("pull", Shop.sync, is_one=False),
            self.act("purchase", Shop.purchase, bought, units=units, expected_on=day),
            self.act("receive", Shop.receive, units, key="receipt", purchase_order=bought),
            self.act("fulfil", Shop.fulfil, [SOLD]),
            self.act("tell", Shop.sync, is_one=False),
            self.act("hold", Shop.hold, cart, {ELEPHANT: 2}, until=UNTIL, key="hold"),
            self.act("place", Shop.place, own, cart=cart),
            self.act("cancel", Shop.cancel, OWN, {LINE: 1}, key="cancel"),
            self.act("return", Shop.receive_return, SOLD, parcel, key="parcel"),
            self.act("refund", Shop.pay_back, SOLD, PRICE, key="refund"),
            self.act("hold again", Shop.hold, cart, {ELEPHANT: 1}, until=UNTIL, key="again"),
            self.act("release", Shop.release, cart, [ELEPHANT], key="release"),
            # Nothing is left, so what was promised to our own order is not there.
            self.act("count", Shop.count, {ELEPHANT: 0}, key="count"),
            self.act("cancel uncovered", lambda shop: shop.cancel_uncovered(shop.uncovered())),
            self.act("match", Shop.match, ETSY, ListingId("L2"), BEAR),
            self.act("pull one", Shop.pull_order, ETSY, "1", is_one=False),
            self.act("replay", lambda shop: [shop.replay(one) for one in shop.quarantined()]),
            self.act("discard", discard_all),
            self.act("publish", Shop.sync, is_one=False),
            # The books first, and then the wipe of the files.
            self.act("erase", erase_all, is_one=False),
        ]

    def act(
        self,
        name: str,
        method: Callable[..., object],
        *arguments: object,
        is_one: bool = True,
        **options: object,
    ) -> Step:
        """An operation at the instant of its step; a report is of a run, so it is no answer."""
        if "key" in options:
            options["key"] = CommandKey(str(options["key"]))

        def call() -> object:
            shop = Shop(store=self.store, channels=[self.channel], clock=self.clock)
            answer = method(shop, *arguments, **options)
            return answer if isinstance(answer, Reserved) else None

        return Step(name, call, is_one)


class Broken(Commands):
    """Goods in one transaction, their key in the next: what the matrix is there to find."""

    def acts(self) -> list[Step]:
        return [Step("goods", self.goods)]

    def goods(self) -> None:
        """Take goods in under a name that nobody remembers, then remember another one."""
        key = CommandKey("goods")
        with self.store.snapshot() as tx:
            if key in tx.kept([key]):
                return
            number = len(tx.movements(limit=9))
        self.execute([command(Receive, f"goods {number}", sku=ELEPHANT, quantity=1)])
        with self.store.transaction() as tx:
            tx.keep([KeptOutcome(key=key, fingerprint="x", at=START)])


STORIES: dict[str, type[Story]] = {
    "commands": Commands,
    "transactions": Transactions,
    "migration": Migration,
    "files": Files,
    "merchant": Merchant,
}
BROKEN: dict[str, type[Story]] = {"broken": Broken}
