"""The pure rooms use the standard library, attrs and dateutil, and touch nothing outside."""

import ast
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
THIRD_PARTY = {"attr", "attrs", "dateutil"}
OUTSIDE = {"breakpoint", "input", "open", "print"}


def pure_rooms() -> list[str]:
    """Return the rooms that the contract `pure` lists."""
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = config["tool"]["importlinter"]["contracts"]
    (pure,) = (contract for contract in contracts if contract["id"] == "pure")
    return [module.removeprefix("ecomkit.") for module in pure["source_modules"]]


def faults(source: str, *, filename: str = "x.py") -> list[str]:
    """Return each import of a package that pure rooms do without, and each call to the outside."""
    allowed = THIRD_PARTY | set(sys.stdlib_module_names) | {"ecomkit"}
    found = []
    for node in ast.walk(ast.parse(source)):
        imported: list[str] = []
        if isinstance(node, ast.Import):
            imported = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module is not None and node.level == 0:
            imported = [node.module]
        found += [
            f"{filename}:{node.lineno}: {name}"
            for name in imported
            if name.partition(".")[0] not in allowed
        ]
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in OUTSIDE
        ):
            found.append(f"{filename}:{node.lineno}: {node.func.id}()")
    return found


@pytest.mark.parametrize(
    "planted",
    [
        "import numpy",
        "from pydantic import BaseModel",
        "def late():\n    import holidays",
        "print('sold out')",
        "text = open('orders.csv').read()",
    ],
)
def test_a_planted_fault_is_found(planted: str) -> None:
    """A foreign package and a call to the outside are seen, wherever they stand."""
    assert len(faults(planted)) == 1


@pytest.mark.parametrize(
    "sound",
    ["import attrs", "from dateutil.rrule import rrule", "from ecomkit.money import Money"],
)
def test_sound_code_is_left_alone(sound: str) -> None:
    """attrs, dateutil and ecomkit itself are no faults."""
    assert faults(sound) == []


@pytest.mark.parametrize("room", pure_rooms())
def test_the_room_is_pure(room: str) -> None:
    """A pure room imports no foreign package, prints nothing and opens no file."""
    place = ROOT / "src" / "ecomkit" / room
    paths = [*sorted(place.rglob("*.py")), *place.parent.glob(f"{room}.py")]
    found = [
        fault
        for path in paths
        for fault in faults(path.read_text(encoding="utf-8"), filename=path.name)
    ]

    assert paths != []
    assert found == []
