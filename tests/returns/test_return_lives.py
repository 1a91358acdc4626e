"""Returns in any state: what holds for all of them."""

from collections import Counter

from hypothesis import given

from ecomkit.identifiers import LineId
from ecomkit.returns import AcceptanceState, AuthorisationState, ReceptionState, Return
from ecomkit.stores._codec import dumps, loads
from ecomkit.testing.strategies import orders
from ecomkit.testing.strategies._return_lives import returns

SOME = returns(placed=orders(max_steps=4))


@given(SOME)
def test_both_axes_count_the_same_units(rma: Return) -> None:
    """Units are those announced and those that came unannounced, on either axis."""
    announced = sum(line.quantity for line in rma.lines)
    over = sum(event.quantity for event in rma.events if event.source is None)

    assert announced + over == sum(rma.receptions.values()) == sum(rma.acceptances.values())


@given(SOME)
def test_what_is_credited_was_settled(rma: Return) -> None:
    """The credited units are those of the refunds, line by line."""
    credited: Counter[LineId] = Counter()
    for settlement in rma.settlements:
        credited.update(
            {step.line: step.units for step in settlement.refund.steps if step.line is not None}
        )
    found = {
        line: units
        for line in rma.line_ids
        if (units := sum(n for state, n in rma.units(line).items() if state.is_credited))
    }

    assert found == dict(credited)


@given(SOME)
def test_a_closed_return_has_nothing_left_to_do(rma: Return) -> None:
    """Nothing is awaited, nothing waits for a decision, and nothing for its credit."""
    is_refused = rma.authorisation is AuthorisationState.REFUSED
    states = [state for line in rma.line_ids for state in rma.units(line)]

    if not rma.is_open and not is_refused:
        assert rma.creditable == {}
        assert ReceptionState.AWAITED not in rma.receptions
        assert ReceptionState.IN_TRANSIT not in rma.receptions
        assert not [
            state
            for state in states
            if state.acceptance is AcceptanceState.MANUAL
            and state.reception is not ReceptionState.CANCELLED
        ]
    assert not (is_refused and (rma.is_open or rma.bound))


@given(SOME)
def test_a_return_is_what_its_text_says(rma: Return) -> None:
    """It is written down and read back as it was, and its explanation names every unit."""
    told = rma.explain().splitlines()[1:]

    assert rma == loads(dumps(rma, Return), Return)
    assert sum(rma.receptions.values()) == sum(
        int(line.split(": ")[1].split()[0]) for line in told
    )
