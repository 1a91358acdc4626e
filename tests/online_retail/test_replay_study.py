"""Would it have worked: the default policy against rules of thumb and normal theory, on real demand."""

from __future__ import annotations

import pytest
from purchase_plan._study import TARGET, Study, car_parts_study, gifts_study

from ecomkit.replenishment.replay import compare

TWO_POINTS = 0.02


@pytest.fixture(scope="module", params=[car_parts_study, gifts_study], ids=["parts", "gifts"])
def study(request: pytest.FixtureRequest) -> Study:
    """Return a whole study, fitted on the first part of its histories."""
    found: Study = request.param()
    return found


@pytest.mark.slow
def test_told_the_costs_the_default_is_the_cheapest(study: Study) -> None:
    """Of all contenders the default policy has the lowest total cost over all skus."""
    found = compare(study.cases, contenders=study.contenders(), rules=study.rules)
    assert found.cheapest.name == "ecomkit's default"


@pytest.mark.slow
def test_told_a_target_most_of_its_skus_come_near(study: Study) -> None:
    """More of its skus end within two points of the target than of any other's."""
    found = compare(study.cases, contenders=study.at_target(), rules=study.rules)
    shares = {
        outcome.name: outcome.share_within(TWO_POINTS, target=TARGET) for outcome in found.outcomes
    }
    assert max(shares, key=lambda name: shares[name]) == "ecomkit's default"


def test_nothing_of_the_later_part_is_in_what_was_fitted() -> None:
    """With another later part the fitted half-life and dispersion stay what they are."""
    whole = car_parts_study(60)
    cut = [case.series.first(case.fit_periods + 1) for case in whole.cases]
    from purchase_plan import _study  # noqa: PLC0415 - its readers are replaced for a moment

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            _study,
            "car_parts",
            lambda: {case.sku: series for case, series in zip(whole.cases, cut, strict=True)},
        )
        again = car_parts_study(60)
    assert again.estimator == whole.estimator
