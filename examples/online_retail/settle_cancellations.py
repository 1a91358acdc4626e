"""
Settles every cancellation of a real year: python examples/online_retail/settle_cancellations.py.

Each cancelled row with an earlier sale is a return of that sale, from its request to its refund;
what cannot be matched is listed by reason. It takes half a minute and writes nothing.
"""

from __future__ import annotations

import sys
from pathlib import Path

if __name__ == "__main__":
    # Run as a script, the folder above the package is not on the path.
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from online_retail._assumptions import Selection
from online_retail._settled_year import settle_year
from online_retail._world import World

__all__ = ["main"]


def main() -> None:
    """Settle the year, and print what became of it."""
    print(settle_year(World(selection=Selection.everything()).events()).explain())


if __name__ == "__main__":
    main()
