"""
The floors of the countries that ecomkit knows: data with its sources, and not legal advice.

What stands here was read in November 2026. Laws change, and the laws of some countries give more
than the directives do (a longer limitation in Ireland, the life of the goods in the Netherlands
and in Finland): a policy takes rows of its own, which replace these.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ecomkit.returns._legal_floor import LegalFloor, PeriodEnd

__all__ = ["LEGAL_FLOORS"]

_WITHDRAWAL = "Directive 2011/83/EU, articles 9 to 16"
_CLAIMS = "Directive (EU) 2019/771, articles 10 and 11"

# The members of the European Union, and the zones of their capitals.
_UNION = {
    "AT": "Europe/Vienna",
    "BE": "Europe/Brussels",
    "BG": "Europe/Sofia",
    "CY": "Asia/Nicosia",
    "CZ": "Europe/Prague",
    "DE": "Europe/Berlin",
    "DK": "Europe/Copenhagen",
    "EE": "Europe/Tallinn",
    "ES": "Europe/Madrid",
    "FI": "Europe/Helsinki",
    "FR": "Europe/Paris",
    "GR": "Europe/Athens",
    "HR": "Europe/Zagreb",
    "HU": "Europe/Budapest",
    "IE": "Europe/Dublin",
    "IT": "Europe/Rome",
    "LT": "Europe/Vilnius",
    "LU": "Europe/Luxembourg",
    "LV": "Europe/Riga",
    "MT": "Europe/Malta",
    "NL": "Europe/Amsterdam",
    "PL": "Europe/Warsaw",
    "PT": "Europe/Lisbon",
    "RO": "Europe/Bucharest",
    "SE": "Europe/Stockholm",
    "SI": "Europe/Ljubljana",
    "SK": "Europe/Bratislava",
}

# Where a member gives more than the directive asks: months of liability, months of presumption
# (article 10(3) and article 11(2) let them), and the law that says so.
_LONGER_CLAIMS = {
    "ES": (36, 24, "Real Decreto Legislativo 1/2007, articles 120 and 121"),
    "FR": (24, 24, "Code de la consommation, articles L217-3 and L217-7"),
    "PT": (36, 24, "Decreto-Lei 84/2021, articles 12 and 13"),
    "SE": (36, 24, "Konsumentköplag (2022:260)"),
}


def _member(country: str, *, zone: str) -> LegalFloor:
    claim, presumed, source = _LONGER_CLAIMS.get(country, (24, 12, _CLAIMS))
    return LegalFloor(
        country=country,
        zone=zone,
        withdrawal_days=14,
        claim_months=claim,
        presumed_months=presumed,
        source=f"{_WITHDRAWAL}; {source}",
    )


LEGAL_FLOORS: Final[Mapping[str, LegalFloor]] = MappingProxyType(
    {
        **{country: _member(country, zone=zone) for country, zone in _UNION.items()},
        "GB": LegalFloor(
            country="GB",
            zone="Europe/London",
            withdrawal_days=14,
            claim_months=72,
            presumed_months=6,
            period_end=PeriodEnd.SAME_DAY,
            source="Consumer Contracts Regulations 2013 (SI 2013/3134), regulations 27 to 38; "
            "Consumer Rights Act 2015, sections 9 to 11 and 19(15); Limitation Act 1980, "
            "section 5 (Scotland has five years)",
        ),
        "CH": LegalFloor(
            country="CH",
            zone="Europe/Zurich",
            withdrawal_days=None,
            claim_months=None,
            source="Code of Obligations: no withdrawal from sales at a distance (articles 40a to "
            "40f are about other sales); a warranty that the contract may exclude (article 199)",
        ),
    }
)
"""What the law gives to consumers, by country: the members of the EU, GB and CH."""
