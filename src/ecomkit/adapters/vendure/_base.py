"""How Vendure speaks: verdicts on answers that are all of status 200, and asking one document."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, ClassVar
from urllib.parse import urlsplit

from ecomkit.adapters.http import (
    AnswerFacts,
    ChannelClient,
    Flow,
    GraphQLFault,
    Kit,
    MemoryTokenStore,
    Options,
    RenewedCredentials,
    Reply,
    Request,
    RequestRefusedError,
    Site,
    Verdict,
    graphql_data,
    graphql_faults,
    graphql_request,
    verdict_of_status,
)
from ecomkit.adapters.vendure._credentials import channel_header, logging_in
from ecomkit.adapters.vendure._document import Document
from ecomkit.adapters.vendure._names import Node, is_id
from ecomkit.channels import ChannelAnswerError
from ecomkit.errors import FieldError
from ecomkit.identifiers import ChannelId
from ecomkit.ports import Secret, TokenStore

__all__ = ["TAKE_MAX", "VendureBase"]

TAKE_MAX = 1_000
"""A list that is asked for more refuses."""

PRECISION_MAX = 6

# FORBIDDEN is said of a session that has ended and of one that may not: the kit logs in once.
_VERDICTS: Mapping[str, Verdict] = {
    "BAD_USER_INPUT": Verdict.REFUSED,
    "CHANNEL_NOT_FOUND": Verdict.FORBIDDEN,
    "ENTITY_NOT_FOUND": Verdict.MISSING,
    "FORBIDDEN": Verdict.UNAUTHORISED,
    "GRAPHQL_PARSE_FAILED": Verdict.REFUSED,
    "GRAPHQL_VALIDATION_FAILED": Verdict.REFUSED,
    "ILLEGAL_OPERATION": Verdict.REFUSED,
    "INTERNAL_SERVER_ERROR": Verdict.FAULT,
    "UNAUTHORIZED": Verdict.UNAUTHORISED,
    "USER_INPUT_ERROR": Verdict.REFUSED,
}
_NOT_LOGGED_IN = frozenset(
    {"INVALID_CREDENTIALS_ERROR", "NATIVE_AUTH_STRATEGY_ERROR", "NOT_VERIFIED_ERROR"}
)
# Of several faults the one that counts most: what may have been done goes before what was not.
_GRAVITY = (
    Verdict.FAULT,
    Verdict.BROKEN,
    Verdict.UNAUTHORISED,
    Verdict.FORBIDDEN,
    Verdict.MISSING,
    Verdict.REFUSED,
)


class VendureBase(ChannelClient):
    """What all of the client's flows stand on; the arguments are those of the client."""

    system: ClassVar[str] = "vendure"

    def __init__(
        self,
        channel: ChannelId,
        *,
        url: str,
        username: str,
        password: Secret,
        location: str,
        channel_token: Secret | None = None,
        precision: int = 2,
        overlap: timedelta = timedelta(minutes=5),
        watch: timedelta = timedelta(days=90),
        tokens: TokenStore | None = None,
        site: Site | None = None,
        options: Options | None = None,
        kit: Kit | None = None,
    ) -> None:
        if site is None:
            Site(base=url)  # it judges the address as it was given, before that is taken apart
        base, self._target = _parted(url)
        super().__init__(
            channel,
            site=Site(base=base) if site is None else site,
            credentials=RenewedCredentials(
                account=str(channel),
                store=MemoryTokenStore() if tokens is None else tokens,
                renew=logging_in(self._target, username=username, password=password),
                also=() if channel_token is None else [channel_header(channel_token)],
            ),
            options=options,
            kit=kit,
        )
        if not is_id(location):
            raise FieldError(
                owner="Vendure", field="location", got=location, wanted="a stock location's id"
            )
        if not 0 <= precision <= PRECISION_MAX:
            raise FieldError(
                owner="Vendure", field="precision", got=precision, wanted="digits, 2 unless set"
            )
        for name, span in (("overlap", overlap), ("watch", watch)):
            if span < timedelta(0):
                raise FieldError(owner="Vendure", field=name, got=span, wanted="0 or more")
        self._location = location
        self._precision = precision
        self._overlap = overlap
        self._watch = watch

    # -- hooks ------------------------------------------------------------------------------

    def verdict(self, request: Request, reply: Reply) -> Verdict:  # noqa: ARG002 (a hook)
        """Return what *reply* means: errors stand in answers of status 200."""
        # A document that is wrong is refused with 400, and its errors say no more than that.
        found = verdict_of_status(reply.status)
        if found is not Verdict.ACCEPTED:
            return found
        faults = graphql_faults(reply)
        if faults:
            meant = {_verdict_on(fault) for fault in faults}
            return next(one for one in _GRAVITY if one in meant)
        login = graphql_data(reply).get("login")
        if isinstance(login, dict) and login.get("errorCode") in _NOT_LOGGED_IN:
            return Verdict.UNAUTHORISED
        return found

    # -- asking -----------------------------------------------------------------------------

    def _ask_all(self, document: Document, **variables: Any) -> Flow[Node]:
        """Run *document* and return all of its data."""
        reply = yield graphql_request(
            self._target, document=document.text, variables=variables, operation=document.name
        )
        return dict(graphql_data(reply))

    def _ask(self, document: Document, **variables: Any) -> Flow[Any]:
        """Run *document* and return what it was asked for."""
        data = yield from self._ask_all(document, **variables)
        return data[document.field]

    def _do(self, document: Document, **variables: Any) -> Flow[Node]:
        """
        Run a mutation that answers what it did, or what it refuses.

        Raises:
            RequestRefusedError: If it refuses: a value in ``data`` says so, no error.
        """
        answer: Node = yield from self._ask(document, **variables)
        if answer.get("errorCode") is None:
            return answer
        raise RequestRefusedError(
            channel=self.channel,
            operation=document.name,
            facts=AnswerFacts(
                attempts=1,
                status=200,
                code=str(answer["errorCode"]),
                # The message can be a key that nobody translated; this one has the words.
                detail=str(answer.get("transitionError") or answer.get("message")),
            ),
        )

    def _broken(self, operation: str, why: str) -> ChannelAnswerError:
        return ChannelAnswerError(channel=self.channel, operation=operation, why=why)


def _verdict_on(fault: GraphQLFault) -> Verdict:
    if fault.code is None:
        # What the server itself did not expect, such as a refusal of its database.
        return Verdict.FAULT
    # No code that we know, no promise that nothing was done.
    return _VERDICTS.get(fault.code, Verdict.BROKEN)


def _parted(url: str) -> tuple[str, str]:
    """Return the site's base and the path of the API below it."""
    parts = urlsplit(url)
    path = parts.path.rstrip("/")
    if not path:
        raise FieldError(
            owner="Vendure", field="url", got=url, wanted="such as https://host/admin-api"
        )
    head, _, last = path.rpartition("/")
    return f"{parts.scheme}://{parts.netloc}{head}", f"/{last}"
