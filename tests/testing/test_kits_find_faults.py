"""A conformance kit is worth what it finds: systems with one fault each, and the kits see it."""

import inspect
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import attrs
import pytest
from hypothesis import Phase, settings

from ecomkit.adapters.memory import MemoryChannel, SoldLine
from ecomkit.channels import (
    Applied,
    ChannelUnavailableError,
    ClaimLine,
    Cursor,
    Listing,
    OrderPage,
    PageEntry,
    ReadOrder,
    Rejected,
    StockReading,
    StockResult,
    StockUpdate,
    UnreadableOrder,
)
from ecomkit.identifiers import ChannelId, CommandKey, ListingId, MerchantId
from ecomkit.ports import Collection, ManualClock, Store, Transaction
from ecomkit.stock import LevelKey, Movement, StockLevel
from ecomkit.stores import MemoryStore
from ecomkit.testing.conformance import (
    OrderSourceConformance,
    StockSinkConformance,
    StoreConformance,
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

    def append(self, levels: Iterable[StockLevel], movements: Iterable[Movement]) -> None:
        """Lose what comes second."""
        self.inner.append(levels, list(movements)[:1])


class LosesLevels(Wrapped):
    """Saves movements, and levels only when nothing moved."""

    def append(self, levels: Iterable[StockLevel], movements: Iterable[Movement]) -> None:
        """Lose levels."""
        moved = list(movements)
        self.inner.append([] if moved else levels, moved)


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


class SharesOneBook(MemoryStore):
    """Keeps all merchants in one place."""

    shared: ClassVar[MemoryStore]

    def transaction(self) -> Any:
        """Write into the books of all."""
        return self.shared.transaction()

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
        def get(self, collection: Collection[Any], key: str) -> Any:
            return None if collection.name == "key" else self.inner.get(collection, key)

        def append(self, levels: Iterable[StockLevel], movements: Iterable[Movement]) -> None:
            known = {one.id for _, one in self.inner.movements(limit=10**6)}
            renamed = (
                attrs.evolve(one, id=f"{one.id}+{len(known)}") if one.id in known else one
                for one in movements
            )
            self.inner.append(levels, renamed)

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
