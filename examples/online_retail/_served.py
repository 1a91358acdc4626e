"""
The same channels as real systems show them: fakes of the vendors' servers behind real HTTP.

Shoppers and senseless rows go to a fake past its interface; the shop reaches it through the
vendor's client alone, over a socket of this machine.
"""

from __future__ import annotations

import random
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import ClassVar, final

import attrs

from ecomkit.adapters.http import CallEvent, ChannelClient, Kit, Site
from ecomkit.adapters.shopify import Shopify
from ecomkit.adapters.vendure import Vendure
from ecomkit.adapters.woocommerce import WooCommerce
from ecomkit.identifiers import ChannelId, LineId, ListingId, Sku
from ecomkit.money import Money, sum_money
from ecomkit.ports import ManualClock, Secret
from ecomkit.testing.fakes import FakeSystem, WireFaults, serve
from ecomkit.testing.fakes.shopify import ShopifyFake
from ecomkit.testing.fakes.vendure import VendureFake
from ecomkit.testing.fakes.woocommerce import WooCommerceFake

from . import _world as world
from ._assumptions import Assumptions
from ._outlets import Standing, is_shipping
from ._source import SenselessRow
from ._timekeeper import ReplayTime

__all__ = ["Calls", "ServedOutlet", "served_lines", "served_outlets"]

Lines = Sequence[tuple[ListingId, int, Money]]


@attrs.define(kw_only=True)
class Calls:
    """What talking to one channel took; waits pass at once, so their seconds are not of this world."""

    channel: ChannelId
    system: str
    calls: int = 0
    retries: int = 0
    limited: int = 0
    waited_seconds: float = 0.0

    def note(self, event: CallEvent) -> None:
        """Count an attempt."""
        self.calls += 1
        self.retries += event.attempt > 1
        self.limited += event.status == 429  # noqa: PLR2004 (HTTP)

    def __str__(self) -> str:
        return (
            f"{self.channel} as {self.system}: {self.calls:,} calls, {self.retries:,} of them "
            f"retries, {self.waited_seconds:,.0f} s waited for its limits and before retries"
        )


class ServedOutlet(ABC):
    """
    A channel behind HTTP.

    It gives orders and lines names of its own, which are kept here beside those of the file.
    What shoppers cancel, it takes down; the money goes back when the shop says so.
    """

    system: ClassVar[str]
    fake: FakeSystem

    def __init__(self, name: ChannelId, *, time: ReplayTime) -> None:
        self.name = name
        self._time = time
        self._calls = Calls(channel=name, system=self.system)
        self._listings: dict[Sku, ListingId] = {}
        self._numbers: dict[str, str] = {}
        self._lines: dict[tuple[str, int], LineId] = {}
        self._standing: dict[str, dict[LineId, Standing]] = {}
        self._rows: dict[str, SenselessRow] = {}
        self._client: ChannelClient | None = None

    @property
    def channel(self) -> ChannelClient:
        """The vendor's client."""
        assert self._client is not None, "it is opened before anything is sold"
        return self._client

    @property
    def calls(self) -> Calls:
        """What talking to it took until now."""
        self._calls.waited_seconds = self._time.waited_seconds
        return self._calls

    def open(self, stack: ExitStack, products: Mapping[Sku, str]) -> None:
        """Put *products* up, serve the fake until *stack* closes, and connect a client to it."""
        for sku, title in products.items():
            self._listings[sku] = self._put_up(sku, title)
        base = stack.enter_context(serve(self.fake.answer))
        kit = Kit(
            time=self._time,
            observe=self._calls.note,
            draw=random.Random(self.name).random,  # noqa: S311 (jitter, nothing secret)
        )
        self._client = stack.enter_context(self._connected(base, kit))

    def sell(self, event: world.InvoicePlaced) -> int:
        """A customer buys; charges travel in as few sums as the vendor has places for."""
        number, ids, carried = self._sell(
            event,
            [(self._listings[line.sku], line.quantity, line.unit_price) for line in event.lines],
            buyer=f"{event.customer or f'guest-of-{event.invoice}'}@example.com",
        )
        self._numbers[event.invoice] = number
        self._standing[number] = {}
        for line, name in zip(event.lines, ids, strict=True):
            self._lines[number, line.line] = name
            self._standing[number][name] = Standing(quantity=line.quantity)
        return len(event.charges) - carried

    def number(self, invoice: str) -> str | None:
        """Return what the vendor calls *invoice*."""
        return self._numbers.get(invoice)

    def line(self, number: str, row: int) -> LineId:
        """Return what the vendor calls a line."""
        return self._lines[number, row]

    def standing(self, number: str) -> Mapping[LineId, Standing]:
        """Return what became of the lines of an order."""
        return self._standing[number]

    def cancel(self, number: str, units: Mapping[LineId, int]) -> None:
        """A customer cancels."""
        self.give_up(number, units)
        self._cancel(number, units)

    def give_up(self, number: str, units: Mapping[LineId, int]) -> None:
        """Note what the shop's client will tell."""
        told = self._standing[number]
        for line, count in units.items():
            told[line] = attrs.evolve(told[line], cancelled=told[line].cancelled + count)

    def send_back(self, number: str, units: Mapping[LineId, int]) -> None:
        """A customer says that units come back; where the vendor knows no returns, to the shop alone."""
        told = self._standing[number]
        for line, count in units.items():
            told[line] = attrs.evolve(told[line], returned=told[line].returned + count)
        self._send_back(number, units)

    def remind(self, number: str, left: Mapping[LineId, int], *, at: object) -> None:
        """Do nothing: the client tells what has left, and a run over channels is not resumed."""

    def post_row(self, row: SenselessRow) -> None:
        """Make an order of *row* that nobody can read."""
        listing = self._listings.get(Sku(row.sku)) or next(iter(self._listings.values()))
        self._rows[self._post(listing)] = row

    def reason(self, object_id: str, faults: Sequence[str]) -> str:
        """Return why the row was posted; for an order that should have been read, what was wrong."""
        row = self._rows.get(object_id)
        return faults[0] if row is None else row.reason.value

    # -- what the vendors differ in -----------------------------------------------------------

    @abstractmethod
    def _put_up(self, sku: Sku, title: str) -> ListingId:
        """Put a product up, with nothing on its shelf."""

    @abstractmethod
    def _connected(self, base: str, kit: Kit) -> ChannelClient:
        """Return a client of the server at *base*."""

    @abstractmethod
    def _sell(
        self, event: world.InvoicePlaced, lines: Lines, *, buyer: str
    ) -> tuple[str, Sequence[LineId], int]:
        """Sell; return the order's number, its lines' ids, and how many sums of charges it bears."""

    @abstractmethod
    def _cancel(self, number: str, units: Mapping[LineId, int]) -> None:
        """Cancel units that have not left; they are noted already."""

    @abstractmethod
    def _post(self, listing: ListingId) -> str:
        """Make an order that cannot be read; return its number."""

    def _send_back(self, number: str, units: Mapping[LineId, int]) -> None:
        """Announce a return, where the vendor has it."""


@final
class WooCommerceOutlet(ServedOutlet):
    """WooCommerce: cancels a part of an order by a refund of nothing, and knows no returns."""

    system = "WooCommerce"

    def __init__(
        self, name: ChannelId, *, time: ReplayTime, assumptions: Assumptions, faults: WireFaults
    ) -> None:
        super().__init__(name, time=time)
        self.fake = self._shop = WooCommerceFake(
            time=time, faults=faults, currency=assumptions.currency
        )
        self._zero = Money.zero(assumptions.currency)

    def _put_up(self, sku: Sku, title: str) -> ListingId:
        return self._shop.put_up(sku, title=title, quantity=0)

    def _connected(self, base: str, kit: Kit) -> WooCommerce:
        return WooCommerce(
            self.name,
            key=self._shop.key,
            secret=self._shop.secret,
            currency=self._zero.currency,
            site=Site.insecure_for_tests(f"{base}/wp-json/wc/v3"),
            kit=kit,
        )

    def _sell(
        self, event: world.InvoicePlaced, lines: Lines, *, buyer: str
    ) -> tuple[str, Sequence[LineId], int]:
        charges = [charge.amount for charge in event.charges]
        number = self._shop.sell(
            lines,
            number=event.invoice,
            buyer=buyer,
            at=event.at,
            shipping=sum_money(charges, currency=self._zero.currency) if charges else None,
        )
        rows = self._shop.shop.order(number).lines
        return number, [LineId(str(row.id)) for row in rows], min(len(charges), 1)

    def _cancel(self, number: str, units: Mapping[LineId, int]) -> None:
        if all(one.cancelled == one.quantity for one in self.standing(number).values()):
            self._shop.cancel(number)
        else:
            self._shop.refund(number, units, amount=self._zero)

    def _post(self, listing: ListingId) -> str:
        # What is not paid takes no stock.
        number = self._shop.sell([(listing, 1, self._zero)], status="pending")
        self._shop.spoil(number)
        return number


@final
class ShopifyOutlet(ServedOutlet):
    """Shopify: cancels and takes back unit by unit."""

    system = "Shopify"

    def __init__(
        self, name: ChannelId, *, time: ReplayTime, assumptions: Assumptions, faults: WireFaults
    ) -> None:
        super().__init__(name, time=time)
        self.fake = self._shop = ShopifyFake(
            time=time, faults=faults, currency=assumptions.currency
        )
        self._zero = Money.zero(assumptions.currency)

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

    def _sell(
        self, event: world.InvoicePlaced, lines: Lines, *, buyer: str
    ) -> tuple[str, Sequence[LineId], int]:
        charges = [charge.amount for charge in event.charges]
        number = self._shop.sell(
            lines,
            buyer=buyer,
            at=event.at,
            shipping=sum_money(charges, currency=self._zero.currency) if charges else None,
        )
        rows = self._shop.order(number).lines
        return number, [LineId(str(row.id)) for row in rows], min(len(charges), 1)

    def _cancel(self, number: str, units: Mapping[LineId, int]) -> None:
        self._shop.refund(number, units, amount=self._zero)

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
        number = self._shop.sell([(listing, 1, self._zero)])
        self._shop.spoil(number)
        return number


@final
class VendureOutlet(ServedOutlet):
    """Vendure: charges of its own beside shipping, and no returns."""

    system = "Vendure"

    def __init__(
        self, name: ChannelId, *, time: ReplayTime, assumptions: Assumptions, faults: WireFaults
    ) -> None:
        super().__init__(name, time=time)
        self.fake = self._shop = VendureFake(
            time=time, faults=faults, currency=assumptions.currency
        )
        self._zero = Money.zero(assumptions.currency)

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

    def _sell(
        self, event: world.InvoicePlaced, lines: Lines, *, buyer: str
    ) -> tuple[str, Sequence[LineId], int]:
        shipping = [charge.amount for charge in event.charges if is_shipping(charge)]
        fees = [charge.amount for charge in event.charges if not is_shipping(charge)]
        number = self._shop.sell(
            lines,
            number=event.invoice,
            buyer=buyer,
            at=event.at,
            shipping=sum_money(shipping, currency=self._zero.currency) if shipping else None,
            surcharge=sum_money(fees, currency=self._zero.currency) if fees else None,
        )
        return number, self._shop.lines(number), min(len(shipping), 1) + min(len(fees), 1)

    def _cancel(self, number: str, units: Mapping[LineId, int]) -> None:
        self._shop.cancel(number, units)

    def _post(self, listing: ListingId) -> str:
        number = self._shop.sell([(listing, 1, self._zero)])
        self._shop.spoil(number)
        return number


KINDS = (WooCommerceOutlet, ShopifyOutlet, VendureOutlet)
"""Who plays the three channels, the largest first."""


def served_lines(assumptions: Assumptions) -> tuple[str, ...]:
    """Return in plain words who plays which channel, and what the vendors do otherwise."""
    played = ", ".join(
        f"{name} is {kind.system}"
        for name, kind in zip(assumptions.channels(), KINDS, strict=True)
    )
    return (
        (
            f"Over HTTP: {played}: fakes of their servers on this machine, called by ecomkit's "
            "clients; their limits are kept to, and waits pass at once."
        ),
        (
            "There, orders and lines have ids of the vendor's, charges travel in as few sums as it "
            "has places for, and returns are announced at Shopify alone."
        ),
    )


@contextmanager
def served_outlets(
    assumptions: Assumptions,
    *,
    clock: ManualClock,
    products: Mapping[Sku, str],
    faults: WireFaults,
) -> Iterator[tuple[ServedOutlet, ...]]:
    """Open the three channels over HTTP: the home channel at WooCommerce, the others at Shopify and Vendure."""
    with ExitStack() as stack:
        outlets = tuple(
            kind(name, time=ReplayTime(clock), assumptions=assumptions, faults=faults)
            for kind, name in zip(KINDS, assumptions.channels(), strict=True)
        )
        for outlet in outlets:
            outlet.open(stack, products)
        yield outlets
