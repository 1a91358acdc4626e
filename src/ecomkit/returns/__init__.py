"""
What comes back: which returns are accepted, where the units go, and what is paid back.

The verdict on a request holds the findings of all rules. A refund is a difference of running
amounts, so partial returns sum to the cent in whatever order they come.
"""

from ecomkit.returns._claim import (
    CLAIM_TRANSITIONS,
    Claim,
    ClaimClosedError,
    ClaimDecision,
    ClaimedUnits,
    ClaimKind,
    ClaimOutcome,
    ClaimState,
)
from ecomkit.returns._english import ENGLISH
from ecomkit.returns._exchange import ExchangeLine, ExchangeTiming
from ecomkit.returns._facts import BuyerKind, Notice, Party, Proof, ReturnHistory, WithdrawalNotice
from ecomkit.returns._finding import CustomerText, ReturnRule, RuleFinding
from ecomkit.returns._french import FRENCH
from ecomkit.returns._goods import GoodsMove, goods_moved, order_facts
from ecomkit.returns._holiday import HolidayExtension
from ecomkit.returns._inspection import InspectedLine, Inspection
from ecomkit.returns._language import FINDING_SENTENCES, SENTENCES, WORDS, Language
from ecomkit.returns._legal_floor import (
    ExemptGoods,
    Exemption,
    LegalFloor,
    PeriodEnd,
    PublicHolidays,
)
from ecomkit.returns._legal_floors import LEGAL_FLOORS
from ecomkit.returns._legal_right import LegalRight, LegalRightKind
from ecomkit.returns._override import override
from ecomkit.returns._policy import ReturnPolicy
from ecomkit.returns._reception import Disposition, ReceivedLine, Reception
from ecomkit.returns._refund import refund_due
from ecomkit.returns._refund_decision import GIVEN_BACK, RefundCeilingError, RefundDecision
from ecomkit.returns._refund_plan import RefundPlan, TenderPolicy, TenderShare, plan_refund
from ecomkit.returns._refund_rules import FeesRefund, RefundRules, ShippingRefund
from ecomkit.returns._refund_step import RefundStep, RefundStepKind
from ecomkit.returns._request import (
    CLAIM_REASONS,
    Condition,
    ReturnLine,
    ReturnReason,
    ReturnRequest,
)
from ecomkit.returns._return import Return
from ecomkit.returns._return_costs import costs_by_terms, rules_by_terms, send_back_by
from ecomkit.returns._return_errors import AuthorisationError, NotReturnableError, ReturnStepError
from ecomkit.returns._return_event import Authorisation, AuthorisationState, ReturnEvent
from ecomkit.returns._return_limit import ReturnLimit
from ecomkit.returns._room import Case, bound_units, check_room, returnable_units
from ecomkit.returns._rules import (
    CategoryIs,
    ConditionIs,
    HasAuthorisation,
    HasProof,
    NotAlreadyReturned,
    NotFinalSale,
    WasDelivered,
    WasShipped,
)
from ecomkit.returns._scope import FirstInScope, InScope, Scope
from ecomkit.returns._settlement import Replacement, Settlement
from ecomkit.returns._settling import Settled, add_ship_first, settle_claim, settle_return
from ecomkit.returns._store_credit import STORE_CREDIT, InStoreCredit, StoreCreditGrant
from ecomkit.returns._tender_order import TenderOrder, TenderRule
from ecomkit.returns._terms import (
    Offer,
    OfferKind,
    RestockingFee,
    ReturnTerms,
    TermsRule,
    ValueLoss,
)
from ecomkit.returns._unannounced import unannounced_id, unannounced_return
from ecomkit.returns._unit_state import (
    ACCEPTANCE_TRANSITIONS,
    RECEPTION_TRANSITIONS,
    AcceptanceState,
    ReceptionState,
    UnitState,
)
from ecomkit.returns._verdict import Accepted, LineVerdict, Override, Refused, ReturnVerdict
from ecomkit.returns._window import ReturnWindow, UnitWindow

__all__ = [
    "ACCEPTANCE_TRANSITIONS",
    "CLAIM_REASONS",
    "CLAIM_TRANSITIONS",
    "ENGLISH",
    "FINDING_SENTENCES",
    "FRENCH",
    "GIVEN_BACK",
    "LEGAL_FLOORS",
    "RECEPTION_TRANSITIONS",
    "SENTENCES",
    "STORE_CREDIT",
    "WORDS",
    "AcceptanceState",
    "Accepted",
    "Authorisation",
    "AuthorisationError",
    "AuthorisationState",
    "BuyerKind",
    "Case",
    "CategoryIs",
    "Claim",
    "ClaimClosedError",
    "ClaimDecision",
    "ClaimKind",
    "ClaimOutcome",
    "ClaimState",
    "ClaimedUnits",
    "Condition",
    "ConditionIs",
    "CustomerText",
    "Disposition",
    "ExchangeLine",
    "ExchangeTiming",
    "ExemptGoods",
    "Exemption",
    "FeesRefund",
    "FirstInScope",
    "GoodsMove",
    "HasAuthorisation",
    "HasProof",
    "HolidayExtension",
    "InScope",
    "InStoreCredit",
    "InspectedLine",
    "Inspection",
    "Language",
    "LegalFloor",
    "LegalRight",
    "LegalRightKind",
    "LineVerdict",
    "NotAlreadyReturned",
    "NotFinalSale",
    "NotReturnableError",
    "Notice",
    "Offer",
    "OfferKind",
    "Override",
    "Party",
    "PeriodEnd",
    "Proof",
    "PublicHolidays",
    "ReceivedLine",
    "Reception",
    "ReceptionState",
    "RefundCeilingError",
    "RefundDecision",
    "RefundPlan",
    "RefundRules",
    "RefundStep",
    "RefundStepKind",
    "Refused",
    "Replacement",
    "RestockingFee",
    "Return",
    "ReturnEvent",
    "ReturnHistory",
    "ReturnLimit",
    "ReturnLine",
    "ReturnPolicy",
    "ReturnReason",
    "ReturnRequest",
    "ReturnRule",
    "ReturnStepError",
    "ReturnTerms",
    "ReturnVerdict",
    "ReturnWindow",
    "RuleFinding",
    "Scope",
    "Settled",
    "Settlement",
    "ShippingRefund",
    "StoreCreditGrant",
    "TenderOrder",
    "TenderPolicy",
    "TenderRule",
    "TenderShare",
    "TermsRule",
    "UnitState",
    "UnitWindow",
    "ValueLoss",
    "WasDelivered",
    "WasShipped",
    "WithdrawalNotice",
    "add_ship_first",
    "bound_units",
    "check_room",
    "costs_by_terms",
    "goods_moved",
    "order_facts",
    "override",
    "plan_refund",
    "refund_due",
    "returnable_units",
    "rules_by_terms",
    "send_back_by",
    "settle_claim",
    "settle_return",
    "unannounced_id",
    "unannounced_return",
]
