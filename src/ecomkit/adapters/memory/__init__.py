"""The reference channel: a marketplace in memory, for tests, demonstrations and simulations."""

from ecomkit.adapters.memory._channel import (
    Comparison,
    MemoryChannel,
)
from ecomkit.adapters.memory._faults import ChannelFaults
from ecomkit.adapters.memory._market import (
    SoldLine,
    UnknownOrderNumberError,
)

__all__ = [
    "ChannelFaults",
    "Comparison",
    "MemoryChannel",
    "SoldLine",
    "UnknownOrderNumberError",
]
