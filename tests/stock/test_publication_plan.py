"""Channel plan: what all channels show together never passes stock and the oversell budget."""

import itertools
import random
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ecomkit.catalog import Component, Kit, Kits
from ecomkit.errors import FieldError
from ecomkit.identifiers import ChannelId, Sku
from ecomkit.stock import Publication
from ecomkit.stock._channel_plan import Allotment, ChannelPlan, Outlet

PEN = Sku("PEN")
SHARES = st.sampled_from([Fraction(1), Fraction(1, 3), Fraction(7, 10), Fraction(0)])
SMALL = st.integers(0, 6)
RULES = st.builds(
    Publication,
    last_units=SMALL,
    minimum_stock=st.integers(0, 3),
    buffer=st.integers(0, 3),
    share=SHARES,
    cap=st.none() | SMALL,
)
BUDGETS = st.integers(0, 8)
AVAILABLE = st.integers(-3, 25)


def outlet(name: str, rule: Publication | None = None, **options: Any) -> Outlet:
    """Return an outlet of pens."""
    return Outlet(
        channel=ChannelId(name), sku=options.pop("sku", PEN), rule=rule or Publication(), **options
    )


@st.composite
def outlet_lists(draw: st.DrawFn) -> list[Outlet]:
    """Return up to five outlets of pens, some on one channel."""
    names = draw(
        st.lists(
            st.tuples(st.sampled_from(["etsy", "ebay", "shop"]), st.sampled_from(["", "a", "b"])),
            min_size=1,
            max_size=5,
            unique=True,
        )
    )
    return [
        outlet(channel, draw(RULES), pool=pool, priority=draw(st.integers(0, 2)))
        for channel, pool in names
    ]


def numbers(outlets: Sequence[Outlet], available: int, budget: int | None) -> tuple[int, ...]:
    """Return what the plan shows."""
    return ChannelPlan(oversell_budget=budget)(outlets, available={PEN: available}).quantities


def unit_by_unit(outlets: Sequence[Outlet], available: int, budget: int) -> tuple[int, ...]:
    """
    Return what the plan has to show, by handing out one unit after another.

    First units come first, in their turn. All others come in the order of the number of units
    with which a rule shows them, then the lower number first, then in their turn.
    """
    alone = [one.rule(available).quantity for one in outlets]
    units = []
    for one, most in zip(outlets, alone, strict=True):
        for number in range(1, most + 1):
            level = next(n for n in itertools.count() if one.rule(n).quantity >= number)
            is_first = number == 1
            key = (0, 0, 0) if is_first else (1, level, number)
            units.append((key, one.turn))
    units.sort()
    given_out = [turn for _, turn in units[: max(0, available) + budget]]
    return tuple(given_out.count(one.turn) for one in outlets)


@given(outlet_lists(), AVAILABLE, BUDGETS)
def test_the_sum_is_what_is_asked_for_or_the_bound(
    outlets: list[Outlet], available: int, budget: int
) -> None:
    """Together the channels show all that their rules ask for, or stock and budget if that is less."""
    alone = sum(one.rule(available).quantity for one in outlets)

    assert min(alone, max(0, available) + budget) == sum(numbers(outlets, available, budget))


@given(outlet_lists(), AVAILABLE, BUDGETS | st.none())
def test_no_outlet_shows_more_than_its_rule(
    outlets: list[Outlet], available: int, budget: int | None
) -> None:
    """Each shows between 0 and what it would show alone, which is never above what is available."""
    shown = numbers(outlets, available, budget)
    alone = [one.rule(available).quantity for one in outlets]

    assert all(0 <= some <= most for some, most in zip(shown, alone, strict=True))
    assert all(some <= max(0, available) for some in shown)
    if budget is None:
        assert list(shown) == alone


@given(outlet_lists(), AVAILABLE, BUDGETS)
def test_units_are_handed_out_in_the_stated_order(
    outlets: list[Outlet], available: int, budget: int
) -> None:
    """The plan is the same as handing out one unit after another by the stated rule."""
    expected = unit_by_unit(outlets, available, budget)

    assert expected == numbers(outlets, available, budget)


@given(outlet_lists(), AVAILABLE, BUDGETS, st.integers(1, 5))
def test_with_more_units_no_number_falls_but_for_a_first_unit(
    outlets: list[Outlet], available: int, budget: int, more: int
) -> None:
    """The sum never falls, and while the same outlets show something no number does."""
    before = numbers(outlets, available, budget)
    after = numbers(outlets, available + more, budget)

    assert sum(before) <= sum(after)
    if [shown > 0 for shown in before] == [shown > 0 for shown in after]:
        assert all(less <= great for less, great in zip(before, after, strict=True))


@given(outlet_lists(), AVAILABLE, BUDGETS)
def test_with_a_larger_budget_no_number_falls_but_for_a_first_unit(
    outlets: list[Outlet], available: int, budget: int
) -> None:
    """One unit of budget more is one unit shown more, as long as a rule asks for it."""
    before = numbers(outlets, available, budget)
    after = numbers(outlets, available, budget + 1)

    assert sum(before) <= sum(after) <= sum(before) + 1
    if [shown > 0 for shown in before] == [shown > 0 for shown in after]:
        assert all(less <= great for less, great in zip(before, after, strict=True))


@given(outlet_lists(), AVAILABLE, BUDGETS)
def test_each_outlet_keeps_one_unit_while_there_are_any(
    outlets: list[Outlet], available: int, budget: int
) -> None:
    """Nobody shows two before all whose rule shows anything show one."""
    shown = numbers(outlets, available, budget)
    left_out = [
        some == 0 < one.rule(available).quantity for one, some in zip(outlets, shown, strict=True)
    ]

    assert not any(left_out) or max(shown) <= 1


@given(outlet_lists(), AVAILABLE, BUDGETS, st.randoms(use_true_random=False))
def test_the_order_of_the_outlets_does_not_matter(
    outlets: list[Outlet], available: int, budget: int, draw: random.Random
) -> None:
    """Equals are told apart by channel and pool, and by nothing else."""
    shuffled = draw.sample(outlets, len(outlets))
    expected = dict(zip(outlets, numbers(outlets, available, budget), strict=True))

    assert expected == dict(zip(shuffled, numbers(shuffled, available, budget), strict=True))


@given(st.integers(1, 6), AVAILABLE, BUDGETS, st.lists(st.integers(0, 2), min_size=6, max_size=6))
def test_priority_decides_about_left_over_units_only(
    channels: int, available: int, budget: int, priorities: list[int]
) -> None:
    """With equal rules no two numbers are more than one apart, and the first in turn has more."""
    outlets = [outlet(f"channel-{place}", priority=priorities[place]) for place in range(channels)]
    shown = numbers(outlets, available, budget)
    in_turn = [some for _, some in sorted(zip((o.turn for o in outlets), shown, strict=True))]

    assert max(shown) - min(shown) <= 1
    assert sorted(in_turn, reverse=True) == in_turn


@given(outlet_lists(), AVAILABLE, BUDGETS)
def test_each_offer_says_what_the_budget_took(
    outlets: list[Outlet], available: int, budget: int
) -> None:
    """The last step leads from what the rule shows to what is shown, and names the budget."""
    allotment = ChannelPlan(oversell_budget=budget)(outlets, available={PEN: available})
    for one, offer in zip(outlets, allotment.offers, strict=True):
        alone = one.rule(available)
        if offer == alone:
            continue

        assert offer.steps[:-1] == alone.steps
        assert offer.steps[-1].explain() == (
            f"oversell budget of {budget}: {alone.quantity} -> {offer.quantity}"
        )
        assert f"{one.name}: {offer.explain()}" in allotment.explain()


PENCIL, ERASER, CASE = Sku("PENCIL"), Sku("ERASER"), Sku("CASE")
SKUS = (PENCIL, ERASER, CASE, Sku("DUO"), Sku("BOX"))
KITS = Kits(
    kits=[
        Kit(
            sku=Sku("DUO"),
            components=[Component(sku=PENCIL, quantity=2), Component(sku=ERASER, quantity=1)],
        ),
        Kit(
            sku=Sku("BOX"),
            components=[Component(sku=Sku("DUO"), quantity=3), Component(sku=CASE, quantity=1)],
        ),
    ]
)
TAKES = {
    Sku("DUO"): {PENCIL: 2, ERASER: 1},
    Sku("BOX"): {PENCIL: 6, ERASER: 3, CASE: 1},
    **{sku: {sku: 1} for sku in SKUS[:3]},
}


@given(
    st.lists(
        st.tuples(st.sampled_from(SKUS), st.sampled_from(["etsy", "shop"]), RULES, SMALL),
        max_size=7,
        unique_by=lambda row: row[:2],
    ),
    st.fixed_dictionaries({sku: st.integers(-2, 30) for sku in SKUS[:3]}),
    BUDGETS,
)
@example(
    [(SKUS[0], "shop", Publication(), 0), (SKUS[3], "shop", Publication(), 0)],
    {PENCIL: 10, ERASER: 0, CASE: 0},
    0,
)
def test_kits_and_their_components_never_show_more_than_is_there(
    rows: list[tuple[Sku, str, Publication, int]], available: dict[Sku, int], budget: int
) -> None:
    """Added up in units of each component, kits and singles keep to stock and budget."""
    outlets = [outlet(name, rule, sku=sku, priority=turn) for sku, name, rule, turn in rows]
    allotment = ChannelPlan(oversell_budget=budget)(outlets, available=available, kits=KITS)
    for sku, level in available.items():
        used = sum(
            TAKES[one.sku].get(sku, 0) * shown
            for one, shown in zip(outlets, allotment.quantities, strict=True)
        )

        assert used <= max(0, level) + budget

    alone = ChannelPlan()(outlets, available=available, kits=KITS)

    assert all(
        0 <= some <= most
        for some, most in zip(allotment.quantities, alone.quantities, strict=True)
    )


def test_a_kit_that_cannot_be_built_takes_no_component_from_the_others() -> None:
    """Without erasers no duo is shown, so the pencils are all for the singles."""
    outlets = [outlet("shop", sku=PENCIL), outlet("shop", sku=Sku("DUO"))]
    plan = ChannelPlan(oversell_budget=0)

    assert plan(outlets, available={PENCIL: 10}, kits=KITS).quantities == (10, 0)
    assert plan(outlets, available={PENCIL: 10, ERASER: 9}, kits=KITS).quantities == (6, 2)
    # Of a kit that another component bounds, no more pencils are set aside than it takes.
    assert plan(outlets, available={PENCIL: 10, ERASER: 1}, kits=KITS).quantities == (8, 1)


def test_a_kit_too_large_for_what_is_left_holds_nobody_up() -> None:
    """Where no kit fits beside one single, the singles have all; with one unit more it fits."""
    outlets = [outlet("shop", sku=PENCIL), outlet("shop", sku=Sku("DUO"), priority=1)]
    plan = ChannelPlan(oversell_budget=0)

    assert plan(outlets, available={PENCIL: 2, ERASER: 1}, kits=KITS).quantities == (2, 0)
    assert plan(outlets, available={PENCIL: 3, ERASER: 1}, kits=KITS).quantities == (1, 1)

    late = outlet("shop", Publication(last_units=5), sku=PENCIL)
    box = outlet("shop", sku=Sku("BOX"), priority=1)
    units = {PENCIL: 6, ERASER: 3, CASE: 1}

    assert plan([late, box], available=units, kits=KITS).quantities == (6, 0)


def test_a_unit_too_few_for_a_kit_is_shown_by_the_next_in_turn() -> None:
    """Of ten pencils two duos and five singles take nine; the tenth makes no third duo."""
    outlets = [
        outlet("shop", sku=Sku("DUO")),
        outlet("shop", sku=PENCIL, priority=1),
        outlet("web", sku=PENCIL, rule=Publication(cap=0), priority=2),
    ]
    plan = ChannelPlan(oversell_budget=0)

    assert plan(outlets, available={PENCIL: 10, ERASER: 9}, kits=KITS).quantities == (2, 6, 0)
    assert plan(outlets, available={PENCIL: 11, ERASER: 9}, kits=KITS).quantities == (3, 5, 0)


def test_row_52_inside_and_outside_of_a_budget() -> None:
    """Ten units: ten and five without a budget or with five, six and four with none to oversell."""
    shop, market = outlet("shop"), outlet("market", Publication(buffer=2, cap=5))
    both = [shop, market]

    assert (10, 5) == numbers(both, 10, None) == numbers(both, 10, 5)
    assert numbers(both, 10, 3) == (8, 5)
    assert numbers(both, 10, 0) == (6, 4)
    assert (1, 0) == numbers(both, 1, None) == numbers(both, 1, 0)
    assert (0, 0) == numbers(both, -3, None) == numbers(both, -3, 4)


def test_shares_are_the_weights() -> None:
    """Three shares of one, a half and a quarter divide what is there as 4 to 2 to 1."""
    outlets = [
        outlet("shop"),
        outlet("etsy", Publication(share=Fraction(1, 2))),
        outlet("ebay", Publication(share=Fraction(1, 4))),
    ]

    assert numbers(outlets, 70, 0) == (40, 20, 10)


def test_the_last_units_belong_to_the_channels_without_the_protection() -> None:
    """With three left only the shop shows them; above, what comes on top is the market's."""
    outlets = [outlet("shop"), outlet("market", Publication(last_units=3))]

    assert [numbers(outlets, level, 0) for level in (3, 4, 5, 6, 8)] == [
        (3, 0),
        (3, 1),
        (3, 2),
        (3, 3),
        (4, 4),
    ]


def test_among_units_of_one_level_the_lower_number_is_first() -> None:
    """Two markets begin at five units: the odd one is a second unit of theirs, not the shop's fifth."""
    late = Publication(last_units=4)
    outlets = [outlet("shop", priority=-1), outlet("a", late), outlet("b", late)]

    assert [numbers(outlets, 5, budget) for budget in (1, 2, 3)] == [
        (4, 1, 1),
        (4, 2, 1),
        (4, 2, 2),
    ]


def test_pools_of_one_channel_count_each() -> None:
    """Two listings with numbers of their own are two; one pool is one, however many show it."""
    pools = [outlet("etsy", pool="L1"), outlet("etsy", pool="L2")]

    assert numbers(pools, 5, 0) == (3, 2)
    assert [one.name for one in pools] == ["etsy, PEN (L1)", "etsy, PEN (L2)"]

    with pytest.raises(FieldError) as caught:
        numbers([outlet("etsy"), outlet("etsy", priority=4)], 5, 0)

    assert (caught.value.owner, caught.value.field) == ("ChannelPlan", "outlets")


def test_very_large_levels_are_shared_at_once() -> None:
    """A trillion units, and a rule that jumps from none to all of them, take no time."""
    units = 10**12
    outlets = [outlet("a"), outlet("b", Publication(last_units=units - 1)), outlet("c")]

    assert numbers(outlets, units, 0) == (units // 2, 1, units // 2 - 1)
    assert numbers(outlets[1:2], units, 0) == (units,)


@pytest.mark.parametrize("units", [-1, 1.5, True, "2"])
def test_the_budget_is_a_count(units: Any) -> None:
    """The budget is a whole number, 0 or more, or none is declared."""
    with pytest.raises(FieldError) as caught:
        ChannelPlan(oversell_budget=units)

    assert (caught.value.owner, caught.value.field) == ("ChannelPlan", "oversell_budget")


@pytest.mark.parametrize("level", [1.5, True, "2", None])
def test_what_is_available_is_whole(level: Any) -> None:
    """A level that is no whole number is refused, also of a component."""
    with pytest.raises(FieldError) as caught:
        ChannelPlan()([outlet("etsy", sku=Sku("DUO"))], available={PENCIL: level}, kits=KITS)

    assert (caught.value.owner, caught.value.field) == ("ChannelPlan", "available")


def test_an_allotment_has_an_offer_for_each_outlet() -> None:
    """Offers that do not answer the outlets one by one are refused."""
    with pytest.raises(FieldError) as caught:
        Allotment(outlets=[outlet("etsy")], offers=[])

    assert (caught.value.owner, caught.value.field) == ("Allotment", "offers")


@given(RULES, st.integers(-5, 40), st.integers(0, 10))
def test_a_rule_with_all_parts_stays_inside_and_rises(
    rule: Publication, available: int, more: int
) -> None:
    """With last units and a share a channel still shows 0 to available, and never less for more."""
    shown = rule(available).quantity

    assert 0 <= shown <= max(0, available)
    assert shown <= rule(available + more).quantity


@given(RULES, st.lists(st.integers(-5, 40)))
def test_many_levels_at_once_are_each_by_itself(rule: Publication, levels: list[int]) -> None:
    """The short way gives the numbers of the way with reasons, and its formula."""
    expected = []
    for level in levels:
        left = max(0, level - rule.minimum_stock - rule.buffer)
        of_share = int(left * rule.share)
        shown = of_share if rule.cap is None else min(of_share, rule.cap)
        expected.append(0 if level <= rule.last_units else shown)

    assert expected == rule.quantities(levels)
    assert expected == [rule(level).quantity for level in levels]


@given(RULES, st.integers(-5, 40))
def test_the_steps_of_all_parts_lead_on(rule: Publication, available: int) -> None:
    """Every step begins where the one before it ended, and takes something."""
    offer = rule(available)
    at = max(0, available)
    for step in offer.steps:
        assert (step.before, step.after < step.before) == (at, True)
        at = step.after

    assert at == offer.quantity


def test_share_and_last_units_are_explained() -> None:
    """The share is rounded down after minimum and buffer; last units hide everything."""
    rule = Publication(last_units=4, minimum_stock=1, buffer=2, share=Decimal("0.3"))

    assert rule(10).explain() == (
        "2 shown of 10 available "
        "(minimum stock of 1: 10 -> 9; buffer of 2: 9 -> 7; share of 30%: 7 -> 2)"
    )
    assert rule(4).explain() == "0 shown of 4 available (last units of 4: 4 -> 0)"
    assert "share of 1/3: 9 -> 3" in Publication(share=Fraction(1, 3))(9).explain()
    assert Publication(share=0)(9).quantity == 0
    assert Publication(share=Decimal(1)) == Publication()


@pytest.mark.parametrize(
    "share",
    [
        0.3,
        True,
        "30%",
        -1,
        2,
        10**400,
        Fraction(3, 2),
        Decimal("1.1"),
        Decimal("NaN"),
        Decimal("Infinity"),
        Decimal("1E-999999999"),
        None,
    ],
)
def test_a_share_is_exact_and_from_none_to_all(share: Any) -> None:
    """No float, no text, nothing below 0 or above 1."""
    with pytest.raises(FieldError) as caught:
        Publication(share=share)

    assert (caught.value.owner, caught.value.field) == ("Publication", "share")
