"""
Stateful fakes of remote systems, on a core install: no Hypothesis, no pytest, no network.

A fake keeps orders, stock and settings as its system does and answers as the vendor answers.
It goes into the place of the network (``Kit(transport=fake.transport)``), or behind a real
socket (:func:`serve`).
"""

from ecomkit.testing.fakes._graphql import (
    Asked,
    GraphQLError,
    Resolver,
    execute,
)
from ecomkit.testing.fakes._loopback import (
    serve,
)
from ecomkit.testing.fakes._system import (
    Allowance,
    FakeSystem,
    WireFaults,
)

__all__ = [
    "Allowance",
    "Asked",
    "FakeSystem",
    "GraphQLError",
    "Resolver",
    "WireFaults",
    "execute",
    "serve",
]
