"""Fulfilments that are created and cancelled again and again leave order and ledger in step."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecomkit.identifiers import LineId, ParcelId
from ecomkit.stores import MemoryStore


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(st.integers(1, 10), st.booleans()), min_size=1, max_size=8))
def test_again_and_again_nothing_drifts(world_class: Any, steps: list[tuple[int, bool]]) -> None:
    """
    Of each fulfilment what is cancelled is there again, allocated as before, and no more.

    medusajs/medusa #11703, #11266, #12796: reservations drifted apart from fulfilments.
    """
    with MemoryStore() as store:
        world = world_class(store).adopted()
        order = world.own_order(quantity=10)
        world.shop.place(order)
        left = 10
        for place, (wanted, stays) in enumerate(steps):
            units, parcel = min(wanted, left), ParcelId(f"p-{place}")
            if not units:
                break
            world.shop.ship(order.id, {world.line: units}, parcel=parcel, key=world.key())
            if stays:
                left -= units
            else:
                world.shop.unship(order.id, parcel, key=world.key())
        assert (world.level.on_hand, world.level.allocated) == (left, left)
        assert world.shop.order(order.id).counts(LineId("1")).open == left
        world.assert_clean()
