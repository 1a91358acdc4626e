"""What every catalogue source has to keep: all listings, each once, as the channel has them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import pytest

from ecomkit.channels import CatalogSource, Channel, Cursor, Listing
from ecomkit.identifiers import ListingId
from ecomkit.testing.conformance._kit import PAGES_MAX, expect, patiently

__all__ = ["CatalogSourceConformance"]


class CatalogSourceConformance:
    """
    The laws of :class:`ecomkit.channels.CatalogSource`. Subclass it and implement the hooks.

    The hooks act on the remote system, never through the client under test.
    """

    # -- hooks ------------------------------------------------------------------------------

    def make_source(self) -> CatalogSource:
        """Return a client of a fresh remote system without listings."""
        raise NotImplementedError

    def put_up(self, skus: Sequence[str], *, quantity: int) -> Sequence[ListingId]:
        """Put things with these skus on sale there; return their listings, in this order."""
        raise NotImplementedError

    # -- helpers ----------------------------------------------------------------------------

    def _pulled(self, source: CatalogSource, *, page_size: int) -> list[Listing]:
        listings: list[Listing] = []
        cursor: Cursor | None = None
        for _ in range(PAGES_MAX):
            page = patiently(partial(source.listings_after, cursor, page_size=page_size))
            assert len(page.listings) <= page_size, "a page must keep to its size"
            listings.extend(page.listings)
            if not page.more:
                return listings
            assert page.next != cursor, "a page with more to come must lead to another cursor"
            cursor = page.next
        raise AssertionError("the pages do not end")

    # -- laws -------------------------------------------------------------------------------

    def test_a_client_has_a_name_and_the_role(self) -> None:
        """The client is a CatalogSource and names its account."""
        source = self.make_source()
        assert isinstance(source, CatalogSource), "implement listings_after"
        assert isinstance(source, Channel), "give the client a property `channel`"

    def test_an_empty_catalogue_is_no_error(self) -> None:
        """Where nothing is on sale, the one page is empty."""
        expect([], self._pulled(self.make_source(), page_size=5), advice="no listings, no rows")

    @pytest.mark.parametrize("page_size", [1, 2, 3, 100])
    def test_all_listings_come_with_what_they_show(self, page_size: int) -> None:
        """Each listing comes, with its sku and the stock that shoppers see."""
        source = self.make_source()
        skus = [f"SKU-{place}" for place in range(7)]
        ids = self.put_up(skus, quantity=4)
        found = {one.id: one for one in self._pulled(source, page_size=page_size)}
        expect(
            dict(zip(ids, skus, strict=True)),
            {listing: one.sku_text for listing, one in found.items()},
            advice="all listings must come, each with the sku text that the channel has",
        )
        expect(
            {4},
            {one.quantity for one in found.values()},
            advice="the quantity is what shoppers see",
        )

    def test_listings_put_up_meanwhile_hide_no_others(self) -> None:
        """A thing that is put on sale between two pages keeps no other from coming."""
        source = self.make_source()
        ids = self.put_up([f"SKU-{place}" for place in range(5)], quantity=4)
        first = patiently(lambda: source.listings_after(None, page_size=2))
        self.put_up(["A-NEW-ONE"], quantity=1)
        listings = list(first.listings)
        cursor = first.next
        more = first.more
        for _ in range(PAGES_MAX):
            if not more:
                break
            page = patiently(partial(source.listings_after, cursor, page_size=2))
            listings.extend(page.listings)
            cursor, more = page.next, page.more
        missing = set(ids) - {one.id for one in listings}
        expect(set(), missing, advice="page by something that stands still, such as the id")
