"""The base of the client: where the shop is, how it knows us, and what its answers mean."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from itertools import pairwise
from typing import Any, ClassVar, Final

import attrs

from ecomkit.adapters.http import (
    ChannelClient,
    Credentials,
    Flow,
    HmacSignature,
    Kit,
    OAuth1,
    Options,
    QueryCredential,
    Reply,
    Request,
    SignedCredentials,
    Site,
    StaticCredentials,
    UnreadableJsonError,
    Verdict,
    basic,
    verdict_of_status,
)
from ecomkit.channels import ChannelAnswerError
from ecomkit.errors import FieldError
from ecomkit.identifiers import ChannelId
from ecomkit.money import Currency
from ecomkit.ports import Secret

__all__ = [
    "PER_PAGE_MAX",
    "WEBHOOK_SIGNATURE",
    "Authentication",
    "RefundRoute",
    "Rows",
    "WooCommerceBase",
]

API = "/wp-json/wc/v3"
PER_PAGE_MAX: Final = 100
PAGES_MAX = 100
NO_CONTENT = 204
NOT_FOUND = 404
WEBHOOK_SIGNATURE = "x-wc-webhook-signature"


class Authentication(enum.Enum):
    """How the shop is told who asks."""

    HEADER = "key and secret in a Basic header: the usual way, over https"
    QUERY = "key and secret in the query, for hosts whose server drops the header; https only"
    SIGNATURE = "OAuth 1.0a: nothing secret goes over the wire; the one way over plain http"


class RefundRoute(enum.Enum):
    """What a refund of ours does besides standing in the shop's books."""

    BOOKS = "nothing: the money is paid back elsewhere"
    GATEWAY = "the shop has the payment's gateway pay back, where it can"


@attrs.frozen(kw_only=True)
class Rows:
    """
    One answer of a list: its rows, how many there are in all, and the shop's time.

    *is_end* says that the last row of the list is among these, by two signs of which either
    may be ahead of the other when the list changes under the shop's own hands.
    """

    rows: tuple[Any, ...]
    offset: int
    asked: int
    total: int
    at: datetime

    @property
    def is_end(self) -> bool:
        """Whether nothing of the list stands behind these rows."""
        return len(self.rows) < self.asked or self.offset + len(self.rows) >= self.total


class WooCommerceBase(ChannelClient):
    """
    What all parts of the client share; see :class:`ecomkit.adapters.woocommerce.WooCommerce`.

    Args:
        channel: The name of the account.
        url: The shop's address, without the path of its interface.
        key: The consumer key, ``ck_...``.
        secret: The consumer secret, ``cs_...``.
        currency: What the shop's prices are in.
        webhook_secrets: What its webhooks are signed with; the first one signs new ones.
        signing: How the shop is told who asks; unless given, a header.
        refund_route: Whether refunds move money.
        overlap: How far a pull begins before the end of the one before it, for changes that
            the shop shows late.
        options: For requests without options of their own.
        kit: What the session runs on.
        site: In the place of the one made of *url*, for tests.
    """

    system: ClassVar[str] = "woocommerce"

    def __init__(
        self,
        channel: ChannelId,
        *,
        url: str = "",
        key: Secret,
        secret: Secret,
        currency: Currency,
        webhook_secrets: Sequence[Secret] = (),
        signing: Authentication = Authentication.HEADER,
        refund_route: RefundRoute = RefundRoute.BOOKS,
        overlap: timedelta = timedelta(minutes=10),
        options: Options | None = None,
        kit: Kit | None = None,
        site: Site | None = None,
    ) -> None:
        if not isinstance(overlap, timedelta) or overlap < timedelta(0):
            raise FieldError(
                owner=type(self).__name__, field="overlap", got=overlap, wanted="0 or more"
            )
        super().__init__(
            channel,
            site=site or Site(base=url.rstrip("/") + API),
            credentials=_credentials(key, secret, signing),
            # Shared hosts are slow: 30 s for an answer are no rarity.
            options=options or Options(deadline_seconds=180, read_seconds=60),
            kit=kit,
        )
        self.currency = currency
        self.webhook_secrets = tuple(webhook_secrets)
        self._signature = (
            HmacSignature(header=WEBHOOK_SIGNATURE, secrets=self.webhook_secrets)
            if self.webhook_secrets
            else None
        )
        self.refund_route = refund_route
        self.overlap = overlap

    def verdict(self, request: Request, reply: Reply) -> Verdict:  # noqa: ARG002 (a hook)
        """Return what *reply* means: a page of the host is no answer of the shop, whatever its status."""
        found = verdict_of_status(reply.status)
        if found is Verdict.ACCEPTED and reply.status != NO_CONTENT:
            return found if _is_json(reply) else Verdict.BROKEN
        if reply.status == NOT_FOUND:
            code = _code(reply)
            # Without pretty links, or without the plugin, all is 404: no sign of a missing order.
            return found if code and code != "rest_no_route" else Verdict.BROKEN
        return found

    # -- helpers ----------------------------------------------------------------------------

    def _broke(self, operation: str, why: str) -> ChannelAnswerError:
        """Return the error of a shop that does not keep to what it promised."""
        return ChannelAnswerError(channel=self.channel, operation=operation, why=why)

    def _rows_of(
        self, target: str, *, query: Mapping[str, str], offset: int, asked: int
    ) -> Flow[Rows]:
        """Ask for *asked* rows of a list from *offset* on, in the order of their ids."""
        asked = min(asked, PER_PAGE_MAX)
        reply = yield Request.get(
            target,
            query={
                **query,
                "orderby": "id",
                "order": "asc",
                "per_page": asked,
                "offset": offset or None,
            },
        )
        rows = reply.json()
        if not isinstance(rows, list) or len(rows) > asked:
            raise self._broke(target, f"no list of up to {asked} rows")
        ids = [number for number in map(id_of, rows) if number is not None]
        if any(lower >= higher for lower, higher in pairwise(ids)):
            raise self._broke(target, "its rows are not in the order of their ids")
        return Rows(
            rows=tuple(rows),
            offset=offset,
            asked=asked,
            total=self._total(reply, target),
            at=self._time_of(reply),
        )

    def _all_rows(self, target: str, *, query: Mapping[str, str]) -> Flow[tuple[Any, ...]]:
        """Return all rows of a short list, such as the refunds of one order."""
        found: dict[int, Any] = {}
        for page in range(PAGES_MAX):
            part = yield from self._rows_of(
                target, query=query, offset=page * PER_PAGE_MAX, asked=PER_PAGE_MAX
            )
            found.update({id_of(row) or -place: row for place, row in _numbered(part)})
            if part.is_end:
                return tuple(found.values())
        raise self._broke(target, f"more than {PAGES_MAX * PER_PAGE_MAX} rows")

    def _total(self, reply: Reply, target: str) -> int:
        text = reply.header("x-wp-total") or ""
        if not text.isascii() or not text.isdigit() or len(text) > 12:  # noqa: PLR2004 (digits that fit anywhere)
            raise self._broke(target, "it does not say how many rows there are (X-WP-Total)")
        return int(text)

    def _time_of(self, reply: Reply) -> datetime:
        """Return the shop's time: ours may be ahead of it, and would lose what it stamps later."""
        try:
            found = parsedate_to_datetime(reply.header("date") or "")
        except ValueError:
            return self.kit.time.now()
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def id_of(row: Any) -> int | None:
    """Return the id of a row; None where it has none that can be read."""
    number = row.get("id") if isinstance(row, dict) else None
    return number if type(number) is int and number > 0 else None


def _numbered(part: Rows) -> Iterator[tuple[int, Any]]:
    return enumerate(part.rows, part.offset + 1)


def _credentials(key: Secret, secret: Secret, signing: Authentication) -> Credentials:
    if signing is Authentication.SIGNATURE:
        return SignedCredentials(sign=OAuth1(key=key, secret=secret))
    if signing is Authentication.QUERY:
        return StaticCredentials(
            items=[
                QueryCredential("consumer_key", key),
                QueryCredential("consumer_secret", secret),
            ]
        )
    return StaticCredentials(items=[basic(key.reveal(), secret)])


def _is_json(reply: Reply) -> bool:
    try:
        reply.json()
    except UnreadableJsonError:
        return False
    return True


def _code(reply: Reply) -> str | None:
    try:
        body = reply.json()
    except UnreadableJsonError:
        return None
    code = body.get("code") if isinstance(body, dict) else None
    return code if isinstance(code, str) else None
