"""What is sold: products and their variants, kits, barcodes, and how a channel's sku is read."""

from ecomkit.catalog._catalog import Catalog
from ecomkit.catalog._duplicates import DuplicateError
from ecomkit.catalog._gtin import (
    Gtin,
    GtinCharacterError,
    GtinCheckDigitError,
    GtinError,
    GtinLengthError,
    GtinZeroError,
    check_digit,
)
from ecomkit.catalog._kit import Component, Kit, KitCycleError, Kits, explode, kit_available
from ecomkit.catalog._product import Option, Product, Variant
from ecomkit.catalog._sku_policy import (
    SkuBlanks,
    SkuCase,
    SkuChange,
    SkuFault,
    SkuPolicy,
    SkuRead,
    SkuRefused,
    SkuStep,
    SkuUnicode,
)

__all__ = [
    "Catalog",
    "Component",
    "DuplicateError",
    "Gtin",
    "GtinCharacterError",
    "GtinCheckDigitError",
    "GtinError",
    "GtinLengthError",
    "GtinZeroError",
    "Kit",
    "KitCycleError",
    "Kits",
    "Option",
    "Product",
    "SkuBlanks",
    "SkuCase",
    "SkuChange",
    "SkuFault",
    "SkuPolicy",
    "SkuRead",
    "SkuRefused",
    "SkuStep",
    "SkuUnicode",
    "Variant",
    "check_digit",
    "explode",
    "kit_available",
]
