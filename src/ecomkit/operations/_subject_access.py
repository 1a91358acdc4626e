"""Subject access: all that the books hold of one person, in one document (article 15 GDPR)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from ecomkit.customers import (
    HoldingKind,
    RetentionRule,
    SubjectExport,
    SubjectRecord,
    export_subject,
)
from ecomkit.identifiers import CustomerId
from ecomkit.operations._effects import EFFECTS
from ecomkit.operations._orders import CLAIMS
from ecomkit.operations._quarantine import PAYLOADS
from ecomkit.operations._subject import Traces
from ecomkit.ports import Transaction

__all__ = ["export_customer"]


def export_customer(
    tx: Transaction,
    customer: CustomerId,
    *,
    records: Iterable[SubjectRecord] = (),
    rules: Iterable[RetentionRule] = (),
    recipients: Iterable[str] = (),
    now: datetime,
) -> SubjectExport:
    """
    Return all that the books hold of a person.

    That is what they are known by, orders, returns, claims, raw payloads, what is in quarantine,
    what channels are to be told, and as whom they were known before a merge. What is in quarantine and quotes them by name alone is left out: it may be another's. Writes
    nothing.

    Args:
        tx: The transaction; a snapshot will do.
        customer: Any id of the person.
        records: What the caller holds of the person outside of the books.
        rules: How long what is kept, to be told with it.
        recipients: Who was given the data.
        now: When it is asked for.

    Raises:
        UnknownCustomerError: If the customer is not in the books.
    """
    traces = Traces.of(tx, customer)
    return export_subject(
        traces.customer,
        records=(*_records(traces), *records),
        rules=tuple(rules),
        recipients=tuple(recipients),
        now=now,
    )


def _records(traces: Traces) -> Iterator[SubjectRecord]:
    held: tuple[tuple[HoldingKind, Iterable[tuple[str, object]]], ...] = (
        (HoldingKind.ORDER, ((order.id, order) for order in traces.orders)),
        (HoldingKind.ORDER, traces.followers),
        (HoldingKind.RETURN, ((case.name, case.value) for case in traces.cases)),
        (HoldingKind.CLAIM, ((CLAIMS.key(kept), kept.claim) for kept in traces.claims)),
        (HoldingKind.PAYLOAD, ((PAYLOADS.key(raw), raw) for raw in traces.payloads)),
        (HoldingKind.QUARANTINE, ((kept.name, kept) for kept in traces.quarantined)),
        (HoldingKind.MESSAGE, ((EFFECTS.key(due), due) for due in traces.effects)),
        (HoldingKind.MERGE_UNDO, ((kept.name, kept.undo) for kept in traces.merges)),
    )
    for kind, contents in held:
        for reference, content in contents:
            yield SubjectRecord(kind=kind, reference=str(reference), content=content)
