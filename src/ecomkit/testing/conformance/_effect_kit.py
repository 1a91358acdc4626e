"""What the kits for outward effects share: an effect counts once, and is found again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Generic, TypeVar

from ecomkit.channels import Applied, Channel, ClaimLine, Effect, Rejected, Unknown
from ecomkit.identifiers import CommandKey, LineId, ListingId
from ecomkit.money import Currency, Money
from ecomkit.testing.conformance._kit import expect, patiently

__all__ = ["EffectKit"]

S = TypeVar("S")
E = TypeVar("E")

SETTLING_MAX = 50
"""So often an effect is read back before its outcome must be known."""

Done = Mapping[LineId, int]


class EffectKit(Generic[S, E]):
    """The hooks, helpers and laws that effects on an order have in common."""

    role: type
    """The role under test."""

    listings: tuple[ListingId, ...] = (ListingId("L1"), ListingId("L2"))
    """What the remote system has on sale, at least two."""

    # -- hooks ------------------------------------------------------------------------------

    def make_sink(self) -> S:
        """Return a client of a fresh remote system, which has the listings and no order."""
        raise NotImplementedError

    def place(self, lines: Sequence[ClaimLine]) -> str:
        """A shopper buys and pays *lines* there; return the order's number."""
        raise NotImplementedError

    def line_ids(self, number: str) -> Sequence[LineId]:
        """Return the ids of the order's lines there, in the order in which they were bought."""
        raise NotImplementedError

    def done(self, number: str) -> Done:
        """Return for how many units of each line the remote system has taken the effect down."""
        raise NotImplementedError

    # -- what each kind of effect says ------------------------------------------------------

    def _effect(self, number: str, key: str, units: Done) -> E:
        raise NotImplementedError

    def _push(self, sink: S, effect: E) -> Effect:
        raise NotImplementedError

    def _read(self, sink: S, effect: E) -> Effect:
        raise NotImplementedError

    # -- helpers ----------------------------------------------------------------------------

    def _bought(self, *quantities: int) -> tuple[str, list[LineId]]:
        number = self.place(
            [
                ClaimLine(
                    id=LineId(str(place + 1)),
                    listing=self.listings[place % len(self.listings)],
                    quantity=quantity,
                    unit_price=Money(2000, Currency.EUR),
                    title="Elephant, knit",
                )
                for place, quantity in enumerate(quantities)
            ]
        )
        return number, list(self.line_ids(number))

    def _settled(self, sink: S, effect: E) -> Effect:
        """Push, and where nobody knows read back until somebody does, as a worker would."""
        outcome = patiently(lambda: self._push(sink, effect))
        for _ in range(SETTLING_MAX):
            if not isinstance(outcome, Unknown):
                return outcome
            outcome = patiently(lambda: self._read(sink, effect))
            if isinstance(outcome, Rejected):  # it surely is not there: it may be sent again
                outcome = patiently(lambda: self._push(sink, effect))
        return outcome

    def _key(self, text: str) -> str:
        return CommandKey(text)

    # -- laws -------------------------------------------------------------------------------

    def test_a_client_has_a_name_and_the_role(self) -> None:
        """The client plays the role and names its account."""
        sink = self.make_sink()
        assert isinstance(sink, self.role), f"implement the methods of {self.role.__name__}"
        assert isinstance(sink, Channel), "give the client a property `channel`"

    def test_what_is_pushed_is_taken_down(self) -> None:
        """After a push that was applied the channel knows of the units, and of no others."""
        sink = self.make_sink()
        number, lines = self._bought(3, 2)
        units = {lines[0]: 2, lines[1]: 2}
        outcome = self._settled(sink, self._effect(number, "k-1", units))
        expect(Applied(), outcome, advice="an effect that the channel took must be Applied")
        expect(units, _units(self.done(number)), advice="exactly these units must be taken down")

    def test_the_same_key_counts_once(self) -> None:
        """Pushed again with the same key, the effect is applied and has no second effect."""
        sink = self.make_sink()
        number, lines = self._bought(3)
        effect = self._effect(number, "k-1", {lines[0]: 1})
        outcomes = [self._settled(sink, effect) for _ in range(3)]
        expect([Applied()] * 3, outcomes, advice="the same key again is applied, not an error")
        expect(
            {lines[0]: 1},
            _units(self.done(number)),
            advice="carry the key along, or look first: a worker that was killed pushes again",
        )

    def test_two_keys_count_twice(self) -> None:
        """The same units again under another key are other units."""
        sink = self.make_sink()
        number, lines = self._bought(3)
        for key in ("k-1", "k-2"):
            outcome = self._settled(sink, self._effect(number, key, {lines[0]: 1}))
            expect(Applied(), outcome, advice="part by part must be possible")
        expect(
            {lines[0]: 2},
            _units(self.done(number)),
            advice="tell effects apart by their key, not by what they say",
        )

    def test_what_was_pushed_is_found_again(self) -> None:
        """Read back, an effect is Rejected before it was pushed and Applied after it."""
        sink = self.make_sink()
        number, lines = self._bought(2)
        effect = self._effect(number, "k-1", {lines[0]: 1})
        before = patiently(lambda: self._read(sink, effect))
        assert isinstance(before, Rejected), (
            f"read back before it was pushed, an effect must be Rejected, got {before!r}"
        )
        self._settled(sink, effect)
        expect(
            Applied(),
            patiently(lambda: self._read(sink, effect)),
            advice="an effect that was taken down must be found by its key",
        )
        other = self._effect(number, "k-2", {lines[0]: 1})
        after = patiently(lambda: self._read(sink, other))
        assert isinstance(after, Rejected), (
            f"an effect of another key must not be taken for this one, got {after!r}"
        )

    def test_an_unknown_order_is_refused(self) -> None:
        """An effect on an order that is not there is Rejected, with a reason."""
        sink = self.make_sink()
        _, lines = self._bought(1)
        outcome = self._settled(sink, self._effect("999999", "k-1", {lines[0]: 1}))
        assert isinstance(outcome, Rejected), (
            f"an order that is not there must be Rejected, got {outcome!r}"
        )
        assert outcome.reason, "say why"

    def test_more_units_than_there_are_are_refused(self) -> None:
        """An effect on more units than the line has left is Rejected and changes nothing."""
        sink = self.make_sink()
        number, lines = self._bought(2)
        outcome = self._settled(sink, self._effect(number, "k-1", {lines[0]: 3}))
        assert isinstance(outcome, Rejected), (
            f"more units than there are must be Rejected, got {outcome!r}"
        )
        expect({}, _units(self.done(number)), advice="what was refused must change nothing")


def _units(done: Done) -> dict[LineId, int]:
    return {line: units for line, units in done.items() if units}
