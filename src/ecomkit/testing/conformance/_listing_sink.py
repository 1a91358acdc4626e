"""What every listing sink has to keep: prices, skus and states, one effect a row."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from ecomkit.channels import (
    Applied,
    Channel,
    Effect,
    ListingChange,
    ListingSink,
    ListingState,
    Rejected,
    Unknown,
)
from ecomkit.identifiers import ListingId, Sku
from ecomkit.money import Currency, Money
from ecomkit.testing.conformance._kit import expect, patiently, unsupported

__all__ = ["ListingSinkConformance"]

SETTLING_MAX = 50
"""So often rows of which nobody knows are pushed again."""


class ListingSinkConformance:
    """The laws of :class:`ecomkit.channels.ListingSink`. Subclass it and implement the hooks."""

    unknown: ListingId = ListingId("999999")
    """A listing that the remote system does not have."""

    # -- hooks ------------------------------------------------------------------------------

    def make_sink(self) -> ListingSink:
        """Return a client of a fresh remote system without listings."""
        raise NotImplementedError

    def put_up(self, count: int) -> Sequence[ListingId]:
        """Put *count* things on sale there and return their listings."""
        raise NotImplementedError

    def price(self, listing: ListingId) -> Money | None:
        """Return what shoppers pay there."""
        raise NotImplementedError

    def sku(self, listing: ListingId) -> str | None:
        """Return the sku that the remote system has for a listing."""
        raise NotImplementedError

    def state(self, listing: ListingId) -> ListingState | None:  # noqa: ARG002 (for the subclass)
        """Return whether shoppers see a listing there."""
        unsupported("state (a listing that can be hidden)")

    # -- helpers ----------------------------------------------------------------------------

    def _changed(self, sink: ListingSink, rows: Sequence[ListingChange]) -> tuple[Effect, ...]:
        """Push *rows*, and those of which nobody knows again: what they say is absolute."""
        effects = list(patiently(partial(sink.push_listings, rows)))
        for _ in range(SETTLING_MAX):
            places = [at for at, one in enumerate(effects) if isinstance(one, Unknown)]
            if not places:
                break
            again = patiently(partial(sink.push_listings, [rows[at] for at in places]))
            for at, effect in zip(places, again, strict=True):
                effects[at] = effect
        return tuple(effects)

    # -- laws -------------------------------------------------------------------------------

    def test_a_client_has_a_name_and_the_role(self) -> None:
        """The client is a ListingSink and names its account."""
        sink = self.make_sink()
        assert isinstance(sink, ListingSink), "implement push_listings"
        assert isinstance(sink, Channel), "give the client a property `channel`"

    def test_prices_and_skus_are_changed(self) -> None:
        """Each row changes what it names and leaves the rest."""
        sink = self.make_sink()
        first, second, third = self.put_up(3)
        old_sku, old_price = self.sku(first), self.price(second)
        rows = [
            ListingChange(listing=second, sku=Sku("NEW-SKU")),
            ListingChange(listing=first, price=Money(1234, Currency.EUR)),
        ]
        effects = self._changed(sink, rows)
        expect((Applied(), Applied()), effects, advice="answer one effect a row, in their order")
        expect(
            (Money(1234, Currency.EUR), old_sku, old_price, "NEW-SKU"),
            (self.price(first), self.sku(first), self.price(second), self.sku(second)),
            advice="change what the row names, and nothing else",
        )
        assert self.sku(third) is not None, "leave other listings alone"

    def test_a_row_that_is_not_there_is_refused_alone(self) -> None:
        """A row of an unknown listing is Rejected with a reason; the others are applied."""
        sink = self.make_sink()
        first, last = self.put_up(2)
        price = Money(555, Currency.EUR)
        rows = [ListingChange(listing=one, price=price) for one in (first, self.unknown, last)]
        effects = self._changed(sink, rows)
        expect([Applied, Rejected, Applied], [type(one) for one in effects], advice="row by row")
        assert isinstance(effects[1], Rejected), "the second row is not there"
        assert effects[1].reason, "say why a row was refused"
        expect([price, price], [self.price(first), self.price(last)], advice="row by row")

    def test_a_listing_can_be_hidden_and_shown(self) -> None:
        """A listing that is hidden is not seen by shoppers until it is on sale again."""
        sink = self.make_sink()
        [listing] = self.put_up(1)
        for wanted in (ListingState.HIDDEN, ListingState.ON_SALE):
            self.state(listing)
            row = ListingChange(listing=listing, state=wanted)
            effects = self._changed(sink, [row])
            expect((Applied(),), effects, advice="a state can be changed")
            expect(wanted, self.state(listing), advice="shoppers must see it, or not")
