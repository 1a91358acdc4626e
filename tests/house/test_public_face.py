"""What is public is declared, sorted and importable; what is private stays in its room."""

import ast
import importlib
import importlib.util
import itertools
import re
import tomllib
from collections.abc import Iterable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src"
# Packages with public packages inside: one a system, one a database, one a question about stock, one
# a kind of help; among the kinds of help the fakes, one a system again.
WINGS = {
    "ecomkit.adapters",
    "ecomkit.orders",
    "ecomkit.replenishment",
    "ecomkit.stock",
    "ecomkit.stores",
    "ecomkit.testing",
    "ecomkit.testing.fakes",
}


def module_name(path: Path) -> str:
    """Return the dotted name of a file below src."""
    parts = path.relative_to(SOURCE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def is_private(name: str) -> bool:
    """Return whether a name starts with one underscore."""
    return name.startswith("_") and not name.startswith("__")


MODULES = {module_name(path): path for path in sorted(SOURCE.rglob("*.py"))}
PACKAGES = [name for name, path in MODULES.items() if path.name == "__init__.py"]
PUBLIC = [
    name
    for name in MODULES
    if name != "ecomkit.__main__" and not any(is_private(part) for part in name.split("."))
]


# -- the rules, each a function of a source text --------------------------------------------------


def is_type_checking(node: ast.stmt) -> bool:
    """Return whether *node* is a block ``if TYPE_CHECKING:``."""
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


def is_door(node: ast.stmt) -> bool:
    """Return whether *node* is a part of a door that loads names on first use (PEP 562)."""
    if isinstance(node, ast.FunctionDef):
        return node.name in {"__getattr__", "__dir__"}
    if is_type_checking(node):
        return True
    if ast.unparse(node) == "TYPE_CHECKING = False":
        return True
    # The table that says where each name lives.
    target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
    return isinstance(target, ast.Name) and is_private(target.id)


def init_faults(source: str, *, door: bool = False) -> list[str]:
    """Return each statement of an ``__init__`` that is no docstring, import or ``__all__``."""
    tree = ast.parse(source)
    found = [] if ast.get_docstring(tree) else ["no docstring"]
    for number, node in enumerate(tree.body):
        docstring = number == 0 and ast.get_docstring(tree) is not None
        names = isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
        imports = isinstance(node, (ast.Import, ast.ImportFrom))
        if not (docstring or names or imports or (door and is_door(node))):
            found.append(f"line {node.lineno}: {ast.unparse(node).splitlines()[0]}")
    return found


def in_order(names: Iterable[str]) -> list[str]:
    """Return *names* as RUF022 sorts them: constants, then classes, then functions."""
    return sorted(
        set(names),
        key=lambda name: (not (len(name) > 1 and name.isupper()), not name[:1].isupper(), name),
    )


def declared(source: str) -> list[str] | None:
    """Return ``__all__`` as it is written, None if there is none."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            value = ast.literal_eval(node.value)
            return list(value)
    return None


def imported_names(nodes: Iterable[ast.stmt]) -> set[str]:
    """Return the names that the imports among *nodes* bind, blocks ``TYPE_CHECKING`` included."""
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.If) and is_type_checking(node):
            found |= imported_names(node.body)
        elif isinstance(node, ast.ImportFrom) and node.module not in {"__future__", "typing"}:
            found |= {alias.asname or alias.name for alias in node.names}
    return found


def all_faults(source: str) -> list[str]:
    """Return what is wrong with the ``__all__`` of an ``__init__``."""
    names = declared(source)
    imported = imported_names(ast.parse(source).body)
    if names is None:
        return ["imports without __all__"] if imported else []
    found = []
    if names != in_order(names):
        found.append("__all__ is not sorted, or repeats a name")
    found += [f"{name} is imported and not in __all__" for name in sorted(imported - set(names))]
    found += [f"{name} is in __all__ and not imported" for name in sorted(set(names) - imported)]
    return found


def private_import_faults(source: str, *, importer: str, is_package: bool = False) -> list[str]:
    """Return each import in *importer* of what is private to a package that it is not part of."""
    package = importer if is_package else importer.rpartition(".")[0]
    found = []
    for node in ast.walk(ast.parse(source)):
        targets: list[str] = []
        if isinstance(node, ast.Import):
            targets = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = importlib.util.resolve_name("." * node.level + (node.module or ""), package)
            targets = [f"{base}.{alias.name}" for alias in node.names]
        for target in targets:
            parts = target.split(".")
            owner = ".".join(itertools.takewhile(lambda part: not is_private(part), parts))
            ours = parts[0] == "ecomkit" and owner != target
            if ours and not f"{package}.".startswith(f"{owner}."):
                found.append(f"{importer}:{node.lineno}: {target}")
    return found


def strangers(names: Iterable[str], *, rooms: set[str]) -> list[str]:
    """Return those of *names* that are neither the front door, nor a room, nor inside a wing."""
    places = {"ecomkit", *(f"ecomkit.{room}" for room in rooms)}
    return [
        name
        for name in names
        if name not in places and (name.rpartition(".")[0] not in WINGS or name not in PACKAGES)
    ]


# -- the rules find what is planted ---------------------------------------------------------------


@pytest.mark.parametrize(
    "planted",
    [
        "from ecomkit.money._amount import Money",
        '"""Money."""\nLIMIT = 3',
        '"""Money."""\ndef helper(): ...',
        '"""Money."""\nimport sys\nif sys.platform == "win32":\n    import winreg',
        '"""Money."""\ndef __getattr__(name): ...',
    ],
)
def test_a_planted_statement_is_found(planted: str) -> None:
    """An ``__init__`` with more than a docstring, imports and ``__all__`` is seen."""
    assert len(init_faults(planted)) == 1


def test_only_the_front_door_may_load_on_first_use() -> None:
    """A lazy door is allowed where it is asked for, and even there helpers are not."""
    source = (
        '"""The door."""\nfrom typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import ecomkit\n'
        '_HOMES = {"Money": "money"}\ndef __getattr__(name): ...\ndef __dir__(): ...\n'
    )

    assert init_faults(source, door=True) == []
    assert len(init_faults(source)) == 4
    assert len(init_faults(source + "def helper(): ...", door=True)) == 1


@pytest.mark.parametrize(
    "planted",
    [
        "from ecomkit.money._amount import Money",
        "from ecomkit.money._amount import Currency, Money\n__all__ = ['Money', 'Currency']",
        "from ecomkit.money._amount import Money\n__all__ = ['Money', 'Money']",
        "from ecomkit.money._amount import Currency, Money\n__all__ = ['Money']",
        "from ecomkit.money._amount import Money\n__all__ = ['Currency', 'Money']",
    ],
)
def test_a_planted_list_of_names_is_found(planted: str) -> None:
    """An ``__all__`` that is missing, unsorted, repeated, short or too long is seen."""
    assert len(all_faults(planted)) == 1


@pytest.mark.parametrize(
    "planted",
    [
        "from ecomkit.stock._levels import Level",
        "import ecomkit.stock._levels",
        "from ecomkit.stock import _levels",
        "from ..stock._levels import Level",
        "from ecomkit.money import _helper",
    ],
)
def test_a_planted_private_import_is_found(planted: str) -> None:
    """An import of a private file or name of another room is seen, however it is spelt."""
    assert len(private_import_faults(planted, importer="ecomkit.orders._lines")) == 1


def test_a_room_may_import_its_own_files_and_the_shared_checks() -> None:
    """Private files are shared inside their room, and ``ecomkit._checks`` inside ecomkit."""
    source = "from ecomkit._checks import is_a\nfrom ecomkit.stock._levels import Level"

    assert private_import_faults(source, importer="ecomkit.stock._holds") == []
    assert private_import_faults(source, importer="ecomkit.stock", is_package=True) == []
    assert len(private_import_faults(source, importer="examples.tour")) == 2


@pytest.mark.parametrize(
    "planted",
    ["ecomkit.utils", "ecomkit.money.rates", "ecomkit.adapters.etsy", "ecomkit.adapters.http.vcr"],
)
def test_a_planted_stranger_is_found(planted: str) -> None:
    """A public module that is no room, and no package that stands in a wing, is seen."""
    names = ["ecomkit", "ecomkit.money", "ecomkit.adapters", "ecomkit.adapters.http"]

    assert strangers([*names, planted], rooms={"money", "adapters"}) == [planted]


# -- the tree -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PACKAGES)
def test_a_package_holds_no_code_of_its_own(name: str) -> None:
    """A package's ``__init__`` holds its docstring, its imports and ``__all__``."""
    source = MODULES[name].read_text(encoding="utf-8")

    assert init_faults(source, door=name == "ecomkit") == []


@pytest.mark.parametrize("name", PACKAGES)
def test_a_package_declares_what_it_imports(name: str) -> None:
    """``__all__`` of a package is sorted, and holds all that the package imports and nothing else."""
    assert all_faults(MODULES[name].read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("name", PUBLIC)
def test_what_is_declared_is_there(name: str) -> None:
    """Each name in ``__all__`` can be imported, and ``__all__`` is sorted."""
    module = importlib.import_module(name)
    names = list(getattr(module, "__all__", []))

    assert names == in_order(names)
    assert [missing for missing in names if not hasattr(module, missing)] == []


def test_private_files_stay_in_their_rooms() -> None:
    """No file imports a private file of another room, and examples import public names only."""
    found = [
        fault
        for name, path in MODULES.items()
        for fault in private_import_faults(
            path.read_text(encoding="utf-8"),
            importer=name,
            is_package=path.name == "__init__.py",
        )
    ]
    for path in sorted((ROOT / "examples").rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        found += private_import_faults(text, importer=f"examples.{path.stem}")

    assert found == []


def test_every_public_module_is_on_the_map() -> None:
    """Public modules are the rooms of the layers contract, and the packages inside the wings."""
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = config["tool"]["importlinter"]["contracts"]
    (layers,) = (contract["layers"] for contract in contracts if contract["id"] == "layers")
    rooms = {room for layer in layers for room in re.findall(r"\w+", layer)}

    assert strangers(PUBLIC, rooms=rooms) == []


def test_a_fake_is_of_a_system_that_has_a_client() -> None:
    """Each package of the fakes has the name of the client that is held against it."""
    systems = {
        name.rpartition(".")[2] for name in PACKAGES if name.startswith("ecomkit.adapters.")
    }
    fakes = {
        name.rpartition(".")[2] for name in PACKAGES if name.startswith("ecomkit.testing.fakes.")
    }

    assert fakes - systems == set()
