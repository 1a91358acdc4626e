"""Read by the type checkers and never run: what users may rely on their own checkers to see."""

from typing import assert_type

import ecomkit
from ecomkit.adapters.memory import MemoryChannel
from ecomkit.channels import (
    CatalogSource,
    FulfilmentSink,
    OrderSource,
    PayloadReader,
    RefundSink,
    StockSink,
    StockSource,
)
from ecomkit.errors import EcomkitError, FieldError
from ecomkit.identifiers import LocationId, OrderId, Sku


def reads_a_sku(sku: Sku) -> str:
    """Take a sku where text is wanted."""
    return sku


assert_type(Sku("ELEPHANT-KNIT"), Sku)
assert_type(FieldError(owner="OrderLine", field="quantity", got=0, wanted="1").message, str)

# An order is no sku, and neither is any text; strict checkers report a suppression that is not needed.
reads_a_sku(OrderId("1001"))  # type: ignore[arg-type]  # the mistake that is meant
reads_a_sku("ELEPHANT-KNIT")  # type: ignore[arg-type]  # the mistake that is meant

places: tuple[LocationId, ...] = (LocationId("PARIS"),)
error: EcomkitError = FieldError(owner="OrderLine", field="quantity", got=0, wanted="1")

# The front door shows the checkers the very classes that it loads at run time.
assert_type(ecomkit.Sku("ELEPHANT-KNIT"), Sku)
assert_type(ecomkit.Money(1999, ecomkit.Currency.EUR) * 2, ecomkit.Money)


def plays_its_roles(channel: MemoryChannel) -> None:
    """Take the reference channel where each of its roles is wanted."""
    _source: OrderSource = channel
    _reader: PayloadReader = channel
    _sink: StockSink = channel
    _readback: StockSource = channel
    _catalog: CatalogSource = channel
    _fulfilment: FulfilmentSink = channel
    _refunds: RefundSink = channel


def keeps_books(memory: ecomkit.MemoryStore, sqlite: ecomkit.SqliteStore) -> list[ecomkit.Shop]:
    """Take either store where a store is wanted."""
    return [ecomkit.Shop(store=memory), ecomkit.Shop(store=sqlite)]
