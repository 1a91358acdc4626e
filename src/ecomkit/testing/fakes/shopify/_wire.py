"""How the vendor writes things: ids, instants, amounts, lists in pages, complaints."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from operator import itemgetter
from typing import Any, TypeAlias, final

from ecomkit.money import Money, Rounding
from ecomkit.testing.fakes._graphql import Asked, GraphQLError

__all__ = [
    "EVERYTHING",
    "FieldTable",
    "Shown",
    "amount",
    "bag",
    "connect",
    "gid",
    "instant",
    "money_v2",
    "number_of",
    "user_error",
]

PAGE_MAX = 250
EVERYTHING = 1 << 40
"""The page size of a bulk export."""

FieldTable: TypeAlias = Mapping[str, Callable[[Any, Asked], Any]]
"""The fields of one type: each answers from the thing shown and what was asked."""


@final
class Shown(Mapping[str, Any]):
    """A thing of the shop as an object of the schema; its fields are made when asked for."""

    __slots__ = ("_fields", "_interfaces", "_kind", "_thing")

    def __init__(
        self,
        kind: str,
        fields: FieldTable,
        thing: Any,
        *,
        interfaces: tuple[str, ...] = ("Node", "LegacyInteroperability"),
    ) -> None:
        self._kind = kind
        self._fields = fields
        self._thing = thing
        self._interfaces = interfaces

    def __getitem__(self, name: str) -> Any:
        if name == "__typename":
            return self._kind
        if name == "__interfaces":
            return self._interfaces
        field, thing = self._fields[name], self._thing
        return lambda asked: field(thing, asked)

    def __contains__(self, name: object) -> bool:
        return name in {"__typename", "__interfaces"} or name in self._fields

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)


def gid(kind: str, number: int) -> str:
    """Return the global id of a thing."""
    return f"gid://shopify/{kind}/{number}"


def number_of(text: Any, kind: str) -> int | None:
    """Return the number in the global id *text* if it names a *kind*, else None."""
    start = f"gid://shopify/{kind}/"
    digits = str(text).removeprefix(start).partition("?")[0]
    return int(digits) if str(text).startswith(start) and digits.isdigit() else None


def instant(at: datetime | None) -> str | None:
    """Return *at* as GraphQL writes it: UTC, to the second."""
    return None if at is None else at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def amount(money: Money) -> str:
    """Return an amount as a MoneyV2 holds it: trailing zeros dropped but one."""
    text = f"{money.to_decimal():f}"
    whole, _, rest = text.partition(".")
    return f"{whole}.{rest.rstrip('0') or '0'}"


def money_v2(money: Money) -> dict[str, Any]:
    """Return a MoneyV2."""
    return {
        "__typename": "MoneyV2",
        "amount": amount(money),
        "currencyCode": money.currency.name,
    }


def bag(money: Money, order: Any) -> dict[str, Any]:
    """Return a MoneyBag of *order*: in the shop's currency, and in the buyer's."""
    return {
        "__typename": "MoneyBag",
        "shopMoney": money_v2(money) | {"currencyCode": order.currency_code},
        "presentmentMoney": money_v2(order.presented(money)),
    }


def presented(money: Money, *, currency: Any, rate: Decimal) -> Money:
    """Return *money* in the buyer's currency."""
    return Money.from_decimal(money.to_decimal() * rate, currency, rounding=Rounding.HALF_EVEN)


def user_error(
    *field: str, message: str, kind: str = "UserError", code: str | None = None
) -> dict[str, Any]:
    """Return a complaint about what a mutation was given."""
    error: dict[str, Any] = {
        "__typename": kind,
        "__interfaces": ("DisplayableError",),
        "field": list(field) or None,
        "message": message,
    }
    # The plain kind has no code, in the schema either.
    return error if kind == "UserError" else error | {"code": code}


def connect(
    kind: str,
    things: Sequence[Any],
    asked: Asked,
    *,
    show: Callable[[Any], Mapping[str, Any]],
    key: Callable[[Any], tuple[Any, int]] = lambda thing: ("", thing.id),
    at_most: int = EVERYTHING,
) -> dict[str, Any]:
    """
    Return the page of *things* that was asked for, as a connection.

    A cursor holds the sort value and the id after which its page begins, so it stays good while
    the list moves.
    """
    first, last = asked["first"], asked["last"]
    if (first is None) == (last is None):
        raise GraphQLError(
            f"you must provide one of first or last for {kind}", code="BAD_REQUEST", whole=True
        )
    size = first if first is not None else last
    if not isinstance(size, int) or size < 0 or (size > PAGE_MAX and size != EVERYTHING):
        raise GraphQLError(
            f"a page of {kind} has from 0 to {PAGE_MAX} entries, not {size}",
            code="BAD_REQUEST",
            whole=True,
        )
    turned = bool(asked["reverse"])
    places = sorted(((key(thing), thing) for thing in things), key=itemgetter(0), reverse=turned)
    # What lies beyond the limit is not there, and nothing says so.
    del places[at_most:]
    after, before = (_place(asked[name]) for name in ("after", "before"))
    if turned:
        after, before = before, after
    inside = [
        at
        for at, (place, _) in enumerate(places)
        if (after is None or place > after) and (before is None or place < before)
    ]
    page = inside[:size] if first is not None else inside[max(0, len(inside) - size) :]
    edges = [
        {
            "__typename": f"{kind}Edge",
            "cursor": _cursor(*places[at][0]),
            "node": show(places[at][1]),
        }
        for at in page
    ]
    starts = page[0] if page else 0
    ends = page[-1] + 1 if page else len(places)
    return {
        "__typename": f"{kind}Connection",
        "edges": edges,
        "nodes": [edge["node"] for edge in edges],
        "pageInfo": {
            "__typename": "PageInfo",
            "hasNextPage": ends < len(places),
            "hasPreviousPage": starts > 0,
            "startCursor": edges[0]["cursor"] if edges else None,
            "endCursor": edges[-1]["cursor"] if edges else None,
        },
    }


def _cursor(value: Any, number: int) -> str:
    held = json.dumps({"last_id": number, "last_value": value}, separators=(",", ":"))
    return base64.b64encode(held.encode()).decode()


def _place(cursor: Any) -> tuple[Any, int] | None:
    if cursor is None:
        return None
    try:
        held = json.loads(base64.b64decode(str(cursor), validate=True))
        return held["last_value"], int(held["last_id"])
    except (ValueError, KeyError, TypeError):
        raise GraphQLError(
            "Invalid cursor for current pagination sort.", code="BAD_REQUEST", whole=True
        ) from None
