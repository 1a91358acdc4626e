"""What every order source has to keep while its list moves: nothing is missed, nothing goes back."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecomkit.channels import Cursor, OrderSource, PageEntry, ReadOrder
from ecomkit.testing.conformance._kit import expect
from ecomkit.testing.conformance._order_source_kit import OrderSourceKit, newest

__all__ = ["MovingListLaws"]

HAPPENINGS = st.lists(
    st.one_of(
        st.just("page"),
        st.just("place"),
        st.integers(0, 6),  # the order that changes
    ),
    max_size=12,
)


class MovingListLaws(OrderSourceKit):
    """Laws of a list that changes while it is read."""

    examples: int = 20
    """How many random runs are tried."""

    def test_nothing_is_missed_whatever_happens_between_pages(self) -> None:
        """Orders are placed and changed between any two pages; all are given as they end."""

        @settings(
            max_examples=self.examples,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        )
        @given(happenings=HAPPENINGS, page_size=st.integers(1, 4), before=st.integers(0, 5))
        def run(happenings: list[str | int], page_size: int, before: int) -> None:
            source = self.make_source()
            numbers = self._placed(str(1001 + place) for place in range(before))
            entries: list[PageEntry] = []
            cursor: Cursor | None = None
            for happening in happenings:
                if happening == "page":
                    page = self._page(source, cursor, page_size=page_size)
                    entries.extend(page.entries)
                    cursor = page.next
                elif happening == "place":
                    numbers.extend(self._placed([str(1001 + len(numbers))]))
                elif isinstance(happening, int) and numbers:
                    self.change(numbers[happening % len(numbers)])
            rest, end = self._pulled(source, after=cursor, page_size=page_size)
            self._complete(source, [*entries, *rest], numbers)
            # And from the end on, what changes now.
            if numbers:
                self.change(numbers[0])
                later, _ = self._pulled(source, after=end, page_size=page_size)
                self._complete(source, later, numbers[:1])

        run()

    def _complete(self, source: OrderSource, entries: list[PageEntry], numbers: list[str]) -> None:
        found = newest(entries)
        expect(
            {number: self._one(source, number) for number in numbers},
            {number: found.get(number) for number in numbers},
            advice="a list that moves while it is read must not lose an order: page by the moment "
            "of change, or read a fixed window so that rows which leave it hide no others",
        )

    def test_what_a_list_shows_late_is_not_missed(self) -> None:
        """A change that the list shows only after later ones is given by a later pull."""
        source = self.make_source()
        late, other = self._placed(["1001", "1002"])
        _, cursor = self._pulled(source)
        self.change_unseen(late)
        self.change(other)
        _, cursor = self._pulled(source, after=cursor)
        self.reveal()
        entries, _ = self._pulled(source, after=cursor)
        self._complete(source, entries, [late])

    def test_versions_never_go_back_within_a_pull_of_what_stands_still(self) -> None:
        """Of an order that does not change, a pull gives one version."""
        source = self.make_source()
        self._placed(["1001", "1002", "1003"])
        entries, _ = self._pulled(source, page_size=1)
        versions: dict[str, set[int]] = {}
        for entry in entries:
            if isinstance(entry, ReadOrder):
                versions.setdefault(entry.claim.number, set()).add(entry.claim.version)
        expect(
            dict.fromkeys(versions, 1),
            {number: len(found) for number, found in versions.items()},
            advice="make the version of the order's own state, not of the moment it was read",
        )
