"""Webhooks in Flask: POST /webhooks/<shop>."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask, Response, request

from ecomkit.channels import WebhookSource
from webhooks.inbox import BODY_BYTES_MAX, Inbox, receive

__all__ = ["application"]


def application(clients: Mapping[str, WebhookSource], *, inbox: Inbox) -> Flask:
    """Return the application; *clients* are those of the shops, by the name in the address."""
    app = Flask("webhooks")
    # Flask answers 413 itself, before it has read more.
    app.config["MAX_CONTENT_LENGTH"] = BODY_BYTES_MAX

    def webhook(shop: str) -> Response:
        client = clients.get(shop)
        if client is None:
            return Response(status=404)
        # The raw body: what was parsed and written again has another signature. WSGI servers
        # join two headers of one name, so that a doubled signature is none.
        status = receive(
            inbox,
            client,
            shop=shop,
            body=request.get_data(cache=False),
            headers=list(request.headers.items()),
        )
        return Response(status=status)

    app.add_url_rule("/webhooks/<shop>", view_func=webhook, methods=["POST"])
    return app
