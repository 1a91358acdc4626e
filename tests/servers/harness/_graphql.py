"""One session with a GraphQL API of Vendure."""

from __future__ import annotations

from typing import Any

import httpx

SESSION_HEADER = "vendure-auth-token"


class GraphQLFaultError(Exception):
    """The server answered with errors; the message holds them."""


class Session:
    """One login, or one anonymous cart: the first answer with a token decides."""

    def __init__(self, client: httpx.Client, *, address: str) -> None:
        self.client = client
        self.address = address
        self.headers: dict[str, str] = {}

    def ask(self, document: str, /, **variables: Any) -> Any:
        """Return the data of the answer, or raise what it says went wrong."""
        reply = self.client.post(
            self.address,
            json={"query": document, "variables": variables},
            headers=self.headers,
        )
        token = reply.headers.get(SESSION_HEADER)
        if token and "authorization" not in self.headers:
            self.headers["authorization"] = f"Bearer {token}"
        body = reply.json()
        if body.get("errors"):
            raise GraphQLFaultError(str(body["errors"]))
        return body["data"]

    def do(self, mutation: str, /, **variables: Any) -> Any:
        """Return the one result of *mutation*; a result that is an error is raised."""
        (result,) = self.ask(mutation, **variables).values()
        if isinstance(result, dict) and result.get("errorCode"):
            raise GraphQLFaultError(f"{result['errorCode']}: {result['message']}")
        return result
