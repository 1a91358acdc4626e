"""Who plays the three channels over HTTP: WooCommerce, Shopify and Vendure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any, final

from ecomkit.adapters.http import Kit, Site
from ecomkit.adapters.shopify import Shopify
from ecomkit.adapters.vendure import Vendure
from ecomkit.adapters.woocommerce import WooCommerce
from ecomkit.identifiers import LineId, ListingId, Sku
from ecomkit.money import Money, sum_money
from ecomkit.ports import Clock, Secret
from ecomkit.testing.fakes import WireFaults
from ecomkit.testing.fakes.shopify import ShopifyFake
from ecomkit.testing.fakes.vendure import VendureFake
from ecomkit.testing.fakes.woocommerce import WooCommerceFake

from . import _world as world
from ._assumptions import Assumptions
from ._outlets import is_shipping
from ._served import Lines, ServedOutlet, Sold
from ._timekeeper import ReplayTime

__all__ = ["served_lines", "served_outlets"]


@final
class WooCommerceOutlet(ServedOutlet[WooCommerceFake]):
    """WooCommerce: cancels a part of an order by a refund of nothing, and knows no returns."""

    system = "WooCommerce"

    def _put_up(self, sku: Sku, title: str) -> ListingId:
        return self._shop.put_up(sku, title=title, quantity=0)

    def _connected(self, base: str, kit: Kit) -> WooCommerce:
        return WooCommerce(
            self.name,
            key=self._shop.key,
            secret=self._shop.secret,
            currency=self._currency,
            site=Site.insecure_for_tests(f"{base}/wp-json/wc/v3"),
            kit=kit,
        )

    def _sell(self, event: world.InvoicePlaced, lines: Lines, *, buyer: str) -> Sold:
        number = self._shop.sell(
            lines,
            number=event.invoice,
            buyer=buyer,
            at=event.at,
            shipping=_sum(event.charges),
        )
        rows = self._shop.shop.order(number).lines
        return Sold(
            number=number,
            lines=tuple(LineId(str(row.id)) for row in rows),
            charges=bool(event.charges),
        )

    def _cancel(self, number: str, units: Mapping[LineId, int]) -> None:
        if all(one.cancelled == one.quantity for one in self.standing(number).values()):
            self._shop.cancel(number)
        else:
            self._shop.refund(number, units, amount=Money.zero(self._currency))

    def _post(self, listing: ListingId) -> str:
        # What is not paid takes no stock.
        number = self._shop.sell([(listing, 1, Money.zero(self._currency))], status="pending")
        self._shop.spoil(number)
        return number


@final
class ShopifyOutlet(ServedOutlet[ShopifyFake]):
    """Shopify: cancels and takes back unit by unit."""

    system = "Shopify"

    def _put_up(self, sku: Sku, title: str) -> ListingId:
        return self._shop.put_up(sku, title=title or sku, quantity=0)

    def _connected(self, base: str, kit: Kit) -> Shopify:
        return Shopify(
            self.name,
            shop=self._shop.shop,
            token=Secret(self._shop.TOKEN),
            location=self._shop.location,
            site=Site.insecure_for_tests(f"{base}/admin/api/2026-10"),
            kit=kit,
        )

    def _sell(self, event: world.InvoicePlaced, lines: Lines, *, buyer: str) -> Sold:
        number = self._shop.sell(
            lines,
            buyer=buyer,
            at=event.at,
            shipping=_sum(event.charges),
        )
        rows = self._shop.order(number).lines
        return Sold(
            number=number,
            lines=tuple(LineId(str(row.id)) for row in rows),
            charges=bool(event.charges),
        )

    def _cancel(self, number: str, units: Mapping[LineId, int]) -> None:
        self._shop.refund(number, units, amount=Money.zero(self._currency))

    def _send_back(self, number: str, units: Mapping[LineId, int]) -> None:
        # A parcel that the shop could not tell of yet cannot be announced there.
        sent: Counter[LineId] = Counter()
        for parcel in self._shop.fulfilments(number):
            for row in parcel.lines:
                sent[LineId(str(row.line.id))] += row.quantity - row.returning
        known = {line: min(count, sent[line]) for line, count in units.items()}
        known = {line: count for line, count in known.items() if count}
        if known:
            self._shop.send_back(number, known)

    def _post(self, listing: ListingId) -> str:
        number = self._shop.sell([(listing, 1, Money.zero(self._currency))])
        self._shop.spoil(number)
        return number


@final
class VendureOutlet(ServedOutlet[VendureFake]):
    """Vendure: charges of its own beside shipping, and no returns."""

    system = "Vendure"

    def _put_up(self, sku: Sku, title: str) -> ListingId:
        return self._shop.put_up(sku, title=title, quantity=0)

    def _connected(self, base: str, kit: Kit) -> Vendure:
        return Vendure(
            self.name,
            url=f"{base}/admin-api",
            username=self._shop.username,
            password=Secret(self._shop.password),
            location=self._shop.location,
            site=Site.insecure_for_tests(base),
            kit=kit,
        )

    def _sell(self, event: world.InvoicePlaced, lines: Lines, *, buyer: str) -> Sold:
        shipping = _sum(charge for charge in event.charges if is_shipping(charge))
        fees = _sum(charge for charge in event.charges if not is_shipping(charge))
        number = self._shop.sell(
            lines,
            number=event.invoice,
            buyer=buyer,
            at=event.at,
            shipping=shipping,
            surcharge=fees,
        )
        return Sold(
            number=number,
            lines=self._shop.lines(number),
            charges=bool(shipping) + bool(fees),
        )

    def _cancel(self, number: str, units: Mapping[LineId, int]) -> None:
        self._shop.cancel(number, units)

    def _post(self, listing: ListingId) -> str:
        number = self._shop.sell([(listing, 1, Money.zero(self._currency))])
        self._shop.spoil(number)
        return number


def served_lines(assumptions: Assumptions) -> tuple[str, ...]:
    """Return in plain words who plays which channel, and what the vendors do otherwise."""
    home, europe, others = assumptions.channels()
    return (
        (
            f"Over HTTP: {home} is {WooCommerceOutlet.system}, {europe} is "
            f"{ShopifyOutlet.system} and {others} is {VendureOutlet.system}: fakes of their "
            "servers on this machine, called by ecomkit's clients. The vendors' limits hold, and "
            "waits pass at once."
        ),
        (
            "There, orders and lines have the vendor's ids, the charges of an order travel in one "
            "sum (two at Vendure, shipping and the rest), and returns are announced at Shopify "
            "alone; the others hear of them when the money goes back."
        ),
    )


@contextmanager
def served_outlets(
    assumptions: Assumptions,
    *,
    clock: Clock,
    products: Mapping[Sku, str],
    faults: WireFaults,
) -> Iterator[tuple[ServedOutlet[Any], ...]]:
    """Open the three channels over HTTP, until the context ends."""
    home, europe, others = assumptions.channels()
    currency = assumptions.currency
    here, there, beyond = (ReplayTime(clock) for _ in range(3))
    outlets: tuple[ServedOutlet[Any], ...] = (
        WooCommerceOutlet(
            home,
            shop=WooCommerceFake(time=here, faults=faults, currency=currency),
            time=here,
            currency=currency,
        ),
        ShopifyOutlet(
            europe,
            shop=ShopifyFake(time=there, faults=faults, currency=currency),
            time=there,
            currency=currency,
        ),
        VendureOutlet(
            others,
            shop=VendureFake(time=beyond, faults=faults, currency=currency),
            time=beyond,
            currency=currency,
        ),
    )
    with ExitStack() as stack:
        for outlet in outlets:
            outlet.open(stack, products)
        yield outlets


def _sum(charges: Iterable[world.Charge]) -> Money | None:
    amounts = [charge.amount for charge in charges]
    return sum_money(amounts) if amounts else None
