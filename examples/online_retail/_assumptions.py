"""
What the file does not say, and we assume: all of it, in one place.

The file has invoices and cancellations, but no stock, no lead times and no sales channels.
Whoever doubts a figure of the demo finds its assumption here and can change it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from typing import final
from zoneinfo import ZoneInfo

import attrs

from ecomkit.identifiers import ChannelId, Sku
from ecomkit.money import Currency

__all__ = ["EUROPE", "Assumptions", "LeadTime", "Selection"]

EUROPE = (
    "Austria",
    "Belgium",
    "Channel Islands",
    "Cyprus",
    "Czech Republic",
    "Denmark",
    "EIRE",
    "European Community",
    "Finland",
    "France",
    "Germany",
    "Greece",
    "Iceland",
    "Italy",
    "Lithuania",
    "Malta",
    "Netherlands",
    "Norway",
    "Poland",
    "Portugal",
    "Spain",
    "Sweden",
    "Switzerland",
)
"""The countries of the file that lie in Europe, the United Kingdom apart, as the file spells them."""

SATURDAY = 5


def _drawn(*words: object, below: int) -> int:
    """Return a whole number from 0 to *below* - 1 that depends on nothing but *words*."""
    text = "\n".join(map(str, words))
    return int.from_bytes(sha256(text.encode()).digest()[:8], "big") % below


def _names(products: Iterable[str]) -> frozenset[str]:
    return frozenset(products)


@final
@attrs.frozen(kw_only=True)
class LeadTime:
    """How long a supplier takes for one sku: *mean_days*, give or take *spread_days*."""

    mean_days: int
    spread_days: int


@final
@attrs.frozen(kw_only=True)
class Selection:
    """
    Which products a run takes: a share of all, drawn by hashing, and some by name.

    Whether a product is drawn depends on its code only, so the choice needs no look at the file.

    >>> Selection.of("22423").takes("22423"), Selection.of("22423").takes("85123A")
    (True, False)
    >>> Selection.everything().takes("85123A")
    True
    """

    percent: int
    always: frozenset[str] = attrs.field(default=frozenset[str](), converter=_names)
    seed: str = ""

    @classmethod
    def of(cls, *products: str) -> Selection:
        """Return the selection of just these *products*."""
        return cls(percent=0, always=products)

    @classmethod
    def everything(cls) -> Selection:
        """Return the selection of all products, and of invoices that hold nothing but charges."""
        return cls(percent=100)

    @property
    def is_everything(self) -> bool:
        """Whether no product is left out; only then invoices without a product belong to it."""
        return self.percent >= 100  # noqa: PLR2004 - per cent

    def takes(self, product: str) -> bool:
        """Whether *product*, a stock code in capitals, is selected."""
        return product in self.always or _drawn(self.seed, product, below=100) < self.percent


@final
@attrs.frozen(kw_only=True)
class Assumptions:
    """
    All that the replay adds to the file.

    >>> Assumptions().channel("France"), Assumptions().channel("Japan")
    (ChannelId('europe-market'), ChannelId('world-market'))
    """

    currency: Currency = Currency.GBP
    zone: str = "Europe/London"
    seed: str = "online-retail"

    home_channel: ChannelId = attrs.field(default=ChannelId("uk-shop"))
    europe_channel: ChannelId = attrs.field(default=ChannelId("europe-market"))
    world_channel: ChannelId = attrs.field(default=ChannelId("world-market"))

    sample_percent: int = 3
    always: tuple[str, ...] = ("23843", "23166", "85123A")
    drawn: tuple[str, ...] = ("85123A", "23166")
    huge_invoices: tuple[str, ...] = ("541431", "581483")

    opening_days: int = 28
    opening_units_min: int = 12
    lead_time_days_min: int = 10
    lead_time_days_max: int = 21
    lead_time_spread_percent: int = 30
    service_level: float = 0.95
    review_days: int = 7
    review_at: time = time(5, 0)
    case_pack: int = 12
    waits_days: int = 21
    return_days: int = 5
    ships_at: time = time(6, 0)
    syncs_at: tuple[time, ...] = (time(6, 5), time(21, 0))
    deliveries_at: time = time(15, 0)
    returns_at: time = time(15, 30)

    @property
    def tzinfo(self) -> ZoneInfo:
        """The zone of the file's clock."""
        return ZoneInfo(self.zone)

    @property
    def selection(self) -> Selection:
        """The products that the default run takes."""
        return Selection(percent=self.sample_percent, always=self.always, seed=self.seed)

    def channels(self) -> tuple[ChannelId, ...]:
        """Return the three channels, the largest first."""
        return self.home_channel, self.europe_channel, self.world_channel

    def channel(self, country: str) -> ChannelId:
        """Return where a customer of *country* buys; what is unspecified counts as the world."""
        if country == "United Kingdom":
            return self.home_channel
        return self.europe_channel if country in EUROPE else self.world_channel

    def opening_units(self, sold: int) -> int:
        """Return what lies on the shelf before the first sale, given the units *sold* after it."""
        return max(self.opening_units_min, sold)

    def lead_time(self, sku: Sku) -> LeadTime:
        """Return how long the supplier of *sku* takes; the spread is rounded up to whole days."""
        days = self.lead_time_days_max - self.lead_time_days_min + 1
        mean = self.lead_time_days_min + _drawn(self.seed, "lead time", sku, below=days)
        return LeadTime(
            mean_days=mean, spread_days=(mean * self.lead_time_spread_percent + 99) // 100
        )

    def arrives_after(self, sku: Sku, *, purchase: int) -> timedelta:
        """Return how long the *purchase*-th purchase order of *sku* really takes, evenly drawn."""
        lead_time = self.lead_time(sku)
        days = 2 * lead_time.spread_days + 1
        drawn = _drawn(self.seed, "arrival", sku, purchase, below=days)
        return timedelta(days=lead_time.mean_days - lead_time.spread_days + drawn)

    def ships(self, placed_at: datetime) -> datetime:
        """
        Return when an invoice is shipped: early on the next working day.

        Working days are Monday to Friday; bank holidays are left out of it.
        """
        day = placed_at.astimezone(self.tzinfo).date() + timedelta(days=1)
        while not self.is_working_day(day):
            day += timedelta(days=1)
        return datetime.combine(day, self.ships_at, self.tzinfo)

    def is_working_day(self, day: date) -> bool:
        """Whether parcels leave on *day*: Monday to Friday."""
        return day.weekday() < SATURDAY

    def first_sync(self, placed_at: datetime) -> datetime:
        """
        Return the run in which the shop learns of an order of that moment.

        >>> print(Assumptions().first_sync(datetime(2011, 1, 4, 13, 1, tzinfo=ZoneInfo("UTC"))))
        2011-01-04 21:00:00+00:00
        """
        local = placed_at.astimezone(self.tzinfo)
        for at in sorted(self.syncs_at):
            run = datetime.combine(local.date(), at, self.tzinfo)
            if run >= local:
                return run
        tomorrow = local.date() + timedelta(days=1)
        return datetime.combine(tomorrow, min(self.syncs_at), self.tzinfo)

    def parcel_back(self, told_at: datetime) -> datetime:
        """Return when a parcel arrives that was announced at that moment."""
        day = told_at.astimezone(self.tzinfo).date() + timedelta(days=self.return_days)
        return datetime.combine(day, self.returns_at, self.tzinfo)

    def reviews(self, *, first: date, last: date) -> Iterator[datetime]:
        """Yield when stock is reviewed: early each Monday from *first* to *last*, both included."""
        day = first + timedelta(days=-first.weekday() % 7)
        while day <= last:
            yield datetime.combine(day, self.review_at, self.tzinfo)
            day += timedelta(days=self.review_days)

    def lines(self) -> tuple[str, ...]:
        """Return the assumptions in plain words, one a line, as the demo prints them."""
        return (
            "The file has no stock, no lead times and no channels; what follows is assumed by us.",
            (
                f"Channels: the United Kingdom buys at {self.home_channel}, {len(EUROPE)} other "
                f"European countries at {self.europe_channel}, all others, 'Unspecified' included, "
                f"at {self.world_channel}."
            ),
            (
                f"Opening count: the units sold in the {self.opening_days} days from a product's "
                f"first sale, less what was cancelled in them, {self.opening_units_min} at least; "
                f"counted in the night before that sale."
            ),
            (
                f"Lead time: {self.lead_time_days_min} to {self.lead_time_days_max} days on average, "
                f"fixed for each product; each purchase order takes up to "
                f"{self.lead_time_spread_percent} % less or more, evenly drawn."
            ),
            (
                f"Review: every {self.review_days} days, Mondays at {self.review_at:%H:%M}; "
                f"service level {round(100 * self.service_level)} % per cycle."
            ),
            (
                "Listings: all products are put up everywhere on the first day; each is published "
                "from its opening count on."
            ),
            (
                "Runs: the channels are synced at "
                f"{' and '.join(f'{at:%H:%M}' for at in self.syncs_at)} every day."
            ),
            (
                f"Shipping: at {self.ships_at:%H:%M} of the next working day, Monday to Friday, "
                f"bank holidays ignored. What is cancelled before is a cancellation, after it a return."
            ),
            (
                f"Returns: the parcel arrives {self.return_days} days after it is announced, all of "
                f"it can be sold again, and the customer is paid back what the units were sold for."
            ),
            (
                f"Buying: in whole packs of {self.case_pack}; deliveries arrive at "
                f"{self.deliveries_at:%H:%M} on any day of the week."
            ),
            (
                f"Uncovered units wait for the next delivery; what still waits at a Monday after "
                f"{self.waits_days} days is cancelled and paid back."
            ),
            (
                f"Clock: the file's local times are read in {self.zone}; prices are in "
                f"{self.currency.value}."
            ),
            (
                f"Products: {self.sample_percent} % of all, drawn by a hash of the code (seed "
                f"{self.seed!r}), and always {', '.join(self.always)}."
            ),
            "Charges (postage, manual, fees, gift vouchers) are money, not stock.",
            (
                "Demand is what was ordered less what was cancelled before it left, so what is "
                "cancelled within minutes never was demand."
            ),
            (
                f"Huge orders: {' and '.join(self.huge_invoices)} were cancelled within minutes; "
                f"return rates are shown with and without them."
            ),
        )
