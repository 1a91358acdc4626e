"""dev.py, the first thing that a newcomer runs, speaks plainly and installs once."""

import ast
import importlib.util
import io
import json
import sys
import tokenize
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
PATH = ROOT / "dev.py"

PROJECT = """
[project]
name = "ecomkit"

[dependency-groups]
tests = ["ecomkit[testing,report]", "sybil>=9"]
lint = ["ruff>=0.9"]
dev = [{ include-group = "tests" }, { include-group = "lint" }]
"""


def load() -> ModuleType:
    """Return dev.py as a module; it is a script and not on the path."""
    spec = importlib.util.spec_from_file_location("dev", PATH)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


dev = load()


class Installer:
    """Notes the commands that it is given, and does what they would leave behind."""

    def __init__(self, root: Path, *, code: int = 0) -> None:
        self.root = root
        self.code = code
        self.commands: list[list[str]] = []

    def __call__(self, command: list[str]) -> int:
        """Pretend to run *command*."""
        self.commands.append(command)
        if "venv" in command:
            python = Path(dev.script(str(self.root), "python"))
            python.parent.mkdir(parents=True)
            python.touch()
            (self.root / ".venv" / "pyvenv.cfg").write_text("version = 3.11.2\n")
            return 0
        return self.code


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A checkout with nothing installed."""
    (tmp_path / "pyproject.toml").write_text(PROJECT)
    (tmp_path / "constraints.txt").write_text("attrs==26.1.0\n")
    return tmp_path


# -- an old Python --------------------------------------------------------------------------------


def test_an_old_python_can_read_it() -> None:
    """The file has no syntax that came after Python 3.4, so that an old one reaches the message."""
    source = PATH.read_text(encoding="utf-8")

    tree = ast.parse(source, feature_version=(3, 4))

    late = (ast.JoinedStr, ast.AnnAssign, ast.NamedExpr, ast.AsyncFunctionDef, ast.Match)
    assert [node.lineno for node in ast.walk(tree) if isinstance(node, late)] == []


def test_python_2_can_read_it() -> None:
    """Nothing that only Python 3 reads: annotations, nonlocal, keyword-only, starred, raise from."""
    source = PATH.read_text(encoding="utf-8")
    tree = ast.parse(source)
    late = [
        node
        for node in ast.walk(tree)
        if isinstance(node, (ast.Nonlocal, ast.YieldFrom))
        or (isinstance(node, ast.Starred) and isinstance(node.ctx, ast.Store))
        or (isinstance(node, ast.Raise) and node.cause is not None)
        or (isinstance(node, ast.arg) and node.annotation is not None)
        or (isinstance(node, ast.FunctionDef) and (node.returns or node.args.kwonlyargs))
    ]
    words = tokenize.generate_tokens(io.StringIO(source).readline)
    numbers = [
        word.string for word in words if word.type == tokenize.NUMBER and "_" in word.string
    ]

    assert late == []
    assert numbers == []
    assert source.isascii()  # Python 2 wants a declaration otherwise
    assert "from __future__ import print_function" in source


def test_an_old_python_is_named_with_the_way_out() -> None:
    """The message says which Python was found and how to get another."""
    message = dev.complaint((3, 9, 18), ["venv", "ensurepip"], "/usr/bin/python3")

    assert "Python 3.9 (/usr/bin/python3)" in message
    assert "needs Python 3.11" in message
    assert "python.org/downloads" in message


def test_a_python_without_venv_is_named_with_the_way_out() -> None:
    """Debian splits venv off, and the message names the package that brings it back."""
    message = dev.complaint((3, 11, 2), ["venv"], "/usr/bin/python3")

    assert "without ensurepip" in message
    assert "apt install python3-venv" in message


def test_a_fit_python_gets_no_complaint() -> None:
    """From 3.11 on, with venv, there is nothing to say."""
    assert dev.complaint((3, 11, 0), ["venv", "ensurepip"], "python3") is None
    assert dev.complaint((4, 0, 0), ["venv", "ensurepip"], "python3") is None


def test_what_is_missing_ends_in_exit_code_2(monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot start says so by its exit code too."""
    monkeypatch.setattr(dev, "importable", lambda _names: [])

    assert dev.main(["test"]) == 2


def test_importable_names_what_can_be_imported() -> None:
    """The modules that are there are returned, the others left out."""
    assert dev.importable(["json", "no_such_module"]) == ["json"]


# -- installing once ------------------------------------------------------------------------------


def test_the_first_run_makes_the_environment_and_installs(root: Path) -> None:
    """Into a fresh checkout goes .venv, then ecomkit in place, under the constraints."""
    installer = Installer(root)

    code = dev.ensure(str(root), ["tests"], installer)

    make, install = installer.commands
    assert code == 0
    assert make[:3] == [sys.executable, "-m", "venv"]
    assert install[-5:] == ["-c", "constraints.txt", "-e", ".[report,testing]", "sybil>=9"]
    assert "--group" not in install


def test_the_second_run_installs_nothing(root: Path) -> None:
    """What is installed stays, and no network is asked for it."""
    dev.ensure(str(root), ["tests"], Installer(root))
    second = Installer(root)

    assert dev.ensure(str(root), ["tests"], second) == 0
    assert second.commands == []


def test_a_further_set_is_added(root: Path) -> None:
    """Another command's needs come beside those that are there, and both stay noted."""
    dev.ensure(str(root), ["[report]"], Installer(root))
    second = Installer(root)
    dev.ensure(str(root), ["lint"], second)

    assert second.commands[0][-3:] == ["-e", ".[report]", "ruff>=0.9"]
    assert dev.installed(str(root)) == ["[report]", "lint"]


@pytest.mark.parametrize("name", ["pyproject.toml", "constraints.txt", ".venv/pyvenv.cfg"])
def test_a_change_installs_again(root: Path, name: str) -> None:
    """A new requirement, a new pin or another Python makes the old install worthless."""
    dev.ensure(str(root), ["tests"], Installer(root))
    with (root / name).open("a") as file:
        file.write("# changed\n")
    second = Installer(root)
    dev.ensure(str(root), ["tests"], second)

    assert len(second.commands) == 1
    assert dev.installed(str(root)) == ["tests"]


def test_a_failed_install_is_tried_again(root: Path) -> None:
    """An install that failed returns its exit code and leaves no stamp, not even the old one."""
    dev.ensure(str(root), ["lint"], Installer(root))

    assert dev.ensure(str(root), ["tests"], Installer(root, code=7)) == 7
    assert dev.installed(str(root)) == []


def test_an_interrupted_install_is_tried_again(root: Path) -> None:
    """Ctrl-C in the middle of an install leaves no stamp behind."""
    dev.ensure(str(root), ["lint"], Installer(root))

    def interrupted(_command: list[str]) -> int:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        dev.ensure(str(root), ["tests"], interrupted)

    assert dev.installed(str(root)) == []


def test_an_environment_that_cannot_be_made_ends_the_run(root: Path) -> None:
    """Without .venv nothing is installed anywhere else."""
    commands: list[list[str]] = []

    def failing(command: list[str]) -> int:
        commands.append(command)
        return 3

    assert dev.ensure(str(root), ["tests"], failing) == 3
    assert len(commands) == 1


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", '{"sets": ["tests"]}', '{"fingerprint": 1}']
)
def test_a_damaged_stamp_is_no_stamp(root: Path, text: str) -> None:
    """A stamp that cannot be read makes the next run install."""
    (root / ".venv").mkdir()
    Path(dev.stamp_path(str(root))).write_text(text)

    assert dev.installed(str(root)) == []


def test_a_stamp_says_what_it_is_for(root: Path) -> None:
    """The stamp holds the fingerprint and the sets, nothing of this machine."""
    dev.ensure(str(root), ["tests"], Installer(root))
    stamp = json.loads(Path(dev.stamp_path(str(root))).read_text())

    assert stamp == {"fingerprint": dev.fingerprint(str(root)), "sets": ["tests"]}


# -- what is installed, and what is run -----------------------------------------------------------


def test_groups_are_read_without_pip(root: Path) -> None:
    """Included groups are followed, and what asks for ecomkit becomes its extra."""
    project = dev.load_project(str(root))

    assert dev.requirements(project, ["dev"]) == [
        "-e",
        ".[report,testing]",
        "ruff>=0.9",
        "sybil>=9",
    ]
    assert dev.requirements(project, ["lint"]) == ["-e", ".", "ruff>=0.9"]
    assert dev.requirements(project, ["[report]"]) == ["-e", ".[report]"]


@pytest.mark.parametrize("command", sorted(dev.COMMANDS))
def test_each_command_is_explained_and_needs_what_exists(command: str) -> None:
    """The usage names every command, and its sets are groups or extras of pyproject.toml."""
    project = dev.load_project(str(ROOT))
    known = {*project["dependency-groups"]}
    known |= {f"[{extra}]" for extra in project["project"]["optional-dependencies"]}

    assert f"\n  {command} " in dev.USAGE
    assert set(dev.COMMANDS[command][1]) <= known


def test_the_slow_tests_run_when_asked_for() -> None:
    """Slow tests are left out unless --all is given, and the rest goes to pytest."""
    assert dev.pytest_arguments(["-x"]) == [
        "-n",
        "auto",
        "--dist",
        "loadfile",
        "-m",
        "not slow",
        "-x",
    ]
    assert dev.pytest_arguments(["--all", "-x"]) == ["-n", "auto", "--dist", "loadfile", "-x"]


def test_no_command_prints_the_usage(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a command the usage is shown, and that is no failure."""
    assert dev.main([]) == 0
    assert capsys.readouterr().out == dev.USAGE


def test_an_unknown_command_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    """A slip of the pen is answered with the word and the usage."""
    assert dev.main(["tset"]) == 2
    assert "no command 'tset'" in capsys.readouterr().err


def test_exit_codes_come_through() -> None:
    """What a command answers is what dev.py answers, a signal as a shell shows it."""
    assert dev.run_command([sys.executable, "-c", "raise SystemExit(7)"]) == 7
    if sys.platform != "win32":
        assert dev.run_command([sys.executable, "-c", "import os; os.kill(os.getpid(), 9)"]) == 137


def test_all_commands_run_though_one_fails(capfd: pytest.CaptureFixture[str]) -> None:
    """Each tool of a check gets its say, and the answer is the worst of theirs."""
    codes = [0, 3, 1]
    commands = [[sys.executable, "-c", f"raise SystemExit({code})"] for code in codes]

    assert dev.all_of(commands) == 3
    assert [line.split()[0] for line in capfd.readouterr().out.splitlines()[-3:]] == [
        "ok",
        "failed",
        "failed",
    ]
