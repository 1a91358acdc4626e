"""The merchant's and the shoppers' side of a Vendure server."""

from __future__ import annotations

from types import TracebackType
from typing import Any, Self

import httpx

from ._graphql import GraphQLFaultError, Session
from ._shopping import Purchase
from ._vendure import VendureServer

TAX_PERCENT = 20
SHIPPING = "500"  # minor units, as everywhere in Vendure

LOGIN = """
mutation ($username: String!, $password: String!) {
  login(username: $username, password: $password) {
    __typename
    ... on ErrorResult { errorCode message }
  }
}"""
CHANNEL = "{ activeChannel { id token code } }"
LOCATIONS = "{ stockLocations { items { id name } } }"
COUNTRY = "mutation ($input: CreateCountryInput!) { createCountry(input: $input) { id } }"
ZONE = "mutation ($input: CreateZoneInput!) { createZone(input: $input) { id } }"
TAX_CATEGORY = """
mutation ($input: CreateTaxCategoryInput!) { createTaxCategory(input: $input) { id } }"""
TAX_RATE = "mutation ($input: CreateTaxRateInput!) { createTaxRate(input: $input) { id } }"
UPDATE_CHANNEL = """
mutation ($input: UpdateChannelInput!) {
  updateChannel(input: $input) { __typename ... on ErrorResult { errorCode message } }
}"""
SHIPPING_METHOD = """
mutation ($input: CreateShippingMethodInput!) { createShippingMethod(input: $input) { id } }"""
PAYMENT_METHOD = """
mutation ($input: CreatePaymentMethodInput!) { createPaymentMethod(input: $input) { id } }"""
PRODUCT = "mutation ($input: CreateProductInput!) { createProduct(input: $input) { id } }"
VARIANT = """
mutation ($input: [CreateProductVariantInput!]!) {
  createProductVariants(input: $input) { id }
}"""
LEVELS = """
query ($id: ID!) {
  productVariant(id: $id) { stockLevels { stockLocationId stockOnHand stockAllocated } }
}"""

ADD_ITEM = """
mutation ($variant: ID!, $quantity: Int!) {
  addItemToOrder(productVariantId: $variant, quantity: $quantity) {
    __typename
    ... on ErrorResult { errorCode message }
  }
}"""
CUSTOMER = """
mutation ($input: CreateCustomerInput!) {
  setCustomerForOrder(input: $input) { __typename ... on ErrorResult { errorCode message } }
}"""
ADDRESS = """
mutation ($input: CreateAddressInput!) {
  setOrderShippingAddress(input: $input) { __typename ... on ErrorResult { errorCode message } }
}"""
METHODS = "{ eligibleShippingMethods { id } }"
METHOD = """
mutation ($id: [ID!]!) {
  setOrderShippingMethod(shippingMethodId: $id) {
    __typename
    ... on ErrorResult { errorCode message }
  }
}"""
ARRANGE = """
mutation {
  transitionOrderToState(state: "ArrangingPayment") {
    __typename
    ... on OrderStateTransitionError { errorCode message transitionError }
  }
}"""
PAY = """
mutation ($input: PaymentInput!) {
  addPaymentToOrder(input: $input) {
    __typename
    ... on Order { id code state }
    ... on ErrorResult { errorCode message }
  }
}"""


def arguments(**values: str) -> list[dict[str, str]]:
    """Return the arguments of a configurable operation as the API takes them."""
    return [{"name": name, "value": value} for name, value in values.items()]


def english(**fields: str) -> list[dict[str, str]]:
    """Return the one translation that the shop needs."""
    return [{"languageCode": "en", **fields}]


class VendureShop:
    """
    A shop that sells: what a bare server needs is set up when the block is entered.

    The methods of shoppers may be called from many threads.
    """

    def __init__(self, server: VendureServer) -> None:
        self.server = server
        self.client = httpx.Client(timeout=60, limits=httpx.Limits(max_connections=32))
        self.admin = Session(self.client, address=server.admin_api)
        self.location = ""
        self.channel_token = ""
        self.tax_category = ""

    def __enter__(self) -> Self:
        try:
            self._open()
        except BaseException:
            self.client.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.client.close()

    def _open(self) -> None:
        do = self.admin.do
        do(LOGIN, username=self.server.username, password=self.server.password)
        channel = self.admin.ask(CHANNEL)["activeChannel"]
        self.channel_token = channel["token"]
        self.location = self.admin.ask(LOCATIONS)["stockLocations"]["items"][0]["id"]
        country = do(
            COUNTRY,
            input={"code": "GB", "enabled": True, "translations": english(name="Great Britain")},
        )["id"]
        zone = do(ZONE, input={"name": "Everywhere", "memberIds": [country]})["id"]
        self.tax_category = do(TAX_CATEGORY, input={"name": "Standard", "isDefault": True})["id"]
        do(
            TAX_RATE,
            input={
                "name": "Standard",
                "value": TAX_PERCENT,
                "enabled": True,
                "categoryId": self.tax_category,
                "zoneId": zone,
            },
        )
        do(
            UPDATE_CHANNEL,
            input={
                "id": channel["id"],
                "defaultTaxZoneId": zone,
                "defaultShippingZoneId": zone,
                "availableCurrencyCodes": ["GBP"],
                "defaultCurrencyCode": "GBP",
                "pricesIncludeTax": True,
            },
        )
        do(
            SHIPPING_METHOD,
            input={
                "code": "post",
                "fulfillmentHandler": "manual-fulfillment",
                "checker": {
                    "code": "default-shipping-eligibility-checker",
                    "arguments": arguments(orderMinimum="0"),
                },
                "calculator": {
                    "code": "default-shipping-calculator",
                    "arguments": arguments(
                        rate=SHIPPING, includesTax="include", taxRate=str(TAX_PERCENT)
                    ),
                },
                "translations": english(name="Post", description=""),
            },
        )
        do(
            PAYMENT_METHOD,
            input={
                "code": "card",
                "enabled": True,
                "handler": {
                    "code": "dummy-payment-handler",
                    "arguments": arguments(automaticSettle="true"),
                },
                "translations": english(name="Card", description=""),
            },
        )

    def facts(self) -> dict[str, str]:
        """Return what a client has to be told to reach this shop."""
        return {
            "admin_api": self.server.admin_api,
            "shop_api": self.server.shop_api,
            "username": self.server.username,
            "password": self.server.password,
            "location": self.location,
            "channel_token": self.channel_token,
        }

    def put_up(self, sku: str, *, quantity: int = 7, price: int = 1000, title: str = "") -> str:
        """Put a product with one variant up for sale and return the variant's id."""
        name = title or sku
        product = self.admin.do(
            PRODUCT,
            input={
                "enabled": True,
                "translations": english(name=name, slug=sku.lower(), description=""),
            },
        )["id"]
        (variant,) = self.admin.do(
            VARIANT,
            input=[
                {
                    "productId": product,
                    "sku": sku,
                    "price": price,
                    "taxCategoryId": self.tax_category,
                    "trackInventory": "TRUE",
                    "stockOnHand": quantity,
                    "translations": english(name=name),
                }
            ],
        )
        return str(variant["id"])

    def levels(self, variant: str) -> tuple[int, int]:
        """Return a variant's units on hand and, of these, the allocated ones."""
        found: list[dict[str, Any]] = self.admin.ask(LEVELS, id=variant)["productVariant"][
            "stockLevels"
        ]
        on_hand = sum(level["stockOnHand"] for level in found)
        return on_hand, sum(level["stockAllocated"] for level in found)

    def buy(self, variant: str, *, quantity: int = 1, buyer: str = "ada@example.com") -> Purchase:
        """Buy through the shop's own checkout, with a new cart, and pay."""
        cart = Session(self.client, address=self.server.shop_api)
        try:
            cart.do(ADD_ITEM, variant=variant, quantity=quantity)
            cart.do(
                CUSTOMER,
                input={"emailAddress": buyer, "firstName": "Ada", "lastName": "Lovelace"},
            )
            cart.do(
                ADDRESS,
                input={
                    "fullName": "Ada Lovelace",
                    "streetLine1": "12 St James's Square",
                    "city": "London",
                    "postalCode": "SW1Y 4JH",
                    "countryCode": "GB",
                },
            )
            method = cart.ask(METHODS)["eligibleShippingMethods"][0]["id"]
            cart.do(METHOD, id=[method])
            cart.do(ARRANGE)
            order = cart.do(PAY, input={"method": "card", "metadata": {}})
        except GraphQLFaultError as error:
            return Purchase(refused=str(error))
        return Purchase(order=order["code"])
