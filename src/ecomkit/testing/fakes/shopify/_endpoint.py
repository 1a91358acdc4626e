"""The wire in front of the shop: who may come in, what it costs, and how it is answered."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from typing import Any

from ecomkit.adapters.http import Received, Reply, Timekeeper
from ecomkit.errors import EcomkitError
from ecomkit.testing.fakes._graphql import Asked, GraphQLError, Resolver, execute
from ecomkit.testing.fakes._graphql_document import (
    Document,
    GraphQLSyntaxError,
    Operation,
    parse_document,
)
from ecomkit.testing.fakes._system import Allowance, FakeSystem, WireFaults
from ecomkit.testing.fakes.shopify import _subscriptions
from ecomkit.testing.fakes.shopify._bulk import BulkExports
from ecomkit.testing.fakes.shopify._costs import actual_cost, requested_cost
from ecomkit.testing.fakes.shopify._goods_mutations import goods_mutations
from ecomkit.testing.fakes.shopify._order_mutations import order_mutations
from ecomkit.testing.fakes.shopify._queries import Queries
from ecomkit.testing.fakes.shopify._refunds import create_refund
from ecomkit.testing.fakes.shopify._scopes import demand
from ecomkit.testing.fakes.shopify._shop_fields import VERSIONS
from ecomkit.testing.fakes.shopify._stock import activate, adjust_quantities, set_quantities
from ecomkit.testing.fakes.shopify._store import Store
from ecomkit.testing.fakes.shopify._tokens import Tokens

__all__ = ["Endpoint"]

COST_MAX = 1_000
DOCUMENTATION = "https://shopify.dev/api/usage/rate-limits"
_PATH = re.compile(r"/admin/api/([^/]+)/graphql\.json")


class Endpoint(FakeSystem):
    """
    Answers the calls of an app.

    Args:
        store: The shop.
        token: The access token that is let in, and never expires.
        client_id: The app's id, for tokens that expire.
        client_secret: The app's secret, for these and for webhooks.
        time: The clock.
        faults: How the wire misbehaves.
        per_second: Points that come back in a second.
        burst: Points that the bucket holds.
        objects_max: How far into a list one can page.
        job_seconds: How long work takes that the shop does later.
        bulk_seconds: How long a bulk export runs.
        storage: Where its files lie: the start of an address.
    """

    def __init__(
        self,
        *,
        store: Store,
        token: str,
        client_id: str,
        client_secret: str,
        time: Timekeeper,
        faults: WireFaults | None,
        per_second: float,
        burst: float,
        objects_max: int,
        job_seconds: float,
        bulk_seconds: float,
        storage: str,
    ) -> None:
        super().__init__(time=time, faults=faults)
        self.token = token
        self.tokens = Tokens(
            time=time, token=token, client_id=client_id, client_secret=client_secret
        )
        self.allowance = Allowance(per_second=per_second, burst=burst)
        self.store = store
        self.leaks = 0
        """How often the access token was shown to the storage, whom it is no business of."""
        self._bulk = BulkExports(store, run=self._run_whole, seconds=bulk_seconds, storage=storage)
        self._queries = Queries(store, bulk=self._bulk, objects_max=objects_max)
        self.queries = self._queries.resolvers()
        """The root fields of queries, without the wire and its costs."""
        mutations = {
            "inventorySetQuantities": lambda asked: set_quantities(asked, store=store),
            "inventoryAdjustQuantities": lambda asked: adjust_quantities(asked, store=store),
            "inventoryActivate": lambda asked: activate(asked, store=store),
            "refundCreate": lambda asked: create_refund(asked, store=store),
            **order_mutations(store, job_seconds=job_seconds),
            **goods_mutations(store),
            **_subscriptions.mutations(store),
            **self._bulk.mutations(),
        }
        self._mutations = {
            name: self._checked(name, resolve) for name, resolve in mutations.items()
        }

    def _checked(self, name: str, resolve: Resolver) -> Resolver:
        """Return *resolve* behind the scopes, with input that the schema refuses told as such."""

        def checked(asked: Asked) -> Any:
            demand(self.store.scopes, name)
            try:
                return resolve(asked)
            except (KeyError, TypeError) as error:
                message = (
                    f"Field '{name}' is missing required arguments or has them wrong: {error}"
                )
                raise GraphQLError(message, code="missingRequiredArguments", whole=True) from error

        return checked

    def _run_whole(self, document: Document) -> Mapping[str, Any]:
        return execute(document, {}, queries=self.queries, mutations={})

    def respond(self, received: Received) -> Reply:
        """Answer one call."""
        self.store.settle()
        answer = self._bulk.download(received)
        if answer is not None:
            self.leaks += received.header("x-shopify-access-token") is not None
            return answer
        if received.path == "/admin/oauth/access_token" and received.method == "POST":
            pair = self.tokens.exchange(received)
            refused = {
                "error": "invalid_request",
                "error_description": "refresh token is not valid",
            }
            return self._reply(pair or refused, status=400 if pair is None else 200)
        path = _PATH.fullmatch(received.path)
        if path is None or received.method != "POST":
            return self._reply({"errors": "Not Found"}, status=404)
        # A version that is over falls forward to the oldest that is not.
        version = path[1] if path[1] in {*VERSIONS, "unstable"} else VERSIONS[0]
        if not self.tokens.lets_in(received.header("x-shopify-access-token")):
            refusal = (
                "[API] Invalid API key or access token (unrecognized login or wrong password)"
            )
            return self._reply({"errors": refusal}, status=401, version=version)
        return self._reply(self._answered(received), version=version)

    def too_many(self, received: Received, *, retry_after: str | None) -> Reply:
        """Refuse as a bucket that is empty does: in the body of a 200; now and then as a 429."""
        if retry_after is not None and self._random.random() < 1 / 4:
            return super().too_many(received, retry_after=retry_after)
        return self._reply(self._throttled(cost=1))

    def _reply(
        self, value: Mapping[str, Any], *, status: int = 200, version: str | None = None
    ) -> Reply:
        headers = [("X-Request-Id", str(uuid.UUID(int=self._random.getrandbits(128), version=4)))]
        if version is not None:
            headers.append(("X-Shopify-API-Version", version))
        return Reply.of_json(value, status=status, headers=headers)

    def _answered(self, received: Received) -> Mapping[str, Any]:
        try:
            given = received.json()
            text, variables = given["query"], given.get("variables") or {}
            name = given.get("operationName")
            document = parse_document(text)
        except GraphQLSyntaxError as error:
            # Executing it says what is wrong, as for every document.
            return {"errors": [{"message": str(error), "locations": [{"line": 1, "column": 1}]}]}
        except (EcomkitError, ValueError, KeyError, TypeError, AttributeError):
            return {"errors": {"query": "Required parameter missing or invalid"}}
        requested = 0
        kind = "query"

        def before(operation: Operation) -> None:
            nonlocal requested, kind
            kind = operation.kind
            requested = requested_cost(operation, document=document, variables=variables)
            if requested > COST_MAX:
                raise _TooExpensiveError(requested)
            if not self.allowance.take(requested, now=self.time.monotonic()):
                raise _ThrottledError

        self._queries.warnings.clear()
        try:
            answer = execute(
                document,
                variables,
                queries=self.queries,
                mutations=self._mutations,
                operation_name=name,
                before=before,
            )
        except _TooExpensiveError as error:
            return _too_expensive(error.cost)
        except _ThrottledError:
            return self._throttled(cost=requested)
        actual = min(requested, actual_cost(answer.get("data"), kind=kind))
        self.allowance.give_back(requested - actual)
        extensions: dict[str, Any] = {"cost": self._cost(requested, actual=actual)}
        if self._queries.warnings:
            extensions["search"] = [*self._queries.warnings]
        return {**answer, "extensions": extensions}

    def _cost(self, requested: int, *, actual: int | None) -> dict[str, Any]:
        available = self.allowance.grow(self.time.monotonic())
        return {
            "requestedQueryCost": requested,
            "actualQueryCost": actual,
            "throttleStatus": {
                "maximumAvailable": int(self.allowance.burst),
                "currentlyAvailable": int(available),
                "restoreRate": int(self.allowance.per_second),
            },
        }

    def _throttled(self, *, cost: int) -> Mapping[str, Any]:
        extensions = {"code": "THROTTLED", "documentation": DOCUMENTATION}
        return {
            "errors": [{"message": "Throttled", "extensions": extensions}],
            "extensions": {"cost": self._cost(cost, actual=None)},
        }


class _TooExpensiveError(Exception):
    def __init__(self, cost: int) -> None:
        super().__init__(cost)
        self.cost = cost


class _ThrottledError(Exception):
    pass


def _too_expensive(cost: int) -> Mapping[str, Any]:
    extensions = {
        "code": "MAX_COST_EXCEEDED",
        "cost": cost,
        "maxCost": COST_MAX,
        "documentation": DOCUMENTATION,
    }
    message = f"Query cost is {cost}, which exceeds the single query max cost limit ({COST_MAX})."
    return {"errors": [{"message": message, "extensions": extensions}]}
