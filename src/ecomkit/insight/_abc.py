"""ABC classes: the few skus that make most of the value, the middle, and the many that make little."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, assert_never, final

import attrs

from ecomkit._checks import is_a, not_negative
from ecomkit.errors import FieldError
from ecomkit.identifiers import Sku

if TYPE_CHECKING:
    from collections.abc import Mapping

A_PERCENT = 80
"""Class A makes this much of the value, by custom."""

B_PERCENT = 95
"""Classes A and B together make this much of the value, by custom."""

WHOLE_PERCENT = 100
"""All of it."""


class AbcClass(Enum):
    """How much a sku matters; A matters most."""

    A = "A"
    B = "B"
    C = "C"


class ClassBoundary(Enum):
    """Where the sku goes whose value crosses a threshold."""

    SHARE_BEFORE = "share before the item"
    """Into the upper class: the share before it is below the threshold. The first is always A."""

    SHARE_INCLUDING = "share including the item"
    """Into the lower class: the share with it is above the threshold."""


@final
@attrs.frozen(kw_only=True)
class AbcItem:
    """
    One sku, in its class.

    ``value`` is in the units that were given (minor units of money, pieces), ``cumulative`` the
    value of all skus down to this one.
    """

    sku: Sku = attrs.field(validator=is_a(Sku))
    value: int = attrs.field(validator=not_negative)
    cumulative: int = attrs.field(validator=not_negative)
    abc_class: AbcClass = attrs.field(validator=is_a(AbcClass))


def abc(
    values: Mapping[Sku, int],
    *,
    boundary: ClassBoundary = ClassBoundary.SHARE_BEFORE,
    a_percent: int = A_PERCENT,
    b_percent: int = B_PERCENT,
) -> tuple[AbcItem, ...]:
    """
    Return the skus by falling *value*, each with its ABC class (Pareto analysis).

    Skus of equal value stand in the order of their names. Shares are compared as whole numbers,
    so nothing is rounded. Where all values are 0 no sku matters, and each is in class C.

    Raises:
        FieldError: If a value is negative or no whole number, or the thresholds are not
            0 < a < b <= 100.

    >>> values = {Sku("TIGER"): 15, Sku("ELEPHANT"): 80, Sku("MOUSE"): 5}
    >>> [(item.sku, item.abc_class.value) for item in abc(values)]
    [(Sku('ELEPHANT'), 'A'), (Sku('TIGER'), 'B'), (Sku('MOUSE'), 'C')]
    """
    if not 0 < a_percent < b_percent <= WHOLE_PERCENT:
        raise FieldError(
            owner="abc",
            field="a_percent and b_percent",
            got=(a_percent, b_percent),
            wanted="two rising percentages above 0, at most 100",
        )
    total = sum(values.values())
    items: list[AbcItem] = []
    before = 0
    for sku, value in sorted(values.items(), key=lambda item: (-item[1], item[0])):
        cumulative = before + value
        if _within(a_percent, before=before, cumulative=cumulative, total=total, by=boundary):
            abc_class = AbcClass.A
        elif _within(b_percent, before=before, cumulative=cumulative, total=total, by=boundary):
            abc_class = AbcClass.B
        else:
            abc_class = AbcClass.C
        items.append(AbcItem(sku=sku, value=value, cumulative=cumulative, abc_class=abc_class))
        before = cumulative
    return tuple(items)


def _within(percent: int, *, before: int, cumulative: int, total: int, by: ClassBoundary) -> bool:
    match by:
        case ClassBoundary.SHARE_BEFORE:
            return before * WHOLE_PERCENT < percent * total
        case ClassBoundary.SHARE_INCLUDING:
            return 0 < cumulative * WHOLE_PERCENT <= percent * total
        case _:
            assert_never(by)
