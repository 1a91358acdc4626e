"""Settings and the brake: what one merchant has chosen."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.catalog import Component, Kit, Kits
from ecomkit.errors import FieldError
from ecomkit.identifiers import ChannelId, Sku
from ecomkit.operations import Brake, Settings
from ecomkit.stock import Publication

ETSY, EBAY = ChannelId("etsy"), ChannelId("ebay")


@given(
    zeroing=st.integers(0, 200),
    shown=st.integers(0, 200),
    share=st.fractions(0, 1),
    listings_min=st.integers(0, 50),
)
def test_the_brake_stops_above_both_limits(
    zeroing: Any, shown: Any, share: Any, listings_min: Any
) -> None:
    """A run is stopped if it zeroes more than the share and more than the few that always may."""
    verdict = Brake(share=share, listings_min=listings_min)(zeroing=zeroing, shown=shown)

    assert (zeroing > listings_min and zeroing > share * shown) == verdict.is_stopped
    assert (zeroing, shown, share) == (verdict.zeroing, verdict.shown, verdict.share)


def test_a_stopped_run_says_what_it_would_have_done() -> None:
    """The numbers and the limit are named."""
    brake = Brake(share=Fraction(1, 4))

    assert (
        brake(zeroing=30, shown=100).explain()
        == "stopped: would put 30 of 100 shown listings to 0 (allowed share 25%)"
    )
    assert (
        brake(zeroing=25, shown=100).explain()
        == "puts 25 of 100 shown listings to 0 (allowed share 25%)"
    )


@pytest.mark.parametrize("broken", [{"share": 0.25}, {"listings_min": -1}])
def test_a_brake_with_impossible_limits_is_refused(broken: Any) -> None:
    """A share is a fraction, a number of listings 0 or more."""
    with pytest.raises(FieldError):
        Brake(**broken)


def test_each_channel_has_its_rule() -> None:
    """Given as a mapping or as pairs; without a rule all is shown."""
    rule = Publication(buffer=2)

    assert Settings(publications={ETSY: rule}) == Settings(publications=[(ETSY, rule)])
    assert (rule, Publication()) == (
        Settings(publications={ETSY: rule}).publication(ETSY),
        Settings(publications={ETSY: rule}).publication(EBAY),
    )


@pytest.mark.parametrize(
    "broken", [{"publications": {"etsy": 3}}, {"page_size": 0}, {"location": "x"}, {"kits": ()}]
)
def test_impossible_settings_are_refused(broken: Any) -> None:
    """What a merchant chooses is checked when it is chosen."""
    with pytest.raises(FieldError):
        Settings(**broken)


def test_a_kit_lies_on_the_shelf_in_parts() -> None:
    """Kits inside kits are resolved; anything else is its own part."""
    pair = Kit(sku=Sku("PAIR"), components=[Component(sku=Sku("SOCK"), quantity=2)])
    box = Kit(
        sku=Sku("BOX"),
        components=[Component(sku=Sku("PAIR"), quantity=3), Component(sku=Sku("LID"), quantity=1)],
    )
    settings = Settings(kits=Kits(kits=[pair, box]))

    assert (Sku("SOCK"), Sku("LID")) == settings.parts(Sku("BOX"))
    assert (Sku("SOCK"),) == settings.parts(Sku("SOCK"))
