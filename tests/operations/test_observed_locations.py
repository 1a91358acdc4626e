"""Locations whose stock others count: nothing is promised there by us."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import attrs
import pytest

from ecomkit.errors import FieldError
from ecomkit.identifiers import LocationId
from ecomkit.operations import Ledger, ObservedLocationError, Settings
from ecomkit.stock import Count, Owner, PutOnHold, Receive, Record, Reserve, Reserved, Want

FBA = LocationId("fba")


@pytest.fixture
def shop(world: Any) -> Any:
    """A shop that knows that a marketplace counts its own warehouse."""
    return world.open_shop([], settings=attrs.evolve(world.settings, observed={FBA}))


def want(world: Any, *, location: LocationId = FBA) -> Want:
    """Return a wish for one elephant."""
    return Want(owner=Owner("cart:1"), sku=world.sku, quantity=1, location=location)


def test_nothing_is_reserved_or_held_there(world: Any, shop: Any) -> None:
    """Both verbs that ask before selling are refused, and nothing is written."""
    until = world.clock.now() + timedelta(minutes=5)
    shop.execute(Count(key=world.key(), sku=world.sku, counted=5, location=FBA))
    for command in (
        PutOnHold(key=world.key(), wants=[want(world)], expires_at=until),
        Reserve(key=world.key(), wants=[want(world)], placed_at=world.clock.now()),
    ):
        with pytest.raises(ObservedLocationError, match="fba"):
            shop.execute(command)

    assert shop.audit().is_clean
    assert shop.verify().rows == world.shop.verify().rows


def test_what_was_sold_there_is_recorded(world: Any, shop: Any) -> None:
    """A sale is a fact, wherever it is fulfilled."""
    sale = Record(key=world.key(), wants=[want(world)], placed_at=world.clock.now())

    assert shop.execute(sale).uncovered == 1
    shop.execute(Receive(key=world.key(), sku=world.sku, quantity=1, location=FBA))


def test_a_caller_beside_it_is_served(world: Any, shop: Any) -> None:
    """In a batch of many callers the error is one caller's answer."""
    until = world.clock.now() + timedelta(minutes=5)
    main = want(world, location=world.settings.location)
    with Ledger(world.store, settings=shop.settings, clock=world.clock) as ledger:
        assert isinstance(
            ledger.execute(PutOnHold(key=world.key(), wants=[main], expires_at=until)), Reserved
        )
        with pytest.raises(ObservedLocationError):
            ledger.execute(PutOnHold(key=world.key(), wants=[want(world)], expires_at=until))


def test_only_locations_can_be_observed() -> None:
    """Bad input is refused where it is given."""
    with pytest.raises(FieldError, match="observed"):
        Settings(observed={"fba"})  # type: ignore[arg-type]
