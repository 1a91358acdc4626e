"""Subject access: everything that is held of one person, in a form that they and machines read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, final

import attrs

from ecomkit._checks import as_tuple, each, is_a
from ecomkit._texts import not_blank, unshown
from ecomkit.customers._holding import HoldingKind
from ecomkit.customers._plain import Plain, plain
from ecomkit.customers._retention import RetentionRule
from ecomkit.identifiers import CustomerId
from ecomkit.timeline import utc

if TYPE_CHECKING:
    from ecomkit.customers._customer import Customer

__all__ = ["SubjectExport", "SubjectRecord", "export_subject"]

FORMAT = "ecomkit subject export, version 1"


@final
@attrs.frozen(kw_only=True)
class SubjectRecord:
    """
    One thing that is held of the person: an order, a claim, the reference of a payload.

    >>> SubjectRecord(kind=HoldingKind.LOG, reference="2026-03-01/7", content={"page": "/cart"})
    SubjectRecord(kind=<HoldingKind.LOG: 'log'>)

    Raises:
        FieldError: If there is something in *content* that :func:`plain` does not know.
    """

    kind: HoldingKind = attrs.field(validator=is_a(HoldingKind))
    reference: str = attrs.field(repr=False, validator=unshown(not_blank))
    content: Plain = attrs.field(default=None, repr=False, converter=plain, hash=False)
    """What it says: any value of ecomkit, kept as plain data; None if the reference is all."""


@final
@attrs.frozen(kw_only=True)
class SubjectExport:
    """What is held of one person at one instant; its ``repr`` shows none of it."""

    customer: CustomerId = attrs.field(validator=is_a(CustomerId))
    person: Plain = attrs.field(repr=False, converter=plain, hash=False)
    """The customer's own record, consents included."""
    records: tuple[SubjectRecord, ...] = attrs.field(
        repr=False, converter=as_tuple, validator=each(SubjectRecord)
    )
    rules: tuple[RetentionRule, ...] = attrs.field(
        repr=False, converter=as_tuple, validator=each(RetentionRule)
    )
    """How long what is kept (article 15(1)(d) GDPR)."""
    recipients: tuple[str, ...] = attrs.field(converter=as_tuple, validator=each(str))
    """Who else was given the data (article 15(1)(c) GDPR)."""
    at: datetime = attrs.field(converter=utc)

    def as_json(self) -> str:
        """
        Return the export as JSON text; the same export gives the same text.

        It is one object with the keys ``customer``, ``exported_at``, ``format``, ``recipients``,
        ``records`` (an object by kind, each a list of ``reference`` and ``content``) and
        ``retention`` (the rules in words). Keys are sorted and values are as :func:`plain` says.
        """
        records: dict[str, list[Plain]] = {}
        for record in self.records:
            entry = {"reference": plain(record.reference), "content": record.content}
            records.setdefault(record.kind.value, []).append(entry)
        document = {
            "format": FORMAT,
            "exported_at": plain(self.at),
            "customer": self.person,
            "records": records,
            "retention": [rule.explain() for rule in self.rules],
            "recipients": plain(self.recipients),
        }
        return json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True)

    def explain(self) -> str:
        """Tell in plain words how much is in it, and nothing of what it says."""
        kinds = [record.kind.value for record in self.records]
        counts = [f"{kind}: {kinds.count(kind)}" for kind in dict.fromkeys(kinds)]
        return "; ".join([f"the record of customer {self.customer}", *counts])


def export_subject(
    customer: Customer,
    *,
    records: Sequence[SubjectRecord] = (),
    rules: Sequence[RetentionRule] = (),
    recipients: Sequence[str] = (),
    now: datetime,
) -> SubjectExport:
    """
    Return all that is held of *customer*: what articles 15 and 20 GDPR give a person a right to.

    Args:
        customer: Who asks.
        records: What else is held of them: orders, claims, references of payloads.
        rules: How long what is kept.
        recipients: Who else was given the data.
        now: When the export is made.

    Raises:
        NaiveInstantError: If *now* has no UTC offset.

    >>> from datetime import UTC
    >>> from ecomkit.customers import Customer
    >>> ada = Customer(id=CustomerId("c-1"), name="Ada Lovelace")
    >>> order = SubjectRecord(
    ...     kind=HoldingKind.ORDER, reference="etsy/1001", content={"total": "12.50 EUR"}
    ... )
    >>> export = export_subject(ada, records=[order], now=datetime(2026, 3, 1, tzinfo=UTC))
    >>> json.loads(export.as_json())["records"]
    {'order': [{'content': {'total': '12.50 EUR'}, 'reference': 'etsy/1001'}]}
    >>> print(export.explain())
    the record of customer c-1; order: 1
    """
    return SubjectExport(
        customer=customer.id,
        person=plain(customer),
        records=records,
        rules=rules,
        recipients=recipients,
        at=now,
    )
