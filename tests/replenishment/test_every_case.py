"""No published figure is left out: each kind of case in the file is held against by some test."""

from __future__ import annotations

import re
from pathlib import Path

from policy_cases import all_cases

TESTS = Path(__file__).parents[1]


def test_every_kind_of_case_is_tested() -> None:
    """Each function of the file is asked for by a test."""
    asked = {
        name
        for path in TESTS.rglob("test_*.py")
        for name in re.findall(r'cases\(\s*"(\w+)"', path.read_text(encoding="utf-8"))
    }
    assert {case["function"] for case in all_cases()} - asked == set()
