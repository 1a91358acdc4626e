"""The system's clock is read in one file, and every instant knows its offset."""

import ast
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "ecomkit"
CLOCK_FILE = "operations/_clock.py"  # the one place that asks the machine for the time
# A client works without the operations, so the session kit has a clock of its own.
CLOCK_FILES = {CLOCK_FILE, "adapters/http/_time.py"}
# Where wall clocks without an offset are worked with: the calendars, and the strategies, since
# Hypothesis wants naive bounds.
WALL_CLOCKS = ("timeline/", "testing/strategies/")

CLOCK_READS = {
    "datetime.date.today",
    "datetime.datetime.now",
    "datetime.datetime.today",
    "datetime.datetime.utcnow",
    "time.ctime",
    "time.gmtime",
    "time.localtime",
    "time.time",
    "time.time_ns",
}
GUESSES = {
    "dateutil.parser.parse",  # "10" is the 10th of this month, and it reads the clock
    "dateutil.parser.parser",
    "datetime.datetime.utcfromtimestamp",  # naive, whatever it is given
}
# How many arguments each needs before one of them is the time zone.
NAIVE_BELOW = {"datetime.datetime": 8, "datetime.datetime.fromtimestamp": 2}


def origins(tree: ast.AST) -> dict[str, str]:
    """Return what each imported name stands for, with its module."""
    names = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.partition(".")[0]
                names[alias.asname or top] = alias.name if alias.asname else top
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            for alias in node.names:
                names[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return names


def dotted(node: ast.AST, names: dict[str, str]) -> str | None:
    """Return the full name of an expression like ``dt.datetime.now``, None if it has none."""
    if isinstance(node, ast.Name):
        return names.get(node.id)
    if isinstance(node, ast.Attribute):
        owner = dotted(node.value, names)
        return None if owner is None else f"{owner}.{node.attr}"
    return None


def faults(source: str, *, filename: str = "x.py") -> list[str]:
    """Return each line that reads the clock or makes an instant without an offset."""
    tree = ast.parse(source)
    names = origins(tree)
    found = []
    for node in ast.walk(tree):
        name = dotted(node, names)
        if name in GUESSES or (name in CLOCK_READS and filename not in CLOCK_FILES):
            found.append(f"{filename}:{node.lineno}: {name}")
        if isinstance(node, ast.Call):
            name = dotted(node.func, names)
            given = {keyword.arg for keyword in node.keywords}
            if (
                name in NAIVE_BELOW
                and len(node.args) < NAIVE_BELOW[name]
                and not given & {"tz", "tzinfo", None}
            ):
                found.append(f"{filename}:{node.lineno}: {name} without a time zone")
            if (
                isinstance(node.func, ast.Attribute)
                and node.func.attr == "replace"
                and not filename.startswith(WALL_CLOCKS)
            ):
                found += [
                    f"{filename}:{node.lineno}: an offset is thrown away"
                    for keyword in node.keywords
                    if keyword.arg == "tzinfo" and ast.unparse(keyword.value) == "None"
                ]
    return found


@pytest.mark.parametrize(
    "planted",
    [
        "from datetime import datetime\nplaced_at = datetime.now()",
        "from datetime import UTC, datetime\nplaced_at = datetime.now(UTC)",
        "import datetime as dt\nclock = dt.datetime.now",
        "import datetime\nplaced_at = datetime.datetime.utcnow()",
        "from datetime import date as day\ntoday = day.today()",
        "import time\nseconds = time.time()",
        "from time import time as seconds\nstart = seconds()",
        "from datetime import datetime\nplaced_at = datetime.fromtimestamp(0)",
        "from datetime import datetime\nplaced_at = datetime.utcfromtimestamp(0)",
        "from datetime import datetime\nplaced_at = datetime(2026, 1, 1)",
        "placed_at = other.replace(tzinfo=None)",
        "from dateutil import parser\nplaced_at = parser.parse('10')",
        "from dateutil.parser import parse\nplaced_at = parse('Tuesday')",
    ],
)
def test_a_planted_fault_is_found(planted: str) -> None:
    """Each way to read the clock or to lose the offset is seen."""
    assert len(faults(planted)) == 1


@pytest.mark.parametrize(
    "sound",
    [
        "now = clock.now()",
        "import time\ndeadline = time.monotonic() + 5",
        "from datetime import UTC, datetime\nplaced_at = datetime(2026, 1, 1, tzinfo=UTC)",
        "from datetime import UTC, datetime\nplaced_at = datetime.fromtimestamp(0, UTC)",
        "from datetime import UTC, datetime\nplaced_at = datetime.fromtimestamp(0, tz=UTC)",
        "from dateutil.parser import isoparse\nplaced_at = isoparse(text)",
    ],
)
def test_sound_code_is_left_alone(sound: str) -> None:
    """What keeps its offset, and what asks a Clock, is no fault."""
    assert faults(sound) == []


def test_the_clock_file_reads_the_clock_and_still_keeps_the_offset() -> None:
    """The one file that may ask the machine may not make naive instants either."""
    source = (
        "from datetime import UTC, datetime\nnow = datetime.now(UTC)\nbad = datetime(2026, 1, 1)"
    )

    assert len(faults(source, filename=CLOCK_FILE)) == 1


def test_calendars_may_work_with_wall_clocks() -> None:
    """A calendar compares what clocks on the wall show, and still does not ask what time it is."""
    wall = "wall = instant.replace(tzinfo=None)"
    source = f"from datetime import UTC, datetime\n{wall}\nnow = datetime.now(UTC)"

    assert faults(wall, filename="timeline/_calendar.py") == []
    assert len(faults(source, filename="timeline/_calendar.py")) == 1


def test_the_sources_read_no_clock() -> None:
    """Outside the clock file, nothing in ecomkit asks what time it is, and no instant is naive."""
    found = [
        fault
        for path in sorted(SOURCE.rglob("*.py"))
        for fault in faults(
            path.read_text(encoding="utf-8"), filename=path.relative_to(SOURCE).as_posix()
        )
    ]

    assert found == []
