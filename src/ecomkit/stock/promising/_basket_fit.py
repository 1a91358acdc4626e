"""The best fit: as much of a basket as can be had, where later lines give way to earlier ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import final

import attrs

from ecomkit._checks import as_tuple, each, is_a, not_negative, refuse
from ecomkit.catalog import Kits, explode
from ecomkit.identifiers import Sku
from ecomkit.stock.promising._basket import NO_KITS, Basket, BasketLine, units_of

__all__ = ["BasketFit", "FittedLine", "fit_basket"]


@final
@attrs.frozen(kw_only=True)
class FittedLine:
    """A line of a basket, the *kept* units of it, and the skus that had no more (if any)."""

    line: BasketLine = attrs.field(validator=is_a(BasketLine))
    kept: int = attrs.field(validator=not_negative)
    limited_by: tuple[Sku, ...] = attrs.field(default=(), converter=as_tuple, validator=each(Sku))

    def __attrs_post_init__(self) -> None:
        if self.kept > self.line.quantity:
            raise refuse(self, "kept", self.kept, f"at most the {self.line.quantity} asked for")

    @property
    def given_up(self) -> int:
        """Units of the line that do not fit."""
        return self.line.quantity - self.kept

    def explain(self) -> str:
        """Say how many units are kept, and what limits them."""
        if not self.given_up:
            return f"{self.line.sku}: all {self.kept}"
        by = " and ".join(self.limited_by)
        return f"{self.line.sku}: {self.kept} of {self.line.quantity}, limited by {by}"


@final
@attrs.frozen(kw_only=True)
class BasketFit:
    """As much of a basket as can be had, line by line."""

    lines: tuple[FittedLine, ...] = attrs.field(converter=as_tuple, validator=each(FittedLine))

    @property
    def is_whole(self) -> bool:
        """Whether nothing was given up."""
        return not any(fitted.given_up for fitted in self.lines)

    @property
    def basket(self) -> Basket:
        """The basket that fits; lines of which nothing is left are gone."""
        return Basket.of(*((f.line.sku, f.kept) for f in self.lines if f.kept))

    def explain(self) -> str:
        """Say what is kept of each line."""
        return "; ".join(fitted.explain() for fitted in self.lines)


def fit_basket(basket: Basket, *, available: Mapping[Sku, int], kits: Kits = NO_KITS) -> BasketFit:
    """
    Return the largest part of *basket* that can be had, where later lines give way to earlier.

    The rule: each line keeps as many whole units as the lines before it leave. So the last
    lines are reduced first, no line is reduced for the sake of a later one, and nothing can be
    added to the answer. The arguments are those of :func:`basket_available`.

    >>> fit = fit_basket(Basket.of((Sku("A"), 3), (Sku("A"), 4)), available={Sku("A"): 5})
    >>> print(fit.explain())
    A: all 3; A: 2 of 4, limited by A
    """
    taken: dict[Sku, int] = {}
    lines = []
    for line in basket.lines:
        room = {
            part: (units_of(available, part) - taken.get(part, 0)) // each_takes
            for part, each_takes in explode([(line.sku, 1)], kits=kits).items()
        }
        kept = min(line.quantity, *room.values())
        if kept:
            for part, takes in BasketLine(sku=line.sku, quantity=kept).needs(kits).items():
                taken[part] = taken.get(part, 0) + takes
        limits = [part for part, most in room.items() if most == kept < line.quantity]
        lines.append(FittedLine(line=line, kept=kept, limited_by=limits))
    return BasketFit(lines=lines)
