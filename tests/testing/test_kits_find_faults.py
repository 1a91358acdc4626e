"""A conformance kit is worth what it finds: systems with one fault each, and the kits see it."""

import inspect
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import attrs
import pytest
from hypothesis import Phase, settings

from ecomkit.adapters.http import HmacSignature
from ecomkit.adapters.memory import MemoryChannel, SoldLine
from ecomkit.adapters.memory._market import units_left
from ecomkit.channels import (
    Applied,
    Cancellation,
    ChannelRefund,
    ChannelUnavailableError,
    ClaimLine,
    Cursor,
    Effect,
    HintKind,
    Listing,
    ListingChange,
    ListingPage,
    ListingState,
    OrderPage,
    PageEntry,
    ReadOrder,
    Refund,
    Rejected,
    StockReading,
    StockResult,
    StockUpdate,
    UnreadableOrder,
    WebhookHint,
)
from ecomkit.errors import FieldError
from ecomkit.identifiers import ChannelId, CommandKey, LineId, ListingId, MerchantId
from ecomkit.money import Currency, Money
from ecomkit.ports import Collection, ManualClock, Secret, Store, Transaction
from ecomkit.stock import LevelKey
from ecomkit.stores import MemoryStore
from ecomkit.testing.conformance import (
    CancelSinkConformance,
    CatalogSourceConformance,
    FulfilmentSinkConformance,
    ListingSinkConformance,
    OrderSourceConformance,
    RefundSinkConformance,
    StockSinkConformance,
    StoreConformance,
    WebhookSourceConformance,
    run_store_machine,
)
from ecomkit.testing.conformance._kit import ATTEMPTS_MAX, patiently

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _first_fault() -> Iterator[None]:
    """Be content with the first example of a fault: these tests only ask whether there is one."""
    settings.register_profile(
        "first fault",
        phases=[Phase.explicit, Phase.generate],
        database=None,
        derandomize=True,
    )
    before = settings.get_current_profile_name()
    settings.load_profile("first fault")
    yield
    settings.load_profile(before)


def failing(kit: type[Any]) -> list[str]:
    """Return the laws of *kit* that fail; each runs on an instance of its own."""
    names = []
    for name, law in inspect.getmembers(kit, inspect.isfunction):
        if not name.startswith("test_"):
            continue
        arguments = {"page_size": 2} if "page_size" in inspect.signature(law).parameters else {}
        try:
            law(kit(), **arguments)
        except pytest.skip.Exception:
            continue
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException:  # noqa: BLE001 (pytest's own failures are no exceptions)
            names.append(name)
    return names


# -- stores -----------------------------------------------------------------------------------------


class Wrapped:
    """A transaction that does what another one does, but for what a subclass breaks."""

    def __init__(self, inner: Transaction) -> None:
        self.inner: Any = inner

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


class ScansTooFar(Wrapped):
    """Gives the key that it was to begin after once more."""

    def scan(self, collection: Collection[Any], **bounds: Any) -> Any:
        """Take after as the first key."""
        after, index = bounds.get("after"), bounds.get("index")
        first = self.inner.get(collection, after) if after and index is None else None
        found = self.inner.scan(collection, **bounds)
        return found if first is None else (first, *found)


class ScansUnsorted(Wrapped):
    """Folds case when it sorts."""

    def scan(self, collection: Collection[Any], **bounds: Any) -> Any:
        """Sort as people do."""
        found = self.inner.scan(collection, **bounds)
        return tuple(sorted(found, key=lambda value: collection.key(value).lower()))


class KeepsWhatIsDeleted(Wrapped):
    """Deletes the first key only."""

    def delete(self, collection: Collection[Any], keys: Iterable[str]) -> None:
        """Forget most."""
        self.inner.delete(collection, list(keys)[:0])


class PutsAWrongValue(Wrapped):
    """Trims texts."""

    def get(self, collection: Collection[Any], key: str) -> Any:
        """Look under another key."""
        return self.inner.get(collection, key.lower())


class ForgetsHolds(Wrapped):
    """Loses the holds of a level."""

    def levels(self, keys: Iterable[LevelKey]) -> Any:
        """Give levels without holds."""
        return tuple(attrs.evolve(one, held=0, holds=()) for one in self.inner.levels(keys))


class LevelsInAnyOrder(Wrapped):
    """Sorts the levels it was asked for."""

    def levels(self, keys: Iterable[LevelKey]) -> Any:
        """Answer in an order of its own."""
        return self.inner.levels(sorted(keys))


class LosesMovements(Wrapped):
    """Saves levels and the first movement only."""

    def book(self, drafts: Any, *, movements: Sequence[Any], **rest: Any) -> None:
        """Lose what comes second."""
        self.inner.book(drafts, movements=movements[:1], **rest)


class LosesLevels(Wrapped):
    """Saves movements, and levels only when nothing moved."""

    def book(self, drafts: Any, *, movements: Sequence[Any], **rest: Any) -> None:
        """Lose levels."""
        self.inner.book([] if movements else drafts, movements=movements, **rest)


class ClaimsForEver(Wrapped):
    """Gives an entry of the outbox to one worker and never again."""

    def claim(self, topic: str, *, until: datetime, **rest: Any) -> Any:
        """Lend for a century."""
        return self.inner.claim(topic, until=until + timedelta(days=36_500), **rest)


class SettlesAll(Wrapped):
    """Says that no claim was ever lost."""

    def settle(self, topic: str, claims: Iterable[Any]) -> Any:
        """Hide what was lost."""
        self.inner.settle(topic, claims)
        return ()


class CountsHolds(Wrapped):
    """Takes what carts hold for available."""

    def available(self, keys: Iterable[LevelKey], **rest: Any) -> Any:
        """Add what is held."""
        wanted = list(keys)
        held = [level.held for level in self.inner.levels(wanted)]
        found = self.inner.available(wanted, **rest)
        return tuple(
            None if units is None else units + more
            for units, more in zip(found, held, strict=True)
        )


class SeesNobodyWaiting(Wrapped):
    """Never lists who waits."""

    def waiting(self) -> Any:
        """Say nobody."""
        return ()


class ExpiresLate(Wrapped):
    """Takes the instant of expiry for a moment before it."""

    def expired(self, now: datetime) -> Any:
        """Be late by a microsecond."""
        return self.inner.expired(now - timedelta(microseconds=1))


class NumbersAgain(Wrapped):
    """Takes *after* for a number that may come again."""

    def movements(self, *, after: int = 0, limit: int) -> Any:
        """Begin one too early."""
        return self.inner.movements(after=max(0, after - 1), limit=limit)


BROKEN = [
    ScansTooFar,
    ScansUnsorted,
    KeepsWhatIsDeleted,
    PutsAWrongValue,
    ForgetsHolds,
    LevelsInAnyOrder,
    LosesMovements,
    LosesLevels,
    ClaimsForEver,
    SettlesAll,
    CountsHolds,
    SeesNobodyWaiting,
    ExpiresLate,
    NumbersAgain,
]


class BrokenStore(MemoryStore):
    """A store whose transactions are broken in one way."""

    wrapper: ClassVar[type[Wrapped]] = Wrapped

    @contextmanager
    def transaction(self) -> Iterator[Any]:
        """Break it."""
        with super().transaction() as tx:
            yield self.wrapper(tx)

    def posting(self) -> Any:
        """Break it as well."""
        return self.transaction()

    @contextmanager
    def snapshot(self) -> Iterator[Any]:
        """Break it too."""
        with super().snapshot() as tx:
            yield self.wrapper(tx)


class CommitsAlways(MemoryStore):
    """Keeps what an exception was to undo."""

    @contextmanager
    def transaction(self) -> Iterator[Any]:
        """Commit, then raise."""
        caught: BaseException | None = None
        with super().transaction() as tx:
            try:
                yield tx
            except BaseException as error:  # noqa: BLE001 (raised below)
                caught = error
        if caught is not None:
            raise caught

    def posting(self) -> Any:
        """Commit as well."""
        return self.transaction()


class SharesOneBook(MemoryStore):
    """Keeps all merchants in one place."""

    shared: ClassVar[MemoryStore]

    def transaction(self) -> Any:
        """Write into the books of all."""
        return self.shared.transaction()

    def posting(self) -> Any:
        """Post into the books of all."""
        return self.shared.posting()

    def snapshot(self) -> Any:
        """Read the books of all."""
        return self.shared.snapshot()


def kit_for(make: Callable[[MerchantId], Store]) -> type[StoreConformance]:
    """Return the kit for stores that *make* makes."""

    class Kit(StoreConformance):
        examples = 10

        def make_store(self, merchant: MerchantId) -> Store:
            return make(merchant)

    return Kit


def test_a_sound_store_fails_no_law() -> None:
    """The wrapper alone breaks nothing: what is found below is found for its fault."""
    assert failing(kit_for(lambda merchant: BrokenStore(merchant=merchant))) == []


@pytest.mark.parametrize("wrapper", BROKEN)
def test_a_broken_transaction_is_found(wrapper: type[Wrapped]) -> None:
    """Each fault of a transaction fails a law."""

    class Broken(BrokenStore):
        pass

    Broken.wrapper = wrapper

    assert failing(kit_for(lambda merchant: Broken(merchant=merchant))) != []


def test_a_store_that_undoes_nothing_is_found() -> None:
    """Committing in spite of an exception fails the law of all or nothing, and the machine."""
    found = failing(kit_for(lambda merchant: CommitsAlways(merchant=merchant)))

    assert "test_an_exception_undoes_values_levels_and_movements" in found
    assert "test_agrees_with_the_pure_model" in found


def test_merchants_that_meet_are_found() -> None:
    """Stores that share their books fail the law of merchants."""

    class Shared(SharesOneBook):
        shared = MemoryStore()

    found = failing(kit_for(lambda merchant: Shared(merchant=merchant)))

    assert "test_merchants_do_not_meet" in found


def test_a_store_that_forgets_when_it_is_opened_again_is_found() -> None:
    """A reopened store that is empty fails the law of lasting, and the machine."""

    class Forgetful(StoreConformance):
        examples = 10

        def make_store(self, merchant: MerchantId) -> Store:
            return MemoryStore(merchant=merchant)

        def reopen(self, store: Store) -> Store:
            store.close()
            return MemoryStore(merchant=store.merchant)

    assert failing(Forgetful) == [
        "test_agrees_with_the_pure_model",
        "test_what_was_committed_outlives_the_store",
    ]


def test_a_store_that_forgets_keys_is_found_by_the_machine() -> None:
    """Where the answer to a key is lost, a reused key takes effect: the machine says so."""

    class ForgetsKeys(Wrapped):
        def open(self, needs: Any, **rest: Any) -> Any:
            return self.inner.open(needs, **rest)._replace(kept={})

        def book(
            self, drafts: Any, *, movements: Sequence[Any], outcomes: Any, **rest: Any
        ) -> None:
            known = {one.id for _, one in self.inner.movements(limit=10**6)}
            renamed = [
                one._replace(id=f"{one.id}+{len(known)}") if one.id in known else one
                for one in movements
            ]
            fresh = [one for one in outcomes if not self.inner.kept([one.key])]
            self.inner.book(drafts, movements=renamed, outcomes=fresh, **rest)

    class Broken(BrokenStore):
        wrapper = ForgetsKeys

    with pytest.raises(BaseException, match=r"Broken|answers differ"):
        run_store_machine(lambda: [Broken()])


def test_the_hooks_have_to_be_written() -> None:
    """A kit without its hooks fails, and does not pass in silence."""
    for kit in (StoreConformance, OrderSourceConformance, StockSinkConformance):
        assert len(failing(kit)) >= 10
    with pytest.raises(NotImplementedError):
        OrderSourceConformance().place("1", [])
    with pytest.raises(NotImplementedError):
        OrderSourceConformance().change("1")
    with pytest.raises(NotImplementedError):
        StockSinkConformance().put_up(1)
    with pytest.raises(NotImplementedError):
        StockSinkConformance().observed(ListingId("1"))


# -- order sources ------------------------------------------------------------------------------------


class DropsTheLast(MemoryChannel):
    """Loses the last order of a full page."""

    def orders_after(self, cursor: Cursor | None, *, page_size: int) -> OrderPage:
        """Lose one."""
        page = super().orders_after(cursor, page_size=page_size)
        full = len(page.entries) == page_size and page.more
        return attrs.evolve(page, entries=page.entries[:-1]) if full else page


class PagesTooLarge(MemoryChannel):
    """Takes the size of a page for a hint."""

    def orders_after(self, cursor: Cursor | None, *, page_size: int) -> OrderPage:
        """Give more."""
        return super().orders_after(cursor, page_size=page_size + 1)


class NeverEnds(MemoryChannel):
    """Says that there is more, always."""

    def orders_after(self, cursor: Cursor | None, *, page_size: int) -> OrderPage:
        """Go in a circle."""
        page = super().orders_after(cursor, page_size=page_size)
        return attrs.evolve(page, more=True, next=page.next if page.more else Cursor("0"))


class LeadsToItself(MemoryChannel):
    """Gives the cursor that it got."""

    def orders_after(self, cursor: Cursor | None, *, page_size: int) -> OrderPage:
        """Stand still."""
        page = super().orders_after(cursor, page_size=page_size)
        return attrs.evolve(page, next=cursor or page.next)


class StartsAgain(MemoryChannel):
    """Ends with a cursor beyond what comes later."""

    def orders_after(self, cursor: Cursor | None, *, page_size: int) -> OrderPage:
        """Skip what comes next."""
        page = super().orders_after(cursor, page_size=page_size)
        return (
            page if page.more else attrs.evolve(page, next=Cursor(f"{int(page.next.token) + 1}"))
        )


class PagesByOffset(MemoryChannel):
    """Pages through the list as it is now, newest change last: a change moves the others."""

    def orders_after(self, cursor: Cursor | None, *, page_size: int) -> OrderPage:
        """Take the cursor for an offset."""
        everything = super().orders_after(None, page_size=10**6).entries
        start = 0 if cursor is None else int(cursor.token)
        newest = list({e.payload.object_id: e for e in reversed(everything)}.values())[::-1]
        ordered = sorted(newest, key=lambda e: e.claim.version if isinstance(e, ReadOrder) else 0)
        end = min(start + page_size, len(ordered))
        return OrderPage(
            entries=ordered[start:end], next=Cursor(str(end)), more=end < len(ordered)
        )


class SameVersion(MemoryChannel):
    """Gives each observation the same version."""

    def _read(self, number: str, text: str) -> PageEntry:
        entry = super()._read(number, text)
        if isinstance(entry, UnreadableOrder):
            return entry
        return attrs.evolve(entry, claim=attrs.evolve(entry.claim, version=1))


class SwallowsTheUnreadable(MemoryChannel):
    """Drops what it cannot read."""

    def orders_after(self, cursor: Cursor | None, *, page_size: int) -> OrderPage:
        """Keep quiet."""
        page = super().orders_after(cursor, page_size=page_size)
        return attrs.evolve(
            page, entries=[entry for entry in page.entries if isinstance(entry, ReadOrder)]
        )


class StumblesOverTheUnreadable(MemoryChannel):
    """Raises over what it cannot read."""

    def _read(self, number: str, text: str) -> PageEntry:
        entry = super()._read(number, text)
        if isinstance(entry, UnreadableOrder):
            raise ValueError(entry.faults)  # noqa: TRY004 (as a careless adapter does)
        return entry


class RaisesOnUnknown(MemoryChannel):
    """Raises over a number that is not there."""

    def order(self, number: str) -> PageEntry | None:
        """Raise."""
        entry = super().order(number)
        if entry is None:
            raise KeyError(number)
        return entry


class OtherUnits(MemoryChannel):
    """Reads the price of the line as the price of a unit, and the account's name wrongly."""

    def _read(self, number: str, text: str) -> PageEntry:
        entry = super()._read(number, text)
        if isinstance(entry, UnreadableOrder):
            return entry
        lines = [
            attrs.evolve(line, unit_price=line.unit_price * line.quantity)
            for line in entry.claim.lines
        ]
        return attrs.evolve(entry, claim=attrs.evolve(entry.claim, lines=lines))


class OldOrder(MemoryChannel):
    """Reads one order anew in another way than a page."""

    def order(self, number: str) -> PageEntry | None:
        """Leave the title out."""
        entry = super().order(number)
        if not isinstance(entry, ReadOrder):
            return entry
        lines = [attrs.evolve(line, title="") for line in entry.claim.lines]
        return attrs.evolve(entry, claim=attrs.evolve(entry.claim, lines=lines))


SOURCES = [
    DropsTheLast,
    PagesTooLarge,
    NeverEnds,
    LeadsToItself,
    StartsAgain,
    PagesByOffset,
    SameVersion,
    SwallowsTheUnreadable,
    StumblesOverTheUnreadable,
    RaisesOnUnknown,
    OtherUnits,
    OldOrder,
]


def source_kit(kind: type[MemoryChannel]) -> type[OrderSourceConformance]:
    """Return the kit for order sources of *kind*."""

    class Kit(OrderSourceConformance):
        def make_source(self) -> MemoryChannel:
            self.remote = kind(ChannelId("etsy"), clock=ManualClock(NOON))
            return self.remote

        def place(self, number: str, lines: Sequence[ClaimLine]) -> str:
            sold = [
                SoldLine(
                    id=line.id,
                    listing=line.listing,
                    quantity=line.quantity,
                    unit_price=line.unit_price,
                    title=line.title,
                )
                for line in lines
            ]
            self.remote.sell(number, sold, placed_at=NOON)
            return number

        def change(self, number: str) -> None:
            self.remote.cancel(number, {})

        def spoil(self, number: str) -> None:
            self.remote.post(number, "?")

    return Kit


def test_a_sound_source_fails_no_law() -> None:
    """The reference channel fails none."""
    assert failing(source_kit(MemoryChannel)) == []


@pytest.mark.parametrize("kind", SOURCES)
def test_a_broken_source_is_found(kind: type[MemoryChannel]) -> None:
    """Each fault of an order source fails a law."""
    assert failing(source_kit(kind)) != []


def test_what_a_source_cannot_do_is_skipped_by_name() -> None:
    """Without the hook, and without the role, the laws are skipped and say what for."""

    class Modest:
        def __init__(self) -> None:
            self.remote = MemoryChannel(ChannelId("etsy"), clock=ManualClock(NOON))
            self.channel = self.remote.channel
            self.orders_after = self.remote.orders_after
            self.order = self.remote.order

    class Kit(source_kit(MemoryChannel)):  # type: ignore[misc]  # a class made by a function
        spoil = OrderSourceConformance.spoil

        def make_source(self) -> Any:
            modest = Modest()
            self.remote = modest.remote
            return modest

    assert failing(Kit) == []
    for law in (
        "test_an_unreadable_order_is_kept_and_the_others_come",
        "test_a_kept_payload_reads_as_it_did",
    ):
        with pytest.raises(pytest.skip.Exception, match="not supported: "):
            getattr(Kit(), law)()


# -- stock sinks --------------------------------------------------------------------------------------


class AnswersUnsorted(MemoryChannel):
    """Answers the rows in an order of its own."""

    def push_stock(self, updates: Sequence[StockUpdate]) -> tuple[StockResult, ...]:
        """Sort."""
        return tuple(sorted(super().push_stock(updates), key=lambda result: result.listing))


class AddsUp(MemoryChannel):
    """Sends differences."""

    def _show(self, update: StockUpdate) -> Any:
        known = self._listings.get(update.listing)
        more = 0 if known is None or known.quantity is None else known.quantity
        return super()._show(attrs.evolve(update, quantity=update.quantity + more))


class IgnoresZero(MemoryChannel):
    """Takes 0 for nothing said."""

    def _show(self, update: StockUpdate) -> Any:
        return super()._show(update) if update.quantity else Applied()


class AllOrNothing(MemoryChannel):
    """One refused row refuses all."""

    def push_stock(self, updates: Sequence[StockUpdate]) -> tuple[StockResult, ...]:
        """Look for one that is unknown."""
        if any(update.listing not in self._listings for update in updates):
            refused = Rejected(reason="one is unknown")
            return tuple(StockResult(listing=one.listing, effect=refused) for one in updates)
        return super().push_stock(updates)


class ClaimsSuccess(MemoryChannel):
    """Says that all was applied."""

    def push_stock(self, updates: Sequence[StockUpdate]) -> tuple[StockResult, ...]:
        """Look at nothing."""
        results = super().push_stock(updates)
        return tuple(attrs.evolve(result, effect=Applied()) for result in results)


class PromisesTooMuch(MemoryChannel):
    """Takes fewer rows than it promises."""

    def push_stock(self, updates: Sequence[StockUpdate]) -> tuple[StockResult, ...]:
        """Cut off."""
        return super().push_stock(updates[:40])


class FirstPushCounts(MemoryChannel):
    """Takes a later push for a repetition."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._pushed: set[ListingId] = set()

    def _show(self, update: StockUpdate) -> Any:
        if update.listing in self._pushed:
            return Applied()
        self._pushed.add(update.listing)
        return super()._show(update)


class ReadsUnsorted(MemoryChannel):
    """Reads each listing once, sorted."""

    def read_stock(self, listings: Sequence[ListingId]) -> tuple[StockReading, ...]:
        """Drop what is asked twice."""
        return super().read_stock(sorted(set(listings)))


class IgnoresExpectations(MemoryChannel):
    """Compares nothing, though its kit says it does."""


SINKS = [
    AnswersUnsorted,
    AddsUp,
    IgnoresZero,
    AllOrNothing,
    ClaimsSuccess,
    PromisesTooMuch,
    FirstPushCounts,
    ReadsUnsorted,
]


def sink_kit(kind: type[MemoryChannel]) -> type[StockSinkConformance]:
    """Return the kit for stock sinks of *kind*, that compare nothing."""

    class Kit(StockSinkConformance):
        def make_sink(self) -> MemoryChannel:
            self.remote = kind(ChannelId("etsy"), clock=ManualClock(NOON))
            return self.remote

        def put_up(self, count: int) -> Sequence[ListingId]:
            ids = [ListingId(f"L{place:04}") for place in range(count)]
            self.remote.put_up(Listing(id=listing, quantity=7) for listing in ids)
            return ids

        def observed(self, listing: ListingId) -> int | None:
            return self.remote.shown(listing)

    return Kit


def test_a_sound_sink_fails_no_law() -> None:
    """The reference channel fails none, and the law of comparing is skipped by name."""
    kit = sink_kit(MemoryChannel)

    assert failing(kit) == []
    with pytest.raises(pytest.skip.Exception, match="compare-and-set"):
        kit().test_a_stale_expectation_is_refused()


@pytest.mark.parametrize("kind", SINKS)
def test_a_broken_sink_is_found(kind: type[MemoryChannel]) -> None:
    """Each fault of a stock sink fails a law."""
    assert failing(sink_kit(kind)) != []


def test_a_sink_that_ignores_expectations_is_found() -> None:
    """Where the kit says that the channel compares, a sink that does not fails."""

    class Kit(sink_kit(IgnoresExpectations)):  # type: ignore[misc]  # a class made by a function
        def show(self, listing: ListingId, quantity: int) -> None:
            self.remote.put_up([Listing(id=listing, quantity=quantity)])

    assert failing(Kit) == ["test_a_stale_expectation_is_refused"]


def test_a_sink_that_cannot_be_read_skips_that_law() -> None:
    """A client without the role to read back is not asked to."""

    class Modest:
        push_rows_max = 5

        def __init__(self) -> None:
            self.remote = MemoryChannel(ChannelId("etsy"), clock=ManualClock(NOON))
            self.channel = self.remote.channel
            self.push_stock = self.remote.push_stock

    class Kit(sink_kit(MemoryChannel)):  # type: ignore[misc]  # a class made by a function
        def make_sink(self) -> Any:
            modest = Modest()
            self.remote = modest.remote
            return modest

    assert failing(Kit) == []
    with pytest.raises(pytest.skip.Exception, match="StockSource"):
        Kit().test_what_is_read_back_is_what_shoppers_see()


# -- effects ------------------------------------------------------------------------------------------


class ForgetsKeys(MemoryChannel):
    """Takes each push for a new one."""

    def _take(self, operation: str, effect: Any, **rest: Any) -> Any:
        self._keys.discard(effect.key)
        return super()._take(operation, effect, **rest)


class KnowsOrdersOnly(MemoryChannel):
    """Takes a second effect on an order for the first one again."""

    def _take(self, operation: str, effect: Any, **rest: Any) -> Any:
        return super()._take(
            operation, attrs.evolve(effect, key=CommandKey(effect.number)), **rest
        )


class NeverFinds(MemoryChannel):
    """Finds no effect again."""

    def _known(self, operation: str, key: str) -> Any:
        return Rejected(reason="not known here")


class FindsEverything(MemoryChannel):
    """Finds what nobody has pushed."""

    def _known(self, operation: str, key: str) -> Any:
        return Applied()


class KnowsEveryOrder(MemoryChannel):
    """Applies effects on orders that are not there."""

    def _take(self, operation: str, effect: Any, **rest: Any) -> Any:
        if effect.number not in self._orders:
            return Applied()
        return super()._take(operation, effect, **rest)


class CutsUnits(MemoryChannel):
    """Takes as many units as there are, where more were named."""

    def _take(self, operation: str, effect: Any, *, units: Any, book: Any) -> Any:
        left = {line["id"]: units_left(line) for line in self._orders[effect.number]["lines"]}
        cut = [attrs.evolve(u, quantity=min(u.quantity, left[u.line]) or 1) for u in units]
        return super()._take(operation, effect, units=cut, book=book)


class TakesAll(MemoryChannel):
    """Takes all that is open, whatever was named."""

    def _take(self, operation: str, effect: Any, *, units: Any, book: Any) -> Any:
        return super()._take(operation, effect, units=self._open(effect.number), book=book)


class BooksNothing(MemoryChannel):
    """Says that it was applied, and does nothing."""

    def _take(self, operation: str, effect: Any, *, units: Any, book: Any) -> Any:
        return super()._take(operation, effect, units=units, book=lambda units: None)


class ClaimsNothing(MemoryChannel):
    """Has no shipped units in its claims."""

    def _read(self, number: str, text: str) -> PageEntry:
        entry = super()._read(number, text)
        assert isinstance(entry, ReadOrder)
        lines = [attrs.evolve(line, shipped=0) for line in entry.claim.lines]
        return attrs.evolve(entry, claim=attrs.evolve(entry.claim, lines=lines))


class NeedsLines(MemoryChannel):
    """Takes a cancellation without lines for one of nothing."""

    def push_cancellation(self, cancellation: Cancellation) -> Any:
        """Do nothing for no lines."""
        return super().push_cancellation(cancellation) if cancellation.lines else Applied()


class PaysAgain(MemoryChannel):
    """Pays with each push."""

    def push_refund(self, refund: Refund) -> Any:
        """Forget the key."""
        self._keys.discard(refund.key)
        return super().push_refund(refund)


class PaysHalf(MemoryChannel):
    """Keeps a fee."""

    def push_refund(self, refund: Refund) -> Any:
        """Pay less."""
        half = Money(refund.amount.amount // 2, refund.amount.currency)
        return super().push_refund(attrs.evolve(refund, amount=half))


class PaysWithoutEnd(MemoryChannel):
    """Pays more back than was paid."""

    def paid(self, number: str) -> Money:
        """Overstate."""
        return super().paid(number) * 100


class PaysForUnitsOnly(MemoryChannel):
    """Refuses refunds that name no units."""

    def push_refund(self, refund: Refund) -> Any:
        """Look at the lines."""
        if not refund.lines:
            return Rejected(reason="which units?")
        return super().push_refund(refund)


class PaysRoundSums(MemoryChannel):
    """Drops the cents."""

    def push_refund(self, refund: Refund) -> Any:
        """Round."""
        rounded = Money(refund.amount.amount // 100 * 100, refund.amount.currency)
        return super().push_refund(attrs.evolve(refund, amount=rounded))


class NamesRefundsAlike(MemoryChannel):
    """Gives all refunds of an order one id."""

    def refunds(self, number: str) -> tuple[ChannelRefund, ...]:
        """Name them by the order."""
        return tuple(attrs.evolve(one, id=number) for one in super().refunds(number))


TAKEN = "test_what_is_pushed_is_taken_down"
ONCE = "test_the_same_key_counts_once"
TWICE = "test_two_keys_count_twice"
FOUND = "test_what_was_pushed_is_found_again"
UNKNOWN = "test_an_unknown_order_is_refused"
MORE = "test_more_units_than_there_are_are_refused"

SHIPPING_FAULTS = [
    (ForgetsKeys, ONCE),
    (KnowsOrdersOnly, TWICE),
    (NeverFinds, FOUND),
    (FindsEverything, FOUND),
    (KnowsEveryOrder, UNKNOWN),
    (CutsUnits, MORE),
    (TakesAll, TAKEN),
    (BooksNothing, TAKEN),
]
EFFECT_FAULTS = [
    *(("shipped", kind, law) for kind, law in SHIPPING_FAULTS),
    ("shipped", ClaimsNothing, "test_a_claim_says_what_was_shipped"),
    *(("cancelled", kind, law) for kind, law in SHIPPING_FAULTS),
    ("cancelled", NeedsLines, "test_without_lines_the_whole_order_is_cancelled"),
    ("paid back", NeverFinds, FOUND),
    ("paid back", FindsEverything, FOUND),
    ("paid back", PaysAgain, ONCE),
    ("paid back", PaysHalf, "test_the_money_is_paid_back_once"),
    ("paid back", PaysWithoutEnd, "test_more_than_was_paid_is_refused"),
    ("paid back", PaysForUnitsOnly, "test_a_refund_of_an_amount_names_no_units"),
    ("paid back", PaysRoundSums, "test_a_refund_of_an_amount_names_no_units"),
    ("paid back", NamesRefundsAlike, "test_refunds_can_be_read"),
]


class EffectSide:
    """The hooks that all kits of effects share, for channels of a kind."""

    listings: tuple[ListingId, ...] = (ListingId("L1"), ListingId("L2"))
    kind: ClassVar[type[MemoryChannel]] = MemoryChannel

    def make_sink(self) -> MemoryChannel:
        """Return a channel without orders."""
        self.remote = self.kind(ChannelId("etsy"), clock=ManualClock(NOON))
        self.remote.put_up(Listing(id=listing, quantity=9) for listing in self.listings)
        return self.remote

    def place(self, lines: Sequence[ClaimLine]) -> str:
        """A shopper buys."""
        number = str(1001 + len(self.remote._orders))
        sold = [
            SoldLine(
                id=line.id,
                listing=line.listing,
                quantity=line.quantity,
                unit_price=line.unit_price,
            )
            for line in lines
        ]
        self.remote.sell(number, sold, placed_at=NOON)
        return number

    def line_ids(self, number: str) -> Sequence[LineId]:
        """Return the ids of the lines."""
        return [line["id"] for line in self.remote._orders[number]["lines"]]

    def counted(self, number: str, field: str) -> dict[LineId, int]:
        """Return what the channel has of each line."""
        return {line["id"]: line[field] for line in self.remote._orders[number]["lines"]}


class ShippingKit(EffectSide, FulfilmentSinkConformance):
    """Shipping."""

    def done(self, number: str) -> dict[LineId, int]:
        """Return what left."""
        return self.counted(number, "shipped")


class CancellingKit(EffectSide, CancelSinkConformance):
    """Cancelling."""

    def done(self, number: str) -> dict[LineId, int]:
        """Return what was cancelled."""
        return self.counted(number, "cancelled")


class PayingKit(EffectSide, RefundSinkConformance):
    """Paying back."""

    def done(self, number: str) -> dict[LineId, int]:
        """Return for what was paid back."""
        units: dict[LineId, int] = {}
        for refund in self.remote._refunds.get(number, ()):
            for line in refund.lines:
                units[line.line] = units.get(line.line, 0) + line.quantity
        return units

    def paid_back(self, number: str) -> Money:
        """Return what was paid back."""
        return self.remote.paid_back(number)


EFFECT_KITS: dict[str, type[EffectSide]] = {
    "shipped": ShippingKit,
    "cancelled": CancellingKit,
    "paid back": PayingKit,
}


def effect_kit(effect: str, kind: type[MemoryChannel]) -> type[Any]:
    """Return the kit of an effect for channels of *kind*."""
    return type("Kit", (EFFECT_KITS[effect],), {"kind": kind})


@pytest.mark.parametrize("effect", EFFECT_KITS)
def test_a_sound_sink_of_effects_fails_no_law(effect: str) -> None:
    """The reference channel fails none."""
    assert failing(effect_kit(effect, MemoryChannel)) == []


@pytest.mark.parametrize(("effect", "kind", "law"), EFFECT_FAULTS)
def test_a_broken_sink_of_effects_is_found(
    effect: str, kind: type[MemoryChannel], law: str
) -> None:
    """Each fault fails the law that it breaks."""
    assert law in failing(effect_kit(effect, kind))


# -- catalogues ---------------------------------------------------------------------------------------


class LosesSkus(MemoryChannel):
    """Leaves the skus out."""

    def listings_after(self, cursor: Cursor | None, *, page_size: int) -> ListingPage:
        """Blank them."""
        page = super().listings_after(cursor, page_size=page_size)
        blank = [attrs.evolve(one, sku_text=None) for one in page.listings]
        return attrs.evolve(page, listings=blank)


class LosesQuantities(MemoryChannel):
    """Says 0 of all."""

    def listings_after(self, cursor: Cursor | None, *, page_size: int) -> ListingPage:
        """Say 0."""
        page = super().listings_after(cursor, page_size=page_size)
        empty = [attrs.evolve(one, quantity=0) for one in page.listings]
        return attrs.evolve(page, listings=empty)


class EndsEarly(MemoryChannel):
    """Gives one page."""

    def listings_after(self, cursor: Cursor | None, *, page_size: int) -> ListingPage:
        """End."""
        return attrs.evolve(super().listings_after(cursor, page_size=page_size), more=False)


class LargePages(MemoryChannel):
    """Gives one listing more than was asked for."""

    def listings_after(self, cursor: Cursor | None, *, page_size: int) -> ListingPage:
        """Give more."""
        return super().listings_after(cursor, page_size=page_size + 1)


class CountsFromTheEnd(MemoryChannel):
    """Pages by how many are left, newest first: what is put up meanwhile pushes one out."""

    def listings_after(self, cursor: Cursor | None, *, page_size: int) -> ListingPage:
        """Take the cursor for what is left."""
        ids = sorted(self._listings, reverse=True)
        start = 0 if cursor is None else max(0, len(ids) - int(cursor.token))
        chosen = ids[start : start + page_size]
        left = max(0, len(ids) - start - len(chosen))
        return ListingPage(
            listings=[self._listings[one] for one in chosen],
            next=Cursor(str(left)),
            more=left > 0,
        )


CATALOGUES = [
    (LosesSkus, "test_all_listings_come_with_what_they_show"),
    (LosesQuantities, "test_all_listings_come_with_what_they_show"),
    (EndsEarly, "test_all_listings_come_with_what_they_show"),
    (LargePages, "test_all_listings_come_with_what_they_show"),
    (CountsFromTheEnd, "test_listings_put_up_meanwhile_hide_no_others"),
]


class CatalogueKit(CatalogSourceConformance):
    """The kit for catalogues of a kind."""

    kind: ClassVar[type[MemoryChannel]] = MemoryChannel

    def make_source(self) -> MemoryChannel:
        """Return a channel without listings."""
        self.remote = self.kind(ChannelId("etsy"), clock=ManualClock(NOON))
        return self.remote

    def put_up(self, skus: Sequence[str], *, quantity: int) -> Sequence[ListingId]:
        """Put things on sale."""
        ids = [ListingId(f"L-{sku}") for sku in skus]
        self.remote.put_up(
            Listing(id=listing, sku_text=sku, quantity=quantity)
            for listing, sku in zip(ids, skus, strict=True)
        )
        return ids


def test_a_sound_catalogue_fails_no_law() -> None:
    """The reference channel fails none."""
    assert failing(CatalogueKit) == []


@pytest.mark.parametrize(("kind", "law"), CATALOGUES)
def test_a_broken_catalogue_is_found(kind: type[MemoryChannel], law: str) -> None:
    """Each fault fails the law that it breaks."""
    assert law in failing(type("Kit", (CatalogueKit,), {"kind": kind}))


# -- listings -----------------------------------------------------------------------------------------


class Shelf(MemoryChannel):
    """A channel whose listings can be changed."""

    def push_listings(self, changes: Sequence[ListingChange]) -> tuple[Effect, ...]:
        """Change listings, row by row."""
        return tuple(self._change(change) for change in changes)

    def _change(self, change: ListingChange) -> Effect:
        known = self._listings.get(change.listing)
        if known is None:
            return Rejected(reason="there is no such listing")
        self._listings[change.listing] = attrs.evolve(
            known,
            price=change.price or known.price,
            sku_text=change.sku or known.sku_text,
            state=change.state or known.state,
        )
        return Applied()


class WritesAllFields(Shelf):
    """Writes what a row does not name too."""

    def _change(self, change: ListingChange) -> Effect:
        known = self._listings.get(change.listing)
        if known is not None:
            blank = attrs.evolve(known, price=change.price, sku_text=change.sku)
            self._listings[change.listing] = blank
        return super()._change(change)


class AnswersBackwards(Shelf):
    """Answers the last row first."""

    def push_listings(self, changes: Sequence[ListingChange]) -> tuple[Effect, ...]:
        """Turn around, where there is something to tell apart."""
        done = super().push_listings(changes)
        return tuple(sorted(done, key=lambda effect: type(effect).__name__))


class OneForAll(Shelf):
    """Refuses all for one."""

    def push_listings(self, changes: Sequence[ListingChange]) -> tuple[Effect, ...]:
        """Look for one that is unknown."""
        if any(change.listing not in self._listings for change in changes):
            return tuple(Rejected(reason="one is unknown") for _ in changes)
        return super().push_listings(changes)


class KnowsNoState(Shelf):
    """Takes a state and leaves it."""

    def _change(self, change: ListingChange) -> Effect:
        return super()._change(attrs.evolve(change, state=None, price=change.price or PRICE))


PRICE = Money(2000, Currency.EUR)
SHELVES = [
    (WritesAllFields, "test_prices_and_skus_are_changed"),
    (AnswersBackwards, "test_a_row_that_is_not_there_is_refused_alone"),
    (OneForAll, "test_a_row_that_is_not_there_is_refused_alone"),
    (KnowsNoState, "test_a_listing_can_be_hidden_and_shown"),
]


class ShelfKit(ListingSinkConformance):
    """The kit for shelves of a kind."""

    kind: ClassVar[type[Shelf]] = Shelf

    def make_sink(self) -> Shelf:
        """Return a channel without listings."""
        self.remote = self.kind(ChannelId("etsy"), clock=ManualClock(NOON))
        return self.remote

    def put_up(self, count: int) -> Sequence[ListingId]:
        """Put things on sale."""
        ids = [ListingId(str(place)) for place in range(count)]
        self.remote.put_up(
            Listing(id=one, sku_text=f"SKU-{one}", price=PRICE, state=ListingState.ON_SALE)
            for one in ids
        )
        return ids

    def price(self, listing: ListingId) -> Money | None:
        """Return the price."""
        return self.remote._listings[listing].price

    def sku(self, listing: ListingId) -> str | None:
        """Return the sku."""
        return self.remote._listings[listing].sku_text

    def state(self, listing: ListingId) -> ListingState | None:
        """Return the state."""
        return self.remote._listings[listing].state


def test_a_sound_shelf_fails_no_law() -> None:
    """A channel that changes what rows name fails none."""
    assert failing(ShelfKit) == []


@pytest.mark.parametrize(("kind", "law"), SHELVES)
def test_a_broken_shelf_is_found(kind: type[Shelf], law: str) -> None:
    """Each fault fails the law that it breaks."""
    assert law in failing(type("Kit", (ShelfKit,), {"kind": kind}))


# -- webhooks -----------------------------------------------------------------------------------------


Headers = Sequence[tuple[str, str]]
RULE = HmacSignature(header="X-Signature", secrets=[Secret("hush")])


class Hooks:
    """A client that is called about orders, and reads the calls as it should."""

    def __init__(self) -> None:
        self.channel = ChannelId("etsy")

    def read_webhook(self, body: bytes, *, headers: Headers) -> WebhookHint:
        """Verify a call and say what it hints at."""
        self.verify(body, headers=headers)
        return self.hint(body, headers=headers)

    def verify(self, body: bytes, *, headers: Headers) -> None:
        """Verify it."""
        RULE.verify(body, headers=headers)

    def hint(self, body: bytes, *, headers: Headers) -> WebhookHint:
        """Say what it hints at."""
        number, event = body.decode().split("/")
        return WebhookHint(kind=HintKind.ORDER, object_id=number, event_id=event)


class TrustsAnybody(Hooks):
    """Verifies nothing."""

    def verify(self, body: bytes, *, headers: Headers) -> None:
        """Wave it through."""


class TakesAnySignature(Hooks):
    """Takes any signature, as long as there is one."""

    def verify(self, body: bytes, *, headers: Headers) -> None:
        """Look whether there is one."""
        if not [value for name, value in headers if name.lower() == "x-signature" and value]:
            raise FieldError(owner="Hooks", field="signature", got="", wanted="one")


class ReadsOneSignature(Hooks):
    """Takes the first of two signatures and passes the other over."""

    def verify(self, body: bytes, *, headers: Headers) -> None:
        """Pass the others over."""
        found = [pair for pair in headers if pair[0].lower() == "x-signature"]
        RULE.verify(body, headers=found[:1])


class MindsCase(Hooks):
    """Knows headers in one spelling."""

    def verify(self, body: bytes, *, headers: Headers) -> None:
        """Compare letter by letter."""
        RULE.verify(body, headers=[pair for pair in headers if pair[0] == "X-Signature"])


class NamesTheEvent(Hooks):
    """Names the event where the order's number belongs."""

    def hint(self, body: bytes, *, headers: Headers) -> WebhookHint:
        """Mix them up."""
        hint = super().hint(body, headers=headers)
        return attrs.evolve(hint, object_id=hint.event_id)


class CountsCalls(Hooks):
    """Makes up an event of its own for each call."""

    def __init__(self) -> None:
        super().__init__()
        self.calls = 0

    def hint(self, body: bytes, *, headers: Headers) -> WebhookHint:
        """Count."""
        self.calls += 1
        return attrs.evolve(super().hint(body, headers=headers), event_id=str(self.calls))


class KnowsOneEvent(Hooks):
    """Gives all events one id."""

    def hint(self, body: bytes, *, headers: Headers) -> WebhookHint:
        """Name them alike."""
        return attrs.evolve(super().hint(body, headers=headers), event_id="e")


HOOKS = [
    (TrustsAnybody, "test_no_changed_byte_is_accepted"),
    (TakesAnySignature, "test_no_changed_byte_is_accepted"),
    (ReadsOneSignature, "test_a_call_without_one_signature_is_refused"),
    (MindsCase, "test_header_names_are_read_in_any_case"),
    (NamesTheEvent, "test_a_genuine_call_names_the_order"),
    (CountsCalls, "test_a_repeated_call_is_the_same_event"),
    (KnowsOneEvent, "test_a_repeated_call_is_the_same_event"),
]


class HooksKit(WebhookSourceConformance):
    """The kit for clients of a kind."""

    signature_header = "x-signature"
    kind: ClassVar[type[Hooks]] = Hooks

    def make_source(self) -> Hooks:
        """Return a client of a system without orders."""
        self.orders = 0
        self.due: list[tuple[Headers, bytes]] = []
        return self.kind()

    def place(self) -> str:
        """A shopper buys, and the system calls."""
        self.orders += 1
        body = f"100{self.orders}/event-{self.orders}".encode()
        self.due.append(([("X-Signature", RULE.sign(body))], body))
        return f"100{self.orders}"

    def deliveries(self) -> Sequence[tuple[Headers, bytes]]:
        """Return the calls."""
        due, self.due = self.due, []
        return due


def test_sound_hooks_fail_no_law() -> None:
    """A client that verifies and names fails none."""
    assert failing(HooksKit) == []


@pytest.mark.parametrize(("kind", "law"), HOOKS)
def test_broken_hooks_are_found(kind: type[Hooks], law: str) -> None:
    """Each fault fails the law that it breaks."""
    assert law in failing(type("Kit", (HooksKit,), {"kind": kind}))


# -- lists that move ----------------------------------------------------------------------------------


class Lagging(MemoryChannel):
    """A channel whose list may be behind; its client goes back a little at each new pull."""

    overlap = 4

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.unseen: set[str] = set()

    def orders_after(self, cursor: Cursor | None, *, page_size: int) -> OrderPage:
        """Begin a new pull before the end of the last one."""
        place, _, ended = ("0", "", "") if cursor is None else cursor.token.partition("-")
        start = max(0, int(place) - self.overlap) if ended else int(place)
        rows = self._log[start : start + page_size]
        end = start + len(rows)
        more = end < len(self._log)
        return OrderPage(
            entries=[self._read(number, self._shown(number)) for number in rows],
            next=Cursor(str(end) if more else f"{end}-end"),
            more=more,
        )

    def _shown(self, number: str) -> str:
        return self._texts[number][-2 if number in self.unseen else -1]


class LooksAheadOnly(Lagging):
    """Never goes back."""

    overlap = 0


class SkipsWhatMoved(Lagging):
    """Leaves an order out of all pages but that of its first place."""

    def orders_after(self, cursor: Cursor | None, *, page_size: int) -> OrderPage:
        """Show each order where it was first."""
        page = super().orders_after(cursor, page_size=page_size)
        first = int(page.next.token.partition("-")[0]) - len(page.entries)
        kept = [
            entry
            for place, entry in enumerate(page.entries, start=first)
            if self._log.index(entry.payload.object_id) == place
        ]
        return attrs.evolve(page, entries=kept)


class StampsReads(Lagging):
    """Makes the version of the moment of the call."""

    calls = 0

    def _read(self, number: str, text: str) -> PageEntry:
        entry = super()._read(number, text)
        self.calls += 1
        assert isinstance(entry, ReadOrder)
        return attrs.evolve(entry, claim=attrs.evolve(entry.claim, version=self.calls))

    def orders_after(self, cursor: Cursor | None, *, page_size: int) -> OrderPage:
        """Give each order twice."""
        page = super().orders_after(cursor, page_size=page_size)
        again = [self._read(one.payload.object_id, one.payload.text) for one in page.entries]
        return attrs.evolve(page, entries=[*page.entries, *again])


MOVING = [
    (LooksAheadOnly, "test_what_a_list_shows_late_is_not_missed"),
    (SkipsWhatMoved, "test_nothing_is_missed_whatever_happens_between_pages"),
    (PagesByOffset, "test_nothing_is_missed_whatever_happens_between_pages"),
    (StampsReads, "test_versions_never_go_back_within_a_pull_of_what_stands_still"),
]


def moving_kit(kind: type[MemoryChannel]) -> type[Any]:
    """Return the kit for sources of *kind* whose lists may be behind."""

    class Kit(source_kit(kind)):  # type: ignore[misc]  # a class made by a function
        def change_unseen(self, number: str) -> None:
            self.change(number)
            if isinstance(self.remote, Lagging):
                self.remote.unseen.add(number)

        def reveal(self) -> None:
            if isinstance(self.remote, Lagging):
                self.remote.unseen.clear()

    return Kit


def test_a_source_that_goes_back_a_little_fails_no_law() -> None:
    """With an overlap that is wide enough nothing is missed."""
    assert failing(moving_kit(Lagging)) == []


@pytest.mark.parametrize(("kind", "law"), MOVING)
def test_a_source_that_loses_what_moves_is_found(kind: type[MemoryChannel], law: str) -> None:
    """Each fault fails the law that it breaks."""
    assert law in failing(moving_kit(kind))


# -- patience -----------------------------------------------------------------------------------------


def test_patience_has_an_end() -> None:
    """A system that never answers is not waited for: its error comes out."""
    calls = []

    def call() -> None:
        calls.append(1)
        raise ChannelUnavailableError(channel=ChannelId("etsy"), operation="o", why="w")

    with pytest.raises(ChannelUnavailableError):
        patiently(call)

    assert len(calls) == ATTEMPTS_MAX


def test_patience_is_for_waiting_only() -> None:
    """An error that waiting does not mend comes out at once."""
    calls = []

    def call() -> None:
        calls.append(CommandKey("k"))
        raise ValueError

    with pytest.raises(ValueError):
        patiently(call)

    assert len(calls) == 1
