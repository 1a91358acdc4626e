"""Files as a channel: orders in from exports, stock and purchase orders out as sheets for people."""

from ecomkit.adapters.csv._async_files import AsyncCsvFiles
from ecomkit.adapters.csv._columns import BlankNumber, OrderColumns, Standing
from ecomkit.adapters.csv._dialect import ENGLISH, FRENCH, CsvDialect
from ecomkit.adapters.csv._errors import CsvFileError
from ecomkit.adapters.csv._files import CsvFiles
from ecomkit.adapters.csv._sheet_columns import ListingColumns, PurchaseOrderColumns
from ecomkit.adapters.csv._sheets import (
    purchase_order_sheet,
    read_listings,
    read_purchase_order,
    stock_sheet,
    write_purchase_order,
)

__all__ = [
    "ENGLISH",
    "FRENCH",
    "AsyncCsvFiles",
    "BlankNumber",
    "CsvDialect",
    "CsvFileError",
    "CsvFiles",
    "ListingColumns",
    "OrderColumns",
    "PurchaseOrderColumns",
    "Standing",
    "purchase_order_sheet",
    "read_listings",
    "read_purchase_order",
    "stock_sheet",
    "write_purchase_order",
]
