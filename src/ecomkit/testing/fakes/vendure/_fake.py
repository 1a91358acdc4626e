"""The fake's face: the admin API over HTTP, on top of a shop."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ecomkit.adapters.http import Received, Reply, Timekeeper, UnreadableJsonError
from ecomkit.money import Currency
from ecomkit.testing.fakes._graphql import Asked, GraphQLError, Resolver, execute
from ecomkit.testing.fakes._system import WireFaults
from ecomkit.testing.fakes.vendure._api import NULLABLE, AdminApi
from ecomkit.testing.fakes.vendure._errors import Refused, forbidden
from ecomkit.testing.fakes.vendure._shop import Shop

__all__ = ["VendureFake"]

YEAR_SECONDS = 31_536_000
BEFORE_ANYTHING = {
    "GRAPHQL_PARSE_FAILED": (400, "GRAPHQL_PARSE_FAILED"),
    "undefinedField": (400, "GRAPHQL_VALIDATION_FAILED"),
    "BAD_USER_INPUT": (200, "BAD_USER_INPUT"),
}
"""The faults of a document or its variables, which are found before anything is done."""


class VendureFake(Shop):
    """
    A shop that runs Vendure, as its admin API shows it.

    Args:
        time: Its clock; hand the same one to the client's kit.
        faults: How its wire misbehaves.
        username: Who may log in.
        password: With what.
        currency: What the shop sells in.
        tax_percent: The tax in all prices.
        locations: The names of its stock locations by their ids; the first one is the default.
        session_seconds: How long a session lasts.
        lost_updates: The share of changes of ``stockAllocated`` that are lost, as on the real
            one when shoppers buy at the same time; which ones follows from the seed of *faults*.

    The shop sells what is not there, since the real one does so under load. There are no
    webhooks: the core of Vendure has none.

    >>> from ecomkit.adapters.http import VirtualTime
    >>> from datetime import UTC, datetime
    >>> from ecomkit.money import Money
    >>> shop = VendureFake(time=VirtualTime(datetime(2026, 11, 20, tzinfo=UTC)))
    >>> knit = shop.put_up("ELEPHANT-KNIT", quantity=10)
    >>> number = shop.sell([(knit, 2, Money(1250, shop.currency))])
    >>> number, shop.shown(knit), shop.allocated(knit)
    ('1', 10, 2)
    """

    def __init__(
        self,
        *,
        time: Timekeeper | None = None,
        faults: WireFaults | None = None,
        username: str = "superadmin",
        password: str = "superadmin-pass",  # noqa: S107 (a fake's)
        currency: Currency = Currency.USD,
        tax_percent: int = 0,
        locations: Mapping[str, str] | None = None,
        session_seconds: float = YEAR_SECONDS,
        lost_updates: float = 0,
    ) -> None:
        locations = locations or {"1": "Default Stock Location"}
        super().__init__(
            time=time,
            faults=faults,
            currency=currency,
            tax_percent=tax_percent,
            locations=locations,
            lost_updates=lost_updates,
        )
        self.username = username
        self.password = password
        self.session_seconds = session_seconds
        self.logins = 0
        """How often somebody logged in."""
        self._sessions: dict[str, float] = {}
        self._api = AdminApi(
            self._book,
            locations={int(key): name for key, name in locations.items()},
            currency=currency.name,
            percent=tax_percent,
            now=self.time.now,
        )

    def respond(self, received: Received) -> Reply:
        """Answer one GraphQL request."""
        if received.path != "/admin-api" or received.method != "POST":
            return Reply.of_json({"message": "Cannot find it", "statusCode": 404}, status=404)
        try:
            asked = received.json()
        except UnreadableJsonError:
            return Reply.of_json({"message": "It is no JSON", "statusCode": 400}, status=400)
        if not isinstance(asked, dict) or not isinstance(asked.get("query"), str):
            fault = {"message": "It holds no query", "extensions": {"code": "BAD_REQUEST"}}
            return Reply.of_json({"errors": [fault]}, status=400)
        return self._executed(received, asked)

    def _executed(self, received: Received, asked: Mapping[str, Any]) -> Reply:
        opened: list[str] = []
        answer = execute(
            asked["query"],
            asked.get("variables") or {},
            queries=self._guarded(self._api.queries, received),
            mutations={
                **self._guarded(self._api.mutations, received),
                "login": lambda field: self._login(field, opened),
                "logout": lambda _: self._logout(received),
            },
            operation_name=asked.get("operationName"),
        )
        token = opened[-1] if opened else None
        if token is None and received.header("authorization") and not self._is_known(received):
            token = ""  # what it says of a token that is none
        return _replied(answer, token=token)

    def _guarded(
        self, resolvers: Mapping[str, Resolver], received: Received
    ) -> dict[str, Resolver]:
        """Return *resolvers* as they answer to who sent *received*."""
        is_known = self._is_known(received)

        def guard(resolver: Resolver) -> Resolver:
            def resolve(field: Asked) -> Any:
                if not is_known and field.field.name == "activeAdministrator":
                    return None
                if not is_known:
                    raise forbidden()
                try:
                    return resolver(field)
                except KeyError as missing:
                    message = f"Field {missing} of required type was not provided."
                    raise GraphQLError(message, code="BAD_USER_INPUT", whole=True) from None

            return resolve

        return {name: guard(resolver) for name, resolver in resolvers.items()}

    def _is_known(self, received: Received) -> bool:
        kind, _, token = (received.header("authorization") or "").partition(" ")
        ends = self._sessions.get(token, 0.0)
        return kind.lower() == "bearer" and self.time.monotonic() < ends

    def _login(self, asked: Asked, opened: list[str]) -> dict[str, Any]:
        if (asked["username"], asked["password"]) != (self.username, self.password):
            message = "The provided credentials are invalid"
            refused = Refused(
                "InvalidCredentialsError", message, authenticationError="no such user"
            )
            return refused.document()
        self.logins += 1
        token = f"session-{self.logins:04}-{self._random.getrandbits(128):032x}"
        self._sessions[token] = self.time.monotonic() + self.session_seconds
        opened.append(token)
        return self._api.user()

    def _logout(self, received: Received) -> dict[str, Any]:
        token = (received.header("authorization") or "").partition(" ")[2]
        self._sessions.pop(token, None)
        return {"__typename": "Success", "success": True}

    def expire_sessions(self) -> None:
        """End all sessions, as a restart of a server without a shared cache does."""
        self._sessions.clear()


def _replied(answer: dict[str, Any], *, token: str | None) -> Reply:
    headers = [] if token is None else [("vendure-auth-token", token)]
    errors = answer.get("errors") or []
    code = errors[0].get("extensions", {}).get("code") if errors else None
    if code in BEFORE_ANYTHING:
        status, code = BEFORE_ANYTHING[code]
        error = {"message": errors[0]["message"], "extensions": {"code": code}}
        return Reply.of_json({"errors": [error]}, status=status, headers=headers)
    if any(error["path"][0] not in NULLABLE for error in errors):
        answer = {**answer, "data": None}
    return Reply.of_json(answer, headers=headers)
