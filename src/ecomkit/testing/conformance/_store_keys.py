"""What a store has to keep of the answers to commands."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import strategies as st

from ecomkit.identifiers import CommandKey
from ecomkit.ports import STOCK, KeptOutcome, KeyTakenError
from ecomkit.stock import StockLevel
from ecomkit.testing.conformance._kit import expect
from ecomkit.testing.conformance._store_kit import (
    ELEPHANT,
    HOSTILE_TEXTS,
    NOON,
    TOKYO,
    StoreKit,
    answer,
    opened,
    replaced,
    rows,
    whole,
)
from ecomkit.testing.strategies import ledgers

__all__ = ["KeyLaws"]


class KeyLaws(StoreKit):
    """An answer is kept under its key until it is forgotten, and a key is taken once."""

    def test_answers_survive(self) -> None:
        """Whatever was answered comes back, and so does that nothing was."""
        outcomes = ledgers(min_size=1).map(lambda ledger: ledger.steps[-1].outcome)
        with self._opened() as store:

            def law(kept: KeptOutcome) -> None:
                with store.transaction() as tx:
                    tx.forget(before=NOON + timedelta(days=1))
                    tx.keep([kept])
                with store.snapshot() as tx:
                    found = tx.kept([kept.key])
                expect({"k": kept}, found, advice="an answer must come back as it was kept")

            self._always(
                st.builds(
                    KeptOutcome,
                    key=st.just(CommandKey("k")),
                    fingerprint=st.text(st.characters(codec="utf-8", exclude_characters="\0")),
                    outcome=st.none() | outcomes,
                    at=st.sampled_from((NOON, NOON.astimezone(TOKYO))),
                ),
                law,
            )

    def test_kept_gives_what_there_is(self) -> None:
        """Of many keys those that are known are answered, whatever their text."""
        names = [text for text in HOSTILE_TEXTS if len(text) <= CommandKey.length_max]
        names = [name for name in names if name.isprintable()]
        answers = {name: answer(name) for name in names}
        with self._opened() as store:
            with store.transaction() as tx:
                tx.keep(answers.values())
            with store.snapshot() as tx:
                found = tx.kept([*names, "unknown", names[0]])
                nothing = tx.kept([])
            with store.transaction() as tx:
                opening = opened(tx, {}, keys=[*names, "unknown"]).kept
        expect(
            (answers, {}, answers),
            (found, nothing, opening),
            advice="kept() and open() must answer known keys only, and compare byte by byte",
        )

    def test_a_key_is_taken_once(self) -> None:
        """A key that is known, or stands there twice, is refused; nothing is half-kept."""
        with self._opened() as store:
            with store.transaction() as tx:
                tx.keep([answer("k-1")])
            with store.transaction() as tx:
                for names in (["k-2", "k-1"], ["k-2", "k-3", "k-2"]):
                    with pytest.raises(KeyTakenError) as caught:
                        tx.keep([answer(name) for name in names])
                    expect(names[-1], caught.value.key, advice="the error must name the key")
                left = tx.kept(["k-1", "k-2", "k-3"])
                tx.keep([answer("k-2")])
            with store.snapshot() as tx:
                after = sorted(tx.kept(["k-1", "k-2", "k-3"]))
        expect({"k-1": answer("k-1")}, left, advice="a refused keep() must have kept nothing")
        expect(["k-1", "k-2"], after, advice="the transaction must go on after a refusal")

    def test_a_booking_under_a_taken_key_writes_nothing(self) -> None:
        """A booking of which one key is taken leaves no level, movement, answer or post."""
        level = StockLevel.counted(ELEPHANT.sku, on_hand=3, at=NOON)
        with self._opened() as store:
            with store.transaction() as tx:
                tx.keep([answer("k-1")])
            with store.transaction() as tx:
                for names in (["k-2", "k-1"], ["k-2", "k-2"]):
                    draft = opened(tx, {ELEPHANT: whole()}).drafts[ELEPHANT]
                    with pytest.raises(KeyTakenError) as caught:
                        tx.book(
                            [replaced(draft, level)],
                            movements=rows("m-1"),
                            outcomes=[answer(name) for name in names],
                            changed=["ELEPHANT"],
                        )
                    expect(names[-1], caught.value.key, advice="the error must name the key")
                left = (
                    tx.all_levels(),
                    tx.movements(limit=9),
                    sorted(tx.kept(["k-1", "k-2"])),
                    tx.posted(STOCK),
                )
        expect(((), (), ["k-1"], ()), left, advice="a refused booking must have written nothing")

    def test_old_answers_are_forgotten(self) -> None:
        """What was kept before an instant goes, at it stays; the count is that of what went."""
        instants = [NOON - timedelta(microseconds=1), NOON, NOON - timedelta(days=400)]
        with self._opened() as store:
            with store.transaction() as tx:
                tx.keep([answer(f"k-{place}", at=at) for place, at in enumerate(instants)])
            with store.transaction() as tx:
                counts = (tx.forget(before=NOON.astimezone(TOKYO)), tx.forget(before=NOON))
                left = sorted(tx.kept(["k-0", "k-1", "k-2"]))
                tx.keep([answer("k-0")])
            with store.snapshot() as tx:
                after = sorted(tx.kept(["k-0", "k-1", "k-2"]))
        expect(
            ((2, 0), ["k-1"], ["k-0", "k-1"]),
            (counts, left, after),
            advice="forget() must forget what is older than the instant, to the microsecond, on "
            "any clock, and a forgotten key must be free again",
        )
