"""A fake of Vendure and clients of it, for all tests of this folder."""

from datetime import UTC, datetime
from typing import Any

from ecomkit.adapters.http import Kit, Options, VirtualTime
from ecomkit.adapters.vendure import Vendure
from ecomkit.identifiers import ChannelId
from ecomkit.money import Currency
from ecomkit.ports import Secret
from ecomkit.testing.fakes import WireFaults
from ecomkit.testing.fakes.vendure import VendureFake

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
CHANNEL = ChannelId("tea")
URL = "https://tea.example.com/admin-api"
PATIENT = Options(deadline_seconds=3_600, attempts_max=30)


def fake_of(*, faults: WireFaults | None = None, **rest: Any) -> VendureFake:
    """Return a fresh shop that sells in euros."""
    return VendureFake(time=VirtualTime(NOON), faults=faults, currency=Currency.EUR, **rest)


def client_of(remote: VendureFake, **rest: Any) -> Vendure:
    """Return a client of the shop, on the same clock."""
    given: dict[str, Any] = {
        "username": remote.username,
        "password": Secret(remote.password),
        "location": "1",
    }
    return Vendure(
        CHANNEL,
        url=URL,
        options=PATIENT,
        kit=Kit(transport=remote.transport, time=remote.time),
        **(given | rest),
    )
