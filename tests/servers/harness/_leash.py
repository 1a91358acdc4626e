"""
Run a server that cannot outlive the one who wanted it: ``python _leash.py [options] -- command``.

The holder keeps the other end of this program's standard input. When that end closes, because the
holder closed it or because it died, be it by ``kill -9``, the server is told to stop, then its whole
process group is killed, then its folder is removed.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import threading
from types import FrameType

GRACE = 10.0


def tell(group: int, what: signal.Signals) -> None:
    """Signal a process group, if there still is one."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, what)


def leave(number: int, frame: FrameType | None) -> None:
    """End as if the leash had been let go."""
    del frame
    sys.exit(128 + number)


def main() -> int:
    """Run the command until it ends or until nobody holds the leash."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--user")
    parser.add_argument("--stop", default="SIGTERM")
    parser.add_argument("--remove", required=True)
    parser.add_argument("command", nargs="+")
    options = parser.parse_args()
    stop = signal.Signals[options.stop]

    signal.signal(signal.SIGTERM, leave)
    identity = {"user": options.user, "group": options.user, "extra_groups": []}
    child = subprocess.Popen(
        options.command,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        **(identity if options.user else {}),
    )

    def wait_for_the_end() -> None:
        while os.read(0, 4096):
            pass
        tell(child.pid, stop)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(GRACE)
        tell(child.pid, signal.SIGKILL)

    threading.Thread(target=wait_for_the_end, daemon=True).start()
    try:
        return child.wait()
    finally:
        tell(child.pid, signal.SIGKILL)
        shutil.rmtree(options.remove, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
