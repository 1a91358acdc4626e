"""Adoption: the safe first day."""

from typing import Any

import pytest

from ecomkit.catalog import (
    Catalog,
    Component,
    Gtin,
    Kit,
    Kits,
    Product,
    Variant,
)
from ecomkit.channels import ChannelAnswerError, Cursor, ListingPage
from ecomkit.identifiers import ChannelId, ListingId, ProductId, Sku
from ecomkit.operations import (
    AdoptedListing,
    ChannelState,
    MatchKind,
    NotAdoptedError,
    Settings,
    UnknownChannelError,
)
from ecomkit.operations._adoption import CHANNELS, LISTINGS, match_listings
from ecomkit.stock import Bucket

GTIN, OTHER_GTIN = "4006381333931", "036000291452"
TIGER, LION = Sku("TIGER"), Sku("LION")


@pytest.fixture
def catalog() -> Any:
    """Return a catalog with two animals, each with a GTIN."""
    return Catalog(
        products=[
            Product(
                id=ProductId("animals"),
                title="Animals",
                variants=[
                    Variant(sku=Sku("ELEPHANT"), gtin=Gtin.parse(GTIN)),
                    Variant(sku=TIGER, gtin=Gtin.parse(OTHER_GTIN)),
                ],
            )
        ]
    )


def matches(world: Any, *listings: Any, catalog: Any = None) -> Any:
    """Match listings."""
    return match_listings(listings, policy=Settings().sku_policy, catalog=catalog or Catalog())


def test_a_listing_is_matched_by_its_sku_text(bare: Any) -> None:
    """Without a catalog every sku text that can be a sku is one."""
    [match] = matches(bare, bare.offer("L1", "ELEPHANT"))

    assert (MatchKind.MATCHED, Sku("ELEPHANT"), ()) == (match.kind, match.sku, match.reasons)
    assert match.explain() == "L1 matched: ELEPHANT"


@pytest.mark.parametrize("text", [None, ""])
def test_a_listing_without_a_sku_is_unmatched(bare: Any, text: Any) -> None:
    """A listing that names no sku is named in the report, with the reason."""
    [match] = matches(bare, bare.offer("L1", text))

    assert (match.kind, match.sku) == (MatchKind.UNMATCHED, None)
    assert match.explain() == "L1 unmatched: no sku; the listing has no sku"


def test_a_text_that_cannot_be_a_sku_is_unmatched(bare: Any) -> None:
    """What the sku policy refuses is unmatched, with its reasons."""
    [match] = matches(bare, bare.offer("L1", "\x00"))

    assert (match.kind, match.sku) == (MatchKind.UNMATCHED, None)
    assert match.reasons


def test_two_listings_of_one_sku_are_doubtful(bare: Any) -> None:
    """Two offers of one thing, or a mistyped sku: a person decides."""
    first, second, third = matches(
        bare, bare.offer("L1", "A"), bare.offer("L2", "A"), bare.offer("L3", "B")
    )

    assert [
        first.kind,
        second.kind,
        third.kind,
    ] == [MatchKind.DOUBTFUL, MatchKind.DOUBTFUL, MatchKind.MATCHED]
    assert ("2 listings have this sku",) == first.reasons == second.reasons


def test_several_listings_without_a_sku_are_unmatched_not_doubtful(bare: Any) -> None:
    """Nothing in common is not something in common."""
    kinds = {match.kind for match in matches(bare, bare.offer("L1", None), bare.offer("L2", None))}

    assert {MatchKind.UNMATCHED} == kinds


def test_with_a_catalog_a_sku_has_to_be_in_it(bare: Any, catalog: Any) -> None:
    """A sku that the catalog lacks is unmatched; one that it has, a kit among them, is matched."""
    kit = Kit(sku=LION, components=[Component(sku=TIGER, quantity=2)])
    catalog = Catalog(products=catalog.products, kits=Kits(kits=[kit]))
    found = matches(
        bare,
        bare.offer("L1", "ELEPHANT"),
        bare.offer("L2", "LION"),
        bare.offer("L3", "ZEBRA"),
        catalog=catalog,
    )

    assert [Sku("ELEPHANT"), LION, None] == [match.sku for match in found]
    assert found[2].reasons == ("the catalog has no ZEBRA",)


@pytest.mark.parametrize(
    ("sku_text", "gtin", "found"),
    [
        ("ELEPHANT", GTIN, (MatchKind.MATCHED, "ELEPHANT", 0)),
        ("ELEPHANT", "0" + GTIN, (MatchKind.MATCHED, "ELEPHANT", 0)),
        ("ELEPHANT", "12345670", (MatchKind.MATCHED, "ELEPHANT", 0)),  # nobody's GTIN
        ("ELEPHANT", OTHER_GTIN, (MatchKind.DOUBTFUL, "ELEPHANT", 1)),
        ("ELEPHANT", "4006381333930", (MatchKind.MATCHED, "ELEPHANT", 1)),  # a wrong check digit
        (None, GTIN, (MatchKind.DOUBTFUL, "ELEPHANT", 2)),
        ("ZEBRA", GTIN, (MatchKind.DOUBTFUL, "ELEPHANT", 2)),
        (None, "12345670", (MatchKind.UNMATCHED, None, 1)),
    ],
)
def test_a_gtin_confirms_or_contradicts_the_sku_text(
    bare: Any, catalog: Any, sku_text: str | None, gtin: str, found: tuple[Any, ...]
) -> None:
    """Where text and GTIN name two skus, or only the GTIN names one, a person decides."""
    [match] = matches(bare, bare.offer("L1", sku_text, gtin=gtin), catalog=catalog)

    assert found == (match.kind, match.sku, len(match.reasons))


def test_the_first_day_is_reported(bare: Any) -> None:
    """The report names what was found, what needs a person, and what was never counted."""
    bare.etsy.put_up(
        [bare.offer("L2", "TIGER", 5), bare.offer("L3", "TIGER"), bare.offer("L4", None)]
    )
    report = bare.shop.adopt(bare.etsy_id)

    assert len(report.of_kind(MatchKind.MATCHED)) == 1
    assert {bare.sku: 3} == report.shown
    assert (bare.sku, TIGER) == report.uncounted
    text = report.explain()
    assert "etsy: 4 listings, 1 matched, 2 doubtful, 1 unmatched" in text
    assert "not published until counted (2): ELEPHANT, TIGER" in text


def test_what_a_channel_shows_is_a_guess_for_the_opening_count(bare: Any) -> None:
    """A listing without a number gives no guess."""
    bare.etsy.put_up([bare.offer("L1", "ELEPHANT", 3), bare.offer("L2", "TIGER")])
    report = bare.shop.adopt(bare.etsy_id)

    assert report.shown == {bare.sku: 3}


def test_only_matched_listings_are_adopted(bare: Any) -> None:
    """Doubtful and unmatched listings wait for a person."""
    bare.etsy.put_up(
        [bare.offer("L2", "TIGER"), bare.offer("L3", "TIGER"), bare.offer("L4", None)]
    )
    bare.shop.adopt(bare.etsy_id)

    assert [adopted.name for adopted in bare.kept(LISTINGS)] == ["etsy/L1"]


def test_a_person_confirms_a_doubtful_listing(bare: Any) -> None:
    """A confirmed match is published like any other."""
    bare.etsy.put_up([bare.offer("L2", None, 7)])
    bare.shop.adopt(bare.etsy_id, opening={bare.sku: 10})
    adopted = bare.shop.match(bare.etsy_id, ListingId("L2"), bare.sku)
    bare.shop.sync()

    assert AdoptedListing(channel=bare.etsy_id, listing=ListingId("L2"), sku=bare.sku) == adopted
    assert bare.etsy.shown(ListingId("L2")) == 10


def test_a_match_needs_an_adopted_channel(bare: Any) -> None:
    """Nothing can be matched before the channel was adopted."""
    with pytest.raises(NotAdoptedError) as caught:
        bare.shop.match(bare.etsy_id, ListingId("L1"), bare.sku)

    assert bare.etsy_id == caught.value.channel


def test_the_opening_count_counts_only_what_was_never_counted(bare: Any) -> None:
    """The second channel's opening numbers do not overwrite the first count."""
    bare.shop.adopt(bare.etsy_id, opening={bare.sku: 10})
    bare.shop.adopt(bare.corner_id, opening={bare.sku: 99, TIGER: 4})

    assert (bare.level.sellable, bare.shop.level(TIGER).sellable) == (10, 4)
    assert dict(bare.shop.audit().units) == {Bucket.OPENING: -14, Bucket.SELLABLE: 14}


def test_an_opening_count_of_nothing_is_a_count(bare: Any) -> None:
    """Zero units were counted, and may be published."""
    bare.shop.adopt(bare.etsy_id, opening={bare.sku: 0})
    bare.shop.sync()

    assert bare.etsy.shown(bare.listing) == 0


def test_adopting_again_leaves_the_rest_alone(world: Any) -> None:
    """Cursor, counts and known matches stay; a new listing is matched."""
    world.sell(world.etsy, "1", 2)
    world.shop.sync()
    before = world.kept(CHANNELS), world.kept(LISTINGS), world.level
    world.shop.adopt(world.etsy_id, opening={world.sku: 50}, since=Cursor("0"))

    assert before == (world.kept(CHANNELS), world.kept(LISTINGS), world.level)

    world.etsy.put_up([world.offer("L2", "TIGER", 1)])
    world.shop.adopt(world.etsy_id)

    assert [kept.name for kept in world.kept(LISTINGS)] == ["corner/L1", "etsy/L1", "etsy/L2"]


def test_a_person_s_word_outlasts_adopting_again(world: Any) -> None:
    """A confirmed match is not undone by what the listing's text says."""
    world.shop.match(world.etsy_id, world.listing, TIGER)
    world.shop.adopt(world.etsy_id)

    assert world.kept(LISTINGS)[1].sku == TIGER


def test_orders_start_where_the_merchant_says(bare: Any) -> None:
    """With a starting cursor the orders before it are not pulled."""
    bare.sell(bare.etsy, "1", 1)
    bare.sell(bare.etsy, "2", 1)
    bare.shop.adopt(bare.etsy_id, opening={bare.sku: 10}, since=Cursor("1"))
    report = bare.shop.sync()

    assert report.pulls[0].placed == 1
    assert bare.available == 9


def test_all_pages_of_listings_are_read(make_world: Any) -> None:
    """Listings on later pages are matched like those on the first."""
    world = make_world(settings=Settings(page_size=2))
    world.etsy.put_up([world.offer(f"L{number}", f"SKU-{number}", 1) for number in range(1, 6)])
    report = world.shop.adopt(world.etsy_id)

    assert [match.listing.id for match in report.matches] == ["L1", "L2", "L3", "L4", "L5"]


class Endless:
    """A catalog whose pages do not end."""

    channel = ChannelId("endless")

    def __init__(self, tokens: Any) -> None:
        self.tokens = iter(tokens)

    def listings_after(self, cursor: Any, *, page_size: Any) -> Any:
        """Return the listings of the channel behind it."""
        return ListingPage(listings=[], next=Cursor(next(self.tokens)), more=True)


@pytest.mark.parametrize(
    "tokens", [["a", "a"], map(str, range(20_000))], ids=["the same page", "ever new pages"]
)
def test_a_catalog_that_never_ends_is_the_channel_s_fault(bare: Any, tokens: Any) -> None:
    """Pages that lead to themselves, or to ever new ones, raise instead of looping."""
    shop = bare.open_shop([Endless(tokens)])
    text = bare.text()

    with pytest.raises(ChannelAnswerError) as caught:
        shop.adopt(Endless.channel)

    assert (caught.value.channel, caught.value.operation) == ("endless", "pull listings")
    assert text == bare.text()


def test_a_channel_without_a_catalog_can_be_adopted(bare: Any) -> None:
    """Its listings are matched by a person."""

    class OnlyOrders:
        channel = ChannelId("phone")

    shop = bare.open_shop([OnlyOrders()])
    report = shop.adopt(ChannelId("phone"), opening={bare.sku: 1})

    assert report.matches == ()
    assert (ChannelState(channel=ChannelId("phone"), adopted_at=bare.clock.now()),) == bare.kept(
        CHANNELS
    )


def test_a_channel_that_the_shop_has_not_cannot_be_adopted(bare: Any) -> None:
    """Names that the shop was not given are refused, with those it has."""
    with pytest.raises(UnknownChannelError) as caught:
        bare.shop.adopt(ChannelId("ebay"))

    assert (bare.etsy_id, bare.corner_id) == caught.value.known


def test_the_first_run_is_safe(bare: Any) -> None:
    """A run over live channels with old orders sends nothing, books nothing, says what to do."""
    bare.sell(bare.etsy, "1", 2)
    bare.etsy.ship("1", {bare.line: 2}, at=bare.clock.now())
    text = bare.text()
    report = bare.shop.sync()

    assert (bare.etsy_id, bare.corner_id) == report.unadopted
    assert (report.pulls, report.pushes) == ((), ())
    assert text == bare.text()
    assert bare.etsy.calls == []
    assert "etsy was not adopted: nothing was pulled" in report.explain()
    assert "adopt it with an opening count" in str(report)


def test_the_first_run_after_adoption_without_a_count_publishes_nothing(bare: Any) -> None:
    """Old shipped orders cover nothing, and an uncounted sku is told to nobody."""
    bare.sell(bare.etsy, "1", 2)
    bare.etsy.ship("1", {bare.line: 2}, at=bare.clock.now())
    shown = bare.etsy.shown(bare.listing)
    bare.pass_time(days=1)
    report = bare.shop.adopt(bare.etsy_id)

    assert (bare.sku,) == report.uncounted

    bare.shop.sync()

    assert shown == bare.etsy.shown(bare.listing)
    assert "push_stock" not in [name for name, _ in bare.etsy.calls]
    assert (bare.level.allocated, bare.level.uncovered_units) == (0, 0)
    assert bare.shop.uncovered() == ()
    bare.assert_clean()


def test_a_preview_writes_nothing_and_sends_nothing(bare: Any) -> None:
    """Before adoption it says what is needed, after it what would be told."""
    text = bare.text()
    preview = bare.shop.preview()

    assert [bare.etsy_id, bare.corner_id] == [report.channel for report in preview.adoptions]
    assert [(bare.sku,), (bare.sku,)] == [report.uncounted for report in preview.adoptions]
    assert text == bare.text()
    assert "to adopt: etsy: 1 listings, 1 matched" in preview.explain()

    bare.adopted()
    bare.sell(bare.etsy, "1", 2)
    text, calls = bare.text(), len(bare.etsy.calls)
    preview = bare.shop.preview()

    assert preview.adoptions == ()
    assert [(plan.listing.shown, plan.offer.quantity) for plan in preview.offers] == [
        (3, 10),
        (3, 10),
    ]
    assert "2 of 2 listings would be told a number" in str(preview)
    assert "etsy/L1 (ELEPHANT): 3 -> 10; 10 shown of 10 available" in str(preview)
    assert (text, calls) == (bare.text(), len(bare.etsy.calls))


def test_a_preview_says_what_is_counted_already(bare: Any) -> None:
    """The second channel does not need the count that the first one brought."""
    bare.shop.adopt(bare.etsy_id, opening={bare.sku: 10})
    [adoption] = bare.shop.preview().adoptions

    assert (bare.corner_id, ()) == (adoption.channel, adoption.uncounted)


def test_a_kit_needs_the_count_of_its_parts(make_world: Any) -> None:
    """What lies on the shelf is counted, not the kit."""
    kit = Kit(sku=Sku("ELEPHANT"), components=[Component(sku=TIGER, quantity=2)])
    world = make_world(settings=Settings(kits=Kits(kits=[kit])))
    report = world.shop.adopt(world.etsy_id)

    assert report.uncounted == (TIGER,)

    world.shop.adopt(world.etsy_id, opening={TIGER: 9})
    world.shop.sync()

    assert world.etsy.shown(world.listing) == 4
