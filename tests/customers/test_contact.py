"""Email addresses, telephone numbers and postal addresses: shapes, and what is not shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.customers import (
    E164,
    Address,
    Contact,
    EmailAddress,
    EmailAddressError,
    PhoneNumber,
    PhoneNumberError,
    Verification,
)
from ecomkit.errors import FieldError, InputError
from ecomkit.testing.strategies._customers import (
    addresses,
    contacts,
    e164_numbers,
    email_addresses,
    phone_numbers,
)

CANARY = "Canary-4711"


@given(email_addresses())
def test_an_address_parses_to_itself(email: EmailAddress) -> None:
    """Reading an address that was read before changes nothing."""
    assert email == EmailAddress.parse(email.address)


@given(email_addresses())
def test_only_the_domain_loses_its_capitals(email: EmailAddress) -> None:
    """Domains are the same in either case; what stands before the @ is left alone."""
    local, _, domain = email.address.rpartition("@")
    shouted = EmailAddress.parse(f"{local}@{domain.swapcase()}")

    assert local == shouted.address.rpartition("@")[0]
    assert domain.swapcase().lower() == shouted.address.rpartition("@")[2]


@given(st.text(max_size=30))
def test_a_text_is_an_address_or_refused(text: str) -> None:
    """Any text is read or raises the one error of addresses."""
    try:
        email = EmailAddress.parse(text)
    except EmailAddressError as error:
        raw = error.raw
    else:
        raw = text
        assert text.casefold() == email.address.casefold()
    assert text == raw


def test_case_before_the_at_sign_is_kept() -> None:
    """Ada@Example.ORG is Ada@example.org, and another address than ada@example.org."""
    assert EmailAddress.parse("Ada@Example.ORG").address == "Ada@example.org"
    assert EmailAddress.parse("Ada@Example.ORG") != EmailAddress.parse("ada@example.org")


def test_the_domain_starts_at_the_last_at_sign() -> None:
    """A quoted name may hold an @ and capitals of its own."""
    assert EmailAddress.parse('"Ada@Home"@Example.ORG').address == '"Ada@Home"@example.org'


@pytest.mark.parametrize(
    "text",
    [
        "a@b",
        "ada+shop@mail.example.org",
        '"ada@home"@example.org',
        "müller@bücher.example",
        "a" * 64 + "@" + "b" * 189,
    ],
)
def test_unusual_addresses_are_taken(text: str) -> None:
    """Tags, quoted names, other scripts and the greatest length have the shape of an address."""
    assert text == EmailAddress.parse(text).address


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", "an @ between"),
        ("ada.example.org", "an @ between"),
        (None, "an @ between"),
        (b"ada@example.org", "an @ between"),
        ("ada @example.org", "neither blanks"),
        ("ada@example.org\n", "neither blanks"),
        ("ada\x00@example.org", "neither blanks"),
        ("@example.org", "1 to 64 characters"),
        ("a" * 65 + "@example.org", "1 to 64 characters"),
        ("a" * 64 + "@" + "b" * 190, "1 to 64 characters"),
        ("ada@", "a domain behind"),
        ("ada@example..org", "a domain behind"),
        ("ada@example.org.", "a domain behind"),
        ("ada@.org", "a domain behind"),
    ],
)
def test_other_shapes_are_refused(text: object, wanted: str) -> None:
    """No @, blanks, an empty or long local part and an empty piece of domain are refused."""
    with pytest.raises(EmailAddressError) as caught:
        EmailAddress.parse(text)

    assert text == caught.value.raw
    assert str(caught.value).startswith(f"an email address must have {wanted}")


def test_the_constructor_takes_the_normal_form_only() -> None:
    """Two addresses of one domain cannot differ by case, however they were made."""
    with pytest.raises(EmailAddressError) as caught:
        EmailAddress(address="ada@Example.org")

    assert "lower case" in str(caught.value)


@given(e164_numbers())
def test_numbers_in_international_form_round_trip(number: E164) -> None:
    """A number reads back from its text, and its digits are the text without the plus sign."""
    assert number == E164.parse(number.number)
    assert number.number == f"+{number.digits}"
    assert 2 <= len(number.digits) <= 15


@pytest.mark.parametrize(
    "text",
    [
        "",
        "+",
        "+1",
        "+0123456",
        "33123456789",
        "+33 1 23",
        "+1234567890123456",
        "+١٢٣٤",
        "+12\n",
        None,
    ],
)
def test_other_numbers_are_not_e164(text: object) -> None:
    """No plus sign, blanks, a leading 0, more than 15 digits or other digits are refused."""
    with pytest.raises(PhoneNumberError) as caught:
        E164.parse(text)

    assert text == caught.value.raw
    assert str(caught.value) == (
        "an E.164 number is a plus sign and 2 to 15 digits, the first of them not 0"
    )


@given(phone_numbers(), addresses(), contacts())
def test_what_was_given_is_kept_as_it_was(
    phone: PhoneNumber, address: Address, contact: Contact
) -> None:
    """Nothing is corrected: values rebuilt from their fields are equal."""
    assert phone == PhoneNumber(raw=phone.raw, e164=phone.e164)
    assert address.lines == Address(lines=address.lines, country="FR").lines
    assert contact == Contact(
        email=contact.email,
        email_verification=contact.email_verification,
        phone=contact.phone,
        phone_verification=contact.phone_verification,
    )


def test_address_lines_are_not_touched() -> None:
    """Blanks, case, empty lines and the postal code stay as the channel sent them."""
    address = Address(
        lines=["  12, RUE de l'Église ", ""], postal_code="01000", city="bourg", country="FR"
    )

    assert address.lines == ("  12, RUE de l'Église ", "")
    assert address.postal_code == "01000"


@pytest.mark.parametrize("country", ["", "F", "fr", "FRA", "F1", "ÉÉ", "FR\n", 33, None])
def test_a_country_is_two_capitals(country: object) -> None:
    """The country has the shape of an ISO 3166 alpha-2 code."""
    with pytest.raises(FieldError) as caught:
        Address(country=country)

    assert caught.value.field == "country"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("lines", CANARY),
        ("lines", [CANARY, 7]),
        ("lines", 7),
        ("recipient", " "),
        ("postal_code", 75002),
        ("city", ""),
        ("region", ""),
    ],
)
def test_an_address_refuses_other_kinds_without_showing_them(field: str, value: object) -> None:
    """A lone text is no list of lines, a number no postal code; the error shows neither."""
    with pytest.raises(FieldError) as caught:
        Address(**{"country": "FR", field: value})

    assert caught.value.field == field
    assert "not shown" in str(caught.value)
    assert CANARY not in repr(caught.value)


def test_personal_text_is_not_shown() -> None:
    """Neither repr nor str of a value show the address, number or name in it."""
    email = EmailAddress.parse(f"{CANARY}@{CANARY}.example")
    phone = PhoneNumber(raw=CANARY, e164=E164.parse("+4711471147"))
    address = Address(
        recipient=CANARY,
        lines=[CANARY],
        postal_code=CANARY,
        city=CANARY,
        region=CANARY,
        country="FR",
    )
    contact = Contact(email=email, email_verification=Verification.VERIFIED, phone=phone)

    for value in (email, phone, phone.e164, address, contact):
        for shown in (repr(value), str(value), f"{value}"):
            assert "canary" not in shown.casefold()
            assert "4711" not in shown


def test_errors_do_not_show_personal_text() -> None:
    """An address or number that was refused is not in the sentence, the repr or the context."""
    for parse in (EmailAddress.parse, E164.parse):
        with pytest.raises(InputError) as caught:
            parse(CANARY)
        assert CANARY not in str(caught.value)
        assert CANARY not in repr(caught.value)
    for wrong in (
        {"email": CANARY},
        {"phone": CANARY},
    ):
        with pytest.raises(FieldError) as field:
            Contact(**wrong)
        assert CANARY not in str(field.value)
        assert CANARY not in repr(field.value)
        assert field.value.__context__ is None
    with pytest.raises(FieldError):
        PhoneNumber(raw=" ")
    with pytest.raises(FieldError):
        PhoneNumber(raw="1", e164="+331")
    with pytest.raises(FieldError):
        Contact(email_verification="yes")
