"""Work that the shop does later: a mutation answers with a job, to be asked after."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ecomkit.testing.fakes.shopify._store import Store
from ecomkit.testing.fakes.shopify._wire import gid

__all__ = ["show_job", "start_job"]


def show_job(store: Store, number: int) -> Mapping[str, Any] | None:
    """Return a Job, None if there is none."""
    if number not in store.jobs:
        return None
    return {
        "__typename": "Job",
        "id": gid("Job", number),
        "done": lambda _: store.jobs[number],
        "query": None,
    }


def start_job(store: Store, *, action: Callable[[], None], seconds: float) -> int:
    """Let *action* happen after *seconds*; return the job's number."""
    number = store.next_id()
    store.jobs[number] = False

    def work() -> None:
        action()
        store.jobs[number] = True

    store.later(work, seconds=seconds)
    return number
