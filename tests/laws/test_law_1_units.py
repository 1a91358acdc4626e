"""Law 1: units are conserved."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ecomkit.stock import Bucket, fold


def replayed(market: Any) -> Any:
    """Return the balances that the movements add up to."""
    with market.store.snapshot() as tx:
        return fold(movement for _, movement in tx.movements(limit=1_000_000))


@settings(deadline=None, max_examples=25)
@given(data=st.data())
def test_units_are_conserved(new_market: Any, market_module: Any, data: st.DataObject) -> None:
    """
    Stock is a double-entry ledger: a movement takes n units out of one account and puts n into
    another. A level is a fold over movements; rebuilt from nothing it equals the running one.
    """
    faults = data.draw(market_module.channel_faults())
    market = new_market(faults=faults)
    for step in data.draw(market_module.steps()):
        market.run([step])
        market.assert_clean()
    balances = replayed(market)

    assert sum(balances.values()) == 0
    assert {
        account: units for account, units in balances.items() if account.bucket.is_inside and units
    } == {
        account: units
        for account, units in (
            (account, market.shop.level(account.sku).units(account.bucket))
            for account in balances
            if account.bucket.is_inside
        )
        if units
    }
    assert all(units >= 0 for account, units in balances.items() if account.bucket.is_inside)


@settings(deadline=None, max_examples=25)
@given(data=st.data())
def test_what_lies_on_the_shelf_is_what_came_less_what_left(
    new_market: Any, market_module: Any, data: st.DataObject
) -> None:
    """Counted from outside, by receipts, counts and orders alone, the shelf holds the same."""
    market = new_market(faults=data.draw(market_module.channel_faults()))
    # A count in between knows of units that have left before we are told, so it has none.
    kinds = market_module.Market.events + market_module.Market.commands
    kinds = tuple(kind for kind in kinds if kind != "count")
    market.run(data.draw(market_module.steps(kinds=kinds)))
    out = dict.fromkeys((market_module.A, market_module.B), 0)
    for order in market.orders():
        for part, units in parts(market_module, order.lines[0].sku).items():
            out[part] += units * order.units.out
    balances = replayed(market)
    for level in market.levels():
        scrapped = sum(
            units
            for account, units in balances.items()
            if account.sku == level.sku and account.bucket is Bucket.SCRAP
        )
        # A return that is not fit for the shelf is on hand, or scrapped, and not usable.
        not_usable = level.on_hand - level.usable

        assert (
            market.opening + market.received[level.sku] - out[level.sku]
            == level.usable + not_usable + scrapped
        )


def parts(module: Any, sku: Any) -> Any:
    """Return what lies on the shelf for a sku."""
    return {module.A: 2, module.B: 1} if sku == module.KIT else {sku: 1}
