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

    Invoices named in *without* are left out.
    """
    source = Path(EXAMPLES) / "online_retail" / "online_retail.csv.xz"

    def write(*codes: str, without: tuple[str, ...] = ()) -> Path:
        path = tmp_path_factory.mktemp("part") / "part.csv.xz"
        with (
            lzma.open(source, "rt", encoding="utf-8", newline="") as whole,
            lzma.open(path, "wt", encoding="utf-8", newline="") as part,
        ):
            rows = csv.reader(whole)
            writer = csv.writer(part)
            writer.writerow(next(rows))
            writer.writerows(
                row for row in rows if row[1].upper() in codes and row[0] not in without
            )
        return path

    return write
