"""
Matching: which customers are one person, and what speaks for it.

Whoever types somebody else's email address at a checkout must not get at their orders. So an
address or a number joins two customers only if it is verified on both sides; otherwise it is a
suggestion that a person may look into. Names and postal addresses are shared by families,
offices and strangers: they support a suggestion and never make one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence
from enum import Enum
from typing import TYPE_CHECKING, Any, TypeAlias, final

import attrs

from ecomkit._checks import as_tuple, each, is_a, refuse
from ecomkit.customers._contact import EmailAddress, Verification
from ecomkit.customers._customer import Customer
from ecomkit.customers._relay import RELAYS, Relay, relay_of
from ecomkit.identifiers import CustomerId

if TYPE_CHECKING:
    from ecomkit.customers._address import Address

__all__ = [
    "Evidence",
    "EvidenceKind",
    "LocalPart",
    "Match",
    "MatchRule",
    "Strength",
    "Verdict",
    "find_matches",
]


class LocalPart(Enum):
    """How two email addresses are compared before the @; domains are the same in either case."""

    EXACT = "exact"
    """Letter by letter: only the receiving host knows more (RFC 5321, section 2.4)."""
    FOLDED = "folded"
    """Without regard to case, as nearly all hosts deliver."""


class EvidenceKind(Enum):
    """What two customers share."""

    ACCOUNT = "account"
    """The name that one channel has for both."""
    EMAIL = "email address"
    PHONE = "phone number"
    """Equal in E.164 form; a number that nobody put into that form is not compared."""
    NAME = "name"
    ADDRESS = "postal address"


class Strength(Enum):
    """What a piece of evidence is worth."""

    PROVEN = "verified on both sides"
    CLAIMED = "not verified on both sides"
    SUPPORTING = "proves nothing by itself"
    RELAYED = "a relay address, which identifies nobody elsewhere"


class Verdict(Enum):
    """What two customers are to each other."""

    ONE_PERSON = "one person"
    SUGGESTION = "perhaps one person"
    UNRELATED = "not related"


Key: TypeAlias = tuple[EvidenceKind, Hashable]


@final
@attrs.frozen(kw_only=True)
class Evidence:
    """
    One thing that two customers share, and what it is worth; what it says is not shown.

    >>> Evidence(kind=EvidenceKind.EMAIL, strength=Strength.CLAIMED).explain()
    'email address (not verified on both sides)'
    """

    kind: EvidenceKind = attrs.field(validator=is_a(EvidenceKind))
    strength: Strength = attrs.field(validator=is_a(Strength))

    def explain(self) -> str:
        """Tell in plain words what is shared, and its worth."""
        return f"{self.kind.value} ({self.strength.value})"


def _pair(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    each(CustomerId)(instance, attribute, value)
    if len(set(value)) != 2:  # noqa: PLR2004 (a pair)
        raise refuse(instance, attribute.name, value, "two different customers")


@final
@attrs.frozen(kw_only=True)
class Match:
    """What speaks for two customers being one person."""

    customers: tuple[CustomerId, CustomerId] = attrs.field(converter=as_tuple, validator=_pair)
    evidence: tuple[Evidence, ...] = attrs.field(converter=as_tuple, validator=each(Evidence))

    @property
    def verdict(self) -> Verdict:
        """One person if anything is proven, a suggestion if anything is claimed."""
        strengths = {piece.strength for piece in self.evidence}
        if Strength.PROVEN in strengths:
            return Verdict.ONE_PERSON
        return Verdict.SUGGESTION if Strength.CLAIMED in strengths else Verdict.UNRELATED

    def explain(self) -> str:
        """Tell the verdict and all evidence in plain words."""
        shared = ", ".join(piece.explain() for piece in self.evidence) or "nothing"
        return f"customers {' and '.join(self.customers)}: {self.verdict.value}; shared: {shared}"


@final
@attrs.frozen(kw_only=True)
class MatchRule:
    """
    How customers are compared: a policy over two of them.

    >>> from ecomkit.customers import Contact
    >>> def typed(name):
    ...     contact = Contact(email=EmailAddress.parse("ada@example.org"))
    ...     return Customer(id=CustomerId(name), contact=contact)
    >>> print(MatchRule()(typed("c-1"), other=typed("c-2")).explain())
    customers c-1 and c-2: perhaps one person; shared: email address (not verified on both sides)
    """

    local_part: LocalPart = attrs.field(default=LocalPart.EXACT, validator=is_a(LocalPart))
    relays: tuple[Relay, ...] = attrs.field(
        default=RELAYS, converter=as_tuple, validator=each(Relay)
    )
    """Whose email addresses are aliases and are not compared."""

    def __call__(self, customer: Customer, *, other: Customer) -> Match:
        """
        Return what *customer* and *other* share; all of it, what may prove most first.

        Raises:
            FieldError: If both have the same id.
        """
        mine, theirs = self.keys(customer), self.keys(other)
        shared: dict[EvidenceKind, Strength] = {}
        for key in (key for key in mine if key in theirs):
            proven = mine[key] is theirs[key] is Verification.VERIFIED
            if proven or key[0] not in shared:
                shared[key[0]] = Strength.PROVEN if proven else Strength.CLAIMED
        if EvidenceKind.EMAIL not in shared and self._relayed(customer) & self._relayed(other):
            shared[EvidenceKind.EMAIL] = Strength.RELAYED
        if customer.name and other.name and _squeezed(customer.name) == _squeezed(other.name):
            shared[EvidenceKind.NAME] = Strength.SUPPORTING
        if _places(customer.addresses) & _places(other.addresses):
            shared[EvidenceKind.ADDRESS] = Strength.SUPPORTING
        return Match(
            customers=(customer.id, other.id),
            evidence=[
                Evidence(kind=kind, strength=shared[kind])
                for kind in EvidenceKind
                if kind in shared
            ],
        )

    def keys(self, customer: Customer) -> dict[Key, Verification]:
        """
        Return what may join *customer* to others, and whether it is verified.

        Accounts join by channel and name, email addresses as ``local_part`` says, numbers by
        E.164. Relay addresses are left out: they are accounts of kind ``ALIAS``.
        """
        found: dict[Key, Verification] = {}
        for key, verification in self._all_keys(customer):
            if found.get(key) is not Verification.VERIFIED:
                found[key] = verification
        return found

    def _all_keys(self, customer: Customer) -> Iterator[tuple[Key, Verification]]:
        for identity in customer.identities:
            yield (EvidenceKind.ACCOUNT, identity.key), identity.verification
        for contact in customer.contacts:
            if contact.email and not relay_of(contact.email, relays=self.relays):
                email = self._comparable(contact.email)
                yield (EvidenceKind.EMAIL, email), contact.email_verification
            if contact.phone and contact.phone.e164:
                yield (EvidenceKind.PHONE, contact.phone.e164), contact.phone_verification

    def _relayed(self, customer: Customer) -> set[EmailAddress]:
        emails = {contact.email for contact in customer.contacts if contact.email}
        return {email for email in emails if relay_of(email, relays=self.relays)}

    def _comparable(self, email: EmailAddress) -> str:
        if self.local_part is LocalPart.EXACT:
            return email.address
        return email.address.casefold()


def find_matches(
    customers: Sequence[Customer], *, rule: MatchRule | None = None
) -> tuple[Match, ...]:
    """
    Return the pairs of *customers* that are one person or may be, with all that they share.

    Of many that share one thing each is paired with the first of them that has it verified (with
    the first, if none has), so the answer grows with the number of customers and not with its
    square; the pairs join the same people.
    """
    rule = rule or MatchRule()
    holders: dict[Key, list[tuple[Customer, Verification]]] = defaultdict(list)
    for customer in customers:
        for key, verification in rule.keys(customer).items():
            holders[key].append((customer, verification))
    pairs: dict[tuple[CustomerId, CustomerId], Match] = {}
    for sharers in holders.values():
        centre = next((c for c, v in sharers if v is Verification.VERIFIED), sharers[0][0])
        for customer, _ in sharers:
            names = (centre.id, customer.id)
            if centre.id != customer.id and names not in pairs and names[::-1] not in pairs:
                pairs[names] = rule(centre, other=customer)
    return tuple(pairs.values())


def _squeezed(text: str) -> str:
    """Return *text* for comparison only: without regard to case and the number of blanks."""
    return " ".join(text.split()).casefold()


def _places(addresses: Sequence[Address]) -> set[tuple[str, ...]]:
    return {
        tuple(
            _squeezed(part or "")
            for part in (*address.lines, address.postal_code, address.city, address.country)
        )
        for address in addresses
        if address.lines
    }
