"""Oversell budget: what all listings show together stays inside stock and a declared excess."""

import random
from typing import Any

import pytest

from ecomkit.catalog import Component, Kit, Kits
from ecomkit.errors import FieldError
from ecomkit.identifiers import ChannelId, ListingId, Sku
from ecomkit.operations import Settings
from ecomkit.stock import Publication

LEG, TRUNK = Sku("LEG"), Sku("TRUNK")
KITS = Kits(
    kits=[
        Kit(sku=Sku("STOOL"), components=[Component(sku=LEG, quantity=3)]),
        Kit(
            sku=Sku("ELEPHANT"),
            components=[Component(sku=LEG, quantity=4), Component(sku=TRUNK, quantity=1)],
        ),
    ]
)
LEGS = {"L1": 4, "L2": 3, "L3": 1, "L4": 0}
TRUNKS = {"L1": 1, "L4": 1}


def shown(world: Any, listing: str) -> tuple[int, int]:
    """Return what both channels show for a listing."""
    return tuple(channel.shown(ListingId(listing)) for channel in world.channels)


def furnished(make_world: Any, **options: Any) -> Any:
    """Return a world whose channels sell legs and trunks, stools of legs, and elephants of both."""
    world = make_world(settings=Settings(kits=KITS, **options))
    for channel in world.channels:
        channel.put_up(
            [
                world.offer("L2", "STOOL", 0),
                world.offer("L3", "LEG", 0),
                world.offer("L4", TRUNK, 0),
            ]
        )
        world.shop.adopt(channel.channel, opening={LEG: 30, TRUNK: 6})
    return world


@pytest.mark.parametrize("budget", [0, 3])
@pytest.mark.parametrize("seed", range(4))
def test_all_numbers_together_stay_inside_the_budget(
    make_world: Any, seed: int, budget: int
) -> None:
    """After each run the legs and trunks in all numbers are no more than there are, and the budget."""
    world = furnished(make_world, oversell_budget=budget)
    draw = random.Random(seed)  # noqa: S311 (a simulation)
    for number in range(25):
        world.pass_time(minutes=10)
        if draw.random() < 0.6:
            listing = draw.choice(["L1", "L2", "L3", "L4"])
            line = world.sold(draw.randint(1, 2), listing=listing)
            draw.choice(world.channels).sell(f"o{number}", [line], placed_at=world.clock.now())
        else:
            sku = draw.choice([LEG, TRUNK])
            world.shop.receive({sku: draw.randint(1, 9)}, key=world.key())
        world.shop.sync()
        for sku, each in ((LEG, LEGS), (TRUNK, TRUNKS)):
            available = world.shop.level(sku).available(world.clock.now())
            used = sum(units * sum(shown(world, listing)) for listing, units in each.items())

            assert used <= max(0, available) + budget

    assert tuple(plan for plan in world.shop.preview().offers if plan.is_due) == ()


def test_the_units_are_divided_and_the_first_rule_has_the_odd_one(make_world: Any) -> None:
    """Eleven elephants on two channels: six where the rule is named first, five on the other."""
    rules = {ChannelId("corner"): Publication(), ChannelId("etsy"): Publication()}
    world = make_world(settings=Settings(publications=rules, oversell_budget=0)).adopted(11)
    world.shop.sync()

    assert shown(world, "L1") == (5, 6)
    assert "oversell budget of 0: 11 -> 5" in world.shop.preview().offers[1].explain()

    world.sell(world.etsy, "1", 5)
    world.shop.sync()

    assert shown(world, "L1") == (3, 3)


def test_two_listings_of_one_sku_on_a_channel_count_both(make_world: Any) -> None:
    """Each counts down its own number, so each has units of its own."""
    world = make_world(settings=Settings(oversell_budget=2)).adopted(10)
    world.etsy.put_up([world.offer("L9", "ELEPHANT", 0)])
    world.shop.match(world.etsy_id, ListingId("L9"), world.sku)
    world.shop.sync()

    assert (*shown(world, "L1"), world.etsy.shown(ListingId("L9"))) == (4, 4, 4)


def test_a_change_of_one_part_moves_what_other_parts_show(make_world: Any) -> None:
    """Trunks come in, elephants can be built, and the legs are shared with them."""
    world = furnished(make_world, oversell_budget=0)
    world.shop.count({TRUNK: 0}, key=world.key())
    world.shop.sync()
    before = shown(world, "L3")

    assert shown(world, "L1") == (0, 0)

    world.shop.receive({TRUNK: 4}, key=world.key())
    world.shop.sync()

    assert min(shown(world, "L1")) > 0
    assert sum(shown(world, "L3")) < sum(before)


def test_without_a_budget_each_listing_shows_all(make_world: Any) -> None:
    """Nothing is declared: a listing shows what its own rule allows, as if it were the only one."""
    world = furnished(make_world)
    world.shop.sync()

    assert [shown(world, listing) for listing in LEGS] == [(6, 6), (10, 10), (30, 30), (6, 6)]


def test_channels_without_a_rule_come_last() -> None:
    """The order of the rules is the order of the channels."""
    rules = {ChannelId("shop"): Publication(), ChannelId("etsy"): Publication()}
    settings = Settings(publications=rules)

    assert [settings.priority(ChannelId(name)) for name in ("shop", "etsy", "ebay")] == [0, 1, 2]


@pytest.mark.parametrize("budget", [-1, 1.5, True, "2"])
def test_a_budget_is_a_count(budget: Any) -> None:
    """A budget is a number of units, or none is declared."""
    with pytest.raises(FieldError) as caught:
        Settings(oversell_budget=budget)

    assert (caught.value.owner, caught.value.field) == ("Settings", "oversell_budget")
