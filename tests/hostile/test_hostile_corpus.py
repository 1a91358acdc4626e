"""Whatever comes in ends in a value, in what could not be read, or in an error of ours."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
INPUTS_MIN = 1_000
GROWN_KIB_MAX = 16 << 10


@pytest.fixture(scope="module")
def report() -> Any:
    """Return what came out of the whole corpus, run by a process of its own in about 20 s."""
    ran = subprocess.run(
        [sys.executable, "-m", "hostility"],
        cwd=HERE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [*sys.path, str(HERE)]))},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr[-3_000:]
    return json.loads(ran.stdout)


def test_every_hostile_input_ends_well(report: Any, record_property: Any) -> None:
    """At least a thousand for each client, and none ends in anything but what is ours."""
    inputs, outcomes = report["inputs"], report["outcomes"]
    total = sum(inputs.values())
    record_property(
        "figure",
        f"hostile corpus: {total:,} inputs in {report['seconds']:.1f} s, "
        f"{outcomes['value']:,} values, {outcomes['unreadable']:,} unreadable, "
        f"memory +{report['grown_kib'] / 1024:.1f} MiB, "
        f"slowest {report['slowest_seconds']:.2f} s ({report['slowest']})",
    )

    assert report["failures"] == []
    assert sum(outcomes.values()) == total
    for name in ("shopify", "woocommerce", "vendure", "csv"):
        assert (
            sum(count for group, count in inputs.items() if group.startswith(name)) >= INPUTS_MIN
        )


def test_the_corpus_is_told_apart(report: Any) -> None:
    """Some inputs are harmless, some cannot be read, some are refused: the corpus bites."""
    outcomes = report["outcomes"]

    for word in ("value", "unreadable", "AnswerUnreadableError", "SignatureError", "CsvFileError"):
        assert outcomes[word] >= 50, word


def test_memory_stays_where_it_is(report: Any) -> None:
    """After one of each kind the peak of memory grows by less than 16 MiB over all the others."""
    assert report["grown_kib"] < GROWN_KIB_MAX


def test_a_hostile_reply_is_not_blamed_on_the_program(report: Any) -> None:
    """It is an error of the channel, which nobody mends by calling in another way."""
    assert report["strangers"] == {}
