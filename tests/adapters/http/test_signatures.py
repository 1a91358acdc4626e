"""Webhook signatures: what is signed is taken once and in time, and nothing else."""

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.adapters.http import (
    Encoding,
    HmacSignature,
    KeyForm,
    ReplayGuard,
    SignatureError,
    Signed,
    StandardWebhooks,
)
from ecomkit.errors import FieldError
from ecomkit.ports import Secret

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
OLD = Secret("whsec_" + base64.b64encode(b"old key of 24 bytes .....").decode())
NEW = Secret("whsec_" + base64.b64encode(b"new key of 24 bytes .....").decode())

# The published vector of github.com/standard-webhooks/standard-webhooks,
# libraries/python/tests/test_webhooks.py, Apache-2.0.
PUBLISHED = {
    "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "timestamp": "1614265330",
    "payload": b'{"test": 2432232314}',
    "signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
}


def published_headers() -> list[tuple[str, str]]:
    """Return the headers of the published vector."""
    return [
        ("Webhook-Id", str(PUBLISHED["id"])),
        ("Webhook-Timestamp", str(PUBLISHED["timestamp"])),
        ("Webhook-Signature", str(PUBLISHED["signature"])),
    ]


def test_the_published_vector_is_verified() -> None:
    """The scheme's own example is taken, with the time it was signed at."""
    rule = StandardWebhooks(secrets=[Secret(str(PUBLISHED["secret"]))])
    at = datetime.fromtimestamp(1614265330, UTC)

    signed = rule.verify(
        b'{"test": 2432232314}', headers=published_headers(), now=at + timedelta(minutes=5)
    )

    assert signed == Signed(id="msg_p5jXN8AQM9LWM0D4loKWxJek", at=at)


def test_a_plain_hmac_over_the_raw_bytes_is_verified() -> None:
    """Bytes count, not what they mean: an escaped slash that is written plainly is another body."""
    rule = HmacSignature(header="X-Shopify-Hmac-SHA256", secrets=[Secret("hush")])
    body = rb'{"id":"gid:\/\/corner\/Order\/1"}'
    headers = [("x-shopify-hmac-sha256", rule.sign(body))]

    rule.verify(body, headers=headers)

    with pytest.raises(SignatureError):
        rule.verify(body.replace(rb"\/", b"/"), headers=headers)


@pytest.mark.parametrize("encoding", list(Encoding))
def test_both_secrets_count_while_one_is_replaced(encoding: Encoding) -> None:
    """Calls signed with the old or the new secret are taken; with a third one they are not."""
    both = HmacSignature(header="x-sig", secrets=[Secret("new"), Secret("old")], encoding=encoding)

    def signed_with(text: str) -> list[tuple[str, str]]:
        rule = HmacSignature(header="x-sig", secrets=[Secret(text)], encoding=encoding)
        return [("X-Sig", rule.sign(b"body"))]

    both.verify(b"body", headers=signed_with("new"))
    both.verify(b"body", headers=signed_with("old"))
    with pytest.raises(SignatureError):
        both.verify(b"body", headers=signed_with("other"))


@given(st.data(), st.binary(min_size=1, max_size=200))
def test_any_changed_bit_is_refused(data: Any, body: bytes) -> None:
    """One bit of the body, the id, the timestamp or the signature changed, and the call is refused."""
    rule = StandardWebhooks(secrets=[NEW, OLD], tolerance_seconds=10**9)
    headers = [list(pair) for pair in rule.sign(body, message_id="msg_1", at=NOW)]
    parts = [body, *(value.encode() for _, value in headers)]
    which = data.draw(st.integers(0, 3))
    place = data.draw(st.integers(0, len(parts[which]) - 1))
    changed = bytearray(parts[which])
    changed[place] ^= 1 << data.draw(st.integers(0, 7))
    parts[which] = bytes(changed)

    with pytest.raises(SignatureError):
        rule.verify(
            parts[0],
            headers=[
                (name, part.decode("latin-1"))
                for (name, _), part in zip(headers, parts[1:], strict=True)
            ],
            now=NOW,
        )


@given(st.text(max_size=80), st.text(max_size=80), st.text(max_size=80), st.binary(max_size=80))
def test_nobody_guesses_a_signature(
    message_id: str, stamp: str, signature: str, body: bytes
) -> None:
    """Whatever the headers hold, a call without the secret is refused, and nothing else is raised."""
    headers = [
        ("webhook-id", message_id),
        ("webhook-timestamp", stamp),
        ("webhook-signature", signature),
        ("x-sig", signature),
    ]
    with pytest.raises(SignatureError):
        StandardWebhooks(secrets=[NEW]).verify(body, headers=headers, now=NOW)
    for encoding in Encoding:
        rule = HmacSignature(header="x-sig", secrets=[NEW], encoding=encoding)
        with pytest.raises(SignatureError):
            rule.verify(body, headers=headers)


@pytest.mark.parametrize(
    ("off", "taken"), [(-300, True), (300, True), (-301, False), (301, False)]
)
def test_a_call_is_taken_in_time_only(off: int, taken: bool) -> None:  # noqa: FBT001 (a table)
    """Five minutes either way are tolerated, and not a second more."""
    rule = StandardWebhooks(secrets=[NEW])
    headers = rule.sign(b"{}", message_id="msg_1", at=NOW + timedelta(seconds=off))

    if taken:
        rule.verify(b"{}", headers=headers, now=NOW)
    else:
        with pytest.raises(SignatureError, match="far"):
            rule.verify(b"{}", headers=headers, now=NOW)


def test_a_signature_has_one_spelling() -> None:
    """Base64 that decodes to the right bytes and is written otherwise is refused."""
    rule = HmacSignature(header="x-sig", secrets=[NEW])
    good = rule.sign(b"{}")
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    twin = good[:-2] + alphabet[alphabet.index(good[-2]) ^ 1] + "="

    assert base64.b64decode(twin) == base64.b64decode(good)
    with pytest.raises(SignatureError):
        rule.verify(b"{}", headers=[("x-sig", twin)])


def test_several_signatures_in_one_header_are_tried() -> None:
    """A sender that replaces its key signs with both; a bare value without a version counts too."""
    rule = StandardWebhooks(secrets=[NEW])
    (_, _, (_, good)) = rule.sign(b"{}", message_id="m", at=NOW)
    head = [("webhook-id", "m"), ("webhook-timestamp", str(int(NOW.timestamp())))]

    for text in [f"v1a,xxxx {good}", f"v1,AAAA {good}", good.removeprefix("v1,")]:
        rule.verify(b"{}", headers=[*head, ("webhook-signature", text)], now=NOW)
    for text in ["", " ".join(["v1,AAAA"] * 8 + [good]), f"v2,{good.removeprefix('v1,')}"]:
        with pytest.raises(SignatureError):
            rule.verify(b"{}", headers=[*head, ("webhook-signature", text)], now=NOW)


def test_a_header_that_stands_twice_is_refused() -> None:
    """Two readers could take different ones."""
    rule = HmacSignature(header="x-sig", secrets=[NEW])
    one = ("x-sig", rule.sign(b"{}"))

    with pytest.raises(SignatureError, match="there are 2"):
        rule.verify(b"{}", headers=[one, one])
    with pytest.raises(SignatureError, match="there are 0"):
        rule.verify(b"{}", headers=[])


def test_a_body_that_is_too_large_is_not_hashed() -> None:
    """Megabytes of a stranger cost nothing."""
    with pytest.raises(SignatureError, match="at most"):
        HmacSignature(header="x-sig", secrets=[NEW]).verify(bytes(9 << 20), headers=[])


def test_keys_are_given_in_the_form_that_the_sender_has() -> None:
    """The text itself may be the key; base64 that is none is refused when the rule is made."""
    rule = StandardWebhooks(secrets=[Secret("client secret")], key_form=KeyForm.TEXT)

    rule.verify(b"{}", headers=rule.sign(b"{}", message_id="m", at=NOW), now=NOW)

    for text in ["whsec_", "whsec_???", "no base64!"]:
        with pytest.raises(FieldError) as caught:
            StandardWebhooks(secrets=[Secret(text)])
        assert "(not shown)" in str(caught.value)
    with pytest.raises(FieldError):
        HmacSignature(header="x", secrets=[])


def test_a_call_that_comes_again_is_refused() -> None:
    """As long as a recorded call is still in time it is remembered, and then forgotten."""
    guard = ReplayGuard(tolerance_seconds=300)
    guard.admit(Signed(id="a", at=NOW), now=NOW)

    with pytest.raises(SignatureError, match="before"):
        guard.admit(Signed(id="a", at=NOW), now=NOW + timedelta(seconds=600))
    guard.admit(Signed(id="b", at=NOW), now=NOW)
    guard.admit(Signed(id="a", at=NOW), now=NOW + timedelta(seconds=601))


def test_what_is_remembered_is_bounded() -> None:
    """Ten thousand calls leave no more behind than the guard may hold."""
    guard = ReplayGuard(calls_max=100)
    for number in range(10_000):
        guard.admit(Signed(id=str(number), at=NOW), now=NOW)

    assert len(guard._seen) == 100
