"""The fake of a WooCommerce shop: its server, its doors, and who is let in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from ecomkit.adapters.http import Received, Reply, Timekeeper, UnreadableJsonError, dump_json
from ecomkit.money import Currency
from ecomkit.ports import Secret
from ecomkit.testing.fakes._system import Allowance, FakeSystem, WireFaults
from ecomkit.testing.fakes.woocommerce._auth import Guard, Permissions, Role, Scheme
from ecomkit.testing.fakes.woocommerce._calls import Answer, Call
from ecomkit.testing.fakes.woocommerce._errors import WooRefusalError
from ecomkit.testing.fakes.woocommerce._lists import Params
from ecomkit.testing.fakes.woocommerce._merchant import Merchant
from ecomkit.testing.fakes.woocommerce._orders import Orders
from ecomkit.testing.fakes.woocommerce._products import Products
from ecomkit.testing.fakes.woocommerce._refunds import Refunds
from ecomkit.testing.fakes.woocommerce._routes import Routes
from ecomkit.testing.fakes.woocommerce._settings import Settings
from ecomkit.testing.fakes.woocommerce._shop import Shop
from ecomkit.testing.fakes.woocommerce._turns import in_turn
from ecomkit.testing.fakes.woocommerce._webhooks import Delivery, Webhooks

__all__ = ["WooCommerceFake"]

PAGE = (
    b"<!DOCTYPE html>\n<html><body><h1>Error establishing a database connection</h1></body></html>"
)
HTML = ("Content-Type", "text/html; charset=UTF-8")


class WooCommerceFake(Merchant, FakeSystem):
    """
    A WooCommerce shop with its REST API v3 below ``/wp-json/wc/v3``.

    Args:
        time: Its clock; hand the same one to the client's kit.
        faults: How its wire misbehaves; not at all unless given.
        host: Where it stands.
        key: The consumer key that it takes.
        secret: The secret that goes with it.
        permissions: What the key may do.
        role: Of the user whom the key belongs to; only a manager sees orders.
        scheme: What it believes it is called by; over ``http`` it wants signed calls (OAuth 1.0a).
        strips_authorization: Whether the server in front drops the header ``Authorization``.
        currency: Its currency, and with it the decimals of its amounts.
        zone: What the shop's own clock is ahead of UTC.
        statuses: Further words for the status of an order, such as plugins bring.
        gateways: The payment methods that can pay back by themselves.
        tax_percent: What is added to all prices.
        allowance: What the host in front lets through; all of it unless given.
        broken_statuses: Of the pages that the server shows when it is broken; 200 among them is
            a page of maintenance that looks like an answer.

    >>> from ecomkit.money import Money
    >>> fake = WooCommerceFake()
    >>> mug = fake.put_up("MUG", quantity=3)
    >>> order = fake.sell([(mug, 1, Money(1250, Currency.USD))])
    >>> fake.shown(mug)
    2
    """

    def __init__(
        self,
        *,
        time: Timekeeper | None = None,
        faults: WireFaults | None = None,
        host: str = "shop.example",
        key: Secret | None = None,
        secret: Secret | None = None,
        permissions: Permissions = "read_write",
        role: Role = "shop_manager",
        scheme: Scheme = "https",
        strips_authorization: bool = False,
        currency: Currency = Currency.USD,
        zone: timedelta = timedelta(0),
        statuses: Sequence[str] = (),
        gateways: Sequence[str] = ("stripe",),
        tax_percent: int = 0,
        allowance: Allowance | None = None,
        broken_statuses: Sequence[int] = (500, 502, 503, 504),
    ) -> None:
        super().__init__(time=time, faults=faults)
        self.key = key or Secret("ck_0123456789abcdef")
        self.secret = secret or Secret("cs_fedcba9876543210")
        self.allowance = allowance
        self._broken_statuses = tuple(broken_statuses)
        self.shop = Shop(
            time=self.time,
            host=host,
            currency=currency,
            zone=zone,
            statuses=statuses,
            gateways=gateways,
            tax_percent=tax_percent,
        )
        self.guard = Guard(
            key=self.key,
            secret=self.secret,
            permissions=permissions,
            role=role,
            scheme=scheme,
            strips_authorization=strips_authorization,
        )
        self.products = Products(self.shop)
        self.orders = Orders(self.shop)
        self.refunds = Refunds(self.shop, orders=self.orders)
        self.subscriptions = Webhooks(self.shop, show=self._show)
        self.shop.changed = self.subscriptions.happened
        self._routes = Routes(
            products=self.products,
            orders=self.orders,
            refunds=self.refunds,
            webhooks=self.subscriptions,
            settings=Settings(self.shop),
        )

    @in_turn
    def webhooks(self) -> tuple[Delivery, ...]:
        """Return the deliveries due since the last call: headers and body, signed."""
        return self.subscriptions.deliveries()

    @in_turn
    def webhook_answered(self, number: int, *, status: int) -> None:
        """Take down how a receiver answered a delivery; failures in a row disable it."""
        self.subscriptions.answered(number, status=status)

    def respond(self, received: Received) -> Reply:
        """Do what is asked, as the shop does it."""
        if self.allowance and not self.allowance.take(1, now=self.time.monotonic()):
            return self.too_many(received, retry_after=None)
        if not received.path.startswith("/wp-json/"):
            return Reply(status=404, headers=[HTML], body=PAGE)
        allow = ""
        try:
            route, ids = self._routes.find(received.path)
            allow = route.allow
            action = route.action(_method(received))
            self.guard.check(received, now=self.time.now(), action=action)
            call = Call(ids=ids, params=Params(received.query), body=_body(received))
            answer = route.actions[action](call)
        except WooRefusalError as refusal:
            answer = Answer(document=refusal.document(), status=refusal.status)
        return self._reply(received, answer, allow=allow)

    def too_many(self, received: Received, *, retry_after: str | None) -> Reply:  # noqa: ARG002 (a hook)
        """Refuse a call as hosts do: with a page."""
        headers = [HTML] if retry_after is None else [HTML, ("Retry-After", retry_after)]
        return Reply(
            status=429, headers=headers, body=b"<html><h1>429 Too Many Requests</h1></html>"
        )

    def broken(self, received: Received) -> Reply:  # noqa: ARG002 (a hook)
        """Answer with a page of the server, which knows nothing of the API."""
        status = self._random.choice(self._broken_statuses)
        return Reply(status=status, headers=[HTML], body=PAGE)

    def _show(self, topic: str, number: int) -> dict[str, Any]:
        read = self.orders.read if topic.startswith("order.") else self.products.read
        document: dict[str, Any] = read(Call(ids=(number,), params=Params(()))).document
        return document

    def _reply(self, received: Received, answer: Answer, *, allow: str) -> Reply:
        document = answer.document
        fields = Params(received.query).texts("_fields")
        if fields and answer.status < 400:  # noqa: PLR2004 (HTTP)
            document = _only(document, fields)
        return Reply(
            status=answer.status,
            headers=[
                ("Content-Type", "application/json; charset=UTF-8"),
                ("Link", f'<{self.shop.base}/wp-json/>; rel="https://api.w.org/"'),
                ("Allow", allow or "GET"),
                *answer.headers,
            ],
            body=dump_json(document).encode(),
        )


def _method(received: Received) -> str:
    method = "GET" if received.method == "HEAD" else received.method
    if method == "POST":
        return (
            received.param("_method") or received.header("x-http-method-override") or method
        ).upper()
    return method


def _body(received: Received) -> Mapping[str, Any]:
    if not received.body:
        return {}
    try:
        body = received.json()
    except UnreadableJsonError:
        raise WooRefusalError(
            "rest_invalid_json", "Invalid JSON body passed.", status=400
        ) from None
    return body if isinstance(body, Mapping) else {}


def _only(document: Any, fields: Sequence[str]) -> Any:
    if isinstance(document, list):
        return [_only(each, fields) for each in document]
    return {name: value for name, value in document.items() if name in fields}
