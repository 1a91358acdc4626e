"""The state machine at volume: all stores and the pure model, and no difference after any step."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ecomkit.ports import Store
from ecomkit.stores import Durability, MemoryStore, SqliteStore
from ecomkit.testing.conformance import compare_stores

HERE = Path(__file__).parent


def test_memory_and_sqlite_never_differ_from_the_pure_model() -> None:
    """Random steps by the thousand: every answer, level, movement, list and outbox is the same."""
    found = compare_stores([MemoryStore(), SqliteStore(":memory:")], steps=6_000, seed=1)

    assert found.steps == 6_000
    assert found.explain() == (
        f"6000 steps, {found.commands} commands, {found.movements} movements: no difference"
    )
    assert found.movements > found.steps / 2


def test_a_file_that_is_closed_and_opened_again_never_differs(tmp_path: Path) -> None:
    """The store in a file goes on where it was, every few steps anew."""
    path = tmp_path / "shop.db"

    def opened() -> SqliteStore:
        return SqliteStore(path, durability=Durability.PROCESS_CRASH)

    def reopen(store: Store) -> Store | None:
        if isinstance(store, MemoryStore):
            return None
        store.close()
        return opened()

    found = compare_stores([MemoryStore(), opened()], steps=2_000, seed=2, reopen=reopen)

    assert found.movements > found.steps / 2


@pytest.mark.slow
def test_all_stores_never_differ_at_volume() -> None:
    """A hundred thousand random steps through all stores there are, PostgreSQL among them."""
    # A process of its own, which nobody watches: coverage would make the run three times as long.
    plain = {name: value for name, value in os.environ.items() if "COVERAGE" not in name}
    done = subprocess.run(  # noqa: S603 (our own program)
        [sys.executable, str(HERE / "compare.py"), "--steps", "100000", "--seed", "3"],
        env=plain,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "100000 steps" in done.stdout.splitlines()[-1]
    assert done.stdout.splitlines()[-1].endswith("no difference")


def test_the_same_seed_gives_the_same_steps() -> None:
    """A run is told by its seed: repeated, it is the same run; another seed is another one."""
    first, again, other = (
        compare_stores([MemoryStore()], steps=200, seed=seed) for seed in (5, 5, 6)
    )

    assert first == again != other


def test_a_difference_names_the_seed_and_the_step() -> None:
    """Who finds a difference can have it again."""

    class Forgetful(MemoryStore):
        pass

    with pytest.raises(AssertionError) as caught:
        compare_stores([Forgetful()], steps=5_000, seed=5, reopen=lambda _: Forgetful())

    assert caught.value.__notes__[0].startswith("seed 5, step ")
