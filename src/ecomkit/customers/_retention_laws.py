"""
Retention rules of two countries, as data: a beginning, which the merchant's lawyer completes.

French: *durées de conservation*. German: *Aufbewahrungsfristen*.
"""

from __future__ import annotations

from ecomkit.customers._holding import HoldingKind
from ecomkit.customers._retention import CountedFrom, Period, RetentionGround, RetentionRule

__all__ = ["FRENCH_RETENTION", "GERMAN_RETENTION"]

# Orders and returns are what invoices and credit notes are made from: pièces justificatives,
# Buchungsbelege.
_VOUCHERS = (HoldingKind.INVOICE, HoldingKind.ORDER, HoldingKind.RETURN)

FRENCH_RETENTION: tuple[RetentionRule, ...] = (
    *(
        RetentionRule(
            what=kind,
            keep_for=Period(years=10),
            counted_from=CountedFrom.END_OF_YEAR,
            ground=RetentionGround.LEGAL_OBLIGATION,
            source="Code de commerce, article L123-22",
            zone="Europe/Paris",
        )
        for kind in _VOUCHERS
    ),
    RetentionRule(
        what=HoldingKind.CONSENT_PROOF,
        keep_for=Period(years=5),
        counted_from=CountedFrom.END,
        ground=RetentionGround.LEGAL_CLAIMS,
        source="Code civil, article 2224",
        zone="Europe/Paris",
    ),
    RetentionRule(
        what=HoldingKind.CUSTOMER,
        keep_for=Period(years=3),
        counted_from=CountedFrom.END,
        ground=RetentionGround.OWN_RULE,
        source="CNIL, référentiel gestion commerciale: three years from the last contact",
        zone="Europe/Paris",
    ),
)
"""
France: accounting documents and their vouchers ten years from the end of the financial year
(Code de commerce, article L123-22); proofs of consent as long as a claim may be made
(Code civil, article 2224); who has not been heard of for three years is forgotten (CNIL).
"""

GERMAN_RETENTION: tuple[RetentionRule, ...] = (
    *(
        RetentionRule(
            what=kind,
            keep_for=Period(years=8),
            counted_from=CountedFrom.END_OF_YEAR,
            ground=RetentionGround.LEGAL_OBLIGATION,
            source="AO § 147(3), HGB § 257(4), UStG § 14b(1)",
            zone="Europe/Berlin",
        )
        for kind in _VOUCHERS
    ),
    RetentionRule(
        what=HoldingKind.MESSAGE,
        keep_for=Period(years=6),
        counted_from=CountedFrom.END_OF_YEAR,
        ground=RetentionGround.LEGAL_OBLIGATION,
        source="AO § 147(1) no. 2 and 3, HGB § 257(1) no. 2 and 3",
        zone="Europe/Berlin",
    ),
    RetentionRule(
        what=HoldingKind.CONSENT_PROOF,
        keep_for=Period(years=3),
        counted_from=CountedFrom.END_OF_YEAR,
        ground=RetentionGround.LEGAL_CLAIMS,
        source="BGB §§ 195, 199",
        zone="Europe/Berlin",
    ),
)
"""
Germany: vouchers eight years from the end of the calendar year, ten until the fourth Act to
reduce bureaucracy (BGBl. 2024 I no. 323, in force from 2025); business letters six; proofs of
consent as long as a claim may be made.
"""
