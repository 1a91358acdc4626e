"""The first test: ten knitted elephants, two channels."""

import io
import re
import subprocess
import sys
from pathlib import Path

from ecomkit.__main__ import main

TUTORIAL = Path(__file__).parents[2] / "docs" / "tutorial" / "ten-elephants.md"


def told() -> str:
    """Return what the story prints."""
    out = io.StringIO()
    main(out)
    return out.getvalue()


def test_the_elephants_are_all_accounted_for() -> None:
    """Ten on the shelf, eleven sold: five each, one uncovered and then covered, one back."""
    story = told()

    states = re.findall(
        r"on hand (\d+), available (\d+), uncovered (\d+); etsy shows (\d+), web shows (\d+)",
        story,
    )

    assert states == [
        ("10", "10", "0", "10", "10"),
        ("10", "0", "0", "0", "0"),
        ("10", "0", "1", "0", "0"),
        ("0", "0", "0", "0", "0"),
        ("1", "1", "0", "1", "1"),
    ]
    assert "paid back 25.00 EUR" in story
    assert "0 faults, 0 units promised twice" in story


def test_the_tutorial_prints_what_the_command_prints() -> None:
    """The first page of the docs shows the command's output, word for word."""
    [shown] = re.findall(
        r"^```text\n(.*?)^```", TUTORIAL.read_text("utf-8"), re.DOTALL | re.MULTILINE
    )

    assert shown == told()


def test_it_is_a_command() -> None:
    """``python -m ecomkit`` tells it on standard output, and nothing on standard error."""
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-m", "ecomkit"],
        capture_output=True,
        check=True,
        encoding="utf-8",
    )

    assert (done.stdout, done.stderr) == (told(), "")
