"""What the laws of an order source share: the hooks of its author, and helpers to pull."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ecomkit.channels import (
    ChannelClaim,
    ClaimLine,
    Cursor,
    OrderPage,
    OrderSource,
    PageEntry,
    ReadOrder,
)
from ecomkit.identifiers import LineId, ListingId
from ecomkit.money import Currency, Money
from ecomkit.testing.conformance._kit import PAGES_MAX, patiently, unsupported

__all__ = ["NUMBERS", "OrderSourceKit", "newest"]

NUMBERS = ("1001", "1002", "1003", "1004", "1005", "1006", "1007")


class OrderSourceKit:
    """The hooks and helpers of the kits for order sources."""

    listings: tuple[ListingId, ...] = (ListingId("L1"), ListingId("L2"))
    """What the remote system has on sale, at least two."""

    # -- hooks ------------------------------------------------------------------------------

    def make_source(self) -> OrderSource:
        """Return a client of a fresh remote system, which has the listings and no order."""
        raise NotImplementedError

    def place(self, number: str, lines: Sequence[ClaimLine]) -> str:
        """A shopper buys *lines* there; return the order's number."""
        raise NotImplementedError

    def change(self, number: str) -> None:
        """Something of the order changes there, at least its version."""
        raise NotImplementedError

    def spoil(self, number: str) -> None:  # noqa: ARG002 (for the subclass)
        """Make the remote system give something in the order's place that nobody can read."""
        unsupported("spoil (a remote system that gives unreadable orders)")

    def change_unseen(self, number: str) -> None:  # noqa: ARG002 (for the subclass)
        """Something of the order changes there, and its lists do not show that before ``reveal``."""
        unsupported("change_unseen (a remote system whose lists are behind)")

    def reveal(self) -> None:
        """The remote system's lists catch up with what has changed."""

    # -- helpers ----------------------------------------------------------------------------

    def _line(self, place: int, *, quantity: int = 1) -> ClaimLine:
        return ClaimLine(
            id=LineId(str(place + 1)),
            listing=self.listings[place % len(self.listings)],
            quantity=quantity,
            unit_price=Money(1990, Currency.EUR),
            title="Elephant, knit",
        )

    def _placed(self, numbers: Iterable[str]) -> list[str]:
        return [self.place(number, [self._line(0)]) for number in numbers]

    def _page(self, source: OrderSource, cursor: Cursor | None, *, page_size: int) -> OrderPage:
        return patiently(lambda: source.orders_after(cursor, page_size=page_size))

    def _pulled(
        self, source: OrderSource, *, after: Cursor | None = None, page_size: int = 3
    ) -> tuple[list[PageEntry], Cursor]:
        """Pull from *after* to the end."""
        entries: list[PageEntry] = []
        cursor = after
        for _ in range(PAGES_MAX):
            page = self._page(source, cursor, page_size=page_size)
            entries.extend(page.entries)
            assert page.next != cursor or not page.more, (
                "a page with more to come must lead to another cursor, or a pull never ends"
            )
            cursor = page.next
            if not page.more:
                return entries, cursor
        raise AssertionError(
            f"after {PAGES_MAX} pages there was still more: `more` must become false at the end"
        )

    def _one(self, source: OrderSource, number: str) -> ChannelClaim:
        entry = patiently(lambda: source.order(number))
        assert isinstance(entry, ReadOrder), f"order({number!r}) must be readable, got {entry!r}"
        return entry.claim


def newest(entries: Iterable[PageEntry]) -> dict[str, ChannelClaim]:
    """Return the claim with the highest version of each order; of equal ones the last."""
    found: dict[str, ChannelClaim] = {}
    for entry in entries:
        if isinstance(entry, ReadOrder):
            known = found.get(entry.claim.number)
            if known is None or known.version <= entry.claim.version:
                found[entry.claim.number] = entry.claim
    return found
