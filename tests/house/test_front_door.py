"""``import ecomkit`` is cheap: a script pays for the names that it uses."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

DOOR = Path(__file__).parents[2] / "src" / "ecomkit" / "__init__.py"

# None of these is loaded by the import alone.
HEAVY_AT_IMPORT = [
    "asyncio",
    "attr",
    "ecomkit.stores._postgres_parts",
    "httpx",
    "hypothesis",
    "matplotlib",
    "psycopg",
    "pytest",
    "sqlite3",
    "tenacity",
]
# None of these is loaded by a name, unless its room is made of it.
HEAVY = [name for name in HEAVY_AT_IMPORT if name != "attr"]
HEAVY_BY_ROOM = {
    "adapters": {"asyncio", "httpx", "tenacity"},
    "stores": {"sqlite3"},
}

PROBE = """
import json, sys
import ecomkit
heavy, names = json.loads(sys.argv[1])
loaded = {"": [name for name in heavy if name in sys.modules]}
for name in names:
    getattr(ecomkit, name)
    loaded[name] = [module for module in heavy if module in sys.modules]
print(json.dumps(loaded))
"""


def homes(source: str) -> dict[str, str]:
    """Return the room of each name that the front door offers, as its imports for type checkers say."""
    return {
        alias.asname or alias.name: node.module.split(".")[1]
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("ecomkit.")
        for alias in node.names
    }


def loaded_after(names: list[str], *, heavy: list[str]) -> dict[str, list[str]]:
    """Return which of *heavy* are loaded after the import (key "") and after each of *names*."""
    result = subprocess.run(  # noqa: S603 - our own interpreter on our own text
        [sys.executable, "-c", PROBE, json.dumps([heavy, names])],
        # A coverage tool in the child would load what the test says is not loaded.
        env={name: value for name, value in os.environ.items() if "COVERAGE" not in name},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    answer: dict[str, list[str]] = json.loads(result.stdout)
    return answer


HOMES = homes(DOOR.read_text(encoding="utf-8"))
LIGHT = sorted(name for name, room in HOMES.items() if room not in HEAVY_BY_ROOM)


def test_the_probe_sees_what_is_loaded() -> None:
    """A module that ecomkit does load is reported, so that an empty answer means something."""
    assert loaded_after([], heavy=["sys", "ecomkit", "httpx"])[""] == ["sys", "ecomkit"]


def test_the_import_alone_loads_nothing_heavy() -> None:
    """``import ecomkit`` loads no third-party package, no database, no event loop and no test tool."""
    assert loaded_after([], heavy=HEAVY_AT_IMPORT) == {"": []}


def test_the_door_says_where_each_name_lives() -> None:
    """What type checkers are told and what ``__all__`` offers are the same names."""
    import ecomkit  # noqa: PLC0415 - the other tests are about a fresh interpreter

    assert sorted(ecomkit.__all__) == sorted(HOMES)
    assert set(ecomkit.__all__) <= set(dir(ecomkit))


def test_an_unknown_name_is_an_attribute_error() -> None:
    """A name that the door does not know fails as any module's would."""
    import ecomkit  # noqa: PLC0415

    with pytest.raises(AttributeError, match="NoSuchName"):
        _ = ecomkit.NoSuchName


def test_models_and_policies_load_nothing_heavy() -> None:
    """No name of a pure room, used after any other, loads HTTP, a database, a loop or a test tool."""
    found = {name: heavy for name, heavy in loaded_after(LIGHT, heavy=HEAVY).items() if heavy}

    assert LIGHT != []
    assert found == {}


@pytest.mark.parametrize("name", sorted(set(HOMES) - set(LIGHT)))
def test_a_name_loads_what_its_room_is_made_of_only(name: str) -> None:
    """A store may load its database and a client its HTTP library, and neither loads the other's."""
    heavy = loaded_after([name], heavy=HEAVY)[name]

    assert set(heavy) <= HEAVY_BY_ROOM[HOMES[name]]
