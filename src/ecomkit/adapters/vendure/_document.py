"""A document of the admin API, and where its one answer stands."""

from __future__ import annotations

from typing import final

import attrs

from ecomkit._checks import is_text

__all__ = ["Document"]


@final
@attrs.frozen(kw_only=True)
class Document:
    """
    One named operation.

    Args:
        name: The operation's name, also in logs and errors.
        field: The field of ``data`` that the answer stands in.
        text: The operation and its fragments.

    >>> Document(name="Me", field="me", text="query Me { me { id } }")
    Document(name='Me', field='me')
    """

    name: str = attrs.field(validator=is_text)
    field: str = attrs.field(validator=is_text)
    text: str = attrs.field(validator=is_text, repr=False)
