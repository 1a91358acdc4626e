"""Leases: one worker at a time talks to a channel, and one that comes late writes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta
from typing import final

import attrs

from ecomkit._checks import above_zero, as_utc, aware, is_text
from ecomkit.errors import AttentionError
from ecomkit.identifiers import MerchantId
from ecomkit.ports import Collection, LedgerTransaction, Store, Transaction

__all__ = ["LEASES", "FencedStore", "Lease", "LeaseLostError", "give_back", "take_lease"]


@final
@attrs.frozen(kw_only=True)
class Lease:
    """
    That *holder* has *name* to itself until an instant.

    *fence* grows each time the lease changes hands or is taken anew, so that what an earlier
    holder still wants to write is known to come too late.
    """

    name: str = attrs.field(validator=is_text)
    holder: str = attrs.field(validator=is_text)
    fence: int = attrs.field(validator=above_zero)
    until: datetime = attrs.field(converter=as_utc, validator=aware)


LEASES = Collection(name="lease", type=Lease, key=lambda lease: lease.name)


@attrs.frozen(kw_only=True)
class LeaseLostError(AttentionError):
    """
    Raised when another worker took over meanwhile; nothing was written.

    >>> print(LeaseLostError(name="channel:etsy", holder="b"))
    'channel:etsy' was taken over by 'b'; what came too late was not written
    """

    name: str
    holder: str

    @property
    def message(self) -> str:
        """Which lease, and who has it."""
        return (
            f"{self.name!r} was taken over by {self.holder!r}; what came too late was not written"
        )


def take_lease(
    tx: Transaction, name: str, *, holder: str, now: datetime, length: timedelta
) -> Lease | None:
    """
    Take the lease *name* until *length* after *now*, None if another holder has it still.

    A holder that comes back, such as after a crash, gets its own lease at once, under a higher
    fence. A lease that has run out is anybody's.
    """
    known = tx.get(LEASES, name)
    if known is not None and known.holder != holder and known.until > now:
        return None
    fence = 1 if known is None else known.fence + 1
    lease = Lease(name=name, holder=holder, fence=fence, until=now + length)
    tx.put(LEASES, [lease])
    return lease


def give_back(tx: Transaction, lease: Lease, *, now: datetime) -> None:
    """End *lease* before its time, unless another has it meanwhile; the fence is remembered."""
    known = tx.get(LEASES, lease.name)
    if known == lease:
        tx.put(LEASES, [attrs.evolve(lease, until=now)])


@final
class FencedStore:
    """
    A store as one lease lets a worker see it: whoever lost the lease writes nothing.

    The fence is looked at inside each transaction, so that no write can pass a takeover.
    """

    def __init__(self, store: Store, lease: Lease) -> None:
        self._store = store
        self._lease = lease

    @property
    def merchant(self) -> MerchantId:
        """Whose books these are."""
        return self._store.merchant

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """
        Hold the store for writing, as long as the lease is ours.

        Raises:
            LeaseLostError: If another worker took over.
        """
        with self._store.transaction() as tx:
            known = tx.get(LEASES, self._lease.name)
            if known is None or known.fence != self._lease.fence:
                holder = "nobody" if known is None else known.holder
                raise LeaseLostError(name=self._lease.name, holder=holder)
            yield tx

    def posting(self) -> AbstractContextManager[LedgerTransaction]:
        """Hold the store as a whole: only so can the fence be looked at."""
        return self.transaction()

    def snapshot(self) -> AbstractContextManager[Transaction]:
        """Read one consistent state; reading needs no lease."""
        return self._store.snapshot()

    def close(self) -> None:
        """Close the store."""
        self._store.close()
