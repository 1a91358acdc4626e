"""Records: the rows of a text, each with the lines that it was read from."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterable, Iterator
from typing import final

import attrs

__all__ = ["Record", "records"]

LINES_MAX = 200
"""A cell with more lines is a quotation mark that nobody closed."""


@final
@attrs.frozen(kw_only=True)
class Record:
    """
    One row, counted as a spreadsheet program counts rows: the first is 1.

    *text* is what it was read from; *fault* says why there are no cells.
    """

    number: int
    cells: tuple[str, ...]
    text: str
    fault: str | None = None


class _TooManyLinesError(Exception):
    """A record does not end."""


def records(lines: Iterable[str], *, delimiter: str) -> Iterator[Record]:
    r"""
    Yield the rows of *lines*, one at a time.

    Of what cannot be read only the first line is given up: reading goes on with the next one,
    so that a stray quotation mark costs one row and not the rest of the file.

    >>> [record.cells for record in records(["a;'b'\n", '"c;d\n', "e;f"], delimiter=";")]
    [('a', "'b'"), (), ('e', 'f')]
    """
    source = iter(lines)
    again: deque[str] = deque()
    taken: list[str] = []

    def feed() -> Iterator[str]:
        while (line := again.popleft() if again else next(source, None)) is not None:
            taken.append(line)
            if len(taken) > LINES_MAX:
                raise _TooManyLinesError
            yield line

    reader = csv.reader(feed(), delimiter=delimiter, strict=True)
    number = 0
    while True:
        taken.clear()
        number += 1
        cells: tuple[str, ...] = ()
        fault = None
        try:
            cells = tuple(next(reader))
        except StopIteration:
            return
        except (csv.Error, _TooManyLinesError) as error:
            fault = str(error) or "a quotation mark is not closed"
            first, *rest = taken
            again.extendleft(reversed(rest))
            taken[:] = [first]
            reader = csv.reader(feed(), delimiter=delimiter, strict=True)
        text = "".join(taken)
        if "\0" in text:
            cells, fault = (), "a NUL character"
        yield Record(number=number, cells=cells, text=text, fault=fault)
