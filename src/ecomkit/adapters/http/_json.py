r"""
JSON at the wire: bounded in depth and in numbers, decimal, and exact on the way out.

``json`` takes ``NaN``, ``1e999``, integers of thousands of digits and any depth, and loses cents
in floats. Here a number with a point or an exponent is a ``Decimal``, and one that would be
costly to handle is refused before it is made.
"""

from __future__ import annotations

import enum
import json
import re
from collections.abc import Mapping
from decimal import Decimal
from itertools import accumulate
from json.encoder import encode_basestring_ascii
from typing import Any, NoReturn

import attrs

from ecomkit.errors import InputError, shown

__all__ = ["DEPTH_MAX", "DuplicateKeys", "UnreadableJsonError", "dump_json", "parse_json"]

DEPTH_MAX = 64
NUMBER_LENGTH_MAX = 48
INTEGER_BITS_MAX = 160  # as many digits as NUMBER_LENGTH_MAX
EXPONENT_MAX = 48  # int(Decimal("1e200000")) takes seconds; nothing sold is counted so far


@attrs.frozen(kw_only=True)
class UnreadableJsonError(InputError):
    """
    Raised when text is no JSON, or more of it than we take.

    >>> print(UnreadableJsonError(reason="it is nested deeper than 64 levels"))
    unreadable JSON: it is nested deeper than 64 levels
    """

    reason: str

    @property
    def message(self) -> str:
        """What is wrong with it."""
        return f"unreadable JSON: {self.reason}"


class DuplicateKeys(enum.Enum):
    """What to do where one object names a key twice: two readers could see two values."""

    LAST_COUNTS = "the last one counts, as JSON readers commonly have it"
    REFUSED = "the text is refused"


def _refuse_constant(text: str) -> NoReturn:
    raise UnreadableJsonError(reason=f"{text} is no JSON number")


def _decimal(text: str) -> Decimal:
    if len(text) <= NUMBER_LENGTH_MAX:
        value = Decimal(text)
        if abs(value.adjusted()) <= EXPONENT_MAX:
            return value
    raise UnreadableJsonError(reason=f"the number {shown(text)} is out of range")


def _whole(text: str) -> int:
    if len(text) > NUMBER_LENGTH_MAX:
        raise UnreadableJsonError(reason=f"the number {shown(text)} is out of range")
    return int(text)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise UnreadableJsonError(reason="an object names a key twice")
    return found


_DECODER = json.JSONDecoder(
    parse_float=_decimal, parse_int=_whole, parse_constant=_refuse_constant
)
_STRICT_DECODER = json.JSONDecoder(
    parse_float=_decimal,
    parse_int=_whole,
    parse_constant=_refuse_constant,
    object_pairs_hook=_unique,
)

# Escapes are taken whole also outside of strings, and an open string to the end: otherwise
# hostile text makes the search start again at each quote, at quadratic cost.
_STRINGS = re.compile(r'\\.|"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)
_STEP = {"[": 1, "{": 1, "]": -1, "}": -1}


def _check_depth(text: str, depth_max: int) -> None:
    if text.count("[") + text.count("{") <= depth_max:
        return
    brackets = re.findall(r"[\[\]{}]", _STRINGS.sub("", text))
    if max(accumulate(map(_STEP.__getitem__, brackets)), default=0) > depth_max:
        raise UnreadableJsonError(reason=f"it is nested deeper than {depth_max} levels")


def parse_json(
    data: bytes | str,
    *,
    depth_max: int = DEPTH_MAX,
    duplicates: DuplicateKeys = DuplicateKeys.LAST_COUNTS,
) -> Any:
    """
    Return what *data* says: whole numbers as ``int``, others as ``Decimal``, no floats.

    Half characters (lone surrogates), which JSON can spell, are left in their strings, so that
    one bad row spoils no page: whoever reads the string has to judge it.

    Raises:
        UnreadableJsonError: If *data* is no UTF-8, no JSON, nested too deep, or holds a number
            out of range.

    >>> parse_json(b'{"total": 19.90, "lines": [1]}')
    {'total': Decimal('19.90'), 'lines': [1]}
    >>> parse_json("1e1000000")
    Traceback (most recent call last):
        ...
    ecomkit.adapters.http._json.UnreadableJsonError: unreadable JSON: the number ... out of range
    """
    try:
        text = data if isinstance(data, str) else data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableJsonError(reason="it is no UTF-8") from None
    _check_depth(text, depth_max)
    decoder = _STRICT_DECODER if duplicates is DuplicateKeys.REFUSED else _DECODER
    try:
        return decoder.decode(text)
    except json.JSONDecodeError as error:
        # The error itself holds the whole document.
        reason = f"{error.msg} at character {error.pos}"
    except RecursionError:  # a caller near the end of its stack
        reason = "it is nested too deep for the stack that is left"
    raise UnreadableJsonError(reason=reason)


def dump_json(value: Any) -> str:
    r"""
    Return *value* as compact ASCII JSON; a ``Decimal`` becomes a number, digit by digit.

    Raises:
        UnreadableJsonError: If *value* holds what JSON cannot say: other types, NaN, infinity.

    >>> dump_json({"price": Decimal("19.90"), "title": "É", "tags": ("a",)})
    '{"price":19.90,"title":"\\u00c9","tags":["a"]}'
    """
    pieces: list[str] = []
    _write(value, pieces, depth_left=DEPTH_MAX)
    return "".join(pieces)


def _write(value: Any, pieces: list[str], *, depth_left: int) -> None:
    if depth_left < 0:
        raise UnreadableJsonError(reason=f"it is nested deeper than {DEPTH_MAX} levels")
    if isinstance(value, Mapping):
        mark = "{"
        for key, item in value.items():
            if not isinstance(key, str):
                raise UnreadableJsonError(reason=f"{shown(key)} is no name of a field")
            pieces.append(f"{mark}{encode_basestring_ascii(key)}:")
            _write(item, pieces, depth_left=depth_left - 1)
            mark = ","
        pieces.append("}" if value else "{}")
    elif isinstance(value, (list, tuple)):
        mark = "["
        for item in value:
            pieces.append(mark)
            _write(item, pieces, depth_left=depth_left - 1)
            mark = ","
        pieces.append("]" if value else "[]")
    else:
        pieces.append(_leaf(value))


def _leaf(value: Any) -> str:
    if isinstance(value, str):
        return encode_basestring_ascii(value)
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, int) and value.bit_length() <= INTEGER_BITS_MAX:
        return str(int(value))
    if isinstance(value, Decimal) and value.is_finite() and abs(value.adjusted()) <= EXPONENT_MAX:
        return format(value, "f")
    raise UnreadableJsonError(reason=f"{shown(value)} has no place in JSON")
