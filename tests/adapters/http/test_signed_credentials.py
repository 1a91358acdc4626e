"""Credentials made anew for each attempt: OAuth 1.0a, its vectors, and where its fields go."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.adapters.http import (
    CredentialsRefusedError,
    OAuth1,
    Received,
    Reply,
    Request,
    SignedCredentials,
    Signing,
    Site,
    ToSign,
)
from ecomkit.adapters.http._oauth1 import base_string
from ecomkit.ports import Secret

START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
SIGN = OAuth1(key=Secret("ck_canary"), secret=Secret("cs_canary"))
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=12)


def test_the_base_string_of_the_rfc() -> None:
    """RFC 5849, 3.4.1.1: what is signed is spelt as the example there."""
    extra = (
        ("c2", ""),
        ("a3", "2 q"),
        ("oauth_consumer_key", "9djdj82h48djs9d2"),
        ("oauth_token", "kkk9d7dh3k39sjv7"),
        ("oauth_signature_method", "HMAC-SHA1"),
        ("oauth_timestamp", "137131201"),
        ("oauth_nonce", "7d8f3e4a"),
    )
    found = base_string(
        "post", "http://example.com/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b", extra=extra
    )
    assert found == (
        "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D"
        "%253D%25253D%26c%2540%3D%26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2%26"
        "oauth_nonce%3D7d8f3e4a%26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D137131201"
        "%26oauth_token%3Dkkk9d7dh3k39sjv7"
    )


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("http://EXAMPLE.COM:80/r%20v/X?id=123", "http%3A%2F%2Fexample.com%2Fr%2520v%2FX"),
        ("https://www.example.net:8080/?q=1", "https%3A%2F%2Fwww.example.net%3A8080%2F"),
    ],
)
def test_the_address_of_the_rfc(url: str, address: str) -> None:
    """RFC 5849, 3.4.1.2: small letters, and a port only where it is not the scheme's own."""
    assert address == base_string("GET", url, extra=()).split("&")[1]


@given(
    method=st.sampled_from(["GET", "POST", "PUT", "DELETE"]),
    fields=st.lists(st.tuples(TEXTS.filter(bool), TEXTS), max_size=5),
    port=st.sampled_from(["", ":443", ":8443"]),
    nonce=st.text("abcdef0123456789", min_size=1, max_size=16),
)
def test_signatures_are_those_of_another_implementation(
    method: str, fields: list[tuple[str, str]], port: str, nonce: str
) -> None:
    """For any method, address and query the signature is what oauthlib makes."""
    oauthlib = pytest.importorskip("oauthlib.oauth1.rfc5849.signature", reason="no oauthlib")
    url = f"https://Shop.example{port}/wp-json/wc/v3/orders?{urlencode(fields)}"
    made = {
        item.name: item.value.reveal()
        for item in SIGN(ToSign(method=method, url=url, at=START, nonce=nonce))
    }
    signature = made.pop("oauth_signature")
    params = oauthlib.collect_parameters(
        uri_query=url.partition("?")[2], body=[], headers={}, exclude_oauth_signature=True
    )
    text = oauthlib.signature_base_string(
        method,
        oauthlib.base_string_uri(url),
        oauthlib.normalize_parameters([*params, *made.items()]),
    )

    class Client:
        client_secret = "cs_canary"  # noqa: S105 (made up)
        resource_owner_secret = None

    assert signature == oauthlib.sign_hmac_sha256_with_client(text, Client)
    assert made["oauth_timestamp"] == str(int(START.timestamp()))
    assert "oauth_version" not in made


def test_each_attempt_is_signed_anew(bench: Any) -> None:
    """A repeated request has another nonce and the time of its own sending."""
    answers = iter([Reply(status=503), Reply.of_json({})])
    client = bench.client(lambda _: next(answers), credentials=SignedCredentials(sign=SIGN))
    bench.run(client, asked(Request.get("/orders", query={"page": 2})))
    first, second = bench.received
    assert first.param("oauth_nonce") != second.param("oauth_nonce")
    assert int(first.param("oauth_timestamp")) <= int(second.param("oauth_timestamp"))
    for received in (first, second):
        assert received.param("page") == "2"
        again = SIGN(
            ToSign(
                method="GET",
                url="https://api.corner.example/v1/orders?page=2",
                at=datetime.fromtimestamp(int(received.param("oauth_timestamp") or 0), UTC),
                nonce=received.param("oauth_nonce") or "",
            )
        )
        assert again[-1].value.reveal() == received.param("oauth_signature")


def asked(request: Request) -> Any:
    """One request as a flow."""
    return (yield request)


def test_signatures_stay_at_home(bench: Any) -> None:
    """Neither another host nor a request without signing gets a signature."""
    client = bench.client(
        lambda _: Reply.of_json({}),
        credentials=SignedCredentials(sign=SIGN),
        site=Site(base="https://api.corner.example/v1", also=["files.example"]),
    )
    bench.run(client, asked(Request.get("https://files.example/a")))
    bench.run(client, asked(Request.get("/open", signing=Signing.NONE)))
    assert [received.query for received in bench.received] == [(), ()]


def test_nothing_of_a_signature_is_shown(bench: Any, caplog: Any) -> None:
    """Errors that echo the fields, logs and reprs show neither key nor signature."""
    caplog.set_level(0)

    def echo(received: Received) -> Reply:
        return Reply.of_json(
            {"message": f"bad {received.param('oauth_signature')} of {received.query}"}, status=401
        )

    credentials = SignedCredentials(sign=SIGN)
    client = bench.client(echo, credentials=credentials)
    with pytest.raises(CredentialsRefusedError) as caught:
        bench.run(client, asked(Request.get("/orders")))
    [received] = bench.received
    texts = [str(caught.value), repr(caught.value), caplog.text, repr(client), repr(credentials)]
    texts += [repr(SIGN), repr(bench.events)]
    for secret in ("canary", received.param("oauth_signature"), received.param("oauth_nonce")):
        assert not [text for text in texts if secret in text]
