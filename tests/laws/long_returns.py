"""
Replay generated histories of returns, on all cores, for as long as you like.

``python tests/laws/long_returns.py --count 1000000 --seed 1`` compares each amount of each history
with plain arithmetic, and fails if one of them is a minor unit off.
"""

import argparse
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from return_histories import Found, replay

AT_A_TIME = 2_000


def say(text: str) -> None:
    """Write a line at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> int:
    """Replay, and say what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, help="processes; one for each core unless given")
    arguments = parser.parse_args()
    started = time.monotonic()
    chunks = [
        range(first, min(first + AT_A_TIME, arguments.count))
        for first in range(0, arguments.count, AT_A_TIME)
    ]
    total = Found()
    with ProcessPoolExecutor(arguments.workers) as pool:
        for done, found in enumerate(pool.map(partial(replay, seed=arguments.seed), chunks), 1):
            total = total.plus(found)
            if done % 25 == 0 or done == len(chunks):
                rate = total.histories / (time.monotonic() - started)
                say(f"{total.histories} of {arguments.count}, {rate:.0f} a second")
    say(total.explain())
    return 1 if total.lost else 0


if __name__ == "__main__":
    sys.exit(main())
