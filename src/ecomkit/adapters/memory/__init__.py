"""The reference channel: a marketplace in memory, for tests, demonstrations and simulations."""

from ecomkit.adapters.memory._channel import (
    Comparison,
    MemoryChannel,
    SoldLine,
    UnknownOrderNumberError,
)
from ecomkit.adapters.memory._faults import ChannelFaults

__all__ = [
    "ChannelFaults",
    "Comparison",
    "MemoryChannel",
    "SoldLine",
    "UnknownOrderNumberError",
]
