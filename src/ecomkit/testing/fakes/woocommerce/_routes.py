"""The addresses of the API, and who answers at each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import final

import attrs

from ecomkit.testing.fakes.woocommerce._calls import Answer, Call, Handler
from ecomkit.testing.fakes.woocommerce._errors import no_route
from ecomkit.testing.fakes.woocommerce._orders import Orders
from ecomkit.testing.fakes.woocommerce._products import Products
from ecomkit.testing.fakes.woocommerce._refunds import Refunds
from ecomkit.testing.fakes.woocommerce._settings import Settings
from ecomkit.testing.fakes.woocommerce._shapes import API
from ecomkit.testing.fakes.woocommerce._webhooks import Webhooks

__all__ = ["Route", "Routes"]

ACTIONS = {
    "list": ("GET",),
    "read": ("GET",),
    "create": ("POST",),
    "update": ("POST", "PUT", "PATCH"),
    "delete": ("DELETE",),
    "batch": ("POST", "PUT", "PATCH"),
}


@final
@attrs.frozen(kw_only=True)
class Route:
    """One address, with the handlers of the actions that it takes."""

    pattern: re.Pattern[str]
    actions: Mapping[str, Handler]

    @property
    def allow(self) -> str:
        """The methods that it takes, as the header says them."""
        names = [method for action in self.actions for method in ACTIONS[action]]
        return ", ".join(dict.fromkeys(names))

    def action(self, method: str) -> str:
        """Return what *method* does here."""
        for action in self.actions:
            if method in ACTIONS[action]:
                return action
        raise no_route()


def _route(path: str, **actions: Handler) -> Route:
    pattern = re.compile(API + path.replace("#", "([0-9]{1,18})"))
    return Route(pattern=pattern, actions=actions)


class Routes:
    """All addresses."""

    def __init__(
        self,
        *,
        products: Products,
        orders: Orders,
        refunds: Refunds,
        webhooks: Webhooks,
        settings: Settings,
    ) -> None:
        self._routes = [
            _route("/orders", list=orders.list, create=orders.create),
            _route("/orders/batch", batch=orders.batch),
            _route("/orders/#", read=orders.read, update=orders.update, delete=orders.delete),
            _route("/orders/#/notes", list=orders.list_notes, create=orders.create_note),
            _route("/orders/#/notes/#", read=orders.read_note),
            _route("/orders/#/refunds", list=refunds.list, create=refunds.create),
            _route("/orders/#/refunds/#", read=refunds.read, delete=refunds.delete),
            _route("/products", list=products.list, create=products.create),
            _route("/products/batch", batch=products.batch),
            _route(
                "/products/#", read=products.read, update=products.update, delete=products.delete
            ),
            _route(
                "/products/#/variations",
                list=products.list_variations,
                create=products.create_variation,
            ),
            _route("/products/#/variations/batch", batch=products.batch_variations),
            _route(
                "/products/#/variations/#",
                read=products.read_variation,
                update=products.update_variation,
                delete=products.delete_variation,
            ),
            _route("/webhooks", list=webhooks.list, create=webhooks.create),
            _route("/webhooks/batch", batch=webhooks.batch),
            _route(
                "/webhooks/#", read=webhooks.read, update=webhooks.update, delete=webhooks.delete
            ),
            _route("/system_status", list=settings.system_status),
            *(
                route
                for group, names in settings.groups.items()
                for route in _settings(settings, group, names)
            ),
        ]

    def find(self, path: str) -> tuple[Route, tuple[int, ...]]:
        """Return the route of *path*, and the ids in it."""
        for route in self._routes:
            found = route.pattern.fullmatch(path.rstrip("/"))
            if found:
                return route, tuple(int(text) for text in found.groups())
        raise no_route()


def _settings(settings: Settings, group: str, names: tuple[str, ...]) -> Iterator[Route]:
    yield _route(f"/settings/{group}", list=_fixed(settings.list(group)))
    for name in names:
        yield _route(f"/settings/{group}/{name}", read=_fixed(settings.read(group, name)))


def _fixed(answer: Answer) -> Handler:
    """Return the handler that answers the same whatever is asked."""

    def handle(call: Call) -> Answer:  # noqa: ARG001 (a handler)
        return answer

    return handle
