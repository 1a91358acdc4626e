"""
Run the benchmarks: ``python3 dev.py bench [part of a file's name ...]``.

Prints a line for each: name, value and floor in CPU seconds, their ratio, the ratio that is
wanted at most, and whether the goal is met. A goal that is missed is news and not a failure: the
exit code is 0 unless a benchmark could not run.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

from _harness import HEADER

HERE = Path(__file__).parent


def main(parts: list[str]) -> None:
    """Run the files whose name holds one of *parts*, all of them if none is given."""
    print(HEADER)
    for path in sorted(HERE.glob("bench_*.py")):
        if parts and not any(part in path.stem for part in parts):
            continue
        for result in importlib.import_module(path.stem).benches():
            print(result, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
