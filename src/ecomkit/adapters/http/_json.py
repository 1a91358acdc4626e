r"""
JSON at the wire: bounded in depth and in numbers, decimal, and exact on the way out.

``json`` takes ``NaN``, ``1e999``, integers of thousands of digits and any depth, and loses cents
in floats. Here a number with a point or an exponent is a ``Decimal``, and one that would be
costly to handle is refused before it is made.
"""

from __future__ import annotations

import enum
import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from json.encoder import encode_basestring_ascii
from types import MappingProxyType
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


# A hook for whole numbers costs a call for each: where no run of digits is long, none is needed.
_DECODER = json.JSONDecoder(parse_float=_decimal, parse_constant=_refuse_constant)
_DECODER_OF_LONG_NUMBERS = json.JSONDecoder(
    parse_float=_decimal, parse_int=_whole, parse_constant=_refuse_constant
)
_STRICT_DECODER = json.JSONDecoder(
    parse_float=_decimal,
    parse_int=_whole,
    parse_constant=_refuse_constant,
    object_pairs_hook=_unique,
)

_DIGITS_AS_ZERO = bytes.maketrans(b"123456789", b"0" * 9)
_LONG_RUN = b"0" * NUMBER_LENGTH_MAX
_BRACKETS_ALIKE = bytes.maketrans(b"[{]}", b"(())")
_OTHERS = bytes(set(range(256)) - set(b'[{]}"'))


def _may_have_long_numbers(text: str) -> bool:
    return _LONG_RUN in text.encode("ascii", "replace").translate(_DIGITS_AS_ZERO)


def _check_depth(text: str, depth_max: int) -> None:
    if text.count("[") + text.count("{") <= depth_max:
        return
    if "\\" in text:
        text = text.replace("\\\\", "").replace('\\"', "")
    marks = text.encode("ascii", "replace").translate(_BRACKETS_ALIKE, _OTHERS)
    # Strings without brackets are two quotes now; of the rest each second piece is outside of any.
    brackets = b"".join(marks.replace(b'""', b"").split(b'"')[::2])
    # Each round takes the innermost level away, so that it costs no step for each bracket.
    for level in range(depth_max + 1):
        if level + brackets.count(b"(") <= depth_max:
            return
        brackets = brackets.replace(b"()", b"")
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
    if duplicates is DuplicateKeys.REFUSED:
        decoder = _STRICT_DECODER
    else:
        decoder = _DECODER_OF_LONG_NUMBERS if _may_have_long_numbers(text) else _DECODER
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
    return _spelt(value, DEPTH_MAX)


def _spelt(value: Any, depth_left: int) -> str:
    spell = _LEAVES.get(type(value))
    if spell is not None:
        return spell(value)
    if depth_left <= 0:
        raise UnreadableJsonError(reason=f"it is nested deeper than {DEPTH_MAX} levels")
    below = depth_left - 1
    if isinstance(value, (dict, Mapping)):  # dict stands first since it is found sooner
        fields = [f"{_name(key)}:{_spelt(item, below)}" for key, item in value.items()]
        return f"{{{','.join(fields)}}}"
    if isinstance(value, (list, tuple)):
        return f"[{','.join([_spelt(item, below) for item in value])}]"
    for kind in (str, int, Decimal):  # such as identifiers, and members of enumerations
        if isinstance(value, kind):
            return _LEAVES[kind](value)
    raise UnreadableJsonError(reason=f"{shown(value)} has no place in JSON")


def _name(key: Any) -> str:
    if not isinstance(key, str):
        raise UnreadableJsonError(reason=f"{shown(key)} is no name of a field")
    return encode_basestring_ascii(key)


def _whole_number(value: int) -> str:
    if value.bit_length() <= INTEGER_BITS_MAX:
        return str(int(value))
    raise UnreadableJsonError(reason=f"{shown(value)} has no place in JSON")


def _decimal_number(value: Decimal) -> str:
    if value.is_finite() and abs(value.adjusted()) <= EXPONENT_MAX:
        return format(value, "f")
    raise UnreadableJsonError(reason=f"{shown(value)} has no place in JSON")


_LEAVES: Mapping[type, Callable[[Any], str]] = MappingProxyType(
    {
        str: encode_basestring_ascii,
        int: _whole_number,
        bool: lambda value: "true" if value else "false",
        type(None): lambda _: "null",
        Decimal: _decimal_number,
    }
)
