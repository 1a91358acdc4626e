"""What callers take down before they ask and after they were answered: a kill loses none of it."""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

from ecomkit.stock import Outcome


class Notes:
    """A file to which each note is appended at once, so that the system has it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def asked(self, caller: int, key: str) -> None:
        """Take down that *caller* is about to ask."""
        os.write(self._file, f"? {caller} {key}\n".encode())

    def answered(self, caller: int, key: str, outcome: Outcome) -> None:
        """Take down what *caller* heard."""
        os.write(self._file, f"= {caller} {key} {type(outcome).__name__}\n".encode())

    def event(self, name: str, units: int) -> None:
        """Take down that something happened to so many commands."""
        os.write(self._file, f"! {name} {units}\n".encode())

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._file)


class Heard:
    """What stands in the notes of all workers."""

    def __init__(self, paths: Iterable[Path]) -> None:
        self.asked: Counter[tuple[Path, str, str]] = Counter()
        self.answered: set[tuple[Path, str, str]] = set()
        self.answers: defaultdict[str, set[str]] = defaultdict(set)
        self.events: Counter[str] = Counter()
        for path in paths:
            for line in path.read_text().splitlines():
                self._take(path, line.split())

    def _take(self, path: Path, words: list[str]) -> None:
        match words:
            case ["?", caller, key]:
                self.asked[path, caller, key] += 1
            case ["=", caller, key, answer]:
                self.answered.add((path, caller, key))
                self.answers[key].add(answer)
            case ["!", name, units]:
                self.events[name] += int(units)
            case _:
                raise AssertionError(f"half a note in {path}: {words}")

    @property
    def asked_again(self) -> int:
        """How many questions were asked more than once."""
        return sum(times > 1 for times in self.asked.values())
