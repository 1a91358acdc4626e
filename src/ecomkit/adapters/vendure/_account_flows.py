"""The account: its places, and what it may do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ecomkit.adapters.http import (
    CredentialsRefusedError,
    Flow,
    PermissionDeniedError,
    RequestRefusedError,
    flow,
)
from ecomkit.adapters.vendure._amounts import currency_of
from ecomkit.adapters.vendure._base import TAKE_MAX, VendureBase
from ecomkit.adapters.vendure._documents import ACCOUNT, LOCATIONS
from ecomkit.adapters.vendure._names import Node
from ecomkit.adapters.vendure._walk import stretch
from ecomkit.channels import AccountReport, ChannelLocation, Finding, Health

__all__ = ["AccountFlows"]

# One of each row is enough; the wider ones came first and the narrower ones later.
_PERMISSIONS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("ReadOrder",), "read orders"),
    (("UpdateOrder",), "ship, cancel and refund"),
    (("ReadCatalog", "ReadProduct"), "read listings and stock"),
    (("UpdateCatalog", "UpdateProduct"), "show stock and change listings"),
    (("ReadStockLocation",), "read stock locations"),
)


class AccountFlows(VendureBase):
    """The flows of a location source and an account check."""

    @flow
    def locations(self) -> Flow[tuple[ChannelLocation, ...]]:
        """Return the stock locations that the channel sees."""
        return (yield from self._locations())

    @flow
    def check(self) -> Flow[AccountReport]:
        """Say whether the user may do what the client does, and whether its location is there."""
        try:
            data = yield from self._ask_all(ACCOUNT)
        except (CredentialsRefusedError, PermissionDeniedError) as error:
            finding = Finding(subject="credentials", health=Health.BAD, text=error.message)
            return AccountReport(channel=self.channel, findings=[finding])
        channel = data["activeChannel"]
        findings = [
            Finding(subject="credentials", health=Health.GOOD),
            *_permissions(data["me"], channel),
            _currency(channel),
        ]
        try:
            places = yield from self._locations()
        except (CredentialsRefusedError, PermissionDeniedError, RequestRefusedError) as error:
            findings.append(Finding(subject="locations", health=Health.BAD, text=error.message))
        else:
            findings.append(self._place(places))
        return AccountReport(channel=self.channel, findings=findings)

    def _locations(self) -> Flow[tuple[ChannelLocation, ...]]:
        found: list[ChannelLocation] = []
        skip, last, more = 0, "", True
        while more:
            some = yield from stretch(self._location_rows, skip=skip, last=last, size=TAKE_MAX - 1)
            found += [ChannelLocation(id=row["id"], name=row["name"]) for row in some.rows]
            skip, last, more = some.skip, some.last, some.more
        return tuple(found)

    def _location_rows(self, skip: int, take: int) -> Flow[list[Node]]:
        options = {"skip": skip, "take": take, "sort": {"id": "ASC"}}
        found: Any = yield from self._ask(LOCATIONS, options=options)
        rows: list[Node] = found["items"]
        return rows

    def _place(self, places: tuple[ChannelLocation, ...]) -> Finding:
        subject = f"stock location {self._location}"
        if any(place.id == self._location for place in places):
            return Finding(subject=subject, health=Health.GOOD)
        known = ", ".join(f"{place.id} ({place.name})" for place in places)
        return Finding(subject=subject, health=Health.BAD, text=f"the shop has {known or 'none'}")


def _permissions(user: Node | None, channel: Node) -> Iterator[Finding]:
    own = (user or {}).get("channels") or []
    granted = {word for one in own if one["id"] == channel["id"] for word in one["permissions"]}
    for words, text in _PERMISSIONS:
        is_granted = "SuperAdmin" in granted or not granted.isdisjoint(words)
        yield Finding(
            subject=f"permission {words[0]}",
            health=Health.GOOD if is_granted else Health.BAD,
            text="" if is_granted else f"grant it in a role, to {text}",
        )


def _currency(channel: Node) -> Finding:
    code = channel["defaultCurrencyCode"]
    try:
        currency_of(code)
    except ValueError:
        text = "it is none that can be read"
        return Finding(subject=f"currency {code}", health=Health.BAD, text=text)
    taxed = "with" if channel["pricesIncludeTax"] else "without"
    return Finding(
        subject=f"currency {code}", health=Health.GOOD, text=f"listings are priced {taxed} tax"
    )
