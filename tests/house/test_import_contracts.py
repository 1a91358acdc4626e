"""The import contracts of pyproject.toml hold, and each of them can fail."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINTER = shutil.which("lint-imports", path=str(Path(sys.executable).parent))

# Each contract with imports that break it: the module that gets the import, and the import.
PLANTS = {
    "layers": [
        ("errors", "import ecomkit._checks"),
        ("money", "from ecomkit import orders"),
        ("money", "import ecomkit.timeline"),
        ("stock", "from ecomkit.channels import ChannelClaim"),
        ("orders", "def late():\n    import ecomkit.ports"),
        (
            "ports",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import ecomkit.stores",
        ),
        ("utils", "# a room that nobody asked for"),
    ],
    "ledger": [
        ("stock", "import ecomkit.stock.sourcing"),
        ("stock._levels", "from ecomkit.stock.lots import Lot"),
        ("stock._draft", "def late():\n    import ecomkit.stock.valuation"),
    ],
    "stock": [
        ("stock.locations", "import ecomkit.stock.sourcing"),
        ("stock.lots", "import ecomkit.stock.locations"),
        ("stock.valuation", "from ecomkit.stock.promising import Incoming"),
    ],
    "pure": [
        ("errors", "import logging"),
        ("stock", "import threading"),
        ("replenishment", "from random import random"),
        ("ports", "import time"),
        ("insight", "import sqlite3"),
    ],
    "http": [
        ("operations", "import httpx"),
        ("adapters.planted", "from httpx import Client"),
        ("adapters", "import tenacity"),
    ],
    "database": [
        ("operations", "import sqlite3"),
        ("stores._gate", "import sqlite3"),
        ("adapters.planted", "import sqlite3"),
    ],
    "testing": [
        ("testing", "import hypothesis"),
        ("testing.fakes", "import pytest"),
        ("stock", "from hypothesis import strategies"),
    ],
    "report": [("operations", "import matplotlib.pyplot")],
    "numpy": [("operations", "import numpy"), ("adapters.planted", "import numpy")],
    "replenishment": [
        ("replenishment.cleaning", "import ecomkit.replenishment.replay"),
        ("replenishment.lot_sizing", "import ecomkit.replenishment.optimization"),
        ("replenishment.alerts", "import ecomkit.replenishment.purchasing"),
    ],
    "policies": [
        ("replenishment", "import ecomkit.replenishment.cleaning"),
        ("replenishment._advice", "def late():\n    import ecomkit.replenishment.alerts"),
    ],
    "distributions": [
        ("replenishment.distributions", "import ecomkit.replenishment._demand"),
    ],
    "adapters": [
        ("adapters.planted", "from ecomkit.adapters import other\nimport ecomkit.adapters.other"),
        ("adapters.http", "import ecomkit.adapters.other"),
    ],
    "fakes": [
        ("testing.fakes", "import ecomkit.adapters.memory"),
        ("testing.fakes.planted", "from ecomkit.adapters.memory import MemoryChannel"),
    ],
}


def contracts() -> list[str]:
    """Return the ids of all contracts."""
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return [contract["id"] for contract in config["tool"]["importlinter"]["contracts"]]


def lint(tree: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the linter on the ecomkit in *tree*/src, by the contracts of *tree*/pyproject.toml."""
    assert LINTER is not None, "import-linter is in the dependency group `tests`"
    return subprocess.run(  # noqa: S603 - our own linter on our own copy
        [LINTER, "--no-cache", "--no-logo", *arguments],
        cwd=tree,
        env={
            **{name: value for name, value in os.environ.items() if "COVERAGE" not in name},
            "PYTHONPATH": str(tree / "src"),
            "PYTHONIOENCODING": "utf-8",
            "COLUMNS": "200",
        },
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def plant(tree: Path, module: str, line: str) -> None:
    """Append *line* to *module*, which is made, with its packages, if it is not there."""
    place = tree / "src" / "ecomkit"
    for part in module.split("."):
        place /= part
        file = place.with_suffix(".py")
        if not file.exists():
            place.mkdir(exist_ok=True)
            file = place / "__init__.py"
            file.touch()
    with file.open("a", encoding="utf-8") as text:
        text.write(f"\n{line}\n")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the sources and the contracts, to be spoilt."""
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    # The other end of an import between two adapters.
    plant(tmp_path, "adapters.other", "")
    return tmp_path


def test_the_contracts_hold() -> None:
    """The tree as it stands breaks no contract."""
    result = lint(ROOT)

    assert result.returncode == 0, result.stdout + result.stderr


def test_the_copy_that_gets_spoilt_is_sound(tree: Path) -> None:
    """Before anything is planted, the copy breaks no contract: what breaks below is the plant."""
    result = lint(tree)

    assert result.returncode == 0, result.stdout + result.stderr


def test_each_contract_has_a_plant() -> None:
    """A new contract comes with an import that breaks it."""
    assert set(contracts()) == set(PLANTS)


@pytest.mark.parametrize(
    ("contract", "module", "line"),
    [
        pytest.param(contract, module, line, id=f"{contract}-{module}-{number}")
        for contract, plants in PLANTS.items()
        for number, (module, line) in enumerate(plants)
    ],
)
def test_a_planted_import_breaks_its_contract(
    tree: Path, contract: str, module: str, line: str
) -> None:
    """A forbidden import breaks the contract that forbids it, and the linter names the module."""
    plant(tree, module, line)

    result = lint(tree, "--contract", contract)

    assert result.returncode == 1, result.stdout + result.stderr
    assert "Contracts: 0 kept, 1 broken." in result.stdout
    assert f"ecomkit.{module}" in result.stdout


@pytest.mark.parametrize(
    ("contract", "module", "line"),
    [
        ("http", "adapters.http", "import httpx, tenacity"),
        ("database", "stores._sqlite", "import sqlite3"),
        ("testing", "testing.strategies", "import hypothesis"),
        ("testing", "testing.conformance", "import pytest"),
        ("report", "report", "import matplotlib.pyplot"),
        ("adapters", "adapters.other", "import ecomkit.adapters.http"),
        ("layers", "report", "import ecomkit.operations"),
        ("ledger", "stock.lots", "import ecomkit.stock"),
        ("stock", "stock.promising", "import ecomkit.stock.lots"),
        ("replenishment", "replenishment.replay", "import ecomkit.replenishment.cleaning"),
        ("policies", "replenishment", "import ecomkit.replenishment.distributions"),
        ("numpy", "bulk", "import numpy"),
    ],
)
def test_an_import_in_its_place_is_allowed(
    tree: Path, contract: str, module: str, line: str
) -> None:
    """A package that one room may import does not break the contract there."""
    plant(tree, "adapters.http", "")
    plant(tree, module, line)

    result = lint(tree, "--contract", contract)

    assert result.returncode == 0, result.stdout + result.stderr
