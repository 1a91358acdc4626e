"""Run the whole corpus and print what came out."""

from __future__ import annotations

import json

import attrs

from hostility import (
    BENCHES,
    Case,
    argument_cases,
    cases_of,
    mutations,
    payload_cases,
    record,
    run_corpus,
    sheet_cases,
    site_cases,
    webhook_cases,
)


def corpus() -> tuple[list[Case], list[Case]]:
    """Return all cases, and those that come first: each mutation once a client, each sheet."""
    cases: list[Case] = []
    first: list[Case] = []
    ways = mutations()
    for bench in BENCHES:
        cassettes = record(bench)
        first += cases_of(cassettes[:1], ways)
        cases += cases_of(cassettes, ways)
        for more in (site_cases, argument_cases, payload_cases, webhook_cases):
            cases += more(bench)
    sheets = list(sheet_cases())
    return cases + sheets, first + sheets


def main() -> None:
    """Run it; memory counts from where every kind of input has been met once."""
    cases, first = corpus()
    report = run_corpus(cases, warm_up=first)
    print(json.dumps(attrs.asdict(report)))  # noqa: T201 (a program's output)


if __name__ == "__main__":
    main()
