"""
Webhooks in Django: POST /webhooks/<shop>, as a URL configuration to include.

The settings have ``ECOMKIT_CLIENTS``, the clients of the shops by their names in the address,
``ECOMKIT_INBOX``, and ``DATA_UPLOAD_MAX_MEMORY_SIZE``, up to which Django reads a body.
"""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from webhooks.inbox import receive

__all__ = ["urlpatterns", "webhook"]


def webhook(request: HttpRequest, shop: str) -> HttpResponse:
    """Keep what a shop calls about."""
    client = settings.ECOMKIT_CLIENTS.get(shop)
    if client is None:
        return HttpResponse(status=404)
    try:
        # The raw body: what was parsed and written again has another signature.
        body = request.body
    except RequestDataTooBig:
        return HttpResponse(status=413)
    # WSGI servers join two headers of one name, so that a doubled signature is none.
    headers = list(request.headers.items())
    status = receive(settings.ECOMKIT_INBOX, client, shop=shop, body=body, headers=headers)
    return HttpResponse(status=status)


# A shop has no session here: its signature says who calls.
urlpatterns = [path("webhooks/<str:shop>", csrf_exempt(require_POST(webhook)))]
