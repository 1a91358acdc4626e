"""What every webhook source has to keep: only genuine calls count, and they are only hints."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecomkit.channels import HintKind, WebhookSource
from ecomkit.errors import InputError
from ecomkit.testing.conformance._kit import expect

__all__ = ["WebhookSourceConformance"]

Delivery: TypeAlias = tuple[Sequence[tuple[str, str]], bytes]
"""The headers and the body of one call."""


class WebhookSourceConformance:
    """The laws of :class:`ecomkit.channels.WebhookSource`. Subclass it and implement the hooks."""

    signature_header: str
    """The header that the signature stands in."""

    # -- hooks ------------------------------------------------------------------------------

    def make_source(self) -> WebhookSource:
        """Return a client of a fresh remote system that calls us about its orders."""
        raise NotImplementedError

    def place(self) -> str:
        """A shopper buys something there; return the order's number."""
        raise NotImplementedError

    def deliveries(self) -> Sequence[Delivery]:
        """Return the calls that the remote system has made since it was last asked."""
        raise NotImplementedError

    # -- laws -------------------------------------------------------------------------------

    def _order_calls(self, source: WebhookSource, number: str) -> list[Delivery]:
        found = [
            (headers, body)
            for headers, body in self.deliveries()
            if source.read_webhook(body, headers=headers).kind is HintKind.ORDER
        ]
        assert found, f"the remote system must call about order {number}"
        return found

    def test_a_genuine_call_names_the_order(self) -> None:
        """The hint of a call about an order has the number that ``order()`` takes."""
        source = self.make_source()
        number = self.place()
        hints = [
            source.read_webhook(body, headers=headers)
            for headers, body in self._order_calls(source, number)
        ]
        expect({number}, {hint.object_id for hint in hints}, advice="say which order to read")
        assert all(hint.event_id for hint in hints), "an event has an id, to tell repeats by"

    def test_a_repeated_call_is_the_same_event(self) -> None:
        """The same delivery read twice gives the same hint; another event has another id."""
        source = self.make_source()
        first = self._order_calls(source, self.place())[0]
        second = self._order_calls(source, self.place())[0]
        once, again, other = (
            source.read_webhook(body, headers=headers) for headers, body in (first, first, second)
        )
        expect(once, again, advice="reading a call must not depend on what was read before")
        assert once.event_id != other.event_id, "two events must not have one id"

    def test_header_names_are_read_in_any_case(self) -> None:
        """Servers write the names of headers in capitals or not."""
        source = self.make_source()
        headers, body = self._order_calls(source, self.place())[0]
        for change in (str.lower, str.upper):
            changed = [(change(name), value) for name, value in headers]
            expect(
                source.read_webhook(body, headers=headers),
                source.read_webhook(body, headers=changed),
                advice="compare names of headers without their case",
            )

    def test_no_changed_byte_is_accepted(self) -> None:
        """A call of which one bit of the body or of its signature differs is refused."""
        source = self.make_source()
        headers, body = self._order_calls(source, self.place())[0]
        place = next(
            at for at, (name, _) in enumerate(headers) if name.lower() == self.signature_header
        )
        name, signature = headers[place]

        @settings(max_examples=100, deadline=None)
        @given(st.data())
        def run(data: st.DataObject) -> None:
            at = data.draw(st.integers(0, len(body) - 1))
            flipped = bytearray(body)
            flipped[at] ^= 1 << data.draw(st.integers(0, 7))
            with pytest.raises(InputError):
                source.read_webhook(bytes(flipped), headers=headers)
            letter = data.draw(st.integers(0, len(signature) - 1))
            other = data.draw(st.sampled_from("Aa0+/=").filter(lambda c: c != signature[letter]))
            forged = signature[:letter] + other + signature[letter + 1 :]
            changed = [*headers[:place], (name, forged), *headers[place + 1 :]]
            with pytest.raises(InputError):
                source.read_webhook(body, headers=changed)

        run()

    def test_a_call_without_one_signature_is_refused(self) -> None:
        """A call that is not signed, or signed twice, is refused."""
        source = self.make_source()
        headers, body = self._order_calls(source, self.place())[0]
        signature = next(pair for pair in headers if pair[0].lower() == self.signature_header)
        for wrong in (
            [pair for pair in headers if pair != signature],
            [*headers, (signature[0], "AAAA")],
        ):
            with pytest.raises(InputError):
                source.read_webhook(body, headers=wrong)
