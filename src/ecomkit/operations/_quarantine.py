"""Quarantine: what could not be understood is kept with every fault, and replayed after a fix."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from datetime import datetime
from typing import final

import attrs

from ecomkit._checks import as_tuple, each
from ecomkit.channels import Payload
from ecomkit.errors import InputError
from ecomkit.identifiers import ChannelId
from ecomkit.operations._customers import buyer_id
from ecomkit.operations._stripping import ERASED
from ecomkit.ports import Collection, Retention, Transaction

__all__ = [
    "PAYLOADS",
    "QUARANTINE",
    "WAITING",
    "KeptPayload",
    "NotQuarantinedError",
    "QuarantineState",
    "Quarantined",
    "discard",
    "is_erased",
    "keep_payloads",
    "quarantine",
    "quarantine_erased",
]

WAITING = "waiting"
"""The index of what nobody has decided on yet."""


@attrs.frozen(kw_only=True)
class NotQuarantinedError(InputError):
    """
    Raised when a quarantined object is named that is not there.

    >>> print(NotQuarantinedError(name="etsy/1001"))
    nothing is quarantined as 'etsy/1001'; list what is
    """

    name: str

    @property
    def message(self) -> str:
        """The name, and what to do."""
        return f"nothing is quarantined as {self.name!r}; list what is"


class QuarantineState(enum.Enum):
    """What became of a quarantined object."""

    WAITING = "waiting"
    DISCARDED = "discarded"


@final
@attrs.frozen(kw_only=True)
class Quarantined:
    """
    One object of a channel that could not be taken in, with every fault found in it.

    Faults may quote what they were found in, a person too: the repr leaves them out.
    """

    channel: ChannelId
    object_id: str
    faults: tuple[str, ...] = attrs.field(converter=as_tuple, validator=each(str), repr=False)
    at: datetime
    state: QuarantineState = QuarantineState.WAITING
    reason: str = attrs.field(default="", repr=False)

    @property
    def name(self) -> str:
        """The channel and the object."""
        return f"{self.channel}/{self.object_id}"

    def explain(self) -> str:
        """Say what became of it, and every fault."""
        reason = f" ({self.reason})" if self.reason else ""
        return f"{self.name} {self.state.value}{reason}: {'; '.join(self.faults)}"


@final
@attrs.frozen(kw_only=True)
class KeptPayload:
    """A raw payload with the moment it was kept at."""

    payload: Payload
    at: datetime


QUARANTINE = Collection(
    name="quarantine",
    type=Quarantined,
    key=lambda kept: kept.name,
    index=lambda kept: WAITING if kept.state is QuarantineState.WAITING else None,
)


# All payloads of one buyer are found by an id that names nobody: a database may keep samples of
# what stands in an index.
PAYLOADS = Collection(
    name="payload",
    type=KeptPayload,
    key=lambda kept: f"{kept.payload.channel}/{kept.payload.object_id}",
    index=lambda kept: (
        None
        if kept.payload.subject is None
        else buyer_id(kept.payload.channel, kept.payload.subject)
    ),
    retention=Retention.RAW,
)


def keep_payloads(tx: Transaction, payloads: Iterable[Payload], *, now: datetime) -> None:
    """Keep the newest raw payload of each object."""
    tx.put(PAYLOADS, (KeptPayload(payload=payload, at=now) for payload in payloads))


def quarantine(
    tx: Transaction, payload: Payload, faults: Iterable[str], *, now: datetime
) -> Quarantined:
    """
    Keep *payload* and every fault in it; the newest of an object replaces the one before.

    The same payload with the same faults again changes nothing, whatever was decided on it.
    """
    kept = Quarantined(channel=payload.channel, object_id=payload.object_id, faults=faults, at=now)
    known = tx.get(QUARANTINE, kept.name)
    raw = tx.get(PAYLOADS, kept.name)
    if (
        known is not None
        and raw is not None
        and (known.faults, raw.payload) == (kept.faults, payload)
    ):
        return known
    tx.put(QUARANTINE, [kept])
    keep_payloads(tx, [payload], now=now)
    return kept


def is_erased(tx: Transaction, name: str) -> bool:
    """Say whether what stands in quarantine under *name* was erased with its person."""
    kept = tx.get(QUARANTINE, name)
    return kept is not None and kept.faults == (ERASED,)


def quarantine_erased(tx: Transaction, payload: Payload, *, now: datetime) -> None:
    """Keep that *payload*, of a person who was erased, could not be read; and nothing it says."""
    kept = Quarantined(
        channel=payload.channel, object_id=payload.object_id, faults=(ERASED,), at=now
    )
    if not is_erased(tx, kept.name):
        tx.put(QUARANTINE, [kept])


def discard(tx: Transaction, name: str, *, reason: str) -> Quarantined:
    """
    Decide that a quarantined object is not to be taken in; *reason* stays in the books.

    Raises:
        NotQuarantinedError: If nothing is quarantined under that name.
    """
    kept = tx.get(QUARANTINE, name)
    if kept is None:
        raise NotQuarantinedError(name=name)
    discarded = attrs.evolve(kept, state=QuarantineState.DISCARDED, reason=reason)
    tx.put(QUARANTINE, [discarded])
    return discarded
