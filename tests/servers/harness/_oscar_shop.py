"""The merchant's and the shoppers' side of a django-oscar server."""

from __future__ import annotations

from types import TracebackType
from typing import Any, Self

import httpx

from ._oscar import OscarServer
from ._shopping import Purchase


class OscarShop:
    """A shop that sells. The methods of shoppers may be called from many threads."""

    def __init__(self, server: OscarServer) -> None:
        self.server = server
        self.admin = httpx.Client(
            base_url=f"{server.api}/admin/",
            auth=(server.username, server.password),
            timeout=60,
        )
        self.partner = ""

    def __enter__(self) -> Self:
        try:
            self.partner = self.ask("GET", "partners/")[0]["url"]
        except BaseException:
            self.admin.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.admin.close()

    def ask(self, method: str, path: str, json: object = None) -> Any:
        """Return the body of the merchant's API's answer."""
        reply = self.admin.request(method, path, json=json)
        assert reply.is_success, reply.text
        return reply.json()

    def facts(self) -> dict[str, str]:
        """Return what a client has to be told to reach this shop."""
        return {
            "api": self.server.api,
            "username": self.server.username,
            "password": self.server.password,
            "partner": self.partner,
        }

    def put_up(self, sku: str, *, quantity: int = 7, price: str = "10.00", title: str = "") -> str:
        """Put a product up for sale and return its id."""
        product = {
            "product_class": "goods",
            "structure": "standalone",
            "title": title or sku,
            "slug": sku.lower(),
            "upc": sku,
            "stockrecords": [
                {
                    "partner": self.partner,
                    "partner_sku": sku,
                    "price_currency": "GBP",
                    "price": price,
                    "num_in_stock": quantity,
                }
            ],
        }
        return str(self.ask("POST", "products/", product)["id"])

    def levels(self, product: str) -> tuple[int, int]:
        """Return a product's units in stock and, of these, the allocated ones."""
        records = self.ask("GET", f"products/{product}/")["stockrecords"]
        in_stock = sum(record["num_in_stock"] for record in records)
        return in_stock, sum(record["num_allocated"] or 0 for record in records)

    def buy(self, product: str, *, quantity: int = 1, buyer: str = "ada@example.com") -> Purchase:
        """Buy through the shop's own checkout, with a new basket."""
        address = {
            "country": f"{self.server.api}/countries/GB/",
            "first_name": "Ada",
            "last_name": "Lovelace",
            "line1": "12 St James's Square",
            "line4": "London",
            "postcode": "SW1Y 4JH",
        }
        with httpx.Client(base_url=f"{self.server.api}/", timeout=60) as shopper:
            basket = shopper.post(
                "basket/add-product/",
                json={"url": f"{self.server.api}/products/{product}/", "quantity": quantity},
            )
            if not basket.is_success:
                return Purchase(refused=f"{basket.status_code}: {basket.text}")
            order = shopper.post(
                "checkout/",
                json={
                    "basket": basket.json()["url"],
                    "guest_email": buyer,
                    "shipping_address": address,
                    "billing_address": address,
                },
            )
        if not order.is_success:
            return Purchase(refused=f"{order.status_code}: {order.text}")
        return Purchase(order=order.json()["number"])
