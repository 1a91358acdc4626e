"""The basket that discounts and taxes see, and the cuts that a discount answers with."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any, Protocol, final

import attrs

from ecomkit._checks import as_tuple, each, is_a, refuse
from ecomkit.identifiers import LineId
from ecomkit.money import Currency, Money
from ecomkit.orders._amounts import not_negative_money
from ecomkit.orders._charge import ChargeKind, ChargeTarget
from ecomkit.orders._line import OrderLine
from ecomkit.orders.pricing._extra import Extra

__all__ = ["Basket", "BasketPart", "Cut", "Discount", "LinePredicate"]

LinePredicate = Callable[[OrderLine], bool]
"""Says of a line whether a discount is on it."""


def _minor_units(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if not isinstance(value, tuple):
        raise refuse(instance, attribute.name, value, "a tuple of minor units")
    for amount in value:
        if type(amount) is not int or amount < 0:
            raise refuse(instance, attribute.name, amount, "whole minor units, 0 or more")


@final
@attrs.frozen(kw_only=True)
class BasketPart:
    """A line or an extra, and what is left of its price after the discounts before."""

    item: OrderLine | Extra = attrs.field(validator=is_a(OrderLine, Extra))
    left: Money = attrs.field(validator=not_negative_money)

    @property
    def units(self) -> int:
        """How many units the price is for; an extra is one."""
        return self.item.quantity if isinstance(self.item, OrderLine) else 1


@final
@attrs.frozen(kw_only=True)
class Basket:
    """
    What is to be priced, as the discounts so far have left it.

    The lines stand in the order of their ids, whatever order they were given in, so that no
    cent depends on that. *amounts* is what is left, in minor units, of each line and then of
    each extra.

    Raises:
        FieldError: If there are not as many amounts as lines and extras, or one is below 0.
    """

    currency: Currency = attrs.field(validator=is_a(Currency))
    lines: tuple[OrderLine, ...] = attrs.field(converter=as_tuple, validator=each(OrderLine))
    extras: tuple[Extra, ...] = attrs.field(default=(), converter=as_tuple, validator=each(Extra))
    amounts: tuple[int, ...] = attrs.field(converter=as_tuple, validator=_minor_units)

    def __attrs_post_init__(self) -> None:
        if len(self.amounts) != len(self.lines) + len(self.extras):
            wanted = f"one for each of the {len(self.lines) + len(self.extras)} parts"
            raise refuse(self, "amounts", self.amounts, wanted)

    @property
    def parts(self) -> tuple[BasketPart, ...]:
        """Each line, then each extra, with what is left of it."""
        return tuple(
            BasketPart(item=item, left=Money(amount, self.currency))
            for item, amount in zip(self.items, self.amounts, strict=True)
        )

    @property
    def items(self) -> tuple[OrderLine | Extra, ...]:
        """Each line, then each extra."""
        return self.lines + self.extras

    @property
    def originals(self) -> tuple[int, ...]:
        """The price of each part before all discounts, in minor units."""
        goods = (line.unit_price.amount * line.quantity for line in self.lines)
        return (*goods, *(extra.amount.amount for extra in self.extras))

    @property
    def goods_left(self) -> Money:
        """What is left of all lines together."""
        return Money(sum(self.amounts[: len(self.lines)]), self.currency)

    @property
    def shipping_left(self) -> Money:
        """What is left of the shipping."""
        shipping = self.places(ChargeTarget.SHIPPING)
        return Money(sum(self.amounts[place] for place in shipping), self.currency)

    def left_of(self, line: LineId) -> Money:
        """
        Return what is left of one line.

        Raises:
            FieldError: If there is no such line.
        """
        return Money(self.amounts[self.place(line)], self.currency)

    def place(self, line: LineId) -> int:
        """
        Return where the line stands among the amounts.

        Raises:
            FieldError: If there is no such line.
        """
        try:
            return self._places[line]
        except KeyError:
            raise refuse(self, "line", line, "one of its lines") from None

    def places(self, on: ChargeTarget | LinePredicate) -> range | list[int]:
        """Return where the parts stand that a discount is on."""
        if on is ChargeTarget.ORDER:
            return range(len(self.lines))
        if on is ChargeTarget.SHIPPING:
            return [
                place
                for place, extra in enumerate(self.extras, start=len(self.lines))
                if extra.kind is ChargeKind.SHIPPING
            ]
        return [place for place, line in enumerate(self.lines) if on(line)]

    @cached_property
    def _places(self) -> dict[LineId, int]:
        return {line.id: place for place, line in enumerate(self.lines)}


def _target(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if isinstance(value, ChargeTarget):
        return
    if not isinstance(value, tuple) or not all(isinstance(line, LineId) for line in value):
        raise refuse(instance, attribute.name, value, "a ChargeTarget or a tuple of LineId")
    if len(set(value)) < len(value):
        raise refuse(instance, attribute.name, value, "each line once")


@final
@attrs.frozen(kw_only=True)
class Cut:
    """
    An amount that a discount wants to take off, and what it is to be taken off from.

    That is some lines, all of them (``ChargeTarget.ORDER``) or the shipping. Over several of
    them the amount is shared in proportion to what is left of each, to the last minor unit.

    Raises:
        FieldError: If the amount is below 0.
    """

    amount: Money = attrs.field(validator=not_negative_money)
    on: ChargeTarget | tuple[LineId, ...] = attrs.field(
        default=ChargeTarget.ORDER, validator=_target
    )

    def places(self, basket: Basket) -> range | list[int]:
        """
        Return where the parts stand in *basket*.

        Raises:
            FieldError: If a line is not in the basket.
        """
        if isinstance(self.on, ChargeTarget):
            return basket.places(self.on)
        return [basket.place(line) for line in self.on]


class Discount(Protocol):
    """
    A discount: anything with a name that can be called with a basket.

    It answers with what it wants to take off. It is never given more than there is: what finds
    nothing to be taken off is reported as not used.
    """

    @property
    def name(self) -> str:
        """What the buyer reads beside it."""
        ...

    def __call__(self, basket: Basket, /) -> Iterable[Cut]:
        """Return what to take off *basket*."""
        ...
