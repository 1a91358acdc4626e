"""
ecomkit: one truth about stock over all sales channels.

The names that scripts use, each loaded when it is first used: importing this package alone
loads nothing else. Whole rooms are imported by their own names, such as ``ecomkit.stock``.
"""

TYPE_CHECKING = False  # as typing has it, whose import would cost more than this whole package

if TYPE_CHECKING:
    from ecomkit.adapters.memory import MemoryChannel as MemoryChannel
    from ecomkit.catalog import (
        Catalog as Catalog,
    )
    from ecomkit.catalog import (
        Gtin as Gtin,
    )
    from ecomkit.catalog import (
        Kit as Kit,
    )
    from ecomkit.catalog import Measure as Measure
    from ecomkit.catalog import (
        Product as Product,
    )
    from ecomkit.catalog import (
        SkuPolicy as SkuPolicy,
    )
    from ecomkit.catalog import (
        Variant as Variant,
    )
    from ecomkit.channels import ChannelClaim as ChannelClaim
    from ecomkit.channels import Listing as Listing
    from ecomkit.customers import Address as Address
    from ecomkit.customers import Contact as Contact
    from ecomkit.customers import Customer as Customer
    from ecomkit.errors import (
        AttentionError as AttentionError,
    )
    from ecomkit.errors import (
        EcomkitError as EcomkitError,
    )
    from ecomkit.errors import (
        InputError as InputError,
    )
    from ecomkit.errors import (
        TransientError as TransientError,
    )
    from ecomkit.identifiers import (
        CartId as CartId,
    )
    from ecomkit.identifiers import (
        ChannelId as ChannelId,
    )
    from ecomkit.identifiers import (
        CommandKey as CommandKey,
    )
    from ecomkit.identifiers import (
        CustomerId as CustomerId,
    )
    from ecomkit.identifiers import (
        LineId as LineId,
    )
    from ecomkit.identifiers import (
        ListingId as ListingId,
    )
    from ecomkit.identifiers import (
        LocationId as LocationId,
    )
    from ecomkit.identifiers import LotId as LotId
    from ecomkit.identifiers import (
        MerchantId as MerchantId,
    )
    from ecomkit.identifiers import (
        OrderId as OrderId,
    )
    from ecomkit.identifiers import ParcelId as ParcelId
    from ecomkit.identifiers import (
        ProductId as ProductId,
    )
    from ecomkit.identifiers import (
        PurchaseOrderId as PurchaseOrderId,
    )
    from ecomkit.identifiers import ReturnId as ReturnId
    from ecomkit.identifiers import (
        Sku as Sku,
    )
    from ecomkit.identifiers import (
        SupplierId as SupplierId,
    )
    from ecomkit.identifiers import TransferId as TransferId
    from ecomkit.money import Currency as Currency
    from ecomkit.money import Money as Money
    from ecomkit.money import Rounding as Rounding
    from ecomkit.operations import Settings as Settings
    from ecomkit.operations import Shop as Shop
    from ecomkit.orders import (
        Charge as Charge,
    )
    from ecomkit.orders import (
        ChargeKind as ChargeKind,
    )
    from ecomkit.orders import Guards as Guards
    from ecomkit.orders import (
        Order as Order,
    )
    from ecomkit.orders import OrderEdit as OrderEdit
    from ecomkit.orders import (
        OrderLine as OrderLine,
    )
    from ecomkit.orders import Payment as Payment
    from ecomkit.orders import PaymentKind as PaymentKind
    from ecomkit.orders.pricing import Pricing as Pricing
    from ecomkit.ports import ManualClock as ManualClock
    from ecomkit.ports import Secret as Secret
    from ecomkit.replenishment import (
        Demand as Demand,
    )
    from ecomkit.replenishment import (
        InventoryPosition as InventoryPosition,
    )
    from ecomkit.replenishment import (
        LeadTime as LeadTime,
    )
    from ecomkit.replenishment import (
        MinimumStock as MinimumStock,
    )
    from ecomkit.replenishment import (
        OrderQuantity as OrderQuantity,
    )
    from ecomkit.replenishment import (
        ReorderPoint as ReorderPoint,
    )
    from ecomkit.returns import Return as Return
    from ecomkit.returns import (
        ReturnPolicy as ReturnPolicy,
    )
    from ecomkit.returns import (
        ReturnRequest as ReturnRequest,
    )
    from ecomkit.returns import (
        ReturnWindow as ReturnWindow,
    )
    from ecomkit.stock import Publication as Publication
    from ecomkit.stock import Stock as Stock
    from ecomkit.stock import StockLevel as StockLevel
    from ecomkit.stock.locations import Location as Location
    from ecomkit.stock.lots import Lot as Lot
    from ecomkit.stock.lots import Removal as Removal
    from ecomkit.stock.promising import AvailableToPromise as AvailableToPromise
    from ecomkit.stock.promising import Basket as Basket
    from ecomkit.stock.promising import Incoming as Incoming
    from ecomkit.stock.sourcing import Sourcing as Sourcing
    from ecomkit.stock.valuation import Valuation as Valuation
    from ecomkit.stores import MemoryStore as MemoryStore
    from ecomkit.stores import PostgresStore as PostgresStore
    from ecomkit.stores import SqliteStore as SqliteStore
    from ecomkit.stores import SqliteTokenStore as SqliteTokenStore
    from ecomkit.timeline import BusinessCalendar as BusinessCalendar
    from ecomkit.timeline import Window as Window

__all__ = [
    "Address",
    "AttentionError",
    "AvailableToPromise",
    "Basket",
    "BusinessCalendar",
    "CartId",
    "Catalog",
    "ChannelClaim",
    "ChannelId",
    "Charge",
    "ChargeKind",
    "CommandKey",
    "Contact",
    "Currency",
    "Customer",
    "CustomerId",
    "Demand",
    "EcomkitError",
    "Gtin",
    "Guards",
    "Incoming",
    "InputError",
    "InventoryPosition",
    "Kit",
    "LeadTime",
    "LineId",
    "Listing",
    "ListingId",
    "Location",
    "LocationId",
    "Lot",
    "LotId",
    "ManualClock",
    "Measure",
    "MemoryChannel",
    "MemoryStore",
    "MerchantId",
    "MinimumStock",
    "Money",
    "Order",
    "OrderEdit",
    "OrderId",
    "OrderLine",
    "OrderQuantity",
    "ParcelId",
    "Payment",
    "PaymentKind",
    "PostgresStore",
    "Pricing",
    "Product",
    "ProductId",
    "Publication",
    "PurchaseOrderId",
    "Removal",
    "ReorderPoint",
    "Return",
    "ReturnId",
    "ReturnPolicy",
    "ReturnRequest",
    "ReturnWindow",
    "Rounding",
    "Secret",
    "Settings",
    "Shop",
    "Sku",
    "SkuPolicy",
    "Sourcing",
    "SqliteStore",
    "SqliteTokenStore",
    "Stock",
    "StockLevel",
    "SupplierId",
    "TransferId",
    "TransientError",
    "Valuation",
    "Variant",
    "Window",
]

_HOMES = {
    "Address": "ecomkit.customers",
    "AttentionError": "ecomkit.errors",
    "AvailableToPromise": "ecomkit.stock.promising",
    "Basket": "ecomkit.stock.promising",
    "BusinessCalendar": "ecomkit.timeline",
    "CartId": "ecomkit.identifiers",
    "Catalog": "ecomkit.catalog",
    "ChannelClaim": "ecomkit.channels",
    "ChannelId": "ecomkit.identifiers",
    "Charge": "ecomkit.orders",
    "ChargeKind": "ecomkit.orders",
    "CommandKey": "ecomkit.identifiers",
    "Contact": "ecomkit.customers",
    "Currency": "ecomkit.money",
    "Customer": "ecomkit.customers",
    "CustomerId": "ecomkit.identifiers",
    "Demand": "ecomkit.replenishment",
    "EcomkitError": "ecomkit.errors",
    "Gtin": "ecomkit.catalog",
    "Incoming": "ecomkit.stock.promising",
    "InputError": "ecomkit.errors",
    "InventoryPosition": "ecomkit.replenishment",
    "Kit": "ecomkit.catalog",
    "LeadTime": "ecomkit.replenishment",
    "LineId": "ecomkit.identifiers",
    "Listing": "ecomkit.channels",
    "ListingId": "ecomkit.identifiers",
    "Location": "ecomkit.stock.locations",
    "LocationId": "ecomkit.identifiers",
    "Lot": "ecomkit.stock.lots",
    "LotId": "ecomkit.identifiers",
    "ManualClock": "ecomkit.ports",
    "Measure": "ecomkit.catalog",
    "MemoryChannel": "ecomkit.adapters.memory",
    "MemoryStore": "ecomkit.stores",
    "MerchantId": "ecomkit.identifiers",
    "MinimumStock": "ecomkit.replenishment",
    "Money": "ecomkit.money",
    "Order": "ecomkit.orders",
    "OrderId": "ecomkit.identifiers",
    "OrderLine": "ecomkit.orders",
    "OrderQuantity": "ecomkit.replenishment",
    "Product": "ecomkit.catalog",
    "ProductId": "ecomkit.identifiers",
    "Publication": "ecomkit.stock",
    "PurchaseOrderId": "ecomkit.identifiers",
    "Removal": "ecomkit.stock.lots",
    "ReorderPoint": "ecomkit.replenishment",
    "ReturnPolicy": "ecomkit.returns",
    "ReturnRequest": "ecomkit.returns",
    "ReturnWindow": "ecomkit.returns",
    "Rounding": "ecomkit.money",
    "Secret": "ecomkit.ports",
    "Settings": "ecomkit.operations",
    "Shop": "ecomkit.operations",
    "Sku": "ecomkit.identifiers",
    "SkuPolicy": "ecomkit.catalog",
    "Sourcing": "ecomkit.stock.sourcing",
    "PostgresStore": "ecomkit.stores",
    "SqliteStore": "ecomkit.stores",
    "SqliteTokenStore": "ecomkit.stores",
    "Stock": "ecomkit.stock",
    "StockLevel": "ecomkit.stock",
    "SupplierId": "ecomkit.identifiers",
    "TransferId": "ecomkit.identifiers",
    "TransientError": "ecomkit.errors",
    "Valuation": "ecomkit.stock.valuation",
    "Variant": "ecomkit.catalog",
    "Window": "ecomkit.timeline",
    "OrderEdit": "ecomkit.orders",
    "ParcelId": "ecomkit.identifiers",
    "Payment": "ecomkit.orders",
    "PaymentKind": "ecomkit.orders",
    "Pricing": "ecomkit.orders.pricing",
    "Return": "ecomkit.returns",
    "ReturnId": "ecomkit.identifiers",
    "Guards": "ecomkit.orders",
}


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'ecomkit' has no attribute {name!r}")
    # Imported here, since importing the package must cost nothing.
    from importlib import import_module  # noqa: PLC0415

    value = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
