"""Demand by channel in the books of a shop: what each channel sold adds up to what all did."""

from typing import Any

from ecomkit.operations._demand import DEMAND, DEMAND_BY_CHANNEL


def units_by_day(world: Any, collection: Any) -> dict[Any, int]:
    """Return the units of each sku and day, all histories of the collection together."""
    days: dict[Any, int] = {}
    for history in world.kept(collection):
        for place, units in enumerate(history.units):
            key = history.sku, history.first_day.toordinal() + place
            days[key] = days.get(key, 0) + units
    return {key: units for key, units in days.items() if units}


def test_channels_add_up_to_the_pool(world: Any) -> None:
    """Pulled from two channels, sold in our own shop, and cancelled on one of them."""
    world.sell(world.etsy, "1", 2)
    world.sell(world.corner, "2", 3)
    world.shop.sync()
    world.pass_time(days=1)
    world.shop.place(world.own_order())
    world.sell(world.etsy, "3", 2)
    world.shop.sync()
    world.shop.cancel("etsy/1", {world.line: 1}, key=world.key())

    assert {history.channel: sum(history.units) for history in world.kept(DEMAND_BY_CHANNEL)} == {
        "corner": 3,
        "etsy": 3,
        "shop": 1,
    }
    assert units_by_day(world, DEMAND) == units_by_day(world, DEMAND_BY_CHANNEL)
    assert [
        units for history in world.kept(DEMAND_BY_CHANNEL, index="etsy") for units in history.units
    ] == [1, 2]
