"""What a run cost the machine."""

from __future__ import annotations

import sys

__all__ = ["peak_memory_mb"]


def peak_memory_mb() -> int | None:
    """Return the most memory that this process had, in megabytes; None where nobody counts it."""
    if sys.platform == "win32":
        return None
    import resource  # noqa: PLC0415 - not on Windows

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # Linux counts in kilobytes, macOS in bytes.
    return peak // (1_000_000 if sys.platform == "darwin" else 1_000)
