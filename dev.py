#!/usr/bin/env python3
"""
Everything a contributor runs, with nothing to install first: python3 dev.py COMMAND.

It makes .venv, installs there what the command needs (once, and again only when pyproject.toml or
constraints.txt changed), then runs the command with the arguments that follow it.

This file keeps to syntax that Python 2.7 and 3.4 can read, so that an old Python answers with one
sentence rather than with a syntax error.
"""

from __future__ import print_function

import hashlib
import json
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.abspath(__file__))
PYTHON_MIN = (3, 11)

# A broken core miscounts money or stock, so each line and branch of these rooms is tested.
ROOMS_COVERED_FULLY = ("money", "stock", "orders", "returns", "replenishment")

# What `test` takes for itself; pytest gets the rest.
OURS = ("--all", "--coverage")

USAGE = """\
usage: python3 dev.py COMMAND [arguments for the command]

  demo      a year of a real shop, replayed         (--whole-year, --channels, --resume)
  test      the tests, but the slow ones            (--all runs those too; --coverage holds them
                                                     against what is asked for; the rest goes
                                                     to pytest)
  check     linters, import contracts, type checkers
  docs      build docs/_build/html, warnings are errors
  bench     the benchmarks
  compare   all stores and the model side by side   (--steps N, --seed S, --postgres DSN)
  histories generated returns against plain figures (--count N, --seed S, --workers N)
  fix       mend and format what the linter can
"""


# -- what must be there before anything can run ---------------------------------------------------


def complaint(version, modules, executable):
    """Return the sentence that says what is missing, or None if nothing is."""
    if tuple(version[:2]) < PYTHON_MIN:
        return (
            "ecomkit needs Python {0}.{1} or newer and this is Python {2}.{3} ({4}): install one"
            " from https://www.python.org/downloads/ or with your package manager, and run it by"
            " its name, as in `python3.13 dev.py demo`."
        ).format(PYTHON_MIN[0], PYTHON_MIN[1], version[0], version[1], executable)
    missing = [name for name in ("venv", "ensurepip") if name not in modules]
    if missing:
        return (
            "This Python ({0}) came without {1}, which make the virtual environment: on Debian and"
            " Ubuntu run `apt install python3-venv`, elsewhere install Python from"
            " https://www.python.org/downloads/."
        ).format(executable, " and ".join(missing))
    return None


def importable(names):
    """Return those of *names* that this Python can import."""
    found = []
    for name in names:
        try:
            __import__(name)
        except ImportError:
            continue
        found.append(name)
    return found


# -- the environment ------------------------------------------------------------------------------


def script(root, name):
    """Return the path of a program inside .venv."""
    if os.name == "nt":
        return os.path.join(root, ".venv", "Scripts", name + ".exe")
    return os.path.join(root, ".venv", "bin", name)


def read(path):
    """Return the bytes of a file, none if it is not there."""
    if not os.path.exists(path):
        return b""
    with open(path, "rb") as file:
        return file.read()


def fingerprint(root):
    """Return a hash of all that decides what is installed; pyvenv.cfg names the Python version."""
    digest = hashlib.sha256()
    for parts in (("pyproject.toml",), ("constraints.txt",), (".venv", "pyvenv.cfg")):
        content = read(os.path.join(root, *parts))
        digest.update(str(len(content)).encode("ascii") + b":" + content)
    return digest.hexdigest()


def stamp_path(root):
    """Return where the finished installs are noted."""
    return os.path.join(root, ".venv", "dev-stamp.json")


def installed(root):
    """Return the sets whose install finished and is still what pyproject.toml asks for."""
    try:
        stamp = json.loads(read(stamp_path(root)).decode("utf-8"))
        valid = stamp["fingerprint"] == fingerprint(root)
        return list(stamp["sets"]) if valid else []
    except (ValueError, KeyError, TypeError):  # absent, cut off or not ours: install again
        return []


def write_stamp(root, sets):
    """Note the finished *sets*, in one step, so that half a stamp cannot exist."""
    path = stamp_path(root)
    with open(path + ".new", "w") as file:
        json.dump({"fingerprint": fingerprint(root), "sets": sorted(sets)}, file)
    os.replace(path + ".new", path)


def flat(groups, name):
    """Return the requirements of the dependency group *name*, those it includes among them."""
    found = []
    for item in groups[name]:
        found += flat(groups, item["include-group"]) if isinstance(item, dict) else [item]
    return found


def requirements(project, sets):
    """
    Return pip's arguments for *sets*: dependency groups, or extras in square brackets.

    The groups are read here since the pip of Python 3.11 and 3.12 has no ``--group``. What asks
    for ecomkit itself becomes an extra of the editable install.
    """
    asked = []
    for item in sets:
        asked += [item] if item.startswith("[") else flat(project["dependency-groups"], item)
    name = project["project"]["name"]
    asked = [item[len(name) :] if item.startswith(name + "[") else item for item in asked]
    brackets = [item[1:-1] for item in asked if item.startswith("[")]
    extras = sorted({part.strip() for item in brackets for part in item.split(",")})
    editable = ".[" + ",".join(extras) + "]" if extras else "."
    return ["-e", editable] + sorted({item for item in asked if not item.startswith("[")})


def load_project(root):
    """Return pyproject.toml as a dict; tomllib came with Python 3.11."""
    import tomllib  # noqa: PLC0415 - an old Python has to be able to read this file

    return tomllib.loads(read(os.path.join(root, "pyproject.toml")).decode("utf-8"))


def ensure(root, sets, run):
    """Make .venv and install what *sets* lack; return 0, or the exit code of what failed."""
    python = script(root, "python")
    if not os.path.exists(python):
        print("dev.py: making .venv", file=sys.stderr)
        code = run([sys.executable, "-m", "venv", "--clear", os.path.join(root, ".venv")])
        if code:
            return code
    have = installed(root)
    lacking = [item for item in sets if item not in have]
    if not lacking:
        return 0
    print("dev.py: installing " + ", ".join(lacking) + " (once)", file=sys.stderr)
    # The stamp goes first and comes back last: an install that is cut off leaves none.
    if os.path.exists(stamp_path(root)):
        os.remove(stamp_path(root))
    command = [python, "-m", "pip", "install", "--disable-pip-version-check", "--quiet"]
    if os.path.exists(os.path.join(root, "constraints.txt")):
        command += ["-c", "constraints.txt"]
    # All sets in one go, the old ones too, so that pip sees every requirement at once.
    everything = sorted(set(have) | set(sets))
    code = run(command + requirements(load_project(root), everything))
    if code:
        print("dev.py: the install failed, the next run tries again", file=sys.stderr)
        return code
    write_stamp(root, everything)
    return 0


# -- the commands ---------------------------------------------------------------------------------


def run_command(command):
    """Run *command* in the root and return its exit code, as a shell would."""
    process = subprocess.Popen(command, cwd=ROOT)
    while True:
        try:
            code = process.wait()
        except KeyboardInterrupt:
            continue  # the child got the same Ctrl-C and says its last words
        return code if code >= 0 else 128 - code


def all_of(commands):
    """Run all *commands*, say how each ended, and return the worst exit code."""
    codes = []
    for command in commands:
        print("$ " + " ".join([os.path.basename(command[0])] + command[1:]))
        sys.stdout.flush()
        codes.append(run_command(command))
    for command, code in zip(commands, codes):  # noqa: B905 - strict= came with Python 3.10
        words = " ".join([os.path.basename(command[0])] + command[1:])
        print("{0:<8}{1}".format("failed" if code else "ok", words[:60]))
    sys.stdout.flush()
    return max(codes)


def pytest_arguments(arguments):
    """Return what pytest gets: on all cores, without the slow tests unless asked for."""
    # By file, since the examples of one docstring build on each other.
    chosen = ["-n", "auto", "--dist", "loadfile"]
    if "--all" not in arguments:
        chosen += ["-m", "not slow"]
    return chosen + [argument for argument in arguments if argument not in OURS]


def demo(arguments):
    """Replay a year of a shop."""
    path = os.path.join("examples", "online_retail", "demo.py")
    return run_command([script(ROOT, "python"), path] + arguments)


def test(arguments):
    """Run the tests."""
    if "--coverage" in arguments:
        return coverage(arguments)
    return run_command([script(ROOT, "python"), "-m", "pytest"] + pytest_arguments(arguments))


def check(arguments):
    """Run all that reads the code without running it."""
    return all_of(
        [
            [script(ROOT, "ruff"), "check"] + arguments,
            [script(ROOT, "ruff"), "format", "--check"] + arguments,
            [script(ROOT, "lint-imports")],
            [script(ROOT, "mypy")],
            # Told which Python, since it looks for packages in the one on the PATH otherwise.
            [script(ROOT, "pyright"), "--pythonpath", script(ROOT, "python")],
        ]
    )


def docs(arguments):
    """Build the documentation; a warning is an error."""
    target = os.path.join("docs", "_build", "html")
    command = [script(ROOT, "sphinx-build"), "-W", "-n", "--keep-going"]
    return run_command(command + arguments + ["docs", target])


def compare(arguments):
    """Drive all stores and the model side by side: --steps N --seed S."""
    return run_command(
        [script(ROOT, "python"), os.path.join("tests", "stores", "compare.py")] + arguments
    )


def histories(arguments):
    """Replay generated histories of returns: --count N --seed S."""
    return run_command(
        [script(ROOT, "python"), os.path.join("tests", "laws", "long_returns.py")] + arguments
    )


def bench(arguments):
    """Run the benchmarks."""
    return run_command([script(ROOT, "python"), os.path.join("benchmarks", "run.py")] + arguments)


def fix(arguments):
    """Mend and format what the linter can."""
    ruff = script(ROOT, "ruff")
    return all_of([[ruff, "check", "--fix"] + arguments, [ruff, "format"] + arguments])


def coverage(arguments):
    """Run the tests and hold them against the coverage that is asked for."""
    tool = [script(ROOT, "coverage")]
    run_command(tool + ["erase"])
    code = run_command(tool + ["run", "-m", "pytest"] + pytest_arguments(arguments))
    run_command(tool + ["combine", "--quiet"])
    full = ",".join("*/ecomkit/{0}/*".format(room) for room in ROOMS_COVERED_FULLY)
    reports = [
        tool + ["report"],  # all rooms, against fail_under in pyproject.toml
        tool + ["report", "--fail-under=100", "--include=" + full],
    ]
    return max(code, all_of(reports))


# Each command with what it needs: a dependency group, or an extra in square brackets.
COMMANDS = {
    "demo": (demo, ["[report]"]),
    "test": (test, ["tests"]),
    "check": (check, ["lint", "types"]),
    "docs": (docs, ["docs"]),
    "bench": (bench, ["bench", "tests"]),
    "compare": (compare, ["tests"]),
    "histories": (histories, ["tests"]),
    "fix": (fix, ["lint"]),
}


def main(arguments):
    """Run one command; return its exit code."""
    problem = complaint(sys.version_info, importable(["venv", "ensurepip"]), sys.executable)
    if problem:
        print(problem, file=sys.stderr)
        return 2
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        print(USAGE, end="")
        return 0
    if arguments[0] not in COMMANDS:
        print("dev.py: no command {0!r}\n\n{1}".format(arguments[0], USAGE), file=sys.stderr)
        return 2
    command, sets = COMMANDS[arguments[0]]
    return ensure(ROOT, sets, run_command) or command(arguments[1:])


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
