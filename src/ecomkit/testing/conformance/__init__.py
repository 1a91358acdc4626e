"""
Conformance kits: subclass one, say how your system is made, and run it with pytest.

Each law is a test whose docstring states it; a failure tells the author of the adapter what to
mend, and what a system cannot do is skipped by name.
"""

from ecomkit.testing.conformance._awaited import awaited
from ecomkit.testing.conformance._catalog_source import CatalogSourceConformance
from ecomkit.testing.conformance._effect_sinks import (
    CancelSinkConformance,
    FulfilmentSinkConformance,
    RefundSinkConformance,
)
from ecomkit.testing.conformance._listing_sink import ListingSinkConformance
from ecomkit.testing.conformance._machine import run_store_machine
from ecomkit.testing.conformance._order_source import OrderSourceConformance
from ecomkit.testing.conformance._stock_sink import StockSinkConformance
from ecomkit.testing.conformance._store import StoreConformance
from ecomkit.testing.conformance._volume import StoreComparison, compare_stores
from ecomkit.testing.conformance._webhook_source import WebhookSourceConformance

__all__ = [
    "CancelSinkConformance",
    "CatalogSourceConformance",
    "FulfilmentSinkConformance",
    "ListingSinkConformance",
    "OrderSourceConformance",
    "RefundSinkConformance",
    "StockSinkConformance",
    "StoreComparison",
    "StoreConformance",
    "WebhookSourceConformance",
    "awaited",
    "compare_stores",
    "run_store_machine",
]
