"""Law 8: time is an argument."""

import datetime as dt
import hashlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Never

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

CONFTEST = Path(__file__).with_name("conftest.py")
TOLD = """
import hashlib, importlib.util, sys
spec = importlib.util.spec_from_file_location("laws_conftest", sys.argv[1])
module = importlib.util.module_from_spec(spec)
sys.modules["laws_conftest"] = module
spec.loader.exec_module(module)
text = module.text_of_story(module.story(7, 80), store=sys.argv[2], seed=7)
print(hashlib.sha256(text.encode()).hexdigest())
"""


@settings(deadline=None, max_examples=20)
@given(data=st.data(), seed=st.integers(0, 1000))
def test_time_is_an_argument(market_module: Any, data: st.DataObject, seed: Any) -> None:
    """
    The domain takes ``now``; the shell holds a clock. No hidden randomness.

    The same story told twice, misbehaving channels and all, leaves the same books byte for
    byte, in either store.
    """
    steps = data.draw(market_module.steps())
    first, again, other = (
        market_module.text_of_story(steps, store=store, seed=seed)
        for store in ("memory", "memory", "sqlite")
    )

    assert first == again == other


@pytest.mark.parametrize("store", ["memory", "sqlite"])
def test_another_process_writes_the_same_books(market_module: Any, store: Any) -> None:
    """Neither the seed of hashes nor the machine's time zone leaves a trace."""
    text = market_module.text_of_story(market_module.story(7, 80), store=store, seed=7)
    expected = hashlib.sha256(text.encode()).hexdigest()
    for hash_seed, zone in (("1", "America/St_Johns"), ("2", "Pacific/Auckland")):
        found = subprocess.run(  # noqa: S603 (our own interpreter and text)
            [sys.executable, "-c", TOLD, str(CONFTEST), store],
            env={**os.environ, "PYTHONHASHSEED": hash_seed, "TZ": zone},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()

        assert expected == found


def test_no_clock_is_read_but_the_shop_s(market_module: Any, monkeypatch: Any) -> None:
    """A machine whose clock cannot be read tells the same story."""

    def refuse(*_: Any) -> Never:
        raise AssertionError("the machine's clock was read")

    steps = market_module.story(3, 60)
    expected = market_module.text_of_story(steps, seed=3)
    monkeypatch.setattr("ecomkit.operations._clock.SystemClock.now", refuse)
    for name in ("time", "time_ns"):
        monkeypatch.setattr(f"time.{name}", refuse)

    assert expected == market_module.text_of_story(steps, seed=3)


def test_the_same_day_at_another_time_is_another_day_of_the_same_kind(market_module: Any) -> None:
    """Moved by a year, every instant in the books moves by a year, and nothing else changes."""
    steps = [step for step in market_module.story(11, 60) if step[0] != "sync"] + [
        ("sync", 0, 0, 0)
    ]
    year = dt.timedelta(days=364)
    first = market_module.Market(market_module.STORES["memory"]()).run(steps)
    module = market_module
    start = module.START
    try:
        module.START = start + year
        later = module.Market(module.STORES["memory"]()).run(steps)
    finally:
        module.START = start

    for one, two in zip(first.levels(), later.levels(), strict=True):
        assert (one.sellable, one.allocated, one.held, one.uncovered_units) == (
            two.sellable,
            two.allocated,
            two.held,
            two.uncovered_units,
        )
    assert [(o.id, o.units, o.placed_at + year) for o in first.orders()] == [
        (o.id, o.units, o.placed_at) for o in later.orders()
    ]
