"""
The hostile corpus: what clients may meet out there, and how each of them is put to it.

``python -m hostility`` runs all of it and prints what came out, as JSON.
"""

from hostility._arguments import argument_cases, payload_cases, site_cases
from hostility._benches import BENCHES, Bench
from hostility._cassettes import Cassette, opened, record
from hostility._corpus import Case, Report, cases_of, run_corpus
from hostility._mutations import HOME_LESS, Mutation, mutations
from hostility._probes import probes_of
from hostility._sheets import sheet_cases
from hostility._webhooks import webhook_cases

__all__ = [
    "BENCHES",
    "HOME_LESS",
    "Bench",
    "Case",
    "Cassette",
    "Mutation",
    "Report",
    "argument_cases",
    "cases_of",
    "mutations",
    "opened",
    "payload_cases",
    "probes_of",
    "record",
    "run_corpus",
    "sheet_cases",
    "site_cases",
    "webhook_cases",
]
