"""PostgreSQL is stopped hard under load, again and again: nothing that was answered is lost."""

import itertools
import os
import signal
from pathlib import Path
from typing import Any

import pytest
from crowd import Crowd, fill
from crowd_plan import HotSku, ManySkus, Plan
from crowd_verdict import assert_sound
from crowd_worker import open_store

LONGER = int(os.environ.get("ECOMKIT_WAVES", "1"))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("plan", "crashes"),
    [(HotSku(waves=12 * LONGER), 50 * LONGER), (ManySkus(waves=LONGER), 5 * LONGER)],
    ids=["HotSku", "ManySkus"],
)
def test_a_crashed_server_loses_nothing_and_doubles_nothing(
    plan: Plan, crashes: int, tmp_path: Path, cluster: Any, record_property: Any
) -> None:
    """The ledger asks again by itself; each caller is answered once, and as the books say."""
    address = cluster.dsn(cluster.create(f"crashes-{type(plan).__name__}"))
    with open_store(address) as store:
        fill(store, plan)
    ways = itertools.cycle([signal.SIGQUIT, signal.SIGKILL])
    crowd = Crowd(plan, address=address, folder=tmp_path)
    heard = crowd.run(disturb=lambda _: cluster.crash(next(ways)), times=crashes)
    with open_store(address) as store:
        assert_sound(store, plan, heard)

    assert heard.events["retried"] > 0
    record_property(
        "figure",
        f"PostgreSQL {cluster.version} stopped hard {crashes} times in {crowd.seconds:.1f} s, "
        f"{type(plan).__name__}: {len(heard.answered)} acknowledged, "
        f"{heard.events['retried']} commands retried by the ledger, "
        f"{heard.events['given-up']} by the callers, "
        f"{heard.events['unacknowledged']} committed but unacknowledged, "
        f"0 lost, 0 doubled, 0 inconsistent",
    )
