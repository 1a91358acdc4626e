"""What every store has to keep: the laws of the store port, for its author to run."""

from __future__ import annotations

import itertools

from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from ecomkit.identifiers import MerchantId
from ecomkit.testing.conformance._machine import run_store_machine
from ecomkit.testing.conformance._store_erasure import ErasureLaws
from ecomkit.testing.conformance._store_keys import KeyLaws
from ecomkit.testing.conformance._store_ledger import LedgerLaws
from ecomkit.testing.conformance._store_misuse import MisuseLaws
from ecomkit.testing.conformance._store_movements import MovementLaws
from ecomkit.testing.conformance._store_opening import OpeningLaws
from ecomkit.testing.conformance._store_outbox import OutboxLaws
from ecomkit.testing.conformance._store_posting import PostingLaws
from ecomkit.testing.conformance._store_transactions import TransactionLaws
from ecomkit.testing.conformance._store_values import ValueLaws

__all__ = ["StoreConformance"]


class StoreConformance(
    TransactionLaws,
    ValueLaws,
    LedgerLaws,
    MovementLaws,
    OpeningLaws,
    KeyLaws,
    OutboxLaws,
    PostingLaws,
    MisuseLaws,
    ErasureLaws,
):
    """
    The laws of :class:`ecomkit.ports.Store`. Subclass it and say how your store is made.

    .. code-block:: python

        class TestMyStore(StoreConformance):
            def make_store(self, merchant):
                return MyStore(self.url, merchant=merchant)

            def reopen(self, store):
                store.close()
                return MyStore(self.url, merchant=store.merchant)
    """

    def test_agrees_with_the_pure_model(self) -> None:
        """Random commands, repeats, aborts and reopenings lead where the pure model says."""
        runs = itertools.count()
        run_store_machine(
            lambda: [self.make_store(MerchantId(f"machine-{next(runs)}"))],
            reopen=self.reopen,
            settings=hypothesis_settings(
                max_examples=self.examples,
                stateful_step_count=15,
                deadline=None,
                suppress_health_check=[HealthCheck.too_slow],
            ),
        )
