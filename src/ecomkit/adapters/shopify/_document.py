"""A document of the Admin GraphQL API, and what asking it costs."""

from __future__ import annotations

from typing import final

import attrs

from ecomkit._checks import above_zero, is_text, not_negative

__all__ = ["COST_MAX", "Document"]

COST_MAX = 1_000
"""A query that asks for more points is refused by Shopify, however full the bucket is."""


@final
@attrs.frozen(kw_only=True)
class Document:
    """
    One named operation.

    Shopify counts 1 point an object and multiplies by the size of lists; a mutation is 10. The
    cost here is that count, so that the client keeps to the allowance without asking.

    Args:
        name: The operation's name, also in logs and errors.
        text: The operation and its fragments.
        cost: What it costs besides its rows.
        row_cost: What one more row costs.

    >>> page = Document(name="Pages", text="query Pages { shop { id } }", cost=20, row_cost=140)
    >>> page.cost_of(3), page.rows_max
    (440, 7)
    """

    name: str = attrs.field(validator=is_text)
    text: str = attrs.field(validator=is_text, repr=False)
    cost: int = attrs.field(validator=above_zero)
    row_cost: int = attrs.field(default=0, validator=not_negative)

    def cost_of(self, rows: int) -> int:
        """Return what the document costs with so many rows."""
        return self.cost + self.row_cost * rows

    @property
    def rows_max(self) -> int:
        """The most rows that can be asked for at once."""
        return (COST_MAX - self.cost) // self.row_cost
