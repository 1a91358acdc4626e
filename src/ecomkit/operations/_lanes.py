"""
One run over all channels, each in a lane of its own: a slow channel holds no other up.

A lane first pulls its channel, then tells it. What is to be told is planned when a pull has
ended, and the lanes that are free are told at once; the others when they are free. With one
worker a lane ends before the next begins, so that all channels are pulled before any is told.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from typing import Any, ParamSpec, TypeVar, final

from ecomkit.channels import Channel

__all__ = ["Lanes", "workers_of"]

P = ParamSpec("P")
T = TypeVar("T")

PATIENCE_SHARE = 0.1
"""How much longer than so far is waited for pulls that may end soon: each plan costs pushes."""


@final
class _Inline(Executor):
    """Runs what it is given at once, in the thread that gives it."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        future: Future[T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 (the future raises it where it is asked)
            future.set_exception(error)
        return future


def workers_of(count: int) -> Executor:
    """Return what runs *count* lanes at a time; one alone needs no thread."""
    if count <= 1:
        return _Inline()
    return ThreadPoolExecutor(max_workers=count, thread_name_prefix="ecomkit-lane")


@final
class Lanes:
    """
    Drives the lanes of one run.

    Args:
        channels: In the order in which they are begun.
        pull: Takes in what a channel says; called in its lane.
        plan: Called by the run itself after pulls have ended, with these channels; returns
            whether channels are to be told.
        tell: Tells a channel what it should know; called in its lane, perhaps several times.
    """

    def __init__(
        self,
        channels: Sequence[Channel],
        *,
        pull: Callable[[Channel], object],
        plan: Callable[[Sequence[Channel]], bool],
        tell: Callable[[Channel], object],
    ) -> None:
        self._channels = channels
        self._pull = pull
        self._plan = plan
        self._tell = tell

    def run(self, workers: Executor) -> None:
        """
        Run all lanes to their end.

        Raises:
            Exception: What a lane raised first, once all have ended.
        """
        begun_at = time.monotonic()
        pulling: dict[Future[Any], Channel] = {
            workers.submit(self._pull, channel): channel for channel in self._channels
        }
        telling: dict[Future[Any], Channel] = {}
        pulled: list[Channel] = []
        untold: list[Channel] = []
        faults: list[BaseException] = []
        while pulling or telling:
            wait([*pulling, *telling], return_when=FIRST_COMPLETED)
            wait(pulling, timeout=PATIENCE_SHARE * (time.monotonic() - begun_at))
            ended = _taken(pulling, faults)
            _taken(telling, faults)
            pulled.extend(ended)
            if ended and not faults and self._plan(ended):
                untold = [channel for channel in self._channels if channel in pulled]
            busy = list(telling.values())
            for channel in [one for one in untold if one not in busy]:
                untold.remove(channel)
                telling[workers.submit(self._tell, channel)] = channel
        if faults:
            raise faults[0]


def _taken(lanes: dict[Future[Any], Channel], faults: list[BaseException]) -> list[Channel]:
    """Take the lanes that have ended out of *lanes* and return their channels."""
    ended = [future for future in lanes if future.done()]
    faults.extend(fault for future in ended if (fault := future.exception()) is not None)
    return [lanes.pop(future) for future in ended]
