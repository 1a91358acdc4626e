"""Published and recomputed figures, each with its source: ``policy_cases.json`` beside this file."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

RELATIVE = 1e-6
"""What a figure may differ by, where the case names no tolerance of its own."""


@cache
def all_cases() -> tuple[dict[str, Any], ...]:
    """Return every case in the file."""
    text = (Path(__file__).parent / "policy_cases.json").read_text(encoding="utf-8")
    return tuple(json.loads(text))


def cases(function: str) -> list[Any]:
    """Return the cases of *function* as parameters of a test, each named as in the file."""
    found = [case for case in all_cases() if case["function"] == function]
    assert found, f"no case of {function}"
    return [pytest.param(case, id=case["name"]) for case in found]


def near(case: dict[str, Any], key: str) -> Any:
    """Return the expected figure *key* of *case*, to compare with ``==`` in its tolerance."""
    return pytest.approx(case["expected"][key], rel=case.get("tolerance", RELATIVE), abs=1e-12)
