"""After an erasure nothing of the person is found: in no file, in no book, in nothing that is said."""

import importlib.util
import logging
import pickle
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from types import ModuleType
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecomkit.customers import FRENCH_RETENTION
from ecomkit.operations._erasure import erase_and_wipe
from ecomkit.operations._retention import apply_retention
from ecomkit.operations._subject_access import export_customer
from ecomkit.operations._wiping import WipeState, wipe_deleted
from ecomkit.stores import Durability, MemoryStore, SqliteStore

OPERATIONS = Path(__file__).parents[1] / "operations"


def shared(name: str) -> ModuleType:
    """Return a module that the tests of the operations share."""
    spec = importlib.util.spec_from_file_location(f"operations_{name}", OPERATIONS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


world_module, people_module = shared("conftest"), shared("people")
people, found, live, figures = (
    people_module.people,
    people_module.found,
    people_module.live,
    people_module.figures,
)

FEW = settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


@contextmanager
def file_world() -> Iterator[tuple[Any, Path]]:
    """Open a merchant's books in a file, alone in a folder."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with SqliteStore(folder / "shop.db", durability=Durability.PROCESS_CRASH) as store:
            world = world_module.World(store)
            world.adopted(units=100)
            yield world, folder


def contents(folder: Path) -> bytes:
    """Return all that stands in the files of a folder."""
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def merged_id(world: Any, one: Any) -> Any:
    """Return the id of a person's customer."""
    return people_module.buyer_id(world.etsy_id, one.handle)


@FEW
@given(pair=people(), others=st.integers(0, 12))
def test_no_text_of_an_erased_person_is_left_in_any_file(pair: Any, others: int) -> None:
    """While the store is open, and after it was closed; who was not erased is left whole."""
    gone, stays = pair
    with file_world() as (world, folder):
        for one, number in ((gone, "1"), (stays, "2")):
            list(live(world, one, number))
        for other in range(3, 3 + others):
            world.sell(world.etsy, str(other), 1, buyer=f"buyer-{other}")
        world.shop.sync()
        before = figures(world)
        all_texts = {*gone.texts, *stays.texts}

        assert found(pair, contents(folder)) == all_texts, "else the search proves nothing"

        report = erase_and_wipe(world.store.inner, merged_id(world, gone), now=world.clock.now())

        assert report.is_complete
        assert report.wiped.state is WipeState.DONE
        assert report.doubtful == ()
        assert found(pair, contents(folder)) == set(stays.texts)
        assert figures(world) == before
        assert found(pair, world.text().encode()) == set(stays.texts)

        # What channels tell again brings nobody back.
        for channel in world.channels:
            channel._log.append("1")
        world.etsy.send_back("1", {world.line: 1})
        world.shop.sync()
        wipe_deleted(world.store.inner)
        world.store.close()

        assert found(pair, contents(folder)) == set(stays.texts)


@FEW
@given(pair=people())
def test_nothing_that_is_said_names_a_person(pair: Any, caplog: Any) -> None:
    """Neither reports nor reprs, neither logs nor what is printed, before, during and after."""
    gone, stays = pair
    printed = StringIO()
    caplog.clear()
    with caplog.at_level(logging.DEBUG), redirect_stdout(printed), redirect_stderr(printed):
        world = world_module.World(MemoryStore()).adopted(units=100)
        for one, number in ((gone, "1"), (stays, "2")):
            list(live(world, one, number))
        store, now = world.store.inner, world.clock.now()
        with store.snapshot() as tx:
            export = export_customer(tx, merged_id(world, gone), now=now)
        told = [repr(export), export.explain()]
        for name in (merged_id(world, gone), merged_id(world, gone)):
            report = erase_and_wipe(store, name, rules=FRENCH_RETENTION, now=now)
            told += [repr(report), str(report), report.explain()]
        retained = apply_retention(store, rules=FRENCH_RETENTION, now=now)
        told += [repr(retained), retained.explain(), repr(world.shop.sync())]
    said = "\n".join([*told, printed.getvalue(), caplog.text])

    assert found(pair, said.encode()) == set()


@FEW
@given(pair=people())
def test_an_export_has_every_text_of_its_person_and_nobody_else_s(pair: Any) -> None:
    """What the books know of somebody is what they are told."""
    gone, stays = pair
    world = world_module.World(MemoryStore()).adopted(units=100)
    for one, number in ((gone, "1"), (stays, "2")):
        list(live(world, one, number))
    with world.store.inner.snapshot() as tx:
        export = export_customer(tx, merged_id(world, gone), now=world.clock.now())

    assert found(pair, export.as_json().encode()) == set(gone.texts)


@FEW
@given(pair=people())
def test_erasing_twice_is_erasing_once(pair: Any) -> None:
    """The second time nothing is left to do."""
    gone, _ = pair
    world = world_module.World(MemoryStore()).adopted(units=100)
    list(live(world, gone, "1"))
    store, now = world.store.inner, world.clock.now()
    erase_and_wipe(store, merged_id(world, gone), now=now)
    text = world.text()
    report = erase_and_wipe(store, merged_id(world, gone), now=now)

    assert report.changed == 0
    assert world.text() == text


KILLED = """
import os, pickle, signal, sys
from datetime import datetime
from ecomkit.operations._erasure import erase_and_wipe
from ecomkit.stores import SqliteStore

path, customer, now = pickle.loads(sys.stdin.buffer.read())

class Killed(SqliteStore):
    def wipe(self):
        os.kill(os.getpid(), signal.SIGKILL)

erase_and_wipe(Killed(path), customer, now=now)
"""


def test_a_process_killed_before_the_wipe_is_made_up_for() -> None:
    """The erasure has committed; the next run wipes what it left in the file and its log."""
    pair = tuple(people_module.person(seed) for seed in (11, 12))
    with file_world() as (world, folder):
        for number, one in enumerate(pair):
            list(live(world, one, str(number)))
        customer, now = merged_id(world, pair[0]), world.clock.now()
        killed = subprocess.run(  # noqa: S603 (ourselves)
            [sys.executable, "-c", KILLED],
            input=pickle.dumps((str(folder / "shop.db"), customer, now)),
            check=False,
        )

        assert killed.returncode == -signal.SIGKILL
        assert found(pair, world.text().encode()) == set(pair[1].texts)
        assert found(pair[:1], contents(folder)) != set(), "else nothing was to be wiped"

        report = apply_retention(world.store.inner, rules=[], now=now)

        assert report.wiped.state is WipeState.DONE
        assert found(pair, contents(folder)) == set(pair[1].texts)


def test_a_backup_made_after_the_wipe_holds_nobody_who_was_erased() -> None:
    """One that was made before does, which the report says."""
    one = people_module.person(21)
    with file_world() as (world, folder):
        list(live(world, one, "1"))
        world.store.inner.backup(folder / "before.db")
        erase_and_wipe(world.store.inner, merged_id(world, one), now=world.clock.now())
        world.store.inner.backup(folder / "after.db")

        assert found([one], (folder / "before.db").read_bytes()) == set(one.texts)
        assert found([one], (folder / "after.db").read_bytes()) == set()
