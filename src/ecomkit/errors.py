"""
Every error of ecomkit, in families by what the caller can do.

.. code-block:: text

    EcomkitError
    ├── InputError        mend the call: the same call fails again (also a ValueError)
    │   └── FieldError    one field of one value is wrong
    ├── TransientError    wait: the same call may succeed later
    └── AttentionError    ask a person: neither the code nor time will mend it

Errors carry their facts as fields, so that code need not read the sentence, and they survive
pickling, so that process pools and task queues can hand them on.
"""

from __future__ import annotations

from typing import Any, ClassVar

import attrs

__all__ = [
    "AttentionError",
    "EcomkitError",
    "FieldError",
    "InputError",
    "MissingExtraError",
    "TransientError",
]

SHOWN_CHARACTERS_MAX = 80  # a hostile payload must not flood a log through an error's sentence


def shown(value: object) -> str:
    r"""
    Return a short, one-line, escaped picture of *value* for an error's sentence.

    >>> shown("line\\nbreak")
    "'line\\\\nbreak'"
    """
    # A huge int must not be rendered in full: its repr costs quadratic time, or raises.
    if isinstance(value, int) and value.bit_length() > 256:  # noqa: PLR2004
        return f"an integer of {value.bit_length()} bits"
    if isinstance(value, (str, bytes)):
        value = value[: SHOWN_CHARACTERS_MAX + 1]
    try:
        text = ascii(value)
    except ValueError:  # of the digits that Python writes at most, inside a Fraction or a list
        return f"a {type(value).__name__} too long to write"
    return text if len(text) <= SHOWN_CHARACTERS_MAX else text[:SHOWN_CHARACTERS_MAX] + "..."


def _rebuild(kind: type[EcomkitError], fields: dict[str, Any]) -> EcomkitError:
    return kind(**fields)


@attrs.frozen(kw_only=True)
class EcomkitError(Exception):
    """The root of all errors that ecomkit raises on purpose."""

    retryable: ClassVar[bool] = False

    @property
    def message(self) -> str:
        """The sentence: what was got, what was wanted, what to do."""
        return type(self).__name__

    def __str__(self) -> str:
        return self.message

    def __reduce__(self) -> tuple[Any, ...]:
        # Exceptions with keyword-only arguments do not unpickle by themselves.
        return _rebuild, (type(self), attrs.asdict(self, recurse=False))


@attrs.frozen(kw_only=True)
class InputError(EcomkitError, ValueError):
    """The call is wrong and will fail again until it is mended."""


@attrs.frozen(kw_only=True)
class TransientError(EcomkitError):
    """The call may succeed later without being changed."""

    retryable: ClassVar[bool] = True


@attrs.frozen(kw_only=True)
class AttentionError(EcomkitError):
    """A person has to look: neither the caller's code nor time will mend it."""


@attrs.frozen(kw_only=True)
class FieldError(InputError):
    """
    One field of one value is wrong.

    >>> error = FieldError(owner="OrderLine", field="quantity", got=-3, wanted="a whole number above 0")
    >>> print(error)
    OrderLine.quantity must be a whole number above 0, got -3
    """

    owner: str
    field: str
    got: object
    wanted: str

    @property
    def message(self) -> str:
        """The field, what it must be, and what was got."""
        return f"{self.owner}.{self.field} must be {self.wanted}, got {shown(self.got)}"


@attrs.frozen(kw_only=True)
class MissingExtraError(InputError):
    """
    A part of ecomkit was used whose optional packages are not installed.

    >>> print(MissingExtraError(extra="report", feature="ecomkit.report"))
    ecomkit.report needs an extra: pip install 'ecomkit[report]'
    """

    extra: str
    feature: str

    @property
    def message(self) -> str:
        """The feature, and the command that mends it."""
        return f"{self.feature} needs an extra: pip install 'ecomkit[{self.extra}]'"
