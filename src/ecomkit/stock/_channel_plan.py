"""Channel plan: what all channels of a sku show together, inside one oversell budget."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import final

import attrs

from ecomkit._checks import as_tuple, each, is_a, is_text, not_negative, optional, refuse, whole
from ecomkit.catalog import Kits, explode
from ecomkit.errors import FieldError
from ecomkit.identifiers import ChannelId, Sku
from ecomkit.stock._publication import Offer, OfferStep, Publication

__all__ = ["Allotment", "ChannelPlan", "Outlet"]


@final
@attrs.frozen(kw_only=True)
class Outlet:
    """
    One number that shoppers buy from: a listing, or several that share one pool at the channel.

    Two listings of a sku that each count down their own number are two outlets. Listings for
    which the channel keeps one number are one.

    Args:
        channel: Where it is.
        sku: What it sells, a kit or not.
        pool: Tells the outlets of one sku on one channel apart.
        rule: The publication rule of the channel.
        priority: Who comes first where a unit is left that several could show; small ones first,
            equal ones by channel, sku and pool.
    """

    channel: ChannelId = attrs.field(validator=is_a(ChannelId))
    sku: Sku = attrs.field(validator=is_a(Sku))
    pool: str = attrs.field(default="", validator=is_text)
    rule: Publication = attrs.field(factory=Publication, validator=is_a(Publication))
    priority: int = attrs.field(default=0, validator=whole)

    @property
    def name(self) -> str:
        """The channel, the sku, and the pool if it has a name."""
        pool = f" ({self.pool})" if self.pool else ""
        return f"{self.channel}, {self.sku}{pool}"

    @property
    def turn(self) -> tuple[int, str, str, str]:
        """The place in the order in which outlets get what is left; no two have the same."""
        return (self.priority, self.channel, self.sku, self.pool)


@final
@attrs.frozen(kw_only=True)
class Allotment:
    """What each of several outlets may show, in the order in which they were given."""

    outlets: tuple[Outlet, ...] = attrs.field(converter=as_tuple, validator=each(Outlet))
    offers: tuple[Offer, ...] = attrs.field(converter=as_tuple, validator=each(Offer))

    def __attrs_post_init__(self) -> None:
        if len(self.outlets) != len(self.offers):
            raise refuse(self, "offers", self.offers, "one offer for each outlet")

    @property
    def quantities(self) -> tuple[int, ...]:
        """The units to show, outlet by outlet."""
        return tuple(offer.quantity for offer in self.offers)

    def explain(self) -> str:
        """Say what each outlet shows, and how the number came about."""
        pairs = zip(self.outlets, self.offers, strict=True)
        return "\n".join(f"{outlet.name}: {offer.explain()}" for outlet, offer in pairs)


@final
@attrs.frozen(kw_only=True)
class ChannelPlan:
    """
    What all outlets may show together: no more than what is available and a declared excess.

    Args:
        oversell_budget: How many units of each sku the numbers of all outlets may add up to
            above what is available. 0 shows each unit once. None declares nothing: each outlet
            shows what its own rule allows, as if it were the only one.

    Where the rules together show too much, they are asked again with fewer units, all with the
    same number: the largest with which the sum fits. So everybody gives way in the measure of
    their own rule: buffers, minimum stock and shares count as they stand, and the shares are the
    weights. What is left after that goes unit by unit to who has the fewest, equals in their
    turn. And before all that each outlet whose rule shows anything gets one unit, in their turn
    while there are any, since many channels take a listing down that shows 0.

    What holds, for outlets of one sku that is no kit: the numbers add up to what the rules ask
    for, or to what is available and the budget, whichever is less; no outlet shows more than its
    rule; with more units the sum never falls, and no number falls, unless an outlet gets its
    first unit.

    A kit shows units of its components. Each component is shared out by itself, in its own
    units, among all outlets that need it, and a kit shows the least of what its components
    allow. What one component denies to a kit is not shown elsewhere: the sum may stay below the
    bound, and never passes it, for any component.

    >>> pen = Sku("PEN")
    >>> shop = Outlet(channel=ChannelId("shop"), sku=pen)
    >>> market = Outlet(channel=ChannelId("market"), sku=pen, rule=Publication(buffer=2, cap=5))
    >>> ChannelPlan()([shop, market], available={pen: 10}).quantities
    (10, 5)
    >>> print(ChannelPlan(oversell_budget=3)([shop, market], available={pen: 10}).explain())
    shop, PEN: 8 shown of 10 available (oversell budget of 3: 10 -> 8)
    market, PEN: 5 shown of 10 available (buffer of 2: 10 -> 8; cap of 5: 8 -> 5)
    """

    oversell_budget: int | None = attrs.field(default=None, validator=optional(not_negative))

    def __call__(
        self,
        outlets: Iterable[Outlet],
        *,
        available: Mapping[Sku, int],
        kits: Kits | None = None,
    ) -> Allotment:
        """
        Return what each of *outlets* may show.

        Args:
            outlets: All outlets of the skus concerned; those that are left out are not counted.
            available: Units available by sku, none of which is a kit; a sku that is not named
                has none, and a negative number counts as none.
            kits: What is sold as one and taken from the shelves as several.

        Raises:
            FieldError: If two outlets have one channel, sku and pool, or a number of units is no
                whole number.
        """
        given = tuple(outlets)
        claims = [
            _claim(outlet, available=available, kits=Kits() if kits is None else kits)
            for outlet in given
        ]
        if len({claim.outlet.turn[1:] for claim in claims}) < len(claims):
            raise refuse(self, "outlets", given, "outlets that differ in channel, sku or pool")
        shown = [claim.offer.quantity for claim in claims]
        if self.oversell_budget is not None:
            for sku, users in _users(claims).items():
                level = max(0, available.get(sku, 0))
                shelf = _Shelf(
                    wishes=[claims[place].wish(sku) for place in users],
                    available=level,
                    limit=level + self.oversell_budget,
                )
                for place, units in zip(users, shelf.share_out(), strict=True):
                    shown[place] = min(shown[place], units)
        return Allotment(
            outlets=given,
            offers=[self._offer(claim, units) for claim, units in zip(claims, shown, strict=True)],
        )

    def _offer(self, claim: _Claim, shown: int) -> Offer:
        offer = claim.offer
        if shown == offer.quantity:
            return offer
        step = OfferStep(
            name=f"oversell budget of {self.oversell_budget}", before=offer.quantity, after=shown
        )
        return attrs.evolve(offer, quantity=shown, steps=(*offer.steps, step))


@final
@attrs.frozen(kw_only=True)
class _Claim:
    """An outlet, what its own rule shows, and what one unit of it takes from the shelves."""

    outlet: Outlet
    offer: Offer
    needs: Mapping[Sku, int]

    def wish(self, sku: Sku) -> _Wish:
        return _Wish(rule=self.outlet.rule, units=self.offer.quantity, each=self.needs[sku])


def _users(claims: Sequence[_Claim]) -> Mapping[Sku, Sequence[int]]:
    """Return the places of the claims on each sku, in their turn."""
    users: dict[Sku, list[int]] = {}
    for place in sorted(range(len(claims)), key=lambda place: claims[place].outlet.turn):
        for sku in claims[place].needs:
            users.setdefault(sku, []).append(place)
    return users


def _claim(outlet: Outlet, *, available: Mapping[Sku, int], kits: Kits) -> _Claim:
    needs = explode([(outlet.sku, 1)], kits=kits)
    levels = {sku: available.get(sku, 0) for sku in needs}
    for level in levels.values():
        if not isinstance(level, int) or isinstance(level, bool):
            raise FieldError(
                owner="ChannelPlan", field="available", got=level, wanted="whole numbers by sku"
            )
    if kits.get(outlet.sku) is None:
        most = levels[outlet.sku]
    else:
        most = min(max(0, levels[sku]) // units for sku, units in needs.items())
    return _Claim(outlet=outlet, offer=outlet.rule(most), needs=needs)


@final
@attrs.frozen(kw_only=True)
class _Wish:
    """What one outlet would show if it were alone, *each* of it so many units of one sku."""

    rule: Publication
    units: int
    each: int

    def at(self, level: int) -> int:
        """Return what it would show with *level* units of the sku."""
        return min(self.units, *self.rule.quantities([level // self.each]))


@final
@attrs.frozen(kw_only=True)
class _Shelf:
    """One sku that several wishes, in their turn, take from: no more than *limit* units of it."""

    wishes: Sequence[_Wish]
    available: int
    limit: int

    def share_out(self) -> Sequence[int]:
        """Return how many of each wish are shown."""
        wanted = [wish.units for wish in self.wishes]
        if self._cost(wanted) <= self.limit:
            return wanted
        firsts = self._firsts()
        level = self._largest(lambda level: self._at(level, firsts), up_to=self.available)
        shown = self._at(level, firsts)
        if level == self.available:
            return shown
        return self._fill(shown, self._at(level + 1, firsts))

    def _cost(self, shown: Iterable[int]) -> int:
        return sum(wish.each * units for wish, units in zip(self.wishes, shown, strict=True))

    def _largest(self, shown: Callable[[int], Sequence[int]], *, up_to: int) -> int:
        """Return the largest number for which what is *shown* fits; for 0 it does."""
        return bisect_right(range(up_to + 1), self.limit, key=lambda n: self._cost(shown(n))) - 1

    def _firsts(self) -> Sequence[int]:
        """Return a first unit for each wish that has one coming, while there are any."""
        left = self.limit
        firsts = []
        for wish in self.wishes:
            first = int(wish.units > 0 and wish.each <= left)
            left -= wish.each * first
            firsts.append(first)
        return firsts

    def _at(self, level: int, firsts: Sequence[int]) -> Sequence[int]:
        """Return what the rules show with *level* units, and at least the first ones."""
        # Who cannot even have a first unit stands aside, and holds nobody else up.
        return [
            max(first, wish.at(level)) if first else 0
            for wish, first in zip(self.wishes, firsts, strict=True)
        ]

    def _fill(self, shown: Sequence[int], more: Sequence[int]) -> Sequence[int]:
        """Go from *shown*, which fits, towards *more*, which does not, lowest numbers first."""

        # A rule may show many units more for one unit more, so these too are found in one search.
        def raised(height: int) -> Sequence[int]:
            return [min(m, max(s, height)) for s, m in zip(shown, more, strict=True)]

        height = self._largest(raised, up_to=max(more))
        filled = list(raised(height))
        left = self.limit - self._cost(filled)
        for place in sorted(range(len(filled)), key=filled.__getitem__):
            # What is too little for one of a kit may do for the next in turn.
            need = self.wishes[place].each
            if filled[place] < more[place] and need <= left:
                filled[place] += 1
                left -= need
        return filled
