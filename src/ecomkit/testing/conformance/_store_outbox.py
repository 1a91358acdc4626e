"""What a store has to keep of its outboxes."""

from __future__ import annotations

from datetime import timedelta

from ecomkit.ports import STOCK, Claim, Transaction
from ecomkit.testing.conformance._kit import expect
from ecomkit.testing.conformance._store_kit import (
    HOSTILE_TEXTS,
    NOON,
    TOKYO,
    StoreKit,
)

__all__ = ["OutboxLaws"]

TOPIC = "kit"
SOON = NOON + timedelta(minutes=5)
LATER = NOON + timedelta(hours=1)


def _claim(tx: Transaction, *, limit: int = 99) -> tuple[Claim, ...]:
    return tx.claim(TOPIC, now=NOON, until=SOON, limit=limit)


class OutboxLaws(StoreKit):
    """A key stands in an outbox once, with its newest version, and one worker has it at a time."""

    def test_a_post_replaces_the_one_before(self) -> None:
        """A key that is posted again stands there once, in a newer version; sorted by key."""
        with self._opened() as store:
            with store.transaction() as tx:
                tx.post(TOPIC, ["b", "a", "b"])
                first = tx.posted(TOPIC)
            with store.transaction() as tx:
                tx.post(TOPIC, iter(["b"]))
                tx.post(TOPIC, [])
                tx.book((), movements=(), outcomes=(), changed=["b", "c", "b"])
            with store.snapshot() as tx:
                second = tx.posted(TOPIC)
                stock = tx.posted(STOCK)
                other = tx.posted("another")
        expect(["a", "b"], [entry.key for entry in first], advice="posted() must sort by key")
        expect(["a", "b"], [entry.key for entry in second], advice="a key must stand there once")
        a, b = (
            (before.version, after.version) for before, after in zip(first, second, strict=True)
        )
        assert a[0] == a[1], "what was not posted again must keep its version"
        assert b[0] < b[1], "what was posted again must get a newer version"
        expect(
            (["b", "c"], ()),
            ([entry.key for entry in stock], other),
            advice="what a booking changed stands in the outbox STOCK; topics do not meet",
        )

    def test_hostile_keys_are_posted_as_they_are(self) -> None:
        """Keys and topics are data, sorted by code points."""
        with self._opened() as store:
            with store.transaction() as tx:
                for topic in HOSTILE_TEXTS[:3]:
                    tx.post(topic, HOSTILE_TEXTS)
            with store.snapshot() as tx:
                found = [tx.posted(topic) for topic in HOSTILE_TEXTS[:3]]
            with store.transaction() as tx:
                claims = tx.claim(HOSTILE_TEXTS[0], now=NOON, until=SOON, limit=99)
                lost = tx.settle(HOSTILE_TEXTS[0], claims)
                left = [len(tx.posted(topic)) for topic in HOSTILE_TEXTS[:3]]
        expected = sorted(HOSTILE_TEXTS)
        advice = "bind texts as parameters, compare and sort them byte by byte"
        expect([expected] * 3, [[entry.key for entry in each] for each in found], advice=advice)
        expect(expected, [claim.key for claim in claims], advice=advice)
        expect(((), [0, len(expected), len(expected)]), (lost, left), advice=advice)

    def test_one_worker_has_an_entry_at_a_time(self) -> None:
        """What one has claimed is not given to the next, until its time has run out."""
        with self._opened() as store:
            with store.transaction() as tx:
                tx.post(TOPIC, "dcba")
                first = _claim(tx, limit=2)
            with store.transaction() as tx:
                second = _claim(tx)
                none = (_claim(tx), tx.claim(TOPIC, now=NOON, until=SOON, limit=0))
                elsewhere = tx.claim("another", now=NOON, until=SOON, limit=9)
                posted = [entry.key for entry in tx.posted(TOPIC)]
            with store.transaction() as tx:
                early = tx.claim(TOPIC, now=SOON - timedelta(microseconds=1), until=LATER, limit=9)
                again = tx.claim(TOPIC, now=SOON.astimezone(TOKYO), until=LATER, limit=3)
        expect(["a", "b"], [claim.key for claim in first], advice="the first entries, by key")
        expect(["c", "d"], [claim.key for claim in second], advice="what is left, and no more")
        expect((((), ()), ()), (none, elsewhere), advice="what is claimed is nobody else's")
        expect([*"abcd"], posted, advice="what is claimed stands in the outbox all the same")
        expect((), early, advice="a claim must hold to its very end")
        expect(["a", "b", "c"], [claim.key for claim in again], advice="at its end it has run out")
        assert all(
            new.fence > old.fence for old, new in zip((*first, *second), again, strict=False)
        ), "a claim that is given anew must have a higher fence"

    def test_what_was_done_goes(self) -> None:
        """A settled entry is gone; the others stay."""
        with self._opened() as store:
            with store.transaction() as tx:
                tx.post(TOPIC, "abc")
                claims = _claim(tx, limit=2)
            with store.transaction() as tx:
                lost = tx.settle(TOPIC, claims[:1])
                left = [entry.key for entry in tx.posted(TOPIC)]
                nothing = tx.settle(TOPIC, [])
            with store.transaction() as tx:
                free = [claim.key for claim in _claim(tx)]
        expect(((), ()), (lost, nothing), advice="nobody else had these claims")
        expect(["b", "c"], left, advice="settle() must take off what was done, and nothing else")
        expect(["c"], free, advice="what another claim has stays its own")

    def test_what_was_posted_anew_stays(self) -> None:
        """A post while a worker is at it is not lost: the entry stays, and anybody may claim it."""
        with self._opened() as store:
            with store.transaction() as tx:
                tx.post(TOPIC, "ab")
                claims = _claim(tx)
            with store.transaction() as tx:
                tx.post(TOPIC, "a")
                meanwhile = _claim(tx)
            with store.transaction() as tx:
                lost = tx.settle(TOPIC, claims)
                posted = [(entry.key, entry.version) for entry in tx.posted(TOPIC)]
                again = _claim(tx)
        expect((), meanwhile, advice="a post must not take an entry from who has claimed it")
        expect((), lost, advice="a claim that nobody took is not lost")
        expect(
            [("a", claims[0].version + 1)],
            posted,
            advice="what was posted anew must stay, in its newer version",
        )
        expect(["a"], [claim.key for claim in again], advice="and be anybody's again at once")

    def test_a_claim_that_came_too_late_is_lost(self) -> None:
        """Where another worker has the entry meanwhile, settling changes nothing, and is told."""
        with self._opened() as store:
            with store.transaction() as tx:
                tx.post(TOPIC, "ab")
                late = _claim(tx)
            with store.transaction() as tx:
                mine = tx.claim(TOPIC, now=SOON, until=LATER, limit=2)
                tx.post(TOPIC, "a")
            with store.transaction() as tx:
                lost = tx.settle(TOPIC, late)
                posted = [entry.key for entry in tx.posted(TOPIC)]
                free = tx.claim(TOPIC, now=SOON, until=LATER, limit=9)
            with store.transaction() as tx:
                twice = tx.settle(TOPIC, late[1:])
                done = tx.settle(TOPIC, mine)
        expect(late, lost, advice="settle() must return the claims that were lost")
        expect(["a", "b"], posted, advice="what another has must stay, posted anew or not")
        expect((), free, advice="a lost claim must not free the entry of who has it now")
        expect(late[1:], twice, advice="a lost claim stays lost")
        expect((), done, advice="the newer claim still holds")

    def test_an_outbox_is_undone_with_its_transaction(self) -> None:
        """Posts, claims and what was settled are part of the transaction."""
        with self._opened() as store:
            with store.transaction() as tx:
                tx.post(TOPIC, "ab")
                [claim, _] = _claim(tx)
            self._undone(store, lambda tx: tx.post(TOPIC, "abc"))
            self._undone(store, lambda tx: tx.settle(TOPIC, [claim]))
            self._undone(store, lambda tx: tx.claim(TOPIC, now=LATER, until=LATER, limit=9))
            with store.transaction() as tx:
                posted = tx.posted(TOPIC)
                lost = tx.settle(TOPIC, [claim])
        expect(
            ([("a", claim.version), ("b", claim.version)], ()),
            ([entry[:2] for entry in posted], lost),
            advice="what a transaction did to an outbox must be undone with it",
        )
