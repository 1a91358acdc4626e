"""
Who buys: identities, contact, consents, carts; one person over several channels.

And what people have a right to: to know what is held of them, and to be forgotten.
"""

from ecomkit._card_numbers import contains_card_number
from ecomkit.customers._accounts import SharedEmail, shared_emails
from ecomkit.customers._address import Address, AddressKind
from ecomkit.customers._cart import (
    Cart,
    CartConflict,
    CartLine,
    CartsMerged,
    CartsRefused,
    merge_carts,
)
from ecomkit.customers._consent import ConsentRecord, ConsentStep, LawfulBasis
from ecomkit.customers._consent_state import Consent, ConsentState, consent_at
from ecomkit.customers._contact import (
    E164,
    Contact,
    EmailAddress,
    EmailAddressError,
    PhoneNumber,
    PhoneNumberError,
    Verification,
)
from ecomkit.customers._customer import Customer
from ecomkit.customers._erasure import Erased, Kept, KeptReason, PersonalField, erase
from ecomkit.customers._erasure_plan import (
    ErasureAction,
    ErasurePlan,
    ErasureStep,
    plan_erasure,
)
from ecomkit.customers._export import SubjectExport, SubjectRecord, export_subject
from ecomkit.customers._holding import Holding, HoldingKind
from ecomkit.customers._identity import Identity, IdentityKind
from ecomkit.customers._match import (
    Evidence,
    EvidenceKind,
    LocalPart,
    Match,
    MatchRule,
    Strength,
    Verdict,
    find_matches,
)
from ecomkit.customers._merge import (
    Approval,
    Merged,
    MergeFault,
    MergeReason,
    MergeRefused,
    MergeUndo,
    merge,
)
from ecomkit.customers._plain import plain
from ecomkit.customers._relay import RELAYS, Relay, relay_of
from ecomkit.customers._retention import (
    CountedFrom,
    Period,
    RetentionGround,
    RetentionRule,
)
from ecomkit.customers._retention_laws import FRENCH_RETENTION, GERMAN_RETENTION
from ecomkit.customers._retention_review import RetentionReview, review_retention
from ecomkit.customers._split import Split, SplitFault, SplitRefused, split

__all__ = [
    "E164",
    "FRENCH_RETENTION",
    "GERMAN_RETENTION",
    "RELAYS",
    "Address",
    "AddressKind",
    "Approval",
    "Cart",
    "CartConflict",
    "CartLine",
    "CartsMerged",
    "CartsRefused",
    "Consent",
    "ConsentRecord",
    "ConsentState",
    "ConsentStep",
    "Contact",
    "CountedFrom",
    "Customer",
    "EmailAddress",
    "EmailAddressError",
    "Erased",
    "ErasureAction",
    "ErasurePlan",
    "ErasureStep",
    "Evidence",
    "EvidenceKind",
    "Holding",
    "HoldingKind",
    "Identity",
    "IdentityKind",
    "Kept",
    "KeptReason",
    "LawfulBasis",
    "LocalPart",
    "Match",
    "MatchRule",
    "MergeFault",
    "MergeReason",
    "MergeRefused",
    "MergeUndo",
    "Merged",
    "Period",
    "PersonalField",
    "PhoneNumber",
    "PhoneNumberError",
    "Relay",
    "RetentionGround",
    "RetentionReview",
    "RetentionRule",
    "SharedEmail",
    "Split",
    "SplitFault",
    "SplitRefused",
    "Strength",
    "SubjectExport",
    "SubjectRecord",
    "Verdict",
    "Verification",
    "consent_at",
    "contains_card_number",
    "erase",
    "export_subject",
    "find_matches",
    "merge",
    "merge_carts",
    "plain",
    "plan_erasure",
    "relay_of",
    "review_retention",
    "shared_emails",
    "split",
]
