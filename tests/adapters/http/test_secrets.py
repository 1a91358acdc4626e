"""Canary secrets in every credential, and people in every reply, turn up in no output."""

import copy
import io
import json
import logging
import pickle
import time
import traceback
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.adapters.http import (
    HeaderCredential,
    HmacSignature,
    KeyForm,
    Lost,
    MemoryTokenStore,
    OAuth2,
    Options,
    QueryCredential,
    RenewedCredentials,
    Reply,
    Request,
    SignatureError,
    StandardWebhooks,
    StaticCredentials,
    Unsent,
    basic,
    bearer,
    clean_line,
)
from ecomkit.errors import EcomkitError, FieldError
from ecomkit.ports import Secret, SecretLeakError, Tokens

CANARY = "c4n4ry-s3cr3t"
PEOPLE = ["jane@example.com", "+33 6 12 34 56 78", "12 rue du Bac", "4111 1111 1111 1111"]


def holders() -> Iterator[Any]:
    """Yield everything that holds a secret."""
    secret = Secret(CANARY)
    yield secret
    yield HeaderCredential("x-api-key", secret)
    yield QueryCredential("ws_key", secret)
    yield bearer(secret)
    yield basic(CANARY, secret)
    yield StaticCredentials(items=[bearer(secret)])
    tokens = Tokens(access=secret, refresh=secret, expires_at=datetime(2026, 1, 1, tzinfo=UTC))
    yield tokens
    store = MemoryTokenStore()
    store.save("corner", tokens)
    yield store
    address = "https://a.example/token"
    oauth = OAuth2(token_url=address, client_id="app", client_secret=secret)
    yield oauth
    yield RenewedCredentials(account="corner", store=store, renew=oauth)
    yield HmacSignature(header="x-sig", secrets=[secret])
    yield StandardWebhooks(secrets=[secret], key_form=KeyForm.TEXT)
    yield Request.form("/token", fields=[("client_secret", secret)])
    yield Request.get("/a", query={"token": CANARY}, headers=[("x-token", CANARY)])
    yield Request.get(f"/a?token={CANARY}", credentials=[bearer(secret)])
    yield Reply(status=200, headers=[("set-cookie", CANARY)], body=CANARY.encode())
    yield (oauth, [tokens], {"a": secret})


def outputs(value: Any) -> Iterator[str]:
    """Yield every text that *value* becomes where nobody looks."""
    yield repr(value)
    yield str(value)
    yield f"{value}{value!r}{value!a}"
    yield "{0}".format(value)  # noqa: UP030, UP032 (the old ways too)
    yield "%s %r" % (value, value)  # noqa: UP031 (the old ways too)
    yield json.dumps({"value": value}, default=str)
    # Messages are data: whoever takes them apart or stores them gets what was sent.
    if not isinstance(value, (Request, Reply)):
        for dump in (json.dumps, pickle.dumps):
            try:
                yield str(dump(value))
            except (TypeError, SecretLeakError, AttributeError) as error:
                yield str(error)
        if attrs.has(type(value)):
            yield repr(attrs.asdict(value))
    stream = io.StringIO()
    logger = logging.Logger("leak")  # noqa: LOG001 (apart from the others)
    logger.addHandler(logging.StreamHandler(stream))
    logger.error("%s %r", value, value, extra={"value": value})
    yield stream.getvalue()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        warnings.warn(str(value), stacklevel=1)
        yield str(caught[0].message)
    try:
        raise RuntimeError(value)  # noqa: TRY301 (raised to be looked at)
    except RuntimeError as error:
        found = traceback.TracebackException.from_exception(error, capture_locals=True)
        yield "".join(found.format())


@pytest.mark.parametrize("value", list(holders()), ids=lambda value: type(value).__name__)
def test_nothing_that_holds_a_secret_shows_it(value: Any) -> None:
    """No way to print, log, dump, warn or raise a value shows the secret in it."""
    for text in outputs(value):
        assert CANARY not in text


@given(st.text(min_size=1).filter(str.isprintable))
def test_a_secret_is_a_value_that_only_reveals(text: str) -> None:
    """Secrets compare, hash and copy; only one method shows the text."""
    secret = Secret(text)

    assert secret == Secret(text)
    assert hash(secret) == hash(Secret(text))
    assert secret != Secret(text + "x")
    assert secret != text
    assert copy.deepcopy(secret) is copy.copy(secret) is secret
    assert secret.reveal() == text


@pytest.mark.parametrize("value", ["", "a\nb", "a\x00", 3, None, b"x", "x" * 20_000, Secret("a")])
def test_what_is_no_secret_is_refused_and_not_shown(value: Any) -> None:
    """A wrong value in the place of a secret is not put into the error."""
    with pytest.raises(FieldError, match="not shown"):
        Secret(value)


def test_a_secret_cannot_be_changed() -> None:
    """Neither set nor deleted nor pickled."""
    secret: Any = Secret("a")
    with pytest.raises(SecretLeakError):
        secret._value = "b"
    with pytest.raises(SecretLeakError):
        del secret._value
    with pytest.raises(SecretLeakError, match="pickled"):
        pickle.dumps(secret)


def failing_systems() -> list[Any]:
    """Return systems that fail in every way, and echo what they were sent."""

    def echo(status: int) -> Any:
        def answer(received: Any) -> Reply:
            text = f"bad key {received.header('x-api-key')} of {', '.join(PEOPLE[:2])}"
            text += f" at '{PEOPLE[2]}', card {PEOPLE[3]}, {received.header('authorization')}"
            return Reply.of_json(
                {"message": text, "code": received.header("x-api-key"), "buyer": PEOPLE[0]},
                status=status,
                headers=[("X-Request-Id", "r-1"), ("Location", f"https://a.example/{CANARY}")],
            )

        return answer

    return [
        *map(echo, [200, 302, 400, 401, 403, 404, 409, 429, 500]),
        lambda _: Lost(why=CANARY),
        lambda _: Unsent(why=CANARY),
        lambda _: Reply(status=200, headers=[("content-encoding", CANARY)]),
        lambda _: Reply(status=200, body=CANARY.encode()),
    ]


@pytest.mark.parametrize("answer", failing_systems())
def test_no_failing_call_shows_a_secret_or_a_person(bench: Any, caplog: Any, answer: Any) -> None:
    """Logs at every level, events, errors and tracebacks with locals stay clean, whatever fails."""
    caplog.set_level(0)
    client = bench.client(
        answer,
        credentials=StaticCredentials(
            items=[
                HeaderCredential("x-api-key", Secret(CANARY)),
                bearer(Secret(f"{CANARY}-bearer")),
                QueryCredential("ws_key", Secret(CANARY)),
            ]
        ),
        options=Options(attempts_max=2),
    )
    request = Request.post("/customers", query={"email": PEOPLE[0]}, json={"phone": PEOPLE[1]})

    def read() -> Any:
        reply = yield request
        return reply.json()["no such field"]

    with pytest.raises(EcomkitError) as caught:
        bench.run(client, read())
    error = caught.value
    found = traceback.TracebackException.from_exception(error, capture_locals=True)
    frames = [frame for frame in found.stack if "ecomkit/adapters" in frame.filename]
    shown = [str(error), repr(error), str(pickle.dumps(error)), repr(attrs.asdict(error))]
    shown += [str(frame.locals) for frame in frames]
    shown += [caplog.text, repr(bench.events), repr(client), *map(repr, caplog.records)]

    for text in shown:
        assert CANARY not in text
        for person in PEOPLE:
            assert person not in text


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("Invalid parameter(s): status", "Invalid parameter(s): status"),
        ("woocommerce_rest_shop_order_invalid_id", "woocommerce_rest_shop_order_invalid_id"),
        ("quantity must be >= 0", "quantity must be >= 0"),
        ("mail to a.b+c@sub.example.org failed", "mail to *** failed"),
        ("call 06 12 34 56 78 now", "call *** now"),
        ("see https://a.example/?sig=1", "see ***"),
        ("token: abcdef123456", "***"),
        ("Bearer eyJhbGciOiJIUzI1NiJ9.e30.abc", "***"),
        ("id 0f8fad5bd9cb469fa165708677289500abcd", "id ***"),
        ("the name 'Jane Doe' is taken", "the name *** is taken"),
        ("a\x1b[31mred\u2028line\n2", "a [31mred line 2"),
        ("x " * 400, ("x " * 400)[:297] + "..."),
    ],
)
def test_a_vendors_words_are_kept_and_people_are_not(text: str, clean: str) -> None:
    """What to mend stays readable; what names somebody goes."""
    assert clean_line(text) == clean


@given(st.text(max_size=2_000), st.lists(st.text(min_size=4, max_size=20).filter(str.isprintable)))
def test_a_clean_line_is_one_short_printable_line(text: str, secrets: list[str]) -> None:
    """Whatever comes in, one line comes out, without the secrets."""
    line = clean_line(text, secrets=[Secret(secret) for secret in secrets])

    assert len(line) <= 300
    assert line.isprintable()


def test_hostile_words_are_cleaned_in_time() -> None:
    """Texts made to be read for ever are read in time."""
    started = time.process_time()
    for text in ["a" * 10**6, "@" * 10**6, "1 " * 10**6, "'" * 10**6, "a@" * 10**6, "=" * 10**6]:
        clean_line(text)

    assert time.process_time() - started < 1


def test_a_signature_error_shows_no_secret() -> None:
    """Nothing of the secret or of the signature that was wanted is in the error."""
    rule = HmacSignature(header="x-sig", secrets=[Secret(CANARY)])

    with pytest.raises(SignatureError) as caught:
        rule.verify(b"{}", headers=[("x-sig", "AAAA")])
    assert rule.sign(b"{}") not in str(caught.value)
    assert CANARY not in str(caught.value)
