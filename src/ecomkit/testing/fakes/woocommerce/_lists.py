"""What all lists of the API have in common: parameters, filters, order, pages."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, Protocol, TypeVar, final
from urllib.parse import urlencode

import attrs

from ecomkit.testing.fakes.woocommerce._errors import invalid_param

__all__ = ["Listed", "Page", "Params", "listed"]

PER_PAGE_MAX = 100
_INSTANT = re.compile(
    r"(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}:\d{2})(?:\.\d+)?(?:[Zz]|[+-]\d{2}(?::?\d{2})?)?"
)
_BRACKET = re.compile(r"(.+?)\[\d*\]")


class Listed(Protocol):
    """What is listed has an id and two times."""

    @property
    def id(self) -> int:
        """Its id."""
        ...

    @property
    def created(self) -> datetime:
        """When it was made."""
        ...

    @property
    def modified(self) -> datetime:
        """When it last changed."""
        ...


Row = TypeVar("Row", bound=Listed)


@final
class Params:
    """The query as PHP reads it: of a repeated name the last counts, ``name[]`` collects."""

    def __init__(self, query: Iterable[tuple[str, str]]) -> None:
        self.query = tuple(query)
        self._values: dict[str, str | list[str]] = {}
        for name, value in self.query:
            bracket = _BRACKET.fullmatch(name)
            if bracket is None:
                self._values[name] = value
                continue
            found = self._values.get(bracket[1])
            self._values[bracket[1]] = [*(found if isinstance(found, list) else ()), value]

    def text(self, name: str) -> str | None:
        """Return a text, None if it is not there."""
        value = self._values.get(name)
        if isinstance(value, list):
            raise invalid_param(name, f"{name} is not of type string.")
        return value

    def texts(self, name: str) -> list[str]:
        """Return a list, given as one text with commas or as ``name[]``."""
        value = self._values.get(name, [])
        parts = re.split(r"[\s,]+", value) if isinstance(value, str) else value
        return [part for part in parts if part]

    def whole(self, name: str, *, default: int, least: int, most: int | None = None) -> int:
        """Return a whole number within its bounds."""
        text = self.text(name)
        if text is None:
            return default
        if not re.fullmatch(r"-?\d{1,18}", text):
            raise invalid_param(name, f"{name} is not of type integer.")
        value = int(text)
        if most is not None and not least <= value <= most:
            raise invalid_param(
                name,
                f"{name} must be between {least} (inclusive) and {most} (inclusive)",
                code="rest_out_of_bounds",
            )
        if value < least:
            raise invalid_param(
                name, f"{name} must be greater than or equal to {least}", code="rest_out_of_bounds"
            )
        return value

    def ids(self, name: str) -> list[int]:
        """Return a list of ids."""
        texts = self.texts(name)
        for at, text in enumerate(texts):
            if not re.fullmatch(r"-?\d{1,18}", text):
                raise invalid_param(name, f"{name}[{at}] is not of type integer.")
        return [int(text) for text in texts]

    def flag(self, name: str) -> bool:
        """Return whether a switch is on; off where it is not there."""
        text = (self.text(name) or "false").lower()
        if text not in {"true", "false", "1", "0"}:
            raise invalid_param(name, f"{name} is not of type boolean.")
        return text in {"true", "1"}

    def choice(self, name: str, words: Sequence[str]) -> str:
        """Return one of *words*, the first where it is not there."""
        text = self.text(name)
        if text is None:
            return words[0]
        if text not in words:
            raise _not_one_of(name, words)
        return text

    def choices(self, name: str, words: Sequence[str]) -> list[str]:
        """Return some of *words*."""
        texts = self.texts(name)
        for at, text in enumerate(texts):
            if text not in words:
                raise _not_one_of(f"{name}[{at}]", words)
        return texts

    def instant(self, name: str) -> datetime | None:
        """
        Return the wall time that a filter names.

        The shop takes an offset in it, and takes no notice of it.
        """
        text = self.text(name)
        if text is None:
            return None
        found = _INSTANT.fullmatch(text)
        try:
            return datetime.fromisoformat(f"{found[1]}T{found[2]}") if found else _no_date(name)
        except ValueError:
            return _no_date(name)


def _no_date(name: str) -> datetime:
    raise invalid_param(name, "Invalid date.", code="rest_invalid_date")


def _not_one_of(name: str, words: Sequence[str]) -> Exception:
    why = f"{name} is not one of {', '.join(words)}."
    return invalid_param(name.partition("[")[0], why, code="rest_not_in_enum")


@final
@attrs.frozen(kw_only=True)
class Page(Generic[Row]):
    """The rows of one page, and the headers that go with them."""

    rows: tuple[Row, ...]
    headers: tuple[tuple[str, str], ...]


def _within(rows: Iterable[Row], params: Params, *, zone: timedelta) -> Iterable[Row]:
    offset = timedelta() if params.flag("dates_are_gmt") else zone
    after, before, modified_after, modified_before = (
        bound and bound.replace(tzinfo=UTC) - offset
        for bound in map(params.instant, ("after", "before", "modified_after", "modified_before"))
    )
    if after is before is modified_after is modified_before is None:
        return rows
    # Both ends are left out, as WordPress does.
    return (
        row
        for row in rows
        if (after is None or row.created > after)
        and (before is None or row.created < before)
        and (modified_after is None or row.modified > modified_after)
        and (modified_before is None or row.modified < modified_before)
    )


def listed(
    rows: Iterable[Row],
    params: Params,
    *,
    address: str,
    zone: timedelta,
    keys: Mapping[str, Any] | None = None,
) -> Page[Row]:
    """
    Return the page of *rows* that *params* ask for.

    Rows whose keys are equal come in an order of their own on each page, as databases do it: a
    client that pages over such a list meets some twice and others never.

    Args:
        rows: All that could be listed.
        params: The query.
        address: Of the list, for its links.
        zone: What the shop's clock is ahead of UTC.
        keys: Names and functions of further orders.
    """
    orders: dict[str, Any] = {
        "date": lambda row: row.created,
        "id": lambda row: row.id,
        "include": lambda row: row.id,
        "modified": lambda row: row.modified,
        **(keys or {}),
    }
    page = params.whole("page", default=1, least=1)
    per_page = params.whole("per_page", default=10, least=1, most=PER_PAGE_MAX)
    offset = params.whole("offset", default=(page - 1) * per_page, least=0)
    orderby = params.choice("orderby", list(orders))
    backwards = params.choice("order", ["desc", "asc"]) == "desc"
    include, exclude = params.ids("include"), set(params.ids("exclude"))

    found = list(_within(rows, params, zone=zone))
    if include or exclude:
        found = [
            row for row in found if (not include or row.id in include) and row.id not in exclude
        ]
    if orderby == "include" and include:
        found.sort(key=lambda row: include.index(row.id))
    else:
        if orderby != "id":  # no two are equal
            found.sort(key=lambda row: zlib.crc32(f"{row.id}/{offset}/{per_page}".encode()))
        found.sort(key=orders[orderby], reverse=backwards)
    pages = -(-len(found) // per_page)
    return Page(
        rows=tuple(found[offset : offset + per_page]),
        headers=(
            ("X-WP-Total", str(len(found))),
            ("X-WP-TotalPages", str(pages)),
            *_links(params, address=address, page=page, pages=pages),
        ),
    )


def _links(params: Params, *, address: str, page: int, pages: int) -> Iterable[tuple[str, str]]:
    rest = [(name, value) for name, value in params.query if name != "page"]
    for number, relation in ((min(page - 1, pages), "prev"), (page + 1, "next")):
        if 1 <= number <= pages:
            query = urlencode([*rest, ("page", str(number))])
            yield "Link", f'<{address}?{query}>; rel="{relation}"'
