"""How the text that a channel gives for a sku becomes our sku: a policy, not a hard rule."""

from __future__ import annotations

import re
import unicodedata
from contextlib import suppress
from enum import Enum
from typing import Any, assert_never, final

import attrs

from ecomkit._checks import as_tuple, each, is_a, optional, refuse
from ecomkit.errors import FieldError, shown
from ecomkit.identifiers import Sku

__all__ = [
    "SkuBlanks",
    "SkuCase",
    "SkuChange",
    "SkuFault",
    "SkuPolicy",
    "SkuRead",
    "SkuRefused",
    "SkuStep",
    "SkuUnicode",
]

RAW_LENGTH_MAX = 4 * Sku.length_max
"""Characters looked at: composing a text of many accents costs quadratic time, so it is bounded."""


class SkuCase(Enum):
    """What becomes of lower-case letters."""

    KEEP = "keep"
    UPPER = "upper"


class SkuBlanks(Enum):
    """What becomes of blanks (all that Unicode counts as white space)."""

    REFUSE = "refuse"
    """A text with a blank anywhere is refused."""
    STRIP = "strip"
    """Blanks around the text go; those inside stay."""
    COLLAPSE = "collapse"
    """Blanks around the text go; each run of them inside becomes one space."""
    REMOVE = "remove"
    """All blanks go."""


class SkuUnicode(Enum):
    """Whether two spellings of one accented letter become one (Unicode Standard Annex 15)."""

    KEEP = "keep"
    NFC = "nfc"


class SkuChange(Enum):
    """What one step did to the text."""

    COMPOSED = "composed accents"
    BLANKS = "took blanks out"
    UPPERCASED = "put into upper case"


class SkuFault(Enum):
    """Why a text cannot be a sku."""

    EMPTY = "it is empty"
    TOO_LONG = "it is longer than a sku may be"
    BLANKS = "it has blanks"
    UNPRINTABLE = "it has characters that do not print"
    PATTERN = "it does not match the pattern"


@final
@attrs.frozen(kw_only=True)
class SkuStep:
    """One step that changed the text."""

    change: SkuChange = attrs.field(validator=is_a(SkuChange))
    before: str = attrs.field(validator=is_a(str))
    after: str = attrs.field(validator=is_a(str))


@final
@attrs.frozen(kw_only=True)
class SkuRead:
    """The sku that a text stands for, and the steps that led from the text to it."""

    sku: Sku = attrs.field(validator=is_a(Sku))
    steps: tuple[SkuStep, ...] = attrs.field(converter=as_tuple, validator=each(SkuStep))

    def explain(self) -> str:
        """
        Tell the steps in plain words.

        >>> print(SkuPolicy(case=SkuCase.UPPER)(" elephant").explain())
        read as 'ELEPHANT': took blanks out (' elephant' became 'elephant'), put into upper
        case ('elephant' became 'ELEPHANT')
        """
        told = ", ".join(
            f"{step.change.value} ({shown(step.before)} became {shown(step.after)})"
            for step in self.steps
        )
        return f"read as {shown(str(self.sku))}: {told or 'taken as given'}"


@final
@attrs.frozen(kw_only=True)
class SkuRefused:
    """A text that stands for no sku, and all reasons."""

    raw: str = attrs.field(validator=is_a(str))
    reasons: tuple[SkuFault, ...] = attrs.field(converter=as_tuple, validator=each(SkuFault))
    pattern: str | None = attrs.field(default=None, validator=optional(is_a(str)))
    """The pattern of the policy, where the text failed it."""

    def explain(self) -> str:
        """
        Tell the reasons in plain words.

        >>> print(SkuPolicy(blanks=SkuBlanks.REFUSE, pattern="[A-Z-]+")("knit elephant").explain())
        'knit elephant' is no sku: it has blanks; it does not match the pattern '[A-Z-]+'
        """
        told = [
            f"{fault.value} {shown(self.pattern)}" if fault is SkuFault.PATTERN else fault.value
            for fault in self.reasons
        ]
        return f"{shown(self.raw)} is no sku: {'; '.join(told)}"


def _is_pattern(instance: object, attribute: attrs.Attribute[Any], value: object) -> None:
    if isinstance(value, str):
        with suppress(re.error):
            re.compile(value)
            return
    raise refuse(instance, attribute.name, value, "a regular expression or None")


@final
@attrs.frozen(kw_only=True)
class SkuPolicy:
    """
    Reads a channel's text as a sku; the same text again, or its sku, gives the same sku.

    The text is composed, freed of blanks and put into upper case, as far as asked for, and the
    result must be printable, at most 200 characters long and match *pattern* as a whole.

    Whether ``elephant`` and ``ELEPHANT`` are one thing is the merchant's to know, so letters
    are kept unless told otherwise.

    >>> read = SkuPolicy(blanks=SkuBlanks.REMOVE)(" knit elephant ")
    >>> read.sku
    Sku('knitelephant')
    """

    case: SkuCase = attrs.field(default=SkuCase.KEEP, validator=is_a(SkuCase))
    blanks: SkuBlanks = attrs.field(default=SkuBlanks.STRIP, validator=is_a(SkuBlanks))
    unicode: SkuUnicode = attrs.field(default=SkuUnicode.NFC, validator=is_a(SkuUnicode))
    pattern: str | None = attrs.field(default=None, validator=optional(_is_pattern))

    def __call__(self, text: str) -> SkuRead | SkuRefused:
        """
        Read *text*.

        Raises:
            FieldError: If *text* is no string.
        """
        if not isinstance(text, str):
            raise FieldError(owner="SkuPolicy", field="text", got=text, wanted="a str")
        if len(text) > RAW_LENGTH_MAX:
            return SkuRefused(raw=text, reasons=(SkuFault.TOO_LONG,))
        steps: list[SkuStep] = []
        read = text
        # Upper case can take a composed letter apart, so composing comes first and last.
        for change, after in (
            (SkuChange.COMPOSED, self._composed),
            (SkuChange.BLANKS, self._freed_of_blanks),
            (SkuChange.UPPERCASED, self._cased),
            (SkuChange.COMPOSED, self._composed),
        ):
            before, read = read, after(read)
            if before != read:
                steps.append(SkuStep(change=change, before=before, after=read))
        reasons = tuple(self._faults(read))
        if reasons:
            wanted = self.pattern if SkuFault.PATTERN in reasons else None
            return SkuRefused(raw=text, reasons=reasons, pattern=wanted)
        return SkuRead(sku=Sku(read), steps=steps)

    def _composed(self, text: str) -> str:
        match self.unicode:
            case SkuUnicode.KEEP:
                return text
            case SkuUnicode.NFC:
                return unicodedata.normalize("NFC", text)
            case _:
                assert_never(self.unicode)

    def _freed_of_blanks(self, text: str) -> str:
        match self.blanks:
            case SkuBlanks.REFUSE:
                return text
            case SkuBlanks.STRIP:
                return text.strip()
            case SkuBlanks.COLLAPSE:
                return " ".join(text.split())
            case SkuBlanks.REMOVE:
                return "".join(text.split())
            case _:
                assert_never(self.blanks)

    def _cased(self, text: str) -> str:
        match self.case:
            case SkuCase.KEEP:
                return text
            case SkuCase.UPPER:
                return text.upper()
            case _:
                assert_never(self.case)

    def _faults(self, text: str) -> list[SkuFault]:
        found = {
            SkuFault.EMPTY: not text,
            SkuFault.TOO_LONG: len(text) > Sku.length_max,
            SkuFault.BLANKS: self.blanks is SkuBlanks.REFUSE and any(map(str.isspace, text)),
            SkuFault.UNPRINTABLE: not text.isprintable(),
            SkuFault.PATTERN: self.pattern is not None and not re.fullmatch(self.pattern, text),
        }
        return [fault for fault, is_there in found.items() if is_there]
