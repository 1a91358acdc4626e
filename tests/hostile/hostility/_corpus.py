"""Running the corpus: every mutation of every answer to every probe of every client."""

from __future__ import annotations

import resource
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import attrs

from ecomkit.channels import UnreadableOrder
from ecomkit.errors import EcomkitError
from hostility._cassettes import Cassette, EndlessError

__all__ = ["Case", "Report", "cases_of", "run_corpus"]

MESSAGE_LENGTH_MAX = 2_000
CHANNEL_ROOMS = ("ecomkit.adapters.", "ecomkit.channels.")
FAILURES_SHOWN = 25


@attrs.frozen(kw_only=True)
class Case:
    """One hostile input: what it is called, what is done with it, and whether it is a reply."""

    group: str
    name: str
    run: Callable[[], Any]
    is_reply: bool = False


@attrs.define
class Report:
    """What came out of a run."""

    inputs: Counter[str] = attrs.field(factory=Counter)
    outcomes: Counter[str] = attrs.field(factory=Counter)
    failures: list[str] = attrs.field(factory=list)
    slowest_seconds: float = 0.0
    slowest: str = ""
    seconds: float = 0.0
    grown_kib: int = 0
    strangers: Counter[str] = attrs.field(factory=Counter)
    """Errors after hostile replies that are of no room of channels: they blame the program."""

    def take(self, case: Case) -> None:
        """Run *case* and take down how it ended."""
        self.inputs[case.group] += 1
        began = time.perf_counter()
        try:
            self.outcomes[self._outcome(case)] += 1
        except (Exception, EndlessError) as error:  # noqa: BLE001 (what must not happen is what is looked for)
            last = traceback.extract_tb(error.__traceback__)[-1]
            place = f"{last.filename.rpartition('src/')[2]}:{last.lineno}"
            if len(self.failures) < FAILURES_SHOWN:
                self.failures.append(f"{case.group} {case.name}: {error!r:.300} at {place}")
            self.outcomes["FAILED"] += 1
        took = time.perf_counter() - began
        if took > self.slowest_seconds:
            self.slowest_seconds, self.slowest = took, f"{case.group} {case.name}"

    def _outcome(self, case: Case) -> str:
        try:
            value = case.run()
        except EcomkitError as error:
            text = str(error)
            assert text.isprintable(), f"not printable: {text!r:.200}"
            assert len(text) < MESSAGE_LENGTH_MAX, "the message is too long"
            if case.is_reply and not type(error).__module__.startswith(CHANNEL_ROOMS):
                self.strangers[f"{case.group} {case.name.split()[0]} {type(error).__name__}"] += 1
            return type(error).__name__
        return "unreadable" if any(_unreadable(value)) else "value"


def _unreadable(value: Any) -> Iterator[bool]:
    items = value if isinstance(value, (list, tuple)) else [value]
    for item in items:
        entries = getattr(item, "entries", (item,))
        yield any(isinstance(entry, UnreadableOrder) for entry in entries)


def cases_of(cassettes: Iterable[Cassette], mutations: Iterable[Any]) -> Iterator[Case]:
    """Yield every mutation of every cassette."""
    all_mutations = list(mutations)
    for cassette in cassettes:
        for mutation in all_mutations:
            yield Case(
                group=cassette.bench.name,
                name=f"{cassette.name} {mutation}",
                run=lambda cassette=cassette, mutation=mutation: cassette.played(mutation),
                is_reply=True,
            )


def run_corpus(cases: Iterable[Case], *, warm_up: Iterable[Case]) -> Report:
    """Run *cases*; memory counts from the end of *warm_up*, which is what loads all code."""
    for case in warm_up:
        Report().take(case)
    report = Report()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.perf_counter()
    for case in cases:
        report.take(case)
    report.seconds = time.perf_counter() - began
    report.grown_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    return report
