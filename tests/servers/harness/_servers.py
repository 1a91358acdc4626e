"""The servers by name: how each starts, and how a shop is opened on it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from ._oscar import oscar_server
from ._oscar_shop import OscarShop
from ._postgres import Cluster
from ._vendure import vendure_server
from ._vendure_shop import VendureShop


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of server."""

    start: Callable[[Cluster], AbstractContextManager[Any]]
    open: Callable[[Any], AbstractContextManager[Any]]


SERVERS = {
    "vendure": Kind(start=vendure_server, open=VendureShop),
    "oscar": Kind(start=oscar_server, open=OscarShop),
}
