"""Publication: what a channel may show is never more than there is, and says why."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.errors import FieldError
from ecomkit.stock import OfferStep, Publication
from ecomkit.testing.strategies import publications

UNITS = st.integers(-20, 120)


@given(publications(), UNITS)
def test_never_negative_and_never_above_available(rule: Publication, available: int) -> None:
    """A channel shows between 0 and what is available, whatever the rule."""
    shown = rule(available).quantity

    assert 0 <= shown <= max(0, available)


@given(publications(), UNITS)
def test_shown_is_available_less_what_is_kept_back_up_to_the_cap(
    rule: Publication, available: int
) -> None:
    """Minimum stock and buffer add up; the cap bounds what is left of them."""
    left = max(0, available - rule.minimum_stock - rule.buffer)
    expected = left if rule.cap is None else min(left, rule.cap)

    assert expected == rule(available).quantity


@given(publications(), UNITS, st.integers(0, 20))
def test_more_units_never_show_less(rule: Publication, available: int, more: int) -> None:
    """What is shown grows with what is available, by no more than that."""
    less, greater = rule(available).quantity, rule(available + more).quantity

    assert less <= greater <= less + max(0, available + more) - max(0, available)


@given(publications(), UNITS)
def test_the_steps_lead_from_available_to_shown(rule: Publication, available: int) -> None:
    """Every step begins where the one before it ended, takes units, and is in the sentence."""
    offer = rule(available)
    numbers = [max(0, available)]
    for step in offer.steps:
        assert numbers[-1] == step.before
        assert step.after < step.before
        assert step.explain() in offer.explain()
        numbers.append(step.after)

    assert numbers[-1] == offer.quantity
    assert available == offer.available


@given(publications(), st.integers(0, 120))
def test_a_rule_that_took_units_is_named(rule: Publication, available: int) -> None:
    """A part of the rule is named exactly if the number would be another without it."""
    names = {step.name.split(" of ", maxsplit=1)[0] for step in rule(available).steps}
    after_minimum = max(0, available - rule.minimum_stock)
    after_buffer = max(0, after_minimum - rule.buffer)
    expected = {
        "minimum stock": after_minimum < available,
        "buffer": after_buffer < after_minimum,
        "cap": rule.cap is not None and rule.cap < after_buffer,
    }

    assert {name for name, acts in expected.items() if acts} == names


def test_buffers_and_caps_differ_by_channel() -> None:
    """Row 52: ten units: the shop shows ten, the market five; of one unit: one and none."""
    shop, market = Publication(), Publication(buffer=2, cap=5)

    assert (shop(10).quantity, market(10).quantity) == (10, 5)
    assert (shop(1).quantity, market(1).quantity) == (1, 0)
    assert (shop(-3).quantity, market(-3).quantity) == (0, 0)


def test_each_step_is_explained() -> None:
    """The sentence names minimum stock, buffer and cap, each with what it did."""
    offer = Publication(minimum_stock=3, buffer=2, cap=4)(10)

    assert offer.explain() == (
        "4 shown of 10 available "
        "(minimum stock of 3: 10 -> 7; buffer of 2: 7 -> 5; cap of 4: 5 -> 4)"
    )
    assert Publication()(10).explain() == "10 shown of 10 available (nothing kept back)"
    assert Publication(minimum_stock=3, buffer=2)(2).steps == (
        OfferStep(name="minimum stock of 3", before=2, after=0),
    )


def test_a_cap_of_nothing_shows_nothing() -> None:
    """A cap of 0 takes a listing off sale without touching the stock."""
    assert Publication(cap=0)(10).quantity == 0


@pytest.mark.parametrize("units", [-1, 1.0, True, "1"])
@pytest.mark.parametrize("field", ["minimum_stock", "buffer", "cap"])
def test_the_parts_of_a_rule_are_counts(field: str, units: Any) -> None:
    """No part of a rule is negative, a float, a bool or text."""
    with pytest.raises(FieldError) as caught:
        Publication(**{field: units})

    assert ("Publication", field, units) == (
        caught.value.owner,
        caught.value.field,
        caught.value.got,
    )


@pytest.mark.parametrize("available", [True, 1.5, None, "3"])
def test_available_is_a_whole_number(available: Any) -> None:
    """The rule refuses anything that is no whole number."""
    with pytest.raises(FieldError) as caught:
        Publication()(available)

    assert (caught.value.owner, caught.value.field) == ("Publication", "available")
