"""What a reply means: the verdict that steers retries and errors, and the vendor's words for it."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Any, final

import attrs

from ecomkit._checks import is_a, optional
from ecomkit.adapters.http._json import UnreadableJsonError
from ecomkit.adapters.http._reply import Reply

__all__ = ["Fault", "Verdict", "fault_of_json", "verdict_of_status"]

WORDS_MAX = 5
ROWS_MAX = 50
FAULT_BYTES_MAX = 65_536


class Verdict(enum.Enum):
    """What a reply says about the request."""

    ACCEPTED = "it was done"
    THROTTLED = "too many calls: nothing was done, it can be asked again later"
    FAULT = "the system broke down: it may or may not have been done"
    UNAUTHORISED = "the credentials are not accepted: nothing was done"
    FORBIDDEN = "the account may not do this: nothing was done"
    MISSING = "there is no such thing: nothing was done"
    CONFLICT = "the thing has changed, or exists: nothing was done"
    REFUSED = "the request is wrong: nothing was done"
    BROKEN = "no answer that makes sense: it may or may not have been done"


_STATUSES = {
    401: Verdict.UNAUTHORISED,
    403: Verdict.FORBIDDEN,
    404: Verdict.MISSING,
    408: Verdict.FAULT,
    409: Verdict.CONFLICT,
    410: Verdict.MISSING,
    412: Verdict.CONFLICT,
    425: Verdict.FAULT,
    429: Verdict.THROTTLED,
}


def verdict_of_status(status: int) -> Verdict:
    """
    Return what *status* says by itself. A redirect is no answer: none is followed.

    >>> verdict_of_status(204), verdict_of_status(422), verdict_of_status(302)
    (<Verdict.ACCEPTED: ...>, <Verdict.REFUSED: ...>, <Verdict.BROKEN: ...>)
    """
    if status in _STATUSES:
        return _STATUSES[status]
    family = status // 100
    if family == 2:  # noqa: PLR2004 (families of statuses, as everybody knows them)
        return Verdict.ACCEPTED
    if family == 4:  # noqa: PLR2004
        return Verdict.REFUSED
    return Verdict.FAULT if family == 5 else Verdict.BROKEN  # noqa: PLR2004


@final
@attrs.frozen(kw_only=True)
class Fault:
    """The vendor's own words: a code for programs, a text for people; not yet redacted."""

    code: str | None = attrs.field(default=None, validator=optional(is_a(str)), repr=False)
    text: str | None = attrs.field(default=None, validator=optional(is_a(str)), repr=False)


_CODES = ("code", "error_code", "errorId", "error", "name", "type")
_TEXTS = ("message", "error_description", "detail", "title", "error", "longMessage")
_LISTS = ("errors", "messages", "faults")


def fault_of_json(reply: Reply) -> Fault:
    """
    Return the code and the words of *reply* where systems commonly put them.

    Only fields made for messages are read: the rest of an error may hold people.

    >>> fault_of_json(Reply.of_json({"code": "no_route", "message": "No route"}, status=404)).code
    'no_route'
    """
    if len(reply.body) > FAULT_BYTES_MAX:
        return Fault()
    try:
        document = reply.json()
    except UnreadableJsonError:
        return Fault()
    codes: list[str] = []
    texts: list[str] = []
    _gather(document, codes, texts)
    if isinstance(document, Mapping):
        for name in _LISTS:
            rows = document.get(name)
            for row in rows[:ROWS_MAX] if isinstance(rows, list) else [rows]:
                _gather(row, codes, texts)
    elif isinstance(document, list):
        for row in document[:ROWS_MAX]:
            _gather(row, codes, texts)
    return Fault(
        code=codes[0] if codes else None, text="; ".join(dict.fromkeys(texts[:WORDS_MAX])) or None
    )


def _gather(row: Any, codes: list[str], texts: list[str]) -> None:
    if isinstance(row, str):
        texts.append(row)
        return
    if not isinstance(row, Mapping):
        return
    nested = row.get("extensions")
    for source in (row, nested if isinstance(nested, Mapping) else {}):
        for name in _CODES:
            value = source.get(name)
            if isinstance(value, (str, int)) and not isinstance(value, bool):
                codes.append(str(value))
                break
    for name in _TEXTS:
        if isinstance(row.get(name), str):
            texts.append(row[name])
            break
