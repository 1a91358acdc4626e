r"""
What may be seen: texts for logs and errors without secrets and without people.

A vendor's error text often echoes what it was sent. What is known to be secret is taken out by
value; what looks like a token, an address, a telephone number or a quoted sentence is taken out
by its looks. The words around them stay, since they say what to mend.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from ecomkit.ports import Secret

__all__ = ["MASK", "clean_line", "without_query", "without_secrets"]

MASK = "***"
LENGTH_MAX = 300
READ_MAX = 4 * LENGTH_MAX  # of a hostile text only this much is looked at

# One pass; none of the parts can match in more than one way, so the cost is linear.
_TELLTALE = re.compile(
    r"""
      (?i:\b(?:bearer|basic|token|key|secret|password|signature|sig|code)\b\s*[:=]?\s*)[^\s,;'"]{6,}
    | [^\s<>'"@:;,()]{1,64}@[^\s<>'"@:;,()]{1,255}   # an e-mail address
    | \+?\d[\d\s().\-/]{5,}\d                         # a telephone, card or account number
    | (?<![\w-])(?=[\w+/=.-]*\d)[\w+/=.-]{20,}        # a token: long, unbroken, with digits
    | '[^']*[\s\d][^']*' | "[^"]*[\s\d][^"]*"         # a quoted sentence or value
    | (?i:(?:https?|ftp)://)[^\s'"<>]+                # an address: its query may hold anything
    """,
    re.VERBOSE,
)


def without_secrets(text: str, secrets: Iterable[Secret]) -> str:
    """
    Return *text* with every one of *secrets* masked.

    >>> without_secrets("bad key: hush-1", [Secret("hush-1")])
    'bad key: ***'
    """
    for secret in secrets:
        text = text.replace(secret.reveal(), MASK)
    return text


def clean_line(text: str, *, secrets: Iterable[Secret] = ()) -> str:
    r"""
    Return *text* as one short, printable line without *secrets* and personal data.

    >>> clean_line("Customer jane@example.com (+33 6 12 34 56 78)\nis unknown")
    'Customer *** (***) is unknown'
    >>> clean_line("Invalid parameter(s): 'per_page'")
    "Invalid parameter(s): 'per_page'"
    >>> clean_line("the street '12 rue du Bac' is not served")
    'the street *** is not served'
    """
    text = without_secrets(text, secrets)[:READ_MAX]
    text = "".join(char if char.isprintable() else " " for char in text)
    text = " ".join(_TELLTALE.sub(MASK, text).split())
    return text if len(text) <= LENGTH_MAX else text[: LENGTH_MAX - 3] + "..."


def without_query(target: str) -> str:
    """
    Return *target* with the names of its query's fields and without their values.

    >>> without_query("/orders?email=jane@example.com&limit=5")
    '/orders?email=***&limit=***'
    """
    path, mark, query = target.partition("?")
    if not mark:
        return path
    names = (field.partition("=")[0] for field in query.split("&"))
    return path + mark + "&".join(f"{name}={MASK}" for name in names if name)
