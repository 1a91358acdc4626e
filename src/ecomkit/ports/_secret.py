"""A secret: text that prints as stars wherever it turns up."""

from __future__ import annotations

import hmac
from typing import NoReturn, Self, final

import attrs

from ecomkit.errors import FieldError, InputError

__all__ = ["Secret", "SecretLeakError"]

LENGTH_MAX = 16_384  # the longest bearer token seen at a vendor is a quarter of this
MASK = "Secret('***')"


@attrs.frozen(kw_only=True)
class SecretLeakError(InputError):
    """
    Raised when a secret would be written where it can be read: a pickle or a changed attribute.

    >>> print(SecretLeakError(attempt="pickled"))
    a Secret cannot be pickled; hand on where it is kept, not what it is
    """

    attempt: str

    @property
    def message(self) -> str:
        """What was tried, and what to do."""
        return f"a Secret cannot be {self.attempt}; hand on where it is kept, not what it is"


@final
class Secret:
    """
    A password, key or token. Only :meth:`reveal` shows it.

    It is no ``str``, so that ``json``, ``str.join`` and string formatting cannot take it for one.

    Raises:
        FieldError: If *value* is no text, empty, too long, or holds characters that do not
            print (which could split a header). The error does not show the value.

    >>> key = Secret("xoxb-1234")
    >>> print(key, repr(key), f"{key:>20}")
    Secret('***') Secret('***') Secret('***')
    >>> key.reveal()
    'xoxb-1234'
    """

    __slots__ = ("_value",)

    _value: str

    def __init__(self, value: str) -> None:
        if not isinstance(value, str) or not 0 < len(value) <= LENGTH_MAX:
            wanted = f"a text of 1 to {LENGTH_MAX} characters"
        elif not value.isprintable():
            wanted = "a text in which all characters print"
        else:
            object.__setattr__(self, "_value", value)
            return
        raise FieldError(owner="Secret", field="value", got="(not shown)", wanted=wanted)

    def reveal(self) -> str:
        """Return the text: the one way to see it."""
        return self._value

    def __repr__(self) -> str:
        return MASK

    def __str__(self) -> str:
        return MASK

    def __format__(self, spec: str) -> str:
        return MASK

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        # In constant time, so that a comparison says nothing about how near a guess was.
        return hmac.compare_digest(self._value.encode(), other._value.encode())

    def __hash__(self) -> int:
        return hash((Secret, self._value))

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise SecretLeakError(attempt="changed")

    def __delattr__(self, name: str) -> NoReturn:
        raise SecretLeakError(attempt="changed")

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise SecretLeakError(attempt="pickled")
