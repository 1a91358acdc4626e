"""
A channel as a real system shows it: a fake of the vendor's server behind real HTTP.

Shoppers and senseless rows go to the fake past its interface; the shop reaches it through the
vendor's client alone, over a socket of this machine.
"""

from __future__ import annotations

import random
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from datetime import datetime
from typing import ClassVar, Generic, TypeVar

import attrs

from ecomkit.adapters.http import ChannelClient, Kit
from ecomkit.identifiers import ChannelId, LineId, ListingId, Sku
from ecomkit.money import Currency, Money
from ecomkit.testing.fakes import FakeSystem, serve

from . import _world as world
from ._calls import CallCounter, Calls
from ._outlets import Standing
from ._source import SenselessRow
from ._timekeeper import ReplayTime

__all__ = ["Lines", "ServedOutlet", "Sold"]

Fake = TypeVar("Fake", bound=FakeSystem)
Lines = Sequence[tuple[ListingId, int, Money]]


@attrs.frozen(kw_only=True)
class Sold:
    """How a vendor took an order down: its number, its lines, and in how many sums its charges."""

    number: str
    lines: tuple[LineId, ...]
    charges: int


class ServedOutlet(ABC, Generic[Fake]):
    """
    A channel behind HTTP.

    It gives orders and lines names of its own, which are kept here beside those of the file.
    What shoppers cancel, it takes down; the money goes back when the shop says so.
    """

    system: ClassVar[str]

    def __init__(
        self, name: ChannelId, *, shop: Fake, time: ReplayTime, currency: Currency
    ) -> None:
        self.name = name
        self._shop = shop
        self._time = time
        self._currency = currency
        self._counter = CallCounter(name, system=self.system, time=time)
        self._listings: dict[str, ListingId] = {}
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
        return self._counter.calls

    def open(self, stack: ExitStack, products: Mapping[Sku, str]) -> None:
        """Put *products* up, serve the fake until *stack* closes, and connect a client to it."""
        for sku, title in products.items():
            self._listings[sku] = self._put_up(sku, title)
        base = stack.enter_context(serve(self._shop.answer))
        kit = Kit(
            time=self._time,
            observe=self._counter.note,
            draw=random.Random(self.name).random,  # noqa: S311 (jitter, nothing secret)
        )
        self._client = stack.enter_context(self._connected(base, kit))

    def sell(self, event: world.InvoicePlaced) -> int:
        """A customer buys; charges travel in as few sums as the vendor has places for."""
        sold = self._sell(
            event,
            [(self._listings[line.sku], line.quantity, line.unit_price) for line in event.lines],
            buyer=f"{event.customer or f'guest-of-{event.invoice}'}@example.com",
        )
        self._numbers[event.invoice] = sold.number
        told = self._standing[sold.number] = {}
        for line, name in zip(event.lines, sold.lines, strict=True):
            self._lines[sold.number, line.line] = name
            told[name] = Standing(quantity=line.quantity)
        return len(event.charges) - sold.charges

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

    def remind(self, number: str, left: Mapping[LineId, int], *, at: datetime) -> None:
        """Do nothing: the client tells what has left, and a run over channels is not resumed."""

    def post_row(self, row: SenselessRow) -> None:
        """Make an order of *row* that nobody can read."""
        listing = self._listings.get(row.sku) or next(iter(self._listings.values()))
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
    def _sell(self, event: world.InvoicePlaced, lines: Lines, *, buyer: str) -> Sold:
        """Sell *lines*, with the charges of *event*."""

    @abstractmethod
    def _cancel(self, number: str, units: Mapping[LineId, int]) -> None:
        """Cancel units that have not left; they are noted already."""

    @abstractmethod
    def _post(self, listing: ListingId) -> str:
        """Make an order that cannot be read; return its number."""

    def _send_back(self, number: str, units: Mapping[LineId, int]) -> None:
        """Announce a return, where the vendor has it."""
