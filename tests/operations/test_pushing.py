"""Planning pushes in bulk: every listing that differs, once, in the fewest calls."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.errors import FieldError
from ecomkit.identifiers import ChannelId, ListingId, Sku
from ecomkit.operations import ListingColumns, plan_push
from ecomkit.stock import Publication

ETSY = ChannelId("etsy")
SKUS = [Sku(f"SKU-{place}") for place in range(6)]

publications = st.builds(
    Publication,
    minimum_stock=st.integers(0, 3),
    buffer=st.integers(0, 3),
    cap=st.none() | st.integers(0, 5),
)


def columns(rows: list[tuple[Sku, int | None]], *, parents: int = 0) -> ListingColumns:
    """Return listings that sell and show these; every other one has one of a few parents."""
    return ListingColumns(
        channel=ETSY,
        listings=[
            ListingId(f"P{place % parents}:{place}" if parents and place % 2 else str(place))
            for place in range(len(rows))
        ],
        skus=[sku for sku, _ in rows],
        shown=[shown for _, shown in rows],
    )


def group_of(listing: ListingId) -> str:
    """Return the parent of a listing, none for a listing of its own."""
    parent, colon, _ = listing.partition(":")
    return parent if colon else ""


shown_rows = st.lists(
    st.tuples(st.sampled_from(SKUS), st.none() | st.integers(-2, 6)), max_size=60
)


@given(shown_rows, st.dictionaries(st.sampled_from(SKUS), st.integers(-3, 9)), publications)
def test_what_differs_is_told_once_and_nothing_else(
    rows: list[tuple[Sku, int | None]], available: dict[Sku, int], publication: Publication
) -> None:
    """Each listing of a known sku that shows another number is in the plan, with both numbers."""
    table = columns(rows)

    plan = plan_push(table, available=available, publication=publication, rows_max=7)

    expected = [
        (listing, publication(available[sku]).quantity, shown)
        for listing, (sku, shown) in zip(table.listings, rows, strict=True)
        if sku in available and publication(available[sku]).quantity != shown
    ]
    told = [(row.listing, row.quantity, row.expected) for batch in plan.batches() for row in batch]
    assert expected == told


@given(publications, st.lists(st.integers(-5, 20)))
def test_the_bulk_rule_is_the_rule(publication: Publication, levels: list[int]) -> None:
    """Many levels at once are published as each of them alone."""
    expected = [publication(level).quantity for level in levels]

    assert expected == publication.quantities(levels)


@given(shown_rows, st.integers(1, 9), st.integers(1, 4))
def test_groups_stay_together_as_far_as_they_fit(
    rows: list[tuple[Sku, int | None]], rows_max: int, parents: int
) -> None:
    """A push holds at most its rows; a group is cut only where it is larger than a push."""
    table = columns(rows, parents=parents)

    plan = plan_push(
        table,
        available=dict.fromkeys(SKUS, 9),
        publication=Publication(),
        rows_max=rows_max,
        group_of=group_of,
    )
    batches = list(plan.batches())

    assert Counter(table.listings) == Counter(row.listing for batch in batches for row in batch)
    assert all(0 < len(batch) <= rows_max for batch in batches)
    sizes = Counter(map(group_of, table.listings))
    for group, size in sizes.items():
        pushes = sum(any(group_of(row.listing) == group for row in batch) for batch in batches)
        # One more where a group that is larger than a push begins behind others.
        assert pushes <= -(-size // rows_max) + (size > rows_max)


def test_what_goes_along_stays_with_its_listing() -> None:
    """Committed units and handles go with the rows that are told."""
    table = ListingColumns(
        channel=ETSY,
        listings=[ListingId("1"), ListingId("2"), ListingId("3")],
        skus=SKUS[:3],
        shown=[4, 9, None],
        committed=[1, 2, 3],
        handles=["a", None, "c"],
    )

    plan = plan_push(
        table, available=dict.fromkeys(SKUS, 9), publication=Publication(), rows_max=5
    )

    assert [(row.committed, row.handle) for batch in plan.batches() for row in batch] == [
        (1, "a"),
        (3, "c"),
    ]


def test_columns_are_of_one_length() -> None:
    """Columns of several lengths are refused."""
    with pytest.raises(FieldError) as caught:
        ListingColumns(channel=ETSY, listings=[ListingId("1")], skus=[], shown=[None])

    assert caught.value.field == "shown"
