"""Leases: workers share channels, and one that was paused beyond its lease writes nothing."""

import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.errors import FieldError
from ecomkit.identifiers import CommandKey, MerchantId, Sku
from ecomkit.operations import LeaseLostError, Settings, Shop, execute
from ecomkit.operations._adoption import LISTINGS
from ecomkit.operations._leases import LEASES, FencedStore, Lease, give_back, take_lease
from ecomkit.operations._sync import LEASE_LENGTH
from ecomkit.ports import Collection, SnapshotWriteError, Store, StoreClosedError
from ecomkit.stock import Receive
from ecomkit.stores import Durability, MemoryStore, SqliteStore

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
NAME = "channel:etsy"
WORKERS = ("ada", "bob", "cyd")
NEW_STORES: dict[str, Callable[[], Any]] = {
    "memory": MemoryStore,
    "sqlite": lambda: SqliteStore(":memory:"),
}


@attrs.frozen(kw_only=True)
class Note:
    """A value."""

    name: str
    text: str = ""


NOTES = Collection(name="note", type=Note, key=lambda note: note.name)


def take(store: Store, holder: str, *, now: datetime = START, minutes: int = 10) -> Lease | None:
    """Take the lease of the etsy channel."""
    with store.transaction() as tx:
        return take_lease(tx, NAME, holder=holder, now=now, length=timedelta(minutes=minutes))


def taken(store: Store, holder: str, *, now: datetime = START, minutes: int = 10) -> Lease:
    """Take the lease, which must be free."""
    lease = take(store, holder, now=now, minutes=minutes)
    assert lease is not None
    return lease


def write(store: Store, text: str) -> None:
    """Write one note."""
    with store.transaction() as tx:
        tx.put(NOTES, [Note(name="n", text=text)])


def note(store: Store) -> str:
    """Return what was written last."""
    with store.snapshot() as tx:
        kept = tx.get(NOTES, "n")
    return "" if kept is None else kept.text


@pytest.fixture(params=NEW_STORES)
def store(request: Any) -> Any:
    """Return an empty store of each kind."""
    with NEW_STORES[request.param]() as store:
        yield store


# -- laws -----------------------------------------------------------------------------------------

ACTS = st.lists(
    st.tuples(
        st.sampled_from(("take", "give back", "pass", "write")),
        st.sampled_from(WORKERS),
        st.integers(0, 12),
    ),
    max_size=30,
)


@pytest.mark.parametrize("kind", NEW_STORES)
@given(acts=ACTS)
def test_one_holder_at_most_can_write(kind: str, acts: list[tuple[str, str, int]]) -> None:
    """
    However leases are taken, given back and run out: who can write is who took it last, or
    nobody; fences only grow; and nobody is kept out once a lease has run out.
    """
    now, owner, until, fences = START, None, START, [0]
    leases: dict[str, Lease] = {}
    with NEW_STORES[kind]() as store:
        for act, worker, minutes in acts:
            if act == "pass":
                now += timedelta(minutes=minutes)
            elif act == "take":
                lease = take(store, worker, now=now, minutes=minutes)
                is_free = owner in (None, worker) or until <= now
                assert is_free == (lease is not None)
                if lease is not None:
                    assert (lease.holder, lease.until) == (
                        worker,
                        now + timedelta(minutes=minutes),
                    )
                    assert lease.fence > fences[-1]
                    fences.append(lease.fence)
                    leases[worker], owner, until = lease, worker, lease.until
            elif act == "give back" and worker in leases:
                with store.transaction() as tx:
                    give_back(tx, leases[worker], now=now)
                    kept = tx.get(LEASES, NAME)
                assert kept is not None
                assert kept.fence == fences[-1]
                until = min(until, now) if worker == owner else until
            elif act == "write":
                able = set()
                for name, lease in leases.items():
                    before = note(store)
                    try:
                        write(FencedStore(store, lease), f"{name} {now}")
                    except LeaseLostError as error:
                        assert (error.name, error.holder) == (NAME, owner)
                        assert before == note(store)
                    else:
                        able.add(name)
                assert able == ({owner} if owner else set())


# -- leases ---------------------------------------------------------------------------------------


def test_a_lease_keeps_others_out_until_it_runs_out(store: Any) -> None:
    """Up to the instant at which it ends the lease is its holder's; from then on it is anybody's."""
    taken(store, "ada")

    assert take(store, "bob", now=START + 9.99 * MINUTE) is None
    later = taken(store, "bob", now=START + 10 * MINUTE)

    assert later == Lease(name=NAME, holder="bob", fence=2, until=START + 20 * MINUTE)


def test_the_same_holder_takes_over_at_once(store: Any) -> None:
    """After a crash a worker has its channels again at once, and what it was before is fenced."""
    before = taken(store, "ada")

    again = taken(store, "ada", now=START + MINUTE)

    assert (again.fence, again.until) == (2, START + 11 * MINUTE)
    write(FencedStore(store, again), "new")
    with pytest.raises(LeaseLostError) as caught:
        write(FencedStore(store, before), "old")
    assert str(caught.value) == (
        "'channel:etsy' was taken over by 'ada'; what came too late was not written"
    )
    assert note(store) == "new"


def test_what_was_given_back_is_free_at_once(store: Any) -> None:
    """Others need not wait for the end of a lease that its holder is done with."""
    lease = taken(store, "ada")
    with store.transaction() as tx:
        give_back(tx, lease, now=START + MINUTE)

    later = taken(store, "bob", now=START + MINUTE)

    assert later.fence == 2


def test_a_lease_that_was_lost_is_not_given_back(store: Any) -> None:
    """A worker that comes late does not end the lease of the one who took over."""
    lost = taken(store, "ada")
    theirs = taken(store, "bob", now=START + 10 * MINUTE)

    with store.transaction() as tx:
        give_back(tx, lost, now=START + 11 * MINUTE)
        kept = tx.get(LEASES, NAME)

    assert theirs == kept


def test_leases_of_different_names_do_not_meet(store: Any) -> None:
    """Each channel has a lease of its own; fences count for each of them."""
    with store.transaction() as tx:
        leases = [
            take_lease(tx, name, holder=holder, now=START, length=MINUTE)
            for name, holder in (("a", "ada"), ("b", "bob"), ("b", "ada"))
        ]

    assert [lease and lease.fence for lease in leases] == [1, 1, None]


@pytest.mark.parametrize("bad", [{"fence": 0}, {"until": START.replace(tzinfo=None)}])
def test_a_lease_is_checked(bad: Any) -> None:
    """A fence counts from 1, and a lease ends at an instant."""
    with pytest.raises(FieldError):
        Lease(**{"name": "n", "holder": "h", "fence": 1, "until": START, **bad})


# -- fenced stores --------------------------------------------------------------------------------


def test_a_fenced_store_is_the_store_behind_it(store: Any) -> None:
    """It reads and writes the same books, and closes them."""
    fenced = FencedStore(store, taken(store, "ada"))
    write(fenced, "one")

    assert fenced.merchant == MerchantId("default")
    assert note(fenced) == note(store) == "one"
    with fenced.snapshot() as tx, pytest.raises(SnapshotWriteError):
        tx.put(NOTES, [])
    fenced.close()
    with pytest.raises(StoreClosedError):
        write(store, "two")


def test_a_takeover_is_seen_inside_the_transaction(store: Any) -> None:
    """Stock commands too are refused after a takeover; reading needs no lease."""
    fenced = FencedStore(store, taken(store, "ada"))
    receive = Receive(key=CommandKey("r"), sku=Sku("A"), quantity=1)
    taken(store, "bob", now=START + 10 * MINUTE)

    with pytest.raises(LeaseLostError), fenced.posting() as tx:
        execute(tx, [receive], now=START, settings=Settings())

    with fenced.snapshot() as tx:
        assert tx.all_levels() == ()


def test_a_lease_that_nobody_ever_took_lets_nobody_write(store: Any) -> None:
    """Books without the lease, such as restored ones of an older day, fence all who think they have it."""
    lease = Lease(name=NAME, holder="ada", fence=1, until=START)

    with pytest.raises(LeaseLostError) as caught:
        write(FencedStore(store, lease), "n")

    assert caught.value.holder == "nobody"


# -- runs -----------------------------------------------------------------------------------------


def worker(world: Any, name: str, **options: Any) -> Shop:
    """Return a shop over the books of *world* that another process might run."""
    return Shop(
        store=world.store, channels=world.channels, clock=world.clock, holder=name, **options
    )


class Pause:
    """Lets something happen once, in the middle of a call of a channel: the caller is paused there."""

    def __init__(self, world: Any, call: str, meanwhile: Callable[[], Any]) -> None:
        self.call = call
        self.meanwhile = meanwhile
        self.is_over = False
        for channel in world.channels:
            channel.after = self.after

    def after(self, call: str) -> None:
        """Pause the caller behind this call, which was answered."""
        if call == self.call and not self.is_over:
            self.is_over = True
            self.meanwhile()


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("call", ["orders_after", "push_fulfilment"])
@pytest.mark.parametrize("sold", [0, 2])
def test_a_worker_paused_beyond_its_lease_writes_nothing(
    world: Any, call: str, workers: int, sold: int
) -> None:
    """
    A worker sleeps in the middle of a run until its lease has run out and another has run: once
    it wakes up it writes nothing, whatever it was about to write, and says so.
    """
    world.sell(world.corner, "0", 1)
    world.shop.sync()
    world.shop.fulfil()
    for number in range(sold):
        world.sell(world.etsy, str(number), 1)
    digests = []

    def meanwhile() -> None:
        world.pass_time(minutes=11)
        report = worker(world, "bob").sync()
        assert report.elsewhere == ()
        world.sell(world.etsy, "late", 1)
        digests.append((world.digest(), world.kept(LEASES)))

    pause = Pause(world, call, meanwhile)
    report = worker(world, "ada", workers=workers).sync()

    assert pause.is_over
    assert digests == [(world.digest(), world.kept(LEASES))]
    assert "'channel:etsy' was taken over by 'bob'" in report.explain()
    assert report.pushes == ()
    world.assert_clean()


def test_a_push_that_came_late_leaves_what_was_shown_in_doubt(world: Any) -> None:
    """
    A worker sleeps while it tells a channel its numbers: what it sent may have come last. It
    notes nothing of what came of it, but that the listing is to be told anew; the next run does.
    """
    world.shop.sync()
    world.shop.count({world.sku: 5}, key=world.key())
    shown = []

    def meanwhile() -> None:
        world.pass_time(minutes=11)
        worker(world, "bob").sync()
        # What was in the air for so long arrives only now.
        shown.append(world.etsy.shown(world.listing))
        world.etsy.put_up([world.offer("L1", "ELEPHANT", 99)])

    pause = Pause(world, "push_stock", meanwhile)
    world.corner.after = lambda call: None
    report = worker(world, "ada").sync()

    assert pause.is_over
    assert report.pushes == ()
    assert report.stopped == tuple(
        f"'channel:{name}' was taken over by 'bob'; what came too late was not written"
        for name in (world.etsy_id, world.corner_id)
    )
    [listing] = [one for one in world.kept(LISTINGS) if one.channel == world.etsy_id]
    assert listing.shown is None
    worker(world, "bob").sync()
    assert shown == [world.etsy.shown(world.listing)] == [5]
    [listing] = [one for one in world.kept(LISTINGS) if one.channel == world.etsy_id]
    assert listing.shown == 5


def test_what_the_paused_worker_missed_is_done_by_the_next(world: Any) -> None:
    """The books are those of the second worker, and a third run finds nothing left to do."""
    world.sell(world.etsy, "1", 3)

    def meanwhile() -> None:
        world.pass_time(minutes=11)
        worker(world, "bob").sync()

    Pause(world, "orders_after", meanwhile)
    report = worker(world, "ada").sync()

    assert sum(pull.placed for pull in report.pulls) == 0
    assert world.available == 7
    report = worker(world, "bob").sync()
    assert [pull.placed for pull in report.pulls] == [0, 0]
    assert report.stopped == ()
    world.assert_clean()


@pytest.mark.parametrize("workers", [1, 2])
def test_a_lane_that_lost_its_channel_holds_no_other_up(world: Any, workers: int) -> None:
    """One of two channels is taken over: the run goes on with the one that it still has."""
    world.sell(world.etsy, "1", 3)
    world.sell(world.corner, "1", 2)

    def meanwhile() -> None:
        world.pass_time(minutes=11)
        Shop(store=world.store, channels=[world.etsy], clock=world.clock, holder="bob").sync()

    world.corner.after = lambda call: None
    pause = Pause(world, "orders_after", meanwhile)
    world.corner.after = lambda call: None
    report = worker(world, "ada", workers=workers).sync()

    assert pause.is_over
    assert [(pull.channel, pull.placed) for pull in report.pulls] == [(world.corner_id, 1)]
    assert [push.channel for push in report.pushes] == [world.corner_id]
    assert world.available == 5
    world.assert_clean()


def test_a_channel_that_another_worker_is_at_is_left_to_it(world: Any) -> None:
    """While one is in the middle of its run another one calls no channel, and says so."""
    reports, calls = [], []

    def meanwhile() -> None:
        before = len(world.etsy.calls) + len(world.corner.calls)
        reports.append(worker(world, "bob").sync())
        calls.append(len(world.etsy.calls) + len(world.corner.calls) - before)

    Pause(world, "orders_after", meanwhile)
    mine = worker(world, "ada").sync()

    [theirs] = reports
    assert calls == [0]
    assert theirs.elsewhere == (world.etsy_id, world.corner_id)
    assert (theirs.pulls, theirs.pushes, theirs.unadopted) == ((), (), ())
    assert "etsy: another worker is at it" in theirs.explain().splitlines()
    assert len(mine.pulls) == 2
    assert mine.elsewhere == ()


def test_two_workers_share_the_channels(world: Any) -> None:
    """Each takes those that are free: while one is at one channel the other runs the other."""
    reports = []
    ada = Shop(store=world.store, channels=[world.etsy], clock=world.clock, holder="ada")

    Pause(world, "orders_after", lambda: reports.append(worker(world, "bob").sync()))
    mine = ada.sync()

    [theirs] = reports
    assert [pull.channel for pull in mine.pulls] == [world.etsy_id]
    assert [pull.channel for pull in theirs.pulls] == [world.corner_id]
    assert theirs.elsewhere == (world.etsy_id,)


def test_a_run_gives_its_channels_back(world: Any) -> None:
    """Once a run has ended another worker need not wait: not even a moment."""
    assert worker(world, "ada").sync().elsewhere == ()

    assert worker(world, "bob").sync().elsewhere == ()


def test_workers_of_one_name_take_over_at_once(world: Any) -> None:
    """A run that crashed keeps nobody of its own name out, and others for ten minutes."""

    class Crash(BaseException):
        pass

    def crash() -> None:
        raise Crash

    Pause(world, "orders_after", crash)
    with pytest.raises(Crash):
        worker(world, "ada").sync()

    assert worker(world, "bob").sync().elsewhere == (world.etsy_id, world.corner_id)
    assert worker(world, "ada").sync().elsewhere == ()
    assert worker(world, "bob").sync().elsewhere == ()


def test_a_crashed_worker_keeps_the_others_out_no_longer_than_its_lease(world: Any) -> None:
    """Ten minutes after a crash anybody takes over."""

    class Crash(BaseException):
        pass

    def crash() -> None:
        raise Crash

    Pause(world, "orders_after", crash)
    with pytest.raises(Crash):
        worker(world, "ada").sync()
    world.pass_time(seconds=LEASE_LENGTH.total_seconds() - 1)

    assert worker(world, "bob").sync().elsewhere == (world.etsy_id, world.corner_id)
    world.pass_time(seconds=1)
    assert worker(world, "bob").sync().elsewhere == ()


def test_a_channel_that_was_not_adopted_is_nobodys(bare: Any) -> None:
    """A channel without adoption is called unadopted, not elsewhere; it gets no lease."""
    report = worker(bare, "ada").sync()

    assert (report.unadopted, report.elsewhere) == ((bare.etsy_id, bare.corner_id), ())
    assert bare.kept(LEASES) == ()


# -- processes ------------------------------------------------------------------------------------

PROGRAM = """
import sys
from datetime import UTC, datetime, timedelta

from ecomkit.adapters.memory import MemoryChannel
from ecomkit.identifiers import ChannelId
from ecomkit.operations import Shop
from ecomkit.ports import ManualClock
from ecomkit.stores import Durability, SqliteStore

path, holder, minutes = sys.argv[1:]
clock = ManualClock(datetime(2026, 1, 5, 9, tzinfo=UTC) + timedelta(minutes=int(minutes)))

class Sleepy(MemoryChannel):
    def orders_after(self, cursor, *, page_size):
        page = super().orders_after(cursor, page_size=page_size)
        print("pulled", flush=True)
        sys.stdin.readline()
        return page

channel = Sleepy(ChannelId("etsy"), clock=clock)
channel.post("1", "{")
store = SqliteStore(path, durability=Durability.PROCESS_CRASH)
shop = Shop(store=store, channels=[channel], clock=clock, holder=holder)
print("ready", flush=True)
sys.stdin.readline()
report = shop.sync()
print("elsewhere" if report.elsewhere else (report.stopped or ["done"])[0], flush=True)
"""


def start(stack: ExitStack, path: Path, holder: str, minutes: int) -> subprocess.Popen[str]:
    """Start a worker at so many minutes; it is killed in the end."""
    process = subprocess.Popen(  # noqa: S603 - our own interpreter on our own text
        [sys.executable, "-c", PROGRAM, str(path), holder, str(minutes)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    stack.callback(process.communicate)
    stack.callback(process.kill)
    assert said(process) == "ready"
    return process


def said(process: subprocess.Popen[str]) -> str:
    """Return what a worker says next."""
    assert process.stdout is not None
    return process.stdout.readline().strip()


def go(process: subprocess.Popen[str]) -> str:
    """Let a worker go on, and return what it says then."""
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()
    return said(process)


def test_a_process_paused_beyond_its_lease_writes_nothing(file_world: Any, tmp_path: Path) -> None:
    """Two processes at one file: the one that slept finds the lease lost, and writes nothing."""
    file_world.adopted()
    path = tmp_path / "shop.db"
    with ExitStack() as stack:
        ada = start(stack, path, "ada", 0)
        early = start(stack, path, "bob", 9)
        late = start(stack, path, "cyd", 10)

        assert go(ada) == "pulled"
        assert go(early) == "elsewhere"
        assert go(late) == "pulled"
        assert go(late) == "done"
        before = file_world.digest()
        assert go(ada).startswith("'channel:etsy' was taken over by 'cyd'")

    assert before == file_world.digest()
    [quarantined] = file_world.shop.quarantined()
    assert quarantined.at == START + 10 * MINUTE


def test_a_killed_process_is_followed_by_one_of_its_name(file_world: Any, tmp_path: Path) -> None:
    """After kill -9 in the middle of a run the same worker goes on at once, and another later."""
    file_world.adopted()
    path = tmp_path / "shop.db"
    with ExitStack() as stack:
        killed = start(stack, path, "ada", 0)
        assert go(killed) == "pulled"
        killed.kill()
        killed.wait()

        other = start(stack, path, "bob", 1)
        again = start(stack, path, "ada", 1)
        assert go(other) == "elsewhere"
        assert go(again) == "pulled"
        assert go(again) == "done"

    assert len(file_world.shop.quarantined()) == 1


def test_many_processes_take_one_lease_once(tmp_path: Path) -> None:
    """Of many holders who ask at the same instant one gets it, in threads as in processes."""
    path = tmp_path / "shop.db"
    with ExitStack() as stack:
        stores = [
            stack.enter_context(SqliteStore(path, durability=Durability.PROCESS_CRASH))
            for _ in range(3)
        ]
        leases = [take(store, holder) for store, holder in zip(stores, WORKERS, strict=True)]

    assert [lease and lease.fence for lease in leases] == [1, None, None]
