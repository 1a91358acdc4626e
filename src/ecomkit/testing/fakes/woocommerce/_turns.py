"""Turns: what people do in the shop and what its API is asked come one after the other."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from ecomkit.testing.fakes._system import FakeSystem

__all__ = ["in_turn"]

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


def in_turn(
    method: Callable[Concatenate[Any, Arguments], Result],
) -> Callable[Concatenate[Any, Arguments], Result]:
    """Let a method of a fake wait for the calls that threads of a server are answering."""

    @wraps(method)
    def turn(fake: FakeSystem, /, *args: Arguments.args, **options: Arguments.kwargs) -> Result:
        with fake._lock:  # noqa: SLF001 (the fake's own)
            return method(fake, *args, **options)

    return turn
