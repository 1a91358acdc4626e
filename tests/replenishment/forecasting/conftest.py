"""What several tests of forecasts need: real histories, and drawn ones."""

import csv
import lzma
from pathlib import Path

import pytest

CARPARTS = Path(__file__).parents[3] / "examples" / "purchase_plan" / "carparts.csv.xz"


@pytest.fixture(scope="session")
def carparts() -> list[list[int]]:
    """The complete monthly series of the carparts data (Hyndman et al., 2008)."""
    with lzma.open(CARPARTS, mode="rt", encoding="utf-8", newline="") as lines:
        months = list(csv.reader(lines))[1:]
    parts = zip(*(month[1:] for month in months), strict=True)
    return [[int(float(units)) for units in part] for part in parts if all(part)]
