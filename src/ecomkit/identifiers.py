"""
Identifiers: text that names one thing, each kind its own type.

An identifier is a ``str``, so it prints, sorts, hashes and serialises as text, but a type
checker keeps an order from being used as a sku. Text that could hide in a log or a file name
(control characters, line separators, surrounding blanks) is refused at construction, so an
identifier that exists is printable on one line.

>>> Sku("ELEPHANT-KNIT")
Sku('ELEPHANT-KNIT')
>>> Sku(" ")
Traceback (most recent call last):
    ...
ecomkit.identifiers.IdentifierError: Sku must be 1 to 200 printable characters ..., got ' '
"""

from __future__ import annotations

from typing import ClassVar, Self

import attrs

from ecomkit.errors import InputError, shown

__all__ = [
    "CartId",
    "ChannelId",
    "ClaimId",
    "CommandKey",
    "CustomerId",
    "Identifier",
    "IdentifierError",
    "LineId",
    "ListingId",
    "LocationId",
    "LotId",
    "MerchantId",
    "OrderId",
    "ParcelId",
    "ProductId",
    "PurchaseOrderId",
    "ReturnId",
    "Sku",
    "SupplierId",
    "TransferId",
]


@attrs.frozen(kw_only=True)
class IdentifierError(InputError):
    """Raised when a text cannot be an identifier of the kind asked for."""

    kind: str
    got: object
    length_max: int
    forbidden: str = ""

    @property
    def message(self) -> str:
        """The kind, the rule, and what was got."""
        without = f" and without {self.forbidden}" if self.forbidden else ""
        return (
            f"{self.kind} must be 1 to {self.length_max} printable characters without blanks "
            f"around them{without}, got {shown(self.got)}"
        )


class Identifier(str):
    """The base of all identifiers; compare and sort as text."""

    __slots__ = ()

    length_max: ClassVar[int] = 200
    """Longest text, in characters: above the 191 of the longest vendor id seen."""

    forbidden: ClassVar[str] = ""
    """Characters that the text may not have."""

    def __new__(cls, text: str) -> Self:
        """
        Check *text* and return it as an identifier.

        Raises:
            IdentifierError: If *text* is no string, empty, longer than ``length_max``, has
                blanks around it or a character that does not print.
        """
        if type(text) is cls:
            return text
        if (
            not isinstance(text, str)
            or not 0 < len(text) <= cls.length_max
            or not text.isprintable()
            or text[0] == " "
            or text[-1] == " "
            or (cls.forbidden and any(character in text for character in cls.forbidden))
        ):
            raise IdentifierError(
                kind=cls.__name__, got=text, length_max=cls.length_max, forbidden=cls.forbidden
            )
        return super().__new__(cls, text)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str.__repr__(self)})"


class MerchantId(Identifier):
    """Whose stock it is: the namespace of a store."""

    __slots__ = ()


class ChannelId(Identifier):
    """
    A place where the merchant sells: one account at one marketplace or shop.

    It stands before a slash in the names of orders and listings, so it has none itself.
    """

    __slots__ = ()

    forbidden: ClassVar[str] = "/"


class LocationId(Identifier):
    """A place where units lie."""

    __slots__ = ()


class LotId(Identifier):
    """Units of one sku that came together: a batch; or one single unit, by its serial number."""

    __slots__ = ()


class Sku(Identifier):
    """A stock keeping unit: what is counted, held and shipped."""

    __slots__ = ()


class ProductId(Identifier):
    """What shoppers see as one thing; its variants are skus."""

    __slots__ = ()


class ListingId(Identifier):
    """What a channel calls the thing it offers."""

    __slots__ = ()


class OrderId(Identifier):
    """An order, named once over all channels."""

    __slots__ = ()


class LineId(Identifier):
    """A line of one order; unique inside the order only."""

    __slots__ = ()


class ParcelId(Identifier):
    """A parcel of one order: some of its units that leave together."""

    __slots__ = ()


class CartId(Identifier):
    """A cart that may hold units for a while."""

    __slots__ = ()


class CustomerId(Identifier):
    """A customer, named once over all channels."""

    __slots__ = ()


class SupplierId(Identifier):
    """Who delivers to us."""

    __slots__ = ()


class PurchaseOrderId(Identifier):
    """An order that we placed with a supplier."""

    __slots__ = ()


class ReturnId(Identifier):
    """A return, from its request to its refund (RMA)."""

    __slots__ = ()


class ClaimId(Identifier):
    """A claim of a buyer: something is missing, wrong, damaged or lost."""

    __slots__ = ()


class TransferId(Identifier):
    """Units that go from one of our locations to another."""

    __slots__ = ()


class CommandKey(Identifier):
    """The name of one command: the same key never takes effect twice."""

    __slots__ = ()

    # Keys are made of identifiers, such as an order's and a line's.
    length_max: ClassVar[int] = 500
