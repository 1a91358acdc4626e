"""Who buys: identities, contact, consents, merging two customers into one, erasure, carts."""

from ecomkit.customers._address import Address
from ecomkit.customers._cart import (
    Cart,
    CartConflict,
    CartLine,
    CartsMerged,
    CartsRefused,
    merge_carts,
)
from ecomkit.customers._consent import ConsentRecord, LawfulBasis
from ecomkit.customers._contact import (
    E164,
    Contact,
    EmailAddress,
    EmailAddressError,
    PhoneNumber,
    PhoneNumberError,
    Verification,
)
from ecomkit.customers._customer import Customer, Identity
from ecomkit.customers._erasure import Erased, Kept, KeptReason, PersonalField, erase
from ecomkit.customers._merge import (
    Merged,
    MergeFault,
    MergeReason,
    MergeRefused,
    MergeUndo,
    merge,
)
from ecomkit.customers._split import Split, SplitFault, SplitRefused, split

__all__ = [
    "E164",
    "Address",
    "Cart",
    "CartConflict",
    "CartLine",
    "CartsMerged",
    "CartsRefused",
    "ConsentRecord",
    "Contact",
    "Customer",
    "EmailAddress",
    "EmailAddressError",
    "Erased",
    "Identity",
    "Kept",
    "KeptReason",
    "LawfulBasis",
    "MergeFault",
    "MergeReason",
    "MergeRefused",
    "MergeUndo",
    "Merged",
    "PersonalField",
    "PhoneNumber",
    "PhoneNumberError",
    "Split",
    "SplitFault",
    "SplitRefused",
    "Verification",
    "erase",
    "merge",
    "merge_carts",
    "split",
]
