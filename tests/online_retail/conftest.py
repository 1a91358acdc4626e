"""The examples are no package of ecomkit: their folder is put on the path for their tests."""

import csv
import lzma
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

EXAMPLES = str(Path(__file__).parents[2] / "examples")

if EXAMPLES not in sys.path:
    sys.path.insert(0, EXAMPLES)


@pytest.fixture(scope="module")
def part_of_the_file(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """
    Write the rows of some stock codes to a file of their own, which is read in no time.

    The rows of invoices that *small* names are written with a quantity of 12 or -12.
    """
    source = Path(EXAMPLES) / "online_retail" / "online_retail.csv.xz"

    def write(*codes: str, small: tuple[str, ...] = ()) -> Path:
        path = tmp_path_factory.mktemp("part") / "part.csv.xz"
        with (
            lzma.open(source, "rt", encoding="utf-8", newline="") as whole,
            lzma.open(path, "wt", encoding="utf-8", newline="") as part,
        ):
            rows = csv.reader(whole)
            writer = csv.writer(part)
            writer.writerow(next(rows))
            for row in rows:
                if row[0] in small:
                    row[3] = "-12" if row[3].startswith("-") else "12"
                if row[1].upper() in codes:
                    writer.writerow(row)
        return path

    return write
