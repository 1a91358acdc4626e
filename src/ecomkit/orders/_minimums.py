"""Minimum quantities and multiples: what a price list asks of the lines of an order."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, final

import attrs

from ecomkit._checks import as_tuple, each, is_a, optional, units
from ecomkit.identifiers import LineId, Sku

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ecomkit.catalog import PriceList
    from ecomkit.orders._line import OrderLine

__all__ = ["QuantityFault", "QuantityFinding", "check_minimums"]


class QuantityFault(Enum):
    """What is wrong with how much of a sku is ordered."""

    NOT_LISTED = "it is not on the price list"
    BELOW_MINIMUM = "it is less than the minimum"
    NOT_A_MULTIPLE = "it is no whole number of packs"


@final
@attrs.frozen(kw_only=True)
class QuantityFinding:
    """
    One thing that is wrong with how much of a sku is ordered, over all of its lines.

    ``bound`` is the minimum or the multiple that is not met, ``acceptable`` the next larger
    number of units that meets both; None where the list does not have the sku.
    """

    sku: Sku = attrs.field(validator=is_a(Sku))
    lines: tuple[LineId, ...] = attrs.field(converter=as_tuple, validator=each(LineId))
    wanted: int = attrs.field(validator=units)
    fault: QuantityFault = attrs.field(validator=is_a(QuantityFault))
    bound: int | None = attrs.field(default=None, validator=optional(units))
    acceptable: int | None = attrs.field(default=None, validator=optional(units))

    def explain(self) -> str:
        """Say what is wrong, and what would be accepted."""
        bound = "" if self.bound is None else f" of {self.bound}"
        text = f"{self.wanted} {self.sku}: {self.fault.value}{bound}"
        return text if self.acceptable is None else f"{text}; {self.acceptable} would be accepted"


def check_minimums(
    lines: Iterable[OrderLine], *, price_list: PriceList
) -> tuple[QuantityFinding, ...]:
    """
    Return all that *price_list* finds wrong with the quantities of *lines*; nothing if they fit.

    Lines of one sku count together: two of six units are a pack of twelve.

    >>> from ecomkit.catalog import PriceList, PriceListEntry, PriceTier
    >>> from ecomkit.money import Currency, Money
    >>> from ecomkit.orders import OrderLine
    >>> price = Money(1000, Currency.EUR)
    >>> elephant = PriceListEntry(
    ...     sku=Sku("ELEPHANT"),
    ...     tiers=[PriceTier(from_units=1, unit_price=price)],
    ...     minimum=10,
    ...     multiple=6,
    ... )
    >>> retail = PriceList(name="retail", currency=Currency.EUR, entries=[elephant])
    >>> line = OrderLine(id=LineId("1"), sku=Sku("ELEPHANT"), quantity=8, unit_price=price)
    >>> for finding in check_minimums([line], price_list=retail):
    ...     print(finding.explain())
    8 ELEPHANT: it is less than the minimum of 10; 12 would be accepted
    8 ELEPHANT: it is no whole number of packs of 6; 12 would be accepted
    """
    by_sku: dict[Sku, list[OrderLine]] = {}
    for line in lines:
        by_sku.setdefault(line.sku, []).append(line)
    return tuple(
        finding
        for sku, same in by_sku.items()
        for finding in _findings(sku, same, price_list=price_list)
    )


def _findings(
    sku: Sku, lines: list[OrderLine], *, price_list: PriceList
) -> Iterable[QuantityFinding]:
    wanted = sum(line.quantity for line in lines)
    ids = tuple(line.id for line in lines)
    entry = price_list.entry(sku)
    if entry is None:
        yield QuantityFinding(sku=sku, lines=ids, wanted=wanted, fault=QuantityFault.NOT_LISTED)
        return
    broken = (
        (QuantityFault.BELOW_MINIMUM, entry.minimum, wanted < entry.minimum),
        (QuantityFault.NOT_A_MULTIPLE, entry.multiple, wanted % entry.multiple != 0),
    )
    for fault, bound, is_broken in broken:
        if is_broken:
            yield QuantityFinding(
                sku=sku,
                lines=ids,
                wanted=wanted,
                fault=fault,
                bound=bound,
                acceptable=entry.sold_from(wanted),
            )
