"""How a customer is reached: email address and telephone number, checked by shape only."""

from __future__ import annotations

import re
from enum import Enum
from typing import Any, Self, final

import attrs

from ecomkit._checks import is_a, optional
from ecomkit._texts import personal_text, unshown
from ecomkit.errors import InputError

__all__ = [
    "E164",
    "Contact",
    "EmailAddress",
    "EmailAddressError",
    "PhoneNumber",
    "PhoneNumberError",
    "Verification",
]

LOCAL_LENGTH_MAX = 64  # RFC 5321, section 4.5.3.1.1
ADDRESS_LENGTH_MAX = 254  # RFC 3696, erratum 1690
E164_SHAPE = re.compile(r"\+[1-9][0-9]{1,14}")  # ITU-T E.164: 15 digits at most, none leading 0


class Verification(Enum):
    """Whether somebody has made sure that an identity belongs to the customer."""

    UNVERIFIED = "unverified"
    """Somebody typed it; it must not give access to anything."""
    VERIFIED = "verified"
    """The channel signed the customer in, or the customer answered at that address."""


@attrs.frozen(kw_only=True)
class EmailAddressError(InputError):
    """Raised when a text has not the shape of an email address; the text itself is not shown."""

    raw: object = attrs.field(repr=False)
    wanted: str

    @property
    def message(self) -> str:
        """What the address must have."""
        return f"an email address must have {self.wanted}"


@attrs.frozen(kw_only=True)
class PhoneNumberError(InputError):
    """Raised when a text is no E.164 number; the text itself is not shown."""

    raw: object = attrs.field(repr=False)

    @property
    def message(self) -> str:
        """What the number must look like."""
        return "an E.164 number is a plus sign and 2 to 15 digits, the first of them not 0"


def _email_fault(text: object) -> str | None:
    if not isinstance(text, str) or "@" not in text:
        return "an @ between its name and its domain"
    local, _, domain = text.rpartition("@")
    if not text.isprintable() or any(map(str.isspace, text)):
        return "neither blanks nor characters that do not print"
    if not 0 < len(local) <= LOCAL_LENGTH_MAX or len(text) > ADDRESS_LENGTH_MAX:
        return (
            f"1 to {LOCAL_LENGTH_MAX} characters before the @, "
            f"and at most {ADDRESS_LENGTH_MAX} in all"
        )
    if not all(domain.split(".")):
        return "a domain behind the @ with no empty part"
    if domain != domain.lower():
        return "its domain in lower case (EmailAddress.parse sees to that)"
    return None


def _in_normal_form(text: str) -> str:
    if not isinstance(text, str):
        return text
    local, at, domain = text.rpartition("@")
    return f"{local}{at}{domain.lower()}"


def _email(_instance: object, _attribute: attrs.Attribute[Any], value: object) -> None:
    fault = _email_fault(value)
    if fault is not None:
        raise EmailAddressError(raw=value, wanted=fault)


def _e164(_instance: object, _attribute: attrs.Attribute[Any], value: object) -> None:
    if not isinstance(value, str) or not E164_SHAPE.fullmatch(value):
        raise PhoneNumberError(raw=value)


@final
@attrs.frozen(kw_only=True)
class EmailAddress:
    """
    An email address, checked by shape: only a mail that arrives proves more.

    Neither ``repr`` nor ``str`` show it; whoever needs the text reads *address*.

    >>> EmailAddress.parse("Ada@Example.ORG").address
    'Ada@example.org'
    >>> EmailAddress.parse("Ada@Example.ORG")
    EmailAddress()
    """

    address: str = attrs.field(repr=False, validator=_email)

    @classmethod
    def parse(cls, text: str) -> Self:
        """
        Read *text*; put the domain into lower case, and leave what stands before the @ alone.

        Domains are the same in either case (RFC 4343); what stands before the @ is the
        receiving host's to compare (RFC 5321, section 2.4).

        Raises:
            EmailAddressError: If it has not the shape of an email address.

        >>> EmailAddress.parse("ada.example.org")
        Traceback (most recent call last):
            ...
        ecomkit.customers._contact.EmailAddressError: an email address must have an @ ...
        """
        normal = _in_normal_form(text)
        fault = _email_fault(normal)
        if fault is not None:
            raise EmailAddressError(raw=text, wanted=fault)
        return cls(address=normal)

    def is_in(self, text: str) -> bool:
        """
        Return whether *text* gives the address away, in whatever case.

        >>> EmailAddress.parse("ada@example.org").is_in("guest:ADA@example.org")
        True
        """
        return self.address.casefold() in text.casefold()


@final
@attrs.frozen(kw_only=True)
class E164:
    """
    A telephone number in the international form of ITU-T E.164; not shown by ``repr``.

    >>> E164.parse("+33123456789").digits
    '33123456789'
    """

    number: str = attrs.field(repr=False, validator=_e164)

    @classmethod
    def parse(cls, text: str) -> Self:
        """
        Read *text* strictly: a plus sign and digits, no blanks, no leading zeros.

        Raises:
            PhoneNumberError: If it has another shape.
        """
        return cls(number=text)

    @property
    def digits(self) -> str:
        """The number without its plus sign."""
        return self.number[1:]


@final
@attrs.frozen(kw_only=True)
class PhoneNumber:
    """
    A telephone number as it was given, and its E.164 form where somebody knows it.

    Nothing is guessed: ``01 23 45 67 89`` is one number in Paris and another in Abidjan.

    >>> PhoneNumber(raw="01 23 45 67 89", e164=E164.parse("+33123456789"))
    PhoneNumber()
    """

    raw: str = attrs.field(repr=False, validator=personal_text)
    e164: E164 | None = attrs.field(
        default=None, repr=False, validator=unshown(optional(is_a(E164)))
    )


@final
@attrs.frozen(kw_only=True)
class Contact:
    """
    How a customer is reached.

    >>> Contact(email=EmailAddress.parse("ada@example.org")).email_verification
    <Verification.UNVERIFIED: 'unverified'>
    """

    email: EmailAddress | None = attrs.field(
        default=None, repr=False, validator=unshown(optional(is_a(EmailAddress)))
    )
    email_verification: Verification = attrs.field(
        default=Verification.UNVERIFIED, validator=is_a(Verification)
    )
    phone: PhoneNumber | None = attrs.field(
        default=None, repr=False, validator=unshown(optional(is_a(PhoneNumber)))
    )
    phone_verification: Verification = attrs.field(
        default=Verification.UNVERIFIED, validator=is_a(Verification)
    )
