"""Pricing: what an order costs, from its lines to the last tax, with every step."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any, final

import attrs

from ecomkit._checks import as_tuple, each, refuse
from ecomkit.money import Currency, CurrencyMismatchError, Money
from ecomkit.orders._charge import Charge, ChargeKind, Taxation
from ecomkit.orders._line import OrderLine
from ecomkit.orders._tax import TaxTerms
from ecomkit.orders._totals import Totals
from ecomkit.orders.pricing._basket import Discount
from ecomkit.orders.pricing._charges import Parts, charges_of
from ecomkit.orders.pricing._extra import Extra
from ecomkit.orders.pricing._minimum_price import MinimumPrice
from ecomkit.orders.pricing._taxes import TaxRule
from ecomkit.orders.pricing._views import DiscountStep, PartPrice, TaxSummary
from ecomkit.orders.pricing._working import Working, work

__all__ = ["Pricing"]


def _is_rule(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if value is not None and not (
        callable(value) and isinstance(getattr(value, "terms", None), TaxTerms)
    ):
        raise refuse(instance, attribute.name, value, "a tax rule, with terms")


def _are_discounts(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if not isinstance(value, tuple):
        raise refuse(instance, attribute.name, value, "a tuple of discounts")
    for discount in value:
        if not callable(discount) or not isinstance(getattr(discount, "name", None), str):
            raise refuse(instance, attribute.name, discount, "discounts, each with a name")


@final
@attrs.frozen(kw_only=True)
class Pricing:
    """
    What an order costs: its lines and extras, less the discounts, and the tax on what is left.

    The discounts act one after the other, in the order in which they stand, each on what those
    before it have left. None takes a line or the shipping below 0, nor a unit below its minimum
    price; what is not used of it is reported. What is shared is shared to the last minor unit,
    and no cent depends on the order in which the lines stand. Then the tax rule is asked once.

    Prices include the tax, or do not, as the terms of the tax rule say. Fees are never
    discounted. Amounts that are shared stay with their lines: a line that is cancelled or comes
    back takes its own shares with it and changes no other's.

    Args:
        lines: What is bought, at unit prices before discounts; one line or more.
        extras: Shipping and fees.
        discounts: What is taken off, in this order.
        tax: The tax rule; none means that there is no tax.
        minimum_prices: Floors for the unit prices of skus.

    Raises:
        FieldError: If a field has no legal value, two lines have one id or two floors one sku,
            a fee is of a line that is not there, a rule answers with something else than its
            protocol says, or an amount is too large.
        CurrencyMismatchError: If not all amounts are in one currency.
        NoTaxRateError: If no rate is for the tax category of a line or an extra.

    >>> from decimal import Decimal
    >>> from ecomkit.identifiers import LineId, Sku
    >>> from ecomkit.money import Rounding
    >>> from ecomkit.orders import ChargeTarget, TaxMode
    >>> from ecomkit.orders.pricing import FixedDiscount, PercentageDiscount, TaxRate, TaxRates
    >>> def eur(amount):
    ...     return Money(amount, Currency.EUR)
    >>> pricing = Pricing(
    ...     lines=[
    ...         OrderLine(
    ...             id=LineId("1"), sku=Sku("ELEPHANT"), quantity=3, unit_price=eur(1999)
    ...         )
    ...     ],
    ...     extras=[Extra(kind=ChargeKind.SHIPPING, amount=eur(490), title="post")],
    ...     discounts=[
    ...         PercentageDiscount(name="spring", rate=Decimal("0.25")),
    ...         FixedDiscount(name="sorry", amount=eur(1000), on=ChargeTarget.SHIPPING),
    ...     ],
    ...     tax=TaxRates(
    ...         terms=TaxTerms(
    ...             taxation=Taxation.INCLUDED, mode=TaxMode.PER_LINE, rounding=Rounding.HALF_UP
    ...         ),
    ...         rates=[TaxRate(rate=Decimal("0.2"), name="VAT")],
    ...     ),
    ... )
    >>> print(pricing.explain())
    goods: 59.97 EUR
    post: 4.90 EUR
    spring (25 % of what is left, rounded half up per line): 14.99 EUR off
    sorry (10.00 EUR for shipping): 4.90 EUR off, 5.10 EUR not used
    VAT 20 % on 37.48 EUR: 7.50 EUR
    tax is included in the prices, rounded half up per line
    total: 44.98 EUR
    """

    lines: tuple[OrderLine, ...] = attrs.field(converter=as_tuple, validator=each(OrderLine))
    extras: tuple[Extra, ...] = attrs.field(default=(), converter=as_tuple, validator=each(Extra))
    discounts: tuple[Discount, ...] = attrs.field(
        default=(), converter=as_tuple, validator=_are_discounts
    )
    tax: TaxRule | None = attrs.field(default=None, validator=_is_rule)
    minimum_prices: tuple[MinimumPrice, ...] = attrs.field(
        default=(), converter=as_tuple, validator=each(MinimumPrice)
    )

    def __attrs_post_init__(self) -> None:
        if not self.lines:
            raise refuse(self, "lines", self.lines, "one line or more")
        ids = {line.id for line in self.lines}
        if len(ids) < len(self.lines):
            raise refuse(self, "lines", self.lines, "lines with ids of their own")
        for amount in self._amounts():
            if amount.currency is not self.currency:
                raise CurrencyMismatchError(left=self.currency, right=amount.currency)
        if len({floor.sku for floor in self.minimum_prices}) < len(self.minimum_prices):
            raise refuse(self, "minimum_prices", self.minimum_prices, "at most one for each sku")
        for extra in self.extras:
            if extra.line is not None and extra.line not in ids:
                raise refuse(self, "extras", extra.line, "about one of the lines")
        # What is wrong is wrong at once, not when somebody asks for the totals.
        _ = self.totals

    def _amounts(self) -> Iterator[Money]:
        for line in self.lines:
            yield line.unit_price
        for extra in self.extras:
            yield extra.amount
        for floor in self.minimum_prices:
            yield floor.price

    @property
    def currency(self) -> Currency:
        """The currency of all amounts."""
        return self.lines[0].unit_price.currency

    @property
    def terms(self) -> TaxTerms | None:
        """The terms of the tax, to be stored with the order; none if there is no tax."""
        return None if self.tax is None else self.tax.terms

    @cached_property
    def totals(self) -> Totals:
        """What the order costs, by kind: as ``Order.totals`` says of the same charges."""
        working, currency = self._working, self.currency
        placed = working.placed.amounts
        fees = sum(e.amount.amount for e in self.extras if e.kind is ChargeKind.FEE)
        items = sum(placed[: len(self.lines)])
        tax = sum(working.taxes)
        included = tax if self._taxation is Taxation.INCLUDED else 0
        return Totals(
            items=Money(items, currency),
            discounts=Money(sum(working.left.amounts) - sum(placed), currency),
            shipping=Money(sum(placed) - items - fees, currency),
            fees=Money(fees, currency),
            tax_added=Money(tax - included, currency),
            tax_included=Money(included, currency),
        )

    @property
    def net(self) -> Money:
        """What the order costs without any tax."""
        return self.totals.total - self.totals.tax_added - self.totals.tax_included

    @cached_property
    def steps(self) -> tuple[DiscountStep, ...]:
        """What each discount took off, and what of it was not used."""
        return tuple(
            DiscountStep(
                name=discount.name,
                rule=_rule(discount),
                taken=Money(sum(taken), self.currency),
                unused=Money(unused, self.currency),
            )
            for discount, (taken, unused) in zip(self.discounts, self._working.taken, strict=True)
        )

    @cached_property
    def prices(self) -> tuple[PartPrice, ...]:
        """The price of each line, then of each extra, in the order in which they were given."""
        working, currency, taxation = self._working, self.currency, self._taxation
        placed, left = working.placed.amounts, working.left.amounts
        return tuple(
            PartPrice(
                item=item,
                original=Money(placed[place], currency),
                discount=Money(placed[place] - left[place], currency),
                tax=Money(working.taxes[place], currency),
                tax_title=working.titles[place],
                taxation=taxation,
            )
            for item, place in self._parts()
        )

    @property
    def taxes(self) -> tuple[TaxSummary, ...]:
        """What was taxed in which way, in the order in which it comes up; none without a rule."""
        if self.tax is None:
            return ()
        sums: dict[str, tuple[int, int]] = {}
        for price in self.prices:
            net, tax = sums.get(price.tax_title, (0, 0))
            sums[price.tax_title] = (net + price.net.amount, tax + price.tax.amount)
        return tuple(
            TaxSummary(title=title, net=Money(net, self.currency), tax=Money(tax, self.currency))
            for title, (net, tax) in sums.items()
        )

    @cached_property
    def charges(self) -> tuple[Charge, ...]:
        """
        The charges of an ``Order`` with these lines: its totals are the same to the last unit.

        What is shared over lines is attached to them, share by share.
        """
        return charges_of(
            self._working,
            parts=self._parts(),
            discounts=self.discounts,
            taxation=self._taxation,
        )

    def explain(self) -> str:
        """Say what the goods and extras are, each discount with its rest, each tax, the total."""
        sentences = [f"goods: {self.totals.items}"]
        sentences += [
            f"{extra.title or extra.kind.value}: {extra.amount}" for extra in self.extras
        ]
        sentences += [step.explain() for step in self.steps]
        sentences += [tax.explain() for tax in self.taxes]
        if self.terms is not None:
            sentences.append(_words(self.terms))
        return "\n".join([*sentences, f"total: {self.totals.total}"])

    @property
    def _taxation(self) -> Taxation | None:
        return None if self.tax is None else self.tax.terms.taxation

    @cached_property
    def _working(self) -> Working:
        return work(
            self.lines,
            extras=self.extras,
            currency=self.currency,
            discounts=self.discounts,
            floors={floor.sku: floor.price.amount for floor in self.minimum_prices},
            tax=self.tax,
        )

    def _parts(self) -> Parts:
        place = self._working.placed.place
        lines = [(line, place(line.id)) for line in self.lines]
        return (*lines, *((extra, at) for at, extra in enumerate(self.extras, start=len(lines))))


def _rule(discount: Discount) -> str:
    explain = getattr(discount, "explain", None)
    return str(explain()) if callable(explain) else ""


def _words(terms: TaxTerms) -> str:
    where = "included in" if terms.taxation is Taxation.INCLUDED else "added to"
    how = f"{terms.rounding.name} {terms.mode.name}".lower().replace("_", " ")
    return f"tax is {where} the prices, rounded {how}"
