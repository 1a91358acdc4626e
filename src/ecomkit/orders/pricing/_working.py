"""The computation behind pricing, in minor units from end to end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import attrgetter

import attrs

from ecomkit._checks import as_tuple, refuse
from ecomkit.identifiers import Sku
from ecomkit.money import Currency, CurrencyMismatchError
from ecomkit.orders._charge import Taxation
from ecomkit.orders._line import OrderLine
from ecomkit.orders.pricing._basket import Basket, Discount
from ecomkit.orders.pricing._cutting import Taken, take_off, wishes_of
from ecomkit.orders.pricing._extra import Extra
from ecomkit.orders.pricing._taxes import MinorTaxes, TaxAmount, TaxRates, TaxRule

__all__ = ["Working", "work"]


@attrs.frozen(kw_only=True)
class Working:
    """
    All that was computed, by the places of the baskets.

    *placed* is the basket before the discounts, *left* the one after them.
    """

    placed: Basket
    left: Basket
    taken: tuple[Taken, ...]
    taxes: Sequence[int]
    titles: Sequence[str]


def work(
    lines: Sequence[OrderLine],
    *,
    extras: tuple[Extra, ...],
    currency: Currency,
    discounts: Sequence[Discount],
    floors: Mapping[Sku, int],
    tax: TaxRule | None,
) -> Working:
    """
    Return what the discounts take off, one after the other, and the tax on what is left.

    Raises:
        FieldError: If a rule answers with something else than its protocol says.
        CurrencyMismatchError: If a rule answers in another currency.
        NoTaxRateError: If no rate is for the tax category of a part.
    """
    # By id, so that no cent that is left over depends on the order in which the lines stand.
    lines = tuple(sorted(lines, key=attrgetter("id")))
    left = [line.unit_price.amount * line.quantity for line in lines]
    left += [extra.amount.amount for extra in extras]
    room = left.copy()
    if floors:
        for place, line in enumerate(lines):
            room[place] = max(0, left[place] - floors.get(line.sku, 0) * line.quantity)

    basket = placed = Basket(currency=currency, lines=lines, extras=extras, amounts=tuple(left))
    taken = []
    for discount in discounts:
        taken.append(take_off(wishes_of(discount, basket=basket), left=left, room=room))
        basket = Basket(currency=currency, lines=lines, extras=extras, amounts=tuple(left))
    taxes, titles = _taxes(tax, basket=basket)
    return Working(placed=placed, left=basket, taken=tuple(taken), taxes=taxes, titles=titles)


def _taxes(rule: TaxRule | None, *, basket: Basket) -> MinorTaxes:
    if rule is None:
        return [0] * len(basket.amounts), [""] * len(basket.amounts)
    if isinstance(rule, TaxRates):
        # The same as by the answer below, without making values for each line of each order.
        return rule.in_minor_units(basket)
    answer = as_tuple(rule(basket))
    if not isinstance(answer, tuple) or len(answer) != len(basket.amounts):
        wanted = f"one for each of the {len(basket.amounts)} parts"
        raise refuse(rule, "amounts", answer, wanted)
    for tax, amount in zip(answer, basket.amounts, strict=True):
        if not isinstance(tax, TaxAmount):
            raise refuse(rule, "amounts", tax, "a TaxAmount")
        if tax.amount.currency is not basket.currency:
            raise CurrencyMismatchError(left=basket.currency, right=tax.amount.currency)
        if rule.terms.taxation is Taxation.INCLUDED and tax.amount.amount > amount:
            raise refuse(rule, "amounts", tax.amount, "no larger than the price it is inside")
    return [tax.amount.amount for tax in answer], [tax.title for tax in answer]
