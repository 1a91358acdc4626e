"""The eraser: does away with what is personal in one entry of the books after another."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, TypeVar, final

import attrs

from ecomkit.channels import Refund
from ecomkit.customers import ErasureAction, ErasureStep, HoldingKind
from ecomkit.operations._effects import EFFECTS, PendingEffect
from ecomkit.operations._merging import MERGES
from ecomkit.operations._order_entries import CASES, FOLLOWERS
from ecomkit.operations._orders import CLAIMS, ORDERS, KeptClaim
from ecomkit.operations._quarantine import PAYLOADS, QUARANTINE, Quarantined
from ecomkit.operations._stripping import ERASED, stripped
from ecomkit.ports import Collection, Transaction

__all__ = ["Eraser"]

V = TypeVar("V")


@final
class Eraser:
    """
    Deletes and strips entries of the books, and counts those that were changed by it.

    Args:
        tx: The transaction.
        words: What the person is known by; texts that quote it go.
    """

    def __init__(self, tx: Transaction, *, words: frozenset[str]) -> None:
        self._tx = tx
        self._words = words
        self.changed = 0

    def take(self, step: ErasureStep) -> None:
        """Do one step of a plan, unless all of it stays."""
        if step.action is not ErasureAction.KEEP:
            KINDS[step.holding.kind](self, step.holding.reference)

    def strip_order(self, name: str) -> None:
        """Take the notes and what quotes the person out of an order, its edits and its refunds."""
        self.change(ORDERS, name, self._without_person)
        for collection in FOLLOWERS:
            for entry in self._tx.scan(collection, index=name):
                self.change(collection, collection.key(entry), self._without_person)

    def strip_case(self, name: str) -> None:
        """Take the notes and what quotes the person out of a return or a buyer's claim."""
        collection, _, key = name.partition("/")
        for shelf in CASES:
            if shelf.collection.name == collection:
                self.change(shelf.collection, key, self._without_person)

    def strip_claim(self, name: str) -> None:
        """Take the buyer, the notes and what quotes the person out of a claim."""

        def faceless(kept: KeptClaim) -> KeptClaim:
            nobodys = attrs.evolve(kept, claim=attrs.evolve(kept.claim, buyer=None))
            return self._without_person(nobodys)

        self.change(CLAIMS, name, faceless)

    def strip_quarantined(self, name: str) -> None:
        """Take out what was found wrong with an object: it may quote the person."""

        def faceless(kept: Quarantined) -> Quarantined:
            return attrs.evolve(kept, faults=(ERASED,), reason=ERASED if kept.reason else "")

        self.change(QUARANTINE, name, faceless)

    def strip_effects(self, effects: Iterable[PendingEffect]) -> None:
        """Take the notes out of what channels are to be told; what it does stays."""

        def silent(pending: PendingEffect) -> PendingEffect:
            effect = pending.effect
            if isinstance(effect, Refund):
                effect = attrs.evolve(effect, reason="")
            return self._without_person(attrs.evolve(pending, effect=effect))

        for pending in effects:
            self.change(EFFECTS, EFFECTS.key(pending), silent)

    def delete_payload(self, name: str) -> None:
        """Delete a raw payload."""
        self._delete(PAYLOADS, name)

    def delete_merge(self, name: str) -> None:
        """Delete the way back of a merge."""
        self._delete(MERGES, name)

    def change(self, collection: Collection[V], name: str, change: Callable[[V], V]) -> None:
        """Put what *change* makes of an entry into its place, if the two differ."""
        before = self._tx.get(collection, name)
        if before is not None and (after := change(before)) != before:
            self._tx.put(collection, [after])
            self.changed += 1

    def _without_person(self, value: V) -> V:
        return stripped(value, self._words)

    def _delete(self, collection: Collection[V], name: str) -> None:
        if self._tx.get(collection, name) is not None:
            self._tx.delete(collection, [name])
            self.changed += 1


KINDS: Final[dict[HoldingKind, Callable[[Eraser, str], None]]] = {
    HoldingKind.ORDER: Eraser.strip_order,
    HoldingKind.RETURN: Eraser.strip_case,
    HoldingKind.CLAIM: Eraser.strip_claim,
    HoldingKind.QUARANTINE: Eraser.strip_quarantined,
    HoldingKind.PAYLOAD: Eraser.delete_payload,
    HoldingKind.MERGE_UNDO: Eraser.delete_merge,
}
"""What is done to each kind of holding that the books have."""
