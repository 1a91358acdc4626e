"""Webhooks in FastAPI: POST /webhooks/{shop}."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from fastapi import FastAPI, Request, Response

from ecomkit.channels import WebhookSource
from webhooks.inbox import BODY_BYTES_MAX, Inbox, receive

__all__ = ["application"]


def application(clients: Mapping[str, WebhookSource], *, inbox: Inbox) -> FastAPI:
    """Return the application; *clients* are those of the shops, by the name in the address."""
    app = FastAPI(openapi_url=None)

    async def webhook(request: Request) -> Response:
        client = clients.get(request.path_params["shop"])
        if client is None:
            return Response(status_code=404)
        # The raw body: what was parsed and written again has another signature.
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > BODY_BYTES_MAX:
                return Response(status_code=413)
        # All headers, also two of one name: which of them counts is not for us to choose.
        headers = [
            (name.decode("latin-1"), text.decode("latin-1")) for name, text in request.headers.raw
        ]
        # The inbox writes to disk: in a thread, so that the loop goes on.
        status = await asyncio.to_thread(
            receive,
            inbox,
            client,
            shop=request.path_params["shop"],
            body=bytes(body),
            headers=headers,
        )
        return Response(status_code=status)

    app.add_route("/webhooks/{shop}", webhook, methods=["POST"])
    return app
