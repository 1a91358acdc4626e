"""What every sink of an order's effects has to keep: shipping, cancelling, paying back."""

from __future__ import annotations

from datetime import UTC, datetime

from ecomkit.channels import (
    Applied,
    Cancellation,
    CancelSink,
    Effect,
    Fulfilment,
    FulfilmentSink,
    LineUnits,
    OrderSource,
    ReadOrder,
    Refund,
    RefundSink,
    RefundSource,
)
from ecomkit.identifiers import CommandKey
from ecomkit.money import Currency, Money
from ecomkit.testing.conformance._effect_kit import Done, EffectKit
from ecomkit.testing.conformance._kit import expect, patiently, unsupported

__all__ = ["CancelSinkConformance", "FulfilmentSinkConformance", "RefundSinkConformance"]

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def _lines(units: Done) -> list[LineUnits]:
    return [LineUnits(line=line, quantity=quantity) for line, quantity in units.items()]


class FulfilmentSinkConformance(EffectKit[FulfilmentSink, Fulfilment]):
    """
    The laws of :class:`ecomkit.channels.FulfilmentSink`. Subclass it and implement the hooks.

    ``done`` returns the units that the remote system has as shipped.
    """

    role = FulfilmentSink

    def _effect(self, number: str, key: str, units: Done) -> Fulfilment:
        return Fulfilment(
            key=CommandKey(key),
            number=number,
            lines=_lines(units),
            shipped_at=NOON,
            carrier="La Poste",
            tracking=f"TRACK-{key}",
        )

    def _push(self, sink: FulfilmentSink, effect: Fulfilment) -> Effect:
        return sink.push_fulfilment(effect)

    def _read(self, sink: FulfilmentSink, effect: Fulfilment) -> Effect:
        return sink.read_fulfilment(effect)

    def test_a_claim_says_what_was_shipped(self) -> None:
        """Where orders can be pulled, the claim has the units as shipped."""
        sink = self.make_sink()
        if not isinstance(sink, OrderSource):
            unsupported("OrderSource (orders can be pulled)")
        number, lines = self._bought(3, 1)
        outcome = self._settled(sink, self._effect(number, "k-1", {lines[0]: 3, lines[1]: 1}))
        expect(Applied(), outcome, advice="a whole order can be shipped")
        entry = patiently(lambda: sink.order(number))
        assert isinstance(entry, ReadOrder), f"order({number!r}) must be readable, got {entry!r}"
        expect(
            {lines[0]: 3, lines[1]: 1},
            {line.id: line.shipped for line in entry.claim.lines},
            advice="what was pushed must come back in the claim, or our facts and theirs part",
        )


class CancelSinkConformance(EffectKit[CancelSink, Cancellation]):
    """
    The laws of :class:`ecomkit.channels.CancelSink`. Subclass it and implement the hooks.

    ``done`` returns the units that the remote system has as cancelled.
    """

    role = CancelSink

    def _effect(self, number: str, key: str, units: Done) -> Cancellation:
        return Cancellation(key=CommandKey(key), number=number, lines=_lines(units), reason="sold")

    def _push(self, sink: CancelSink, effect: Cancellation) -> Effect:
        return sink.push_cancellation(effect)

    def _read(self, sink: CancelSink, effect: Cancellation) -> Effect:
        return sink.read_cancellation(effect)

    def test_without_lines_the_whole_order_is_cancelled(self) -> None:
        """A cancellation that names no lines cancels all units."""
        sink = self.make_sink()
        number, lines = self._bought(3, 1)
        outcome = self._settled(sink, self._effect(number, "k-1", {}))
        expect(Applied(), outcome, advice="no lines means the whole order")
        expect({lines[0]: 3, lines[1]: 1}, dict(self.done(number)), advice="all must be cancelled")


class RefundSinkConformance(EffectKit[RefundSink, Refund]):
    """
    The laws of :class:`ecomkit.channels.RefundSink`. Subclass it and implement the hooks.

    Each unit costs 20.00 EUR and is paid; ``done`` returns the units that were paid back,
    ``paid_back`` the money.
    """

    role = RefundSink

    def paid_back(self, number: str) -> Money:
        """Return what the remote system has paid back for an order."""
        raise NotImplementedError

    def _effect(self, number: str, key: str, units: Done) -> Refund:
        amount = Money(2000, Currency.EUR) * sum(units.values())
        return Refund(
            key=CommandKey(key), number=number, amount=amount, lines=_lines(units), reason="torn"
        )

    def _push(self, sink: RefundSink, effect: Refund) -> Effect:
        return sink.push_refund(effect)

    def _read(self, sink: RefundSink, effect: Refund) -> Effect:
        return sink.read_refund(effect)

    def test_the_money_is_paid_back_once(self) -> None:
        """However often it is pushed, exactly the amount is paid back."""
        sink = self.make_sink()
        number, lines = self._bought(9)
        effect = self._effect(number, "k-1", {lines[0]: 2})
        for _ in range(3):
            self._settled(sink, effect)
        expect(Money(4000, Currency.EUR), self.paid_back(number), advice="not a cent more or less")

    def test_a_refund_of_an_amount_names_no_units(self) -> None:
        """Money can be paid back for nothing that came back, such as for a delay."""
        sink = self.make_sink()
        number, _ = self._bought(1)
        effect = Refund(
            key=CommandKey("k-1"), number=number, amount=Money(333, Currency.EUR), reason="late"
        )
        expect(Applied(), self._settled(sink, effect), advice="the amount counts")
        expect(Money(333, Currency.EUR), self.paid_back(number), advice="the amount counts")

    def test_more_than_was_paid_is_refused(self) -> None:
        """No more is paid back than was paid."""
        sink = self.make_sink()
        number, _ = self._bought(1)
        effect = Refund(
            key=CommandKey("k-1"), number=number, amount=Money(2001, Currency.EUR), reason="late"
        )
        outcome = self._settled(sink, effect)
        assert not isinstance(outcome, Applied), (
            f"paying back more than was paid must not be Applied, got {outcome!r}"
        )
        expect(Money(0, Currency.EUR), self.paid_back(number), advice="nothing may be paid back")

    def test_refunds_can_be_read(self) -> None:
        """Where refunds can be pulled, they say what was paid back."""
        sink = self.make_sink()
        if not isinstance(sink, RefundSource):
            unsupported("RefundSource (refunds can be pulled)")
        number, lines = self._bought(3)
        expect((), patiently(lambda: sink.refunds(number)), advice="no refunds yet")
        expect((), patiently(lambda: sink.refunds("999999")), advice="no order, no refunds")
        for key in ("k-1", "k-2"):
            self._settled(sink, self._effect(number, key, {lines[0]: 1}))
        refunds = patiently(lambda: sink.refunds(number))
        expect(
            [Money(2000, Currency.EUR)] * 2,
            [refund.amount for refund in refunds],
            advice="one refund each, in the order in which they were made",
        )
        expect(2, len({refund.id for refund in refunds}), advice="each has an id of its own")
