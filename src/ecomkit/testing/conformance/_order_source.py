"""What every order source has to keep: the laws of pulling orders, for an adapter's author."""

from __future__ import annotations

from functools import partial

import pytest

from ecomkit.channels import (
    Channel,
    Cursor,
    OrderSource,
    PayloadReader,
    ReadOrder,
    UnreadableOrder,
)
from ecomkit.money import Currency
from ecomkit.testing.conformance._kit import PAGES_MAX, expect, patiently, unsupported
from ecomkit.testing.conformance._order_source_kit import NUMBERS, newest
from ecomkit.testing.conformance._order_source_moving import MovingListLaws

__all__ = ["OrderSourceConformance"]


class OrderSourceConformance(MovingListLaws):
    """
    The laws of :class:`ecomkit.channels.OrderSource`. Subclass it and implement the hooks.

    The hooks act on the remote system, such as a fake of it, and never through the client under
    test. Where the remote system gives numbers of its own, ``place`` returns them.

    .. code-block:: python

        class TestMyShop(OrderSourceConformance):
            def make_source(self):
                self.remote = MyShopFake(listings=self.listings)
                return MyShop(transport=self.remote.transport)

            def place(self, number, lines):
                return self.remote.add_order(number, lines)

            def change(self, number):
                self.remote.add_note(number)

            def spoil(self, number):
                self.remote.replace(number, "{")
    """

    # -- laws -------------------------------------------------------------------------------

    def test_a_client_has_a_name_and_the_role(self) -> None:
        """The client is an OrderSource and names its account."""
        source = self.make_source()
        assert isinstance(source, OrderSource), "implement orders_after and order"
        assert isinstance(source, Channel), "give the client a property `channel`"

    def test_an_empty_list_has_a_next_cursor(self) -> None:
        """Where there are no orders, a page is empty, the end, and leads on to a later pull."""
        source = self.make_source()
        page = self._page(source, None, page_size=3)
        expect((), page.entries, advice="without orders there must be no entries")
        expect(expected=False, actual=page.more, advice="without orders there is no more to come")
        [number] = self._placed(NUMBERS[:1])
        entries, _ = self._pulled(source, after=page.next)
        expect(
            {number: self._one(source, number)},
            newest(entries),
            advice="the cursor of an empty page must lead to orders that are placed later",
        )

    @pytest.mark.parametrize("page_size", [1, 2, 3, 100])
    def test_the_first_pull_gives_all_orders(self, page_size: int) -> None:
        """Pulling from the beginning to the end gives each order, as it is now."""
        source = self.make_source()
        numbers = self._placed(NUMBERS)
        entries, _ = self._pulled(source, page_size=page_size)
        expect(
            {number: self._one(source, number) for number in numbers},
            newest(entries),
            advice="from no cursor, the pages must give all orders, in the state they end with",
        )

    @pytest.mark.parametrize("page_size", [1, 2, 100])
    def test_pages_keep_to_their_size(self, page_size: int) -> None:
        """No page has more entries than were asked for."""
        source = self.make_source()
        self._placed(NUMBERS)
        cursor = None
        for _ in range(PAGES_MAX):
            page = self._page(source, cursor, page_size=page_size)
            assert len(page.entries) <= page_size, (
                f"asked for {page_size} orders, got {len(page.entries)}: a page must hold at most "
                "page_size entries, whatever the remote system gives"
            )
            cursor = page.next
            if not page.more:
                return
        raise AssertionError("the pages do not end")

    def test_a_cursor_goes_on_where_it_ended(self) -> None:
        """From the last cursor, a later pull gives what was placed or changed since."""
        source = self.make_source()
        first, second, *_ = self._placed(NUMBERS[:3])
        _, cursor = self._pulled(source)
        self.change(first)
        new = self.place(NUMBERS[3], [self._line(1)])
        entries, end = self._pulled(source, after=cursor)
        found = newest(entries)
        expect(
            {number: self._one(source, number) for number in (first, new)},
            {number: found.get(number) for number in (first, new)},
            advice="a pull from a kept cursor must give all that changed after it",
        )
        assert second not in found or found[second] == self._one(source, second), (
            "an order that is repeated must be in its newest state"
        )
        later, _ = self._pulled(source, after=end)
        expect(
            {number: self._one(source, number) for number in newest(later)},
            newest(later),
            advice="after the end nothing new may come, at most repetitions",
        )

    def test_an_old_cursor_still_leads_to_the_end(self) -> None:
        """A pull from any cursor that was ever given ends with the newest states."""
        source = self.make_source()
        numbers = self._placed(NUMBERS[:4])
        cursors: list[Cursor | None] = [None]
        for _ in range(PAGES_MAX):
            page = self._page(source, cursors[-1], page_size=2)
            if not page.more:
                break
            cursors.append(page.next)
        for number in numbers:
            self.change(number)
        for cursor in cursors:
            entries, _ = self._pulled(source, after=cursor)
            expect(
                {number: self._one(source, number) for number in numbers},
                newest(entries),
                advice="a crash makes a worker pull from an old cursor again: keep cursors valid "
                "and free of state in the client",
            )

    def test_a_change_during_paging_is_not_skipped(self) -> None:
        """Orders placed and changed between two pages are given by the pages that follow."""
        source = self.make_source()
        numbers = self._placed(NUMBERS[:5])
        first = self._page(source, None, page_size=2)
        self.change(numbers[0])
        self.change(numbers[-1])
        numbers.append(self.place(NUMBERS[5], [self._line(0)]))
        rest, _ = self._pulled(source, after=first.next, page_size=2)
        expect(
            {number: self._one(source, number) for number in numbers},
            newest([*first.entries, *rest]),
            advice="page by the moment of change, not by offset: an order that changes must not "
            "push another one past the cursor",
        )

    def test_claims_say_what_was_bought(self) -> None:
        """A claim has the number, the account, the currency and the units of each listing."""
        source = self.make_source()
        lines = [self._line(0, quantity=3), self._line(1, quantity=2)]
        number = self.place(NUMBERS[0], lines)
        claim = self._one(source, number)
        assert isinstance(source, Channel), "give the client a property `channel`"
        expect(
            (source.channel, number, Currency.EUR),
            (claim.channel, claim.number, claim.currency),
            advice="channel, number and currency must be those of the order",
        )
        expect(
            sorted((line.listing, line.quantity, line.unit_price) for line in lines),
            sorted((line.listing, line.quantity, line.unit_price) for line in claim.lines),
            advice="each line must have the listing, the units bought and the price of one unit",
        )
        expect(
            [(0, 0, 0)] * len(lines),
            [(line.cancelled, line.shipped, line.returned) for line in claim.lines],
            advice="of a new order nothing is cancelled, shipped or returned",
        )
        expect(
            f"{source.channel}/{number}",
            str(claim.order_id),
            advice="the number must be fit to be part of an order's id",
        )

    def test_versions_grow_with_each_change(self) -> None:
        """Of two observations of an order the later one has the higher version."""
        source = self.make_source()
        [number] = self._placed(NUMBERS[:1])
        versions = [self._one(source, number).version]
        for _ in range(3):
            self.change(number)
            versions.append(self._one(source, number).version)
        expect(
            sorted({*versions}),
            versions,
            advice="make the version of what grows at the remote system with every change, such "
            "as microseconds of its last change: an equal one is taken for no change",
        )

    def test_one_order_is_what_the_page_says(self) -> None:
        """order() gives the same claim and the same payload as the page."""
        source = self.make_source()
        numbers = self._placed(NUMBERS[:2])
        entries, _ = self._pulled(source)
        paged = {entry.claim.number: entry for entry in entries if isinstance(entry, ReadOrder)}
        for number in numbers:
            expect(
                paged[number],
                patiently(partial(source.order, number)),
                advice="read orders with one decoder, keep the bytes of one object as its payload",
            )

    def test_an_unknown_number_has_no_order(self) -> None:
        """A number that the channel never gave has no order."""
        source = self.make_source()
        self._placed(NUMBERS[:1])
        expect(
            None,
            patiently(lambda: source.order("999999")),
            advice="answer None for a number that is not there; raise nothing",
        )

    def test_an_unreadable_order_is_kept_and_the_others_come(self) -> None:
        """What cannot be read is given with its payload and its faults; the other orders too."""
        source = self.make_source()
        first, second, third = self._placed(NUMBERS[:3])
        self.spoil(second)
        entries, _ = self._pulled(source)
        expect(
            {number: self._one(source, number) for number in (first, third)},
            {number: found for number, found in newest(entries).items() if number != second},
            advice="one order that cannot be read must not keep the others from coming",
        )
        unread = [entry for entry in entries if isinstance(entry, UnreadableOrder)]
        assert unread, "give an UnreadableOrder for what cannot be read, drop nothing"
        for entry in unread:
            assert entry.faults, "say what is wrong with an order that cannot be read"
            assert all(entry.faults), "a fault must say something"
        assert isinstance(patiently(lambda: source.order(second)), UnreadableOrder), (
            "order() of what cannot be read must answer an UnreadableOrder too"
        )

    def test_a_kept_payload_reads_as_it_did(self) -> None:
        """A payload that was kept is read again without the channel, to the same entry."""
        source = self.make_source()
        if not isinstance(source, PayloadReader):
            unsupported("PayloadReader (a kept payload is read again)")
        self._placed(NUMBERS[:2])
        entries, _ = self._pulled(source)
        expect(
            entries,
            [source.read_payload(entry.payload) for entry in entries],
            advice="the payload must hold all that the claim was read from",
        )
