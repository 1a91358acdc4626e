"""What every stock sink has to keep: the laws of showing stock, for an adapter's author."""

from __future__ import annotations

from collections.abc import Sequence

from ecomkit.channels import (
    Applied,
    Channel,
    Rejected,
    StockResult,
    StockSink,
    StockSource,
    StockUpdate,
)
from ecomkit.identifiers import ListingId
from ecomkit.testing.conformance._kit import expect, patiently, unsupported

__all__ = ["StockSinkConformance"]

MANY_LISTINGS = 1_000
"""A sink that takes more rows at once is tried with so many."""


class StockSinkConformance:
    """
    The laws of :class:`ecomkit.channels.StockSink`. Subclass it and implement the hooks.

    The hooks act on the remote system, such as a fake of it, and never through the client under
    test.

    .. code-block:: python

        class TestMyShop(StockSinkConformance):
            def make_sink(self):
                self.remote = MyShopFake()
                return MyShop(transport=self.remote.transport)

            def put_up(self, count):
                return [self.remote.add_product(stock=7) for _ in range(count)]

            def observed(self, listing):
                return self.remote.stock[listing]
    """

    unknown: ListingId = ListingId("999999")
    """A listing that the remote system does not have."""

    # -- hooks ------------------------------------------------------------------------------

    def make_sink(self) -> StockSink:
        """Return a client of a fresh remote system without listings."""
        raise NotImplementedError

    def put_up(self, count: int) -> Sequence[ListingId]:
        """Put *count* things on sale there, with any stock, and return their listings."""
        raise NotImplementedError

    def observed(self, listing: ListingId) -> int | None:
        """Return how many units shoppers see there."""
        raise NotImplementedError

    def show(self, listing: ListingId, quantity: int) -> None:  # noqa: ARG002 (for the subclass)
        """
        Change there what shoppers see, past the client.

        Implement it only where the system compares a push with what it shows: the law of stale
        expectations is tried where this hook exists.
        """
        unsupported("compare-and-set (a push with a stale expectation is refused)")

    # -- helpers ----------------------------------------------------------------------------

    def _pushed(self, sink: StockSink, updates: Sequence[StockUpdate]) -> tuple[StockResult, ...]:
        return patiently(lambda: sink.push_stock(updates))

    def _seen(self, listings: Sequence[ListingId]) -> list[int | None]:
        return [self.observed(listing) for listing in listings]

    # -- laws -------------------------------------------------------------------------------

    def test_a_client_has_a_name_and_the_role(self) -> None:
        """The client is a StockSink, names its account and takes at least one row."""
        sink = self.make_sink()
        assert isinstance(sink, StockSink), "implement push_rows_max and push_stock"
        assert isinstance(sink, Channel), "give the client a property `channel`"
        assert sink.push_rows_max >= 1, "push_rows_max must be 1 or more"

    def test_shoppers_see_what_was_pushed(self) -> None:
        """After a push that was applied, the channel shows these numbers, one result a row."""
        sink = self.make_sink()
        listings = self.put_up(3)
        updates = [
            StockUpdate(listing=listing, quantity=quantity)
            for listing, quantity in zip(reversed(listings), (5, 1, 12), strict=True)
        ]
        results = self._pushed(sink, updates)
        expect(
            tuple(StockResult(listing=update.listing, effect=Applied()) for update in updates),
            results,
            advice="answer one result a row, in the order of the rows",
        )
        expect(
            [update.quantity for update in updates],
            self._seen([update.listing for update in updates]),
            advice="a row that was applied must be what shoppers see",
        )

    def test_pushing_twice_equals_pushing_once(self) -> None:
        """A push sent again changes nothing: quantities are absolute."""
        sink = self.make_sink()
        listings = self.put_up(2)
        updates = [StockUpdate(listing=listing, quantity=4) for listing in listings]
        first = self._pushed(sink, updates)
        second = self._pushed(sink, updates)
        expect(first, second, advice="the same push must get the same answer")
        expect([4, 4], self._seen(listings), advice="send absolute quantities, no differences")

    def test_the_last_push_counts(self) -> None:
        """Of two pushes the later one is shown."""
        sink = self.make_sink()
        [listing] = self.put_up(1)
        for quantity in (9, 2, 6):
            self._pushed(sink, [StockUpdate(listing=listing, quantity=quantity)])
        expect(6, self.observed(listing), advice="a later push must replace an earlier one")

    def test_nothing_left_is_shown_as_nothing(self) -> None:
        """A quantity of 0 is shown as 0, and the listing can be sold again afterwards."""
        sink = self.make_sink()
        [listing] = self.put_up(1)
        self._pushed(sink, [StockUpdate(listing=listing, quantity=0)])
        expect(
            0, self.observed(listing), advice="0 is a quantity like any other, not a missing one"
        )
        self._pushed(sink, [StockUpdate(listing=listing, quantity=3)])
        expect(3, self.observed(listing), advice="a listing at 0 must come back")

    def test_an_unknown_listing_is_refused_and_the_others_applied(self) -> None:
        """A row for a listing that is not there is rejected with a reason; the other rows count."""
        sink = self.make_sink()
        first, last = self.put_up(2)
        rows = (first, self.unknown, last)
        results = self._pushed(sink, [StockUpdate(listing=row, quantity=8) for row in rows])
        expect(
            rows, tuple(result.listing for result in results), advice="answer each row, in order"
        )
        good, refused, also_good = (result.effect for result in results)
        expect(
            (Applied(), Applied()),
            (good, also_good),
            advice="one row that is refused must not keep the others from being applied",
        )
        assert isinstance(refused, Rejected), (
            f"a listing that is not there must be Rejected, got {refused!r}: read the answer of "
            "each row"
        )
        assert refused.reason, "say why a row was refused"
        expect([8, 8], self._seen([first, last]), advice="the other rows must be shown")

    def test_no_rows_are_no_error(self) -> None:
        """A push of nothing answers nothing."""
        sink = self.make_sink()
        expect(
            (), self._pushed(sink, []), advice="a push without rows must answer without results"
        )

    def test_as_many_rows_as_promised_are_taken(self) -> None:
        """A push of push_rows_max rows is taken as a whole."""
        sink = self.make_sink()
        listings = self.put_up(min(sink.push_rows_max, MANY_LISTINGS))
        updates = [
            StockUpdate(listing=listing, quantity=place + 1)
            for place, listing in enumerate(listings)
        ]
        results = self._pushed(sink, updates)
        expect(
            tuple(StockResult(listing=listing, effect=Applied()) for listing in listings),
            results,
            advice=f"push_rows_max promises {sink.push_rows_max} rows: take them or promise less",
        )
        expect(
            [update.quantity for update in updates],
            self._seen(listings),
            advice="each of the rows must be shown, with its own number",
        )

    def test_what_is_read_back_is_what_shoppers_see(self) -> None:
        """Where stock can be read, readings come in the order asked, None for what is not there."""
        sink = self.make_sink()
        if not isinstance(sink, StockSource):
            unsupported("StockSource (what is shown is read back)")
        listings = self.put_up(2)
        self._pushed(sink, [StockUpdate(listing=listings[0], quantity=5)])
        asked = (listings[1], self.unknown, listings[0], listings[1])
        readings = patiently(lambda: sink.read_stock(asked))
        expect(
            asked,
            tuple(reading.listing for reading in readings),
            advice="answer one reading a listing, in the order asked",
        )
        expect(
            [self.observed(listings[1]), None, 5, self.observed(listings[1])],
            [reading.quantity for reading in readings],
            advice="read what shoppers see; None for a listing that is not there",
        )
        expect((), patiently(lambda: sink.read_stock([])), advice="no listings, no readings")

    def test_a_stale_expectation_is_refused(self) -> None:
        """Where the channel compares, a push that expects another number changes nothing."""
        sink = self.make_sink()
        stale, fresh = self.put_up(2)
        self.show(stale, 3)
        self.show(fresh, 3)
        results = self._pushed(
            sink,
            [
                StockUpdate(listing=stale, quantity=9, expected=4),
                StockUpdate(listing=fresh, quantity=9, expected=3),
            ],
        )
        expect(
            Rejected(reason="", observed=3),
            _without_reason(results[0].effect),
            advice="send the expectation along; a row that was refused must say what is shown",
        )
        expect(
            [3, 9],
            self._seen([stale, fresh]),
            advice="a refused row must change nothing, a row that expects rightly must be shown",
        )


def _without_reason(effect: object) -> object:
    return (
        Rejected(reason="", observed=effect.observed) if isinstance(effect, Rejected) else effect
    )
