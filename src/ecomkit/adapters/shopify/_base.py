"""How Shopify speaks: verdicts, the allowance in points, and asking one document."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import count
from typing import Any, ClassVar, TypeAlias

import attrs

from ecomkit.adapters.http import (
    AnswerFacts,
    ChannelClient,
    Credentials,
    Flow,
    GraphQLFault,
    HeaderCredential,
    HmacSignature,
    Kit,
    Limit,
    Options,
    Repeat,
    Reply,
    Request,
    RequestRefusedError,
    Site,
    StaticCredentials,
    Told,
    Verdict,
    graphql_data,
    graphql_faults,
    graphql_request,
    verdict_of_status,
)
from ecomkit.adapters.shopify._document import Document
from ecomkit.adapters.shopify._names import Node, one_gid
from ecomkit.channels import ChannelAnswerError
from ecomkit.errors import FieldError
from ecomkit.identifiers import ChannelId
from ecomkit.ports import Secret

__all__ = ["TOKEN_HEADER", "ShopifyBase", "TestOrders", "Token", "shop_site", "words_of"]

TOKEN_HEADER = "X-Shopify-Access-Token"  # noqa: S105 (a header's name)
TARGET = "/graphql.json"
FILES_HOST = "storage.googleapis.com"
PAGES_MAX = 500

Token: TypeAlias = Secret | Credentials
"""A token without an end, or credentials that renew themselves."""

_VERDICTS: Mapping[str, Verdict] = {
    "ACCESS_DENIED": Verdict.FORBIDDEN,
    "INTERNAL_SERVER_ERROR": Verdict.FAULT,
    "MAX_COST_EXCEEDED": Verdict.REFUSED,
    "SHOP_INACTIVE": Verdict.FORBIDDEN,
    "THROTTLED": Verdict.THROTTLED,
    "TIMEOUT": Verdict.FAULT,
}
# Of several faults the one that counts most: what may have been done goes before what was not.
_GRAVITY = (
    Verdict.FAULT,
    Verdict.BROKEN,
    Verdict.FORBIDDEN,
    Verdict.REFUSED,
    Verdict.THROTTLED,
)
# 402: the shop's bill is open. 423: locked. 430: taken for an attack; calling on makes it worse.
_BARRED = frozenset({402, 423, 430})


def shop_site(shop: str, *, version: str) -> Site:
    """
    Return where a shop's Admin GraphQL API lives.

    Raises:
        FieldError: If *shop* is no name below myshopify.com.

    >>> shop_site("corner.myshopify.com", version="2026-10").base
    'https://corner.myshopify.com/admin/api/2026-10'
    """
    name, dot, rest = shop.partition(".")
    if not name or dot + rest != ".myshopify.com":
        raise FieldError(owner="Shopify", field="shop", got=shop, wanted="name.myshopify.com")
    # The results of bulk exports lie there, under addresses that are signed.
    return Site(base=f"https://{shop}/admin/api/{version}", also=(FILES_HOST,))


class TestOrders(enum.Enum):
    """
    What to do with orders that were placed to try the shop out (``test: true``).

    They are no sales: packing one sends goods to nobody, and its money does not exist. On a
    development store all orders are such, and there they are wanted.
    """

    __test__ = False  # pytest takes it for a test

    LEFT_OUT = "they are not there"
    TAKEN = "they are orders like any other"


class ShopifyBase(ChannelClient):
    """What all of the client's flows stand on; the arguments are those of the client."""

    system: ClassVar[str] = "shopify"
    # What the smallest plan is granted; each answer says what it really is.
    limits: ClassVar[tuple[Limit, ...]] = (Limit(name="points", per_second=100, burst=2_000),)

    def __init__(
        self,
        channel: ChannelId,
        *,
        shop: str,
        token: Token,
        location: str,
        webhook_secrets: Sequence[Secret] = (),
        version: str = "2026-10",
        overlap: timedelta = timedelta(minutes=5),
        test_orders: TestOrders = TestOrders.LEFT_OUT,
        site: Site | None = None,
        options: Options | None = None,
        kit: Kit | None = None,
    ) -> None:
        credentials: Credentials
        if isinstance(token, Secret):
            credentials = StaticCredentials(items=[HeaderCredential(TOKEN_HEADER, token)])
        else:
            credentials = token
        super().__init__(
            channel,
            site=shop_site(shop, version=version) if site is None else site,
            credentials=credentials,
            options=options,
            kit=kit,
        )
        if overlap < timedelta(0):
            raise FieldError(owner="Shopify", field="overlap", got=overlap, wanted="0 or more")
        self._shop = shop
        self._version = version
        self._overlap = overlap
        self._test_orders = test_orders
        self._location = one_gid("Location", location, owner="Shopify")
        self._signature = (
            HmacSignature(header="X-Shopify-Hmac-SHA256", secrets=webhook_secrets)
            if webhook_secrets
            else None
        )
        self._pushes = count()

    # -- hooks ------------------------------------------------------------------------------

    def verdict(self, request: Request, reply: Reply) -> Verdict:
        """Return what *reply* means: errors hide in answers of status 200."""
        if reply.status in _BARRED:
            return Verdict.FORBIDDEN
        found = verdict_of_status(reply.status)
        if found is not Verdict.ACCEPTED or request.target != TARGET:
            return found
        faults = graphql_faults(reply)
        if not faults:
            graphql_data(reply)
            return found
        if _is_only_about_people(faults) and isinstance(reply.json().get("data"), dict):
            return found
        meant = {_verdict_on(fault) for fault in faults}
        return next(one for one in _GRAVITY if one in meant)

    def told(self, request: Request, reply: Reply) -> tuple[Told, ...]:
        """Return what *reply* says of the points."""
        if request.target != TARGET:
            return ()
        cost = reply.json()["extensions"]["cost"]
        status = cost["throttleStatus"]
        # What was asked for is reserved, and what was not needed of it given back.
        ours = self.options.cost if request.options is None else request.options.cost
        spent = cost.get("actualQueryCost")
        return (
            Told(
                name="points",
                returned=None if spent is None else max(0, ours - spent),
                available=float(status["currentlyAvailable"]),
                per_second=float(status["restoreRate"]),
                burst=int(status["maximumAvailable"]),
            ),
        )

    def _is_wanted(self, order: Node) -> bool:
        return self._test_orders is TestOrders.TAKEN or order.get("test") is not True

    # -- asking -----------------------------------------------------------------------------

    def _reply_to(
        self,
        document: Document,
        *,
        rows: int = 0,
        repeat: Repeat | None = None,
        variables: Mapping[str, Any],
    ) -> Flow[Reply]:
        """Run *document*, for so many rows, and return the whole reply."""
        return (
            yield graphql_request(
                TARGET,
                document=document.text,
                variables=variables,
                repeat=repeat,
                operation=document.name,
                options=attrs.evolve(self.options, cost=document.cost_of(rows)),
            )
        )

    def _ask(
        self,
        document: Document,
        *,
        rows: int = 0,
        repeat: Repeat | None = None,
        **variables: Any,
    ) -> Flow[Node]:
        """Run *document*, for so many rows, and return its data."""
        reply = yield from self._reply_to(document, rows=rows, repeat=repeat, variables=variables)
        return dict(graphql_data(reply))

    def _ask_page(
        self, document: Document, *, first: int, after: str | None, **variables: Any
    ) -> Flow[Node]:
        """Run *document* for one page of its list."""
        places = variables if after is None else {**variables, "after": after}
        return (yield from self._ask(document, rows=first, first=first, **places))

    def _ask_all(
        self,
        document: Document,
        *steps: str,
        after: str | None = None,
        rows_max: int = 200,
        **variables: Any,
    ) -> Flow[list[Node]]:
        """Run *document* page after page, and return all nodes of the list that *steps* lead to."""
        nodes: list[Node] = []
        first = min(document.rows_max, rows_max)
        for _ in range(PAGES_MAX):
            found: Any = yield from self._ask_page(document, first=first, after=after, **variables)
            for step in steps:
                # What the list hangs on is not there, or is gone by now.
                found = None if found is None else found[step]
            if found is None:
                return nodes
            nodes.extend(found["nodes"])
            page = found["pageInfo"]
            if not page["hasNextPage"]:
                return nodes
            if page["endCursor"] is None or page["endCursor"] == after:
                break
            after = page["endCursor"]
        raise self._broken(document.name, "its list does not end")

    def _broken(self, operation: str, why: str) -> ChannelAnswerError:
        return ChannelAnswerError(channel=self.channel, operation=operation, why=why)

    def _refused(self, operation: str, errors: Sequence[Node]) -> RequestRefusedError:
        """Return the error that a mutation's *errors* are, for flows without an effect to answer."""
        return RequestRefusedError(
            channel=self.channel,
            operation=operation,
            facts=AnswerFacts(attempts=1, status=200, detail=words_of(errors)),
        )


def words_of(errors: Sequence[Node]) -> str:
    """
    Return what user errors say, in one line.

    >>> words_of([{"message": "Title is blank", "field": ["title"]}])
    'title: Title is blank'
    """
    return "; ".join(
        ": ".join(filter(None, (".".join(map(str, one.get("field") or ())), one["message"])))
        for one in errors
    )


def _verdict_on(fault: GraphQLFault) -> Verdict:
    if fault.code is None:
        # No code, no promise that nothing was done.
        return Verdict.BROKEN
    return _VERDICTS.get(fault.code, Verdict.REFUSED)


def _is_only_about_people(faults: Sequence[GraphQLFault]) -> bool:
    """Whether all that is missing is who buys: an application without read_customers, or approval."""
    return all(fault.code == "ACCESS_DENIED" and "customer" in fault.path for fault in faults)
