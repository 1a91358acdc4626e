"""Real servers on loopback for tests: each is a context manager that leaves nothing behind."""

from ._oscar import OscarServer, install_oscar, oscar_server
from ._oscar_shop import OscarShop
from ._postgres import Cluster, durable_cluster, postgres_cluster
from ._process import UnavailableError
from ._shopping import Burst, Purchase, burst
from ._vendure import VendureServer, install_vendure, vendure_server
from ._vendure_shop import VendureShop

__all__ = [
    "Burst",
    "Cluster",
    "OscarServer",
    "OscarShop",
    "Purchase",
    "UnavailableError",
    "VendureServer",
    "VendureShop",
    "burst",
    "durable_cluster",
    "install_oscar",
    "install_vendure",
    "oscar_server",
    "postgres_cluster",
    "vendure_server",
]
