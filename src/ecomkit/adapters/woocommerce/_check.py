"""The check of an account: does the shop let us in, and are its settings what we rely on."""

from __future__ import annotations

from typing import Any

from ecomkit.adapters.http import (
    CredentialsRefusedError,
    Flow,
    PermissionDeniedError,
    Request,
    RequestRefusedError,
    flow,
)
from ecomkit.adapters.woocommerce._base import Authentication, WooCommerceBase
from ecomkit.channels import AccountReport, ChannelAnswerError, Finding, Health

__all__ = ["AccountPart"]

REFUSALS = (CredentialsRefusedError, PermissionDeniedError, RequestRefusedError)


class AccountPart(WooCommerceBase):
    """The part of the client that looks before others rely on it."""

    @flow
    def check(self) -> Flow[AccountReport]:
        """
        Say whether the keys open the shop, which version it is, and whether settings fit.

        Whether the key may write shows at the first write only: the shop does not tell.
        """
        findings = [(yield from self._lists("/orders")), (yield from self._lists("/products"))]
        if all(finding.health is Health.GOOD for finding in findings):
            findings += [
                (yield from self._currency()),
                (yield from self._manages_stock()),
                (yield from self._version()),
            ]
        return AccountReport(channel=self.channel, findings=findings)

    def _lists(self, target: str) -> Flow[Finding]:
        subject = f"reading {target[1:]}"
        try:
            yield Request.get(target, query={"per_page": 1})
        except CredentialsRefusedError as error:
            return Finding(subject=subject, health=Health.BAD, text=_advice(error))
        except (PermissionDeniedError, RequestRefusedError) as error:
            return Finding(subject=subject, health=Health.BAD, text=error.message)
        except ChannelAnswerError as error:
            text = f"{error.message}; look at the shop's address, and at its permalinks: plain ones have no interface"
            return Finding(subject=subject, health=Health.BAD, text=text)
        return Finding(subject=subject, health=Health.GOOD)

    def _currency(self) -> Flow[Finding]:
        value = yield from self._setting("general", "woocommerce_currency")
        if value == self.currency.name:
            return Finding(subject="currency", health=Health.GOOD)
        if value is None:
            return Finding(
                subject="currency", health=Health.DOUBTFUL, text="the key may not read settings"
            )
        text = f"the shop has {value}, the client has {self.currency.name}"
        return Finding(subject="currency", health=Health.BAD, text=text)

    def _manages_stock(self) -> Flow[Finding]:
        value = yield from self._setting("products", "woocommerce_manage_stock")
        if value == "yes":
            return Finding(subject="stock management", health=Health.GOOD)
        if value is None:
            text = "the key may not read settings"
            return Finding(subject="stock management", health=Health.DOUBTFUL, text=text)
        text = "it is off: switch on 'Enable stock management' in the shop's product settings"
        return Finding(subject="stock management", health=Health.BAD, text=text)

    def _version(self) -> Flow[Finding]:
        try:
            reply = yield Request.get("/system_status")
        except (*REFUSALS, ChannelAnswerError):
            return Finding(
                subject="version", health=Health.DOUBTFUL, text="the key may not see it"
            )
        environment = reply.json().get("environment")
        version = environment.get("version") if isinstance(environment, dict) else None
        return Finding(subject="version", health=Health.GOOD, text=str(version or "not told"))

    def _setting(self, group: str, name: str) -> Flow[Any]:
        try:
            reply = yield Request.get(f"/settings/{group}/{name}")
        except (*REFUSALS, ChannelAnswerError):
            return None
        return reply.json().get("value")


def _advice(error: CredentialsRefusedError) -> str:
    detail = (error.facts.detail or "").lower()
    if "consumer key is missing" in detail:
        return (
            "the server drops the header with the key: use "
            f"signing={Authentication.__name__}.{Authentication.QUERY.name}"
        )
    return f"{error.facts}; over plain http only signed requests are let in"
